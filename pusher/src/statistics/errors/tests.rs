use proptest::prelude::*;

use super::*;

const KINDS: [ErrorKind; 4] =
    [ErrorKind::Failed, ErrorKind::TimedOut, ErrorKind::Panicked, ErrorKind::Interrupted];

fn errors(texts: &[(ErrorKind, &str)]) -> Errors {
    let mut errors = Errors::default();
    texts.iter().for_each(|(kind, text)| errors.record(*kind, text));
    errors
}

fn numbered(from: char, numbers: impl Iterator<Item = usize>) -> Errors {
    let mut errors = Errors::default();
    numbers.for_each(|number| errors.record(ErrorKind::Failed, &letters(from, number)));
    errors
}

/// A text of its own for each number, without a digit in it.
fn letters(from: char, number: usize) -> String {
    let digits = number.to_string();
    from.to_string()
        + &digits.bytes().map(|digit| char::from(digit - b'0' + b'g')).collect::<String>()
}

#[track_caller]
fn check(errors: &Errors, expected: &[(&str, &str, u64, &str)]) {
    let groups = errors.groups();
    let found: Vec<_> = groups
        .iter()
        .map(|group| (group.kind, group.text.as_str(), group.count, group.example.as_str()))
        .collect();
    assert_eq!(found, expected);
}

fn total(errors: &Errors, kind: ErrorKind) -> u64 {
    errors
        .groups()
        .iter()
        .filter(|group| group.kind == kind.as_str())
        .map(|group| group.count)
        .sum()
}

#[test]
fn texts_that_differ_in_numbers_are_of_one_group() {
    let errors = errors(&[
        (ErrorKind::Panicked, "index 3"),
        (ErrorKind::Failed, "no"),
        (ErrorKind::Failed, "timeout after 1032 ms"),
        (ErrorKind::TimedOut, "no answer within 5ms"),
        (ErrorKind::Failed, "timeout after 987 ms"),
        (ErrorKind::Interrupted, ""),
    ]);
    check(
        &errors,
        &[
            ("failed", "timeout after # ms", 2, "timeout after 1032 ms"),
            ("failed", "no", 1, "no"),
            ("timed_out", "no answer within 5ms", 1, "no answer within 5ms"),
            ("panicked", "index #", 1, "index 3"),
            ("interrupted", "", 1, ""),
        ],
    );
}

#[test]
fn shards_add_up() {
    let mut all = errors(&[(ErrorKind::Failed, "a 1"), (ErrorKind::Failed, "b")]);
    all.merge(&errors(&[
        (ErrorKind::Failed, "b"),
        (ErrorKind::Failed, "b"),
        (ErrorKind::Panicked, "a 2"),
    ]));
    check(
        &all,
        &[("failed", "b", 3, "b"), ("failed", "a #", 1, "a 1"), ("panicked", "a #", 1, "a 2")],
    );
}

#[test]
fn an_error_that_comes_late_and_often_is_kept() {
    let mut errors = numbered('x', 0..5_000);
    for number in 0..1_000 {
        errors.record(ErrorKind::Failed, "connection refused");
        errors.record(ErrorKind::Failed, &letters('y', number));
    }
    let groups = errors.groups();
    assert_eq!(groups[0].text, "connection refused");
    assert_eq!(groups[0].count, 1_000);
    let rest = groups.last().unwrap();
    assert_eq!(rest.kind, "failed");
    assert_eq!(rest.text, OTHER_ERRORS);
    assert_eq!(rest.count, 5_901);
    assert_eq!(rest.example, "xg");
    assert_eq!(groups.len(), 101);
    assert_eq!(total(&errors, ErrorKind::Failed), 7_000);
}

#[test]
fn merging_keeps_the_largest() {
    let mut all = numbered('x', 0..100);
    all.merge(&numbered('y', (0..100).chain(0..100)));
    let groups = all.groups();
    assert!(groups[..100].iter().all(|group| group.count == 2 && group.text.starts_with('y')));
    assert_eq!(groups.len(), 101);
    assert_eq!(groups[100].text, OTHER_ERRORS);
    assert_eq!(groups[100].count, 100);
}

#[test]
fn what_is_kept_of_a_text_is_bounded() {
    for (text, bytes) in
        [("x".repeat(4_000), 4_000), ("x".repeat(4_001), 4_000), ("é".repeat(9_999), 3_999)]
    {
        let example = errors(&[(ErrorKind::Failed, &text)]).groups().remove(0).example;
        assert_eq!(example.len(), bytes);
        assert_eq!(example.ends_with('…'), text.len() > 4_000);
    }
}

#[test]
fn is_written_as_in_the_report() {
    let json = serde_json::to_string(&errors(&[(ErrorKind::Failed, "over 5 s")]).groups()).unwrap();
    assert_eq!(
        json,
        r##"[{"kind":"failed","text":"over # s","count":1,"example":"over 5 s","cause":null,"advice":null}]"##
    );
}

#[test]
fn a_group_has_the_cause_of_its_first_error() {
    let mut errors = Errors::default();
    for number in [7, 8] {
        let cause = format!("refused {number}");
        let text = format!("no shop: {cause}");
        errors.record_with_cause(ErrorKind::Failed, &text, Some(&cause));
    }
    errors.record(ErrorKind::Failed, "no shop: sold out");
    let groups = errors.groups();
    assert_eq!(groups.len(), 2);
    assert_eq!(groups[0].text, "no shop: refused #");
    assert_eq!(groups[0].cause.as_deref(), Some("refused 7"));
    assert_eq!(groups[1].cause, None);
}

#[test]
fn a_group_says_whose_limit_it_is() {
    let mut errors = errors(&[(ErrorKind::Failed, "Too many open files (os error 24)")]);
    let advice = errors.groups()[0].advice.unwrap();
    assert!(advice.starts_with("this is a limit of the process that makes the load"), "{advice}");
    // Errors that have nothing in common share no advice.
    (0..200).for_each(|number| errors.record(ErrorKind::Failed, &letters('x', number)));
    let rest = errors.groups().pop().unwrap();
    assert_eq!(rest.text, OTHER_ERRORS);
    assert_eq!(rest.advice, None);
}

proptest! {
    #[test]
    fn every_call_is_counted_once_in_bounded_memory(
        records in proptest::collection::vec((0_usize..3, 0_usize..4, "[g-k]{1,3}|.{0,9}"), 0..600)
    ) {
        let mut shards = vec![Errors::default(); 3];
        records.iter().for_each(|(shard, kind, text)| shards[*shard].record(KINDS[*kind], text));
        let mut all = Errors::default();
        shards.iter().for_each(|shard| all.merge(shard));
        for (index, kind) in KINDS.into_iter().enumerate() {
            let recorded = records.iter().filter(|record| record.1 == index).count();
            prop_assert_eq!(total(&all, kind), recorded as u64);
        }
        prop_assert!(all.kept.len() <= MOST_GROUPS && all.rest.len() <= KINDS.len());
        prop_assert!(all.groups().iter().all(|group| group.text.chars().count() <= 200));
        prop_assert!(all.groups().iter().all(|group| group.example.len() <= 4_000));
    }
}
