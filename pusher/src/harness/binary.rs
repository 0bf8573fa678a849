//! [`Binary`]: the test binary in which `main!` stands.

use std::path::PathBuf;

/// What the compiler knows of a test binary.
#[derive(Clone, Copy, Debug)]
pub struct Binary {
    /// `CARGO_PKG_NAME`.
    pub package: &'static str,
    /// `CARGO_MANIFEST_DIR`, as it was compiled.
    pub manifest_dir: &'static str,
    /// `CARGO_CRATE_NAME`.
    pub name: &'static str,
    /// `CARGO_TARGET_TMPDIR`, which cargo sets only for tests and benches.
    pub target_tmpdir: Option<&'static str>,
}

impl Binary {
    /// The folder of the package. cargo and nextest tell it to the process, for the package may
    /// have moved since the binary was compiled.
    pub(crate) fn package_folder(&self) -> PathBuf {
        std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| self.manifest_dir.into(), PathBuf::from)
    }
}
