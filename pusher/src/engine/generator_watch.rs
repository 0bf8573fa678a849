//! [`GeneratorWatch`]: what loads take of the process and of the machine while they are made.
//!
//! ```text
//!            first look                                       last look
//!   warm-up ──┤ measured time, and its schedule                 ├── calls in flight
//!             descriptors are counted once a second
//! ```

use std::sync::Mutex;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;

use super::machine::{Machine, other_tasks_ready};
use super::process::{cpu_time, descriptors, descriptors_at_hand, most_descriptors};
use super::sync::lock;

/// How often descriptors are counted.
const PERIOD: Duration = Duration::from_secs(1);

/// So often, and with such a time between two, it is asked how many tasks are ready to run: one
/// answer alone is chance.
const ASKED: usize = 11;
const BETWEEN: Duration = Duration::from_millis(1);

/// Of all runs that go side by side on the real clock. It is the pacer that account.
pub(crate) struct GeneratorWatch {
    /// When the first look is due.
    begin: Instant,
    /// The runtime of the calls, if they are not made on lanes.
    runtime: Option<Handle>,
    account: Mutex<Account>,
}

#[derive(Default)]
struct Account {
    first: Option<Taken>,
    last: Option<Taken>,
    is_over: bool,
    /// When descriptors are to be counted next.
    next: Option<Instant>,
    most_descriptors_seen: Option<u64>,
    tasks_ready: Option<u64>,
}

/// What had been taken at that instant.
#[derive(Clone, Copy)]
struct Taken {
    at: std::time::Instant,
    cpu: Option<Duration>,
    machine: Machine,
    /// For how long the workers of the runtime had been busy, all together.
    busy: Option<Duration>,
}

/// What loads took while they were made. What is not known is none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct GeneratorUse {
    /// How many cores worked for the process, on average.
    pub(crate) cpu: Option<f64>,
    /// The share of the time of all cores of the machine in which they were not idle.
    pub(crate) machine: Option<f64>,
    /// The share in which another machine had them.
    pub(crate) stolen: Option<f64>,
    /// For which share of the time the workers of the calls' runtime were busy.
    pub(crate) workers: Option<f64>,
    /// The most descriptors that were open, as far as that was seen.
    pub(crate) descriptors: Option<u64>,
    /// How many may be.
    pub(crate) most_descriptors: Option<u64>,
    /// How many tasks of the machine were ready to run before, if somebody has asked.
    pub(crate) tasks_ready: Option<u64>,
}

/// How many tasks of the machine are ready to run beside this thread: the middle one of several
/// answers. It takes some milliseconds.
pub(crate) fn tasks_ready() -> Option<u64> {
    let answers = (0..ASKED).map(|_| {
        std::thread::sleep(BETWEEN);
        other_tasks_ready()
    });
    let mut answers: Vec<u64> = answers.collect::<Option<_>>()?;
    answers.sort_unstable();
    Some(answers[ASKED / 2])
}

impl GeneratorWatch {
    /// Watches from that instant on, and the runtime of the calls too, if there is one.
    pub(super) fn new(begin: Instant, runtime: Option<Handle>) -> GeneratorWatch {
        GeneratorWatch { begin, runtime, account: Mutex::default() }
    }

    /// Account, if that is due.
    pub(super) fn go_on(&self) {
        let now = Instant::now();
        let mut account = lock(&self.account);
        if account.is_over || now < account.next.unwrap_or(self.begin) {
            return;
        }
        account.next = Some(now + PERIOD);
        if account.first.is_none() {
            account.first = Some(self.look());
            account.see(descriptors());
        } else {
            account.see(descriptors_at_hand());
        }
    }

    /// Account for the last time, if it has not done so.
    pub(super) fn end(&self) {
        let mut account = lock(&self.account);
        if !std::mem::replace(&mut account.is_over, true) {
            account.last = Some(self.look());
            account.see(descriptors());
        }
    }

