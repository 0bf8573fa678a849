//! [`Item`]: the item under the attribute, and whether a load can be made of it.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, FnArg, Ident, Meta, Result, ReturnType, Safety, Signature, Type, Visibility};

use crate::value::wrong;

/// The item as it came in, and the fn that it is.
pub(crate) struct Item {
    pub(crate) tokens: TokenStream,
    /// The item without those of its attributes that would bring errors of their own, for when
    /// there is one already.
    pub(crate) usable: TokenStream,
    pub(crate) function: Result<Function>,
}

/// All that the expansion wants to know of the fn.
pub(crate) struct Function {
    pub(crate) ident: Ident,
    pub(crate) parameters: Vec<Type>,
    pub(crate) output: ReturnType,
    /// The `#[cfg(..)]` that stand below the attribute: without the fn there is no load.
    pub(crate) cfgs: Vec<Attribute>,
    /// Why the fn has `#[ignore]`, if it has: an expression, for it may depend on a `cfg`.
    pub(crate) ignored: TokenStream,
}

pub(crate) fn read(tokens: TokenStream) -> Item {
    let parser =
        |input: ParseStream| Ok((Attribute::parse_outer(input)?, input.parse::<TokenStream>()?));
    match parser.parse2(tokens.clone()) {
        Ok((attributes, bare)) => {
            let kept = attributes
                .iter()
                .filter(|attribute| !is(attribute, "test") && !is(attribute, "load"));
            Item { usable: quote!(#(#kept)* #bare), function: function(&attributes, bare), tokens }
        }
        Err(error) => Item { usable: tokens.clone(), tokens, function: Err(error) },
    }
}

fn function(attributes: &[Attribute], item: TokenStream) -> Result<Function> {
    refuse_attributes(attributes)?;
    let signature = signature(item)?;
    refuse_qualifiers(&signature)?;
    Ok(Function {
        parameters: parameters(&signature)?,
        ident: signature.ident,
        output: signature.output,
        cfgs: attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("cfg"))
            .cloned()
            .collect(),
        ignored: ignored(attributes)?,
    })
}

/// Whether an attribute is of that name, whatever crate it is from.
fn is(attribute: &Attribute, name: &str) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == name)
}

fn refuse_attributes(attributes: &[Attribute]) -> Result<()> {
    let find = |name| attributes.iter().find(|attribute| is(attribute, name));
    if let Some(second) = find("load") {
        return Err(wrong(
            second,
            "a fn is one load: remove this attribute, or write a second fn that awaits the first",
        ));
    }
    match find("test") {
        Some(test) => Err(wrong(test, "`#[load]` alone makes the test: remove this attribute")),
        None => Ok(()),
    }
}

/// Reads the item up to the fn's body, which is nobody's business here.
fn signature(item: TokenStream) -> Result<Signature> {
    let parser = |input: ParseStream| {
        input.parse::<Visibility>()?;
        let signature: Signature = input.parse()?;
        input.parse::<Group>().map_err(|_| {
            wrong(&signature, "a load needs a body: write `{ .. }` in place of the `;`")
        })?;
        Ok(signature)
    };
    let is_fn = item
        .clone()
        .into_iter()
        .any(|token| matches!(token, TokenTree::Ident(word) if word == "fn"));
    let read = parser.parse2(item.clone());
    if is_fn {
        read
    } else {
        Err(wrong(
            item,
            "a load is an async fn, such as `async fn checkout() { .. }`: put the attribute on one",
        ))
    }
}

fn refuse_qualifiers(signature: &Signature) -> Result<()> {
    let name = &signature.ident;
    if let Safety::Unsafe(token) = &signature.safety {
        return Err(wrong(
            token,
            "a load cannot be unsafe: put the `unsafe` in a block within its body",
        ));
    }
    if let Some(abi) = &signature.abi {
        return Err(wrong(abi, "a load cannot be extern: remove this"));
    }
    if let Some(receiver) = signature.receiver() {
        return Err(wrong(
            receiver,
            "a load cannot be a method, for there is no `self`: move the fn out of the impl, and \
             let `setup` return what it needs",
        ));
    }
    if signature.asyncness.is_none() {
        return Err(wrong(
            signature.fn_token,
            format!("a load is an async fn: write `async fn {name}`"),
        ));
    }
    let generics = &signature.generics;
    if generics.params.is_empty() {
        Ok(())
    } else {
        Err(wrong(
            generics,
            "a load cannot be generic, for nothing would choose the types: name them",
        ))
    }
}

