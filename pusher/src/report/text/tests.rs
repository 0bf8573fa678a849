use std::time::Duration;

use super::lines::steers;
use super::*;
use crate::engine::generator_watch::GeneratorUse;
use crate::plan::built::Built;
use crate::plan::offer::Offer;
use crate::plan::random::SplitMix;
use crate::plan::rate::Rps;
use crate::plan::terms::Terms;
use crate::plan::threshold::Threshold;
use crate::plan::words::Inconclusive;
use crate::report::{Asked, Findings};
use crate::statistics::errors::ErrorKind;
use crate::statistics::latency::Latency;
use crate::statistics::ledger::Ledger;
use crate::statistics::seen::Seen;
use crate::statistics::slices::{Slice, SliceTimes, Slices};
use crate::verdict::comparison::Comparison;
use crate::verdict::generator::{Generator, Surroundings};
use crate::verdict::judge::{IntervalField, Judged, judge, judge_counts};
use crate::verdict::noise::interval::Interval;

/// The README shows the same.
const SCREEN: &str = "\
checkout: failed (tests/load.rs:9)
  load        50/s for 1m, warm-up 5s, overtime 10
  ticks       3000 scheduled = 3000 started + 0 canceled
  calls       2990 ok, 10 failed, 0 timed out, 0 panicked, 0 interrupted
  throughput  49.8/s over 60.0s
  shares      errors 0.33% (0.18% to 0.61%), canceled 0% (0% to 0.13%)
  times            count    min   mean    p50    p90    p95    p99  p99.9    max
  response          2990 1.02ms 7.14ms 4.11ms 12.6ms 30.3ms  301ms  402ms  466ms
    95 of 100 runs                ±13%  ±7.0%   ±15%  ±>99%  ±6.0%
  service           2990 1.00ms 7.11ms 4.07ms 12.5ms 30.2ms  301ms  402ms  466ms
    95 of 100 runs                ±13%  ±6.9%   ±15%  ±>99%  ±6.0%
  lag               3000 12.4µs 24.3µs 34.0µs 41.2µs 44.3µs 58.7µs  140µs  151µs
    95 of 100 runs               ±1.8%  ±1.4%  ±1.0%  ±4.6%   ±20%
  of failed           10 2.10ms 2.24ms 2.20ms 2.50ms      -      -      - 2.70ms
  intervals   none for p99.9: it takes 20000 samples, and there were 2990
              none for failed calls: they are kept as a whole, and not over time
  thresholds  BROKEN     p99 < 250ms              301ms (284ms to 319ms)
              met        errors < 1%              0.3333% (0.18% to 0.61%)
              met        canceled == 0            0% (0% to 0.13%)
  errors      8 × failed: 503 Service Unavailable
              2 × failed: order # was sold twice
                such as: order 1032 was sold twice
";

/// The distribution whose min, p50, p90, p95, p99, p99.9 and max are these, in units of 100 ns.
fn latency(count: u64, figures: [u64; 7]) -> Latency {
    let ranks = ranks(count);
    let mut latency = Latency::default();
    for rank in 1..=count {
        let figure = ranks.iter().rposition(|at| *at <= rank).unwrap();
        latency.record(100 * figures[figure]);
    }
    latency
}

fn ranks(count: u64) -> [u64; 7] {
    [0.0, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0]
        .map(|quantile| (quantile * count as f64 - 1e-9).ceil() as u64)
}

/// As many times with these figures, which rise evenly from one to the next.
fn times(count: u64, figures: [u64; 7]) -> impl Iterator<Item = u64> {
    let ranks = ranks(count);
    (1..=count).map(move |rank| {
        let at = ranks.iter().rposition(|at| *at <= rank).unwrap().min(5);
        let (wide, high) = (ranks[at + 1] - ranks[at], figures[at + 1] - figures[at]);
        100 * (figures[at] + high * (rank - ranks[at]) / wide)
    })
}

const RESPONSE: [u64; 7] = [10_200, 41_100, 126_000, 303_000, 3_010_000, 4_020_000, 4_660_000];
const SERVICE: [u64; 7] = [10_000, 40_700, 125_000, 302_000, 3_010_000, 4_020_000, 4_660_000];
const LAG: [u64; 7] = [124, 340, 412, 443, 587, 1_400, 1_510];

