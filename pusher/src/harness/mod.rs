//! Where cargo calls: from the command line to the exit code, beginning at [`entrance::main`].
//!
//! ```text
//!   entrance    the process                  args         what is to run
//!   trial       one test                     overrides    what is said outside of the attribute
//!   publish     its verdict and report       suite        which tests there are
//!   published   what comes after the reports
//!   baselines   files of saved runs          conditions   what makes runs comparable
//!   watch       its calls, and signals       registry     the loads that the attribute registered
//!   ready       its setups and teardowns     lock         one load at a time
//!   shared      those of `main!`             home         folders and files
//!   phase       one of them
//!   results     what is printed              unrun        loads that nothing makes
//! ```

pub(crate) mod entrance;
pub(crate) mod trial;
pub(crate) mod args;
pub(crate) mod results;
pub(crate) mod lock;
pub(crate) mod panics;
pub(crate) mod capacity;
pub(crate) mod publish;
mod published;
pub(crate) mod baselines;
mod conditions;
pub(crate) mod overrides;
pub(crate) mod home;
pub(crate) mod binary;
pub(crate) mod ready;
pub(crate) mod shared;
pub(crate) mod phase;
pub(crate) mod reserve;
pub(crate) mod skip;
pub(crate) mod suite;
pub(crate) mod unrun;
pub(crate) mod registry;
pub(crate) mod watch;
pub(crate) mod runtime;
pub(crate) mod leaving;
pub(crate) mod virtual_time;
pub(crate) mod interrupt;
pub(crate) mod say;
