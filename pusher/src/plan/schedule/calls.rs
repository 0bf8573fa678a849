//! [`Calls`]: a number of calls, and parts of one.

/// A number of calls, and parts of one: half a call, which a curve may have made by now, is half of
/// [`CALL`].
pub(super) type Calls = u128;

/// One call.
pub(super) const CALL: Calls = 1 << 32;
