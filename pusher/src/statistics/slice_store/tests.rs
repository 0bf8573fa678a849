use proptest::prelude::*;

use super::super::slices::SliceTimes;
use super::super::sparse::{Sparse, bucket_of};
use super::super::unsliced::StepChange;
use super::*;
use crate::engine::gossip::Ending;

/// A call that began `lag` after it was due, and took `service`, in nanoseconds.
fn call(due: u64, lag: u64, service: u64, ending: Ending) -> CallHeard {
    CallHeard {
        due,
        end: due + lag + service,
        response: lag + service,
        service,
        lag,
        ending: Some(ending),
        has_begun: true,
        is_warmup: false,
        is_after_schedule: false,
        is_delayed: false,
    }
}

fn canceled(due: u64) -> CallHeard {
    CallHeard { ending: None, ..call(due, 0, 0, Ending::Ok) }
}

/// The end of a schedule after so many nanoseconds.
fn at(nanos: u64) -> ScheduleEnd {
    ScheduleEnd { at: nanos, is_last_answer: false }
}

fn sliced(most: usize, calls: &[CallHeard], end: ScheduleEnd) -> Slices {
    let mut store = SliceStore::new(Ruler::Millis, most, 100_000_000);
    store.sort_in(calls);
    store.slices(end)
}

/// How many ticks are in each slice, how many calls ended in each, and how many after all.
fn counts(slices: &Slices) -> (Vec<u64>, Vec<u64>, u64) {
    let of = |figure: fn(&Slice) -> u64| slices.slices.iter().map(figure).collect();
    (of(|slice| slice.scheduled), of(|slice| slice.ended), slices.ended_after)
}

/// ```text
/// ms      0   1   2   3   4   5   6   7
/// due     |   |   |   |   |   |   |   |        each takes 1 ms
/// slices  ├───────┼───────┼───────┼───────┤    no more than four
/// ```
#[test]
fn slices_double_when_there_would_be_too_many() {
    let calls: Vec<CallHeard> =
        (0..8).map(|nth| call(nth * MILLI, 0, MILLI - 1, Ending::Ok)).collect();
    for (calls, width, scheduled) in
        [(1, 1, vec![1]), (4, 1, vec![1; 4]), (5, 2, vec![2, 2, 1]), (8, 2, vec![2; 4])]
            .map(|(count, width, scheduled)| (&calls[..count], width, scheduled))
    {
        let slices = sliced(4, calls, at(calls.len() as u64 * MILLI));
        assert_eq!(slices.width, width * MILLI);
        assert_eq!(counts(&slices), (scheduled.clone(), scheduled, 0));
    }
}

#[test]
fn slices_reach_to_the_end_of_the_schedule() {
    let slices = sliced(4, &[call(0, 0, 5, Ending::Ok)], at(6 * MILLI));
    assert_eq!(slices.width, 2 * MILLI);
    assert_eq!(counts(&slices).0, [1, 0, 0]);
    assert!(sliced(4, &[], at(0)).slices.is_empty());
}

/// A tick can be due at the very instant at which the schedule is stopped.
#[test]
fn no_slice_begins_when_the_schedule_has_ended() {
    let slices = sliced(9, &[call(0, 0, 5, Ending::Ok), canceled(MILLI)], at(MILLI));
    assert_eq!(counts(&slices), (vec![2], vec![1], 0));
    assert_eq!(slices.slices[0].canceled, 1);
}

/// A call that takes 100 ms makes no slice wider if it ends after the schedule; nor is it lost.
#[test]
fn what_ends_after_the_schedule_is_in_no_slice() {
    let late = |millis| CallHeard {
        is_after_schedule: true,
        ..call(MILLI, 0, millis * MILLI, Ending::Failed)
    };
    let slices = sliced(4, &[late(1), late(100), call(0, 0, 1, Ending::Ok)], at(2 * MILLI));
    assert_eq!(slices.width, MILLI);
    assert_eq!(counts(&slices), (vec![1, 2], vec![1, 0], 2));
    assert_eq!(slices.in_flight().collect::<Vec<_>>(), [0, 2]);
}

/// The schedule of a closed loop that its `calls` have ended.
#[test]
fn a_schedule_that_goes_on_until_the_last_answer_has_slices_until_then() {
    let late = CallHeard { is_after_schedule: true, ..call(MILLI, 0, 6 * MILLI, Ending::Ok) };
    let mut store = SliceStore::new(Ruler::Millis, 4, 100_000_000).that_may_end_late();
    store.sort_in(&[call(0, 0, 1, Ending::Ok), late]);
    let slices = store.slices(ScheduleEnd { at: 7 * MILLI, is_last_answer: true });
    assert_eq!(slices.width, 2 * MILLI);
    assert_eq!(counts(&slices), (vec![2, 0, 0, 0], vec![1, 0, 0, 1], 0));
}

#[test]
fn a_call_that_never_began_is_cut_off_in_all_times() {
    let never = CallHeard { has_begun: false, ..call(3, 0, 700, Ending::Interrupted) };
    let never = CallHeard { service: 0, lag: 0, ..never };
    let slices = sliced(4, &[never], at(MILLI));
    let Slice { response, service, lag, endings, .. } = &slices.slices[0];
    assert_eq!(endings.interrupted, 1);
    let cut_off = |times: &SliceTimes| (times.ended.count(), times.cut_off.buckets().next());
    assert_eq!(cut_off(response), (0, Some((bucket_of(700), 1))));
    assert_eq!(cut_off(service), (0, Some((0, 1))));
    assert_eq!(cut_off(lag), (0, Some((bucket_of(700), 1))));
    assert_eq!(slices.slices[0].begun(), 0);
}

