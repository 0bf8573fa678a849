//! [`Values`]: the values of `args`, one for each test.

use std::fmt::Display;

/// How many values are read at most, for `args` may be endless: one more than a load may have, so
/// that the harness sees that there are too many.
const READ_AT_MOST: usize = crate::plan::limits::MOST_CASES + 1;

/// A value of which a test can be made.
#[diagnostic::on_unimplemented(
    message = "no test can be made of a `{Self}`",
    label = "a value of `args` is a `{Self}`",
    note = "the value gives the test its name and is handed to each call, so it has to be \
            `Display + Clone + Send + Sync + 'static`"
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

/// The values, and a fn for the text of each. A type that is no [`Case`] is reported once, at the
/// values.
pub struct Values<C> {
    values: Vec<C>,
    text: fn(&C) -> String,
}

pub fn values<I: IntoIterator<Item: Case>>(args: I) -> Values<I::Item> {
    Values { values: args.into_iter().take(READ_AT_MOST).collect(), text: I::Item::text }
}

/// The text of each value.
pub fn texts<C>(of: Values<C>) -> Vec<String> {
    of.values.iter().map(of.text).collect()
}

/// The nth value.
///
/// # Errors
///
/// There are fewer values than at the first time.
pub fn case<C>(of: Values<C>, nth: usize) -> Result<C, String> {
    let gone =
        || format!("args has no value {} any more: let it give the same values each time", nth + 1);
    of.values.into_iter().nth(nth).ok_or_else(gone)
}

/// The value of a load without `args`.
#[derive(Clone)]
pub struct NoCase;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_found_by_its_number() {
        const SIZES: [u64; 2] = [5, 50];
        assert_eq!(texts(values(SIZES)), ["5", "50"]);
        assert_eq!(texts(values(1..)).len(), READ_AT_MOST);
        assert_eq!(case(values(SIZES), 1), Ok(50));
        assert_eq!(case(values(&SIZES), 0), Ok(&5));
        assert_eq!(
            case(values(SIZES), 2).unwrap_err(),
            "args has no value 3 any more: let it give the same values each time"
        );
    }
}
