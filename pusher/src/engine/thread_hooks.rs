//! [`ThreadHooks`]: what is to be done on each thread of a runtime.

use tokio::runtime::Builder;

/// When the thread begins, and when it ends by itself.
#[derive(Clone, Copy)]
pub(crate) struct ThreadHooks {
    pub(crate) begins: fn(),
    pub(crate) ends: fn(),
}

impl ThreadHooks {
    /// For the threads that the runtime starts itself.
    pub(crate) fn add_to(self, builder: &mut Builder) -> &mut Builder {
        builder.on_thread_start(self.begins).on_thread_stop(self.ends)
    }
}
