//! What `main!` becomes with a `setup` or a `teardown`: [`read_main!`](crate::read_main) reads
//! them, and [`shared_setup!`](crate::shared_setup) is the fn that runs them.

use std::sync::Arc;

use super::no_setup::NoSetup;
use super::refused::{Refused, never};
use super::routine::{Routine, Started};
use crate::harness::registry::{SharedState, Teardown};

pub use crate::{read_main, shared_setup};

pub struct OfSetupOfMain;

/// A fn named in the `setup` of `main!`.
pub fn setup_of_main<F>(function: F) -> Routine<OfSetupOfMain, F, NoSetup> {
    Routine::new(function, Arc::new(NoSetup))
}

/// A fn that is no setup of `main!`.
pub trait RefuseSetupOfMain {
    type Function;
    fn start(&self) -> Started<Refused>
    where
        Self::Function: IsSetupOfMain;
}

impl<F, S> RefuseSetupOfMain for Routine<OfSetupOfMain, F, S> {
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

pub struct OfTeardownOfMain;

/// A fn named in the `teardown` of `main!`, with the state that it may take.
pub fn teardown_of_main<F, S>(function: F, state: Arc<S>) -> Routine<OfTeardownOfMain, F, S> {
    Routine::new(function, state)
}

/// A fn that is no teardown of `main!`.
pub trait RefuseTeardownOfMain {
    type Function;
    type State;
    fn start(&self) -> Started<Refused>
    where
        Self::Function: IsTeardownOfMain<Self::State>;
}

impl<F, S> RefuseTeardownOfMain for Routine<OfTeardownOfMain, F, S> {
    type Function = F;
    type State = S;

    fn start(&self) -> Started<Refused>
    where
        F: IsTeardownOfMain<S>,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is no teardown of `main!`",
    label = "not a teardown of `main!`",
    note = "a teardown of `main!` is a fn or an async fn whose only parameter, if any, is the \
            `Arc<S>` of the setup of `main!`; it returns `()` or a `Result<T, E>` with an `E` that \
            implements `Display`"
)]
pub trait IsTeardownOfMain<S> {}

/// The mistake is in the setup, and rustc has reported it.
impl<F> IsTeardownOfMain<Refused> for F {}

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
    ($suites:tt $setup:tt $teardown:tt $most:tt setup = $($path:ident)::+ () $($rest:tt)*) => {
        $crate::__private::read_main!(@call);
    };
    ($suites:tt $setup:tt $teardown:tt $most:tt teardown = $($path:ident)::+ () $($rest:tt)*) => {
        $crate::__private::read_main!(@call);
    };
    (@call) => {
        ::core::compile_error!(
            "the setup and the teardown of `main!` are paths of fns, which pusher calls: remove \
             the `()`"
        );

        fn main() {}
    };
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
            let started = (&&&&&&&$crate::__private::teardown_of_main($teardown, owed)).start();
            $crate::__private::Box::pin(async move {
                (&&&$crate::__private::Returned::new(started?.await)).outcome()
            })
        })
    }};
}
