//! [`Watch`]: waits until the calls of a test are over, shows their progress, and cuts them short.
//!
//! ```text
//!   all runs are over ─────────────► done
//!   a first signal ────────────────► no more ticks, up to 5s for calls in flight
//!   a second signal ───────────────► no time for calls in flight
//!   a virtual clock stands still ──► the runs are given up: nothing on that clock can end them
//! ```

use std::time::Duration;

use tokio::sync::oneshot;

use super::interrupt::{GRACE_AFTER_SIGNAL, Interrupts};
use super::runtime::LoadRuntime;
use super::virtual_time::{STANDSTILL, VirtualTime};
use crate::report::progress::{Progress, SoFar};
use crate::work::Measured;

/// The runs of a test, side by side.
pub(crate) struct Watch<'a> {
    pub(crate) runtime: &'a LoadRuntime,
    pub(crate) interrupts: &'a Interrupts,
    pub(crate) all: &'a [Measured],
}

impl Watch<'_> {
    /// Waits until all runs are over; gives the cause that cut them short, if there was one.
    pub(crate) fn until_over(&self, progress: Progress) -> Option<&'static str> {
        std::thread::scope(|scope| {
            let (done, is_done) = oneshot::channel();
            let all = self.all;
            let thread = std::thread::Builder::new();
            // Without a thread for it, nothing is shown.
            let _ = thread.spawn_scoped(scope, move || progress.show(is_done, || so_far(all)));
            self.runtime.block_on(self.over(done))
        })
    }

    /// Waits until all runs are over. The progress is shown while `shown` lives: after a signal the
    /// terminal may be the shell's again.
    async fn over(&self, shown: oneshot::Sender<()>) -> Option<&'static str> {
        let mut shown = Some(shown);
        let mut interrupts = self.interrupts.clone();
        let (mut signals, mut virtual_time) = (0, VirtualTime::watch(self.all));
        for measured in self.all {
            loop {
                tokio::select! {
                    biased;
                    () = measured.over() => break,
                    () = virtual_time.has_stopped(signals) => {
                        self.abandon();
                        if signals == 0 {
                            return Some(STANDSTILL);
                        }
                    }
                    count = interrupts.more_than(signals) => {
                        signals = count;
                        drop(shown.take());
                        self.cut_short(signals);
                    }
                }
            }
        }
        interrupts.first().filter(|_| signals > 0)
    }

    fn cut_short(&self, signals: u32) {
        let grace = if signals == 1 { GRACE_AFTER_SIGNAL } else { Duration::ZERO };
        if signals == 1 {
            self.interrupts.announce("no more ticks; calls in flight have");
        }
        self.all.iter().for_each(|measured| measured.stop(Some(grace)));
        // A grace on a virtual clock may never be over.
        if signals > 1 && self.all[0].is_virtual() {
            self.abandon();
        }
    }

    fn abandon(&self) {
        self.all.iter().for_each(|measured| measured.abandon());
    }
}

/// How far all runs are together.
fn so_far(all: &[Measured]) -> SoFar {
    let all = all.iter().map(Measured::so_far);
    all.reduce(|one, other| one.beside(&other)).unwrap_or_default()
}
