//! [`Panics`]: which panics of a test are printed.
//!
//! Calls, and the tasks and threads that they spawn, may panic thousands of times a second. The
//! first panics are printed; the others are counted.

use std::panic::{self, PanicHookInfo};
use std::sync::Mutex;

use crate::engine::panics::{is_in_call, panic_message};
use crate::engine::sync::lock;
use crate::report::progress::give_back;
use crate::statistics::errors::lane_limit::LaneLimit;

/// The most panics beside the calls that are printed in full.
const SHOWN: u64 = 3;

/// What the name of a lane's thread begins with.
const LANE: &str = "pusher-lane-";

/// The panics so far.
#[derive(Debug, Default, PartialEq)]
struct Panics {
    /// In calls: each is counted by the ledger, and is in a group of the report.
    in_calls: u64,
    /// In tasks and threads that calls or a setup spawned: nobody else counts them.
    beside: u64,
    /// Those of them that need another runtime than lanes.
    off_lanes: u64,
}

/// Where code of the user's panicked.
#[derive(Clone, Copy)]
enum Place {
    InCall,
    Beside,
    /// The same, and what it called does not work on a lane.
    OffLanes,
}

static PANICS: Mutex<Panics> = Mutex::new(Panics { in_calls: 0, beside: 0, off_lanes: 0 });

/// Prints the first panic of a test's calls, and the first few beside its calls. If a panic ends
/// the process, the last line of the terminal is given back before that.
pub(crate) fn hush() {
    let show = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if cfg!(panic = "abort") {
            give_back();
        }
        let is_shown = match place(info) {
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

/// Sentences on the panics beside the calls: those that were not printed, and what to do if lanes
/// are the cause; and counts from the beginning.
pub(crate) fn told() -> Vec<String> {
    let panics = std::mem::take(&mut *lock(&PANICS));
    panics.not_shown().into_iter().chain(panics.off_lanes()).collect()
}

/// Where on this thread code of the user's runs; none on a thread of pusher's own, where a panic is
/// a mistake of pusher's.
fn place(info: &PanicHookInfo<'_>) -> Option<Place> {
    const OURS: [&str; 4] = ["pusher-pacer", "pusher-closing", "pusher-look", "pusher-signals"];
    if is_in_call() {
        return Some(Place::InCall);
    }
    let thread = std::thread::current();
    let name = thread.name().unwrap_or_default();
    let is_off_lanes =
        || name.starts_with(LANE) && LaneLimit::is_panic(panic_message(info.payload()));
    let place = || if is_off_lanes() { Place::OffLanes } else { Place::Beside };
    (!OURS.contains(&name)).then(place)
}

impl Panics {
    /// Counts one more. Returns whether it is printed.
    fn count(&mut self, place: Place) -> bool {
        if let Place::OffLanes = place {
            self.off_lanes += 1;
        }
        let (panics, shown) = match place {
            Place::InCall => (&mut self.in_calls, 1),
            Place::Beside | Place::OffLanes => (&mut self.beside, SHOWN),
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

    fn off_lanes(&self) -> Option<String> {
        let tasks = match self.off_lanes {
            0 => return None,
            1 => "1 task that a call spawned needs".to_string(),
            tasks => format!("{tasks} tasks that calls spawned need"),
        };
        Some(format!("{tasks} {}", LaneLimit::NEED))
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
        assert_eq!(panics, Panics { in_calls: 3, beside: 5, off_lanes: 0 });
        assert!(!panics.count(Place::OffLanes));
        assert_eq!(panics, Panics { in_calls: 3, beside: 6, off_lanes: 1 });
    }

    #[test]
    fn nothing_is_said_if_all_are_shown() {
        let said = |beside| Panics { in_calls: 100, beside, off_lanes: 0 }.not_shown();
        assert_eq!(said(3), None);
        assert_eq!(
            said(4).unwrap(),
            "4 panics in tasks or threads that were spawned; only the first 3 are printed"
        );
    }
    #[test]
    fn panics_that_need_another_runtime_say_so_once() {
        let said = |off_lanes| Panics { off_lanes, ..Panics::default() }.off_lanes();
        assert_eq!(said(0), None);
        for (off_lanes, begin) in
            [(1, "1 task that a call spawned needs"), (2, "2 tasks that calls spawned need")]
        {
            assert_eq!(said(off_lanes).unwrap(), format!("{begin} {}", LaneLimit::NEED));
        }
    }
}
