//! From a file's text to its items. Only structs, enums, aliases, `use` and `mod` are parsed; the rest, such as the bodies
//! of functions, is passed over, which is quick and lets models be read while other code is half-written.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use limbeck_model_syntax::Problem;
use limbeck_model_syntax::parse::{
    Context, Derive, Gathered, Shape, Spot, enum_item, gather, misfit, newtype, record, rust_type,
};
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::{Attribute, Fields, ItemEnum, ItemStruct, ItemType, ItemUse, UseTree, parse::Parser};

use super::cfg::holds;
use super::cut::is_name;
use super::items::{Item, Marks, ModuleItem, Unit};
use super::lines::{Lines, preamble};
use super::macros;

/// How deep brackets may be nested in an item, so that no text can overflow the stack.
const NESTING: usize = 128;

/// Words that begin items which are passed over.
pub(super) const WORDS: [&str; 14] = [
    "fn",
    "const",
    "static",
    "impl",
    "trait",
    "extern",
    "unsafe",
    "async",
    "macro_rules",
    "macro",
    "auto",
    "default",
    "safe",
    "crate",
];

/// Words behind a `const` that begins no constant.
pub(super) const BEHIND_CONST: [&str; 6] = ["fn", "unsafe", "extern", "async", "trait", "impl"];

/// Reads a file that the reader counts as `file`.
pub(super) fn scan(file: u32, source: &Arc<str>, features: &BTreeSet<String>) -> Unit {
    cut_only(file, source, features).unwrap_or_else(|| scan_whole(file, source, features))
}

/// The same by its bare tokens; `None` if there is any doubt.
pub(super) fn cut_only(file: u32, source: &Arc<str>, features: &BTreeSet<String>) -> Option<Unit> {
    let mut scanner = Scanner::new(file, source, features);
    let items = scanner.cut()?;
    Some(scanner.done(source, items))
}

/// The same by way of `proc_macro2` alone.
pub(super) fn scan_whole(file: u32, source: &Arc<str>, features: &BTreeSet<String>) -> Unit {
    let mut scanner = Scanner::new(file, source, features);
    let items = scanner.whole();
    scanner.done(source, items)
}

/// Bytes as places have them; whatever is beyond 4 GiB is at their end.
pub(super) fn narrow(bytes: Range<usize>) -> Range<u32> {
    let narrow = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    narrow(bytes.start)..narrow(bytes.end)
}

pub(super) struct Scanner<'s> {
    pub(super) context: Context,
    pub(super) source: &'s str,
    /// How much of it comes before all tokens.
    pub(super) skipped: usize,
    pub(super) features: &'s BTreeSet<String>,
}

/// An item's tokens, with the word that says what it is.
pub(super) struct Piece<'t> {
    pub(super) tokens: &'t [TokenTree],
    pub(super) attributes: &'t [TokenTree],
    pub(super) word: String,
}

impl<'s> Scanner<'s> {
    fn new(file: u32, source: &'s str, features: &'s BTreeSet<String>) -> Self {
        Self { context: Context::new(file), source, skipped: preamble(source), features }
    }

    fn done(mut self, source: &Arc<str>, items: Vec<Item>) -> Unit {
        let ranges = self.context.ranges().collect();
        Unit { source: Arc::clone(source), ranges, items, problems: self.context.take_problems() }
    }

    fn whole(&mut self) -> Vec<Item> {
        let text = &self.source[self.skipped..];
        let mut items = Vec::new();
        match text.parse::<TokenStream>() {
            Ok(tokens) => items = self.items(tokens, 0),
            Err(error) => {
                self.context
                    .problem("parse-error", error.span(), format!("the file does not parse: {error}"))
                    .help("look for a bracket or quote without its other half");
            }
        }
        let (lines, skipped) = (Lines::new(text), self.skipped);
        self.context
            .settle(|span| narrow(skipped + lines.byte(span.start())..skipped + lines.byte(span.end())));
        items
    }

