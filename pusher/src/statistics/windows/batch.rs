//! [`Batch`]: what a thread heard last. It is put into strides when there is enough of it, so that
//! most calls cost no more than a place in a list.

use std::collections::BTreeMap;

use super::stride::{Stride, StridesOfAll};
use crate::engine::gossip::{Ending, Gossip, Moment};
use crate::plan::note::{Note, NoteKind};
use crate::plan::strides::{Strides, WindowPlan};
use crate::plan::threshold::NoteWord;
use crate::plan::time::nanos;

/// So many are put into strides at once.
const ENOUGH: usize = 512;

#[derive(Default)]
pub(super) struct Batch(Vec<Event>);

/// One thing that was heard. All instants are in nanoseconds from the start of the measured time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Event {
    Begun { due: u64 },
    Canceled { due: u64, is_late: bool },
    Ended(EndedCall),
    Told(ToldNote),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct EndedCall {
    due: u64,
    end: u64,
    response: u64,
    service: u64,
    /// None if it never began.
    lag: Option<u64>,
    ending: Ending,
}

/// A note under one of the plan's names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ToldNote {
    due: u64,
    nth: usize,
    what: ToldOf,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum ToldOf {
    Began,
    Ended(u64),
    Failed,
    Dropped(u64),
    Panicked,
    Count { told: u64, count: u64 },
    Record(u64),
}

impl Event {
    pub(super) fn of(gossip: &Gossip) -> Event {
        let due = gossip.due;
        match gossip.moment {
            Moment::BeforeTarget => Event::Begun { due },
            Moment::Canceled => Event::Canceled { due, is_late: gossip.is_delayed },
            Moment::AfterTarget => Event::Ended(EndedCall {
                due,
                end: gossip.end(),
                response: gossip.response,
                service: gossip.times.map_or(0, |times| times.service),
                lag: gossip.times.map(|times| times.lag),
                ending: gossip.ended.ending(),
            }),
        }
    }

    fn due(&self) -> u64 {
        match self {
            Event::Begun { due } | Event::Canceled { due, .. } => *due,
            Event::Ended(EndedCall { due, .. }) | Event::Told(ToldNote { due, .. }) => *due,
        }
    }
}

impl ToldNote {
    /// None if it is not for one of these names.
    pub(super) fn of(note: &Note<'_>, names: &[(NoteWord, String)]) -> Option<ToldNote> {
        let (word, what) = match note.kind {
            NoteKind::StepBegan => (NoteWord::Step, ToldOf::Began),
            NoteKind::StepEnded { time, error: None } => {
                (NoteWord::Step, ToldOf::Ended(nanos(time)))
            }
            NoteKind::StepEnded { .. } => (NoteWord::Step, ToldOf::Failed),
            NoteKind::StepDropped { time } => (NoteWord::Step, ToldOf::Dropped(nanos(time))),
            NoteKind::StepPanicked => (NoteWord::Step, ToldOf::Panicked),
            NoteKind::StepPaused { .. } | NoteKind::StepResumed { .. } => return None,
            NoteKind::Count(count) => (NoteWord::Count, ToldOf::Count { told: note.told, count }),
            NoteKind::Record(value) => (NoteWord::Record, ToldOf::Record(value)),
        };
        let nth = names.iter().position(|(kind, name)| *kind == word && name == note.name)?;
        Some(ToldNote { due: note.due, nth, what })
    }
}

