//! [`Searched`]: what a search has come to.

use super::probe::Shown;

/// What a search has come to, also if it was cut short.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Searched {
    pub(crate) sustained: Sustained,
    pub(crate) end: Conclusion,
    pub(crate) shown: Vec<Shown>,
}

/// A rate with an interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sustained {
    /// The most calls a second; none if no rate has held the limits.
    pub(crate) rate: Option<f64>,
    pub(crate) low: f64,
    /// None if no rate has broken the limits.
    pub(crate) high: Option<f64>,
    /// Which limit binds, if one does.
    pub(crate) binding: Option<usize>,
}

impl Sustained {
    /// Whether a fit says the rate. If none does, it is the highest that held the limits.
    pub(crate) fn is_refined(&self) -> bool {
        self.rate.is_some_and(|rate| self.low < rate)
    }

    /// Whether it is no less than the rate that is hoped for; none if it is not told apart from it.
    pub(crate) fn reaches(&self, hoped_for: f64) -> Option<bool> {
        let is_below = |high: f64| high < hoped_for || !self.is_refined() && high == hoped_for;
        if hoped_for <= self.low {
            return Some(true);
        }
        self.high.is_some_and(is_below).then_some(false)
    }
}

/// Why a search has ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Conclusion {
    /// The rate is known as well as it can be.
    Settled,
    /// The time is over.
    Budget,
    /// There was to be no other probe.
    Cut,
    /// The generator is too slow.
    Late(String),
    /// The limits hold at the highest rate that is tried.
    Unbroken,
    /// Calls are over a limit at any rate.
    Hopeless,
    /// The service is not the one that was probed at first: no probe has held the limits from that
    /// one on, counted from one, in the end not even one at `rate`, although `held` held them.
    Changed { from: usize, rate: f64, held: f64 },
}

impl Conclusion {
    /// The word for it in `report.json`.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Conclusion::Settled => "settled",
            Conclusion::Budget => "budget",
            Conclusion::Cut => "cut_short",
            Conclusion::Late(_) => "generator",
            Conclusion::Unbroken => "unbroken",
            Conclusion::Hopeless => "hopeless",
            Conclusion::Changed { .. } => "changed",
        }
    }
}

/// A rate as people read it: `812/s`.
pub(crate) fn shown_rate(rate: f64) -> String {
    let digits = match rate {
        100.0.. => 0,
        10.0.. => 1,
        1.0.. => 2,
        _ => 4,
    };
    let text = format!("{rate:.digits$}");
    let text = if digits > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}/s")
}

#[cfg(test)]
mod tests {
    use super::{Sustained, shown_rate};

    #[test]
    fn a_rate_is_told_apart_from_those_outside_of_its_interval() {
        let fit = Sustained { rate: Some(500.0), low: 480.0, high: Some(530.0), binding: None };
        for (hoped_for, reaches) in [
            (479.0, Some(true)),
            (480.0, Some(true)),
            (481.0, None),
            (500.0, None),
            (530.0, None),
            (531.0, Some(false)),
        ] {
            assert_eq!(fit.reaches(hoped_for), reaches, "{hoped_for}");
        }
        assert_eq!(Sustained { high: None, ..fit }.reaches(1e6), None);
    }

    /// Its bounds have been made.
    #[test]
    fn a_bracket_is_told_apart_from_its_bounds() {
        let bracket = Sustained { rate: Some(400.0), low: 400.0, high: Some(800.0), binding: None };
        for (hoped_for, reaches) in
            [(400.0, Some(true)), (401.0, None), (799.0, None), (800.0, Some(false))]
        {
            assert_eq!(bracket.reaches(hoped_for), reaches, "{hoped_for}");
        }
    }

    #[test]
    fn rates_have_about_three_digits() {
        for (rate, text) in [
            (1_575.96, "1576/s"),
            (812.4, "812/s"),
            (50.0, "50/s"),
            (23.25, "23.2/s"),
            (2.5, "2.5/s"),
            (0.23456, "0.2346/s"),
        ] {
            assert_eq!(shown_rate(rate), text);
        }
    }
}
