//! [`Arguments`]: the keys between the parentheses of `#[load(..)]`, with their spans until the
//! last error is written.

use proc_macro2::TokenStream;
use pusher_load_grammar::key::{Key, Takes};
use pusher_load_grammar::pause::Pause;
use pusher_load_grammar::words::{Arrivals, ItemOrder, Word};
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprPath, Ident, LitStr, Result};

use crate::callers;
use crate::cases::{self, Cases};
use crate::entry::ReadEntry;
use crate::expected::{DataEnd, Expected, Futures, Known, Spacing, Targets};
use crate::item::Function;
use crate::list::{self, AllErrors};
use crate::threshold::{self, Condition};
use crate::value::{count, name, path, pause, positive_time, rate, switch, time, word, wrong};
use crate::{rules, shape};

/// All that the attribute says.
#[derive(Default)]
pub(crate) struct Arguments {
    /// Calls of the run time's `Attribute`: a method, of the key's name, and its arguments.
    pub(crate) methods: Vec<(Ident, TokenStream)>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) setup: Option<ExprPath>,
    pub(crate) teardown: Option<ExprPath>,
    pub(crate) setup_worker: Option<ExprPath>,
    pub(crate) teardown_worker: Option<ExprPath>,
    /// The fn that this one is compared with.
    pub(crate) compare: Option<ExprPath>,
    pub(crate) compare_setup: Option<ExprPath>,
    pub(crate) data: Option<ExprPath>,
    pub(crate) cases: Option<Cases>,
    pub(crate) name: Option<LitStr>,
    pub(crate) farm: Option<LitStr>,
    pub(crate) path_of_crate: Option<ExprPath>,
    pub(crate) expected: Expected,
}

/// Reads all that stands between the parentheses. The error is of all that is wrong.
pub(crate) fn read(tokens: TokenStream) -> Result<Arguments> {
    let mut arguments = Arguments::default();
    let mut seen = Vec::new();
    let entries =
        |input: ParseStream| list::entries(input, |input| arguments.entry(&mut seen, input));
    entries.parse2(tokens)?;
    rules::check(&seen, &arguments.expected)?;
    arguments.check_conditions()?;
    arguments.check_others(&seen)?;
    Ok(arguments)
}

impl Arguments {
    fn entry(&mut self, seen: &mut Vec<Ident>, input: ParseStream) -> Result<()> {
        let entry = ReadEntry::read(input)?;
        entry.only_once(seen)?;
        match entry.key.takes {
            Takes::Thresholds => {
                let read = match entry.key.name {
                    "abort" => threshold::read_abort,
                    _ => threshold::read,
                };
                self.conditions.extend(read.parse2(entry.parenthesized(input)?)?);
            }
            Takes::Shape => {
                let shape = shape::read(&entry.ident, entry.parenthesized(input)?)?;
                self.expected.shape = Known::given(shape.curve);
                self.methods.extend(shape.methods);
            }
            _ => {
                let value = entry.value(input)?;
                self.set(entry, &value)?;
            }
        }
        Ok(())
    }

    /// Sets the value of a key that has no parentheses.
    pub(crate) fn set(&mut self, entry: ReadEntry, value: &Expr) -> Result<()> {
        let key = entry.key.name;
        match key {
            "setup" => self.setup = Some(path(key, value)?),
            "teardown" => self.teardown = Some(path(key, value)?),
            "setup_worker" => self.setup_worker = Some(path(key, value)?),
            "teardown_worker" => self.teardown_worker = Some(path(key, value)?),
            "compare" => {
                self.compare = Some(path(key, value)?);
                self.expected.targets = Targets::Two;
                self.methods.push((entry.ident, TokenStream::new()));
            }
            "compare_setup" => self.compare_setup = Some(path(key, value)?),
            "data" => self.data = Some(path(key, value)?),
            "crate" => self.path_of_crate = Some(path(key, value)?),
            "args" => self.cases = Some(cases::read(key, value)?),
            "name" => self.name = Some(name(key, value)?),
            "farm" => self.farm = Some(name(key, value)?),
            "local" => {
                if switch(key, value)? {
                    self.expected.futures = Futures::Local;
                    self.methods.push((entry.ident, TokenStream::new()));
                }
            }
            "concurrency" => {
                self.expected.is_closed = true;
                match callers::read(value)? {
                    Some(callers) => {
                        self.expected.callers = Some(callers.shape);
                        self.methods.extend(callers.methods);
                    }
                    None => {
                        let tokens = self.checked(entry.key, value)?;
                        self.methods.push((entry.ident, tokens));
                    }
                }
            }
            _ => {
                let tokens = self.checked(entry.key, value)?;
                // A method `time` would be one of too many meanings.
                let method = if key == "time" {
                    Ident::new("clock", entry.ident.span())
                } else {
                    entry.ident
                };
                self.methods.push((method, tokens));
            }
        }
        Ok(())
    }

