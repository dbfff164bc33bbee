//! Macros at the level of items: what they make is not seen, and models among it are reported.

use limbeck_model_syntax::parse::Context;
use proc_macro2::{Delimiter, Group, Span, TokenTree};
use syn::Lit;

use super::scan::Piece;

/// The brackets of a use or a definition of a macro, with the macro's name.
fn call<'t>(piece: &Piece<'t>) -> Option<(String, &'t Group)> {
    let tokens = &piece.tokens[piece.attributes.len()..];
    let sign =
        tokens.iter().position(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == '!'))?;
    let (before, behind) = tokens.split_at(sign);
    // `a::b!`, and nothing else before the sign.
    let is_path = before.iter().all(|token| {
        matches!(token, TokenTree::Ident(_))
            || matches!(token, TokenTree::Punct(sign) if sign.as_char() == ':')
    });
    let TokenTree::Ident(name) = before.last().filter(|_| is_path)? else { return None };
    let mut name = name.to_string();
    let group = behind.iter().find_map(|token| match token {
        TokenTree::Group(group) => Some(group),
        // `macro_rules! name { … }`
        TokenTree::Ident(defined) => {
            name = defined.to_string();
            None
        }
        _ => None,
    })?;
    Some((name, group))
}

/// The path of an `include!("…")`. One that is put together when the program is built is not followed.
pub(super) fn included(piece: &Piece<'_>) -> Option<(String, Span)> {
    let (name, group) = call(piece).filter(|(name, _)| name == "include")?;
    debug_assert_eq!(name, "include");
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let TokenTree::Literal(literal) = tokens.first()? else { return None };
    match Lit::new(literal.clone()) {
        Lit::Str(path) => Some((path.value(), literal.span())),
        _ => None,
    }
}

/// Reports models that a macro makes: nobody sees them without compiling.
pub(super) fn report_models(context: &mut Context, piece: &Piece<'_>) {
    let Some((name, group)) = call(piece) else { return };
    if let Some(span) = model_in(group) {
        context
            .problem(
                "macro-model",
                span,
                format!("the macro `{name}` makes models, and what a macro makes is not seen in the source"),
            )
            .help(
                "write the structs out; or list them in a program of yours with `limbeck::tables![…]`, \
                 and name it as the source: `exec:cargo run --bin schema`",
            );
    }
}

/// The first `derive(limbeck::Table)` or `#[limbeck(…)]` in a macro's brackets.
fn model_in(group: &Group) -> Option<Span> {
    let mut open = vec![group.stream()];
    while let Some(stream) = open.pop() {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(word) if *word == "limbeck" => {
                    let list = matches!(tokens.get(at + 1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
                    let derive = matches!(tokens.get(at + 3), Some(TokenTree::Ident(name)) if *name == "Table" || *name == "Enum" || *name == "Type");
                    if list || derive {
                        return Some(word.span());
                    }
                }
                TokenTree::Group(inner) => open.push(inner.stream()),
                _ => {}
            }
        }
    }
    None
}
