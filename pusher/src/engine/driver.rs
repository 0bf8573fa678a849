//! [`Driver`]: claims ticks and makes their calls. It polls each once in place, and hands it to the
//! runtime only if it is not ready.
//!
//! ```text
//!   Claim::first ── a tick ──▶ its call ──▶ Claim::finish, or depart if the call is pending
//!     ▲ waits for the bell         ▲                     │
//!     │                            ├── the next tick ────┤
//!     ├──────────────────────────────── none is left ────┤
//!     └── gives way ◀── a STRETCH is over: others may ───┘
//!                       take what is left of the claim
//! ```

use std::future::poll_fn;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use super::call::{Depart, Make, Post};
use super::flights::Begun;
use super::gossip::Ended;
use super::run::{Landing, Run};
use super::seat::Desk;
use super::stretch::{STRETCH, give_way};
use super::timeline::{Tick, Ticks};

/// A task that makes calls, on the thread of the runtime that it happens to be on.
pub(super) struct Driver<B: ?Sized> {
    maker: Arc<dyn Make<B>>,
    claim: Claim,
}

/// The ticks that a driver has claimed, which lie on the desk of its seat.
struct Claim {
    run: Arc<Run>,
    /// The lane of the run: whose seat it is.
    lane: usize,
    /// Stands at the next tick of the claim.
    ticks: Ticks,
    /// When it or its lane last looked which ticks are due, in nanoseconds from the origin.
    looked: u64,
}

/// A driver that has made calls for fewer nanoseconds does not look what has come due meanwhile,
/// but sleeps until its lane is woken: else it would never sleep while ticks come as fast as it
/// looks. With two lanes that look by turns, each look finds half as much and costs twice as much.
const WORTH_A_LOOK: u64 = 2_000;

/// So often a driver gives way to that of another target, which may be about to give way itself: it
/// has made calls for a STRETCH.
const PATIENCE: usize = 3;

impl<B: Depart + ?Sized> Driver<B> {
    pub(super) fn new(maker: Arc<dyn Make<B>>) -> Driver<B> {
        let Post { run, lane } = &**maker.post();
        let ticks = Ticks::new(run.timeline.clone());
        Driver { claim: Claim { run: run.clone(), lane: *lane, ticks, looked: 0 }, maker }
    }

    /// Makes calls until the run is over.
    pub(super) async fn drive(self) {
        let Driver { maker, mut claim } = self;
        let mut berth = maker.clone().berth_apart();
        let mut since = claim.run.now();
        while let Some(mut tick) = claim.first().await {
            loop {
                let begun = claim.begin(tick);
                let polled =
                    poll_fn(|context| Poll::Ready(berth.as_mut().first_poll(tick, context))).await;
                let next = match polled {
                    Poll::Ready(ended) if begun.start - since > STRETCH => {
                        claim.finish_and_rest(begun, ended);
                        None
                    }
                    Poll::Ready(ended) => claim.finish(begun, ended),
                    Poll::Pending => {
                        let departing = mem::replace(&mut berth, maker.clone().berth());
                        if begun.start - since > STRETCH {
                            claim.depart_and_rest(maker.post(), begun, departing);
                            None
                        } else {
                            claim.depart(maker.post(), begun, departing)
                        }
                    }
                };
                let Some(next) = next else { break };
                tick = next;
            }
            if claim.run.now() - since > STRETCH {
                claim.run.look_on(claim.lane);
                give_way().await;
                since = claim.run.now();
            }
        }
    }
}

impl Claim {
    /// The first tick of a new claim, or of what is left of the last; none when the run is over.
    async fn first(&mut self) -> Option<Tick> {
        loop {
            self.give_way_to_partner().await;
            if let Some(tick) = self.renew() {
                return Some(tick);
            }
            // One look, and then it sleeps: a machine may be so slow that each look is worth one.
            if self.is_worth_a_look() {
                self.run.look_on(self.lane);
                self.give_way_to_partner().await;
                if let Some(tick) = self.renew() {
                    return Some(tick);
                }
            }
            let seat = &self.run.seats[self.lane];
            if seat.is_closed() {
                return None;
            }
            seat.wait_for_ticks(|| self.run.has_ticks_for(self.lane)).await;
            self.looked = self.run.now();
        }
    }

