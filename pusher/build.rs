//! Tells the crate how far it is optimised: what it measures in a debug build is worth a warning.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=PUSHER_OPT_LEVEL={}", std::env::var("OPT_LEVEL").unwrap_or_default());
}
