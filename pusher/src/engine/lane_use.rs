//! [`LaneUse`]: how many lanes a load took.

/// How many lanes made the calls of a load, and how busy they were. A lane is a thread with a
/// runtime of its own, one for each core, and two at least. As few are used as keep up: one is the
/// cheapest.
///
/// On Linux, loads with the attribute have them, unless they say something else by `runtime` or
/// `time`; those of the library run in the runtime that they are called in.
///
/// ```
/// # fn f(report: &pusher::Report) {
/// if let Some(lanes) = &report.lanes {
///     assert!(lanes.on_duty <= lanes.of);
///     assert!(lanes.busy <= 1.0);
/// }
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct LaneUse {
    /// The most lanes that made calls at once.
    pub on_duty: usize,
    /// How many there are.
    pub of: usize,
    /// For which share of their time on duty lanes were awake, from the begin of the warm-up to the
    /// end of the schedule: they made calls, went on with them, were blocked by one, or waited for
    /// a core. Close to 1, the load is as much as this machine makes. Loads of one farm share their
    /// lanes, and this figure.
    pub busy: f64,
}
