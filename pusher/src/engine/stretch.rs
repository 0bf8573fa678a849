//! [`STRETCH`]: how long calls are made in a row before other tasks of the runtime get their time.

use std::future::poll_fn;
use std::task::Poll;

/// How long a driver or a caller makes calls before it gives way, in nanoseconds.
pub(super) const STRETCH: u64 = 100_000;

/// Lets the other tasks of the runtime go first.
///
/// tokio's own `yield_now` wakes the task only when its worker has nothing else to do: not while
/// another task blocks that worker. This one waits in the queue, from which other workers can take
/// it.
pub(super) async fn give_way() {
    let mut has_waited = false;
    poll_fn(|context| {
        if has_waited {
            return Poll::Ready(());
        }
        has_waited = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
