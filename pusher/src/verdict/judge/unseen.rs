//! Thresholds on a step, a count or a record of a name that no call gave.

use super::Evidence;
use crate::plan::nearest::nearest;
use crate::plan::threshold::{Metric, Named, Threshold};

/// How many names a reason lists.
const MOST_LISTED: usize = 20;

/// What has names.
#[derive(Clone, Copy)]
enum Kind {
    Step,
    Count,
    Record,
}

impl Kind {
    fn of(named: Named) -> Kind {
        match named {
            Named::StepTime(_) | Named::StepErrors => Kind::Step,
            Named::Count => Kind::Count,
            Named::Record(_) => Kind::Record,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Kind::Step => "step",
            Kind::Count => "count",
            Kind::Record => "record",
        }
    }

    /// What in a target would have made it seen.
    fn call(self, name: &str) -> String {
        match self {
            Kind::Step => format!("`call.step(\"{name}\", async {{ .. }}).await` in the target"),
            Kind::Count => format!(
                "`call.count(\"{name}\", n)` in the target, with 0 where there is nothing to count"
            ),
            Kind::Record => format!("`call.record(\"{name}\", value)` in the target"),
        }
    }
}

impl Evidence<'_> {
    /// Whether the name that a metric speaks of was given by a call.
    pub(super) fn has_seen(&self, metric: &Metric) -> bool {
        match metric {
            Metric::Named(named, name) => self.names(Kind::of(*named)).contains(&name.as_str()),
            _ => true,
        }
    }

    /// A sentence on each name that was looked for and not seen, if there was a call that could
    /// have given it.
    pub(super) fn unseen(&self, thresholds: &[Threshold]) -> Vec<String> {
        let mut unseen = Vec::new();
        for threshold in thresholds {
            let Metric::Named(named, name) = &threshold.metric else { continue };
            let reason = self.reason(Kind::of(*named), name);
            if self.ledger.started > 0
                && !self.has_seen(&threshold.metric)
                && !unseen.contains(&reason)
            {
                unseen.push(reason);
            }
        }
        unseen
    }

    fn reason(&self, kind: Kind, name: &str) -> String {
        let (word, names) = (kind.word(), self.names(kind));
        if names.is_empty() {
            return format!(
                "no {word} was seen, and a threshold speaks of {name:?}: write {}",
                kind.call(name)
            );
        }
        let way_out = match nearest(name, names.iter().copied()) {
            Some(meant) => format!("did you mean {meant:?}?"),
            None => format!("write {}, or take another.", kind.call(name)),
        };
        format!(
            "no {word} {name:?} was seen, and a threshold speaks of it: {way_out} The {word}s that were seen are {}",
            listed(&names)
        )
    }

    fn names(&self, kind: Kind) -> Vec<&str> {
        match kind {
            Kind::Step => self.steps.iter().map(|step| step.name.as_str()).collect(),
            Kind::Count => self.counts.iter().map(|count| count.name.as_str()).collect(),
            Kind::Record => self.records.iter().map(|record| record.name.as_str()).collect(),
        }
    }
}

/// `"a", "b" and "c"`.
fn listed(names: &[&str]) -> String {
    let mut shown: Vec<String> =
        names.iter().take(MOST_LISTED).map(|name| format!("{name:?}")).collect();
    if names.len() > MOST_LISTED {
        shown.push(format!("{} more", names.len() - MOST_LISTED));
    }
    match shown.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => shown.join(""),
    }
}

#[cfg(test)]
pub(super) mod tests;
