//! Cutting a file into items by its bare tokens, so that only those items meet `proc_macro2` and `syn` that need them:
//! functions and the like are passed over, plain structs are read as they stand ([`super::plain`]).
//!
//! Both ways to an item give the same; a test holds them against each other. Where this one is in doubt it gives nothing,
//! and the whole file goes the long way.

use limbeck_model_syntax::parse::{Context, Gathered, Spot, gather};
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::Attribute;
use syn::parse::Parser;

use super::cfg::holds;
use super::items::{Item, ModuleItem};
use super::plain::visibility;
use super::scan::{BEHIND_CONST, Behind, Scanner, WORDS, begins_item, piece};
use super::tokens::{Kind, Token, tokens};

/// A file's tokens.
pub(super) struct Cut<'s> {
    pub(super) source: &'s str,
    tokens: Vec<Token>,
}

/// The tokens of an item, by their numbers.
pub(super) struct Piece<'s> {
    pub(super) start: usize,
    /// Behind its attributes.
    pub(super) attributes: usize,
    /// Behind its visibility: its word.
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) word: &'s str,
}

impl<'s> Cut<'s> {
    pub(super) fn sign(&self, at: usize, sign: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Sign(sign))
    }

    /// The word there; an empty one, if it is none.
    pub(super) fn word(&self, at: usize) -> &'s str {
        match self.tokens.get(at) {
            Some(Token { kind: Kind::Word, start, end }) => &self.source[*start as usize..*end as usize],
            _ => "",
        }
    }

    /// The token that closes the bracket which opens there.
    pub(super) fn open(&self, at: usize, bracket: u8) -> Option<usize> {
        match self.tokens.get(at)?.kind {
            Kind::Open(open, close) if open == bracket => Some(close as usize),
            _ => None,
        }
    }

    /// Whether `::` stands there.
    pub(super) fn path_sign(&self, at: usize) -> bool {
        self.sign(at, b':') && self.sign(at + 1, b':') && self.tokens[at].end == self.tokens[at + 1].start
    }

    /// The first and the last byte of some tokens.
    pub(super) fn bytes(&self, from: usize, to: usize) -> (u32, u32) {
        (self.tokens[from].start, self.tokens[to - 1].end)
    }

    /// Where some tokens stand.
    pub(super) fn spot(&self, from: usize, to: usize) -> Spot {
        let (start, end) = self.bytes(from, to);
        Spot::Bytes { start, end }
    }

    pub(super) fn text(&self, from: usize, to: usize) -> &'s str {
        let (start, end) = self.bytes(from, to);
        &self.source[start as usize..end as usize]
    }

    /// Behind the token, or behind the bracket that closes it.
    fn behind(&self, at: usize) -> usize {
        match self.tokens[at].kind {
            Kind::Open(_, close) => close as usize + 1,
            _ => at + 1,
        }
    }

    /// Behind the attribute that begins there, and whether it is more than a comment.
    pub(super) fn attribute(&self, at: usize) -> Option<(usize, bool)> {
        if self.tokens.get(at).is_some_and(|token| token.kind == Kind::Doc) {
            return Some((at + 1, false));
        }
        let close = self.open(at + 1, b'[').filter(|_| self.sign(at, b'#'))?;
        Some((close + 1, true))
    }

    /// Whether a `!` stands in an item, and not only in brackets.
    fn calls(&self, piece: &Piece<'_>) -> bool {
        let mut at = piece.at;
        while at < piece.end && !self.sign(at, b'!') {
            at = self.behind(at);
        }
        at < piece.end
    }

    /// Whether another item stands in this one.
    fn swallows(&self, piece: &Piece<'_>) -> bool {
        let mut at = piece.at;
        while at < piece.end {
            let behind = match self.word(at + 1) {
                "" if self.path_sign(at + 1) || self.open(at + 1, b'{').is_some() => Behind::Path,
                "" => Behind::Other,
                word => Behind::Word(word),
            };
            // `'union` is a lifetime.
            if begins_item(self.word(at), behind) && !(at > piece.at && self.sign(at - 1, b'\'')) {
                return true;
            }
            at = self.behind(at);
        }
        false
    }

    /// As [`piece`] has it. `None` for a comment on what stands round it, in a place where that is none.
    fn piece(&self, start: usize, to: usize) -> Option<Piece<'s>> {
        let mut at = start;
        while let Some((behind, _)) = self.attribute(at) {
            at = behind;
        }
        let attributes = at;
        if self.word(at) == "pub" {
            at += 1;
            if let Some(close) = self.open(at, b'(') {
                at = close + 1;
            }
        }
        let mut word = self.word(at);
        if word == "unsafe" && self.word(at + 1) == "mod" {
            word = "mod";
        }
        if word == "union" && self.word(at + 1).is_empty() {
            word = "";
        }
        let value = word == "static" || (word == "const" && !BEHIND_CONST.contains(&self.word(at + 1)));
        let only_semicolon = value || matches!(word, "use" | "type");
        let mut end = at;
        while end < to {
            let last = end;
            end = self.behind(last);
            match self.tokens[last].kind {
                Kind::Sign(b';') => break,
                Kind::Open(b'{', _) if !only_semicolon => break,
                Kind::InnerDoc => return None,
                _ => {}
            }
        }
        Some(Piece { start, attributes, at, end, word })
    }
}

