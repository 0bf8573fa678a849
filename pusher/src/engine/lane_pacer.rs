//! [`pace_lane`]: a lane paces itself. Linux only; elsewhere the pacer's thread paces all.

use std::sync::Arc;

use tokio::time::Instant;

use super::duty::Duty;
use super::lanes::real_now;
use super::pacer::QUANTUM;
use super::run::Run;

/// Wakes the lane for the ticks of all runs, as long as it is on duty and there are any to come.
///
/// While its drivers make calls they look themselves what has come due. So this is for when they
/// have nothing to do; and if their threads are blocked, the pacer's thread comes.
pub(super) async fn pace_lane(lane: usize, runs: Vec<Arc<Run>>, duty: Arc<Duty>) {
    // When the next tick of each run is due, or an instant before that.
    let mut nexts = vec![Some(real_now()); runs.len()];
    loop {
        duty.called(lane).await;
        let now = real_now();
        let due = |next: &Option<Instant>| next.is_some_and(|next| next <= now);
        for (run, next) in runs.iter().zip(&mut nexts).filter(|(_, next)| due(next)) {
            *next = run.look_on(lane);
        }
        let Some(next) = nexts.iter().flatten().min() else { return };
        let rest = next.saturating_duration_since(now).max(QUANTUM);
        if duty.lane(lane).alarm.ring_in(rest).await.is_err() {
            return;
        }
    }
}
