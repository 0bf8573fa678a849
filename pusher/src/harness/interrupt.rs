//! [`Interrupts`]: SIGINT and SIGTERM, caught on a thread of their own, for calls may block all
//! others.

use std::io;
use std::time::Duration;

use tokio::sync::watch;

/// The most time that calls and phases have after a first signal.
pub(crate) const GRACE_AFTER_SIGNAL: Duration = Duration::from_secs(5);

/// All signals so far. The first ends a load with little grace, the second with none.
#[derive(Clone)]
pub(crate) struct Interrupts(watch::Receiver<Caught>);

#[derive(Clone, Copy, Default)]
struct Caught {
    first: Option<&'static str>,
    count: u32,
}

impl Interrupts {
    /// Listens from now on.
    pub(crate) fn listen() -> io::Result<Interrupts> {
        let (sender, receiver) = watch::channel(Caught::default());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut signals = {
            let _context = runtime.enter();
            Signals::new()?
        };
        std::thread::Builder::new().name("pusher-signals".to_string()).spawn(move || {
            runtime.block_on(async {
                loop {
                    let name = signals.next().await;
                    sender.send_modify(|caught| {
                        caught.first.get_or_insert(name);
                        caught.count += 1;
                    });
                }
            });
        })?;
        Ok(Interrupts(receiver))
    }

    /// The first signal that came, if one did.
    pub(crate) fn first(&self) -> Option<&'static str> {
        self.0.borrow().first
    }

    pub(crate) fn count(&self) -> u32 {
        self.0.borrow().count
    }

    /// Resolves when more than `count` signals have come, with their number.
    pub(crate) async fn more_than(&mut self, count: u32) -> u32 {
        match self.0.wait_for(|caught| caught.count > count).await {
            Ok(caught) => caught.count,
            // The thread that listens is gone, with the process.
            Err(_) => std::future::pending().await,
        }
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Signals> {
        Ok(Signals(tokio::signal::windows::ctrl_c()?))
    }

    async fn next(&mut self) -> &'static str {
        self.0.recv().await;
        "SIGINT"
    }
}
