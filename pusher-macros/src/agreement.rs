//! The tests of `numbers`, `rates`, `times` and `metrics` hold that macro and run time agree: a
//! literal that the macro takes is one that the run time takes as a const expression, and the other
//! way round; and both make the same terms of it.
//!
//! ```text
//!                       args::read          tokens as rustc reads them
//! literal, as written ------------> tokens ---------------------------> Attribute
//!    |                                                                      | the same terms
//!    |______________ its value, as a const expression would have it ____> Attribute
//! ```

use proc_macro2::TokenStream;
use proptest::prelude::*;
use pusher::__private::{Against, Attribute};
use pusher_load_grammar::key::{KEYS, Takes};
use pusher_load_grammar::words::{Clock, Threads, Words};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, Lit, Token};

use crate::args::{self, Arguments};
use crate::threshold::Condition;
use crate::value::{Says, written};

/// A number as rustc reads it.
#[derive(Clone, Copy, Debug)]
enum AnyNumber {
    Whole(u64),
    Large(u128),
    Signed(i64),
    Float(f64),
}

/// Calls a method with a number of its own type.
macro_rules! with {
    ($number:expr, |$given:ident| $attribute:expr) => {
        match $number {
            AnyNumber::Whole($given) => $attribute,
            AnyNumber::Large($given) => $attribute,
            AnyNumber::Signed($given) => $attribute,
            AnyNumber::Float($given) => $attribute,
        }
    };
}

/// Calls a method with a rate, which is a number or a text.
macro_rules! with_rate {
    ($rate:expr, |$given:ident| $attribute:expr) => {
        match $rate {
            AnyLimit::Number(number) => with!(*number, |$given| $attribute),
            AnyLimit::Text(text) => {
                let $given = text.as_str();
                $attribute
            }
        }
    };
}

impl AnyNumber {
    /// A literal that rustc reads as this number.
    fn literal(self) -> String {
        with!(self, |given| format!("{given:?}"))
    }
}

fn numbers() -> impl Strategy<Value = AnyNumber> {
    let near =
        |most: u64| (most.saturating_sub(2)..=most.saturating_add(2)).prop_map(AnyNumber::Whole);
    let decimal = |whole, digits| {
        (0..whole, 0u64..1_000_000_000_000_000_000, 0..digits).prop_map(|(whole, part, digits)| {
            let text = format!("{whole}.{part:018}");
            let end = text.find('.').unwrap_or_default() + 1 + digits;
            AnyNumber::Float(text[..end].parse().unwrap())
        })
    };
    prop_oneof![
        near(2),
        near(1_000),
        near(10_000),
        near(100_000),
        near(1_000_000_000),
        any::<u64>().prop_map(AnyNumber::Whole),
        any::<u128>().prop_map(AnyNumber::Large),
        any::<i64>().prop_filter("rustc has no -0", |n| *n != 0).prop_map(AnyNumber::Signed),
        decimal(3u32, 19usize),
        decimal(2_000_000_000u32, 19usize),
        any::<f64>()
            .prop_filter("a literal is finite", |n| n.is_finite())
            .prop_map(AnyNumber::Float),
        (-320i32..320).prop_map(|exponent| AnyNumber::Float(10f64.powi(exponent))).prop_filter(
            "a literal is finite",
            |n| !matches!(n, AnyNumber::Float(f) if f.is_infinite())
        ),
    ]
}

/// Numbers that are mostly so small that there may be as many callers.
fn callers() -> impl Strategy<Value = AnyNumber> {
    prop_oneof![
        4 => (0u64..4).prop_map(AnyNumber::Whole),
        2 => (0u64..100_002).prop_map(AnyNumber::Whole),
        1 => numbers(),
    ]
}

/// Rates: numbers, and texts with a time or without.
fn rates() -> impl Strategy<Value = AnyLimit> {
    let texts = prop_oneof![
        4 => "[0-9]{1,4}(\\.[0-9]{1,3})?/[0-9]{0,2}(s|m|h|d|ms|min|hours)",
        2 => "[0-9]{1,3}(_[0-9]{3})?(\\.[0-9]{1,18})?",
        1 => "[0-9]{1,20}/[0-9]{1,9}(ns|s|days|M|y|)",
        1 => "1/[0-9]{6,7}s",
        1 => ".{0,6}",
    ];
    prop_oneof![numbers().prop_map(AnyLimit::Number), texts.prop_map(AnyLimit::Text)]
}

