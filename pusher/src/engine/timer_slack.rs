//! [`no_timer_slack`]: threads that wake when they are to.

/// Linux rounds every sleep up by 50 µs unless it is told not to.
#[cfg(target_os = "linux")]
pub(crate) fn no_timer_slack() {
    // An error leaves the slack as it is: later ticks, which the lag shows.
    let _ = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1));
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn no_timer_slack() {}
