//! `Slice::times`: the times that a metric speaks of, in slices of a load's time.

use crate::plan::threshold::{Metric, Named, Timing};
use crate::statistics::slices::{Slice, SliceTimes, Slices};

impl Slice {
    /// The times that a metric speaks of; if it is on a step, of the one with this number. None if
    /// there are none of these.
    fn times(&self, metric: &Metric, step: Option<usize>) -> Option<&SliceTimes> {
        match metric {
            Metric::Time(Timing::Response, _) => Some(&self.response),
            Metric::Time(Timing::Service, _) => Some(&self.service),
            Metric::Time(Timing::Lag, _) => Some(&self.lag),
            Metric::Named(Named::StepTime(_), _) => self.steps.get(step?).map(|step| &step.times),
            _ => None,
        }
    }
}

impl Slices {
    /// The times that a metric speaks of, in the order of time; none if there are none of these.
    pub(super) fn times(&self, metric: &Metric) -> Option<Vec<&SliceTimes>> {
        let step = self.step(metric);
        let is_there = matches!(metric, Metric::Time(..)) || step.is_some();
        let times = self.slices.iter().filter_map(|slice| slice.times(metric, step));
        is_there.then(|| times.collect())
    }

    /// The same in slices of such a width, which is theirs or so many times as wide. The same
    /// slices have the same place, if there is nothing in them either.
    pub(super) fn times_in(&self, width: u64, metric: &Metric) -> Vec<SliceTimes> {
        let of_each = (width / self.width.max(1)).max(1) as usize;
        let step = self.step(metric);
        let sum = |some: &[Slice]| {
            let mut all = SliceTimes::default();
            some.iter()
                .filter_map(|slice| slice.times(metric, step))
                .for_each(|times| all.add(times));
            all
        };
        self.slices.chunks(of_each).map(sum).collect()
    }

    /// The number of the step that a metric is on.
    fn step(&self, metric: &Metric) -> Option<usize> {
        let Metric::Named(Named::StepTime(_), name) = metric else { return None };
        self.steps.iter().position(|step| step == name)
    }

    /// How many calls ended `ok` in each slice of such a width; without the last one, unless it is
    /// whole. None if slices of these do not make one of that width.
    pub(super) fn ended_ok(&self, width: u64) -> Vec<u64> {
        if self.width == 0 || width == 0 || !width.is_multiple_of(self.width) {
            return Vec::new();
        }
        let of_each = (width / self.width) as usize;
        let whole = (self.end / self.width) as usize;
        let slices = &self.slices[..whole.min(self.slices.len())];
        let sum = |some: &[Slice]| some.iter().map(|slice| slice.ended_ok).sum();
        slices.chunks_exact(of_each).map(sum).collect()
    }
}
