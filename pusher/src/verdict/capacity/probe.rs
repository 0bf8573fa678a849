//! [`Probe`]: calls at one rate for a while, and [`Shown`], what they showed.

/// Calls at one rate: first some that are not measured, then some that are. Times are in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Probe {
    pub(crate) rate: f64,
    pub(crate) warmup: f64,
    pub(crate) length: f64,
}

/// What a probe showed in its measured part.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shown {
    pub(crate) rate: f64,
    /// How long it was measured, in seconds.
    pub(crate) length: f64,
    /// The ticks that came due.
    pub(crate) calls: u64,
    /// And before, in the warm-up.
    pub(crate) warmup_calls: u64,
    /// For each limit, how many calls were over it, and of how many.
    pub(crate) over: Vec<(u64, u64)>,
    /// How many calls ended per second before the schedule did, those of the warm-up among them.
    pub(crate) ended: f64,
    /// How long it took in all, in seconds, until its last call had ended.
    pub(crate) took: f64,
    /// Why it may be the generator that broke a limit, if it may.
    pub(crate) late: Option<String>,
}

impl Shown {
    /// The rate at which ticks came due, which at random is not quite the one that was asked for.
    pub(super) fn made(&self) -> f64 {
        if self.calls == 0 { self.rate } else { self.calls as f64 / self.length }
    }

    /// The largest share of calls over a limit.
    pub(super) fn worst(&self) -> f64 {
        let share = |(over, of): &(u64, u64)| *over as f64 / (*of).max(1) as f64;
        self.over.iter().map(share).fold(0.0, f64::max)
    }

    /// Whether so many calls were over a limit that this is no matter of chance.
    pub(super) fn is_swamped(&self) -> bool {
        self.worst() > 0.5
    }
}

/// A limit as the search sees it: the most of all calls that may be over it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ceiling {
    pub(crate) share: f64,
    /// The time that it is on, in seconds; zero of a limit on errors.
    pub(crate) time: f64,
}

impl Ceiling {
    /// Whether a probe with so many calls over it breaks it, and not by chance: by two standard
    /// deviations.
    pub(crate) fn is_broken_by(&self, (over, of): (u64, u64)) -> bool {
        let expected = of as f64 * self.share;
        over as f64 > expected + 2.0 * expected.sqrt()
    }
}

/// Whom a search asks for probes: none if there is to be no other one.
pub(crate) trait Prober {
    fn probe(&mut self, probe: &Probe) -> Option<Shown>;
}
