use std::fs;

use super::*;

const KEYS_THERE_ARE: &str = "rps, rps-scale, duration, calls, concurrency, overtime, warmup, \
                              timeout, grace, seed, thresholds, inconclusive";

#[track_caller]
fn check_wrong(text: &str, message: &str) {
    assert_eq!(Profiles::read("pusher.toml", text).unwrap_err(), message, "{text}");
}

#[test]
fn a_key_that_means_nothing_is_an_error_with_its_line() {
    let mean = |line: u32, key: &str, table: &str, meant: &str| {
        format!("pusher.toml:{line}: `{key}` is no key of [{table}]: did you mean `{meant}`?")
    };
    check_wrong(
        "\n[profile.smoke]\ndurration = '2s'",
        &mean(3, "durration", "profile.smoke", "duration"),
    );
    check_wrong(
        "[profile.smoke]\nrps_scale = 2",
        &mean(2, "rps_scale", "profile.smoke", "rps-scale"),
    );
    check_wrong(
        "[profile.smoke]\nload = {}\n[profile.smoke.laod.x]",
        &mean(3, "laod", "profile.smoke", "load"),
    );
    check_wrong(
        "[profile.smoke.load.'cart::add']\nthreshold = 'off'",
        &mean(2, "threshold", "profile.smoke.load.\"cart::add\"", "thresholds"),
    );
    check_wrong(
        "[profile.smoke]\nsetup = 'x'",
        &format!(
            "pusher.toml:2: `setup` is no key of [profile.smoke]: the keys are {KEYS_THERE_ARE}, \
             load"
        ),
    );
    check_wrong(
        "profile.smoke.load.a.load = 1",
        &format!(
            "pusher.toml:1: `load` is no key of [profile.smoke.load.a]: the keys are \
             {KEYS_THERE_ARE}"
        ),
    );
}

#[test]
fn what_is_outside_of_any_profile_is_led_into_one() {
    check_wrong(
        "# mine\n\n[smoke]\nrps = 1",
        "pusher.toml:3: `smoke` is outside of any profile: write [profile.smoke]",
    );
    check_wrong(
        "[profiles.smoke]\nrps = 1",
        "pusher.toml:1: `profiles` is outside of any profile: write [profile.smoke]",
    );
    check_wrong(
        "[Profile.\"a b\".load.cart]\nrps = 1",
        "pusher.toml:1: `Profile` is outside of any profile: write [profile.\"a b\"]",
    );
    check_wrong(
        "[smoke.load.cart]\nrps = 1",
        "pusher.toml:1: `smoke` is outside of any profile: write [profile.smoke]",
    );
    check_wrong(
        "[smoke]",
        "pusher.toml:1: `smoke` is outside of any profile: write [profile.smoke]",
    );
    check_wrong(
        "rps = 1",
        "pusher.toml:1: `rps` is outside of any profile: write it below [profile.default], or \
         below another profile",
    );
}

#[test]
fn a_profile_and_what_it_has_for_a_load_are_tables() {
    check_wrong(
        "profile = 3",
        "pusher.toml:1: profile is 3: write [profile.NAME] and its keys below that line",
    );
    check_wrong(
        "[[profile.smoke]]",
        "pusher.toml:1: profile.smoke is a list: write [profile.smoke] and its keys below that \
         line",
    );
    check_wrong(
        "[profile.a]\nload = 'x'",
        "pusher.toml:2: profile.a.load is \"x\": write [profile.a.load.NAME] and its keys below \
         that line",
    );
    check_wrong(
        "profile.a.load.x = 5",
        "pusher.toml:1: profile.a.load.x is 5: write [profile.a.load.x] and its keys below that \
         line",
    );
}

#[test]
fn two_keys_of_which_one_holds_are_an_error_with_its_line() {
    check_wrong(
        "[profile.smoke]\nrps = 5\n\nrps-scale = 0.1",
        "pusher.toml:4: rps and rps-scale in [profile.smoke] exclude each other: give one of them",
    );
}

#[test]
fn what_is_not_toml_is_told_in_the_words_of_its_parser() {
    check_wrong(
        "[profile.smoke\nrps = 5",
        "pusher.toml is not TOML: expected a right bracket, found a newline at line 1 column 15",
    );
}

