//! `Gate`: blocks the threads that come to it, as a call does that hangs and cannot be dropped.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

#[derive(Clone)]
pub(crate) struct Gate(Arc<Mutex<Receiver<()>>>);

impl Gate {
    /// A gate that opens when what is given with it is dropped.
    pub(crate) fn shut() -> (Sender<()>, Gate) {
        let (held, shut) = channel();
        (held, Gate(Arc::new(Mutex::new(shut))))
    }

    /// Blocks this thread until the gate opens.
    pub(crate) fn pass(&self) {
        let _ = self.0.lock().unwrap().recv();
    }
}
