//! Nothing but tests: see `load.rs` and `it/`.
