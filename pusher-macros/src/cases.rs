//! [`Cases`]: the values of `args`; with the texts for the names of their tests, if these are known
//! here.

use pusher_load_grammar::limits::MOST_CASES;
use quote::ToTokens;
use syn::{Expr, ExprUnary, Lit, Result, UnOp};

use crate::list::AllErrors;
use crate::value::{bare, wrong};

/// The values of `args`.
pub(crate) struct Cases {
    /// The values, as they were written.
    pub(crate) values: Expr,
    /// How each is displayed, if all are literals: then a number needs no type to have a name.
    pub(crate) texts: Option<Vec<String>>,
}

/// Reads an array of values, or an expression that gives some.
pub(crate) fn read(key: &str, value: &Expr) -> Result<Cases> {
    let texts = match array(value) {
        Expr::Array(array) if array.elems.is_empty() => {
            return Err(wrong(
                value,
                format!(
                    "{key} is empty: give a value for each test, such as `{key} = [1, 10, 100]`"
                ),
            ));
        }
        Expr::Array(array) if array.elems.len() > MOST_CASES => {
            let number = array.elems.len();
            return Err(wrong(
                value,
                format!("{key} has {number} values, and {MOST_CASES} are the most: give fewer"),
            ));
        }
        Expr::Array(array) => texts(key, array.elems.iter())?,
        Expr::Lit(_) | Expr::Unary(_) | Expr::Tuple(_) => {
            let text = bare(value).to_token_stream();
            return Err(wrong(
                value,
                format!(
                    "{key} is {text}: give an array with a value for each test, such as \
                     `{key} = [1, 10, 100]`"
                ),
            ));
        }
        _ => None,
    };
    Ok(Cases { values: bare(value).clone(), texts })
}

/// The array in `[..]` or `&[..]`.
fn array(value: &Expr) -> &Expr {
    match bare(value) {
        Expr::Reference(reference) => array(&reference.expr),
        other => other,
    }
}

fn texts<'a>(key: &str, values: impl Iterator<Item = &'a Expr>) -> Result<Option<Vec<String>>> {
    let (mut texts, mut errors, mut all) = (Vec::new(), AllErrors::default(), true);
    for value in values {
        match displayed(value) {
            Some(text) if texts.contains(&text) => {
                errors.add(wrong(value, format!("{key} has `{text}` twice: keep one of the two")));
            }
            Some(text) => texts.push(text),
            None => all = false,
        }
    }
    errors.into_result()?;
    Ok(all.then_some(texts))
}

/// How `Display` writes a literal.
fn displayed(value: &Expr) -> Option<String> {
    match bare(value) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            Lit::Char(letter) => Some(letter.value().to_string()),
            Lit::Bool(truth) => Some(truth.value.to_string()),
            Lit::Byte(byte) => Some(byte.value().to_string()),
            Lit::Int(number) => Some(number.base10_digits().to_string()),
            Lit::Float(number) => number.base10_parse().ok().map(|number: f64| number.to_string()),
            _ => None,
        },
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match bare(expr) {
            Expr::Lit(literal) if matches!(literal.lit, Lit::Int(_) | Lit::Float(_)) => {
                displayed(expr).map(|number| format!("-{number}"))
            }
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_str;

    use super::*;

    fn check(args: &str, texts: Option<&[&str]>) {
        let texts = texts.map(|texts| texts.iter().map(|text| text.to_string()).collect());
        assert_eq!(read("args", &parse_str(args).unwrap()).unwrap().texts, texts, "{args}");
    }

    #[test]
    fn literals_are_named_as_they_are_displayed() {
        check("[1, 10, 5_000_000_000]", Some(&["1", "10", "5000000000"]));
        check("&[0x10, 5_u8, -3, b'a']", Some(&["16", "5", "-3", "97"]));
        check("([1.0, 0.50, 1e3, -2.5f32])", Some(&["1", "0.5", "1000", "-2.5"]));
        check(r#"["GET /users", 'x', true]"#, Some(&["GET /users", "x", "true"]));
    }

    #[test]
    fn what_is_no_literal_is_named_when_it_is_known() {
        check("SIZES", None);
        check("[1, SMALL]", None);
        check("[1; 3]", None);
        check("1..=5", None);
        check("[!1, -SMALL]", None);
        check(r#"[c"text"]"#, None);
    }

    #[test]
    fn refuses_what_makes_no_tests() {
        let message =
            |args: &str| read("args", &parse_str(args).unwrap()).err().unwrap().to_string();
        assert_eq!(
            message("[]"),
            "args is empty: give a value for each test, such as `args = [1, 10, 100]`"
        );
        for args in ["5", "-5", "(1 , 10)", "\"GET\""] {
            let rule = "give an array with a value for each test, such as `args = [1, 10, 100]`";
            assert_eq!(message(args), format!("args is {}: {rule}", args.replace("-5", "- 5")));
        }
        let many: Vec<String> = (0..=MOST_CASES).map(|value| value.to_string()).collect();
        assert_eq!(
            message(&format!("[{}]", many.join(", "))),
            "args has 10001 values, and 10000 are the most: give fewer"
        );
        assert_eq!(message("[1, 10, 0x0a]"), "args has `10` twice: keep one of the two");
    }
}
