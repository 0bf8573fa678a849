//! `Judged::observation`: the figure that a threshold was compared with, in words.

use std::time::Duration;

use super::lines::printable;
use super::numbers::{decimal, plain, share_in_percent, signed_percent};
use super::table::sign;
use crate::plan::threshold::Unit;
use crate::plan::time;
use crate::statistics::samples::Bound;
use crate::verdict::comparison::{Comparison, PairedComparison};
use crate::verdict::judge::{IntervalField, Judged};
use crate::verdict::noise::interval::Interval;

impl Judged {
    /// The figure, in the unit of the threshold. It is rounded, unless it would then look like the
    /// limit. What to do about it stands behind it, if there is something to do.
    pub(crate) fn observation(&self) -> String {
        let windows = self.windows().map(|windows| format!(" {windows}")).unwrap_or_default();
        let figure = self.figure_in_words() + &self.bounds_in_words() + &windows;
        match (self.advice, &self.baseline, &self.other) {
            (Some(advice), ..) => format!("{figure}: {advice}"),
            (None, Some(baseline), _) => format!("{figure}: {}", self.beside(baseline)),
            (None, None, Some(other)) => format!("{figure}: {}", self.beside_other(other)),
            (None, None, None) => figure,
        }
    }

    /// The figure alone.
    pub(super) fn figure_in_words(&self) -> String {
        let Some(observed) = self.observed else { return "no sample".to_string() };
        let sign = match (self.at_least, self.at_most) {
            // Of what was counted, more came than 64 bits hold.
            (true, _) if self.metric.figure().is_none() => "at least ",
            (true, _) => sign(Bound::AtLeast),
            (_, true) => sign(Bound::AtMost),
            _ => sign(Bound::Exact),
        };
        let looks_like_the_limit =
            observed != self.limit && self.rounded(observed) == self.rounded(self.limit);
        let figure = match self.whole {
            Some(whole) => whole.to_string(),
            None if looks_like_the_limit => self.exact(observed),
            None => self.rounded(observed),
        };
        format!("{sign}{figure}")
    }

    /// ` (285ms to 316ms)`: where the true figure is, if that is known.
    pub(super) fn bounds_in_words(&self) -> String {
        let Some(IntervalField(Ok(Interval { low, high }))) = self.interval else {
            return String::new();
        };
        let bound = |bound: f64| match self.unit {
            Unit::Share => share_in_percent(bound),
            _ => self.rounded(bound),
        };
        format!(" ({} to {})", bound(low), bound(high))
    }

    /// `21% ± 3.1% more than baseline main (100ms); could have seen a slowdown of 14% or more above
    /// the noise`.
    fn beside(&self, baseline: &Comparison) -> String {
        let Comparison { name, runs, figure, difference, noise, could_have_seen, weak } = baseline;
        let side = if *difference < 0.0 { "less" } else { "more" };
        let runs = if *runs > 1 { format!(", {runs} runs") } else { String::new() };
        let is_excused = self.met == Some(true) && self.is_beyond_limit();
        let excuse = if is_excused { ", which noise explains" } else { "" };
        let weak = if *weak { "; weak, for calls are few" } else { "" };
        format!(
            "{} ± {} {side} than baseline {name} ({}{runs}){excuse}; {}{weak}",
            in_percent(difference.abs()),
            in_percent(*noise),
            self.rounded(*figure),
            self.could_have_seen(*could_have_seen),
        )
    }

    /// `20% more than old_checkout (100ms), 18% to 22% in 95 of 100 loads; could have seen a
    /// slowdown of 5.0% or more above the noise`.
    fn beside_other(&self, other: &PairedComparison) -> String {
        let PairedComparison { name, figure, difference, low, high, could_have_seen, .. } = other;
        let than = format!("{} ({})", printable(name), self.rounded(*figure));
        let side = if *difference < 0.0 { "less" } else { "more" };
        let mut text = format!("{} {side} than {than}", in_percent(difference.abs()));
        if let Some((low, high)) = low.zip(*high) {
            let [low, high] = [low, high].map(signed_percent);
            text += &format!(" in pairs, {low} to {high} in 95 of 100 loads");
        }
        if self.met == Some(true) && self.is_beyond_limit() {
            text += ", which noise explains";
        }
        if let Some(could_have_seen) = could_have_seen {
            text += &format!("; {}", self.could_have_seen(*could_have_seen));
        }
        text
    }

    /// The smallest change for the worse that the comparison would have told from noise.
    fn could_have_seen(&self, change: f64) -> String {
        let what = if self.unit == Unit::Time { "slowdown" } else { "loss" };
        format!("could have seen a {what} of {} or more above the noise", in_percent(change))
    }

    /// Whether the figure alone would break it.
    fn is_beyond_limit(&self) -> bool {
        let Some(observed) = self.observed else { return false };
        if self.unit == Unit::Time { observed > self.limit } else { observed < self.limit }
    }

    fn rounded(&self, figure: f64) -> String {
        match self.unit {
            Unit::Time => time::rounded(Duration::from_nanos(figure as u64)),
            Unit::Share => format!("{}%", plain(figure * 100.0)),
            Unit::CallsPerSecond | Unit::PerSecond => format!("{}/s", plain(figure)),
            Unit::Number => plain(figure),
        }
    }

    fn exact(&self, figure: f64) -> String {
        match self.unit {
            Unit::Time => time::format(Duration::from_nanos(figure as u64)),
            Unit::Share => format!("{}%", decimal(figure * 100.0, 9)),
            Unit::CallsPerSecond | Unit::PerSecond => format!("{}/s", decimal(figure, 9)),
            Unit::Number => decimal(figure, 9),
        }
    }
}

/// A share with one digit behind the point, or with none from 10 % on.
fn in_percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent >= 9.95 { format!("{percent:.0}%") } else { format!("{percent:.1}%") }
}
