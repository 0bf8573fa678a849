//! [`Profiles`]: `pusher.toml`, in which a name such as `smoke` or `soak` stands for overrides.

mod toml;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::flag::SourcedText;
use super::keys::{SETTERS, Setter, Toml};
use super::layers::{Layer, Said, exclude_each_other};
use crate::harness::say::shown;
use crate::plan::foreign;
use crate::plan::key::{RPS, RPS_SCALE};
use crate::plan::nearest::nearest;
use toml::{Node, Table};

const FILE: &str = "pusher.toml";
/// The profile that always applies, below the one that is chosen.
const DEFAULT: &str = "default";

/// All profiles of a package.
#[derive(Debug)]
pub(crate) struct Profiles {
    /// The file as errors name it, if one was found.
    file: Option<String>,
    /// The folders without a file, if none was found.
    looked_in: Vec<PathBuf>,
    all: Vec<Profile>,
}

/// One profile.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) file: String,
    name: String,
    /// The overrides for all loads.
    pub(crate) layer: Layer,
    /// Those for single loads, each under the name of its load.
    loads: Vec<(String, Layer)>,
}

impl Profile {
    pub(crate) fn of_load(&self, name: &str) -> Option<&Layer> {
        self.loads.iter().find(|(load, _)| load == name).map(|(_, layer)| layer)
    }

    pub(crate) fn loads(&self) -> impl Iterator<Item = &str> {
        self.loads.iter().map(|(load, _)| load.as_str())
    }
}

impl Profiles {
    /// Reads the file of the package in this folder: the nearest one from its Cargo.toml upwards,
    /// in the same workspace.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is not TOML, or has a key or a value that means nothing.
    pub(crate) fn of_package(folder: &Path) -> Result<Profiles, String> {
        let looked_in = folders(folder);
        for path in looked_in.iter().map(|folder| folder.join(FILE)) {
            match std::fs::read_to_string(&path) {
                Ok(text) => return Profiles::read(&shown(&path), &text),
                Err(error) if error.kind() == ErrorKind::NotFound => (),
                Err(error) => return Err(format!("cannot read {}: {error}", shown(&path))),
            }
        }
        Ok(Profiles { file: None, looked_in, all: Vec::new() })
    }

    /// Reads the text of a file; errors call the file by this name.
    pub(super) fn read(file: &str, text: &str) -> Result<Profiles, String> {
        let all = Reader { file, text }.profiles()?;
        Ok(Profiles { file: Some(file.to_string()), looked_in: Vec::new(), all })
    }

    /// The profile that is asked for, then the one that always applies.
    ///
    /// # Errors
    ///
    /// There is no such profile.
    pub(super) fn choose(self, asked: Option<&SourcedText>) -> Result<Vec<Profile>, String> {
        asked.map_or(Ok(()), |asked| self.check_that_there_is(asked))?;
        let asked = asked.map_or(DEFAULT, |written| &written.text);
        let (mut chosen, rest): (Vec<Profile>, Vec<Profile>) =
            self.all.into_iter().partition(|profile| profile.name == asked);
        chosen.extend(rest.into_iter().filter(|profile| profile.name == DEFAULT));
        Ok(chosen)
    }

    fn check_that_there_is(
        &self,
        SourcedText { source, text }: &SourcedText,
    ) -> Result<(), String> {
        let is_known = text == DEFAULT || self.all.iter().any(|profile| profile.name == *text);
        match &self.file {
            None => Err(format!(
                "{source} is {text}, but there is no {FILE}: looked in {}",
                listed(&self.looked_in)
            )),
            Some(file) if !is_known => Err(format!(
                "{source} is {text}, which {file} does not have: {}",
                self.way_out(text)
            )),
            Some(_) => Ok(()),
        }
    }

    fn way_out(&self, name: &str) -> String {
        let names = || self.all.iter().map(|profile| profile.name.as_str());
        let all = names().collect::<Vec<_>>().join(", ");
        match nearest(name, names()) {
            Some(meant) => format!("did you mean {meant}? It has {all}"),
            None if all.is_empty() => "it has no profile".to_string(),
            None => format!("it has {all}"),
        }
    }
}

/// The folder of a package and those above it, up to the nearest with Cargo.lock, where its
/// workspace ends. If none has one, the package's folder alone.
fn folders(package: &Path) -> Vec<PathBuf> {
    let above: Vec<&Path> = package.ancestors().collect();
    let last =
        above.iter().position(|folder| folder.join("Cargo.lock").is_file()).unwrap_or_default();
    above.iter().take(last + 1).map(|folder| folder.to_path_buf()).collect()
}

