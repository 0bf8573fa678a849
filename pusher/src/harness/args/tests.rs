use std::collections::HashMap;

use super::*;
use crate::harness::results::Results;

/// `args` are separated by spaces; `env` is `NAME=value`.
fn parse(args: &str, env: &[&str]) -> Result<Args, EarlyExit> {
    let env: HashMap<&str, &str> = env.iter().map(|set| set.split_once('=').unwrap()).collect();
    Args::parse(args.split(' ').filter(|arg| !arg.is_empty()).map(OsString::from), |name| {
        env.get(name).map(OsString::from)
    })
}

#[track_caller]
fn given(args: &str) -> Args {
    parse(args, &[]).unwrap_or_else(|exit| panic!("{args}: {exit:?}"))
}

#[track_caller]
fn check_wrong(args: &str, env: &[&str], message: &str) {
    match parse(args, env) {
        Err(EarlyExit::Mistake(text)) => assert_eq!(text, message, "{args} {env:?}"),
        other => panic!("{args} {env:?}: {other:?}"),
    }
}

#[track_caller]
fn check_selected(args: &str, names: &[&str]) {
    const ALL: [&str; 4] = ["cart::add", "cart::add_two", "checkout", "search"];
    let args = given(args);
    let (selected, skipped): (Vec<&str>, Vec<&str>) =
        ALL.into_iter().partition(|name| args.selects(&[name.to_string()]));
    assert_eq!(selected, names, "{args:?}");
    // libtest-mimic sees it the same way.
    let libtest = args.libtest(skipped.into_iter().map(str::to_string).collect());
    let trial = |name: &str| libtest_mimic::Trial::test(name, || Ok(()));
    assert!(
        ALL.iter().all(|name| libtest.is_filtered_out(&trial(name)) != names.contains(name)),
        "{libtest:?}"
    );
}

/// A farm runs whole, whichever of its loads is named.
#[test]
fn a_test_goes_by_the_names_of_its_loads_too() {
    let names = ["shop", "shop::cart::add", "shop::buy", "cart::__pusher_add", "__pusher_checkout"]
        .map(str::to_string);
    for (filters, selected) in [
        ("shop", true),
        ("--exact shop", true),
        ("add", true),
        ("shop::buy --exact", true),
        ("buy --exact", false),
        ("--skip buy", false),
        ("shop --skip cart::add", false),
        ("--exact shop --skip shop::buy", false),
        // As an editor calls a load.
        ("cart::__pusher_add --exact", true),
        ("__pusher_checkout", true),
        ("--skip __pusher_checkout", false),
        ("pusher", false),
        ("checkout", false),
        ("--skip pusher", true),
    ] {
        assert_eq!(given(filters).selects(&names), selected, "{filters}");
    }
}

#[test]
fn filters_are_those_of_libtest() {
    check_selected("", &["cart::add", "cart::add_two", "checkout", "search"]);
    check_selected("add", &["cart::add", "cart::add_two"]);
    check_selected("search two", &["cart::add_two", "search"]);
    check_selected("cart::add search nothing --exact", &["cart::add", "search"]);
    check_selected("cart --skip two --skip=check", &["cart::add"]);
    check_selected("--exact --skip cart::add", &["cart::add_two", "checkout", "search"]);
    check_selected("--skip --exact add", &["cart::add", "cart::add_two"]);
    check_selected("-- --exact", &[]);
    check_selected("-- add -- -", &["cart::add", "cart::add_two"]);
    check_selected("nothing", &[]);
}

