//! [`Home`]: the folders of a test binary, and how a file is written into them.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, fs, io, process};

use super::binary::Binary;
use crate::report::first_run::FILE;

/// The folders of one test binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Home {
    /// `<target dir>/pusher`, whatever `--report-dir` says, for all processes with this target dir
    /// share one lock.
    shared: PathBuf,
    /// `<package>/<test binary>`, below the shared folder or below `--report-dir`.
    reports: PathBuf,
    /// The folder of cargo's profile in which the executable is, if it is in one.
    profile: Option<String>,
}

impl Home {
    /// The target dir is beside `CARGO_TARGET_TMPDIR`, if cargo has set that, or else above the
    /// executable. Without either, the folder for temporary files stands in for it.
    pub(crate) fn new(
        binary: Binary,
        executable: Option<&Path>,
        report_dir: Option<&Path>,
    ) -> Home {
        let compiled = binary.target_tmpdir.and_then(|tmpdir| Path::new(tmpdir).parent());
        let (found, profile) = executable.and_then(of_cargo).unzip();
        let target = compiled.map(Path::to_path_buf).or(found).unwrap_or_else(env::temp_dir);
        Home { profile, ..Home::sharing(target.join("pusher"), binary, report_dir) }
    }

    fn sharing(shared: PathBuf, binary: Binary, report_dir: Option<&Path>) -> Home {
        let reports = report_dir
            .unwrap_or(&shared)
            .join(component(binary.package))
            .join(component(binary.name));
        Home { shared, reports, profile: None }
    }

    /// The same, but in the folder for temporary files if none can be written in the target dir, as
    /// in that of another user; with a line that says so. A `--report-dir` is taken at its word.
    pub(crate) fn find(
        binary: Binary,
        executable: Option<&Path>,
        report_dir: Option<&Path>,
    ) -> (Home, Option<String>) {
        let home = Home::new(binary, executable, report_dir);
        let Err(error) = home.try_out(report_dir) else { return (home, None) };
        let no = format!("pusher: cannot write in {}: {error}", home.shared.display());
        let temporary = temporary_folders()
            .map(|shared| Home {
                profile: home.profile.clone(),
                ..Home::sharing(shared, binary, report_dir)
            })
            .find(|temporary| temporary.try_out(report_dir).is_ok());
        match (temporary, report_dir) {
            (Some(temporary), None) => {
                let yes = temporary.shared.display();
                let notice = format!(
                    "{no}; {yes} is used in its place. `--report-dir DIR` puts the reports \
                     elsewhere"
                );
                (temporary, Some(notice))
            }
            (Some(temporary), Some(_)) => {
                let notice = format!(
                    "{no}; loads wait for each other by {} in its place",
                    temporary.lock().display()
                );
                (temporary, Some(notice))
            }
            // The report of each load says so too.
            (None, None) => {
                let notice = format!(
                    "{no}, nor in {}; write `--report-dir DIR` with a folder for the reports",
                    env::temp_dir().display()
                );
                (home, Some(notice))
            }
            // The lock says that it cannot be had.
            (None, Some(_)) => (home, None),
        }
    }

    /// Whether all that is needed can be written there.
    fn try_out(&self, report_dir: Option<&Path>) -> io::Result<()> {
        if self.shared.parent() == Some(&env::temp_dir()) {
            make_own(&self.shared)?;
        }
        try_to_write(if report_dir.is_some() { &self.shared } else { &self.reports })
    }

    /// The folder of one test: `cart::add` is `cart/add` below the binary's.
    pub(crate) fn folder(&self, test_name: &str) -> PathBuf {
        self.reports.join(test_name.split("::").map(component).collect::<PathBuf>())
    }

    pub(crate) fn report(&self, test_name: &str) -> PathBuf {
        self.folder(test_name).join("report.json")
    }

    /// The report of a load that failed and was made once more.
    pub(crate) fn first_report(&self, test_name: &str) -> PathBuf {
        self.folder(test_name).join(FILE)
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.shared.join("lock")
    }

    /// The folder of cargo's profile, such as `debug`, which is that of `dev` and of `test`.
    pub(crate) fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }
}

