//! What rustc says to a mistake in `#[load(..)]`: one rule, one `.rs`, one `.stderr`, one error a
//! mistake.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*.rs");
    cases.pass("ui/pass/*.rs");
}
