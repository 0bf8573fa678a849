//! What the rules of the architecture read: a [`Source`], a file with its comments, texts and
//! tests left out.

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf()
}

/// A file of ours, in which everything stands where it stood: what is left out is blank.
#[derive(Clone)]
pub(crate) struct Source {
    pub(crate) folder: &'static str,
    /// Below the folder.
    pub(crate) path: String,
    /// As it was written.
    pub(crate) text: String,
    /// Without comments and the insides of texts.
    pub(crate) whole: String,
    /// The same, without tests.
    pub(crate) code: String,
}

impl Source {
    pub(crate) fn new(folder: &'static str, path: &str, text: &str) -> Source {
        let whole = without_texts(text);
        let is_test = path.ends_with("/tests.rs");
        let code = if is_test { String::new() } else { without_tests(whole.clone()) };
        Source { folder, path: path.to_string(), text: text.to_string(), whole, code }
    }

    /// The module at the crate's root to which it belongs.
    pub(crate) fn wing(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }

    /// Whether it is a module or a part of one, such as `report/json` or `harness`.
    pub(crate) fn is_in(&self, place: &str) -> bool {
        self.path.strip_prefix(place).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }

    pub(crate) fn broken(&self, at: usize, rule: &str) -> String {
        self.broken_on(self.whole[..at].matches('\n').count() + 1, rule)
    }

    pub(crate) fn broken_on(&self, line: usize, rule: &str) -> String {
        format!("{}/{}:{line}: {rule}", self.folder, self.path)
    }

    /// Its items without those that only tests have.
    pub(crate) fn items(&self) -> Vec<syn::Item> {
        let file = self.file();
        file.items.into_iter().filter(|item| !is_for_tests(item)).collect()
    }

    pub(crate) fn file(&self) -> syn::File {
        syn::parse_file(&self.text).unwrap_or_else(|error| panic!("{}: {error}", self.path))
    }
}

pub(crate) fn source(path: &str, text: &str) -> Source {
    Source::new("pusher/src", path, text)
}

pub(crate) fn pusher() -> Vec<Source> {
    read("pusher/src")
}

/// All files of a folder and of those below it.
pub(crate) fn read(folder: &'static str) -> Vec<Source> {
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
pub(crate) fn hold(sources: &[Source], rule: fn(&[Source]) -> Vec<String>) {
    let broken = rule(sources);
    assert!(broken.is_empty(), "ARCHITECTURE.md says otherwise:\n{}", broken.join("\n"));
}

/// Whether an item stands behind `#[cfg(test)]`, or for loom's models.
pub(crate) fn is_for_tests(item: &syn::Item) -> bool {
    let attributes = match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Const(item) => &item.attrs,
        _ => return false,
    };
    let cfg = |attribute: &syn::Attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| {
                let condition = list.tokens.to_string();
                condition == "test" || condition.starts_with("all (test")
            })
    };
    attributes.iter().any(cfg)
}

/// The rule sees what breaks it, once.
#[track_caller]
pub(crate) fn fails(sources: &[Source], rule: fn(&[Source]) -> Vec<String>, message: &str) {
    let broken = rule(sources);
    assert!(broken.len() == 1 && broken[0].starts_with(message), "{broken:?} is not `{message}`");
}

pub(crate) fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The word with which a text begins.
pub(crate) fn word(text: &str) -> &str {
    text.split(|c| !is_of_a_word(c)).next().unwrap_or_default()
}

/// Where a piece of code stands, not as the end of a longer word, and what comes after it.
pub(crate) fn after<'a>(
    code: &'a str,
    piece: &str,
) -> impl Iterator<Item = (usize, &'a str)> + use<'a> {
    let found: Vec<usize> = code.match_indices(piece).map(|(at, _)| at).collect();
    let (length, begins_with_word) = (piece.len(), piece.starts_with(is_of_a_word));
    let is_whole = move |at: &usize| !(begins_with_word && code[..*at].ends_with(is_of_a_word));
    found.into_iter().filter(is_whole).map(move |at| (at, &code[at + length..]))
}

/// How far it is to the end of the brackets that open next.
pub(crate) fn bracketed(code: &str) -> Option<usize> {
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

pub(crate) fn blank(text: &str) -> String {
    text.chars()
        .map(|c| if c == '\n' { "\n".to_string() } else { " ".repeat(c.len_utf8()) })
        .collect()
}

/// Blanks comments and what stands in quotes.
pub(crate) fn without_texts(text: &str) -> String {
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
pub(crate) fn token(text: &str, is_within_a_word: bool) -> Option<(usize, usize, usize)> {
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
pub(crate) fn without_tests(mut code: String) -> String {
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
