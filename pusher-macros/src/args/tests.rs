use quote::quote;

use super::*;

/// Checks what is told of an attribute with these tokens: nothing if it is right.
pub(crate) fn check(tokens: TokenStream, messages: &[&str]) {
    let errors = read(tokens.clone())
        .err()
        .map(|error| error.into_iter().map(|error| error.to_string()).collect::<Vec<_>>());
    assert_eq!(errors.unwrap_or_default(), messages, "{tokens}");
}

#[test]
fn takes_every_key_and_every_form_of_value() {
    check(quote!(rps = 50, duration = "1m"), &[]);
    check(quote!(rps = 1e3, duration = ("1m"), overtime = 0, warmup = "0s", grace = "0s",), &[]);
    check(
        quote!(
            rps = RATE * 2,
            duration = Duration::from_secs(9),
            overtime = u32::MAX,
            timeout = limits::<u8>(1)
        ),
        &[],
    );
    check(
        quote!(
            rps = 0x32_u8,
            duration = "1h",
            setup = self::shop,
            teardown = close::<Shop>,
            crate = ::pu,
            thresholds()
        ),
        &[],
    );
    check(
        quote!(rps = 50, duration = "1m", workers = 1_000, name = "add", farm = "cart::rush-hour"),
        &[],
    );
    check(quote!(rps = 50, duration = "1m", workers = WORKERS + 1, farm = ("shop")), &[]);
}

#[test]
fn takes_what_is_handed_to_the_fn() {
    check(
        quote!(
            rps = 50,
            duration = "1m",
            setup_worker = connect,
            teardown_worker = self::disconnect,
            args = SIZES
        ),
        &[],
    );
    check(
        quote!(
            rps = 50,
            duration = "1m",
            data = Vec::<u8>::new,
            data_order = "once",
            args = [1, 10]
        ),
        &[],
    );
    check(quote!(rps = 50, duration = "1m", data = users, data_order = ORDER, seed = 7), &[]);
}

#[test]
fn each_wrong_value_is_told_once() {
    check(
        quote!(rps = 0, duration = "soon"),
        &[
            "rps is 0: give a number above 0 and up to 1000000000, such as 50 or 0.5",
            "duration: `soon` is no duration: write a number and a unit, such as \"250ms\", \
             \"30s\" or \"1m 30s\"",
        ],
    );
    check(
        quote!(rps = 50, duration = "1m", workers = 0, farm = FARM),
        &[
            "workers is 0: give a whole number from 1 to 1000, such as 5",
            "farm is no literal, and tests are listed without running anything: write text of \
             letters, digits, `_` and `-`, with `::` between parts, such as \"cart::add\"",
        ],
    );
    check(
        quote!(
            rps = 50,
            duration = "1m",
            data_order = "often",
            teardown_worker = disconnect,
            args = []
        ),
        &[
            "data_order is \"often\": give \"round-robin\", \"random\" or \"once\"",
            "args is empty: give a value for each test, such as `args = [1, 10, 100]`",
        ],
    );
}

#[test]
fn words_and_counts_are_checked() {
    check(quote!(rps = 5, calls = 0), &["calls is 0: give a whole number above 0, such as 10000"]);
    check(
        quote!(concurrency = 0, calls = 1),
        &["concurrency is 0: give a whole number from 1 to 100000, such as 20"],
    );
    check(
        quote!(rps = 5, calls = 1, arrivals = "even"),
        &["arrivals is \"even\": give \"uniform\" or \"poisson\""],
    );
    check(quote!(rps = 5, calls = 1, time = 5), &["time is 5: give \"real\" or \"virtual\""]);
    check(
        quote!(rps = 5, calls = 1, arrivals = "poisson", seed = -1),
        &["seed is -1: give a whole number from 0 to 18446744073709551615, such as 7"],
    );
}

#[test]
fn a_rate_is_a_text_too() {
    check(quote!(rps = "7/m", duration = "1h"), &[]);
    check(quote!(rps = "50", duration = "1m"), &[]);
    check(quote!(stages(ramp("7/m", "100/3s", "1m"), hold(5, "1m"))), &[]);
    check(quote!(rps = "7/m", duration = "1h", thresholds(p99 < "1s")), &[]);
    check(
        quote!(rps = "7/m", duration = "10m", thresholds(p99 < "1s")),
        &["p99 needs 100 ticks, and rps × duration makes 70 ticks: raise duration to \
           \"14m 18s\", raise rps, or take a lower percentile or max"],
    );
    let rate = "give a number above 0 and up to 1000000000, such as 50 or 0.5, or a text such \
                as \"7/m\" or \"100/3s\"";
    check(quote!(rps = "7/x", duration = "1m"), &[&format!("rps is \"7/x\": {rate}")]);
    check(
        quote!(stages(hold("1/999983s", "1h"), hold("1/1000033s", "1h"))),
        &["the rates 1/11days 13h 46m 23s and 1/11days 13h 47m 13s in stages share no \
           denominator below 1000000000000: write both for the same time, such as \"7/m\" and \
           \"30/m\""],
    );
}

#[test]
fn what_follows_another_figure_is_judged_over_the_whole_load() {
    check(
        quote!(
            rps = 500,
            duration = "1m",
            thresholds(p99 < baseline + "10%" over "10s" for "20s", p50 < baseline),
            abort(p99 < baseline)
        ),
        &[
            "`baseline` is compared over the whole load: remove `over` and `for`",
            "`baseline` is compared when the load is over: give abort a limit such as \"250ms\"",
        ],
    );
    let other =
        "`other` is the target of `compare`: add `compare = old_impl`, the path of another fn";
    check(quote!(rps = 500, duration = "1m", thresholds(p90 < other)), &[other]);
}
