//! [`Unfit`]: why a run is not compared with a baseline, and which of the two it is that is unfit
//! for it.

use super::difference::NotCompared;

/// Which of a run and a baseline cannot be compared with another, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// A run of the baseline, whatever the new run is.
    Baseline(NotCompared),
    /// The new run alone.
    Run(NotCompared),
}

impl Unfit {
    /// Whether it is because the new run alone has too few samples, or has them in too few slices.
    pub(crate) fn is_of_few(self) -> bool {
        matches!(self, Unfit::Run(NotCompared::TooFew { .. } | NotCompared::InFewSlices))
    }

    /// The same beside a baseline of this name.
    pub(crate) fn in_words(self, name: &str) -> String {
        match self {
            Unfit::Baseline(why) => format!("baseline {name}: {why}"),
            Unfit::Run(why) => format!("this run, beside baseline {name}: {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_whose_samples_are_unfit() {
        let few = NotCompared::TooFew { samples: 429, needed: 2_000 };
        let why = "it takes 2000 samples, and there were 429";
        assert_eq!(Unfit::Baseline(few).in_words("main"), format!("baseline main: {why}"));
        assert_eq!(
            Unfit::Run(few).in_words("main"),
            format!("this run, beside baseline main: {why}")
        );
    }
}
