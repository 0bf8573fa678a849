use std::time::Duration;

use Verdict::{Failed, Inconclusive, Passed};

use super::super::judge::{Verdict, judge};
use super::super::told::{Told, threshold};
use super::*;
use crate::plan::note::NoteKind;
use crate::statistics::ledger::Ledger;

/// A hundred logins of 1 ms to 100 ms, a hundred payments of which one failed and one never ended,
/// 20 pages of which none came, 5,000 bytes and 99 depths.
fn shop() -> Told {
    Told::new(|tell| {
        let ended =
            |millis, error| NoteKind::StepEnded { time: Duration::from_millis(millis), error };
        for millis in 1..=100 {
            tell("login", NoteKind::StepBegan);
            tell("login", ended(millis, None));
            tell("pay", NoteKind::StepBegan);
        }
        (0..98).for_each(|_| tell("pay", ended(1, None)));
        tell("pay", ended(1, Some("sold out")));
        tell("pay", NoteKind::StepDropped { time: Duration::from_millis(5) });
        for _ in 0..20 {
            tell("page", NoteKind::StepBegan);
            tell("page", ended(1, Some("404")));
        }
        (0..10).for_each(|_| tell("bytes", NoteKind::Count(500)));
        tell("retries", NoteKind::Count(0));
        (0..99).for_each(|depth| tell("queue_depth", NoteKind::Record(depth)));
    })
}

#[test]
fn steps_are_judged_by_their_times_and_their_errors() {
    shop().check_each(&[
        ("step(\"login\").max < 100ms", Some(100e6), Some(false), None),
        ("step(\"login\").max <= 100ms", Some(100e6), Some(true), None),
        ("step(\"login\").min == 1ms", Some(1e6), Some(true), None),
        ("step(\"login\").mean == 50ms 500us", Some(50.5e6), Some(true), None),
        ("step(\"login\").mean < 50ms 500us", Some(50.5e6), Some(false), None),
        ("step(\"login\").errors == 0", Some(0.0), Some(true), None),
        ("step(\"pay\").errors == 2%", Some(0.02), Some(true), None),
        ("step(\"pay\").errors < 2%", Some(0.02), Some(false), None),
        ("step(\"pay\").errors < 2", Some(2.0), Some(false), None),
        ("step(\"pay\").errors <= 2", Some(2.0), Some(true), None),
        ("step(\"page\").errors <= 100%", Some(1.0), Some(true), None),
    ]);
}

#[test]
fn counts_are_judged_per_second_and_records_by_their_values() {
    shop().check_each(&[
        ("count(\"bytes\") >= 500", Some(500.0), Some(true), None),
        ("count(\"bytes\") > 500", Some(500.0), Some(false), None),
        ("count(\"retries\") == 0", Some(0.0), Some(true), None),
        ("count(\"bytes\").total < 5000", Some(5_000.0), Some(false), None),
        ("count(\"bytes\").total == 5000", Some(5_000.0), Some(true), None),
        ("count(\"bytes\").per_call == 5", Some(5.0), Some(true), None),
        ("count(\"bytes\").per_call < 4.99", Some(5.0), Some(false), None),
        ("record(\"queue_depth\").max <= 98", Some(98.0), Some(true), None),
        ("record(\"queue_depth\").max < 98", Some(98.0), Some(false), None),
        ("record(\"queue_depth\").mean < 49.1", Some(49.0), Some(true), None),
        ("record(\"queue_depth\").min == 0", Some(0.0), Some(true), None),
        ("record(\"queue_depth\").p50 == 49", Some(49.0), Some(true), None),
    ]);
}

/// p99 takes a hundred of them; a time without a sample is never met.
#[test]
fn percentiles_are_resolved_by_what_was_seen_under_the_name() {
    shop().check_each(&[
        ("step(\"login\").p99.9 < 1h", None, None, Some("100 ok steps are too few to tell")),
        ("step(\"login\").p99.9 > 1h", Some(100e6), Some(false), None),
        ("step(\"pay\").p99 < 1h", None, None, Some("99 ok or cut off steps are too few to tell")),
        ("step(\"pay\").p99 < 1ns", Some(1e6), Some(false), None),
        ("step(\"pay\").p98 < 1h", Some(1e6), Some(true), None),
        ("record(\"queue_depth\").p99 < 99", None, None, Some("99 records are too few to tell")),
        ("record(\"queue_depth\").p99 < 1", Some(97.0), Some(false), None),
        ("step(\"page\").p99 < 1h", None, Some(false), None),
        ("step(\"page\").min >= 0s", None, Some(false), None),
        ("step(\"pag\").p99 < 1h", None, None, Some("never seen")),
        ("step(\"pag\").errors < 1%", None, None, Some("never seen")),
        ("count(\"rows\") < 1", None, None, Some("never seen")),
        ("count(\"rows\").total < 1", None, None, Some("never seen")),
        ("record(\"rows\").max < 1", None, None, Some("never seen")),
    ]);
    let one = Told::new(|tell| tell("depth", NoteKind::Record(7)));
    one.check_each(&[(
        "record(\"depth\").p50 < 9",
        None,
        None,
        Some("1 record is too few to tell"),
    )]);
}