fn listed(folders: &[PathBuf]) -> String {
    folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// The profile that is meant by a table beside `profile`: one of the tables in it, if its own name
/// is another word for `profile`, such as `profiles`.
fn meant<'a>(key: &'a str, table: &'a Table) -> &'a str {
    let is_of_profiles =
        table.iter().all(|(name, value)| name != "load" && matches!(value, Node::Table(_)));
    table.iter().next().filter(|_| is_of_profiles).map_or(key, |(name, _)| name)
}

/// Reads one file; every error names the file and a line of it.
struct Reader<'a> {
    file: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn profiles(&self) -> Result<Vec<Profile>, String> {
        let document = toml::parse(self.text)
            .map_err(|wrong| format!("{} is not TOML: {wrong}", self.file))?;
        if let Some((key, value)) = document.iter().find(|(key, _)| key != "profile") {
            let way_out = match value {
                Node::Table(table) => {
                    format!("write [{}]", dotted(&["profile", meant(key, table)]))
                }
                _ => "write it below [profile.default], or below another profile".to_string(),
            };
            return Err(
                self.wrong(&[key], &format!("`{key}` is outside of any profile: {way_out}"))
            );
        }
        let Some((_, profiles)) = document.first() else { return Ok(Vec::new()) };
        self.table(&["profile"], profiles)?
            .iter()
            .map(|(name, value)| self.profile(name, value))
            .collect()
    }

    fn profile(&self, name: &str, value: &Node) -> Result<Profile, String> {
        let path = ["profile", name];
        let (mut pairs, mut loads) = (Vec::new(), Vec::new());
        for (key, value) in self.table(&path, value)? {
            if key == "load" {
                let named = self.table(&["profile", name, "load"], value)?;
                loads = named
                    .iter()
                    .map(|(load, value)| Ok((load.clone(), self.load(name, load, value)?)))
                    .collect::<Result<_, String>>()?;
            } else {
                pairs.push((key, value));
            }
        }
        let layer = self.layer(&path, &pairs, &format!("profile {name}"))?;
        Ok(Profile { file: self.file.to_string(), name: name.to_string(), layer, loads })
    }

    fn load(&self, profile: &str, load: &str, value: &Node) -> Result<Layer, String> {
        let path = ["profile", profile, "load", load];
        let pairs: Vec<(&String, &Node)> =
            self.table(&path, value)?.iter().map(|(key, value)| (key, value)).collect();
        self.layer(&path, &pairs, &format!("profile {profile} for {load}"))
    }

    /// The overrides of a table; reports call it by `source`.
    fn layer(
        &self,
        table: &[&str],
        pairs: &[(&String, &Node)],
        source: &str,
    ) -> Result<Layer, String> {
        let mut overrides = Vec::new();
        for (name, value) in pairs {
            let path: Vec<&str> = table.iter().copied().chain([name.as_str()]).collect();
            let key = SETTERS
                .iter()
                .find(|key| key.name() == *name)
                .ok_or_else(|| self.unknown(&path, name, table))?;
            let named = format!("{name} in [{}]", dotted(table));
            let value = key
                .read(&named, &text_for(key, value))
                .map_err(|wrong| self.wrong(&path, &wrong))?;
            overrides.push(Said { key, value, source: source.to_string() });
        }
        Layer::new(overrides).ok_or_else(|| {
            let (rps, scale) = (RPS.name, RPS_SCALE.name);
            let path: Vec<&str> = table.iter().copied().chain([scale]).collect();
            let both = exclude_each_other(rps, &format!("{scale} in [{}]", dotted(table)));
            self.wrong(&path, &both)
        })
    }

    fn table<'v>(&self, path: &[&str], value: &'v Node) -> Result<&'v Table, String> {
        // `profile` and `load` are followed by a name.
        let below = if path.len() % 2 == 1 { ".NAME" } else { "" };
        match value {
            Node::Table(table) => Ok(table),
            _ => Err(self.wrong(
                path,
                &format!(
                    "{0} is {value}: write [{0}{below}] and its keys below that line",
                    dotted(path)
                ),
            )),
        }
    }

    fn unknown(&self, path: &[&str], name: &str, table: &[&str]) -> String {
        let load = ["load"].into_iter().filter(|_| table.len() == 2);
        let keys = SETTERS.iter().map(Setter::name).chain(load);
        let ours = foreign::key(name).filter(|ours| keys.clone().any(|key| key == *ours));
        let way_out = match ours.or_else(|| nearest(name, keys.clone())) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("the keys are {}", keys.collect::<Vec<_>>().join(", ")),
        };
        self.wrong(path, &format!("`{name}` is no key of [{}]: {way_out}", dotted(table)))
    }

    /// The error for the part of the file at this path.
    fn wrong(&self, path: &[&str], what: &str) -> String {
        let line =
            toml::line_of(self.text, path).map(|line| format!(":{line}")).unwrap_or_default();
        format!("{}{line}: {what}", self.file)
    }
}

/// A value as the key reads it. A value of the wrong kind, such as `"50"` for a number or `2` for a
/// time, stays as TOML writes it, so that the key refuses it.
fn text_for(key: &Setter, value: &Node) -> String {
    match (key.toml, value) {
        (Toml::Text | Toml::NumberOrText, Node::Text(text)) => text.clone(),
        _ => value.to_string(),
    }
}

/// A path as TOML writes it: `profile.smoke.load."cart::add"`.
fn dotted(path: &[&str]) -> String {
    let is_bare = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    };
    path.iter()
        .map(|part| if is_bare(part) { part.to_string() } else { format!("{part:?}") })
        .collect::<Vec<_>>()
        .join(".")
}

#[cfg(test)]
mod tests;
