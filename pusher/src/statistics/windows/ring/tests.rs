use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::engine::gossip::{Ended, Ending, Gossip, Moment, ReturnValues, Times};
use crate::plan::note::{Note, NoteKind};
use crate::plan::random::SplitMix;
use crate::plan::threshold::Figure;
use crate::plan::time::nanos;
use crate::statistics::distribution::Distribution;
use crate::statistics::windows::{LaterTicks, WindowStatistics};

const MILLISECOND: u64 = 1_000_000;
/// When the schedule ends, and when calls are interrupted that have not ended.
const SCHEDULE: u64 = 2_000 * MILLISECOND;
const CLOSE: u64 = 3_000 * MILLISECOND;
/// From when on ticks count for a threshold with `after`.
const AFTER: u64 = 700 * MILLISECOND;

/// A tick, and what becomes of it. Times are in microseconds.
#[derive(Clone, Debug)]
struct Made {
    due: u64,
    lag: u64,
    service: u64,
    fate: Fate,
    thread: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Ok,
    Failed,
    TimedOut,
    Hangs,
    Canceled,
}

impl Made {
    fn due(&self) -> u64 {
        1_000 * self.due
    }

    fn begun(&self) -> u64 {
        self.due() + 1_000 * self.lag
    }

    fn end(&self) -> u64 {
        match self.fate {
            Fate::Hangs => CLOSE,
            _ => (self.begun() + 1_000 * self.service).min(CLOSE),
        }
    }

    fn ending(&self) -> Ending {
        match self.fate {
            _ if self.end() == CLOSE => Ending::Interrupted,
            Fate::Failed => Ending::Failed,
            Fate::TimedOut => Ending::TimedOut,
            _ => Ending::Ok,
        }
    }

    /// The step of it that is open at an instant, if it has one.
    fn open_step(&self, now: u64) -> Option<OpenPart> {
        let is_open = !self.is_canceled() && self.begun() < now && self.end() >= now;
        is_open.then(|| OpenPart { nth: 0, due: self.due(), time: now - self.begun() })
    }

    fn is_canceled(&self) -> bool {
        self.fate == Fate::Canceled
    }

    fn gossip(&self, moment: Moment) -> Gossip {
        let ended = match self.ending() {
            Ending::Ok => Ended::default(),
            Ending::TimedOut => Ended::timed_out(1),
            Ending::Interrupted => Ended::interrupted(),
            _ => Ended::from_outcome(Err::<(), _>("no"), ReturnValues::Dropped),
        };
        Gossip {
            seq: 0,
            warmup: false,
            due: self.due(),
            moment,
            response: self.end() - self.due(),
            times: Some(Times {
                lag: self.begun() - self.due(),
                service: self.end() - self.begun(),
            }),
            paused: 0,
            ended: if moment == Moment::AfterTarget { ended } else { Ended::default() },
            after_schedule: self.end() > SCHEDULE,
            is_delayed: moment == Moment::Canceled && self.lag > 2_000,
        }
    }

    /// What is told of it, and when.
    fn told(&self) -> Vec<(u64, ToldThing<'_>)> {
        if self.is_canceled() {
            return vec![(self.due(), ToldThing::Gossip(self.gossip(Moment::Canceled)))];
        }
        let note = |at: u64, kind| {
            let name = "x";
            (at, ToldThing::Note(Note { due: self.due(), told: at, ..Note::new(0, name, kind) }))
        };
        let mut told = vec![
            (self.begun(), ToldThing::Gossip(self.gossip(Moment::BeforeTarget))),
            note(self.begun(), NoteKind::StepBegan),
            note(self.begun(), NoteKind::Count(self.service)),
            note(self.begun(), NoteKind::Record(self.lag)),
        ];
        let time = Duration::from_micros(self.service);
        let step_end = match self.ending() {
            Ending::Interrupted => None,
            Ending::TimedOut => Some(NoteKind::StepDropped { time }),
            Ending::Failed => Some(NoteKind::StepEnded { time, error: Some("no") }),
            _ => Some(NoteKind::StepEnded { time, error: None }),
        };
        told.extend(step_end.map(|end| note(self.end(), end)));
        told.push((self.end(), ToldThing::Gossip(self.gossip(Moment::AfterTarget))));
        told
    }
}