#[test]
fn flags_get_through_to_libtest_mimic() {
    let check = |args: &str, is: fn(&Arguments) -> bool| {
        let libtest = given(args).libtest(vec!["b".to_string()]);
        assert!(is(&libtest), "{args}: {libtest:?}");
        assert_eq!(libtest.filter, None, "{args}");
        assert_eq!(libtest.test_threads, None, "{args}");
    };
    check("", |libtest| {
        !libtest.list && !libtest.quiet && libtest.format.is_none() && libtest.color.is_none()
    });
    check("--list", |libtest| libtest.list && !libtest.ignored);
    check("--list --format terse", |libtest| {
        libtest.list && libtest.format == Some(FormatSetting::Terse)
    });
    check("--list --format terse --ignored", |libtest| libtest.list && libtest.ignored);
    check("a --nocapture --exact", |libtest| libtest.exact && libtest.skip == ["b"]);
    check("--include-ignored", |libtest| libtest.include_ignored && !libtest.ignored);
    check("-q", |libtest| libtest.quiet);
    check("--quiet -qq --quiet", |libtest| libtest.quiet);
    check("--quiet --format=json", |libtest| {
        !libtest.quiet && libtest.format == Some(FormatSetting::Json)
    });
    check("--format json --format pretty", |libtest| libtest.format == Some(FormatSetting::Pretty));
    check("--color never --color=always", |libtest| libtest.color == Some(ColorSetting::Always));
    check("--color auto", |libtest| libtest.color == Some(ColorSetting::Auto));
    check("--color never", |libtest| libtest.color == Some(ColorSetting::Never));
    check("--test", |libtest| libtest.test && !libtest.bench);
    check("--bench", |libtest| !libtest.bench && !libtest.test);
    check("--test --bench", |libtest| libtest.test && !libtest.bench);
}

#[test]
fn takes_all_that_libtest_takes() {
    for args in [
        "--no-capture",
        "--nocapture",
        "--show-output",
        "--report-time",
        "--ensure-time",
        "--exclude-should-panic",
        "--force-run-in-process",
        "--test-threads 1",
        "--test-threads=64",
        "-Z unstable-options",
        "-Zunstable-options",
        "-qZ unstable-options",
        "-Z=unstable-options",
        "--Z unstable-options",
        "--q",
    ] {
        let args = given(args);
        assert_eq!(args.filters, [""; 0], "{args:?}");
        assert_eq!(args.notices, [""; 0], "{args:?}");
        assert!(!args.fail_fast, "{args:?}");
    }
    assert!(given("--fail-fast").fail_fast);
    assert_eq!(given("-").filters, ["-"]);
}

#[test]
fn says_what_it_does_not_do() {
    let check = |args: &str, notices: &[&str]| assert_eq!(given(args).notices, notices, "{args}");
    check(
        "--format junit",
        &["pusher: --format junit is not supported: results are printed as pretty"],
    );
    check("--shuffle-seed 7", &["pusher: shuffled; --shuffle-seed 7 repeats this order"]);
    check("--list --format junit --shuffle", &[]);
    assert_eq!(given("--format junit").libtest(Vec::new()).format, Some(FormatSetting::Pretty));
}

#[test]
fn a_logfile_that_cannot_be_made_is_an_error() {
    let made = |args: &str| Results::new(given(args).logfile.as_deref()).map(drop);
    let path = std::env::temp_dir().join("pusher-no-such-folder").join("log");
    let flag = format!("--logfile {}", path.display());
    assert_eq!(made(""), Ok(()));
    assert_eq!(made(&format!("{flag} --list")), Ok(()), "a list is for standard output");
    let error = made(&flag).unwrap_err();
    assert!(error.starts_with(&format!("cannot write --logfile {}: ", path.display())), "{error}");
}

#[test]
fn shuffles_by_seed() {
    assert_eq!(given("").seed, None);
    assert!(given("--shuffle").seed.is_some());
    assert_eq!(given("--shuffle-seed=7 --shuffle").seed, Some(7));
    assert_eq!(given("--shuffle --shuffle-seed 7").seed, Some(7));
    let shuffled = |seed| {
        let mut items: Vec<u32> = (0..20).collect();
        shuffle(&mut items, seed);
        items
    };
    assert_eq!(shuffled(1), shuffled(1));
    assert_ne!(shuffled(1), shuffled(2));
    assert_ne!(shuffled(1), (0..20).collect::<Vec<_>>());
    let mut sorted = shuffled(3);
    sorted.sort_unstable();
    assert_eq!(sorted, (0..20).collect::<Vec<_>>());
    shuffle::<u32>(&mut [], 1);
}

