//! [`Lanes`]: the threads that make the calls of a load, each with a runtime of its own.
//!
//! A call and what it spawns stay on their lane: its sockets and timers are in the event loop of
//! that thread, and no other thread is woken for an answer. tokio's runtime of many threads has one
//! event loop for all, and a lock around its timers.

use std::io;
use std::sync::{Arc, mpsc};
use std::thread;

use tokio::runtime::{Builder, Handle, LocalOptions, LocalRuntime};
use tokio::sync::oneshot;
use tokio::time::Instant;

#[cfg(target_os = "linux")]
use super::alarm::Alarm;
use super::meter::Meter;
use super::thread_hooks::ThreadHooks;
use super::thread_state::ThreadState;

/// Ends its threads when it is dropped, without waiting for a call that blocks one.
pub(crate) struct Lanes {
    lanes: Arc<[Lane]>,
    /// Each ends a lane when it is dropped.
    _ends: Vec<oneshot::Sender<()>>,
}

/// One thread, and how to reach it.
pub(crate) struct Lane {
    pub(crate) handle: Handle,
    pub(super) meter: Arc<Meter>,
    pub(super) thread: ThreadState,
    #[cfg(target_os = "linux")]
    pub(super) alarm: Alarm,
}

impl Lanes {
    /// One for each core that this process may use, but at least two: the second makes the ticks of
    /// a first that is blocked.
    ///
    /// # Errors
    ///
    /// There is no thread, or no descriptor, for one of them.
    pub(crate) fn one_for_each_core(hooks: ThreadHooks) -> io::Result<Lanes> {
        Lanes::start(thread::available_parallelism().map_or(2, |cores| cores.get().max(2)), hooks)
    }

    /// So many.
    pub(crate) fn start(lanes: usize, hooks: ThreadHooks) -> io::Result<Lanes> {
        let numbers = 0..lanes;
        let (mut lanes, mut ends) = (Vec::new(), Vec::new());
        for number in numbers {
            let (end, ended) = oneshot::channel();
            let (ready, is_ready) = mpsc::channel();
            let thread = thread::Builder::new().name(format!("pusher-lane-{number}"));
            thread.spawn(move || live(hooks, &ready, ended))?;
            lanes.push(is_ready.recv().map_err(io::Error::other)??);
            ends.push(end);
        }
        Ok(Lanes { lanes: lanes.into(), _ends: ends })
    }

    pub(crate) fn all(&self) -> &Arc<[Lane]> {
        &self.lanes
    }
}

/// The instant of now. tokio's own is another on a lane whose clock a call has paused.
pub(super) fn real_now() -> Instant {
    Instant::from_std(std::time::Instant::now())
}

/// The life of a lane's thread. It says when the lane is there, or why not.
fn live(hooks: ThreadHooks, ready: &mpsc::Sender<io::Result<Lane>>, ended: oneshot::Receiver<()>) {
    (hooks.begins)();
    match lane(hooks) {
        Ok((runtime, lane)) => {
            // An error means that nobody waits for it any more, and then it ends at once.
            let _ = ready.send(Ok(lane));
            let _ = runtime.block_on(ended);
            runtime.shutdown_background();
        }
        Err(error) => drop(ready.send(Err(error))),
    }
    (hooks.ends)();
}

fn lane(hooks: ThreadHooks) -> io::Result<(LocalRuntime, Lane)> {
    let meter = Arc::new(Meter::start());
    let (asleep, awake) = (meter.clone(), meter.clone());
    let runtime = hooks
        .add_to(&mut Builder::new_current_thread())
        .enable_all()
        .on_thread_park(move || asleep.sleep())
        .on_thread_unpark(move || awake.wake())
        .build_local(LocalOptions::default())?;
    let handle = runtime.handle().clone();
    #[cfg(target_os = "linux")]
    let alarm = {
        let _context = handle.enter();
        Alarm::new()?
    };
    let lane = Lane {
        handle,
        meter,
        thread: ThreadState::of_this_thread(),
        #[cfg(target_os = "linux")]
        alarm,
    };
    Ok((runtime, lane))
}
