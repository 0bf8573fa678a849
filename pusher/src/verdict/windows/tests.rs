use proptest::prelude::*;

use super::*;
use crate::engine::stand_stills::StandStill;
use crate::plan::threshold::Stops;
use crate::statistics::latency::Latency;
use crate::statistics::ledger::Ledger;
use crate::verdict::judge::{Verdict, judge_with};
use crate::verdict::told::{Told, threshold};

const SECOND: u64 = 1_000_000_000;

fn over(text: &str, seconds: u64) -> Threshold {
    let mut threshold = threshold(text);
    threshold.modifiers.over = Some(Duration::from_secs(seconds));
    threshold
}

fn windowed(threshold: &Threshold) -> WindowedThreshold {
    WindowedThreshold::new(threshold, Strides::new(threshold.modifiers.over.unwrap()))
}

/// A hundred calls in a window of ten seconds, of which so many take 400 ms and the others 10 ms,
/// each begun so many milliseconds late.
#[derive(Clone, Copy)]
struct Of100 {
    slow: u64,
    lag: u64,
}

const WELL: Of100 = Of100 { slow: 0, lag: 0 };
const SLOW: Of100 = Of100 { slow: 50, lag: 0 };

fn figures(number: u64, Of100 { slow, lag }: Of100) -> WindowFigures {
    let millis = 1_000_000;
    let latency = |more: u64, fast: u64, long: u64| {
        let mut latency = Latency::default();
        (0..100 - slow).for_each(|_| latency.record((more + fast) * millis));
        (0..slow).for_each(|_| latency.record((more + long) * millis));
        latency
    };
    WindowFigures {
        number,
        from: number * SECOND,
        to: (number + 10) * SECOND,
        ledger: Ledger { scheduled: 100, started: 100, ok: 100, ..Ledger::default() },
        throughput: 10.0,
        delayed: 0,
        response: latency(lag, 10, 400),
        service: latency(0, 10, 400),
        lag: latency(lag, 0, 0),
        steps: Vec::new(),
        counts: Vec::new(),
        records: Vec::new(),
    }
}

/// The threshold after these windows, in that order.
fn after_all(threshold: &Threshold, windows: &[(u64, Of100)]) -> WindowedThreshold {
    let mut windowed = self::windowed(threshold);
    for (number, calls) in windows {
        let figures = figures(*number, *calls);
        let around = Around::window(&figures, &StandStills::default(), Paced::BySchedule);
        windowed.read(&InWindow::new(&figures, &around));
    }
    windowed
}

fn answer(threshold: &Threshold, windows: &[(u64, Of100)]) -> Answered {
    after_all(threshold, windows).answer(&Told::new(|_| {}).evidence())
}

#[test]
fn the_worst_window_is_the_same_in_any_order() {
    let threshold = over("p99 < 250ms", 10);
    let worse = Of100 { slow: 60, lag: 0 };
    let windows = [(0, WELL), (1, SLOW), (2, worse), (3, worse), (4, WELL)];
    let answered = answer(&threshold, &windows);
    let worst = answered.judged.part.worst.unwrap();
    assert_eq!((worst.from, worst.to, worst.count), (2 * SECOND, 12 * SECOND, 100));
    let counts = answered.judged.part.windows.unwrap();
    assert_eq!((counts.count, counts.judged, counts.broken), (5, 5, 3));
    assert_eq!(counts.first, Some(SECOND));
    assert_eq!(answered.judged.met, Some(false));
    assert_eq!(answered.blame, Blame::Service);
    let mut others = windows;
    for _ in 0..windows.len() {
        others.rotate_left(1);
        assert_eq!(answer(&threshold, &others), answered);
    }
    others.reverse();
    assert_eq!(answer(&threshold, &others), answered);
}

#[test]
fn a_breach_that_does_not_last_is_forgiven() {
    let mut threshold = over("p99 < 250ms", 10);
    let met = |threshold: &Threshold, windows: &[(u64, Of100)]| {
        answer(threshold, windows).judged.met.unwrap()
    };
    let three = [(0, WELL), (1, SLOW), (2, SLOW), (3, SLOW), (4, WELL)];
    assert!(!met(&threshold, &three));
    threshold.modifiers.lasting = Some(Duration::from_secs(2));
    assert!(!met(&threshold, &three), "the last of them ends two seconds after the first");
    threshold.modifiers.lasting = Some(Duration::from_secs(3));
    assert!(met(&threshold, &three));
    let with_a_gap = [(0, SLOW), (1, SLOW), (2, SLOW), (3, WELL), (4, SLOW)];
    assert!(met(&threshold, &with_a_gap));
}

