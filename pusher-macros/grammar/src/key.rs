//! [`Key`]: a key of the attribute, declared once; and [`Override`], what can be said outside of
//! it.

use crate::count::{self, Count};
use crate::words::{Arrivals, Clock, ItemOrder, Threads, Words};

/// A key of the attribute.
#[derive(Debug)]
pub struct Key {
    /// Its name: `rps`.
    pub name: &'static str,
    /// How it is written: `rps = 50`.
    pub example: &'static str,
    /// What its value is.
    pub takes: Takes,
    /// What it says, as a sentence without a full stop.
    pub sentence: &'static str,
    /// What holds if it is not given.
    pub default: &'static str,
    /// How it can be said outside of the attribute, if it can.
    pub overridden: Option<&'static Override>,
}

/// What the value of a key is.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// A rate above zero.
    Rate,
    /// Rates over time, in parentheses.
    Shape,
    /// A whole number.
    Count(&'static Count),
    /// A time, which may be zero.
    Time,
    /// A time above zero.
    PositiveTime,
    /// A time, or two between which each is drawn.
    Pause,
    /// One of a few words.
    Word(Words),
    /// `true` or `false`, as a literal.
    Switch,
    /// The path of a fn, or of the crate.
    Path,
    /// An array of values, or an expression that gives some.
    Values,
    /// The name of a test.
    Name,
    /// Thresholds, in parentheses.
    Thresholds,
}

/// What a flag, a variable or a profile can say: `--rps`, `PUSHER_RPS`, `rps = 50`.
#[derive(Debug, PartialEq, Eq)]
pub struct Override {
    /// Its name: `rps-scale`.
    pub name: &'static str,
    /// What its value is called: `TIME`.
    pub value: &'static str,
    /// What it says, as a sentence without a full stop.
    pub sentence: &'static str,
}

const fn over(name: &'static str, value: &'static str, sentence: &'static str) -> Override {
    Override { name, value, sentence }
}

/// One rate.
pub const RPS: Override =
    over("rps", "RATE", "One rate, such as 50 or 7/m; it replaces a shape too");

/// What every rate is multiplied with. The attribute has no such key.
pub const RPS_SCALE: Override = over("rps-scale", "N", "A factor for every rate, such as 0.1");

/// How long ticks are scheduled.
pub const DURATION: Override =
    over("duration", "TIME", "How long ticks are scheduled; stages are stretched to it");

/// The most measured calls.
pub const CALLS: Override = over("calls", "N", "The most measured calls of each Worker");

/// How many callers there are.
pub const CONCURRENCY: Override =
    over("concurrency", "N", "How many callers a closed loop has; it replaces stages too");

/// The most calls in flight.
pub const OVERTIME: Override = over("overtime", "N", "The most calls in flight");

/// A time before the measured one.
pub const WARMUP: Override =
    over("warmup", "TIME", "A time before the duration whose calls are not measured");

/// How long a call may take.
pub const TIMEOUT: Override = over("timeout", "TIME", "How long one call may take");

/// How long calls may take at the end.
pub const GRACE: Override = over("grace", "TIME", "How long calls in flight may take at the end");

/// The number that random numbers begin from.
pub const SEED: Override =
    over("seed", "N", "The number that random arrivals, pauses and data begin from");

/// Which thresholds are judged.
pub const THRESHOLDS: Override =
    over("thresholds", "on|counts", "Which are judged: all, or those on errors and canceled alone");

/// Whether an inconclusive load fails its test. The attribute has no such key.
pub const INCONCLUSIVE: Override =
    over("inconclusive", "pass|fail", "Whether the test of an inconclusive load passes or fails");

/// Everything that can be said outside of the attribute, in the order in which it is applied: a
/// rate before the number that it is multiplied with.
pub static OVERRIDES: [&Override; 12] = [
    &RPS,
    &RPS_SCALE,
    &DURATION,
    &CALLS,
    &CONCURRENCY,
    &OVERTIME,
    &WARMUP,
    &TIMEOUT,
    &GRACE,
    &SEED,
    &THRESHOLDS,
    &INCONCLUSIVE,
];

impl Override {
    /// The environment variable that says the same.
    pub fn variable(&self) -> String {
        variable(self.name)
    }
}

/// The environment variable that says the same as a flag.
pub fn variable(flag: &str) -> String {
    format!("PUSHER_{}", flag.to_uppercase().replace('-', "_"))
}