/// The same times and errors in slices of a second, which differ a little.
fn slices() -> Slices {
    let mut slices = vec![Slice { scheduled: 50, ..Slice::default() }; 60];
    let mut deal = |count, figures, of: fn(&mut Slice) -> &mut SliceTimes| {
        let mut random = SplitMix::new(1);
        for (nth, nanos) in (0..).zip(times(count, figures)) {
            let nth = (37 * nth + random.below(8)) % 60;
            of(&mut slices[nth as usize]).ended.record(nanos);
        }
    };
    deal(2_990, RESPONSE, |slice| &mut slice.response);
    deal(2_990, SERVICE, |slice| &mut slice.service);
    deal(3_000, LAG, |slice| &mut slice.lag);
    slices.iter_mut().step_by(6).for_each(|slice| slice.endings.failed = 1);
    Slices { width: 1_000_000_000, end: 60_000_000_000, slices, ..Slices::default() }
}

fn report(name: &str, ledger: Ledger, seen: Seen, load: Asked) -> Report {
    let (schedule, elapsed) = (Duration::from_secs(60), Duration::from_millis(60_001));
    Report::new(name, Findings { ledger, seen, schedule, elapsed, ..Findings::default() }, load)
}

fn asked(duration: Option<Duration>, offer: Offer) -> Asked {
    let terms = Terms { offer, ..Terms::constant(Rps::new(50).unwrap(), duration) };
    Asked::of_terms(&terms, &terms.order(0))
}

/// Three thousand calls of which ten failed, judged.
fn checkout() -> Report {
    let ledger =
        Ledger { scheduled: 3_000, started: 3_000, ok: 2_990, failed: 10, ..Ledger::default() };
    let mut seen = Seen {
        response: latency(2_990, RESPONSE),
        service: latency(2_990, SERVICE),
        lag: latency(3_000, LAG),
        failed_response: latency(10, [21_000, 22_000, 25_000, 27_000, 27_000, 27_000, 27_000]),
        ..Seen::default()
    };
    (0..8).for_each(|_| seen.errors.record(ErrorKind::Failed, "503 Service Unavailable"));
    (0..2).for_each(|nth| {
        seen.errors.record(ErrorKind::Failed, &format!("order {} was sold twice", 1_032 + nth))
    });
    let offer = Offer { overtime: 10, warmup: Duration::from_secs(5), ..Offer::default() };
    let report = report("checkout", ledger, seen, asked(Some(Duration::from_secs(60)), offer));
    let report = Report { slices: slices(), ..report };
    at_its_place(held_against(report, &["p99 < 250ms", "errors < 1%", "canceled == 0"]))
}

fn held_against(mut report: Report, thresholds: &[&str]) -> Report {
    let thresholds: Vec<Threshold> = thresholds
        .iter()
        .map(|text| {
            let parts: Vec<&str> = text.splitn(3, ' ').collect();
            Threshold::of_texts(parts[0], parts[1], parts[2]).unwrap()
        })
        .collect();
    report.set_judgement(judge(&thresholds, &report.evidence()));
    report
}

fn at_its_place(report: Report) -> Report {
    Report { file: Some("tests/load.rs".to_string()), line: Some(9), ..report }
}

/// A load of the library of which nothing is known yet.
fn bare() -> Report {
    report("work", Ledger::default(), Seen::default(), asked(None, Offer::default()))
}

/// The text as an optimised build has it, of lines that fit a screen.
#[track_caller]
fn shown(text: &str) -> String {
    let text = text.replace(", pusher not optimised", "");
    let text = text.replace(",\n              pusher not optimised", "");
    text.lines().for_each(|line| {
        assert!(line.chars().count() <= WIDTH && line == line.trim_end(), "`{line}`")
    });
    text
}

/// The lines of the whole report that have this in them.
#[track_caller]
fn lines_with(report: &Report, part: &str) -> Vec<String> {
    shown(&report.to_string())
        .lines()
        .filter(|line| line.contains(part))
        .map(str::to_string)
        .collect()
}

#[test]
fn one_screen_says_it_all() {
    assert_eq!(shown(&checkout().to_string()), SCREEN);
}