#[test]
fn windows_that_begin_before_do_not_count() {
    let mut threshold = over("p99 < 250ms", 10);
    threshold.modifiers.after = Some(Duration::from_secs(2));
    let answered = answer(&threshold, &[(0, SLOW), (1, SLOW), (2, WELL)]);
    assert_eq!(answered.judged.met, Some(true));
    assert_eq!(answered.judged.part.windows.unwrap().count, 1);
}

#[test]
fn windows_of_too_few_calls_are_not_judged() {
    let one = Of100 { slow: 1, lag: 0 };
    let answered = answer(&over("p99.9 < 250ms", 10), &[(0, one), (1, one)]);
    assert_eq!(answered.judged.met, None);
    let why = "no window of 10s has the 1000 calls that p99.9 takes";
    assert_eq!(answered.judged.not_judged.as_deref(), Some(why));
    let answered = answer(&over("p99 < 250ms", 30), &[]);
    let why = "the load has no window of 30s: it ran for 10s";
    assert_eq!(answered.judged.not_judged.as_deref(), Some(why));
    let answered = answer(&over("canceled == 0", 10), &[(0, WELL)]);
    assert_eq!(answered.judged.met, Some(true));
}

#[test]
fn a_breach_that_has_no_time_to_last_is_not_judged() {
    let mut threshold = over("p99 < 250ms", 10);
    threshold.modifiers.lasting = Some(Duration::from_secs(3));
    let answered = answer(&threshold, &[(0, SLOW), (1, SLOW)]);
    assert_eq!(answered.judged.met, None);
    let why = "the load has 2 windows, and a breach of 3s takes 4";
    assert_eq!(answered.judged.not_judged.as_deref(), Some(why));
}

/// Nothing else judges a share that has a threshold.
#[test]
fn a_share_without_a_window_is_judged_by_the_whole_load() {
    let broken = Ledger { scheduled: 100, started: 100, ok: 40, failed: 60, ..Ledger::default() };
    let answered = |text: &str, ledger: Ledger| {
        let told = Told::new(|_| {});
        let windowed = self::windowed(&over(text, 30));
        windowed.answer(&Evidence { ledger, ..told.evidence() })
    };
    let of_errors = answered("errors < 1%", broken);
    assert_eq!(of_errors.judged.met, Some(false));
    assert_eq!(of_errors.blame, Blame::Service);
    let well = Ledger { ok: 100, failed: 0, ..broken };
    assert_eq!(answered("errors < 1%", well).judged.met, None);
}

/// The schedule was over when its ticks were to begin to count.
#[test]
fn a_load_that_is_over_before_its_ticks_count_is_not_judged() {
    let told = Told::new(|_| {});
    let (whole, none) = (told.evidence(), Latency::default());
    let nothing = || Evidence {
        ledger: Ledger::default(),
        response: &none,
        throughput: 0.0,
        schedule: Duration::ZERO,
        ..told.evidence()
    };
    for text in ["p99 < 250ms", "throughput > 5", "errors < 1%"] {
        let mut threshold = threshold(text);
        threshold.modifiers.after = Some(Duration::from_secs(30));
        let answered = Answered::by_later(&threshold, &nothing(), &whole);
        assert_eq!(answered.judged.met, None, "{text}");
        let why = "the load was over before 30s";
        assert_eq!(answered.judged.not_judged.as_deref(), Some(why));
        let failed = Ledger { ok: 0, failed: 1_000, ..whole.ledger };
        let failed = Evidence { ledger: failed, ..told.evidence() };
        let answered = Answered::by_later(&threshold, &nothing(), &failed);
        assert_eq!(answered.judged.met == Some(false), text == "errors < 1%", "{text}");
    }
}

/// In its window, lag is 300 ms, and service 10 ms.
#[test]
fn a_window_uses_its_own_lag() {
    let threshold = over("p99 < 250ms", 10);
    let late = Of100 { slow: 0, lag: 300 };
    let told = Told::new(|_| {});
    let judged = |windows: &[(u64, Of100)]| {
        let answered = after_all(&threshold, windows).answer(&told.evidence());
        judge_with(&[answered], std::slice::from_ref(&threshold), &told.evidence())
    };
    let judgement = judged(&[(0, WELL), (1, late), (2, late)]);
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
    assert_eq!(
        judgement.reasons[0],
        "in the window that begins at 1s, `p99 < 250ms over 10s` is broken by pusher, not by the \
         service: service.p99 is 10.0ms, but pusher began calls 300ms late (lag.p99)"
    );
    assert_eq!(judged(&[(0, WELL), (1, late), (2, SLOW)]).verdict, Verdict::Failed);
}

