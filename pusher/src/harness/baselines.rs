//! [`Baselines`]: the files of saved runs, one for each load and name, below the package's folder
//! or below `--baseline-dir`.
//!
//! ```text
//!   pusher-baselines/main/shop/load/cart/add.json
//!                    name │    │    load: cart::add
//!                   package    test binary
//! ```

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::binary::Binary;
use super::conditions::conditions_of;
use super::home::{component, write_aside};
use super::overrides::BaselineFlags;
use super::overrides::flag::SourcedText;
use super::say::shown;
use crate::plan::sentence::listed;
use crate::plan::terms::Terms;
use crate::plan::threshold::Base;
use crate::report::Report;
use crate::report::saved::{Conditions, MOST_RUNS, Saved, Unreadable};
use crate::verdict::past::{Absence, Standing};

/// The name that a baseline has if nobody gives one.
const USUAL_NAME: &str = "main";

/// The folder in that of a package.
const FOLDER: &str = "pusher-baselines";

/// The largest file that is read, in bytes: ten runs take a tenth of it at the most.
const MOST_BYTES: u64 = 1 << 28;

/// The baselines of a test binary.
pub(crate) struct Baselines {
    save: Option<String>,
    compare: Option<String>,
    folder: PathBuf,
    /// `<package>/<test binary>`.
    binary: PathBuf,
}

/// Why a file cannot be used.
enum Unusable {
    Missing,
    Unreadable(String),
    /// It is of a later pusher.
    Newer(String),
}

impl Baselines {
    pub(crate) fn new(flags: &BaselineFlags, binary: Binary) -> Baselines {
        let text = |said: &Option<SourcedText>| said.as_ref().map(|said| said.text.clone());
        Baselines {
            save: text(&flags.save),
            compare: text(&flags.compare),
            folder: flags.folder(&binary.package_folder()),
            binary: PathBuf::from(component(binary.package)).join(component(binary.name)),
        }
    }

    /// What the thresholds of a load that was made are to be compared with.
    pub(super) fn standing(&self, report: &Report, terms: &Terms) -> Standing {
        if !terms.follows(Base::Baseline) {
            return Standing::Unused;
        }
        let name = self.compare.as_deref().unwrap_or(USUAL_NAME);
        let path = self.path(name, &report.name);
        let absence = |short, why| Absence { name: name.to_string(), short, why };
        let another = |why| {
            let why = format!("baseline `{name}` is not comparable with this run: {why}");
            Standing::Silent(absence("is not comparable", why))
        };
        let missing = || absence("is not there", self.how_to_save(name, &path));
        match read(&path) {
            Ok(saved) => {
                let now = conditions_of(&report.load, report.beside.as_deref(), terms);
                let why = why_not_comparable(&report.name, &now, &saved);
                why.map_or_else(|| Standing::Here(saved.past(name)), another)
            }
            Err(Unusable::Missing) if self.compare.is_some() => Standing::Wanted(missing()),
            Err(Unusable::Missing) => Standing::Silent(missing()),
            Err(Unusable::Newer(why)) => another(why),
            Err(Unusable::Unreadable(why)) => {
                let file = shown(&path);
                let why = format!(
                    "baseline `{name}` cannot be read: {why}: delete {file}, and save it anew"
                );
                Standing::Wanted(absence("cannot be read", why))
            }
        }
    }

    /// What to do about a baseline that is not there.
    fn how_to_save(&self, name: &str, path: &Path) -> String {
        let none = format!("there is no baseline `{name}` of this load");
        if self.save.as_deref() == Some(name) {
            return format!("{none} yet");
        }
        format!("{none}: `--save-baseline {name}` saves a run that has passed, in {}", shown(path))
    }

    /// That a run is not saved, and why; none if none is to be.
    pub(super) fn not_saved(&self, why: &str) -> Option<String> {
        self.save.as_ref().map(|name| format!("not saved as baseline `{name}`: {why}"))
    }

    /// Saves a run that has passed, if that was asked for; with a sentence that says so.
    ///
    /// # Errors
    ///
    /// It cannot be saved. What was saved before is left as it was.
    pub(super) fn save(
        &self,
        report: &Report,
        conditions: &Conditions,
    ) -> Option<Result<String, String>> {
        let name = self.save.as_deref()?;
        Some(self.add(name, report, conditions))
    }

