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
