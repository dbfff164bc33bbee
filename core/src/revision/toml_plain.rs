//! TOML → tree in one pass, for the TOML that revisions are made of: keys without dots, `[[blocks]]`, and values.
//!
//! What goes beyond that, or is wrong, is left to the library's own document, which knows every rule of TOML and what to
//! say of what breaks one. A document costs more: its tables are maps with a hash for every key.

use std::borrow::Cow;
use std::ops::Range;

use toml::value::Datetime;
use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::lexer::{Token, TokenKind};
use toml_parser::parser::{EventReceiver, parse_document};
use toml_parser::{ErrorSink, ParseError, Raw, Source, Span};

use super::toml_tree::Texts;
use super::tree::{Entry, Node, Value};

/// A table of more keys is left to the library: every key is compared with those before it.
const KEYS: usize = 64;

/// Arrays and tables within each other; the library allows 80.
const DEPTH: usize = 32;

/// Most blocks have fewer.
const TOKENS: usize = 256;

/// The tree of a document; `None` if it is not plain.
pub(super) fn tree<'a>(text: &'a str, texts: &Texts<'a>) -> Option<Node<'a>> {
    let source = Source::new(text);
    let mut builder = Builder {
        source,
        texts,
        root: Vec::new(),
        blocks: Vec::new(),
        header: None,
        entries: Vec::new(),
        key: None,
        open: Vec::new(),
        plain: true,
    };
    let mut error: Option<ParseError> = None;
    // A block at a time: what tables a document begins with does not change how the next one is read, and the tokens of
    // a large file would take more room than all that is made of them.
    let mut tokens: Vec<Token> = Vec::with_capacity(TOKENS);
    let (mut depth, mut begins) = (0_usize, true);
    for token in source.lex() {
        match token.kind() {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                if begins && depth == 0 && !tokens.is_empty() {
                    parse_document(&tokens, &mut builder, &mut error);
                    tokens.clear();
                }
                depth += 1;
            }
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => depth = depth.saturating_sub(1),
            _ => {}
        }
        begins = token.kind() == TokenKind::Newline;
        tokens.push(token);
    }
    parse_document(&tokens, &mut builder, &mut error);
    builder.end_block();
    if error.is_some() || !builder.plain || builder.key.is_some() || !builder.open.is_empty() {
        return None;
    }
    Some(Node { value: Value::Table(builder.root), span: 0..0 })
}

/// Puts the tree together as the parser goes along.
struct Builder<'a, 't> {
    source: Source<'a>,
    texts: &'t Texts<'a>,
    root: Vec<Entry<'a>>,
    /// The entries of `root` that are lists of blocks.
    blocks: Vec<usize>,
    /// The `[[block]]` that is under way; none before the first.
    header: Option<Header<'a>>,
    /// The keys of the block that is under way, or of the root before the first.
    entries: Vec<Entry<'a>>,
    /// A key of `entries` that waits for its value.
    key: Option<Key<'a>>,
    /// The arrays and tables that are open within a value.
    open: Vec<Open<'a>>,
    /// Whether all was plain so far. If not, what comes after does not count.
    plain: bool,
}

type Key<'a> = (Cow<'a, str>, Range<usize>);

struct Header<'a> {
    key: Option<Key<'a>>,
    span: Range<usize>,
    /// Whether its brackets are closed.
    closed: bool,
}

enum Open<'a> {
    Array { items: Vec<Node<'a>>, start: usize },
    Table { entries: Vec<Entry<'a>>, key: Option<Key<'a>>, start: usize },
}

