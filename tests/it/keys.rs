//! What can be said of a load is declared once, in `pusher-load-grammar`: the tables of README.md
//! and of the attribute's documentation, `--help` and `pusher.toml` say the same.

use std::path::Path;

use pusher_load_grammar::capacity;
use pusher_load_grammar::key::{KEYS, OVERRIDES, table, table_of_overrides};

use crate::harness::{fixture, fixture_with};

/// The table stands in a text, whole and in its order.
#[track_caller]
fn has(path: &str, table: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let text = std::fs::read_to_string(root.join(path)).unwrap();
    assert!(
        text.contains(table),
        "{path} lacks the table of `cargo run -p pusher-load-grammar --example keys`:\n{table}"
    );
}

#[test]
fn the_readme_has_every_key() {
    has("README.md", &(table() + "\n"));
}

#[test]
fn the_readme_has_every_override() {
    has("README.md", &table_of_overrides());
}

#[test]
fn the_attribute_is_documented_with_every_key() {
    has("pusher/src/load.md", &(table() + "\n"));
}

#[test]
fn the_keys_of_a_search_are_documented() {
    has("README.md", &(capacity::table() + "\n"));
    has("pusher/src/capacity.md", &(capacity::table() + "\n"));
}

#[test]
fn help_has_every_override() {
    // Without its columns and line breaks.
    let help = fixture(&["--help"]).out.split_whitespace().collect::<Vec<_>>().join(" ");
    for over in OVERRIDES {
        let (name, value, variable) = (over.name, over.value, over.variable());
        let entry = format!(" --{name} {value} {} [env: {variable}] ", over.sentence);
        assert!(help.contains(&entry), "{entry}is not in {help}");
    }
}

#[test]
fn a_profile_has_every_override_and_no_other_key() {
    let package = tempfile::tempdir().unwrap();
    std::fs::write(package.path().join("pusher.toml"), "[profile.x]\nno-such = 1\n").unwrap();
    let folder = [("CARGO_MANIFEST_DIR", package.path().to_str().unwrap())];
    let ran = fixture_with(&["--list"], &folder);
    let names = OVERRIDES.map(|over| over.name).join(", ");
    let message = format!("`no-such` is no key of [profile.x]: the keys are {names}, load");
    assert!(ran.err.contains(&message), "{}", ran.err);
}

#[test]
fn a_key_that_cannot_be_overridden_has_no_flag() {
    let help = fixture(&["--help"]).out;
    for key in KEYS.iter().filter(|key| key.overridden.is_none()) {
        let flag = format!("--{} ", key.name.replace('_', "-"));
        assert!(!help.contains(&flag), "{flag}is a flag");
    }
}
