use Verdict::{Failed, Inconclusive};

use super::super::generator::{Generator, Surroundings};
use super::super::judge::{Verdict, judge, judge_counts};
use super::super::told::{Told, threshold};
use super::*;
use crate::engine::generator_watch::GeneratorUse;
use crate::plan::note::NoteKind;
use crate::statistics::latency::Latency;
use crate::statistics::ledger::Ledger;

/// What a thousand ticks in ten seconds came to: an `ok` call for each that was not canceled, all
/// with the same times.
struct Load {
    canceled: u64,
    canceled_late: u64,
    /// So many ended after the schedule because they began late.
    delayed: u64,
    /// In microseconds, as the two that follow.
    service: u64,
    lag: u64,
    step: u64,
}

const ON_TIME: Load =
    Load { canceled: 0, canceled_late: 0, delayed: 0, service: 10_000, lag: 0, step: 5_000 };

/// The service takes so many microseconds, and the generator is so late.
fn times(service: u64, lag: u64) -> Load {
    Load { service, lag, ..ON_TIME }
}

/// Of a thousand ticks, so many were canceled, and so many of these late.
fn canceled(canceled: u64, canceled_late: u64) -> Load {
    Load { canceled, canceled_late, ..ON_TIME }
}

fn latency(count: u64, micros: u64) -> Latency {
    let mut latency = Latency::default();
    (0..count).for_each(|_| latency.record(1_000 * micros));
    latency
}

/// The threshold beside others that hold, and the reasons without the last, on the causes of
/// lateness.
#[track_caller]
fn check(text: &str, load: &Load, verdict: Verdict, reasons: &[&str]) {
    let made = 1_000 - load.canceled;
    let step = Duration::from_micros(load.step);
    let told = Told::new(|tell| {
        for nth in 0..made {
            tell("bytes", NoteKind::Count(10));
            tell("pay", NoteKind::StepBegan);
            let error = (nth < 9).then_some("refused");
            tell("sell", NoteKind::StepBegan);
            tell("pay", NoteKind::StepEnded { time: step, error: None });
            tell("sell", NoteKind::StepEnded { time: step, error });
        }
    });
    let [response, service, lag] =
        [load.service + load.lag, load.service, load.lag].map(|micros| latency(made, micros));
    let ledger = Ledger {
        scheduled: 1_000,
        started: made,
        ok: made,
        canceled: load.canceled,
        canceled_late: load.canceled_late,
        ..Ledger::default()
    };
    let evidence = Evidence {
        ledger,
        response: &response,
        service: &service,
        lag: &lag,
        throughput: (made - load.delayed) as f64 / 10.0,
        delayed: load.delayed,
        ..told.evidence()
    };
    let others = ["canceled <= 100%"].into_iter().filter(|_| !text.starts_with("canceled"));
    let thresholds: Vec<Threshold> = others.chain([text]).map(threshold).collect();
    let judgement = judge(&thresholds, &evidence);
    let mut found: Vec<&str> = judgement.reasons.iter().map(String::as_str).collect();
    if let Some(causes) = found.pop() {
        assert!(causes.starts_with("pusher is late for one of two reasons: "), "{causes}");
    }
    assert_eq!(judgement.verdict, verdict, "{text}: {found:?}");
    assert_eq!(&found[..], reasons, "{text}");
}

const TOO_LATE: &str = "pusher was too late to make the load that was promised: 1% of the calls \
    began at least 1.96s late (lag.p99; the limit is 100ms)";

#[test]
fn what_service_less_lag_breaks_is_the_fault_of_the_service() {
    for text in ["p99 < 250ms", "service.p50 <= 259ms", "mean < 250ms", "service.max < 260ms"] {
        check(text, &times(300_000, 40_000), Failed, &[]);
    }
    // However late the generator was; and the doubts are told beside it.
    check("p99 < 250ms", &times(3_000_000, 1_960_000), Failed, &[TOO_LATE]);
    check(
        "step(\"pay\").max < 1s",
        &Load { step: 3_000_000, ..times(1, 1_960_000) },
        Failed,
        &[TOO_LATE],
    );
}

