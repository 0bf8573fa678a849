//! The generator of a `Report`: a line with its main figures, and one for each that is past its
//! limit.

use std::fmt::{self, Write};

use super::lines::{write_below, write_wrapped};
use crate::report::Report;
use crate::verdict::generator::Generator;

impl Report {
    pub(super) fn write_generator(&self, f: &mut impl Write) -> fmt::Result {
        let Some(generator) = &self.generator else { return Ok(()) };
        let (figures, past) = (main_figures(generator), generator.past_limits());
        if figures.is_empty() && past.is_empty() {
            return Ok(());
        }
        let figures = if figures.is_empty() { "past its limits" } else { &figures };
        write_wrapped(f, "generator", figures)?;
        past.iter().try_for_each(|past| write_below(f, &format!("past a limit: {past}")))
    }
}

/// `0.31 of 2 cores, machine 45% busy, 14 of 1024 descriptors`.
fn main_figures(generator: &Generator) -> String {
    let Generator { cpu, machine, descriptors, cores, most_descriptors, .. } = generator;
    let cpu = cpu.map(|cpu| format!("{:.2} of {cores} cores", cpu.observed));
    let machine = machine.map(|busy| format!("machine {:.0}% busy", 100.0 * busy.observed));
    let descriptors = descriptors.zip(*most_descriptors);
    let descriptors =
        descriptors.map(|(open, most)| format!("{} of {most} descriptors", open.observed));
    cpu.into_iter().chain(machine).chain(descriptors).collect::<Vec<_>>().join(", ")
}
