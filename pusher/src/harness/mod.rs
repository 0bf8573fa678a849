//! Where cargo calls: from the command line to the exit code.

pub(crate) mod args;
pub(crate) mod home;
pub(crate) mod interrupt;
pub(crate) mod lock;
pub(crate) mod main;
pub(crate) mod panics;
pub(crate) mod profile;
pub(crate) mod ready;
pub(crate) mod registry;
pub(crate) mod runtime;
pub(crate) mod skip;
pub(crate) mod stage;
pub(crate) mod suite;
pub(crate) mod trial;
pub(crate) mod virtual_time;
