//! [`Settings`]: the values that flags, variables and profiles put in the place of an attribute's.

use super::key::THRESHOLDS;
use super::words::{Judging, Word};

/// A value that was said by a flag, a variable or a profile, in the place of what the attribute
/// says.
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// let report = pusher::work(100, std::time::Duration::from_millis(50), async || ()).await?;
/// for setting in &report.load.settings {
///     // duration 2s (profile smoke)
///     println!("{} {} ({})", setting.key, setting.value, setting.source);
/// }
/// # assert!(report.load.settings.is_empty(), "the library has no attribute");
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Setting {
    /// The key, as in `pusher.toml`: `rps-scale`.
    pub key: &'static str,
    /// The value, as text: `0.1`, `2s`, `counts`.
    pub value: String,
    /// Where it was said: `--rps-scale`, `PUSHER_RPS_SCALE`, `profile smoke`, `profile smoke for
    /// cart::add`.
    pub source: String,
    /// Why it is not used, if it is not: an open loop has no callers, a closed one no rate.
    pub unused: Option<&'static str>,
}

impl Setting {
    /// Whether it has only thresholds on counts judged.
    pub(crate) fn is_only_counts(&self) -> bool {
        let is_counts = self.key == THRESHOLDS.name && self.value == Judging::Counts.word();
        is_counts && self.unused.is_none()
    }
}

/// All that was said of one load, and the profile that was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) profile: Option<String>,
    pub(crate) said: Vec<Setting>,
    /// Whether something of it makes the load smaller than its attribute asks for: a lower rate, a
    /// shorter time, fewer calls or fewer callers.
    pub(crate) shortened: bool,
    /// How many ticks the attribute asks for, of all Workers together; none if that is not known
    /// beforehand.
    pub(crate) whole_ticks: Option<u64>,
}
