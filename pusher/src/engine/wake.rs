//! [`Wake`]: wakes a pacer before its time.

use std::sync::OnceLock;
use std::thread::Thread;

use tokio::sync::Notify;

/// The pacer of all runs that go side by side: a thread, or on tokio's paused clock a task.
pub(crate) enum Wake {
    Thread(OnceLock<Thread>),
    Task(Notify),
}

impl Wake {
    pub(crate) fn thread() -> Wake {
        Wake::Thread(OnceLock::new())
    }

    pub(crate) fn task() -> Wake {
        Wake::Task(Notify::new())
    }

    /// Whether the pacer goes by tokio's paused clock, on which no time passes while there is
    /// something to do.
    pub(crate) fn is_virtual(&self) -> bool {
        matches!(self, Wake::Task(_))
    }

    pub(crate) fn wake(&self) {
        match self {
            Wake::Thread(thread) => {
                if let Some(thread) = thread.get() {
                    thread.unpark();
                }
            }
            Wake::Task(notify) => notify.notify_one(),
        }
    }
}