    /// So many tasks of the machine were ready to run before.
    pub(super) fn tell_tasks_ready(&self, tasks: u64) {
        lock(&self.account).tasks_ready = Some(tasks);
    }

    fn look(&self) -> Taken {
        let busy = self.runtime.as_ref().map(|runtime| {
            let metrics = runtime.metrics();
            (0..metrics.num_workers()).map(|nth| metrics.worker_total_busy_duration(nth)).sum()
        });
        let (cpu, machine) = (cpu_time(), Machine::look());
        Taken { at: std::time::Instant::now(), cpu, machine, busy }
    }

    /// What was taken between the first look and the last.
    pub(crate) fn used(&self) -> GeneratorUse {
        let account = lock(&self.account);
        let taken = account.first.zip(account.last).map(|(first, last)| last.since(&first));
        let workers = self.runtime.as_ref().map_or(1, |runtime| runtime.metrics().num_workers());
        let taken = taken.unwrap_or_default();
        GeneratorUse {
            workers: taken.workers.map(|busy| (busy / workers as f64).min(1.0)),
            descriptors: account.most_descriptors_seen,
            most_descriptors: most_descriptors(),
            tasks_ready: account.tasks_ready,
            ..taken
        }
    }
}

impl Account {
    fn see(&mut self, descriptors: Option<u64>) {
        self.most_descriptors_seen = self.most_descriptors_seen.max(descriptors);
    }
}

impl Taken {
    /// What was taken since an earlier look; `workers` is as if there were one.
    fn since(&self, before: &Taken) -> GeneratorUse {
        let time = (self.at - before.at).as_secs_f64();
        let of_time = |now: Option<Duration>, before: Option<Duration>| {
            let taken = now?.saturating_sub(before?).as_secs_f64();
            (time > 0.0).then(|| taken / time)
        };
        let shares = self.machine.shares_since(&before.machine);
        GeneratorUse {
            cpu: of_time(self.cpu, before.cpu),
            machine: shares.map(|shares| shares.busy),
            stolen: shares.map(|shares| shares.stolen),
            workers: of_time(self.busy, before.busy),
            ..GeneratorUse::default()
        }
    }
}

#[cfg(all(test, not(pusher_loom), target_os = "linux"))]
mod tests {
    use std::fs::File;

    use super::*;

    fn watch(begin: Instant) -> GeneratorWatch {
        GeneratorWatch::new(begin, None)
    }

    #[test]
    fn nothing_is_told_of_a_load_that_never_began() {
        let watch = watch(Instant::now() + Duration::from_secs(3_600));
        watch.go_on();
        watch.end();
        assert_eq!(watch.used().cpu, None);
    }

    /// A thread that works is most of one core, or what it gets of one.
    #[test]
    fn the_work_of_the_process_is_told_until_the_end_and_no_further() {
        let watch = watch(Instant::now());
        watch.go_on();
        let (before, began) = (cpu_time().unwrap(), std::time::Instant::now());
        while cpu_time().unwrap() < before + Duration::from_millis(20) {}
        let least = 0.02 / began.elapsed().as_secs_f64();
        watch.end();
        let used = watch.used();
        assert!(used.cpu.unwrap() > 0.5 * least, "{used:?}");
        std::thread::sleep(Duration::from_millis(5));
        watch.end();
        assert_eq!(watch.used(), used);
    }

    #[test]
    fn the_most_descriptors_are_kept() {
        let watch = watch(Instant::now());
        watch.go_on();
        let before = watch.used().descriptors.unwrap();
        lock(&watch.account).next = None;
        let open: Vec<File> = (0..500).map(|_| File::open("/dev/null").unwrap()).collect();
        watch.go_on();
        drop(open);
        lock(&watch.account).next = None;
        watch.go_on();
        // Old kernels do not have the number at hand.
        let most = watch.used().descriptors.unwrap();
        assert!(descriptors_at_hand().is_none() || most >= before + 300, "{before}, then {most}");
    }

    #[test]
    fn tasks_are_asked_for_before_a_load() {
        assert!(tasks_ready().is_some());
    }
}
