//! The runtime of one load: its setup, its calls and its teardown run on it.

use std::future::Future;
use std::thread;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::engine::pacer::no_timer_slack;
use crate::plan::terms::Clock;

/// A runtime on the real clock, or on tokio's paused one.
///
/// That one moves to the next timer when nothing else is to be done, which a runtime of a single
/// thread alone can know: so a thread is given to it, and all that is to happen on the load's clock
/// is spawned there.
pub(crate) enum LoadRuntime {
    Real(Runtime),
    Virtual { handle: Handle, end: oneshot::Sender<()> },
}

impl LoadRuntime {
    pub(crate) fn start(clock: Clock) -> Result<LoadRuntime, String> {
        let limits = "raise the limits on threads and files (`ulimit -u`, `ulimit -n`)";
        let started = match clock {
            Clock::Real => real().map(LoadRuntime::Real),
            Clock::Virtual => virtual_time(),
        };
        started.map_err(|error| format!("cannot start a runtime: {error}; {limits}"))
    }

    pub(crate) fn handle(&self) -> &Handle {
        match self {
            LoadRuntime::Real(runtime) => runtime.handle(),
            LoadRuntime::Virtual { handle, .. } => handle,
        }
    }

    /// Does something on the runtime's clock all at once, so that no time passes on it before all
    /// of it is done.
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

    /// Runs a setup or a teardown. One on the real clock has a thread of its own: a teardown runs
    /// also where calls block every thread of the runtime. In virtual time it takes turns with
    /// all else.
    pub(crate) fn stage<T: Send + 'static>(
        &self,
        stage: impl Future<Output = T> + Send + 'static,
    ) -> std::io::Result<Stage<T>> {
        match self {
            LoadRuntime::Virtual { handle, .. } => {
                Ok(Stage::Task(handle.spawn(stage), handle.clone()))
            }
            LoadRuntime::Real(runtime) => {
                let handle = runtime.handle().clone();
                let thread = thread::Builder::new().name("pusher-setup".to_string());
                thread.spawn(move || handle.block_on(stage)).map(Stage::Thread)
            }
        }
    }

    /// Waits on this thread for what happens on the runtime.
    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.handle().block_on(future)
    }

    /// Ends it; calls that block their thread are not waited for.
    pub(crate) fn end(self) {
        match self {
            LoadRuntime::Real(runtime) => runtime.shutdown_background(),
            LoadRuntime::Virtual { end, .. } => drop(end),
        }
    }
}

/// A setup or a teardown under way.
pub(crate) enum Stage<T> {
    Thread(thread::JoinHandle<T>),
    Task(JoinHandle<T>, Handle),
}

impl<T: Send + 'static> Stage<T> {
    /// Waits for what came of it; the error is what it panicked with.
    pub(crate) fn join(self) -> thread::Result<T> {
        match self {
            Stage::Thread(thread) => thread.join(),
            Stage::Task(task, handle) => handle.block_on(task).map_err(|error| error.into_panic()),
        }
    }
}

/// At least two threads, so that a target which blocks one does not stop the clock of the other.
fn real() -> std::io::Result<Runtime> {
    let threads = thread::available_parallelism().map_or(2, |threads| threads.get().max(2));
    Builder::new_multi_thread()
        .worker_threads(threads)
        .thread_name("pusher-worker")
        .on_thread_start(no_timer_slack)
        .enable_all()
        .build()
}

fn virtual_time() -> std::io::Result<LoadRuntime> {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build()?;
    let (handle, (end, ended)) = (runtime.handle().clone(), oneshot::channel::<()>());
    thread::Builder::new().name("pusher-virtual".to_string()).spawn(move || {
        // Until the other half is dropped.
        let _ = runtime.block_on(ended);
        runtime.shutdown_background();
    })?;
    Ok(LoadRuntime::Virtual { handle, end })
}
