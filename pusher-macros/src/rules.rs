//! [`check`]: which keys go together.

use proc_macro2::Span;
use pusher_load_grammar::key::{NO_END, NO_PACE};
use syn::{Error, Ident, Result};

use crate::expected::{DataEnd, Expected, Spacing};
use crate::list::AllErrors;
use crate::value::wrong;

/// The keys that decide when calls are made, of which there is one.
const PACES: [&str; 5] = ["rps", "stages", "steps", "sine", "concurrency"];

/// A key that means nothing beside another one.
const APART: [(&str, &str, &str); 4] = [
    ("duration", "stages", "stages have times of their own: remove duration"),
    ("duration", "steps", "steps have times of their own: remove duration"),
    (
        "overtime",
        "concurrency",
        "overtime is for an open loop, and a closed one never has more calls in flight than \
         `concurrency`: remove overtime",
    ),
    (
        "arrivals",
        "concurrency",
        "arrivals is for an open loop, and a closed one makes a call when one has ended: remove \
         arrivals",
    ),
];

/// A key that means nothing without another one.
const TOGETHER: [(&str, &str, &str); 3] = [
    (
        "pause",
        "concurrency",
        "pause is between the calls of a closed loop: add `concurrency = 20`, or remove it",
    ),
    (
        "teardown_worker",
        "setup_worker",
        "teardown_worker has nothing to tear down: add `setup_worker = connect`, or write \
         `teardown`",
    ),
    ("data_order", "data", "data_order has nothing to hand out: add `data = users`, or remove it"),
];

/// Whether a key decides when calls are made.
pub(crate) fn is_pace(key: &Ident) -> bool {
    PACES.iter().any(|pace| key == pace)
}

/// Checks the keys that are given, each of which is known and given once.
pub(crate) fn check(keys: &[Ident], expected: &Expected) -> Result<()> {
    let find = |name: &str| keys.iter().find(|key| *key == name);
    let has = |name: &str| find(name).is_some();
    let mut errors = AllErrors::default();
    let paces: Vec<&Ident> = keys.iter().filter(|key| is_pace(key)).collect();
    if let [first, second, ..] = paces[..] {
        return Err(two_paces(first, second));
    }
    for (key, other, message) in APART {
        let is_beside = has(other) || expected.callers == Some(other);
        if let (Some(key), true) = (find(key), is_beside) {
            errors.add(wrong(key, message));
        }
    }
    for (key, other, message) in TOGETHER {
        if let (Some(key), false) = (find(key), has(other)) {
            errors.add(wrong(key, message));
        }
    }
    let is_random = has("arrivals") || has("data_order") || expected.pauses == Spacing::Random;
    if let (Some(seed), false) = (find("seed"), is_random) {
        let message = if has("concurrency") {
            "seed has nothing to decide here: add `pause = \"1s..3s\"` or `data_order = \
             \"random\"`, or remove it"
        } else {
            "seed has nothing to decide here: add `arrivals = \"poisson\"` or `data_order = \
             \"random\"`, or remove it"
        };
        errors.add(wrong(seed, message));
    }
    let mut ends: Vec<&str> = ["duration", "calls"].into_iter().filter(|end| has(end)).collect();
    if expected.data == DataEnd::MayBe {
        ends.push("data_order");
    }
    ends.extend(expected.callers);
    if let Some(message) = missing(paces.first().map(|pace| pace.to_string()).as_deref(), &ends) {
        errors.add(Error::new(Span::call_site(), message));
    }
    errors.into_result()
}

/// The error of two keys that both say when calls are made.
fn two_paces(first: &Ident, second: &Ident) -> Error {
    let is_one = |name: &str| first == name || second == name;
    let shape = ["stages", "steps"].into_iter().find(|shape| is_one(shape));
    let callers = shape
        .filter(|_| is_one("concurrency"))
        .map(|shape| format!(", or write `concurrency = {shape}(..)` for callers that change"))
        .unwrap_or_default();
    wrong(
        second,
        format!("{second} and {first} both say when calls are made: keep one of the two{callers}"),
    )
}

/// The message about a missing key, if one is missing.
fn missing(pace: Option<&str>, ends: &[&str]) -> Option<&'static str> {
    match pace {
        None if ends.is_empty() => {
            Some("rps and duration are missing: add `rps = 50, duration = \"1m\"`")
        }
        // So many calls are spread over so long a time.
        None if ends.len() == 2 => None,
        None => Some(NO_PACE),
        Some("rps" | "concurrency") if ends.is_empty() => Some(NO_END),
        Some(_) => None,
    }
}
