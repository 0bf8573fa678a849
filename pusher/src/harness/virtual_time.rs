//! Virtual time as it is seen from outside: on the real clock.

use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::stage::GRACE_AFTER_SIGNAL;
use crate::work::Measured;

/// What cuts a load short whose clock does not move any more.
pub(crate) const STANDSTILL: &str = "a clock that stood still for a minute, since a call blocks its thread, or yields without a timer,";

/// For so long a clock that has something to do at one instant may stand still.
const LONGEST: Duration = Duration::from_secs(60);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// Watches the clock of loads in virtual time, on which no timeout and no grace is over while a
/// call blocks it.
pub(crate) struct VirtualTime<'a> {
    measured: &'a Measured,
    looks: Option<mpsc::Receiver<()>>,
    /// When the clock was seen to move last, and where it was.
    moved: (Instant, u64),
    signaled: Option<Instant>,
}

impl VirtualTime<'_> {
    pub(crate) fn watch(all: &[Measured]) -> VirtualTime<'_> {
        let looks = all[0].is_virtual().then(|| {
            let (sender, looks) = mpsc::channel(1);
            // Without it, nobody looks; the load is then as it is.
            let thread = thread::Builder::new().name("pusher-look".to_string());
            let _ = thread.spawn(move || {
                while sender.blocking_send(()).is_ok() {
                    thread::sleep(LOOK);
                }
            });
            looks
        });
        VirtualTime { measured: &all[0], looks, moved: (Instant::now(), 0), signaled: None }
    }

    /// Resolves when the clock has stood still for too long, or when the grace after a signal is
    /// over. Real time has no such end.
    pub(crate) async fn has_stopped(&mut self, is_signaled: bool) {
        let Some(looks) = &mut self.looks else { return std::future::pending().await };
        while looks.recv().await.is_some() {
            let now = self.measured.now();
            if now != self.moved.1 {
                self.moved = (Instant::now(), now);
            }
            if is_signaled {
                let signaled = self.signaled.get_or_insert_with(Instant::now);
                if signaled.elapsed() >= GRACE_AFTER_SIGNAL {
                    return;
                }
            } else if self.moved.0.elapsed() >= LONGEST {
                return;
            }
        }
        std::future::pending().await
    }
}
