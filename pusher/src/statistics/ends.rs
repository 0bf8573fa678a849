//! [`Ends`]: how many calls ended while a slice went on, whenever they were due.

/// Calls that ended while a slice went on.
#[derive(Clone, Copy, Default)]
pub(super) struct Ends {
    pub(super) all: u64,
    pub(super) ok: u64,
    /// Those that ended when the schedule had ended.
    pub(super) late: u64,
    pub(super) late_ok: u64,
}

/// When a schedule has ended.
#[derive(Clone, Copy)]
pub(crate) struct ScheduleEnd {
    /// In nanoseconds from its start.
    pub(crate) at: u64,
    /// Whether it goes on until the last answer, so that no answer comes after it.
    pub(crate) is_last_answer: bool,
}

impl Ends {
    /// One more that ended while the schedule went on.
    #[inline]
    pub(super) fn count(&mut self, is_ok: bool) {
        self.all += 1;
        self.ok += u64::from(is_ok);
    }

    pub(super) fn count_late(&mut self, is_ok: bool) {
        self.late += 1;
        self.late_ok += u64::from(is_ok);
    }

    pub(super) fn add(self, other: Ends) -> Ends {
        Ends {
            all: self.all + other.all,
            ok: self.ok + other.ok,
            late: self.late + other.late,
            late_ok: self.late_ok + other.late_ok,
        }
    }
}
