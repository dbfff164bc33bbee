//! The types in a field that are not known by name: those say themselves what they are.

use limbeck_model_syntax::Problem;
use limbeck_model_syntax::ast::{RustType, TypeShape};
use limbeck_model_syntax::names::{Known, known};
use limbeck_model_syntax::parse::Context;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

/// A path as tokens.
pub(crate) fn path(segments: &[String], span: Span) -> TokenStream {
    let mut tokens = TokenStream::new();
    for (at, segment) in segments.iter().enumerate() {
        if at > 0 {
            tokens.extend(quote!(::));
        }
        if segment.is_empty() {
            continue;
        }
        // Only these keywords stand in a path as they are; others were raw identifiers.
        let plain = matches!(segment.as_str(), "crate" | "self" | "super" | "Self");
        let ident = if plain || syn::parse_str::<Ident>(segment).is_ok() {
            Ident::new(segment, span)
        } else {
            Ident::new_raw(segment, span)
        };
        tokens.extend(quote!(#ident));
    }
    tokens
}

/// Adds the paths in `ty` that are not known by name to `found`.
pub(crate) fn leaves(context: &mut Context, ty: &RustType, found: &mut Vec<(String, TokenStream)>) {
    match known(ty) {
        Some(Known::Plain(_)) => {}
        Some(Known::Optional | Known::List | Known::Same) => {
            for argument in &ty.arguments {
                leaves(context, argument, found);
            }
        }
        None if ty.shape == TypeShape::Path && ty.arguments.is_empty() => {
            let span = context.span(ty.place).unwrap_or_else(Span::call_site);
            let text = ty.path.join("::");
            if !found.iter().any(|(known, _)| *known == text) {
                found.push((text, path(&ty.path, span)));
            }
        }
        None => unknown(context, ty),
    }
}

/// What a type is as a column, as an expression.
pub(crate) fn description(context: &mut Context, ty: &RustType) -> TokenStream {
    let inner = ty.arguments.first();
    match (known(ty), inner) {
        (Some(Known::Plain(plain)), _) => {
            let plain = format_ident!("{}", format!("{plain:?}"));
            quote!(::limbeck::describe::TypeDescription::Plain(::limbeck::describe::Plain::#plain))
        }
        (Some(Known::Same), Some(inner)) => description(context, inner),
        (Some(Known::Optional), Some(inner)) => {
            let inner = description(context, inner);
            quote!(::limbeck::describe::TypeDescription::Optional(::std::boxed::Box::new(#inner)))
        }
        (Some(Known::List), Some(inner)) => {
            let inner = description(context, inner);
            quote!(::limbeck::describe::TypeDescription::List(::std::boxed::Box::new(#inner)))
        }
        (None, None) if ty.shape == TypeShape::Path => {
            let span = context.span(ty.place).unwrap_or_else(Span::call_site);
            let path = path(&ty.path, span);
            quote!(<#path as ::limbeck::ColumnType>::describe())
        }
        _ => {
            unknown(context, ty);
            TokenStream::new()
        }
    }
}

fn unknown(context: &mut Context, ty: &RustType) {
    context.report(Problem::unknown_type(&ty.text, ty.place));
}
