//! [`Reach`]: how much throughput a load can have, and what to say of a limit that it can hardly
//! meet.

use crate::plan::threshold::{Metric, Operator, Threshold};

/// How much throughput a load can have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    /// The throughput if each call ends well while the schedule runs.
    pub(crate) most: f64,
    /// Whether an override made the load smaller than its attribute asks for.
    pub(crate) is_shortened: bool,
}

impl Threshold {
    /// What to write instead of a lower limit on throughput that is at the rate of a load, or above
    /// it: the last calls of the load end after its schedule.
    pub(crate) fn out_of_reach(&self, reach: Option<Reach>) -> Option<String> {
        let Reach { most, is_shortened } = reach?;
        let is_lower_limit = !matches!(self.operator, Operator::Less | Operator::LessOrEqual);
        let is_at_the_rate = is_lower_limit && self.limit.to_f64() >= most;
        if self.metric != Metric::Throughput || !is_at_the_rate {
            return None;
        }
        let rate = in_digits(most, 4);
        Some(if is_shortened {
            format!(
                "`{self}` can hardly hold: what overrides the load's attribute made it {rate} \
                 calls per second; override less, or have only counts judged with \
                 `--thresholds counts`"
            )
        } else {
            format!(
                "`{self}` can hardly hold: the load makes {rate} calls per second, and those that \
                 end after its schedule are in no throughput; write a limit below that, such as \
                 `throughput > {}`",
                in_digits(0.95 * most, 3)
            )
        })
    }
}

/// A number, rounded to so many digits.
fn in_digits(number: f64, digits: usize) -> f64 {
    format!("{number:.*e}", digits - 1).parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::super::told::threshold;
    use super::Reach;

    #[track_caller]
    fn check(text: &str, most_throughput: Option<f64>, what: Option<(&str, &str)>) {
        let expected = what.map(|(rate, instead)| {
            format!(
                "`{text}` can hardly hold: the load makes {rate} calls per second, and those that \
                 end after its schedule are in no throughput; write a limit below that, such as \
                 `throughput > {instead}`"
            )
        });
        let reach = most_throughput.map(|most| Reach { most, is_shortened: false });
        assert_eq!(threshold(text).out_of_reach(reach), expected);
    }

    #[test]
    fn a_throughput_at_the_rate_or_above_it_says_what_to_write() {
        check("throughput >= 50", Some(50.0), Some(("50", "47.5")));
        check("throughput > 49.99", Some(50.0), None);
        check("throughput == 60", Some(50.0), Some(("50", "47.5")));
        check("throughput > 0.5", Some(1.0 / 3.0), Some(("0.3333", "0.317")));
        check("throughput > 1000000", Some(1e6), Some(("1000000", "950000")));
    }

    #[test]
    fn what_an_override_put_out_of_reach_is_not_the_threshold_s_fault() {
        let reach = Reach { most: 20.0, is_shortened: true };
        assert_eq!(
            threshold("throughput > 150").out_of_reach(Some(reach)).as_deref(),
            Some(
                "`throughput > 150` can hardly hold: what overrides the load's attribute made it \
                 20 calls per second; override less, or have only counts judged with \
                 `--thresholds counts`"
            )
        );
    }

    #[test]
    fn any_other_threshold_says_nothing() {
        check("throughput < 50", Some(50.0), None);
        check("throughput <= 60", Some(50.0), None);
        check("throughput > 60", None, None);
        check("count(\"bytes\") > 60", Some(50.0), None);
    }
}
