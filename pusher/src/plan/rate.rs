//! [`Rate`]: a number or a text; [`Number`], any primitive one; and [`Rps`], a rate that has been
//! checked.

use std::fmt::Display;

pub(crate) use pusher_load_grammar::rate::{Rps, scale, wrong};

/// A rate: any primitive number, of ticks per second, or a text such as `"7/m"`.
///
/// The rate of a number is the decimal number that its shortest text shows, so `0.1` is exactly
/// 1/10. A fraction that has no end in decimals is exact as a text, `NUMBER / TIME`: `"7/m"`,
/// `"1200/h"`, `"100/3s"`. A rate is above 0 and at most 1,000,000,000 per second, one tick per
/// nanosecond; anything else is [`Error::InvalidRps`](crate::Error::InvalidRps).
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// # use std::time::Duration;
/// pusher::work(50, Duration::from_millis(100), async || ()).await?;
/// pusher::work(0.5, Duration::from_millis(100), async || ()).await?;
/// let report = pusher::work("3000/m", Duration::from_millis(100), async || ()).await?;
/// assert_eq!(report.ledger.scheduled, 5);
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no rate",
    label = "neither a primitive number nor text",
    note = "give a number, such as 50 or 0.5, or a text, such as \"7/m\" or \"100/3s\""
)]
pub trait Rate: Display + sealed::Rate {}

/// A number: any primitive one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number",
    label = "not a primitive number",
    note = "give a number, such as 50 or 0.5"
)]
pub trait Number: Display + sealed::Number {}

mod sealed {
    pub trait Rate {}
    pub trait Number {}
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(
            impl Rate for $number {}
            impl sealed::Rate for $number {}
            impl Number for $number {}
            impl sealed::Number for $number {}
        )*
    };
}
numbers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64);

impl Rate for &str {}
impl sealed::Rate for &str {}
