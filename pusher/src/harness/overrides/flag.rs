//! [`Flag`]: one flag of the command line, and the variable that may say the same.

use std::ffi::OsString;

use crate::plan::key::{self, Override};

/// One flag.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Flag {
    /// Without its dashes.
    pub(crate) name: &'static str,
    /// A letter that stands for the name, after one dash.
    pub(crate) short: Option<char>,
    /// The name of its value in `--help`; a switch has none.
    pub(crate) value: Option<&'static str>,
    /// The lines of `--help`.
    pub(crate) help: &'static str,
}

/// A flag without a value.
pub(crate) const fn switch(name: &'static str, help: &'static str) -> Flag {
    Flag { name, short: None, value: None, help }
}

/// A flag with a value.
pub(crate) const fn option(name: &'static str, value: &'static str, help: &'static str) -> Flag {
    Flag { name, short: None, value: Some(value), help }
}

/// The flag of a key that is declared for the attribute.
pub(super) const fn declared(key: &'static Override) -> Flag {
    option(key.name, key.value, key.sentence)
}

/// A text that was given for a flag, and where: `--profile` or `PUSHER_PROFILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourcedText {
    pub(crate) source: String,
    pub(crate) text: String,
}

impl Flag {
    /// The flag on the command line: a name of one letter has one dash.
    pub(crate) fn dashed(&self) -> String {
        dashed(self.name)
    }

    /// The environment variable that says the same.
    pub(crate) fn variable(&self) -> String {
        key::variable(self.name)
    }

    /// What the command line says; `values` finds the value of a flag by its name.
    ///
    /// # Errors
    ///
    /// The value is empty.
    pub(super) fn on_the_command_line(
        &self,
        values: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<SourcedText>, String> {
        let source = self.dashed();
        match values(self.name) {
            Some(text) if text.is_empty() => {
                Err(format!("{source} is empty: give a value, or leave the flag out"))
            }
            value => Ok(value.map(|text| SourcedText { source, text })),
        }
    }

    /// What the environment says; an empty variable says nothing.
    ///
    /// # Errors
    ///
    /// The value is not text.
    pub(super) fn in_the_environment(
        &self,
        variables: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Option<SourcedText>, String> {
        let source = self.variable();
        let Some(value) = variables(&source).filter(|value| !value.is_empty()) else {
            return Ok(None);
        };
        let text =
            value.into_string().map_err(|value| format!("{source} is not UTF-8: {value:?}"))?;
        Ok(Some(SourcedText { source, text }))
    }

    /// Whether the environment switches it on.
    ///
    /// # Errors
    ///
    /// The value says neither yes nor no.
    pub(super) fn is_on_in_the_environment(
        &self,
        variables: impl Fn(&str) -> Option<OsString>,
    ) -> Result<bool, String> {
        let Some(SourcedText { source, text }) = self.in_the_environment(variables)? else {
            return Ok(false);
        };
        match text.as_str() {
            "1" | "true" => Ok(true),
            "0" | "false" => Ok(false),
            _ => Err(format!("{source} is `{text}`: write 1 or 0")),
        }
    }
}

/// The name of a flag with its dashes.
pub(crate) fn dashed(name: &str) -> String {
    format!("{}{name}", if name.chars().count() == 1 { "-" } else { "--" })
}
