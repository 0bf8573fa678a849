//! [`ReadEntry`]: one entry between the parentheses of `#[load(..)]`: its key, and the form of what
//! comes after it.

use proc_macro2::{Group, TokenStream};
use pusher_load_grammar::foreign;
use pusher_load_grammar::key::{self, KEYS, Key, Takes};
use pusher_load_grammar::nearest::nearest;
use pusher_load_grammar::sentence::{did_you_mean, listed};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, Expr, Ident, Result, Token, token};

use crate::list::is_at_end;
use crate::value::{without_quotes, wrong};

/// A key where it stands in the attribute.
pub(crate) struct ReadEntry {
    pub(crate) ident: Ident,
    pub(crate) key: &'static Key,
}

impl ReadEntry {
    /// Reads a key, and refuses an unknown one.
    pub(crate) fn read(input: ParseStream) -> Result<ReadEntry> {
        let Ok(ident) = input.call(Ident::parse_any) else {
            let message = format!("expected a key such as `rps = 50`: the keys are {}", keys());
            return Err(input.error(message));
        };
        let text = ident.to_string();
        if let Some(key) = key::find(&text) {
            return Ok(ReadEntry { ident, key });
        }
        let meant = foreign::key(&text).or_else(|| nearest(&text, KEYS.iter().map(|key| key.name)));
        let (meant, keys) = (did_you_mean(meant), keys());
        Err(wrong(&ident, format!("`{text}` is no key: {meant}the keys are {keys}")))
    }

    /// Refuses a key that was given before, and adds it to those that were.
    pub(crate) fn only_once(&self, seen: &mut Vec<Ident>) -> Result<()> {
        let ident = &self.ident;
        if seen.contains(ident) {
            let way_out = match self.key.takes {
                Takes::Thresholds => "put all of them into one",
                _ => "keep one of the two",
            };
            return Err(wrong(ident, format!("{ident} is given twice: {way_out}")));
        }
        seen.push(ident.clone());
        Ok(())
    }

    /// Reads `= VALUE`.
    pub(crate) fn value(&self, input: ParseStream) -> Result<Expr> {
        if !input.peek(Token![=]) {
            return Err(self.no_value());
        }
        input.parse::<Token![=]>()?;
        if is_at_end(input) {
            return Err(self.no_value());
        }
        // A word that rustc keeps for itself, such as `virtual`, is no expression.
        if let Takes::Word(words) = self.key.takes
            && let Ok(typed) = input.fork().call(Ident::parse_any)
            && let Some(word) = words.find(&typed.to_string())
        {
            return Err(without_quotes(&typed, self.key.name, word));
        }
        input.parse()
    }

    /// Reads `( .. )`.
    pub(crate) fn parenthesized(&self, input: ParseStream) -> Result<TokenStream> {
        if input.peek(Token![=]) {
            let ReadEntry { ident, key } = self;
            return Err(wrong(
                ident,
                format!("{ident} is written with parentheses: write it as in `{}`", key.example),
            ));
        }
        if !input.peek(token::Paren) {
            return Err(self.no_value());
        }
        Ok(input.parse::<Group>()?.stream())
    }

    fn no_value(&self) -> Error {
        let ReadEntry { ident, key } = self;
        wrong(ident, format!("{ident} has no value: write it as in `{}`", key.example))
    }
}

fn keys() -> String {
    listed(KEYS.iter().map(|key| key.name), "and")
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::keys;
    use crate::args::tests::check;

    fn no_key(text: &str, meant: &str) -> String {
        format!("`{text}` is no key: did you mean `{meant}`? the keys are {}", keys())
    }

    #[test]
    fn each_unknown_key_is_told_once_with_the_one_that_was_meant() {
        check(
            quote!(rps = 50, duratoin = "1m", rps = 5),
            &[&no_key("duratoin", "duration"), "rps is given twice: keep one of the two"],
        );
        check(
            quote!(rate = 50, duration = "1m", users = 5, max_in_flight = 7),
            &[
                &no_key("rate", "rps"),
                &no_key("users", "concurrency"),
                &no_key("max_in_flight", "overtime"),
            ],
        );
    }

    #[test]
    fn thresholds_that_are_given_twice_belong_into_one() {
        check(
            quote!(rps = 5, duration = "1m", thresholds(max < "1s"), thresholds(errors == 0)),
            &["thresholds is given twice: put all of them into one"],
        );
    }

    #[test]
    fn an_entry_has_a_value_and_ends_with_a_comma() {
        check(quote!(rps, duration = "1m"), &["rps has no value: write it as in `rps = 50`"]);
        check(
            quote!(rps = 50 duration = "1m"),
            &["this stands after a complete entry: write a `,` between two entries"],
        );
        check(
            quote!(rps = 5, duration = "1m", time = virtual, arrivals = poisson),
            &[
                "`virtual` is not in quotes: write time = \"virtual\"",
                "`poisson` is not in quotes: write arrivals = \"poisson\"",
            ],
        );
    }
}
