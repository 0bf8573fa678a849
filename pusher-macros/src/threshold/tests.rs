use syn::parse::Parser;

use super::*;

/// What becomes of one threshold: the arguments that are handed on, or the error.
fn outcome(tokens: &str) -> String {
    let tokens: TokenStream = tokens.parse().unwrap();
    match read.parse2(tokens) {
        Ok(conditions) => {
            conditions.iter().map(|condition| condition.arguments().to_string()).collect()
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn reads_what_pusher_reads() {
    for (tokens, arguments) in [
        (r#"p99 < "250ms""#, r#""p99" , "<" , "250ms""#),
        (r#"p99.9<="1m 30s""#, r#""p99.9" , "<=" , "1m 30s""#),
        (r#"lag.p99.09 < "1s""#, r#""lag.p99.09" , "<" , "1s""#),
        (r#"service.max > LIMIT"#, r#""service.max" , ">" , LIMIT"#),
        (r#"errors < "1%""#, r#""errors" , "<" , "1%""#),
        (r#"errors <= "100 %""#, r#""errors" , "<=" , "100 %""#),
        ("canceled == 0", r#""canceled" , "==" , 0u64"#),
        ("errors < 5", r#""errors" , "<" , 5u64"#),
        (r#"step("login").errors <= 5.0"#, r#""step(\"login\").errors" , "<=" , 5u64"#),
        (r#"count("429").total < 5"#, r#""count(\"429\").total" , "<" , 5u64"#),
        (r#"count("429").per_call < 0.5"#, r#""count(\"429\").per_call" , "<" , 0.5f64"#),
        ("throughput >= 49.5", r#""throughput" , ">=" , 49.5f64"#),
        ("throughput > 1e3", r#""throughput" , ">" , 1000u64"#),
        (r#"step("login").p95 < "100ms""#, r#""step(\"login\").p95" , "<" , "100ms""#),
        (
            r##"step(r#"log in\, (1)"#).p99.9 < LIMIT"##,
            r#""step(\"log in\\, (1)\").p99.9" , "<" , LIMIT"#,
        ),
        (r#"step("login").errors == 0"#, r#""step(\"login\").errors" , "==" , 0u64"#),
        (r#"count("bytes") > 1_000_000"#, r#""count(\"bytes\")" , ">" , 1000000u64"#),
        (r#"record("queue_depth").mean<=0.5"#, r#""record(\"queue_depth\").mean" , "<=" , 0.5f64"#),
        ("", ""),
    ] {
        assert_eq!(outcome(tokens), arguments, "{tokens}");
    }
}

/// Each is refused with these words.
fn refused<const N: usize>(cases: [(&str, &str); N]) {
    for (tokens, message) in cases {
        assert_eq!(outcome(tokens), message, "{tokens}");
    }
}

#[test]
fn a_condition_has_a_limit() {
    refused([
        (
            r#"step("login").p95"#,
            "step(\"login\").p95 has no limit: write one, such as `step(\"login\").p95 < \
             \"250ms\"`",
        ),
        (
            r#"count("bytes") >"#,
            r#"count("bytes") has no limit: write one, such as `count("bytes") > 49.5`"#,
        ),
        ("p99", r#"p99 has no limit: write one, such as `p99 < "250ms"`"#),
        ("errors <=", r#"errors has no limit: write one, such as `errors <= "1%"`"#),
    ]);
}

#[test]
fn a_comma_stands_between_two_conditions() {
    refused([
        (
            r#"p99 < "250ms" && errors < "1%""#,
            "write a `,` between two thresholds: all of them must hold",
        ),
        (
            r#"p99 < LIMIT || errors < 5 && canceled == 0"#,
            "all thresholds must hold: no `||` can stand between two of them, but a `,`",
        ),
    ]);
}

#[test]
fn a_comparison_is_one_of_five() {
    refused([
        (r#"p99 != "1s""#, "`!=` is no comparison: write one of < <= > >= =="),
        (r#"p99 = "1s""#, "`=` is no comparison: write one of < <= > >= =="),
        (r#"p99: "1s""#, "`:` is no comparison: write one of < <= > >= =="),
    ]);
}

#[test]
fn a_name_is_a_text_in_quotes_that_can_be_shown() {
    refused([
        (
            r#"step.p95 < "1s""#,
            r#"`step` has no step's name in quotes: write it as in `step("login").p95`"#,
        ),
        (
            r#"step(login).p95 < "1s""#,
            r#"`step(login)` has no step's name in quotes: write it as in `step("login").p95`"#,
        ),
        (
            "count() < 1",
            r#"`count()` has no count's name in quotes: write it as in `count("bytes")`"#,
        ),
        (
            r#"record("a", "b").max < 1"#,
            "`record(\"a\",\"b\")` has no record's name in quotes: write it as in \
             `record(\"depth\").p99`",
        ),
        (
            r#"step("").p95 < "1s""#,
            r#"the name is empty: write the one that the call gives, such as "login""#,
        ),
        (
            r#"step("a\"b").p95 < "1s""#,
            "the name \"a\\\"b\" has a quotation mark: use a name without one, here and in \
             the call",
        ),
        (
            r#"step("a\n").p95 < "1s""#,
            "the name \"a\\n\" has a control character: use a name without one, here and in \
             the call",
        ),
        (r#"steps("login").p95 < "1s""#, "`steps` is no metric: did you mean `step(..)`?"),
    ]);
}

#[test]
fn what_is_told_by_name_has_figures_of_its_own() {
    refused([
        (
            r#"step("login")"#,
            r#"`step("login")` has no figure: write one, as in `step("login").p95`"#,
        ),
        (
            r#"step("login") < "1s""#,
            r#"`step("login")` has no figure: write one, as in `step("login").p95`"#,
        ),
        (
            r#"count("bytes").p95 < 1"#,
            "`p95` is no figure of a count: write `count(\"bytes\").total` for all of it, \
             `count(\"bytes\").per_call`, or `count(\"bytes\")` for so many per second",
        ),
        (
            r#"step("login").p100 < "1s""#,
            "`p100` is no percentile: write one above p0 and below p100, or min or max",
        ),
        (
            r#"step("a").avg < "1s""#,
            "`avg` is no figure of a step: did you mean `mean`? write a percentile such as \
             p95, or min, mean, max or errors",
        ),
        (
            r#"step("a").error < "1%""#,
            "`error` is no figure of a step: did you mean `errors`? write a percentile such \
             as p95, or min, mean, max or errors",
        ),
        (
            r#"record("a").errors < 1"#,
            "`errors` is no figure of a record: write a percentile such as p95, or min, mean \
             or max",
        ),
    ]);
}

#[test]
fn a_percentile_is_above_0_and_below_100() {
    refused([
        (
            r#"p100 < "1s""#,
            "`p100` is no percentile: write one above p0 and below p100, or min or max",
        ),
        (
            r#"lag.p0 < "1s""#,
            "`p0` is no percentile: write one above p0 and below p100, or min or max",
        ),
    ]);
}

#[test]
fn a_limit_of_a_time_is_a_duration() {
    refused([
        (
            r#"p99 < "fast""#,
            "`fast` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \
             \"1m 30s\"",
        ),
        (
            "p99 < 250",
            "`250` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \
             \"1m 30s\"",
        ),
        ("p99 < 250ms", r#"`250ms` is not in quotes: write "250ms""#),
        (
            r#"step("login").p95 < 100"#,
            "`100` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \
             \"1m 30s\"",
        ),
        (r#"step("login").p95 < 100ms"#, r#"`100ms` is not in quotes: write "100ms""#),
    ]);
}

#[test]
fn a_limit_of_a_share_is_a_percentage_or_a_whole_number() {
    refused([
        (
            "errors < 0.01",
            "`0.01` is no whole number: write \"1%\" for a share, or a whole number such as 5 \
             for so many in all",
        ),
        (
            "errors < -1",
            "`-1` is no share and no whole number: write a percentage such as \"1%\", or 5 \
             for so many in all",
        ),
        (
            r#"errors < "5""#,
            "`5` has no percent sign: write \"5%\" for a share, or 5 without quotes for so \
             many in all",
        ),
        (
            r#"canceled < "101%""#,
            "`101%` is no share and no whole number: write a percentage such as \"1%\", or 5 \
             for so many in all",
        ),
        ("errors < 1%", r#"`1%` is not in quotes: write "1%""#),
        (
            r#"step("login").errors < 0.01"#,
            "`0.01` is no whole number: write \"1%\" for a share, or a whole number such as 5 \
             for so many in all",
        ),
    ]);
}

#[test]
fn a_limit_of_a_number_is_a_number() {
    refused([
        ("throughput > -1", "`-1` is no number of calls per second: write one such as 49.5"),
        (
            r#"throughput > "50""#,
            r#"`"50"` is no number of calls per second: write one such as 49.5"#,
        ),
        (r#"count("bytes") > "1MB""#, r#"`"1MB"` is no number per second: write one such as 49.5"#),
        (r#"record("depth").p99 < "9ms""#, r#"`"9ms"` is no number: write one such as 49.5"#),
    ]);
}

#[test]
fn a_limit_follows_a_base() {
    for (tokens, limit) in [
        ("p99 < baseline", ""),
        (r#"p99 < baseline + "10%""#, r#". plus ("10%")"#),
        (r#"p99 < (baseline + "10%" + ("5ms"))"#, r#". plus ("10%") . plus ("5ms")"#),
        (r#"service.mean <= baseline+LIMIT"#, ". plus (LIMIT)"),
        (r#"step("login").p95 < baseline + "5ms""#, r#". plus ("5ms")"#),
        (r#"throughput > baseline - "5%" - 2.5"#, r#". minus ("5%") . minus (2.5f64)"#),
    ] {
        let found = outcome(tokens);
        let expected = format!(", __pusher :: Against :: baseline (){}", with_spaces(limit));
        assert!(found.ends_with(&expected), "{tokens} is {found}");
        let other = outcome(&tokens.replace("baseline", "other"));
        assert!(other.contains("Against :: other ()"), "{tokens} is {other}");
    }
}

/// Tokens as they are shown: a space stands between a name and its parentheses.
fn with_spaces(tokens: &str) -> String {
    if tokens.is_empty() { String::new() } else { format!(" {tokens}") }
}

#[test]
fn a_base_stands_first_and_without_quotes() {
    let sum = "a limit begins with `baseline`, and `+` or `-` stands behind it: write `baseline + \
               \"10%\"`, `baseline + \"10%\" + \"5ms\"` or `baseline - \"5%\"`";
    refused([
        ("p99 < baseline * 1.1", sum),
        (r#"p99 < "10%" + baseline"#, sum),
        ("p99 < 2 * baseline", sum),
        (r#"p99 < baseline + baseline"#, sum),
        (r#"p99 < baseline + ("10%" + other)"#, sum),
        ("p99 < baseline + 10%", r#"`10%` is not in quotes: write "10%""#),
        (r#"p99 < baseline + 10% + "5ms""#, r#"`10%` is not in quotes: write "10%""#),
        ("p99 < baseline + 5ms", r#"`5ms` is not in quotes: write "5ms""#),
        ("p99 < baseline + true", "`true` is no limit: write one such as \"10%\""),
        (
            r#"p99 < "baseline + 10%""#,
            "`baseline` is in quotes: write it without them, as in `baseline + \"10%\"`",
        ),
        (
            r#"p99 < baseline + "10%" && errors < "1%""#,
            "write a `,` between two thresholds: all of them must hold",
        ),
    ]);
}

#[test]
fn a_limit_that_follows_a_base_is_one_for_what_gets_worse() {
    refused([
        (r#"p99 > other + "10%""#, "a time gets worse as it rises: write `p99 < other + \"10%\"`"),
        (
            r#"p99 < baseline - "10%""#,
            "a limit that is better than `baseline` is met by chance alone, if at all: write \
             `p99 < baseline + \"10%\"`",
        ),
        (
            r#"p99 < baseline + "10%" + "20%""#,
            "two percentages stand after `baseline`: write their sum",
        ),
        (
            "p99 < baseline + 10",
            "`10` is no percentage and no time: write one in quotes, such as \"10%\" or \"5ms\"",
        ),
    ]);
}
