//! [`test()`]: the test of `pusher::main!()`, which is red in a test binary without `harness =
//! false`.

use proc_macro2::TokenStream;
use quote::quote;

/// It exists only if cargo's own harness calls tests, and not `main`. In a binary or an example
/// that is as it should be, and there is no such section in Cargo.toml.
pub(crate) fn test() -> TokenStream {
    if is_of_a_binary() {
        return TokenStream::new();
    }
    quote! {
        #[::core::prelude::v1::test]
        fn harness_is_not_false() {
            ::core::panic!("no load was made: Cargo.toml lacks `harness = false` in this test's \
                            `[[test]]` section");
        }
    }
}

/// Whether a binary or an example is compiled: cargo sets `CARGO_BIN_NAME` for these.
pub(crate) fn is_of_a_binary() -> bool {
    std::env::var_os("CARGO_BIN_NAME").is_some()
}
