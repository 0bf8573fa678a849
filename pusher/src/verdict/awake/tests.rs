use std::time::Duration;

use Verdict::{Failed, Inconclusive};

use super::super::evidence::Evidence;
use super::super::judge::{Verdict, judge};
use super::super::told::{Told, threshold};
use crate::engine::stand_stills::{StandStill, StandStills};
use crate::plan::note::NoteKind;
use crate::statistics::latency::Latency;
use crate::statistics::ledger::Ledger;

/// A closed loop of five callers: so many calls took so many milliseconds, those that were cut off
/// apart; each is a step, and counts one.
#[derive(Default)]
struct Load {
    ended: &'static [(u64, u64)],
    cut_off: &'static [(u64, u64)],
    /// How long it stood still each time, in milliseconds; it is known to within 10 ms.
    stood_still: &'static [u64],
}

/// A freeze of 1.5 s, as a process has it that is stopped: in the service time of five calls of a
/// thousand.
const FROZEN: Load = Load { ended: &[(995, 6), (5, 1_503)], cut_off: &[], stood_still: &[1_505] };

fn stills(millis: &[u64]) -> StandStills {
    let mut stills = StandStills::default();
    for (nth, most) in millis.iter().map(|millis| millis * 1_000_000).enumerate() {
        let end = 10_000_000_000 * nth as u64;
        let one = StandStill { end, least: most.saturating_sub(10_000_000), most, calls: 5 };
        stills.add(one, most);
    }
    stills
}

fn check(text: &str, load: &Load, verdict: Verdict, reasons: &[&str]) {
    let mut service = Latency::default();
    for (count, millis) in load.ended {
        (0..*count).for_each(|_| service.record(millis * 1_000_000));
    }
    for (count, millis) in load.cut_off {
        (0..*count).for_each(|_| service.record_cut_off(millis * 1_000_000));
    }
    let told = Told::new(|tell| {
        for (count, millis) in load.ended {
            for _ in 0..*count {
                let time = Duration::from_millis(*millis);
                tell("pay", NoteKind::StepBegan);
                tell("pay", NoteKind::StepEnded { time, error: None });
                tell("x", NoteKind::Count(1));
            }
        }
    });
    let (ok, timed_out) = (service.count(), service.cut_off());
    let ledger = Ledger {
        scheduled: ok + timed_out,
        started: ok + timed_out,
        ok,
        timed_out,
        ..Ledger::default()
    };
    let stood_still = stills(load.stood_still);
    let evidence = Evidence {
        ledger,
        ticks: ok + timed_out,
        response: &service,
        service: &service,
        throughput: ok as f64 / 10.0,
        stood_still: &stood_still,
        lost: stood_still.total,
        ..told.evidence()
    };
    let judgement = judge(&["errors <= 100%", text].map(threshold), &evidence);
    assert_eq!(judgement.verdict, verdict, "{text}: {:?}", judgement.reasons);
    assert_eq!(judgement.reasons, reasons, "{text}");
}

/// What a load says of a threshold that is broken by its stand-stills alone.
fn check_excused(text: &str, load: &Load, how: &str, stood_still: &str) {
    let because = format!(
        "`{text}` is broken by pusher, not by the service: it would hold if pusher had not stood \
         still {how}"
    );
    let causes = format!(
        "pusher stood still {stood_still}: the whole process was stopped, or the machine did not \
         let it run (use one that is idle, does not go to sleep, and does not limit the CPU time \
         of the test)"
    );
    check(text, load, Inconclusive, &[&because, &causes]);
}

#[test]
fn a_time_that_a_stand_still_alone_breaks_is_the_fault_of_the_generator() {
    for text in
        ["max < 1s", "p99.9 < 1s", "service.max < 10ms", "step(\"pay\").max < 1s", "mean < 10ms"]
    {
        check_excused(text, &FROZEN, "for 1.50s", "for 1.50s");
    }
}

#[test]
fn several_stand_stills_are_told_together() {
    let load = Load {
        ended: &[(990, 6), (5, 1_503), (5, 126)],
        stood_still: &[1_505, 125],
        ..Load::default()
    };
    let words = "2 times, for 1.50s at most, and for 1.63s in all";
    check_excused("max < 100ms", &load, words, words);
}

#[test]
fn without_a_stand_still_it_is_the_fault_of_the_service() {
    let load = Load { stood_still: &[], ..FROZEN };
    for text in ["max < 1s", "p99.9 < 1s", "mean < 10ms", "throughput > 110", "count(\"x\") > 110"]
    {
        check(text, &load, Failed, &[]);
    }
}

