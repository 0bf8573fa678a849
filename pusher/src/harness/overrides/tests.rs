use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use super::*;
use crate::plan::attribute::Attribute;
use crate::plan::curve::{Curve, read_level};
use crate::plan::level::Level;
use crate::plan::rate::{Rate, Rps};
use crate::plan::terms::Pace;
use crate::plan::words::{Arrivals, Inconclusive, Judging};

const NO_RATE: &str = "give a number above 0 and up to 1000000000, such as 50 or 0.5";
const NO_TIME: &str =
    "is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \"1m 30s\"";
const MINUTE: Duration = Duration::from_secs(60);

fn rate(text: &str) -> Level {
    read_level("steps", text).unwrap()
}

fn open(curve: Curve) -> Pace {
    Pace::Open { curve, arrivals: Arrivals::Uniform }
}

fn constant(rps: impl Rate) -> Pace {
    open(Curve::Constant(Rps::new(rps).unwrap()))
}

fn closed(concurrency: u64) -> Pace {
    Pace::Closed { concurrency, pause: Default::default() }
}

/// 10, 20 and 30 calls a second, for so many milliseconds each.
fn steps(millis: u64) -> Pace {
    open(Curve::steps(rate("10"), rate("30"), rate("10"), Duration::from_millis(millis)).unwrap())
}

/// `args` are flags with values, `--rps 5` or `--rps=5`; `env` is `NAME=value`.
fn read(args: &str, env: &[&str]) -> Result<Overrides, String> {
    let flags: HashMap<&str, &str> = args
        .split("--")
        .skip(1)
        .map(|flag| flag.trim_end().split_once([' ', '=']).unwrap())
        .collect();
    let env: HashMap<&str, &str> = env.iter().map(|set| set.split_once('=').unwrap()).collect();
    Overrides::read(
        |flag| flags.get(flag).map(|value| value.to_string()),
        |name| env.get(name).map(OsString::from),
    )
}

#[track_caller]
fn check_wrong(args: &str, env: &[&str], message: &str) {
    assert_eq!(read(args, env).unwrap_err(), message, "{args} {env:?}");
}

/// The terms of `cart::add` in the test `cart`, a load of a minute at this pace.
fn terms(overrides: &Overrides, pace: Pace) -> Result<Terms, String> {
    let mut terms = Terms::new(pace, Some(MINUTE));
    overrides.apply(&["cart::add", "cart"], &mut terms).map(|()| terms)
}

/// The overrides of these flags and variables, and of a `pusher.toml` with this text.
fn overrides(args: &str, env: &[&str], file: &str) -> Overrides {
    let mut overrides = read(args, env).unwrap();
    overrides.take(Profiles::read("pusher.toml", file).unwrap()).unwrap();
    overrides
}

