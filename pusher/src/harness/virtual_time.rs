//! [`VirtualTime`]: a look at virtual time from outside, on the real clock.

use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::interrupt::GRACE_AFTER_SIGNAL;
use crate::work::Measured;

/// The cause of an end after [`LONGEST`], which follows "cut short by".
pub(crate) const STANDSTILL: &str = "a virtual clock that stood still for a minute (a call blocks \
                                     its thread, or yields without a timer)";

/// How long a virtual clock may stand still while there is work at one instant.
const LONGEST: Duration = Duration::from_secs(60);
/// How often the clock is read.
const CLOCK_CHECK: Duration = Duration::from_millis(250);

/// Watches the clock of loads in virtual time. While a call blocks it, no timeout and no grace
/// passes on it.
pub(crate) struct VirtualTime<'a> {
    measured: &'a Measured,
    checks: Option<mpsc::Receiver<()>>,
    /// When the clock was last seen to move, and its time then.
    moved: (Instant, u64),
    signaled: Option<Instant>,
}

impl VirtualTime<'_> {
    pub(crate) fn watch(all: &[Measured]) -> VirtualTime<'_> {
        let checks = all[0].is_virtual().then(|| {
            let (sender, checks) = mpsc::channel(1);
            // Without this thread the load runs unwatched.
            let thread = thread::Builder::new().name("pusher-look".to_string());
            let _ = thread.spawn(move || {
                while sender.blocking_send(()).is_ok() {
                    thread::sleep(CLOCK_CHECK);
                }
            });
            checks
        });
        VirtualTime { measured: &all[0], checks, moved: (Instant::now(), 0), signaled: None }
    }

    /// Resolves when the clock has stood still for too long, or, after so many signals, when their
    /// grace is over. On the real clock it never does.
    pub(crate) async fn has_stopped(&mut self, signals: u32) {
        let Some(checks) = &mut self.checks else { return std::future::pending().await };
        while checks.recv().await.is_some() {
            let now = self.measured.now();
            if now != self.moved.1 {
                self.moved = (Instant::now(), now);
            }
            if signals > 0 {
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
