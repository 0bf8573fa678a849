//! [`Refused`]: stands in for the value of a fn of a wrong type, so that one mistake is one error.

/// What a load has instead of the value that a wrong fn would make. rustc has reported the fn by
/// then; this type fits wherever the value would, so nothing else is reported.
pub struct Refused;

impl IntoIterator for Refused {
    type Item = Refused;
    type IntoIter = std::iter::Empty<Refused>;

    fn into_iter(self) -> std::iter::Empty<Refused> {
        never()
    }
}

/// The body of a method whose bounds are never met: it stands in for a method that cannot be, and
/// nothing that calls it compiles.
pub(super) fn never() -> ! {
    unreachable!("refused by the compiler")
}