    fn items(&mut self, tokens: TokenStream, depth: usize) -> Vec<Item> {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut items = Vec::new();
        let mut at = inner_attributes(&tokens);
        if let Ok(inner) = Attribute::parse_inner.parse2(tokens[..at].iter().cloned().collect()) {
            let features = self.features;
            if !gather(&mut self.context, &inner, &|condition| holds(condition, features)).enabled {
                return items;
            }
        }
        while at < tokens.len() {
            let piece = piece(&tokens[at..]);
            at += piece.tokens.len().max(1);
            self.item(&piece, &mut items, depth);
        }
        items
    }

    pub(super) fn item(&mut self, piece: &Piece<'_>, items: &mut Vec<Item>, depth: usize) {
        let interesting = matches!(piece.word.as_str(), "struct" | "enum" | "union" | "type" | "use" | "mod");
        if !interesting {
            match macros::included(piece) {
                Some((path, span)) => {
                    let place = self.context.place(span);
                    items.push(Item::Include { path, place });
                }
                None => self.other(piece),
            }
            return;
        }
        let span = piece.tokens.first().map_or_else(Span::call_site, TokenTree::span);
        if piece.word != "mod" && too_deep(piece.tokens) {
            self.context
                .problem("parse-error", span, "this item is nested too deeply to be read")
                .help("split it up");
            return;
        }
        let attributes: TokenStream = piece.attributes.iter().cloned().collect();
        let parsed = match Attribute::parse_outer.parse2(attributes) {
            Ok(parsed) => parsed,
            Err(error) => return self.unparsed(&error, span),
        };
        let body: TokenStream = piece.tokens[piece.attributes.len()..].iter().cloned().collect();
        let features = self.features;
        let cfg = |condition: TokenStream| holds(condition, features);
        let gathered = gather(&mut self.context, &parsed, &cfg);
        if !gathered.enabled {
            return;
        }
        let done = match piece.word.as_str() {
            "struct" => syn::parse2(body).map(|item: ItemStruct| {
                let shape = match &item.fields {
                    Fields::Named(fields) => Shape::Record { fields: fields.named.len() },
                    fields => Shape::Tuple { fields: fields.len() },
                };
                self.misfits(&gathered, &plain(&item.ident), item.ident.span().into(), shape, items);
                items.push(self.structure(&gathered, &item));
            }),
            "enum" => syn::parse2(body).map(|item: ItemEnum| {
                self.misfits(&gathered, &plain(&item.ident), item.ident.span().into(), Shape::Enum, items);
                items.push(self.enumeration(&gathered, &item));
            }),
            "type" => syn::parse2(body).map(|item: ItemType| {
                items.push(Item::Alias {
                    name: plain(&item.ident),
                    generic: !item.generics.params.is_empty(),
                    ty: rust_type(&mut self.context, &item.ty),
                });
            }),
            "use" => syn::parse2(body).map(|item: ItemUse| {
                let mut path = Vec::new();
                if item.leading_colon.is_some() {
                    path.push(String::new());
                }
                uses(&item.tree, &mut path, items);
            }),
            "mod" => {
                let conditional = parsed.iter().any(|a| a.path().is_ident("cfg"));
                items.extend(self.module(piece, &gathered, conditional, depth));
                Ok(())
            }
            _ => Ok(()),
        };
        match (done, piece.word.as_str()) {
            (Ok(()), _) => {}
            // An alias of a kind that is no column's type: `type Action = Fn();`
            (Err(_), "type") => {
                if !self.swallowed(piece) {
                    items.extend(name_after("type", piece.tokens).map(|name| Item::Opaque { name }));
                }
            }
            (Err(error), _) => self.unparsed(&error, span),
        }
    }

