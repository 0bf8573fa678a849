//! [`Caller`]: one caller of a closed loop, which makes one call after the other.

use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;
use tokio::time::{Sleep, sleep_until};

use super::call::{Berth, BoundBerth, Depart, Make, MovableBerth};
use super::callers::{Callers, Next};
use super::flights::{Begun, FlightKey};
use super::gossip::Ended;
use super::panics::forget;
use super::stretch::give_way;
use crate::plan::pause::Pauses;

/// A task that waits for each answer before it calls again.
pub(super) struct Caller<B: ?Sized> {
    pub(super) maker: Arc<dyn Make<B>>,
    pub(super) callers: Arc<Callers>,
    /// Among the callers of its Worker.
    pub(super) number: usize,
    /// The number of its station.
    pub(super) station: usize,
    /// On whose thread it is.
    pub(super) lane: usize,
    /// None of one that begins.
    pub(super) moved: Option<Moved>,
}

/// What a caller takes along from the lane that it was on.
pub(super) struct Moved {
    pauses: Pauses,
    /// When its next call is due, in nanoseconds from the origin.
    due: u64,
}

/// A berth whose callers can be put to work.
pub(super) trait StartCaller: Depart {
    /// On the runtime of this thread.
    fn start_here(caller: Caller<Self>);

    /// On the runtime of another lane.
    fn start(caller: Caller<Self>, runtime: &Handle);
}

impl StartCaller for MovableBerth {
    fn start_here(caller: Caller<MovableBerth>) {
        MovableBerth::start(caller, &Handle::current());
    }

    fn start(caller: Caller<MovableBerth>, runtime: &Handle) {
        let (callers, number) = (caller.callers.clone(), caller.number);
        callers.keep(number, runtime.spawn(caller.call_on()));
    }
}

impl StartCaller for BoundBerth {
    fn start_here(caller: Caller<BoundBerth>) {
        let (callers, number) = (caller.callers.clone(), caller.number);
        callers.keep(number, tokio::task::spawn_local(caller.call_on()));
    }

    fn start(caller: Caller<BoundBerth>, runtime: &Handle) {
        runtime.spawn(async { BoundBerth::start_here(caller) });
    }
}

/// A call under way, polled in the berth of its caller.
struct CallInBerth {
    begun: Begun,
    key: FlightKey,
    /// Whether the target has been called.
    is_in_berth: bool,
    /// None before the call has shown that it is not ready at once.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl<B: StartCaller + ?Sized> Caller<B> {
    /// Makes calls until the loop has ended, or the run is closed around one of them.
    async fn call_on(mut self) {
        let run = self.maker.post().run.clone();
        let (mut pauses, mut next) = match self.moved.take() {
            Some(Moved { pauses, due }) => (pauses, self.begin(due)),
            None => (self.callers.pauses(self.station), self.first().await),
        };
        let mut berth = self.maker.clone().berth();
        let (mut since, stretch) = (run.now(), self.callers.stretch());
        while let Some((begun, key)) = next {
            let mut calling = CallInBerth::new(begun, key);
            let ended = poll_fn(|context| calling.poll(berth.as_mut(), context)).await;
            self.maker.post().land(key, ended);
            let end = run.now();
            let due = self.callers.turn(self.number, end.saturating_add(pauses.next()));
            if due > end {
                self.pause_until(due).await;
                since = run.now();
            } else if end - since > stretch || run.is_virtual() {
                give_way().await;
                since = run.now();
            }
            if let Some(lane) = self.other_lane() {
                return self.move_to(lane, Moved { pauses, due });
            }
            next = self.begin(due);
        }
        // A task that a call has left behind is heard through this caller, until the run is over
        // and ends this.
        pending().await
    }

    /// The lane that it is to be on, if that is another.
    fn other_lane(&self) -> Option<usize> {
        let lane = self.maker.post().run.lane_of_caller(self.number);
        (lane != self.lane).then_some(lane)
    }

    /// Goes on there.
    fn move_to(self, lane: usize, moved: Moved) {
        let run = self.maker.post().run.clone();
        if let Some(duty) = &run.duty {
            let caller = Caller { lane, moved: Some(moved), ..self };
            B::start(caller, &duty.lane(lane).handle);
        }
    }

    /// Begins the first call when it is this caller's turn.
    async fn first(&self) -> Option<(Begun, FlightKey)> {
        let due = self.callers.turn(self.number, 0);
        sleep_until(self.maker.post().run.instant(due)).await;
        self.begin(due).inspect(|_| self.callers.arrive())
    }

    /// Begins the next call, due so many nanoseconds after the origin; none if the loop has ended.
    ///
    /// The run must not be closed between the look at whether it goes on and the listing of the
    /// call, which would have no owner then: both are done while `next` is held.
    fn begin(&self, due: u64) -> Option<(Begun, FlightKey)> {
        let run = &self.maker.post().run;
        // One that has asked to end the load finds it ended, if the pacer has not come yet.
        if due >= run.end() {
            return None;
        }
        let next = self.callers.next(due)?;
        let Next { tick, is_last, .. } = &next;
        if *is_last {
            run.stop(None);
        }
        run.overtime.admit(1);
        run.tell_before(*tick);
        let begun = Begun { tick: *tick, start: run.now() };
        Some((begun, run.flights.insert(self.maker.post().lane, begun)))
    }

    /// Waits until the instant, so many nanoseconds after the origin, or until the schedule ends.
    async fn pause_until(&self, instant: u64) {
        let run = &self.maker.post().run;
        let mut stopped = run.stopped.subscribe();
        tokio::select! {
            () = sleep_until(run.instant(instant)) => {}
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
    }
}

impl CallInBerth {
    fn new(begun: Begun, key: FlightKey) -> CallInBerth {
        CallInBerth { begun, key, is_in_berth: false, deadline: None }
    }

    /// Polls the call, which is made at its first poll, until it has ended or takes too long.
    fn poll<B: Berth + ?Sized>(
        &mut self,
        mut berth: Pin<&mut B>,
        context: &mut Context<'_>,
    ) -> Poll<Ended> {
        let CallInBerth { begun, key, is_in_berth, deadline } = self;
        let polled = if std::mem::replace(is_in_berth, true) {
            berth.as_mut().poll(context)
        } else {
            berth.as_mut().first_poll(begun.tick, context)
        };
        if polled.is_ready() {
            return polled;
        }
        if deadline.is_none() {
            *deadline = berth.post().deadline(*begun);
        }
        let Some(deadline) = deadline else { return Poll::Pending };
        ready!(berth.post().poll_deadline(*key, deadline.as_mut(), context));
        berth.as_mut().clear().unwrap_or_else(forget);
        Poll::Ready(berth.post().run.timed_out())
    }
}
