//! [`Error`]: why no tick of a load was made.

use std::fmt;

use pusher_load_grammar::rate::{self, NoRate};

/// Why no tick of a load was made.
///
/// What happens to single calls is never an `Error`: it is in the [`Report`](crate::Report).
///
/// ```
/// # async fn f() {
/// let error = pusher::work(0, std::time::Duration::from_secs(1), async || ()).await.unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "rps is 0: give a number above 0 and up to 1000000000, such as 50 or 0.5",
/// );
/// # }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The rate is zero, negative, not a finite number, more than one tick per nanosecond, or a
    /// text that is no rate. Holds the rate as given.
    InvalidRps(String),
    /// A shape that is none, such as one that makes no tick, or a closed loop that would never end.
    /// Holds what is wrong and what to give instead.
    InvalidLoad(String),
    /// The Worker, named here by its ident, is at work already.
    WorkerIsBusy(String),
    /// There is no tokio runtime to make the calls on.
    NoRuntime,
    /// The runtime has no timer, and a Worker has a timeout.
    NoTimer,
    /// The operating system gave no thread for the pacer. Holds its words.
    NoThread(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::InvalidRps(given) => f.write_str(&rate::wrong("rps", given)),
            Error::InvalidLoad(wrong) => f.write_str(wrong),
            Error::WorkerIsBusy(ident) => {
                write!(f, "worker `{ident}` is at work: wait for its report, or hire another")
            }
            Error::NoRuntime => f.write_str(
                "no tokio runtime here: call this inside `#[tokio::main]`, `#[tokio::test]` or \
                 `Runtime::block_on`",
            ),
            Error::NoTimer => f.write_str(
                "this tokio runtime has no timer, which a timeout needs: build it with \
                 `enable_time` or `enable_all`",
            ),
            Error::NoThread(why) => write!(
                f,
                "cannot start the pacer's thread: {why}; raise the limit on threads (`ulimit -u`)"
            ),
        }
    }
}

impl std::error::Error for Error {}

impl From<NoRate> for Error {
    fn from(NoRate(given): NoRate) -> Error {
        Error::InvalidRps(given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The other texts are asserted where the library gives them, in `tests/it/library.rs`.
    #[test]
    fn says_what_to_do_if_no_thread_is_to_be_had() {
        let error = Error::NoThread("resource temporarily unavailable".to_string());
        let text = "cannot start the pacer's thread: resource temporarily unavailable; raise the \
                    limit on threads (`ulimit -u`)";
        assert_eq!(error.to_string(), text);
    }
}
