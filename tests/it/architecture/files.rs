//! How a file is written: a caption that names its main type, functions with few parameters, lines
//! that fit.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;
use syn::visit::Visit;

use super::source::{Source, fails, hold, is_for_tests, read, root, source};

/// The crates whose code has to be written so.
fn ours() -> Vec<Source> {
    [read("pusher/src"), read("pusher-macros/src"), read("pusher-macros/grammar/src")].concat()
}

#[test]
fn a_function_has_four_parameters_at_most_and_none_is_a_bool() {
    hold(&ours(), few_parameters);
    let breaks = |line: &str, what: &str| {
        let file = source("plan/rate.rs", &format!("\n{line}"));
        fails(&[file], few_parameters, &format!("pusher/src/plan/rate.rs:2: {what}"));
    };
    let five = "`f` has 5 parameters: put what travels together into a struct";
    breaks("fn f(a: u8, b: u8, c: u8, d: u8, e: u8) {}", five);
    breaks("impl X { fn f(&self, a: u8, b: u8, c: u8, d: u8, e: u8) {} }", five);
    breaks("trait X { fn f(&self, a: u8, b: u8, c: u8, d: u8, e: u8); }", five);
    breaks("mod inner { fn f(a: u8, b: u8, c: u8, d: u8, e: u8) {} }", five);
    breaks("fn f(is_a: bool) {}", "`f` has a parameter that is a bool: make two functions of it");
    let fine = "fn f(a: u8, b: u8, c: u8, d: u8) {}\nimpl Foreign for X { fn f(a: bool) {} }\n\
        #[cfg(test)]\nmod tests { fn f(a: bool) {} }";
    assert_eq!(few_parameters(&[source("plan/rate.rs", fine)]), [""; 0]);
}

fn few_parameters(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources.iter().filter(|source| !source.code.is_empty()) {
        let mut functions = Functions::default();
        source.items().iter().for_each(|item| functions.visit_item(item));
        let tell = |(line, what): (usize, String)| source.broken_on(line, &what);
        broken.extend(functions.broken.into_iter().map(tell));
    }
    broken
}

#[derive(Default)]
struct Functions {
    broken: Vec<(usize, String)>,
}

impl<'a> Visit<'a> for Functions {
    fn visit_item(&mut self, item: &'a syn::Item) {
        if !is_for_tests(item) {
            syn::visit::visit_item(self, item);
        }
    }

    /// What a trait asks for is decided where the trait stands.
    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        if item.trait_.is_none() {
            syn::visit::visit_item_impl(self, item);
        }
    }

    fn visit_signature(&mut self, signature: &'a syn::Signature) {
        let types = signature.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(typed) => Some(typed.ty.to_token_stream().to_string()),
            _ => None,
        });
        let types: Vec<String> = types.collect();
        let (name, line) = (&signature.ident, signature.ident.span().start().line);
        if types.len() > 4 {
            let many = types.len();
            let rule = "put what travels together into a struct";
            self.broken.push((line, format!("`{name}` has {many} parameters: {rule}")));
        }
        if types.iter().any(|of_type| of_type == "bool") {
            let rule = "make two functions of it";
            self.broken.push((line, format!("`{name}` has a parameter that is a bool: {rule}")));
        }
    }
}

#[test]
fn every_file_has_a_caption_that_names_its_main_type() {
    hold(&ours(), captions);
    let breaks = |text: &str, what: &str| {
        fails(
            &[source("plan/rate.rs", text)],
            captions,
            &format!("pusher/src/plan/rate.rs:1: {what}"),
        );
    };
    breaks("pub struct Rate;", "a file begins with a caption, a line of `//!`");
    let none = "the caption names no type, trait or function that is in the file";
    breaks("//! Ticks per second.\n\npub struct Rate;", none);
    breaks("//! The `Rates` of a load.\n\npub struct Rate;\nimpl Rate {}", none);
    for fine in [
        "//! A `Rate` is a number of ticks per second.\n\npub struct Rate;",
        "//! Ticks per second: [`read`].\n\nfn read() {}",
        "//! How a [`Run`](super::run::Run) ends.\n\nimpl Run {}",
        "//! The wing as a whole.\n\nmod rate;",
    ] {
        assert_eq!(captions(&[source("plan/rate.rs", fine)]), [""; 0], "{fine}");
    }
}

fn captions(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources.iter().filter(|source| !source.code.is_empty()) {
        let file = source.file();
        let caption: String = file.attrs.iter().filter_map(doc).collect();
        let names: BTreeSet<String> = source.items().iter().filter_map(name).collect();
        if caption.is_empty() {
            broken.push(source.broken_on(1, "a file begins with a caption, a line of `//!`"));
        } else if !names.is_empty() && !quoted(&caption).any(|name| names.contains(name)) {
            let rule = "the caption names no type, trait or function that is in the file";
            broken.push(source.broken_on(1, rule));
        }
    }
    broken
}

