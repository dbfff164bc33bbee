use proc_macro2::TokenTree;
use syn::Lit;

use super::Context;
use super::defaults::option_literal;
use super::entries::{Entry, Keyed};
use super::keys;
use crate::At;
use crate::ast::{DialectOption, DialectText, SqlText};

/// The dialects that have a key of their own; others use `dialect(name, …)`.
const DIALECTS: [&str; 4] = ["postgres", "mysql", "mariadb", "sqlite"];

/// Whether an entry is a dialect's section.
pub(crate) fn is_section(key: &str) -> bool {
    key == "dialect" || DIALECTS.contains(&key)
}

/// `postgres(type = "citext", key = 1)`: hands the entries that `known` names to their texts, keeps the others as
/// options.
pub(crate) fn section(
    context: &mut Context,
    entry: &Keyed,
    known: &mut [(&str, &mut SqlText)],
    options: &mut Vec<DialectOption>,
) {
    let Some(mut entries) = entry.list(context) else { return };
    let dialect = if entry.key == "dialect" {
        match entries.first().and_then(dialect_name) {
            Some(name) => {
                entries.remove(0);
                name
            }
            None => {
                entry.wrong(context, "the dialect's name first");
                return;
            }
        }
    } else {
        entry.key.clone()
    };
    for entry in entries {
        let Some(keyed) = entry.keyed() else {
            context
                .problem("invalid-attribute", entry.span(), "a key is wanted here")
                .help("write `key = \"value\"`, or `key` alone for `true`");
            continue;
        };
        if let Some((key, text)) = known.iter_mut().find(|(key, _)| *key == keyed.key) {
            if let Some(value) = keyed.text(context) {
                add_text(context, text, key, &dialect, value);
            }
            continue;
        }
        // A misspelt key of ours would otherwise become an option that no dialect knows.
        if let Some(near) = keys::nearest(&keyed.key, &known.iter().map(|(key, _)| *key).collect::<Vec<_>>())
        {
            let known: Vec<&str> = vec![near];
            keys::unknown(context, &keyed.key, keyed.span, &format!("`{dialect}(…)`"), &known);
            continue;
        }
        if let Some(value) = option_literal(context, &keyed) {
            let key = context.at(keyed.key.clone(), keyed.span);
            match options.iter().find(|old| old.dialect == dialect && old.key.value == key.value) {
                Some(old) => context.twice(&keyed.key, old.key.place, key.place),
                None => options.push(DialectOption { dialect: dialect.clone(), key, value }),
            }
        }
    }
}

fn add_text(context: &mut Context, text: &mut SqlText, key: &str, dialect: &str, value: At<String>) {
    match text.dialects.iter().find(|own| own.dialect == dialect) {
        Some(old) => context.twice(key, old.text.place, value.place),
        None => text.dialects.push(DialectText { dialect: dialect.to_owned(), text: value }),
    }
}

fn dialect_name(entry: &Entry) -> Option<String> {
    match entry.tokens.as_slice() {
        [TokenTree::Ident(word)] => Some(word.to_string()),
        [TokenTree::Literal(literal)] => match Lit::new(literal.clone()) {
            Lit::Str(text) if !text.value().is_empty() => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