/// Every key there is.
pub static KEYS: [Key; 33] = [
    Key {
        name: "rps",
        example: "rps = 50",
        takes: Takes::Rate,
        sentence: "ticks per second, or in a time: `50`, `0.5`, `\"7/m\"`, `\"1200/h\"`, \
                   `\"100/3s\"`",
        default: "required, unless one of the next four keys stands in for it, or `calls` with \
                  `duration`",
        overridden: Some(&RPS),
    },
    Key {
        name: "stages",
        example: "stages(ramp(0, 100, \"10s\"), hold(100, \"1m\"))",
        takes: Takes::Shape,
        sentence: "a rate that changes: \
                   `stages(ramp(0, 100, \"10s\"), hold(100, \"1m\"), spike(500, \"5s\"))`",
        default: "none",
        overridden: None,
    },
    Key {
        name: "steps",
        example: "steps(from = 10, to = 100, by = 10, each = \"10s\")",
        takes: Takes::Shape,
        sentence: "a staircase of rates: `steps(from = 10, to = 100, by = 10, each = \"10s\")`",
        default: "none",
        overridden: None,
    },
    Key {
        name: "sine",
        example: "sine(from = 10, to = 100, period = \"1d\")",
        takes: Takes::Shape,
        sentence: "a daily curve: `sine(from = 10, to = 100, period = \"1d\")`",
        default: "none",
        overridden: None,
    },
    Key {
        name: "concurrency",
        example: "concurrency = 20",
        takes: Takes::Count(&count::CONCURRENCY),
        sentence: "a closed loop of so many callers, each of which waits for an answer before it \
                   calls again: `20`; or a number that changes: \
                   `stages(ramp(0, 20, \"10s\"), hold(20, \"1m\"))`, or `steps(..)`",
        default: "none",
        overridden: Some(&CONCURRENCY),
    },
    Key {
        name: "duration",
        example: "duration = \"1m\"",
        takes: Takes::PositiveTime,
        sentence: "how long ticks are scheduled, such as `\"1m 30s\"`",
        default: "required, unless `calls`, `data_order = \"once\"` or a shape ends the load",
        overridden: Some(&DURATION),
    },
    Key {
        name: "calls",
        example: "calls = 10_000",
        takes: Takes::Count(&count::CALLS),
        sentence: "the most measured calls of each Worker",
        default: "none",
        overridden: Some(&CALLS),
    },
    Key {
        name: "pause",
        example: "pause = \"50ms\"",
        takes: Takes::Pause,
        sentence: "how long a caller of a closed loop waits between two calls: `\"50ms\"`, or at \
                   random `\"1s..3s\"`",
        default: "none",
        overridden: None,
    },
    Key {
        name: "arrivals",
        example: "arrivals = \"poisson\"",
        takes: Takes::Word(Words::of::<Arrivals>()),
        sentence: "`\"uniform\"` for ticks that are evenly spaced, `\"poisson\"` for random ones",
        default: "`\"uniform\"`",
        overridden: None,
    },
    Key {
        name: "seed",
        example: "seed = 7",
        takes: Takes::Count(&count::SEED),
        sentence: "the number that random arrivals, pauses, data and the order in pairs begin from",
        default: "another one in each run, which the report shows",
        overridden: Some(&SEED),
    },
    Key {
        name: "time",
        example: "time = \"virtual\"",
        takes: Takes::Word(Words::of::<Clock>()),
        sentence: "`\"real\"` for the real clock, `\"virtual\"` for tokio's paused clock",
        default: "`\"real\"`",
        overridden: None,
    },
    Key {
        name: "runtime",
        example: "runtime = \"multi_thread\"",
        takes: Takes::Word(Words::of::<Threads>()),
        sentence: "what makes the calls: `\"lanes\"`, a runtime of one thread for each core; or \
                   `\"multi_thread\"`, one tokio runtime of many threads, for calls that need \
                   `block_in_place`",
        default: "`\"lanes\"`",
        overridden: None,
    },
    Key {
        name: "local",
        example: "local = true",
        takes: Takes::Switch,
        sentence: "`true` for a fn whose future is not `Send`: each call stays on its lane, and \
                   each lane has its own value of `setup_worker`",
        default: "`false`",
        overridden: None,
    },
    Key {
        name: "overtime",
        example: "overtime = 10",
        takes: Takes::Count(&count::OVERTIME),
        sentence: "the most calls in flight; a tick that comes due beyond them is canceled",
        default: "1,000,000",
        overridden: Some(&OVERTIME),
    },
    Key {
        name: "workers",
        example: "workers = 5",
        takes: Takes::Count(&count::WORKERS),
        sentence: "how many Workers deal the ticks of one schedule of so many times the rate, each \
                   with an `overtime` of its own; they get one verdict",
        default: "1",
        overridden: None,
    },
    Key {
        name: "warmup",
        example: "warmup = \"5s\"",
        takes: Takes::Time,
        sentence: "a time before `duration` whose calls are made but not measured",
        default: "none",
        overridden: Some(&WARMUP),
    },
    Key {
        name: "timeout",
        example: "timeout = \"2s\"",
        takes: Takes::PositiveTime,
        sentence: "how long one call may take",
        default: "none",
        overridden: Some(&TIMEOUT),
    },
    Key {
        name: "grace",
        example: "grace = \"10s\"",
        takes: Takes::Time,
        sentence: "how long calls in flight may take when the schedule has ended",
        default: "`\"30s\"`",
        overridden: Some(&GRACE),
    },
    Key {
        name: "setup",
        example: "setup = start",
        takes: Takes::Path,
        sentence: "the path of a fn or async fn that runs once, before the clock starts; calls \
                   share what it returns",
        default: "none",
        overridden: None,
    },
    Key {
        name: "teardown",
        example: "teardown = stop",
        takes: Takes::Path,
        sentence: "the path of a fn or async fn that runs once, after the calls",
        default: "none",
        overridden: None,
    },
    Key {
        name: "setup_worker",
        example: "setup_worker = connect",
        takes: Takes::Path,
        sentence: "the same as `setup` for each Worker, or for each caller of a closed loop: a \
                   connection each",
        default: "none",
        overridden: None,
    },
    Key {
        name: "teardown_worker",
        example: "teardown_worker = disconnect",
        takes: Takes::Path,
        sentence: "the same as `teardown` for each value of `setup_worker`",
        default: "none",
        overridden: None,
    },
    Key {
        name: "setup_timeout",
        example: "setup_timeout = \"2m\"",
        takes: Takes::PositiveTime,
        sentence: "how long each setup, each teardown and `data` may take",
        default: "`\"1m\"`",
        overridden: None,
    },
    Key {
        name: "compare",
        example: "compare = old_checkout",
        takes: Takes::Path,
        sentence: "the path of another async fn, which is called on the same schedule, in pairs of \
                   calls: `p99 < other + \"5%\"` compares both",
        default: "none",
        overridden: None,
    },
    Key {
        name: "compare_setup",
        example: "compare_setup = start_old",
        takes: Takes::Path,
        sentence: "the same as `setup` for the fn under `compare`; it may take the `Arc` of `setup`",
        default: "what `setup` returns",
        overridden: None,
    },
    Key {
        name: "data",
        example: "data = users",
        takes: Takes::Path,
        sentence: "the path of a fn that gives items, one for each call: a CSV reader, a generator",
        default: "none",
        overridden: None,
    },
    Key {
        name: "data_order",
        example: "data_order = \"once\"",
        takes: Takes::Word(Words::of::<ItemOrder>()),
        sentence: "how items are handed out: `\"round-robin\"`, `\"random\"`, or each `\"once\"`, \
                   which ends the load if `duration` is left out",
        default: "`\"round-robin\"`",
        overridden: None,
    },
    Key {
        name: "args",
        example: "args = [1, 10, 100]",
        takes: Takes::Values,
        sentence: "one test for each value: `[1, 10]` makes `fetch::1` and `fetch::10`",
        default: "one test",
        overridden: None,
    },
    Key {
        name: "name",
        example: "name = \"cart::add\"",
        takes: Takes::Name,
        sentence: "the name of the test",
        default: "the path of the fn in its crate: `checkout`, `cart::add`",
        overridden: None,
    },
    Key {
        name: "farm",
        example: "farm = \"shop\"",
        takes: Takes::Name,
        sentence: "the name of the test that makes all loads of this farm side by side",
        default: "none",
        overridden: None,
    },
    Key {
        name: "thresholds",
        example: "thresholds(p99 < \"250ms\")",
        takes: Takes::Thresholds,
        sentence: "what must hold: `thresholds(p99 < \"250ms\", errors < \"1%\")`",
        default: "`errors == 0, canceled == 0`",
        overridden: Some(&THRESHOLDS),
    },
    Key {
        name: "abort",
        example: "abort(errors > \"50%\", after = \"10s\")",
        takes: Takes::Thresholds,
        sentence: "when to end the load early, which then has failed: \
                   `abort(errors > \"50%\", after = \"10s\")`",
        default: "never",
        overridden: None,
    },
    Key {
        name: "crate",
        example: "crate = ::pusher",
        takes: Takes::Path,
        sentence: "the path of pusher, if it is renamed or re-exported",
        default: "`::pusher`",
        overridden: None,
    },
];

