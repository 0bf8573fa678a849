//! [`Against`]: a limit that follows a figure of another run or of another target, as expanded code
//! writes it: `baseline + "10%"` becomes `Against::baseline().plus("10%")`.

use pusher_load_grammar::limit::Unread;
use pusher_load_grammar::relative::{Base, Side};

use super::threshold::IntoLimit;

/// A base, and how far from it.
#[derive(Clone, Debug)]
pub struct Against {
    base: Base,
    parts: Vec<(Side, Unread)>,
}

impl Against {
    /// The figure of a run that was saved.
    pub fn baseline() -> Against {
        Against { base: Base::Baseline, parts: Vec::new() }
    }

    /// The figure of the other target.
    pub fn other() -> Against {
        Against { base: Base::Other, parts: Vec::new() }
    }

    /// So far above it.
    pub fn plus(self, part: impl IntoLimit) -> Against {
        self.with(Side::Above, part)
    }

    /// So far below it.
    pub fn minus(self, part: impl IntoLimit) -> Against {
        self.with(Side::Below, part)
    }

    fn with(mut self, side: Side, part: impl IntoLimit) -> Against {
        self.parts.push((side, part.into_limit()));
        self
    }
}

impl IntoLimit for Against {
    fn into_limit(self) -> Unread {
        Unread::Relative(self.base, self.parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::threshold::Threshold;

    #[track_caller]
    fn check(parts: [&str; 2], limit: Against, shown: Result<&str, &str>) {
        let read = Threshold::parse(parts[0], parts[1], limit);
        let read = read.map(|threshold| threshold.to_string());
        assert_eq!(read, shown.map(String::from).map_err(String::from));
    }

    #[test]
    fn reads_and_writes_every_relative_limit() {
        let baseline = Against::baseline;
        check(["p99", "<"], baseline(), Ok("p99 < baseline"));
        check(["p99", "<="], baseline().plus("10%"), Ok("p99 <= baseline + 10%"));
        check(
            ["service.mean", "<"],
            baseline().plus("5ms").plus("0.5 %"),
            Ok("service.mean < baseline + 0.5% + 5ms"),
        );
        let second = std::time::Duration::from_secs(1);
        check(["step(\"a\").p50", "<"], Against::other().plus(second), {
            Ok("step(\"a\").p50 < other + 1s")
        });
        check(["throughput", ">"], baseline().minus("5%"), Ok("throughput > baseline - 5%"));
        check(["throughput", ">="], baseline().minus(2.5), Ok("throughput >= baseline - 2.5"));
    }

    #[test]
    fn a_base_is_no_part_of_a_distance() {
        check(
            ["p99", "<"],
            Against::baseline().plus(Against::other().plus("10%")),
            Err("`other + \"10%\"` is no percentage and no time: write one in quotes, such as \
                 \"10%\" or \"5ms\""),
        );
    }
}
