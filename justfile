# The commands of CONTRIBUTING.md. `just --list` shows them.

# Lists the recipes.
default:
    @just --list

# Formats all code.
fmt:
    cargo fmt --all

# Lints all code.
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# The unit tests; with a name, those that contain it.
unit name="":
    cargo test -p pusher-load -p pusher-load-grammar -p pusher-load-macros --lib -- {{name}}

# The main job: a real HTTP server under load; with a name, the loads that contain it.
load name="":
    cargo test --test load -- {{name}}

# The integration tests; with a name such as faults::, those that contain it.
it name="":
    cargo test -p pusher-it --test it -- {{name}}

# The attribute's diagnostics, and the README followed to the letter.
compile:
    cargo test -p pusher-compile

# The README followed to the letter.
newcomer:
    cargo test -p pusher-compile -- newcomer

# The diagnostics of the cases with this name.
ui case:
    cargo test -p pusher-compile -- ui:: trybuild={{case}}

# Accepts the compiler's words for the cases with this name.
accept case:
    TRYBUILD=overwrite cargo test -p pusher-compile -- ui:: trybuild={{case}}
    git diff tests/compile/ui

# Every test.
test:
    cargo test --workspace

# Every interleaving of what the engine's threads share.
models:
    RUSTFLAGS="--cfg pusher_loom" CARGO_TARGET_DIR=target/loom cargo test --release -p pusher-load --lib model

# The bench, about two minutes on an idle machine; with a name, the rows that contain it.
bench name="":
    cargo bench -p pusher-load --bench engine -- {{name}}

# The bench of calls over HTTP, beside wrk and oha if they are installed.
bench-http name="":
    cargo bench -p pusher-load --bench http -- {{name}}

# The docs, with warnings as errors.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# One of the examples, such as http.
example name:
    cargo run --release --example {{name}}

# The whole: everything that must hold before a change lands.
ci:
    .ci/run