#[test]
fn a_wrong_flag_says_what_to_give() {
    check_wrong("--rsp 5", &[], "--rsp is no flag: did you mean --rps?");
    check_wrong("--nocaptuer", &[], "--nocaptuer is no flag: did you mean --nocapture?");
    check_wrong("--include", &[], "--include is no flag: did you mean --include-ignored?");
    check_wrong("--durations=5s", &[], "--durations is no flag: did you mean --duration?");
    let all = "the flags are --rps, --rps-scale, --duration, --calls, --concurrency, --overtime, \
               --warmup, --timeout, --grace, --seed, --thresholds, --profile, --report-dir, \
               --save-baseline, --baseline, --baseline-dir, --confirm, --list, --exact, --skip, \
               --ignored, --include-ignored, --test, --bench, --fail-fast, --shuffle, \
               --shuffle-seed, --quiet, --format, --color, --logfile, --help, --test-threads, \
               --no-capture, --nocapture, --show-output, --report-time, --ensure-time, \
               --exclude-should-panic, --force-run-in-process, -Z";
    check_wrong("--bogus-words", &[], &format!("--bogus-words is no flag: {all}"));
    check_wrong("-qx", &[], &format!("-x is no flag: {all}"));
    check_wrong("-é", &[], &format!("-é is no flag: {all}"));
    check_wrong("--nocapture=1", &[], "--nocapture takes no value, but has `1`: write --nocapture");
    check_wrong("-Z", &[], "-Z has no value: write -Z unstable-options");
    check_wrong("--skip", &[], "--skip has no value: write --skip FILTER");
    check_wrong("--rps", &[], "--rps has no value: write --rps RATE");
    check_wrong("--color red", &[], "--color is red: give auto, always or never");
    check_wrong("--format xml", &[], "--format is xml: give pretty, terse, json or junit");
    check_wrong("--test-threads 0", &[], "--test-threads is 0: give a number above 0");
    check_wrong("--test-threads all", &[], "--test-threads is all: give a whole number, such as 4");
    check_wrong("--shuffle-seed x", &[], "--shuffle-seed is x: give a whole number, such as 4");
    check_wrong(
        "--ignored --include-ignored",
        &[],
        "--ignored and --include-ignored exclude each other: give one of them",
    );
}

#[test]
fn help_has_every_flag_once() {
    let Err(EarlyExit::Help(help)) = parse("a --help --rps 5", &[]) else { panic!("no help") };
    assert_eq!(parse("-qh", &[]).unwrap_err(), EarlyExit::Help(help.clone()));
    assert!(
        help.starts_with("Usage: cargo test --test NAME -- [OPTIONS] [FILTERS...]\n"),
        "{help}"
    );
    assert!(
        help.contains("\n  --rps RATE                    One rate, such as 50 or 7/m; it replaces a shape too\n"),
        "{help}"
    );
    assert!(
        help.contains("\n  -q, --quiet                   Print one character for each test"),
        "{help}"
    );
    assert!(
        help.contains(
            "\n                                relative DIR is below the package's folder"
        ),
        "{help}"
    );
    let idle =
        "  --exclude-should-panic        Accepted, without effect: loads have no `#[should_panic]`";
    assert!(help.contains(&format!("\n{idle}\n")), "{help}");
    assert!(help.lines().all(|line| line.len() <= 100), "{help}");
    assert_eq!(help.lines().filter(|line| line.starts_with("  -")).count(), 41);
    for name in [
        "RPS",
        "RPS_SCALE",
        "DURATION",
        "CALLS",
        "CONCURRENCY",
        "OVERTIME",
        "WARMUP",
        "TIMEOUT",
        "GRACE",
        "SEED",
        "THRESHOLDS",
        "PROFILE",
        "SAVE_BASELINE",
        "BASELINE",
        "BASELINE_DIR",
        "CONFIRM",
    ] {
        assert_eq!(help.matches(&format!("[env: PUSHER_{name}]")).count(), 1, "{name}: {help}");
    }
    assert!(help.contains("folder [env: PUSHER_REPORT_DIR]\n"), "{help}");
}

#[cfg(unix)]
#[test]
fn what_is_no_text_is_shown_byte_for_byte() {
    use std::os::unix::ffi::OsStringExt;

    let broken = || OsString::from_vec(b"caf\xe9".to_vec());
    let wrong = |args: Vec<OsString>, env: Option<OsString>| {
        Args::parse(args, |_| env.clone()).unwrap_err()
    };
    assert_eq!(
        wrong(vec!["a".into(), broken()], None),
        EarlyExit::Mistake(r#"argument 2 is not UTF-8: "caf\xE9""#.to_string())
    );
    assert_eq!(
        wrong(vec![], Some(broken())),
        EarlyExit::Mistake(r#"PUSHER_RPS is not UTF-8: "caf\xE9""#.to_string())
    );
}
