//! The inside of an attribute: entries between commas, each a key alone, `key = value` or `key(…)`.

use std::str::FromStr;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::Lit;

use super::keys::usage;
use super::{Context, plain};
use crate::At;

/// What stands between two commas.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// All of it.
    pub(crate) tokens: Vec<TokenTree>,
}

/// An entry that begins with a word.
#[derive(Debug, Clone)]
pub(crate) struct Keyed {
    pub(crate) key: String,
    pub(crate) span: Span,
    pub(crate) body: Body,
}

/// What follows the word.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    Flag,
    Value(Vec<TokenTree>),
    List(TokenStream),
    Other,
}

/// Cuts at the commas; empty entries (a comma at the end) are left out.
pub(crate) fn split(tokens: TokenStream) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut current = Vec::new();
    for token in flat(tokens) {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                entries.push(Entry { tokens: std::mem::take(&mut current) });
            }
            other => current.push(other),
        }
    }
    entries.push(Entry { tokens: current });
    entries.retain(|entry| !entry.tokens.is_empty());
    entries
}

/// The tokens without the invisible groups that macros put round what they pass on.
fn flat(tokens: TokenStream) -> Vec<TokenTree> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                found.extend(flat(group.stream()));
            }
            other => found.push(other),
        }
    }
    found
}

/// Whether `token` is the sign `sign`.
pub(crate) fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

impl Entry {
    /// Where it begins.
    pub(crate) fn span(&self) -> Span {
        self.tokens.first().map_or_else(Span::call_site, TokenTree::span)
    }

    /// The entry as a key with what follows it.
    pub(crate) fn keyed(&self) -> Option<Keyed> {
        let TokenTree::Ident(ident) = self.tokens.first()? else { return None };
        let body = match self.tokens.get(1..)? {
            [] => Body::Flag,
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
                Body::List(group.stream())
            }
            [sign, value @ ..] if is_sign(Some(sign), '=') && !is_sign(value.first(), '>') => {
                Body::Value(value.to_vec())
            }
            _ => Body::Other,
        };
        Some(Keyed { key: plain(ident), span: ident.span(), body })
    }

    /// Whether it begins with a raw identifier: then it is a field, whatever words the list knows (`r#unique`).
    pub(crate) fn is_raw(&self) -> bool {
        matches!(self.tokens.first(), Some(TokenTree::Ident(ident)) if ident.to_string().starts_with("r#"))
    }

    /// The entry as one word: a field's name.
    pub(crate) fn word(&self, context: &mut Context) -> Option<At<String>> {
        match self.tokens.as_slice() {
            [TokenTree::Ident(ident)] => Some(context.at(plain(ident), ident.span())),
            _ => None,
        }
    }
}

impl Keyed {
    /// Reports that what follows the key is not what it takes.
    pub(crate) fn wrong(&self, context: &mut Context, takes: &str) {
        let reported =
            context.problem("invalid-attribute", self.value_span(), format!("`{}` takes {takes}", self.key));
        if let Some(usage) = usage(&self.key) {
            reported.help(format!("write `{usage}`"));
        }
    }

    fn value_span(&self) -> Span {
        match &self.body {
            Body::Value(value) => value.first().map_or(self.span, TokenTree::span),
            Body::Flag | Body::List(_) | Body::Other => self.span,
        }
    }

    /// `key = "text"`.
    pub(crate) fn text(&self, context: &mut Context) -> Option<At<String>> {
        if let Body::Value(value) = &self.body
            && let [TokenTree::Literal(literal)] = value.as_slice()
            && let Lit::Str(text) = Lit::new(literal.clone())
        {
            return Some(context.at(text.value(), literal.span()));
        }
        self.wrong(context, "a text in quotes");
        None
    }

    /// `key = "text"`, which may not be empty.
    pub(crate) fn name(&self, context: &mut Context) -> Option<At<String>> {
        let text = self.text(context)?;
        if text.value.trim().is_empty() {
            self.wrong(context, "a text that is not empty");
            return None;
        }
        Some(text)
    }

    /// `key = word` or `key = "word"`.
    pub(crate) fn word(&self, context: &mut Context) -> Option<At<String>> {
        if let Body::Value(value) = &self.body
            && let [TokenTree::Ident(ident)] = value.as_slice()
        {
            return Some(context.at(plain(ident), ident.span()));
        }
        self.text(context)
    }

    /// `key = 10`.
    pub(crate) fn number<T: FromStr>(&self, context: &mut Context) -> Option<At<T>> {
        if let Body::Value(value) = &self.body
            && let Some(digits) = number(value)
            && let Ok(number) = digits.parse()
        {
            return Some(context.at(number, self.value_span()));
        }
        self.wrong(context, "a whole number in its range");
        None
    }

    /// `key` or `key = true`.
    pub(crate) fn flag(&self, context: &mut Context) -> Option<bool> {
        match &self.body {
            Body::Flag => return Some(true),
            Body::Value(value) => {
                if let [TokenTree::Ident(word)] = value.as_slice() {
                    match word.to_string().as_str() {
                        "true" => return Some(true),
                        "false" => return Some(false),
                        _ => {}
                    }
                }
            }
            Body::List(_) | Body::Other => {}
        }
        self.wrong(context, "no value, or `true` or `false`");
        None
    }

    /// `key` and nothing else.
    pub(crate) fn bare(&self, context: &mut Context) -> bool {
        let bare = matches!(self.body, Body::Flag);
        if !bare {
            self.wrong(context, "no value");
        }
        bare
    }

    /// `key(a, b)`.
    pub(crate) fn list(&self, context: &mut Context) -> Option<Vec<Entry>> {
        if let Body::List(tokens) = &self.body {
            return Some(split(tokens.clone()));
        }
        self.wrong(context, "a list in parentheses");
        None
    }

    /// `key` or `key(a, b)`.
    pub(crate) fn list_or_bare(&self, context: &mut Context) -> Option<Vec<Entry>> {
        match &self.body {
            Body::Flag => Some(Vec::new()),
            Body::List(tokens) => Some(split(tokens.clone())),
            Body::Value(_) | Body::Other => {
                self.wrong(context, "nothing, or a list in parentheses");
                None
            }
        }
    }
}

/// The digits of a whole number, with its sign.
pub(crate) fn number(tokens: &[TokenTree]) -> Option<String> {
    let (sign, literal) = match tokens {
        [TokenTree::Literal(literal)] => ("", literal),
        [minus, TokenTree::Literal(literal)] if is_sign(Some(minus), '-') => ("-", literal),
        _ => return None,
    };
    match Lit::new(literal.clone()) {
        Lit::Int(number) => Some(format!("{sign}{}", number.base10_digits().trim_start_matches('-'))),
        _ => None,
    }
}
