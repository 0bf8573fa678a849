//! [`Queue`]: M/M/c in arithmetic, of which a formula knows the capacity; and what the search makes
//! of it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::effort::Effort;
use super::found::{End, Found};
use super::probe::{Ceiling, Probe, Prober, Shown};
use super::search::Search;
use crate::plan::random::SplitMix;

/// M/M/c: calls wait for one of its servers, in the order in which they come.
struct Queue {
    random: SplitMix,
    servers: usize,
    /// Calls per second and server.
    speed: f64,
    limit: f64,
    /// One of so many probes stands still for a third of its time; none if zero.
    stalls: u64,
    /// The most calls a second that the generator makes in time.
    generator: f64,
}

/// 10 ms of service on average.
const SPEED: f64 = 100.0;
/// 1 % of the calls may be over the limit: it is one on p99.
const SHARE: f64 = 0.01;

impl Queue {
    fn new(servers: usize, limit: f64, seed: u64) -> Queue {
        let random = SplitMix::of_stream(seed, servers as u64);
        Queue { random, servers, speed: SPEED, limit, stalls: 0, generator: f64::INFINITY }
    }

    fn uniform(&mut self) -> f64 {
        ((self.random.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    fn exponential(&mut self, rate: f64) -> f64 {
        -self.uniform().ln() / rate
    }

    /// When it stands still, if it does in this probe.
    fn stall(&mut self, probe: &Probe) -> Option<[f64; 2]> {
        if self.stalls == 0 || self.random.below(self.stalls) > 0 {
            return None;
        }
        let begin = probe.warmup + 0.6 * probe.length * self.uniform();
        Some([begin, begin + probe.length / 3.0])
    }
}

impl Prober for Queue {
    fn probe(&mut self, probe: &Probe) -> Option<Shown> {
        let end = probe.warmup + probe.length;
        let stall = self.stall(probe);
        let mut servers: BinaryHeap<Reverse<u64>> = (0..self.servers).map(|_| Reverse(0)).collect();
        let mut shown = Shown { rate: probe.rate, length: probe.length, ..Shown::default() };
        let (mut due, mut over, mut ended) = (0.0, 0, 0);
        loop {
            due += self.exponential(probe.rate);
            if due > end {
                break;
            }
            let free = servers.pop().map_or(0.0, |Reverse(nanos)| nanos as f64 / 1e9);
            let mut start = due.max(free);
            if let Some([begin, end]) = stall
                && (begin..end).contains(&start)
            {
                start = end;
            }
            let answered = start + self.exponential(self.speed);
            servers.push(Reverse((answered * 1e9) as u64));
            ended += u64::from(answered < end);
            shown.took = shown.took.max(answered);
            if due < probe.warmup {
                shown.warmup_calls += 1;
            } else {
                shown.calls += 1;
                over += u64::from(answered - due > self.limit);
            }
        }
        if probe.rate > self.generator {
            over = shown.calls;
            shown.late = Some("pusher is too slow".to_string());
        }
        shown.over = vec![(over, shown.calls)];
        shown.ended = ended as f64 / end;
        shown.took = shown.took.max(end);
        Some(shown)
    }
}

/// The share of calls that take longer than `limit`, by the formula of Erlang.
fn tail(rate: f64, servers: usize, limit: f64) -> f64 {
    let offered = rate / SPEED;
    let (mut term, mut sum) = (1.0, 1.0);
    for server in 1..servers {
        term *= offered / server as f64;
        sum += term;
    }
    term *= offered / servers as f64;
    let busy = term / (1.0 - offered / servers as f64);
    let waits = busy / (sum + busy);
    let spare = servers as f64 * SPEED - rate;
    let serving = (-SPEED * limit).exp();
    let waiting = if (spare - SPEED).abs() < 1e-9 {
        serving * (1.0 + SPEED * limit)
    } else {
        (spare * serving - SPEED * (-spare * limit).exp()) / (spare - SPEED)
    };
    (1.0 - waits) * serving + waits * waiting
}

/// The rate at which just 1 % of the calls take longer.
fn truth(servers: usize, limit: f64) -> f64 {
    let (mut low, mut high) = (0.0, servers as f64 * SPEED);
    for _ in 0..100 {
        let middle = (low + high) / 2.0;
        *if tail(middle, servers, limit) > SHARE { &mut high } else { &mut low } = middle;
    }
    low
}

fn search(limit: f64, at_least: Option<f64>, budget: f64) -> Search {
    let ceilings = vec![Ceiling { share: SHARE, time: limit }];
    let effort = Effort::new(&ceilings, budget, 0.0);
    Search { ceilings, at_least, effort }
}

/// A time that is not used up.
const LONG: f64 = 1e6;

/// What of so many seeds was within 5 % of the truth, what had the truth in the interval, and the
/// most calls that one took.
#[derive(Default, Debug)]
struct Score {
    within: u32,
    covered: u32,
    calls: u64,
    width: f64,
}

fn score(servers: usize, limit: f64, seeds: std::ops::Range<u64>, stalls: u64) -> Score {
    let truth = truth(servers, limit);
    let mut score = Score::default();
    let of = (seeds.end - seeds.start) as f64;
    for seed in seeds {
        let found =
            search(limit, None, LONG).run(&mut Queue { stalls, ..Queue::new(servers, limit, seed) });
        let (rate, high) = (found.answer.rate.unwrap(), found.answer.high.unwrap());
        score.within += u32::from((rate / truth - 1.0).abs() <= 0.05);
        score.covered += u32::from(found.answer.low <= truth && truth <= high);
        let calls = found.shown.iter().map(|shown| shown.calls + shown.warmup_calls).sum();
        score.calls = score.calls.max(calls);
        score.width += (high - found.answer.low) / 2.0 / rate / of;
    }
    score
}

/// ```text
/// TABLE
/// ```
#[test]
fn the_capacity_of_known_queues_is_found() {
    for (servers, limit) in [(1, 0.1), (1, 0.2), (4, 0.08), (4, 0.1), (16, 0.06), (16, 0.1)] {
        let score = score(servers, limit, 0..10, 0);
        assert!(score.within >= 9, "c = {servers}, {limit} s: {score:?}");
        assert!(score.covered >= 8, "c = {servers}, {limit} s: {score:?}");
        assert!(score.calls <= 160_000, "c = {servers}, {limit} s: {score:?}");
    }
}

#[test]
#[ignore]
fn table() {
    let env = |k: &str, d: f64| std::env::var(k).ok().and_then(|v| v.parse().ok()).unwrap_or(d);
    let (a, n, st) = (env("BASE", 0.0) as u64, env("SEEDS", 100.0) as u64, env("STALLS", 0.0) as u64);
    for c in [1, 4, 16] { if env("C", 0.0) > 0.0 && env("C", 0.0) as usize != c { continue }
        for l in [0.06, 0.08, 0.1, 0.15, 0.2] { if env("L", 0.0) > 0.0 && env("L", 0.0) != l { continue }
            println!("c={c:2} L={l} truth {:.1} {:?}", truth(c, l), score(c, l, a..a + n, st)); } }
}
