//! [`run`]: one phase, a setup or a teardown of the user's, that may fail, panic, block or take too
//! long.
//!
//! ```text
//!   begun ─┬─ ends by itself ──► its value, or Stopped: an error, a panic, a skip
//!          ├─ `setup_timeout` ─► Stopped, and the future is dropped
//!          └─ a signal ────────► up to 5s more, then Stopped; a second signal: at once
//! ```

use std::any::Any;
use std::cell::Cell;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::interrupt::{GRACE_AFTER_SIGNAL, Interrupts};
use super::registry::{Boxed, Here};
use super::runtime::{LoadRuntime, Phase};
use super::say::say;
use super::skip;
use crate::engine::panics::panic_message;
use crate::plan::error_text::ErrorText;
use crate::plan::time;

/// How long a phase runs on before a signal is noticed.
const SIGNAL_CHECK: Duration = Duration::from_millis(2);

/// How long nothing is said of phases that go on.
const LONGEST_SILENCE: Duration = Duration::from_secs(10);

/// How a phase is waited for.
#[derive(Clone, Copy)]
pub(crate) struct Patience<'a> {
    /// What it is called where it is told of: ``checkout: setup `open` ``.
    pub(crate) what: &'a str,
    pub(crate) most: Duration,
    pub(crate) interrupts: &'a Interrupts,
    pub(crate) silence: &'a Silence,
}

/// Since when nothing was said of phases that run one after the other.
pub(crate) struct Silence(Cell<Instant>);

impl Silence {
    pub(crate) fn begin() -> Silence {
        Silence(Cell::new(Instant::now()))
    }

    /// Says that a phase goes on, if nothing was said for long.
    fn break_for(&self, what: &str) {
        if self.0.get().elapsed() >= LONGEST_SILENCE {
            self.0.set(Instant::now());
            say(&format!("{what} is still running\n"));
        }
    }
}

/// Why a phase has no value.
#[derive(Clone)]
pub(crate) enum Stopped {
    /// It called [`skip`](skip::skip), with this reason.
    Skipped(String),
    /// The verb that follows the phase's name, such as `failed: no shop today`.
    Failed(String),
}

/// Runs a phase on the load's runtime.
pub(crate) fn run<T: Send + 'static>(
    runtime: &LoadRuntime,
    future: Boxed<Result<T, String>>,
    patience: Patience<'_>,
) -> Result<T, Stopped> {
    let (cancel, canceled) = oneshot::channel::<()>();
    let (ending, ends) = mpsc::channel::<()>();
    let begun = runtime.begin(async move {
        let _ending = ending;
        tokio::select! { value = future => Some(value), _ = canceled => None }
    });
    let no_thread = |error| {
        Stopped::Failed(format!("got no thread: {error}; raise the limit on threads (`ulimit -u`)"))
    };
    let phase = begun.map_err(no_thread)?;
    wait(patience, &ends).inspect_err(|_| drop(cancel))?;
    ended(phase)
}

/// A phase on the thread of a lane.
pub(crate) struct OnLane<B> {
    pub(crate) lane: usize,
    /// How long it is waited for before it begins: something may block that thread.
    pub(crate) begins_within: Duration,
    /// Called on the lane.
    pub(crate) begin: B,
}

/// Runs a phase on a lane; none if something blocks the lane's thread, so that it did not begin and
/// no signal came while it was waited for.
pub(crate) fn run_on_lane<T, B>(
    runtime: &LoadRuntime,
    OnLane { lane, begins_within, begin }: OnLane<B>,
    patience: Patience<'_>,
) -> Result<Option<T>, Stopped>
where
    T: Send + 'static,
    B: FnOnce() -> Here<Result<T, String>> + Send + 'static,
{
    let (cancel, canceled) = oneshot::channel::<()>();
    let ((beginning, begins), (ending, ends)) = (mpsc::channel::<()>(), mpsc::channel::<()>());
    let phase = runtime.begin_on_lane(lane, move || async move {
        let _ending = ending;
        drop(beginning);
        tokio::select! {
            biased;
            _ = canceled => None,
            value = async { begin().await } => Some(value),
        }
    });
    let signals = patience.interrupts.count();
    if let Err(stopped) = wait(Patience { most: begins_within, ..patience }, &begins) {
        let came = patience.interrupts.count() > signals;
        return if came { Err(stopped) } else { Ok(None) };
    }
    wait(patience, &ends).inspect_err(|_| drop(cancel))?;
    ended(phase).map(Some)
}

