use std::time::Duration;

use super::*;
use crate::engine::generator_watch::GeneratorUse;
use crate::engine::lane_use::LaneUse;
use crate::engine::stop_sign::EarlyStop;
use crate::plan::built::Built;
use crate::plan::note::{Note, NoteKind};
use crate::plan::offer::Offer;
use crate::plan::parts::ShapeParts;
use crate::plan::rate::Rps;
use crate::plan::terms::Terms;
use crate::plan::threshold::{Modifiers, Stops, Threshold};
use crate::plan::words::{Threads, Word};
use crate::report::capacity::PointIntervals;
use crate::report::{Asked, Capacity, CapacityPoint, Findings};
use crate::statistics::errors::ErrorKind;
use crate::statistics::notes::{KnownNames, Notes};
use crate::statistics::seen::Seen;
use crate::statistics::slices::{Slice, Slices};
use crate::statistics::stages::StageReport;
use crate::verdict::comparison::Comparison;
use crate::verdict::generator::{Generator, Surroundings};
use crate::verdict::judge::{IntervalField, judge};
use crate::verdict::noise::difference::NotCompared;
use crate::verdict::noise::interval::Interval;
use crate::verdict::part::{WindowCounts, WorstWindow};
use crate::verdict::still_warming::StillWarming;

fn latency(times: &[u64]) -> Latency {
    let mut latency = Latency::default();
    times.iter().for_each(|nanos| latency.record(*nanos));
    latency
}

fn asked(rps: f64, duration: Option<Duration>, offer: Offer) -> Asked {
    let terms = Terms { offer, ..Terms::constant(Rps::new(rps).unwrap(), duration) };
    Asked::of_terms(&terms, &terms.order(0))
}

#[track_caller]
fn check(report: &Report, expected: &str) {
    let expected = expected.replace("PUSHER_OPT_LEVEL", built::PUSHER_OPT_LEVEL);
    let of_pusher = if built::is_debug(None) { "true" } else { "false" };
    let expected = expected.replace("DEBUG", of_pusher);
    assert_eq!(report.to_json(), expected);
}

fn judged(threshold: &Threshold) -> Judged {
    let report = Report::new("x", Findings::default(), asked(1.0, None, Offer::default()));
    let all = judge(std::slice::from_ref(threshold), &report.evidence());
    all.thresholds.into_iter().next().unwrap()
}

fn in_windows() -> Judged {
    let mut threshold = Threshold::of_texts("p90", "<", "5ms").unwrap();
    threshold.modifiers = Modifiers {
        over: Some(Duration::from_secs(1)),
        lasting: Some(Duration::from_secs(2)),
        after: Some(Duration::from_secs(3)),
        stops: Stops::AsWell,
    };
    let mut judged =
        Judged { observed: Some(6e6), at_least: false, met: Some(false), ..judged(&threshold) };
    judged.part.windows = Some(WindowCounts {
        count: 91,
        judged: 80,
        broken: 30,
        first: Some(4_000_000_000),
        longest: Some(2_900_000_000),
        by_chance: false,
    });
    let (from, to) = (5_000_000_000, 6_000_000_000);
    judged.part.worst = Some(WorstWindow { from, to, observed: 6e6, count: 50 });
    judged.interval = Some(IntervalField(Err(NotCompared::WorstOfMany)));
    judged
}

fn aborted(by: &str) -> Aborted {
    let judged = Judged { text: by.to_string(), ..in_windows() };
    Aborted::new("cart::pay", judged, 1_500_000_000)
}

/// Four steps of one name, a count and two records.
fn notes() -> Notes {
    let (mut notes, names) = (Notes::default(), KnownNames::default());
    let ended = |millis, error| NoteKind::StepEnded { time: Duration::from_millis(millis), error };
    let mut take = |name, kind| notes.take(&Note::new(0, name, kind), &names);
    (0..4).for_each(|_| take("login", NoteKind::StepBegan));
    let dropped = NoteKind::StepDropped { time: Duration::from_millis(4) };
    [ended(1, None), ended(2, None), ended(3, Some("no user 7")), dropped]
        .into_iter()
        .for_each(|end| take("login", end));
    take("bytes", NoteKind::Count(512));
    (0..2).for_each(|_| take("rows", NoteKind::Count(u64::MAX)));
    [3, 4].into_iter().for_each(|depth| take("queue_depth", NoteKind::Record(depth)));
    notes
}