#[test]
fn lateness_makes_no_time_too_short() {
    for text in ["p50 > 1s", "service.min > 1s", "step(\"pay\").p99 >= 1s"] {
        check(text, &times(300_000, 90_000), Failed, &[]);
    }
}

#[test]
fn a_time_that_the_service_meets_and_lateness_breaks_is_the_fault_of_the_generator() {
    let because = "`p99 < 50ms` is broken by pusher, not by the service: service.p99 is 30.0ms, \
        but pusher began calls 32.0ms late (lag.p99)";
    check("p99 < 50ms", &times(30_000, 32_000), Inconclusive, &[because]);
}

#[test]
fn a_time_that_takes_both_to_break_says_both() {
    let both = |text: &str, metric: &str, figure: &str| {
        format!(
            "`{text}` is broken by the service and by pusher together: {metric} is 52.7ms, and \
             pusher began calls 32.0ms late (lag.{figure})"
        )
    };
    let load = Load { step: 52_700, ..times(52_700, 32_000) };
    for (text, metric, figure) in [
        ("service.p99 < 50ms", "service.p99", "p99"),
        ("p99 < 50ms", "service.p99", "p99"),
        ("service.mean < 50ms", "service.mean", "mean"),
        ("max < 50ms", "service.max", "max"),
        ("step(\"pay\").p95 < 50ms", "step(\"pay\").p95", "p95"),
    ] {
        check(text, &load, Inconclusive, &[&both(text, metric, figure)]);
    }
}

/// A tenth of 50 ms is 5 ms.
#[test]
fn a_lag_of_a_tenth_of_the_limit_excuses_nothing() {
    let both = "`service.p99 < 50ms` is broken by the service and by pusher together: service.p99 \
        is 52.7ms, and pusher began calls 5.00ms late (lag.p99)";
    check("service.p99 < 50ms", &times(52_700, 5_000), Failed, &[]);
    check("service.p99 < 50ms", &times(52_700, 5_001), Inconclusive, &[both]);
    check("service.p99 < 50ms", &times(52_700, 2_700), Failed, &[]);
}

#[test]
fn a_threshold_on_lag_excuses_itself_by_no_lag() {
    check("lag.p99 < 10ms", &times(10_000, 50_000), Failed, &[]);
    check("lag.p99 < 10ms", &times(10_000, 1_960_000), Inconclusive, &[TOO_LATE]);
}

fn for_late_ticks(text: &str, ticks: &str) -> String {
    format!(
        "`{text}` is broken by pusher, not by the service: it would hold if pusher had not canceled \
         {ticks} late (more than 2ms after the due time, or because calls that began so late held \
         the slots)"
    )
}

#[test]
fn counts_that_late_ticks_alone_break_are_the_fault_of_the_generator() {
    for text in [
        "canceled == 0",
        "canceled < 19.5%",
        "throughput > 99",
        "count(\"bytes\") > 999",
        "count(\"bytes\") >= 1000",
    ] {
        let because = for_late_ticks(text, "195 ticks");
        check(text, &canceled(195, 195), Inconclusive, &[&because]);
    }
    check(
        "canceled == 0",
        &canceled(1, 1),
        Inconclusive,
        &[&for_late_ticks("canceled == 0", "1 tick")],
    );
}

#[test]
fn counts_that_are_broken_without_late_ticks_too_are_the_fault_of_the_service() {
    check("canceled == 0", &canceled(195, 0), Failed, &[]);
    check("canceled == 0", &canceled(196, 195), Failed, &[]);
    let text = "canceled <= 0.1%";
    let because = for_late_ticks(text, "195 ticks");
    check(text, &canceled(196, 195), Inconclusive, &[&because]);
    check("throughput > 100", &canceled(195, 195), Failed, &[]);
    check("throughput > 99", &canceled(195, 100), Failed, &[]);
    check("count(\"bytes\") > 1000", &canceled(195, 195), Failed, &[]);
    check("count(\"bytes\") < 5", &canceled(195, 195), Failed, &[]);
}

