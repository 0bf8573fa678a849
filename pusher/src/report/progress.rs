//! [`Progress`]: what standard error says of loads that are made, when they begin and meanwhile.

mod outlet;
mod beat;
mod bottom_line;

use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use beat::Cue;
use outlet::{Outlet, tell};

use super::asked::Asked;
use super::text::hanging;
use crate::plan::time;
use crate::plan::words::{Clock, Word};
use crate::statistics::ledger::Endings;

pub(crate) use outlet::give_back;

/// The progress of a test, whose loads are made side by side.
pub(crate) struct Progress {
    test: String,
    headlines: Vec<String>,
    /// What stands above them.
    gap: &'static str,
    /// How long the longest load takes on the real clock, if that is known beforehand.
    whole: Option<Duration>,
}

/// How far loads are.
#[derive(Clone, Debug, Default)]
pub(crate) struct SoFar {
    pub(crate) warmup: PartSoFar,
    pub(crate) measured: PartSoFar,
    /// Calls that have begun, or are about to, and have not ended.
    pub(crate) in_flight: u64,
    /// Whether the schedule has ended, so that there is only an end to wait for.
    pub(crate) has_ended: bool,
}

/// The warm-up, or the measured time, so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct PartSoFar {
    pub(crate) scheduled: u64,
    pub(crate) canceled: u64,
    pub(crate) endings: Endings,
}

impl SoFar {
    /// With a load that is made beside it.
    pub(crate) fn beside(mut self, other: &SoFar) -> SoFar {
        self.warmup.add(&other.warmup);
        self.measured.add(&other.measured);
        self.in_flight += other.in_flight;
        self.has_ended &= other.has_ended;
        self
    }
}

impl PartSoFar {
    fn add(&mut self, other: &PartSoFar) {
        self.scheduled += other.scheduled;
        self.canceled += other.canceled;
        self.endings.add(&other.endings);
    }
}

/// How long a terminal has to keep its size before something is drawn on it again. While an edge is
/// dragged, sizes come one after the other, and a terminal in a terminal (tmux) tells of them up to
/// 250 ms late.
const SETTLED: Duration = Duration::from_millis(300);

impl Progress {
    /// Takes the name of the test, the name of each of its loads, and the load that was asked for.
    pub(crate) fn new<'a>(
        test: &str,
        loads: impl Iterator<Item = (&'a str, &'a Asked)>,
    ) -> Progress {
        let (mut headlines, mut whole) = (Vec::new(), Some(Duration::ZERO));
        for (name, asked) in loads {
            headlines.push(headline(name, asked));
            headlines.extend(asked.hints.iter().map(|hint| format!("{name}: hint: {hint}")));
            let known = asked.duration.filter(|_| asked.time == Clock::Real.word());
            whole = whole
                .zip(known)
                .map(|(whole, known)| whole.max(asked.warmup.saturating_add(known)));
        }
        Progress { test: test.to_string(), headlines, gap: "\n", whole }
    }

    /// That of a part of a test, which takes so long on the real clock, if that is known
    /// beforehand.
    pub(crate) fn of_part(test: &str, headline: String, whole: Option<Duration>) -> Progress {
        Progress { test: test.to_string(), headlines: vec![headline], gap: "", whole }
    }

    /// Writes to standard error until the other end of `done` hangs up.
    pub(crate) fn show(&self, mut done: oneshot::Receiver<()>, so_far: impl Fn() -> SoFar) {
        let headlines: Vec<String> = self.headlines.iter().map(|line| hanging(line)).collect();
        tell(&format!("{}{}\n", self.gap, headlines.join("\n")));
        let (began, outlet) = (Instant::now(), Outlet::of_this_process());
        let Ok(mut beat) = outlet.beat(&mut done) else { return };
        let mut wait = outlet.period();
        loop {
            match beat.next(wait) {
                Cue::Over => break,
                Cue::Changed => {
                    outlet.hide();
                    wait = SETTLED;
                }
                Cue::Due => {
                    outlet.show(&self.test, &self.line(began.elapsed(), &so_far()));
                    wait = outlet.period();
                }
            }
        }
        outlet.end();
    }

    /// What matters most comes first, for a narrow terminal cuts the end off.
    fn line(&self, elapsed: Duration, so_far: &SoFar) -> String {
        let SoFar { warmup, measured, in_flight, has_ended } = so_far;
        let mut when = time::format(Duration::from_secs(elapsed.as_secs()));
        match self.whole {
            _ if *has_ended => when += ", schedule over",
            Some(whole) => when += &format!(" of {}", time::brief(whole)),
            None => {}
        }
        let is_warmup = measured.scheduled == 0 && warmup.scheduled > 0;
        let part = if is_warmup { warmup } else { measured };
        let (ok, errors, canceled) = (part.endings.ok, part.endings.errors(), part.canceled);
        let warmup = if is_warmup { "warm-up, " } else { "" };
        format!(
            "{warmup}{when}: {in_flight} in flight, {ok} ok, {errors} errors, {canceled} canceled"
        )
    }
}