/// Two slices of a second, of which the second is cut short, and a period of both.
fn set_slices(report: &mut Report) {
    let mut first = Slice {
        scheduled: 3,
        canceled: 1,
        ended: 1,
        ended_ok: 1,
        longest: 2_000_001,
        ..Slice::default()
    };
    (first.endings.ok, first.endings.timed_out) = (1, 1);
    for (times, nanos) in [(&mut first.response, 2_000_001), (&mut first.service, 2_000_000)] {
        times.ended.record(nanos);
        times.cut_off.record(2_000_000_000);
    }
    [0, 1].into_iter().for_each(|nanos| first.lag.ended.record(nanos));
    let stage = StageReport::new(&ShapeParts::Periods(2_000_000_000), 0..1, &first, 1_500_000_000);
    let second = Slice { scheduled: 1, ..Slice::default() };
    let warmup = vec![second.clone()];
    let slices = vec![first, second];
    report.slices = Slices {
        width: 1_000_000_000,
        end: 1_500_000_000,
        slices,
        ended_after: 1,
        ..<_>::default()
    };
    report.warmup_slices =
        Slices { width: 512_000_000, end: 500_000_000, slices: warmup, ..<_>::default() };
    report.stages = vec![stage];
}

/// Four calls of the fn that it is compared with, of which one failed.
fn old_add(load: &Asked) -> Report {
    let mut seen =
        Seen { response: latency(&[1_000_000, 2_000_000, 3_000_000]), ..Seen::default() };
    seen.errors.record(ErrorKind::Failed, "no user 7");
    let ledger = Ledger { scheduled: 4, started: 4, ok: 3, failed: 1, ..Ledger::default() };
    let (schedule, elapsed) = (Duration::from_secs(2), Duration::from_secs(2));
    let found = Findings { ledger, seen, schedule, elapsed, ..Findings::default() };
    Report::new("old_add", found, load.clone())
}

fn compared() -> Vec<PairedFigure> {
    let none = PairedFigure {
        figure: "p99".to_string(),
        difference: None,
        low: None,
        high: None,
        whole: None,
        why: Some("it takes 800 samples, and there were 3".to_string()),
    };
    let some = PairedFigure {
        figure: "p50".to_string(),
        difference: Some(0.1),
        low: Some(-0.05),
        high: Some(0.25),
        whole: Some(0.125),
        why: None,
    };
    vec![some, none]
}

