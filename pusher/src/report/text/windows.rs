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
        let WindowCounts { judged, broken, first, by_chance, .. } = windows;
        match first {
            Some(first) if judged == 1 => words += &format!("; it began at {}", instant(first)),
            Some(first) => {
                words += &format!(
                    "; {broken} of {judged} windows broken, the first from {}",
                    instant(first)
                );
            }
            None if judged == 1 => words += ", the only window",
            None => words += &format!(", the worst of {judged} windows"),
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

    /// How many of its windows were not judged, of how many.
    pub(super) fn unjudged_windows(&self) -> Option<(u64, u64)> {
        let WindowCounts { count, judged, .. } = self.part.windows?;
        (judged < count).then_some((count - judged, count))
    }
}