enum ToldThing<'a> {
    Gossip(Gossip),
    Note(Note<'a>),
}

fn calls() -> impl Strategy<Value = Vec<Made>> {
    let fate = prop_oneof![
        8 => Just(Fate::Ok),
        1 => Just(Fate::Failed),
        1 => Just(Fate::TimedOut),
        1 => Just(Fate::Hangs),
        1 => Just(Fate::Canceled),
    ];
    let lag = prop_oneof![4 => 0u64..500, 1 => 0u64..300_000];
    let service = prop_oneof![4 => 0u64..20_000, 1 => 0u64..1_500_000];
    let one = (0u64..2_000_000, lag, service, fate, 0usize..3);
    let made = |(due, lag, service, fate, thread)| Made { due, lag, service, fate, thread };
    prop::collection::vec(one.prop_map(made), 0..300)
}

fn plan(millis: u64) -> Arc<WindowPlan> {
    let names = [NoteWord::Step, NoteWord::Count, NoteWord::Record];
    Arc::new(WindowPlan {
        windows: vec![Strides::new(Duration::from_millis(millis))],
        has_times: true,
        names: names.map(|word| (word, "x".to_string())).to_vec(),
        later: vec![AFTER],
    })
}

/// What somebody reads who looks now and then.
#[derive(Default)]
struct Read {
    /// The windows whose calls have all ended.
    windows: Vec<WindowFigures>,
    /// Those that wait for calls, as they are by an instant.
    waiting: Vec<(u64, WindowFigures)>,
    /// Ticks from the instant of the plan on.
    later: LaterTicks,
}

