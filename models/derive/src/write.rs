use limbeck_model_syntax::ast::{ForeignKey, Record, Target};
use limbeck_model_syntax::build::Build;
use limbeck_model_syntax::parse::{
    Context, Derive, Gathered, Shape, enum_item, gather, misfit, newtype as read_newtype, record,
};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Fields};

use crate::leaves::{description, leaves, path};

/// The compiler has applied `cfg` before it asks a derive.
fn attributes(context: &mut Context, input: &DeriveInput) -> Gathered {
    gather(context, &input.attrs, &|_| true)
}

/// Takes down why a derive does not fit, if it does not.
fn refused(context: &mut Context, input: &DeriveInput, derive: Derive) -> bool {
    let shape = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Shape::Record { fields: fields.named.len() },
            fields => Shape::Tuple { fields: fields.len() },
        },
        Data::Enum(_) => Shape::Enum,
        Data::Union(_) => Shape::Union,
    };
    let problem = misfit(derive, shape, &input.ident.to_string());
    if let Some((what, help)) = &problem {
        context.problem("invalid-attribute", input.ident.span(), what).help(*help);
    }
    problem.is_some()
}

/// `impl limbeck::Table`.
pub(crate) fn table(context: &mut Context, input: &DeriveInput) -> TokenStream {
    let (false, Data::Struct(data)) = (refused(context, input, Derive::Table), &input.data) else {
        return TokenStream::new();
    };
    let Fields::Named(fields) = &data.fields else { return TokenStream::new() };
    let gathered = attributes(context, input);
    let record = record(context, &gathered, &input.ident, &input.generics, fields, &|_| true);
    let mut types = Vec::new();
    for field in &record.fields {
        if field.type_text.default.is_none() && field.json.is_none() && field.flatten.is_none() {
            leaves(context, &field.ty, &mut types);
        }
    }
    let models = models(context, &record);
    let (type_names, type_paths): (Vec<_>, Vec<_>) = types.into_iter().unzip();
    let (model_names, model_paths): (Vec<_>, Vec<_>) = models.into_iter().unzip();
    let record = record.build();
    let ident = &input.ident;
    let name = ident.to_string();
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generics ::limbeck::Table for #ident #arguments #bounds {
            fn describe() -> ::limbeck::describe::TableDescription {
                ::limbeck::describe::TableDescription {
                    id: ::core::concat!(::core::module_path!(), "::", #name),
                    record: #record,
                    types: ::std::vec![#((
                        #type_names,
                        <#type_paths as ::limbeck::ColumnType>::describe
                            as fn() -> ::limbeck::describe::TypeDescription,
                    )),*],
                    models: ::std::vec![#((
                        #model_names,
                        <#model_paths as ::limbeck::Table>::describe
                            as fn() -> ::limbeck::describe::TableDescription,
                    )),*],
                }
            }
        }
    }
}

/// The structs that are flattened or pointed at.
fn models(context: &Context, record: &Record) -> Vec<(String, TokenStream)> {
    let flattened = record
        .fields
        .iter()
        .filter(|field| field.flatten.is_some())
        .map(|field| (&field.ty.path, field.ty.place));
    let keys = record.foreign_keys.iter().chain(record.fields.iter().filter_map(|f| f.references.as_deref()));
    let targets = keys.filter_map(|key: &ForeignKey| match &key.target {
        Target::Model(model) if model.path != ["Self"] => Some((&model.path, model.place)),
        Target::Model(_) | Target::Table(_) => None,
    });
    let mut found: Vec<(String, TokenStream)> = Vec::new();
    for (segments, place) in flattened.chain(targets) {
        let text = segments.join("::");
        if !found.iter().any(|(known, _)| *known == text) {
            let span = context.span(place).unwrap_or_else(Span::call_site);
            found.push((text, path(segments, span)));
        }
    }
    found
}

/// `impl limbeck::Enum` and `impl limbeck::ColumnType`.
pub(crate) fn enumeration(context: &mut Context, input: &DeriveInput) -> TokenStream {
    let (false, Data::Enum(data)) = (refused(context, input, Derive::Enum), &input.data) else {
        return TokenStream::new();
    };
    let gathered = attributes(context, input);
    let item = enum_item(context, &gathered, &input.ident, &input.generics, &data.variants, &|_| true);
    let item = item.build();
    let ident = &input.ident;
    let name = ident.to_string();
    quote! {
        #[automatically_derived]
        impl ::limbeck::Enum for #ident {
            fn describe() -> ::limbeck::describe::EnumDescription {
                ::limbeck::describe::EnumDescription {
                    id: ::core::concat!(::core::module_path!(), "::", #name),
                    item: #item,
                }
            }
        }

        #[automatically_derived]
        impl ::limbeck::ColumnType for #ident {
            fn describe() -> ::limbeck::describe::TypeDescription {
                ::limbeck::describe::TypeDescription::Enum(<Self as ::limbeck::Enum>::describe())
            }
        }
    }
}

/// `impl limbeck::ColumnType` for a struct round one value.
pub(crate) fn newtype(context: &mut Context, input: &DeriveInput) -> TokenStream {
    let (false, Data::Struct(data)) = (refused(context, input, Derive::Type), &input.data) else {
        return TokenStream::new();
    };
    let gathered = attributes(context, input);
    let Some(read) = read_newtype(context, &gathered, &input.ident, &input.generics, &data.fields) else {
        return TokenStream::new();
    };
    let description = if read.type_text.is_none() {
        description(context, &read.inner)
    } else {
        let text = read.type_text.build();
        quote!(::limbeck::describe::TypeDescription::Named(#text))
    };
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generics ::limbeck::ColumnType for #ident #arguments #bounds {
            fn describe() -> ::limbeck::describe::TypeDescription {
                #description
            }
        }
    }
}