#[test]
fn calls_that_ended_after_the_schedule_for_lateness_are_missing_in_the_throughput() {
    let because = "`throughput > 99` is broken by pusher, not by the service: it would hold if \
        pusher had not begun 20 calls so late that the end came after the schedule";
    let delayed = Load { delayed: 20, ..ON_TIME };
    check("throughput > 99", &delayed, Inconclusive, &[because]);
    check("throughput > 100", &delayed, Failed, &[]);
    check("canceled > 1%", &delayed, Failed, &[]);
    let both = for_late_ticks("throughput > 99.9", "5 ticks")
        + ", and begun 10 calls so late that the end came after the schedule";
    check("throughput > 99.9", &Load { delayed: 10, ..canceled(5, 5) }, Inconclusive, &[&both]);
}

/// Nine errors are more than 1 % of 805 calls, and less of a thousand.
#[test]
fn errors_are_the_fault_of_the_service() {
    check("step(\"sell\").errors < 1%", &canceled(195, 195), Failed, &[]);
    check("errors > 1%", &canceled(195, 195), Failed, &[]);
}

/// The threshold on a load with these service times and lags, and the reasons without the last.
#[track_caller]
fn check_times(text: &str, [service, lag]: [&Latency; 2], verdict: Verdict, reasons: &[&str]) {
    let told = Told::new(|_| {});
    let ticks = service.count() + service.cut_off();
    let ledger = Ledger { scheduled: ticks, started: ticks, ok: ticks, ..Ledger::default() };
    let response = service;
    let evidence = Evidence { ledger, ticks, response, service, lag, ..told.evidence() };
    let mut judgement = judge(&[threshold(text)], &evidence);
    assert_eq!(judgement.verdict, verdict, "{text}: {:?}", judgement.reasons);
    judgement.reasons.pop();
    assert_eq!(judgement.reasons, reasons, "{text}");
}

#[test]
fn calls_that_were_cut_off_are_the_fault_of_the_service_however_late_the_generator_was() {
    let (mut service, lag) = (latency(970, 10), latency(1_000, 90_000));
    (0..30).for_each(|_| service.record_cut_off(80_000_000));
    for text in ["p99 < 100ms", "service.p99 < 100ms", "max < 100ms"] {
        check_times(text, [&service, &lag], Failed, &[]);
    }
}

/// Twenty samples tell p95.
#[test]
fn what_a_lower_percentile_breaks_is_excused_by_the_lag_at_that_one() {
    let (service, mut lag) = (latency(20, 15_000), latency(19, 0));
    lag.record(6_000_000);
    check_times("service.p99 < 10ms", [&service, &lag], Failed, &[]);
    lag = latency(18, 0);
    (0..2).for_each(|_| lag.record(6_000_000));
    let because = "`service.p99 < 10ms` is broken by the service and by pusher together: \
        service.p95 is 15.0ms, and pusher began calls 6.00ms late (lag.p95)";
    check_times("service.p99 < 10ms", [&service, &lag], Inconclusive, &[because]);
}

#[test]
fn where_counts_alone_are_judged_late_ticks_are_no_fault_of_the_service_either() {
    let (told, times) = (Told::new(|_| {}), latency(990, 10_000));
    let ledger = Ledger {
        scheduled: 1_000,
        started: 990,
        ok: 990,
        canceled: 10,
        canceled_late: 10,
        ..Ledger::default()
    };
    let on_time = latency(990, 0);
    let evidence =
        Evidence { ledger, response: &times, service: &times, lag: &on_time, ..told.evidence() };
    let judgement = judge_counts(&[], &[threshold("p99 < 1ms")], &evidence);
    assert_eq!(judgement.verdict, Inconclusive);
    let [because, causes] = &judgement.reasons[..] else { panic!("{:?}", judgement.reasons) };
    assert_eq!(*because, for_late_ticks("canceled == 0", "10 ticks"));
    assert!(causes.starts_with("pusher is late for one of two reasons: "), "{causes}");
}