    /// Adds a run to those of a baseline. Processes that do so at once wait for each other.
    fn add(&self, name: &str, report: &Report, now: &Conditions) -> Result<String, String> {
        let path = self.path(name, &report.name);
        let refused = |why: String| {
            format!(
                "not saved as baseline `{name}`: {why}: delete {}, or give another name",
                shown(&path)
            )
        };
        let folder = path.parent().unwrap_or(Path::new("."));
        let unwritable = |error: io::Error| {
            format!(
                "the baseline cannot be saved in {}: {error}: make the folder writable, or give \
                 another one with `--baseline-dir`",
                shown(folder)
            )
        };
        fs::create_dir_all(folder).map_err(unwritable)?;
        let _locked = locked(folder);
        let mut saved = match read(&path) {
            Err(Unusable::Missing) => {
                let conditions = now.clone();
                Saved { name: report.name.clone(), conditions, runs: Vec::new() }
            }
            Ok(saved) => match why_not_comparable(&report.name, now, &saved) {
                Some(why) => {
                    return Err(refused(format!("the runs there are of another kind: {why}")));
                }
                None => saved,
            },
            Err(Unusable::Unreadable(why) | Unusable::Newer(why)) => return Err(refused(why)),
        };
        saved.add(now_in_words(), report.as_past_run());
        let runs = saved.runs.len();
        write_aside(&path, &saved.to_json()).map_err(unwritable)?;
        Ok(format!("saved as baseline `{name}`, run {runs} of {MOST_RUNS}, in {}", shown(&path)))
    }

    fn path(&self, name: &str, load: &str) -> PathBuf {
        let mut path = self.folder.join(name).join(&self.binary);
        path.extend(load.split("::").map(component));
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        path.with_file_name(format!("{file}.json"))
    }
}

impl BaselineFlags {
    /// Below the folder of the package, unless another place was given.
    fn folder(&self, package: &Path) -> PathBuf {
        package.join(self.folder.as_deref().unwrap_or(Path::new(FOLDER)))
    }
}

/// Locks a folder, until this is dropped: no file has to be left in it for that. Where a folder
/// cannot be opened, as on Windows, only the processes with one target dir wait for each other.
fn locked(folder: &Path) -> Option<File> {
    let folder = File::open(folder).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

/// What differs, in one sentence; none if nothing does. A file can be copied, or its load renamed.
fn why_not_comparable(load: &str, now: &Conditions, saved: &Saved) -> Option<String> {
    let is_another = saved.name != load;
    let another = is_another.then(|| format!("it was saved by the load `{}`", saved.name));
    let differences: Vec<String> =
        another.into_iter().chain(now.differences(&saved.conditions)).collect();
    (!differences.is_empty()).then(|| listed(differences, "and"))
}

fn read(path: &Path) -> Result<Saved, Unusable> {
    let unreadable = |error: io::Error| match error.kind() {
        ErrorKind::NotFound => Unusable::Missing,
        _ => Unusable::Unreadable(error.to_string()),
    };
    // To open a pipe would wait for somebody to write into it.
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err(Unusable::Unreadable("it is no file".to_string()));
    }
    let file = File::open(path).map_err(unreadable)?;
    let mut text = String::new();
    let length = file.take(MOST_BYTES + 1).read_to_string(&mut text).map_err(unreadable)?;
    if length as u64 > MOST_BYTES {
        let limit = MOST_BYTES >> 20;
        return Err(Unusable::Unreadable(format!("it has more than {limit} MiB")));
    }
    Saved::read(&text).map_err(|error| match error {
        Unreadable::Newer(_) => Unusable::Newer(error.to_string()),
        Unreadable::Damaged(_) => Unusable::Unreadable(error.to_string()),
    })
}

/// The time, in UTC, to the second.
fn now_in_words() -> String {
    in_words(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// The time that has passed since 1970 as a date, as RFC 3339 writes it.
fn in_words(since: Duration) -> String {
    let (mut days, seconds) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{year}-{month:02}-{:02}T{hours:02}:{minutes:02}:{:02}Z", days + 1, seconds % 60)
}

#[cfg(test)]
mod tests;