#[test]
fn a_debug_build_says_so() {
    let mut report = checkout();
    report.load.built = Some(Built { opt_level: Some("0"), debug_assertions: true });
    let load = report.to_string().lines().nth(1).unwrap().to_string();
    assert!(load.ends_with(", overtime 10, debug build"), "{load}");
}

#[test]
fn a_failing_test_says_the_thresholds_first_and_leaves_the_times_out() {
    let lines: Vec<&str> = SCREEN.lines().collect();
    let at = lines.iter().position(|line| line.starts_with("  thresholds")).unwrap();
    let (head, ledger) = (&lines[..2], &lines[2..5]);
    let (thresholds, errors) = (&lines[at..at + 3], &lines[at + 3..]);
    assert_eq!(
        shown(&checkout().failure()).lines().collect::<Vec<_>>(),
        [head, thresholds, ledger, errors].concat()
    );
}

#[test]
fn columns_stand_under_each_other() {
    let ends = |line: &str| {
        let chars: Vec<char> = line.chars().chain([' ']).collect();
        (1..chars.len())
            .filter(|at| chars[*at] == ' ' && chars[at - 1] != ' ' && *at > 16)
            .collect::<Vec<_>>()
    };
    let text = checkout().to_string();
    let mut lines = text.lines().skip_while(|line| !line.starts_with("  times")).take(8);
    let head = ends(lines.next().unwrap());
    assert_eq!(head.len(), 9);
    let (intervals, rows): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.contains('±'));
    rows.iter().for_each(|line| assert_eq!(ends(line), head, "{line}"));
    assert_eq!(intervals.len(), 3);
    intervals.iter().for_each(|line| assert_eq!(ends(line)[1..], head[2..7], "{line}"));
}

/// A column of texts is as wide as the longest.
#[test]
fn a_long_threshold_moves_the_others() {
    let report = held_against(checkout(), &["service.p99.99 <= 1m 30s 250ms", "max < 1s"]);
    assert_eq!(
        shown(&report.to_string())
            .lines()
            .skip_while(|line| !line.starts_with("  thresholds"))
            .take(5)
            .collect::<Vec<_>>(),
        [
            "  thresholds  not judged service.p99.99 <= 1m 30s 250ms 2990 ok calls are too",
            "                                                        few to tell",
            "              met        max < 1s                       466ms",
            "              BROKEN     errors == 0                    0.3333% (0.18% to 0.61%)",
            "              met        canceled == 0                  0% (0% to 0.13%)",
        ]
    );
}

/// A threshold that is barely broken must not look as if it were met, nor the other way round.
#[test]
fn what_rounds_to_the_limit_is_shown_in_full() {
    for (metric, operator, limit, observed, shown) in [
        ("p99", "<", "250ms", 250_000_000.0, "250ms"),
        ("p99", "<", "250ms", 249_600_001.0, "249ms 600us 1ns"),
        ("p99", "<", "250ms", 250_300_000.0, "250ms 300us"),
        ("p99", "<", "250ms", 251_000_000.0, "251ms"),
        ("mean", "<", "1ms", 1_234_567.8, "1.23ms"),
        ("errors", "==", "0", 0.0, "0%"),
        ("errors", "==", "0", 1e-9, "0.0000001%"),
        ("errors", "<=", "0.07%", 0.0007, "0.07%"),
        ("errors", "<=", "0.07%", 0.000700001, "0.0700001%"),
        ("canceled", "<", "50%", 0.50025, "50.025%"),
        ("canceled", "<", "50%", 0.6, "60%"),
        ("throughput", ">", "50", 49.96, "49.96/s"),
        ("throughput", ">", "1000", 1_000.4, "1000.4/s"),
        ("throughput", ">", "1000", 12_345.6, "12346/s"),
        ("throughput", ">", "0.5", 0.25, "0.25/s"),
        ("count(\"n\").per_call", "<", "2", 2.00001, "2.00001"),
    ] {
        let threshold = Threshold::of_texts(metric, operator, limit).unwrap();
        let judged = Judged {
            observed: Some(observed),
            ..judge(&[threshold], &bare().evidence()).thresholds.remove(0)
        };
        assert_eq!(judged.observation(), shown, "{observed} against {}", judged.text);
    }
}

