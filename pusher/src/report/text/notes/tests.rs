use std::time::Duration;

use super::*;
use crate::plan::note::{Note, NoteKind};
use crate::plan::rate::Rps;
use crate::plan::terms::Terms;
use crate::plan::threshold::Threshold;
use crate::report::{Asked, Findings};
use crate::statistics::ledger::Ledger;
use crate::statistics::notes::KnownNames;
use crate::statistics::seen::Seen;
use crate::verdict::judge::judge;

/// Calls that tell one note after the other.
#[derive(Default)]
struct Calls {
    seen: Seen,
    names: KnownNames,
}

impl Calls {
    fn tell(&mut self, name: &str, kind: NoteKind<'_>) {
        self.seen.notes.take(&Note::new(0, name, kind), &self.names);
    }

    fn step(&mut self, name: &str, millis: u64, error: Option<&str>) {
        self.tell(name, NoteKind::StepBegan);
        self.tell(name, NoteKind::StepEnded { time: Duration::from_millis(millis), error });
    }

    /// Over ten seconds.
    fn report(self) -> Report {
        let ledger = Ledger { scheduled: 1_000, started: 1_000, ok: 1_000, ..Ledger::default() };
        let ten_seconds = Duration::from_secs(10);
        let terms = Terms::constant(Rps::new(100).unwrap(), Some(ten_seconds));
        let load = Asked::of_terms(&terms, &terms.order(0));
        let found =
            Findings { ledger, seen: self.seen, schedule: ten_seconds, ..Findings::default() };
        Report::new("checkout", found, load)
    }
}

fn checkout() -> Calls {
    let mut calls = Calls::default();
    (1..=1_000).for_each(|millis| calls.step("login", millis, None));
    (0..7).for_each(|order| {
        calls.step("checkout::payment", 5, Some(&format!("order {order} is lost")))
    });
    (0..3).for_each(|_| calls.step("checkout::payment", 5, Some("503 Service Unavailable")));
    (0..2).for_each(|_| calls.tell("checkout::payment", NoteKind::StepBegan));
    calls.step("checkout::payment", 20, None);
    calls.step("leave", 1, Some(""));
    calls.tell("bytes", NoteKind::Count(123_456));
    calls.tell("retries", NoteKind::Count(0));
    (0..1_000).for_each(|depth| calls.tell("queue_depth", NoteKind::Record(depth)));
    calls
}

/// The lines between the times and the errors, and those after them.
fn lines(text: &str) -> Vec<&str> {
    text.lines().skip_while(|line| !line.starts_with("  throughput")).skip(1).collect()
}

#[test]
fn steps_stand_below_the_times_in_the_same_columns() {
    let text = checkout().report().to_string();
    text.lines().for_each(|line| assert!(line.chars().count() <= WIDTH, "{line}"));
    assert_eq!(
        lines(&text),
        [
            "  steps            count    min   mean    p50    p90    p95    p99  p99.9    max",
            "  login             1000 1.00ms  500ms  500ms  900ms  950ms  990ms  999ms  1.00s",
            "  checkout::payment    1 20.0ms 20.0ms      -      -      -      -      - 20.0ms",
            "  leave                0      -      -      -      -      -      -      -      -",
            "  intervals   none: what was measured over time is that of all Workers together",
            "  counts      bytes: 123456, 12346/s, 123.5 per call",
            "              retries: 0, 0/s, 0 per call",
            "  records     queue_depth: 1000 recorded, min 0, mean 499.5, p50 499, p90 899,",
            "              p99 989, p99.9 998, max 999",
            "  in steps    checkout::payment: 2 unfinished, 10 failed, most with: order # is",
            "              lost",
            "              leave: 1 failed: (no text)",
        ]
    );
}

#[test]
fn where_nothing_is_told_nothing_is_shown() {
    assert_eq!(lines(&Calls::default().report().to_string()), [""; 0]);
}

#[test]
fn a_failing_test_says_which_steps_went_wrong() {
    let text = checkout().report().failure();
    assert!(text.ends_with("  in steps    checkout::payment: 2 unfinished, 10 failed, most with: order # is\n              lost\n              leave: 1 failed: (no text)\n"), "{text}");
    assert!(!text.contains("login"), "{text}");
}

#[test]
fn a_name_is_cut_where_the_count_begins() {
    let mut calls = Calls::default();
    (0..1_000).for_each(|_| calls.step("größe::of the whole basket", 1, None));
    let text = calls.report().to_string();
    assert!(lines(&text)[1].starts_with("  größe::of the wh… 1000 1.00ms"), "{text}");
}

