//! No two files import each other, straight or in a ring: [`Imports`] reads who imports whom.
//!
//! `mod child;` is no import. `use` is one, and so is `pub use child::X` and a path in the middle
//! of the code; only lib.rs, which shows the crate to the outside, may name whatever it likes.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::Visit;

use super::source::{Source, fails, hold, is_for_tests, read, source};

#[test]
fn no_files_import_each_other() {
    hold(&read("pusher/src"), no_rings);
    hold(&read("pusher-macros/src"), no_rings);
    hold(&read("pusher-macros/grammar/src"), no_rings);
}

/// Two files, of which the second has a line that leads back to the first.
#[track_caller]
fn closes_a_ring(first: &str, second: &str, line: &str) {
    let files = [source(first, "pub struct First;"), source(second, "pub struct Second;")];
    assert_eq!(no_rings(&files), [""; 0]);
    let module = second.trim_end_matches(".rs").replace('/', "::");
    let forth = source(first, &format!("use crate::{module}::Second;"));
    let back = source(second, &format!("pub struct Second;\n{line}"));
    let message = format!("pusher/src/{first}:1: {first} → {second} → {first} is a ring");
    fails(&[forth, back], no_rings, &message);
}

#[test]
fn a_ring_of_two_is_seen() {
    closes_a_ring("engine/run.rs", "engine/seat.rs", "use super::run::First;");
    closes_a_ring("engine/run.rs", "engine/seat.rs", "use crate::engine::run;");
    closes_a_ring("engine/run.rs", "engine/seat.rs", "use super::{run::First as Other, seat};");
    closes_a_ring("engine/run.rs", "engine/seat.rs", "fn f(_: &super::run::First) {}");
    closes_a_ring("engine/run.rs", "engine/seat.rs", "fn f() { vec![super::run::First] }");
    closes_a_ring("plan/rate.rs", "plan/rate/digits.rs", "use super::First;");
    closes_a_ring("plan/rate.rs", "plan/rate/digits.rs", "mod inner { use super::super::First; }");
}

#[test]
fn a_ring_of_three_is_seen() {
    let files = [
        source("engine/a.rs", "\nuse super::b::B;"),
        source("engine/b.rs", "use super::c::C;"),
        source("engine/c.rs", "pub(crate) use super::a::A;"),
    ];
    let ring = "engine/a.rs → engine/b.rs → engine/c.rs → engine/a.rs is a ring";
    fails(&files, no_rings, &format!("pusher/src/engine/a.rs:2: {ring}"));
}

#[test]
fn a_parent_that_shows_what_its_child_has_imports_it() {
    let parent = source("plan/rate.rs", "mod digits;\npub(crate) use digits::Digits;");
    let child = source("plan/rate/digits.rs", "use super::Rate;");
    let ring = "plan/rate.rs → plan/rate/digits.rs → plan/rate.rs is a ring";
    fails(&[parent, child.clone()], no_rings, &format!("pusher/src/plan/rate.rs:2: {ring}"));
    assert_eq!(no_rings(&[source("plan/rate.rs", "mod digits;"), child]), [""; 0]);
}

#[test]
fn tests_and_lib_may_import_whatever_they_like() {
    let lib = source("lib.rs", "pub use engine::run::Run;\nuse crate::engine::run;");
    let run = source("engine/run.rs", "mod tests;\npub struct Run;\nuse crate::Run as _;");
    assert_eq!(no_rings(&[lib, run]), [""; 0]);
    let run = source("engine/run.rs", "#[cfg(test)]\nmod tests { use crate::engine::seat::Seat; }");
    let seat = source("engine/seat.rs", "use super::run::Run;");
    assert_eq!(no_rings(&[run, seat]), [""; 0]);
}