fn parameters(signature: &Signature) -> Result<Vec<Type>> {
    let types = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(parameter) => Some((*parameter.ty).clone()),
        FnArg::Receiver(_) => None,
    });
    let refused = |parameter: &Type| matches!(parameter, Type::ImplTrait(_));
    let message = "a load cannot be generic, for nothing would choose the type: name it";
    types
        .map(
            |parameter| {
                if refused(&parameter) { Err(wrong(parameter, message)) } else { Ok(parameter) }
            },
        )
        .collect()
}

/// Finds `#[ignore]`, and `#[cfg_attr(.., ignore)]`, which is as it was written if it stands below
/// the attribute. Without a reason, the text is empty.
fn ignored(attributes: &[Attribute]) -> Result<TokenStream> {
    let mut ignored = quote!(::core::option::Option::None);
    if let Some(plain) = attributes.iter().find(|attribute| attribute.path().is_ident("ignore")) {
        let reason = match &plain.meta {
            Meta::NameValue(reason) => reason.value.to_token_stream(),
            _ => quote!(""),
        };
        return Ok(quote!(::core::option::Option::Some(#reason)));
    }
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("cfg_attr")) {
        let arguments =
            attribute.meta.require_list()?.tokens.clone().into_iter().collect::<Vec<_>>();
        let mut parts = arguments
            .split(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ','));
        let condition = parts.next().unwrap_or_default();
        let ignore = parts
            .find(|part| matches!(part.first(), Some(TokenTree::Ident(name)) if name == "ignore"));
        if let Some([_, rest @ ..]) = ignore {
            let reason = rest.get(1).map_or_else(|| quote!(""), ToTokens::to_token_stream);
            ignored = quote! {
                if ::core::cfg!(#(#condition)*) {
                    ::core::option::Option::Some(#reason)
                } else {
                    #ignored
                }
            };
        }
    }
    Ok(ignored)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(item: TokenStream, message: &str) {
        assert_eq!(
            read(item.clone()).function.err().map(|error| error.to_string()).unwrap_or_default(),
            message,
            "{item}"
        );
    }

    #[test]
    fn takes_any_async_fn() {
        check(
            quote!(
                async fn checkout() {}
            ),
            "",
        );
        check(
            quote!(
                #[doc = "x"]
                #[cfg(unix)]
                pub(crate) async fn r#type(
                    Shop { url, .. }: Shop,
                    _: Arc<Call>,
                ) -> Result<(), Error> {
                    yet unknown syntax
                }
            ),
            "",
        );
    }

    #[test]
    fn refuses_what_cannot_be_called() {
        check(
            quote!(
                fn checkout() {}
            ),
            "a load is an async fn: write `async fn checkout`",
        );
        check(
            quote!(
                unsafe fn checkout() {}
            ),
            "a load cannot be unsafe: put the `unsafe` in a block within its body",
        );
        check(
            quote!(
                async extern "C" fn checkout() {}
            ),
            "a load cannot be extern: remove this",
        );
        check(
            quote!(
                async fn checkout(_: impl Copy) {}
            ),
            "a load cannot be generic, for nothing would choose the type: name it",
        );
        check(
            quote!(
                async fn checkout<const N: u8>() {}
            ),
            "a load cannot be generic, for nothing would choose the types: name them",
        );
        check(
            quote!(
                async fn checkout();
            ),
            "a load needs a body: write `{ .. }` in place of the `;`",
        );
        check(
            quote!(
                struct Checkout;
            ),
            "a load is an async fn, such as `async fn checkout() { .. }`: put the attribute on one",
        );
    }

    #[test]
    fn ignores_as_a_test_does() {
        for (item, ignored) in [
            (
                quote!(
                    async fn checkout() {}
                ),
                quote!(::core::option::Option::None),
            ),
            (
                quote!(
                    #[ignore]
                    async fn checkout() {}
                ),
                quote!(::core::option::Option::Some("")),
            ),
            (
                quote!(
                    #[ignore = "slow"]
                    async fn checkout() {}
                ),
                quote!(::core::option::Option::Some("slow")),
            ),
            (
                quote!(
                    #[cfg_attr(not(soak), ignore = "slow")]
                    #[cfg_attr(windows, inline, ignore)]
                    async fn checkout() {}
                ),
                quote! {
                    if ::core::cfg!(windows) {
                        ::core::option::Option::Some("")
                    } else {
                        if ::core::cfg!(not(soak)) {
                            ::core::option::Option::Some("slow")
                        } else {
                            ::core::option::Option::None
                        }
                    }
                },
            ),
            (
                quote!(
                    #[cfg_attr(ignore, inline)]
                    async fn checkout() {}
                ),
                quote!(::core::option::Option::None),
            ),
        ] {
            let found = read(item).function.ok().unwrap().ignored;
            assert_eq!(found.to_string(), ignored.to_string());
        }
    }
}
