//! [`Stride`]: what became of the ticks that were due in one part of the windows, and what happened
//! in it.

use std::collections::BTreeMap;

use super::numbers::{Numbers, WindowTimes};
use crate::statistics::ledger::Endings;

/// The strides of each length of window, by their numbers.
pub(crate) type StridesOfAll = Vec<BTreeMap<u64, Stride>>;

#[derive(Clone, Debug, Default)]
pub(crate) struct Stride {
    /// How many ticks were due in it, once its time is over; none of a closed loop, whose ticks are
    /// those that have begun.
    pub(super) due: Option<u64>,
    pub(super) begun: u64,
    pub(super) canceled: u64,
    pub(super) canceled_late: u64,
    pub(super) endings: Endings,
    /// How many calls ended `ok` in it, whenever they were due.
    pub(super) ended_ok: u64,
    /// How many would have, if each had begun on time.
    pub(super) on_time_ok: u64,
    pub(super) response: WindowTimes,
    pub(super) service: WindowTimes,
    pub(super) lag: WindowTimes,
    /// What calls told under each name of the plan.
    pub(super) named: Vec<NamedPart>,
}

/// A step that has not ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct OpenPart {
    /// Which of the plan's names it has.
    pub(crate) nth: usize,
    /// When the call's tick was due.
    pub(crate) due: u64,
    /// How long the step has taken so far.
    pub(crate) time: u64,
}

/// What calls told under one name.
#[derive(Clone, Debug, Default)]
pub(super) struct NamedPart {
    /// Steps that began, and those that failed or were dropped.
    pub(super) began: u64,
    pub(super) failed: u64,
    pub(super) dropped: u64,
    pub(super) times: WindowTimes,
    /// What the calls counted whose ticks were due in the stride.
    pub(super) counted_by_due: u128,
    /// What was counted in it.
    pub(super) counted: u128,
    pub(super) values: Numbers,
}

impl Stride {
    pub(crate) fn add(&mut self, other: &Stride) {
        if let Some(due) = other.due {
            *self.due.get_or_insert(0) += due;
        }
        self.begun += other.begun;
        self.canceled += other.canceled;
        self.canceled_late += other.canceled_late;
        self.endings.add(&other.endings);
        self.ended_ok += other.ended_ok;
        self.on_time_ok += other.on_time_ok;
        self.response.add(&other.response);
        self.service.add(&other.service);
        self.lag.add(&other.lag);
        for (nth, theirs) in other.named.iter().enumerate() {
            self.named(nth).add(theirs);
        }
    }

    pub(super) fn named(&mut self, nth: usize) -> &mut NamedPart {
        if self.named.len() <= nth {
            self.named.resize_with(nth + 1, NamedPart::default);
        }
        &mut self.named[nth]
    }

    /// What it takes, in bytes.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        let of_name = |named: &NamedPart| named.times.bytes() + named.values.bytes();
        let times = [&self.response, &self.service, &self.lag].map(WindowTimes::bytes);
        size_of::<Stride>()
            + self.named.capacity() * size_of::<NamedPart>()
            + times.iter().sum::<usize>()
            + self.named.iter().map(of_name).sum::<usize>()
    }

    pub(super) fn started(&self) -> u64 {
        self.due.map_or(self.begun, |due| due.saturating_sub(self.canceled))
    }

    pub(super) fn ended(&self) -> u64 {
        self.endings.ok + self.endings.errors()
    }

    /// How many calls have not ended.
    pub(super) fn pending(&self) -> u64 {
        self.started().saturating_sub(self.ended())
    }

    /// Lets each call that has not ended count with its age, which is at least this. It may still
    /// end in any way: so it counts as no error, and a step that it has not begun as a short one.
    pub(super) fn age(&mut self, age: u64, open: &[OpenPart]) {
        let pending = self.pending();
        let in_flight = self.begun.saturating_sub(self.ended()).min(pending);
        self.response.ended.add_same(age, pending);
        self.service.ended.add_same(age, in_flight);
        self.service.ended.add_same(0, pending - in_flight);
        self.lag.ended.add_same(0, in_flight);
        self.lag.ended.add_same(age, pending - in_flight);
        for (nth, named) in self.named.iter_mut().enumerate() {
            let ended = named.times.ended.count() + named.failed + named.dropped;
            let mut open: Vec<u64> =
                open.iter().filter(|open| open.nth == nth).map(|open| open.time).collect();
            let others = pending.saturating_sub(open.len() as u64);
            named.began = ended + open.len() as u64 + others;
            named.times.ended.take(&mut open);
            named.times.ended.add_same(0, others);
        }
    }
}

impl NamedPart {
    fn add(&mut self, other: &NamedPart) {
        self.began += other.began;
        self.failed += other.failed;
        self.dropped += other.dropped;
        self.times.add(&other.times);
        self.counted_by_due += other.counted_by_due;
        self.counted += other.counted;
        self.values.add(&other.values);
    }
}