/// The lines `mod x;` of a file are its table of contents: who imports stands above.
#[test]
fn the_order_of_modules_is_that_of_their_floors() {
    hold(&read("pusher/src"), floors);
    hold(&read("pusher-macros/src"), floors);
    hold(&read("pusher-macros/grammar/src"), floors);
    let contents = source("engine/mod.rs", "mod seat;\nmod run;");
    let (run, seat) =
        (source("engine/run.rs", "use super::seat::X;"), source("engine/seat.rs", ""));
    let message = "pusher/src/engine/mod.rs:2: `run` imports from `seat`, and so stands above it";
    fails(&[contents, run.clone(), seat.clone()], floors, message);
    let contents = source("engine/mod.rs", "mod run;\nmod seat;");
    assert_eq!(floors(&[contents, run, seat]), [""; 0]);
}

fn floors(sources: &[Source]) -> Vec<String> {
    let imports = Imports::of(sources);
    let mut broken = Vec::new();
    for source in sources.iter().filter(|source| !source.code.is_empty()) {
        let parent = module(source);
        let children = source.items().into_iter().filter_map(|item| match item {
            syn::Item::Mod(item) if item.content.is_none() => Some(item.ident),
            _ => None,
        });
        let children: Vec<syn::Ident> = children.collect();
        // Which child a file belongs to, by its place in the table of contents.
        let number = |file: usize| {
            let path = module(&sources[file]);
            let name = path.strip_prefix(&parent[..])?.first()?;
            children.iter().position(|child| child == name)
        };
        for (from, to) in imports.lines.keys() {
            if let (Some(from), Some(to)) = (number(*from), number(*to))
                && from > to
            {
                let (from, to) = (&children[from], &children[to]);
                let rule = format!("`{from}` imports from `{to}`, and so stands above it");
                broken.push(source.broken_on(from.span().start().line, &rule));
            }
        }
    }
    broken.dedup();
    broken
}

fn no_rings(sources: &[Source]) -> Vec<String> {
    let imports = Imports::of(sources);
    let mut seen = BTreeSet::new();
    let mut broken = Vec::new();
    for (from, source) in sources.iter().enumerate() {
        let Some(ring) = imports.ring(from) else { continue };
        if seen.insert(ring.iter().copied().collect::<BTreeSet<_>>()) {
            let names = ring.iter().chain([&from]).map(|file| sources[*file].path.as_str());
            let names: Vec<&str> = names.collect();
            let line = imports.lines[&(from, ring[1])];
            broken.push(source.broken_on(line, &format!("{} is a ring", names.join(" → "))));
        }
    }
    broken
}

/// Which file imports which, and on which line first.
struct Imports {
    lines: BTreeMap<(usize, usize), usize>,
}

impl Imports {
    fn of(sources: &[Source]) -> Imports {
        let modules = Modules::of(sources);
        let mut lines = BTreeMap::new();
        for (from, source) in sources.iter().enumerate() {
            if source.path == "lib.rs" || source.code.is_empty() {
                continue;
            }
            let mut paths = Paths { module: module(source), found: Vec::new() };
            source.items().iter().for_each(|item| paths.visit_item(item));
            for (line, path) in paths.found {
                let to = modules.file(&path).filter(|to| *to != from);
                to.map(|to| lines.entry((from, to)).or_insert(line));
            }
        }
        Imports { lines }
    }

    /// The shortest way from a file back to it: the files on it, this one first.
    fn ring(&self, start: usize) -> Option<Vec<usize>> {
        let mut ways = vec![vec![start]];
        let mut reached = BTreeSet::new();
        while !ways.is_empty() {
            let mut longer = Vec::new();
            for way in ways {
                let last = way[way.len() - 1];
                for (_, to) in
                    self.lines.range((last, 0)..=(last, usize::MAX)).map(|(arrow, _)| arrow)
                {
                    if *to == start {
                        return Some(way);
                    }
                    if reached.insert(*to) {
                        longer.push([&way[..], &[*to]].concat());
                    }
                }
            }
            ways = longer;
        }
        None
    }
}

/// The files by the paths of their modules, and what lib.rs shows under a shorter path.
struct Modules {
    files: BTreeMap<Vec<String>, usize>,
    shown: BTreeMap<String, Vec<String>>,
}

