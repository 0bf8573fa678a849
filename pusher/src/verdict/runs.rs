//! [`Runs`]: numbers that follow one another without a gap, of which only the longest row matters.

use std::collections::BTreeMap;

/// Rows of numbers, which come in any order, each once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Runs {
    /// The first of each row that may still grow, and the one behind its last.
    rows: BTreeMap<u64, u64>,
    longest: u64,
}

impl Runs {
    pub(super) fn add(&mut self, number: u64) {
        let before = self.rows.range(..=number).next_back().map(|(first, end)| (*first, *end));
        let end = self.rows.remove(&(number + 1)).unwrap_or(number + 1);
        let first = match before {
            Some((first, last)) if last == number => first,
            _ => number,
        };
        self.rows.insert(first, end);
        self.longest = self.longest.max(end - first);
    }

    /// No number below this is still to come: so rows that end before it are forgotten.
    pub(super) fn settle(&mut self, below: u64) {
        self.rows.retain(|_, end| *end >= below);
    }

    /// How many numbers are in the longest row.
    pub(super) fn longest(&self) -> u64 {
        self.longest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_grow_at_both_ends_and_together() {
        let mut runs = Runs::default();
        for (number, longest) in [(5, 1), (7, 1), (4, 2), (6, 4), (20, 4), (8, 5)] {
            runs.add(number);
            assert_eq!(runs.longest(), longest, "with {number}");
        }
    }

    #[test]
    fn a_row_that_cannot_grow_is_counted_and_forgotten() {
        let mut runs = Runs::default();
        [1, 2, 3, 9].into_iter().for_each(|number| runs.add(number));
        runs.settle(4);
        assert_eq!(runs.rows.len(), 2, "4 may still come");
        runs.settle(5);
        assert_eq!(runs.rows.len(), 1);
        assert_eq!(runs.longest(), 3);
        runs.add(10);
        assert_eq!(runs.longest(), 3);
    }
}
