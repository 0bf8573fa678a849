//! [`key`], [`metric`] and [`figure`]: the words here for those of other tools.

/// ForeignWords of other tools for one of ours.
type ForeignWords = (&'static str, &'static [&'static str]);

/// For keys of the attribute, flags and keys of `pusher.toml`.
const KEYS: [ForeignWords; 14] = [
    (
        "rps",
        &[
            "rate",
            "qps",
            "tps",
            "requests_per_second",
            "calls_per_second",
            "arrival_rate",
            "constant_arrival_rate",
            "frequency",
        ],
    ),
    (
        "concurrency",
        &[
            "vus",
            "vu",
            "users",
            "user",
            "virtual_users",
            "connections",
            "clients",
            "callers",
            "threads",
            "num_threads",
        ],
    ),
    (
        "overtime",
        &[
            "max_in_flight",
            "in_flight",
            "max_concurrency",
            "max_concurrent",
            "max_vus",
            "max_workers",
        ],
    ),
    (
        "calls",
        &[
            "iterations",
            "iters",
            "requests",
            "num_requests",
            "max_requests",
            "total",
            "samples",
            "repeat",
        ],
    ),
    ("runtime", &["flavor"]),
    ("stages", &["ramp", "ramp_up", "rampup", "ramping", "spike", "phases"]),
    ("pause", &["think_time", "wait_time", "sleep", "delay"]),
    ("duration", &["length", "hold_for"]),
    ("warmup", &["warm_up", "warmup_time"]),
    ("grace", &["graceful_stop", "gracefulstop", "grace_period", "drain"]),
    ("setup", &["before", "before_all", "on_start", "init"]),
    ("teardown", &["after", "after_all", "on_stop", "cleanup"]),
    ("data", &["feeder", "feed", "dataset", "csv"]),
    ("thresholds", &["assertions", "asserts", "checks", "slo", "slos"]),
];

/// For figures of a distribution.
const FIGURES: [ForeignWords; 4] = [
    ("mean", &["avg", "average"]),
    ("p50", &["med", "median"]),
    ("max", &["maximum", "slowest"]),
    ("min", &["minimum", "fastest"]),
];

/// For metrics that are no figure of a time.
const METRICS: [ForeignWords; 4] = [
    (
        "errors",
        &[
            "http_req_failed",
            "failed",
            "failures",
            "failure",
            "error_rate",
            "fail_ratio",
            "failure_rate",
            "errors_rate",
        ],
    ),
    ("canceled", &["dropped_iterations", "dropped", "skipped"]),
    (
        "throughput",
        &["http_reqs", "rps", "qps", "tps", "rate", "requests_per_second", "iterations"],
    ),
    ("p95", &["http_req_duration", "latency", "response_time", "duration", "iteration_duration"]),
];

fn find(known: &[ForeignWords], theirs: &str) -> Option<&'static str> {
    let theirs = theirs.to_lowercase().replace('-', "_");
    known.iter().find(|(_, words)| words.contains(&theirs.as_str())).map(|(ours, _)| *ours)
}

/// The key that another tool calls so.
pub fn key(theirs: &str) -> Option<&'static str> {
    find(&KEYS, theirs)
}

/// The figure that another tool calls so.
pub fn figure(theirs: &str) -> Option<String> {
    find(&FIGURES, theirs).map(String::from).or_else(|| percentile(theirs))
}

/// The metric that another tool calls so.
pub fn metric(theirs: &str) -> Option<String> {
    let (before, last) = theirs.rsplit_once('.').map_or(("", theirs), |(time, last)| (time, last));
    match before {
        "" => find(&METRICS, last).map(String::from).or_else(|| figure(last)),
        "response" | "service" | "lag" => Some(format!("{before}.{}", figure(last)?)),
        _ => None,
    }
}

/// `p999` is short for `p99.9`.
fn percentile(theirs: &str) -> Option<String> {
    let digits = theirs.strip_prefix('p').filter(|digits| digits.len() > 2)?;
    let is_meant = digits.starts_with('9') && digits.bytes().all(|digit| digit.is_ascii_digit());
    let (whole, part) = digits.split_at_checked(2)?;
    is_meant.then(|| format!("p{whole}.{part}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key;
    use crate::metric::Metric;

    #[test]
    fn leads_to_words_that_there_are() {
        for (ours, theirs) in KEYS {
            assert!(key::find(ours).is_some(), "{ours}");
            for word in theirs {
                assert!(key::find(word).is_none(), "{word} is a key");
                assert_eq!(super::key(word), Some(ours));
            }
        }
        for (ours, theirs) in FIGURES.iter().chain(&METRICS) {
            assert!(Metric::parse(ours).is_ok(), "{ours}");
            for word in *theirs {
                assert!(Metric::parse(word).is_err(), "{word} is a metric");
                assert_eq!(metric(word).as_deref(), Some(*ours));
            }
        }
    }

    #[test]
    fn spelling_does_not_matter() {
        assert_eq!(super::key("max-in-flight"), Some("overtime"));
        assert_eq!(super::key("VUs"), Some("concurrency"));
        assert_eq!(super::key("no-such"), None);
    }

    #[test]
    fn a_percentile_without_its_point_gets_it() {
        for (theirs, ours) in [
            ("p999", Some("p99.9")),
            ("p9999", Some("p99.99")),
            ("p995", Some("p99.5")),
            ("service.p999", Some("service.p99.9")),
            ("lag.avg", Some("lag.mean")),
            ("p100", None),
            ("p99", None),
            ("other.avg", None),
        ] {
            assert_eq!(metric(theirs).as_deref(), ours, "{theirs}");
        }
    }
}
