//! [`Parts`]: what stands in `steps(from = 10, ..)` and `sine(..)`, by name.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, Ident, Result, Token};

use crate::list::{self, is_at_end};
use crate::value::wrong;

/// The parts of a shape that have names.
pub(crate) struct Parts<const N: usize> {
    pub(crate) names: [&'static str; N],
    /// How they are written, with the key.
    pub(crate) example: &'static str,
}

impl<const N: usize> Parts<N> {
    /// Reads `NAME = VALUE` for each of the names, in any order.
    pub(crate) fn read(&self, key: &Ident, tokens: TokenStream) -> Result<[Expr; N]> {
        let mut values: [Option<Expr>; N] = [const { None }; N];
        let entries = |input: ParseStream| {
            list::entries(input, |input| {
                let (nth, value) = self.named_value(key, input)?;
                if values[nth].is_some() {
                    let name = self.names[nth];
                    return Err(wrong(
                        value,
                        format!("{name} in {key} is given twice: keep one of the two"),
                    ));
                }
                values[nth] = Some(value);
                Ok(())
            })
        };
        entries.parse2(tokens)?;
        match values.iter().position(Option::is_none) {
            None => Ok(values.map(|value| value.expect("none is missing"))),
            Some(missing) => {
                Err(wrong(key, format!("{key} has no `{}`: {}", self.names[missing], self.as_in())))
            }
        }
    }

    fn as_in(&self) -> String {
        format!("write it as in `{}`", self.example)
    }

    /// Reads one of them: which it is, and its value.
    fn named_value(&self, key: &Ident, input: ParseStream) -> Result<(usize, Expr)> {
        let as_in = self.as_in();
        let Ok(name) = input.call(Ident::parse_any) else {
            let error = input.error(format!("{key} takes names with values: {as_in}"));
            // The rest of them is no other mistake.
            input.parse::<TokenStream>()?;
            return Err(error);
        };
        let Some(nth) = self.names.iter().position(|known| name == known) else {
            return Err(wrong(&name, format!("`{name}` is no part of {key}: {as_in}")));
        };
        if !input.peek(Token![=]) {
            return Err(wrong(&name, format!("{name} in {key} has no value: {as_in}")));
        }
        input.parse::<Token![=]>()?;
        if is_at_end(input) {
            Err(Error::new(name.span(), format!("{name} in {key} has no value: {as_in}")))
        } else {
            Ok((nth, input.parse()?))
        }
    }
}
