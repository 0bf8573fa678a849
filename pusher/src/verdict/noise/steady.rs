//! [`rate_changes`]: whether parts of a run differ because it was asked for.

use super::groups::GROUPS;

/// Whether far more calls are in one eighth of the time than in another, if so many are in each of
/// some slices of equal time.
pub(crate) fn rate_changes(calls: &[u64]) -> bool {
    let border = |nth: usize| nth * calls.len() / GROUPS;
    let eighths = (0..GROUPS).map(|nth| {
        let slices = &calls[border(nth)..border(nth + 1)];
        slices.iter().sum::<u64>() as f64 / slices.len().max(1) as f64
    });
    let bounds = |(least, most): (f64, f64), rate: f64| (least.min(rate), most.max(rate));
    let (least, most) = eighths.fold((f64::MAX, 0.0), bounds);
    let slices = calls.len() as f64 / GROUPS as f64;
    // Random arrivals, and a last slice that is shorter, are no change.
    (most - least) * slices > 0.15 * most * slices + 4.0 * (most * slices).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_changes_if_eighths_differ_by_far() {
        for (calls, changes) in [
            (vec![5; 40], false),
            (vec![5; 41], false),
            ((0..40).map(|nth| 4 + nth % 3).collect(), false),
            ((0..40).map(|nth| 4 * nth).collect(), true),
            ((0..40).map(|nth| if nth < 20 { 50 } else { 100 }).collect(), true),
            // A wave that is as high in each eighth, a slice that is alone, and none.
            ((0..40).map(|nth| [10, 90, 10, 90, 50][nth % 5]).collect(), false),
            (vec![7], false),
            (vec![], false),
        ] {
            assert_eq!(rate_changes(&calls), changes, "{calls:?}");
        }
    }
}
