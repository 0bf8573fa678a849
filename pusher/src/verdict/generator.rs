//! [`Generator`]: the figures by which pusher watches itself, each with the limit above which it
//! may be pusher or the machine that is slow, and not the service.
//!
//! ```text
//!   figure        limit                      because above it
//!
//!   lag           100 ms at p99              the load was not the one that was promised
//!   cpu           90 % of its cores          calls wait for a core: they stand in line for it ten
//!   machine       90 % busy                  times as long as they use it, if both are random
//!   steal         5 % of the time            a core is gone for a whole turn of another machine
//!   ready         half of the cores          other programs have them when the load begins
//!   threads       90 % busy                  calls wait for the thread that makes them, as for a
//!                                            core
//!   descriptors   90 % of their limit        calls that need one fail, or wait for it
//! ```
//!
//! A figure past its limit makes nothing worse: it excuses a broken threshold on a time, if that
//! would hold by the service time less the lag.

use crate::engine::generator_watch::GeneratorUse;
use crate::plan::threshold::Figure;
use crate::statistics::latency::Latency;

/// If lag is above this at p99, in nanoseconds, the load was not the one that was promised.
pub(crate) const MOST_LAG: u64 = 100_000_000;
/// The largest share of the time in which cores, or threads, may be busy.
const MOST_BUSY: f64 = 0.9;
const MOST_STOLEN: f64 = 0.05;
/// How many tasks may be ready to run for each core.
const MOST_READY: f64 = 0.5;
/// The largest share of the descriptors there may be.
const MOST_DESCRIPTORS: f64 = 0.9;

/// What pusher took of its process and of the machine to make a load, from the start to the end of
/// the schedule. What is not known is none: of a short load, of one of the library, or elsewhere
/// than on Linux.
///
/// If one of these is past its limit, it may be pusher that was slow and not the service: a broken
/// threshold on a time is then inconclusive, unless the service time less the lag breaks it too.
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// let report = pusher::work(100, std::time::Duration::from_millis(50), async || ()).await?;
/// for gauge in report.generator.iter().flat_map(|generator| generator.gauges()) {
///     println!("{} (at most {}: {})", gauge.observed, gauge.limit, gauge.reason);
/// }
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Generator {
    /// The lag at p99, in nanoseconds.
    pub lag: Option<Gauge>,
    /// How many cores worked for this process, on average, of those that it may use. A service in
    /// the same process is part of it.
    pub cpu: Option<Gauge>,
    /// The share of the time of all cores of the machine in which they were not idle.
    pub machine: Option<Gauge>,
    /// The share of that time in which another virtual machine had a core of this one.
    pub steal: Option<Gauge>,
    /// How many tasks of the whole machine were ready to run just before the load began.
    pub ready: Option<Gauge>,
    /// For which share of the time the threads that make the calls were busy: the lanes on duty, or
    /// the workers of the runtime.
    pub threads: Option<Gauge>,
    /// The most descriptors that this process had open, as far as it was seen: they are counted
    /// once a second.
    pub descriptors: Option<Gauge>,
    /// How many cores the process may use.
    pub(crate) cores: f64,
    /// How many descriptors it may have open.
    pub(crate) most_descriptors: Option<u64>,
}

/// One figure, with its limit.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Gauge {
    /// What was measured.
    pub observed: f64,
    /// The most with which times can be trusted.
    pub limit: f64,
    /// Why they cannot be beyond that.
    pub reason: &'static str,
}

impl Gauge {
    /// Whether times cannot be trusted because of this.
    pub fn is_past(&self) -> bool {
        self.observed > self.limit
    }

    /// How many tasks are ready to run before a load on so many cores begins.
    pub(crate) fn ready(tasks: u64, cores: usize) -> Gauge {
        let reason = "other programs had cores that the load needs";
        Gauge { observed: tasks as f64, limit: MOST_READY * cores as f64, reason }
    }