    /// Reports the item that stands in another one, which is there because that is not whole. A model, or a module of
    /// models, must not be lost in silence: its tables would be dropped.
    fn swallowed(&mut self, piece: &Piece<'_>) -> bool {
        let tokens = &piece.tokens[piece.attributes.len()..];
        let sign = |at: usize, sign: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == sign);
        let found = tokens.iter().enumerate().find_map(|(at, token)| {
            let TokenTree::Ident(word) = token else { return None };
            let text = match tokens.get(at + 1) {
                Some(TokenTree::Ident(name)) => name.to_string(),
                _ => String::new(),
            };
            let behind = match tokens.get(at + 1) {
                Some(TokenTree::Ident(_)) => Behind::Word(&text),
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => Behind::Path,
                _ if sign(at + 1, ':') && sign(at + 2, ':') => Behind::Path,
                _ => Behind::Other,
            };
            // `'union` is a lifetime.
            let is_lifetime = at > 0 && sign(at - 1, '\'');
            (begins_item(&word.to_string(), behind) && !is_lifetime)
                .then(|| (word, plain_name(&text).to_owned()))
        });
        let Some((word, name)) = found else { return false };
        let item = format!("{word} {name}");
        let before = if piece.word.is_empty() { "item" } else { piece.word.as_str() };
        self.context
            .problem(
                "parse-error",
                word.span(),
                format!("the {before} before `{}` is not whole", item.trim()),
            )
            .help("it lacks its `;` or its `{ … }`");
        true
    }

    /// Whether the conditions of an item may hold.
    fn enabled(&mut self, piece: &Piece<'_>) -> bool {
        let attributes: TokenStream = piece.attributes.iter().cloned().collect();
        let features = self.features;
        let parsed = Attribute::parse_outer.parse2(attributes).unwrap_or_default();
        gather(&mut self.context, &parsed, &|condition| holds(condition, features)).enabled
    }

    /// Reports what is no item at all, and an attribute of ours on what can be no model.
    fn other(&mut self, piece: &Piece<'_>) {
        let word = piece.word.as_str();
        if self.enabled(piece) {
            macros::report_models(&mut self.context, piece);
            if self.swallowed(piece) {
                return;
            }
        }
        if word.is_empty() || WORDS.contains(&word) {
            return;
        }
        let at = piece.tokens.iter().position(|token| matches!(token, TokenTree::Ident(i) if *i == word));
        let Some(at) = at else { return };
        // `name!(…)` and `path::name!(…)` are uses of macros.
        let macro_call =
            piece.tokens[at..].iter().any(|t| matches!(t, TokenTree::Punct(p) if p.as_char() == '!'));
        if !macro_call {
            self.context
                .problem("parse-error", piece.tokens[at].span(), format!("`{word}` begins no item of Rust"))
                .help("write `struct`, `enum`, `mod`, `use`, …");
        }
    }

    fn unparsed(&mut self, error: &syn::Error, item: Span) {
        // An error at the end of the item has no place of its own.
        let span = if error.span().byte_range().is_empty() { item } else { error.span() };
        self.context
            .problem("parse-error", span, format!("the file does not parse: {error}"))
            .help("the compiler says more");
    }

    /// The derives that do not fit on an item of this shape. Whether they are limbeck's is known when all is read.
    pub(super) fn misfits(
        &mut self,
        gathered: &Gathered,
        name: &str,
        spot: Spot,
        shape: Shape,
        items: &mut Vec<Item>,
    ) {
        for derive in Derive::ALL {
            let derives =
                gathered.derives.iter().any(|path| path.last().is_some_and(|last| last == derive.name()));
            if derives && let Some((what, help)) = misfit(derive, shape, name) {
                let problem =
                    Problem::new("invalid-attribute", self.context.place(spot), what).with_help(help);
                items.push(Item::Misfit { derive, marks: marks(gathered), problem });
            }
        }
    }

    fn structure(&mut self, gathered: &Gathered, item: &ItemStruct) -> Item {
        let mut marks = marks(gathered);
        let before = self.context.take_problems();
        let is_newtype = item.fields.len() == 1
            && (marks.derives_last("Type") || matches!(item.fields, Fields::Unnamed(_)));
        let features = self.features;
        let cfg = |condition: TokenStream| holds(condition, features);
        let (context, ident, generics) = (&mut self.context, &item.ident, &item.generics);
        let found = match &item.fields {
            fields if is_newtype && generics.params.is_empty() => {
                newtype(context, gathered, ident, generics, fields).map(|newtype| (Some(newtype), None))
            }
            Fields::Named(fields) => {
                marks.inside = fields.named.iter().any(|field| speaks_of_limbeck(&field.attrs));
                Some((None, Some(record(context, gathered, ident, generics, fields, &cfg))))
            }
            _ => None,
        };
        let problems = self.context.take_problems();
        for problem in before {
            self.context.report(problem);
        }
        match found {
            Some((Some(newtype), _)) => Item::Newtype { newtype, marks, problems },
            Some((_, Some(record))) => Item::Record { record: Box::new(record), marks, problems },
            _ => {
                let derives = Derive::ALL.iter().any(|derive| marks.derives_last(derive.name()));
                if (marks.has_limbeck || marks.marked) && !derives {
                    let name = plain(&item.ident);
                    self.context
                        .problem("invalid-attribute", item.ident.span(), format!("`{name}` has no named fields"))
                        .help("a table is a struct with named fields; `limbeck::Type` is for a struct round one value");
                }
                Item::Opaque { name: plain(&item.ident) }
            }
        }
    }

    fn enumeration(&mut self, gathered: &Gathered, item: &ItemEnum) -> Item {
        let mut marks = marks(gathered);
        marks.inside = item.variants.iter().any(|variant| speaks_of_limbeck(&variant.attrs));
        let before = self.context.take_problems();
        let features = self.features;
        let cfg = |condition: TokenStream| holds(condition, features);
        let read = enum_item(&mut self.context, gathered, &item.ident, &item.generics, &item.variants, &cfg);
        let problems = self.context.take_problems();
        for problem in before {
            self.context.report(problem);
        }
        Item::Enum { item: read, marks, problems }
    }

    fn module(
        &mut self,
        piece: &Piece<'_>,
        gathered: &Gathered,
        conditional: bool,
        depth: usize,
    ) -> Option<Item> {
        let at = piece.tokens.iter().position(|token| matches!(token, TokenTree::Ident(i) if *i == "mod"))?;
        let TokenTree::Ident(name) = piece.tokens.get(at + 1)? else { return None };
        let content = match piece.tokens.get(at + 2) {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                if depth >= NESTING {
                    self.context
                        .problem("parse-error", name.span(), "modules are nested too deeply to be read")
                        .help("split them up");
                    return None;
                }
                Some(self.items(group.stream(), depth + 1))
            }
            Some(TokenTree::Punct(sign)) if sign.as_char() == ';' => None,
            _ => {
                self.context
                    .problem("parse-error", name.span(), format!("the module `{}` is not whole", plain(name)))
                    .help("it lacks its `;` or its `{ … }`");
                return None;
            }
        };
        Some(Item::Module(ModuleItem {
            name: plain(name),
            place: self.context.place(name.span()),
            content,
            path: gathered.path.clone(),
            conditional,
        }))
    }
}