impl<'a> Builder<'a, '_> {
    /// Puts the block that is under way, with its keys, where it belongs.
    fn end_block(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        let Some(header) = self.header.take() else {
            self.root = entries;
            return;
        };
        let Some((key, key_span)) = header.key.filter(|_| header.closed) else {
            self.plain = false;
            return;
        };
        let block = Node { value: Value::Table(entries), span: header.span.clone() };
        let Some(at) = self.root.iter().position(|entry| entry.key == key) else {
            self.plain &= self.root.len() < KEYS;
            self.blocks.push(self.root.len());
            let node = Node { value: Value::Array(vec![block]), span: header.span };
            self.root.push(Entry { key, key_span, node });
            return;
        };
        match &mut self.root[at].node.value {
            Value::Array(items) if self.blocks.contains(&at) => items.push(block),
            _ => self.plain = false,
        }
    }

    /// Puts a value behind its key or into its array.
    fn value(&mut self, node: Node<'a>) {
        let (entries, key) = match self.open.last_mut() {
            Some(Open::Array { items, .. }) => {
                items.push(node);
                return;
            }
            Some(Open::Table { entries, key, .. }) => (entries, key.take()),
            None => (&mut self.entries, self.key.take()),
        };
        match key {
            Some((key, key_span)) if entries.len() < KEYS && entries.iter().all(|entry| entry.key != key) => {
                entries.push(Entry { key, key_span, node });
            }
            _ => self.plain = false,
        }
    }

    /// Whether what opens now may be entered.
    fn enter(&mut self, open: Open<'a>) -> bool {
        self.plain &= self.open.len() < DEPTH;
        if self.plain {
            self.open.push(open);
        }
        self.plain
    }

    fn raw(&mut self, span: Span, encoding: Option<Encoding>) -> Option<Raw<'a>> {
        let raw = self.source.input().get(range(span));
        self.plain &= raw.is_some();
        raw.map(|raw| Raw::new_unchecked(raw, encoding, span))
    }

    fn scalar_value(
        &mut self,
        raw: &Raw<'a>,
        span: &Range<usize>,
        error: &mut dyn ErrorSink,
    ) -> Option<Value<'a>> {
        let mut decoded = Cow::Borrowed("");
        Some(match raw.decode_scalar(&mut decoded, error) {
            ScalarKind::String => Value::String(self.texts.string(decoded, span)),
            ScalarKind::Boolean(value) => Value::Bool(value),
            ScalarKind::DateTime => Value::Datetime(decoded.parse::<Datetime>().ok()?.to_string()),
            ScalarKind::Integer(radix) => Value::Integer(i64::from_str_radix(&decoded, radix.value()).ok()?),
            ScalarKind::Float => Value::Float(decoded.parse().ok().filter(|value: &f64| value.is_finite())?),
        })
    }
}

fn range(span: Span) -> Range<usize> {
    span.start()..span.end()
}

