//! [`first_not`]: a search for the first number that is too large.

/// The first number from 0 on for which something no longer holds, which holds for all before it:
/// looked for in steps that double, and then in between.
///
/// ```text
/// holds     yes yes yes yes yes yes yes yes yes no  no  no  no  no  no
/// number    0   1   2   3   4   5   6   7   8   9   10  11  12  13  14
/// looked at 1.      2.              3.                              4.   steps of 1, 2, 4, 8
///                                       5. 10, 6. 8, 7. 9: halving what is left
/// ```
pub(crate) fn first_not(mut holds: impl FnMut(u64) -> bool) -> u64 {
    let (mut low, mut step) = (0u64, 1u64);
    loop {
        let next = low.saturating_add(step - 1);
        if !holds(next) {
            break;
        }
        low = next.saturating_add(1);
        if low == u64::MAX {
            return low;
        }
        step = step.saturating_mul(2);
    }
    let mut high = low.saturating_add(step - 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { low = middle + 1 } else { high = middle }
    }
    low
}
