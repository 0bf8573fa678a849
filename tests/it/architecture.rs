//! The invariants of ARCHITECTURE.md that can be read off the sources, each with a line that would
//! break it.

mod files;
mod rings;
mod source;

use std::fs;

use source::{
    Source, after, bracketed, fails, hold, is_of_a_word, pusher, read, root, source, word,
};

/// Each wing imports from those before it. `lib.rs`, which names all, and `private`, for expanded
/// code, stand outside.
const WINGS: [&str; 7] = ["plan", "engine", "statistics", "verdict", "report", "work", "harness"];

/// Where a foreign crate may be named: a folder, a file, or a file with its child modules.
const HOMES: [(&str, &[&str]); 13] = [
    ("basic_toml", &["harness/overrides/profile/toml"]),
    ("hdrhistogram", &["statistics/distribution"]),
    ("inventory", &["harness/registry", "private"]),
    ("libm", &["plan/schedule/sine"]),
    ("libtest_mimic", &["harness"]),
    ("loom", &["engine/sync", "engine/model", "statistics/call_queue"]),
    ("pin_project_lite", &["engine/call", "private"]),
    ("pusher_load_grammar", &["plan"]),
    ("pusher_load_macros", &["lib"]),
    (
        "rustix",
        &[
            "engine/alarm",
            "engine/process",
            "engine/thread_state",
            "engine/timer_slack",
            "report/progress",
            "harness/home",
        ],
    ),
    ("serde", &["statistics", "verdict", "report", "harness/overrides/profile/toml"]),
    ("serde_json", &["report/json", "report/saved"]),
    ("tokio", &["plan/target", "engine", "report/progress", "work", "harness", "private"]),
];

/// What reads a clock, does I/O or waits.
const IMPURE: [&str; 9] = [
    "Instant::now",
    "SystemTime",
    "std::fs",
    "std::io",
    "std::net",
    "std::thread",
    "std::env",
    "std::process",
    "sleep",
];

#[test]
fn wings_import_one_way_only() {
    hold(&pusher(), wings_in_order);
    let lib =
        || source("lib.rs", "pub use report::{Asked, Report};\npub use work::{farm, force, work};");
    let breaks = |path: &str, text: &str, what: &str| {
        fails(
            &[lib(), source(path, text)],
            wings_in_order,
            &format!("pusher/src/{path}:2: {what}"),
        );
    };
    breaks(
        "plan/offer.rs",
        "\nuse crate::engine::run::Run;",
        "`plan` names `engine`, which comes after it",
    );
    breaks(
        "verdict/judge.rs",
        "// first\nfn f(_: crate::report::Report) {}",
        "`verdict` names `report`, which comes after it",
    );
    breaks(
        "report/mod.rs",
        "\nuse super::work::begin;",
        "`report` names `work`, which comes after it",
    );
    breaks(
        "statistics/errors/mask.rs",
        "\nuse super::super::super::verdict;",
        "`statistics` names `verdict`, which comes after it",
    );
    breaks(
        "engine/run.rs",
        "\nuse crate::Report;",
        "`engine` names `report`, which comes after it",
    );
    breaks(
        "work.rs",
        "\nuse crate::{harness, plan};",
        "`crate::{..}` hides which wings are named: write a `use` for each",
    );
    let fine = "use crate::plan::error;\nuse super::plan::Tick;\n// crate::report\nconst A: &str = \"crate::report\";";
    assert_eq!(wings_in_order(&[lib(), source("engine/run.rs", fine)]), [""; 0]);
}

fn wings_in_order(sources: &[Source]) -> Vec<String> {
    let exports = sources
        .iter()
        .find(|source| source.path == "lib.rs")
        .map(|lib| exports(&lib.whole))
        .unwrap_or_default();
    let mut broken = Vec::new();
    for source in sources {
        let Some(own) = WINGS.iter().position(|wing| *wing == source.wing()) else { continue };
        // How many `super`s lead to the crate's root.
        let depth = source.path.split('/').filter(|part| *part != "mod.rs").count();
        let to_root = format!("{}::", vec!["super"; depth].join("::"));
        let paths = ["crate::", &to_root].into_iter().flat_map(|root| after(&source.whole, root));
        for (at, rest) in paths {
            let name = word(rest);
            let wing =
                exports.iter().find(|(export, _)| *export == name).map_or(name, |(_, wing)| wing);
            if rest.starts_with('{') {
                broken.push(source.broken(
                    at,
                    "`crate::{..}` hides which wings are named: write a `use` for each",
                ));
            } else if WINGS.iter().position(|other| *other == wing).is_some_and(|other| other > own)
            {
                broken.push(
                    source.broken(
                        at,
                        &format!("`{}` names `{wing}`, which comes after it", WINGS[own]),
                    ),
                );
            }
        }
    }
    broken
}

