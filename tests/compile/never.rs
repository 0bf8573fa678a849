//! Loads that cargo compiles and nothing would make: each is red, and says what to write. Where it
//! is all as it should be, no test is red.

use std::path::Path;

use crate::newcomer::{Newcomer, block, section};

const LOAD: &str = "#[pusher::load(rps = 50, duration = \"100ms\")]\nasync fn checkout() {}\n";
const MAIN: &str = "pusher::main!();\n";

/// The crate of the quick start under another name, with more in its manifest.
fn shop(name: &str, more: &str) -> Newcomer {
    // Binaries see no dev-dependencies.
    let manifest = block(section("Quick start"), "toml").replace("[dev-d", "[d");
    let (head, profile) = manifest.split_once("[profile.test]").unwrap();
    let shop = Newcomer::new(name, &format!("{head}{more}\n[profile.test]{profile}"));
    shop.write("src/lib.rs", "");
    shop.write("tests/load.rs", &format!("{LOAD}\n{MAIN}"));
    shop
}

#[test]
fn a_load_that_never_runs_is_red() {
    let shop = shop(
        "never",
        "[[test]]\nname = \"forgot\"\n\n[[test]]\nname = \"own_main\"\n\n\
         [[test]]\nname = \"empty\"\nharness = false\n\n\
         [[test]]\nname = \"no_suite\"\nharness = false\n\n\
         [[test]]\nname = \"suite\"\nharness = false\n\n\
         [dependencies.my_suite]\npath = \"suite\"\n",
    );
    shop.write("tests/forgot.rs", LOAD);
    shop.write("tests/own_main.rs", &format!("{LOAD}\nfn main() {{}}\n"));
    shop.write("tests/empty.rs", MAIN);
    shop.write("tests/no_suite.rs", "pusher::main!(std);\n");
    shop.write("tests/suite.rs", "pusher::main!(my_suite);\n");
    // A library of loads, and a test that names it.
    let pusher = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().join("pusher");
    shop.write(
        "suite/Cargo.toml",
        &format!(
            "[package]\nname = \"my_suite\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\npusher = {{ package = \"pusher-load\", path = {pusher:?} }}\n"
        ),
    );
    shop.write("suite/src/lib.rs", &format!("pub mod cart {{\n{LOAD}}}\n\npusher::suite!();\n"));
    shop.run("cargo test --test suite").check(0, &["test my_suite::cart::checkout ... ok"]);
    shop.run("cargo test -p my_suite --lib")
        .check(0, &["test cart::__pusher_checkout ... ok", "1 passed; 0 failed"]);

    // Behind `#[cfg(test)]` in a library of loads, which the test is built without.
    let hidden = format!("#[cfg(test)]\nmod tests {{\n{LOAD}}}\n\n#[cfg(test)]\nmod units;\n");
    shop.write("suite/src/units.rs", LOAD);
    shop.write(
        "suite/src/lib.rs",
        &format!("pub mod cart {{\n{LOAD}}}\n\n{hidden}\npusher::suite!();\n"),
    );
    shop.run("cargo test -p my_suite --lib").check(
        101,
        &[
            "test cart::__pusher_checkout ... ok",
            "test tests::__pusher_checkout ... FAILED",
            "test units::__pusher_checkout ... FAILED",
            "no load was made: `checkout` stands behind `#[cfg(test)]`, and the `my_suite` that a \
             test names in `pusher::main!(my_suite);` is built without what stands there. Move \
             the load into a module that is always compiled.",
            "1 passed; 2 failed",
        ],
    );

    // Among the unit tests of a library.
    shop.write("src/lib.rs", &format!("#[cfg(test)]\nmod tests {{\n{LOAD}}}\n"));
    let ran = shop.run("cargo test --lib");
    ran.check(
        101,
        &[
            "test tests::__pusher_checkout ... FAILED",
            "panicked at src/lib.rs:3:",
            "no load was made: nothing in this binary runs `checkout`. Move it to tests/load.rs",
            "write `pusher::suite!();` in its src/lib.rs",
            "0 passed; 1 failed",
        ],
    )
    .check_no_warning();
    shop.write("src/lib.rs", "");

    // In a test without a `main!`.
    for test in ["forgot", "own_main"] {
        let section = format!("[[test]]\nname = \"{test}\"\nharness = false\n");
        shop.run(&format!("cargo test --test {test}")).check(
            101,
            &[
                "test __pusher_checkout ... FAILED",
                "Write `pusher::main!();` in the root",
                &section,
            ],
        );
    }

    // A `main!` without a load.
    shop.run("cargo test --test empty").check(
        0,
        &["pusher: no load is in this binary, so nothing is tested: write `#[pusher::load(..)]`"],
    );

    // A crate in a `main!` that is no library of loads.
    shop.run("cargo test --test no_suite").check(
        101,
        &[
            "a crate in `main!(..)` is no library of loads",
            "write `pusher::suite!();` in the src/lib.rs of that crate",
        ],
    );
}

#[test]
fn a_binary_or_an_example_of_loads_is_green_among_the_tests() {
    let shop = shop("binaries", "");
    let load = format!("{LOAD}\n{MAIN}");
    shop.write("src/bin/loadgen.rs", &load);
    shop.write("examples/smoke.rs", &load);
    let ran = shop.run("cargo test --all-targets");
    ran.check(
        0,
        &["src/bin/loadgen.rs", "examples/smoke.rs", "test __pusher_checkout_needs_main ... ok"],
    )
    .check_no_warning();
    assert!(!ran.text.contains("harness_is_not_false"), "{}", ran.text);
    assert!(!ran.text.contains("FAILED"), "{}", ran.text);

    shop.write("src/bin/loadgen.rs", &format!("#[cfg(test)]\nmod tests {{\n{LOAD}}}\n{load}"));
    shop.run("cargo test --bin loadgen").check(
        101,
        &[
            "test __pusher_checkout_needs_main ... ok",
            "test tests::__pusher_checkout_needs_main ... FAILED",
            "and the `loadgen` that makes loads is built without what stands there",
        ],
    );
}

/// A binary that cannot unwind says so, and a load can be skipped all the same.
#[test]
fn a_load_is_skipped_under_panic_abort() {
    let shop =
        shop("aborts", "[profile.dev]\npanic = \"abort\"\ndebug = false\nincremental = false\n");
    let needs = "fn needs() { pusher::skip(\"no docker here\") }\n\n\
                 #[pusher::load(rps = 50, duration = \"100ms\", setup = needs)]\n\
                 async fn skipped() {}\n\n\
                 #[pusher::load(rps = 50, duration = \"100ms\")]\n\
                 async fn panics() { panic!(\"boom\") }\n";
    shop.write("examples/aborts.rs", &format!("{LOAD}\n{needs}\n{MAIN}"));
    let notice = "pusher: this binary is built with `panic = \"abort\"`: a panic in a call ends";
    let ran = shop.run("cargo run --example aborts -- skipped checkout");
    ran.check(0, &[notice, "skipped: skipped: no docker here", "1 passed; 0 failed; 1 ignored"]);
    let ran = shop.run("cargo run --example aborts -- panics");
    assert!(ran.text.contains(notice), "{}", ran.text);
    assert!(ran.text.contains("boom"), "{}", ran.text);
}
