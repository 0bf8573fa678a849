//! The values of `#[pusher::capacity]` in an [`Attribute`].

use super::Attribute;
use crate::plan::capacity::{NO_ITEMS_ONCE, NO_LIMIT};
use crate::plan::curve::Curve;
use crate::plan::data::DataOrder;
use crate::plan::rate::{Rate, Rps, wrong};
use crate::plan::threshold::Threshold;
use crate::plan::time::Time;

impl Attribute {
    /// A search for a capacity in the place of a load.
    pub fn capacity(mut self) -> Attribute {
        self.capacity.get_or_insert_default();
        self
    }

    /// The calls a second below which the test fails.
    pub fn at_least(mut self, rps: impl Rate) -> Attribute {
        let text = rps.to_string();
        let at_least = self.check(Rps::parse(&text).ok_or_else(|| wrong("at_least", &text)));
        self.capacity.get_or_insert_default().at_least = at_least;
        self
    }

    /// The time for all probes.
    pub fn budget(mut self, budget: impl Time) -> Attribute {
        if let Some(budget) = self.positive("budget", budget) {
            self.capacity.get_or_insert_default().budget = budget;
        }
        self
    }

    /// Checks what a search needs, and gives it a pace and a length, which are those of no probe.
    pub(super) fn prepare_search(&mut self) -> Result<(), String> {
        let Some(goal) = &self.capacity else { return Ok(()) };
        if self.thresholds.is_empty() {
            return Err(NO_LIMIT.to_string());
        }
        self.thresholds.iter().try_for_each(Threshold::check_as_limit)?;
        if self.data_order == DataOrder::Once {
            return Err(NO_ITEMS_ONCE.to_string());
        }
        self.duration = Some(goal.budget);
        self.curve = Rps::new(1).ok().map(Curve::Constant);
        Ok(())
    }
}
