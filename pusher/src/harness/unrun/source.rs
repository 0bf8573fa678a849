//! [`is_for_tests_alone`]: whether a fn is compiled for unit tests alone, as its source says.
//!
//! A build for unit tests has no trace of a `#[cfg(test)]`, so the source is read. A `mod` line
//! that a macro or a `#[path]` hides is not found: the fn is then taken for one that is always
//! compiled, as it is if its source is not there.

mod tokens;

use std::fs;
use std::iter::repeat_n;
use std::path::{Path, PathBuf};

use tokens::{Token, tokens};

/// Whether `#[cfg(test)]` stands above the fn whose attribute is in this line and column of a file,
/// above a module around it, or above the `mod` line of the file.
pub(super) fn is_for_tests_alone(file: &Path, place: (u32, u32)) -> bool {
    let Ok(source) = fs::read_to_string(file) else { return false };
    is_at(&source, place) || is_module_for_tests(file)
}

/// The same within one file.
fn is_at(source: &str, place: (u32, u32)) -> bool {
    let tokens = tokens(source);
    let marked = tokens.iter().zip(marks(&tokens));
    let mut items = marked.filter(|(token, _)| (token.line, token.column) >= place);
    items.find_map(|(_, mark)| mark).unwrap_or(false)
}

/// The same of a whole file, by the `mod` lines that name it.
fn is_module_for_tests(file: &Path) -> bool {
    let Some((module, parents)) = parents(file) else { return false };
    parents.iter().any(|parent| {
        let Ok(source) = fs::read_to_string(parent) else { return false };
        match is_declared_for_tests(&source, &module) {
            Some(is_for_tests) => is_for_tests || is_module_for_tests(parent),
            None => false,
        }
    })
}

/// Whether all `mod` lines with this name are for tests alone; none if there is none.
fn is_declared_for_tests(source: &str, module: &str) -> Option<bool> {
    let tokens = tokens(source);
    let is_its = |nth: usize| {
        let text = |nth: usize| tokens.get(nth).map(|token: &Token<'_>| token.text);
        (text(nth), text(nth + 1), text(nth + 2)) == (Some("mod"), Some(module), Some(";"))
    };
    let lines = marks(&tokens).into_iter().enumerate().filter(|(nth, _)| is_its(*nth));
    lines.filter_map(|(_, mark)| mark).reduce(|one, other| one && other)
}

/// The module of a file, and the files that may have its `mod` line.
fn parents(file: &Path) -> Option<(String, [PathBuf; 4])> {
    let folder = file.parent()?;
    let (module, folder) = match file.file_stem()?.to_str()? {
        "lib" | "main" => return None,
        "mod" => (folder.file_name()?.to_str()?, folder.parent()?),
        name => (name, folder),
    };
    let [lib, main, module_file] = ["lib.rs", "main.rs", "mod.rs"].map(|name| folder.join(name));
    Some((module.to_string(), [lib, main, module_file, folder.with_extension("rs")]))
}

/// What stands between two brackets.
#[derive(Clone, Copy, Default)]
struct Brackets {
    /// All of it is for tests alone.
    whole: bool,
    /// The item that begins or goes on is.
    item: bool,
}

/// For each token, whether it is for tests alone; none for those of attributes.
fn marks(tokens: &[Token<'_>]) -> Vec<Option<bool>> {
    let mut marks = Vec::new();
    let (mut outer, mut within) = (Vec::new(), Brackets::default());
    while let Some(token) = tokens.get(marks.len()) {
        if let Some(attribute) = attribute(&tokens[marks.len()..]) {
            let is_for_tests = demands_test(&attribute);
            match attribute[1] {
                "!" => within.whole |= is_for_tests,
                _ => within.item |= is_for_tests,
            }
            marks.extend(repeat_n(None, attribute.len()));
            continue;
        }
        let is_for_tests = within.whole || within.item;
        marks.push(Some(is_for_tests));
        match token.text {
            "{" | "(" | "[" => {
                outer.push(within);
                within = Brackets { whole: is_for_tests, item: false };
            }
            "}" => within = Brackets { item: false, ..outer.pop().unwrap_or_default() },
            ")" | "]" => within = outer.pop().unwrap_or_default(),
            ";" => within.item = false,
            _ => (),
        }
    }
    marks
}

/// The tokens of the attribute with which these begin.
fn attribute<'a>(tokens: &[Token<'a>]) -> Option<Vec<&'a str>> {
    let open = match tokens {
        [a, b, ..] if (a.text, b.text) == ("#", "[") => 1,
        [a, b, c, ..] if (a.text, b.text, c.text) == ("#", "!", "[") => 2,
        _ => return None,
    };
    let texts = tokens.iter().map(|token| token.text);
    let mut depth = 0;
    let close = texts.clone().skip(open).position(|text| {
        match text {
            "[" => depth += 1,
            "]" => depth -= 1,
            _ => (),
        }
        depth == 0
    })?;
    Some(texts.take(open + close + 1).collect())
}

