use std::time::Duration;

use super::*;

const MILLISECOND: u64 = 1_000_000;

fn began(name: &str) -> Note<'_> {
    Note::new(0, name, NoteKind::StepBegan)
}

fn ended(name: &str, millis: u64) -> Note<'_> {
    Note::new(0, name, NoteKind::StepEnded { time: Duration::from_millis(millis), error: None })
}

fn failed<'a>(name: &'a str, error: &'a str) -> Note<'a> {
    Note::new(0, name, NoteKind::StepEnded { time: Duration::ZERO, error: Some(error) })
}

fn counted(name: &str, n: u64) -> Note<'_> {
    Note::new(0, name, NoteKind::Count(n))
}

fn recorded(name: &str, value: u64) -> Note<'_> {
    Note::new(0, name, NoteKind::Record(value))
}

fn taken<'a>(names: &KnownNames, notes: impl IntoIterator<Item = Note<'a>>) -> Notes {
    let mut taken = Notes::default();
    notes.into_iter().for_each(|note| taken.take(&note, names));
    taken
}

/// Name, ok, failed and unfinished of each step.
fn endings(notes: &Notes) -> Vec<(String, u64, u64, u64)> {
    notes
        .steps()
        .into_iter()
        .map(|step| (step.name, step.ok, step.failed, step.unfinished))
        .collect()
}

const PER: Per = Per { seconds: 2.5, calls: 10 };

fn totals(notes: &Notes) -> Vec<(String, u64)> {
    notes.counts(PER).into_iter().map(|count| (count.name, count.total)).collect()
}

#[test]
fn a_step_is_ok_failed_or_unfinished() {
    let notes = [
        began("buy"),
        began("buy"),
        failed("buy", "order 17 is lost"),
        began("buy"),
        ended("buy", 30),
        began("pay"),
    ];
    let notes = taken(&KnownNames::default(), notes);
    assert_eq!(endings(&notes), [("buy".to_string(), 1, 1, 1), ("pay".to_string(), 0, 0, 1)]);
    let [buy, pay] = &notes.steps()[..] else { panic!("two steps") };
    assert_eq!(buy.times.max().as_nanos() as u64, 30 * MILLISECOND);
    assert_eq!(buy.began(), 3);
    assert_eq!(buy.errors(), 2);
    assert_eq!(buy.errors[0].kind, "failed");
    assert_eq!(buy.errors[0].text, "order # is lost");
    assert_eq!(buy.errors[0].count, 1);
    assert_eq!(pay.times.count(), 0);
    assert_eq!(pay.errors.len(), 0);
}

/// A name may stand for one of each kind.
#[test]
fn kinds_do_not_share_names() {
    let notes = taken(
        &KnownNames::default(),
        [
            counted("pay", 3),
            recorded("pay", 7),
            counted("pay", 4),
            recorded("pay", 9),
            began("pay"),
        ],
    );
    assert_eq!(totals(&notes), vec![("pay".to_string(), 7)]);
    assert_eq!(endings(&notes), vec![("pay".to_string(), 0, 0, 1)]);
    let records = notes.records();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].values.count(), 2);
    assert_eq!(records[0].values.mean(), 8.0);
}

#[test]
fn a_count_is_a_total_per_second_and_per_call() {
    let notes = taken(&KnownNames::default(), [counted("bytes", 0), counted("bytes", 500)]);
    let count = notes.counts(PER).remove(0);
    assert_eq!(count.total, 500);
    assert_eq!(count.per_second, 200.0);
    assert_eq!(count.per_call, 50.0);
    assert!(!count.at_least);
    let nothing = notes.counts(Per { seconds: 0.0, calls: 0 }).remove(0);
    assert_eq!(nothing.total, 500);
    assert_eq!(nothing.per_second, 0.0);
    assert_eq!(nothing.per_call, 0.0);
}

#[test]
fn more_than_64_bits_hold_is_told_as_at_least() {
    let much = [counted("much", u64::MAX), counted("much", 1), counted("all", u64::MAX)];
    let counts = taken(&KnownNames::default(), much).counts(PER);
    assert_eq!(counts[0].total, u64::MAX);
    assert!(counts[0].at_least);
    assert_eq!(counts[1].total, u64::MAX);
    assert!(!counts[1].at_least);
}