#[test]
fn a_case_is_shown_if_the_name_does_not_say_it() {
    let with_case = |name: &str, case: &str| {
        let mut report = Report { name: name.to_string(), ..bare() };
        report.load.case = Some(case.to_string());
        report
    };
    let load_line =
        |name: &str, case: &str| lines_with(&with_case(name, case), "  load  ").remove(0);
    let with =
        |case: &str| format!("  load        50/s until told to stop{case}, overtime 1000000");
    assert_eq!(load_line("get::_a_b", "/a/b"), with(", case \"/a/b\""));
    assert_eq!(load_line("get::10", "10"), with(""));
    assert_eq!(load_line("get::10-2", "10"), with(", case \"10\""));
    assert_eq!(load_line("get::_", "\x1b"), with(", case \"\\u{1b}\""));
    let long = "x".repeat(60);
    let line = format!("              case \"{}…\", overtime 1000000", &long[..39]);
    assert_eq!(lines_with(&with_case(&long, &long), "case"), [line], "on a line of its own");
}

#[test]
fn without_a_sample_there_is_no_figure() {
    let report = held_against(bare(), &["max < 1s"]);
    assert_eq!(
        lines_with(&report, " max < 1s"),
        ["  thresholds  BROKEN     max < 1s                 no sample"]
    );
    assert_eq!(lines_with(&report, "times"), [""; 0], "no call began, so there is no table");
    let report = Report { lag: latency(10, [124; 7]), ..report };
    let row = "  response             0      -      -      -      -      -      -      -      -";
    assert_eq!(lines_with(&report, "  response  "), [row]);
    assert_eq!(lines_with(&report, "of failed"), [""; 0]);
}

/// No figure is one of a load that was not made.
#[test]
fn of_no_run_there_are_no_figures() {
    let mut report = Report { is_of_no_run: true, ..at_its_place(bare()) };
    report.fail("setup `shop` failed: no shop today".to_string());
    let all = "work: failed (tests/load.rs:9)\n  because     setup `shop` failed: no shop today\n  \
               load        50/s until told to stop, overtime 1000000\n";
    assert_eq!(shown(&report.to_string()), all);
    assert_eq!(shown(&report.failure()), all);
}

/// Also if all of them are as long as they get.
#[test]
fn columns_never_touch_and_fit() {
    let mut cut_off = Latency::default();
    (0..10_000).for_each(|_| cut_off.record(58_700));
    (0..90_000).for_each(|_| cut_off.record_cut_off(31_000_000));
    (0..2_000).for_each(|_| cut_off.record_cut_off(99_960_000));
    let seen = Seen { response: cut_off.clone(), service: cut_off, ..Seen::default() };
    let report = report("checkout", Ledger::default(), seen, asked(None, Offer::default()));
    let row = "  response     10000 58.7µs ≥29.3ms ≥31.0ms ≥31.0ms ≥31.0ms ≥100ms ≥100ms ≥100ms";
    assert_eq!(lines_with(&report, "  resp"), [row]);
}

#[test]
fn a_load_of_the_library_has_no_verdict_and_may_have_no_end() {
    let text = shown(&bare().to_string());
    let head = "work\n  load        50/s until told to stop, overtime 1000000\n\
        \x20 ticks       0 scheduled = 0 started + 0 canceled\n";
    assert!(text.starts_with(head), "{text}");
    assert!(!text.contains("thresholds") && !text.contains("errors"), "{text}");
}

#[test]
fn ticks_that_were_canceled_late_are_told_apart() {
    let ledger = Ledger { scheduled: 9, started: 6, ok: 6, canceled: 3, ..Ledger::default() };
    let ticks = |canceled_late| {
        let ledger = Ledger { canceled_late, ..ledger };
        lines_with(&Report { ledger, ..bare() }, "  ticks  ")
    };
    assert_eq!(ticks(0), ["  ticks       9 scheduled = 6 started + 3 canceled"]);
    assert_eq!(ticks(2), ["  ticks       9 scheduled = 6 started + 3 canceled (2 of them late)"]);
}