#[test]
fn a_stand_still_excuses_the_windows_around_it_and_no_others() {
    let threshold = over("p99 < 250ms", 10);
    let figures = figures(20, SLOW);
    let judged = |end: u64| {
        let one = StandStill { end, least: SECOND / 3, most: SECOND / 2, calls: 100 };
        let mut stood_still = StandStills::default();
        stood_still.add(one, one.most);
        let around = Around::window(&figures, &stood_still, Paced::BySchedule);
        let mut windowed = self::windowed(&threshold);
        windowed.read(&InWindow::new(&figures, &around));
        windowed.answer(&Told::new(|_| {}).evidence()).blame
    };
    assert_eq!(judged(19 * SECOND), Blame::Service);
    assert!(matches!(judged(25 * SECOND), Blame::StandStill(_)));
    assert_eq!(judged(31 * SECOND), Blame::Service);
}

#[test]
fn only_what_can_get_no_better_breaks_a_window_early() {
    for (text, is_early) in [
        ("p99 < 1s", true),
        ("p99 > 1s", false),
        ("min < 1s", false),
        ("mean < 1s", true),
        ("errors < 1%", true),
        ("errors == 0", true),
        ("errors == 5%", false),
        ("throughput > 5", true),
        ("count(\"a\") > 5", true),
        ("count(\"a\").per_call < 5", false),
        ("record(\"a\").p50 < 5", false),
        ("step(\"a\").p50 < 5ms", true),
    ] {
        assert_eq!(threshold(text).breaks_early(), is_early, "{text}");
    }
}

#[test]
fn a_breach_ends_the_load_when_it_has_lasted() {
    let mut threshold = over("p99 < 250ms", 10);
    threshold.modifiers.stops = Stops::AsWell;
    threshold.modifiers.lasting = Some(Duration::from_secs(2));
    let windowed = after_all(&threshold, &[(0, WELL), (1, SLOW)]);
    assert!(!windowed.stops_with(&[]));
    assert!(!windowed.stops_with(&[2]));
    assert!(windowed.stops_with(&[2, 3]));
    assert!(!windowed.stops_with(&[3, 4]));
    let late = Of100 { slow: 0, lag: 300 };
    let of_pusher = after_all(&threshold, &[(1, late), (2, late), (3, late), (4, late)]);
    assert!(!of_pusher.stops_with(&[]), "it is pusher's fault");
    let around = Around::window(&figures(5, late), &StandStills::default(), Paced::BySchedule);
    assert_eq!(of_pusher.breaks_by_now(&InWindow::new(&figures(5, late), &around)), None);
    let slow = figures(5, SLOW);
    assert!(of_pusher.breaks_by_now(&InWindow::new(&slow, &around)).is_some());
}

/// In the whole, one call in a thousand is slow.
#[test]
fn a_breach_that_chance_explains_says_so() {
    let mut whole = Latency::default();
    (0..9_990).for_each(|_| whole.record(10_000_000));
    (0..10).for_each(|_| whole.record(400_000_000));
    let told = Told::new(|_| {});
    let evidence = || Evidence { response: &whole, ..told.evidence() };
    let threshold = over("p99 < 250ms", 10);
    let by_chance = |slow| {
        let windows: Vec<(u64, Of100)> = (0..91)
            .map(|number| (number, if number == 40 { Of100 { slow, lag: 0 } } else { WELL }))
            .collect();
        let answered = after_all(&threshold, &windows).answer(&evidence());
        assert_eq!(answered.judged.met, Some(false));
        answered.judged.part.windows.unwrap().by_chance
    };
    assert!(by_chance(2), "two of a hundred, in one of 91 windows");
    assert!(!by_chance(5), "five of a hundred");
}

