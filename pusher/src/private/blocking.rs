//! [`blocking`]: plain fns, run on threads that may block.

/// Runs a plain fn on a thread that may block. Its panic goes on in the caller.
pub(super) async fn blocking<R: Send + 'static>(plain: impl FnOnce() -> R + Send + 'static) -> R {
    match tokio::task::spawn_blocking(plain).await {
        Ok(value) => value,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
