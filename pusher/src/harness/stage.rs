//! Setup and teardown: code of the user's that may fail, panic, block or take too long.

use std::any::Any;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::interrupt::Interrupts;
use super::registry::Boxed;
use super::runtime::LoadRuntime;
use super::skip;
use crate::engine::panics::panic_message;
use crate::plan::time;

/// The most grace after a first signal.
pub(crate) const GRACE_AFTER_SIGNAL: Duration = Duration::from_secs(5);
/// How often it is looked whether a signal has come.
const LOOK: Duration = Duration::from_millis(2);

/// Why there is no value.
pub(crate) enum Stopped {
    /// It was left by [`skip`](skip::skip), for this reason.
    Skipped(String),
    /// What became of it, as what follows "setup".
    Failed(String),
}

/// Runs a setup or a teardown on the load's runtime, for as long as it may take.
pub(crate) fn run<T: Send + 'static>(
    runtime: &LoadRuntime,
    future: Boxed<Result<T, String>>,
    most: Duration,
    interrupts: &Interrupts,
) -> Result<T, Stopped> {
    let (cancel, canceled) = oneshot::channel::<()>();
    let (ending, ends) = mpsc::channel::<()>();
    let stage = runtime.stage(async move {
        let _ending = ending;
        tokio::select! { value = future => Some(value), _ = canceled => None }
    });
    let no_thread = |error| {
        Stopped::Failed(format!("has no thread: {error}; raise the limit on threads (`ulimit -u`)"))
    };
    let stage = stage.map_err(no_thread)?;
    wait(most, interrupts, &ends).inspect_err(|_| drop(cancel)).map_err(Stopped::Failed)?;
    let ended = stage.join().map_err(|panic| unwound(&*panic))?;
    let ended = ended.expect("it ends by itself as long as `cancel` is held");
    ended.map_err(|error| Stopped::Failed(format!("failed: {error}")))
}

fn unwound(payload: &(dyn Any + Send)) -> Stopped {
    match skip::reason(payload) {
        Some(reason) => Stopped::Skipped(reason.to_string()),
        None => Stopped::Failed(format!("panicked: {}", panic_message(payload))),
    }
}

/// Waits until the other end hangs up, or says why it is waited no longer.
fn wait(most: Duration, interrupts: &Interrupts, ends: &mpsc::Receiver<()>) -> Result<(), String> {
    // None: a time that no clock reaches.
    let (mut deadline, before) = (Instant::now().checked_add(most), interrupts.count());
    let mut heard = before;
    while deadline.is_none_or(|deadline| Instant::now() < deadline) {
        if ends.recv_timeout(LOOK) == Err(mpsc::RecvTimeoutError::Disconnected) {
            return Ok(());
        }
        let count = interrupts.count();
        if count > heard {
            // A second signal leaves no time, also where the first came earlier.
            let grace = if count == 1 { GRACE_AFTER_SIGNAL } else { Duration::ZERO };
            let cut = Instant::now() + grace;
            deadline = Some(deadline.map_or(cut, |deadline| deadline.min(cut)));
            heard = count;
        }
    }
    match interrupts.first() {
        Some(signal) if heard > before => Err(format!("was cut short by {signal}")),
        _ => Err(format!("took longer than {}: raise `setup_timeout`", time::format(most))),
    }
}
