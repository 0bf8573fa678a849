//! [`check`]: which keys go together.

use proc_macro2::Span;
use pusher_load_grammar::key::{
    NO_END, NO_LANES_FOR_LOCAL, NO_PACE, NO_PAIRS_IN_A_CLOSED_LOOP, NO_RUNTIME_IN_VIRTUAL_TIME,
};
use pusher_load_grammar::rate::Rps;
use pusher_load_grammar::words::{Clock, Threads, Word};
use syn::{Error, Ident, Result};

use crate::expected::{DataEnd, Expected, Futures, Known, Spacing};
use crate::list::AllErrors;
use crate::value::wrong;

/// The keys that decide when calls are made, of which there is one.
const PACES: [&str; 5] = ["rps", "stages", "steps", "sine", "concurrency"];

/// A key that means nothing beside another one.
const APART: [(&str, &str, &str); 5] = [
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
    ("compare", "concurrency", NO_PAIRS_IN_A_CLOSED_LOOP),
];

/// A key that means nothing without another one.
const TOGETHER: [(&str, &str, &str); 4] = [
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
    (
        "compare_setup",
        "compare",
        "compare_setup has no other fn to set up: add `compare = old_checkout`, or write `setup`",
    ),
    ("data_order", "data", "data_order has nothing to hand out: add `data = users`, or remove it"),
];

/// Whether a key decides when calls are made.
fn is_pace(key: &Ident) -> bool {
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
    check_company(keys, expected, &mut errors);
    let is_random = has("arrivals")
        || has("data_order")
        || has("compare")
        || expected.pauses == Spacing::Random;
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
    errors.into_result()?;
    check_spread(keys, expected)
}

/// Checks the keys that mean nothing without or beside another, whatever decides when calls are
/// made.
pub(crate) fn check_company(keys: &[Ident], expected: &Expected, errors: &mut AllErrors) {
    let find = |name: &str| keys.iter().find(|key| *key == name);
    let has = |name: &str| find(name).is_some();
    for (key, other, message) in TOGETHER {
        if let (Some(key), false) = (find(key), has(other)) {
            errors.add(wrong(key, message));
        }
    }
    if let (Some(runtime), Known::As(clock)) = (find("runtime"), &expected.clock)
        && *clock == Clock::Virtual.word()
    {
        errors.add(wrong(runtime, NO_RUNTIME_IN_VIRTUAL_TIME));
    }
    if let (Some(local), Futures::Local, Known::As(threads)) =
        (find("local"), expected.futures, &expected.threads)
        && *threads == Threads::MultiThread.word()
    {
        errors.add(wrong(local, NO_LANES_FOR_LOCAL));
    }
}