impl<'s> Scanner<'s> {
    /// The items of the file; `None` if there is any doubt, and then what was taken down does not count.
    pub(super) fn cut(&mut self) -> Option<Vec<Item>> {
        let cut = Cut { source: self.source, tokens: tokens(self.source, self.skipped)? };
        self.list(&cut, 0, cut.tokens.len(), 0)
    }

    fn list(&mut self, cut: &Cut<'s>, from: usize, to: usize, depth: usize) -> Option<Vec<Item>> {
        let mut items = Vec::new();
        let mut at = from;
        let mut only_comments = true;
        while at < to {
            if cut.tokens[at].kind == Kind::InnerDoc {
                at += 1;
            } else if cut.sign(at, b'#') && cut.sign(at + 1, b'!') && at + 2 < to {
                at = cut.open(at + 2, b'[')? + 1;
                only_comments = false;
            } else {
                break;
            }
        }
        if !only_comments {
            let (start, _) = cut.bytes(from, at);
            let inner = Attribute::parse_inner.parse2(cut.text(from, at).parse().ok()?);
            if inner.is_ok_and(|inner| !self.gathered(&inner, start).enabled) {
                return Some(items);
            }
        }
        while at < to {
            let piece = cut.piece(at, to)?;
            at = piece.end;
            self.piece(cut, &piece, &mut items, depth)?;
        }
        Some(items)
    }

    fn piece(&mut self, cut: &Cut<'s>, piece: &Piece<'s>, items: &mut Vec<Item>, depth: usize) -> Option<()> {
        let done = match piece.word {
            "struct" => self.plain(cut, piece, items).is_some(),
            "mod" => self.plain_module(cut, piece, items, depth)?,
            "use" => plain_use(cut, piece, items).is_some(),
            "enum" | "union" | "type" => false,
            word => {
                // Nobody asks for more than models in a macro, an attribute of ours, an included file, and what is no
                // item at all.
                let text = cut.text(piece.start, piece.end);
                !text.contains("limbeck")
                    && !text.contains("include")
                    && !cut.swallows(piece)
                    && (word.is_empty() || WORDS.contains(&word) || cut.calls(piece))
            }
        };
        if done { Some(()) } else { self.parsed(cut, piece, items, depth) }
    }