/// What the crate's root exports, with the wing from which it comes.
fn exports(lib: &str) -> Vec<(&str, &str)> {
    let mut exports = Vec::new();
    for (_, rest) in after(lib, "pub use ") {
        let path = rest.split(';').next().unwrap_or_default();
        let wing = word(path);
        let names = path
            .rsplit("::")
            .next()
            .unwrap_or_default()
            .trim_matches(['{', '}'])
            .split(',')
            .map(str::trim);
        // A wing of the same name as an export is meant where a path goes on.
        exports.extend(names.filter(|name| *name != wing).map(|name| (name, wing)));
    }
    exports
}

#[test]
fn the_engine_gossips_and_work_alone_listens() {
    hold(&pusher(), one_listener);
    let breaks = |path: &str, text: &str, what: &str| {
        fails(&[source(path, text)], one_listener, &format!("pusher/src/{path}:1: {what}"));
    };
    breaks("engine/run.rs", "fn f(_: &Statistics) {}", "the engine does not measure: it gossips");
    breaks(
        "engine/run.rs",
        "use crate::statistics::Seen;",
        "the engine does not measure: it gossips",
    );
    breaks(
        "harness/trial.rs",
        "let all = Statistics::new();",
        "only work.rs knows that statistics is built in",
    );
    assert_eq!(one_listener(&[source("work.rs", "let all = Statistics::new();")]), [""; 0]);
}

fn one_listener(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources {
        if source.wing() == "engine" {
            let named = ["Statistics", "statistics::"]
                .into_iter()
                .flat_map(|name| after(&source.whole, name));
            broken.extend(
                named.map(|(at, _)| source.broken(at, "the engine does not measure: it gossips")),
            );
        } else if source.wing() != "work" {
            let made = after(&source.code, "Statistics::new");
            broken.extend(made.map(|(at, _)| {
                source.broken(at, "only work.rs knows that statistics is built in")
            }));
        }
    }
    broken
}

#[test]
fn plan_and_verdict_are_pure() {
    hold(&pusher(), pure);
    let breaks = |path: &str, text: &str, what: &str| {
        fails(
            &[source(path, text)],
            pure,
            &format!("pusher/src/{path}:2: `{what}` is a clock or I/O: plan and verdict compute"),
        );
    };
    breaks(
        "plan/target.rs",
        "use tokio::time::Instant;\nlet now = Instant::now();",
        "Instant::now",
    );
    breaks("verdict/judge.rs", "\nuse std::fs::File;", "std::fs");
    breaks(
        "plan/schedule.rs",
        "#[cfg(test)] mod tests { }\nstd::thread::yield_now()",
        "std::thread",
    );
    breaks("plan/schedule.rs", "\nuse std::{fmt, io};", "std::io");
    assert_eq!(
        pure(&[source(
            "plan/time.rs",
            "#[cfg(test)]\nmod tests {\n    fn f() { std::fs::read(\"}\") }\n}"
        )]),
        [""; 0]
    );
    assert_eq!(
        pure(&[
            source("verdict/judge/tests.rs", "use std::fs;"),
            source("engine/run.rs", "use std::fs;")
        ]),
        [""; 0]
    );
}

fn pure(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources.iter().filter(|source| ["plan", "verdict"].contains(&source.wing())) {
        let mut report = |at, what: &str| {
            broken.push(
                source.broken(at, &format!("`{what}` is a clock or I/O: plan and verdict compute")),
            )
        };
        for what in IMPURE {
            after(&source.code, what).for_each(|(at, _)| report(at, what));
        }
        // `use std::{fmt, io}` and the like.
        for (at, rest) in after(&source.code, "std::{") {
            let names =
                rest.split('}').next().unwrap_or_default().split([',', ':', '{']).map(str::trim);
            names
                .map(|name| format!("std::{name}"))
                .filter(|name| IMPURE.contains(&name.as_str()))
                .for_each(|name| report(at, &name));
        }
    }
    broken
}

