//! Noise: how far apart the figures of equal services lie, and so which differences mean something;
//! see [`Difference`](difference::Difference). Pure functions of slices.
//!
//! Calls that are near one another in time fare alike: a machine is slow for a while. So a formula
//! for independent samples cries wolf. Here a run is cut into a few long groups instead, whose
//! figures are almost independent of each other, and what they differ by is the noise.

pub(crate) mod interval;
pub(crate) mod warming;
pub(crate) mod paired;
pub(crate) mod counted;
pub(crate) mod slower;
pub(crate) mod unfit;
pub(crate) mod difference;
pub(crate) mod steady;
pub(crate) mod groups;
pub(crate) mod student;

#[cfg(test)]
mod tables;
#[cfg(test)]
mod simulation;