impl EventReceiver for Builder<'_, '_> {
    fn std_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.plain = false;
    }

    fn array_table_open(&mut self, span: Span, _: &mut dyn ErrorSink) {
        self.end_block();
        self.header = Some(Header { key: None, span: range(span), closed: false });
    }

    fn array_table_close(&mut self, span: Span, _: &mut dyn ErrorSink) {
        if let Some(header) = &mut self.header {
            header.span.end = span.end();
            header.closed = true;
        }
    }

    fn inline_table_open(&mut self, span: Span, _: &mut dyn ErrorSink) -> bool {
        self.enter(Open::Table { entries: Vec::new(), key: None, start: span.start() })
    }

    fn inline_table_close(&mut self, span: Span, _: &mut dyn ErrorSink) {
        match self.open.pop() {
            Some(Open::Table { entries, key: None, start }) if self.plain => {
                self.value(Node { value: Value::Table(entries), span: start..span.end() });
            }
            _ => self.plain = false,
        }
    }

    fn array_open(&mut self, span: Span, _: &mut dyn ErrorSink) -> bool {
        self.enter(Open::Array { items: Vec::new(), start: span.start() })
    }

    fn array_close(&mut self, span: Span, _: &mut dyn ErrorSink) {
        match self.open.pop() {
            Some(Open::Array { items, start }) if self.plain => {
                self.value(Node { value: Value::Array(items), span: start..span.end() });
            }
            _ => self.plain = false,
        }
    }

    fn simple_key(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        let Some(raw) = self.raw(span, encoding) else { return };
        let mut key = Cow::Borrowed("");
        raw.decode_key(&mut key, error);
        let place = match self.open.last_mut() {
            Some(Open::Table { key, .. }) => key,
            Some(Open::Array { .. }) => {
                self.plain = false;
                return;
            }
            None => match &mut self.header {
                Some(Header { key, closed: false, .. }) => key,
                _ => &mut self.key,
            },
        };
        self.plain &= place.replace((key, range(span))).is_none();
    }

    fn key_sep(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.plain = false;
    }

    fn scalar(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        let Some(raw) = self.raw(span, encoding) else { return };
        let span = range(span);
        match self.scalar_value(&raw, &span, error) {
            Some(value) => self.value(Node { value, span }),
            None => self.plain = false,
        }
    }

    fn comment(&mut self, span: Span, error: &mut dyn ErrorSink) {
        if let Some(raw) = self.raw(span, None) {
            raw.decode_comment(error);
        }
    }

    fn newline(&mut self, span: Span, error: &mut dyn ErrorSink) {
        if let Some(raw) = self.raw(span, None) {
            raw.decode_newline(error);
        }
    }

    fn error(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.plain = false;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::toml_tree::any_tree;
    use super::*;

    fn plain(text: &str) -> Option<Node<'_>> {
        tree(text, &Texts::of(text))
    }

    fn library(text: &str) -> Option<Node<'_>> {
        any_tree(text, &Texts::of(text)).ok()
    }

    #[test]
    fn what_revisions_are_made_of_is_plain() {
        for text in [
            "",
            "# nothing\n",
            "\u{feff}a = 1\r\nb = \"\"\"x\r\ny\"\"\"\r\n",
            "a = 'l'\n\"b c\" = 0x1F\nc = [1, [], { d = 1_000.5, e = true }, ]\nf = 2026-01-01T00:00:00Z\n",
            "a = 1\n\n[[up]] # first\nb = { c = 'd' }\n[[up]]\n[[down]]\nb = \"\\u00e9\"\n",
        ] {
            let found = plain(text);
            assert!(found.is_some(), "{text:?}");
            assert_eq!(found, library(text), "{text:?}");
        }
    }

    #[test]
    fn what_is_more_than_plain_or_wrong_is_left_to_the_library() {
        let deep = format!("a = {}{}", "[".repeat(DEPTH + 1), "]".repeat(DEPTH + 1));
        let wide: String = (0..=KEYS).map(|key| format!("k{key} = 1\n")).collect();
        for text in ["a.b = 1", "[a]", "[[a.b]]", "a = { b.c = 1 }", "a = inf", &deep, &wide] {
            assert_eq!(plain(text), None, "{text:?}");
            assert!(library(text).is_some(), "{text:?}");
        }
        for text in [
            "a",
            "a = ",
            "a = 1 2",
            "a = 1\na = 2",
            "a = [1",
            "a = []\n[[a]]",
            "[[a]]\n[a]",
            "[[]]",
            "a = 01",
            "a = \"\\x\"",
            "# \u{1}",
            "a = 1\rb = 2",
        ] {
            assert_eq!(plain(text), None, "{text:?}");
            assert_eq!(library(text), None, "{text:?}");
        }
    }

    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "a = 1\n",
            "b = 'x'\r\n",
            "c = [1, { d = 2 }]\n",
            "e = { f = [], g = 1.5 }\n",
            "[[h]]\n",
            "[[i]]\n",
            "[h]\n",
            "[[h.i]]\n",
            "a",
            "b",
            "\"c\"",
            "h",
            " = ",
            "=",
            "1",
            "-7",
            "0x1f",
            "1e3",
            "nan",
            "true",
            "2026-01-01",
            "\"s\\n\"",
            "\"\"\"m\r\n\"\"\"",
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            ",",
            ".",
            "\n",
            "\r",
            " ",
            "# c\n",
            "\u{1}",
            "é",
        ]);
        prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn a_plain_tree_is_the_librarys(text in pieces()) {
            if let Some(found) = plain(&text) {
                prop_assert_eq!(Some(found), library(&text));
            }
        }
    }
}