fn times() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[0-9]{1,4}(ns|us|ms|s|sec|m|min|h|d|days|w)( [0-9]{1,4}(ns|us|ms|s|m|h|d))?",
        1 => "[0-9]{1,20}(s|d|M|months|y|year|)",
        1 => Just("0s".to_string()),
        1 => ".{0,6}",
    ]
}

/// Times that are mostly such as a modifier takes.
fn modifying_times() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[0-9]{1,3}(ms|s|m)", 1 => "[0-9]{3,4}(s|days)", 1 => times()]
}

fn words() -> impl Strategy<Value = String> {
    let known: Vec<String> = KEYS
        .iter()
        .filter_map(|key| if let Takes::Word(words) = key.takes { Some(words.all()) } else { None })
        .flatten()
        .map(String::from)
        .collect();
    prop_oneof![3 => prop::sample::select(known), 1 => "[a-z-]{0,8}"]
}

fn metrics() -> impl Strategy<Value = String> {
    let figures = || {
        prop_oneof![
            "p[0-9]{1,3}",
            "p[0-9]{1,2}\\.[0-9]{1,14}",
            prop::sample::select(&["min", "mean", "max", "errors"][..]).prop_map(String::from),
        ]
    };
    let names = "[a-zß ,.()\"\\\\\t]{0,5}";
    prop_oneof![
        figures(),
        ("(response|service|lag|serivce)", figures()).prop_map(|(time, f)| format!("{time}.{f}")),
        "(errors|canceled|throughput|cancelled)",
        ("(step|record|count)", names, figures())
            .prop_map(|(kind, name, figure)| format!("{kind}({name:?}).{figure}")),
        ("(step|record|count)", names).prop_map(|(kind, name)| format!("{kind}({name:?})")),
        "[a-z][a-z0-9_]{0,6}",
    ]
}

/// The metric as the run time gets it: a name without the escapes of a literal.
fn unescaped(metric: &str) -> String {
    let (Some(open), Some(close)) = (metric.find('('), metric.rfind(')')) else {
        return metric.to_string();
    };
    match syn::parse_str::<syn::LitStr>(&metric[open + 1..close]) {
        Ok(name) => format!("{}(\"{}\"{}", &metric[..open], name.value(), &metric[close..]),
        Err(_) => metric.to_string(),
    }
}

/// A limit as it is written, and as the run time gets it.
#[derive(Clone, Debug)]
enum AnyLimit {
    Text(String),
    Number(AnyNumber),
}

impl AnyLimit {
    /// A literal that rustc reads as this limit.
    fn literal(&self) -> String {
        match self {
            AnyLimit::Text(text) => format!("{text:?}"),
            AnyLimit::Number(number) => number.literal(),
        }
    }
}

fn limits() -> impl Strategy<Value = AnyLimit> {
    prop_oneof![
        times().prop_map(AnyLimit::Text),
        "[0-9]{1,3}(\\.[0-9]{1,15})? ?%".prop_map(AnyLimit::Text),
        "[0-9]{1,3}(\\.[0-9]{1,15})?".prop_map(AnyLimit::Text),
        numbers().prop_map(AnyLimit::Number),
        Just(AnyLimit::Number(AnyNumber::Whole(0))),
        Just(AnyLimit::Number(AnyNumber::Float(0.0))),
    ]
}

/// So many ticks that they resolve any percentile.
const MANY: &str = "rps = 1_000_000_000, duration = \"1000days\"";

fn many() -> Attribute {
    Attribute::new().rps(1_000_000_000).duration("1000days")
}

/// Checks that macro and run time both take an attribute, or neither.
fn agree(attribute: &str, given: Attribute) -> Result<(), TestCaseError> {
    let given = given.terms().map(|terms| format!("{terms:?}"));
    let read = attribute.parse::<TokenStream>().ok().map(args::read);
    match read {
        Some(Ok(arguments)) => {
            let handed_on = handed_on(&arguments).terms().map(|terms| format!("{terms:?}"));
            prop_assert!(given.is_ok(), "the macro takes {attribute}: {given:?}");
            prop_assert_eq!(handed_on, given, "{}", attribute);
        }
        refused => {
            let why = refused.and_then(Result::err).map(|error| error.to_string());
            prop_assert!(given.is_err(), "the run time takes {attribute}: {why:?}");
        }
    }
    Ok(())
}