#[test]
fn every_key_comes_into_the_terms_by_flag_by_variable_and_by_profile() {
    let check = |key: &str, value: &str, pace: Pace, is: &dyn Fn(&Terms) -> bool| {
        let variable = format!("PUSHER_{}={value}", key.to_uppercase().replace('-', "_"));
        for toml in [format!("{key} = {value}"), format!("{key} = '{value}'")] {
            let Ok(profiles) = Profiles::read("pusher.toml", &format!("[profile.default]\n{toml}"))
            else {
                continue;
            };
            let by_flag = overrides(&format!("--{key} {value}"), &[], "");
            let by_variable = overrides("", &[&variable], "");
            let mut by_profile = overrides("", &[], "");
            by_profile.take(profiles).unwrap();
            for (overrides, source) in [
                (by_flag, format!("--{key}")),
                (by_variable, variable.split('=').next().unwrap().to_string()),
                (by_profile, "profile default".to_string()),
            ] {
                let terms = terms(&overrides, pace.clone()).unwrap();
                assert!(is(&terms), "{source}: {terms:?}");
                let said = &terms.settings.said[0];
                assert_eq!(said.key, key);
                assert_eq!(said.value, value);
                assert_eq!(said.source, source);
                assert_eq!(said.unused, None);
            }
            return;
        }
        panic!("pusher.toml does not take {key}");
    };
    let seconds = |seconds| Duration::from_secs(seconds);
    check("rps", "0.1", constant(50.0), &|terms| terms.pace == constant(0.1));
    check("rps", "7/m", constant(50.0), &|terms| terms.pace == constant("7/m"));
    check("rps-scale", "0.1", constant(50.0), &|terms| terms.pace == constant(5.0));
    check("duration", "2s", constant(50.0), &|terms| terms.duration == Some(seconds(2)));
    check("calls", "7", constant(50.0), &|terms| terms.calls == Some(7));
    check("concurrency", "9", closed(2), &|terms| terms.pace == closed(9));
    check("overtime", "0", constant(50.0), &|terms| terms.offer.overtime == 0);
    check("warmup", "2m", constant(50.0), &|terms| terms.offer.warmup == seconds(120));
    check("timeout", "3s", constant(50.0), &|terms| terms.offer.timeout == Some(seconds(3)));
    check("grace", "0s", constant(50.0), &|terms| terms.offer.grace == seconds(0));
    let at_random =
        Pace::Open { curve: Curve::Constant(Rps::new(50).unwrap()), arrivals: Arrivals::Poisson };
    check("seed", "18446744073709551615", at_random, &|terms| terms.seed == Some(u64::MAX));
    check("thresholds", "counts", constant(50.0), &|terms| terms.judging == Judging::Counts);
    check("inconclusive", "pass", constant(50.0), &|terms| {
        terms.inconclusive == Inconclusive::Pass
    });
    check("inconclusive", "fail", constant(50.0), &|terms| {
        terms.inconclusive == Inconclusive::Fail
    });
    let off = terms(&overrides("--thresholds off", &[], ""), constant(50.0)).unwrap();
    assert_eq!(off.judging, Judging::Counts);
    assert_eq!(shown(&off), ["thresholds counts (--thresholds)"]);
    let nothing = terms(&overrides("", &[], ""), constant(50.0)).unwrap();
    assert_eq!(nothing.pace, constant(50.0));
    assert_eq!(nothing.duration, Some(MINUTE));
    assert_eq!(nothing.judging, Judging::On);
    assert_eq!(nothing.inconclusive, Inconclusive::Fail);
    assert_eq!(nothing.seed, None);
    assert_eq!(nothing.settings.said, []);
    assert_eq!(nothing.settings.profile, None);
}

#[test]
fn a_flag_wins_over_its_variable_and_an_empty_variable_is_none() {
    let check = |args: &str, env: &[&str], said: &[&str]| {
        let terms = terms(&overrides(args, env, ""), constant(50.0)).unwrap();
        assert_eq!(shown(&terms), said, "{args} {env:?}");
    };
    check("--rps=7 --rps 8", &[], &["rps 8 (--rps)"]);
    check("--rps 7", &["PUSHER_RPS=many"], &["rps 7 (--rps)"]);
    check("", &["PUSHER_RPS=1e3", "PUSHER_DURATION="], &["rps 1000 (PUSHER_RPS)"]);
    check("--rps 1_000 --overtime 1_000", &[], &["rps 1000 (--rps)", "overtime 1000 (--overtime)"]);
    check(
        "--rps 100/3s",
        &["PUSHER_CALLS=1_0"],
        &["rps 100/3s (--rps)", "calls 10 (PUSHER_CALLS)"],
    );
    check(
        "--duration 90s",
        &["PUSHER_OVERTIME=3"],
        &["duration 1m 30s (--duration)", "overtime 3 (PUSHER_OVERTIME)"],
    );
    let folder = |args: &str, env: &[&str]| read(args, env).unwrap().report_dir;
    assert_eq!(
        folder("--report-dir=/a=b", &["PUSHER_REPORT_DIR=out"]).as_deref(),
        Some(Path::new("/a=b"))
    );
    assert_eq!(folder("", &["PUSHER_REPORT_DIR=out"]).as_deref(), Some(Path::new("out")));
    assert_eq!(folder("", &["PUSHER_REPORT_DIR="]), None);
}

fn shown(terms: &Terms) -> Vec<String> {
    terms
        .settings
        .said
        .iter()
        .map(|said| format!("{} {} ({})", said.key, said.value, said.source))
        .collect()
}

