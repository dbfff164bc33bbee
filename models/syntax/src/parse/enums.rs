use proc_macro2::{Ident, TokenTree};
use quote::ToTokens;
use syn::{Generics, Variant as SynVariant};

use super::attributes::Cfg;
use super::entries::{Body, Entry, number};
use super::record::{agree, borrowed, rename_all};
use super::{Case, Context, Gathered, gather, keys, plain, refuse_generics};
use crate::ast::{EnumItem, Storage, Variant};

const STORAGES: [(&str, Storage); 3] =
    [("native", Storage::Native), ("text", Storage::Text), ("integer", Storage::Integer)];

/// An enum that is a column's type.
pub fn enum_item<'v>(
    context: &mut Context,
    attributes: &Gathered,
    ident: &Ident,
    generics: &Generics,
    variants: impl IntoIterator<Item = &'v SynVariant>,
    cfg: Cfg<'_>,
) -> EnumItem {
    let rust_name = context.at(plain(ident), ident.span());
    refuse_generics(context, generics, &rust_name.value);
    let mut item = EnumItem {
        name: context.at(Case::Snake.apply(&rust_name.value), ident.span()),
        rust_name,
        schema: None,
        storage: Storage::Native,
        variants: Vec::new(),
        comment: None,
    };
    let known = ["storage", "name", "schema", "rename_all", "comment"];
    let (mut name, mut storage, mut case) = (None, None, borrowed(context, &attributes.sqlx, "rename_all"));
    for entry in &attributes.limbeck {
        let Some(keyed) = entry.keyed() else {
            not_a_key(context, entry);
            continue;
        };
        match keyed.key.as_str() {
            "name" => {
                if let Some(text) = keyed.name(context) {
                    context.set(&mut name, "name", text);
                }
            }
            "schema" => {
                if let Some(text) = keyed.name(context) {
                    context.set(&mut item.schema, "schema", text);
                }
            }
            "rename_all" => {
                if let Some(text) = keyed.text(context) {
                    agree(context, &mut case, "rename_all", text, "sqlx");
                }
            }
            "comment" => item.comment = comment(context, &keyed, attributes),
            "storage" => {
                let Some(word) = keyed.word(context) else { continue };
                match STORAGES.iter().find(|(known, _)| *known == word.value) {
                    Some((_, found)) => {
                        let found = crate::At::new(*found, word.place);
                        context.set(&mut storage, "storage", found);
                    }
                    None => keyed.wrong(context, "`native`, `text` or `integer`"),
                }
            }
            other => keys::unknown(context, other, keyed.span, "an enum", &known),
        }
    }
    if let Some(name) = name {
        item.name = name;
    }
    item.storage = storage.map_or(Storage::Native, |storage| storage.value);
    let case = case.and_then(|case| rename_all(context, &case)).unwrap_or(Case::Snake);
    let mut next = Some(0);
    for variant in variants {
        if let Some(variant) = read_variant(context, variant, case, &mut next, item.storage, cfg) {
            if let Some(same) = item.variants.iter().find(|other| other.value.value == variant.value.value) {
                let problem = crate::Problem::new(
                    "duplicate-value",
                    variant.value.place,
                    format!("two variants have the value `{}`", variant.value.value),
                )
                .with_help("give one of them another `value = \"…\"`")
                .with_related(same.value.place, "the other is here");
                context.report(problem);
            }
            item.variants.push(variant);
        }
    }
    if item.variants.is_empty() {
        context
            .problem("invalid-attribute", ident.span(), format!("`{}` has no variants", item.rust_name.value))
            .help("a column's type needs at least one value");
    }
    item
}

fn not_a_key(context: &mut Context, entry: &Entry) {
    context
        .problem("invalid-attribute", entry.span(), "a key is wanted here")
        .help("write `key = \"value\"`");
}

/// `comment` alone, which is the doc comment, or `comment = "…"`.
pub(crate) fn comment(
    context: &mut Context,
    keyed: &super::entries::Keyed,
    attributes: &Gathered,
) -> Option<String> {
    if !matches!(keyed.body, Body::Flag) {
        return keyed.text(context).map(|text| text.value);
    }
    let doc = attributes.doc();
    if doc.is_none() {
        context
            .problem(
                "invalid-attribute",
                keyed.span,
                "`comment` alone takes the doc comment, and there is none",
            )
            .help("write `/// …` above, or `comment = \"…\"`");
    }
    doc
}

fn read_variant(
    context: &mut Context,
    variant: &SynVariant,
    case: Case,
    next: &mut Option<i64>,
    storage: Storage,
    cfg: Cfg<'_>,
) -> Option<Variant> {
    let attributes = gather(context, &variant.attrs, cfg);
    if !attributes.enabled {
        return None;
    }
    let rust_name = plain(&variant.ident);
    let span = variant.ident.span();
    if !variant.fields.is_empty() {
        context
            .problem(
                "invalid-attribute",
                span,
                format!("variant `{rust_name}` holds values, a column's cannot"),
            )
            .help("keep the enum in a column of another type: `#[limbeck(json)]` on the field");
    }
    let number = match &variant.discriminant {
        None => *next,
        Some((_, expression)) => {
            let tokens: Vec<TokenTree> = expression.to_token_stream().into_iter().collect();
            number(&tokens).and_then(|digits| digits.parse().ok())
        }
    };
    *next = number.and_then(|number: i64| number.checked_add(1));
    if number.is_none() && storage == Storage::Integer {
        context
            .problem("invalid-attribute", span, format!("the number of `{rust_name}` is not a literal"))
            .help("write it as a literal: `Active = 1`");
    }
    let mut value = borrowed(context, &attributes.sqlx, "rename");
    let mut renamed_from = None;
    for entry in &attributes.limbeck {
        match entry.keyed() {
            Some(keyed) if keyed.key == "value" => {
                if let Some(text) = keyed.text(context) {
                    agree(context, &mut value, "value", text, "sqlx");
                }
            }
            Some(keyed) if keyed.key == "renamed_from" => {
                if let Some(text) = keyed.text(context) {
                    context.set(&mut renamed_from, "renamed_from", text);
                }
            }
            Some(keyed) => {
                keys::unknown(context, &keyed.key, keyed.span, "a variant", &["value", "renamed_from"]);
            }
            None => not_a_key(context, entry),
        }
    }
    Some(Variant {
        value: value.unwrap_or_else(|| context.at(case.apply(&rust_name), span)),
        name: context.at(rust_name, span),
        renamed_from,
        number: number.unwrap_or_default(),
    })
}
