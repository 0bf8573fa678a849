use proptest::prelude::*;

use std::time::Duration;

use super::*;
use crate::plan::curve::{Curve, Segment, read_level};
use crate::plan::decimal::Decimal;
use crate::plan::level::Level;
use crate::plan::partner::Partner;
use crate::plan::rate::{Rate, Rps};

const SECOND: Duration = Duration::from_secs(1);
const NANOS: u64 = 1_000_000_000;

fn constant(rate: impl Rate, duration: Duration) -> Timetable {
    let length = u64::try_from(duration.as_nanos()).unwrap_or(FOREVER);
    Timetable::new(&Curve::Constant(Rps::new(rate).unwrap()), length, None, None)
}

fn rate(text: &str) -> Level {
    read_level("a shape", text).unwrap()
}

fn segment(from: &str, to: &str, length: Duration) -> Segment {
    Segment::new("stages", [rate(from), rate(to)], length).unwrap()
}

fn steps(from: &str, to: &str, by: &str, each: Duration) -> Curve {
    Curve::steps(rate(from), rate(to), rate(by), each).unwrap()
}

fn sine(from: &str, to: &str, period: Duration) -> Curve {
    Curve::sine(rate(from), rate(to), period).unwrap()
}

fn stages(stages: &[(&str, &str, u64)]) -> Curve {
    Curve::stages(
        "stages",
        stages
            .iter()
            .map(|(from, to, seconds)| segment(from, to, *seconds as u32 * SECOND))
            .collect(),
    )
    .unwrap()
}

fn whole(curve: &Curve) -> Timetable {
    Timetable::new(curve, curve.own_length().unwrap(), None, None)
}

/// The last integer whose square is no more.
fn root(square: u128) -> u64 {
    square.isqrt() as u64
}

#[test]
fn counts_ceil_of_rate_times_duration() {
    for (timetable, ticks) in [
        (constant(50, 60 * SECOND), 3_000),
        (constant(0.5, SECOND), 1),
        (constant(0.5, 3 * SECOND), 2),
        (constant(0.1, 30 * SECOND), 3),
        (constant("7/m", 3_600 * SECOND), 420),
        (constant("100/3s", 3 * SECOND), 100),
        (constant("1200/h", 3_600 * SECOND), 1_200),
        (constant(0.1_f32, 30 * SECOND), 3),
        (constant(3, SECOND), 3),
        (constant(1_000_000_000, SECOND), 1_000_000_000),
        (constant(1, Duration::ZERO), 0),
        (constant(1e-300, 1_000_000 * SECOND), 1),
        (constant(1e-3, 1_000 * SECOND), 1),
        (constant(1e-3, 1_001 * SECOND), 2),
        (constant(1.1, 10 * SECOND), 11),
        (
            Timetable::new(
                &Curve::Constant(Rps::parse("0.3333333333333333333333333333").unwrap()),
                120 * NANOS,
                None,
                None,
            ),
            40,
        ),
        (
            Timetable::new(
                &Curve::Constant(Rps::parse("0.3333333333333333333333333333").unwrap()),
                FOREVER,
                None,
                None,
            ),
            1_537_228_673,
        ),
    ] {
        assert_eq!(timetable.ticks(), ticks);
    }
}

/// All shapes, with how many ticks they make: the area under the rate, rounded up.
fn shapes() -> Vec<(Curve, u64)> {
    let hour = 3_600 * SECOND;
    vec![
        (
            stages(&[("0", "100", 10), ("100", "100", 60), ("500", "500", 5), ("100", "0", 5)]),
            500 + 6_000 + 2_500 + 250,
        ),
        (
            stages(&[
                ("0", "0", 5),
                ("50", "50", 1),
                ("0", "0", 3),
                ("50", "50", 1),
                ("0", "0", 9),
            ]),
            100,
        ),
        (stages(&[("0.1", "0.1", 30)]), 3),
        (stages(&[("0", "0.3333333333333333", 3)]), 1),
        (stages(&[("7", "3", 3)]), 15),
        (stages(&[("7/m", "7/m", 3_600)]), 420),
        (stages(&[("0", "100/3s", 6), ("100/3s", "7/m", 60)]), 100 + 1_004),
        (steps("20/m", "1", "20/m", 3 * SECOND), 1 + 2 + 3),
        (sine("1200/h", "3/m", 24 * hour), 16_560),
        (stages(&[("0", "1000000", 1), ("1000000", "0", 1)]), 1_000_000),
        (steps("10", "100", "10", 10 * SECOND), 5_500),
        (steps("1", "0.25", "0.5", 4 * SECOND), 4 + 2 + 1),
        (sine("10", "100", 24 * hour), 55 * 86_400),
        (sine("0", "10", 24 * hour), 5 * 86_400),
        (sine("0.3", "0.1", hour), 720),
    ]
}