impl Modules {
    fn of(sources: &[Source]) -> Modules {
        let files = sources.iter().enumerate().map(|(file, source)| (module(source), file));
        let mut shown = BTreeMap::new();
        if let Some(lib) = sources.iter().find(|source| source.path == "lib.rs") {
            let mut paths = Paths { module: Vec::new(), found: Vec::new() };
            lib.items().iter().for_each(|item| paths.visit_item(item));
            let name = |(_, path): (usize, Vec<String>)| Some((path.last()?.clone(), path));
            shown.extend(paths.found.into_iter().filter_map(name));
        }
        Modules { files: files.collect(), shown }
    }

    /// The file in which a path from the crate's root ends.
    fn file(&self, path: &[String]) -> Option<usize> {
        let is_module =
            |name: &String| self.files.keys().any(|module| module.first() == Some(name));
        let path = match path {
            [name, rest @ ..] if !is_module(name) => [self.shown.get(name)?, rest].concat(),
            _ => path.to_vec(),
        };
        (1..=path.len()).rev().find_map(|length| self.files.get(&path[..length])).copied()
    }
}

/// The path of a file's module: `engine/mod.rs` is `engine`, and lib.rs is the root.
fn module(source: &Source) -> Vec<String> {
    let path = source.path.trim_end_matches(".rs").trim_end_matches("/mod");
    if path == "lib" { Vec::new() } else { path.split('/').map(str::to_string).collect() }
}

/// Collects the paths that a file names, each from the crate's root, with its line.
struct Paths {
    module: Vec<String>,
    found: Vec<(usize, Vec<String>)>,
}

impl Paths {
    /// A path that begins with `crate`, `self` or `super`, or else with a child of this module.
    fn add(&mut self, line: usize, path: &[String]) {
        let mut base = self.module.clone();
        let mut rest = path;
        match path.first().map(String::as_str) {
            Some("crate") => (base, rest) = (Vec::new(), &path[1..]),
            Some("self") => rest = &path[1..],
            _ => {}
        }
        while rest.first().is_some_and(|name| name == "super") {
            base.pop();
            rest = &rest[1..];
        }
        self.found.push((line, [&base[..], rest].concat()));
    }

    fn add_tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.add_tree(&with(&path.ident), &path.tree),
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.add_tree(before, tree));
            }
            syn::UseTree::Name(name) => {
                self.add(name.ident.span().start().line, &with(&name.ident))
            }
            syn::UseTree::Rename(name) => {
                self.add(name.ident.span().start().line, &with(&name.ident));
            }
            syn::UseTree::Glob(glob) => self.add(glob.span().start().line, before),
        }
    }

    /// The paths among the tokens of a macro's call.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut line) = (Vec::new(), 0);
        let mut goes_on = false;
        let mut all = tokens.into_iter().peekable();
        while let Some(token) = all.next() {
            match token {
                TokenTree::Ident(name) => {
                    if !goes_on {
                        path.clear();
                        line = name.span().start().line;
                    }
                    path.push(name.to_string());
                    goes_on = false;
                }
                TokenTree::Punct(colon) if colon.as_char() == ':' => {
                    goes_on = !path.is_empty();
                    continue;
                }
                TokenTree::Group(group) => self.add_tokens(group.stream()),
                _ => goes_on = false,
            }
            let ends = !matches!(all.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':');
            if ends && path.len() > 1 {
                self.add(line, &std::mem::take(&mut path));
            }
        }
    }
}

impl<'a> Visit<'a> for Paths {
    fn visit_item(&mut self, item: &'a syn::Item) {
        if !is_for_tests(item) {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        self.module.push(item.ident.to_string());
        syn::visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        self.add_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            let names: Vec<String> =
                path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.add(path.span().start().line, &names);
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'a syn::Macro) {
        // What `macro_rules!` and `quote!` write stands elsewhere, once it is expanded.
        let name = call.path.segments.last().map(|segment| segment.ident.to_string());
        if !["macro_rules", "quote", "quote_spanned"].contains(&name.unwrap_or_default().as_str()) {
            self.add_tokens(call.tokens.clone());
        }
    }
}
