//! [`Count`]: the whole numbers that a key takes.

use crate::limits::{MOST_CALLERS, MOST_WORKERS};

/// The whole numbers that a key takes, and their name in the message about a wrong one.
#[derive(Debug)]
pub struct Count {
    least: u64,
    most: u64,
    rule: &'static str,
    example: &'static str,
}

/// The most calls in flight. None at all is fine: it cancels every tick.
pub static OVERTIME: Count =
    Count { least: 0, most: u64::MAX, rule: "a whole number of calls", example: "10" };

/// How many Workers there are.
pub static WORKERS: Count =
    Count { least: 1, most: MOST_WORKERS, rule: "a whole number", example: "5" };

/// How many callers a closed loop has.
pub static CONCURRENCY: Count =
    Count { least: 1, most: MOST_CALLERS, rule: "a whole number", example: "20" };

/// How many callers a closed loop has for a while.
pub static CALLERS: Count =
    Count { least: 0, most: MOST_CALLERS, rule: "a whole number", example: "20" };

/// The most measured calls.
pub static CALLS: Count =
    Count { least: 1, most: u64::MAX, rule: "a whole number above 0", example: "10000" };

/// The number that random numbers begin from.
pub static SEED: Count = Count {
    least: 0,
    most: u64::MAX,
    rule: "a whole number from 0 to 18446744073709551615",
    example: "7",
};

impl Count {
    /// Reads a number that was given for a key.
    ///
    /// # Errors
    ///
    /// What to give instead.
    pub fn read(&self, key: &str, text: &str) -> Result<u64, String> {
        let number = without_underscores(text)
            .parse()
            .ok()
            .filter(|number| (self.least..=self.most).contains(number));
        number.ok_or_else(|| self.wrong(key, text))
    }

    /// What to say of a value that is no such number.
    pub fn wrong(&self, key: &str, given: &str) -> String {
        let Count { least, most, rule, example } = self;
        let range =
            if *most < u64::MAX { format!(" from {least} to {most}") } else { String::new() };
        format!("{key} is {given}: give {rule}{range}, such as {example}")
    }
}

/// A number as Rust writes it may have underscores between its digits.
pub(crate) fn without_underscores(text: &str) -> String {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        text.replace('_', "")
    } else {
        text.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_to_give_instead() {
        for (count, key, given, message) in [
            (
                &OVERTIME,
                "overtime",
                "-1",
                "overtime is -1: give a whole number of calls, such as 10",
            ),
            (
                &WORKERS,
                "workers",
                "0",
                "workers is 0: give a whole number from 1 to 1000, such as 5",
            ),
            (
                &WORKERS,
                "workers",
                "1001",
                "workers is 1001: give a whole number from 1 to 1000, such as 5",
            ),
            (
                &CONCURRENCY,
                "--concurrency",
                "100001",
                "--concurrency is 100001: give a whole number from 1 to 100000, such as 20",
            ),
            (&CALLS, "calls", "0", "calls is 0: give a whole number above 0, such as 10000"),
            (
                &SEED,
                "seed",
                "0.5",
                "seed is 0.5: give a whole number from 0 to 18446744073709551615, such as 7",
            ),
        ] {
            assert_eq!(count.read(key, given), Err(message.to_string()));
        }
    }

    #[test]
    fn takes_the_first_and_the_last_number() {
        for (count, numbers) in [
            (&OVERTIME, [0, u64::MAX]),
            (&WORKERS, [1, 1_000]),
            (&CONCURRENCY, [1, 100_000]),
            (&CALLERS, [0, 100_000]),
            (&CALLS, [1, u64::MAX]),
            (&SEED, [0, u64::MAX]),
        ] {
            for number in numbers {
                assert_eq!(count.read("n", &number.to_string()), Ok(number));
            }
        }
        assert_eq!(OVERTIME.read("n", "1_000_000"), Ok(1_000_000));
        assert!(OVERTIME.read("n", "_1").is_err());
    }
}