/// The windows as they are read, if somebody looks at these instants, in an open loop or not.
fn read(calls: &[Made], looks: &[u64], plan: &Arc<WindowPlan>, is_open: bool) -> Read {
    let statistics = WindowStatistics::new(plan.clone(), 2);
    let mut told: Vec<(u64, usize, ToldThing<'_>)> = calls
        .iter()
        .flat_map(|call| call.told().into_iter().map(|(at, told)| (at, call.thread, told)))
        .collect();
    told.sort_by_key(|(at, ..)| *at);
    let mut told = told.into_iter().peekable();
    let mut tell_until = |instant: u64| {
        while let Some((_, thread, told)) = told.next_if(|(at, ..)| *at < instant) {
            match told {
                ToldThing::Gossip(gossip) => statistics.hear(thread, &gossip),
                ToldThing::Note(note) => statistics.note(thread, &note),
            }
        }
    };
    let (mut ring, mut read) = (Ring::new(plan.windows[0]), Read::default());
    let mut counted = 0;
    for now in looks {
        tell_until(*now);
        ring.add(statistics.take().remove(0));
        // A window that goes on behind the schedule is none.
        ring.go_on((*now).min(SCHEDULE), |instant| {
            let due = calls.iter().filter(|call| call.due() < instant).count() as u64;
            is_open.then(|| due - std::mem::replace(&mut counted, due))
        });
        let ready = ring.take_ready();
        read.windows.extend(ready.iter().map(|window| ring.figures(*window, plan)));
        ring.forget();
        let open: Vec<OpenPart> = calls.iter().filter_map(|call| call.open_step(*now)).collect();
        let figures = |window: &u64| (*now, ring.figures_by(*window, *now, (plan, &open)));
        // A few of them do, for there may be hundreds.
        read.waiting.extend(ring.waiting().iter().step_by(9).map(figures));
    }
    tell_until(u64::MAX);
    ring.add(statistics.take().remove(0));
    let rest = ring.take_all(SCHEDULE);
    read.windows.extend(rest.iter().map(|window| ring.figures(*window, plan)));
    ring.forget();
    let behind = plan.windows[0].windows_ended_by(SCHEDULE);
    assert!(ring.kept.keys().all(|stride| *stride >= behind), "what is read is forgotten");
    read.later = statistics.later(0);
    read
}

/// A figure of all numbers, read off the sorted list of them: those that ended, and behind them
/// those that were cut off.
fn brute(ended: &[u64], cut_off: &[u64], figure: Figure) -> Option<u64> {
    let mut ended = ended.to_vec();
    let mut cut_off = cut_off.to_vec();
    ended.sort_unstable();
    cut_off.sort_unstable();
    let count = (ended.len() + cut_off.len()) as u64;
    let rank = match figure {
        Figure::Percentile(percentile) => percentile.rank(count),
        _ => count,
    } as usize;
    if count == 0 {
        None
    } else if rank <= ended.len() {
        Some(ended[rank - 1])
    } else {
        Some(cut_off[rank - ended.len() - 1].max(ended.last().copied().unwrap_or(0)))
    }
}

/// Whether a figure is what was read, to the two digits of the histogram.
fn is_close(seen: u64, exact: u64) -> bool {
    seen >= exact && seen as f64 <= exact as f64 * (1.0 + 1.0 / 127.0) * 1.001 + 1.0
}

fn check_times(seen: &Latency, ended: &[u64], cut_off: &[u64]) -> Result<(), TestCaseError> {
    prop_assert_eq!(seen.count(), ended.len() as u64);
    prop_assert_eq!(seen.cut_off(), cut_off.len() as u64);
    for text in ["p50", "p90", "p99", "max"] {
        let figure = Figure::parse(text).unwrap();
        let reading = seen.samples().reading(figure).map(|reading| reading.whole);
        match (reading, brute(ended, cut_off, figure)) {
            (None, None) => {}
            (Some(seen), Some(exact)) => {
                prop_assert!(is_close(seen, exact), "{}: {} for {}", text, seen, exact)
            }
            other => prop_assert!(false, "{}: {:?}", text, other),
        }
    }
    let sum: u64 = ended.iter().chain(cut_off).sum();
    if !ended.is_empty() {
        let mean = sum / (ended.len() + cut_off.len()) as u64;
        prop_assert_eq!(seen.mean(), Duration::from_nanos(mean));
        prop_assert_eq!(seen.min(), Duration::from_nanos(*ended.iter().min().unwrap()));
    }
    Ok(())
}

fn check(calls: &[Made], window: &WindowFigures) -> Result<(), TestCaseError> {
    let span = window.from..window.to;
    let due: Vec<&Made> = calls.iter().filter(|call| span.contains(&call.due())).collect();
    let made: Vec<&&Made> = due.iter().filter(|call| !call.is_canceled()).collect();
    let with = |ending| made.iter().filter(move |call| call.ending() == ending);
    let count = |ending| with(ending).count() as u64;
    let ledger = window.ledger;
    prop_assert_eq!(ledger.scheduled, due.len() as u64);
    prop_assert_eq!(ledger.started, made.len() as u64);
    prop_assert_eq!(ledger.ok, count(Ending::Ok));
    prop_assert_eq!(ledger.failed, count(Ending::Failed));
    prop_assert_eq!(ledger.timed_out, count(Ending::TimedOut));
    prop_assert_eq!(ledger.interrupted, count(Ending::Interrupted));
    let late = due.iter().filter(|call| call.is_canceled() && call.lag > 2_000);
    prop_assert_eq!(ledger.canceled_late, late.count() as u64);
    let seconds = (window.to - window.from) as f64 / 1e9;
    let ended = calls
        .iter()
        .filter(|call| !call.is_canceled() && call.ending() == Ending::Ok)
        .filter(|call| span.contains(&call.end()));
    prop_assert_eq!(window.throughput, ended.count() as f64 / seconds);

    let ok: Vec<_> = with(Ending::Ok).collect();
    let cut: Vec<_> = with(Ending::TimedOut).chain(with(Ending::Interrupted)).collect();
    let response = |calls: &[&&&Made]| -> Vec<u64> {
        calls.iter().map(|call| call.end() - call.due()).collect()
    };
    let service = |calls: &[&&&Made]| -> Vec<u64> {
        calls.iter().map(|call| call.end() - call.begun()).collect()
    };
    check_times(&window.response, &response(&ok), &response(&cut))?;
    check_times(&window.service, &service(&ok), &service(&cut))?;
    let lags: Vec<u64> = made.iter().map(|call| call.begun() - call.due()).collect();
    check_times(&window.lag, &lags, &[])?;

    let steps = |ending| -> Vec<u64> { with(ending).map(|call| 1_000 * call.service).collect() };
    check_times(&window.steps[0].times, &steps(Ending::Ok), &steps(Ending::TimedOut))?;
    prop_assert_eq!(window.steps[0].failed, count(Ending::Failed));
    let unfinished = count(Ending::TimedOut) + count(Ending::Interrupted);
    prop_assert_eq!(window.steps[0].unfinished, unfinished);
    let counted: u64 = calls
        .iter()
        .filter(|call| !call.is_canceled() && span.contains(&call.begun()))
        .map(|call| call.service)
        .sum();
    prop_assert_eq!(window.counts[0].total, counted);
    prop_assert_eq!(window.counts[0].per_second, counted as f64 / seconds);
    let by_due: u64 = made.iter().map(|call| call.service).sum();
    let per_call = by_due as f64 / made.len().max(1) as f64;
    prop_assert!((window.counts[0].per_call - per_call).abs() < 1e-6);
    let records: Vec<u64> = made.iter().map(|call| call.lag).collect();
    check_records(&window.records[0].values, &records)
}

fn check_records(seen: &Distribution, records: &[u64]) -> Result<(), TestCaseError> {
    prop_assert_eq!(seen.count(), records.len() as u64);
    for (percent, text) in [(50.0, "p50"), (90.0, "p90"), (99.0, "p99")] {
        let exact = brute(records, &[], Figure::parse(text).unwrap()).unwrap_or(0);
        prop_assert!(is_close(seen.percentile(percent), exact), "{} for {}", text, exact);
    }
    if !records.is_empty() {
        prop_assert_eq!(seen.min(), *records.iter().min().unwrap());
        prop_assert_eq!(seen.max(), *records.iter().max().unwrap());
        prop_assert_eq!(seen.mean(), records.iter().sum::<u64>() as f64 / records.len() as f64);
    }
    Ok(())
}

/// A window that waits for calls: what has not ended by then counts with its age, from the end of
/// the stride in which it was due.
fn check_by(
    calls: &[Made],
    (now, window): &(u64, WindowFigures),
    plan: &WindowPlan,
) -> Result<(), TestCaseError> {
    let (now, strides, span) = (*now, plan.windows[0], window.from..window.to);
    let due: Vec<&Made> = calls.iter().filter(|call| span.contains(&call.due())).collect();
    let made: Vec<&&Made> = due.iter().filter(|call| !call.is_canceled()).collect();
    let ended_with =
        |ending| made.iter().filter(move |call| call.end() < now && call.ending() == ending);
    let count = |ending| ended_with(ending).count() as u64;
    prop_assert_eq!(window.ledger.scheduled, due.len() as u64);
    prop_assert_eq!(window.ledger.started, made.len() as u64);
    prop_assert_eq!(window.ledger.ok, count(Ending::Ok));
    let interrupted = count(Ending::Interrupted);
    let errors = count(Ending::Failed) + count(Ending::TimedOut) + interrupted;
    prop_assert_eq!(window.ledger.errors(), errors);
    let ended_in = calls.iter().filter(|call| {
        let is_ok = !call.is_canceled() && call.ending() == Ending::Ok;
        is_ok && call.end() < now && span.contains(&call.end())
    });
    let seconds = (window.to - window.from) as f64 / 1e9;
    prop_assert_eq!(window.throughput, ended_in.count() as f64 / seconds);

    let age = |call: &Made| now.saturating_sub(strides.start(strides.of(call.due()) + 1));
    let pending = || made.iter().filter(|call| call.end() >= now);
    let has_begun = |call: &Made| call.begun() < now;
    let times = |of_ended: fn(&Made) -> u64, of_pending: &dyn Fn(&Made) -> u64| -> Vec<u64> {
        let ended = ended_with(Ending::Ok).map(|call| of_ended(call));
        ended.chain(pending().map(|call| of_pending(call))).collect()
    };
    let cut = |of: fn(&Made) -> u64| -> Vec<u64> {
        let both = ended_with(Ending::TimedOut).chain(ended_with(Ending::Interrupted));
        both.map(|call| of(call)).collect()
    };
    let response = |call: &Made| call.end() - call.due();
    let service = |call: &Made| call.end() - call.begun();
    check_times(&window.response, &times(response, &age), &cut(response))?;
    let of_begun = |call: &Made| if has_begun(call) { age(call) } else { 0 };
    check_times(&window.service, &times(service, &of_begun), &cut(service))?;
    let lag = |call: &Made| call.begun() - call.due();
    let of_waiting = |call: &Made| if has_begun(call) { 0 } else { age(call) };
    let failed = ended_with(Ending::Failed).map(|call| lag(call)).chain(cut(lag));
    let lags: Vec<u64> = times(lag, &of_waiting).into_iter().chain(failed).collect();
    check_times(&window.lag, &lags, &[])?;

    let of_step = |call: &Made| call.open_step(now).map_or(0, |open| open.time);
    let dropped: Vec<u64> = ended_with(Ending::TimedOut).map(|call| 1_000 * call.service).collect();
    // One that was interrupted has told no end of its step.
    if interrupted == 0 {
        let steps = times(|call| 1_000 * call.service, &of_step);
        check_times(&window.steps[0].times, &steps, &dropped)?;
        prop_assert_eq!(window.steps[0].failed, count(Ending::Failed));
        prop_assert_eq!(window.steps[0].unfinished, dropped.len() as u64);
    }
    let told = || calls.iter().filter(|call| !call.is_canceled() && call.begun() < now);
    let counted = told().filter(|call| span.contains(&call.begun()));
    prop_assert_eq!(window.counts[0].total, counted.map(|call| call.service).sum::<u64>());
    let records = told().filter(|call| span.contains(&call.due()));
    check_records(&window.records[0].values, &records.map(|call| call.lag).collect::<Vec<_>>())
}

/// The ticks that count for `after`.
fn check_later(calls: &[Made], later: LaterTicks) -> Result<(), TestCaseError> {
    let due = || calls.iter().filter(|call| call.due() >= AFTER);
    let canceled = || due().filter(|call| call.is_canceled());
    let ended_ok = calls.iter().filter(|call| {
        let is_ok = !call.is_canceled() && call.ending() == Ending::Ok;
        is_ok && (AFTER..=SCHEDULE).contains(&call.end())
    });
    let exact = LaterTicks {
        begun: due().filter(|call| !call.is_canceled()).count() as u64,
        canceled: canceled().count() as u64,
        canceled_late: canceled().filter(|call| call.lag > 2_000).count() as u64,
        ended_ok: ended_ok.count() as u64,
    };
    prop_assert_eq!(later, exact);
    Ok(())
}

proptest! {
    // Each case has up to 191 windows.
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// However often somebody looks, each window is read once, and its figures are those of all
    /// samples. So are those of a window that waits for calls, with their ages.
    #[test]
    fn windows_are_what_all_samples_say(
        calls in calls(),
        millis in prop_oneof![
            1 => Just(100u64),
            2 => Just(333),
            3 => Just(1_000),
            1 => Just(1_999),
        ],
        mut looks in prop::collection::vec(0..2_600 * MILLISECOND, 0..30),
        is_open: bool,
    ) {
        looks.sort_unstable();
        let plan = plan(millis);
        // In a closed loop a call is due when it begins, and none is canceled.
        let closed = |call: Made| {
            let fate = if call.is_canceled() { Fate::Ok } else { call.fate };
            Made { fate, lag: 0, ..call }
        };
        let calls: Vec<Made> =
            calls.into_iter().map(|call| if is_open { call } else { closed(call) }).collect();
        let read = read(&calls, &looks, &plan, is_open);
        let windows = &read.windows;
        let mut numbers: Vec<u64> = windows.iter().map(|window| window.number).collect();
        numbers.sort_unstable();
        let all: Vec<u64> = (0..plan.windows[0].windows_ended_by(SCHEDULE)).collect();
        prop_assert_eq!(numbers, all);
        for window in windows {
            check(&calls, window)?;
        }
        for window in &read.waiting {
            check_by(&calls, window, &plan)?;
        }
        check_later(&calls, read.later)?;
    }
}

/// Ticks a millisecond apart for two seconds, of which that one takes so long.
fn with_one_that_takes(nth: u64, service: u64) -> Vec<Made> {
    let one = |due: u64| Made { due: 1_000 * due, lag: 0, service: 500, fate: Fate::Ok, thread: 0 };
    let mut calls: Vec<Made> = (0..2_000).map(one).collect();
    calls[nth as usize].service = service;
    calls
}

#[test]
fn a_call_that_hangs_keeps_the_strides_around_it_and_no_others() {
    let plan = plan(100);
    let statistics = WindowStatistics::new(plan.clone(), 1);
    let calls = with_one_that_takes(500, 10_000_000);
    let mut ring = Ring::new(plan.windows[0]);
    let mut most = 0;
    for (now, call) in calls.iter().enumerate() {
        statistics.hear(0, &call.gossip(Moment::BeforeTarget));
        if call.end() < CLOSE {
            statistics.hear(0, &call.gossip(Moment::AfterTarget));
        }
        if now % 10 == 9 {
            ring.add(statistics.take().remove(0));
            ring.go_on((now as u64 + 1) * MILLISECOND, |_| None);
            ring.take_ready();
            ring.forget();
            most = most.max(ring.kept());
        }
    }
    assert_eq!(ring.waiting().len(), 10, "the windows that have the stride of the call");
    assert!(most <= 19 + 11, "{most} strides");
}

#[test]
fn a_call_in_flight_counts_with_its_age_and_is_no_error() {
    let plan = plan(100);
    let statistics = WindowStatistics::new(plan.clone(), 1);
    let calls = with_one_that_takes(15, 10_000_000);
    for call in &calls[..100] {
        statistics.hear(0, &call.gossip(Moment::BeforeTarget));
        if call.end() < CLOSE {
            statistics.hear(0, &call.gossip(Moment::AfterTarget));
        }
    }
    let mut ring = Ring::new(plan.windows[0]);
    ring.add(statistics.take().remove(0));
    // The 101st tick waits for a thread, and so has not begun.
    ring.go_on(150 * MILLISECOND, |instant| {
        Some(if instant == 100 * MILLISECOND { 11 } else { 10 })
    });
    let figures = |now: u64| ring.figures_by(0, now * MILLISECOND, (&plan, &[]));
    // Both are due in strides that end after 20 and 100 ms.
    let window = figures(150);
    assert_eq!(window.ledger.started, 101);
    assert_eq!(window.ledger.errors(), 0);
    assert_eq!(window.response.max(), Duration::from_millis(130));
    assert!(is_close(nanos(window.response.percentile(99.0)), 50 * MILLISECOND));
    assert_eq!(window.lag.max(), Duration::from_millis(50), "of the one that has not begun");
    assert!(is_close(nanos(window.service.percentile(98.0)), 500_000));
    let open = [OpenPart { nth: 0, due: 15 * MILLISECOND, time: 7 * MILLISECOND }];
    let window = ring.figures_by(0, 150 * MILLISECOND, (&plan, &open));
    assert_eq!(window.steps[0].times.max(), Duration::from_millis(7));
    assert_eq!(window.steps[0].errors(), 0);
}

/// Of times that are spread over all buckets, from a microsecond to half an hour, as no service has
/// them.
#[test]
fn strides_take_no_more_than_their_plan_says() {
    const SECONDS: u64 = 60;
    let mut dice = SplitMix::new(7);
    let mut spread = || 1_000 << (dice.next() % 31);
    for per_second in [10, 500, 3_000_u64] {
        let windows = vec![Strides::new(Duration::from_secs(SECONDS))];
        let names = vec![(NoteWord::Step, "x".to_string())];
        let plan = Arc::new(WindowPlan { windows, has_times: true, names, later: Vec::new() });
        let statistics = WindowStatistics::new(plan.clone(), 2);
        let mut ring = Ring::new(plan.windows[0]);
        for number in 0..SECONDS * per_second {
            let [service, lag] =
                [spread(), spread()].map(|time| time + time / 1_000 * (number % 997));
            let due = number * (1_000_000_000 / per_second);
            let ended = Gossip {
                due,
                response: service + lag,
                times: Some(Times { lag, service }),
                seq: 0,
                warmup: false,
                moment: Moment::AfterTarget,
                paused: 0,
                ended: Ended::default(),
                after_schedule: false,
                is_delayed: false,
            };
            statistics.hear(number as usize % 2, &ended);
            let (time, error) = (Duration::from_nanos(service), None);
            let kind = NoteKind::StepEnded { time, error };
            statistics.note(number as usize % 2, &Note { due, ..Note::new(0, "x", kind) });
            if number % 1_000 == 0 {
                ring.add(statistics.take().remove(0));
            }
        }
        ring.add(statistics.take().remove(0));
        let (taken, most) = (ring.bytes() as u64, plan.most_bytes(Some(per_second as f64)));
        assert!(taken <= most, "{per_second}/s: {taken} of {most}");
        assert!(per_second < 100 || taken > most / 4, "{per_second}/s: {taken} of {most}");
    }
}
