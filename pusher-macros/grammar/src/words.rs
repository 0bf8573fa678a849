//! [`Word`]: a value that is written as one of a few words; and [`Words`], those of one key.

use crate::sentence::listed;

/// A value that is written as one of a few words.
pub trait Word: Copy + PartialEq + 'static {
    /// All there are, in the order in which a message names them.
    const ALL: &'static [Self];

    /// How it is written.
    fn word(self) -> &'static str;

    /// The value that is written like this.
    fn find(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.word() == text)
    }

    /// Reads what was given for a key.
    ///
    /// # Errors
    ///
    /// The words to choose from.
    fn read(key: &str, text: &str) -> Result<Self, String> {
        Self::find(text).ok_or_else(|| Words::of::<Self>().wrong(key, &format!("{text:?}")))
    }
}

/// How ticks come along a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Arrivals {
    /// Evenly spaced.
    #[default]
    Uniform,
    /// At random.
    Poisson,
}

impl Word for Arrivals {
    const ALL: &'static [Arrivals] = &[Arrivals::Uniform, Arrivals::Poisson];

    fn word(self) -> &'static str {
        match self {
            Arrivals::Uniform => "uniform",
            Arrivals::Poisson => "poisson",
        }
    }
}

/// The clock that a load goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Clock {
    /// That of the machine.
    #[default]
    Real,
    /// tokio's paused one, which moves if nothing else is to be done.
    Virtual,
}

impl Word for Clock {
    const ALL: &'static [Clock] = &[Clock::Real, Clock::Virtual];

    fn word(self) -> &'static str {
        match self {
            Clock::Real => "real",
            Clock::Virtual => "virtual",
        }
    }
}

/// The threads that make the calls of a load on the real clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Threads {
    /// Those of lanes, each with a runtime of its own: a call stays on its lane.
    #[default]
    Lanes,
    /// Those of one tokio runtime, which share its tasks, its timers and its sockets.
    MultiThread,
}

impl Word for Threads {
    const ALL: &'static [Threads] = &[Threads::Lanes, Threads::MultiThread];

    fn word(self) -> &'static str {
        match self {
            Threads::Lanes => "lanes",
            Threads::MultiThread => "multi_thread",
        }
    }
}

/// How the items of `data` are handed out: what the library calls a `DataOrder`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemOrder {
    /// One after the other, and then from the first again.
    RoundRobin,
    /// Any.
    Random,
    /// One after the other, and no more.
    Once,
}

impl Word for ItemOrder {
    const ALL: &'static [ItemOrder] = &[ItemOrder::RoundRobin, ItemOrder::Random, ItemOrder::Once];

    fn word(self) -> &'static str {
        match self {
            ItemOrder::RoundRobin => "round-robin",
            ItemOrder::Random => "random",
            ItemOrder::Once => "once",
        }
    }
}

/// Which thresholds are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Judging {
    /// All.
    #[default]
    On,
    /// Those on counts; the others are shown. A quick look has too few calls to judge times by.
    Counts,
}

impl Word for Judging {
    const ALL: &'static [Judging] = &[Judging::On, Judging::Counts];

    fn word(self) -> &'static str {
        match self {
            Judging::On => "on",
            Judging::Counts => "counts",
        }
    }
}

/// What an inconclusive load does to its test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Inconclusive {
    /// The test passes: it is said that nobody knows, and no more.
    Pass,
    /// The test fails.
    #[default]
    Fail,
}

impl Word for Inconclusive {
    const ALL: &'static [Inconclusive] = &[Inconclusive::Pass, Inconclusive::Fail];

    fn word(self) -> &'static str {
        match self {
            Inconclusive::Pass => "pass",
            Inconclusive::Fail => "fail",
        }
    }
}

/// The words that a key takes, whatever they stand for.
#[derive(Clone, Copy, Debug)]
pub struct Words(fn() -> Vec<&'static str>);

impl Words {
    /// Those of all values of a type.
    pub const fn of<W: Word>() -> Words {
        Words(|| W::ALL.iter().map(|value| value.word()).collect())
    }

    /// All of them.
    pub fn all(&self) -> Vec<&'static str> {
        (self.0)()
    }

    /// The word that is this text.
    pub fn find(&self, text: &str) -> Option<&'static str> {
        self.all().into_iter().find(|word| *word == text)
    }

    /// What to say of a value that is none of them, as it was written: text in quotes.
    pub fn wrong(&self, key: &str, written: &str) -> String {
        let quoted = self.all().into_iter().map(|word| format!("{word:?}"));
        format!("{key} is {written}: give {}", listed(quoted, "or"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each value is read from its own word, and from no other text.
    fn check<W: Word + std::fmt::Debug>(key: &str, wrong: &str, message: &str) {
        for value in W::ALL {
            assert_eq!(W::read(key, value.word()), Ok(*value));
        }
        assert_eq!(W::read(key, wrong), Err(message.to_string()));
    }

    #[test]
    fn reads_its_words_alone() {
        check::<Arrivals>(
            "arrivals",
            "even",
            "arrivals is \"even\": give \"uniform\" or \"poisson\"",
        );
        check::<Clock>("time", "slow", "time is \"slow\": give \"real\" or \"virtual\"");
        check::<Threads>(
            "runtime",
            "current_thread",
            "runtime is \"current_thread\": give \"lanes\" or \"multi_thread\"",
        );
        check::<ItemOrder>(
            "data_order",
            "Once",
            "data_order is \"Once\": give \"round-robin\", \"random\" or \"once\"",
        );
        check::<Inconclusive>(
            "inconclusive",
            "ok",
            "inconclusive is \"ok\": give \"pass\" or \"fail\"",
        );
        check::<Judging>("thresholds", "all", "thresholds is \"all\": give \"on\" or \"counts\"");
    }
}