#[test]
fn one_foreign_crate_one_home() {
    hold(&pusher(), foreign_crates_at_home);
    for (name, path) in [
        ("libtest_mimic", "work.rs"),
        ("inventory", "harness/entrance.rs"),
        ("hdrhistogram", "statistics/mod.rs"),
        ("rustix", "engine/worker.rs"),
        ("serde_json", "report/text.rs"),
        ("pusher_load_grammar", "harness/main.rs"),
        ("tokio", "plan/time.rs"),
        ("tokio", "verdict/judge.rs"),
        ("tokio", "statistics/mod.rs"),
        ("serde", "engine/gossip.rs"),
        ("basic_toml", "harness/overrides/profile.rs"),
        ("pusher_load_macros", "private.rs"),
    ] {
        let broken = format!("pusher/src/{path}:3: `{name}` has its home in ");
        fails(&[source(path, &format!("\n\nuse {name}::Thing;"))], foreign_crates_at_home, &broken);
        fails(
            &[source(path, &format!("\n\nlet thing = ::{name}::thing();"))],
            foreign_crates_at_home,
            &broken,
        );
    }
    let submit = |text| foreign_crates_at_home(&[source("private.rs", text)]);
    assert_eq!(submit("pub use inventory::submit;"), [""; 0]);
    assert_eq!(
        submit("use inventory::iter;"),
        ["pusher/src/private.rs:1: of `inventory`, `submit` alone is for expanded code"]
    );
    for (path, text) in [
        ("harness/args/flags.rs", "use libtest_mimic::Trial;"),
        ("statistics/errors/tests.rs", "serde_json::to_string(&1)"),
        ("plan/time.rs", "use super::serde::thing;\n#[cfg(test)]\nmod tests { use tokio::time; }"),
    ] {
        assert_eq!(foreign_crates_at_home(&[source(path, text)]), [""; 0]);
    }
}

fn foreign_crates_at_home(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources {
        for (name, homes) in HOMES {
            let named = after(&source.code, &format!("{name}::"))
                .chain(after(&source.code, &format!("use {name};")));
            for (at, rest) in named.filter(|(at, _)| !is_within_a_path(&source.code, *at)) {
                if !homes.iter().any(|home| source.is_in(home)) {
                    broken.push(
                        source
                            .broken(at, &format!("`{name}` has its home in {}", homes.join(", "))),
                    );
                } else if name == "inventory"
                    && source.wing() == "private"
                    && word(rest) != "submit"
                {
                    broken.push(
                        source.broken(at, "of `inventory`, `submit` alone is for expanded code"),
                    );
                }
            }
        }
    }
    broken
}

/// Whether `super::` or the like stands before it, so that it is a module of ours.
fn is_within_a_path(code: &str, at: usize) -> bool {
    code[..at].strip_suffix("::").is_some_and(|before| before.ends_with(is_of_a_word))
}

#[test]
fn every_foreign_crate_has_a_home() {
    let manifest = fs::read_to_string(root().join("pusher/Cargo.toml")).unwrap();
    let mut in_dependencies = false;
    for line in manifest.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with('[') {
            in_dependencies = line.ends_with("dependencies]") && line != "[dev-dependencies]";
        } else if let Some(name) =
            line.split(['.', ' ', '=']).next().filter(|name| in_dependencies && !name.is_empty())
        {
            let name = name.replace('-', "_");
            assert!(
                HOMES.iter().any(|(placed, _)| *placed == name),
                "`{name}` has no home: say in tests/it/architecture.rs where it is used"
            );
        }
    }
}

