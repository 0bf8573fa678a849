//! [`Load`]: one load as plain data, which the attribute registers before `main`.

use std::any::{Any, type_name};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::engine::worker::Worker;
use crate::plan::built::Built;
use crate::plan::data::Deal;
use crate::plan::key::TEST_PREFIX;
use crate::plan::terms::Terms;

/// One annotated fn, as data. Nothing of the user's runs until the harness calls one of its fns.
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
    /// How its crate was compiled.
    pub built: Built,
    /// What `farm = ".."` says: the test in which the load is made beside others.
    pub farm: Option<&'static str>,
    /// Why, if the fn also has `#[ignore]`; the text is empty if it does not say.
    pub ignored: Option<&'static str>,
    /// The fns that keys name.
    pub functions: Functions,
    /// Evaluates what the attribute asks for.
    pub terms: fn() -> Result<Terms, String>,
    /// Evaluates `args`, if there are any, and gives the text of each value, for the name of its
    /// test.
    pub cases: Option<fn() -> Vec<String>>,
    /// Runs `setup` for the nth case, and gives the load with all phases that are left. An error
    /// is the text of what `setup` returned.
    pub prepare: fn(usize, SharedState) -> Boxed<Result<Prepared, String>>,
}

/// A future on the heap.
pub type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A future on the heap that stays on its thread.
pub type Here<T> = Pin<Box<dyn Future<Output = T>>>;

/// The fns that keys name, as the attribute writes them.
#[derive(Clone, Copy, Default)]
pub struct Functions {
    /// What `setup` says.
    pub setup: Option<&'static str>,
    /// What `compare` says.
    pub compare: Option<&'static str>,
    /// What `compare_setup` says.
    pub compare_setup: Option<&'static str>,
    /// What `data` says.
    pub data: Option<&'static str>,
    /// What `setup_worker` says.
    pub setup_worker: Option<&'static str>,
    /// What `teardown_worker` says.
    pub teardown_worker: Option<&'static str>,
    /// What `teardown` says.
    pub teardown: Option<&'static str>,
}

/// A load after its setup.
pub struct Prepared {
    pub(crate) worker: Worker,
    pub(crate) phases: Phases,
    /// The parameter of its fn that nothing gives, if there is one, as a verb and what follows it.
    pub(crate) missing: Option<String>,
}

/// The fn that a load's is compared with, after its setup.
pub struct OtherTarget {
    pub(crate) worker: Worker,
    /// As in [`Prepared`].
    pub(crate) missing: Option<String>,
}

/// The phases of a load beside its setup, as far as the attribute asks for them.
pub struct Phases {
    pub(crate) compare: Option<Compare>,
    pub(crate) gather: Option<Gather>,
    pub(crate) equip: Option<Equip>,
    pub(crate) teardown: Option<Teardown>,
}

/// The value that the setup of `main!` made, of a type that no load knows before it looks.
#[derive(Clone, Default)]
pub struct SharedState(Option<(Arc<dyn Any + Send + Sync>, &'static str)>);

impl SharedState {
    pub(crate) fn new<S: Send + Sync + 'static>(state: Arc<S>) -> SharedState {
        SharedState(Some((state, type_name::<S>())))
    }

    /// The value, if it is of this type.
    pub(crate) fn find<S: Send + Sync + 'static>(&self) -> Option<Arc<S>> {
        let (state, _) = self.0.as_ref()?;
        state.clone().downcast().ok()
    }

    /// The name of its type, if there is a value.
    pub(crate) fn type_name(&self) -> Option<&'static str> {
        self.0.as_ref().map(|(_, name)| *name)
    }
}

/// Runs the setup of `main!`, and gives its value with the teardown that it owes.
pub(crate) type MakeShared = fn() -> Boxed<Result<(SharedState, Option<Teardown>), String>>;

/// Runs `compare_setup`, if there is one, and gives the fn that the load's is compared with.
pub(crate) type Compare = Box<dyn FnOnce() -> Boxed<Result<OtherTarget, String>> + Send>;

/// Reads the items of `data`, notes how they are dealt to calls, and gives their number.
pub(crate) type Gather = Box<dyn FnOnce(Deal) -> Boxed<Result<u64, String>> + Send>;

