//! [`Attribute::terms`]: what the values mean together.

use std::sync::Arc;
use std::time::Duration;

use super::Attribute;
use crate::plan::curve::Curve;
use crate::plan::decimal::Decimal;
use crate::plan::headcount::Headcount;
use crate::plan::key::{
    NO_END, NO_LANES_FOR_LOCAL, NO_PACE, NO_PAIRS_IN_A_CLOSED_LOOP, NO_RUNTIME_IN_VIRTUAL_TIME,
};
use crate::plan::partner::Partner;
use crate::plan::rate::Rps;
use crate::plan::terms::{Pace, Terms};
use crate::plan::threshold::{Limit, Threshold};
use crate::plan::words::{Clock, Threads};

impl Attribute {
    /// # Errors
    ///
    /// The first value that is wrong, and what to give instead.
    pub fn terms(mut self) -> Result<Terms, String> {
        if let Some(wrong) = self.wrong.take() {
            return Err(wrong);
        }
        let threads = self.threads()?;
        let is_closed =
            self.concurrency.is_some() || self.headcount.is_some() || !self.legs.is_empty();
        if self.compare && is_closed {
            return Err(NO_PAIRS_IN_A_CLOSED_LOOP.to_string());
        }
        self.prepare_search()?;
        self.headcount = self.headcount()?;
        let has_pace = self.curve.is_some()
            || !self.segments.is_empty()
            || self.concurrency.is_some()
            || self.headcount.is_some();
        let pace = self.pace()?;
        let own_length = self.headcount.as_ref().map(Headcount::length);
        let mut terms = Terms {
            spread: (!has_pace).then_some(Decimal::ONE),
            calls: self.calls,
            seed: self.seed,
            clock: self.clock,
            threads,
            local: self.local,
            partner: self.compare.then_some(Partner::Own),
            capacity: self.capacity.take(),
            headcount: self.headcount.map(Arc::new),
            ..Terms::new(pace, self.duration.or(own_length.map(Duration::from_nanos)))
        };
        (terms.offer, terms.thresholds, terms.data_order) =
            (self.offer, self.thresholds, self.data_order);
        if terms.other_ends().is_none() && !terms.data_is_the_end() {
            return Err(NO_END.to_string());
        }
        for Threshold { modifiers, limit, .. } in &terms.thresholds {
            modifiers.check(terms.length())?;
            if matches!(limit, Limit::Relative(_)) && !modifiers.are_none() {
                return Err(format!("a limit that follows another run has no `{modifiers}`"));
            }
        }
        terms.workers = self.workers.unwrap_or(terms.workers);
        terms.setup_timeout = self.setup_timeout.unwrap_or(terms.setup_timeout);
        Ok(terms)
    }

    /// What makes the calls, if the load does not go by tokio's paused clock.
    fn threads(&self) -> Result<Option<Threads>, String> {
        match (self.clock, self.threads) {
            (Clock::Real, Some(Threads::MultiThread)) if self.local => {
                Err(NO_LANES_FOR_LOCAL.to_string())
            }
            (Clock::Real, given) => Ok(Some(given.unwrap_or_default())),
            (Clock::Virtual, None) => Ok(None),
            (Clock::Virtual, Some(_)) => Err(NO_RUNTIME_IN_VIRTUAL_TIME.to_string()),
        }
    }

    /// The callers of a closed loop over time, if their number changes.
    fn headcount(&mut self) -> Result<Option<Headcount>, String> {
        if self.legs.is_empty() {
            return Ok(self.headcount.take());
        }
        Headcount::stages("stages", std::mem::take(&mut self.legs)).map(Some)
    }

    fn pace(&mut self) -> Result<Pace, String> {
        let most = self.headcount.as_ref().map(Headcount::most);
        if let Some(concurrency) = self.concurrency.or(most) {
            return Ok(Pace::Closed { concurrency, pause: self.pause });
        }
        if !self.segments.is_empty() {
            self.curve = Some(Curve::stages("stages", std::mem::take(&mut self.segments))?);
        }
        let spread = self.calls.zip(self.duration);
        let curve = match (self.curve.take(), spread) {
            (Some(curve), _) => curve,
            (None, Some((calls, duration))) => Curve::Constant(Rps::spread(calls, duration)?),
            (None, None) => return Err(NO_PACE.to_string()),
        };
        Ok(Pace::Open { curve, arrivals: self.arrivals })
    }
}
