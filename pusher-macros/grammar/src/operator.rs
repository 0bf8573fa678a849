//! [`Operator`]: how a metric is compared with its limit.

use std::cmp::Ordering;
use std::fmt;

/// How a metric is compared with its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `==`
    Equal,
}

/// What to say of `==` in `abort(..)`.
pub const NO_NEGATION: &str = "`==` cannot say when to end a load: write `>` for a figure that is \
     too high, or `<` for one that is too low";

const ALL: [Operator; 5] = [
    Operator::Less,
    Operator::LessOrEqual,
    Operator::Greater,
    Operator::GreaterOrEqual,
    Operator::Equal,
];

impl Operator {
    /// Reads `<`, `<=`, `>`, `>=` or `==`.
    ///
    /// # Errors
    ///
    /// The comparisons to choose from.
    pub fn parse(text: &str) -> Result<Operator, String> {
        ALL.into_iter()
            .find(|operator| operator.sign() == text)
            .ok_or_else(|| format!("`{text}` is no comparison: write one of < <= > >= =="))
    }

    /// Whether a metric that is larger than its limit breaks it, and one that is smaller does not.
    pub fn is_upper(self) -> bool {
        matches!(self, Operator::Less | Operator::LessOrEqual)
    }

    /// The same for one that is smaller than its limit.
    pub fn is_lower(self) -> bool {
        matches!(self, Operator::Greater | Operator::GreaterOrEqual)
    }

    /// The comparison that holds if this one does not; none for `==`, for there is no `!=`.
    pub fn negated(self) -> Option<Operator> {
        match self {
            Operator::Less => Some(Operator::GreaterOrEqual),
            Operator::LessOrEqual => Some(Operator::Greater),
            Operator::Greater => Some(Operator::LessOrEqual),
            Operator::GreaterOrEqual => Some(Operator::Less),
            Operator::Equal => None,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::Equal => "==",
        }
    }

    /// Whether the comparison holds, given how what was observed compares to the limit.
    pub fn holds(self, observed_to_limit: Ordering) -> bool {
        match self {
            Operator::Less => observed_to_limit.is_lt(),
            Operator::LessOrEqual => observed_to_limit.is_le(),
            Operator::Greater => observed_to_limit.is_gt(),
            Operator::GreaterOrEqual => observed_to_limit.is_ge(),
            Operator::Equal => observed_to_limit.is_eq(),
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sign())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for operator in ALL {
            assert_eq!(Operator::parse(&operator.to_string()), Ok(operator));
        }
    }

    #[test]
    fn says_what_to_write_instead() {
        for text in ["!=", "=", ":", ""] {
            let message = format!("`{text}` is no comparison: write one of < <= > >= ==");
            assert_eq!(Operator::parse(text), Err(message));
        }
    }
}