/// The target dir and the profile of
/// `<target dir>[/<triple>]/<profile>[/deps|/examples]/<binary>`.
fn of_cargo(executable: &Path) -> Option<(PathBuf, String)> {
    let folder = executable.parent()?;
    let is_deps = is_named(folder, |name| name == "deps");
    let profile = if is_deps || is_named(folder, |name| name == "examples") {
        folder.parent()?
    } else {
        folder
    };
    let above = profile.parent()?;
    let target = if is_named(above, is_triple) { above.parent()? } else { above };
    // An installed binary, such as /usr/bin/load, is in no target dir.
    let is_of_cargo = is_deps
        || is_named(profile, |name| name == "debug" || name == "release")
        || is_named(target, |name| name == "target");
    let name = profile.file_name()?.to_str()?;
    is_of_cargo.then(|| (target.to_path_buf(), name.to_string()))
}

fn is_named(folder: &Path, is: impl Fn(&str) -> bool) -> bool {
    folder.file_name().and_then(|name| name.to_str()).is_some_and(is)
}

/// Whether a folder is named like a target of rustc's, such as `x86_64-unknown-linux-gnu` or
/// `wasm32-wasip1`.
fn is_triple(name: &str) -> bool {
    const ARCHITECTURES: [&str; 22] = [
        "aarch64",
        "amdgcn",
        "arm",
        "avr",
        "bpf",
        "csky",
        "hexagon",
        "i386",
        "i586",
        "i686",
        "loongarch",
        "m68k",
        "mips",
        "msp430",
        "nvptx",
        "powerpc",
        "riscv",
        "s390x",
        "sparc",
        "thumb",
        "wasm",
        "x86_64",
    ];
    name.split_once('-').is_some_and(|(first, _)| {
        ARCHITECTURES.iter().any(|architecture| first.starts_with(architecture))
    })
}

/// A name as one component of a path, which cannot lead out of its folder.
pub(super) fn component(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-#.".contains(c);
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    if plain.chars().all(|c| c == '.') { "_".repeat(plain.len().max(1)) } else { plain }
}

/// Writes a file beside its path and moves it there, so that a reader finds the whole old text or
/// the whole new one. Makes the folders above it.
///
/// # Errors
///
/// The words of the operating system, after the path.
pub(crate) fn write_aside(path: &Path, text: &str) -> io::Result<()> {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let aside = path.with_file_name(format!(
        ".{name}.{}.{}",
        process::id(),
        WRITTEN.fetch_add(1, Ordering::Relaxed)
    ));
    let written = make_folder(path)
        .and_then(|()| fs::write(&aside, text))
        .and_then(|()| fs::rename(&aside, path));
    written.map_err(|error| {
        // It may not be there; a second error would say nothing new.
        let _ = fs::remove_file(&aside);
        io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()))
    })
}

/// What stands in for the folder in the target dir: the first user has the plain name, and all
/// others one with their number.
fn temporary_folders() -> impl Iterator<Item = PathBuf> {
    #[cfg(unix)]
    let of_user = Some(format!("pusher-{}", rustix::process::geteuid().as_raw()));
    #[cfg(not(unix))]
    let of_user = None;
    [Some("pusher".to_string()), of_user]
        .into_iter()
        .flatten()
        .map(|name| env::temp_dir().join(name))
}

/// Makes a folder where everybody may write, unless somebody else has put something there: a link
/// of theirs may lead anywhere.
fn make_own(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let found = fs::symlink_metadata(folder)?;
        if !found.is_dir() || found.uid() != rustix::process::geteuid().as_raw() {
            let whose = "it is a link, or the folder of another user";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, whose));
        }
    }
    Ok(())
}

/// Makes the folder, and a file in it for a moment.
fn try_to_write(folder: &Path) -> io::Result<()> {
    let file = folder.join(format!(".trial.{}", process::id()));
    fs::create_dir_all(folder)?;
    fs::write(&file, "a trial")?;
    fs::remove_file(file)
}