fn ending() -> impl Strategy<Value = Option<Ending>> {
    use Ending::*;
    prop::sample::select(vec![
        Some(Ok),
        Some(Ok),
        Some(Failed),
        Some(TimedOut),
        Some(Panicked),
        Some(Interrupted),
        None,
    ])
}

/// Calls of a second, with times from nanoseconds to seconds.
fn calls() -> impl Strategy<Value = Vec<CallHeard>> {
    let time = || (0u32..31, any::<u64>()).prop_map(|(bits, value)| value % (1 << bits));
    let one = (0..1_000 * MILLI, time(), time(), ending(), any::<bool>()).prop_map(
        |(due, lag, service, ending, has_begun)| {
            let has_begun = has_begun || ending != Some(Ending::Interrupted);
            let call = CallHeard { ending, ..call(due, lag, service, Ending::Ok) };
            let is_after_schedule = call.end > 1_000 * MILLI;
            CallHeard { has_begun, is_after_schedule, ..call }
        },
    );
    prop::collection::vec(one, 0..2_000)
}

/// A slice, from all calls: none is kept that is not sorted.
fn brute_force(calls: &[CallHeard], (begin, end): (u64, u64)) -> Slice {
    let is_in = |instant: u64| (begin..end).contains(&instant);
    let ends_in = |instant: u64| is_in(instant.saturating_sub(1));
    let mut slice = Slice::default();
    let ends = calls.iter().filter(|call| call.ending.is_some() && !call.is_after_schedule);
    for call in ends.filter(|call| ends_in(call.end)) {
        slice.ended += 1;
        slice.ended_ok += u64::from(call.ending == Some(Ending::Ok));
    }
    let record = |times: &mut SliceTimes, nanos, is_cut_off| {
        let sparse: &mut Sparse = if is_cut_off { &mut times.cut_off } else { &mut times.ended };
        sparse.record(nanos);
    };
    for call in calls.iter().filter(|call| is_in(call.due)) {
        slice.scheduled += 1;
        let Some(ending) = call.ending else {
            slice.canceled += 1;
            continue;
        };
        slice.endings.count(ending);
        if ending == Ending::Ok {
            slice.longest = slice.longest.max(call.response);
        }
        let lag = if call.has_begun { call.lag } else { call.response };
        record(&mut slice.lag, lag, !call.has_begun);
        let is_cut_off = matches!(ending, Ending::TimedOut | Ending::Interrupted);
        if is_cut_off || ending == Ending::Ok {
            record(&mut slice.response, call.response, is_cut_off);
            record(&mut slice.service, call.service, is_cut_off);
        }
    }
    slice
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// In any order, by any number of threads, however often slices merge on the way.
    #[test]
    fn slices_are_what_a_reading_of_all_calls_says(
        mut calls in calls(),
        is_in_order in any::<bool>(),
        at_once in 1usize..700,
        most in prop::sample::select(vec![1usize, 2, 7, 60, 600, 2_000]),
    ) {
        if is_in_order {
            calls.sort_by_key(|call| call.due);
        }
        let mut store = SliceStore::new(Ruler::Millis, most, 100_000_000);
        calls.chunks(at_once).for_each(|some| store.sort_in(some));
        let slices = store.slices(at(1_000 * MILLI));
        prop_assert!(slices.slices.len() <= most);
        prop_assert!(most == 1 || slices.slices.len() > most.min(1_000) / 2);
        for (nth, slice) in slices.slices.iter().enumerate() {
            prop_assert_eq!(slice, &brute_force(&calls, slices.bounds(nth)), "slice {}", nth);
        }
        let ended: u64 = slices.slices.iter().map(|slice| slice.ended).sum();
        let in_all = calls.iter().filter(|call| call.ending.is_some()).count() as u64;
        prop_assert_eq!(ended + slices.ended_after, in_all);
        prop_assert_eq!(slices.in_flight().last().unwrap_or(0), slices.ended_after);
    }
}

/// A generator of numbers that are spread evenly: the same every time.
fn numbers() -> impl FnMut() -> u64 {
    let mut random = crate::plan::random::SplitMix::new(7);
    move || random.next()
}

/// A day of calls whose times are all over eight decades, with twenty steps that are so too.
#[test]
fn memory_is_bounded_however_long_a_load_is_and_however_wide_its_times() {
    let (mut store, mut next) = (SliceStore::new(Ruler::Millis, 600, 7_000_000), numbers());
    let (day, in_all) = (86_400_000 * MILLI, 400_000);
    let mut most = 0;
    for nth in 0..in_all {
        let mut time = || (1 << (next() % 34)) | (next() % (1 << 33));
        let due = day / in_all * nth;
        store.sort_in(&[call(due, time(), time(), Ending::Ok)]);
        let step = (nth % 20) as u8;
        for change in [StepChange::Began, StepChange::Ok, StepChange::CutOff] {
            store.sort_in_steps(&[StepHeard { due, time: bucket_of(time()), step, change }]);
        }
        most = most.max(store.bytes());
    }
    assert!(most <= 7_000_000, "{most} bytes");
    let slices = store.slices(at(day));
    let of_slices: usize =
        slices.slices.iter().map(|slice| slice.bytes() + size_of::<Slice>()).sum();
    assert!(of_slices <= 7_000_000, "{of_slices} bytes");
    assert!(slices.slices.len() > 10, "{} slices", slices.slices.len());
    let of = |figure: fn(&Slice) -> u64| slices.slices.iter().map(figure).sum::<u64>();
    assert_eq!(of(|slice| slice.scheduled), in_all);
    assert_eq!(of(|slice| slice.response.ended.count()), in_all);
    assert_eq!(of(|slice| slice.steps.iter().map(|step| step.began).sum()), in_all);
    assert_eq!(of(|slice| slice.steps.iter().map(|step| step.times.count()).sum()), 2 * in_all);
}
