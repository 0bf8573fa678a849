//! [`Watch`]: waits until the calls of a test are over, shows their progress, and cuts them short.
//!
//! ```text
//!   all runs are over ─────────────► done
//!   a first signal ────────────────► no more ticks, up to 5s for calls in flight
//!   a second signal ───────────────► no time for calls in flight
//!   a virtual clock stands still ──► the runs are given up: nothing on that clock can end them
//!   a threshold aborts ────────────► no more ticks, up to 5s for calls in flight
//! ```

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::interrupt::{GRACE_AFTER_SIGNAL, Interrupts};
use super::runtime::LoadRuntime;
use super::virtual_time::{STANDSTILL, VirtualTime};
use crate::report::progress::{Progress, SoFar};
use crate::work::{Looks, Measured};

/// The runs of a test, side by side.
pub(crate) struct Watch<'a> {
    pub(crate) runtime: &'a LoadRuntime,
    pub(crate) interrupts: &'a Interrupts,
    pub(crate) all: &'a [Measured],
    pub(crate) looks: &'a Arc<Looks>,
}

/// A task that ends when this is dropped.
struct EndsWithThis(JoinHandle<()>);

impl Drop for EndsWithThis {
    fn drop(&mut self) {
        self.0.abort();
    }
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
        let (mut looks, mut is_looking) = (self.looks(), true);
        for measured in self.all {
            loop {
                tokio::select! {
                    biased;
                    () = measured.over() => break,
                    () = &mut looks, if is_looking => is_looking = false,
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

    /// Looks at the loads while they run. In virtual time that is a task of the one thread on which
    /// the clock goes, so that it stands while somebody looks. On the real clock it is not: calls
    /// may block the threads of their runtime.
    fn looks(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let watch = self.looks.clone().watch();
        if !self.all[0].is_virtual() {
            return Box::pin(watch);
        }
        let mut task = EndsWithThis(self.runtime.handle().spawn(watch));
        // It panics if pusher has a bug.
        Box::pin(async move { drop((&mut task.0).await) })
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
