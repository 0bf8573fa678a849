//! [`Leaf`]: every percentile, mean and share of `report.json` has its interval, or the reason why
//! there is none.

use std::time::Duration;

use serde_json::Value;

use crate::engine::worker::Worker;
use crate::plan::schedule::shape::{Shape, Stage};
use crate::plan::target::Call;
use crate::plan::threshold::Threshold;
use crate::verdict::judge::judge;

/// Keys of numbers with a fraction that are neither figures of samples nor shares.
const NO_FIGURES: [&str; 12] = [
    "rps",
    "throughput",
    "per_second",
    "per_call",
    "asked",
    "made",
    "limit",
    // Of a comparison, which has its noise beside it.
    "difference",
    "noise",
    "could_have_seen",
    // Beyond noise, or it would not be there.
    "by",
    // Those of the bounds themselves.
    "of",
];

/// One number of `report.json`: the keys and places on the way to it.
struct Leaf<'a> {
    page: &'a Value,
    /// The report that it is of: the page, or `other`.
    report: &'a Value,
    /// From there.
    way: Vec<String>,
    number: &'a Value,
}

/// All numbers below this.
fn leaves<'a>(at: &'a Value, way: &[String], found: &mut Vec<(Vec<String>, &'a Value)>) {
    let mut below = |key: String, value: &'a Value| {
        leaves(value, &[way, &[key]].concat(), found);
    };
    match at {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| below(key.clone(), value));
        }
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(nth, value)| below(nth.to_string(), value));
        }
        Value::Number(_) => found.push((way.to_vec(), at)),
        _ => {}
    }
}

impl Leaf<'_> {
    fn key(&self) -> &str {
        &self.way[self.way.len() - 1]
    }

    fn is_below(&self, key: &str) -> bool {
        self.way[0] == key
    }

    /// The part of the report with the first so many keys.
    fn at(&self, keys: usize) -> &Value {
        self.way[..keys].iter().fold(self.report, |at, key| match key.parse::<usize>() {
            Ok(nth) => &at[nth],
            Err(_) => &at[key.as_str()],
        })
    }

    /// Whether it is a figure of samples, or a share.
    fn needs_one(&self) -> bool {
        let key = self.key();
        let is_percentile = key
            .strip_prefix('p')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let is_observed = match self.way[0].as_str() {
            "thresholds" if key == "observed" => {
                let text = self.at(2)["text"].as_str().unwrap();
                !text.starts_with("throughput") && !text.starts_with("count(")
            }
            "generator" => key == "observed" && !["ready", "descriptors"].contains(&&*self.way[1]),
            _ => false,
        };
        let is_share = self.number.is_f64() && key != "observed" && !NO_FIGURES.contains(&key);
        let is_bound = self.way.iter().any(|key| key == "interval" || key == "intervals");
        // What is found has bounds beside it.
        let is_found = self.is_below("capacity") && self.way[1] != "curve";
        !is_bound && !is_found && (is_percentile || is_observed || is_share)
    }

    /// As `intervals.none` names it.
    fn name(&self) -> String {
        let of = |word: &str, rest: &str| {
            let name = self.at(2)["name"].as_str().unwrap();
            format!("{word}({name:?}).{}", rest.replace('_', "."))
        };
        match self.way.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["steps", _, "times", figure] => of("step", figure),
            ["records", _, figure] => of("record", figure),
            ["generator", "lag", _] => "lag.p99".to_string(),
            ["generator", gauge, _] => format!("generator.{gauge}"),
            ["stages", nth, time, figure] => format!("stages[{nth}].{time}.{figure}"),
            ["slices" | "warmup_slices", ..] => self.way[0].clone(),
            ["capacity", "curve", _, figure] => figure.to_string(),
            [time, figure] => format!("{time}.{}", figure.replace('_', ".")),
            _ => self.way.join("."),
        }
    }

    fn has_one(&self) -> bool {
        let intervals = match self.is_below("capacity") {
            true => &self.at(3)["intervals"],
            false => &self.report["intervals"],
        };
        let bounds = match self.way.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["thresholds", ..] => {
                let threshold = self.at(2);
                return threshold["interval"].is_array() || threshold["no_interval"].is_string();
            }
            ["compared", ..] => {
                let figure = self.at(2);
                return figure["low"].is_f64() && figure["high"].is_f64()
                    || figure["why"].is_string();
            }
            ["steps", nth, "times", figure] => &intervals["steps"][index(nth)]["times"][figure],
            ["stages", nth, time, figure] => &intervals["stages"][index(nth)][time][figure],
            ["generator", "lag", _] => &intervals["lag"]["p99"],
            ["capacity", "curve", _, figure] => &intervals[figure],
            [time, figure] => &intervals[time][figure],
            _ => &Value::Null,
        };
        let none = intervals["none"].as_array().unwrap();
        let is_named = |none: &Value| {
            let figures = none["figures"].as_array().unwrap();
            none["why"].is_string() && figures.contains(&Value::String(self.name()))
        };
        bounds.is_array() || none.iter().any(is_named)
    }
}

