//! What `#[pusher::capacity]` takes: its keys, which [`find`] knows, and limits.

use crate::figure::Figure;
use crate::key::{self, KEYS, Key, Takes};
use crate::limit::Limit;
use crate::metric::{Metric, Timing};
use crate::operator::Operator;

/// The keys that a load does not have.
pub static CAPACITY_KEYS: [Key; 2] = [
    Key {
        name: "at_least",
        example: "at_least = 500",
        takes: Takes::Rate,
        sentence: "the calls a second below which the test fails: `500`, `\"7/m\"`",
        default: "none",
        overridden: None,
    },
    Key {
        name: "budget",
        example: "budget = \"10m\"",
        takes: Takes::PositiveTime,
        sentence: "the time for all probes; what was found until then is said",
        default: "`\"5m\"`",
        overridden: None,
    },
];

/// The keys of a load that a search for a capacity has no use for, and what to do.
const REFUSED: [(&str, &str); 13] = [
    ("rps", "the rate is what is searched for: remove rps, or write `at_least = 500`"),
    ("stages", "the rate is what is searched for: remove stages"),
    ("steps", "the rate is what is searched for: remove steps"),
    ("sine", "the rate is what is searched for: remove sine"),
    (
        "concurrency",
        "callers that wait for answers ask no more than a service can take: remove concurrency, or \
         write `overtime` for the most calls in flight",
    ),
    ("pause", "pause is between the calls of a closed loop: remove it"),
    ("duration", "a search takes as long as it needs: remove duration, or write `budget = \"5m\"`"),
    ("calls", "a search makes as many calls as it needs: remove calls, or write `budget = \"5m\"`"),
    ("farm", "a capacity is that of one load alone: remove farm"),
    ("compare", "a capacity is that of one fn: remove compare"),
    ("compare_setup", "a capacity is that of one fn: remove compare_setup"),
    ("abort", "a search has to break its limits to find the rate: remove abort"),
    ("thresholds", "limits stand beside the keys: write them without `thresholds(..)`"),
];

/// What is wrong with items that are used once each.
pub const NO_ITEMS_ONCE: &str = "a search makes as many calls as it needs, so that no items are \
     enough to use each once: write `data_order = \"round-robin\"`";

/// What is missing if there is no limit.
pub const NO_LIMIT: &str = "a limit is missing: add one such as `p99 < \"200ms\"`";

/// Which limits there can be.
const POSSIBLE: &str = "write a percentile, errors or canceled, each of which is a share of the \
     calls, such as `p99 < \"200ms\"`";

/// The key of that name; none if no key is called so.
///
/// # Errors
///
/// It is one of a load, and means nothing here.
pub fn find(name: &str) -> Result<Option<&'static Key>, &'static str> {
    if let Some((_, message)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
        return Err(message);
    }
    Ok(CAPACITY_KEYS.iter().find(|key| key.name == name).or_else(|| key::find(name)))
}

/// All keys, in the order in which they are listed.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    CAPACITY_KEYS.iter().chain(KEYS.iter().filter(|key| find(key.name).is_ok()))
}

/// The table of the keys that a load does not have, in Markdown.
pub fn table() -> String {
    let rows = CAPACITY_KEYS
        .iter()
        .map(|key| format!("| `{}` | {} | {} |\n", key.name, key.sentence, key.default));
    "| key | meaning | default |\n|---|---|---|\n".to_string() + &rows.collect::<String>()
}

/// Whether a metric can be limited here, by that operator.
///
/// # Errors
///
/// What to write instead.
pub fn check_metric(metric: &Metric, operator: Operator) -> Result<(), String> {
    match metric {
        Metric::Errors | Metric::Canceled => {}
        Metric::Time(Timing::Lag, _) => {
            return Err(format!("`{metric}` is pusher's own lateness, and no limit: {POSSIBLE}"));
        }
        Metric::Time(_, Figure::Percentile(_)) => {}
        _ => return Err(format!("`{metric}` cannot be a limit here: {POSSIBLE}")),
    }
    match operator {
        Operator::Less | Operator::LessOrEqual => Ok(()),
        Operator::Equal if matches!(metric, Metric::Errors | Metric::Canceled) => Ok(()),
        _ => Err(format!(
            "`{metric} {operator} ..` is no upper limit, and a capacity is the most within such: \
             write `{metric} < ..`"
        )),
    }
}

