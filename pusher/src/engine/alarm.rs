//! [`Alarm`]: wakes a lane at an instant, to the microsecond; tokio's own timer has a grain of a
//! millisecond. Linux only.
//!
//! It is a timer descriptor in the event loop of the lane's own runtime: no other thread has a part
//! in it, and waking up costs what waking up for an answer costs.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// For one waiter, which is a task of the runtime that the alarm was made in.
pub(crate) struct Alarm(AsyncFd<OwnedFd>);

impl Alarm {
    /// In the event loop of the runtime that this is called in.
    ///
    /// # Errors
    ///
    /// No descriptor is left.
    pub(super) fn new() -> io::Result<Alarm> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        // Later versions of tokio call this unsound for types that change their descriptor, which
        // an `OwnedFd` does not, and have only an unsafe fn in its place.
        #[allow(deprecated)]
        let in_event_loop = AsyncFd::with_interest(timer, Interest::READABLE)?;
        Ok(Alarm(in_event_loop))
    }

    /// Waits for so long.
    ///
    /// # Errors
    ///
    /// The runtime is shutting down.
    pub(super) async fn ring_in(&self, time: Duration) -> io::Result<()> {
        // Zero would turn it off.
        let time = Timespec::try_from(time.max(Duration::from_nanos(1))).unwrap_or(LONGEST);
        let once = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: time };
        timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &once)?;
        // It is not read: that it is set anew makes it ring anew, which tokio is told as a change.
        self.0.readable().await?.clear_ready();
        Ok(())
    }
}

const LONGEST: Timespec = Timespec { tv_sec: i32::MAX as _, tv_nsec: 0 };