#[test]
fn expanded_code_names_only_private_and_core() {
    let sources = [read("pusher-macros/src"), read("pusher/src")].concat();
    assert!(
        sources.iter().map(|source| expansions(&source.code).count()).sum::<usize>() > 20,
        "the expansions are not found any more"
    );
    hold(&sources, expansions_name_little);
    let breaks = |text: &str, what: &str| {
        let source = Source::new("pusher-macros/src", "expand.rs", &format!("\n{text}"));
        fails(
            &[source],
            expansions_name_little,
            &format!("pusher-macros/src/expand.rs:2: expanded code names `{what}`"),
        );
    };
    breaks("quote!(::std::option::Option::None)", "::std");
    breaks("quote_spanned! {here=> let x: ::alloc::string::String; }", "::alloc");
    breaks("quote!(a(b, c) < ::tokio::spawn)", "::tokio");
    breaks("quote!(std::mem::drop(x))", "std::");
    breaks("quote!(__pusher::Load, crate::Load)", "crate::");
    breaks("macro_rules! main { () => { $crate::work() } }", "$crate::work");
    breaks("macro_rules! main { () => { ::std::env!(\"A\") } }", "::std");
    let fine =
        "quote!(::core::clone::Clone::clone(&x), __pusher::Setup, #pick::pick); use ::std::fmt;";
    assert_eq!(
        expansions_name_little(&[Source::new("pusher-macros/src", "expand.rs", fine)]),
        [""; 0]
    );
}

fn expansions_name_little(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources {
        for (from, expansion) in expansions(&source.code) {
            let mut report = |at: usize, what: String| {
                broken.push(source.broken(from + at, &format!("expanded code names `{what}`")))
            };
            for (at, rest) in after(expansion, "::") {
                let before = expansion[..at].trim_end();
                // Behind a word, a generic or an interpolation, it goes on with a path.
                let begins = !before.ends_with(is_of_a_word) && !before.ends_with('>')
                    || before.ends_with("=>");
                // Between the parts of a pattern, `$($part:ident)::+`, it begins nothing.
                let begins = begins && !rest.starts_with('+');
                if begins && !["core", "pusher"].contains(&word(rest)) {
                    report(at, format!("::{}", word(rest)));
                }
            }
            for name in ["std::", "alloc::", "tokio::", "crate::"] {
                let named = after(expansion, name)
                    .filter(|(at, _)| !expansion[..*at].ends_with(['$', ':']));
                named.for_each(|(at, _)| report(at, name.to_string()));
            }
            let ours = after(expansion, "$crate::").filter(|(_, rest)| word(rest) != "__private");
            ours.for_each(|(at, rest)| report(at, format!("$crate::{}", word(rest))));
        }
    }
    broken
}

/// What `quote!` and `quote_spanned!` make, and the macros that are exported, each from its first
/// bracket to its last.
fn expansions(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let macros =
        ["main", "read_main", "shared_setup", "suite"].map(|name| format!("macro_rules! {name} "));
    let begins = ["quote!", "quote_spanned!"].map(str::to_string).into_iter().chain(macros);
    let begins = begins.flat_map(|macro_| after(code, &macro_));
    begins.filter_map(|(_, rest)| {
        let from = code.len() - rest.len();
        let length = bracketed(rest)?;
        Some((from, &code[from..from + length]))
    })
}

#[test]
fn no_crate_of_ours_is_unsafe() {
    let manifest = |path: &str| fs::read_to_string(root().join(path).join("Cargo.toml")).unwrap();
    let has = |text: &str, table: &str, line: &str| {
        let lines = text.lines().skip_while(|found| *found != table).skip(1);
        lines.take_while(|found| !found.starts_with('[')).any(|found| found == line)
    };
    let workspace = manifest(".");
    assert!(
        has(&workspace, "[workspace.lints.rust]", "unsafe_code = \"forbid\""),
        "Cargo.toml: the lint that forbids unsafe code is gone"
    );
    let members = workspace
        .lines()
        .find_map(|line| line.strip_prefix("members = ["))
        .unwrap()
        .trim_end_matches(']');
    for member in members.split(", ").map(|member| member.trim_matches('"')) {
        assert!(
            has(&manifest(member), "[lints]", "workspace = true"),
            "{member}/Cargo.toml: `[lints] workspace = true` is missing"
        );
    }
    for (text, found) in [
        ("[lints]\nworkspace = true", true),
        ("[lints]\n[x]\nworkspace = true", false),
        ("workspace = true", false),
    ] {
        assert_eq!(has(text, "[lints]", "workspace = true"), found, "{text}");
    }
}