/// The run time's part of the expansion, carried out.
fn handed_on(arguments: &Arguments) -> Attribute {
    let methods = arguments.methods.iter().fold(Attribute::new(), |attribute, (method, tokens)| {
        let values = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone());
        let values: Vec<AnyLimit> = values.unwrap().iter().map(value).collect();
        carried_out(attribute, &method.to_string(), &values)
    });
    let calls = arguments.conditions.iter().flat_map(Condition::calls);
    calls.fold(methods, |attribute, (method, tokens)| {
        let values = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens).unwrap();
        if let Some(Expr::MethodCall(_) | Expr::Call(_)) = values.get(2) {
            let [metric, operator] = [&values[0], &values[1]].map(value);
            let (AnyLimit::Text(metric), AnyLimit::Text(operator)) = (metric, operator) else {
                panic!("text comes before a limit")
            };
            return attribute.threshold(&metric, &operator, against(&values[2]));
        }
        let values: Vec<AnyLimit> = values.iter().map(value).collect();
        carried_out(attribute, &method.to_string(), &values)
    })
}

fn with_threshold(
    attribute: Attribute,
    metric: &str,
    operator: &str,
    limit: &AnyLimit,
) -> Attribute {
    match limit {
        AnyLimit::Text(text) => attribute.threshold(metric, operator, text.as_str()),
        AnyLimit::Number(number) => {
            with!(*number, |given| attribute.threshold(metric, operator, given))
        }
    }
}

/// A limit that follows a baseline, carried out.
fn against(limit: &Expr) -> Against {
    let Expr::MethodCall(call) = limit else { return Against::baseline() };
    let (before, part) = (against(&call.receiver), value(&call.args[0]));
    farther(before, if call.method == "plus" { '+' } else { '-' }, &part)
}

fn farther(limit: Against, sign: char, part: &AnyLimit) -> Against {
    match (part, sign) {
        (AnyLimit::Text(text), '+') => limit.plus(text.as_str()),
        (AnyLimit::Text(text), _) => limit.minus(text.as_str()),
        (AnyLimit::Number(number), '+') => with!(*number, |given| limit.plus(given)),
        (AnyLimit::Number(number), _) => with!(*number, |given| limit.minus(given)),
    }
}

fn with_abort(attribute: Attribute, metric: &str, operator: &str, limit: &AnyLimit) -> Attribute {
    match limit {
        AnyLimit::Text(text) => attribute.abort_if(metric, operator, text.as_str()),
        AnyLimit::Number(number) => {
            with!(*number, |given| attribute.abort_if(metric, operator, given))
        }
    }
}

/// A literal as rustc reads it.
fn value(literal: &Expr) -> AnyLimit {
    let Expr::Lit(literal) = literal else { panic!("only literals are handed on") };
    match &literal.lit {
        Lit::Str(text) => AnyLimit::Text(text.value()),
        Lit::Int(number) if number.suffix() == "u64" => {
            AnyLimit::Number(AnyNumber::Whole(number.base10_parse().unwrap()))
        }
        Lit::Int(number) => AnyLimit::Number(AnyNumber::Large(number.base10_parse().unwrap())),
        Lit::Float(number) => AnyLimit::Number(AnyNumber::Float(number.base10_parse().unwrap())),
        _ => panic!("only text and numbers are handed on"),
    }
}

