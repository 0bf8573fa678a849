use super::super::numbers::signed_percent;
use super::*;

#[test]
fn a_difference_has_a_sign() {
    for (difference, text) in [
        (Some(0.204), "+20.4%"),
        (Some(-0.0004), "-0.0%"),
        (Some(0.0), "+0.0%"),
        (Some(1.5), "+150%"),
        (None, "-"),
    ] {
        assert_eq!(percent(difference), text);
    }
    assert_eq!(signed_percent(-0.5), "-50.0%");
}
