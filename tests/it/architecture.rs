//! The invariants of ARCHITECTURE.md that can be read off the sources, each with a line that would
//! break it.

use std::fs;
use std::path::{Path, PathBuf};

/// Each wing imports from those before it. `lib.rs`, which names all, and `private`, for expanded
/// code, stand outside.
const WINGS: [&str; 7] = ["plan", "engine", "statistics", "verdict", "report", "work", "harness"];

/// Where a foreign crate may be named: a folder, a file, or a file with its child modules.
const PLACES: [(&str, &[&str]); 12] = [
    ("basic_toml", &["harness/profile/toml"]),
    ("hdrhistogram", &["statistics/distribution"]),
    ("inventory", &["harness/registry", "private"]),
    ("libm", &["plan/schedule/sine"]),
    ("libtest_mimic", &["harness"]),
    ("loom", &["engine/sync", "engine/model"]),
    ("pusher_load_grammar", &["plan"]),
    ("pusher_load_macros", &["lib"]),
    ("rustix", &["engine/pacer"]),
    ("serde", &["statistics", "verdict", "report", "harness/profile/toml"]),
    ("serde_json", &["report/json"]),
    ("tokio", &["plan/target", "engine", "work", "harness", "private"]),
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
        } else if source.path != "work.rs" {
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
fn one_foreign_crate_one_place() {
    hold(&pusher(), foreign_crates_in_their_places);
    for (name, path) in [
        ("libtest_mimic", "work.rs"),
        ("inventory", "harness/main.rs"),
        ("hdrhistogram", "statistics/mod.rs"),
        ("rustix", "engine/worker.rs"),
        ("serde_json", "report/text.rs"),
        ("pusher_load_grammar", "harness/main.rs"),
        ("tokio", "plan/time.rs"),
        ("tokio", "verdict/judge.rs"),
        ("tokio", "statistics/mod.rs"),
        ("serde", "engine/gossip.rs"),
        ("basic_toml", "harness/profile.rs"),
        ("pusher_load_macros", "private.rs"),
    ] {
        let broken = format!("pusher/src/{path}:3: `{name}` has its place in ");
        fails(
            &[source(path, &format!("\n\nuse {name}::Thing;"))],
            foreign_crates_in_their_places,
            &broken,
        );
        fails(
            &[source(path, &format!("\n\nlet thing = ::{name}::thing();"))],
            foreign_crates_in_their_places,
            &broken,
        );
    }
    let submit = |text| foreign_crates_in_their_places(&[source("private.rs", text)]);
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
        assert_eq!(foreign_crates_in_their_places(&[source(path, text)]), [""; 0]);
    }
}

