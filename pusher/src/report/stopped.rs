//! `Report::why_stopped` and `Report::why_aborted`: a load that a call has stopped, or a condition,
//! in words.

use std::time::Duration;

use super::Report;
use super::aborted::Aborted;
use crate::plan::time;

impl Report {
    /// Why a call stopped the load, and when, if one did.
    pub(crate) fn why_stopped(&self) -> Option<String> {
        let stopped = self.stopped.as_ref()?;
        let is_own = stopped.worker.strip_prefix(&*self.name).is_some_and(|rest| {
            // A Worker of a load that has several.
            rest.is_empty() || rest.starts_with(" #")
        });
        let whose = if is_own { String::new() } else { format!(" of {}", stopped.worker) };
        let when = match stopped.at {
            None => "during the warm-up".to_string(),
            Some(at) if at > self.schedule_end() => {
                format!("{} after the schedule", time::rounded(at - self.schedule_end()))
            }
            Some(at) => format!("after {}{}", time::rounded(at), self.load.of_whole()),
        };
        Some(format!("stopped by a call{whose} {when}: {}", stopped.why))
    }

    /// Why a condition ended the load, and when, if one did.
    pub(crate) fn why_aborted(&self) -> Option<String> {
        let Aborted { by, load, at, judged } = self.aborted.as_ref()?;
        let whose = if *load == self.name { String::new() } else { format!(" of {load}") };
        let (at, of, seen) = (time::rounded(*at), self.load.of_whole(), judged.observation());
        Some(format!("aborted by `{by}`{whose} after {at}{of}: {seen}"))
    }

    /// Whether the schedule was ended by a call, and not before.
    pub(crate) fn is_ended_by_a_call(&self) -> bool {
        self.stopped.as_ref().is_some_and(|stopped| stopped.at <= Some(self.schedule_end()))
    }

    /// When the schedule ended: from the start of the measured time, or of a search that of its
    /// last probe, from the start of it all.
    fn schedule_end(&self) -> Duration {
        self.capacity.as_ref().map_or(self.schedule, |search| search.ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::stop_sign::EarlyStop;
    use crate::plan::rate::Rps;
    use crate::plan::terms::Terms;
    use crate::report::{Asked, Findings};

    /// The words for a load whose schedule ran for two seconds of a minute.
    fn words(name: &str, stopped: EarlyStop) -> (String, bool) {
        let terms = Terms::constant(Rps::new(50).unwrap(), Some(Duration::from_secs(60)));
        let found = Findings { schedule: Duration::from_secs(2), ..Findings::default() };
        let mut report = Report::new(name, found, Asked::of_terms(&terms, &terms.order(0)));
        assert_eq!(report.why_stopped(), None);
        assert!(!report.is_ended_by_a_call());
        report.stopped = Some(stopped);
        (report.why_stopped().unwrap(), report.is_ended_by_a_call())
    }

    #[test]
    fn says_when_and_of_which_load_the_call_was() {
        let stop = |worker: &str, millis: Option<u64>| EarlyStop {
            why: "no money".to_string(),
            worker: worker.to_string(),
            at: millis.map(Duration::from_millis),
        };
        for (name, stopped, text, is_end) in [
            (
                "pay",
                stop("pay", Some(2_000)),
                "stopped by a call after 2.00s of 1m: no money",
                true,
            ),
            (
                "pay",
                stop("pay #1", Some(2_000)),
                "stopped by a call after 2.00s of 1m: no money",
                true,
            ),
            (
                "pay #0",
                stop("pay #1", Some(2_000)),
                "stopped by a call of pay #1 after 2.00s of 1m: no money",
                true,
            ),
            (
                "pay",
                stop("payback", Some(2_000)),
                "stopped by a call of payback after 2.00s of 1m: no money",
                true,
            ),
            (
                "pay",
                stop("pay", Some(2_250)),
                "stopped by a call 250ms after the schedule: no money",
                false,
            ),
            ("pay", stop("pay", None), "stopped by a call during the warm-up: no money", true),
        ] {
            assert_eq!(words(name, stopped), (text.to_string(), is_end));
        }
    }
}