/// A threshold on a load with these service times and lags, whose machine was busy all the time.
#[track_caller]
fn check_busy(text: &str, [service, lag]: [u64; 2], verdict: Verdict, reasons: &[&str]) {
    let (told, [response, service, lag]) =
        (Told::new(|_| {}), [service + lag, service, lag].map(|micros| latency(1_000, micros)));
    let used = GeneratorUse { machine: Some(0.97), ..GeneratorUse::default() };
    let around = Surroundings { lag: &lag, lanes_busy: None, cores: 2 };
    let generator = Generator::new(&used, &around);
    let evidence = Evidence {
        response: &response,
        service: &service,
        lag: &lag,
        generator: Some(&generator),
        ..told.evidence()
    };
    let judgement = judge(&[threshold(text)], &evidence);
    assert_eq!(judgement.verdict, verdict, "{text}: {:?}", judgement.reasons);
    assert_eq!(judgement.reasons, reasons, "{text}");
}

const BUSY: &str = "pusher was past its limits: the machine was 97.0% busy (the limit is 90.0%): \
    calls, and a service on this machine, had to wait for a core; make fewer calls per second, use \
    more cores or an idle machine, or build with `--release`";

/// A tenth of 250 ms is 25 ms: lag alone is no excuse.
#[test]
fn what_service_less_lag_keeps_may_be_the_fault_of_a_generator_past_its_limits() {
    let may_be = "`service.p99 < 250ms` may be broken by pusher, not by the service: service.p99 is \
        255ms, which less the lag (10.0ms at p99) keeps the limit, and pusher was past its own \
        limits";
    check_busy("service.p99 < 250ms", [255_000, 10_000], Inconclusive, &[may_be, BUSY]);
    check_times(
        "service.p99 < 250ms",
        [&latency(1_000, 255_000), &latency(1_000, 10_000)],
        Failed,
        &[],
    );
    let by_response = "`p99 < 250ms` may be broken by pusher, not by the service: service.p99 is \
        245ms, which less the lag (10.0ms at p99) keeps the limit, and pusher was past its own \
        limits";
    check_busy("p99 < 250ms", [245_000, 10_000], Inconclusive, &[by_response, BUSY]);
}

#[test]
fn what_service_less_lag_breaks_is_the_fault_of_the_service_on_a_busy_machine_too() {
    check_busy("p99 < 250ms", [300_000, 0], Failed, &[]);
    check_busy("p99 < 250ms", [270_000, 10_000], Failed, &[]);
    check_busy("service.mean < 250ms", [261_000, 10_000], Failed, &[]);
}

#[test]
fn a_busy_machine_is_no_excuse_for_counts_or_lag_and_makes_nothing_worse() {
    check_busy("throughput > 1000", [10_000, 0], Failed, &[]);
    check_busy("lag.p99 < 1ms", [10_000, 5_000], Failed, &[]);
    check_busy("p99 < 250ms", [10_000, 0], Verdict::Passed, &[]);
}

/// It is told beside the lateness, which it may explain.
#[test]
fn a_late_generator_says_what_is_past_its_limits() {
    let by_lag = "`p99 < 250ms` is broken by pusher, not by the service: service.p99 is 200ms, but \
        pusher began calls 60.0ms late (lag.p99)";
    let causes =
        Told::new(|_| {}).evidence().causes_of_lateness(&[Blame::Generator(String::new())]);
    check_busy("p99 < 250ms", [200_000, 60_000], Inconclusive, &[by_lag, &causes[0], BUSY]);
}