#[test]
fn what_is_counted_after_the_schedule_is_in_no_rate() {
    let late = Note { after_schedule: true, ..counted("bytes", 100) };
    let notes = taken(&KnownNames::default(), [counted("bytes", 500), late]);
    let (count, all) = (notes.counts(PER).remove(0), notes.with_no_end().counts(PER).remove(0));
    assert_eq!(count.total, 600);
    assert_eq!(count.per_second, 200.0);
    assert_eq!(count.per_call, 60.0);
    assert_eq!(all.total, 600);
    assert_eq!(all.per_second, 240.0);
}

/// A step begins on one thread and ends on another; a name has one place for both.
#[test]
fn threads_are_put_together_in_the_order_of_first_names() {
    let names = KnownNames::default();
    let one =
        taken(&names, [began("login"), began("buy"), counted("bytes", 1), recorded("depth", 4)]);
    let mut other = taken(
        &names,
        [
            ended("buy", 5),
            began("leave"),
            counted("rows", 2),
            counted("bytes", 3),
            recorded("depth", 6),
        ],
    );
    other.add(&one);
    other.sort(&names);
    let expected = [("login", 0, 0, 1), ("buy", 1, 0, 0), ("leave", 0, 0, 1)];
    assert_eq!(
        endings(&other),
        expected.map(|(name, ok, failed, unfinished)| (name.to_string(), ok, failed, unfinished))
    );
    assert_eq!(totals(&other), [("bytes".to_string(), 4), ("rows".to_string(), 2)]);
    assert_eq!(other.records()[0].values.min(), 4);
    assert_eq!(other.records()[0].values.max(), 6);
}

/// The sums hold, whichever thread came with which name.
#[test]
fn beyond_a_hundred_names_what_comes_is_counted_together() {
    let names = KnownNames::default();
    let name = |nth: usize| format!("user {nth}");
    let all: Vec<String> = (0..150).map(name).collect();
    let ends: Vec<String> = all.iter().rev().cloned().collect();
    let mut notes = taken(
        &names,
        all.iter().flat_map(|name| [began(name), counted(name, 2), recorded(name, 1)]),
    );
    notes.add(&taken(
        &names,
        ends.iter().flat_map(|name| [ended(name, 1), counted(name, 1), recorded(name, 2)]),
    ));
    notes.sort(&names);
    let (steps, counts, records) = (notes.steps(), notes.counts(PER), notes.records());
    assert_eq!(steps.len(), 101);
    assert_eq!(counts.len(), 101);
    assert_eq!(records.len(), 101);
    for (nth, step) in steps[..100].iter().enumerate() {
        assert_eq!(step.name, name(nth));
        assert_eq!(step.ok, 1);
        assert_eq!(step.unfinished, 0);
        assert_eq!(counts[nth].name, name(nth));
        assert_eq!(counts[nth].total, 3);
        assert_eq!(records[nth].values.count(), 2);
    }
    assert_eq!(steps[100].name, "(other steps)");
    assert_eq!(steps[100].ok, 50);
    assert_eq!(steps[100].unfinished, 0);
    assert_eq!(counts[100].name, "(other counts)");
    assert_eq!(counts[100].total, 150);
    assert_eq!(records[100].name, "(other records)");
    assert_eq!(records[100].values.count(), 100);
}

/// Workers do not share their names: each of the two has a hundred, of which half are the other's
/// too.
#[test]
fn of_several_workers_too_a_hundred_names_are_told_apart() {
    let worker = |range: std::ops::Range<u64>| {
        let all: Vec<String> = range.map(|nth| format!("user {nth}")).collect();
        taken(&KnownNames::default(), all.iter().flat_map(|name| [began(name), counted(name, 1)]))
    };
    let mut notes = worker(0..100);
    notes.add(&worker(50..150));
    let (steps, counts) = (notes.steps(), notes.counts(PER));
    assert_eq!(steps.len(), 101);
    assert_eq!(counts.iter().map(|count| count.total).sum::<u64>(), 200);
    assert_eq!(steps[0].unfinished, 1);
    assert_eq!(steps[50].unfinished, 2);
    assert_eq!(steps[100].name, "(other steps)");
    assert_eq!(steps[100].unfinished, 50);
}

/// Threads that come with the same new name at once give it one number.
#[test]
fn a_name_has_one_number() {
    let names = FirstNames::default();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let names = &names;
            scope.spawn(move || {
                (0..100).for_each(|nth| {
                    assert!(names.number(&format!("name {}", (nth + 25 * thread) % 100)).is_some())
                })
            });
        }
    });
    let mut found: Vec<Option<usize>> =
        (0..100).map(|nth| names.number(&format!("name {nth}"))).collect();
    found.sort();
    assert_eq!(found, (0..100).map(Some).collect::<Vec<_>>());
    assert_eq!(names.number("one more"), None);
}
