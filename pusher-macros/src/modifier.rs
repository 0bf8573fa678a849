//! [`Modified`]: the modifiers of a threshold, with their tokens: `over "10s"` behind a limit, or
//! `over = "10s"` in `abort(..)`.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use pusher_load_grammar::modifier::{FOR_WITHOUT_OVER, Modifier, Modifiers, Stops};
use pusher_load_grammar::nearest::nearest;
use pusher_load_grammar::sentence::listed;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, Expr, Ident, Result, Token};

use crate::list::is_at_end;
use crate::value::{time, wrong};

/// All modifiers of one threshold, or of all that stand in one `abort(..)`.
#[derive(Clone, Default)]
pub(crate) struct Modified {
    given: Vec<GivenModifier>,
}

/// One of them.
#[derive(Clone)]
struct GivenModifier {
    modifier: Modifier,
    word: Ident,
    /// Its time, for the run time; none for `abort`.
    tokens: Option<TokenStream>,
    known: Option<Duration>,
}

impl Modified {
    /// Reads those behind a limit, up to the end of the threshold.
    pub(crate) fn behind_limit(input: ParseStream) -> Result<Modified> {
        let mut modified = Modified::default();
        while !is_at_end(input) {
            let Some(modifier) = next(input)? else { break };
            let word = modified.only_once(modifier, input.call(Ident::parse_any)?)?;
            if input.peek(Token![=]) {
                let example = modifier.example();
                let message = format!("no `=` stands behind {word} here: write `{example}`");
                return Err(wrong(&word, message));
            }
            modified.take(modifier, word, input)?;
        }
        modified.check()?;
        Ok(modified)
    }

    /// Whether an entry of `abort(..)` is one, such as `after = "10s"`.
    pub(crate) fn is_next(input: ParseStream) -> bool {
        let ahead = input.fork();
        let word = ahead.call(Ident::parse_any).ok().map(|word| word.to_string());
        // `errors == 0` is a comparison.
        let has_value = ahead.peek(Token![=]) && !ahead.peek(Token![==]);
        has_value || word.is_some_and(|word| Modifier::find(&word).is_some())
    }

    /// Reads such an entry.
    pub(crate) fn entry(&mut self, input: ParseStream) -> Result<()> {
        let word = input.call(Ident::parse_any)?;
        let text = word.to_string();
        let timed = Modifier::ALL.into_iter().filter(|known| *known != Modifier::Abort);
        let Some(modifier) = Modifier::find(&text).filter(|found| *found != Modifier::Abort) else {
            let meant = nearest(&text, timed.clone().map(Modifier::word));
            let words = listed(timed.map(Modifier::word), "and");
            let meant = meant.map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
            let message = format!("`{text}` is no key of abort: {meant}they are {words}");
            return Err(wrong(&word, message));
        };
        let word = self.only_once(modifier, word)?;
        if !input.peek(Token![=]) {
            let example = modifier.example().replacen(' ', " = ", 1);
            return Err(wrong(&word, format!("{word} has no `=`: write `{example}`")));
        }
        input.parse::<Token![=]>()?;
        self.take(modifier, word, input)
    }

    /// Refuses what means nothing without another one.
    pub(crate) fn check(&self) -> Result<()> {
        match self.find(Modifier::For) {
            Some(lasting) if self.find(Modifier::Over).is_none() => {
                Err(wrong(&lasting.word, FOR_WITHOUT_OVER))
            }
            _ => Ok(()),
        }
    }

    /// The error of a time that is longer than the load.
    pub(crate) fn too_long(&self, length: Option<Duration>) -> Option<Error> {
        let known = |modifier| self.find(modifier).and_then(|given| given.known);
        let modifiers = Modifiers {
            over: known(Modifier::Over),
            lasting: known(Modifier::For).filter(|_| known(Modifier::Over).is_some()),
            after: known(Modifier::After),
            stops: Stops::Never,
        };
        let at = self.given.iter().find(|given| given.known.is_some())?;
        modifiers.check(length).err().map(|message| wrong(&at.tokens, message))
    }

    /// The length of the windows, and its tokens, if there are windows and it is a literal.
    pub(crate) fn window(&self) -> Option<(Duration, &TokenStream)> {
        let over = self.find(Modifier::Over)?;
        Some((over.known?, over.tokens.as_ref()?))
    }

    /// The words in quotes, if there are any: `over` and `for`.
    pub(crate) fn words(&self) -> Option<String> {
        let words = self.given.iter().map(|given| format!("`{}`", given.word));
        (!self.given.is_empty()).then(|| listed(words, "and"))
    }

    pub(crate) fn first_word(&self) -> Option<&Ident> {
        self.given.first().map(|given| &given.word)
    }

    pub(crate) fn has_windows(&self) -> bool {
        self.find(Modifier::Over).is_some()
    }

    /// The methods of `Attribute` that take them, each with its argument, if it has one.
    pub(crate) fn calls(&self) -> impl Iterator<Item = (Ident, TokenStream)> {
        let call = |GivenModifier { modifier, word, tokens, .. }: &GivenModifier| {
            let method = match modifier {
                Modifier::For => "lasting",
                modifier => modifier.word(),
            };
            let here = word.span().resolved_at(Span::mixed_site());
            (Ident::new(method, here), tokens.clone().unwrap_or_default())
        };
        self.given.iter().map(call)
    }

    fn find(&self, modifier: Modifier) -> Option<&GivenModifier> {
        self.given.iter().find(|given| given.modifier == modifier)
    }

    fn only_once(&self, modifier: Modifier, word: Ident) -> Result<Ident> {
        match self.find(modifier) {
            Some(_) => Err(wrong(&word, format!("{word} is given twice: keep one of the two"))),
            None => Ok(word),
        }
    }

    fn take(&mut self, modifier: Modifier, word: Ident, input: ParseStream) -> Result<()> {
        if modifier == Modifier::Abort {
            self.given.push(GivenModifier { modifier, word, tokens: None, known: None });
            return Ok(());
        }
        if is_at_end(input) || next(input).is_ok_and(|next| next.is_some()) {
            let example = modifier.example();
            return Err(wrong(&word, format!("{word} has no time: write one, as in `{example}`")));
        }
        let value: Expr = input.parse()?;
        let time = time(modifier.word(), &value)?;
        if let Some(known) = time.known {
            modifier.check(known).map_err(|message| wrong(&value, message))?;
        }
        let tokens = Some(time.tokens.to_token_stream());
        self.given.push(GivenModifier { modifier, word, tokens, known: time.known });
        Ok(())
    }
}

/// The modifier that comes next; none if it looks as if another threshold begins.
fn next(input: ParseStream) -> Result<Option<Modifier>> {
    let ahead = input.fork();
    let Ok(word) = ahead.call(Ident::parse_any) else { return Ok(None) };
    let text = word.to_string();
    if let Some(modifier) = Modifier::find(&text) {
        return Ok(Some(modifier));
    }
    let begins_another = ["<", ">", "=", "!", ".", "("];
    let rest = ahead.to_string();
    if begins_another.iter().any(|sign| rest.trim_start().starts_with(sign)) {
        return Ok(None);
    }
    let words = || Modifier::ALL.into_iter().map(Modifier::word);
    let meant = nearest(&text, words()).map(|meant| format!("did you mean `{meant}`? "));
    let message = format!(
        "`{text}` stands behind a limit: {}the words that can are {}",
        meant.unwrap_or_default(),
        listed(words(), "and")
    );
    Err(wrong(&word, message))
}