#[test]
fn that_the_process_stood_still_has_a_line() {
    let mut report = bare();
    assert_eq!(lines_with(&report, "stood still"), [""; 0]);
    report.stood_still.times = 1;
    report.stood_still.longest = Duration::from_millis(1_500);
    assert_eq!(lines_with(&report, "stood still"), ["  stood still for 1.50s"]);
}

#[test]
fn lanes_have_a_line() {
    let lanes = Some(LaneUse { on_duty: 1, of: 2, busy: 0.254 });
    let lines = lines_with(&Report { lanes, ..bare() }, "  lanes  ");
    assert_eq!(lines, ["  lanes       1 of 2, busy 25% of the time"]);
    assert_eq!(lines_with(&bare(), "  lanes  "), [""; 0]);
}

fn generator(machine: f64) -> Option<Generator> {
    let used = GeneratorUse {
        cpu: Some(0.31),
        machine: Some(machine),
        stolen: Some(0.071),
        descriptors: Some(14),
        most_descriptors: Some(1_048_576),
        ..GeneratorUse::default()
    };
    let stolen = if machine > 0.9 { used.stolen } else { Some(0.0) };
    let around = Surroundings { lag: &Latency::default(), lanes_busy: None, cores: 2 };
    Some(Generator::new(&GeneratorUse { stolen, ..used }, &around))
}

#[test]
fn a_generator_that_is_well_has_one_line() {
    let lines = |machine| {
        let text = shown(&Report { generator: generator(machine), ..bare() }.to_string());
        let lines = text.lines().skip_while(|line| !line.starts_with("  generator "));
        let own = lines.take_while(|line| !line.starts_with("  throughput "));
        own.map(str::to_string).collect::<Vec<_>>()
    };
    let well = "  generator   0.31 of 2 cores, machine 45% busy, 14 of 1048576 descriptors";
    assert_eq!(lines(0.45), [well]);
    assert_eq!(
        lines(0.97),
        [
            "  generator   0.31 of 2 cores, machine 97% busy, 14 of 1048576 descriptors",
            "                past a limit: the machine was 97.0% busy (the limit is 90.0%):",
            "                calls, and a service on this machine, had to wait for a core",
            "                past a limit: 7.1% of the time was stolen (the limit is 5.0%):",
            "                another machine had the cores meanwhile",
        ]
    );
    let nothing_known = Report { generator: Some(Generator::default()), ..bare() };
    assert_eq!(lines_with(&nothing_known, "generator"), [""; 0]);
}

#[test]
fn an_inconclusive_load_that_passes_its_test_says_so_and_no_other_does() {
    let with = |verdict| {
        let mut report = Report { verdict: Some(verdict), ..at_its_place(bare()) };
        report.load.settings = vec![said("inconclusive", "pass", "--inconclusive", None)];
        report.load.inconclusive = Inconclusive::Pass;
        report
    };
    let report = with(Verdict::Inconclusive);
    assert_eq!(
        shown(&report.to_string()).lines().take(2).collect::<Vec<_>>(),
        [
            "work: inconclusive, and its test passes all the same (--inconclusive)",
            "              (tests/load.rs:9)",
        ]
    );
    assert!(report.passes_its_test());
    for (verdict, passes) in [(Verdict::Failed, false), (Verdict::Passed, true)] {
        let report = with(verdict);
        assert_eq!(report.passes_its_test(), passes);
        assert!(report.to_string().starts_with(&format!("work: {verdict} (tests/load.rs:9)\n")));
    }
    let fails = Report { verdict: Some(Verdict::Inconclusive), ..bare() };
    assert!(!fails.passes_its_test());
}

#[test]
fn reasons_stand_below_the_verdict_in_lines_that_fit() {
    let late = Seen { lag: latency(10, [2_000_000; 7]), ..Seen::default() };
    let ledger = Ledger { scheduled: 10, started: 10, failed: 10, ..Ledger::default() };
    let report =
        report("checkout", ledger, late, asked(Some(Duration::from_secs(60)), Offer::default()));
    let text = shown(&held_against(report, &["errors <= 100%"]).to_string());
    let head = "\
checkout: inconclusive
  because     no call succeeded, so there are no times to judge: fix the errors
              below
              pusher was too late to make the load that was promised: a call
              began 200ms late (the limit is 100ms)
              pusher is late for one of two reasons: the load's threads were
              blocked: by the target, or by what `setup` spawned (give code that
              blocks to `tokio::task::spawn_blocking`, or threads of its own);
              or the machine was busy (use an idle one, a release build with
              `--release`, or a lower rate)
  load        ";
    assert!(text.starts_with(head), "{text}");

    let mut report = at_its_place(bare());
    report.fail("setup failed: no shop today".to_string());
    let head =
        "work: failed (tests/load.rs:9)\n  because     setup failed: no shop today\n  load        ";
    assert!(shown(&report.to_string()).starts_with(head), "{report}");
    assert!(shown(&report.failure()).starts_with(head), "{}", report.failure());
}

