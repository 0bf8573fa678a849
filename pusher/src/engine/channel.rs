//! For listeners that want a task of their own.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::sync::mpsc;

use super::gossip::{Gossip, Gossiper};
use super::worker::Worker;

/// A gossiper that hands on what it hears, and the receiver of it, for a listener with a task of
/// its own.
///
/// At most `capacity` gossips wait for the receiver. What comes while so many wait is not kept, but
/// counted by [`missed`](GossipReceiver::missed): a slow listener never slows the schedule down.
/// The sender can be cloned and given to several Workers. What calls tell of themselves, by
/// [`Call::step`](crate::Call::step) and the like, is not handed on.
///
/// ```
/// use std::time::Duration;
///
/// # async fn f() -> Result<(), pusher::Error> {
/// let (sender, mut receiver) = pusher::channel(1_000);
/// let listener = tokio::spawn(async move {
///     let mut ended = 0;
///     while let Some(heard) = receiver.recv().await {
///         ended += u64::from(heard.gossip.is_after_target());
///     }
///     (ended, receiver.missed())
/// });
/// let worker = pusher::Worker::hire("checkout", async || ()).gossiper(sender);
/// worker.work(100, Duration::from_millis(50)).await?;
/// assert_eq!(listener.await.unwrap(), (5, 0));
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
pub fn channel(capacity: usize) -> (GossipSender, GossipReceiver) {
    // The room is counted here and not by a bounded channel, because the end of a run always has to
    // get through.
    let (sender, receiver) = mpsc::unbounded_channel();
    let room = Arc::new(Room { capacity, waiting: AtomicUsize::new(0), missed: AtomicU64::new(0) });
    (GossipSender { sender, room: room.clone() }, GossipReceiver { receiver, room })
}

/// The gossiper that [`channel`] gives.
#[derive(Clone)]
pub struct GossipSender {
    sender: mpsc::UnboundedSender<Option<Heard>>,
    room: Arc<Room>,
}

/// The receiver that [`channel`] gives.
pub struct GossipReceiver {
    receiver: mpsc::UnboundedReceiver<Option<Heard>>,
    room: Arc<Room>,
}

/// A gossip, and the ident of the Worker that it is about.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Heard {
    /// The Worker's ident.
    pub worker: Arc<str>,
    /// What happened.
    pub gossip: Gossip,
}

struct Room {
    capacity: usize,
    waiting: AtomicUsize,
    missed: AtomicU64,
}

impl Gossiper for GossipSender {
    fn hear(&self, worker: &Worker, gossip: &Gossip) {
        if self.room.waiting.fetch_add(1, Ordering::AcqRel) >= self.room.capacity {
            self.room.waiting.fetch_sub(1, Ordering::AcqRel);
            self.room.missed.fetch_add(1, Ordering::AcqRel);
            return;
        }
        let heard = Heard { worker: worker.shared_ident(), gossip: gossip.clone() };
        if self.sender.send(Some(heard)).is_err() {
            self.room.missed.fetch_add(1, Ordering::AcqRel);
        }
    }

    fn stop(&self) {
        // Nobody listens any more: then nobody needs to know.
        let _ = self.sender.send(None);
    }
}

impl GossipReceiver {
    /// The next gossip; none when a Worker's run is over, once for each run, and ever after when
    /// every sender is gone. A listener to several Workers counts as many ends as there are
    /// runs.
    pub async fn recv(&mut self) -> Option<Heard> {
        let heard = self.receiver.recv().await??;
        self.room.waiting.fetch_sub(1, Ordering::AcqRel);
        Some(heard)
    }

    /// How many gossips came while there was no room for them. Near the capacity several senders at
    /// once may find less room than there is; what is not kept is counted all the same.
    pub fn missed(&self) -> u64 {
        self.room.missed.load(Ordering::Acquire)
    }
}

impl Drop for GossipReceiver {
    /// What still waits will not be heard: it is missed.
    fn drop(&mut self) {
        self.receiver.close();
        while let Ok(heard) = self.receiver.try_recv() {
            self.room.missed.fetch_add(u64::from(heard.is_some()), Ordering::AcqRel);
        }
    }
}

impl GossipSender {
    /// How many gossips came while there was no room for them, or no receiver.
    pub fn missed(&self) -> u64 {
        self.room.missed.load(Ordering::Acquire)
    }
}

impl fmt::Debug for GossipSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GossipSender").field("missed", &self.missed()).finish_non_exhaustive()
    }
}

impl fmt::Debug for GossipReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GossipReceiver").field("missed", &self.missed()).finish_non_exhaustive()
    }
}