fn foreign_crates_in_their_places(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources {
        for (name, places) in PLACES {
            let named = after(&source.code, &format!("{name}::"))
                .chain(after(&source.code, &format!("use {name};")));
            for (at, rest) in named.filter(|(at, _)| !is_within_a_path(&source.code, *at)) {
                if !places.iter().any(|place| source.is_in(place)) {
                    broken.push(
                        source.broken(
                            at,
                            &format!("`{name}` has its place in {}", places.join(", ")),
                        ),
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
fn every_foreign_crate_has_a_place() {
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
                PLACES.iter().any(|(placed, _)| *placed == name),
                "`{name}` has no place: say in tests/it/architecture.rs where it is used"
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
    let begins = ["quote!", "quote_spanned!", "macro_rules! main"]
        .into_iter()
        .flat_map(|macro_| after(code, macro_));
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

#[test]
fn comments_texts_and_tests_are_no_code() {
    for (text, code) in [
        ("a // b\nc", "a     \nc"),
        ("a /* b /* c */ \n */ d", "a              \n    d"),
        (r#"f("a\"b", 'c', '\'', b"d")"#, r#"f("    ", ' ', '  ', b" ")"#),
        ("r#\"a\"b\"# r\"c\" r#type", "r#\"   \"# r\" \" r#type"),
        ("fn f<'a>(x: &'a str) -> '_ {}", "fn f<'a>(x: &'a str) -> '_ {}"),
    ] {
        assert_eq!(without_texts(text), code);
    }
    for (text, code) in [
        ("a\n#[cfg(test)]\nmod tests;\nb", "a\n            \n          \nb"),
        ("#[cfg(test)] mod tests { fn f() {} }b", "                                    b"),
        ("#[cfg(unix)] mod a {}", "#[cfg(unix)] mod a {}"),
    ] {
        assert_eq!(without_tests(text.to_string()), code);
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// A file of ours, in which everything stands where it stood: what is left out is blank.
#[derive(Clone)]
struct Source {
    folder: &'static str,
    /// Below the folder.
    path: String,
    /// Without comments and the insides of texts.
    whole: String,
    /// The same, without tests.
    code: String,
}

impl Source {
    fn new(folder: &'static str, path: &str, text: &str) -> Source {
        let whole = without_texts(text);
        let is_test = path.ends_with("/tests.rs");
        let code = if is_test { String::new() } else { without_tests(whole.clone()) };
        Source { folder, path: path.to_string(), whole, code }
    }

    /// The module at the crate's root to which it belongs.
    fn wing(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }

    /// Whether it is a module or a part of one, such as `report/json` or `harness`.
    fn is_in(&self, place: &str) -> bool {
        self.path.strip_prefix(place).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }

    fn broken(&self, at: usize, rule: &str) -> String {
        let line = self.whole[..at].matches('\n').count() + 1;
        format!("{}/{}:{line}: {rule}", self.folder, self.path)
    }
}

fn source(path: &str, text: &str) -> Source {
    Source::new("pusher/src", path, text)
}

fn pusher() -> Vec<Source> {
    read("pusher/src")
}

/// All files of a folder and of those below it.
fn read(folder: &'static str) -> Vec<Source> {
    let base = root().join(folder);
    let (mut folders, mut sources) = (vec![base.clone()], Vec::new());
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                let path = entry.strip_prefix(&base).unwrap().to_string_lossy().replace('\\', "/");
                sources.push(Source::new(folder, &path, &fs::read_to_string(&entry).unwrap()));
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(sources.len() > 5, "{folder} has moved");
    sources
}

#[track_caller]
fn hold(sources: &[Source], rule: fn(&[Source]) -> Vec<String>) {
    let broken = rule(sources);
    assert!(broken.is_empty(), "ARCHITECTURE.md says otherwise:\n{}", broken.join("\n"));
}

/// The rule sees what breaks it, once.
#[track_caller]
fn fails(sources: &[Source], rule: fn(&[Source]) -> Vec<String>, message: &str) {
    let broken = rule(sources);
    assert!(broken.len() == 1 && broken[0].starts_with(message), "{broken:?} is not `{message}`");
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The word with which a text begins.
fn word(text: &str) -> &str {
    text.split(|c| !is_of_a_word(c)).next().unwrap_or_default()
}

/// Where a piece of code stands, not as the end of a longer word, and what comes after it.
fn after<'a>(code: &'a str, piece: &str) -> impl Iterator<Item = (usize, &'a str)> + use<'a> {
    let found: Vec<usize> = code.match_indices(piece).map(|(at, _)| at).collect();
    let (length, begins_with_word) = (piece.len(), piece.starts_with(is_of_a_word));
    let is_whole = move |at: &usize| !(begins_with_word && code[..*at].ends_with(is_of_a_word));
    found.into_iter().filter(is_whole).map(move |at| (at, &code[at + length..]))
}

/// How far it is to the end of the brackets that open next.
fn bracketed(code: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn blank(text: &str) -> String {
    text.chars()
        .map(|c| if c == '\n' { "\n".to_string() } else { " ".repeat(c.len_utf8()) })
        .collect()
}

/// Blanks comments and what stands in quotes.
fn without_texts(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (kept, blanked, closing) =
            token(rest, code.ends_with(is_of_a_word)).unwrap_or((c.len_utf8(), 0, 0));
        code.push_str(&rest[..kept]);
        code.push_str(&blank(&rest[kept..kept + blanked]));
        code.push_str(&rest[kept + blanked..kept + blanked + closing]);
        rest = &rest[kept + blanked + closing..];
    }
    code
}

/// Of a comment or a literal at the begin of the text: how long its opening is, its inside, and its
/// end.
fn token(text: &str, is_within_a_word: bool) -> Option<(usize, usize, usize)> {
    if text.starts_with("//") {
        return Some((0, text.find('\n').unwrap_or(text.len()), 0));
    }
    if text.starts_with("/*") {
        let mut depth = 0;
        let end = (0..text.len()).find(|at| {
            let rest = &text.as_bytes()[*at..];
            depth += i32::from(rest.starts_with(b"/*")) - i32::from(rest.starts_with(b"*/"));
            depth == 0
        });
        return Some((0, end.map_or(text.len(), |end| end + 2), 0));
    }
    let hashes =
        text.strip_prefix('r').map_or(0, |rest| rest.len() - rest.trim_start_matches('#').len());
    if text.starts_with('r') && !is_within_a_word && text[1 + hashes..].starts_with('"') {
        let end = format!("\"{}", "#".repeat(hashes));
        let inside = text[2 + hashes..].find(&end)?;
        return Some((2 + hashes, inside, end.len()));
    }
    let quote = text.chars().next().filter(|c| ['"', '\''].contains(c))?;
    let mut is_escaped = false;
    let inside = text[1..].find(|c| {
        let ends = c == quote && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        ends
    })?;
    // A lifetime has no second quote, or one that is far away.
    let is_char = text[1..].starts_with('\\') || text[1..=inside].chars().count() == 1;
    (quote == '"' || is_char).then_some((1, inside, 1))
}

/// Blanks each item under `#[cfg(test)]`.
fn without_tests(mut code: String) -> String {
    const TEST: &str = "#[cfg(test)]";
    while let Some(from) = code.find(TEST) {
        let item = &code[from + TEST.len()..];
        let end = match (item.find(';'), item.find('{')) {
            (Some(end), Some(body)) if end < body => end + 1,
            (Some(end), None) => end + 1,
            (_, Some(body)) => body + bracketed(&item[body..]).unwrap_or(item.len() - body),
            (None, None) => item.len(),
        };
        let blanked = blank(&code[from..from + TEST.len() + end]);
        code.replace_range(from..from + TEST.len() + end, &blanked);
    }
    code
}