#[test]
fn the_count_of_a_shape_is_the_area_under_its_rate() {
    for (curve, ticks) in shapes() {
        assert_eq!(whole(&curve).ticks(), ticks, "{curve}");
        assert_eq!(curve.ticks(), Some(u128::from(ticks)), "{curve}, as the macro counts them");
    }
}

#[test]
fn a_ramp_is_due_at_the_root_of_its_integral() {
    // 5 t² = k, and from above 100 t − 5 t² = k: t = 10 − √(100 − k / 5).
    let (up, down) = (whole(&stages(&[("0", "100", 10)])), whole(&stages(&[("100", "0", 10)])));
    for k in 0..500 {
        let square = |fifths: u64| u128::from(fifths) * u128::from(NANOS) * u128::from(NANOS) / 5;
        assert_eq!(up.due(k), root(square(k)), "tick {k} up");
        let exact = 500 - k;
        let rest = root(square(exact));
        let is_square = u128::from(rest) * u128::from(rest) * 5
            == u128::from(exact) * u128::from(NANOS) * u128::from(NANOS);
        assert_eq!(down.due(k), 10 * NANOS - rest - u64::from(!is_square), "tick {k} down");
    }
}

#[test]
fn a_held_rate_is_due_as_the_constant_one_is() {
    for rate in ["50", "0.1", "7.7", "99999.99", "100/3s", "700/m"] {
        let (held, constant) = (
            whole(&stages(&[(rate, rate, 40)])),
            Timetable::new(&Curve::Constant(Rps::parse(rate).unwrap()), 40 * NANOS, None, None),
        );
        assert_eq!(held.ticks(), constant.ticks());
        assert_eq!(held.length(), constant.length());
        for tick in (0..held.ticks()).step_by((held.ticks() / 1_000).max(1) as usize) {
            assert_eq!(held.due(tick), constant.due(tick), "tick {tick} at {rate}/s");
        }
    }
}

/// ```text
/// second  0    5    6    9    10        19
/// rate    0    50   0    50   0
/// tick         0 .. 49   50 .. 99
/// ```
#[test]
fn a_tick_that_falls_into_a_pause_waits_for_its_end() {
    let timetable = whole(&stages(&[
        ("0", "0", 5),
        ("50", "50", 1),
        ("0", "0", 3),
        ("50", "50", 1),
        ("0", "0", 9),
    ]));
    for (tick, millis) in [(0, 5_000), (1, 5_020), (49, 5_980), (50, 9_000), (99, 9_980)] {
        assert_eq!(timetable.due(tick), millis * 1_000_000);
    }
    assert_eq!(timetable.length(), 19 * NANOS);
}

