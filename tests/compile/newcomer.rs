//! `Newcomer`: somebody who follows the README. Its own text is compiled and run, in a crate of its
//! own.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

const README: &str = include_str!("../../README.md");

/// The dependency as the README has it. The newcomer's crate has a path instead.
const DEPENDENCY: &str = r#"pusher = { package = "pusher-load", version = "0.1" }"#;

#[test]
fn the_quick_start_works_as_written() {
    let start = section("Quick start");
    let quick_start = block(start, "rust");
    let service = Service::start();
    let [load, broken, burning] =
        loads(&replace(&quick_start, "127.0.0.1:8080", &service.address.to_string()));
    let others = ["broken", "burning"]
        .map(|name| format!("\n[[test]]\nname = \"{name}\"\nharness = false\n"));
    let forgetful = "\n[[test]]\nname = \"forgetful\"\n";
    let shop = Newcomer::new("shop", &(block(start, "toml") + &others.concat() + forgetful));
    shop.write("tests/forgetful.rs", &load);
    shop.write("src/lib.rs", "");
    shop.write(".config/nextest.toml", &block(section("Under nextest"), "toml"));
    shop.write("tests/broken.rs", &broken);
    shop.write("tests/burning.rs", &burning);

    // The README opens with a test that is red.
    shop.write("tests/load.rs", &block(opening(), "rust"));
    shop.run(block(opening(), "sh").lines().next().unwrap()).check(
        101,
        &[
            "checkout: failed (tests/load.rs:1)",
            "BROKEN     errors < 1%",
            "100 × failed: 503 Service Unavailable",
            "1 failed",
        ],
    );

    // The commands of the quick start, but a soak of ten minutes is one of a second.
    shop.write("tests/load.rs", &load);
    let report = shop.target().join("pusher/shop/load/checkout/report.json");
    for command in block(start, "sh").lines() {
        let _ = fs::remove_file(&report);
        let command = command.replace("10m", "1s");
        // A second has too few calls for p99, and that is the override's doing.
        let (ticks, passed) = if command.contains("1s") {
            (
                "50 ticks at 50/s for 1s",
                "checkout: passed, 1 of 3 thresholds not judged: p99 < 250ms (",
            )
        } else {
            ("100 ticks at 50/s for 2s", "checkout: passed (tests/load.rs:")
        };
        let ran = shop.run(&command);
        ran.check(
            0,
            &[ticks, passed, "test checkout ... ok", "test result: ok. 1 passed; 0 failed"],
        );
        ran.check_no_warning();
        assert!(fs::read_to_string(&report).unwrap().contains(r#""verdict": "passed""#));
    }
    // A profile, from the file as written.
    let profiles = section("Profiles");
    shop.write("pusher.toml", &block(profiles, "toml"));
    let settings = between(profiles, "```\n  settings", "```");
    let ran = shop.run(block(profiles, "sh").trim_end());
    ran.check(
        0,
        &[
            "checkout: 10 ticks at 5/s for 2s",
            &format!("  settings{settings}"),
            "checkout: passed, 1 of 3 thresholds not judged: p99 (",
            "  thresholds  counts (profile smoke): no others are judged",
        ],
    )
    .check_no_warning();
    fs::remove_file(shop.folder.join("pusher.toml")).unwrap();

    // A service that is not there, and one that answers with an error.
    for (from, to, error) in [
        ("127.0.0.1:8080", NOBODY.to_string(), "Connection refused (os error 111)"),
        (
            "127.0.0.1:8080/checkout",
            format!("{}/broken", service.address),
            "503 Service Unavailable",
        ),
    ] {
        shop.write("tests/load.rs", &replace(&quick_start, from, &to));
        shop.run("cargo test --test load")
            .check(101, &["BROKEN     errors < 1%", "100 × failed: ", error, "1 failed"]);
    }
    shop.write("tests/load.rs", &load);

    shop.run("cargo test --test broken").check(
        101,
        &["BROKEN     throughput < 1", "checkout: failed (tests/broken.rs:", "1 failed"],
    );
    shop.run("cargo test --test burning")
        .check(101, &["because     setup `shop` panicked: the shop burns", "1 failed"]);

    // Without that line in Cargo.toml no load would be made, and no test be red. One message is
    // enough.
    let ran = shop.run("cargo test --test forgetful");
    ran.check(
        101,
        &[
            "no load was made: Cargo.toml lacks `harness = false` in this test's",
            "test __pusher_checkout ... ok",
        ],
    );
    assert_eq!(ran.text.matches("no load was made").count(), 1, "{}", ran.text);

    if !shop.run("cargo nextest --version").has_succeeded() {
        eprintln!(
            "not tested under nextest: `cargo nextest --version` does not work here \
             (`cargo install cargo-nextest --locked`)"
        );
        return;
    }
    let ran = shop.run("cargo nextest run --test load");
    ran.check(
        0,
        &[
            "PASS",
            "shop::load checkout",
            "1 test run: 1 passed",
            "checkout: passed (tests/load.rs:",
        ],
    )
    .check_no_warning();
    // nextest hands no flags on, but variables.
    for _ in 0..2 {
        let save = [("PUSHER_SAVE_BASELINE", "main")];
        let ran = shop.run_with("cargo nextest run --test load", &save);
        ran.check(0, &["1 test run: 1 passed"]);
    }
    let baseline = shop.folder.join("pusher-baselines/main/shop/load/checkout.json");
    assert_eq!(fs::read_to_string(baseline).unwrap().matches("\"saved\": ").count(), 2);
    // 100 is what nextest itself exits with when a test has failed, whatever the test's own code
    // was.
    shop.run("cargo nextest run --test broken")
        .check(100, &["FAIL", "BROKEN     throughput < 1", "1 failed"]);
    shop.run("cargo nextest run --test burning")
        .check(100, &["FAIL", "because     setup `shop` panicked: the shop burns", "1 failed"]);
}

/// Nobody listens there: the port is for services of the system, which has none on it.
const NOBODY: &str = "127.0.0.1:1";

/// The newcomer's service, as long as the test runs: it answers every request, those for
/// `/broken` with an error.
struct Service {
    address: SocketAddr,
}

impl Service {
    fn start() -> Service {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                thread::spawn(move || answer(stream.unwrap()));
            }
        });
        Service { address }
    }
}