#[test]
fn the_name_of_a_type_has_one_meaning() {
    hold(&ours(), one_meaning);
    let files = [source("plan/rate.rs", "pub struct Rate;"), source("work.rs", "\nenum Rate {}")];
    fails(&files, one_meaning, "pusher/src/work.rs:2: `Rate` is in plan/rate.rs too");
    let fine = [source("plan/rate.rs", "trait Sealed {}"), source("work.rs", "trait Sealed {}")];
    assert_eq!(one_meaning(&fine), [""; 0]);
}

fn one_meaning(sources: &[Source]) -> Vec<String> {
    let (mut seen, mut broken) = (BTreeMap::new(), Vec::new());
    for source in sources.iter().filter(|source| !source.code.is_empty()) {
        for name in source.items().iter().filter_map(name_of_type) {
            let line = name.span().start().line;
            let first = seen.entry(name.to_string()).or_insert(&source.path);
            // The usual name for a trait that others cannot implement.
            if *first != &source.path && name != "Sealed" {
                broken.push(source.broken_on(line, &format!("`{name}` is in {first} too")));
            }
        }
    }
    broken
}

fn name_of_type(item: &syn::Item) -> Option<&syn::Ident> {
    match item {
        syn::Item::Struct(item) => Some(&item.ident),
        syn::Item::Enum(item) => Some(&item.ident),
        syn::Item::Trait(item) => Some(&item.ident),
        syn::Item::Type(item) => Some(&item.ident),
        _ => None,
    }
}

/// The text of a line of documentation.
fn doc(attribute: &syn::Attribute) -> Option<String> {
    let text = &attribute.meta.require_name_value().ok()?.value;
    attribute.path().is_ident("doc").then(|| format!("{}\n", text.to_token_stream()))
}

/// What stands in backquotes, up to the first sign that is not of a name.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let inside = text.split('`').skip(1).step_by(2);
    inside.map(|code| code.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(""))
}

/// The name of an item, and of an `impl` that of the type.
fn name(item: &syn::Item) -> Option<String> {
    match item {
        syn::Item::Struct(item) => Some(item.ident.to_string()),
        syn::Item::Enum(item) => Some(item.ident.to_string()),
        syn::Item::Trait(item) => Some(item.ident.to_string()),
        syn::Item::Type(item) => Some(item.ident.to_string()),
        syn::Item::Fn(item) => Some(item.sig.ident.to_string()),
        syn::Item::Const(item) => Some(item.ident.to_string()),
        syn::Item::Impl(item) => match &*item.self_ty {
            syn::Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
            _ => None,
        },
        syn::Item::Macro(item) => item.ident.as_ref().map(|name| name.to_string()),
        _ => None,
    }
}

#[test]
fn a_comment_has_a_hundred_columns_at_most() {
    let examples = read("examples");
    let tests: Vec<Source> = read("tests")
        .into_iter()
        .filter(|source| !source.path.starts_with("compile/ui/"))
        .collect();
    hold(&[ours(), tests, examples].concat(), short_comments);
    let long = format!("//! {}\n\n// {}", "a".repeat(96), "b".repeat(98));
    let message = "pusher/src/plan/rate.rs:3: 101 columns are more than 100";
    fails(&[source("plan/rate.rs", &long)], short_comments, message);
}

fn short_comments(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources {
        for (line, text) in source.text.lines().enumerate() {
            let (columns, is_comment) = (text.chars().count(), text.trim_start().starts_with("//"));
            // rustfmt looks after code, and an address cannot be broken.
            if is_comment && columns > 100 && !text.contains("://") {
                let rule = format!("{columns} columns are more than 100");
                broken.push(source.broken_on(line + 1, &rule));
            }
        }
    }
    broken
}

/// Prose too: tables and what is in a block of code stand as they are.
#[test]
fn a_line_of_prose_has_a_hundred_columns_at_most() {
    for folder in [".", "docs", "examples", "pusher/src"] {
        let files = std::fs::read_dir(root().join(folder)).unwrap();
        let paths = files.map(|file| file.unwrap().path());
        for path in paths.filter(|path| path.extension().is_some_and(|ending| ending == "md")) {
            let text = std::fs::read_to_string(&path).unwrap();
            let lines = text.lines().enumerate().filter(|(_, text)| !text.starts_with('|'));
            for (line, text) in lines {
                assert!(text.chars().count() <= 100, "{}:{}: {text}", path.display(), line + 1);
            }
        }
    }
}
