//! [`Audience`]: those who listen to one run. One that panics is unhooked, and the others hear on.
//!
//! It knows no Worker, so that a run can tell its gossip without one.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::gossip::{Gossip, ReturnValues};
use super::panics::{caught, forget, panic_message};
use crate::plan::note::Note;

/// A gossiper that knows which Worker it hears of.
pub(crate) trait Listen: Send + Sync {
    fn hear(&self, gossip: &Gossip);
    fn note(&self, note: &Note<'_>);
    fn stop(&self);
}

/// The listeners to one run.
pub(crate) struct Audience(Box<[Listener]>);

/// A gossiper for the time of one run.
pub(crate) struct Listener {
    name: &'static str,
    gossiper: Box<dyn Listen>,
    unhooked: AtomicBool,
    panic: OnceLock<String>,
}

impl Audience {
    pub(crate) fn new(listeners: impl IntoIterator<Item = Listener>) -> Audience {
        Audience(listeners.into_iter().collect())
    }

    /// Kept if anybody but the built-in statistics listens.
    pub(crate) fn values(&self) -> ReturnValues {
        if self.0.len() > 1 { ReturnValues::Kept } else { ReturnValues::Dropped }
    }

    #[inline]
    pub(crate) fn hear(&self, gossip: &Gossip) {
        self.0.iter().for_each(|listener| listener.guard(|gossiper| gossiper.hear(gossip)));
    }

    pub(crate) fn note(&self, note: &Note<'_>) {
        self.0.iter().for_each(|listener| listener.guard(|gossiper| gossiper.note(note)));
    }

    pub(crate) fn stop(&self) {
        self.0.iter().for_each(|listener| listener.guard(|gossiper| gossiper.stop()));
    }

    /// The gossipers that panicked, by their names, and what each panicked with.
    pub(crate) fn unhooked(&self) -> Vec<(String, String)> {
        let unhooked = |listener: &Listener| {
            listener.panic.get().map(|message| (listener.name.to_string(), message.clone()))
        };
        self.0.iter().filter_map(unhooked).collect()
    }
}

impl Listener {
    pub(crate) fn new(name: &'static str, gossiper: Box<dyn Listen>) -> Listener {
        Listener { name, gossiper, unhooked: AtomicBool::new(false), panic: OnceLock::new() }
    }

    #[inline]
    fn guard(&self, tell: impl FnOnce(&dyn Listen)) {
        if self.unhooked.load(Ordering::Relaxed) {
            return;
        }
        if let Err(payload) = caught(|| tell(&*self.gossiper)) {
            self.unhooked.store(true, Ordering::Relaxed);
            let _ = self.panic.set(panic_message(&*payload).to_string());
            forget(payload);
        }
    }
}