#[test]
fn a_broken_threshold_on_a_name_is_a_failure() {
    shop().check(
        &[
            "step(\"login\").p95 <= 96ms",
            "count(\"bytes\") > 1",
            "record(\"queue_depth\").max < 99",
        ],
        Passed,
        &[],
    );
    for broken in [
        "step(\"login\").p95 < 95ms",
        "step(\"pay\").errors < 1%",
        "count(\"bytes\") > 501",
        "count(\"bytes\").total < 5000",
        "count(\"bytes\").per_call > 5",
        "step(\"pay\").errors < 2",
        "record(\"queue_depth\").min > 0",
    ] {
        shop().check(&[broken], Failed, &[]);
    }
}

#[test]
fn a_name_that_was_never_seen_is_inconclusive_with_those_that_were() {
    let logn = "a threshold is on the step \"logn\", which no call gave: did you mean \"login\"? \
        The steps that calls gave are \"login\", \"pay\" and \"page\"";
    shop().check(&["step(\"logn\").p95 < 1s", "step(\"logn\").errors < 1%"], Inconclusive, &[logn]);
    let search = "a threshold is on the step \"search\", which no call gave: \
        write `call.step(\"search\", async { .. }).await` in the target, or take another name. \
        The steps that calls gave are \"login\", \"pay\" and \"page\"";
    let rows = "a threshold is on the count \"rows\", which no call gave: \
        write `call.count(\"rows\", n)` in the target, with 0 if there is nothing to count, \
        or take another name. The counts that calls gave are \"bytes\" and \"retries\"";
    let depth = "a threshold is on the record \"queue-depth\", which no call gave: \
        did you mean \"queue_depth\"? The records that calls gave are \"queue_depth\"";
    shop().check(
        &["step(\"search\").max < 1s", "count(\"rows\") < 1", "record(\"queue-depth\").max < 1"],
        Inconclusive,
        &[search, rows, depth],
    );
}

#[test]
fn if_nothing_was_told_the_reason_says_what_to_write() {
    let step = "a threshold is on the step \"login\", which no call gave: \
        write `call.step(\"login\", async { .. }).await` in the target";
    let count = "a threshold is on the count \"bytes\", which no call gave: \
        write `call.count(\"bytes\", n)` in the target, with 0 if there is nothing to count";
    let record = "a threshold is on the record \"depth\", which no call gave: \
        write `call.record(\"depth\", value)` in the target";
    let none = Told::new(|_| {});
    none.check(
        &["step(\"login\").max < 1s", "count(\"bytes\") > 1", "record(\"depth\").p50 < 1"],
        Inconclusive,
        &[step, count, record],
    );
}

/// If there was no call at all, that is reason enough.
#[test]
fn without_a_call_no_name_is_missed() {
    let none = Told::new(|_| {});
    let ledger = Ledger { scheduled: 1_000, canceled: 1_000, ..Ledger::default() };
    let thresholds = ["canceled <= 100%", "step(\"login\").max < 1s"].map(threshold);
    let judgement = judge(&thresholds, &Evidence { ledger, ..none.evidence() });
    let canceled = "every tick was canceled, so there are no calls to judge: \
        raise `overtime`, or lower the rate";
    assert_eq!(judgement.verdict, Inconclusive);
    assert_eq!(&judgement.reasons[..], &[canceled.to_string()][..]);
}

/// What is broken on counts, or by the service alone, comes first, and any other after. The names
/// are told in any case.
#[test]
fn an_unknown_name_ranks_with_the_doubts() {
    let unseen = "step(\"search\").max < 1s";
    let seen = "a threshold is on the step \"search\", which no call gave: \
        write `call.step(\"search\", async { .. }).await` in the target, or take another name. \
        The steps that calls gave are \"login\", \"pay\" and \"page\"";
    shop().check(&[unseen, "step(\"pay\").errors == 0"], Failed, &[seen]);
    shop().check(&[unseen, "count(\"bytes\") < 1"], Failed, &[seen]);
    shop().check(&[unseen, "throughput > 1000"], Failed, &[seen]);
    shop().check(&[unseen, "step(\"login\").max < 1ms"], Failed, &[seen]);
    shop().check(&[unseen, "record(\"queue_depth\").max < 1"], Inconclusive, &[seen]);
}

#[test]
fn of_many_names_twenty_are_listed() {
    let names: Vec<String> = (0..25).map(|nth| nth.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(some_of(&names[..1]), "\"0\"");
    assert_eq!(some_of(&names[..2]), "\"0\" and \"1\"");
    assert!(some_of(&names).ends_with("\"18\", \"19\" and 5 more"), "{}", some_of(&names));
}
