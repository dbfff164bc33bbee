//! The parts of keys and indexes: fields and expressions, with what is said of each.

use proc_macro2::{Delimiter, TokenTree};

use super::entries::{Body, Entry, Keyed, is_sign, split};
use super::{Context, keys, plain};
use crate::At;
use crate::ast::IndexPart;

/// Reports an entry that is no field's name.
pub(super) fn not_a_field(context: &mut Context, entry: &Entry, what: &str) {
    context
        .problem("invalid-attribute", entry.span(), format!("{what} takes names of fields here"))
        .help("write the field's name as it stands in the struct");
}

/// Reports that there is no field at all.
pub(super) fn want_fields(context: &mut Context, entry: &Keyed, empty: bool) {
    if empty {
        entry.wrong(context, "the names of fields");
    }
}

/// `include(a, b)`.
pub(super) fn fields(context: &mut Context, entry: &Keyed) -> Vec<At<String>> {
    let mut found = Vec::new();
    for item in entry.list(context).unwrap_or_default() {
        match item.word(context) {
            Some(word) => found.push(word),
            None => not_a_field(context, &item, &format!("`{}(…)`", entry.key)),
        }
    }
    found
}

/// `sql = "lower(email)" desc`.
pub(super) fn expression(context: &mut Context, entry: &Keyed) -> Option<IndexPart> {
    let Body::Value(tokens) = &entry.body else { return None };
    let (first, rest) = tokens.split_first()?;
    let only = Keyed { key: entry.key.clone(), span: entry.span, body: Body::Value(vec![first.clone()]) };
    let mut part = IndexPart::plain(None);
    part.sql.default = Some(only.name(context)?);
    modifiers(context, &mut part, rest);
    Some(part)
}

/// `created_at desc`, `title(opclass = "text_pattern_ops") nulls_last`.
pub(super) fn part(context: &mut Context, tokens: &[TokenTree]) -> Option<IndexPart> {
    let (TokenTree::Ident(name), rest) = tokens.split_first()? else { return None };
    let mut part = IndexPart::plain(None);
    part.field = Some(context.at(plain(name), name.span()));
    modifiers(context, &mut part, rest);
    Some(part)
}

pub(super) fn modifiers(context: &mut Context, part: &mut IndexPart, tokens: &[TokenTree]) {
    let mut rest = tokens;
    while let Some((token, more)) = rest.split_first() {
        rest = more;
        match token {
            TokenTree::Ident(word) => match word.to_string().as_str() {
                "asc" => part.descending = false,
                "desc" => part.descending = true,
                "nulls_first" => part.nulls_first = Some(true),
                "nulls_last" => part.nulls_first = Some(false),
                // `opclass = "…"`, outside parentheses in a field's own index.
                "opclass" | "collate" | "length" | "operator" if is_sign(rest.first(), '=') => {
                    let taken = rest.len().min(2);
                    let entry =
                        Entry { tokens: std::iter::once(token).chain(&rest[..taken]).cloned().collect() };
                    rest = &rest[taken..];
                    detail(context, part, &entry);
                }
                other => keys::unknown(
                    context,
                    other,
                    word.span(),
                    "an index's field",
                    &["asc", "desc", "nulls_first", "nulls_last"],
                ),
            },
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                for entry in split(group.stream()) {
                    detail(context, part, &entry);
                }
            }
            other => {
                context
                    .problem("invalid-attribute", other.span(), "this does not belong to an index's field")
                    .help("write `field desc` or `field(opclass = \"…\")`");
                return;
            }
        }
    }
}

fn detail(context: &mut Context, part: &mut IndexPart, entry: &Entry) {
    match entry.keyed() {
        Some(keyed) => match keyed.key.as_str() {
            "opclass" => part.opclass = keyed.name(context).map(|text| text.value),
            "collate" => part.collate = keyed.name(context).map(|text| text.value),
            "length" => part.length = keyed.number(context).map(|number| number.value),
            "operator" => part.operator = keyed.name(context).map(|text| text.value),
            other => keys::unknown(
                context,
                other,
                keyed.span,
                "an index's field",
                &["opclass", "collate", "length", "operator"],
            ),
        },
        None => not_a_field(context, entry, "an index"),
    }
}
