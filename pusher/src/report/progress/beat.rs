//! [`Beat`]: when something is to be shown.

use std::io;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

/// Waits on a runtime of its own: calls may block all threads of the load's.
pub(super) struct Beat<'a> {
    runtime: Runtime,
    done: &'a mut oneshot::Receiver<()>,
    changes: Option<Changes>,
}

/// What has come first.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cue {
    /// The loads are over, or their progress is not to be shown any more.
    Over,
    /// The terminal has another size, or the shell has had it in the meantime.
    Changed,
    /// The time is over.
    Due,
}

impl<'a> Beat<'a> {
    /// In a file or a pipe: without a file descriptor, of which there may be none.
    pub(super) fn of_a_log(done: &'a mut oneshot::Receiver<()>) -> io::Result<Beat<'a>> {
        let runtime = Builder::new_current_thread().enable_time().build()?;
        Ok(Beat { runtime, done, changes: None })
    }

    /// On a terminal. Without descriptors to listen with, nobody tells that it has changed.
    pub(super) fn of_a_terminal(done: &'a mut oneshot::Receiver<()>) -> io::Result<Beat<'a>> {
        match listening() {
            Ok((runtime, changes)) => Ok(Beat { runtime, done, changes: Some(changes) }),
            Err(_) => Beat::of_a_log(done),
        }
    }

    /// Waits for so long, if nothing comes before.
    pub(super) fn next(&mut self, wait: Duration) -> Cue {
        let Beat { runtime, done, changes } = self;
        let changed = async {
            match changes {
                Some(changes) => changes.next().await,
                None => std::future::pending().await,
            }
        };
        runtime.block_on(async {
            tokio::select! {
                biased;
                _ = &mut **done => Cue::Over,
                () = changed => Cue::Changed,
                () = tokio::time::sleep(wait) => Cue::Due,
            }
        })
    }
}

fn listening() -> io::Result<(Runtime, Changes)> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let changes = {
        let _context = runtime.enter();
        Changes::listen()?
    };
    Ok((runtime, changes))
}

/// What tells that the terminal has changed.
#[cfg(unix)]
struct Changes {
    resized: Signal,
    /// After Ctrl-Z and `fg`.
    continued: Signal,
}

#[cfg(unix)]
impl Changes {
    fn listen() -> io::Result<Changes> {
        let continued = SignalKind::from_raw(rustix::process::Signal::CONT.as_raw());
        Ok(Changes { resized: signal(SignalKind::window_change())?, continued: signal(continued)? })
    }

    async fn next(&mut self) {
        let Changes { resized, continued } = self;
        tokio::select! {
            Some(()) = resized.recv() => {}
            Some(()) = continued.recv() => {}
            else => std::future::pending().await,
        }
    }
}

/// Here the size of a terminal is not known.
#[cfg(not(unix))]
struct Changes;

#[cfg(not(unix))]
impl Changes {
    fn listen() -> io::Result<Changes> {
        Ok(Changes)
    }

    async fn next(&mut self) {
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGES: Duration = Duration::from_secs(3_600);

    #[test]
    fn it_is_over_when_the_other_end_hangs_up() {
        let (sender, mut done) = oneshot::channel();
        let mut beat = Beat::of_a_log(&mut done).unwrap();
        assert_eq!(beat.next(Duration::ZERO), Cue::Due);
        drop(sender);
        assert_eq!(beat.next(AGES), Cue::Over);
    }

    #[cfg(unix)]
    #[test]
    fn a_change_comes_before_the_time_is_over() {
        use rustix::process::{Signal, getpid, kill_process};
        let (sender, mut done) = oneshot::channel();
        let mut beat = Beat::of_a_terminal(&mut done).unwrap();
        assert_eq!(beat.next(Duration::ZERO), Cue::Due);
        for signal in [Signal::WINCH, Signal::CONT] {
            kill_process(getpid(), signal).unwrap();
            assert_eq!(beat.next(AGES), Cue::Changed, "{signal:?}");
            assert_eq!(beat.next(Duration::ZERO), Cue::Due, "{signal:?} is told once");
        }
        drop(sender);
        assert_eq!(beat.next(AGES), Cue::Over);
    }
}