/// From the strongest to the weakest, each takes over when those before it have gone.
#[test]
fn a_key_is_taken_from_the_strongest_that_has_it() {
    const FILE: &str = "\
        [profile.default]\nduration = '1s'\novertime = 1\n\
        [profile.default.load.cart]\nduration = '2s'\n\
        [profile.default.load.'cart::add']\nduration = '3s'\n\
        [profile.soak]\nduration = '4s'\n\
        [profile.soak.load.cart]\nduration = '5s'\n\
        [profile.soak.load.'cart::add']\nduration = '6s'\n\
        [profile.soak.load.other]\nduration = '9s'\n";
    let mut file = FILE.to_string();
    let check = |args: &str, env: &[&str], file: &str, said: &str| {
        let terms = terms(&overrides(args, env, file), constant(50.0)).unwrap();
        assert_eq!(shown(&terms)[0], said);
        assert_eq!(shown(&terms)[1], "overtime 1 (profile default)");
        assert_eq!(terms.settings.profile, args.contains("--profile").then(|| "soak".to_string()));
    };
    check(
        "--duration 8s --profile soak",
        &["PUSHER_DURATION=7s"],
        &file,
        "duration 8s (--duration)",
    );
    check(
        "--profile soak",
        &["PUSHER_DURATION=7s", "PUSHER_PROFILE=gone"],
        &file,
        "duration 7s (PUSHER_DURATION)",
    );
    for (seconds, source) in [
        (6, "profile soak for cart::add"),
        (5, "profile soak for cart"),
        (4, "profile soak"),
        (3, "profile default for cart::add"),
        (2, "profile default for cart"),
        (1, "profile default"),
    ] {
        check("--profile soak", &[], &file, &format!("duration {seconds}s ({source})"));
        file = file.replace(&format!("duration = '{seconds}s'\n"), "");
        if seconds == 4 {
            check("", &[], FILE, "duration 3s (profile default for cart::add)");
        }
        file += "\n";
        if seconds == 1 {
            break;
        }
    }
}

#[test]
fn a_rate_makes_void_what_weaker_ones_multiply_it_with() {
    const FILE: &str = "\
        [profile.tenth]\nrps-scale = 0.1\n[profile.ten]\nrps = 10\n\
        [profile.ten.load.cart]\nrps-scale = 3\n\
        [profile.own]\nrps-scale = 3\n[profile.own.load.cart]\nrps = 20\n";
    let check = |args: &str, env: &[&str], rps: f64, said: &[&str]| {
        let terms = terms(&overrides(args, env, FILE), constant(50.0)).unwrap();
        assert_eq!(terms.pace.clone(), constant(rps), "{args}");
        assert_eq!(shown(&terms), said, "{args}");
    };
    check("--profile tenth", &[], 5.0, &["rps-scale 0.1 (profile tenth)"]);
    check("--profile tenth --rps 7", &[], 7.0, &["rps 7 (--rps)"]);
    check("--rps 7", &["PUSHER_RPS_SCALE=2"], 7.0, &["rps 7 (--rps)"]);
    check(
        "--rps-scale 2",
        &["PUSHER_RPS=7"],
        14.0,
        &["rps 7 (PUSHER_RPS)", "rps-scale 2 (--rps-scale)"],
    );
    check("--profile tenth --rps-scale 2", &[], 100.0, &["rps-scale 2 (--rps-scale)"]);
    check(
        "--profile ten",
        &[],
        30.0,
        &["rps 10 (profile ten)", "rps-scale 3 (profile ten for cart)"],
    );
    check("--profile own", &[], 20.0, &["rps 20 (profile own for cart)"]);
    check("--rps 7", &["PUSHER_RPS=9", "PUSHER_RPS_SCALE=2"], 7.0, &["rps 7 (--rps)"]);
    check_wrong(
        "--rps 7 --rps-scale 2",
        &[],
        "--rps and --rps-scale exclude each other: give one of them",
    );
    let both = ["PUSHER_RPS=7", "PUSHER_RPS_SCALE=2"];
    check_wrong("", &both, "PUSHER_RPS and PUSHER_RPS_SCALE exclude each other: give one of them");
}

