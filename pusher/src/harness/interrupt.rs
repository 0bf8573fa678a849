//! [`Interrupts`]: SIGINT, SIGTERM, SIGHUP and SIGQUIT, caught on a thread of their own, for calls
//! may block all others.

#[cfg(unix)]
mod ignored;

use std::ffi::OsString;
use std::io;
#[cfg(unix)]
use std::task::Poll;
use std::time::Duration;

use tokio::sync::watch;

use super::say::say;
use crate::plan::offer::SHORT_GRACE;
use crate::plan::time;

/// The most time that calls and phases have after a first signal.
pub(crate) const GRACE_AFTER_SIGNAL: Duration = SHORT_GRACE;

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

    /// Those that the fn tells of.
    #[cfg(test)]
    pub(crate) fn by_hand() -> (Interrupts, impl Fn(&'static str)) {
        let (sender, receiver) = watch::channel(Caught::default());
        let tell = move |name| {
            sender.send_modify(|caught| {
                caught.first.get_or_insert(name);
                caught.count += 1;
            });
        };
        (Interrupts(receiver), tell)
    }

    /// The first signal that came, if one did.
    pub(crate) fn first(&self) -> Option<&'static str> {
        self.0.borrow().first
    }

    /// Says of a first signal that the report is still to come, and until when: `ends` is what has
    /// to end before that.
    pub(crate) fn announce(&self, ends: &str) {
        let first = self.first().unwrap_or_default();
        let variable = |name: &str| std::env::var_os(name);
        say(&announcement(first, ends, Parent::of(variable)));
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

/// Who started this process.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parent {
    /// It ends at once after Ctrl-C, and the shell has the terminal again.
    Cargo,
    /// It waits.
    Another,
}

impl Parent {
    fn of(variable: impl Fn(&str) -> Option<OsString>) -> Parent {
        match (variable("CARGO"), variable("NEXTEST")) {
            (Some(_), None) => Parent::Cargo,
            _ => Parent::Another,
        }
    }
}

fn announcement(signal: &str, ends: &str, parent: Parent) -> String {
    let grace = time::format(GRACE_AFTER_SIGNAL);
    let (though, second) = match parent {
        Parent::Another => ("", "a second signal".to_string()),
        Parent::Cargo => {
            let process = std::process::id();
            (", even if cargo has ended", format!("a second signal (`kill {process}`)"))
        }
    };
    format!(
        "\n{signal}: the report is still to come{though}: {ends} up to {grace} to finish, or no \
         time after {second}\n"
    )
}

#[cfg(unix)]
struct Signals(Vec<(&'static str, tokio::signal::unix::Signal)>);

#[cfg(unix)]
impl Signals {
    /// A signal that was ignored when the process began stays ignored, as under `nohup`.
    fn new() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        let ignored = ignored::at_the_start();
        let mut signals = Vec::new();
        for (name, kind) in [
            ("SIGINT", SignalKind::interrupt()),
            ("SIGTERM", SignalKind::terminate()),
            ("SIGHUP", SignalKind::hangup()),
            ("SIGQUIT", SignalKind::quit()),
        ] {
            if !ignored.contains(&kind.as_raw_value()) {
                signals.push((name, signal(kind)?));
            }
        }
        Ok(Signals(signals))
    }

    async fn next(&mut self) -> &'static str {
        std::future::poll_fn(|context| {
            let mut signals = self.0.iter_mut();
            let came = signals
                .find_map(|(name, signal)| signal.poll_recv(context).is_ready().then_some(*name));
            came.map_or(Poll::Pending, Poll::Ready)
        })
        .await
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_after_a_signal_says_that_the_report_is_still_to_come() {
        let ends = "no more ticks; calls in flight have";
        assert_eq!(
            announcement("SIGTERM", ends, Parent::Another),
            "\nSIGTERM: the report is still to come: no more ticks; calls in flight have up to 5s \
             to finish, or no time after a second signal\n"
        );
        assert_eq!(
            announcement("SIGINT", ends, Parent::Cargo),
            format!(
                "\nSIGINT: the report is still to come, even if cargo has ended: no more ticks; \
                 calls in flight have up to 5s to finish, or no time after a second signal \
                 (`kill {}`)\n",
                std::process::id()
            )
        );
    }

    #[test]
    fn cargo_is_known_by_its_variable_and_nextest_waits() {
        let parent = |names: &[&str]| Parent::of(|name| names.contains(&name).then(OsString::new));
        assert!(parent(&["CARGO"]) == Parent::Cargo);
        assert!(parent(&["CARGO", "NEXTEST"]) == Parent::Another);
        assert!(parent(&[]) == Parent::Another);
    }
}