pub(super) fn marks(gathered: &Gathered) -> Marks {
    Marks {
        derives: gathered.derives.clone(),
        has_limbeck: gathered.has_limbeck,
        marked: gathered.marked,
        inside: false,
    }
}

fn plain(ident: &Ident) -> String {
    plain_name(&ident.to_string()).to_owned()
}

/// A name without the `r#` that makes it one.
pub(super) fn plain_name(word: &str) -> &str {
    word.strip_prefix("r#").unwrap_or(word)
}

/// The name behind `word`.
fn name_after(word: &str, tokens: &[TokenTree]) -> Option<String> {
    let at = tokens.iter().position(|token| matches!(token, TokenTree::Ident(ident) if ident == word))?;
    match tokens.get(at + 1)? {
        TokenTree::Ident(name) => Some(plain(name)),
        _ => None,
    }
}

/// Whether one of the attributes is ours.
pub(super) fn speaks_of_limbeck(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("limbeck")
            || (attribute.path().is_ident("cfg_attr")
                && attribute.meta.require_list().is_ok_and(|list| {
                    list.tokens
                        .clone()
                        .into_iter()
                        .any(|token| matches!(token, TokenTree::Ident(ident) if ident == "limbeck"))
                }))
    })
}

/// How many tokens at the beginning are `#![…]`.
fn inner_attributes(tokens: &[TokenTree]) -> usize {
    let sign = |at: usize, sign: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == sign);
    let mut at = 0;
    while sign(at, '#') && sign(at + 1, '!') && matches!(tokens.get(at + 2), Some(TokenTree::Group(_))) {
        at += 3;
    }
    at
}

