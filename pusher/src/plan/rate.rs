//! [`Rate`]: any primitive number; and [`Rps`], a rate that has been checked.

use std::fmt::Display;

pub(crate) use pusher_load_grammar::rate::{Rps, wrong};

/// Ticks per second: any primitive number.
///
/// A rate is the decimal number that its shortest text shows, so `0.1` is exactly 1/10.
/// It is above 0 and at most 1,000,000,000, one tick per nanosecond; anything else is
/// [`Error::InvalidRps`](crate::Error::InvalidRps).
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// # use std::time::Duration;
/// pusher::work(50, Duration::from_millis(100), async || ()).await?;
/// pusher::work(0.5, Duration::from_millis(100), async || ()).await?;
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number",
    label = "not a primitive number",
    note = "give a number, such as 50 or 0.5"
)]
pub trait Rate: Display + sealed::Sealed {}

mod sealed {
    pub trait Sealed {}
}

macro_rules! rates {
    ($($number:ty)*) => { $(impl Rate for $number {} impl sealed::Sealed for $number {})* };
}
rates!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64);