/// The integral of the sine's rate, as its formula has it, at the due time of tick k: k within what
/// a nanosecond makes.
#[test]
fn a_sine_is_due_where_its_integral_says() {
    let (from, to, period) = (10.0, 100.0, 86_400.0);
    let timetable = whole(&sine("10", "100", 86_400 * SECOND));
    let integral = |t: f64| {
        (from + to) / 2.0 * t
            - (to - from) / 2.0 * period / std::f64::consts::TAU
                * (std::f64::consts::TAU * t / period).sin()
    };
    for tick in (0..timetable.ticks()).step_by(997) {
        let due = timetable.due(tick) as f64 / 1e9;
        assert!(
            (integral(due) - tick as f64).abs() < 1e-6,
            "tick {tick} at {due}s makes {}",
            integral(due)
        );
    }
    // Symmetries hold to the nanosecond: half of the calls are made in half of the time.
    assert_eq!(timetable.due(timetable.ticks() / 2), 43_200 * NANOS);
    let two_days =
        Timetable::new(&sine("10", "100", 86_400 * SECOND), 2 * 86_400 * NANOS, None, None);
    assert_eq!(two_days.ticks(), 2 * timetable.ticks());
    assert_eq!(two_days.due(timetable.ticks() + 5), 86_400 * NANOS + timetable.due(5));
    let half = Timetable::new(&sine("10", "100", 86_400 * SECOND), 43_200 * NANOS, None, None);
    assert_eq!(half.ticks(), timetable.ticks() / 2);
    // From zero the first calls are far apart, where floats lose digits: x − sin x = 2π / (5 ·
    // 86,400).
    let slow = whole(&sine("0", "10", 86_400 * SECOND));
    let x = slow.due(1) as f64 / 1e9 / period * std::f64::consts::TAU;
    let series = x.powi(3) / 6.0 - x.powi(5) / 120.0 + x.powi(7) / 5_040.0;
    assert!((series - std::f64::consts::TAU / (5.0 * 86_400.0)).abs() < 1e-16, "{series}");
}

/// Every kind of timetable there is.
fn timetables() -> Vec<Timetable> {
    let mut all: Vec<Timetable> = [0.2, 0.3, 1.0, 3.0, 7.7, 1e3, 99_999.99, 1e6, 1e9]
        .map(|rate| constant(rate, 10 * SECOND))
        .to_vec();
    for (curve, _) in shapes() {
        let length = curve.own_length().unwrap();
        all.push(Timetable::new(&curve, length, None, None));
        all.push(Timetable::new(&curve, length, Some(7), None));
        all.push(Timetable::new(&curve, length / 2, None, Some(100)));
        all.push(Timetable::new(&curve, length, Some(7), Some(100)));
        all.push(Timetable::new(&curve, length, None, None).up_to(length / 3));
        all.extend([None, Some(7)].map(|seed| Timetable::new(&curve, 0, seed, None)));
    }
    all
}

#[test]
fn due_by_is_the_inverse_of_due() {
    for timetable in timetables() {
        let mut before = 0;
        for tick in (0..timetable.ticks()).step_by((timetable.ticks() / 200).max(1) as usize) {
            let due = timetable.due(tick);
            assert!(before <= due && due < timetable.length(), "tick {tick}");
            let due_by = |elapsed| {
                timetable.due_by(&mut timetable.cursor(0), tick.saturating_sub(3), elapsed)
            };
            assert!(due_by(due) > tick, "tick {tick}");
            assert!(due == 0 || due_by(due - 1) <= tick, "tick {tick}");
            before = due;
        }
    }
}

#[test]
fn a_reader_walks_the_same_instants() {
    for timetable in timetables() {
        for from in [0, 1, 17, timetable.ticks() / 2] {
            let mut cursor = timetable.cursor(0);
            timetable.seek(&mut cursor, from);
            for tick in from..timetable.ticks().min(from + 2_000) {
                assert_eq!(timetable.step(&mut cursor, tick), timetable.due(tick), "tick {tick}");
            }
        }
    }
}

#[test]
fn a_limit_ends_the_schedule_when_the_next_tick_would_be_due() {
    let limited =
        Timetable::new(&Curve::Constant(Rps::new(50).unwrap()), FOREVER, None, Some(3_000));
    assert_eq!(limited.ticks(), 3_000);
    assert_eq!(limited.length(), 60 * NANOS);
    let limited = Timetable::new(&stages(&[("0", "100", 10)]), 10 * NANOS, None, Some(125));
    assert_eq!(limited.ticks(), 125);
    assert_eq!(limited.length(), 5 * NANOS);
    let limited = Timetable::new(&stages(&[("0", "100", 10)]), 10 * NANOS, None, Some(1_000));
    assert_eq!(limited.ticks(), 500);
    assert_eq!(limited.length(), 10 * NANOS);
    let all = Timetable::new(&Curve::Constant(Rps::new(50).unwrap()), 60 * NANOS, Some(1), None);
    let limited =
        Timetable::new(&Curve::Constant(Rps::new(50).unwrap()), FOREVER, Some(1), Some(200));
    assert_eq!(limited.ticks(), 200);
    assert_eq!(limited.length(), all.due(200));
    assert_eq!(limited.due(199), all.due(199));
}

