//! [`Reach`]: how much a load can bring, and what to say of a limit that it can hardly meet.

use crate::plan::threshold::{Metric, Named, Operator, Threshold};

/// How much a load can bring.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reach {
    /// The throughput if each call ends well while the schedule runs; none if that is not known
    /// beforehand.
    pub(crate) most_throughput: Option<f64>,
    /// Whether an override made the load smaller than its attribute asks for.
    pub(crate) is_shortened: bool,
}

impl Threshold {
    /// What to say of a lower limit that the load can hardly meet: on a throughput at its rate or
    /// above it, for its last calls end after its schedule; or on a total, if an override made the
    /// load smaller.
    pub(crate) fn out_of_reach(&self, reach: Reach) -> Option<String> {
        let is_upper = matches!(self.operator, Operator::Less | Operator::LessOrEqual);
        match &self.metric {
            _ if is_upper => None,
            Metric::Throughput => {
                let most = reach.most_throughput.filter(|most| self.limit.to_f64() >= *most)?;
                Some(self.above_rate(most, reach))
            }
            Metric::Named(Named::CountTotal, _) => reach.is_shortened.then(|| {
                format!(
                    "`{self}` is on the whole load, and what overrides its attribute made it \
                     smaller"
                )
            }),
            _ => None,
        }
    }

    fn above_rate(&self, most: f64, reach: Reach) -> String {
        let rate = in_digits(most, 4);
        let calls = if rate == 1.0 { "call" } else { "calls" };
        if reach.is_shortened {
            format!(
                "`{self}` can hardly hold: what overrides the load's attribute made it {rate} \
                 {calls} per second; override less, or have only counts judged with \
                 `--thresholds counts`"
            )
        } else {
            format!(
                "`{self}` can hardly hold: the load makes {rate} {calls} per second, and those that \
                 end after its schedule are in no throughput; write a limit below that, such as \
                 `throughput > {}`",
                in_digits(0.95 * most, 3)
            )
        }
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
        let reach = Reach { most_throughput, is_shortened: false };
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
        let said = |text| {
            let reach = Reach { most_throughput: Some(20.0), is_shortened: true };
            threshold(text).out_of_reach(reach)
        };
        assert_eq!(
            said("throughput > 150").as_deref(),
            Some(
                "`throughput > 150` can hardly hold: what overrides the load's attribute made it \
                 20 calls per second; override less, or have only counts judged with \
                 `--thresholds counts`"
            )
        );
        let total = "`count(\"x\").total > 150` is on the whole load, and what overrides its \
                     attribute made it smaller";
        assert_eq!(said("count(\"x\").total > 150").as_deref(), Some(total));
        assert_eq!(said("count(\"x\").total < 150"), None);
    }

    #[test]
    fn any_other_threshold_says_nothing() {
        check("throughput < 50", Some(50.0), None);
        check("throughput <= 60", Some(50.0), None);
        check("throughput > 60", None, None);
        check("count(\"bytes\") > 60", Some(50.0), None);
    }
}