/// Runs `setup_worker` once.
pub(crate) enum Equip {
    /// For the next station; it gives the teardown that this station owes.
    Station(Box<dyn Fn() -> Boxed<Result<Option<Teardown>, String>> + Send>),
    /// For the lane that it is called on, with what this lane owes.
    Lane(EquipLane),
}

pub(crate) type EquipLane = Arc<dyn Fn() -> Here<Result<LaneValue, String>> + Send + Sync>;

/// What a lane owes for its value of `setup_worker`. Called on that lane, after the calls.
pub(crate) enum LaneValue {
    /// It runs `teardown_worker`.
    TearDown(Box<dyn FnOnce() -> Here<Result<(), String>> + Send>),
    Drop(Box<dyn FnOnce() + Send>),
}

/// Runs `teardown`, or `teardown_worker` for one station.
pub(crate) type Teardown = Box<dyn FnOnce() -> Boxed<Result<(), String>> + Send>;

inventory::collect!(Load);

/// A sign that loads are made.
pub enum Mark {
    /// `main!` makes all loads of this binary.
    Main,
    /// `suite!` stands in the crate with this path: other binaries make its loads.
    Suite(&'static str),
}

inventory::collect!(Mark);

/// All marks in this binary.
pub(crate) fn marks() -> impl Iterator<Item = &'static Mark> {
    inventory::iter::<Mark>.into_iter()
}

impl Load {
    /// The name of the load's test. A load of another crate than the test binary keeps its crate as
    /// a prefix.
    pub(crate) fn test_name(&self, binary: &str) -> String {
        self.prefixed(&self.own_name(), binary)
    }

    /// The name of the test of its farm, if it is in one.
    pub(crate) fn farm_name(&self, binary: &str) -> Option<String> {
        Some(self.prefixed(self.farm?, binary))
    }

    /// `name`, or else the path of the fn without its crate.
    pub(crate) fn own_name(&self) -> String {
        match (self.name, self.module.split_once("::")) {
            (Some(name), _) => name.to_string(),
            (None, Some((_, path))) => format!("{path}::{}", self.function),
            (None, None) => self.function.to_string(),
        }
    }

    /// The path of the test that the attribute makes beside the fn, by which editors run it.
    pub(crate) fn path_of_test(&self) -> String {
        let test = format!("{TEST_PREFIX}{}", self.function);
        match self.module.split_once("::") {
            Some((_, path)) => format!("{path}::{test}"),
            None => test,
        }
    }

    fn prefixed(&self, name: &str, binary: &str) -> String {
        let owner = self.module.split_once("::").map_or(self.module, |(owner, _)| owner);
        if owner == binary { name.to_string() } else { format!("{owner}::{name}") }
    }

    /// The file and line of the attribute, as compilers write them: `tests/load.rs:9`.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

/// All loads of this binary, in the order of the source.
pub(crate) fn loads() -> Vec<&'static Load> {
    let mut loads: Vec<&Load> = inventory::iter::<Load>.into_iter().collect();
    loads.sort_by_key(|load| (modules(load.file), load.line, load.function));
    loads
}

/// The modules of a file, by its path: one comes before those that stand in its folder.
fn modules(file: &str) -> Vec<&str> {
    let mut modules: Vec<&str> =
        file.strip_suffix(".rs").unwrap_or(file).split(['/', '\\']).collect();
    modules.pop_if(|last| matches!(*last, "main" | "lib" | "mod"));
    modules
}

#[cfg(test)]
mod tests {
    use super::modules;

    #[test]
    fn a_module_comes_before_those_in_its_folder() {
        for files in [
            ["tests/load.rs", "tests/load/cart.rs", "tests/load/cart/add.rs"],
            ["tests/load/main.rs", "tests/load/cart/mod.rs", "tests/load/cart/add.rs"],
            ["a/src/lib.rs", "a/src/zoo.rs", "a/tests/load.rs"],
            [r"tests\load\main.rs", r"tests\load\cart.rs", r"tests\load\zoo.rs"],
        ] {
            assert!(files.is_sorted_by_key(|file| modules(file)), "{files:?}");
        }
    }
}
