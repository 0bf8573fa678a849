//! One call in its [`Berth`]: begun, polled, on its way as a task of its own if it is not ready at
//! once, and ended.
//!
//! ```text
//!   Berth::first_poll ─ ready, panics ──▶ ended in place: its driver tells the end
//!        │ pending
//!   Post::depart: on the list of flights, and a task of its own
//!        │
//!   Flying, or Limited if there is a timeout, which the call's pauses put off
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
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::task::JoinHandle;
use tokio::time::{Instant, Sleep, sleep_until};

use super::flights::{Begun, FlightKey};
use super::gossip::Ended;
use super::panics::{Payload, forget, in_call};
use super::run::{Landing, Run};
use super::timeline::Tick;
use crate::plan::note::{Note, TakeNotes};
use crate::plan::outcome::Outcome;
use crate::plan::target::{Call, Shift, Target};

/// That of tokio's timer.
const GRAIN: Duration = Duration::from_millis(1);

/// A target whose type is forgotten: drivers, callers and tasks are compiled once for each kind of
/// berth, and not again for each target.
#[derive(Clone)]
pub(crate) enum Aim {
    /// Its calls can go from thread to thread.
    Movable(Arc<dyn MakersOf<MovableBerth>>),
    /// Its calls stay on the thread on which they began.
    Bound(Arc<dyn MakersOf<BoundBerth>>),
}

/// A target whose calls have such berths.
pub(crate) trait MakersOf<B: ?Sized>: Send + Sync {
    /// Who makes its calls at that station, a Worker or a caller of a closed loop.
    fn maker(&self, post: Post, station: usize) -> Arc<dyn Make<B>>;
}

/// Makes the calls of one driver, or of one caller of a closed loop.
pub(crate) trait Make<B: ?Sized>: Send + Sync {
    fn post(&self) -> &Arc<Post>;

    /// A berth for one call after the other.
    fn berth(self: Arc<Self>) -> Pin<Box<B>>;

    /// The same on cache lines of its own, for a driver: every call that is ready at once writes to
    /// its driver's berth. If two drivers write to one line, an empty call costs half as much
    /// again. A berth that goes on its way with a call is small instead: there may be a million.
    fn berth_apart(self: Arc<Self>) -> Pin<Box<B>>;
}

pub(crate) type MovableBerth = dyn Berth + Send;
pub(crate) type BoundBerth = dyn Berth;

/// A berth whose call can go on as a task of its own.
pub(crate) trait Depart: Berth {
    fn spawn(flying: Flying<Self>) -> JoinHandle<()>;

    fn spawn_limited(limited: Limited<Self>) -> JoinHandle<()>;
}

impl Depart for MovableBerth {
    fn spawn(flying: Flying<MovableBerth>) -> JoinHandle<()> {
        tokio::spawn(flying)
    }

    fn spawn_limited(limited: Limited<MovableBerth>) -> JoinHandle<()> {
        tokio::spawn(limited)
    }
}

impl Depart for BoundBerth {
    fn spawn(flying: Flying<BoundBerth>) -> JoinHandle<()> {
        tokio::task::spawn_local(flying)
    }

    fn spawn_limited(limited: Limited<BoundBerth>) -> JoinHandle<()> {
        tokio::task::spawn_local(limited)
    }
}

/// Where a call lives: on the heap, and used again for the next call if this one was ready at once.
pub(crate) trait Berth {
    fn post(&self) -> &Arc<Post>;

    /// Calls the target, and polls its future once.
    fn first_poll(self: Pin<&mut Self>, tick: Tick, context: &mut Context<'_>) -> Poll<Ended>;

    /// Polls the future. The berth is empty again when the call has ended, in whichever way.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Ended>;

    /// Drops the future; the error is what its destructor panics with.
    fn clear(self: Pin<&mut Self>) -> Result<(), Payload>;
}

/// What calls are made of.
pub(crate) trait Aimable: Send + Sync + 'static {
    type Future: Future<Output: Outcome> + 'static;

    fn call(&self, call: impl FnOnce() -> Call) -> Self::Future;
}

/// A target, which takes such arguments.
struct Aimed<A, T> {
    target: T,
    args: PhantomData<fn() -> A>,
}

impl<A: 'static, T: Target<A>> Aimable for Aimed<A, T> {
    type Future = T::Future;

    #[inline]
    fn call(&self, call: impl FnOnce() -> Call) -> T::Future {
        self.target.call(call)
    }
}

/// A fn whose calls stay on their thread.
struct AimedHere<F>(F);

impl<F, R> Aimable for AimedHere<F>
where
    F: Fn(Call) -> R + Send + Sync + 'static,
    R: Future<Output: Outcome> + 'static,
{
    type Future = R;

    fn call(&self, call: impl FnOnce() -> Call) -> R {
        self.0(call())
    }
}

