//! [`Changing`]: a queue that is another one after so many calls, and what the search makes of it.

use super::found::{Conclusion, Searched, Sustained};
use super::probe::{Probe, Prober, Shown};
use super::simulation::{LONG, MarkovQueue, search, truth};

/// What a service does from a call on.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Then {
    /// It answers each call with an error, at once.
    Errs,
    /// It answers none.
    Hangs,
    /// It answers 3 of 10 calls with an error.
    Falters,
    /// It takes so many times as long.
    Slows(f64),
}

/// M/M/4 of which 1 % of the calls take longer than the limit at 350 calls a second.
struct Changing {
    queue: MarkovQueue,
    made: u64,
    after: u64,
    then: Then,
    /// The probes, counted from zero, in which it does so, though it has not changed.
    bad: Option<usize>,
    probes: usize,
}

const SERVERS: usize = 4;
const LIMIT: f64 = 0.1;

impl Changing {
    fn new(after: u64, then: Then, seed: u64) -> Changing {
        let queue = MarkovQueue::new(SERVERS, LIMIT, seed);
        Changing { queue, made: 0, after, then, bad: None, probes: 0 }
    }
}

impl Prober for Changing {
    fn probe(&mut self, probe: &Probe) -> Option<Shown> {
        let has_changed = self.made >= self.after;
        if let (Then::Slows(times), true) = (self.then, has_changed) {
            self.queue.speed = 100.0 / times;
        }
        let mut shown = self.queue.probe(probe)?;
        self.made += shown.warmup_calls + shown.calls;
        // In the probe in which it changes, those of the end.
        let since = if self.bad == Some(self.probes) {
            shown.calls
        } else {
            self.made.saturating_sub(self.after).min(shown.calls)
        };
        self.probes += 1;
        let (over, of) = shown.over[0];
        let part = since as f64 / of as f64;
        let before = (over as f64 * (1.0 - part)) as u64;
        shown.over[0].0 = match self.then {
            Then::Slows(_) => over,
            Then::Falters => over + 3 * (since - (over as f64 * part) as u64) / 10,
            Then::Errs | Then::Hangs => before + since,
        };
        if self.then == Then::Hangs {
            shown.ended *= 1.0 - part;
        }
        Some(shown)
    }
}

fn calls(searched: &Searched) -> u64 {
    searched.shown.iter().map(|shown| shown.calls + shown.warmup_calls).sum()
}

fn found(after: u64, then: Then, seed: u64) -> Searched {
    let searched = search(LIMIT, None, LONG).run(&mut Changing::new(after, then, seed));
    let calls = calls(&searched);
    assert!(calls <= 160_000, "{calls}");
    searched
}

#[test]
fn a_service_that_dies_at_any_time_has_no_capacity() {
    for then in [Then::Errs, Then::Hangs, Then::Falters, Then::Slows(10.0)] {
        for after in [3_000, 8_000, 15_000, 30_000, 60_000, 100_000, 130_000] {
            for seed in 0..3 {
                let Searched { sustained, end, shown } = found(after, then, seed);
                let told = format!("{then:?} after {after}, seed {seed}: {end:?}");
                let Conclusion::Changed { from, rate, held } = end else { panic!("{told}") };
                assert_eq!((sustained.rate, sustained.high), (None, None), "{told}");
                assert_eq!(rate, held / 2.0, "{told}");
                let mut made = 0;
                let dies = shown.iter().position(|shown| {
                    made += shown.warmup_calls + shown.calls;
                    made > after
                });
                // The one before it, or even two, may have broken the limits all the same.
                let dies = dies.unwrap() + 1;
                assert!(from <= dies + 1 && dies <= from + 6, "{told}: {dies}");
            }
        }
    }
}

#[test]
fn a_service_that_is_twice_as_slow_from_then_on_has_changed() {
    for after in [15_000, 40_000, 80_000, 110_000] {
        for seed in 0..3 {
            let Searched { end, .. } = found(after, Then::Slows(2.0), seed);
            assert!(matches!(end, Conclusion::Changed { .. }), "{after}, seed {seed}: {end:?}");
        }
    }
}

/// All that it takes to be sure, once it is dead, is a few probes.
#[test]
fn a_search_of_a_dead_service_ends_early() {
    for (then, after) in [(Then::Errs, 30_000), (Then::Hangs, 30_000), (Then::Errs, 60_000)] {
        for seed in 0..5 {
            let searched = found(after, then, seed);
            let after_death = calls(&searched) - after;
            assert!(after_death < 60_000, "{then:?} after {after}, seed {seed}: {after_death}");
        }
    }
}

/// Whichever it is, it is not taken for a change; and the rate is near the truth, or the interval
/// has it.
#[test]
fn one_bad_probe_is_no_change() {
    for then in [Then::Errs, Then::Hangs, Then::Falters] {
        for bad in 0..16 {
            let changing = Changing { bad: Some(bad), ..Changing::new(u64::MAX, then, 1) };
            let searched = search(LIMIT, None, LONG).run(&mut { changing });
            let told = format!("{then:?} in probe {bad}: {searched:?}");
            assert_eq!(searched.end, Conclusion::Settled, "{told}");
            let Sustained { rate, low, high, .. } = searched.sustained;
            let truth = truth(SERVERS, LIMIT);
            let is_near = (rate.unwrap() / truth - 1.0).abs() < 0.1;
            assert!(is_near || low <= truth && truth <= high.unwrap(), "{told}");
            assert!(calls(&searched) <= 160_000, "{told}");
        }
    }
}

/// A service that gets a tenth slower half way has two capacities, and the interval is as wide as
/// that.
#[test]
fn a_drift_makes_the_interval_wider() {
    let width = |times| {
        let of_seed = |seed| {
            let searched = found(80_000, Then::Slows(times), seed);
            assert_eq!(searched.end, Conclusion::Settled, "{times}, seed {seed}");
            let sustained = searched.sustained;
            (sustained.high.unwrap() / sustained.low).ln()
        };
        (0..4).map(of_seed).sum::<f64>() / 4.0
    };
    let [steady, a_little, much] = [1.0, 1.1, 1.3].map(width);
    assert!(a_little > 1.3 * steady, "{steady}, {a_little}");
    assert!(much > 2.0 * steady, "{steady}, {much}");
}

/// Time is kept for the confirmation: what a short search says is confirmed too.
#[test]
fn a_small_budget_is_no_excuse_for_a_dead_service() {
    for budget in [20.0, 30.0, 60.0, 120.0] {
        for seed in 0..5 {
            let mut changing = Changing::new(700, Then::Errs, seed);
            let searched = search(LIMIT, Some(100.0), budget).run(&mut changing);
            let has_changed = matches!(searched.end, Conclusion::Changed { .. });
            assert!(has_changed, "{budget} s, seed {seed}: {searched:?}");
            let seconds: f64 = searched.shown.iter().map(|shown| shown.took).sum();
            assert!(seconds <= 1.1 * budget, "{budget} s, seed {seed}: {seconds}");
        }
    }
}