/// Answers the requests of one connection. They have no body, and one read has all of a head.
fn answer(mut stream: TcpStream) {
    let mut request = [0; 4096];
    while let Ok(1..) = stream.read(&mut request) {
        let status =
            if request.starts_with(b"GET /broken") { "503 Service Unavailable" } else { "200 OK" };
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\nok");
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// The README's load, and two of the same that fail: by a threshold that no load meets, and by a
/// setup that panics.
fn loads(load: &str) -> [String; 3] {
    let burning = "    if true {\n        panic!(\"the shop burns\");\n    }\n    Ok(Shop {";
    [
        load.to_string(),
        replace(load, r#"p99 < "250ms""#, "throughput < 1"),
        replace(load, "    Ok(Shop {", burning),
    ]
}

#[test]
fn one_service_for_all_loads_works_as_written() {
    let section = section("One service for all loads");
    let together = Newcomer::new("together", &block(section, "toml"));
    together.write("src/lib.rs", "");
    together.write("tests/load.rs", &block(section, "rust"));
    let passed = ["knock: passed", "enter: passed", "test result: ok. 2 passed; 0 failed"];
    together.run("cargo test --test load").check(0, &passed).check_no_warning();
}

#[test]
fn the_program_compiles_as_written() {
    let section = section("In programs of your own");
    let program = Newcomer::new("program", &block(section, "toml"));
    program.write("src/main.rs", &block(section, "rust"));
    program.run("cargo check").check(0, &["Finished"]).check_no_warning();
}

/// The screen is the one that `Report` is tested to print.
#[test]
fn the_screen_is_what_is_printed() {
    let tests = include_str!("../../pusher/src/report/text/tests.rs");
    let screen = between(tests, "const SCREEN: &str = \"\\\n", "\";\n");
    assert!(
        README.contains(screen),
        "the README lacks the screen of pusher/src/report/text/tests.rs:\n{screen}"
    );
}

#[test]
fn the_version_is_that_of_the_workspace() {
    let version = between(DEPENDENCY, "version = \"", "\"");
    assert!(env!("CARGO_PKG_VERSION").starts_with(version), "the README has {version}");
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no `{from}` in\n{text}"));
    rest.split_once(to).unwrap_or_else(|| panic!("no `{to}` after `{from}`")).0
}

/// The README up to its first section.
fn opening() -> &'static str {
    README.split("\n## ").next().unwrap_or_default()
}

/// The README from a heading to the next.
pub(crate) fn section(title: &str) -> &'static str {
    let from = format!("\n## {title}\n");
    let rest =
        README.split_once(&from).unwrap_or_else(|| panic!("the README has no section `{title}`")).1;
    rest.split("\n## ").next().unwrap_or_default()
}

/// The first block of a language.
pub(crate) fn block(section: &str, language: &str) -> String {
    between(section, &format!("```{language}\n"), "```\n").to_string()
}

#[track_caller]
fn replace(text: &str, old: &str, new: &str) -> String {
    assert_eq!(
        text.matches(old).count(),
        1,
        "the README has changed: it should have `{old}` once in\n{text}"
    );
    text.replace(old, new)
}

/// A crate of somebody who has read the README.
///
/// It stays where it is, so that a second run finds it compiled.
pub(crate) struct Newcomer {
    folder: PathBuf,
}

impl Newcomer {
    pub(crate) fn new(name: &str, manifest: &str) -> Newcomer {
        let newcomer =
            Newcomer { folder: Path::new(env!("CARGO_TARGET_TMPDIR")).join("newcomer").join(name) };
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let path = repository.join("pusher");
        let manifest = replace(
            manifest,
            DEPENDENCY,
            &format!("pusher = {{ package = \"pusher-load\", path = {path:?} }}"),
        );
        // A workspace of its own: it lies in the target dir of another.
        let package = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [workspace]\n\n"
        );
        newcomer.write("Cargo.toml", &(package + &manifest));
        // The versions that the workspace has, which are here already.
        newcomer.write("Cargo.lock", &fs::read_to_string(repository.join("Cargo.lock")).unwrap());
        newcomer
    }

    /// Leaves a file alone that has this text: cargo goes by the time of the last change.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return;
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn target(&self) -> PathBuf {
        self.folder.with_file_name("target")
    }

    /// Runs a command of cargo as at the newcomer's prompt.
    pub(crate) fn run(&self, command: &str) -> Ran {
        self.run_with(command, &[])
    }

    fn run_with(&self, command: &str, environment: &[(&str, &str)]) -> Ran {
        let mut words = command.split('#').next().unwrap_or_default().split_whitespace();
        assert_eq!(words.next(), Some("cargo"), "`{command}`");
        let mut cargo = Command::new(env!("CARGO"));
        std::env::vars_os().filter(|(name, _)| leaks(&name.to_string_lossy())).for_each(
            |(name, _)| {
                cargo.env_remove(name);
            },
        );
        cargo.args(words).current_dir(&self.folder).stdin(Stdio::null());
        cargo
            .env("CARGO_TARGET_DIR", self.target())
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_TERM_COLOR", "never")
            .envs(environment.iter().copied());
        let output = cargo.output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        Ran {
            command: command.to_string(),
            code: output.status.code(),
            text: String::from_utf8_lossy(&text).into_owned(),
        }
    }
}

