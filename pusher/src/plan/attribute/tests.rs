use super::*;
use crate::plan::terms::Pace;
use crate::plan::{key, time};

#[test]
fn takes_any_primitive_number_and_any_time() {
    let terms = Attribute::new()
        .rps(0.5_f32)
        .duration(Duration::from_secs(9))
        .overtime(10_u8)
        .warmup("1s")
        .grace("0s")
        .terms()
        .unwrap();
    let pace = Pace::Open {
        curve: Curve::Constant(Rps::parse("0.5").unwrap()),
        arrivals: Arrivals::Uniform,
    };
    assert_eq!(terms.pace, pace);
    assert_eq!(terms.duration, Some(Duration::from_secs(9)));
    let offer = Offer {
        overtime: 10,
        warmup: Duration::from_secs(1),
        grace: Duration::ZERO,
        timeout: None,
    };
    assert_eq!(terms.offer, offer);
    assert_eq!(terms.setup_timeout, Duration::from_secs(60));
}

#[test]
fn the_defaults_are_those_that_the_keys_declare() {
    let terms = Attribute::new().rps(50).duration("1m").terms().unwrap();
    let quoted = |text: String| format!("`\"{text}\"`");
    for (name, default) in [
        ("overtime", terms.offer.overtime.to_string()),
        ("workers", terms.workers.to_string()),
        ("grace", quoted(time::format(terms.offer.grace))),
        ("setup_timeout", quoted(time::format(terms.setup_timeout))),
        ("data_order", quoted(terms.data_order.to_string())),
    ] {
        assert_eq!(key::find(name).unwrap().default.replace(',', ""), default, "{name}");
    }
}

#[test]
fn items_that_are_used_once_end_a_load() {
    let once = || Attribute::new().data_order("once");
    assert!(once().rps(50).terms().unwrap().data_is_the_end());
    assert!(once().concurrency(2).terms().unwrap().data_is_the_end());
    assert!(!once().rps(50).duration("1m").terms().unwrap().data_is_the_end());
    let random = Attribute::new().data_order("random").rps(50).terms();
    assert_eq!(random.unwrap_err(), key::NO_END);
}

/// Each attribute is refused with these words.
fn refused<const N: usize>(cases: [(Attribute, &str); N]) {
    for (attribute, message) in cases {
        assert_eq!(attribute.terms().unwrap_err(), message);
    }
}

/// One that is right so far.
fn right() -> Attribute {
    Attribute::new().rps(50).duration("1m")
}

#[test]
fn a_load_needs_a_pace_and_an_end() {
    refused([
        (
            Attribute::new().rps(50).calls(9).runtime("multi_thread").local(),
            "local calls stay on lanes, and `runtime = \"multi_thread\"` has none: remove one of \
             the two",
        ),
        (
            Attribute::new().duration("1m"),
            "rps is missing: add `rps = 50`, a shape such as `stages(..)`, or `concurrency = \
             20`",
        ),
        (
            Attribute::new().rps(50),
            "duration is missing: add `duration = \"1m\"`, or `calls = 10_000`",
        ),
        (
            Attribute::new().concurrency(1),
            "duration is missing: add `duration = \"1m\"`, or `calls = 10_000`",
        ),
    ]);
}

