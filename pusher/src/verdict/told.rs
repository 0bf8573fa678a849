//! `Told`: steps, counts and records of calls, as evidence for tests.

use std::time::Duration;

use super::evidence::Evidence;
use super::judge::{Verdict, judge};
use super::past::Standing;
use super::reach::Reach;
use crate::engine::stand_stills::StandStills;
use crate::plan::note::{Note, NoteKind};
use crate::plan::threshold::Threshold;
use crate::statistics::latency::Latency;
use crate::statistics::ledger::Ledger;
use crate::statistics::notes::{CountReport, KnownNames, Notes, Per, RecordReport, StepReport};
use crate::statistics::slices::Slices;

pub(super) fn threshold(text: &str) -> Threshold {
    let parts: Vec<&str> = text.splitn(3, ' ').collect();
    Threshold::of_texts(parts[0], parts[1], parts[2]).unwrap()
}

/// A threshold, its figure, whether it is met, and why it is not judged.
pub(super) type ExpectedJudgement = (&'static str, Option<f64>, Option<bool>, Option<&'static str>);

/// What a thousand calls in ten seconds, each answered at once, told of themselves.
#[derive(Default)]
pub(super) struct Told {
    none: Latency,
    pub(super) response: Latency,
    stood_still: StandStills,
    steps: Vec<StepReport>,
    counts: Vec<CountReport>,
    records: Vec<RecordReport>,
    pub(super) slices: Slices,
    pub(super) baseline: Standing,
}

impl Told {
    pub(super) fn new(tell: impl FnOnce(&mut dyn FnMut(&str, NoteKind<'_>))) -> Told {
        let (mut notes, names, mut response) =
            (Notes::default(), KnownNames::default(), Latency::default());
        tell(&mut |name, kind| notes.take(&Note::new(0, name, kind), &names));
        response.record(1);
        Told {
            none: Latency::default(),
            response,
            stood_still: StandStills::default(),
            steps: notes.steps(),
            counts: notes.counts(Per { seconds: 10.0, calls: 1_000 }),
            records: notes.records(),
            slices: Slices::default(),
            baseline: Standing::Unused,
        }
    }

    pub(super) fn evidence(&self) -> Evidence<'_> {
        let ledger = Ledger { scheduled: 1_000, started: 1_000, ok: 1_000, ..Ledger::default() };
        let Told { none, response, stood_still, steps, counts, records, slices, baseline } = self;
        Evidence {
            ledger,
            response,
            service: response,
            lag: none,
            throughput: 100.0,
            ticks: 1_000,
            schedule: Duration::from_secs(10),
            delayed: 0,
            reach: Reach::default(),
            missing_callers: 0,
            stood_still,
            generator: None,
            lost: Duration::ZERO,
            ends_by_time: true,
            shortened: false,
            whole_ticks: None,
            errors: &[],
            shortage: None,
            steps,
            counts,
            records,
            slices,
            baseline,
            other: None,
        }
    }

    #[track_caller]
    pub(super) fn check(&self, thresholds: &[&str], verdict: Verdict, reasons: &[&str]) {
        let thresholds: Vec<Threshold> = thresholds.iter().map(|text| threshold(text)).collect();
        let judgement = judge(&thresholds, &self.evidence());
        let found: Vec<&str> = judgement.reasons.iter().map(String::as_str).collect();
        assert_eq!(judgement.verdict, verdict);
        assert_eq!(&found[..], reasons);
    }

    #[track_caller]
    pub(super) fn check_each(&self, expected: &[ExpectedJudgement]) {
        let thresholds: Vec<Threshold> =
            expected.iter().map(|(text, ..)| threshold(text)).collect();
        let judged = judge(&thresholds, &self.evidence()).thresholds;
        let found: Vec<_> = judged
            .iter()
            .map(|judged| {
                (judged.text.as_str(), judged.observed, judged.met, judged.not_judged.as_deref())
            })
            .collect();
        assert_eq!(found[..expected.len()], *expected);
    }
}
