//! [`Names`]: the first names that came, each with a number.

use std::sync::OnceLock;

/// The first `MOST` names, each with a number, in the order in which they came. A name keeps its
/// number.
#[derive(Default)]
pub(super) struct Names<const MOST: usize>(OnceLock<Box<[OnceLock<Box<str>>]>>);

impl<const MOST: usize> Names<MOST> {
    /// The name's number. A new name takes the next one; none if there is none left.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        let names = self.0.get_or_init(|| (0..MOST).map(|_| OnceLock::new()).collect());
        names.iter().position(|known| **known.get_or_init(|| name.into()) == *name)
    }

    /// The name that has this number.
    pub(super) fn name(&self, number: usize) -> Option<&str> {
        self.0.get()?.get(number)?.get().map(|name| &**name)
    }
}