impl Batch {
    pub(super) fn put(&mut self, heard: Event) {
        self.0.push(heard);
    }

    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= ENOUGH
    }

    /// Puts all into strides, and keeps the room.
    pub(super) fn empty_into(&mut self, plan: &WindowPlan, all: &mut StridesOfAll) {
        self.0.sort_unstable_by_key(Event::due);
        for (strides, kept) in plan.windows.iter().zip(all) {
            let mut rest = &self.0[..];
            while let Some(first) = rest.first() {
                let number = strides.of(first.due());
                let end = strides.start(number + 1);
                let (same, others) = rest.split_at(rest.partition_point(|it| it.due() < end));
                put_by_due(same, plan, kept.entry(number).or_default());
                rest = others;
            }
            self.put_by_instant(*strides, kept);
        }
        self.0.clear();
    }

    /// What counts when it happens, and not when the tick was due.
    fn put_by_instant(&self, strides: Strides, kept: &mut BTreeMap<u64, Stride>) {
        for heard in &self.0 {
            match heard {
                Event::Ended(EndedCall { end, lag, ending: Ending::Ok, .. }) => {
                    kept.entry(strides.of(*end)).or_default().ended_ok += 1;
                    let on_time = end.saturating_sub(lag.unwrap_or_default());
                    kept.entry(strides.of(on_time)).or_default().on_time_ok += 1;
                }
                Event::Told(ToldNote { nth, what: ToldOf::Count { told, count }, .. }) => {
                    let stride = kept.entry(strides.of(*told)).or_default();
                    stride.named(*nth).counted += u128::from(*count);
                }
                _ => {}
            }
        }
    }
}

/// Puts what belongs to ticks that were due in that stride.
fn put_by_due(all: &[Event], plan: &WindowPlan, stride: &mut Stride) {
    for heard in all {
        match heard {
            Event::Begun { .. } => stride.begun += 1,
            Event::Canceled { is_late, .. } => {
                stride.canceled += 1;
                stride.canceled_late += u64::from(*is_late);
            }
            Event::Ended(call) => stride.endings.count(call.ending),
            Event::Told(_) => {}
        }
    }
    if plan.has_times {
        put_times(all, stride);
    }
    for nth in 0..plan.names.len() {
        put_told(all, nth, stride);
    }
}

fn put_times(all: &[Event], stride: &mut Stride) {
    let ended = || {
        all.iter().filter_map(|heard| match heard {
            Event::Ended(call) => Some(call),
            _ => None,
        })
    };
    let is_cut = |call: &&EndedCall| matches!(call.ending, Ending::TimedOut | Ending::Interrupted);
    let mut values: Vec<u64> = Vec::with_capacity(all.len());
    let ok = || ended().filter(|call| call.ending == Ending::Ok);
    values.extend(ok().map(|call| call.response));
    stride.response.ended.take(&mut values);
    values.extend(ok().map(|call| call.service));
    stride.service.ended.take(&mut values);
    values.extend(ended().filter(is_cut).map(|call| call.response));
    stride.response.cut_off.take(&mut values);
    values.extend(ended().filter(is_cut).map(|call| call.service));
    stride.service.cut_off.take(&mut values);
    values.extend(ended().filter_map(|call| call.lag));
    stride.lag.ended.take(&mut values);
    values.extend(ended().filter(|call| call.lag.is_none()).map(|call| call.response));
    stride.lag.cut_off.take(&mut values);
}

fn put_told(all: &[Event], nth: usize, stride: &mut Stride) {
    let (mut ended, mut cut_off, mut values) = (Vec::new(), Vec::new(), Vec::new());
    let named = stride.named(nth);
    for heard in all {
        let Event::Told(told) = heard else { continue };
        if told.nth != nth {
            continue;
        }
        match told.what {
            ToldOf::Began => named.began += 1,
            ToldOf::Ended(time) => ended.push(time),
            ToldOf::Failed => named.failed += 1,
            ToldOf::Dropped(time) => {
                named.dropped += 1;
                cut_off.push(time);
            }
            ToldOf::Panicked => named.dropped += 1,
            ToldOf::Count { count, .. } => named.counted_by_due += u128::from(count),
            ToldOf::Record(value) => values.push(value),
        }
    }
    named.times.ended.take(&mut ended);
    named.times.cut_off.take(&mut cut_off);
    named.values.take(&mut values);
}
