//! [`Condition`]: one threshold of `thresholds(METRIC OP LIMIT, ..)`, or one comparison of
//! `abort(..)`, with its tokens.

use proc_macro2::{Delimiter, Group, Punct, Spacing, Span, TokenStream, TokenTree};
use pusher_load_grammar::limit::{Limit, Unread};
use pusher_load_grammar::metric::{Metric, Unit};
use pusher_load_grammar::modifier::Modifier;
use pusher_load_grammar::named::{self, NoteWord};
use pusher_load_grammar::nearest::nearest;
use pusher_load_grammar::operator::{NO_NEGATION, Operator};
use pusher_load_grammar::relative::Base;
use pusher_load_grammar::time;
use pusher_load_grammar::words::Word;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{BinOp, Error, Expr, Ident, Lit, LitStr, Result, Token, token};

use crate::expected::Expected;
use crate::list::{self, AllErrors, is_at_end};
use crate::modifier::Modified;
use crate::relative::{self, FarFrom};
use crate::value::{Says, bare, number_tokens, written, wrong};

/// One threshold. The run time reads it once more, for its limit may be a const expression.
pub(crate) struct Condition {
    subject: Subject,
    operator: Operator,
    limit: TokenStream,
    /// The word with which a relative limit begins.
    base: Option<(Base, Ident)>,
    modified: Modified,
    /// Whether it is there to end the load, and not to be judged.
    method: Method,
}

/// A limit as it was written.
struct ReadLimit {
    tokens: TokenStream,
    base: Option<(Base, Ident)>,
}

/// The method of `Attribute` that takes a condition.
#[derive(Clone, Copy)]
enum Method {
    Threshold,
    AbortIf,
}

/// A metric as it was written.
struct Subject {
    text: String,
    tokens: TokenStream,
    metric: Metric,
}

/// Reads the tokens between the parentheses of `thresholds(..)`.
pub(crate) fn read(input: ParseStream) -> Result<Vec<Condition>> {
    let mut conditions = Vec::new();
    list::entries(input, |input| {
        conditions.push(input.parse()?);
        Ok(())
    })?;
    Ok(conditions)
}

/// Reads the tokens between the parentheses of `abort(..)`: comparisons, and modifiers that hold
/// for each of them.
pub(crate) fn read_abort(input: ParseStream) -> Result<Vec<Condition>> {
    let (mut conditions, mut modified) = (Vec::new(), Modified::default());
    list::entries(input, |input| {
        if Modified::is_next(input) {
            modified.entry(input)
        } else {
            conditions.push(Condition::of_abort(input)?);
            Ok(())
        }
    })?;
    modified.check()?;
    if conditions.is_empty() {
        let message = "abort says when to end the load: write a comparison, such as \
                       `abort(errors > \"50%\")`";
        return Err(modified
            .first_word()
            .map_or_else(|| input.error(message), |word| wrong(word, message)));
    }
    Ok(conditions
        .into_iter()
        .map(|condition| Condition { modified: modified.clone(), ..condition })
        .collect())
}

impl Parse for Condition {
    fn parse(input: ParseStream) -> Result<Condition> {
        let condition = Condition::comparison(input)?;
        Ok(Condition { modified: Modified::behind_limit(input)?, ..condition })
    }
}

impl Condition {
    /// Reads one that has no modifiers yet.
    fn comparison(input: ParseStream) -> Result<Condition> {
        let subject: Subject = input.parse()?;
        if is_at_end(input) {
            return Err(subject.without_limit(Operator::Less));
        }
        let operator = operator(input)?;
        if is_at_end(input) {
            return Err(subject.without_limit(operator));
        }
        let ReadLimit { tokens, base } = limit(input, &subject.metric, operator)?;
        Ok(Condition {
            subject,
            operator,
            limit: tokens,
            base,
            modified: Modified::default(),
            method: Method::Threshold,
        })
    }

    fn of_abort(input: ParseStream) -> Result<Condition> {
        let condition = Condition::comparison(input)?;
        if condition.operator.negated().is_none() {
            return Err(wrong(&condition.subject.tokens, NO_NEGATION));
        }
        if let Ok(word) = input.fork().call(Ident::parse_any)
            && let Some(modifier) = Modifier::find(&word.to_string())
        {
            let example = modifier.example().replacen(' ', " = ", 1);
            return Err(wrong(&word, format!("in abort this is a key: write `, {example}`")));
        }
        Ok(Condition { method: Method::AbortIf, ..condition })
    }

