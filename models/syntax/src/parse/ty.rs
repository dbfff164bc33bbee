use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, Type};

use super::{Context, plain};
use crate::ast::{RustType, TypeShape};

/// A type as data. References are taken off: they say nothing of a column.
pub fn rust_type(context: &mut Context, ty: &Type) -> RustType {
    match ty {
        Type::Reference(reference) => rust_type(context, &reference.elem),
        Type::Paren(paren) => rust_type(context, &paren.elem),
        Type::Group(group) => rust_type(context, &group.elem),
        Type::Slice(slice) => {
            let item = rust_type(context, &slice.elem);
            RustType {
                text: format!("[{}]", item.text),
                place: context.place(slice.bracket_token.span.open()),
                shape: TypeShape::Slice,
                path: Vec::new(),
                arguments: vec![item],
            }
        }
        Type::Path(path) if path.qself.is_none() => {
            let span = first_span(ty);
            let mut segments: Vec<String> =
                path.path.segments.iter().map(|segment| plain(&segment.ident)).collect();
            let mut arguments = Vec::new();
            if let Some(PathArguments::AngleBracketed(list)) =
                path.path.segments.last().map(|segment| &segment.arguments)
            {
                arguments = list
                    .args
                    .iter()
                    .filter_map(|argument| match argument {
                        GenericArgument::Type(ty) => Some(rust_type(context, ty)),
                        _ => None,
                    })
                    .collect();
            }
            let mut text = segments.join("::");
            if path.path.leading_colon.is_some() {
                text.insert_str(0, "::");
                segments.insert(0, String::new());
            }
            if !arguments.is_empty() {
                let inner: Vec<&str> = arguments.iter().map(|argument| argument.text.as_str()).collect();
                text = format!("{text}<{}>", inner.join(", "));
            }
            RustType { text, place: context.place(span), shape: TypeShape::Path, path: segments, arguments }
        }
        other => RustType {
            text: other.to_token_stream().to_string(),
            place: context.place(first_span(other)),
            shape: TypeShape::Other,
            path: Vec::new(),
            arguments: Vec::new(),
        },
    }
}

/// The whole span where spans can be joined, else the first token's.
fn first_span(ty: &Type) -> Span {
    ty.span()
}