fn make_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BINARY: Binary =
        Binary { package: "shop", manifest_dir: "/w/shop", name: "load", target_tmpdir: None };

    /// The target dirs of the reports and of the lock.
    struct Found {
        report: PathBuf,
        lock: PathBuf,
    }

    fn find(
        target_tmpdir: Option<&'static str>,
        executable: &str,
        report_dir: Option<&str>,
    ) -> Found {
        let binary = Binary { target_tmpdir, ..BINARY };
        let home = Home::new(binary, Some(Path::new(executable)), report_dir.map(Path::new));
        Found { report: home.report("cart::add"), lock: home.lock() }
    }

    #[track_caller]
    fn check(found: Found, report: &str, lock: &str) {
        assert_eq!(found.report, Path::new(report));
        assert_eq!(found.lock, Path::new(lock));
    }

    #[test]
    fn is_beside_the_folder_that_cargo_told_the_compiler() {
        check(
            find(Some("/w/target/tmp"), "/x/load", None),
            "/w/target/pusher/shop/load/cart/add/report.json",
            "/w/target/pusher/lock",
        );
        check(
            find(Some("/my/out/tmp"), "/w/target/debug/deps/load-1", None),
            "/my/out/pusher/shop/load/cart/add/report.json",
            "/my/out/pusher/lock",
        );
    }

    #[test]
    fn the_report_dir_moves_reports_and_not_the_lock() {
        check(
            find(Some("/w/target/tmp"), "/x", Some("/out")),
            "/out/shop/load/cart/add/report.json",
            "/w/target/pusher/lock",
        );
        check(
            find(None, "/w/target/debug/deps/load-1", Some("out")),
            "out/shop/load/cart/add/report.json",
            "/w/target/pusher/lock",
        );
    }

    #[test]
    fn is_found_from_the_executable() {
        for executable in [
            "/w/target/debug/deps/load-1",
            "/w/target/x86_64-unknown-linux-gnu/release/deps/load-1",
            "/w/target/wasm32-wasip1/debug/deps/load-1",
            "/w/target/armv7-unknown-linux-gnueabihf/debug/load",
            "/w/target/soak/deps/load-1",
            "/w/target/soak/examples/load",
            "/w/target/debug/examples/load",
            "/w/target/release/load",
        ] {
            check(
                find(None, executable, None),
                "/w/target/pusher/shop/load/cart/add/report.json",
                "/w/target/pusher/lock",
            );
        }
        check(
            find(None, "/my-own-out/soak/deps/load-1", None),
            "/my-own-out/pusher/shop/load/cart/add/report.json",
            "/my-own-out/pusher/lock",
        );
    }

    #[test]
    fn the_profile_is_that_of_the_executable() {
        for (executable, profile) in [
            ("/w/target/debug/deps/load-1", Some("debug")),
            ("/w/target/x86_64-unknown-linux-gnu/release/deps/load-1", Some("release")),
            ("/my-own-out/soak/deps/load-1", Some("soak")),
            ("/usr/bin/load", None),
        ] {
            let binary = Binary { target_tmpdir: Some("/w/target/tmp"), ..BINARY };
            let home = Home::new(binary, Some(Path::new(executable)), None);
            assert_eq!(home.profile(), profile, "{executable}");
        }
    }

    #[test]
    fn is_in_the_temporary_directory_if_there_is_no_target_dir() {
        let temporary = Home::new(BINARY, None, None);
        assert_eq!(temporary.report("a"), env::temp_dir().join("pusher/shop/load/a/report.json"));
        for executable in ["/usr/bin/load", "/app/examples/load", "/load", "load", ""] {
            assert_eq!(
                Home::new(BINARY, Some(Path::new(executable)), None),
                temporary,
                "{executable}"
            );
        }
    }

    #[test]
    fn no_name_leads_out_of_its_folder() {
        let binary =
            Binary { package: "../shop", name: "/etc", target_tmpdir: Some("/t/tmp"), ..BINARY };
        let home = Home::new(binary, None, None);
        for (name, folder) in [
            ("..::..::a", "__/__/a"),
            ("/etc::passwd", "_etc/passwd"),
            ("a/../b", "a_.._b"),
            ("c:\\d", "c__d"),
            ("", "_"),
            ("a::", "a/_"),
            ("r#async::größe", "r#async/größe"),
        ] {
            assert_eq!(
                home.folder(name),
                Path::new("/t/pusher/.._shop/_etc").join(folder),
                "{name}"
            );
        }
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let folder = env::temp_dir().join(format!("pusher-home-{}", process::id()));
        let path = folder.join("a/b/report.json");
        for text in ["old and long", "new"] {
            write_aside(&path, text).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        let beside = |folder: &Path| fs::read_dir(folder).unwrap().count();
        assert_eq!(beside(path.parent().unwrap()), 1);

        // A file is where a folder should be, and a folder where the file should be.
        let below = path.join("report.json");
        let error = write_aside(&below, "new").unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot write {}: ", below.display())), "{error}");
        let error = write_aside(&folder.join("a"), "new").unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("cannot write {}: ", folder.join("a").display())),
            "{error}"
        );
        assert_eq!(beside(&folder), 1);
        fs::remove_dir_all(folder).unwrap();
    }
}
