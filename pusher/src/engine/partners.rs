//! Of two runs that are compared, which begins the next tick: `Run::is_partner_first`.
//!
//! Both ticks of a pair may have come due when somebody looks, and several pairs. Drivers begin
//! them in the order in which they are due, which the seed has drawn: they claim one tick after the
//! other, and the one gives way to the other. If one of the targets came first more often, what it
//! leaves in a cache would be the other's.
//!
//! ```text
//!   due        own 0   other 0   other 1   own 1   own 2   other 2
//!   own         │ 0 ──▶ gives way         │ 1       │ 2 ──▶ gives way
//!   other               │ 0       │ 1 ──▶ gives way          │ 2
//! ```

use std::sync::{Arc, Weak};

use super::run::Run;

impl Run {
    /// The run of the other target, if two are compared.
    pub(super) fn partner(&self) -> Option<Arc<Run>> {
        self.partner.get().and_then(Weak::upgrade)
    }

    /// Whether a tick of the other target waits that comes before the next one of this target. Then
    /// its driver on this lane is rung.
    pub(super) fn is_partner_first(&self, lane: usize) -> bool {
        let Some(partner) = self.partner() else { return false };
        let (Some(own), Some(others)) = (self.backlog.first(), partner.backlog.first()) else {
            return false;
        };
        // Of one pair both have the same number.
        let is_first = others < own || (others == own && !self.timeline.comes_first(own));
        if is_first {
            partner.ring_on(lane, 1);
        }
        is_first
    }
}