fn said(key: &'static str, value: &str, source: &str, unused: Option<&'static str>) -> Setting {
    Setting { key, value: value.to_string(), source: source.to_string(), unused }
}

#[test]
fn what_was_said_outside_of_the_attribute_is_told_with_its_source() {
    let with =
        |settings: Vec<Setting>| Report { load: Asked { settings, ..bare().load }, ..bare() };
    assert!(!bare().to_string().contains("settings") && !bare().to_string().contains("not used"));
    let report = with(vec![
        said("duration", "2s", "--duration", None),
        said("rps-scale", "0.1", "profile smoke", None),
    ]);
    let line = "  settings    duration 2s (--duration), rps-scale 0.1 (profile smoke)";
    assert_eq!(lines_with(&report, "(profile smoke)"), vec![line.to_string()]);
    assert_eq!(shown(&report.failure()).lines().nth(2), Some(line));

    let report = with(vec![
        said("rps-scale", "0.1", "profile smoke", Some("a closed loop has no rate")),
        said("grace", "1s", "PUSHER_GRACE", None),
        said(
            "overtime",
            "7",
            "--overtime",
            Some("a closed loop has as many calls in flight as callers"),
        ),
    ]);
    let lines = "\
  settings    grace 1s (PUSHER_GRACE)
  not used    rps-scale 0.1 (profile smoke): a closed loop has no rate
              overtime 7 (--overtime): a closed loop has as many calls in flight
              as callers
";
    assert!(shown(&report.to_string()).contains(lines), "{report}");

    let many =
        with((0..9).map(|_| said("duration", "2s", "profile smoke for cart::add", None)).collect());
    let lines = lines_with(&many, "duration 2s");
    assert_eq!(
        lines[1], "              duration 2s (profile smoke for cart::add),",
        "in lines that fit a screen"
    );
}

#[test]
fn by_counts_alone_the_headline_names_what_was_not_judged() {
    let settings = vec![said("thresholds", "counts", "profile smoke", None)];
    let mut report = Report { load: Asked { settings, ..checkout().load }, ..checkout() };
    let thresholds = [("p99", "<", "250ms"), ("throughput", ">", "100"), ("errors", "<", "1%")]
        .map(|(metric, operator, limit)| Threshold::of_texts(metric, operator, limit).unwrap());
    report.set_judgement(judge_counts(&[], &thresholds, &report.evidence()));
    let lines = "
  thresholds  counts (profile smoke): no others are judged
              not judged p99 < 250ms              301ms (284ms to 319ms)
              not judged throughput > 100         49.8/s
              met        errors < 1%              0.3333% (0.18% to 0.61%)
              met        canceled == 0            0% (0% to 0.13%)
";
    assert!(shown(&report.to_string()).contains(lines), "{report}");
    assert!(!report.to_string().contains("settings"), "{report}");
    let head = "checkout: passed, 2 of 4 thresholds not judged: p99, throughput\n              \
        (tests/load.rs:9)\n";
    assert!(report.to_string().starts_with(head), "{report}");

    report.set_judgement(judge_counts(&[], &thresholds[..2], &report.evidence()));
    let head = "checkout: failed, 2 of 4 thresholds not judged: p99, throughput\n              \
        (tests/load.rs:9)\n";
    assert!(report.failure().starts_with(head), "{}", report.failure());
}