#[test]
fn shapes_are_stretched_and_scaled_and_closed_loops_have_no_rate() {
    let check = |args: &str, pace: Pace, expected: Pace, seconds: u64, unused: &[(&str, &str)]| {
        let terms = terms(&read(args, &[]).unwrap(), pace).unwrap();
        assert_eq!(terms.pace, expected, "{args}");
        assert_eq!(terms.duration, Some(Duration::from_secs(seconds)), "{args}");
        let found: Vec<_> =
            terms.settings.said.iter().filter_map(|said| Some((said.key, said.unused?))).collect();
        assert_eq!(found, unused, "{args}");
    };
    check("--duration 3s", steps(20_000), steps(1_000), 3, &[]);
    check("--rps 5", steps(20_000), constant(5.0), 60, &[]);
    let scaled =
        open(Curve::steps(rate("1"), rate("3"), rate("1"), Duration::from_secs(1)).unwrap());
    check("--duration 3s --rps-scale 0.1", steps(20_000), scaled, 3, &[]);
    let no_rate = "a closed loop has no rate";
    check("--rps 5 --duration 3s", closed(3), closed(3), 3, &[("rps", no_rate)]);
    let unused = [
        ("rps-scale", no_rate),
        ("overtime", "a closed loop has as many calls in flight as callers"),
    ];
    check("--rps-scale 5 --overtime 7", closed(3), closed(3), 60, &unused);
    check("--seed 5", constant(50.0), constant(50.0), 60, &[("seed", "nothing here is random")]);
    check(
        "--concurrency 5",
        constant(50.0),
        constant(50.0),
        60,
        &[("concurrency", "an open loop has no callers")],
    );
}

/// Of an open loop at 50/s, of stairs from 10/s to 30/s, and of a closed loop of 3 callers, for a
/// minute each.
#[test]
fn what_asks_for_less_than_there_is_makes_it_smaller() {
    let check = |pace: Pace, args: &str, shortened: bool| {
        let terms = terms(&read(args, &[]).unwrap(), pace).unwrap();
        assert_eq!(terms.settings.shortened, shortened, "{args}");
        terms.settings.whole_ticks
    };
    for (args, shortened) in [
        ("--rps 49", true),
        ("--rps 50", false),
        ("--rps 100", false),
        ("--rps-scale 0.5", true),
        ("--rps-scale 2", false),
        ("--duration 59s", true),
        ("--duration 2m", false),
        ("--calls 2999", true),
        ("--calls 3000", false),
        ("--concurrency 1", false),
        ("--timeout 1s", false),
        ("--thresholds counts", false),
    ] {
        assert_eq!(check(constant(50.0), args, shortened), Some(3_000), "{args}");
    }
    for (args, shortened) in
        [("--rps 29", true), ("--rps 30", false), ("--calls 1199", true), ("--calls 1200", false)]
    {
        assert_eq!(check(steps(20_000), args, shortened), Some(1_200), "{args}");
    }
    for (args, shortened) in [
        ("--concurrency 2", true),
        ("--concurrency 4", false),
        ("--calls 7", true),
        ("--duration 59s", true),
        ("--rps 1", false),
    ] {
        assert_eq!(check(closed(3), args, shortened), None, "{args}");
    }
    // Callers over time have a length of their own.
    for (args, shortened) in [
        ("--concurrency 19", true),
        ("--concurrency 20", false),
        ("--duration 69s", true),
        ("--duration 70s", false),
    ] {
        let callers = Attribute::new().callers_ramp(0, 20, "10s").callers_hold(20, "1m");
        let mut terms = callers.terms().unwrap();
        read(args, &[]).unwrap().apply(&["cart::add", "cart"], &mut terms).unwrap();
        assert_eq!(terms.settings.shortened, shortened, "{args}");
    }
}

#[test]
fn a_scale_that_leads_too_far_says_so() {
    let wrong = |args: &str, pace| terms(&read(args, &[]).unwrap(), pace).unwrap_err();
    let rest = "is a rate above 1000000000, or has more than 16 digits behind the point";
    assert_eq!(
        wrong("--rps-scale 1e8", constant(50.0)),
        format!("rps-scale 100000000 (--rps-scale): 50/s times 100000000 {rest}")
    );
    let sine = open(Curve::sine(rate("0.0000001"), rate("5"), MINUTE).unwrap());
    let small = format!(
        "rps-scale 0.0000000001 (--rps-scale): 0.0000001 → 5 → 0.0000001/s in 1m times \
         0.0000000001 {rest}"
    );
    assert_eq!(wrong("--rps-scale 0.0000000001", sine), small);
}

