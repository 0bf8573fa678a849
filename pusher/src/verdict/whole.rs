//! [`Whole`]: a figure that is a whole number, and is compared with a limit exactly: a float has
//! room for 53 of its 64 bits.

use std::cmp::Ordering;

use super::evidence::Evidence;
use crate::plan::decimal::Decimal;
use crate::plan::threshold::{Limit, Metric, Named, Threshold};

/// A figure that is a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Whole {
    pub(crate) number: u64,
    /// Whether it is only known that there is more.
    pub(crate) at_least: bool,
}

impl Whole {
    /// How it compares to a limit; none if that cannot be told.
    pub(super) fn compare(self, limit: Decimal) -> Option<Ordering> {
        let compared = compare(self.number, limit);
        match compared {
            Ordering::Less if self.at_least => None,
            _ if self.at_least => Some(Ordering::Greater),
            _ => Some(compared),
        }
    }
}

impl Threshold {
    /// The count that it is on, if that is a whole number and its limit is no share.
    pub(super) fn whole(&self, evidence: &Evidence<'_>) -> Option<Whole> {
        let exactly = |number| Whole { number, at_least: false };
        match (&self.metric, self.limit) {
            (Metric::Named(Named::CountTotal, name), _) => {
                let count = evidence.count(name)?;
                Some(Whole { number: count.total, at_least: count.at_least })
            }
            (_, Limit::Number(_)) => evidence.share(&self.metric).map(|(part, _)| exactly(part)),
            _ => None,
        }
    }
}

/// How a whole number compares to a limit, exactly.
pub(super) fn compare(number: u64, limit: Decimal) -> Ordering {
    let (whole, rest) = (limit.digits / limit.divisor(), limit.digits % limit.divisor());
    u128::from(number).cmp(&whole).then(0.cmp(&rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_compared_exactly() {
        for (number, limit, expected) in [
            (4, "5", Ordering::Less),
            (5, "5", Ordering::Equal),
            (5, "4.5", Ordering::Greater),
            (4, "4.5", Ordering::Less),
            (0, "0.0000000000000000000000000001", Ordering::Less),
            (u64::MAX - 1, "18446744073709551615", Ordering::Less),
            (u64::MAX, "18446744073709551614.5", Ordering::Greater),
            (u64::MAX, "18446744073709551616", Ordering::Less),
        ] {
            let limit = Decimal::parse(limit).unwrap();
            let exactly = Whole { number, at_least: false };
            assert_eq!(exactly.compare(limit), Some(expected), "{number} and {limit}");
        }
    }

    #[test]
    fn nobody_knows_whether_what_is_more_meets_a_higher_limit() {
        let compared = |limit| {
            let more = Whole { number: u64::MAX, at_least: true };
            more.compare(Decimal::parse(limit).unwrap())
        };
        assert_eq!(compared("5"), Some(Ordering::Greater));
        assert_eq!(compared("18446744073709551615"), Some(Ordering::Greater));
        assert_eq!(compared("18446744073709551616"), None);
    }
}