#[test]
fn a_short_run_that_has_passed_says_how_much_was_not_judged() {
    let mut report = checkout();
    report.load.shortened = true;
    let report = held_against(report, &["p99.99 < 1s", "errors < 1%"]);
    let head = "checkout: passed, 1 of 3 thresholds not judged: p99.99 < 1s (2990 ok calls are\n              \
                too few to tell) (tests/load.rs:9)\n";
    assert!(report.to_string().starts_with(head), "{report}");
    let report = held_against(report, &["p99.99 < 1s", "errors == 0"]);
    assert!(report.to_string().starts_with("checkout: failed (tests/load.rs:9)\n"), "{report}");
}

/// Three of a hundred calls were cut off after a second.
#[test]
fn what_was_cut_off_is_at_least_so_long() {
    let mut seen = Seen::default();
    for times in [&mut seen.response, &mut seen.service] {
        (0..97).for_each(|_| times.record(1_000_000));
        (0..3).for_each(|_| times.record_cut_off(1_000_000_000));
    }
    (0..10).for_each(|_| seen.failed_response.record(2_000_000));
    let ledger = Ledger {
        scheduled: 110,
        started: 110,
        ok: 97,
        timed_out: 3,
        failed: 10,
        ..Ledger::default()
    };
    let report = report("checkout", ledger, seen, asked(None, Offer::default()));
    let report =
        held_against(report, &["p99 < 2s", "max < 1s", "p97 < 2s", "p99.9 < 2s", "errors < 50%"]);
    let row = "  response           97 1.00ms ≥31.0ms 1.00ms 1.00ms 1.00ms ≥1.00s      - ≥1.00s\n";
    let text = shown(&report.to_string());
    assert!(text.contains(row), "{text}");
    let lines = "
  thresholds  BROKEN     p99 < 2s                 ≥ 1.00s: raise `timeout` above
                                                  the limit
              BROKEN     max < 1s                 ≥ 1.00s
              met        p97 < 2s                 1.00ms
              BROKEN     p99.9 < 2s               ≥ 1.00s: raise `timeout` above
                                                  the limit
";
    assert!(text.contains(lines), "{text}");
    let few = "  of failed          10 2.00ms  2.00ms 2.00ms 2.00ms      -      -      - 2.00ms\n";
    assert!(text.contains(few), "{text}");
}

#[test]
fn of_many_error_groups_the_largest_are_shown() {
    for (groups, last) in [
        (8, "              1 × panicked: kind h"),
        (9, "              1 × 1 more group, in `Report::errors`"),
        (20, "              78 × 12 more groups, in `Report::errors`"),
    ] {
        let mut seen = Seen::default();
        for (nth, letter) in ('a'..='z').take(groups).enumerate() {
            (nth..groups)
                .for_each(|_| seen.errors.record(ErrorKind::Panicked, &format!("kind {letter}")));
        }
        let report = report("work", Ledger::default(), seen, asked(None, Offer::default()));
        let text = shown(&report.to_string());
        assert_eq!(text.matches(" × panicked").count(), 8, "{text}");
        assert_eq!(text.lines().last(), Some(last), "{text}");
        assert!(text.contains(&format!("  errors      {groups} × panicked: kind a\n")), "{text}");
        assert_eq!(at_its_place(report).to_string().contains("in report.json"), groups > 8);
    }
}

#[test]
fn kinds_of_errors_are_called_as_in_the_ledger_above_them() {
    let mut seen = Seen::default();
    seen.errors.record(ErrorKind::TimedOut, "no answer within 2s");
    let report = report("work", Ledger::default(), seen, asked(None, Offer::default()));
    assert_eq!(
        lines_with(&report, "no answer"),
        ["  errors      1 × timed out: no answer within 2s"]
    );
}

/// Once, however many groups there are of it.
#[test]
fn a_limit_of_the_generator_is_told_from_an_error_of_the_service() {
    let mut seen = Seen::default();
    let text = "Cannot assign requested address (os error 99)";
    for nth in 0..3 {
        seen.errors.record(ErrorKind::Failed, "sold out");
        seen.errors.record(ErrorKind::Failed, &format!("{} {text}", ["a", "a", "b"][nth]));
    }
    let report = report("work", Ledger::default(), seen, asked(None, Offer::default()));
    let lines = "
  errors      3 × failed: sold out
              2 × failed: a Cannot assign requested address (os error 99)
                this is a limit of the machine that makes the load, not of the
                service: it has no local port left for one more connection; keep
                connections open (share one client among all calls, made in the
                `setup`, and read each answer to its end), or allow more ports
                (`sysctl net.ipv4.ip_local_port_range`); if even the first call
                failed so, the address is one that this machine cannot reach,
                such as IPv6 without IPv6
              1 × failed: b Cannot assign requested address (os error 99)
";
    assert!(shown(&report.to_string()).ends_with(lines), "{report}");
}