/// How far the distribution of `samples` is from the one that `share_up_to` says, by Kolmogorov and
/// Smirnov, times √n. Above 1.95 a thousandth of all samples of that distribution are.
fn kolmogorov_smirnov(mut samples: Vec<f64>, share_up_to: impl Fn(f64) -> f64) -> f64 {
    samples.sort_unstable_by(f64::total_cmp);
    let n = samples.len() as f64;
    let apart = samples.iter().enumerate().map(|(nth, sample)| {
        let share = share_up_to(*sample);
        (share - nth as f64 / n).abs().max(((nth + 1) as f64 / n - share).abs())
    });
    apart.fold(0.0, f64::max) * n.sqrt()
}

fn gaps(timetable: &Timetable, make: impl Fn(u64) -> f64) -> Vec<f64> {
    let mut cursor = timetable.cursor(0);
    let dues: Vec<u64> =
        (0..timetable.ticks()).map(|tick| timetable.step(&mut cursor, tick)).collect();
    dues.windows(2).map(|pair| make(pair[1]) - make(pair[0])).collect()
}

#[test]
fn the_gaps_of_a_poisson_process_are_exponential() {
    let exponential = |calls: f64| 1.0 - (-calls).exp();
    for seed in 0..20 {
        let timetable =
            Timetable::new(&Curve::Constant(Rps::new(50).unwrap()), 400 * NANOS, Some(seed), None);
        let apart =
            kolmogorov_smirnov(gaps(&timetable, |due| due as f64 / 1e9 * 50.0), exponential);
        assert!(apart < 1.95, "seed {seed}: {apart}");
        // The count is a Poisson number of mean 20,000: within four standard deviations.
        assert!(
            timetable.ticks().abs_diff(20_000) < 4 * 142,
            "seed {seed}: {} ticks",
            timetable.ticks()
        );
        // Along a ramp they are so when time is measured in the calls that should have been made: 5
        // t².
        let ramp = Timetable::new(
            &stages(&[("0", "100", 10), ("100", "100", 100)]),
            10 * NANOS,
            Some(seed),
            None,
        );
        let apart =
            kolmogorov_smirnov(gaps(&ramp, |due| 5.0 * (due as f64 / 1e9).powi(2)), exponential);
        assert!(apart < 1.95, "seed {seed} along a ramp: {apart}");
    }
    // The same number of evenly spaced ticks is far from it.
    let even = Timetable::new(&Curve::Constant(Rps::new(50).unwrap()), 400 * NANOS, None, None);
    assert!(kolmogorov_smirnov(gaps(&even, |due| due as f64 / 1e9 * 50.0), exponential) > 50.0);
}

/// How many ticks come in a second knows nothing of how many came in the one before.
#[test]
fn counts_of_a_poisson_process_have_its_mean_as_their_variance() {
    let timetable =
        Timetable::new(&Curve::Constant(Rps::new(30).unwrap()), 4_000 * NANOS, Some(11), None);
    let mut counts = vec![0.0f64; 4_000];
    let mut cursor = timetable.cursor(0);
    (0..timetable.ticks())
        .for_each(|tick| counts[(timetable.step(&mut cursor, tick) / NANOS) as usize] += 1.0);
    let mean = counts.iter().sum::<f64>() / 4_000.0;
    let variance = counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / 4_000.0;
    let together =
        counts.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum::<f64>() / 4_000.0;
    assert!(
        (mean - 30.0).abs() < 0.4 && (variance / mean - 1.0).abs() < 0.1,
        "mean {mean}, variance {variance}"
    );
    assert!(
        (together / variance).abs() < 0.06,
        "one second after the other: {}",
        together / variance
    );
}

