//! [`Headcount`]: how many callers a closed loop has over time; and the [`Leg`]s that it is made
//! of.
//!
//! ```text
//! callers
//!   3 |              ,───────────    ramp(0, 3, ..), hold(3, ..): the line is a slope up to 3, and
//!   2 |         ,────|               a caller joins at the instant at which the slope reaches it
//!   1 |    ,────|
//!   0 |────|______________________ time
//! ```

use std::fmt;
use std::time::Duration;

use crate::count;
use crate::curve::{TOLD, few_enough, shown, stretched, whole_length};
use crate::time::{nanos, positive};

/// How many callers there are over time: at each instant the whole ones that a line has reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headcount(Vec<Leg>);

/// A part of a headcount, along a straight line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The callers at its begin.
    from: u64,
    /// The callers that it leads to.
    to: u64,
    /// How long it is, in nanoseconds.
    length: u64,
    /// When it begins, in nanoseconds from the start.
    begin: u64,
}

/// Reads a number of callers, which may be none for a while, of the shape that has this key.
///
/// # Errors
///
/// What to give instead.
pub fn read_callers(key: &str, text: &str) -> Result<u64, String> {
    count::CALLERS.read(&in_key(key), text)
}

/// What [`read_callers`] calls its number.
pub fn in_key(key: &str) -> String {
    format!("a number of callers in {key}")
}

impl Leg {
    /// A part of the shape that has this key, between two numbers of callers.
    ///
    /// # Errors
    ///
    /// That its time is zero.
    pub fn new(key: &str, callers: [u64; 2], length: Duration) -> Result<Leg, String> {
        let [from, to] = callers;
        let length = nanos(positive(&format!("a time in {key}"), length)?);
        Ok(Leg { from, to, length, begin: 0 })
    }

    /// When it begins, in nanoseconds from the start.
    pub fn begin(&self) -> u64 {
        self.begin
    }

    fn end(&self) -> u64 {
        self.begin + self.length
    }

    /// How many callers the line has reached so many nanoseconds after its begin.
    fn reached(&self, elapsed: u64) -> u64 {
        let change = u128::from(self.from.abs_diff(self.to)) * u128::from(elapsed);
        let length = u128::from(self.length);
        if self.to >= self.from {
            self.from + (change / length) as u64
        } else {
            self.from - change.div_ceil(length) as u64
        }
    }

    /// When the line first has that caller, so many nanoseconds after its begin or later.
    fn reaches(&self, caller: u64, elapsed: u64) -> Option<u64> {
        if self.reached(elapsed) >= caller {
            return Some(elapsed);
        }
        if self.to <= self.from || self.to < caller {
            return None;
        }
        let (up, slope) = (u128::from(caller - self.from), u128::from(self.to - self.from));
        let elapsed = (up * u128::from(self.length)).div_ceil(slope) as u64;
        (elapsed < self.length).then_some(elapsed)
    }
}

impl Headcount {
    /// Parts one after the other, of the shape that has this key.
    ///
    /// # Errors
    ///
    /// That there is no caller at any time, or that they take too long.
    pub fn stages(key: &str, legs: Vec<Leg>) -> Result<Headcount, String> {
        whole_length(key, legs.iter().map(|leg| leg.length))?;
        let headcount = Headcount::of(legs);
        match headcount.reaches(1, 0) {
            Some(_) => Ok(headcount),
            None => Err(format!(
                "{key} has no caller at any time: give a stage with some, such as \
                 `hold(20, \"1m\")`"
            )),
        }
    }