    /// An item that takes a parser.
    fn parsed(
        &mut self,
        cut: &Cut<'s>,
        cutting: &Piece<'s>,
        items: &mut Vec<Item>,
        depth: usize,
    ) -> Option<()> {
        let tokens: TokenStream = cut.text(cutting.start, cutting.end).parse().ok()?;
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            let piece = piece(&tokens[at..]);
            at += piece.tokens.len().max(1);
            self.item(&piece, items, depth);
        }
        settle(&mut self.context, cut.bytes(cutting.start, cutting.end).0, self.skipped);
        Some(())
    }

    /// What attributes say whose text begins at byte `start`.
    fn gathered(&mut self, attributes: &[Attribute], start: u32) -> Gathered {
        let features = self.features;
        let gathered = gather(&mut self.context, attributes, &|condition| holds(condition, features));
        settle(&mut self.context, start, self.skipped);
        gathered
    }

    /// `mod a;` and `mod a { … }`; `Some(false)` if it is written in another way.
    fn plain_module(
        &mut self,
        cut: &Cut<'s>,
        piece: &Piece<'s>,
        items: &mut Vec<Item>,
        depth: usize,
    ) -> Option<bool> {
        let name = cut.word(piece.at + 1);
        let content = cut.open(piece.at + 2, b'{');
        let whole = cut.sign(piece.at + 2, b';') || content.is_some();
        if cut.word(piece.at) != "mod" || name.is_empty() || name.starts_with("r#") || !whole {
            return Some(false);
        }
        let (mut conditional, mut path) = (false, None);
        if piece.start < piece.attributes {
            let (start, _) = cut.bytes(piece.start, piece.attributes);
            let text = cut.text(piece.start, piece.attributes);
            let Ok(attributes) = Attribute::parse_outer.parse2(text.parse().ok()?) else {
                return Some(false);
            };
            let gathered = self.gathered(&attributes, start);
            if !gathered.enabled {
                return Some(true);
            }
            conditional = attributes.iter().any(|attribute| attribute.path().is_ident("cfg"));
            path = gathered.path;
        }
        let content = match content {
            Some(close) => Some(self.list(cut, piece.at + 3, close, depth + 1)?),
            None => None,
        };
        let place = self.context.place(cut.spot(piece.at + 1, piece.at + 2));
        items.push(Item::Module(ModuleItem { name: name.to_owned(), place, content, path, conditional }));
        Some(true)
    }
}

/// `use a::b;`, `use a::b as c;` and `use a::*;`. `None`, if it is written in another way.
fn plain_use(cut: &Cut<'_>, piece: &Piece<'_>, items: &mut Vec<Item>) -> Option<()> {
    if piece.start < piece.attributes || visibility(cut, piece.attributes)? != piece.at {
        return None;
    }
    let mut at = piece.at + 1;
    let mut path = Vec::new();
    if cut.path_sign(at) {
        path.push(String::new());
        at += 2;
    }
    loop {
        let word = cut.word(at);
        let fits = matches!(word, "self" | "super" | "crate") || is_name(word);
        if !fits {
            return None;
        }
        at += 1;
        path.push(word.to_owned());
        if !cut.path_sign(at) {
            break;
        }
        at += 2;
        if cut.sign(at, b'*') {
            (cut.sign(at + 1, b';') && at + 2 == piece.end)
                .then(|| items.push(Item::Use { name: None, path }))?;
            return Some(());
        }
    }
    let mut name = None;
    if cut.word(at) == "as" {
        let word = cut.word(at + 1);
        if word != "_" && !is_name(word) {
            return None;
        }
        name = Some(word);
        at += 2;
    }
    if !cut.sign(at, b';') || at + 1 != piece.end {
        return None;
    }
    if path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    match name {
        Some("_") => {}
        Some(name) => items.push(Item::Use { name: Some(name.to_owned()), path }),
        None => items.push(Item::Use { name: path.last().cloned(), path }),
    }
    Some(())
}

/// Turns the spots in a text that begins at byte `start` into bytes of the file, which begins at `first`.
pub(super) fn settle(context: &mut Context, start: u32, first: usize) {
    context.settle(|span: Span| {
        let bytes = span.byte_range();
        // That is nowhere, which is the beginning.
        let base = if bytes == (0..0) { first } else { start as usize };
        super::scan::narrow(base + bytes.start..base + bytes.end)
    });
}

/// Whether a word is a name: neither a keyword nor none at all, and not raw.
pub(super) fn is_name(word: &str) -> bool {
    !word.is_empty()
        && !word.starts_with("r#")
        && !matches!(
            word,
            "_" | "abstract"
                | "as"
                | "async"
                | "await"
                | "become"
                | "box"
                | "break"
                | "const"
                | "continue"
                | "crate"
                | "do"
                | "dyn"
                | "else"
                | "enum"
                | "extern"
                | "false"
                | "final"
                | "fn"
                | "for"
                | "if"
                | "impl"
                | "in"
                | "let"
                | "loop"
                | "macro"
                | "match"
                | "mod"
                | "move"
                | "mut"
                | "override"
                | "priv"
                | "pub"
                | "ref"
                | "return"
                | "Self"
                | "self"
                | "static"
                | "struct"
                | "super"
                | "trait"
                | "true"
                | "try"
                | "type"
                | "typeof"
                | "unsafe"
                | "unsized"
                | "use"
                | "virtual"
                | "where"
                | "while"
                | "yield"
        )
}