fn carried_out(attribute: Attribute, method: &str, values: &[AnyLimit]) -> Attribute {
    match (method, values) {
        ("ramp", [from, to, AnyLimit::Text(time)]) => {
            with_rate!(from, |from| with_rate!(to, |to| attribute.ramp(from, to, time.as_str())))
        }
        ("hold", [rate, AnyLimit::Text(time)]) => {
            with_rate!(rate, |rate| attribute.hold(rate, time.as_str()))
        }
        ("sine", [from, to, AnyLimit::Text(time)]) => {
            with_rate!(from, |from| with_rate!(to, |to| attribute.sine(from, to, time.as_str())))
        }
        ("steps", [from, to, by, AnyLimit::Text(each)]) => {
            with_rate!(from, |from| with_rate!(to, |to| with_rate!(by, |by| {
                attribute.steps(from, to, by, each.as_str())
            })))
        }
        ("callers_ramp", [AnyLimit::Number(from), AnyLimit::Number(to), AnyLimit::Text(time)]) => {
            with!(*from, |from| with!(*to, |to| attribute.callers_ramp(from, to, time.as_str())))
        }
        ("callers_hold", [AnyLimit::Number(callers), AnyLimit::Text(time)]) => {
            with!(*callers, |callers| attribute.callers_hold(callers, time.as_str()))
        }
        (
            "callers_steps",
            [
                AnyLimit::Number(from),
                AnyLimit::Number(to),
                AnyLimit::Number(by),
                AnyLimit::Text(each),
            ],
        ) => with!(*from, |from| with!(*to, |to| with!(*by, |by| {
            attribute.callers_steps(from, to, by, each.as_str())
        }))),
        ("local", []) => attribute.local(),
        ("abort", []) => attribute.abort(),
        ("threshold", [AnyLimit::Text(metric), AnyLimit::Text(operator), limit]) => {
            with_threshold(attribute, metric, operator, limit)
        }
        ("abort_if", [AnyLimit::Text(metric), AnyLimit::Text(operator), limit]) => {
            with_abort(attribute, metric, operator, limit)
        }
        ("compare", []) => attribute.compare(),
        ("rps", [rate]) => with_rate!(rate, |rate| attribute.rps(rate)),
        (_, [AnyLimit::Number(number)]) => with_number(attribute, method, *number),
        (_, [AnyLimit::Text(text)]) => with_text(attribute, method, text),
        _ => panic!("{method} is not called with {values:?}"),
    }
}

fn with_number(attribute: Attribute, key: &str, number: AnyNumber) -> Attribute {
    with!(number, |given| match key {
        "overtime" => attribute.overtime(given),
        "workers" => attribute.workers(given),
        "calls" => attribute.calls(given),
        "concurrency" => attribute.concurrency(given),
        "seed" => attribute.seed(given),
        _ => panic!("{key} takes no number"),
    })
}

fn with_text(attribute: Attribute, key: &str, text: &str) -> Attribute {
    match key {
        "duration" => attribute.duration(text),
        "pause" => attribute.pause(text),
        "warmup" => attribute.warmup(text),
        "timeout" => attribute.timeout(text),
        "grace" => attribute.grace(text),
        "setup_timeout" => attribute.setup_timeout(text),
        "over" => attribute.over(text),
        "lasting" => attribute.lasting(text),
        "after" => attribute.after(text),
        "arrivals" => attribute.arrivals(text),
        "clock" | "time" => attribute.clock(text),
        "runtime" => attribute.runtime(text),
        "data_order" => attribute.data_order(text),
        _ => panic!("{key} takes no text"),
    }
}