/// In the first version the last field is `load`. New fields come after it.
#[test]
fn every_field_of_the_schema_in_its_order() {
    let mut seen = Seen {
        response: latency(&[1_000_000, 2_000_001]),
        service: latency(&[1_000_000, 2_000_000]),
        lag: latency(&[0, 0, 1]),
        failed_response: latency(&[2_000_000_000]),
        ..Seen::default()
    };
    seen.response.record_cut_off(2_000_000_000);
    seen.service.record_cut_off(2_000_000_000);
    seen.errors.record(ErrorKind::TimedOut, "no answer within 2s \"\x1b");
    seen.notes = notes();
    (seen.late_endings.ok, seen.late_endings.timed_out) = (1, 1);
    seen.delayed = 1;
    let ledger =
        Ledger { scheduled: 4, started: 3, canceled: 1, ok: 2, timed_out: 1, ..Ledger::default() };
    let warmup_ledger = Ledger { scheduled: 1, started: 1, ok: 1, ..Ledger::default() };
    let offer = Offer { overtime: 10, warmup: Duration::from_millis(500), ..Offer::default() };
    let said = |key, value: &str, source: &str, unused| Setting {
        key,
        value: value.to_string(),
        source: source.to_string(),
        unused,
    };
    let settings = vec![
        said("duration", "2s", "--duration", None),
        said("concurrency", "7", "profile smoke", Some("an open loop has no callers")),
    ];
    let load = Asked {
        built: Some(Built { opt_level: Some("0"), debug_assertions: true }),
        build_folder: Some("debug".to_string()),
        profile: Some("smoke".to_string()),
        runtime: Some(Threads::Lanes.word()),
        settings,
        ..asked(2.0, Some(Duration::from_secs(2)), offer)
    };
    let (schedule, elapsed) = (Duration::from_secs(2), Duration::from_millis(2_500));
    let found = Findings { ledger, warmup_ledger, seen, schedule, elapsed };
    let mut report = Report::new("cart::add", found, load);
    let thresholds = [
        ("mean", "<", "250ms"),
        ("p99", "<", "1s"),
        ("errors", "<", "12.5%"),
        ("count(\"rows\").total", "<", "5"),
    ]
    .map(|(a, b, c)| Threshold::of_texts(a, b, c).unwrap());
    set_slices(&mut report);
    report.set_judgement(judge(&thresholds, &report.evidence()));
    let known = Interval { low: 500_000_000.0, high: 800_000_000.0 };
    report.thresholds[0].interval = Some(IntervalField(Ok(known)));
    report.thresholds.insert(3, in_windows());
    report.aborted = Some(aborted("errors < 1% abort"));
    report.fail("cut short by SIGINT after 2.50s of 2s".to_string());
    report.unhooked.push(("shop::Listener".to_string(), "heard enough".to_string()));
    report.load.case = Some("10".to_string());
    report.load.compare = Some("old_add".to_string());
    report.other = Some(Box::new(old_add(&report.load)));
    report.compared = compared();
    report.load.data = Some(crate::report::Data {
        items: 4,
        order: crate::plan::data::DataOrder::Once,
        needed: Some(5),
        used_up: true,
        share: Some(4),
        enough_for: Some(4),
        other_ends: None,
    });
    report.stopped = Some(EarlyStop {
        why: "no money".to_string(),
        worker: "cart::pay".to_string(),
        at: Some(Duration::from_millis(1_500)),
    });
    let stood_still = &mut report.stood_still;
    stood_still.times = 2;
    stood_still.longest = Duration::from_millis(1_500);
    stood_still.total = Duration::from_millis(1_600);
    report.capacity = Some(Capacity {
        rps: Some(812.5),
        low: 790.0,
        high: Some(835.0),
        at_least: Some(500.0),
        told_apart: Some(true),
        limit: Some("p99 < 200ms".to_string()),
        limits: ["p99 < 200ms", "errors < 1%"].map(String::from).to_vec(),
        end: "settled",
        budget: Duration::from_secs(300),
        ended: Duration::from_secs(20),
        curve: vec![CapacityPoint {
            rps: 400.0,
            calls: 1_000,
            over: 0.5,
            p99: Some(Duration::from_millis(210)),
            p99_is_at_least: true,
            errors: 0.25,
            canceled: 0.125,
            held: false,
            late: true,
            intervals: PointIntervals {
                over: Err(NotCompared::TooFew { samples: 1_000, needed: 2_000 }),
                p99: Err(NotCompared::TooFew { samples: 1_000, needed: 2_000 }),
                errors: Ok(Interval { low: 0.125, high: 0.375 }),
                canceled: Ok(Interval { low: 0.0625, high: 0.25 }),
            },
        }],
    });
    report.lanes = Some(LaneUse { on_duty: 1, of: 2, busy: 0.25 });
    let used = GeneratorUse {
        cpu: Some(0.5),
        machine: Some(0.9375),
        stolen: None,
        workers: None,
        descriptors: Some(14),
        most_descriptors: Some(1_024),
        tasks_ready: Some(1),
    };
    let around = Surroundings { lag: &report.lag, lanes_busy: Some(0.25), cores: 2 };
    report.generator = Some(Generator::new(&used, &around));
    report.still_warming = Some(StillWarming {
        eighths: 1,
        figure: "p50".to_string(),
        by: 0.25,
        warmup: Duration::from_secs(2),
    });
    report.thresholds[1].baseline = Some(Comparison {
        name: "main".to_string(),
        runs: 2,
        figure: 9e8,
        difference: 0.25,
        noise: 0.03,
        could_have_seen: 0.12,
        weak: true,
    });
    let first = Report { reasons: vec!["no money".to_string()], ..report.clone() };
    report.baseline = Standing::Silent(Absence {
        name: "main".to_string(),
        short: "is not there",
        why: "there is no baseline `main` of this load".to_string(),
    });
    report.first_run = Some(first.as_first_run());
    (report.file, report.line) = (Some("tests/load.rs".to_string()), Some(9));
    check(&report, include_str!("every_field.json"));
}

