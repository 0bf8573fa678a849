//! What is said while a load runs: a line at its begin, and on a terminal how far it is.

use std::io::{Write, stderr};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::plan::offer::Terms;
use crate::plan::time;
use crate::statistics::ledger::Endings;

pub(crate) struct Progress {
    headlines: Vec<String>,
    whole: Duration,
    live: bool,
}

impl Progress {
    /// Of loads that are made side by side; `live` where standard error is a terminal.
    pub(crate) fn new<'a>(loads: impl Iterator<Item = (&'a str, &'a Terms)>, live: bool) -> Progress {
        let (mut headlines, mut whole) = (Vec::new(), Duration::ZERO);
        for (name, terms) in loads {
            headlines.push(headline(name, terms));
            whole = whole.max(terms.offer.warmup.saturating_add(terms.duration));
        }
        Progress { headlines, whole, live }
    }

    /// Says it on standard error until the other end hangs up.
    pub(crate) fn show(&self, done: &Receiver<()>, so_far: impl Fn() -> (Endings, u64)) {
        // A closed standard error is no reason to stop a load.
        let _ = writeln!(stderr(), "\n{}", self.headlines.join("\n"));
        let began = Instant::now();
        while let Err(RecvTimeoutError::Timeout) = done.recv_timeout(Duration::from_secs(1)) {
            if self.live {
                let _ = write!(stderr(), "\r\x1b[K  {}", self.line(began.elapsed(), so_far()));
            }
        }
        if self.live {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }

    fn line(&self, elapsed: Duration, (endings, canceled): (Endings, u64)) -> String {
        let Endings { ok, failed, timed_out, panicked, interrupted } = endings;
        let errors = failed + timed_out + panicked + interrupted;
        let counts = format!("{ok} ok, {errors} errors, {canceled} canceled");
        if elapsed < self.whole {
            format!("{}s of {}: {counts}", elapsed.as_secs(), time::format(self.whole))
        } else {
            format!("waiting for calls in flight: {counts}")
        }
    }
}

fn headline(name: &str, terms: &Terms) -> String {
    let workers = if terms.workers > 1 { format!(" by each of {} workers", terms.workers) } else { String::new() };
    let warmup = match terms.offer.warmup {
        Duration::ZERO => String::new(),
        warmup => format!(" after a warm-up of {}", time::format(warmup)),
    };
    let ticks = match terms.schedule().ticks() {
        1 => "1 tick".to_string(),
        ticks => format!("{ticks} ticks"),
    };
    format!("{name}: {ticks} at {}/s for {}{workers}{warmup}", terms.rps, time::format(terms.duration))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::schedule::Rps;

    #[test]
    fn says_what_is_made_and_how_far_it_is() {
        let mut terms = Terms::new(Rps::new(50).unwrap(), Duration::from_secs(60));
        terms.offer.warmup = Duration::from_secs(5);
        let progress = Progress::new([("checkout", &terms)].into_iter(), true);
        assert_eq!(progress.headlines, ["checkout: 3000 ticks at 50/s for 1m after a warm-up of 5s"]);
        let endings = Endings { ok: 590, failed: 8, timed_out: 2, ..Endings::default() };
        assert_eq!(progress.line(Duration::from_millis(12_345), (endings, 7)), "12s of 1m 5s: 590 ok, 10 errors, 7 canceled");
        assert_eq!(progress.line(Duration::from_secs(66), (endings, 0)), "waiting for calls in flight: 590 ok, 10 errors, 0 canceled");
    }
}