/// The same seed gives the same schedule on every machine: these instants were written down once.
#[test]
fn a_seed_is_a_schedule() {
    let timetable =
        Timetable::new(&Curve::Constant(Rps::new(50).unwrap()), 60 * NANOS, Some(7), None);
    // The last of these is not of the schedule: it is due after the end, and shows that the stream
    // goes on.
    let first = [0, 1, 2, 3, 2_999].map(|tick| timetable.due(tick));
    assert_eq!(timetable.ticks(), 2_946);
    assert_eq!(first, [11_442_879, 12_042_640, 12_057_014, 39_757_240, 61_216_818_622]);
}

#[test]
fn a_stretched_shape_is_as_long_as_asked() {
    let curve = stages(&[("0", "100", 10), ("100", "100", 60), ("7", "7", 5)]);
    assert_eq!(whole(&curve.stretched(7_500_000_001)).ticks(), 50 + 600 + 4);
}

/// ```text
/// five Workers at 2/s          0     100ms 200ms 300ms 400ms 500ms 600ms
/// one schedule of 10 a second  0     1     2     3     4     5     6
/// Worker                       0     1     2     3     4     0     1
/// number of the tick there     0     0     0     0     0     1     1
/// ```
#[test]
fn workers_deal_the_ticks_of_one_schedule() {
    let dealt = |curve: &Curve, length, of, most| -> Vec<Timetable> {
        let share = |worker| Timetable::evenly(curve, length, Share::of_worker(worker, of), most);
        (0..of).map(share).collect()
    };
    let dues = |timetable: &Timetable| -> Vec<u64> {
        let millis = |tick| timetable.due(tick) / 1_000_000;
        (0..timetable.ticks()).map(millis).collect()
    };
    let two = Curve::Constant(Rps::new(2).unwrap());
    let five = dealt(&two, 1_500_000_000, 5, None);
    let expected = [[0, 500, 1_000], [100, 600, 1_100], [200, 700, 1_200], [300, 800, 1_300]];
    assert_eq!(five[..4].iter().map(dues).collect::<Vec<_>>(), expected);
    assert_eq!(dues(&five[4]), [400, 900, 1_400]);
    // The last tick is that of Worker 1, and the others have none beside it.
    let ticks = |all: &[Timetable]| all.iter().map(Timetable::ticks).collect::<Vec<_>>();
    assert_eq!(ticks(&dealt(&two, 1_200_000_000, 5, None)), [3, 3, 2, 2, 2]);
    assert_eq!(ticks(&dealt(&two, 100_000_000, 5, None)), [1, 0, 0, 0, 0]);
    // So many calls of each end when the first Worker would have the next.
    let counted = dealt(&two, FOREVER, 5, Some(2));
    assert_eq!(ticks(&counted), [2; 5]);
    assert!(counted.iter().all(|timetable| timetable.length() == NANOS));
    let even = dealt(&two, 1_100_000_000, 5, Some(2));
    assert!(even.iter().all(|timetable| timetable.length() == NANOS));
    let whole = dealt(&two, NANOS, 5, Some(2));
    assert!(whole.iter().all(|timetable| timetable.length() == NANOS));
}

#[test]
fn the_shares_of_all_workers_are_the_curve_that_is_so_many_times_as_high() {
    let times_three = stages(&[("0", "300", 2), ("300", "21/m", 1)]);
    let swinging = sine("3", "60", 2 * SECOND);
    for (curve, whole) in [
        (stages(&[("0", "100", 2), ("100", "7/m", 1)]), &times_three),
        (sine("1", "20", 2 * SECOND), &swinging),
        (Curve::Constant(Rps::new("100/3s").unwrap()), &stages(&[("100", "100", 3)])),
    ] {
        let length = whole.own_length().unwrap();
        let all = Timetable::new(whole, length, None, None);
        let shares: Vec<Timetable> = (0..3)
            .map(|worker| Timetable::evenly(&curve, length, Share::of_worker(worker, 3), None))
            .collect();
        assert_eq!(shares.iter().map(Timetable::ticks).sum::<u64>(), all.ticks(), "{curve}");
        for tick in 0..all.ticks() {
            let (share, own) = (&shares[tick as usize % 3], tick / 3);
            let (due, mut cursor) = (all.due(tick), share.cursor(own));
            assert_eq!(share.due(own), due, "tick {tick} of {curve}");
            assert_eq!(share.step(&mut cursor, own), due, "tick {tick} of {curve}");
            assert_eq!(share.due_by(&mut share.cursor(own), own, due), own + 1);
        }
        for worker in &shares {
            assert_eq!(worker.due_by(&mut worker.cursor(0), 0, u64::MAX), worker.ticks());
        }
    }
}