    /// A staircase: each number of callers is kept for `each`. The last one is `to`, even if that
    /// is less than `by` away.
    ///
    /// # Errors
    ///
    /// That `by` leads to too many steps, or that there is no caller, or that they take too long.
    pub fn steps(from: u64, to: u64, by: u64, each: Duration) -> Result<Headcount, String> {
        let steps = caller_steps(from, to, by)?;
        positive("each in steps", each)?;
        let nth = |n: u64| if to >= from { from + n * by } else { from - n * by };
        let mut callers: Vec<u64> = (0..=steps).map(nth).collect();
        if callers.last() != Some(&to) {
            callers.push(to);
        }
        let hold = |callers| Leg::new("steps", [callers, callers], each);
        Headcount::stages("steps", callers.into_iter().map(hold).collect::<Result<_, _>>()?)
    }

    fn of(mut legs: Vec<Leg>) -> Headcount {
        let mut begin = 0;
        for leg in &mut legs {
            leg.begin = begin;
            begin += leg.length;
        }
        Headcount(legs)
    }

    /// Its parts, one after the other.
    pub fn legs(&self) -> &[Leg] {
        &self.0
    }

    /// How long it is, in nanoseconds.
    pub fn length(&self) -> u64 {
        self.0.last().map_or(0, Leg::end)
    }

    /// The highest number of callers.
    pub fn most(&self) -> u64 {
        self.0.iter().map(|leg| leg.from.max(leg.to)).max().unwrap_or_default()
    }

    /// The same in so many nanoseconds: all parts stretched or shortened alike.
    pub fn stretched(&self, length: u64) -> Headcount {
        let lengths = stretched(self.0.iter().map(|leg| leg.length), length);
        let legs = self.0.iter().zip(lengths).map(|(leg, length)| Leg { length, ..*leg });
        Headcount::of(legs.filter(|leg| leg.length > 0).collect())
    }

    /// When there are at least so many callers, at the instant or later, in nanoseconds from the
    /// start; none if there are not until the end.
    pub fn reaches(&self, callers: u64, instant: u64) -> Option<u64> {
        let first = self.0.partition_point(|leg| leg.end() <= instant);
        self.0[first..].iter().find_map(|leg| {
            let elapsed = leg.reaches(callers, instant.saturating_sub(leg.begin))?;
            Some(leg.begin + elapsed)
        })
    }

    /// The highest number of callers before that instant.
    pub fn most_before(&self, instant: u64) -> u64 {
        let begun = self.0.iter().take_while(|leg| leg.begin < instant);
        let most = |leg: &Leg| leg.from.max(leg.reached(instant.min(leg.end()) - leg.begin - 1));
        begun.map(most).max().unwrap_or_default()
    }
}

/// How many steps of the height `by`, which is not zero, lead up or down from one number of callers
/// to another.
///
/// # Errors
///
/// That these are too many.
pub fn caller_steps(from: u64, to: u64, by: u64) -> Result<u64, String> {
    few_enough((from.abs_diff(to) / by).into()).map(|steps| steps as u64)
}

/// Its callers, without its length: `20 callers`, or `0 → 20 callers`.
impl fmt::Display for Leg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.to) {
            (1, 1) => f.write_str("1 caller"),
            (from, to) if from == to => write!(f, "{to} callers"),
            (from, to) => write!(f, "{from} → {to} callers"),
        }
    }
}

impl fmt::Display for Headcount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some([first, second, last]) = staircase(&self.0) {
            let each = shown(first.length);
            return write!(
                f,
                "{}, {}, .. {} callers for {each} each",
                first.to, second.to, last.to
            );
        }
        let told = if self.0.len() > TOLD + 1 { TOLD } else { self.0.len() };
        for (nth, leg) in self.0[..told].iter().enumerate() {
            let comma = if nth > 0 { ", " } else { "" };
            let preposition = if leg.from == leg.to { "for" } else { "in" };
            write!(f, "{comma}{leg} {preposition} {}", shown(leg.length))?;
        }
        match self.0.len() - told {
            0 => Ok(()),
            more => write!(f, " and {more} more stages"),
        }
    }
}