#[test]
fn an_example_is_cut_to_a_line_or_two() {
    let mut seen = Seen::default();
    seen.errors.record(ErrorKind::Failed, &format!("1 {}", "é".repeat(300)));
    let report = report("work", Ledger::default(), seen, asked(None, Offer::default()));
    let example = format!("such as: 1\n                {}…\n", "é".repeat(158));
    assert!(report.to_string().contains(&example), "{report}");
}

/// A name, a reason, an error and a panic come from elsewhere.
#[test]
fn no_text_from_elsewhere_steers_the_terminal() {
    const STEERING: &str = "red\x1b[31m\r\nnew\tline\u{9b}\u{2028}\u{202e}";
    const PRINTED: &str = r"red\u{1b}[31m\r\nnew\tline\u{9b}\u{2028}\u{202e}";
    let mut seen = Seen::default();
    seen.errors.record(ErrorKind::Failed, &format!("a{STEERING}"));
    seen.errors.record(ErrorKind::Failed, &format!("id 12345 {STEERING}"));
    let mut report = report(STEERING, Ledger::default(), seen, asked(None, Offer::default()));
    report.unhooked.push(("shop::Listener".to_string(), STEERING.to_string()));
    report.fail(STEERING.to_string());
    for text in [report.to_string(), report.failure()] {
        assert!(!text.chars().any(|c| steers(c) && c != '\n'), "{text:?}");
        assert!(
            text.starts_with(&format!("{PRINTED}: failed\n  because     {PRINTED}\n")),
            "{text}"
        );
        assert!(text.contains(r"× failed: ared\u{1b}["), "{text}");
    }
    let unhooked =
        format!("  unhooked    shop::Listener panicked and heard no more:\n{:14}{PRINTED}\n", "");
    assert!(report.to_string().ends_with(&unhooked), "{report}");
}

#[test]
fn what_a_baseline_says_stands_below_its_threshold() {
    let says = |met: bool, comparison: Comparison| {
        let mut report = held_against(checkout(), &["p99 < 110ms"]);
        let judged = &mut report.thresholds[0];
        judged.limit = 1.1 * comparison.figure;
        judged.interval = Some(IntervalField(Ok(Interval { low: 112e6, high: 118e6 })));
        (judged.observed, judged.met, judged.baseline) = (Some(115e6), Some(met), Some(comparison));
        let text = report.to_string();
        let lines = text.lines().skip_while(|line| !line.starts_with("  thresholds"));
        let lines: Vec<&str> =
            lines.take_while(|line| !line.contains("errors == 0")).map(str::trim_start).collect();
        lines[1..].join(" ")
    };
    let comparison = Comparison {
        name: "main".to_string(),
        runs: 1,
        figure: 1e8,
        difference: 0.15,
        noise: 0.031,
        could_have_seen: 0.2,
        weak: false,
    };
    assert_eq!(
        says(false, comparison.clone()),
        "115ms (112ms to 118ms): 15% ± 3.1% more than baseline main (100ms); could have seen a \
         slowdown of 20% or more above the noise"
    );
    let noisy = Comparison { runs: 5, noise: 0.22, could_have_seen: 0.4, ..comparison.clone() };
    assert_eq!(
        says(true, Comparison { weak: true, ..noisy }),
        "115ms (112ms to 118ms): 15% ± 22% more than baseline main (100ms, 5 runs), which noise \
         explains; could have seen a slowdown of 40% or more above the noise; weak, for calls are \
         few"
    );
    let faster = Comparison { figure: 2e8, difference: -0.426, ..comparison };
    assert_eq!(
        says(true, faster).split("; ").next(),
        Some("115ms (112ms to 118ms): 43% ± 3.1% less than baseline main (200ms)")
    );
}
