//! [`Ruler`]: where slices begin before any of them have merged.

use crate::plan::parts::ShapeParts;

/// Where slices begin before any of them have merged.
pub(super) enum Ruler {
    /// A slice for each millisecond.
    Millis,
    /// A slice for each part of a shape.
    Parts(ShapeParts),
}

/// The width of a slice by the millisecond, in nanoseconds.
pub(super) const MILLI: u64 = 1_000_000;

impl Ruler {
    /// The number of the slice at that instant, in nanoseconds from the start.
    #[inline]
    pub(super) fn at(&self, instant: u64) -> usize {
        match self {
            Ruler::Millis => (instant / MILLI) as usize,
            Ruler::Parts(parts) => parts.at(instant),
        }
    }

    /// When a slice begins; none if there is no such slice.
    #[inline]
    pub(super) fn begin(&self, nth: usize) -> Option<u64> {
        match self {
            Ruler::Millis => MILLI.checked_mul(nth as u64),
            Ruler::Parts(parts) => parts.begin(nth),
        }
    }
}
