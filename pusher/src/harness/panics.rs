//! [`Panics`]: which panics of a test are printed.
//!
//! Calls, and the tasks and threads that they spawn, may panic thousands of times a second. The
//! first panics are printed; the others are counted.

use std::panic;
use std::sync::Mutex;

use crate::engine::panics::is_in_call;
use crate::engine::sync::lock;
use crate::report::progress::give_back;

/// The most panics beside the calls that are printed in full.
const SHOWN: u64 = 3;

/// The panics so far.
#[derive(Debug, Default, PartialEq)]
struct Panics {
    /// In calls: each is counted by the ledger, and is in a group of the report.
    in_calls: u64,
    /// In tasks and threads that calls or a setup spawned: nobody else counts them.
    beside: u64,
}

/// Where code of the user's panicked.
#[derive(Clone, Copy)]
enum Place {
    InCall,
    Beside,
}

static PANICS: Mutex<Panics> = Mutex::new(Panics { in_calls: 0, beside: 0 });

/// Prints the first panic of a test's calls, and the first few beside its calls. If a panic ends
/// the process, the last line of the terminal is given back before that.
pub(crate) fn hush() {
    let show = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if cfg!(panic = "abort") {
            give_back();
        }
        let is_shown = match place() {
            Some(place) => lock(&PANICS).count(place),
            None => true,
        };
        if is_shown {
            show(info);
        }
    }));
}

/// Counts from the beginning: the next panics are printed again.
pub(crate) fn start_anew() {
    *lock(&PANICS) = Panics::default();
}

/// A sentence on the panics beside the calls that were not printed, if there were any; and counts
/// from the beginning.
pub(crate) fn not_shown() -> Option<String> {
    std::mem::take(&mut *lock(&PANICS)).not_shown()
}

/// Where on this thread code of the user's runs; none on a thread of pusher's own, where a panic is
/// a mistake of pusher's.
fn place() -> Option<Place> {
    const OURS: [&str; 4] = ["pusher-pacer", "pusher-closing", "pusher-look", "pusher-signals"];
    if is_in_call() {
        return Some(Place::InCall);
    }
    let is_ours = std::thread::current().name().is_some_and(|name| OURS.contains(&name));
    (!is_ours).then_some(Place::Beside)
}

impl Panics {
    /// Counts one more. Returns whether it is printed.
    fn count(&mut self, place: Place) -> bool {
        let (panics, shown) = match place {
            Place::InCall => (&mut self.in_calls, 1),
            Place::Beside => (&mut self.beside, SHOWN),
        };
        *panics += 1;
        *panics <= shown
    }

    fn not_shown(&self) -> Option<String> {
        let Panics { beside, .. } = *self;
        (beside > SHOWN).then(|| {
            format!(
                "{beside} panics in tasks or threads that were spawned; only the first {SHOWN} are \
                 printed"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_are_shown_and_all_are_counted() {
        let mut panics = Panics::default();
        let shown: Vec<bool> = (0..3).map(|_| panics.count(Place::InCall)).collect();
        assert_eq!(shown, [true, false, false]);
        let shown: Vec<bool> = (0..5).map(|_| panics.count(Place::Beside)).collect();
        assert_eq!(shown, [true, true, true, false, false]);
        assert_eq!(panics, Panics { in_calls: 3, beside: 5 });
    }

    #[test]
    fn nothing_is_said_if_all_are_shown() {
        let said = |beside| Panics { in_calls: 100, beside }.not_shown();
        assert_eq!(said(3), None);
        assert_eq!(
            said(4).unwrap(),
            "4 panics in tasks or threads that were spawned; only the first 3 are printed"
        );
    }
}
