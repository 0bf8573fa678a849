//! [`FromCall`] and [`FromPhase`]: what a fn of the user's returned, with the causes of its error.
//!
//! Whether an error has causes can be seen only where its type is known, so in expanded code. That
//! calls `(&&&FromCall::of(future)).with_causes()`, and the same with [`FromPhase`]: rustc finds
//! the impl on the most references first. What is no `Result` with such an error stays as it is.

use std::any::Any;
use std::cell::Cell;
use std::error::Error;
use std::fmt::Display;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::plan::caused::{Ask, Caused, Itself, Pointed};
use crate::plan::error_text::ErrorText;

/// The future of one call of a load's fn, which can go wherever `K` says.
pub struct FromCall<R, K>(Cell<Option<R>>, PhantomData<K>);

/// From thread to thread.
pub struct AnyThread;

/// Nowhere: it stays on its lane.
pub struct OneLane;

/// Where a future of this type can go.
pub trait Suits<R> {}

impl<R: Send> Suits<R> for AnyThread {}

impl<R> Suits<R> for OneLane {}

/// The value that a setup, `data` or a teardown returned.
pub struct FromPhase<V>(Cell<Option<V>>);

impl<R> FromCall<R, AnyThread> {
    pub fn of(future: R) -> FromCall<R, AnyThread> {
        FromCall(Cell::new(Some(future)), PhantomData)
    }
}

impl<R> FromCall<R, OneLane> {
    pub fn of_local(future: R) -> FromCall<R, OneLane> {
        FromCall(Cell::new(Some(future)), PhantomData)
    }
}

impl<R, K> FromCall<R, K> {
    fn take(&self) -> R {
        self.0.take().expect("made with a future, and taken once")
    }
}

impl<V> FromPhase<V> {
    pub fn of(value: V) -> FromPhase<V> {
        FromPhase(Cell::new(Some(value)))
    }

    fn take(&self) -> V {
        self.0.take().expect("made with a value, and taken once")
    }
}

pub trait WithCauses {
    type Told;
    fn with_causes(&self) -> Self::Told;
}

pin_project! {
    /// A call whose error tells its causes.
    pub struct Asked<R, A> {
        #[pin]
        future: R,
        ask: PhantomData<fn() -> A>,
    }
}

impl<R, T, E, A> Future for Asked<R, A>
where
    R: Future<Output = Result<T, E>>,
    A: Ask<E>,
{
    type Output = Caused<T, E, A>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Caused<T, E, A>> {
        self.project().future.poll(context).map(Caused::new)
    }
}

impl<R, K, T, E> WithCauses for &&FromCall<R, K>
where
    K: Suits<R>,
    R: Future<Output = Result<T, E>> + 'static,
    T: Any + Send,
    E: Error,
{
    type Told = Asked<R, Itself>;

    fn with_causes(&self) -> Asked<R, Itself> {
        Asked { future: self.take(), ask: PhantomData }
    }
}

impl<R, K, T, E> WithCauses for &FromCall<R, K>
where
    K: Suits<R>,
    R: Future<Output = Result<T, E>> + 'static,
    T: Any + Send,
    E: Deref<Target: Error> + Display,
{
    type Told = Asked<R, Pointed>;

    fn with_causes(&self) -> Asked<R, Pointed> {
        Asked { future: self.take(), ask: PhantomData }
    }
}

impl<R, K> WithCauses for FromCall<R, K> {
    type Told = R;

    fn with_causes(&self) -> R {
        self.take()
    }
}

impl<T, E: Error> WithCauses for &&FromPhase<Result<T, E>> {
    type Told = Result<T, ErrorText>;

    fn with_causes(&self) -> Result<T, ErrorText> {
        self.take().map_err(|error| Itself::text(&error))
    }
}

impl<T, E: Deref<Target: Error> + Display> WithCauses for &FromPhase<Result<T, E>> {
    type Told = Result<T, ErrorText>;

    fn with_causes(&self) -> Result<T, ErrorText> {
        self.take().map_err(|error| Pointed::text(&error))
    }
}

impl<V> WithCauses for FromPhase<V> {
    type Told = V;

    fn with_causes(&self) -> V {
        self.take()
    }
}

#[cfg(test)]
#[allow(clippy::needless_borrow, reason = "written as expanded code writes it")]
mod tests {
    use std::fmt;
    use std::io;

    use super::*;
    use crate::plan::outcome::Outcome;

    /// As the errors of anyhow and eyre are: no error itself, it derefs to one.
    struct Report(Box<dyn Error + Send + Sync>);

    impl Display for Report {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.fmt(f)
        }
    }

    impl Deref for Report {
        type Target = dyn Error + Send + Sync;

        fn deref(&self) -> &Self::Target {
            &*self.0
        }
    }

    #[derive(Debug)]
    struct NoShop(io::Error);

    impl Display for NoShop {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("no shop")
        }
    }

    impl Error for NoShop {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    fn no_shop() -> NoShop {
        NoShop(io::Error::other("refused"))
    }

    /// The text and the deepest cause of a call's outcome.
    fn told<O: Outcome>(outcome: O) -> (String, Option<String>) {
        let failure = outcome.into_result().err().unwrap();
        let text = O::text(&failure);
        (text.text().to_string(), text.cause().map(str::to_string))
    }

    /// What expanded code does with a call, and with what another fn returned.
    macro_rules! check {
        ($error:expr, $text:expr, $cause:expr) => {{
            let calls = (&&&FromCall::of(async { Err::<u8, _>($error) })).with_causes();
            assert_eq!(told(calls.await), ($text.to_string(), $cause.map(str::to_string)));
            let ended = (&&&FromPhase::of(Err::<u8, _>($error))).with_causes();
            assert_eq!(ended.unwrap_err().to_string(), $text);
        }};
    }

    #[tokio::test]
    async fn the_type_of_an_error_decides_whether_it_has_causes() {
        let (whole, refused) = ("no shop: refused", Some("refused"));
        check!(no_shop(), whole, refused);
        check!(Box::new(no_shop()), whole, refused);
        check!(std::sync::Arc::new(no_shop()), whole, refused);
        check!(Box::<dyn Error + Send + Sync>::from(no_shop()), whole, refused);
        check!(Report(no_shop().into()), whole, refused);
        check!(io::Error::other(no_shop()), whole, refused);
        check!(Box::<dyn Error + Send + Sync>::from("no shop"), "no shop", None::<&str>);
        check!("no shop".to_string(), "no shop", None::<&str>);
        check!("no shop", "no shop", None::<&str>);
    }

    #[tokio::test]
    async fn what_has_no_error_stays_as_it_is() {
        let well: Result<u8, String> =
            (&&&FromCall::of(async { Ok::<u8, String>(5) })).with_causes().await;
        assert_eq!(well, Ok(5));
        let told = (&&&FromCall::of(async { Ok::<u8, NoShop>(5) })).with_causes().await;
        assert_eq!(told.into_result().ok(), Some(5));
        let (): () = (&&&FromCall::of(async {})).with_causes().await;
        let value: u8 = (&&&FromPhase::of(5)).with_causes();
        assert_eq!(value, 5);
        assert_eq!((&&&FromPhase::of(Ok::<u8, NoShop>(5))).with_causes(), Ok(5));
    }
}
