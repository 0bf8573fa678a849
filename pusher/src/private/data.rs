//! [`DealtItems`]: the items of the fn named in `data`, and which call gets which.

use std::cell::Cell;
use std::error::Error;
use std::fmt::Display;
use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock};

use super::blocking::blocking;
use super::refused::{Refused, never};
use crate::engine::sync::lock;
use crate::harness::registry::Gather;
use crate::plan::caused::{Alone, Ask, Itself, Pointed};
use crate::plan::data::{Deal, Taker};
use crate::plan::target::Call;

/// The most items: an endless iterator has to end before the memory does.
const MOST_ITEMS: usize = crate::plan::limits::MOST_ITEMS;

/// A fn named in `data`. Expanded code calls `(&&&&&&Source(path)).open()`: rustc finds the impl on
/// the most references first.
pub struct Source<F>(pub F);

/// A fn named in `data` that has not been called yet: it may block, and the value that it returns
/// may have to stay on its thread.
pub struct Opened<I>(Cell<Option<Opening<I>>>);

type Opening<I> = Box<dyn FnOnce() -> Result<I, String> + Send>;

impl<I> Opened<I> {
    fn new(open: impl FnOnce() -> Result<I, String> + Send + 'static) -> Opened<I> {
        Opened(Cell::new(Some(Box::new(open))))
    }

    fn take(&self) -> Opening<I> {
        self.0.take().expect("made with a value, and taken once")
    }
}

impl<F> Source<F> {
    /// A fn whose error is asked like this.
    fn opened<I, E, A: Ask<E>>(&self) -> Opened<I>
    where
        F: Fn() -> Result<I, E> + Copy + Send + 'static,
    {
        let source = self.0;
        Opened::new(move || source().map_err(|error| A::text(&error).into_string()))
    }
}

pub trait Open {
    type Items;
    fn open(&self) -> Opened<Self::Items>;
}

impl<F, I, E> Open for &&&&&Source<F>
where
    F: Fn() -> Result<I, E> + Copy + Send + 'static,
    I: IntoIterator + 'static,
    E: Error,
{
    type Items = I;

    fn open(&self) -> Opened<I> {
        self.opened::<_, _, Itself>()
    }
}

impl<F, I, E> Open for &&&&Source<F>
where
    F: Fn() -> Result<I, E> + Copy + Send + 'static,
    I: IntoIterator + 'static,
    E: Deref<Target: Error> + Display,
{
    type Items = I;

    fn open(&self) -> Opened<I> {
        self.opened::<_, _, Pointed>()
    }
}

impl<F, I, E> Open for &&&Source<F>
where
    F: Fn() -> Result<I, E> + Copy + Send + 'static,
    I: IntoIterator + 'static,
    E: Display,
{
    type Items = I;

    fn open(&self) -> Opened<I> {
        self.opened::<_, _, Alone>()
    }
}

/// A `Result` whose parts do not fit. It is itself an iterator, over the one value that it may
/// have, but nobody means that.
pub trait RefuseOpen {
    type Items;
    type Error;
    fn open(&self) -> Opened<Refused>
    where
        Self::Items: IntoIterator,
        Self::Error: Display;
}

impl<F: Fn() -> Result<I, E>, I, E> RefuseOpen for &&Source<F> {
    type Items = I;
    type Error = E;

    fn open(&self) -> Opened<Refused>
    where
        I: IntoIterator,
        E: Display,
    {
        never()
    }
}

impl<F, I> Open for &Source<F>
where
    F: Fn() -> I + Copy + Send + 'static,
    I: IntoIterator + 'static,
{
    type Items = I;

    fn open(&self) -> Opened<I> {
        let source = self.0;
        Opened::new(move || Ok(source()))
    }
}

/// A fn that gives no data at all.
pub trait RefuseSource {
    type Function;
    fn open(&self) -> Opened<Refused>
    where
        Self::Function: IsSource;
}

impl<F> RefuseSource for Source<F> {
    type Function = F;