#[test]
fn a_wrong_rate_says_where_it_was_given() {
    for (value, is) in
        [("0", "0"), ("-1", "-1"), ("inf", "inf"), ("NaN", "NaN"), ("1000000001", "1000000001")]
    {
        check_wrong(&format!("--rps {value}"), &[], &format!("--rps is {is}: {NO_RATE}"));
        check_wrong(
            "",
            &[&format!("PUSHER_RPS={value}")],
            &format!("PUSHER_RPS is {is}: {NO_RATE}"),
        );
    }
    let or_text = ", or a text such as \"7/m\" or \"100/3s\"";
    for value in ["many", "7/x", "0/m"] {
        check_wrong(
            &format!("--rps {value}"),
            &[],
            &format!("--rps is {value}: {NO_RATE}{or_text}"),
        );
    }
    check_wrong(
        "--rps-scale 0",
        &[],
        "--rps-scale is 0: give a number above 0 and up to 1000000000, such as 0.1",
    );
}

#[test]
fn a_wrong_time_says_where_it_was_given() {
    check_wrong("--duration soon", &[], &format!("--duration: `soon` {NO_TIME}"));
    check_wrong("", &["PUSHER_DURATION=10"], &format!("PUSHER_DURATION: `10` {NO_TIME}"));
    check_wrong("--duration=0s", &[], "--duration is zero: give a time, such as \"30s\"");
    check_wrong("--warmup x", &[], &format!("--warmup: `x` {NO_TIME}"));
    check_wrong("--timeout 0s", &[], "--timeout is zero: give a time, such as \"30s\"");
    check_wrong("--grace 5", &[], &format!("--grace: `5` {NO_TIME}"));
}

#[test]
fn a_wrong_number_says_where_it_was_given() {
    check_wrong("--calls 0", &[], "--calls is 0: give a whole number above 0, such as 10000");
    check_wrong("--calls x", &[], "--calls is x: give a whole number above 0, such as 10000");
    check_wrong(
        "--concurrency 0",
        &[],
        "--concurrency is 0: give a whole number from 1 to 100000, such as 20",
    );
    check_wrong(
        "",
        &["PUSHER_CONCURRENCY=x"],
        "PUSHER_CONCURRENCY is x: give a whole number from 1 to 100000, such as 20",
    );
    check_wrong(
        "--overtime 1.5",
        &[],
        "--overtime is 1.5: give a whole number of calls, such as 10",
    );
    check_wrong(
        "",
        &["PUSHER_OVERTIME=-1"],
        "PUSHER_OVERTIME is -1: give a whole number of calls, such as 10",
    );
    check_wrong(
        "--seed x",
        &[],
        "--seed is x: give a whole number from 0 to 18446744073709551615, such as 7",
    );
}

#[test]
fn a_wrong_text_says_where_it_was_given() {
    check_wrong("--thresholds none", &[], "--thresholds is none: give \"on\" or \"counts\"");
    check_wrong("--inconclusive ok", &[], "--inconclusive is ok: give \"pass\" or \"fail\"");
    check_wrong("--report-dir=", &[], "--report-dir is empty: give a value, or leave the flag out");
    check_wrong("--profile=", &[], "--profile is empty: give a value, or leave the flag out");
}

#[test]
fn a_load_that_is_not_here_is_told_if_it_looks_like_one_that_is() {
    const FILE: &str = "\
        [profile.default.load.chekout]\n[profile.default.load.cart]\n\
        [profile.default.load.checkout]\n\
        [profile.smoke.load.chekout]\n[profile.smoke.load.elsewhere]\n[profile.soak.load.seerch]\n";
    let names = ["checkout", "cart::add", "cart::drop", "search"];
    let lines = |args| overrides(args, &[], FILE).strangers(&names);
    let said = |load: &str, meant: &str| {
        format!("pusher.toml: this test binary has no load `{load}`: did you mean `{meant}`?")
    };
    assert_eq!(lines("--profile smoke"), [said("chekout", "checkout"), said("cart", "cart::add")]);
    assert_eq!(
        lines("--profile soak"),
        [said("seerch", "search"), said("chekout", "checkout"), said("cart", "cart::add")]
    );
    assert_eq!(overrides("", &[], "").strangers(&names), [""; 0]);
}