#[test]
fn of_many_names_the_first_are_shown() {
    let mut calls = Calls::default();
    for nth in 0..20 {
        calls.step(&format!("step {nth}"), 1, Some("no"));
        calls.tell(&format!("count {nth}"), NoteKind::Count(1));
        calls.tell(&format!("record {nth}"), NoteKind::Record(1));
    }
    let report = calls.report();
    let more = |report: &Report| -> Vec<String> {
        report
            .to_string()
            .lines()
            .filter(|line| line.contains(" more "))
            .map(|line| line.trim().to_string())
            .collect()
    };
    let fields = ["steps", "counts", "records", "steps"];
    assert_eq!(
        more(&report),
        fields.map(|field| format!("and 4 more {field}, in `Report::{field}`"))
    );
    let placed = Report { file: Some("tests/load.rs".to_string()), ..report };
    assert_eq!(more(&placed), fields.map(|field| format!("and 4 more {field}, in report.json")));
}

#[test]
fn no_name_and_no_error_steers_the_terminal() {
    let mut calls = Calls::default();
    calls.step("\x1b[31m", 1, Some("\x1b[32m\n"));
    calls.tell("\x1b[33m", NoteKind::Count(1));
    calls.tell("\x1b[34m", NoteKind::Record(1));
    let text = calls.report().to_string();
    assert!(!text.contains('\x1b'), "{text}");
    for shown in [
        "\n  \\u{1b}[31m",
        "\\u{1b}[31m: 1 failed: \\u{1b}[#m\\n\n",
        "counts      \\u{1b}[33m",
        "records     \\u{1b}[34m",
    ] {
        assert!(text.contains(shown), "no `{shown}` in {text}");
    }
}

#[test]
fn thresholds_show_what_was_seen_in_their_unit() {
    let mut report = checkout().report();
    let thresholds = [
        ("step(\"login\").p95", "<", "100ms"),
        ("step(\"checkout::payment\").p50", "<", "1ms"),
        ("step(\"leave\").max", "<", "1s"),
        ("step(\"checkout::payment\").errors", "<", "1%"),
        ("step(\"log-in\").p95", "<", "1s"),
        ("count(\"bytes\")", ">", "10000"),
        ("count(\"bytes\").total", "<", "5"),
        ("count(\"bytes\").per_call", "<", "123"),
        ("step(\"checkout::payment\").errors", "<", "12"),
        ("record(\"queue_depth\").p99", "<", "989"),
        ("record(\"queue_depth\").mean", "<=", "499.49"),
        ("record(\"queue_depth\").p99.99", "<", "1001"),
    ]
    .map(|(metric, operator, limit)| Threshold::of_texts(metric, operator, limit).unwrap());
    report.set_judgement(judge(&thresholds, &report.evidence()));
    let text = report.to_string();
    let shown: Vec<&str> =
        text.lines().skip_while(|line| !line.starts_with("  thresholds")).take(13).collect();
    assert_eq!(
        shown,
        [
            "  thresholds  BROKEN     step(\"login\").p95 < 100ms             950ms",
            "              BROKEN     step(\"checkout::payment\").p50 < 1ms   ≥ 20.0ms",
            "              BROKEN     step(\"leave\").max < 1s                no sample",
            "              BROKEN     step(\"checkout::payment\").errors < 1% 92.3%",
            "              not judged step(\"log-in\").p95 < 1s               never seen",
            "              met        count(\"bytes\") > 10000                12346/s",
            "              BROKEN     count(\"bytes\").total < 5              123456",
            "              BROKEN     count(\"bytes\").per_call < 123         123.5",
            "              BROKEN     step(\"checkout::payment\").errors < 12 12",
            "              BROKEN     record(\"queue_depth\").p99 < 989       989",
            "              BROKEN     record(\"queue_depth\").mean <= 499.49  499.5",
            "              not judged record(\"queue_depth\").p99.99 < 1001",
            "                           1000 records are too few to tell",
        ]
    );
}

#[test]
fn large_numbers_are_whole_and_those_that_are_too_large_at_least() {
    let mut calls = Calls::default();
    (0..2).for_each(|_| calls.tell("bytes", NoteKind::Count(u64::MAX)));
    [3, u64::MAX].into_iter().for_each(|size| calls.tell("size", NoteKind::Record(size)));
    let mut report = calls.report();
    let thresholds = [
        ("record(\"size\").max", "<", "100"),
        ("count(\"bytes\").total", "<", "5"),
        ("count(\"bytes\").total", ">", "5"),
    ]
    .map(|(metric, operator, limit)| Threshold::of_texts(metric, operator, limit).unwrap());
    report.set_judgement(judge(&thresholds, &report.evidence()));
    assert_eq!(
        lines(&report.to_string())[..9],
        [
            "  intervals   none for records: they are kept as a whole, and not over time",
            "              none for `errors == 0`, `canceled == 0`: what was measured over",
            "              time is that of all Workers together",
            "  counts      bytes: at least 18446744073709551615",
            "  records     size: 2 recorded, min 3, mean 9223372036854775808, p50 3, p90 -,",
            "              p99 -, p99.9 -, max 18446744073709551615",
            "  thresholds  BROKEN     record(\"size\").max < 100 18446744073709551615",
            "              BROKEN     count(\"bytes\").total < 5 at least 18446744073709551615",
            "              met        count(\"bytes\").total > 5 at least 18446744073709551615",
        ]
    );
}
