//! Every load that the attribute registered: plain data, put there before `main`.

use std::future::Future;
use std::pin::Pin;

use crate::engine::worker::Worker;
use crate::plan::offer::Terms;

/// One annotated fn, as data. Nothing of it runs until the harness calls one of the two fns.
pub struct Load {
    /// What `name = ".."` says.
    pub name: Option<&'static str>,
    /// The fn's own name.
    pub function: &'static str,
    /// `module_path!()` where the fn stands.
    pub module: &'static str,
    /// `file!()` of the attribute.
    pub file: &'static str,
    /// `line!()` of the attribute.
    pub line: u32,
    /// What `farm = ".."` says: the test in which the load is made beside others.
    pub farm: Option<&'static str>,
    /// Whether the fn has `#[ignore]` too.
    pub ignored: bool,
    /// Evaluates what the attribute asks for.
    pub terms: fn() -> Result<Terms, String>,
    /// Runs `setup` and gives the load that is then ready to be made. An error is the text of what `setup` returned.
    pub prepare: fn() -> Boxed<Result<Prepared, String>>,
}

/// A future on the heap.
pub type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A load after its setup.
pub struct Prepared {
    pub(crate) worker: Worker,
    pub(crate) teardown: Box<dyn FnOnce() -> Boxed<Result<(), String>> + Send>,
}

inventory::collect!(Load);

impl Load {
    /// The name of the load's test.
    ///
    /// Loads of another crate than the test binary itself keep their crate as a prefix.
    pub(crate) fn test_name(&self, binary: &str) -> String {
        self.prefixed(&self.own_name(), binary)
    }

    /// The name of the test of its farm, if it is in one.
    pub(crate) fn farm_name(&self, binary: &str) -> Option<String> {
        Some(self.prefixed(self.farm?, binary))
    }

    /// `name`, else the path of the fn without its crate.
    pub(crate) fn own_name(&self) -> String {
        match (self.name, self.module.split_once("::")) {
            (Some(name), _) => name.to_string(),
            (None, Some((_, path))) => format!("{path}::{}", self.function),
            (None, None) => self.function.to_string(),
        }
    }

    fn prefixed(&self, name: &str, binary: &str) -> String {
        let owner = self.module.split_once("::").map_or(self.module, |(owner, _)| owner);
        if owner == binary { name.to_string() } else { format!("{owner}::{name}") }
    }

    /// Where the attribute stands, as compilers write it: `tests/load.rs:9`.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

/// All loads of this binary, in the order in which they are written down.
pub(crate) fn loads() -> Vec<&'static Load> {
    let mut loads: Vec<&Load> = inventory::iter::<Load>.into_iter().collect();
    loads.sort_by_key(|load| (load.file, load.line, load.function));
    loads
}
