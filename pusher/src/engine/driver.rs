//! Makes the calls: polls each once in place, and hands it to the runtime only if it is not ready.

use std::any::{Any, TypeId};
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, ready};

use tokio::time::Sleep;

use super::callers::{Caller, Callers};
use super::flights::{Flight, Key};
use super::gossip::{Ended, Ending};
use super::plan::{Tick, Ticks};
use super::run::Run;
use super::{forget, panic_message};
use crate::plan::note::{Note, TakeNotes};
use crate::plan::outcome::Outcome;
use crate::plan::target::{Call, Shift, Target};

/// A target whose type is forgotten once per driver, not once per call.
pub(crate) trait Drive: Send + Sync {
    /// Makes calls for `run` until it is over.
    fn drive(
        self: Arc<Self>,
        run: Arc<Run>,
        index: usize,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>>;

    /// Makes calls one after the other, as caller of a closed loop.
    fn call_on(
        self: Arc<Self>,
        run: Arc<Run>,
        callers: Arc<Callers>,
        caller: usize,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

pub(crate) struct Aimed<A, T> {
    target: T,
    args: PhantomData<fn() -> A>,
}

impl<A, T> Aimed<A, T> {
    pub(crate) fn new(target: T) -> Aimed<A, T> {
        Aimed { target, args: PhantomData }
    }
}

impl<A: 'static, T: Target<A>> Drive for Aimed<A, T> {
    fn drive(
        self: Arc<Self>,
        run: Arc<Run>,
        index: usize,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let place = run.worker.place();
        let post = Arc::new(Post { run, index });
        let driver = Driver { shift: post.shift(place), post, aimed: self };
        // Calls are polled in place on the budget of one task, of which tokio's resources would let
        // it do too little.
        Box::pin(tokio::task::coop::unconstrained(driver.drive()))
    }

    fn call_on(
        self: Arc<Self>,
        run: Arc<Run>,
        callers: Arc<Callers>,
        caller: usize,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let index = caller % run.flights.lists();
        let place = run.worker.place() * callers.concurrency() as usize + caller;
        let post = Arc::new(Post { run, index });
        let caller = Caller { shift: post.shift(place), post, aimed: self };
        Box::pin(caller.call_on(callers))
    }
}

/// How long a driver makes calls in place before other tasks have their turn, in nanoseconds.
pub(super) const TURN: u64 = 100_000;

struct Driver<A, T> {
    post: Arc<Post>,
    shift: Arc<Shift>,
    aimed: Arc<Aimed<A, T>>,
}

/// A driver's place in its run; what its calls hold on to after they have become tasks.
pub(super) struct Post {
    pub(super) run: Arc<Run>,
    pub(super) index: usize,
}

/// Where a call's future lives: on the heap, and used again for the next call when this one was
/// ready at once.
pub(super) type Room<F> = Pin<Box<Option<F>>>;

impl<A: 'static, T: Target<A>> Driver<A, T> {
    async fn drive(self) {
        let (run, index) = (self.post.run.clone(), self.post.index);
        let mut room: Room<T::Future> = Box::pin(None);
        let mut ticks = Ticks::new(run.plan.clone());
        let mut since = run.now();
        while let Some(mut tick) = self.post.claim(&mut ticks).await {
            loop {
                let start = run.now();
                run.seats[index].begun(start);
                let polled =
                    poll_fn(|context| Poll::Ready(self.first_poll(tick, room.as_mut(), context)))
                        .await;
                let next = match polled {
                    Poll::Ready(ended) if start - since > TURN => {
                        run.finish_turn(index, ended, tick, start)
                    }
                    Poll::Ready(ended) => run.finish(index, ended, tick, start, &mut ticks),
                    Poll::Pending => self.post.depart(
                        mem::replace(&mut room, Box::pin(None)),
                        tick,
                        start,
                        &mut ticks,
                    ),
                };
                let Some(next) = next else { break };
                tick = next;
            }
            if run.now() - since > TURN {
                give_way().await;
                since = run.now();
            }
        }
    }

    fn first_poll(
        &self,
        tick: Tick,
        mut room: Pin<&mut Option<T::Future>>,
        context: &mut Context<'_>,
    ) -> Poll<Ended> {
        let run = &self.post.run;
        match begin_call(&self.aimed, &self.shift, run, tick, room.as_mut()) {
            Ok(()) => poll(room, context, run.keeps_values()),
            Err(ended) => Poll::Ready(ended),
        }
    }
}

/// Calls the target, and puts its future into the room.
#[inline]
pub(super) fn begin_call<A: 'static, T: Target<A>>(
    aimed: &Aimed<A, T>,
    shift: &Arc<Shift>,
    run: &Run,
    tick: Tick,
    mut room: Pin<&mut Option<T::Future>>,
) -> Result<(), Ended> {
    let call = || Call {
        shift: shift.clone(),
        seq: tick.seq,
        due: run.instant(tick.due),
        warmup: tick.warmup,
    };
    in_call(|| aimed.target.call(call))
        .map(|future| room.set(Some(future)))
        .map_err(Ended::panicked)
}

impl TakeNotes for Post {
    fn take(&self, note: &Note<'_>) {
        self.run.take_note(self.index, note);
    }
}

