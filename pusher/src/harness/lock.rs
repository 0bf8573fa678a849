//! One load at a time, in this process and among those that use the same target dir.
//!
//! Loads that share a machine spoil each other's measurement, and test runners start tests side by
//! side.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use crate::engine::sync::lock;

/// How soon a wait ends when the run is interrupted, or when another process is done.
const POLL: Duration = Duration::from_millis(100);

/// Hands out turns, first come, first served within the process.
#[derive(Debug)]
pub(crate) struct Turns {
    queue: Mutex<Queue>,
    moved: Condvar,
    file: Option<PathBuf>,
    has_complained: AtomicBool,
}

#[derive(Debug, Default)]
struct Queue {
    next: u64,
    waiting: VecDeque<u64>,
}

/// The right to make a load; it ends when this is dropped.
#[must_use = "the turn is over when it is dropped"]
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    // The order matters: other processes first, then the next thread of this one.
    _lock: Option<Held>,
    _place: Place<'a>,
}

impl Turns {
    /// Turns among all processes that lock this file; `env` reads an environment variable.
    ///
    /// The processes of one distributed load (PUSHER_SHARD, PUSHER_SWARM) run at the same time on
    /// purpose: they lock no file.
    pub(crate) fn new(file: PathBuf, env: impl Fn(&str) -> Option<OsString>) -> Turns {
        let is_part = ["PUSHER_SHARD", "PUSHER_SWARM"]
            .into_iter()
            .any(|name| env(name).is_some_and(|value| !value.is_empty()));
        let file = (!is_part).then_some(file);
        Turns {
            queue: Mutex::default(),
            moved: Condvar::new(),
            file,
            has_complained: AtomicBool::new(false),
        }
    }

    /// Waits for the turn of the test; `None` when `interrupted` says so first.
    ///
    /// Who has to wait for another process says so once on standard error. Where the file cannot be
    /// locked, that is said once too, and loads take turns within the process only.
    pub(crate) fn take(&self, test_name: &str, interrupted: &dyn Fn() -> bool) -> Option<Turn<'_>> {
        self.take_and_say(test_name, interrupted, &|line| super::trial::say(&format!("{line}\n")))
    }

    fn take_and_say(
        &self,
        test_name: &str,
        interrupted: &dyn Fn() -> bool,
        say: &dyn Fn(&str),
    ) -> Option<Turn<'_>> {
        let place = self.queue_up(interrupted)?;
        let lock = match &self.file {
            Some(file) => match Held::wait(file, test_name, interrupted, say) {
                Ok(held) => Some(held?),
                Err(error) => {
                    self.complain(file, &error, say);
                    None
                }
            },
            None => None,
        };
        Some(Turn { _lock: lock, _place: place })
    }

    /// Waits for the other threads that came before.
    fn queue_up(&self, interrupted: &dyn Fn() -> bool) -> Option<Place<'_>> {
        let place = self.last_place();
        loop {
            if interrupted() {
                return None;
            }
            let queue = self.queue();
            if queue.waiting.front() == Some(&place.number) {
                return Some(place);
            }
            drop(self.moved.wait_timeout(queue, POLL));
        }
    }

    fn last_place(&self) -> Place<'_> {
        let mut queue = self.queue();
        let number = queue.next;
        queue.next += 1;
        queue.waiting.push_back(number);
        Place { turns: self, number }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        lock(&self.queue)
    }

    fn complain(&self, file: &Path, error: &io::Error, say: &dyn Fn(&str)) {
        if !self.has_complained.swap(true, Ordering::Relaxed) {
            say(&format!(
                "pusher: cannot lock {}: {error}; loads of other processes may run at the same time",
                file.display()
            ));
        }
    }
}

/// A place in the queue of this process.
#[derive(Debug)]
struct Place<'a> {
    turns: &'a Turns,
    number: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.turns.queue().waiting.retain(|number| *number != self.number);
        self.turns.moved.notify_all();
    }
}

/// The locked file. The operating system unlocks it when it is closed, however the process ends.
#[derive(Debug)]
struct Held(File);

impl Held {
    fn wait(
        path: &Path,
        test_name: &str,
        interrupted: &dyn Fn() -> bool,
        say: &dyn Fn(&str),
    ) -> io::Result<Option<Held>> {
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut has_said = false;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Held::signed(file, test_name))),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if interrupted() => return Ok(None),
                Err(TryLockError::WouldBlock) => {}
            }
            if !has_said {
                has_said = true;
                say(&format!(
                    "pusher: {test_name} waits for {}, which holds {}",
                    holder(path),
                    path.display()
                ));
            }
            std::thread::sleep(POLL);
        }
    }

    /// Writes down who holds the lock, for those who wait. Without it they still wait, so an error
    /// is none.
    fn signed(mut file: File, test_name: &str) -> Held {
        let _ = file
            .set_len(0)
            .and_then(|()| write!(file, "{test_name} (process {})", std::process::id()));
        Held(file)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.set_len(0);
    }
}

/// Who holds the lock. There is no name in the file when it was locked just now, or where locked
/// files cannot be read.
fn holder(path: &Path) -> String {
    let name = fs::read_to_string(path).unwrap_or_default();
    let name = name.lines().next().unwrap_or_default().trim();
    if name.is_empty() { "another process".to_string() } else { name.to_string() }
}

#[cfg(test)]
mod tests;
