//! [`Ring`]: the strides that windows of one length still need; and [`WindowFigures`], what a
//! window came to.
//!
//! ```text
//!   window       is read for good when its time is over and every call has ended that is due in it
//!   stride       is kept until all windows that cover it are read
//! ```
//!
//! So one call that hangs for an hour keeps the strides around it, and no others.

use std::collections::{BTreeMap, BTreeSet};

use super::stride::{OpenPart, Stride};
use crate::plan::strides::{Strides, WindowPlan};
use crate::plan::threshold::NoteWord;
use crate::statistics::latency::Latency;
use crate::statistics::ledger::Ledger;
use crate::statistics::notes::{CountReport, RecordReport, StepReport};

/// Of all Workers of a load.
pub(crate) struct Ring {
    strides: Strides,
    kept: BTreeMap<u64, Stride>,
    /// How many strides are over.
    over: u64,
    /// How many windows are over.
    ended: u64,
    /// Those of them that wait for calls.
    waiting: BTreeSet<u64>,
}

/// What a window came to. Instants are in nanoseconds from the start of the measured time.
pub(crate) struct WindowFigures {
    pub(crate) number: u64,
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) ledger: Ledger,
    pub(crate) throughput: f64,
    /// How many calls more would have ended in it, if each had begun on time.
    pub(crate) delayed: u64,
    pub(crate) response: Latency,
    pub(crate) service: Latency,
    pub(crate) lag: Latency,
    pub(crate) steps: Vec<StepReport>,
    pub(crate) counts: Vec<CountReport>,
    pub(crate) records: Vec<RecordReport>,
}

impl Ring {
    pub(crate) fn new(strides: Strides) -> Ring {
        Ring { strides, kept: BTreeMap::new(), over: 0, ended: 0, waiting: BTreeSet::new() }
    }

    /// Adds what was told meanwhile.
    pub(crate) fn add(&mut self, strides: BTreeMap<u64, Stride>) {
        for (number, stride) in strides {
            self.kept.entry(number).or_default().add(&stride);
        }
    }

    /// Time has gone on to `now`. `more_before` says how many more ticks are due before an instant
    /// than before the last one, in an open loop.
    pub(crate) fn go_on(&mut self, now: u64, mut more_before: impl FnMut(u64) -> Option<u64>) {
        while self.strides.start(self.over + 1) <= now {
            if let Some(due) = more_before(self.strides.start(self.over + 1)) {
                self.kept.entry(self.over).or_default().due = Some(due);
            }
            self.over += 1;
        }
        let ended = self.strides.windows_ended_by(now).max(self.ended);
        self.waiting.extend(self.ended..ended);
        self.ended = ended;
    }

    /// The windows that are over and whose calls have all ended, which now are no longer waited
    /// for.
    pub(crate) fn take_ready(&mut self) -> Vec<u64> {
        let pending: BTreeSet<u64> = self.pending().collect();
        let last = self.strides.in_window() - 1;
        let is_ready = |window: &u64| pending.range(*window..=*window + last).next().is_none();
        let (ready, waiting): (BTreeSet<u64>, _) = self.waiting.iter().partition(|it| is_ready(it));
        self.waiting = waiting;
        ready.into_iter().collect()
    }

    /// The same of all windows that have ended by then, when no call is in flight any more.
    pub(crate) fn take_all(&mut self, end: u64) -> Vec<u64> {
        let ended = self.strides.windows_ended_by(end);
        self.waiting.extend(self.ended..ended.max(self.ended));
        self.ended = ended.max(self.ended);
        // Nothing more is to come of ticks that were not made because the load was stopped.
        self.kept.values_mut().for_each(|stride| {
            stride.due = Some(stride.begun.max(stride.ended()) + stride.canceled);
        });
        let all = std::mem::take(&mut self.waiting);
        all.into_iter().filter(|window| *window < ended).collect()
    }

    /// The first window that is not read yet.
    pub(crate) fn unread(&self) -> u64 {
        self.waiting.first().copied().unwrap_or(self.ended)
    }

