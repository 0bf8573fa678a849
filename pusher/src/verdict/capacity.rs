//! [`Search`](search::Search): the most calls a second that a service sustains within limits. Pure:
//! it says which probe to make, and is told what that showed.
//!
//! ```text
//!   bracket      double until a rate breaks a limit twice, then bisect to 15 %       bracket.rs
//!   refine       probes around the estimate, longer ones each time                   refine.rs
//!      │            a fit of the share over each limit on the rate                   posterior.rs
//!   confirm      half of what held must still hold, or the service has changed      change.rs
//!      ▼
//!   Searched        the rate, an interval, and which limit binds
//! ```
//!
//! What the simulations of M/M/c say of it stands in `simulation.rs`.

pub(crate) mod judge;
pub(crate) mod sought;
pub(crate) mod over;
pub(crate) mod search;
mod refine;
mod bracket;
mod change;
mod probing;
pub(crate) mod effort;
mod posterior;
pub(crate) mod found;
pub(crate) mod probe;

#[cfg(test)]
mod script;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod simulated_change;
