//! [`Bell`]: wakes a driver that waits.

use std::future::poll_fn;
use std::task::{Poll, Waker};

use super::sync::{Mutex, lock};

/// A ring that comes before the wait ends it at once; several rings are one. For one waiter.
#[derive(Default)]
pub(crate) struct Bell(Mutex<State>);

#[derive(Default)]
struct State {
    has_rung: bool,
    waiter: Option<Waker>,
}

impl Bell {
    pub(crate) fn ring(&self) {
        let mut state = lock(&self.0);
        state.has_rung = true;
        let waiter = state.waiter.take();
        drop(state);
        if let Some(waiter) = waiter {
            waiter.wake();
        }
    }

    /// Waits until it rings.
    pub(crate) async fn rung(&self) {
        poll_fn(|context| {
            let mut state = lock(&self.0);
            if std::mem::take(&mut state.has_rung) {
                return Poll::Ready(());
            }
            state.waiter = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}
