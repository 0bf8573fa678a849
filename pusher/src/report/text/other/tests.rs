use std::time::Duration;

use super::super::numbers::signed_percent;
use super::*;
use crate::plan::rate::Rps;
use crate::plan::terms::Terms;
use crate::report::{Asked, Findings};
use crate::statistics::errors::{ErrorKind, Errors};

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

fn found(figure: &str, [difference, low, high, whole]: [f64; 4]) -> PairedFigure {
    PairedFigure {
        figure: figure.to_string(),
        difference: Some(difference),
        low: Some(low),
        high: Some(high),
        whole: Some(whole),
        why: None,
    }
}

fn of_few(figure: &str, whole: Option<f64>) -> PairedFigure {
    PairedFigure {
        difference: None,
        low: None,
        high: None,
        whole,
        why: Some("it takes 800 samples, and there were 500".to_string()),
        ..found(figure, [0.0; 4])
    }
}

fn report(name: &str) -> Report {
    let terms = Terms::constant(Rps::new(50).unwrap(), Some(Duration::from_secs(60)));
    Report::new(name, Findings::default(), Asked::of_terms(&terms, &terms.order(0)))
}

#[test]
fn response_and_service_stand_side_by_side() {
    let mut report = Report { other: Some(Box::new(report("old::checkout"))), ..report("new") };
    report.compared = vec![
        found("p50", [-0.002, -0.041, 0.039, -0.006]),
        found("p90", [1.034, 0.95, 1.171, 1.1]),
        of_few("p99", Some(0.2)),
        of_few("p99.9", None),
        found("service.p50", [0.0, -0.005, 0.005, 0.001]),
        found("service.p90", [-0.168, -0.347, 0.013, -0.296]),
        of_few("service.p99", None),
        of_few("service.p99.9", None),
    ];
    let mut text = String::new();
    report.write_compared(&mut text).unwrap();
    let expected = "  compared    with old::checkout: + is slower, - is faster
                         response                             service
        in pairs in 95 of 100 loads   whole in pairs in 95 of 100 loads   whole
  p50      -0.2%     -4.1% to +3.9%   -0.6%    +0.0%     -0.5% to +0.5%   +0.1%
  p90      +103%    +95.0% to +117%   +110%   -16.8%    -34.7% to +1.3%  -29.6%
  p99          -                  -  +20.0%        -                  -       -
              not in pairs: p99, p99.9, service.p99, service.p99.9: it takes 800
              samples, and there were 500
";
    assert_eq!(text, expected);
    assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
}

#[test]
fn without_another_fn_nothing_is_compared() {
    let mut text = String::new();
    report("new").write_compared(&mut text).unwrap();
    report("new").write_other_ledger(&mut text).unwrap();
    report("new").write_other_errors(&mut text).unwrap();
    assert_eq!(text, "");
}

#[test]
fn of_its_errors_the_first_four_kinds_are_shown() {
    let mut other = report("old");
    let group = |nth: u64| {
        let mut errors = Errors::default();
        errors.record(ErrorKind::Failed, &format!("no {}", "x".repeat(nth as usize)));
        errors.groups().remove(0)
    };
    other.errors = (1..=6).map(group).collect();
    let report = Report { other: Some(Box::new(other)), ..report("new") };
    let mut text = String::new();
    report.write_other_errors(&mut text).unwrap();
    assert!(text.starts_with("  other       old: 1 × failed: no x\n"), "{text}");
    assert!(text.ends_with("              and 2 more kinds, in report.json\n"), "{text}");
    assert_eq!(text.lines().count(), 5);
}
