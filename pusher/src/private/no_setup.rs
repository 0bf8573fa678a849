//! [`NoSetup`]: the state of a load without a setup.

use std::sync::Arc;

pub struct NoSetup;

pub fn no_setup() -> Arc<NoSetup> {
    Arc::new(NoSetup)
}
