//! `Evidence` as it would be if the generator had been on time: counts with the calls that were not
//! made, or ended too late, and those of a closed loop with the time in which it stood still. The
//! calls that were not made are taken to fare as the others did.

use super::evidence::Evidence;
use crate::plan::threshold::{Metric, Named, Unit};
use crate::plan::time;
use crate::statistics::ledger::Ledger;
use crate::statistics::notes::CountReport;

impl Evidence<'_> {
    /// What the generator has done late that such a count can tell; no sentence if it was on time.
    pub(super) fn lateness_of_counts(&self, metric: &Metric) -> Vec<String> {
        let canceled = (self.ledger.canceled_late > 0).then(|| {
            format!(
                "canceled {} late (more than 2ms after the due time, or because calls that began \
                 so late held the slots)",
                number_of(self.ledger.canceled_late, "tick")
            )
        });
        let delayed = (is_rate(metric) && self.delayed > 0).then(|| {
            format!(
                "begun {} so late that the end came after the schedule",
                number_of(self.delayed, "call")
            )
        });
        canceled.into_iter().chain(delayed).collect()
    }

    /// How long the generator stood still, if such a count can tell.
    pub(super) fn stand_still_of_counts(&self, metric: &Metric) -> Option<String> {
        let is_total = matches!(metric, Metric::Named(Named::CountTotal, _));
        let is_told = !self.lost.is_zero() && (is_rate(metric) || is_total && self.ends_by_time);
        is_told.then(|| format!("stood still for {} of the schedule", time::rounded(self.lost)))
    }

    /// No tick was canceled late.
    pub(super) fn punctual_ledger(&self) -> Ledger {
        let Ledger { started, canceled, canceled_late, .. } = self.ledger;
        Ledger {
            started: started + canceled_late,
            canceled: canceled - canceled_late,
            canceled_late: 0,
            ..self.ledger
        }
    }

    /// What was counted, in all and per second, with as much for each call that is missing.
    pub(super) fn punctual_counts(&self) -> Vec<CountReport> {
        let made = self.ledger.started;
        let counted = |count: &CountReport| CountReport {
            total: self.with_lost(self.with_missing(count.total as f64, made)) as u64,
            per_second: self
                .with_lost(self.with_missing(count.per_second, made.saturating_sub(self.delayed))),
            ..count.clone()
        };
        self.counts.iter().map(counted).collect()
    }

    /// With the calls that ended too late, and as many more as share in it of those not made.
    pub(super) fn punctual_throughput(&self) -> f64 {
        let seconds = self.schedule.as_secs_f64();
        let delayed = if seconds > 0.0 { self.delayed as f64 / seconds } else { 0.0 };
        self.with_lost(self.with_missing(self.throughput + delayed, self.ledger.started))
    }

    /// A figure of calls that were made while the process did not stand still, as it is of all the
    /// schedule.
    fn with_lost(&self, figure: f64) -> f64 {
        let [schedule, lost] = [self.schedule, self.lost].map(|time| time.as_secs_f64());
        if lost < schedule { figure * schedule / (schedule - lost) } else { figure }
    }

    /// A figure of so many calls, as it is of all that should have been made.
    fn with_missing(&self, figure: f64, calls: u64) -> f64 {
        figure * self.punctual_ledger().started as f64 / calls.max(1) as f64
    }
}

/// Whether it is per second of the schedule.
fn is_rate(metric: &Metric) -> bool {
    matches!(metric.unit(), Unit::CallsPerSecond | Unit::PerSecond)
}

fn number_of(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
