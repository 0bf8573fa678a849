//! [`channel`]: for listeners that want a task of their own.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::sync::mpsc;

use super::gossip::Gossip;
use super::worker::{Gossiper, Worker};

/// A gossiper that hands on what it hears, and the receiver of it, for a listener with a task of
/// its own.
///
/// At most `capacity` gossips wait for the receiver. A gossip that comes while so many wait is not
/// kept, but counted by [`missed`](GossipReceiver::missed): a slow listener never slows the
/// schedule down. The sender can be cloned and given to several Workers. The notes that calls tell
/// of themselves, by [`Call::step`](crate::Call::step) and the like, are not handed on.
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
    // Kept here and not by a bounded channel, because the end of a run always has to get through.
    let capacity =
        Arc::new(Room { most: capacity, waiting: AtomicUsize::new(0), missed: AtomicU64::new(0) });
    let (sender, receiver) = mpsc::unbounded_channel();
    (GossipSender { sender, capacity: capacity.clone() }, GossipReceiver { receiver, capacity })
}

/// The gossiper that [`channel`] gives.
#[derive(Clone)]
pub struct GossipSender {
    sender: mpsc::UnboundedSender<Option<Heard>>,
    capacity: Arc<Room>,
}

/// The receiver that [`channel`] gives.
pub struct GossipReceiver {
    receiver: mpsc::UnboundedReceiver<Option<Heard>>,
    capacity: Arc<Room>,
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

/// How many gossips may wait, how many do, and how many were not kept.
struct Room {
    most: usize,
    waiting: AtomicUsize,
    missed: AtomicU64,
}

impl Gossiper for GossipSender {
    fn hear(&self, worker: &Worker, gossip: &Gossip) {
        if self.capacity.waiting.fetch_add(1, Ordering::AcqRel) >= self.capacity.most {
            self.capacity.waiting.fetch_sub(1, Ordering::AcqRel);
            self.capacity.missed.fetch_add(1, Ordering::AcqRel);
            return;
        }
        let heard = Heard { worker: worker.badge().ident.clone(), gossip: gossip.clone() };
        if self.sender.send(Some(heard)).is_err() {
            self.capacity.missed.fetch_add(1, Ordering::AcqRel);
        }
    }

    fn stop(&self) {
        // An error means that nobody listens any more, and nobody needs to know.
        let _ = self.sender.send(None);
    }
}

impl GossipReceiver {
    /// The next gossip; none when a Worker's run is over, once for each run, and ever after when
    /// every sender is gone. A listener to several Workers counts as many ends as there are
    /// runs.
    pub async fn recv(&mut self) -> Option<Heard> {
        let heard = self.receiver.recv().await??;
        self.capacity.waiting.fetch_sub(1, Ordering::AcqRel);
        Some(heard)
    }

    /// How many gossips came while there was no room for them. Near the capacity several senders at
    /// once may find less room than there is; each gossip that is not kept is counted all the same.
    pub fn missed(&self) -> u64 {
        self.capacity.missed.load(Ordering::Acquire)
    }
}

impl Drop for GossipReceiver {
    /// The gossips that still wait will not be heard: they are missed.
    fn drop(&mut self) {
        self.receiver.close();
        while let Ok(heard) = self.receiver.try_recv() {
            self.capacity.missed.fetch_add(u64::from(heard.is_some()), Ordering::AcqRel);
        }
    }
}

impl GossipSender {
    /// How many gossips came while there was no room for them, or no receiver.
    pub fn missed(&self) -> u64 {
        self.capacity.missed.load(Ordering::Acquire)
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