    /// What to say at once, if too many tasks are ready.
    pub(crate) fn before_the_load(&self) -> Option<String> {
        let Gauge { observed, limit, .. } = self;
        self.is_past().then(|| {
            let tasks = if *observed == 1.0 { "task is" } else { "tasks are" };
            format!(
                "{observed} {tasks} ready to run on this machine just before the load begins, and \
                 {limit} would be the most: its times may be those of a busy machine; end what \
                 else runs here, or let it end first"
            )
        })
    }
}

/// What is known of the generator beside its own figures.
pub(crate) struct Surroundings<'a> {
    pub(crate) lag: &'a Latency,
    /// For which share of the time lanes were busy, if there are any.
    pub(crate) lanes_busy: Option<f64>,
    /// How many cores the process may use.
    pub(crate) cores: usize,
}

impl Generator {
    pub(crate) fn new(used: &GeneratorUse, around: &Surroundings<'_>) -> Generator {
        let cores = around.cores as f64;
        let gauge = |observed: Option<f64>, limit: f64, reason: &'static str| {
            observed.map(|observed| Gauge { observed, limit, reason })
        };
        let lag = around.lag.samples().resolved(Figure::nearest(99.0));
        let descriptors = used.descriptors.zip(used.most_descriptors);
        Generator {
            lag: gauge(
                lag.map(|lag| lag.whole as f64),
                MOST_LAG as f64,
                "the load was not the one that was promised",
            ),
            cpu: gauge(used.cpu, MOST_BUSY * cores, "calls had to wait for a core"),
            machine: gauge(
                used.machine,
                MOST_BUSY,
                "calls, and a service on this machine, had to wait for a core",
            ),
            steal: gauge(used.stolen, MOST_STOLEN, "another machine had the cores meanwhile"),
            ready: used.tasks_ready.map(|tasks| Gauge::ready(tasks, around.cores)),
            threads: gauge(
                around.lanes_busy.or(used.workers),
                MOST_BUSY,
                "calls had to wait for the thread that makes them",
            ),
            descriptors: descriptors.map(|(open, most)| Gauge {
                observed: open as f64,
                limit: (MOST_DESCRIPTORS * most as f64).floor(),
                reason: "calls that need one fail, or wait for it",
            }),
            cores,
            most_descriptors: used.most_descriptors,
        }
    }

    /// All that are known, in the order of the fields.
    pub fn gauges(&self) -> impl Iterator<Item = &Gauge> {
        [
            &self.lag,
            &self.cpu,
            &self.machine,
            &self.steal,
            &self.ready,
            &self.threads,
            &self.descriptors,
        ]
        .into_iter()
        .flatten()
    }

    /// A clause for each figure but the lag that is past its limit. Lag has a sentence of its own.
    pub(crate) fn past_limits(&self) -> Vec<String> {
        let share = |share: f64| format!("{:.1}%", 100.0 * share);
        let told = |gauge: &Option<Gauge>, words: &dyn Fn(f64, f64) -> String| {
            let Gauge { observed, limit, reason } = gauge.filter(Gauge::is_past)?;
            Some(format!("{}: {reason}", words(observed, limit)))
        };
        let cores = self.cores;
        let most_descriptors = self.most_descriptors.unwrap_or_default();
        let clauses = [
            told(&self.cpu, &|used, limit| {
                format!("its process used {used:.2} of {cores} cores (the limit is {limit:.2})")
            }),
            told(&self.machine, &|busy, limit| {
                format!("the machine was {} busy (the limit is {})", share(busy), share(limit))
            }),
            told(&self.steal, &|stolen, limit| {
                format!("{} of the time was stolen (the limit is {})", share(stolen), share(limit))
            }),
            told(&self.ready, &|tasks, limit| {
                let were = if tasks == 1.0 { "task was" } else { "tasks were" };
                format!("{tasks} {were} ready to run before the load (the limit is {limit})")
            }),
            told(&self.threads, &|busy, limit| {
                format!("its threads were {} busy (the limit is {})", share(busy), share(limit))
            }),
            told(&self.descriptors, &|open, limit| {
                format!(
                    "{open} of {most_descriptors} descriptors were open (the limit is {limit}; \
                     raise `ulimit -n`)"
                )
            }),
        ];
        clauses.into_iter().flatten().collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Two cores, and all that is well.
    pub(crate) const WELL: GeneratorUse = GeneratorUse {
        cpu: Some(1.8),
        machine: Some(0.9),
        stolen: Some(0.05),
        workers: Some(0.9),
        descriptors: Some(921),
        most_descriptors: Some(1_024),
        tasks_ready: Some(1),
    };

    fn generator(used: &GeneratorUse, lanes_busy: Option<f64>) -> Generator {
        Generator::new(used, &Surroundings { lag: &Latency::default(), lanes_busy, cores: 2 })
    }

    #[track_caller]
    fn check(used: GeneratorUse, clauses: &[&str]) {
        assert_eq!(generator(&used, None).past_limits(), clauses);
    }

    #[test]
    fn a_figure_at_its_limit_is_well() {
        let generator = generator(&WELL, None);
        assert_eq!(generator.past_limits(), Vec::<String>::new());
        assert_eq!(generator.gauges().count(), 6, "all but the lag of no call");
        assert!(!generator.gauges().any(Gauge::is_past));
    }

    #[test]
    fn a_figure_past_its_limit_says_so() {
        check(
            GeneratorUse { cpu: Some(1.81), ..WELL },
            &["its process used 1.81 of 2 cores (the limit is 1.80): calls had to wait for a core"],
        );
        check(
            GeneratorUse { machine: Some(0.901), ..WELL },
            &["the machine was 90.1% busy (the limit is 90.0%): calls, and a service on this \
               machine, had to wait for a core"],
        );
        check(
            GeneratorUse { stolen: Some(0.071), ..WELL },
            &["7.1% of the time was stolen (the limit is 5.0%): another machine had the cores \
               meanwhile"],
        );
        check(
            GeneratorUse { tasks_ready: Some(2), ..WELL },
            &["2 tasks were ready to run before the load (the limit is 1): other programs had \
               cores that the load needs"],
        );
        check(
            GeneratorUse { workers: Some(0.95), ..WELL },
            &[
                "its threads were 95.0% busy (the limit is 90.0%): calls had to wait for the thread \
               that makes them",
            ],
        );
        check(
            GeneratorUse { descriptors: Some(922), ..WELL },
            &["922 of 1024 descriptors were open (the limit is 921; raise `ulimit -n`): calls \
               that need one fail, or wait for it"],
        );
    }

    /// Half of the cores may be taken.
    #[test]
    fn too_many_tasks_are_told_of_before_the_load() {
        let said = |tasks, cores| Gauge::ready(tasks, cores).before_the_load();
        assert_eq!([said(1, 2), said(2, 4), said(0, 1)], [None, None, None]);
        assert_eq!(
            said(3, 5).as_deref(),
            Some(
                "3 tasks are ready to run on this machine just before the load begins, and 2.5 \
                 would be the most: its times may be those of a busy machine; end what else runs \
                 here, or let it end first"
            )
        );
        assert!(said(1, 1).is_some_and(|said| said.starts_with("1 task is ready")));
    }

    #[test]
    fn what_is_not_known_is_not_told() {
        let generator = generator(&GeneratorUse::default(), None);
        assert_eq!(generator.gauges().count(), 0);
        assert_eq!(generator.past_limits(), Vec::<String>::new());
    }

    #[test]
    fn lanes_are_the_threads_if_there_are_any() {
        let generator = generator(&WELL, Some(0.3));
        assert_eq!(generator.threads.map(|gauge| gauge.observed), Some(0.3));
    }

    /// A hundred calls tell p99, fewer do not.
    #[test]
    fn lag_is_told_if_the_calls_tell_it() {
        let observed = |calls: u64| {
            let mut lag = Latency::default();
            (0..calls).for_each(|_| lag.record(MOST_LAG + 50_000_000));
            let around = Surroundings { lag: &lag, lanes_busy: None, cores: 2 };
            Generator::new(&WELL, &around).lag
        };
        assert!(observed(100).is_some_and(|lag| lag.is_past()));
        assert_eq!(observed(99), None);
    }
}