#[test]
fn a_wrong_value_is_told_in_the_words_of_the_flag() {
    let check = |pair: &str, what: &str| {
        check_wrong(&format!("[profile.smoke]\n{pair}"), &format!("pusher.toml:2: {what}"))
    };
    let no_rate = "give a number above 0 and up to 1000000000, such as 50 or 0.5";
    check("rps = 0", &format!("rps in [profile.smoke] is 0: {no_rate}"));
    let or_text = ", or a text such as \"7/m\" or \"100/3s\"";
    check("rps = 'x'", &format!("rps in [profile.smoke] is x: {no_rate}{or_text}"));
    check("rps = '7/x'", &format!("rps in [profile.smoke] is 7/x: {no_rate}{or_text}"));
    check("rps = [50]", &format!("rps in [profile.smoke] is a list: {no_rate}{or_text}"));
    check("rps = nan", &format!("rps in [profile.smoke] is NaN: {no_rate}"));
    check(
        "rps-scale = -0.1",
        "rps-scale in [profile.smoke] is -0.1: give a number above 0 and up to 1000000000, such \
         as 0.1",
    );
    let no_time =
        "is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \"1m 30s\"";
    check("duration = 2", &format!("duration in [profile.smoke]: `2` {no_time}"));
    check("duration = '0s'", "duration in [profile.smoke] is zero: give a time, such as \"30s\"");
    check("grace = true", &format!("grace in [profile.smoke]: `true` {no_time}"));
    check("warmup = { a = 1 }", &format!("warmup in [profile.smoke]: `a table` {no_time}"));
    check(
        "overtime = 1.5",
        "overtime in [profile.smoke] is 1.5: give a whole number of calls, such as 10",
    );
    check(
        "concurrency = 0",
        "concurrency in [profile.smoke] is 0: give a whole number from 1 to 100000, such as 20",
    );
    check(
        "calls = '7'",
        "calls in [profile.smoke] is \"7\": give a whole number above 0, such as 10000",
    );
    check(
        "seed = -1",
        "seed in [profile.smoke] is -1: give a whole number from 0 to 18446744073709551615, such \
         as 7",
    );
    check(
        "thresholds = false",
        "thresholds in [profile.smoke] is false: give \"on\" or \"counts\"",
    );
    check("thresholds = 'no'", "thresholds in [profile.smoke] is no: give \"on\" or \"counts\"");
    check("load.'a::b'.rps = 0", &format!("rps in [profile.smoke.load.\"a::b\"] is 0: {no_rate}"));
}

#[test]
fn a_profile_that_is_not_there_is_told_with_those_that_are() {
    let choose = |text: &str, name: &str| {
        let given = SourcedText { source: "--profile".to_string(), text: name.to_string() };
        let chosen = Profiles::read("pusher.toml", text).unwrap().choose(Some(&given));
        chosen.map(|profiles| profiles.into_iter().map(|profile| profile.name).collect::<Vec<_>>())
    };
    let file = "[profile.soak]\n[profile.default]\n[profile.smoke]\n";
    assert_eq!(choose(file, "smoke").unwrap(), ["smoke", "default"]);
    assert_eq!(choose(file, "default").unwrap(), ["default"]);
    assert_eq!(choose("", "default").unwrap(), [""; 0], "`default` is always there");
    let wrong = |text, name| choose(text, name).unwrap_err();
    assert_eq!(
        wrong(file, "smok"),
        "--profile is smok, which pusher.toml does not have: did you mean smoke? It has soak, \
         default, smoke"
    );
    assert_eq!(
        wrong(file, "x"),
        "--profile is x, which pusher.toml does not have: it has soak, default, smoke"
    );
    assert_eq!(
        wrong("", "x"),
        "--profile is x, which pusher.toml does not have: it has no profile"
    );
}

/// A workspace with a package, below a folder that is no part of it.
#[test]
fn the_file_is_beside_the_package_or_above_it_in_the_workspace() {
    let outside = std::env::temp_dir().join(format!("pusher-profile-{}", std::process::id()));
    let workspace = outside.join("workspace");
    let package = workspace.join("crates/shop");
    fs::create_dir_all(&package).unwrap();
    let write = |folder: &Path, text: &str| fs::write(folder.join(FILE), text).unwrap();
    let names = |folder: &Path| {
        Profiles::of_package(folder).map(|profiles| {
            profiles.all.into_iter().map(|profile| profile.name).collect::<Vec<_>>()
        })
    };

    write(&outside, "[profile.outside]");
    assert_eq!(
        names(&package).unwrap(),
        [""; 0],
        "without Cargo.lock, only the package's folder is searched"
    );
    fs::write(workspace.join("Cargo.lock"), "").unwrap();
    assert_eq!(names(&package).unwrap(), [""; 0]);
    let asked = SourcedText { source: "PUSHER_PROFILE".to_string(), text: "smoke".to_string() };
    let [one, two, three] = [&package, &workspace.join("crates"), &workspace]
        .map(|folder| folder.display().to_string());
    let none = format!(
        "PUSHER_PROFILE is smoke, but there is no pusher.toml: looked in {one}, {two}, {three}"
    );
    assert_eq!(Profiles::of_package(&package).unwrap().choose(Some(&asked)).unwrap_err(), none);

    write(&workspace, "[profile.all]");
    assert_eq!(names(&package).unwrap(), ["all"]);
    write(&package, "[profile.shop]");
    assert_eq!(names(&package).unwrap(), ["shop"]);
    assert_eq!(names(&workspace).unwrap(), ["all"]);

    write(&package, "rps = 1");
    let path = package.join(FILE).display().to_string();
    assert!(
        names(&package)
            .unwrap_err()
            .starts_with(&format!("{path}:1: `rps` is outside of any profile"))
    );
    fs::remove_file(package.join(FILE)).unwrap();
    fs::create_dir(package.join(FILE)).unwrap();
    assert!(names(&package).unwrap_err().starts_with(&format!("cannot read {path}: ")));
    fs::remove_dir_all(outside).unwrap();
}
