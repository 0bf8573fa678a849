//! A pause is a time or a range of two, as text or as durations, literal or not.
use std::ops::{Range, RangeInclusive};
use std::time::Duration;

const SHORT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(3);
const FIXED: &str = "1s";
const TEXT: &str = "1s..3s";
const THINK: Range<Duration> = SHORT..LONG;
const ENDS: RangeInclusive<Duration> = SHORT..=LONG;

#[pusher::load(concurrency = 5, calls = 9, pause = "1s..3s", seed = 7)]
async fn literal() {}

#[pusher::load(concurrency = 5, calls = 9, pause = "0s .. 1m 30s")]
async fn spaces() {}

#[pusher::load(concurrency = 5, calls = 9, pause = "1s..1s")]
async fn equal_ends() {}

#[pusher::load(concurrency = 5, calls = 9, pause = FIXED)]
async fn fixed() {}

#[pusher::load(concurrency = 5, calls = 9, pause = TEXT, seed = 7)]
async fn text() {}

#[pusher::load(concurrency = 5, calls = 9, pause = SHORT)]
async fn duration() {}

#[pusher::load(concurrency = 5, calls = 9, pause = SHORT..LONG, seed = 7)]
async fn range() {}

#[pusher::load(concurrency = 5, calls = 9, pause = THINK)]
async fn constant() {}

#[pusher::load(concurrency = 5, calls = 9, pause = ENDS)]
async fn inclusive() {}

fn main() {}
