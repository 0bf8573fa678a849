//! The engine: lanes, or a pacer for all of them, admit the ticks that are due, drivers make their
//! calls, and all of it is told to gossipers. It does not measure.
//!
//! A tick goes `lane_pacer` or [`pacer`] → [`backlog`] → [`seat`] of a driver → [`call`] →
//! [`gossip`]. A call that is not ready at its first poll goes on as a task of its own, listed in
//! [`flights`]. A closed loop has callers instead of drivers, and each of their calls is listed
//! before it begins.
//!
//! The modules stand in floors, from the top down: each imports from lower floors, or from its own
//! without a circle, and no file imports one that imports it.

// Who starts runs, and who holds on to them.
pub(crate) mod start;
pub(crate) mod running;

// Who works, and who hears.
pub(crate) mod channel;
pub(crate) mod worker;

// Who does it: the pacer, and the crew of drivers or callers.
pub(crate) mod crew;
#[cfg(target_os = "linux")]
pub(crate) mod lane_pacer;
pub(crate) mod pacer;

pub(crate) mod lookout;
pub(crate) mod weigher;

pub(crate) mod caller;
pub(crate) mod driver;

// One call.
pub(crate) mod call;

// What is decided when a tick is due.
pub(crate) mod look;
mod partners;

// The end of all.
pub(crate) mod closing;

// Where it is done.
pub(crate) mod ground;

// What they share: a run, and its parts.
pub(crate) mod run;

pub(crate) mod audience;
pub(crate) mod callers;
pub(crate) mod due_ticks;
pub(crate) mod headway;
pub(crate) mod seat;

pub(crate) mod flights;
pub(crate) mod gossip;
pub(crate) mod notes;
pub(crate) mod steering;
pub(crate) mod timeline;

pub(crate) mod generator_watch;

pub(crate) mod duty;
pub(crate) mod lane_use;
pub(crate) mod lanes;

pub(crate) mod backlog;
pub(crate) mod badge;
pub(crate) mod bell;
pub(crate) mod door;
pub(crate) mod overtime;
pub(crate) mod paused_calls;
pub(crate) mod stand_stills;
pub(crate) mod stop_sign;
pub(crate) mod wake;

// What they stand on: threads, clocks, locks and panics.
#[cfg(target_os = "linux")]
pub(crate) mod alarm;
pub(crate) mod machine;
pub(crate) mod meter;
pub(crate) mod panics;
pub(crate) mod pause_clock;
pub(crate) mod process;
pub(crate) mod stretch;
pub(crate) mod sync;
pub(crate) mod thread_hooks;
pub(crate) mod thread_state;
pub(crate) mod timer_slack;

#[cfg(all(test, pusher_loom))]
mod model;