fn halves(seed: u64) -> [Option<Half>; 2] {
    [Partner::Own, Partner::Other].map(|partner| Some(Half { partner, seed }))
}

/// Both targets together make the ticks of `whole`, in pairs, save a last one without a partner.
#[track_caller]
fn check_pairs([own, other]: &[Timetable; 2], whole: &Timetable) {
    assert_eq!(own.ticks(), whole.ticks() / 2);
    assert_eq!(other.ticks(), own.ticks());
    for pair in 0..own.ticks() {
        let dues = [own, other].map(|half| half.due(pair));
        let mut sorted = dues;
        sorted.sort_unstable();
        assert_eq!(sorted, [2 * pair, 2 * pair + 1].map(|tick| whole.due(tick)), "pair {pair}");
        for (half, due) in [own, other].into_iter().zip(dues) {
            assert_eq!(half.step(&mut half.cursor(pair), pair), due);
            assert_eq!(half.due_by(&mut half.cursor(pair), pair, due), pair + 1);
        }
    }
    for half in [own, other] {
        assert_eq!(half.due_by(&mut half.cursor(0), 0, u64::MAX), half.ticks());
        // Read in a row, as an engine does.
        let mut cursor = half.cursor(0);
        (0..half.ticks()).for_each(|i| assert_eq!(half.step(&mut cursor, i), half.due(i)));
    }
}

#[test]
fn two_targets_share_a_schedule_of_twice_the_rate() {
    let twice = stages(&[("0", "200", 2), ("200", "14/m", 1)]);
    for (curve, whole) in [
        (stages(&[("0", "100", 2), ("100", "7/m", 1)]), &twice),
        (sine("1", "20", 2 * SECOND), &sine("2", "40", 2 * SECOND)),
        (Curve::Constant(Rps::new("100/3s").unwrap()), &stages(&[("200/3s", "200/3s", 3)])),
        (Curve::Constant(Rps::new("0.7").unwrap()), &stages(&[("1.4", "1.4", 9)])),
    ] {
        let length = whole.own_length().unwrap();
        let half = |half| {
            let share = Share::WHOLE.halved(half);
            Timetable::evenly(&curve, length, share, None)
        };
        check_pairs(&halves(7).map(half), &Timetable::new(whole, length, None, None));
        let half = |half| Timetable::at_random(&curve, length, (3, half), None);
        check_pairs(&halves(7).map(half), &Timetable::new(whole, length, Some(3), None));
    }
}

/// So many calls of each end when the first tick of the next pair would be due.
#[test]
fn calls_are_those_of_each_target() {
    let ten = Curve::Constant(Rps::new(10).unwrap());
    let evenly = |half| Timetable::evenly(&ten, FOREVER, Share::WHOLE.halved(half), Some(5));
    for half in halves(7).map(evenly) {
        assert_eq!((half.ticks(), half.length()), (5, NANOS / 2));
    }
    let twice = Curve::Constant(Rps::new(20).unwrap());
    let all = Timetable::at_random(&twice, FOREVER, (3, None), Some(1_000));
    let at_random = |half| Timetable::at_random(&ten, FOREVER, (3, half), Some(5));
    for half in halves(7).map(at_random) {
        assert_eq!((half.ticks(), half.length()), (5, all.due(10)));
    }
    // Fewer than that come within the time.
    let short = |half| Timetable::at_random(&ten, NANOS, (3, half), Some(500));
    let [own, other] = halves(7).map(short);
    assert_eq!((own.ticks(), own.length()), (other.ticks(), NANOS));
    assert!((3..20).contains(&own.ticks()), "{}", own.ticks());
}

