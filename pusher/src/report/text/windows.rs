//! `Judged::windows`: what windows say of a threshold, in words.

use crate::plan::strides::samples_of;
use crate::verdict::judge::Judged;
use crate::verdict::part::{WindowCounts, WorstWindow, instant};

impl Judged {
    /// Behind its figure: the window of that, and how many of all windows broke it; none of a
    /// threshold that is not on windows.
    pub(super) fn windows(&self) -> Option<String> {
        let WorstWindow { from, to, count, .. } = self.part.worst?;
        let s = if count == 1 { "" } else { "s" };
        let what = format!("{count} {}{s}", samples_of(&self.metric));
        let mut words = format!("from {} to {} ({what})", instant(from), instant(to));
        let Some(windows) = self.part.windows else { return Some(words) };
        let WindowCounts { count, judged, broken, first, by_chance, .. } = windows;
        match first {
            _ if judged == 1 => words += ", the only window",
            Some(first) => {
                words += &format!(
                    "; {broken} of {judged} windows broken, the first from {}",
                    instant(first)
                );
            }
            None => words += &format!(", the worst of {judged} windows"),
        }
        words += &self.longest_breach().unwrap_or_default();
        if judged < count {
            words += &format!("; {} more had too few to judge", count - judged);
        }
        if by_chance {
            words += &format!(
                ". The load as a whole keeps to the limit, and in {judged} windows of so few \
                 {}s one can be as bad by chance: take longer windows, or a higher rate",
                samples_of(&self.metric)
            );
        }
        Some(words)
    }

    /// How long the longest breach lasted beside how long it has to, so that nobody wonders at
    /// broken windows of a threshold that is met.
    fn longest_breach(&self) -> Option<String> {
        let longest = self.part.windows?.longest?;
        let needed = instant(self.part.lasting?);
        Some(match longest {
            0 => format!("; no two in a row, and a breach takes {needed}"),
            _ => format!("; the longest breach lasted {}, and it takes {needed}", instant(longest)),
        })
    }

    /// How many of its windows were not judged, of how many.
    pub(super) fn unjudged_windows(&self) -> Option<(u64, u64)> {
        let WindowCounts { count, judged, .. } = self.part.windows?;
        (judged < count).then_some((count - judged, count))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::plan::rate::Rps;
    use crate::plan::terms::Terms;
    use crate::plan::threshold::Threshold;
    use crate::report::{Asked, Findings, Report};
    use crate::verdict::judge::judge;

    const WINDOWS: WindowCounts = WindowCounts {
        count: 91,
        judged: 91,
        broken: 9,
        first: Some(8_000_000_000),
        longest: None,
        by_chance: false,
    };

    /// What stands behind a threshold on p99, in windows of which the worst has so many calls.
    fn said(windows: WindowCounts, count: u64) -> String {
        let terms = Terms::constant(Rps::new(50).unwrap(), Some(Duration::from_secs(60)));
        let load = Asked::of_terms(&terms, &terms.order(0));
        let report = Report::new("x", Findings::default(), load);
        let threshold = Threshold::of_texts("p99", "<", "250ms").unwrap();
        let judged = judge(&[threshold], &report.evidence()).thresholds.remove(0);
        let (from, to) = (12_000_000_000, 22_000_000_000);
        let mut judged = Judged { observed: Some(312e6), ..judged };
        judged.part.lasting = windows.longest.map(|_| 12_000_000_000);
        judged.part.windows = Some(windows);
        judged.part.worst = Some(WorstWindow { from, to, observed: 312e6, count });
        judged.observation()
    }

    #[test]
    fn the_worst_window_stands_behind_its_figure() {
        let of_91 = "312ms from 12s to 22s (500 calls); 9 of 91 windows broken, the first from 8s";
        assert_eq!(said(WINDOWS, 500), of_91);
        let met = WindowCounts { broken: 0, first: None, ..WINDOWS };
        assert_eq!(said(met, 1), "312ms from 12s to 22s (1 call), the worst of 91 windows");
        let only = WindowCounts { count: 1, judged: 1, ..met };
        assert_eq!(said(only, 500), "312ms from 12s to 22s (500 calls), the only window");
        let only = WindowCounts { count: 1, judged: 1, broken: 1, ..WINDOWS };
        assert_eq!(said(only, 500), "312ms from 12s to 22s (500 calls), the only window");
    }

    /// A threshold that is met though windows are broken would read as a contradiction.
    #[test]
    fn a_breach_that_has_to_last_says_how_long_the_longest_did() {
        for (longest, words) in [
            (7_000_000_000, "from 8s; the longest breach lasted 7s, and it takes 12s"),
            (0, "from 8s; no two in a row, and a breach takes 12s"),
        ] {
            let said = said(WindowCounts { longest: Some(longest), ..WINDOWS }, 500);
            assert!(said.ends_with(words), "{said}");
        }
    }

    #[test]
    fn windows_with_too_few_calls_are_counted() {
        let some = said(WindowCounts { count: 103, ..WINDOWS }, 500);
        let words = "9 of 91 windows broken, the first from 8s; 12 more had too few to judge";
        assert!(some.ends_with(words), "{some}");
    }

    #[test]
    fn a_breach_that_chance_explains_says_what_to_do() {
        let by_chance = said(WindowCounts { by_chance: true, ..WINDOWS }, 500);
        assert!(
            by_chance.ends_with(
                "the first from 8s. The load as a whole keeps to the limit, and in 91 windows of \
                 so few calls one can be as bad by chance: take longer windows, or a higher rate"
            ),
            "{by_chance}"
        );
    }
}
