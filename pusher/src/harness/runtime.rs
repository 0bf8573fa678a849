//! [`LoadRuntime`]: what one test runs on: its setups, its calls and its teardowns.

use std::future::Future;
use std::io;
use std::sync::{Mutex, mpsc};
use std::thread;

use tokio::runtime::{Builder, Handle, LocalOptions, Runtime};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, spawn_local};

use super::leaving;
use crate::engine::ground::Ground;
use crate::engine::lanes::Lanes;
use crate::engine::sync::lock;
use crate::engine::thread_hooks::ThreadHooks;
use crate::engine::timer_slack::no_timer_slack;
use crate::plan::error::Error;
use crate::plan::words::{Clock, Threads};

/// Runtimes on the real clock, or one on tokio's paused clock.
///
/// On the real clock setups and teardowns have a runtime of many threads: what a setup spawns
/// outlives it there, and shares no thread with the calls, which are made on lanes.
///
/// The paused clock moves to the next timer when nothing else is to be done. Only a runtime of a
/// single thread knows when that is, so the virtual one has a thread of its own, and everything on
/// the load's clock is spawned there.
pub(crate) enum LoadRuntime {
    Real {
        runtime: Runtime,
        /// None if calls are made on the runtime too.
        lanes: Option<Lanes>,
    },
    Virtual {
        handle: Handle,
        end: oneshot::Sender<()>,
    },
}

impl LoadRuntime {
    /// None of the threads can be chosen in virtual time.
    pub(crate) fn start(clock: Clock, threads: Option<Threads>) -> Result<LoadRuntime, String> {
        started(match (clock, threads.unwrap_or_default()) {
            (Clock::Virtual, _) => virtual_time(),
            (Clock::Real, Threads::Lanes) => {
                Lanes::one_for_each_core(HOOKS).and_then(|lanes| real(Some(lanes)))
            }
            (Clock::Real, Threads::MultiThread) => real(None),
        })
    }

    /// The runtime of what all loads share, on the real clock and on threads of its own.
    pub(crate) fn for_all_loads() -> Result<LoadRuntime, String> {
        let runtime = built(&mut multi_thread("pusher-shared"));
        started(runtime.map(|runtime| LoadRuntime::Real { runtime, lanes: None }))
    }

    pub(crate) fn handle(&self) -> &Handle {
        match self {
            LoadRuntime::Real { runtime, .. } => runtime.handle(),
            LoadRuntime::Virtual { handle, .. } => handle,
        }
    }

