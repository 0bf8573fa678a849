//! [`Beat`]: when something is to be shown.

use std::io;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

/// Waits on a runtime of its own: calls may block all threads of the load's.
pub(super) struct Beat<'a> {
    runtime: Runtime,
    done: &'a mut oneshot::Receiver<()>,
    resizes: Option<Resizes>,
}

/// What has come first.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cue {
    /// The loads are over, or their progress is not to be shown any more.
    Over,
    /// The terminal has another size.
    Resized,
    /// The time is over.
    Due,
}

impl<'a> Beat<'a> {
    /// In a file or a pipe: without a file descriptor, of which there may be none.
    pub(super) fn of_a_log(done: &'a mut oneshot::Receiver<()>) -> io::Result<Beat<'a>> {
        let runtime = Builder::new_current_thread().enable_time().build()?;
        Ok(Beat { runtime, done, resizes: None })
    }

    /// On a terminal. Without descriptors to listen with, nobody tells that it is resized.
    pub(super) fn of_a_terminal(done: &'a mut oneshot::Receiver<()>) -> io::Result<Beat<'a>> {
        match listening() {
            Ok((runtime, resizes)) => Ok(Beat { runtime, done, resizes: Some(resizes) }),
            Err(_) => Beat::of_a_log(done),
        }
    }

    /// Waits for so long, if nothing comes before.
    pub(super) fn next(&mut self, wait: Duration) -> Cue {
        let Beat { runtime, done, resizes } = self;
        let resized = async {
            match resizes {
                Some(resizes) => resizes.next().await,
                None => std::future::pending().await,
            }
        };
        runtime.block_on(async {
            tokio::select! {
                biased;
                _ = &mut **done => Cue::Over,
                () = resized => Cue::Resized,
                () = tokio::time::sleep(wait) => Cue::Due,
            }
        })
    }
}

fn listening() -> io::Result<(Runtime, Resizes)> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let resizes = {
        let _context = runtime.enter();
        Resizes::listen()?
    };
    Ok((runtime, resizes))
}

/// What tells that the terminal is resized.
#[cfg(unix)]
struct Resizes(tokio::signal::unix::Signal);

#[cfg(unix)]
impl Resizes {
    fn listen() -> io::Result<Resizes> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Resizes(signal(SignalKind::window_change())?))
    }

    async fn next(&mut self) {
        match self.0.recv().await {
            Some(()) => {}
            None => std::future::pending().await,
        }
    }
}

/// Here the size of a terminal is not known.
#[cfg(not(unix))]
struct Resizes;

#[cfg(not(unix))]
impl Resizes {
    fn listen() -> io::Result<Resizes> {
        Ok(Resizes)
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
    fn a_resize_comes_before_the_time_is_over() {
        let (sender, mut done) = oneshot::channel();
        let mut beat = Beat::of_a_terminal(&mut done).unwrap();
        assert_eq!(beat.next(Duration::ZERO), Cue::Due);
        let this = rustix::process::getpid();
        rustix::process::kill_process(this, rustix::process::Signal::WINCH).unwrap();
        assert_eq!(beat.next(AGES), Cue::Resized);
        assert_eq!(beat.next(Duration::ZERO), Cue::Due, "it is told once");
        drop(sender);
    }
}