/// What the name of the test that stands beside a load's fn begins with; the fn's name follows.
pub const TEST_PREFIX: &str = "__pusher_";

/// What is missing if nothing says when calls are made.
pub const NO_PACE: &str =
    "rps is missing: add `rps = 50`, a shape such as `stages(..)`, or `concurrency = 20`";

/// What is missing if nothing ends the load.
pub const NO_END: &str = "duration is missing: add `duration = \"1m\"`, or `calls = 10_000`";

/// What is wrong if virtual time is to have a runtime that is named.
pub const NO_RUNTIME_IN_VIRTUAL_TIME: &str = "runtime is for the real clock, and virtual time has one thread of its own: remove runtime, \
     or write `time = \"real\"`";

/// What is wrong if the two targets of a comparison are to have no schedule.
pub const NO_PAIRS_IN_A_CLOSED_LOOP: &str = "compare pairs the calls of one schedule, and a closed loop has none, for the slower target would \
     get fewer calls: write `rps = 50` in the place of concurrency";

/// What is wrong if calls are to stay on lanes that there are not.
pub const NO_LANES_FOR_LOCAL: &str =
    "local calls stay on lanes, and `runtime = \"multi_thread\"` has none: remove one of the two";

/// The key of that name.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// The table of all keys, in Markdown.
pub fn table() -> String {
    let rows = KEYS.iter().map(|key| {
        let dots = if key.takes.is_in_parentheses() { "(..)" } else { "" };
        format!("| `{}{dots}` | {} | {} |\n", key.name, key.sentence, key.default)
    });
    "| key | meaning | default |\n|---|---|---|\n".to_string() + &rows.collect::<String>()
}

