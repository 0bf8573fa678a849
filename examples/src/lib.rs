//! See the files beside this folder: `cargo run --example http`.