#[test]
fn says_which_part_of_a_shape_is_wrong_and_what_to_give() {
    refused([
        (
            Attribute::new().ramp(0, -1, "1s"),
            "a rate in stages is -1: give a number from 0 to 1000000000, such as 50 or 0.5",
        ),
        (
            Attribute::new().hold(5, "soon"),
            "a time in stages: `soon` is no duration: write a number and a unit, such as \
             \"250ms\", \"30s\" or \"1m 30s\"",
        ),
        (
            Attribute::new().hold(0, "1s"),
            "stages makes no tick: give a stage whose rate is above zero, such as `hold(50, \
             \"1m\")`",
        ),
        (Attribute::new().sine(0, 5, "0s"), "period in sine is zero: give a time, such as \"30s\""),
        (
            Attribute::new().callers_hold(0.5, "1s"),
            "a number of callers in stages is 0.5: give a whole number from 0 to 100000, such \
             as 20",
        ),
        (
            Attribute::new().callers_spike(5, "0s"),
            "a time in stages is zero: give a time, such as \"30s\"",
        ),
        (
            Attribute::new().callers_ramp(0, 1, "1s"),
            "stages has no caller at any time: give a stage with some, such as `hold(20, \
             \"1m\")`",
        ),
        (
            Attribute::new().callers_steps(1, 5, 0, "1s"),
            "by in steps is 0: give a whole number from 1 to 100000, such as 20",
        ),
    ]);
}

#[test]
fn says_which_pause_is_wrong_and_what_to_give() {
    refused([
        (
            right().pause("x"),
            "pause: `x` is no duration: write a number and a unit, such as \"250ms\", \"30s\" \
             or \"1m 30s\"",
        ),
        (right().pause("3s..1s"), "pause: `3s..1s` ends before it begins: write \"1s..3s\""),
        (
            right().pause(Duration::from_secs(3)..Duration::from_secs(1)),
            "pause: `3s..1s` ends before it begins: write \"1s..3s\"",
        ),
    ]);
}

#[test]
fn says_which_time_is_wrong_and_what_to_give() {
    refused([
        (right().duration("0s"), "duration is zero: give a time, such as \"30s\""),
        (right().timeout(Duration::ZERO), "timeout is zero: give a time, such as \"30s\""),
        (right().setup_timeout("0s"), "setup_timeout is zero: give a time, such as \"30s\""),
        (
            right().warmup("soon"),
            "warmup: `soon` is no duration: write a number and a unit, such as \"250ms\", \
             \"30s\" or \"1m 30s\"",
        ),
        (
            right().grace("1"),
            "grace: `1` is no duration: write a number and a unit, such as \"250ms\", \"30s\" \
             or \"1m 30s\"",
        ),
    ]);
}

#[test]
fn says_which_number_is_wrong_and_what_to_give() {
    refused([
        (
            right().seed(-1),
            "seed is -1: give a whole number from 0 to 18446744073709551615, such as 7",
        ),
        (right().calls(0), "calls is 0: give a whole number above 0, such as 10000"),
        (right().calls(0.5), "calls is 0.5: give a whole number above 0, such as 10000"),
        (
            right().concurrency(0),
            "concurrency is 0: give a whole number from 1 to 100000, such as 20",
        ),
        (right().overtime(-1), "overtime is -1: give a whole number of calls, such as 10"),
        (right().overtime(1.5), "overtime is 1.5: give a whole number of calls, such as 10"),
        (right().workers(0), "workers is 0: give a whole number from 1 to 1000, such as 5"),
    ]);
}

#[test]
fn says_which_word_is_wrong_and_what_to_give() {
    refused([
        (right().arrivals("even"), "arrivals is \"even\": give \"uniform\" or \"poisson\""),
        (right().clock("slow"), "time is \"slow\": give \"real\" or \"virtual\""),
        (right().runtime("threads"), "runtime is \"threads\": give \"lanes\" or \"multi_thread\""),
        (
            right().data_order("twice"),
            "data_order is \"twice\": give \"round-robin\", \"random\" or \"once\"",
        ),
    ]);
}

#[test]
fn says_which_threshold_is_wrong_and_what_to_give() {
    refused([(
        right().threshold("errors", "<", 0.05),
        "threshold on errors: `0.05` is no whole number: write \"5%\" for a share, or a whole \
         number such as 5 for so many in all",
    )]);
}

#[test]
fn the_first_value_that_is_wrong_is_told() {
    refused([(
        Attribute::new().rps(0).duration("x"),
        "rps is 0: give a number above 0 and up to 1000000000, such as 50 or 0.5",
    )]);
}
