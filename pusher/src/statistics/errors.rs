//! `Errors`: error texts, in groups of those that differ only in numbers and ids.

pub(crate) mod lane_limit;
mod mask;
mod own_limit;
mod reason_phrase;

use serde::Serialize;

use mask::{ELLIPSIS, Masked, cut};
use own_limit::own_limit;

/// The most texts that are told apart.
const MOST_GROUPS: usize = 100;
/// The most bytes that are kept of the first text of a group.
const MOST_EXAMPLE_BYTES: usize = 4_000;
/// The text of the groups that hold all errors which are in no group of their own.
const OTHER_ERRORS: &str = "(other errors)";

/// Calls that went wrong in the same way. A [`Report`](crate::Report) has them in `errors`, the
/// largest group first.
///
/// Texts that differ only in numbers and ids are in one group: `#` stands for a run of digits, a
/// hex id, a UUID, or eight and more letters and digits in a row that mix cases and digits. A
/// number from 100 to 599 stays if it is likely to be a status: at the start of the text, or next
/// to `status`, `HTTP`, `code`, `error` or its own reason phrase (`503 Service Unavailable`). So
/// does the code of an error of the operating system, `(os error 24)`. The texts of timed-out and
/// interrupted calls are pusher's own, and stay as they are.
///
/// A report has at most 100 groups, the largest ones. All other calls are in a group `(other
/// errors)`, one for each kind, at the end of the list. So the counts of all groups of a kind add
/// up to the number that the ledger has for it. If there is such a group, it may hold calls that
/// belong to the smaller groups before it.
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// use std::time::Duration;
///
/// let target = async |call: pusher::Call| Err::<(), _>(format!("503 after {} ms", call.seq()));
/// let report = pusher::work(1_000, Duration::from_millis(20), target).await?;
/// let group = &report.errors[0];
/// assert_eq!(group.kind, "failed");
/// assert_eq!(group.count, 20);
/// assert_eq!(group.text, "503 after # ms");
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ErrorGroup {
    /// The word of the ledger: `failed`, `timed_out`, `panicked` or `interrupted`.
    pub kind: &'static str,
    /// The text on one line, with `#` for numbers and ids, and cut to 200 characters. An error of a
    /// load with the attribute is followed by its causes, and the deepest cause is never cut off.
    pub text: String,
    /// The number of calls.
    pub count: u64,
    /// The first text in full, cut to 4,000 bytes.
    pub example: String,
    /// The deepest cause of the first error, if it says what caused it: the end of its chain of
    /// [`source`](std::error::Error::source).
    pub cause: Option<String>,
    /// Whose limit it is and the way out, if the error is no answer of the service, but a limit of
    /// the machine or the process that makes the load, such as too many open files or no port left,
    /// or of the lanes on which its calls are made.
    pub advice: Option<&'static str>,
}

/// How a call went wrong, in the order of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ErrorKind {
    Failed,
    TimedOut,
    Panicked,
    Interrupted,
}

impl ErrorKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            ErrorKind::Failed => "failed",
            ErrorKind::TimedOut => "timed_out",
            ErrorKind::Panicked => "panicked",
            ErrorKind::Interrupted => "interrupted",
        }
    }
}

/// Counts error texts in bounded memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Errors {
    /// The groups, in the order in which they came until they are merged.
    kept: Vec<Kept>,
    /// The other errors: at most one group for each kind.
    rest: Vec<Kept>,
    /// A buffer, so that a text of a known group costs no allocation.
    masked: Masked,
}

#[derive(Clone, Debug)]
struct Kept {
    kind: ErrorKind,
    text: String,
    count: u64,
    example: String,
    cause: Option<String>,
}

impl Errors {
    /// A text without a cause that is known.
    pub(crate) fn record(&mut self, kind: ErrorKind, text: &str) {
        self.record_with_cause(kind, text, None);
    }

    /// A text, and the part of it that is its deepest cause.
    pub(crate) fn record_with_cause(&mut self, kind: ErrorKind, text: &str, cause: Option<&str>) {
        let masked = match kind {
            ErrorKind::Failed | ErrorKind::Panicked => self.masked.of(text, cause),
            ErrorKind::TimedOut | ErrorKind::Interrupted => self.masked.of_our_own(text),
        };
        match find(&mut self.kept, kind, masked) {
            Some(kept) => kept.count += 1,
            None => {
                let text_of_group = masked.to_string();
                self.make_room();
                self.kept.push(Kept {
                    kind,
                    text: text_of_group,
                    count: 1,
                    example: shorten(text),
                    cause: cause.map(shorten),
                });
            }
        }
    }

    pub(crate) fn merge(&mut self, other: &Errors) {
        for theirs in &other.kept {
            match find(&mut self.kept, theirs.kind, &theirs.text) {
                Some(ours) => ours.count += theirs.count,
                None => self.kept.push(theirs.clone()),
            }
        }
        other.rest.iter().for_each(|theirs| self.give_up(theirs.clone()));
        if self.kept.len() > MOST_GROUPS {
            sort(&mut self.kept);
            self.kept.split_off(MOST_GROUPS).into_iter().for_each(|small| self.give_up(small));
        }
    }

    /// The largest groups first, and the other errors last.
    pub(crate) fn groups(&self) -> Vec<ErrorGroup> {
        let (mut kept, mut rest) = (self.kept.clone(), self.rest.clone());
        sort(&mut kept);
        sort(&mut rest);
        kept.into_iter().chain(rest).map(Kept::into_group).collect()
    }

    /// Gives up the smallest group; of several, the oldest. So an error that starts late and comes
    /// often is not lost among texts that came once each before it.
    fn make_room(&mut self) {
        if self.kept.len() < MOST_GROUPS {
            return;
        }
        let smallest =
            self.kept.iter().enumerate().min_by_key(|(_, kept)| kept.count).map(|(index, _)| index);
        if let Some(smallest) = smallest {
            let small = self.kept.remove(smallest);
            self.give_up(small);
        }
    }

    fn give_up(&mut self, small: Kept) {
        match self.rest.iter_mut().find(|rest| rest.kind == small.kind) {
            Some(rest) => rest.count += small.count,
            None => {
                let text = OTHER_ERRORS.to_string();
                self.rest.push(Kept { text, cause: None, ..small });
            }
        }
    }
}

impl Kept {
    fn into_group(self) -> ErrorGroup {
        let advice = self.advice();
        ErrorGroup {
            kind: self.kind.as_str(),
            text: self.text,
            count: self.count,
            example: self.example,
            cause: self.cause,
            advice,
        }
    }

    /// A cause may stand behind the end of an example that is cut. Errors that are only the others
    /// have nothing in common.
    fn advice(&self) -> Option<&'static str> {
        let by_cause = || self.cause.as_deref().and_then(own_limit);
        own_limit(&self.example).or_else(by_cause).filter(|_| self.text != OTHER_ERRORS)
    }
}

/// There are so few groups that a look at each is cheaper than a hash.
fn find<'a>(kept: &'a mut [Kept], kind: ErrorKind, text: &str) -> Option<&'a mut Kept> {
    kept.iter_mut().find(|kept| kept.kind == kind && kept.text == text)
}

fn sort(kept: &mut [Kept]) {
    kept.sort_by(|a, b| (b.count, a.kind, &a.text).cmp(&(a.count, b.kind, &b.text)));
}

fn shorten(text: &str) -> String {
    if text.len() <= MOST_EXAMPLE_BYTES {
        return text.to_string();
    }
    format!("{}{ELLIPSIS}", cut(text, MOST_EXAMPLE_BYTES - ELLIPSIS.len()))
}

#[cfg(test)]
mod tests;
