//! [`ThreadState`]: whether a thread runs, or waits for something.

/// How to ask for the state of one thread of this process.
pub(crate) struct ThreadState {
    #[cfg(target_os = "linux")]
    path: std::path::PathBuf,
}

impl ThreadState {
    #[cfg(target_os = "linux")]
    pub(super) fn of_this_thread() -> ThreadState {
        let thread = rustix::thread::gettid();
        ThreadState { path: format!("/proc/self/task/{thread}/stat").into() }
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn of_this_thread() -> ThreadState {
        ThreadState {}
    }

    /// Whether the thread waits for something that is not a core. False where that is not known.
    #[cfg(target_os = "linux")]
    pub(super) fn sleeps(&self) -> bool {
        let text = std::fs::read_to_string(&self.path).unwrap_or_default();
        is_asleep(&text)
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn sleeps(&self) -> bool {
        false
    }
}

/// The state is the field behind the name, which stands in parentheses and may contain any sign:
/// `S` and `D` are the two ways to sleep (`man 5 proc_pid_stat`).
#[cfg(target_os = "linux")]
fn is_asleep(stat: &str) -> bool {
    let state = stat.rsplit(')').next().unwrap_or_default();
    state.trim_start().starts_with(['S', 'D'])
}