/// Whether an attribute is a `cfg` that does not hold without `test`, or a `cfg_attr` that makes no
/// load without it.
fn demands_test(attribute: &[&str]) -> bool {
    match attribute {
        ["#", "[", "cfg", "(", condition @ .., ")", "]"]
        | ["#", "!", "[", "cfg", "(", condition @ .., ")", "]"] => is_false_without_test(condition),
        ["#", "[", "cfg_attr", "(", parts @ .., ")", "]"] => {
            let mut parts = between_commas(parts);
            parts.next().is_some_and(is_false_without_test)
                && parts.any(|attribute| attribute.contains(&"load"))
        }
        _ => false,
    }
}

fn is_false_without_test(condition: &[&str]) -> bool {
    match condition {
        ["test"] => true,
        ["all", "(", all @ .., ")"] => between_commas(all).any(is_false_without_test),
        _ => false,
    }
}

/// The parts between commas that are in no parentheses.
fn between_commas<'t, 's>(tokens: &'t [&'s str]) -> impl Iterator<Item = &'t [&'s str]> {
    let mut depth = 0;
    tokens.split(move |&text| {
        match text {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => (),
        }
        depth == 0 && text == ","
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place of `#[load]` in the source.
    #[track_caller]
    fn check(source: &str, is_for_tests: bool) {
        let at = source.find("#[load]").unwrap();
        let line = source[..at].matches('\n').count() + 1;
        let column = source[..at].chars().rev().take_while(|c| *c != '\n').count() + 1;
        assert_eq!(is_at(source, (line as u32, column as u32)), is_for_tests, "{source}");
    }

    #[test]
    fn a_cfg_above_the_fn_or_around_it_counts() {
        for source in [
            "#[cfg(test)] mod tests { #[load] async fn a() {} }",
            "#[cfg(test)]\n/// Words.\n#[allow(unused)]\npub(crate) mod tests {\n#[load]\nfn a() {}",
            "#[cfg(test)] mod tests { mod cart { fn b(x: [u8; 2]) {} #[load] fn a() {} } }",
            "#[cfg(test)] #[load] async fn a() {}",
            "#[load] #[cfg(test)] async fn a() {}",
            "#[cfg(all(unix, test))] mod tests { #[load] fn a() {} }",
            "#[cfg(all(all(test), any(unix, windows)))] mod tests { #[load] fn a() {} }",
            "#[load] #[cfg_attr(test, allow(a, b), pusher::load(rps = 5))] async fn a() {}",
            "#![cfg(test)]\nuse a;\n#[load] fn a() {}",
            "mod tests { #![cfg(test)] use a; #[load] fn a() {} }",
            "/* { /* { */ */ const A: &str = r#\"\"{\"#; const B: char = '{';\n\
             #[cfg(test)] mod tests { const C: &str = \"}\\\"}\"; const D: char = '\\''; // }\n\
             const E: &'static str = \"\"; #[load] fn a() {} }",
        ] {
            check(source, true);
        }
    }

    #[test]
    fn no_other_cfg_does() {
        for source in [
            "#[load] async fn a() {}",
            "mod tests { #[load] async fn a() {} }",
            "#[cfg(test)] mod tests { fn b() {} } #[load] async fn a() {}",
            "#[cfg(test)] use a::{b, c}; #[load] async fn a() {}",
            "#[cfg(test)] mod tests; #[load] async fn a() {}",
            "#[load] async fn a() {} #[cfg(test)] mod tests {}",
            "#[cfg(not(test))] #[load] async fn a() {}",
            "#[cfg(any(test, feature = \"loads\"))] mod cart { #[load] async fn a() {} }",
            "#[cfg(all(unix, not(test)))] #[load] async fn a() {}",
            "#[cfg_attr(test, allow(unused))] #[load] async fn a() {}",
            "#[cfg_attr(any(test, unix), pusher::load(rps = 5))] #[load] async fn a() {}",
            "// #[cfg(test)]\n\"#[cfg(test)]\"; r#\"#[cfg(test)]\"#; #[load] async fn a() {}",
        ] {
            check(source, false);
        }
    }

    #[test]
    fn a_file_is_for_tests_if_its_mod_line_is() {
        let check = |source, expected| assert_eq!(is_declared_for_tests(source, "tests"), expected);
        check("#[cfg(test)] mod tests;", Some(true));
        check("#[cfg(test)] #[allow(unused)] pub mod tests;", Some(true));
        check("#[cfg(test)] mod a { mod tests; }", Some(true));
        check("mod tests; #[cfg(test)] mod other;", Some(false));
        check("#[cfg(test)] mod tests; #[cfg(not(test))] mod tests;", Some(false));
        check("#[cfg(test)] mod tests {}", None);
        check("", None);
    }

    #[test]
    fn the_mod_line_stands_in_one_of_these_files() {
        let check = |file: &str, module: &str, folder: &str| {
            let (found, parents) = parents(Path::new(file)).unwrap();
            assert_eq!(found, module);
            assert_eq!(parents[0], Path::new(folder).join("lib.rs"));
            assert_eq!(parents[3], Path::new(folder).with_extension("rs"));
        };
        check("/w/src/tests.rs", "tests", "/w/src");
        check("/w/src/tests/mod.rs", "tests", "/w/src");
        check("/w/src/cart/tests.rs", "tests", "/w/src/cart");
        assert!(parents(Path::new("/w/src/lib.rs")).is_none());
    }
}
