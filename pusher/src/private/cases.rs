//! What `args` gives: a value for each test.

use std::fmt::Display;

/// The most cases of a load. An endless iterator has to end somewhere; the harness says so where
/// there are more.
const MOST: usize = crate::harness::suite::MOST_CASES + 1;

/// What a test can be made of.
#[diagnostic::on_unimplemented(
    message = "no test can be made of a `{Self}`",
    label = "a value of `args` is a `{Self}`",
    note = "the value gives the test its name and is handed to each call, so it has to be `Display + Clone + Send + Sync + 'static`"
)]
pub trait Case {
    fn text(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<C: Display + Clone + Send + Sync + 'static> Case for C {
    fn text(&self) -> String {
        self.to_string()
    }
}

/// The values, with how to show one: what the types do not allow is said once, where the values
/// are.
pub struct Values<C> {
    values: Vec<C>,
    text: fn(&C) -> String,
}

pub fn values<I: IntoIterator<Item: Case>>(args: I) -> Values<I::Item> {
    Values { values: args.into_iter().take(MOST).collect(), text: I::Item::text }
}

/// What is shown of each.
pub fn texts<C>(of: Values<C>) -> Vec<String> {
    of.values.iter().map(of.text).collect()
}

/// The nth value.
///
/// # Errors
///
/// There are not so many any more.
pub fn case<C>(of: Values<C>, nth: usize) -> Result<C, String> {
    let gone =
        || format!("args has no value {} any more: let it give the same values each time", nth + 1);
    of.values.into_iter().nth(nth).ok_or_else(gone)
}

/// The value of a load without `args`.
pub struct NoCase;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_found_by_its_number() {
        const SIZES: [u64; 2] = [5, 50];
        assert_eq!(
            (texts(values(SIZES)), texts(values(1..)).len()),
            (vec!["5".to_string(), "50".to_string()], MOST)
        );
        assert_eq!((case(values(SIZES), 1), case(values(&SIZES), 0)), (Ok(50), Ok(&5)));
        assert_eq!(
            case(values(SIZES), 2).unwrap_err(),
            "args has no value 3 any more: let it give the same values each time"
        );
    }
}
