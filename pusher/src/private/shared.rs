//! What `main!` becomes with a `setup` or a `teardown`: [`read_main!`](crate::read_main) reads
//! them, and [`shared_setup!`](crate::shared_setup) is the fn that runs them.

use std::sync::Arc;

use super::given::NoSetup;
use super::refused::{Refused, never};
use super::routine::{Routine, Started};
use crate::harness::registry::{SharedState, Teardown};

pub use crate::{read_main, shared_setup};

pub struct OfMain;

/// A fn named in the `setup` of `main!`.
pub fn setup_of_main<F>(function: F) -> Routine<OfMain, F, NoSetup> {
    Routine::new(function, Arc::new(NoSetup))
}

/// A fn that is no setup of `main!`.
pub trait RefuseSetupOfMain {
    type Function;
    fn start(&self) -> Started<Refused>
    where
        Self::Function: IsSetupOfMain;
}

impl<F, S> RefuseSetupOfMain for Routine<OfMain, F, S> {
    type Function = F;

    fn start(&self) -> Started<Refused>
    where
        F: IsSetupOfMain,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is no setup of `main!`",
    label = "not a setup of `main!`",
    note = "a setup of `main!` is a fn or an async fn without parameters that returns `S` or a \
            `Result<S, E>`, with an `S` that is `Send + Sync + 'static` and an `E` that \
            implements `Display`"
)]
pub trait IsSetupOfMain {}

/// The end of the setup of `main!`.
pub fn shared<S: Send + Sync + 'static>(
    state: Arc<S>,
    teardown: Option<Teardown>,
) -> Result<(SharedState, Option<Teardown>), String> {
    Ok((SharedState::new(state), teardown))
}

/// Reads what stands in `main!(..)`, into four brackets: libraries, `setup`, `teardown` and
/// `setup_timeout`.
#[doc(hidden)]
#[macro_export]
macro_rules! read_main {
    ($suites:tt [] $teardown:tt $most:tt setup = $path:path $(, $($rest:tt)*)?) => {
        $crate::__private::read_main!($suites [$path] $teardown $most $($($rest)*)?);
    };
    ($suites:tt $setup:tt [] $most:tt teardown = $path:path $(, $($rest:tt)*)?) => {
        $crate::__private::read_main!($suites $setup [$path] $most $($($rest)*)?);
    };
    ($suites:tt $setup:tt $teardown:tt [] setup_timeout = $time:expr $(, $($rest:tt)*)?) => {
        $crate::__private::read_main!($suites $setup $teardown [$time] $($($rest)*)?);
    };
    ([$($suite:ident)*] [] [] [] $another:ident $(, $($rest:tt)*)?) => {
        $crate::__private::read_main!([$($suite)* $another] [] [] [] $($($rest)*)?);
    };
    ([$($suite:ident)*] $setup:tt $teardown:tt [$($most:expr)?]) => {
        $crate::__private::main!(@shared(
            $crate::__private::SharedSetup::new($crate::__private::shared_setup!($setup $teardown))
                $(.setup_timeout($most))?
        ) $($suite)*);
    };
    ($suites:tt $setup:tt $teardown:tt $most:tt $($rest:tt)*) => {
        ::core::compile_error!(
            "`main!` takes libraries of loads, and then, each once, `setup = shop`, `teardown = \
             close` and `setup_timeout = \"5m\"`, where `shop` and `close` are paths of fns: \
             `pusher::main!(my_suite, setup = shop, teardown = close);`"
        );

        fn main() {}
    };
}

/// A fn that runs the setup of `main!` and gives its value, with the teardown that is owed for it.
#[doc(hidden)]
#[macro_export]
macro_rules! shared_setup {
    ([$($setup:path)?] [$($teardown:path)?]) => {
        || $crate::__private::Box::pin(async {
            #[allow(unused_imports, reason = "there may be nothing to call")]
            use $crate::__private::methods::*;
            let state = $crate::__private::shared_setup!(@state $($setup)?);
            let teardown = $crate::__private::shared_setup!(@teardown state $($teardown)?);
            $crate::__private::shared(state, teardown)
        })
    };
    (@state) => { $crate::__private::no_setup() };
    (@state $setup:path) => {{
        let started = (&&&&&&&$crate::__private::setup_of_main($setup)).start()?;
        (&&&&&$crate::__private::Returned::new(started.await)).state()?
    }};
    (@teardown $state:ident) => { $crate::__private::no_teardown() };
    (@teardown $state:ident $teardown:path) => {{
        let owed = ::core::clone::Clone::clone(&$state);
        $crate::__private::owed(move || {
            let started = (&&&&&&&$crate::__private::teardown($teardown, owed)).start();
            $crate::__private::Box::pin(async move {
                (&&&$crate::__private::Returned::new(started?.await)).outcome()
            })
        })
    }};
}