#[test]
fn what_there_is_not_is_null() {
    let load = asked(0.5, None, Offer::default());
    let report = Report::new("work", Findings::default(), load);
    let ledger = [
        "scheduled",
        "started",
        "canceled",
        "ok",
        "failed",
        "timed_out",
        "panicked",
        "interrupted",
        "canceled_late",
    ]
    .map(|key| format!("    \"{key}\": 0"));
    let ledger = format!("{{\n{}\n  }}", ledger.join(",\n"));
    let times = ["min", "mean", "p50", "p90", "p95", "p99", "p99_9", "max"]
        .map(|key| format!("    \"{key}\": null"));
    let times = format!(
        "{{\n    \"count\": 0,\n{},\n    \"cut_off\": 0,\n    \"at_least\": []\n  }}",
        times.join(",\n")
    );
    let figures = ["mean", "p50", "p90", "p95", "p99", "p99.9"];
    let intervals = figures.map(|figure| format!("      \"{}\": null", figure.replace('.', "_")));
    let intervals = format!("{{\n{}\n    }}", intervals.join(",\n"));
    let of_times = ["response", "service", "lag"]
        .iter()
        .flat_map(|time| figures.map(|figure| format!("\"{time}.{figure}\"")));
    let of_shares = ["errors", "canceled"].map(|share| format!("\"{share}\""));
    let without = of_times.chain(of_shares).collect::<Vec<_>>().join(",\n          ");
    let of_failed = figures.map(|figure| format!("\"failed_response.{figure}\""));
    let of_failed = of_failed.join(",\n          ");
    check(
        &report,
        &format!(
            r#"{{
  "schema": 1,
  "name": "work",
  "verdict": null,
  "file": null,
  "line": null,
  "ledger": {ledger},
  "warmup_ledger": {ledger},
  "response": {times},
  "service": {times},
  "lag": {times},
  "failed_response": {times},
  "throughput": 0.0,
  "elapsed": 0,
  "thresholds": [],
  "errors": [],
  "load": {{
    "rps": 0.5,
    "duration": null,
    "overtime": 1000000,
    "warmup": 0,
    "workers": 1,
    "shape": "0.5/s",
    "arrivals": "uniform",
    "seed": null,
    "ticks": null,
    "calls": null,
    "concurrency": null,
    "pause": 0,
    "time": "real",
    "setup_workers": null,
    "case": null,
    "data": null,
    "profile": null,
    "settings": [],
    "rate": "0.5",
    "hints": [],
    "longest_pause": null,
    "runtime": null,
    "local": false,
    "compare": null
  }},
  "reasons": [],
  "unhooked": [],
  "debug_build": DEBUG,
  "build": null,
  "steps": [],
  "counts": [],
  "records": [],
  "schedule": 0,
  "after_schedule": {{
    "ok": 0,
    "errors": 0,
    "delayed": 0
  }},
  "stopped": null,
  "stood_still": {{
    "times": 0,
    "longest": 0,
    "total": 0
  }},
  "lanes": null,
  "generator": null,
  "still_warming": null,
  "intervals": {{
    "of": 0.95,
    "response": {intervals},
    "service": {intervals},
    "lag": {intervals},
    "errors": null,
    "canceled": null,
    "steps": [],
    "none": [
      {{
        "why": "what was measured over time is that of all Workers together",
        "figures": [
          {without}
        ]
      }},
      {{
        "why": "they are kept as a whole, and not over time",
        "figures": [
          {of_failed}
        ]
      }}
    ],
    "stages": []
  }},
  "baseline": null,
  "first_run": null,
  "aborted": null,
  "other": null,
  "compared": [],
  "capacity": null,
  "stages": [],
  "slices": {{
    "width": null,
    "ended_after": 0,
    "slices": []
  }},
  "warmup_slices": {{
    "width": null,
    "ended_after": 0,
    "slices": []
  }}
}}
"#
        ),
    );
}

#[test]
fn a_threshold_without_a_sample_has_observed_nothing() {
    let load = asked(1.0, Some(Duration::from_secs(1)), Offer::default());
    let mut report = Report::new("work", Findings::default(), load);
    report.set_judgement(judge(
        &[Threshold::of_texts("lag.max", "<", "1s").unwrap()],
        &report.evidence(),
    ));
    let threshold = r#"
    {
      "text": "lag.max < 1s",
      "limit": 1000000000,
      "observed": null,
      "met": false
    }"#;
    assert!(report.to_json().contains(threshold), "{}", report.to_json());
}
