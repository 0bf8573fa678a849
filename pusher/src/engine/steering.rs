//! [`Call::stop`] and [`Call::pause`]: how a call steers the run that makes it, and its own clock.

use std::fmt::Display;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::panics::is_in_call;
use super::pause_clock::{begin_in_steps, end_in_steps};
use crate::plan::error_text::ErrorText;
use crate::plan::target::Call;

impl Call {
    /// Ends the load early, for a reason that makes the rest of it pointless: money is lost, or the
    /// service is down. The load has then failed, and its report says why, and how long it had run.
    ///
    /// No further call is begun. Calls in flight, this one too, have up to 5 seconds to end, or as
    /// long as the `grace` if that is shorter; [`stopped`](Call::stopped) tells them. Then the
    /// teardown runs. All Workers that go side by side are stopped together, also the other loads
    /// of a farm. The first stop is the one that counts. A call whose run is over stops nothing.
    ///
    /// In a report of the library, [`stopped`](crate::Report::stopped) and
    /// [`reasons`](crate::Report::reasons) say so, and the verdict is none, as ever.
    ///
    /// ```
    /// struct Shop;
    /// # impl Shop {
    /// #     async fn order(&self) -> Result<u64, String> { Ok(7) }
    /// #     async fn money(&self) -> u64 { 100 }
    /// # }
    ///
    /// async fn checkout(call: pusher::Call, shop: std::sync::Arc<Shop>) -> Result<(), String> {
    ///     let order = shop.order().await?;
    ///     if shop.money().await != 100 {
    ///         call.stop(format!("order {order} made money"));
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn stop(&self, why: impl Display) {
        if let Some(run) = self.shift.notes.upgrade() {
            run.stop(ErrorText::displayed(&why).into_string());
        }
    }

    /// Waits for so long in the middle of the call, as a user does who reads a page or types. The
    /// pause ends early when the schedule does.
    ///
    /// The call stays in flight and keeps its slot, so of those in flight some may only think. The
    /// pause is in none of the call's times, nor in those of the steps around it, and the `timeout`
    /// stands still meanwhile. Pauses that a call makes side by side count once. All else that the
    /// call does during a pause counts for no time of the call; of a step beside the pause it does.
    ///
    /// A task that the call has spawned has no clock. In it this is no more than a sleep that ends
    /// with the schedule, though the steps around it are without it.
    ///
    /// A pause that begins after the schedule takes a millisecond at most. The schedule of a closed
    /// loop that makes so many `calls` goes on until the last answer; but when the `grace` would be
    /// over, the pauses of its last calls end, and the calls have another one.
    ///
    /// # Panics
    ///
    /// If the runtime has no timer (`enable_time`); the call is then one that panicked.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # async fn f() -> Result<(), pusher::Error> {
    /// let visit = async |call: pusher::Call| {
    ///     call.step("read", async {}).await;
    ///     call.pause(Duration::from_millis(20)).await;
    ///     call.step("buy", async {}).await;
    /// };
    /// let report = pusher::work(100, Duration::from_millis(50), visit).await?;
    /// assert!(report.elapsed >= Duration::from_millis(40));
    /// assert!(report.service.min() < Duration::from_millis(20));
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
    /// ```
    pub async fn pause(&self, time: Duration) {
        let mut pauses_end = self.shift.pauses_end.clone();
        let has_ended = *pauses_end.borrow();
        let time = if has_ended { time.min(AFTER_SCHEDULE) } else { time };
        let mut pausing = Pausing::begin(self);
        let over = async {
            tokio::select! {
                biased;
                () = sleep(time) => {}
                // An error means that the run is over altogether.
                _ = pauses_end.wait_for(|end| *end), if !has_ended => {}
            }
        };
        let mut over = pin!(over);
        poll_fn(|context| {
            pausing.leave_if_moved();
            over.as_mut().poll(context)
        })
        .await;
    }
}

/// The longest pause when the schedule has ended. If it took no time, a call that pauses until
/// something has come would let no other task go on, nor any time pass on a paused clock.
const AFTER_SCHEDULE: Duration = Duration::from_millis(1);

/// A pause that goes on until this is dropped.
struct Pausing<'a> {
    call: &'a Call,
    /// Whether the clock of the call stands still: it is the call itself that pauses, not a task
    /// beside it, which may outlive the call.
    stops_clock: bool,
}

impl Pausing<'_> {
    fn begin(call: &Call) -> Pausing<'_> {
        let stops_clock = is_in_call();
        begin_in_steps(Instant::now());
        if let Some(run) = call.shift.notes.upgrade().filter(|_| stops_clock) {
            run.begin_pause((call.seq, call.warmup));
        }
        Pausing { call, stops_clock }
    }

    /// The call goes on if its pause has been moved to a task beside it.
    fn leave_if_moved(&mut self) {
        if self.stops_clock && !is_in_call() {
            self.stops_clock = false;
            self.end_for_call();
        }
    }

    fn end_for_call(&self) {
        if let Some(run) = self.call.shift.notes.upgrade() {
            run.end_pause((self.call.seq, self.call.warmup));
        }
    }
}

impl Drop for Pausing<'_> {
    fn drop(&mut self) {
        end_in_steps(Instant::now());
        if self.stops_clock {
            self.end_for_call();
        }
    }
}