proptest! {
    #[test]
    fn on_numbers(number in numbers()) {
        let literal = number.literal();
        let new = Attribute::new;
        for (key, rest, other) in [
            ("concurrency", "calls = 9", new().calls(9)),
            ("calls", "rps = 50", new().rps(50)),
            ("overtime", "rps = 50, calls = 9", new().rps(50).calls(9)),
            ("workers", "rps = 50, calls = 9", new().rps(50).calls(9)),
            (
                "seed",
                "rps = 50, calls = 9, arrivals = \"poisson\"",
                new().rps(50).calls(9).arrivals("poisson"),
            ),
        ] {
            agree(&format!("{rest}, {key} = {literal}"), with_number(other, key, number))?;
        }
    }

    #[test]
    fn on_rates(rate in rates()) {
        let (literal, other) = (rate.literal(), Attribute::new().calls(9));
        agree(&format!("calls = 9, rps = {literal}"), carried_out(other, "rps", &[rate]))?;
    }

    #[test]
    fn on_calls_spread_over_a_time(calls in numbers(), time in times()) {
        let other = Attribute::new().duration(time.as_str());
        agree(
            &format!("duration = {time:?}, calls = {}", calls.literal()),
            with_number(other, "calls", calls),
        )?;
    }

    #[test]
    fn on_times(text in times()) {
        for key in ["duration", "warmup", "timeout", "grace", "setup_timeout"] {
            let (rest, other) = match key {
                "duration" => ("rps = 50", Attribute::new().rps(50)),
                _ => ("rps = 50, calls = 9", Attribute::new().rps(50).calls(9)),
            };
            agree(&format!("{rest}, {key} = {text:?}"), with_text(other, key, &text))?;
        }
    }

    #[test]
    fn on_pauses(least in times(), most in times(), dots in "(\\.\\.|\\.\\.=| \\.\\. |-)") {
        for text in [least.clone(), format!("{least}{dots}{most}"), format!("{least}..{least}")] {
            let other = Attribute::new().concurrency(1).calls(9);
            agree(
                &format!("concurrency = 1, calls = 9, pause = {text:?}"),
                with_text(other, "pause", &text),
            )?;
        }
    }

    #[test]
    fn on_words(word in words()) {
        for (key, data) in
            [("arrivals", ""), ("time", ""), ("runtime", ""), ("data_order", ", data = users")]
        {
            let other = Attribute::new().rps(50).calls(9);
            agree(
                &format!("rps = 50, calls = 9, {key} = {word:?}{data}"),
                with_text(other, key, &word),
            )?;
        }
    }

    #[test]
    fn on_a_comparison(concurrency in any::<bool>()) {
        let (pace, other) = if concurrency {
            ("concurrency = 5", Attribute::new().concurrency(5))
        } else {
            ("rps = 50", Attribute::new().rps(50))
        };
        agree(&format!("{pace}, calls = 9, compare = old"), other.calls(9).compare())?;
    }

    #[test]
    fn on_a_runtime_beside_a_clock(
        runtime in prop::sample::select(Words::of::<Threads>().all()),
        clock in prop::sample::select(Words::of::<Clock>().all()),
    ) {
        agree(
            &format!("rps = 50, calls = 9, runtime = {runtime:?}, time = {clock:?}"),
            Attribute::new().rps(50).calls(9).runtime(runtime).clock(clock),
        )?;
    }

    #[test]
    fn on_thresholds(metric in metrics(), limit in limits(), sign in "(<|<=|>|>=|==|!=|=)") {
        agree(
            &format!("{MANY}, thresholds({metric} {sign} {})", limit.literal()),
            with_threshold(many(), &unescaped(&metric), &sign, &limit),
        )?;
    }

    #[test]
    fn on_relative_limits(
        metric in prop_oneof![2 => metrics(), 1 => Just("throughput".to_string())],
        sign in prop_oneof!["(<|<=)", "(<|<=|>|>=|==)"],
        parts in prop::collection::vec((prop_oneof![Just('+'), Just('-')], limits()), 0..3),
    ) {
        let written = parts.iter().map(|(sign, part)| format!(" {sign} {}", part.literal()));
        let limit = parts
            .iter()
            .fold(Against::baseline(), |limit, (sign, part)| farther(limit, *sign, part));
        agree(
            &format!("{MANY}, thresholds({metric} {sign} baseline{})", written.collect::<String>()),
            many().threshold(&unescaped(&metric), &sign, limit),
        )?;
    }

    #[test]
    fn on_modifiers(
        times in prop::array::uniform3(prop::option::of(modifying_times())),
        first in 0usize..3,
        stops: bool,
    ) {
        let words = [("over", "over"), ("for", "lasting"), ("after", "after")];
        let mut given: Vec<_> = words
            .into_iter()
            .zip(&times)
            .filter_map(|(word, time)| Some((word, time.as_ref()?)))
            .collect();
        let turns = first.min(given.len());
        given.rotate_left(turns);
        let given = || given.iter();
        let mut behind: String =
            given().map(|((word, _), time)| format!(" {word} {time:?}")).collect();
        let carry = |attribute| {
            given().fold(attribute, |attribute, ((_, method), time)| {
                with_text(attribute, method, time)
            })
        };
        let mut attribute = carry(many().threshold("p99", "<", "1s"));
        if stops {
            behind += " abort";
            attribute = attribute.abort();
        }
        agree(&format!("{MANY}, thresholds(p99 < \"1s\"{behind})"), attribute)?;
        let keys: String = given().map(|((word, _), time)| format!(", {word} = {time:?}")).collect();
        agree(
            &format!("{MANY}, abort(errors > \"5%\"{keys})"),
            carry(many().abort_if("errors", ">", "5%")),
        )?;
    }

    #[test]
    fn on_conditions_of_abort(metric in metrics(), limit in limits(), sign in "(<|<=|>|>=|==|!=)") {
        agree(
            &format!("{MANY}, abort({metric} {sign} {})", limit.literal()),
            with_abort(many(), &unescaped(&metric), &sign, &limit),
        )?;
    }

    #[test]
    fn on_stages(rates in prop::collection::vec((rates(), rates()), 1..4), text in times()) {
        let ramps: Vec<String> = rates
            .iter()
            .map(|(from, to)| format!("ramp({}, {}, {text:?})", from.literal(), to.literal()))
            .collect();
        let given = rates.iter().fold(Attribute::new(), |attribute, (from, to)| {
            let values = [from.clone(), to.clone(), AnyLimit::Text(text.clone())];
            carried_out(attribute, "ramp", &values)
        });
        agree(&format!("stages({})", ramps.join(", ")), given)?;
    }

    #[test]
    fn on_steps_and_sines(rates in prop::array::uniform3(rates()), text in times()) {
        let [first, last, height] = rates.each_ref().map(AnyLimit::literal);
        let [from, to, by] = rates;
        let time = AnyLimit::Text(text.clone());
        agree(
            &format!("steps(from = {first}, to = {last}, by = {height}, each = {text:?})"),
            carried_out(
                Attribute::new(),
                "steps",
                &[from.clone(), to.clone(), by, time.clone()],
            ),
        )?;
        agree(
            &format!("sine(from = {first}, to = {last}, period = {text:?})"),
            carried_out(Attribute::new(), "sine", &[from, to, time]),
        )?;
    }

    #[test]
    fn on_callers_over_time(callers in prop::array::uniform3(callers()), text in times()) {
        let [first, last, height] = callers.map(AnyNumber::literal);
        let [from, to, by] = callers.map(AnyLimit::Number);
        let time = AnyLimit::Text(text.clone());
        let ramp = carried_out(
            Attribute::new(),
            "callers_ramp",
            &[from.clone(), to.clone(), time.clone()],
        );
        agree(
            &format!(
                "concurrency = stages(ramp({first}, {last}, {text:?}), hold({last}, {text:?}))"
            ),
            carried_out(ramp, "callers_hold", &[to.clone(), time.clone()]),
        )?;
        agree(
            &format!(
                "concurrency = steps(from = {first}, to = {last}, by = {height}, each = {text:?})"
            ),
            carried_out(Attribute::new(), "callers_steps", &[from, to, by, time]),
        )?;
    }

    /// A literal says the number that the run time shows of it.
    #[test]
    fn on_how_a_number_is_shown(number in numbers()) {
        let literal: Expr = syn::parse_str(&number.literal()).unwrap();
        let shown = with!(number, |given| given.to_string());
        match written(&literal).map(|written| written.says) {
            Some(Says::Number(says)) => prop_assert_eq!(says, shown),
            _ => prop_assert!(false, "{} is no number", number.literal()),
        }
    }
}

#[test]
fn on_what_is_local() {
    let given = || Attribute::new().rps(50).calls(9);
    for (value, given) in
        [("true", given().local()), ("(true)", given().local()), ("false", given())]
    {
        agree(&format!("rps = 50, calls = 9, local = {value}"), given).unwrap();
    }
    for runtime in ["lanes", "multi_thread"] {
        let attribute = format!("rps = 50, calls = 9, local = true, runtime = {runtime:?}");
        agree(&attribute, given().local().runtime(runtime)).unwrap();
    }
    for value in ["1", "\"true\"", "TRUE", "!false"] {
        let attribute = format!("rps = 50, calls = 9, local = {value}");
        assert!(args::read(attribute.parse().unwrap()).is_err());
    }
}

#[test]
fn on_a_share_of_too_many_digits() {
    let attribute = format!("{MANY}, thresholds(errors < \"0.0000000000001%\")");
    assert!(args::read(attribute.parse().unwrap()).is_err());
    assert!(many().threshold("errors", "<", "0.0000000000001%").terms().is_err());
}
