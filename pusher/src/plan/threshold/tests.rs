use super::*;

#[test]
fn reads_and_writes_every_metric() {
    for (metric, operator, limit, shown) in [
        ("p99", "<", "250ms", "p99 < 250ms"),
        ("p99.9", "<=", "1m 30s", "p99.9 <= 1m 30s"),
        ("p99.90", "<", "1s", "p99.9 < 1s"),
        ("response.p50", "<", "1s", "p50 < 1s"),
        ("service.max", ">", "1us", "service.max > 1us"),
        ("lag.mean", ">=", "2ms", "lag.mean >= 2ms"),
        ("min", "==", "1ns", "min == 1ns"),
        ("errors", "<", "1%", "errors < 1%"),
        ("errors", "<", "0.05 %", "errors < 0.05%"),
        ("canceled", "==", "0", "canceled == 0"),
        ("canceled", "<", "0%", "canceled < 0"),
        ("errors", "<=", "100%", "errors <= 100%"),
        ("throughput", ">", "49.5", "throughput > 49.5"),
        ("step(\"login\").p95", "<", "100ms", "step(\"login\").p95 < 100ms"),
        ("step(\"log in, (1).p9\").min", "<", "1s", "step(\"log in, (1).p9\").min < 1s"),
        ("step(\"größe\").errors", "<=", "1%", "step(\"größe\").errors <= 1%"),
        ("count(\"bytes\")", ">", "1000000", "count(\"bytes\") > 1000000"),
        ("record(\"queue_depth\").p99.90", "<", "0.50", "record(\"queue_depth\").p99.9 < 0.5"),
        ("record(\"errors\").mean", "==", "0", "record(\"errors\").mean == 0"),
    ] {
        let threshold = Threshold::parse(metric, operator, limit).unwrap();
        assert_eq!(threshold.to_string(), shown);
    }
}

#[test]
fn says_what_to_write_instead() {
    let metrics = unknown_metric("p");
    for (metric, operator, limit, message) in [
        ("p", "<", "1s", metrics.as_str()),
        ("service.errors", "<", "1s", &unknown_metric("service.errors")),
        (
            "p100",
            "<",
            "1s",
            "`p100` is no percentile: write one above p0 and below p100, or min or max",
        ),
        (
            "lag.p0",
            "<",
            "1s",
            "`p0` is no percentile: write one above p0 and below p100, or min or max",
        ),
        ("p99", "!=", "1s", "`!=` is no comparison: write one of < <= > >= =="),
        (
            "p99",
            "<",
            "fast",
            "`fast` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \"1m 30s\"",
        ),
        ("errors", "<", "0.01", "`0.01` is no share: write a percentage such as \"1%\", or 0"),
        (
            "errors",
            "<",
            "0.0000000000001%",
            "`0.0000000000001%` is no share: write a percentage such as \"1%\", or 0",
        ),
        ("canceled", "<", "101%", "`101%` is no share: write a percentage such as \"1%\", or 0"),
        ("throughput", ">", "-1", "`-1` is no number of calls per second: write one such as 49.5"),
        (
            "step(\"login\").p95",
            "<",
            "100",
            "`100` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \"1m 30s\"",
        ),
        (
            "step(\"login\").errors",
            "<",
            "2",
            "`2` is no share: write a percentage such as \"1%\", or 0",
        ),
        ("count(\"bytes\")", "<", "1MB", "`1MB` is no number per second: write one such as 49.5"),
        ("record(\"depth\").max", "<", "9ms", "`9ms` is no number: write one such as 49.5"),
        (
            "step(\"login\")",
            "<",
            "1s",
            "`step(\"login\")` has no figure: write one, as in `step(\"login\").p95`",
        ),
        (
            "record(\"depth\")",
            "<",
            "1",
            "`record(\"depth\")` has no figure: write one, as in `record(\"depth\").p95`",
        ),
        (
            "count(\"bytes\").p95",
            "<",
            "1",
            "a count is judged per second and has no figure: write `count(\"bytes\")`",
        ),
        (
            "step(\"login\").p100",
            "<",
            "1s",
            "`p100` is no percentile: write one above p0 and below p100, or min or max",
        ),
        (
            "step(\"a\").avg",
            "<",
            "1s",
            "`avg` is no figure of a step: write a percentile such as p95, or min, mean, max or errors",
        ),
        (
            "record(\"a\").errors",
            "<",
            "1",
            "`errors` is no figure of a record: write a percentile such as p95, or min, mean or max",
        ),
        (
            "step",
            "<",
            "1s",
            "`step` has no step's name in quotes: write it as in `step(\"login\").p95`",
        ),
        (
            "count(bytes)",
            "<",
            "1",
            "`count(bytes)` has no count's name in quotes: write it as in `count(\"bytes\")`",
        ),
        (
            "record(\"a\"b\").p9",
            "<",
            "1",
            "`record(\"a\"b\").p9` has no record's name in quotes: write it as in `record(\"depth\").p99`",
        ),
        (
            "step(\"\").p95",
            "<",
            "1s",
            "the name is empty: write the one that the call gives, such as \"login\"",
        ),
        (
            "step(\"a\n\").p95",
            "<",
            "1s",
            "the name \"a\\n\" has a control character: give it, and what the call tells, a name that can be shown",
        ),
    ] {
        assert_eq!(Threshold::parse(metric, operator, limit).unwrap_err(), message);
    }
}

#[test]
fn a_percentile_needs_ticks_beyond_it() {
    for (metric, least) in [
        ("p50", 2),
        ("p90", 10),
        ("p99", 100),
        ("p99.9", 1_000),
        ("p99.99", 10_000),
        ("p12.5", 2),
        ("max", 0),
    ] {
        let threshold = Threshold::parse(metric, "<", "1s").unwrap();
        assert!(threshold.is_resolved_by(least), "{metric} by {least}");
        assert!(least == 0 || !threshold.is_resolved_by(least - 1), "{metric} by {}", least - 1);
    }
}

#[test]
fn ranks_are_exact() {
    for (percent, count, rank) in [
        (95.0, 10_000, 9_500),
        (99.9, 1_000, 999),
        (99.9, 1_001, 1_000),
        (50.0, 1, 1),
        (0.1, 10, 1),
        (29.0, 100, 29),
    ] {
        assert_eq!(
            Percentile::nearest(percent).unwrap().rank(count),
            rank,
            "p{percent} of {count}"
        );
    }
    assert_eq!(Percentile::nearest(100.0 / 3.0).unwrap().rank(3), 1);
    assert_eq!(
        (Percentile::nearest(0.0), Percentile::nearest(100.0), Percentile::nearest(f64::NAN)),
        (None, None, None)
    );
}

#[test]
fn what_is_unfinished_is_longer_than_all_that_ended() {
    let percentile = |percent| Figure::Percentile(Percentile::nearest(percent).unwrap());
    for (figure, ok, unfinished, is) in [
        (percentile(95.0), 100, 0, Some(percentile(95.0))),
        (percentile(95.0), 25, 25, None),
        (percentile(50.0), 25, 25, Some(Figure::Max)),
        (percentile(20.0), 25, 25, Some(percentile(40.0))),
        (Figure::Max, 99, 1, None),
        (Figure::Mean, 99, 1, None),
        (Figure::Min, 1, 99, Some(Figure::Min)),
        (percentile(50.0), 0, 3, None),
    ] {
        assert_eq!(
            figure.beside_unfinished(ok, unfinished),
            is,
            "{figure} of {ok} and {unfinished}"
        );
    }
}