#[test]
fn a_stand_still_hits_no_more_calls_than_were_in_flight() {
    // Ten calls of a thousand may break p99.
    let slow = |ended| Load { ended, ..FROZEN };
    check_excused("p99 < 1s", &slow(&[(985, 6), (15, 1_503)]), "for 1.50s", "for 1.50s");
    check("p99 < 1s", &slow(&[(984, 6), (16, 1_503)]), Failed, &[]);
    check("max < 1s", &slow(&[(994, 6), (6, 1_503)]), Failed, &[]);
    check("p50 < 1s", &slow(&[(1_000, 1_503)]), Failed, &[]);
    check("min < 1s", &slow(&[(1_000, 1_503)]), Failed, &[]);
    check("mean < 1s", &slow(&[(1_000, 1_503)]), Failed, &[]);
    // A longer stand-still hits no more of them.
    let longer = Load { ended: &[(984, 6), (16, 1_503)], stood_still: &[1_505, 90], ..FROZEN };
    check("p99 < 1s", &longer, Failed, &[]);
    // Two excuse no call twice.
    let slow = &[(990, 6), (5, 1_503), (5, 3_000)];
    let two = Load { ended: slow, stood_still: &[1_505, 1_505], ..FROZEN };
    check("max < 1s", &two, Failed, &[]);
}

#[test]
fn a_call_that_is_too_slow_without_the_stand_still_is_the_fault_of_the_service() {
    // One of 1.2 s, behind the five that were hit.
    check("max < 1s", &Load { ended: &[(994, 6), (1, 1_200), (5, 1_503)], ..FROZEN }, Failed, &[]);
    // Three seconds less one and a half.
    check("max < 1s", &Load { ended: &[(999, 6), (1, 3_000)], ..FROZEN }, Failed, &[]);
    // A stand-still is no reason for a call that is shorter.
    check("max < 100ms", &Load { ended: &[(999, 6), (1, 1_200)], ..FROZEN }, Failed, &[]);
}

#[test]
fn a_stand_still_makes_no_time_too_short() {
    check("max > 2s", &FROZEN, Failed, &[]);
    check("mean > 2s", &FROZEN, Failed, &[]);
}

/// They time out when the process goes on.
#[test]
fn calls_that_were_cut_off_by_a_stand_still_are_the_fault_of_the_generator() {
    let frozen = Load { ended: &[(398, 20)], cut_off: &[(2, 1_402)], stood_still: &[1_405] };
    check_excused("max < 1s", &frozen, "for 1.41s", "for 1.41s");
    // A service that hangs is cut off by the timeout.
    let hangs = |cut_off| Load { cut_off, ..frozen };
    check("max < 1s", &hangs(&[(2, 500)]), Failed, &[]);
    check("max < 1s", &hangs(&[(1, 500), (2, 1_402)]), Failed, &[]);
    check("max < 1s", &Load { stood_still: &[], ..frozen }, Failed, &[]);
}

#[test]
fn errors_are_the_fault_of_the_service() {
    let load = Load { ended: &[(398, 20)], cut_off: &[(2, 1_402)], stood_still: &[1_405] };
    check("errors == 0", &load, Failed, &[]);
}

/// A hundred a second, over ten seconds less one and a half.
#[test]
fn counts_that_would_hold_over_the_rest_of_the_schedule_are_the_fault_of_the_generator() {
    for text in ["throughput > 117", "count(\"x\") > 117", "count(\"x\").total > 1170"] {
        check_excused(text, &FROZEN, "for 1.50s of the schedule", "for 1.50s");
    }
    for text in ["throughput > 118", "count(\"x\") > 118", "throughput < 99", "count(\"x\") < 99"] {
        check(text, &FROZEN, Failed, &[]);
    }
    check("count(\"x\").per_call > 1", &FROZEN, Failed, &[]);
}

#[test]
fn a_loop_that_made_all_of_its_calls_lost_none_of_a_total() {
    let (told, times) = (Told::new(|tell| tell("x", NoteKind::Count(900))), Latency::default());
    let evidence = Evidence { ends_by_time: false, ..told.evidence() };
    let (stood_still, lost) = (stills(&[1_505]), Duration::from_millis(1_505));
    let evidence = Evidence { stood_still: &stood_still, lost, lag: &times, ..evidence };
    assert_eq!(judge(&[threshold("count(\"x\").total > 900")], &evidence).verdict, Failed);
    assert_eq!(judge(&[threshold("count(\"x\") > 90")], &evidence).verdict, Inconclusive);
}

#[test]
fn a_generator_that_was_late_says_that_it_stood_still() {
    let (told, mut lag) = (Told::new(|_| {}), Latency::default());
    lag.record(1_400_000_000);
    let stood_still = stills(&[1_505]);
    let evidence = Evidence { stood_still: &stood_still, lag: &lag, ..told.evidence() };
    let reasons = judge(&[], &evidence).reasons;
    let [late, stood_still, causes] = &reasons[..] else { panic!("{reasons:?}") };
    assert!(late.starts_with("pusher was too late to make the load"), "{late}");
    assert!(stood_still.starts_with("pusher stood still for 1.50s: the whole process"));
    assert!(causes.starts_with("pusher is late for one of two reasons: "), "{causes}");
}
