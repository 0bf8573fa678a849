//! [`Site`]: where a load stands; and [`must_run`], the test beside it, which is red if nothing
//! makes the load.

mod source;

use std::env;
use std::panic::Location;

use super::registry::{Mark, marks};
use source::is_for_tests_alone;

/// Where an attribute stands, as the compiler knows it.
pub struct Site {
    /// The fn's own name.
    pub function: &'static str,
    /// `module_path!()` where the fn stands.
    pub module: &'static str,
    /// `CARGO_TARGET_TMPDIR`, which cargo sets only for tests and benches.
    pub target_tmpdir: Option<&'static str>,
    /// `CARGO_BIN_NAME`, which cargo sets only for binaries and examples.
    pub binary: Option<&'static str>,
}

/// The test that the attribute makes beside a fn. Cargo's own harness calls it, and no other.
///
/// # Panics
///
/// No `main!` makes the loads of this binary, and no `suite!` says that they are those of a
/// library. Or the fn is compiled for tests alone, so that these loads are without it.
#[track_caller]
pub fn must_run(site: &Site) {
    assert!(is_run(site, marks()), "{}", site.way_out());
    assert!(
        !(site.is_of_a_target() && is_hidden(Location::caller())),
        "{}",
        site.way_out_of_tests()
    );
}

/// Whether the source says that what stands here is compiled for tests alone. Compilers tell files
/// from the package's folder on, or from one above it.
fn is_hidden(place: &Location<'_>) -> bool {
    let package = env::current_dir().unwrap_or_default();
    let mut files = package.ancestors().map(|folder| folder.join(place.file()));
    let file = files.find(|file| file.is_file());
    file.is_some_and(|file| is_for_tests_alone(&file, (place.line(), place.column())))
}

fn is_run<'a>(site: &Site, mut marks: impl Iterator<Item = &'a Mark>) -> bool {
    marks.any(|mark| match mark {
        Mark::Main => true,
        Mark::Suite(root) => *root == site.root(),
    })
}

impl Site {
    fn root(&self) -> &str {
        self.module.split("::").next().unwrap_or_default()
    }

    /// Whether it is in a library, a binary or an example, which others use than its unit tests.
    fn is_of_a_target(&self) -> bool {
        self.target_tmpdir.is_none()
    }

    /// What to do with a load that is compiled for tests alone.
    fn way_out_of_tests(&self) -> String {
        let Site { function, binary, .. } = self;
        let root = self.root();
        let others = match binary {
            Some(_) => format!("the `{root}` that makes loads"),
            None => format!("the `{root}` that a test names in `pusher::main!({root});`"),
        };
        format!(
            "no load was made: `{function}` stands behind `#[cfg(test)]`, and {others} is built \
             without what stands there. Move the load into a module that is always compiled."
        )
    }

    /// What to write, and in which file.
    fn way_out(&self) -> String {
        let Site { function, target_tmpdir, binary, .. } = self;
        let root = self.root();
        let no_load = format!("no load was made: nothing in this binary runs `{function}`");
        let of_its_own = "[[test]]\nname = \"load\"\nharness = false\n";
        if target_tmpdir.is_some() {
            format!(
                "{no_load}. Write `pusher::main!();` in the root of this test, in the place of a \
                 `fn main`, and `harness = false` in its section of Cargo.toml:\n\n\
                 [[test]]\nname = \"{root}\"\nharness = false\n"
            )
        } else if binary.is_some() {
            format!(
                "{no_load}. Write `pusher::main!();` in the root of this binary, in the place of \
                 its `fn main`; or move the load to tests/load.rs, which ends in \
                 `pusher::main!();`, and add to Cargo.toml:\n\n{of_its_own}"
            )
        } else {
            format!(
                "{no_load}. Move it to tests/load.rs, which ends in `pusher::main!();`, and add to \
                 Cargo.toml:\n\n{of_its_own}\nOr, if `{root}` is a library of loads that a test \
                 names in `pusher::main!({root});`, write `pusher::suite!();` in its src/lib.rs.\n"
            )
        }
    }
}