/// Whether a variable speaks of the test that is running here, or of how it is run, and not of the
/// machine.
fn leaks(name: &str) -> bool {
    let is_of_the_machine = [
        "CARGO_HOME",
        "CARGO_HTTP_",
        "CARGO_NET_",
        "CARGO_REGISTR",
        "CARGO_SOURCE_",
        "CARGO_ENCODED_RUSTFLAGS",
    ];
    let is_of_the_run = ["CARGO", "NEXTEST", "PUSHER_", "RUST_TEST_", "__CARGO"];
    is_of_the_run.iter().any(|start| name.starts_with(start))
        && !is_of_the_machine.iter().any(|start| name.starts_with(start))
}

pub(crate) struct Ran {
    command: String,
    code: Option<i32>,
    pub(crate) text: String,
}

impl Ran {
    fn has_succeeded(&self) -> bool {
        self.code == Some(0)
    }

    #[track_caller]
    pub(crate) fn check(&self, code: i32, texts: &[&str]) -> &Ran {
        assert_eq!(self.code, Some(code), "`{}`\n{}", self.command, self.text);
        // A report breaks long lines between words; nextest indents it.
        let unbroken: Vec<&str> = self.text.split_whitespace().collect();
        let unbroken = unbroken.join(" ");
        texts.iter().for_each(|text| {
            let words: Vec<&str> = text.split_whitespace().collect();
            let is_there = self.text.contains(text) || unbroken.contains(&words.join(" "));
            assert!(is_there, "no `{text}` from `{}`\n{}", self.command, self.text)
        });
        self
    }

    #[track_caller]
    pub(crate) fn check_no_warning(&self) {
        assert!(!self.text.contains("warning"), "`{}`\n{}", self.command, self.text);
    }
}
