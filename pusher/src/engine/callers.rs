//! A closed loop: callers, a task each, that make one call after the other.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tokio::task::JoinHandle;
use tokio::time::{Sleep, sleep_until};

use super::driver::{Aimed, Post, Room, TURN, begin_call, clear, give_way, poll};
use super::flights::{Flight, Key};
use super::gossip::Ended;
use super::plan::Tick;
use super::run::Run;
use super::{forget, lock};
use crate::plan::closed::ClosedLoop;
use crate::plan::target::{Shift, Target};
use crate::plan::time::nanos;

/// What the callers of a run share.
pub(crate) struct Callers {
    closed: ClosedLoop,
    begun: Mutex<Begun>,
    /// None when they have been stopped.
    tasks: Mutex<Option<Vec<JoinHandle<()>>>>,
    stuck: AtomicBool,
    /// How many callers have come to their first call.
    there: AtomicU64,
}

/// How many calls have begun, and whether no other may.
#[derive(Default)]
struct Begun {
    warmup: u64,
    measured: u64,
    ended: bool,
    /// When the last call was due, and how many were due then.
    due: u64,
    at_once: u64,
}

impl Begun {
    /// Whether there is nothing left for another call, of the warm-up or measured.
    fn has_used_up(&self, closed: &ClosedLoop) -> bool {
        closed.calls_in_all.is_some_and(|calls| self.warmup + self.measured >= calls)
    }
}

/// So many calls at one instant are made on no clock but one that stands still.
const STUCK: u64 = 1_000_000;

impl Callers {
    pub(crate) fn new(closed: ClosedLoop) -> Callers {
        Callers {
            closed,
            begun: Mutex::default(),
            tasks: Mutex::new(Some(Vec::new())),
            stuck: AtomicBool::new(false),
            there: AtomicU64::new(0),
        }
    }

    pub(crate) fn concurrency(&self) -> u64 {
        self.closed.concurrency
    }

    /// Keeps hold of one of the callers, to stop it; if the run is over already, at once.
    pub(crate) fn keep(&self, task: JoinHandle<()>) {
        match &mut *lock(&self.tasks) {
            Some(tasks) => tasks.push(task),
            None => task.abort(),
        }
    }

    /// How many calls have begun: of the warm-up, and measured ones.
    pub(crate) fn begun(&self) -> (u64, u64) {
        let begun = lock(&self.begun);
        (begun.warmup, begun.measured)
    }

    /// How many callers never got to a call, though there were calls left for them.
    pub(crate) fn missing(&self) -> u64 {
        let begun = lock(&self.begun);
        let is_done = self.closed.calls.is_some_and(|calls| begun.measured >= calls)
            || begun.has_used_up(&self.closed);
        if is_done {
            0
        } else {
            self.closed.concurrency.saturating_sub(self.there.load(Ordering::SeqCst))
        }
    }

    /// Whether the run was ended because it would never have: its calls take no time on a clock
    /// that stands still meanwhile.
    pub(crate) fn is_stuck(&self) -> bool {
        self.stuck.load(Ordering::SeqCst)
    }

    /// Lets no other call begin.
    pub(crate) fn end(&self) {
        lock(&self.begun).ended = true;
    }

    /// Ends the callers, whatever they do.
    pub(crate) fn abort(&self) {
        lock(&self.tasks).take().into_iter().flatten().for_each(|task| task.abort());
    }

    /// Begins the next call, due so many nanoseconds after the origin; none if the loop has ended.
    ///
    /// The run must not be closed between the look at whether it goes on and the listing of the
    /// call, which would have no owner then: both are done behind one lock.
    fn begin(&self, run: &Run, list: usize, due: u64) -> Option<(Tick, u64, Key)> {
        let mut begun = lock(&self.begun);
        let tick = self.next(&mut begun, run, due)?;
        run.overtime.admit(1);
        run.tell_before(tick);
        let start = run.now();
        Some((tick, start, run.flights.insert(list, Flight { tick, start, task: None })))
    }