    /// Lets the driver of the other target go first, as long as the next tick is that one's to
    /// begin; but a few times only, for it may be blocked.
    async fn give_way_to_partner(&self) {
        for _ in 0..PATIENCE {
            if !self.run.is_partner_first(self.lane) {
                return;
            }
            give_way().await;
        }
    }

    /// Whether the last look was long enough ago; then this is the next.
    fn is_worth_a_look(&mut self) -> bool {
        let now = self.run.now();
        let lanes = self.run.lanes_on_duty() as u64;
        let is_worth_it =
            self.run.duty.is_some() && now - self.looked >= WORTH_A_LOOK * lanes * lanes;
        if is_worth_it {
            self.looked = now;
        }
        is_worth_it
    }

    /// The next tick of the claim, of a new one, or of what another driver has claimed and cannot
    /// begin.
    fn renew(&mut self) -> Option<Tick> {
        let Claim { run, lane, ticks, .. } = self;
        let desk = run.seats[*lane].desk()?;
        if let Some(tick) = next(run, &desk, ticks) {
            return Some(tick);
        }
        if !run.is_on_duty(*lane) {
            return None;
        }
        let mut others = run.seats.iter().enumerate().filter(|(other, _)| other != lane);
        let drivers = run.seats.len() as u64;
        let claimed = match run.partner.get() {
            // From tick to tick it may be the other target's turn.
            Some(_) => run.backlog.claim_one(),
            None => run.backlog.claim(drivers),
        };
        let claimed = claimed.or_else(|| others.find_map(|(_, seat)| seat.give()))?;
        ticks.seek(claimed.start);
        desk.put(claimed);
        next(run, &desk, ticks)
    }

    /// The call of the running tick begins.
    fn begin(&self, tick: Tick) -> Begun {
        let start = self.run.now();
        self.run.seats[self.lane].mark_start(start);
        if tick.is_late(start) {
            self.run.overtime.begin_late(self.lane);
        }
        Begun { tick, start }
    }

    /// The running call has ended in place; gives the next tick of the claim.
    fn finish(&mut self, begun: Begun, ended: Ended) -> Option<Tick> {
        let Claim { run, lane, ticks, .. } = self;
        let desk = land(run, *lane, begun, ended)?;
        next(run, &desk, ticks)
    }

    /// The running call has ended in place, and the driver is about to give way: others can take
    /// what is left of the claim.
    fn finish_and_rest(&self, begun: Begun, ended: Ended) {
        if let Some(desk) = land(&self.run, self.lane, begun, ended) {
            desk.rest();
        }
    }

    /// The running call is not ready: it goes on as a task. Gives the next tick of the claim.
    fn depart<B: Depart + ?Sized>(
        &mut self,
        post: &Post,
        begun: Begun,
        berth: Pin<Box<B>>,
    ) -> Option<Tick> {
        let Claim { run, lane, ticks, .. } = self;
        let desk = run.seats[*lane].desk()?;
        post.depart(begun, berth);
        next(run, &desk, ticks)
    }

    /// The same, and the driver is about to give way: others can take what is left of the claim.
    fn depart_and_rest<B: Depart + ?Sized>(&self, post: &Post, begun: Begun, berth: Pin<Box<B>>) {
        if let Some(desk) = self.run.seats[self.lane].desk() {
            post.depart(begun, berth);
            desk.rest();
        }
    }
}

/// The next tick of the claim that lies on the desk: its call is about to begin.
#[inline]
fn next(run: &Run, desk: &Desk<'_>, ticks: &mut Ticks) -> Option<Tick> {
    let tick = desk.next(ticks)?;
    run.tell_before(tick);
    Some(tick)
}

/// The end of a call in place. Without a desk the run was closed around it, and it is no longer
/// the driver's to end.
#[inline]
fn land(run: &Run, lane: usize, begun: Begun, ended: Ended) -> Option<Desk<'_>> {
    let end = run.now();
    run.decide_before(end, lane);
    let desk = run.seats[lane].desk()?;
    let Begun { tick, start } = begun;
    run.land(run.overtime.slot_at_desk(lane), Landing { tick, start: Some(start), end, ended });
    Some(desk)
}
