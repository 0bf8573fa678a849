//! [`Partner`]: one of two targets that are compared.

/// One of two targets that are compared: the partners of each pair of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Partner {
    /// The fn with the attribute.
    Own,
    /// The fn that it is compared with.
    Other,
}