/// Says in its root that a crate is a library of loads.
///
/// A test binary that names the crate in its [`main!`](crate::main!) makes these loads:
/// `pusher::main!(my_suite);`. Without this mark that is a compile error; and the crate's own unit
/// tests, in which no load is made, are red.
///
/// ```
/// #[pusher::load(rps = 50, duration = "1m")]
/// pub async fn checkout() -> Result<(), std::io::Error> {
///     Ok(())
/// }
///
/// pusher::suite!();
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! suite {
    () => {
        #[doc(hidden)]
        pub use $crate::__private::Suite as __PusherSuite;
        $crate::__private::submit! { $crate::__private::Mark::Suite(::core::module_path!()) }
    };
}

/// What `suite!` leaves in the root of its crate.
pub struct Suite;

/// What `main!` finds in the root of a crate without `suite!`.
pub struct NoSuite;

/// A crate whose loads a `main!` may make.
#[diagnostic::on_unimplemented(
    message = "a crate in `main!(..)` is no library of loads",
    label = "one of these crates has no `pusher::suite!();`",
    note = "write `pusher::suite!();` in the src/lib.rs of that crate"
)]
pub trait IsSuite {}

impl IsSuite for Suite {}

/// Compiles for [`Suite`] alone.
pub const fn demand_suite<T: IsSuite>() {}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: Site =
        Site { function: "checkout", module: "shop::cart", target_tmpdir: None, binary: None };

    #[test]
    fn a_load_is_run_by_a_main_or_stands_in_a_suite() {
        let check = |marks: &[Mark], run| assert_eq!(is_run(&SITE, marks.iter()), run);
        check(&[], false);
        check(&[Mark::Main], true);
        check(&[Mark::Suite("shop")], true);
        check(&[Mark::Suite("other")], false);
        // Not in the root.
        check(&[Mark::Suite("shop::cart")], false);
    }

    #[test]
    fn a_load_among_unit_tests_has_to_leave() {
        let check = |site: Site, text: &str| assert_eq!(site.way_out_of_tests(), text);
        check(
            SITE,
            "no load was made: `checkout` stands behind `#[cfg(test)]`, and the `shop` that a test \
             names in `pusher::main!(shop);` is built without what stands there. Move the load \
             into a module that is always compiled.",
        );
        check(
            Site { binary: Some("shop"), ..SITE },
            "no load was made: `checkout` stands behind `#[cfg(test)]`, and the `shop` that makes \
             loads is built without what stands there. Move the load into a module that is always \
             compiled.",
        );
    }

    #[test]
    fn says_what_to_write() {
        let check = |site: Site, text: &str| assert_eq!(site.way_out(), text);
        check(
            Site { target_tmpdir: Some("/target/tmp"), ..SITE },
            "no load was made: nothing in this binary runs `checkout`. Write `pusher::main!();` in \
             the root of this test, in the place of a `fn main`, and `harness = false` in its \
             section of Cargo.toml:\n\n[[test]]\nname = \"shop\"\nharness = false\n",
        );
        check(
            Site { binary: Some("shop"), ..SITE },
            "no load was made: nothing in this binary runs `checkout`. Write `pusher::main!();` in \
             the root of this binary, in the place of its `fn main`; or move the load to \
             tests/load.rs, which ends in `pusher::main!();`, and add to Cargo.toml:\n\n\
             [[test]]\nname = \"load\"\nharness = false\n",
        );
        check(
            SITE,
            "no load was made: nothing in this binary runs `checkout`. Move it to tests/load.rs, \
             which ends in `pusher::main!();`, and add to Cargo.toml:\n\n\
             [[test]]\nname = \"load\"\nharness = false\n\n\
             Or, if `shop` is a library of loads that a test names in `pusher::main!(shop);`, \
             write `pusher::suite!();` in its src/lib.rs.\n",
        );
    }
}