impl Aim {
    pub(crate) fn at<A: 'static, T: Target<A>>(target: T) -> Aim {
        let aimed = Aimed { target, args: PhantomData };
        Aim::Movable(Arc::new(Makers(Arc::new(aimed))))
    }

    pub(crate) fn here<F, R>(target: F) -> Aim
    where
        F: Fn(Call) -> R + Send + Sync + 'static,
        R: Future<Output: Outcome> + 'static,
    {
        Aim::Bound(Arc::new(Makers(Arc::new(AimedHere(target)))))
    }
}

struct Makers<C>(Arc<C>);

impl<C: Aimable<Future: Send>> MakersOf<MovableBerth> for Makers<C> {
    fn maker(&self, post: Post, station: usize) -> Arc<dyn Make<MovableBerth>> {
        Arc::new(Maker::new(self.0.clone(), post, station))
    }
}

impl<C: Aimable> MakersOf<BoundBerth> for Makers<C> {
    fn maker(&self, post: Post, station: usize) -> Arc<dyn Make<BoundBerth>> {
        Arc::new(Maker::new(self.0.clone(), post, station))
    }
}

/// A lane of a run, in which calls are made. Calls hold on to it after they have become tasks.
pub(crate) struct Post {
    pub(super) run: Arc<Run>,
    pub(super) lane: usize,
}

/// A target, with what all its calls at one station share. Each driver has one of its own: what all
/// drivers count together costs them more than a call.
struct Maker<C> {
    calls: Arc<C>,
    post: Arc<Post>,
    shift: Arc<Shift>,
}

impl<C: Aimable<Future: Send>> Make<MovableBerth> for Maker<C> {
    fn post(&self) -> &Arc<Post> {
        &self.post
    }

    fn berth(self: Arc<Self>) -> Pin<Box<MovableBerth>> {
        Box::pin(Moored::new(self))
    }

    fn berth_apart(self: Arc<Self>) -> Pin<Box<MovableBerth>> {
        Box::pin(Apart { berth: Moored::new(self) })
    }
}

impl<C: Aimable> Make<BoundBerth> for Maker<C> {
    fn post(&self) -> &Arc<Post> {
        &self.post
    }

    fn berth(self: Arc<Self>) -> Pin<Box<BoundBerth>> {
        Box::pin(Moored::new(self))
    }

    fn berth_apart(self: Arc<Self>) -> Pin<Box<BoundBerth>> {
        Box::pin(Apart { berth: Moored::new(self) })
    }
}

impl<C: Aimable> Maker<C> {
    fn new(calls: Arc<C>, post: Post, station: usize) -> Maker<C> {
        let post = Arc::new(post);
        let notes: Weak<Post> = Arc::downgrade(&post);
        let (worker, stopped) = (post.run.badge.ident.clone(), post.run.stopped.subscribe());
        let pauses_end = post.run.pauses_end.subscribe();
        let start = post.run.instant(post.run.timeline.start());
        let shift = Arc::new(Shift { worker, station, stopped, pauses_end, start, notes });
        Maker { calls, post, shift }
    }

    /// Calls the target.
    fn call(&self, tick: Tick) -> C::Future {
        self.calls.call(|| Call {
            shift: self.shift.clone(),
            seq: tick.seq,
            due: self.post.run.instant(tick.due),
            warmup: tick.warmup,
        })
    }
}

pin_project! {
    /// The berth of a target's calls.
    struct Moored<C: Aimable> {
        maker: Arc<Maker<C>>,
        #[pin]
        future: Option<C::Future>,
    }
}

impl<C: Aimable> Moored<C> {
    /// Empty.
    fn new(maker: Arc<Maker<C>>) -> Moored<C> {
        Moored { maker, future: None }
    }
}

impl<C: Aimable> Berth for Moored<C> {
    fn post(&self) -> &Arc<Post> {
        &self.maker.post
    }

    fn first_poll(mut self: Pin<&mut Self>, tick: Tick, context: &mut Context<'_>) -> Poll<Ended> {
        let mut berth = self.as_mut().project();
        match in_call(|| berth.maker.call(tick)) {
            Ok(future) => berth.future.set(Some(future)),
            Err(payload) => return Poll::Ready(Ended::panicked(payload)),
        }
        self.poll(context)
    }

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Ended> {
        let mut berth = self.project();
        let values = berth.maker.post.run.values;
        let polled = in_call(|| {
            let call = berth.future.as_mut().as_pin_mut();
            let polled = call.expect("a call is not polled after its end").poll(context);
            polled.map(|outcome| Ended::from_outcome(outcome, values))
        });
        let ended = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(ended)) => ended,
            Err(payload) => Ended::panicked(payload),
        };
        match in_call(|| berth.future.set(None)) {
            Ok(()) => Poll::Ready(ended),
            Err(payload) => Poll::Ready(Ended::panicked(payload)),
        }
    }

    fn clear(self: Pin<&mut Self>) -> Result<(), Payload> {
        in_call(|| self.project().future.set(None))
    }
}

