//! [`Queue`]: one load at a time, in this process and among all processes with the same target dir.
//!
//! Loads that run at the same time on one machine spoil each other's measurement, and test runners
//! start tests side by side. So each test waits twice:
//!
//! ```text
//!   1. for the threads of this process    2. for other processes     then the load runs
//!
//!   thread a: Ticket 7 ─┐
//!   thread b: Ticket 8 ─┼─► the first ────► LockedFile ────────────► Hold
//!   thread c: Ticket 9 ─┘       ▲                                      │ is dropped:
//!                               └── Ticket 8 is the first now ◄────────┘ file, then ticket
//! ```
//!
//! A signal ends both waits. The operating system unlocks the file however a process ends.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use super::say::say;
use crate::engine::sync::lock;

/// How long it takes at most to notice a signal, or that another process has unlocked the file.
const POLL: Duration = Duration::from_millis(100);

/// Tests that wait to run, first come, first served within the process.
#[derive(Debug)]
pub(crate) struct Queue {
    line: Mutex<WaitingLine>,
    moved: Condvar,
    file: PathBuf,
    has_complained: AtomicBool,
}

/// The numbers of the threads that wait.
#[derive(Debug, Default)]
struct WaitingLine {
    next: u64,
    waiting: VecDeque<u64>,
}

/// The right to run a load, until it is dropped.
#[must_use = "the next load runs as soon as this is dropped"]
#[derive(Debug)]
pub(crate) struct Hold<'a> {
    // They are dropped in this order: other processes first, then the next thread of this one.
    _file: Option<LockedFile>,
    _ticket: Ticket<'a>,
}

/// Who waits, until when, and how that is told.
#[derive(Clone, Copy)]
struct Waiter<'a> {
    test_name: &'a str,
    is_interrupted: &'a dyn Fn() -> bool,
    say: &'a dyn Fn(&str),
}

impl Queue {
    /// A queue for all processes that lock this file.
    pub(crate) fn new(file: PathBuf) -> Queue {
        Queue {
            line: Mutex::default(),
            moved: Condvar::new(),
            file,
            has_complained: AtomicBool::new(false),
        }
    }

    /// Waits until the test may run; gives nothing if `is_interrupted` says so before that.
    ///
    /// If the test has to wait for another process, that is said once on standard error. If the
    /// file cannot be locked, that is said once too, and only the loads of this process wait for
    /// each other.
    pub(crate) fn wait(
        &self,
        test_name: &str,
        is_interrupted: &dyn Fn() -> bool,
    ) -> Option<Hold<'_>> {
        let say = &|line: &str| say(&format!("{line}\n"));
        self.admit(Waiter { test_name, is_interrupted, say })
    }

    fn admit(&self, waiter: Waiter<'_>) -> Option<Hold<'_>> {
        let ticket = self.first_in_line(waiter.is_interrupted)?;
        let file = match LockedFile::wait(&self.file, waiter) {
            Ok(locked) => Some(locked?),
            Err(error) => {
                self.complain(&error, waiter.say);
                None
            }
        };
        Some(Hold { _file: file, _ticket: ticket })
    }

    /// Waits for the threads that came before.
    fn first_in_line(&self, is_interrupted: &dyn Fn() -> bool) -> Option<Ticket<'_>> {
        let ticket = self.ticket();
        loop {
            if is_interrupted() {
                return None;
            }
            let line = self.line();
            if line.waiting.front() == Some(&ticket.number) {
                return Some(ticket);
            }
            drop(self.moved.wait_timeout(line, POLL));
        }
    }

    fn ticket(&self) -> Ticket<'_> {
        let mut line = self.line();
        let number = line.next;
        line.next += 1;
        line.waiting.push_back(number);
        Ticket { queue: self, number }
    }

    fn line(&self) -> MutexGuard<'_, WaitingLine> {
        lock(&self.line)
    }

    fn complain(&self, error: &io::Error, say: &dyn Fn(&str)) {
        if !self.has_complained.swap(true, Ordering::Relaxed) {
            say(&format!(
                "pusher: cannot lock {}: {error}; loads of other processes may run at the same \
                 time",
                self.file.display()
            ));
        }
    }
}

/// A number in the line, which the thread leaves when this is dropped.
#[derive(Debug)]
struct Ticket<'a> {
    queue: &'a Queue,
    number: u64,
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.queue.line().waiting.retain(|number| *number != self.number);
        self.queue.moved.notify_all();
    }
}

/// The file, locked until it is closed.
#[derive(Debug)]
struct LockedFile(File);

impl LockedFile {
    fn wait(path: &Path, waiter: Waiter<'_>) -> io::Result<Option<LockedFile>> {
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut has_said = false;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(LockedFile::signed(file, waiter.test_name))),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if (waiter.is_interrupted)() => return Ok(None),
                Err(TryLockError::WouldBlock) => {}
            }
            if !has_said {
                has_said = true;
                (waiter.say)(&format!(
                    "pusher: {} waits for {}, which holds {}",
                    waiter.test_name,
                    holder(path),
                    path.display()
                ));
            }
            std::thread::sleep(POLL);
        }
    }

    /// Writes the holder into the file, for those who wait. They also wait without a name there, so
    /// an error is ignored.
    fn signed(mut file: File, test_name: &str) -> LockedFile {
        let _ = file
            .set_len(0)
            .and_then(|()| write!(file, "{test_name} (process {})", std::process::id()));
        LockedFile(file)
    }
}

impl Drop for LockedFile {
    fn drop(&mut self) {
        let _ = self.0.set_len(0);
    }
}

/// The holder of the lock. The file has no name in it if it was locked just now, or if the system
/// does not let locked files be read.
fn holder(path: &Path) -> String {
    let name = fs::read_to_string(path).unwrap_or_default();
    let name = name.lines().next().unwrap_or_default().trim();
    if name.is_empty() { "another process".to_string() } else { name.to_string() }
}

#[cfg(test)]
mod tests;
