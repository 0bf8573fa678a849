//! What cannot be put under load here, such as a server that is not installed.

use std::any::Any;

use crate::engine::panics::is_in_call;

/// What a setup leaves by to skip its load, and why.
pub(crate) struct Skip(String);

/// Ends the setup, or the `setup_worker`, in which it is called, and skips its load: a test that is
/// ignored, with the reason, and has not failed.
///
/// For what a machine may lack, and the test cannot bring along: a database that is not installed,
/// a service that is reached from some networks only. The reason is printed on standard error too.
/// A farm with such a load is skipped whole; the teardowns of what was set up before are run. The
/// exit code is 0, as that of a run in which all passed: a CI that has the server should look for
/// `0 ignored` in the last line.
///
/// It unwinds, as a panic does but without a message, so it also works from a fn which the setup
/// calls, whatever that returns; it does not from another thread or a spawned task.
///
/// # Panics
///
/// As any panic where it is not called by a setup: a call that calls it counts as panicked, a
/// teardown has failed.
///
/// # Examples
///
/// ```
/// use std::process::{Child, Command};
/// use std::sync::{Arc, Mutex};
///
/// struct Redis(Mutex<Child>);
///
/// fn redis() -> Result<Redis, std::io::Error> {
///     if Command::new("redis-server").arg("--version").output().is_err() {
///         pusher::skip("no `redis-server` on PATH: install Redis");
///     }
///     Ok(Redis(Mutex::new(Command::new("redis-server").spawn()?)))
/// }
///
/// #[pusher::load(rps = 50, duration = "1m", setup = redis)]
/// async fn get(redis: Arc<Redis>) { /* .. */ }
/// # fn main() {}
/// ```
pub fn skip(reason: impl Into<String>) -> ! {
    let reason = reason.into();
    assert!(!is_in_call(), "a call cannot skip its load, only a setup can: {reason}");
    std::panic::resume_unwind(Box::new(Skip(reason)))
}

/// The reason, if it was no panic but a skip.
pub(crate) fn reason(payload: &(dyn Any + Send)) -> Option<&str> {
    payload.downcast_ref().map(|Skip(reason)| reason.as_str())
}