pin_project! {
    /// A berth on cache lines of its own.
    #[repr(align(128))]
    struct Apart<B> {
        #[pin]
        berth: B,
    }
}

impl<B: Berth> Berth for Apart<B> {
    fn post(&self) -> &Arc<Post> {
        self.berth.post()
    }

    fn first_poll(self: Pin<&mut Self>, tick: Tick, context: &mut Context<'_>) -> Poll<Ended> {
        self.project().berth.first_poll(tick, context)
    }

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Ended> {
        self.project().berth.poll(context)
    }

    fn clear(self: Pin<&mut Self>) -> Result<(), Payload> {
        self.project().berth.clear()
    }
}

impl TakeNotes for Post {
    fn take(&self, note: &Note<'_>) {
        self.run.take_note(self.lane, note);
    }

    fn stop(&self, why: String) {
        self.run.stop_side_by_side(self.lane, why);
    }

    fn begin_pause(&self, call: (u64, bool)) {
        self.run.paused_calls.begin(call, Instant::now());
    }

    fn end_pause(&self, call: (u64, bool)) {
        self.run.paused_calls.end(call, Instant::now());
    }
}

impl Post {
    /// A call that was not ready at its first poll goes on as a task, listed among the flights. For
    /// the holder of the lane's desk.
    pub(super) fn depart<B: Depart + ?Sized>(&self, begun: Begun, berth: Pin<Box<B>>) {
        let key = self.run.flights.insert(self.lane, begun);
        let flying = Flying { key, berth };
        let task = match self.deadline(begun) {
            None => B::spawn(flying),
            Some(deadline) => B::spawn_limited(Limited { flying, deadline }),
        };
        self.run.flights.set_task(key, begun.tick, task);
    }

    /// Resolves when the call is over its timeout; none if there is none.
    pub(super) fn deadline(&self, begun: Begun) -> Option<Pin<Box<Sleep>>> {
        let timeout = self.run.timeout?;
        let deadline = self.run.instant(begun.start.saturating_add(timeout));
        Some(Box::pin(sleep_until(deadline)))
    }

    /// Waits until a call is over its timeout, which its pauses put off.
    pub(super) fn poll_deadline(
        &self,
        key: FlightKey,
        mut deadline: Pin<&mut Sleep>,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        loop {
            ready!(deadline.as_mut().poll(context));
            let Some(Begun { tick, start }) = self.run.flights.begun(key) else {
                return Poll::Ready(());
            };
            let Some(clock) = self.run.paused_calls.clock((tick.seq, tick.warmup)) else {
                return Poll::Ready(());
            };
            let timeout = self.run.timeout.unwrap_or_default();
            let end = self.run.instant(start.saturating_add(timeout));
            // As it is if a pause that goes on ends now: it cannot be earlier, and the pause may
            // end without a word to the call, in a task that it has been moved to.
            let now = Instant::now();
            let due = end + clock.paused_by(now);
            if clock.since().is_some() {
                deadline.as_mut().reset(due.max(now + GRAIN));
            } else if deadline.deadline() >= due {
                return Poll::Ready(());
            } else {
                deadline.as_mut().reset(due);
            }
        }
    }

    /// A call that is listed among the flights has ended.
    pub(super) fn land(&self, key: FlightKey, ended: Ended) {
        let end = self.run.now();
        self.run.decide_before(end, self.lane);
        // Off the list before, the call is no longer the task's to end.
        if let Some(Begun { tick, start }) = self.run.flights.remove(key) {
            let slot = self.run.overtime.slot(key.lane());
            self.run.land(slot, Landing { tick, start: Some(start), end, ended });
        }
    }
}

/// A call after its first poll. Written out, because the state of an async fn would be several
/// times as large, and there may be a million of them.
pub(crate) struct Flying<B: ?Sized> {
    key: FlightKey,
    berth: Pin<Box<B>>,
}

impl<B: Berth + ?Sized> Future for Flying<B> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let ended = ready!(self.berth.as_mut().poll(context));
        self.berth.post().land(self.key, ended);
        Poll::Ready(())
    }
}

/// A call after its first poll that may take no longer than its timeout.
pub(crate) struct Limited<B: ?Sized> {
    flying: Flying<B>,
    deadline: Pin<Box<Sleep>>,
}

impl<B: Berth + ?Sized> Future for Limited<B> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if Pin::new(&mut self.flying).poll(context).is_ready() {
            return Poll::Ready(());
        }
        let Limited { flying: Flying { key, berth }, deadline } = &mut *self;
        ready!(berth.post().poll_deadline(*key, deadline.as_mut(), context));
        berth.as_mut().clear().unwrap_or_else(forget);
        let post = berth.post();
        post.land(*key, post.run.timed_out());
        Poll::Ready(())
    }
}