/// Whether a limit can be met by some rates and broken by others.
///
/// # Errors
///
/// What to write instead.
pub fn check_limit(metric: &Metric, operator: Operator, limit: Limit) -> Result<(), String> {
    check_metric(metric, operator)?;
    match limit {
        Limit::Number(many) => Err(format!(
            "{many} in all mean nothing to a search, which makes as many calls as it needs: write \
             a share such as \"1%\""
        )),
        Limit::Share(share) if share.is_zero() && operator == Operator::Less => {
            Err(format!("nothing is below 0: write `{metric} == 0`"))
        }
        Limit::Share(share) if operator == Operator::Equal && !share.is_zero() => {
            Err(format!("no rate has just this share: write `{metric} <= \"{limit}\"`"))
        }
        Limit::Share(share) if share.to_f64() >= 1.0 => {
            Err("all calls are within 100%: write a share such as \"1%\"".to_string())
        }
        Limit::Time(time) if time.is_zero() => {
            Err("no call takes less than no time: write one such as \"200ms\"".to_string())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limit::Unread;

    #[track_caller]
    fn check(metric: &str, operator: &str, limit: &str) -> Result<(), String> {
        let (metric, operator) = (Metric::parse(metric)?, Operator::parse(operator)?);
        let unread = match limit.parse::<f64>() {
            Ok(_) => Unread::Number(limit.to_string()),
            Err(_) => Unread::Text(limit.to_string()),
        };
        let limit = Limit::read(metric.unit(), &unread)?;
        check_limit(&metric, operator, limit)
    }

    #[test]
    fn shares_of_calls_can_be_limited() {
        for (metric, operator, limit) in [
            ("p99", "<", "200ms"),
            ("service.p99.9", "<=", "1s"),
            ("errors", "<", "1%"),
            ("errors", "==", "0"),
            ("canceled", "<=", "0"),
        ] {
            assert_eq!(check(metric, operator, limit), Ok(()), "{metric} {operator} {limit}");
        }
    }

    #[test]
    fn what_cannot_be_a_limit_is_refused_with_what_can() {
        let possible = "write a percentile, errors or canceled, each of which is a share of the \
                        calls, such as `p99 < \"200ms\"`";
        let no_limit = |metric: &str| format!("`{metric}` cannot be a limit here: {possible}");
        for (metric, operator, limit, message) in [
            ("mean", "<", "1s", no_limit("mean")),
            ("max", "<", "1s", no_limit("max")),
            ("throughput", ">", "5", no_limit("throughput")),
            ("count(\"n\")", "<", "5", no_limit("count(\"n\")")),
            ("step(\"n\").p99", "<", "1s", no_limit("step(\"n\").p99")),
            (
                "lag.p99",
                "<",
                "1s",
                format!("`lag.p99` is pusher's own lateness, and no limit: {possible}"),
            ),
            (
                "p99",
                ">",
                "1s",
                "`p99 > ..` is no upper limit, and a capacity is the most within such: write `p99 \
                 < ..`"
                    .to_string(),
            ),
            (
                "errors",
                "<",
                "5",
                "5 in all mean nothing to a search, which makes as many calls as it needs: write a \
                 share such as \"1%\""
                    .to_string(),
            ),
            ("errors", "<", "0", "nothing is below 0: write `errors == 0`".to_string()),
            (
                "errors",
                "==",
                "1%",
                "no rate has just this share: write `errors <= \"1%\"`".to_string(),
            ),
            (
                "errors",
                "<",
                "100%",
                "all calls are within 100%: write a share such as \"1%\"".to_string(),
            ),
            (
                "p99",
                "<",
                "0s",
                "no call takes less than no time: write one such as \"200ms\"".to_string(),
            ),
        ] {
            assert_eq!(check(metric, operator, limit), Err(message), "{metric} {operator} {limit}");
        }
    }

    #[test]
    fn a_key_that_a_search_has_no_use_for_is_refused() {
        assert!(find("rps").is_err());
        assert_eq!(find("overtime").map(|key| key.map(|key| key.name)), Ok(Some("overtime")));
        assert_eq!(find("budget").map(|key| key.map(|key| key.name)), Ok(Some("budget")));
        assert!(find("bugdet").is_ok_and(|key| key.is_none()));
        for (refused, _) in REFUSED {
            assert!(key::find(refused).is_some(), "{refused} is a key of a load");
        }
    }
}
