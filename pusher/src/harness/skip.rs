//! [`skip`]: a load that cannot run here, for lack of a server or the like.

use std::any::Any;

use crate::engine::panics::is_in_call;

/// The payload with which a setup unwinds to skip its load: the reason.
pub(crate) struct Skip(String);

/// Ends the setup, or the `setup_worker`, that calls it, and skips the load: its test is ignored,
/// with this reason, and has not failed.
///
/// This is for a thing that a machine may lack and the test cannot bring along: a database that is
/// not installed, a service that only some networks reach. The reason is also printed on standard
/// error. If one load of a farm is skipped, the whole farm is; the setups before it are torn down.
/// In the setup of [`main!`](crate::main!) it skips every load of the process.
/// The exit code is 0, as if all had passed: a CI that has the server should look for `0 ignored`
/// in the last line.
///
/// It unwinds as a panic does, but without a message. So any fn that the setup calls may call it,
/// whatever that fn returns, but no other thread and no spawned task.
///
/// # Panics
///
/// Outside of a setup it is an ordinary panic: a call has panicked, a teardown has failed.
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

/// The reason, if this is the payload of a skip and not of a panic.
pub(crate) fn reason(payload: &(dyn Any + Send)) -> Option<&str> {
    payload.downcast_ref().map(|Skip(reason)| reason.as_str())
}
