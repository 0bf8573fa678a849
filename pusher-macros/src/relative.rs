//! [`FarFrom`]: a limit that follows a figure of another run or target, `baseline + "10%"`, with
//! its tokens.

use proc_macro2::{Span, TokenStream, TokenTree};
use pusher_load_grammar::limit::{Limit, Unread};
use pusher_load_grammar::metric::{Metric, Unit};
use pusher_load_grammar::modifier::Modifier;
use pusher_load_grammar::operator::Operator;
use pusher_load_grammar::relative::{Base, Side};
use pusher_load_grammar::time;
use pusher_load_grammar::words::Word;
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::ParseStream;
use syn::{BinOp, Expr, Ident, Result};

use crate::list::is_at_end;
use crate::value::{Says, bare, number_tokens, written, wrong};

/// A base as it stands there, and the parts behind it.
pub(crate) struct FarFrom<'a> {
    base: Base,
    word: &'a Ident,
    parts: Vec<(Side, &'a Expr)>,
}

impl<'a> FarFrom<'a> {
    /// The limit as a base and its parts; none if there is no base in it.
    ///
    /// # Errors
    ///
    /// There is one, but something else than `+` or `-` and a part stands behind it.
    pub(crate) fn read(limit: &'a Expr) -> Result<Option<FarFrom<'a>>> {
        let Some((base, word)) = base_in(limit) else { return Ok(None) };
        let mut parts = Vec::new();
        let mut rest = bare(limit);
        while let Expr::Binary(both) = rest {
            let side = match both.op {
                BinOp::Add(_) => Side::Above,
                BinOp::Sub(_) => Side::Below,
                _ => return Err(no_sum(limit, base)),
            };
            parts.insert(0, (side, &*both.right));
            rest = bare(&both.left);
        }
        let begins_with_it = base_of(rest).is_some();
        if !begins_with_it || parts.iter().any(|(_, part)| base_in(part).is_some()) {
            return Err(no_sum(limit, base));
        }
        Ok(Some(FarFrom { base, word, parts }))
    }

    /// What the run time reads: a call for each part.
    pub(crate) fn tokens(&self, metric: &Metric, operator: Operator) -> Result<TokenStream> {
        let check = |parts: Vec<(Side, Unread)>| {
            Limit::of(metric, operator, &Unread::Relative(self.base, parts)).map(drop)
        };
        check(Vec::new()).map_err(|message| wrong(self.word, message))?;
        let here = Span::mixed_site();
        let base = Ident::new(self.base.word(), here);
        let mut calls = quote_spanned!(here=> __pusher::Against::#base());
        let mut known = Vec::new();
        for (side, part) in &self.parts {
            let (given, tokens) = given(part, metric.unit())?;
            if let Some(given) = given {
                check(vec![(*side, given.clone())]).map_err(|message| wrong(part, message))?;
                known.push((*side, given));
            }
            let method = Ident::new(method(*side), here);
            calls = quote_spanned!(here=> #calls.#method(#tokens));
        }
        check(known).map_err(|message| wrong(self.parts.last().map(|(_, part)| part), message))?;
        Ok(calls)
    }

    /// The word with which it begins.
    pub(crate) fn base(&self) -> (Base, &'a Ident) {
        (self.base, self.word)
    }
}

fn method(side: Side) -> &'static str {
    match side {
        Side::Above => "plus",
        Side::Below => "minus",
    }
}

/// A part, as it was given if it is a literal, and its tokens for the run time.
fn given(part: &Expr, unit: Unit) -> Result<(Option<Unread>, TokenStream)> {
    let as_it_is = || bare(part).to_token_stream();
    let Some(literal) = written(part) else { return Ok((None, as_it_is())) };
    match literal.says {
        Says::Text(text) => Ok((Some(Unread::Text(text)), as_it_is())),
        Says::Number(number) => {
            let tokens = number_tokens(&number, part);
            Ok((Some(Unread::Number(number)), tokens))
        }
        Says::Other if unit == Unit::Time && time::parse(&literal.text).is_ok() => {
            Err(wrong(part, format!("`{0}` is not in quotes: write {0:?}", literal.text)))
        }
        Says::Other => {
            Err(wrong(part, format!("`{}` is no limit: write one such as \"10%\"", literal.text)))
        }
    }
}

/// The first base that is a part of an expression.
fn base_in(expr: &Expr) -> Option<(Base, &Ident)> {
    match bare(expr) {
        Expr::Binary(both) => base_in(&both.left).or_else(|| base_in(&both.right)),
        expr => base_of(expr),
    }
}

fn base_of(expr: &Expr) -> Option<(Base, &Ident)> {
    let Expr::Path(path) = expr else { return None };
    let word = path.path.get_ident()?;
    Some((Base::find(&word.to_string())?, word))
}

fn no_sum(limit: &Expr, base: Base) -> syn::Error {
    let word = base.word();
    wrong(
        limit,
        format!(
            "a limit begins with `{word}`, and `+` or `-` stands behind it: write `{word} + \
             \"10%\"`, `{word} + \"10%\" + \"5ms\"` or `{word} - \"5%\"`"
        ),
    )
}

/// Takes `baseline + 10%`, which is no expression: the percentage that lacks its quotes.
pub(crate) fn bare_percentage(input: ParseStream) -> Option<TokenStream> {
    let ahead = input.fork();
    let first: Ident = ahead.parse().ok()?;
    Base::find(&first.to_string())?;
    let mut last: Option<TokenTree> = None;
    while !is_at_end(&ahead) {
        let token: TokenTree = ahead.parse().ok()?;
        let is_sign = |token: &TokenTree, signs: &str| match token {
            TokenTree::Punct(punct) => signs.contains(punct.as_char()),
            _ => false,
        };
        let number = last.filter(|last| matches!(last, TokenTree::Literal(_)));
        if let (Some(number), true) = (number, is_sign(&token, "%")) {
            let next: Option<TokenTree> = ahead.fork().parse().ok();
            let is_behind = |next: &TokenTree| match next {
                TokenTree::Ident(word) => Modifier::find(&word.to_string()).is_some(),
                next => is_sign(next, "+-"),
            };
            let ends = is_at_end(&ahead) || next.is_some_and(|next| is_behind(&next));
            return ends.then(|| quote!(#number #token));
        }
        last = Some(token);
    }
    None
}
