//! One call: begun, polled, on its way as a task of its own if it is not ready at once, and ended.
//!
//! ```text
//!   Maker::begin ───── panics ────────────┐
//!        │ a future, in its berth         ├──▶ ended in place: its driver tells the end
//!   Maker::first_poll ───── ready, panics ┘
//!        │ pending
//!   Post::depart: on the list of flights, and a task of its own
//!        │
//!   Flying, or Limited if there is a timeout
//!        └──── ready, panics, too late ───▶ Post::land: off the list, and its end is told, unless
//!                                           the run was closed around the call
//! ```
//!
//! The calls of a closed loop are listed before they begin, and stay with their callers.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, ready};

use tokio::time::{Sleep, sleep_until};

use super::flights::{Begun, FlightKey};
use super::gossip::{Ended, Values};
use super::panics::{Payload, forget, in_call};
use super::run::{Landing, Run};
use super::timeline::Tick;
use crate::plan::note::{Note, TakeNotes};
use crate::plan::target::{Call, Outcome, Shift, Target};

/// A target, which takes such arguments.
pub(crate) struct Aimed<A, T> {
    target: T,
    args: PhantomData<fn() -> A>,
}

impl<A, T> Aimed<A, T> {
    pub(crate) fn new(target: T) -> Aimed<A, T> {
        Aimed { target, args: PhantomData }
    }
}

/// Where a call's future lives: on the heap, and used again for the next call if this one was ready
/// at once.
pub(super) type Berth<F> = Pin<Box<Option<F>>>;

/// A lane of a run, in which calls are made. Calls hold on to it after they have become tasks.
pub(super) struct Post {
    pub(super) run: Arc<Run>,
    pub(super) lane: usize,
}

/// Makes the calls of one driver, or of one caller of a closed loop.
pub(super) struct Maker<A, T> {
    pub(super) post: Arc<Post>,
    shift: Arc<Shift>,
    aimed: Arc<Aimed<A, T>>,
}

impl<A: 'static, T: Target<A>> Maker<A, T> {
    /// At that station: a Worker, or a caller of a closed loop.
    pub(super) fn new(post: Post, station: usize, aimed: Arc<Aimed<A, T>>) -> Maker<A, T> {
        let post = Arc::new(post);
        let notes: Weak<Post> = Arc::downgrade(&post);
        let (worker, stopped) = (post.run.badge.ident.clone(), post.run.stopped.subscribe());
        let shift = Arc::new(Shift { worker, place: station, stopped, notes });
        Maker { post, shift, aimed }
    }

    /// Calls the target, and puts its future into the berth.
    #[inline]
    pub(super) fn begin(
        &self,
        tick: Tick,
        mut berth: Pin<&mut Option<T::Future>>,
    ) -> Result<(), Ended> {
        let call = || Call {
            shift: self.shift.clone(),
            seq: tick.seq,
            due: self.post.run.instant(tick.due),
            warmup: tick.warmup,
        };
        in_call(|| self.aimed.target.call(call))
            .map(|future| berth.set(Some(future)))
            .map_err(Ended::panicked)
    }

    /// Calls the target, and polls its future once.
    pub(super) fn first_poll(
        &self,
        tick: Tick,
        mut berth: Pin<&mut Option<T::Future>>,
        context: &mut Context<'_>,
    ) -> Poll<Ended> {
        match self.begin(tick, berth.as_mut()) {
            Ok(()) => poll(berth, context, self.post.run.values),
            Err(ended) => Poll::Ready(ended),
        }
    }
}

/// Polls the future in the berth, which is empty again when the call has ended, in whichever way.
pub(super) fn poll<F>(
    mut berth: Pin<&mut Option<F>>,
    context: &mut Context<'_>,
    values: Values,
) -> Poll<Ended>
where
    F: Future<Output: Outcome>,
{
    let polled = in_call(|| {
        let future = berth.as_mut().as_pin_mut().expect("a call is not polled after its end");
        future.poll(context).map(|outcome| Ended::from_outcome(outcome, values))
    });
    let ended = match polled {
        Ok(Poll::Pending) => return Poll::Pending,
        Ok(Poll::Ready(ended)) => ended,
        Err(payload) => Ended::panicked(payload),
    };
    match clear(berth) {
        Ok(()) => Poll::Ready(ended),
        Err(payload) => Poll::Ready(Ended::panicked(payload)),
    }
}

/// Drops the future in the berth; the error is a panic of its destructor.
pub(super) fn clear<F>(mut berth: Pin<&mut Option<F>>) -> Result<(), Payload> {
    in_call(|| berth.set(None))
}

impl TakeNotes for Post {
    fn take(&self, note: &Note<'_>) {
        self.run.take_note(self.lane, note);
    }
}

impl Post {
    /// A call that was not ready at its first poll goes on as a task, listed among the flights. For
    /// the holder of the lane's desk.
    pub(super) fn depart<F>(self: &Arc<Self>, begun: Begun, berth: Berth<F>)
    where
        F: Future<Output: Outcome> + Send + 'static,
    {
        let key = self.run.flights.insert(self.lane, begun);
        let flying = Flying { post: self.clone(), key, berth };
        let task = match self.deadline(begun) {
            None => tokio::spawn(flying),
            Some(deadline) => tokio::spawn(Limited { flying, deadline }),
        };
        self.run.flights.set_task(key, begun.tick, task);
    }

    /// Resolves when the call is over its timeout; none if there is none.
    pub(super) fn deadline(&self, begun: Begun) -> Option<Pin<Box<Sleep>>> {
        let timeout = self.run.timeout?;
        let deadline = self.run.instant(begun.start.saturating_add(timeout));
        Some(Box::pin(sleep_until(deadline)))
    }

    /// A call that is listed among the flights has ended.
    pub(super) fn land(&self, key: FlightKey, ended: Ended) {
        let end = self.run.now();
        // Off the list before, the call is no longer the task's to end.
        if let Some(Begun { tick, start }) = self.run.flights.remove(key) {
            let slot = self.run.overtime.slot(key.lane());
            self.run.land(slot, Landing { tick, start: Some(start), end, ended });
        }
    }
}

/// A call after its first poll. Written out, because the state of an async fn would be several
/// times as large, and there may be a million of them.
struct Flying<F> {
    post: Arc<Post>,
    key: FlightKey,
    berth: Berth<F>,
}

impl<F: Future<Output: Outcome>> Future for Flying<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let values = self.post.run.values;
        let ended = ready!(poll(self.berth.as_mut(), context, values));
        self.post.land(self.key, ended);
        Poll::Ready(())
    }
}

/// A call after its first poll that may take no longer than its timeout.
struct Limited<F> {
    flying: Flying<F>,
    deadline: Pin<Box<Sleep>>,
}

impl<F: Future<Output: Outcome>> Future for Limited<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if Pin::new(&mut self.flying).poll(context).is_ready() {
            return Poll::Ready(());
        }
        ready!(self.deadline.as_mut().poll(context));
        let Flying { post, key, berth } = &mut self.flying;
        clear(berth.as_mut()).unwrap_or_else(forget);
        post.land(*key, post.run.timed_out());
        Poll::Ready(())
    }
}