    fn open(&self) -> Opened<Refused>
    where
        F: IsSource,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` gives no data",
    label = "no data",
    note = "data is the path of a fn without parameters, which may block but is not async; it \
            returns anything that is `IntoIterator`, such as a `Vec<T>`, or a `Result` of that \
            with an error that implements `Display`"
)]
pub trait IsSource {}

/// Reads all items, on a thread that may block.
pub(super) type Gathering<T> = Box<dyn FnOnce() -> Result<Vec<Arc<T>>, String> + Send>;

impl<I: 'static> Opened<I> {
    /// Items whose errors are asked like this.
    fn gathering<T, E, A: Ask<E>>(&self) -> Gathering<T>
    where
        I: IntoIterator<Item = Result<T, E>>,
    {
        let open = self.take();
        let told = |item: I::Item| item.map_err(|error| A::text(&error).into_string());
        Box::new(move || gathered(open()?.into_iter().map(told), MOST_ITEMS))
    }
}

/// The items: `T`, or `Result<T, E>`. Expanded code calls `(&&&&&&opened).items()`, as with
/// [`Source`].
pub trait Items {
    type Item;
    fn items(&self) -> Gathering<Self::Item>;
}

impl<I, T, E> Items for &&&&&Opened<I>
where
    I: IntoIterator<Item = Result<T, E>> + 'static,
    T: Send + Sync + 'static,
    E: Error,
{
    type Item = T;

    fn items(&self) -> Gathering<T> {
        self.gathering::<_, _, Itself>()
    }
}

impl<I, T, E> Items for &&&&Opened<I>
where
    I: IntoIterator<Item = Result<T, E>> + 'static,
    T: Send + Sync + 'static,
    E: Deref<Target: Error> + Display,
{
    type Item = T;

    fn items(&self) -> Gathering<T> {
        self.gathering::<_, _, Pointed>()
    }
}

impl<I, T, E> Items for &&&Opened<I>
where
    I: IntoIterator<Item = Result<T, E>> + 'static,
    T: Send + Sync + 'static,
    E: Display,
{
    type Item = T;

    fn items(&self) -> Gathering<T> {
        self.gathering::<_, _, Alone>()
    }
}

/// Items that are `Result`s whose parts do not fit.
pub trait RefuseResults {
    type Item;
    type Error;
    fn items(&self) -> Gathering<Refused>
    where
        Self::Item: IsItem,
        Self::Error: Display;
}

impl<I: IntoIterator<Item = Result<T, E>>, T, E> RefuseResults for &&Opened<I> {
    type Item = T;
    type Error = E;

    fn items(&self) -> Gathering<Refused>
    where
        T: IsItem,
        E: Display,
    {
        never()
    }
}

impl<I, T> Items for &Opened<I>
where
    I: IntoIterator<Item = T> + 'static,
    T: Send + Sync + 'static,
{
    type Item = T;

    fn items(&self) -> Gathering<T> {
        let open = self.take();
        Box::new(move || gathered(open()?.into_iter().map(Ok), MOST_ITEMS))
    }
}

/// Items that do not fit.
pub trait RefuseItems {
    type Item;
    fn items(&self) -> Gathering<Refused>
    where
        Self::Item: IsItem;
}

impl<I: IntoIterator> RefuseItems for Opened<I> {
    type Item = I::Item;

    fn items(&self) -> Gathering<Refused>
    where
        I::Item: IsItem,
    {
        never()
    }
}

/// An item that calls on several threads can share.
#[diagnostic::on_unimplemented(
    message = "calls cannot share a `{Self}`",
    label = "gives items of the type `{Self}`",
    note = "calls run on several threads, so the items of `data` have to be `Send + Sync + 'static`"
)]
pub trait IsItem {}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static> IsItem for T {}

fn gathered<T>(
    items: impl Iterator<Item = Result<T, String>>,
    most: usize,
) -> Result<Vec<Arc<T>>, String> {
    let mut all = Vec::new();
    for item in items {
        if all.len() == most {
            return Err(format!("it has more than {most} items: end it with `.take(n)`"));
        }
        all.push(Arc::new(item.map_err(|error| format!("item {}: {error}", all.len() + 1))?));
    }
    if all.is_empty() {
        Err("it has no item, and each call needs one".to_string())
    } else {
        Ok(all)
    }
}