/// Refuses more calls than can be spread over the duration, if no rate is given.
fn check_spread(keys: &[Ident], expected: &Expected) -> Result<()> {
    let calls = keys.iter().find(|key| *key == "calls");
    let (Some(key), false) = (calls, keys.iter().any(is_pace)) else { return Ok(()) };
    match (&expected.calls, &expected.duration) {
        (Known::As(calls), Known::As(duration)) => {
            Rps::spread(*calls, *duration).map(drop).map_err(|message| wrong(key, message))
        }
        _ => Ok(()),
    }
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

#[cfg(test)]
mod tests {
    use quote::quote;

    use crate::args::tests::check;

    #[test]
    fn keys_that_do_not_go_together_are_refused() {
        for (tokens, message) in [
            (
                quote!(rps = 50, stages(hold(5, "1s"))),
                "stages and rps both say when calls are made: keep one of the two",
            ),
            (
                quote!(concurrency = 5, calls = 10, sine(from = 1, to = 2, period = "1s")),
                "sine and concurrency both say when calls are made: keep one of the two",
            ),
            (
                quote!(stages(hold(5, "1s")), duration = "1m"),
                "stages have times of their own: remove duration",
            ),
            (
                quote!(steps(from = 1, to = 2, by = 1, each = "1s"), duration = "1m"),
                "steps have times of their own: remove duration",
            ),
            (
                quote!(concurrency = 5, calls = 10, overtime = 5),
                "overtime is for an open loop, and a closed one never has more calls in flight \
                 than `concurrency`: remove overtime",
            ),
            (
                quote!(concurrency = 5, calls = 10, arrivals = "uniform"),
                "arrivals is for an open loop, and a closed one makes a call when one has ended: \
                 remove arrivals",
            ),
            (
                quote!(concurrency = 5, calls = 10, compare = old),
                "compare pairs the calls of one schedule, and a closed loop has none, for the \
                 slower target would get fewer calls: write `rps = 50` in the place of concurrency",
            ),
            (
                quote!(rps = 5, calls = 10, compare_setup = start_old),
                "compare_setup has no other fn to set up: add `compare = old_checkout`, or write \
                 `setup`",
            ),
            (
                quote!(rps = 5, calls = 10, pause = "1s"),
                "pause is between the calls of a closed loop: add `concurrency = 20`, or remove it",
            ),
            (
                quote!(rps = 5, calls = 10, runtime = "lanes", time = "virtual"),
                "runtime is for the real clock, and virtual time has one thread of its own: \
                 remove runtime, or write `time = \"real\"`",
            ),
            (
                quote!(rps = 5, calls = 10, runtime = "multi_thread", local = true),
                "local calls stay on lanes, and `runtime = \"multi_thread\"` has none: remove one \
                 of the two",
            ),
            (
                quote!(rps = 5, calls = 10, seed = 1),
                "seed has nothing to decide here: add `arrivals = \"poisson\"` or `data_order = \
                 \"random\"`, or remove it",
            ),
        ] {
            check(tokens, &[message]);
        }
    }

    #[test]
    fn a_load_has_a_pace_and_an_end() {
        let no_end = "duration is missing: add `duration = \"1m\"`, or `calls = 10_000`";
        let no_pace = "rps is missing: add `rps = 50`, a shape such as `stages(..)`, or \
                       `concurrency = 20`";
        check(quote!(), &["rps and duration are missing: add `rps = 50, duration = \"1m\"`"]);
        check(quote!(rps = 5), &[no_end]);
        check(quote!(concurrency = 5), &[no_end]);
        check(quote!(concurrency = 5, data = users, data_order = "random"), &[no_end]);
        check(quote!(duration = "1m"), &[no_pace]);
        check(quote!(calls = 10), &[no_pace]);
        check(quote!(data = users, data_order = "once"), &[no_pace]);
    }

    #[test]
    fn keys_that_go_together_are_taken() {
        check(quote!(rps = 50, data = users, data_order = "once"), &[]);
        check(quote!(rps = 50, calls = 9, compare = old, seed = 7), &[]);
        check(quote!(rps = 50, calls = 9, runtime = "lanes", local = true), &[]);
        check(quote!(rps = 50, calls = 9, runtime = THREADS, local = true), &[]);
        check(quote!(rps = 50, calls = 9, runtime = "multi_thread", local = false), &[]);
        check(quote!(concurrency = 5, data = users, data_order = ORDER), &[]);
        check(
            quote!(
                sine(from = 1, to = 2, period = "1s"),
                arrivals = "poisson",
                seed = 0,
                time = "virtual"
            ),
            &[],
        );
        check(quote!(concurrency = 20, duration = "1m", calls = 10_000, pause = "0s"), &[]);
        check(quote!(concurrency = 20, duration = "1m", pause = "1s..3s", seed = 7), &[]);
        check(quote!(concurrency = 20, duration = "1m", pause = PAUSE, seed = 7), &[]);
        check(quote!(concurrency = 20, duration = "1m", pause = SHORT..LONG, seed = 7), &[]);
    }

    #[test]
    fn a_key_without_the_one_that_it_needs_is_told_beside_others() {
        check(
            quote!(rps = 50, duration = "1m", data_order = "once", teardown_worker = disconnect),
            &[
                "teardown_worker has nothing to tear down: add `setup_worker = connect`, or write \
                 `teardown`",
                "data_order has nothing to hand out: add `data = users`, or remove it",
            ],
        );
    }

    #[test]
    fn calls_are_spread_over_a_duration_without_a_rate() {
        check(quote!(calls = 10, duration = "5m"), &[]);
        check(quote!(calls = 100, duration = "5m", thresholds(p99 < "1s")), &[]);
        check(
            quote!(calls = 99, duration = "5m", thresholds(p99 < "1s")),
            &["p99 needs 100 ticks, and calls makes 99: raise calls, or take a lower \
                 percentile or max"],
        );
        check(
            quote!(calls = 11, duration = "10ns"),
            &["11 calls in 10ns are more than 1000000000 per second: give fewer `calls`, or a \
               longer `duration`"],
        );
    }
}
