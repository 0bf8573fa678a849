use super::*;
use crate::limit::{Limit, Unread};

fn text(side: Side, text: &str) -> (Side, Unread) {
    (side, Unread::Text(text.to_string()))
}

/// The threshold with a limit of these parts, such as `["+ 10%", "+ 5ms"]`; what has no letters is
/// a number.
fn read(metric: &str, operator: &str, parts: &[&str]) -> Result<Limit, String> {
    let part = |part: &&str| {
        let (side, given) = match part.split_once(' ').unwrap() {
            ("+", given) => (Side::Above, given),
            (_, given) => (Side::Below, given),
        };
        match given.parse::<f64>() {
            Ok(_) => (side, Unread::Number(given.to_string())),
            Err(_) => text(side, given),
        }
    };
    let given = Unread::Relative(Base::Baseline, parts.iter().map(part).collect());
    Limit::of(&Metric::parse(metric).unwrap(), Operator::parse(operator).unwrap(), &given)
}

fn refused<const N: usize>(cases: [(&str, &str, &[&str], &str); N]) {
    for (metric, operator, parts, message) in cases {
        assert_eq!(read(metric, operator, parts).unwrap_err(), message, "{metric} {parts:?}");
    }
}

#[test]
fn a_limit_is_so_far_from_the_figure() {
    for (metric, operator, parts, figure, limit) in [
        ("p99", "<", &[][..], 100e6, 100e6),
        ("p99", "<", &["+ 10%"], 100e6, 110e6),
        ("p99", "<", &["+ 5ms"], 100e6, 105e6),
        ("p99", "<=", &["+ 5ms", "+ 10%"], 100e6, 115e6),
        ("mean", "<", &["+ 150%"], 2e6, 5e6),
        ("throughput", ">", &["- 5%"], 200.0, 190.0),
        ("throughput", ">=", &["- 5%", "- 2.5"], 200.0, 187.5),
        ("throughput", ">", &["- 300"], 200.0, 0.0),
    ] {
        let Ok(Limit::Relative(relative)) = read(metric, operator, parts) else {
            panic!("{metric} {parts:?}")
        };
        assert!((relative.limit(figure) - limit).abs() < 1e-6 * figure, "{metric} {parts:?}");
    }
}

#[test]
fn a_part_is_a_percentage_or_in_the_unit_of_the_metric() {
    let no_time = "is no percentage and no time: write one in quotes, such as \"10%\" or \"5ms\"";
    refused([
        ("p99", "<", &["+ ten"], &format!("`\"ten\"` {no_time}")),
        ("p99", "<", &["+ 10"], &format!("`10` {no_time}")),
        (
            "throughput",
            ">",
            &["- 5ms"],
            "`\"5ms\"` is no percentage and no number: write one such as \"5%\" or 2.5",
        ),
        (
            "p99",
            "<",
            &["+ 0.0000000000001%"],
            "`0.0000000000001%` has more than 12 digits behind the point: write fewer, as in \
             \"0.01%\"",
        ),
        ("p99", "<", &["+ 10001%"], "`10001%` is more than 10000%: write less, as in \"10%\""),
    ]);
}

#[test]
fn parts_add_up() {
    refused([
        ("p99", "<", &["+ 10%", "+ 5%"], "two percentages stand after `baseline`: write their sum"),
        ("p99", "<", &["+ 10ms", "+ 5ms"], "two times stand after `baseline`: write their sum"),
        ("throughput", ">", &["- 1", "- 2"], "two numbers stand after `baseline`: write their sum"),
        (
            "p99",
            "<",
            &["+ 10%", "- 5ms"],
            "`+` and `-` after one `baseline` cancel each other out: write one of them",
        ),
    ]);
}

#[test]
fn a_threshold_tells_whether_something_has_become_worse() {
    let rises = "a time gets worse as it rises: write `p99 < baseline + \"10%\"`";
    refused([
        ("p99", ">", &["+ 10%"], rises),
        ("p99", "==", &[], rises),
        (
            "throughput",
            "<",
            &["- 5%"],
            "a throughput gets worse as it falls: write `throughput > baseline - \"5%\"`",
        ),
        (
            "p99",
            "<=",
            &["- 10%"],
            "a limit that is better than `baseline` is met by chance alone, if at all: write \
             `p99 <= baseline + \"10%\"`",
        ),
        (
            "throughput",
            ">",
            &["- 100%"],
            "100% or more below `baseline` is nothing: write less, as in `throughput > baseline - \
             \"5%\"`",
        ),
    ]);
}

#[test]
fn not_every_metric_is_compared() {
    let one = "is the time of one call, and no two runs have the same: compare a percentile with \
               `baseline`, or give";
    let not = "is not compared with `baseline`: that is for percentiles and means of response \
               time, service time and steps, and for throughput; give";
    refused([
        ("max", "<", &["+ 10%"], &format!("max {one} max a limit such as \"250ms\"")),
        (
            "step(\"a\").min",
            "<",
            &["+ 10%"],
            &format!("step(\"a\").min {one} step(\"a\").min a limit such as \"250ms\""),
        ),
        (
            "errors",
            "<",
            &["+ 1%"],
            "errors is not compared with `baseline`: a service that does well has none there, and \
             10% more than none is none, so that a single one would break it; give errors a limit \
             such as \"1%\", or so many in all, such as 5",
        ),
        (
            "record(\"depth\").p99",
            "<",
            &["+ 10%"],
            &format!("record(\"depth\").p99 {not} record(\"depth\").p99 a limit such as 49.5"),
        ),
        (
            "lag.p99",
            "<",
            &["+ 10%"],
            "lag.p99 is how late pusher is, not how slow the service is: compare `p99` or \
             `service.p99` with `baseline`, or give lag.p99 a limit such as \"250ms\"",
        ),
    ]);
}

#[test]
fn nothing_is_compared_with_a_limit_whose_base_is_not_known() {
    assert!(read("p99", "<", &["+ 10%"]).unwrap().to_f64().is_nan());
}
