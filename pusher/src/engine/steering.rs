//! [`Call::stop`]: how a call steers the run that makes it.

use std::fmt::Display;

use crate::plan::error_text::ErrorText;
use crate::plan::target::Call;

impl Call {
    /// Ends the load early, for a reason that makes the rest of it pointless: money is lost, or the
    /// service is down. The load has then failed, and its report says why, and how long it had run.
    ///
    /// No further call is begun. Calls in flight, this one too, have up to 5 seconds to end, or as
    /// long as the `grace` if that is shorter; [`stopped`](Call::stopped) tells them. Then the
    /// teardown runs. All Workers that go side by side are stopped together, also the other loads
    /// of a farm. The first stop is the one that counts. A call whose run is over stops nothing.
    ///
    /// In a report of the library, [`stopped`](crate::Report::stopped) and
    /// [`reasons`](crate::Report::reasons) say so, and the verdict is none, as ever.
    ///
    /// ```
    /// struct Shop;
    /// # impl Shop {
    /// #     async fn order(&self) -> Result<u64, String> { Ok(7) }
    /// #     async fn money(&self) -> u64 { 100 }
    /// # }
    ///
    /// async fn checkout(call: pusher::Call, shop: std::sync::Arc<Shop>) -> Result<(), String> {
    ///     let order = shop.order().await?;
    ///     if shop.money().await != 100 {
    ///         call.stop(format!("order {order} made money"));
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn stop(&self, why: impl Display) {
        if let Some(run) = self.shift.notes.upgrade() {
            run.stop(ErrorText::displayed(&why).into_string());
        }
    }
}