/// The value of a phase that has ended by itself.
fn ended<T: Send + 'static>(phase: Phase<Option<Result<T, String>>>) -> Result<T, Stopped> {
    let ended = phase.join().map_err(|panic| unwound(&*panic))?;
    let ended = ended.expect("it ends by itself as long as `cancel` is held");
    ended.map_err(|error| Stopped::Failed(format!("failed: {error}")))
}

fn unwound(payload: &(dyn Any + Send)) -> Stopped {
    match skip::reason(payload) {
        Some(reason) => Stopped::Skipped(reason.to_string()),
        None => {
            let message = ErrorText::displayed(panic_message(payload));
            Stopped::Failed(format!("panicked: {message}"))
        }
    }
}

/// Waits until the other end hangs up; an error says why the wait ended before that.
fn wait(patience: Patience<'_>, ends: &mpsc::Receiver<()>) -> Result<(), Stopped> {
    let Patience { what, most, interrupts, silence } = patience;
    // A time that no clock reaches is no deadline.
    let (mut deadline, before) = (Instant::now().checked_add(most), interrupts.count());
    let mut signals = before;
    while deadline.is_none_or(|deadline| Instant::now() < deadline) {
        if ends.recv_timeout(SIGNAL_CHECK) == Err(mpsc::RecvTimeoutError::Disconnected) {
            return Ok(());
        }
        if let Some(reason) = skip::take_left() {
            return Err(Stopped::Skipped(reason));
        }
        silence.break_for(what);
        let count = interrupts.count();
        if count > signals {
            // A second signal leaves no time, even if the first came before this phase.
            let grace = if count == 1 { GRACE_AFTER_SIGNAL } else { Duration::ZERO };
            if count == 1 {
                interrupts.announce("the setup or teardown under way has");
            }
            let cut = Instant::now() + grace;
            deadline = Some(deadline.map_or(cut, |deadline| deadline.min(cut)));
            signals = count;
        }
    }
    Err(Stopped::Failed(match interrupts.first() {
        Some(signal) if signals > before => format!("was cut short by {signal}"),
        _ => format!("took longer than {}: raise `setup_timeout`", time::format(most)),
    }))
}

#[cfg(all(test, not(pusher_loom)))]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::plan::words::{Clock, Threads};

    const HOUR: Duration = Duration::from_secs(3_600);

    /// What becomes of a phase on a lane whose thread is blocked, if it is waited for as long.
    fn on_blocked_lane(interrupts: &Interrupts, begins_within: Duration) -> Result<(), String> {
        let runtime = LoadRuntime::start(Clock::Real, Some(Threads::Lanes)).unwrap();
        let (free, is_free) = mpsc::channel::<()>();
        let (blocks, is_blocked) = mpsc::channel::<()>();
        let _blocking = runtime.begin_on_lane(0, move || async move {
            blocks.send(()).unwrap();
            let _ = is_free.recv();
        });
        is_blocked.recv().unwrap();
        let begin = || -> Here<Result<(), String>> { panic!("the lane is blocked") };
        let patience = Patience { what: "x", most: HOUR, interrupts, silence: &Silence::begin() };
        let ran = run_on_lane(&runtime, OnLane { lane: 0, begins_within, begin }, patience);
        drop(free);
        runtime.end();
        match ran {
            Ok(None) => Ok(()),
            Ok(Some(())) => panic!("it was run"),
            Err(Stopped::Failed(why) | Stopped::Skipped(why)) => Err(why),
        }
    }

    #[test]
    fn a_lane_that_is_blocked_is_told_from_a_signal_that_ends_the_wait_for_it() {
        let (interrupts, tell) = Interrupts::by_hand();
        assert_eq!(on_blocked_lane(&interrupts, Duration::from_millis(1)), Ok(()));
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            // Until one of them comes while the lane is waited for.
            scope.spawn(|| {
                while !is_over.load(Ordering::SeqCst) {
                    tell("SIGINT");
                    std::thread::yield_now();
                }
            });
            let cut = on_blocked_lane(&interrupts, HOUR);
            is_over.store(true, Ordering::SeqCst);
            assert_eq!(cut, Err("was cut short by SIGINT".to_string()));
        });
        // One that came before is no reason.
        assert_eq!(on_blocked_lane(&interrupts, Duration::from_millis(1)), Ok(()));
    }
}