    /// The windows that are over and wait for calls.
    pub(crate) fn waiting(&self) -> Vec<u64> {
        self.waiting.iter().copied().collect()
    }

    fn pending(&self) -> impl Iterator<Item = u64> {
        let pending = self.kept.iter().filter(|(_, stride)| stride.pending() > 0);
        pending.map(|(number, _)| *number)
    }

    /// Drops the strides that no window needs any more.
    pub(crate) fn forget(&mut self) {
        let (waiting, ended) = (&self.waiting, self.ended);
        let first = |number: u64| (number + 1).saturating_sub(self.strides.in_window());
        self.kept.retain(|number, _| {
            *number >= ended || waiting.range(first(*number)..=*number).next().is_some()
        });
    }

    /// How many strides are kept.
    #[cfg(test)]
    pub(crate) fn kept(&self) -> usize {
        self.kept.len()
    }

    /// What they take, in bytes.
    #[cfg(test)]
    fn bytes(&self) -> usize {
        self.kept.values().map(|stride| size_of::<u64>() + stride.bytes()).sum()
    }

    /// What a window came to whose calls have all ended.
    pub(crate) fn figures(&self, window: u64, plan: &WindowPlan) -> WindowFigures {
        let mut all = Stride::default();
        let strides = window..window + self.strides.in_window();
        self.kept.range(strides).for_each(|(_, stride)| all.add(stride));
        self.of(window, all, plan)
    }

    /// What a window has come to by now: a call that has not ended counts with its age, and a step
    /// of it with its own.
    pub(crate) fn figures_by(
        &self,
        window: u64,
        now: u64,
        (plan, open): (&WindowPlan, &[OpenPart]),
    ) -> WindowFigures {
        let mut all = Stride::default();
        for (number, stride) in self.kept.range(window..window + self.strides.in_window()) {
            let (start, end) = (self.strides.start(*number), self.strides.start(*number + 1));
            let open: Vec<OpenPart> =
                open.iter().filter(|part| (start..end).contains(&part.due)).copied().collect();
            let mut stride = stride.clone();
            // A name that no call has told yet there.
            if !plan.names.is_empty() {
                stride.named(plan.names.len() - 1);
            }
            stride.age(now.saturating_sub(end), &open);
            all.add(&stride);
        }
        self.of(window, all, plan)
    }

    fn of(&self, number: u64, mut all: Stride, plan: &WindowPlan) -> WindowFigures {
        let seconds = self.strides.over() as f64 / 1e9;
        let started = all.started();
        let ledger = Ledger {
            canceled_late: all.canceled_late,
            ..Ledger::new(started + all.canceled, all.canceled, &all.endings)
        };
        let (mut steps, mut counts, mut records) = (Vec::new(), Vec::new(), Vec::new());
        for (nth, (word, name)) in plan.names.iter().enumerate() {
            let (part, name) = (all.named(nth).clone(), name.clone());
            match word {
                NoteWord::Step => {
                    let ok = part.times.ended.count();
                    steps.push(StepReport {
                        name,
                        ok,
                        failed: part.failed,
                        unfinished: part.began.saturating_sub(ok + part.failed),
                        errors: Vec::new(),
                        times: part.times.latency(),
                    });
                }
                NoteWord::Count => counts.push(CountReport {
                    name,
                    total: u64::try_from(part.counted).unwrap_or(u64::MAX),
                    per_second: part.counted as f64 / seconds,
                    per_call: part.counted_by_due as f64 / started.max(1) as f64,
                    at_least: u64::try_from(part.counted).is_err(),
                }),
                NoteWord::Record => {
                    records.push(RecordReport { name, values: part.values.distribution() });
                }
            }
        }
        WindowFigures {
            number,
            from: self.strides.start(number),
            to: self.strides.end_of_window(number),
            ledger,
            throughput: all.ended_ok as f64 / seconds,
            delayed: all.on_time_ok.saturating_sub(all.ended_ok),
            response: all.response.latency(),
            service: all.service.latency(),
            lag: all.lag.latency(),
            steps,
            counts,
            records,
        }
    }
}

#[cfg(test)]
mod tests;