/// The first item of `tokens`, which are not empty.
pub(super) fn piece(tokens: &[TokenTree]) -> Piece<'_> {
    let sign = |at: usize, sign: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == sign);
    let word = |at: usize| match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => ident.to_string(),
        _ => String::new(),
    };
    let group = |at: usize, wanted: Delimiter| matches!(tokens.get(at), Some(TokenTree::Group(group)) if group.delimiter() == wanted);
    let mut at = 0;
    while sign(at, '#') && group(at + 1, Delimiter::Bracket) {
        at += 2;
    }
    let attributes = at;
    if word(at) == "pub" {
        at += 1;
        if group(at, Delimiter::Parenthesis) {
            at += 1;
        }
    }
    let mut kind = word(at);
    if kind == "unsafe" && word(at + 1) == "mod" {
        kind = word(at + 1);
    }
    // `union` and `auto` are names elsewhere: `union!(…)`.
    if kind == "union" && word(at + 1).is_empty() {
        kind.clear();
    }
    let value = kind == "static" || (kind == "const" && !BEHIND_CONST.contains(&word(at + 1).as_str()));
    let only_semicolon = value || matches!(kind.as_str(), "use" | "type");
    let mut end = at;
    while end < tokens.len() {
        end += 1;
        if sign(end - 1, ';') || (!only_semicolon && group(end - 1, Delimiter::Brace)) {
            break;
        }
    }
    Piece { tokens: &tokens[..end], attributes: &tokens[..attributes], word: kind }
}

/// What stands behind a word.
#[derive(Clone, Copy)]
pub(super) enum Behind<'w> {
    Word(&'w str),
    /// `::` or `{ … }`
    Path,
    Other,
}

/// Whether a word begins an item that may be a model or lead to one, as none may stand within another outside its brackets.
pub(super) fn begins_item(word: &str, behind: Behind<'_>) -> bool {
    match (word, behind) {
        ("struct" | "enum" | "union", Behind::Word(name)) => name.starts_with("r#") || is_name(name),
        ("mod", Behind::Word(_)) => true,
        // `impl T + use<'a>` and `use || …` are none.
        ("use", Behind::Word(word)) => word != "move",
        ("use", Behind::Path) => true,
        _ => false,
    }
}

/// Whether brackets are nested deeper than any reasonable item has them.
fn too_deep(tokens: &[TokenTree]) -> bool {
    let mut open: Vec<(TokenStream, usize)> = tokens
        .iter()
        .filter_map(|token| match token {
            TokenTree::Group(group) => Some((group.stream(), 1)),
            _ => None,
        })
        .collect();
    while let Some((stream, depth)) = open.pop() {
        if depth > NESTING {
            return true;
        }
        open.extend(stream.into_iter().filter_map(|token| match token {
            TokenTree::Group(group) => Some((group.stream(), depth + 1)),
            _ => None,
        }));
    }
    false
}

/// The names that a `use` brings in.
fn uses(tree: &UseTree, path: &mut Vec<String>, items: &mut Vec<Item>) {
    match tree {
        UseTree::Path(inner) => {
            path.push(plain(&inner.ident));
            uses(&inner.tree, path, items);
            path.pop();
        }
        UseTree::Name(name) => {
            let mut path = path.clone();
            let word = plain(&name.ident);
            if word != "self" {
                path.push(word);
            }
            items.push(Item::Use { name: path.last().cloned(), path });
        }
        UseTree::Rename(rename) => {
            let mut path = path.clone();
            let word = plain(&rename.ident);
            if word != "self" {
                path.push(word);
            }
            if rename.rename != "_" {
                items.push(Item::Use { name: Some(plain(&rename.rename)), path });
            }
        }
        UseTree::Glob(_) => items.push(Item::Use { name: None, path: path.clone() }),
        UseTree::Group(group) => {
            for tree in &group.items {
                uses(tree, path, items);
            }
        }
    }
}

impl Marks {
    /// Whether a path in `derive(…)` ends in `name`.
    pub(super) fn derives_last(&self, name: &str) -> bool {
        self.derives.iter().any(|path| path.last().is_some_and(|last| last == name))
    }
}