    /// Runs a fn where calls are made; in virtual time, no time passes meanwhile.
    pub(crate) fn at_once<T: Send + 'static>(
        &self,
        act: impl FnOnce(Result<Ground, Error>) -> T + Send + 'static,
    ) -> T {
        match self {
            LoadRuntime::Real { lanes: Some(lanes), .. } => act(Ok(Ground::on(lanes))),
            LoadRuntime::Real { runtime, .. } => {
                let _context = runtime.enter();
                act(Ground::here())
            }
            LoadRuntime::Virtual { handle, .. } => {
                match handle.block_on(handle.spawn(async { act(Ground::here()) })) {
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
    ) -> io::Result<Phase<T>> {
        match self {
            LoadRuntime::Virtual { handle, .. } => {
                Ok(Phase::Task(handle.spawn(phase), handle.clone()))
            }
            LoadRuntime::Real { runtime, .. } => {
                let handle = runtime.handle().clone();
                let thread = thread::Builder::new().name("pusher-setup".to_string());
                let run = move || {
                    let _ends = leaving::OfThisThread::begin();
                    handle.block_on(phase)
                };
                thread.spawn(run).map(Phase::Thread)
            }
        }
    }

    /// How many lanes make calls.
    pub(crate) fn lanes(&self) -> usize {
        match self {
            LoadRuntime::Real { lanes, .. } => lanes.as_ref().map_or(0, |lanes| lanes.all().len()),
            LoadRuntime::Virtual { .. } => 1,
        }
    }

    fn lane(&self, lane: usize) -> &Handle {
        match self {
            LoadRuntime::Real { lanes: Some(lanes), .. } => &lanes.all()[lane].handle,
            _ => self.handle(),
        }
    }

    /// Begins a phase on the thread of a lane, which it never leaves.
    pub(crate) fn begin_on_lane<T, F>(
        &self,
        lane: usize,
        phase: impl FnOnce() -> F + Send + 'static,
    ) -> Phase<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + 'static,
    {
        let task = self.lane(lane).spawn(async {
            match spawn_local(async { phase().await }).await {
                Ok(value) => value,
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            }
        });
        Phase::Task(task, self.handle().clone())
    }

    /// Blocks this thread until the future is ready.
    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.handle().block_on(future)
    }

    /// Ends the runtime, without waiting for calls that block their thread.
    pub(crate) fn end(self) {
        match self {
            LoadRuntime::Real { runtime, lanes } => {
                drop(lanes);
                runtime.shutdown_background();
            }
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

/// Of each thread that makes calls.
const HOOKS: ThreadHooks = ThreadHooks {
    begins: || {
        no_timer_slack();
        leaving::thread_begins();
    },
    ends: leaving::thread_ends,
};

fn started(runtime: io::Result<LoadRuntime>) -> Result<LoadRuntime, String> {
    let limits = "raise the limits on threads and files (`ulimit -u`, `ulimit -n`)";
    runtime.map_err(|error| format!("cannot start a runtime: {error}; {limits}"))
}

fn real(lanes: Option<Lanes>) -> io::Result<LoadRuntime> {
    let runtime = built(HOOKS.add_to(&mut multi_thread("pusher-worker")))?;
    Ok(LoadRuntime::Real { runtime, lanes })
}

fn multi_thread(name: &str) -> Builder {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(workers()).thread_name(name).enable_all();
    builder
}

/// At least two threads, so that a call which blocks one does not stop the timers of the other.
fn workers() -> usize {
    thread::available_parallelism().map_or(2, |threads| threads.get().max(2))
}

/// If tokio lacks a thread for a worker it panics, and waits for the others without an end. So it
/// is tried before whether there are as many, and one more.
fn built(builder: &mut Builder) -> io::Result<Runtime> {
    try_threads(workers() + 1, thread::Builder::new)?;
    builder.build()
}

/// Begins so many threads at once, and ends them.
///
/// # Errors
///
/// There are fewer.
fn try_threads(threads: usize, thread: fn() -> thread::Builder) -> io::Result<()> {
    let not_yet = Mutex::new(());
    thread::scope(|scope| {
        let _held = lock(&not_yet);
        let wait = || drop(lock(&not_yet));
        (0..threads).try_for_each(|_| thread().spawn_scoped(scope, wait).map(drop))
    })
}

fn virtual_time() -> io::Result<LoadRuntime> {
    let ((end, ended), (ready, is_ready)) = (oneshot::channel::<()>(), mpsc::channel());
    thread::Builder::new().name("pusher-virtual".to_string()).spawn(move || {
        leaving::thread_begins();
        // A runtime of local tasks stays on the thread on which it is built.
        let mut builder = Builder::new_current_thread();
        match builder.enable_all().start_paused(true).build_local(LocalOptions::default()) {
            Ok(runtime) => {
                let _ = ready.send(Ok(runtime.handle().clone()));
                // It ends when the sender is dropped.
                let _ = runtime.block_on(ended);
                runtime.shutdown_background();
            }
            Err(error) => drop(ready.send(Err(error))),
        }
        leaving::thread_ends();
    })?;
    let handle = is_ready.recv().map_err(io::Error::other)??;
    Ok(LoadRuntime::Virtual { handle, end })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_that_cannot_be_had_are_an_error_and_no_wait_without_an_end() {
        try_threads(3, thread::Builder::new).unwrap();
        // No machine has memory for such a stack.
        let endless = || thread::Builder::new().stack_size(1 << 60);
        assert!(try_threads(3, endless).is_err());
        let LoadRuntime::Real { runtime, lanes: None } = real(None).unwrap() else {
            panic!("a runtime of many threads")
        };
        assert_eq!(runtime.metrics().num_workers(), workers());
    }

    #[test]
    fn what_a_runtime_lacks_is_told() {
        let lacks = io::Error::other("no thread");
        assert_eq!(
            started(Err(lacks)).err().as_deref(),
            Some(
                "cannot start a runtime: no thread; raise the limits on threads and files (`ulimit \
                 -u`, `ulimit -n`)"
            )
        );
    }
}
