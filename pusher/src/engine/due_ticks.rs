//! [`DueTicks`]: how many measured ticks of a schedule are due by an instant.

use std::sync::Arc;

use super::timeline::{Ticks, Timeline};

/// Goes forward along a timeline.
pub(crate) struct DueTicks {
    timeline: Arc<Timeline>,
    ticks: Ticks,
    /// How many are due so far, those of the warm-up too.
    due: u64,
}

impl DueTicks {
    pub(super) fn new(timeline: Arc<Timeline>) -> DueTicks {
        let due = timeline.warmup_within(u64::MAX);
        DueTicks { ticks: Ticks::new(timeline.clone()), timeline, due }
    }

    /// How many more are due before that instant, in nanoseconds from the start of the measured
    /// time, than before the last one.
    pub(crate) fn more_before(&mut self, instant: u64) -> u64 {
        let Some(last) = instant.checked_sub(1) else { return 0 };
        let due = self.ticks.due_by(self.due, self.timeline.start().saturating_add(last));
        let more = due.saturating_sub(self.due);
        self.due += more;
        more
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::curve::Curve;
    use crate::plan::rate::Rps;
    use crate::plan::schedule::Timetable;

    #[test]
    fn a_tick_is_counted_once_and_none_of_the_warm_up_is() {
        let ten = |millis: u64| {
            Timetable::new(&Curve::Constant(Rps::new(10).unwrap()), millis * 1_000_000, None, None)
        };
        // Measured ones are due at 0, 100 and 200 ms.
        let mut ticks = DueTicks::new(Arc::new(Timeline::new(ten(250), ten(300))));
        let mut more = |millis: u64| ticks.more_before(millis * 1_000_000);
        let counted = [more(0), more(100), more(100), more(101), more(5_000)];
        assert_eq!(counted, [0, 1, 0, 1, 1]);
    }
}
