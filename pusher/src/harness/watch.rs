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
use crate::plan::error::Error;
use crate::report::progress::{Progress, SoFar};
use crate::work::{Assignment, LoadParts, Looks, Measured, begin};

/// Runs of a test that have begun, side by side, and the looks at them.
pub(crate) struct BegunRuns {
    pub(crate) all: Arc<[Measured]>,
    pub(crate) looks: Arc<Looks>,
    /// Looks at them in virtual time: a task of the one thread on which the clock goes, so that it
    /// stands while somebody looks.
    looking: Option<EndsWithThis>,
}

/// Waits for runs that have begun.
pub(crate) struct Watch<'a> {
    pub(crate) runtime: &'a LoadRuntime,
    pub(crate) interrupts: &'a Interrupts,
    pub(crate) begun: &'a mut BegunRuns,
}

/// A task that ends when this is dropped.
struct EndsWithThis(JoinHandle<()>);

impl Drop for EndsWithThis {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl BegunRuns {
    /// Has runs begin, and looks at their parts. In virtual time the looks begin with them: the
    /// clock may go to the end of the runs before anybody else gets on.
    pub(crate) fn new(
        runtime: &LoadRuntime,
        assignments: Vec<Assignment>,
        parts: Vec<Option<LoadParts>>,
    ) -> Result<BegunRuns, Error> {
        runtime.at_once(move |ground| {
            let all: Arc<[Measured]> = begin(assignments, &ground?)?.into();
            let looks = Arc::new(Looks::new(all.clone(), parts));
            let watch = || EndsWithThis(tokio::spawn(looks.clone().watch()));
            let looking = all[0].is_virtual().then(watch);
            Ok(BegunRuns { all, looks, looking })
        })
    }
}

impl Watch<'_> {
    /// Waits until all runs are over; gives the cause that cut them short, if there was one.
    pub(crate) fn until_over(&mut self, progress: Progress) -> Option<&'static str> {
        let looks = self.looks();
        std::thread::scope(|scope| {
            let (done, is_done) = oneshot::channel();
            let all = &*self.begun.all;
            let thread = std::thread::Builder::new();
            // Without a thread for it, nothing is shown.
            let _ = thread.spawn_scoped(scope, move || progress.show(is_done, || so_far(all)));
            self.runtime.block_on(self.over(done, looks))
        })
    }

    /// Waits until all runs are over. The progress is shown while `shown` lives: after a signal the
    /// terminal may be the shell's again.
    async fn over(
        &self,
        shown: oneshot::Sender<()>,
        mut looks: Pin<Box<dyn Future<Output = ()> + Send>>,
    ) -> Option<&'static str> {
        let mut shown = Some(shown);
        let mut interrupts = self.interrupts.clone();
        let all = &self.begun.all;
        let (mut signals, mut virtual_time) = (0, VirtualTime::watch(all));
        let mut is_looking = true;
        for measured in all.iter() {
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

    /// Looks at the loads while they run. On the real clock that is no task: calls may block the
    /// threads of their runtime.
    fn looks(&mut self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        match self.begun.looking.take() {
            // It panics if pusher has a bug.
            Some(mut task) => Box::pin(async move { drop((&mut task.0).await) }),
            None => Box::pin(self.begun.looks.clone().watch()),
        }
    }

    fn cut_short(&self, signals: u32) {
        let grace = if signals == 1 { GRACE_AFTER_SIGNAL } else { Duration::ZERO };
        if signals == 1 {
            self.interrupts.announce("no more ticks; calls in flight have");
        }
        self.begun.all.iter().for_each(|measured| measured.stop(Some(grace)));
        // A grace on a virtual clock may never be over.
        if signals > 1 && self.begun.all[0].is_virtual() {
            self.abandon();
        }
    }

    fn abandon(&self) {
        self.begun.all.iter().for_each(|measured| measured.abandon());
    }
}

/// How far all runs are together.
fn so_far(all: &[Measured]) -> SoFar {
    let all = all.iter().map(Measured::so_far);
    all.reduce(|one, other| one.beside(&other)).unwrap_or_default()
}