fn index(nth: &str) -> usize {
    nth.parse().unwrap()
}

/// The figures of a page, all of which have an interval or a reason.
#[track_caller]
fn check_all(page: &Value) -> Vec<String> {
    let mut found = Vec::new();
    leaves(page, &[], &mut found);
    let leaf = |(way, number): (Vec<String>, _)| match way[0].as_str() {
        "other" => Leaf { page, report: &page["other"], way: way[1..].to_vec(), number },
        _ => Leaf { page, report: page, way, number },
    };
    let figures: Vec<Leaf<'_>> = found.into_iter().map(leaf).filter(Leaf::needs_one).collect();
    for figure in &figures {
        assert!(figure.has_one(), "{} has neither in {:#}", figure.way.join("."), figure.page);
    }
    figures.iter().map(|figure| figure.way.join(".")).collect()
}

#[test]
fn every_figure_has_an_interval_or_a_reason() {
    let text = include_str!("../json/every_field.json").replace("DEBUG", "true");
    let figures = check_all(&serde_json::from_str(&text).unwrap());
    for figure in [
        "response.p50",
        "response.mean",
        "failed_response.mean",
        "thresholds.2.observed",
        "thresholds.3.worst.observed",
        "steps.0.times.p50",
        "records.0.mean",
        "lanes.busy",
        "generator.machine.observed",
        "stages.0.response.p50",
        "slices.slices.0.response.p50",
        "compared.0.whole",
        "capacity.curve.0.over",
        "capacity.curve.0.p99",
    ] {
        assert!(figures.iter().any(|other| other == figure), "{figure} in {figures:?}");
    }
}

/// Of 6,000 calls in two stages, with a step and a record; one in fifty fails.
#[tokio::test(start_paused = true)]
async fn so_it_is_in_a_run() {
    let worker = Worker::hire("shop", |call: Call| async move {
        let step = call.step("login", async {
            tokio::time::sleep(Duration::from_millis(5 + call.seq() * 7 % 11)).await;
            Ok::<(), &str>(())
        });
        step.await?;
        call.record("depth", call.seq() % 13);
        if call.seq() % 50 == 7 { Err("no") } else { Ok(()) }
    });
    let minute = Duration::from_secs(60);
    let shape = Shape::stages([Stage::hold(40, minute), Stage::hold(60, minute)]).unwrap();
    let mut report = worker.work_to(shape).await.unwrap();
    let thresholds = [
        ("p99", "<", "250ms"),
        ("errors", "<", "1%"),
        ("step(\"login\").errors", "<", "1%"),
        ("step(\"login\").p99", "<", "1s"),
        ("record(\"depth\").p99", "<", "100"),
    ]
    .map(|(a, b, c)| Threshold::of_texts(a, b, c).unwrap());
    report.set_judgement(judge(&thresholds, &report.evidence()));
    let page: Value = serde_json::from_str(&report.to_json()).unwrap();
    check_all(&page);
    assert!(page["intervals"]["response"]["p99"].is_null(), "two rates are no noise");
    let stages = page["intervals"]["stages"].as_array().unwrap();
    assert_eq!(stages.len(), 2);
    let has_p99 = |stage: &Value| stage["response"]["p99"].is_array();
    assert!(stages.iter().all(has_p99), "each stage alone has one rate: {stages:#?}");
    let why = &page["thresholds"][0]["no_interval"];
    assert!(why.as_str().unwrap().starts_with("the rate changes over time"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn a_threshold_has_that_of_its_figure() {
    let worker = Worker::hire("shop", |call: Call| async move {
        tokio::time::sleep(Duration::from_millis(5 + call.seq() * 7 % 11)).await;
        if call.seq() % 50 == 7 { Err("no") } else { Ok(()) }
    });
    let mut report = worker.work(100, Duration::from_secs(60)).await.unwrap();
    let thresholds = [("p99", "<", "250ms"), ("errors", "<", "1%"), ("max", "<", "1s")]
        .map(|(a, b, c)| Threshold::of_texts(a, b, c).unwrap());
    report.set_judgement(judge(&thresholds, &report.evidence()));
    let page: Value = serde_json::from_str(&report.to_json()).unwrap();
    check_all(&page);
    let interval = |nth: usize| &page["thresholds"][nth]["interval"];
    assert_eq!(*interval(0), page["intervals"]["response"]["p99"]);
    assert_eq!(*interval(1), page["intervals"]["errors"]);
    assert!(page["thresholds"][2]["no_interval"].is_string());
}