    /// The methods of `Attribute` that take it and its modifiers, each with its arguments.
    pub(crate) fn calls(&self) -> impl Iterator<Item = (Ident, TokenStream)> {
        let method = match self.method {
            Method::Threshold => "threshold",
            Method::AbortIf => "abort_if",
        };
        let first = (Ident::new(method, Span::mixed_site()), self.arguments());
        [first].into_iter().chain(self.modified.calls())
    }

    /// The errors of times that it asks for and the load does not have, and of a percentile that
    /// needs more ticks than there will be.
    pub(crate) fn unfit(&self, expected: &Expected) -> Result<()> {
        let mut errors = AllErrors::default();
        let too_few = if self.modified.has_windows() {
            self.unresolved_in_windows(expected)
        } else {
            self.unresolved(expected)
        };
        let too_long = self.modified.too_long(expected.length());
        let in_part = self.relative_in_part();
        in_part.into_iter().chain(too_long).chain(too_few).for_each(|error| errors.add(error));
        errors.into_result()
    }

    /// The three arguments of the method.
    pub(crate) fn arguments(&self) -> TokenStream {
        let (metric, operator, limit) =
            (&self.subject.text, self.operator.to_string(), &self.limit);
        quote!(#metric, #operator, #limit)
    }

    /// What the threshold is on.
    pub(crate) fn metric(&self) -> &Metric {
        &self.subject.metric
    }

    pub(crate) fn operator(&self) -> Operator {
        self.operator
    }

    /// The limit, if it is a literal.
    pub(crate) fn known_limit(&self) -> Option<Limit> {
        let unread = match written(&syn::parse2(self.limit.clone()).ok()?)?.says {
            Says::Text(text) => Unread::Text(text),
            Says::Number(number) => Unread::Number(number),
            Says::Other => return None,
        };
        Limit::read(self.subject.metric.unit(), &unread).ok()
    }

    /// An error that points at what it is on.
    pub(crate) fn wrong(&self, message: String) -> Error {
        wrong(&self.subject.tokens, message)
    }

    /// The error of a percentile of a call's times that needs more ticks than there will be.
    fn unresolved(&self, expected: &Expected) -> Option<Error> {
        let Subject { text, tokens, metric } = &self.subject;
        // Of steps and records nobody knows how many there will be.
        if !matches!(metric, Metric::Time(..)) {
            return None;
        }
        let needed = metric.samples_needed();
        let too_few = expected.too_few_for(needed)?;
        Some(wrong(
            tokens,
            format!(
                "{text} needs {needed} ticks, and {too_few}, or take a lower percentile or max"
            ),
        ))
    }

    /// The error of what a search for a capacity cannot judge: a limit that follows another figure,
    /// or modifiers.
    pub(crate) fn unfit_for_search(&self) -> Option<Error> {
        if let Some((base, word)) = &self.base {
            let (base, example) = (base.word(), self.subject.metric.unit().example());
            let message =
                format!("a capacity is within a limit, not beside `{base}`: write {example}");
            return Some(wrong(word, message));
        }
        let message =
            format!("a search judges each probe as a whole: remove {}", self.modified.words()?);
        Some(wrong(self.modified.first_word()?, message))
    }

    /// The error of a limit that follows a figure of another run, in a part of this one.
    fn relative_in_part(&self) -> Option<Error> {
        let (base, word) = self.base.as_ref()?;
        let base = base.word();
        let message = match self.method {
            Method::AbortIf => format!(
                "`{base}` is compared when the load is over: give abort a limit such as {}",
                self.subject.metric.unit().example()
            ),
            Method::Threshold => format!(
                "`{base}` is compared over the whole load: remove {}",
                self.modified.words()?
            ),
        };
        Some(wrong(word, message))
    }

    /// The error of a limit that follows the other target, if there is none.
    pub(crate) fn without_other(&self) -> Option<Error> {
        let (_, word) = self.base.as_ref().filter(|(base, _)| *base == Base::Other)?;
        Some(wrong(
            word,
            "`other` is the target of `compare`: add `compare = old_impl`, the path of another fn",
        ))
    }

    /// The same of a window.
    fn unresolved_in_windows(&self, expected: &Expected) -> Option<Error> {
        let Subject { text, metric, .. } = &self.subject;
        let (window, tokens) = self.modified.window()?;
        if !matches!(metric, Metric::Time(..)) {
            return None;
        }
        let needed = metric.samples_needed();
        let too_few = expected.too_few_in_window(needed, window)?;
        Some(wrong(
            tokens,
            format!(
                "{text} needs {needed} ticks in each window, and {too_few}, or take a lower \
                 percentile or max"
            ),
        ))
    }
}

impl Parse for Subject {
    /// Reads `p99.9`, which is a word, a point and a number to rustc, or `step("login").p95`.
    fn parse(input: ParseStream) -> Result<Subject> {
        let Ok(word) = input.call(Ident::parse_any) else {
            let token: TokenTree = input.fork().parse()?;
            let literal = input.fork().parse::<LitStr>().ok();
            if let Some(message) = literal.and_then(|text| whole_in_quotes(&text.value())) {
                return Err(wrong(&token, message));
            }
            let text = token.to_string();
            let message = Metric::parse(&text).err().unwrap_or_else(|| text.clone());
            return Err(wrong(&token, message));
        };
        let name = name(&word, input)?;
        let (mut text, mut tokens) = (word.to_string(), word.to_token_stream());
        if let Some((group, name)) = name {
            // The name as it is, without the escapes of a literal.
            text = format!("{text}(\"{name}\")");
            group.to_tokens(&mut tokens);
        }
        text.push_str(&figure(input, &mut tokens)?);
        let metric = Metric::parse(&text).map_err(|message| wrong(&tokens, message))?;
        Ok(Subject { text, tokens, metric })
    }
}

/// What to say of a whole threshold in quotes; none if it is no comparison.
fn whole_in_quotes(text: &str) -> Option<String> {
    let at = text.find(['<', '>', '=', '!'])?;
    let (metric, rest) = (text[..at].trim(), &text[at..]);
    let end = rest.find(|c| !"<>=!".contains(c)).unwrap_or(rest.len());
    let (operator, limit) = (&rest[..end], rest[end..].trim().trim_matches('\''));
    let unquoted = || {
        let unit = Metric::parse(metric).ok()?.unit();
        Operator::parse(operator).ok()?;
        if limit.parse::<f64>().is_ok()
            && Limit::read(unit, &Unread::Number(limit.to_string())).is_ok()
        {
            return Some(format!("{metric} {operator} {limit}"));
        }
        let part = limit.parse::<f64>().ok().filter(|part| unit == Unit::Share && *part < 1.0);
        let limit = match part {
            Some(part) => format!("{}%", (part * 1e8).round() / 1e6),
            None => limit.to_string(),
        };
        Limit::read(unit, &Unread::Text(limit.clone())).ok()?;
        Some(format!("{metric} {operator} {limit:?}"))
    };
    let way_out = match unquoted() {
        Some(threshold) => format!("and write `{threshold}`"),
        None => "as in `p99 < \"250ms\"`".to_string(),
    };
    Some(format!("{text:?} is in quotes: remove them, {way_out}"))
}

impl Subject {
    fn without_limit(&self, operator: Operator) -> Error {
        let (text, limit) = (&self.text, self.metric.unit().example());
        wrong(
            &self.tokens,
            format!("{text} has no limit: write one, such as `{text} {operator} {limit}`"),
        )
    }
}

/// Reads `("login")` after a word that asks for a name; none after any other.
fn name(word: &Ident, input: ParseStream) -> Result<Option<(Group, String)>> {
    let text = word.to_string();
    let Some(note_word) = NoteWord::find(&text) else {
        let known = NoteWord::ALL.iter().map(|known| known.word());
        return match nearest(&text, known).filter(|_| has_literal_in_parentheses(input)) {
            Some(meant) => {
                Err(wrong(word, format!("`{text}` is no metric: did you mean `{meant}(..)`?")))
            }
            None => Ok(None),
        };
    };
    let group = if input.peek(token::Paren) { Some(input.parse::<Group>()?) } else { None };
    let literal = group.as_ref().and_then(|group| {
        (|input: ParseStream| input.parse::<LitStr>()).parse2(group.stream()).ok()
    });
    let (Some(group), Some(literal)) = (&group, literal) else {
        let tokens = quote!(#word #group);
        let written = tokens.to_string().replace(' ', "");
        return Err(wrong(tokens, note_word.no_name(&written)));
    };
    let name = literal.value();
    named::check_name(&name).map_err(|message| Error::new(literal.span(), message))?;
    Ok(Some((group.clone(), name)))
}

/// Whether text or a number stands in parentheses here.
fn has_literal_in_parentheses(input: ParseStream) -> bool {
    let group = input.cursor().group(Delimiter::Parenthesis);
    group.is_some_and(|(inside, ..)| inside.literal().is_some())
}

/// Reads a point and what comes after it, with more points in it: `.p99.9`, or nothing.
fn figure(input: ParseStream, tokens: &mut TokenStream) -> Result<String> {
    let mut figure = TokenStream::new();
    while input.peek(Token![.]) {
        input.parse::<Token![.]>()?.to_tokens(&mut figure);
        if input.peek(Ident) || input.peek(Lit) {
            figure.extend([input.parse::<TokenTree>()?]);
        }
    }
    figure.to_tokens(tokens);
    Ok(figure.into_iter().map(|token| token.to_string()).collect())
}

/// Reads the comparison, however many signs were typed for it.
fn operator(input: ParseStream) -> Result<Operator> {
    let mut signs: Vec<Punct> = Vec::new();
    while signs.last().is_none_or(|sign| sign.spacing() == Spacing::Joint)
        && ["<", ">", "=", "!"].iter().any(|sign| next_is(input, sign))
    {
        signs.push(input.parse()?);
    }
    let mut tokens = quote!(#(#signs)*);
    let mut text: String = signs.iter().map(Punct::as_char).collect();
    if signs.is_empty() {
        let token: TokenTree = input.parse()?;
        text = token.to_string();
        tokens = token.into();
    }
    Operator::parse(&text).map_err(|message| wrong(tokens, message))
}

fn next_is(input: ParseStream, sign: &str) -> bool {
    input.cursor().punct().is_some_and(|(punct, _)| sign.starts_with(punct.as_char()))
}

/// Reads the limit, and checks what is literal in it.
fn limit(input: ParseStream, metric: &Metric, operator: Operator) -> Result<ReadLimit> {
    let bare_percentage = bare_percentage(input)?.or_else(|| relative::bare_percentage(input));
    if let Some(percentage) = bare_percentage {
        let text = percentage.to_string().replace(' ', "");
        return Err(wrong(&percentage, not_in_quotes(&text)));
    }
    let limit: Expr = input.parse()?;
    if let Some(error) = joined(&limit) {
        return Err(error);
    }
    if let Some(far) = FarFrom::read(&limit)? {
        let (base, word) = far.base();
        return Ok(ReadLimit {
            tokens: far.tokens(metric, operator)?,
            base: Some((base, word.clone())),
        });
    }
    let tokens = absolute(&limit, metric.unit())?;
    Ok(ReadLimit { tokens, base: None })
}

/// The tokens of a limit that is no more than a value.
fn absolute(limit: &Expr, unit: Unit) -> Result<TokenStream> {
    let as_it_is = || bare(limit).to_token_stream();
    let Some(literal) = written(limit) else { return Ok(as_it_is()) };
    let (given, tokens) = match literal.says {
        Says::Text(text) => match begins_with_base(&text) {
            Some(base) => return Err(wrong(limit, base_in_quotes(base))),
            None => (Unread::Text(text), as_it_is()),
        },
        Says::Number(number) => {
            let tokens = number_tokens(&number, limit);
            (Unread::Number(number), tokens)
        }
        Says::Other if unit == Unit::Time && time::parse(&literal.text).is_ok() => {
            return Err(wrong(limit, not_in_quotes(&literal.text)));
        }
        Says::Other => return Err(wrong(limit, unit.wrong(&literal.text))),
    };
    Limit::read(unit, &given).map(|_| tokens).map_err(|message| wrong(limit, message))
}

fn begins_with_base(text: &str) -> Option<Base> {
    Base::ALL.iter().copied().find(|base| text.trim_start().starts_with(base.word()))
}

fn base_in_quotes(base: Base) -> String {
    let word = base.word();
    format!("`{word}` is in quotes: write it without them, as in `{word} + \"10%\"`")
}

/// The error of two thresholds with `&&` or `||` between them, which rustc reads as one limit.
fn joined(limit: &Expr) -> Option<Error> {
    let mut limit = limit;
    loop {
        let Expr::Binary(both) = limit else { return None };
        let message = match both.op {
            BinOp::And(_) => "write a `,` between two thresholds: all of them must hold",
            BinOp::Or(_) => {
                "all thresholds must hold: no `||` can stand between two of them, but a `,`"
            }
            _ => {
                limit = &both.left;
                continue;
            }
        };
        return Some(wrong(both.op, message.to_string()));
    }
}

fn not_in_quotes(text: &str) -> String {
    format!("`{text}` is not in quotes: write {text:?}")
}

/// Takes `1%` without quotes, which is no expression.
fn bare_percentage(input: ParseStream) -> Result<Option<TokenStream>> {
    let ahead = input.fork();
    let ends = |ahead: ParseStream| {
        let word = ahead.fork().call(Ident::parse_any).ok().map(|word| word.to_string());
        is_at_end(ahead) || word.is_some_and(|word| Modifier::find(&word).is_some())
    };
    let is_percentage =
        ahead.parse::<Lit>().is_ok() && ahead.parse::<Token![%]>().is_ok() && ends(&ahead);
    if !is_percentage {
        return Ok(None);
    }
    let (number, sign): (Lit, Token![%]) = (input.parse()?, input.parse()?);
    Ok(Some(quote!(#number #sign)))
}

#[cfg(test)]
mod tests;