/// The arithmetic has room for the most of everything.
#[test]
fn a_thousand_workers_at_the_highest_rate_for_as_long_as_there_is() {
    for rate in ["1000000000", "99999999.999999999", "1/100000days", "12345678.9/m"] {
        let curve = Curve::Constant(Rps::parse(rate).unwrap());
        let share = Share::of_worker(500, 1_000);
        let timetable = Timetable::evenly(&curve, FOREVER, share, None);
        let last = timetable.ticks().saturating_sub(1);
        assert!(timetable.due(last) < FOREVER, "{rate}");
        let due = timetable.due_by(&mut timetable.cursor(last), last, u64::MAX);
        assert_eq!(due, timetable.ticks(), "{rate}");
        let mut cursor = timetable.cursor(last);
        assert_eq!(timetable.step(&mut cursor, last), timetable.due(last), "{rate}");
    }
}

proptest! {
    /// Any rate from 1e-3 to 1e9 with up to six digits behind the point, any duration up to ten
    /// days.
    #[test]
    fn ticks_are_monotone_exact_and_counted(
        micros in 1_000u64..=1_000_000_000_000_000,
        length in 1u64..864_000_000_000_000,
    ) {
        let text = Decimal { digits: u128::from(micros), scale: 6 }.to_string();
        let nanos = u128::from(NANOS);
        let curve = Curve::Constant(Rps::parse(&text).unwrap());
        let timetable = Timetable::new(&curve, length, None, None);
        let exact_ticks = (u128::from(length) * u128::from(micros)).div_ceil(1_000_000 * nanos);
        prop_assert_eq!(u128::from(timetable.ticks()), exact_ticks);

        let last = timetable.ticks() - 1;
        prop_assert!(timetable.due(last) < length);
        for i in [0, 1, last / 3, last / 2, last] {
            // i / rate, in femtoseconds, against the due time: at most a nanosecond apart.
            let exact = u128::from(i) * 1_000_000 * nanos;
            let due = u128::from(timetable.due(i)) * u128::from(micros);
            prop_assert!(due <= exact && exact - due < u128::from(micros));
            prop_assert!(timetable.due(i) <= timetable.due(i + 1));
            prop_assert_eq!(timetable.step(&mut timetable.cursor(i), i), timetable.due(i));
        }
    }

    /// Any three stages: at its due time a tick's number is what the stages have made, and a
    /// nanosecond later more.
    #[test]
    fn stages_are_due_exactly(
        rates in prop::array::uniform4(0u64..1_000_000),
        lengths in prop::array::uniform3(1u64..100_000_000_000),
    ) {
        prop_assume!(rates.iter().any(|rate| *rate > 0));
        let level = |rate: u64| {
            Level::per_second(Decimal { digits: u128::from(rate), scale: 2 }.shortest()).unwrap()
        };
        let segment = |n: usize| {
            let (from, to) = (level(rates[n]), level(rates[n + 1]));
            Segment { from, to, length: lengths[n] }
        };
        let stages: Vec<Segment> = (0..3).map(segment).collect();
        // What t nanoseconds of the stages make, in 2 · 10¹¹ · lengths[n] parts of a call for the
        // stage in which t is.
        let is_due = |tick: u64, t: u64| {
            let (mut t, mut left) = (i128::from(t), i128::from(tick) * 200_000_000_000);
            for n in 0..3 {
                let [from, to, length] = [rates[n], rates[n + 1], lengths[n]].map(i128::from);
                if t <= length {
                    return t * (2 * from * length + (to - from) * t) > left * length;
                }
                (t, left) = (t - length, left - (from + to) * length);
            }
            true
        };
        let timetable = whole(&Curve::stages("stages", stages).unwrap());
        let last = timetable.ticks().saturating_sub(1);
        let ticks = [0, 1, last / 3, last / 2, last].into_iter();
        for tick in ticks.filter(|tick| *tick < timetable.ticks()) {
            let due = timetable.due(tick);
            prop_assert!(!is_due(tick, due), "tick {} at {}", tick, due);
            prop_assert!(is_due(tick, due + 1), "tick {} at {}", tick, due);
        }
    }
}
