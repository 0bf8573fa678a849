//! `decimal`: numbers as people read them.

/// A number with about four digits.
pub(super) fn plain(number: f64) -> String {
    match number {
        1_000.0.. => decimal(number, 0),
        10.0.. => decimal(number, 1),
        _ => decimal(number, 4),
    }
}

/// A number with at most `digits` digits after the point, and no zeros at its end.
pub(super) fn decimal(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    }
}

/// A difference as a percentage with its sign: one digit behind the point, or none from 100 % on.
pub(super) fn signed_percent(difference: f64) -> String {
    let percent = 100.0 * difference;
    if percent.abs() >= 99.95 { format!("{percent:+.0}%") } else { format!("{percent:+.1}%") }
}

/// A share with two digits or, near to all, as many as tell it from that.
pub(super) fn share_in_percent(share: f64) -> String {
    let percent = 100.0 * share;
    let distance = percent.min(100.0 - percent);
    let digits = if distance <= 0.0 { 0.0 } else { (1.0 - distance.log10().floor()).max(0.0) };
    format!("{}%", decimal(percent, digits as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_two_digits() {
        for (share, text) in [
            (0.0, "0%"),
            (0.000_384_2, "0.038%"),
            (0.003_333, "0.33%"),
            (0.25, "25%"),
            (0.123, "12%"),
            (0.999_6, "99.96%"),
            (1.0, "100%"),
        ] {
            assert_eq!(share_in_percent(share), text);
        }
    }
}
