//! [`Reserve`]: file descriptors that are kept for the reports.
//!
//! A load may use up all descriptors of its process. Its report, which says so, has to be written
//! even then.

use std::fs::File;
use std::sync::Mutex;

use crate::engine::sync::lock;

/// More than one: while a report is written, other threads may take those that are let go.
const KEPT: usize = 4;

/// Descriptors that are open for no other purpose than to be closed.
pub(crate) struct Reserve(Mutex<Vec<File>>);

impl Reserve {
    pub(crate) fn new() -> Reserve {
        let reserve = Reserve(Mutex::default());
        fill(&mut lock(&reserve.0));
        reserve
    }

    /// Does what needs a descriptor, with those in reserve if there are no others.
    pub(crate) fn spend<T>(&self, act: impl FnOnce() -> T) -> T {
        let mut kept = lock(&self.0);
        kept.clear();
        let done = act();
        fill(&mut kept);
        done
    }
}

/// On a system without this file there is no limit so low that a load could meet it.
fn fill(kept: &mut Vec<File>) {
    let more = std::iter::repeat_with(|| File::open("/dev/null").ok()).map_while(|file| file);
    kept.extend(more.take(KEPT - kept.len()));
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_descriptors_are_free_while_they_are_spent_and_held_again_afterwards() {
        let reserve = Reserve::new();
        let held = || lock(&reserve.0).len();
        assert_eq!(held(), KEPT);
        assert!(reserve.spend(|| reserve.0.try_lock().is_err()), "held by one thread at a time");
        assert_eq!(held(), KEPT);
    }
}
