//! [`say`]: standard error, and paths as people read them.

use std::path::Path;

/// Prints on standard error. If that is closed or full, the text is lost: no load fails for it.
pub(crate) fn say(text: &str) {
    use std::io::Write;
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// A path as short as it can be from the current folder.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}