    /// The tick of the next call, if there is to be one; the last ends the loop.
    fn next(&self, begun: &mut Begun, run: &Run, due: u64) -> Option<Tick> {
        let warmup = due < run.plan.start();
        let is_over = begun.ended || due >= run.plan.end();
        if is_over
            || (!warmup && self.closed.calls.is_some_and(|calls| begun.measured >= calls))
            || begun.has_used_up(&self.closed)
        {
            return None;
        }
        let count = if warmup { &mut begun.warmup } else { &mut begun.measured };
        let tick = Tick { seq: *count, warmup, due };
        *count += 1;
        self.watch_clock(begun, run, tick);
        if (!warmup && self.closed.calls == Some(begun.measured)) || begun.has_used_up(&self.closed)
        {
            begun.ended = true;
            run.stop(None);
        }
        Some(tick)
    }

    /// Ends a loop that would never end, since its clock stands still while it has something to do.
    fn watch_clock(&self, begun: &mut Begun, run: &Run, tick: Tick) {
        begun.at_once = if begun.due == tick.due { begun.at_once + 1 } else { 1 };
        begun.due = tick.due;
        let ends_by_time = tick.warmup || self.closed.calls.is_none();
        if ends_by_time && begun.at_once > STUCK + self.closed.concurrency {
            self.stuck.store(true, Ordering::SeqCst);
            begun.ended = true;
            run.stop(None);
        }
    }
}

/// One of the callers.
pub(super) struct Caller<A, T> {
    pub(super) post: Arc<Post>,
    pub(super) shift: Arc<Shift>,
    pub(super) aimed: Arc<Aimed<A, T>>,
}

impl<A: 'static, T: Target<A>> Caller<A, T> {
    /// Makes calls until the loop has ended, or the run is closed around one of them.
    pub(super) async fn call_on(self, callers: Arc<Callers>) {
        let run = self.post.run.clone();
        let pause = nanos(callers.closed.pause);
        let mut room: Room<T::Future> = Box::pin(None);
        sleep_until(run.origin).await;
        let (mut due, mut since) = (0, run.now());
        // It has a thread.
        callers.there.fetch_add(1, Ordering::SeqCst);
        while let Some((tick, start, key)) = callers.begin(&run, self.post.index, due) {
            let mut deadline = None;
            let ended = std::future::poll_fn(|context| {
                self.poll(tick, start, room.as_mut(), &mut deadline, context)
            })
            .await;
            self.post.land(key, ended);
            let end = run.now();
            due = end.saturating_add(pause);
            if pause > 0 {
                let mut stopped = run.stopped.subscribe();
                tokio::select! { () = sleep_until(run.instant(due)) => {}, _ = stopped.wait_for(|stopped| *stopped) => {} }
                since = run.now();
            } else if end - since > TURN || run.is_virtual() {
                give_way().await;
                since = run.now();
            }
        }
        // What a call handed on to a task is heard through its caller, until the run is over and
        // ends this.
        std::future::pending().await
    }

    /// Polls the call in the room, which is made at its first poll, until it has ended or takes too
    /// long.
    fn poll(
        &self,
        tick: Tick,
        start: u64,
        mut room: Pin<&mut Option<T::Future>>,
        deadline: &mut Option<Pin<Box<Sleep>>>,
        context: &mut Context<'_>,
    ) -> Poll<Ended> {
        let run = &self.post.run;
        if room.is_none()
            && let Err(ended) = begin_call(&self.aimed, &self.shift, run, tick, room.as_mut())
        {
            return Poll::Ready(ended);
        }
        if let Poll::Ready(ended) = poll(room.as_mut(), context, run.keeps_values()) {
            return Poll::Ready(ended);
        }
        let Some(timeout) = run.timeout else { return Poll::Pending };
        let deadline = deadline.get_or_insert_with(|| {
            Box::pin(sleep_until(run.instant(start.saturating_add(timeout))))
        });
        if deadline.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        clear(room).unwrap_or_else(forget);
        Poll::Ready(Ended::timed_out(run.timeout))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The run may be over before all callers are there.
    #[tokio::test]
    async fn a_caller_that_comes_too_late_is_sent_away() {
        let callers = Callers::new(ClosedLoop::new(2).calls(1));
        let held = Arc::new(());
        let caller = |held: Arc<()>| {
            tokio::spawn(async move {
                std::future::pending::<()>().await;
                drop(held)
            })
        };
        callers.keep(caller(held.clone()));
        callers.abort();
        callers.keep(caller(held.clone()));
        while Arc::strong_count(&held) > 1 {
            tokio::task::yield_now().await;
        }
    }
}
