//! `Progress`: a line on standard error when a load begins, and how far it is if that is a
//! terminal.

use std::io::{IsTerminal, Write, stderr};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::asked::Asked;
use crate::plan::time;
use crate::statistics::ledger::Endings;

/// The progress of loads that are made side by side.
pub(crate) struct Progress {
    headlines: Vec<String>,
    /// How long the longest load takes on the real clock, if that is known beforehand.
    whole: Option<Duration>,
}

impl Progress {
    /// Takes the name of each load, and the load that was asked for.
    pub(crate) fn new<'a>(loads: impl Iterator<Item = (&'a str, &'a Asked)>) -> Progress {
        let (mut headlines, mut whole) = (Vec::new(), Some(Duration::ZERO));
        for (name, asked) in loads {
            headlines.push(headline(name, asked));
            headlines.extend(asked.hints.iter().map(|hint| format!("{name}: hint: {hint}")));
            let known = asked.duration.filter(|_| asked.time == "real");
            whole = whole
                .zip(known)
                .map(|(whole, known)| whole.max(asked.warmup.saturating_add(known)));
        }
        Progress { headlines, whole }
    }

    /// Writes to standard error until the other end of `done` hangs up.
    pub(crate) fn show(&self, done: &Receiver<()>, so_far: impl Fn() -> (Endings, u64)) {
        // A closed standard error is no reason to stop a load.
        let _ = writeln!(stderr(), "\n{}", self.headlines.join("\n"));
        let (began, is_terminal) = (Instant::now(), stderr().is_terminal());
        while let Err(RecvTimeoutError::Timeout) = done.recv_timeout(Duration::from_secs(1)) {
            if is_terminal {
                let _ = write!(stderr(), "\r\x1b[K  {}", self.line(began.elapsed(), so_far()));
            }
        }
        if is_terminal {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }

    fn line(&self, elapsed: Duration, (endings, canceled): (Endings, u64)) -> String {
        let Endings { ok, failed, timed_out, panicked, interrupted } = endings;
        let errors = failed + timed_out + panicked + interrupted;
        let counts = format!("{ok} ok, {errors} errors, {canceled} canceled");
        match self.whole {
            Some(whole) if elapsed < whole => {
                format!("{}s of {}: {counts}", elapsed.as_secs(), time::format(whole))
            }
            Some(_) => format!("waiting for calls in flight: {counts}"),
            None => format!("{}s: {counts}", elapsed.as_secs()),
        }
    }
}

fn headline(name: &str, asked: &Asked) -> String {
    let words = asked.words();
    let what = match (asked.ticks.filter(|_| asked.concurrency.is_none()), asked.workers) {
        (Some(1), 1) => format!("1 tick at {words}"),
        (Some(ticks), 1) => format!("{ticks} ticks at {words}"),
        (Some(ticks), workers) => format!("{ticks} ticks by {workers} workers, each at {words}"),
        (None, 1) => words,
        (None, workers) => format!("{workers} workers, each with {words}"),
    };
    let warmup = match asked.warmup {
        Duration::ZERO => String::new(),
        warmup => format!(" after a warm-up of {}", time::format(warmup)),
    };
    let time = if asked.time == "virtual" { " in virtual time" } else { "" };
    format!("{name}: {what}{warmup}{time}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::data::DataOrder;
    use crate::plan::pause::Pause;
    use crate::plan::rate::Rps;
    use crate::plan::terms::{Clock, Pace, Terms};

    fn terms() -> Terms {
        let mut terms = Terms::constant(Rps::new(50).unwrap(), Some(Duration::from_secs(60)));
        terms.offer.warmup = Duration::from_secs(5);
        terms
    }

    fn progress(terms: &Terms, workers: u64) -> Progress {
        let asked = Asked::of_terms(terms, &terms.order(0));
        let asked = Asked { workers, ticks: asked.ticks.map(|ticks| ticks * workers), ..asked };
        Progress::new([("checkout", &asked)].into_iter())
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
            assert_eq!(progress(&terms, workers).headlines, [headline]);
        }
    }

    #[test]
    fn says_how_far_it_is() {
        let endings = Endings { ok: 590, failed: 8, timed_out: 2, ..Endings::default() };
        let line = |terms: &Terms, millis, canceled| {
            progress(terms, 1).line(Duration::from_millis(millis), (endings, canceled))
        };
        assert_eq!(line(&terms(), 12_345, 7), "12s of 1m 5s: 590 ok, 10 errors, 7 canceled");
        assert_eq!(
            line(&terms(), 66_000, 0),
            "waiting for calls in flight: 590 ok, 10 errors, 0 canceled"
        );
        let counted = Terms {
            calls: Some(10_000),
            duration: None,
            pace: Pace::Closed { concurrency: 20, pause: Pause::default() },
            ..terms()
        };
        assert_eq!(line(&counted, 12_345, 0), "12s: 590 ok, 10 errors, 0 canceled");
        assert_eq!(
            line(&Terms { clock: Clock::Virtual, ..terms() }, 66_000, 0),
            "66s: 590 ok, 10 errors, 0 canceled"
        );
    }
}
