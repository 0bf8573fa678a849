mod mask;

use serde::Serialize;

use mask::{cut, mask};

/// How many texts are told apart.
const MOST_GROUPS: usize = 100;
/// How much is kept of the first text of a group.
const MOST_EXAMPLE_BYTES: usize = 4_000;
const ELLIPSIS: &str = "…";

/// Calls that went wrong in the same way: what a [`Report`](crate::Report) has in `errors`, the
/// largest group first.
///
/// Texts that differ only in numbers and ids are of one group: runs of digits, hex ids and UUIDs
/// become `#`. A number of three digits stays where it is likely to be a status: at the start of
/// the text, or after `status`, `HTTP` or `code`.
///
/// At most 100 groups are told apart, the largest ones. What is beyond them is counted under the
/// text `(other errors)`, one group for each kind, at the end of the list: the counts of all groups
/// of a kind add up to what the ledger has for it. Where there is such a group, the smaller ones
/// before it may lack calls that it holds.
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// use std::time::Duration;
///
/// let target = async |call: pusher::Call| Err::<(), _>(format!("503 after {} ms", call.seq()));
/// let report = pusher::work(1_000, Duration::from_millis(20), target).await?;
/// let group = &report.errors[0];
/// assert_eq!((group.kind, group.text.as_str(), group.count), ("failed", "503 after # ms", 20));
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ErrorGroup {
    /// The ledger's word: `failed`, `timed_out`, `panicked` or `interrupted`.
    pub kind: &'static str,
    /// What the texts have in common, at most 200 characters.
    pub text: String,
    /// How many calls.
    pub count: u64,
    /// The first text as it came, at most 4,000 bytes of it.
    pub example: String,
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
    /// In the order in which they came, until they are merged.
    kept: Vec<Kept>,
    /// For each kind at most one.
    rest: Vec<Kept>,
    /// What [`mask`] writes into, so that a text of a known group costs no allocation.
    masked: String,
}

#[derive(Clone, Debug)]
struct Kept {
    kind: ErrorKind,
    text: String,
    count: u64,
    example: String,
}

impl Errors {
    pub(crate) fn record(&mut self, kind: ErrorKind, text: &str) {
        mask(text, &mut self.masked);
        match find(&mut self.kept, kind, &self.masked) {
            Some(kept) => kept.count += 1,
            None => {
                self.make_room();
                self.kept.push(Kept {
                    kind,
                    text: self.masked.clone(),
                    count: 1,
                    example: shorten(text),
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

    /// The largest first, what is counted together last.
    pub(crate) fn groups(&self) -> Vec<ErrorGroup> {
        let (mut kept, mut rest) = (self.kept.clone(), self.rest.clone());
        sort(&mut kept);
        sort(&mut rest);
        kept.into_iter().chain(rest).map(Kept::into_group).collect()
    }

    /// Gives up the smallest group, and of several the oldest: an error that starts late and comes
    /// often is not lost among texts that each came once before it.
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
            None => self.rest.push(Kept { text: "(other errors)".to_string(), ..small }),
        }
    }
}

impl Kept {
    fn into_group(self) -> ErrorGroup {
        ErrorGroup {
            kind: self.kind.as_str(),
            text: self.text,
            count: self.count,
            example: self.example,
        }
    }
}

/// A look at each is cheaper than a hash for as few as there are.
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