fn headline(name: &str, asked: &Asked) -> String {
    let words = asked.words();
    let too_few = |ticks: &u64| asked.ticks.is_some_and(|made| made < *ticks);
    let of_all = asked.ticks_with_enough_data().filter(too_few);
    let of_all = of_all.map(|all| format!(" of {all}")).unwrap_or_default();
    let what = match (asked.ticks.filter(|_| asked.concurrency.is_none()), asked.workers) {
        (Some(1), 1) if of_all.is_empty() => format!("1 tick at {words}"),
        (Some(ticks), 1) => format!("{ticks}{of_all} ticks at {words}"),
        (Some(ticks), workers) => {
            format!("{ticks}{of_all} ticks by {workers} workers, each at {words}")
        }
        (None, 1) => words,
        (None, workers) => format!("{workers} workers, each with {words}"),
    };
    let warmup = match asked.warmup {
        Duration::ZERO => String::new(),
        warmup => format!(" after a warm-up of {}", time::format(warmup)),
    };
    let time = if asked.time == Clock::Virtual.word() { " in virtual time" } else { "" };
    format!("{name}: {what}{warmup}{time}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::data::DataOrder;
    use crate::plan::pause::Pause;
    use crate::plan::rate::Rps;
    use crate::plan::terms::{Pace, Terms};

    fn terms() -> Terms {
        let mut terms = Terms::constant(Rps::new(50).unwrap(), Some(Duration::from_secs(60)));
        terms.offer.warmup = Duration::from_secs(5);
        terms
    }

    fn progress(terms: &Terms, workers: u64) -> Progress {
        let asked = Asked::of_terms(terms, &terms.order(0));
        let asked = Asked { workers, ticks: asked.ticks.map(|ticks| ticks * workers), ..asked };
        Progress::new("checkout", [("checkout", &asked)].into_iter())
    }

    #[test]
    fn says_what_is_made() {
        let closed = Terms {
            pace: Pace::Closed { concurrency: 20, pause: Pause::from(Duration::from_millis(50)) },
            ..terms()
        };
        let counted = Terms { calls: Some(10_000), duration: None, ..closed.clone() };
        let pause = Pause::parse("1s..3s").unwrap();
        let at_random =
            Terms { pace: Pace::Closed { concurrency: 20, pause }, seed: Some(7), ..terms() };
        for (terms, workers, headline) in [
            (terms(), 1, "checkout: 3000 ticks at 50/s for 1m after a warm-up of 5s"),
            (
                terms(),
                5,
                "checkout: 15000 ticks by 5 workers, each at 50/s for 1m after a warm-up of 5s",
            ),
            (
                Terms { calls: Some(3_001), ..terms() },
                1,
                "checkout: 3000 ticks at 50/s for 1m after a warm-up of 5s",
            ),
            (
                Terms { data_order: DataOrder::Random, seed: Some(7), ..closed.clone() },
                1,
                "checkout: 20 callers for 1m with seed 7, pausing 50ms between calls \
                 after a warm-up of 5s",
            ),
            (
                Terms { calls: Some(1), ..terms() },
                1,
                "checkout: 1 tick at 50/s for 1 call after a warm-up of 5s",
            ),
            (
                closed,
                1,
                "checkout: 20 callers for 1m, pausing 50ms between calls after a warm-up of 5s",
            ),
            (
                at_random,
                1,
                "checkout: 20 callers for 1m with seed 7, pausing 1s..3s between calls \
                 after a warm-up of 5s",
            ),
            (
                counted,
                2,
                "checkout: 2 workers, each with 20 callers for 10000 calls, \
                 pausing 50ms between calls after a warm-up of 5s",
            ),
            (
                Terms { clock: Clock::Virtual, ..terms() },
                1,
                "checkout: 3000 ticks at 50/s for 1m after a warm-up of 5s in virtual time",
            ),
        ] {
            // Hints may follow.
            assert_eq!(progress(&terms, workers).headlines[0], headline);
        }
    }

    fn part(scheduled: u64, ok: u64, canceled: u64) -> PartSoFar {
        let endings = Endings { ok, failed: 8, timed_out: 2, ..Endings::default() };
        PartSoFar { scheduled, canceled, endings }
    }

    #[test]
    fn says_how_far_it_is() {
        let running = SoFar {
            warmup: part(250, 240, 0),
            measured: part(610, 590, 7),
            in_flight: 3,
            has_ended: false,
        };
        let line = |terms: &Terms, so_far: &SoFar| {
            progress(terms, 1).line(Duration::from_millis(72_345), so_far)
        };
        let counts = "3 in flight, 590 ok, 10 errors, 7 canceled";
        let hour = Terms { duration: Some(Duration::from_secs(3_600)), ..terms() };
        assert_eq!(line(&hour, &running), format!("1m 12s of 1h 5s: {counts}"));
        let ended = SoFar { has_ended: true, ..running.clone() };
        assert_eq!(line(&hour, &ended), format!("1m 12s, schedule over: {counts}"));
        let warmup = SoFar { measured: PartSoFar::default(), ..running.clone() };
        assert_eq!(
            line(&hour, &warmup),
            "warm-up, 1m 12s of 1h 5s: 3 in flight, 240 ok, 10 errors, 0 canceled"
        );
        let counted = Terms {
            calls: Some(10_000),
            duration: None,
            pace: Pace::Closed { concurrency: 20, pause: Pause::default() },
            ..terms()
        };
        assert_eq!(line(&counted, &running), format!("1m 12s: {counts}"));
        let in_virtual_time = Terms { clock: Clock::Virtual, ..terms() };
        assert_eq!(line(&in_virtual_time, &running), format!("1m 12s: {counts}"));
    }

    #[test]
    fn loads_side_by_side_are_one() {
        let one = |in_flight, has_ended| SoFar {
            warmup: part(1, 1, 1),
            measured: part(10, 20, 30),
            in_flight,
            has_ended,
        };
        let both = one(4, true).beside(&one(5, false));
        assert_eq!(both.in_flight, 9, "one of them goes on");
        assert!(!both.has_ended, "one of them goes on");
        let PartSoFar { scheduled, canceled, endings } = both.measured;
        assert_eq!(scheduled, 20);
        assert_eq!(canceled, 60);
        assert_eq!(endings.ok, 40);
        assert_eq!(endings.failed, 16);
        assert_eq!(both.warmup.scheduled, 2);
    }
}
