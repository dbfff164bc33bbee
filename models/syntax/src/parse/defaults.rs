use proc_macro2::TokenTree;
use syn::Lit;

use super::entries::{Body, Keyed, is_sign, split};
use super::{Context, plain};
use crate::At;
use crate::ast::{DefaultValue, OptionEntry, OptionLiteral};

/// `default = 0`, `default = "x"`, `default = true`, `default = Status::Active`.
pub(crate) fn default_value(context: &mut Context, entry: &Keyed) -> Option<At<DefaultValue>> {
    if let Body::Value(tokens) = &entry.body
        && let Some(value) = literal(tokens)
    {
        let span = tokens.first().map_or(entry.span, TokenTree::span);
        return Some(context.at(value, span));
    }
    context
        .problem("invalid-attribute", entry.span, "`default` takes a literal or a variant of an enum")
        .help("write `default = 0`, `default = \"text\"`, `default = Status::Active`; SQL goes into `default_sql = \"…\"`");
    None
}

fn literal(tokens: &[TokenTree]) -> Option<DefaultValue> {
    match tokens {
        [TokenTree::Ident(word)] => match word.to_string().as_str() {
            "true" => Some(DefaultValue::Bool(true)),
            "false" => Some(DefaultValue::Bool(false)),
            _ => Some(DefaultValue::Variant(plain(word))),
        },
        [TokenTree::Literal(literal)] => match Lit::new(literal.clone()) {
            Lit::Str(text) => Some(DefaultValue::Text(text.value())),
            Lit::Char(letter) => Some(DefaultValue::Text(letter.value().to_string())),
            Lit::Int(number) => Some(DefaultValue::Number(number.base10_digits().to_owned())),
            Lit::Float(number) => Some(DefaultValue::Number(number.base10_digits().to_owned())),
            _ => None,
        },
        [minus, rest @ ..] if is_sign(Some(minus), '-') => match literal(rest)? {
            DefaultValue::Number(digits) if !digits.starts_with('-') => {
                Some(DefaultValue::Number(format!("-{digits}")))
            }
            _ => None,
        },
        // A path: `Status::Active`, `crate::models::Status::Active`.
        [first @ .., TokenTree::Ident(variant)] => {
            let mut path = first.iter();
            let is_path = path.all(|token| {
                matches!(token, TokenTree::Ident(_))
                    || matches!(token, TokenTree::Punct(sign) if sign.as_char() == ':')
            });
            (is_path && is_sign(first.last(), ':')).then(|| DefaultValue::Variant(plain(variant)))
        }
        _ => None,
    }
}

/// What a key of a dialect's own section is set to.
pub(crate) fn option_literal(context: &mut Context, entry: &Keyed) -> Option<OptionLiteral> {
    let value = option(entry, 0);
    if value.is_none() {
        entry.wrong(context, "a literal, or a list of literals in parentheses");
    }
    value
}

/// Nobody nests options so deeply; the bound keeps hostile input off the stack.
const DEPTH: usize = 8;

fn option(entry: &Keyed, depth: usize) -> Option<OptionLiteral> {
    match &entry.body {
        Body::Flag => Some(OptionLiteral::Bool(true)),
        Body::Value(tokens) => match option_of(tokens) {
            // A word alone is taken as a text: `engine = InnoDB`.
            None => match literal(tokens) {
                Some(DefaultValue::Variant(word)) if tokens.len() == 1 => Some(OptionLiteral::Text(word)),
                _ => None,
            },
            found => found,
        },
        Body::List(tokens) if depth < DEPTH => {
            let entries = split(tokens.clone());
            let items: Option<Vec<OptionLiteral>> =
                entries.iter().map(|entry| option_of(&entry.tokens)).collect();
            if let Some(items) = items {
                return Some(OptionLiteral::List(items));
            }
            let map: Option<Vec<OptionEntry>> = entries
                .iter()
                .map(|entry| {
                    let keyed = entry.keyed()?;
                    let value = option(&keyed, depth + 1)?;
                    Some(OptionEntry { key: keyed.key, value })
                })
                .collect();
            map.map(OptionLiteral::Map)
        }
        Body::List(_) | Body::Other => None,
    }
}

fn option_of(tokens: &[TokenTree]) -> Option<OptionLiteral> {
    match literal(tokens)? {
        DefaultValue::Bool(value) => Some(OptionLiteral::Bool(value)),
        DefaultValue::Text(text) => Some(OptionLiteral::Text(text)),
        DefaultValue::Number(digits) => digits
            .parse()
            .map(OptionLiteral::Integer)
            .or_else(|_| digits.parse().map(OptionLiteral::Float))
            .ok(),
        DefaultValue::Variant(_) => None,
    }
}