    /// The tokens of a value that is handed on.
    fn checked(&mut self, key: &Key, value: &Expr) -> Result<TokenStream> {
        Ok(match key.takes {
            Takes::Rate => {
                let rate = rate(key.name, value)?;
                self.expected.rate = Known::given(rate.known);
                rate.tokens
            }
            Takes::Count(numbers) => {
                let count = count(key.name, value, numbers)?;
                match key.name {
                    "calls" => self.expected.calls = Known::given(count.known),
                    "workers" => self.expected.workers = Known::given(count.known),
                    _ => {}
                }
                count.tokens
            }
            Takes::Word(words) => {
                let word = word(key.name, value, words)?;
                match key.name {
                    "time" => self.expected.clock = Known::given(word.known),
                    "runtime" => self.expected.threads = Known::given(word.known),
                    _ => {}
                }
                if key.name == "arrivals" && word.known != Some(Arrivals::Uniform.word()) {
                    self.expected.arrivals = Spacing::Random;
                }
                if key.name == "data_order"
                    && word.known.is_none_or(|order| order == ItemOrder::Once.word())
                {
                    self.expected.data = DataEnd::MayBe;
                }
                word.tokens
            }
            Takes::PositiveTime => {
                let time = positive_time(key.name, value)?;
                if key.name == "duration" {
                    self.expected.duration = Known::given(time.known);
                }
                time.tokens
            }
            Takes::Pause => {
                let pause = pause(key.name, value)?;
                if pause.known.is_none_or(Pause::is_random) {
                    self.expected.pauses = Spacing::Random;
                }
                pause.tokens
            }
            _ => time(key.name, value)?.tokens,
        })
    }

    pub(crate) fn futures(&self) -> Futures {
        self.expected.futures
    }

    /// Refuses an argument that the fn has no parameter for: it has none at all.
    pub(crate) fn check_parameters(&self, function: &Function) -> Result<()> {
        let mut errors = AllErrors::default();
        if function.parameters.is_empty() {
            let name = &function.ident;
            if let Some(cases) = &self.cases {
                let message = format!(
                    "args gives `{name}` a value, and it takes none: add a parameter of the \
                     values' type"
                );
                errors.add(wrong(&cases.values, message));
            }
            if let Some(data) = &self.data {
                let message = format!(
                    "data gives `{name}` an item, and it takes none: add a parameter of the \
                     items' type"
                );
                errors.add(wrong(data, message));
            }
        }
        errors.into_result()
    }

    /// Refuses a limit that follows the other target of a load that has one target.
    fn check_others(&self, seen: &[Ident]) -> Result<()> {
        let mut errors = AllErrors::default();
        if !seen.iter().any(|key| key == "compare") {
            self.conditions
                .iter()
                .filter_map(Condition::without_other)
                .for_each(|error| errors.add(error));
        }
        errors.into_result()
    }

    fn check_conditions(&self) -> Result<()> {
        let mut errors = AllErrors::default();
        for condition in &self.conditions {
            errors.kept(condition.unfit(&self.expected));
        }
        errors.into_result()
    }
}

#[cfg(test)]
pub(crate) mod tests;
