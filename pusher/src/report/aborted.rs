//! [`Aborted`]: a condition that has ended the loads of a test, and when.

use std::time::Duration;

use crate::verdict::judge::Judged;

/// A broken threshold with `abort`, or a condition of `abort(..)`, has ended the load early. In a
/// farm it may be that of another load.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Aborted {
    /// The condition.
    pub by: String,
    /// The name of the load whose condition it is.
    pub load: String,
    /// When that was, from the start of the measured time.
    pub at: Duration,
    /// What was seen of it then.
    pub(crate) judged: Judged,
}

impl Aborted {
    pub(crate) fn new(load: &str, judged: Judged, at: u64) -> Aborted {
        let at = Duration::from_nanos(at);
        Aborted { by: judged.text.clone(), load: load.to_string(), at, judged }
    }
}