impl Post {
    /// What all calls that are made here have in common.
    fn shift(self: &Arc<Post>, place: usize) -> Arc<Shift> {
        let notes: Weak<Post> = Arc::downgrade(self);
        let (worker, stopped) = (self.run.worker.shared_ident(), self.run.stopped.subscribe());
        Arc::new(Shift { worker, station: place, stopped, notes })
    }

    /// The first tick of a new claim; none when the run is over.
    async fn claim(&self, ticks: &mut Ticks) -> Option<Tick> {
        let seat = &self.run.seats[self.index];
        loop {
            if let Some(tick) = self.run.claim(self.index, ticks) {
                return Some(tick);
            }
            if seat.is_closed() {
                return None;
            }
            seat.wait_for_ticks(&self.run.backlog).await;
        }
    }

    /// The running call is not ready: it goes on as a task, and the driver to the next of its
    /// claim.
    fn depart<F>(
        self: &Arc<Self>,
        room: Room<F>,
        tick: Tick,
        start: u64,
        ticks: &mut Ticks,
    ) -> Option<Tick>
    where
        F: Future<Output: Outcome> + Send + 'static,
    {
        let desk = self.run.seats[self.index].desk()?;
        let key = self.run.flights.insert(self.index, Flight { tick, start, task: None });
        let flying = Flying { post: self.clone(), key, room };
        let task = match self.run.timeout {
            None => tokio::spawn(flying),
            Some(timeout) => {
                let deadline = Box::pin(tokio::time::sleep_until(
                    self.run.instant(start.saturating_add(timeout)),
                ));
                tokio::spawn(Limited { flying, deadline })
            }
        };
        self.run.flights.set_task(key, tick, task);
        self.run.begin(&desk, ticks)
    }

    /// A call that is listed among the flights has ended.
    pub(super) fn land(&self, key: Key, ended: Ended) {
        let end = self.run.now();
        // Off the list before, it is no longer the task's to end.
        if let Some(Flight { tick, start, .. }) = self.run.flights.remove(key) {
            self.run.land(
                self.run.overtime.slot(key.driver as usize),
                tick,
                Some(start),
                end,
                ended,
            );
        }
    }
}

/// A call after its first poll. Written out, because the state of an async fn would be several
/// times as large, and there may be a million of them.
struct Flying<F> {
    post: Arc<Post>,
    key: Key,
    room: Room<F>,
}

impl<F: Future<Output: Outcome>> Future for Flying<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let keeps_values = self.post.run.keeps_values();
        let ended = ready!(poll(self.room.as_mut(), context, keeps_values));
        self.post.land(self.key, ended);
        Poll::Ready(())
    }
}

/// The same, of a call that may take no longer than its timeout.
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
        let Flying { post, key, room } = &mut self.flying;
        clear(room.as_mut()).unwrap_or_else(forget);
        post.land(*key, Ended::timed_out(post.run.timeout));
        Poll::Ready(())
    }
}

/// Lets the runtime's other tasks have their turn.
///
/// tokio's own `yield_now` wakes the task only when its worker has nothing else to do: not while
/// another task blocks that worker. This one waits in the queue, from which other workers can take
/// it.
pub(super) async fn give_way() {
    let mut has_waited = false;
    poll_fn(|context| {
        if has_waited {
            return Poll::Ready(());
        }
        has_waited = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Polls the future in `room`, which is empty again when the call has ended, in whichever way.
pub(super) fn poll<F>(
    mut room: Pin<&mut Option<F>>,
    context: &mut Context<'_>,
    keeps_values: bool,
) -> Poll<Ended>
where
    F: Future<Output: Outcome>,
{
    let polled = in_call(|| {
        let future = room.as_mut().as_pin_mut().expect("a call is not polled after its end");
        future.poll(context).map(|outcome| Ended::from_outcome(outcome, keeps_values))
    });
    let ended = match polled {
        Ok(Poll::Pending) => return Poll::Pending,
        Ok(Poll::Ready(ended)) => ended,
        Err(payload) => Ended::panicked(payload),
    };
    match clear(room) {
        Ok(()) => Poll::Ready(ended),
        Err(payload) => Poll::Ready(Ended::panicked(payload)),
    }
}

/// Drops the future in `room`; what its destructor panics with is the error.
pub(super) fn clear<F>(mut room: Pin<&mut Option<F>>) -> std::thread::Result<()> {
    in_call(|| room.set(None))
}

thread_local!(static IN_CALL: Cell<bool> = const { Cell::new(false) });

/// Runs code of the target, whose panic is caught.
fn in_call<R>(run: impl FnOnce() -> R) -> std::thread::Result<R> {
    IN_CALL.set(true);
    let ran = catch_unwind(AssertUnwindSafe(run));
    IN_CALL.set(false);
    ran
}

/// Whether this thread is inside a target, whose panics are counted and need not be shown one by
/// one.
pub(crate) fn is_in_call() -> bool {
    IN_CALL.get()
}

impl Ended {
    fn from_outcome<O: Outcome>(outcome: O, keeps_values: bool) -> Ended {
        match outcome.into_result() {
            Ok(value) if keeps_values && TypeId::of::<O::Value>() != TypeId::of::<()>() => {
                Ended::with_value(value)
            }
            Ok(_) => Ended::default(),
            Err(error) => Ended::with_error(Ending::Failed, error.to_string()),
        }
    }

    fn panicked(payload: Box<dyn Any + Send>) -> Ended {
        let ended = Ended::with_error(Ending::Panicked, panic_message(&*payload).to_string());
        forget(payload);
        ended
    }
}