/// The first, the second and the last of many numbers that are kept for one time each.
fn staircase(legs: &[Leg]) -> Option<[&Leg; 3]> {
    let ([first, second, .., last], true) = (legs, legs.len() > 3) else { return None };
    let is_step = |leg: &Leg| leg.from == leg.to && leg.length == first.length;
    legs.iter().all(is_step).then_some([first, second, last])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leg((from, to, nanos): (u64, u64, u64)) -> Leg {
        Leg::new("stages", [from, to], Duration::from_nanos(nanos)).unwrap()
    }

    fn headcount(legs: &[(u64, u64, u64)]) -> Headcount {
        Headcount::stages("stages", legs.iter().copied().map(leg).collect()).unwrap()
    }

    /// The number of callers at an instant, from the instants at which each is reached.
    fn at(headcount: &Headcount, instant: u64) -> u64 {
        (1..=headcount.most())
            .filter(|caller| headcount.reaches(*caller, instant) == Some(instant))
            .count() as u64
    }

    /// ```text
    /// callers   0   1   2   2   2   1   0   3   3
    /// instant   0   4   8   10  12  13  16  20  24
    /// ```
    #[test]
    fn there_are_as_many_callers_as_the_line_has_reached() {
        let headcount = headcount(&[(0, 2, 8), (2, 2, 4), (2, 0, 8), (3, 3, 5)]);
        let counts: Vec<u64> = (0..26).map(|instant| at(&headcount, instant)).collect();
        assert_eq!(
            counts,
            [
                0, 0, 0, 0, 1, 1, 1, 1, // up: at 4 it reaches 1
                2, 2, 2, 2, // level
                2, 1, 1, 1, 1, 0, 0, 0, // down: behind 12 it is below 2
                3, 3, 3, 3, 3, // a jump
                0, // over
            ]
        );
        assert_eq!(headcount.length(), 25);
        assert_eq!(headcount.most(), 3);
    }

    #[test]
    fn a_caller_is_next_wanted_when_the_line_reaches_it_again() {
        let headcount = headcount(&[(0, 2, 8), (2, 0, 8), (0, 0, 100), (1, 4, 9), (4, 4, 1)]);
        for (callers, instant, next) in [
            (1, 0, Some(4)),
            (2, 0, Some(8)),
            (2, 8, Some(8)),
            (2, 9, Some(116 + 3)),
            (1, 12, Some(12)),
            (1, 13, Some(116)),
            (3, 0, Some(116 + 6)),
            (4, 0, Some(116 + 9)),
            (4, 126, None),
            (5, 0, None),
        ] {
            assert_eq!(headcount.reaches(callers, instant), next, "{callers} at {instant}");
        }
    }

    /// Against the definition, instant by instant.
    #[test]
    fn every_instant_and_caller_of_small_lines_agrees_with_the_line() {
        for from in 0..5u64 {
            for to in 0..5 {
                for length in 1..12u64 {
                    let headcount = Headcount::of(vec![leg((from, to, length))]);
                    let on_line = |instant: u64| {
                        let up = (to as i64 - from as i64) * instant as i64;
                        (from as i64 + up.div_euclid(length as i64)) as u64
                    };
                    for instant in 0..length {
                        assert_eq!(at(&headcount, instant), on_line(instant));
                        for caller in 1..6 {
                            let next = (instant..length).find(|later| on_line(*later) >= caller);
                            assert_eq!(headcount.reaches(caller, instant), next);
                        }
                        let most = (0..instant).map(on_line).max().unwrap_or_default();
                        assert_eq!(headcount.most_before(instant), most);
                    }
                }
            }
        }
    }

    #[test]
    fn the_longest_and_the_highest_have_room() {
        let century = 3_155_760_000_000_000_000;
        let headcount = headcount(&[(0, 100_000, century), (100_000, 0, 1)]);
        assert_eq!(headcount.reaches(100_000, 0), Some(century));
        assert_eq!(headcount.reaches(50_000, 1), Some(century / 2));
        assert_eq!(headcount.most_before(u64::MAX), 100_000);
    }

    #[test]
    fn the_last_caller_of_a_ramp_comes_with_what_follows_it() {
        assert_eq!(headcount(&[(0, 2, 10)]).reaches(2, 0), None);
        assert_eq!(headcount(&[(0, 2, 10), (2, 2, 1)]).reaches(2, 0), Some(10));
        assert_eq!(headcount(&[(0, 2, 10), (1, 1, 1)]).reaches(2, 0), None);
    }

    #[test]
    fn stretching_keeps_the_callers_and_moves_the_instants() {
        let headcount = headcount(&[(0, 2, 8), (2, 2, 4), (2, 0, 8)]);
        let longer = headcount.stretched(200);
        assert_eq!(longer.length(), 200);
        assert_eq!(longer.reaches(2, 0), Some(80));
        let none = headcount.stretched(0);
        assert_eq!(none.length(), 0);
        assert_eq!(none.reaches(1, 0), None);
        assert_eq!(none.most_before(9), 0);
        assert_eq!(headcount.stretched(1).length(), 1);
    }

    #[test]
    fn is_told_in_words() {
        const SECOND: u64 = 1_000_000_000;
        let seconds = |legs: &[(u64, u64, u64)]| {
            let legs: Vec<_> = legs.iter().map(|(a, b, time)| (*a, *b, time * SECOND)).collect();
            headcount(&legs).to_string()
        };
        assert_eq!(
            seconds(&[(0, 20, 10), (20, 20, 60), (1, 1, 5), (20, 0, 5)]),
            "0 → 20 callers in 10s, 20 callers for 1m, 1 caller for 5s, 20 → 0 callers in 5s"
        );
        let up_and_down = [(0, 1, 1), (1, 0, 1)].repeat(4);
        assert!(seconds(&up_and_down).ends_with("1 → 0 callers in 1s and 2 more stages"));
        let steps = Headcount::steps(10, 45, 10, Duration::from_secs(10)).unwrap();
        assert_eq!(steps.to_string(), "10, 20, .. 45 callers for 10s each");
        assert_eq!(steps.most(), 45);
        assert_eq!(steps.length(), 50 * SECOND);
        let down = Headcount::steps(3, 1, 2, Duration::from_secs(1)).unwrap();
        assert_eq!(down.to_string(), "3 callers for 1s, 1 caller for 1s");
    }

    #[test]
    fn says_what_to_give_instead() {
        let stages = |from, to| Headcount::stages("stages", vec![leg((from, to, 10))]);
        let nobody = "stages has no caller at any time: give a stage with some, such as \
                      `hold(20, \"1m\")`";
        assert_eq!(stages(0, 0), Err(nobody.to_string()));
        assert_eq!(stages(0, 1), Err(nobody.to_string()), "it would come when all is over");
        assert!(stages(0, 2).is_ok());
        assert_eq!(
            Leg::new("stages", [1, 1], Duration::ZERO),
            Err("a time in stages is zero: give a time, such as \"30s\"".to_string())
        );
        assert_eq!(
            Headcount::steps(1, 2, 1, Duration::ZERO),
            Err("each in steps is zero: give a time, such as \"30s\"".to_string())
        );
        assert_eq!(
            Headcount::steps(0, 10_000, 1, Duration::from_secs(1)),
            Err("by in steps leads to more than 10000 steps: give a larger one, such as a tenth \
                 of `to`"
                .to_string())
        );
        let centuries = Leg::new("stages", [1, 1], Duration::MAX).unwrap();
        assert_eq!(
            Headcount::stages("stages", vec![centuries]),
            Err("stages takes longer than a schedule can last: give at most 100 years in all"
                .to_string())
        );
        for text in ["-1", "0.5", "100001", "20/s", "x"] {
            assert_eq!(
                read_callers("stages", text),
                Err(format!(
                    "a number of callers in stages is {text}: give a whole number from 0 to \
                     100000, such as 20"
                ))
            );
        }
        assert_eq!(read_callers("stages", "0"), Ok(0));
    }
}
