//! `Judged::observation`: the figure that a threshold was compared with, in words.

use std::time::Duration;

use super::numbers::{decimal, plain};
use super::table::sign;
use crate::plan::threshold::Unit;
use crate::plan::time;
use crate::statistics::samples::Bound;
use crate::verdict::judge::Judged;

impl Judged {
    /// The figure, in the unit of the threshold. It is rounded, unless it would then look like the
    /// limit. What to do about it stands behind it, if there is something to do.
    pub(super) fn observation(&self) -> String {
        let Some(observed) = self.observed else { return "no sample".to_string() };
        let looks_like_the_limit =
            observed != self.limit && self.rounded(observed) == self.rounded(self.limit);
        let figure =
            if looks_like_the_limit { self.exact(observed) } else { self.rounded(observed) };
        let sign = sign(match (self.at_least, self.at_most) {
            (true, _) => Bound::AtLeast,
            (_, true) => Bound::AtMost,
            _ => Bound::Exact,
        });
        match self.advice {
            Some(advice) => format!("{sign}{figure}: {advice}"),
            None => format!("{sign}{figure}"),
        }
    }

    fn rounded(&self, figure: f64) -> String {
        match self.metric.unit() {
            Unit::Time => time::rounded(Duration::from_nanos(figure as u64)),
            Unit::Share => format!("{}%", plain(figure * 100.0)),
            Unit::CallsPerSecond | Unit::PerSecond => format!("{}/s", plain(figure)),
            Unit::Number => plain(figure),
        }
    }

    fn exact(&self, figure: f64) -> String {
        match self.metric.unit() {
            Unit::Time => time::format(Duration::from_nanos(figure as u64)),
            Unit::Share => format!("{}%", decimal(figure * 100.0, 9)),
            Unit::CallsPerSecond | Unit::PerSecond => format!("{}/s", decimal(figure, 9)),
            Unit::Number => decimal(figure, 9),
        }
    }
}