/// The items of a load, and the rule by which they are dealt to calls. All are there before the
/// first is asked for.
pub struct DealtItems<T> {
    gathering: Mutex<Option<Gathering<T>>>,
    dealt: OnceLock<(Vec<Arc<T>>, Deal)>,
}

impl<T: Send + Sync + 'static> DealtItems<T> {
    pub fn new(gathering: Gathering<T>) -> Arc<DealtItems<T>> {
        DealtItems::gathered_by(Some(gathering))
    }

    fn gathered_by(gathering: Option<Gathering<T>>) -> Arc<DealtItems<T>> {
        Arc::new(DealtItems { gathering: Mutex::new(gathering), dealt: OnceLock::new() })
    }

    /// A fn that reads the items and gives their number.
    pub(super) fn gather(self: &Arc<DealtItems<T>>) -> Option<Gather> {
        let gathering = lock(&self.gathering).take()?;
        let all = self.clone();
        Some(Box::new(move |deal| {
            Box::pin(async move {
                let items = blocking(gathering).await?;
                let number = items.len() as u64;
                all.dealt.get_or_init(|| (items, deal));
                Ok(number)
            })
        }))
    }
}

impl<T> DealtItems<T> {
    /// The item of a call.
    pub(super) fn of(&self, call: &Call) -> &Arc<T> {
        let (items, deal) = self.dealt.get().expect("items are gathered before the first call");
        let taker =
            Taker { seq: call.seq, warmup: call.warmup, station: call.shift.station as u64 };
        let item = deal.item(taker, items.len() as u64);
        items.get(item as usize).expect("a load ends before its data does")
    }
}

/// The items of a load without `data`.
pub struct NoData;

pub fn no_data() -> Arc<DealtItems<NoData>> {
    DealtItems::gathered_by(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> Vec<u8> {
        vec![1, 2]
    }
    fn endless() -> impl Iterator<Item = u64> {
        (0..).take(3)
    }
    fn of_a_file() -> Result<[u8; 1], String> {
        Err("no such file".to_string())
    }
    fn lines() -> Vec<Result<u8, std::num::ParseIntError>> {
        vec![Ok(5), "x".parse()]
    }
    fn lines_of_a_file() -> Result<Vec<Result<u8, String>>, std::io::Error> {
        Ok(vec![Ok(5)])
    }
    fn file_that_is_not_there() -> Result<Vec<u8>, Box<dyn Error>> {
        Err(std::io::Error::other(std::io::Error::other("no such file")).into())
    }
    fn lines_that_cannot_be_read() -> Vec<std::io::Result<u8>> {
        vec![Err(std::io::Error::other("disk on fire"))]
    }
    fn none() -> Option<u8> {
        None
    }

    /// What expanded code does with a path.
    macro_rules! items {
        ($data:path) => {
            (&&&&&&(&&&&&&Source($data)).open()).items()()
                .map(|items| items.iter().map(|item| u64::from(**item)).collect::<Vec<_>>())
        };
    }

    #[test]
    fn the_types_decide_what_the_items_are() {
        assert_eq!(items!(plain), Ok(vec![1, 2]));
        assert_eq!(items!(endless), Ok(vec![0, 1, 2]));
        assert_eq!(items!(lines_of_a_file), Ok(vec![5]));
        assert_eq!(items!(of_a_file), Err("no such file".to_string()));
        assert_eq!(items!(lines), Err("item 2: invalid digit found in string".to_string()));
        assert_eq!(items!(file_that_is_not_there), Err("no such file".to_string()));
        assert_eq!(items!(lines_that_cannot_be_read), Err("item 1: disk on fire".to_string()));
        assert_eq!(items!(none), Err("it has no item, and each call needs one".to_string()));
    }

    #[test]
    fn data_without_an_end_is_refused_before_the_memory_is_full() {
        assert_eq!(gathered((0..3).map(Ok), 3).unwrap().len(), 3);
        assert_eq!(
            gathered((0..).map(Ok), 3).unwrap_err(),
            "it has more than 3 items: end it with `.take(n)`"
        );
        assert_eq!(MOST_ITEMS, 10_000_000);
    }
}
