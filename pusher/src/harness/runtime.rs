//! [`LoadRuntime`]: the runtime of one test, for its setups, its calls and its teardowns.

use std::future::Future;
use std::thread;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::engine::pacer::no_timer_slack;
use crate::plan::words::Clock;

/// A runtime on the real clock, or on tokio's paused one.
///
/// The paused clock moves to the next timer when nothing else is to be done. Only a runtime of a
/// single thread knows when that is, so the virtual one has a thread of its own, and everything on
/// the load's clock is spawned there.
pub(crate) enum LoadRuntime {
    Real(Runtime),
    Virtual { handle: Handle, end: oneshot::Sender<()> },
}

impl LoadRuntime {
    pub(crate) fn start(clock: Clock) -> Result<LoadRuntime, String> {
        started(match clock {
            Clock::Real => real().map(LoadRuntime::Real),
            Clock::Virtual => virtual_time(),
        })
    }

    /// The runtime of what all loads share, on the real clock and on threads of its own.
    pub(crate) fn for_all_loads() -> Result<LoadRuntime, String> {
        started(multi_thread("pusher-shared").build().map(LoadRuntime::Real))
    }

    pub(crate) fn handle(&self) -> &Handle {
        match self {
            LoadRuntime::Real(runtime) => runtime.handle(),
            LoadRuntime::Virtual { handle, .. } => handle,
        }
    }

    /// Runs a fn on the runtime; in virtual time, no time passes meanwhile.
    pub(crate) fn at_once<T: Send + 'static>(&self, act: impl FnOnce() -> T + Send + 'static) -> T {
        match self {
            LoadRuntime::Real(runtime) => {
                let _context = runtime.enter();
                act()
            }
            LoadRuntime::Virtual { handle, .. } => {
                match handle.block_on(handle.spawn(async { act() })) {
                    Ok(done) => done,
                    Err(error) => std::panic::resume_unwind(error.into_panic()),
                }
            }
        }
    }

    /// Begins a phase. On the real clock it has a thread of its own, so that a teardown runs even
    /// if calls block every thread of the runtime. In virtual time it shares the one thread.
    pub(crate) fn begin<T: Send + 'static>(
        &self,
        phase: impl Future<Output = T> + Send + 'static,
    ) -> std::io::Result<Phase<T>> {
        match self {
            LoadRuntime::Virtual { handle, .. } => {
                Ok(Phase::Task(handle.spawn(phase), handle.clone()))
            }
            LoadRuntime::Real(runtime) => {
                let handle = runtime.handle().clone();
                let thread = thread::Builder::new().name("pusher-setup".to_string());
                thread.spawn(move || handle.block_on(phase)).map(Phase::Thread)
            }
        }
    }

    /// Blocks this thread until the future is ready.
    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.handle().block_on(future)
    }

    /// Ends the runtime, without waiting for calls that block their thread.
    pub(crate) fn end(self) {
        match self {
            LoadRuntime::Real(runtime) => runtime.shutdown_background(),
            LoadRuntime::Virtual { end, .. } => drop(end),
        }
    }
}

/// A phase under way.
pub(crate) enum Phase<T> {
    Thread(thread::JoinHandle<T>),
    Task(JoinHandle<T>, Handle),
}

impl<T: Send + 'static> Phase<T> {
    /// Waits for its value; the error is the payload of its panic.
    pub(crate) fn join(self) -> thread::Result<T> {
        match self {
            Phase::Thread(thread) => thread.join(),
            Phase::Task(task, handle) => handle.block_on(task).map_err(|error| error.into_panic()),
        }
    }
}

fn started(runtime: std::io::Result<LoadRuntime>) -> Result<LoadRuntime, String> {
    let limits = "raise the limits on threads and files (`ulimit -u`, `ulimit -n`)";
    runtime.map_err(|error| format!("cannot start a runtime: {error}; {limits}"))
}

fn real() -> std::io::Result<Runtime> {
    multi_thread("pusher-worker").on_thread_start(no_timer_slack).build()
}

/// At least two threads, so that a call which blocks one does not stop the timers of the other.
fn multi_thread(name: &str) -> Builder {
    let threads = thread::available_parallelism().map_or(2, |threads| threads.get().max(2));
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(threads).thread_name(name).enable_all();
    builder
}

fn virtual_time() -> std::io::Result<LoadRuntime> {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build()?;
    let (handle, (end, ended)) = (runtime.handle().clone(), oneshot::channel::<()>());
    thread::Builder::new().name("pusher-virtual".to_string()).spawn(move || {
        // It ends when the sender is dropped.
        let _ = runtime.block_on(ended);
        runtime.shutdown_background();
    })?;
    Ok(LoadRuntime::Virtual { handle, end })
}