/// The table of what can be said outside of the attribute, in Markdown, without the flags that are
/// no overrides.
pub fn table_of_overrides() -> String {
    let rows = OVERRIDES.iter().map(|over| {
        let (name, variable) = (over.name, over.variable());
        let (first, rest) = over.sentence.split_at(1);
        let sentence = first.to_lowercase() + rest;
        // A bar in a table is the end of a cell.
        let value = over.value.replace('|', "\\|");
        format!("| `--{name} {value}` | `{variable}` | {sentence} |\n")
    });
    "| flag | variable | meaning |\n|---|---|---|\n".to_string() + &rows.collect::<String>()
}

impl Takes {
    /// Whether it is written in parentheses, without `=`.
    pub fn is_in_parentheses(self) -> bool {
        matches!(self, Takes::Shape | Takes::Thresholds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Inconclusive, Judging};

    #[test]
    fn an_example_begins_with_its_key() {
        for key in &KEYS {
            let sign = if key.takes.is_in_parentheses() { "(" } else { " = " };
            assert!(key.example.starts_with(&format!("{}{sign}", key.name)), "{}", key.example);
        }
    }

    #[test]
    fn no_key_is_declared_twice() {
        for (nth, key) in KEYS.iter().enumerate() {
            assert_eq!(KEYS.iter().position(|other| other.name == key.name), Some(nth));
        }
    }

    #[test]
    fn an_override_is_that_of_the_key_of_its_name() {
        let no_keys = [&RPS_SCALE, &INCONCLUSIVE];
        for over in OVERRIDES.iter().filter(|over| !no_keys.contains(over)) {
            assert_eq!(find(over.name).unwrap().overridden, Some(*over));
        }
        let overridden = KEYS.iter().filter(|key| key.overridden.is_some()).count();
        assert_eq!(overridden, OVERRIDES.len() - no_keys.len());
    }

    #[test]
    fn words_are_declared_as_they_are_read() {
        assert_eq!(THRESHOLDS.value, Words::of::<Judging>().all().join("|"));
        assert_eq!(INCONCLUSIVE.value, Words::of::<Inconclusive>().all().join("|"));
    }

    #[test]
    fn a_sentence_has_no_full_stop() {
        let keys = KEYS.iter().map(|key| key.sentence);
        for sentence in keys.chain(OVERRIDES.iter().map(|over| over.sentence)) {
            assert!(!sentence.ends_with('.'), "{sentence}");
        }
    }
}