/// A threshold, and whether a window breaks it in which so many of 100 calls are slow, and have
/// failed besides.
type Broken = (&'static str, fn(u64) -> bool);

const BROKEN: [Broken; 7] = [
    ("p99 < 250ms", |slow| slow >= 2),
    ("service.p50 < 250ms", |slow| slow > 50),
    ("mean < 100ms", |slow| 400 * slow + 10 * (100 - slow) >= 100 * 100),
    ("max < 250ms", |slow| slow >= 1),
    ("min < 250ms", |slow| slow == 100),
    ("errors < 10%", |slow| slow >= 10),
    ("throughput > 8", |slow| 100 - slow <= 80),
];

/// What all windows together say, each read off by itself: none if a breach has no time to last.
fn brute(windows: &[(u64, u64)], is_broken: fn(u64) -> bool, needed: u64) -> Option<bool> {
    let longest = windows.iter().fold((0, 0), |(longest, row): (u64, u64), (_, slow)| {
        let row = if is_broken(*slow) { row + 1 } else { 0 };
        (longest.max(row), row)
    });
    (windows.len() as u64 >= needed.max(1)).then_some(longest.0 < needed)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// In whatever order windows are read, with `for` and `after`.
    #[test]
    fn a_threshold_is_what_each_window_says(
        (nth, order) in (0..BROKEN.len(), any::<u64>()),
        slow in prop::collection::vec(
            prop_oneof![Just(0u64), Just(1), Just(2), Just(9), 10u64..40, Just(100)],
            0..30,
        ),
        lasting in prop::option::of(0u64..4),
        after in prop::option::of(0u64..12),
    ) {
        let (text, is_broken) = BROKEN[nth];
        let mut threshold = over(text, 10);
        threshold.modifiers.lasting = lasting.map(Duration::from_secs);
        threshold.modifiers.after = after.map(Duration::from_secs);
        let all: Vec<(u64, u64)> = (0..).zip(slow).collect();
        let mut shuffled = all.clone();
        shuffled.sort_by_key(|(number, _)| (number + 1).wrapping_mul(order | 1));
        let mut windowed = windowed(&threshold);
        for (number, slow) in shuffled {
            let mut figures = figures(number, Of100 { slow, lag: 0 });
            (figures.ledger.ok, figures.ledger.failed) = (100 - slow, slow);
            figures.throughput = (100 - slow) as f64 / 10.0;
            let around = Around::window(&figures, &StandStills::default(), Paced::BySchedule);
            windowed.read(&InWindow::new(&figures, &around));
        }
        let judged = windowed.answer(&Told::new(|_| {}).evidence()).judged;
        let counted: Vec<(u64, u64)> =
            all.into_iter().filter(|(number, _)| *number >= after.unwrap_or(0)).collect();
        let needed = 1 + lasting.unwrap_or(0);
        prop_assert_eq!(judged.met, brute(&counted, is_broken, needed), "{}", threshold);
        let windows = judged.part.windows.unwrap();
        prop_assert_eq!(windows.count, counted.len() as u64);
        let broken: Vec<u64> =
            counted.iter().filter(|(_, slow)| is_broken(*slow)).map(|(number, _)| *number).collect();
        prop_assert_eq!(windows.broken, broken.len() as u64);
        prop_assert_eq!(windows.first, broken.first().map(|number| number * SECOND));
        if let Some(worst) = judged.part.worst {
            let most = counted.iter().map(|(_, slow)| *slow).max().unwrap();
            let number = worst.from / SECOND;
            let of_worst = counted.iter().find(|(other, _)| *other == number).unwrap().1;
            prop_assert_eq!(is_broken(of_worst), is_broken(most), "a broken one is worst");
        }
    }
}

/// A window of so few calls that no p99 is told, each of which takes so many milliseconds.
fn few(number: u64, millis: &[u64]) -> WindowFigures {
    let mut response = Latency::default();
    millis.iter().for_each(|millis| response.record(millis * 1_000_000));
    let calls = millis.len() as u64;
    let ledger = Ledger { scheduled: calls, started: calls, ok: calls, ..Ledger::default() };
    WindowFigures { ledger, response, ..figures(number, WELL) }
}

#[test]
fn a_window_of_too_few_calls_can_be_broken_and_stops_nothing() {
    let mut threshold = over("p99 < 250ms", 10);
    threshold.modifiers.stops = Stops::AsWell;
    for (millis, judged, broken) in [
        (&[400; 20][..], 1, 1),
        // The highest percentile that ten calls tell is the ninth.
        (&[10, 10, 10, 10, 10, 10, 10, 10, 400, 400], 1, 1),
        (&[10, 10, 10, 10, 10, 10, 10, 10, 10, 400], 0, 0),
        (&[10; 20], 0, 0),
        (&[], 0, 0),
    ] {
        let mut windowed = windowed(&threshold);
        let figures = few(0, millis);
        let around = Around::window(&figures, &StandStills::default(), Paced::BySchedule);
        windowed.read(&InWindow::new(&figures, &around));
        windowed.settle(1);
        let counts = windowed.answer(&Told::new(|_| {}).evidence()).judged.part.windows.unwrap();
        assert_eq!((counts.judged, counts.broken), (judged, broken), "{millis:?}");
        assert!(!windowed.stops_with(&[]), "{millis:?}");
    }
}

#[test]
fn what_a_window_has_when_it_is_over_is_no_lower_bound() {
    let figures = figures(0, SLOW);
    let around = Around::window(&figures, &StandStills::default(), Paced::BySchedule);
    for (text, at_least) in [("p99 < 250ms", true), ("throughput > 50", false)] {
        let windowed = windowed(&over(text, 10));
        let broken = windowed.breaks_by_now(&InWindow::new(&figures, &around)).unwrap();
        assert_eq!(broken.at_least, at_least, "{text}");
    }
}
