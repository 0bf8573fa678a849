//! [`LaneLimit`]: a panic that is no answer of the service, but a limit of the lanes on which the
//! calls of a load are made.

use super::{ErrorGroup, ErrorKind, OTHER_ERRORS};

/// What tokio's `block_in_place` panics with on a runtime of one thread.
const TEXT: &str = "can call blocking only when running on the multi-threaded runtime";

/// How a panic of a task is written by tokio's `JoinError`, behind the number of the task.
const OF_A_TASK: [&str; 2] = [" panicked with message \"", "), \""];

/// Marks what needs tokio's runtime of many threads.
pub(crate) struct LaneLimit;

impl LaneLimit {
    /// The way out.
    pub(crate) const ADVICE: &str = "this is no fault of the service: \
        `tokio::task::block_in_place` works on tokio's multi-thread runtime alone, and this load \
        makes its calls on lanes, which have one thread each: give the load \
        `runtime = \"multi_thread\"`, or the code that blocks to `tokio::task::spawn_blocking`";

    /// What calls and tasks need that panicked so.
    pub(crate) const NEED: &str = "tokio's multi-thread runtime, and the load makes its calls on \
        lanes: give it `runtime = \"multi_thread\"`";

    /// Whether this is the message of such a panic.
    pub(crate) fn is_panic(message: &str) -> bool {
        message.contains(TEXT)
    }

    /// Gives the advice to groups of a load on lanes, if it is what they need.
    pub(crate) fn advise(groups: &mut [ErrorGroup]) {
        let need = |group: &&mut ErrorGroup| group.text != OTHER_ERRORS && is_reached(group);
        groups.iter_mut().filter(need).for_each(|group| group.advice = Some(LaneLimit::ADVICE));
    }

    /// How many calls of these groups need another runtime.
    pub(crate) fn calls(groups: &[ErrorGroup]) -> u64 {
        let need = |group: &&ErrorGroup| group.advice == Some(LaneLimit::ADVICE);
        groups.iter().filter(need).map(|group| group.count).sum()
    }
}

/// A call panicked with the text, or failed with the panic of a task that it spawned. A service may
/// have the same words in its answers.
fn is_reached(group: &ErrorGroup) -> bool {
    let mut texts = [Some(group.example.as_str()), group.cause.as_deref()].into_iter().flatten();
    if group.kind == ErrorKind::Panicked.as_str() {
        return texts.any(LaneLimit::is_panic);
    }
    texts.any(|text| OF_A_TASK.iter().any(|begin| text.contains(&format!("{begin}{TEXT}\""))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::errors::Errors;

    #[track_caller]
    fn check(kind: ErrorKind, text: &str, expected: Option<&str>) {
        let mut errors = Errors::default();
        errors.record(kind, text);
        let mut groups = errors.groups();
        LaneLimit::advise(&mut groups);
        assert_eq!(groups[0].advice, expected, "{text}");
        assert_eq!(LaneLimit::calls(&groups), u64::from(expected.is_some()), "{text}");
    }

    #[test]
    fn a_panic_is_known_by_its_text_and_an_error_by_the_panic_in_it() {
        let advice = Some(LaneLimit::ADVICE);
        check(ErrorKind::Panicked, TEXT, advice);
        check(ErrorKind::Panicked, "no database", None);
        check(ErrorKind::Failed, TEXT, None);
        check(ErrorKind::Failed, &format!("500: {TEXT}"), None);
        check(ErrorKind::Failed, &format!("500: {{\"why\": \"{TEXT}\"}}"), None);
    }

    #[test]
    fn the_panic_of_a_task_is_known_as_tokio_writes_it() {
        let advice = Some(LaneLimit::ADVICE);
        let displayed = format!("task 12 panicked with message \"{TEXT}\"");
        let debugged = format!("JoinError::Panic(Id(12), \"{TEXT}\", ...)");
        check(ErrorKind::Failed, &displayed, advice);
        check(ErrorKind::Failed, &format!("no rows: {displayed}"), advice);
        check(ErrorKind::Failed, &debugged, advice);
        let unwrapped = format!("called `Result::unwrap()` on an `Err` value: {debugged}");
        check(ErrorKind::Panicked, &unwrapped, advice);
    }

    #[test]
    fn other_errors_share_no_advice() {
        let mut errors = Errors::default();
        errors.record(ErrorKind::Panicked, TEXT);
        let mut groups = errors.groups();
        groups[0].text = OTHER_ERRORS.to_string();
        LaneLimit::advise(&mut groups);
        assert_eq!(groups[0].advice, None);
    }
}
