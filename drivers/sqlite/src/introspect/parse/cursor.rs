use std::fmt;

use limbeck_core::schema::{KeyPart, OptionValue, Options, Order};

use super::token::{Kind, Token, tokens};
use crate::options::{CONFLICT_ACTIONS, DIALECT, ON_CONFLICT};

/// A text that is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misread {
    /// What was expected.
    expected: &'static str,
    /// What was found.
    found: String,
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} and found {}", self.expected, self.found)
    }
}

/// A place among the tokens of a text.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    sql: &'a str,
    tokens: Vec<Token<'a>>,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(sql: &'a str) -> Self {
        Self { sql, tokens: tokens(sql), at: 0 }
    }

    pub(super) fn peek(&self) -> Option<Token<'a>> {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<Token<'a>> {
        self.tokens.get(self.at + ahead).copied()
    }

    pub(super) fn advance(&mut self) -> Option<Token<'a>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    /// Whether the next tokens are these key words.
    pub(super) fn sees(&self, words: &[&str]) -> bool {
        words
            .iter()
            .enumerate()
            .all(|(ahead, word)| self.peek_at(ahead).is_some_and(|token| token.is_word(word)))
    }

    /// Goes past these key words, if they are next.
    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let seen = self.sees(words);
        if seen {
            self.at += words.len();
        }
        seen
    }

    pub(super) fn sees_mark(&self, mark: &str) -> bool {
        self.peek().is_some_and(|token| token.is_mark(mark))
    }

    pub(super) fn eat_mark(&mut self, mark: &str) -> bool {
        let seen = self.sees_mark(mark);
        self.at += usize::from(seen);
        seen
    }

    pub(super) fn misread<T>(&self, expected: &'static str) -> Result<T, Misread> {
        let found = self.peek().map_or("the end".to_owned(), |token| format!("`{}`", token.text));
        Err(Misread { expected, found })
    }

    pub(super) fn expect(&mut self, words: &[&str], expected: &'static str) -> Result<(), Misread> {
        if self.eat(words) { Ok(()) } else { self.misread(expected) }
    }

    pub(super) fn expect_mark(&mut self, mark: &str, expected: &'static str) -> Result<(), Misread> {
        if self.eat_mark(mark) { Ok(()) } else { self.misread(expected) }
    }

    pub(super) fn name(&mut self) -> Result<String, Misread> {
        match self.peek().and_then(|token| token.name()) {
            Some(name) => {
                self.at += 1;
                Ok(name)
            }
            None => self.misread("a name"),
        }
    }

    /// The last part of a name that may have a schema before it.
    pub(super) fn qualified_name(&mut self) -> Result<String, Misread> {
        let name = self.name()?;
        if self.eat_mark(".") { self.name() } else { Ok(name) }
    }

    /// The text from the token that the cursor was at as `from` up to it.
    pub(super) fn text_since(&self, from: usize) -> &'a str {
        match (self.tokens.get(from), self.tokens.get(self.at.wrapping_sub(1))) {
            (Some(first), Some(last)) if from < self.at => &self.sql[first.start..last.end()],
            _ => "",
        }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Goes past what stands in parentheses, and gives the text within them.
    pub(super) fn parenthesised(&mut self) -> Result<&'a str, Misread> {
        let open = match self.peek() {
            Some(token) if token.is_mark("(") => token,
            _ => return self.misread("`(`"),
        };
        self.skip_group();
        match self.tokens.get(self.at - 1) {
            Some(close) if self.at >= 2 && close.is_mark(")") && close.start > open.start => {
                Ok(self.sql[open.end()..close.start].trim())
            }
            _ => self.misread("`)`"),
        }
    }

    /// Goes past an expression in parentheses, and gives it without them. One that is in parentheses twice keeps them
    /// all, so that it can be written again as it was.
    pub(super) fn expression(&mut self) -> Result<&'a str, Misread> {
        let from = self.at;
        let inner = self.parenthesised()?;
        Ok(if layers(&tokens(inner)) > 0 { self.text_since(from) } else { without_parentheses(inner) })
    }

    /// Goes past the next token, and if that opens a parenthesis past the one that closes it.
    pub(super) fn skip_group(&mut self) {
        let mut depth = 0_usize;
        while let Some(token) = self.advance() {
            if token.is_mark("(") {
                depth += 1;
            } else if token.is_mark(")") {
                depth = depth.saturating_sub(1);
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// The text from here up to a comma or a parenthesis that closes what was open before, or to the end.
    pub(super) fn item(&mut self) -> &'a str {
        let from = self.at;
        while self.peek().is_some() && !self.sees_mark(",") && !self.sees_mark(")") {
            self.skip_group();
        }
        self.text_since(from)
    }

    /// The rest of the text, without what ends the statement.
    pub(super) fn rest(&mut self) -> &'a str {
        let from = self.at;
        self.at = self.tokens.len();
        let text = self.text_since(from);
        text.strip_suffix(';').map_or(text, str::trim_end)
    }

    /// Names in parentheses, with commas.
    pub(super) fn names(&mut self) -> Result<Vec<String>, Misread> {
        self.expect_mark("(", "`(`")?;
        let mut names = vec![self.name()?];
        while self.eat_mark(",") {
            names.push(self.name()?);
        }
        self.expect_mark(")", "`)`")?;
        Ok(names)
    }

    /// The parts of a key or index, in parentheses. Also whether AUTOINCREMENT stands behind the last one.
    pub(super) fn key_parts(&mut self) -> Result<(Vec<KeyPart>, bool), Misread> {
        self.expect_mark("(", "`(`")?;
        let mut parts = Vec::new();
        loop {
            let text = self.item();
            let (text, autoincrement) = split_word(text, "AUTOINCREMENT");
            match key_part(text) {
                Some(part) => parts.push(part),
                None => return self.misread("a column or an expression"),
            }
            if self.eat_mark(",") {
                continue;
            }
            self.expect_mark(")", "`)`")?;
            return Ok((parts, autoincrement));
        }
    }

    /// ` ON CONFLICT REPLACE` as options.
    pub(super) fn conflict(&mut self) -> Result<Options, Misread> {
        let mut options = Options::default();
        if !self.eat(&["ON", "CONFLICT"]) {
            return Ok(options);
        }
        match self.peek() {
            Some(token) if token.is_any(&CONFLICT_ACTIONS) => {
                self.at += 1;
                let action = token.text.to_ascii_lowercase();
                options.set(DIALECT, ON_CONFLICT, OptionValue::String(action));
                Ok(options)
            }
            _ => self.misread("what to do on a conflict"),
        }
    }
}

/// `text` without the key word `word` at its end, and whether it was there.
fn split_word<'a>(text: &'a str, word: &str) -> (&'a str, bool) {
    let pieces = tokens(text);
    match pieces.as_slice() {
        [before @ .., last] if last.is_word(word) && !before.is_empty() => {
            let end = before[before.len() - 1].end();
            (&text[..end], true)
        }
        _ => (text, false),
    }
}

/// A part of a key or index: `name COLLATE nocase DESC`, `lower(name)`.
fn key_part(text: &str) -> Option<KeyPart> {
    let (text, descending) = split_word(text, "DESC");
    let text = split_word(text, "ASC").0;
    let (target, collation) = split_collation(text);
    let bare = tokens(without_parentheses(target));
    let mut part = match bare.as_slice() {
        [] => return None,
        [only] => match only.name() {
            Some(name) => KeyPart::column(name),
            None => KeyPart::expression(target),
        },
        _ => KeyPart::expression(target),
    };
    part.collation = collation;
    if descending {
        part.order = Order::Descending;
    }
    Some(part)
}

/// `text` without the COLLATE at its end, if that belongs to the whole of it and not to its last operand.
fn split_collation(text: &str) -> (&str, Option<String>) {
    let pieces = tokens(text);
    let [before @ .., collate, name] = pieces.as_slice() else { return (text, None) };
    let (true, Some(name), Some(last)) = (collate.is_word("COLLATE"), name.name(), before.last()) else {
        return (text, None);
    };
    if is_operand(before) { (&text[..last.end()], Some(name)) } else { (text, None) }
}

/// Whether the tokens are one operand: a name, a literal, a call, or something in parentheses.
fn is_operand(pieces: &[Token<'_>]) -> bool {
    let rest = match pieces {
        [_] => return true,
        [first, rest @ ..] if first.is_mark("(") => return closes_at_end(rest),
        [first, open, rest @ ..] if first.kind == Kind::Word && open.is_mark("(") => rest,
        _ => return false,
    };
    closes_at_end(rest)
}

/// Whether the last of the tokens is the parenthesis that closes one opened just before them.
fn closes_at_end(pieces: &[Token<'_>]) -> bool {
    let mut depth = 1_usize;
    for (at, token) in pieces.iter().enumerate() {
        if token.is_mark("(") {
            depth += 1;
        } else if token.is_mark(")") {
            depth -= 1;
            if depth == 0 {
                return at + 1 == pieces.len();
            }
        }
    }
    false
}

/// An expression without the parentheses round all of it, and without comments before and behind it.
pub(crate) fn without_parentheses(text: &str) -> &str {
    let pieces = tokens(text);
    let layers = layers(&pieces);
    match &pieces[layers..pieces.len() - layers] {
        [first, .., last] => &text[first.start..last.end()],
        [only] => only.text,
        [] => "",
    }
}

/// How many pairs of parentheses stand round all of the tokens.
fn layers(pieces: &[Token<'_>]) -> usize {
    // How many parentheses at the beginning close at the end, one within the other: found in one pass, since a text of
    // nothing but parentheses would else be read as often as it has any.
    let mut open: Vec<usize> = Vec::new();
    let mut partner = vec![usize::MAX; pieces.len()];
    for (at, token) in pieces.iter().enumerate() {
        if token.is_mark("(") {
            open.push(at);
        } else if token.is_mark(")")
            && let Some(opened) = open.pop()
        {
            partner[opened] = at;
        }
    }
    (0..pieces.len() / 2).take_while(|at| partner[*at] == pieces.len() - 1 - at).count()
}

/// Whether `text` is one operand, to which a COLLATE behind it belongs as a whole.
pub(crate) fn is_one_operand(text: &str) -> bool {
    is_operand(&tokens(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_parentheses_round_the_whole_go() {
        for (text, bare) in [
            ("((a))", "a"),
            (" ( a ) ", "a"),
            ("(a) + (b)", "(a) + (b)"),
            ("((a) + (b))", "(a) + (b)"),
            ("(')')", "')'"),
            ("(a", "(a"),
            ("()", ""),
            ("((a) b (c))", "(a) b (c)"),
            ("", ""),
            ("/* x */ ( -- y\n a /* b */ + c -- d\n) -- e", "a /* b */ + c"),
        ] {
            assert_eq!(without_parentheses(text), bare);
        }
        let deep = format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(without_parentheses(&deep), "a");
    }

    #[test]
    fn a_collation_is_taken_off_what_it_belongs_to() {
        for (text, target, collation) in [
            ("a COLLATE nocase", "a", Some("nocase")),
            ("(a || b) COLLATE \"my coll\"", "(a || b)", Some("my coll")),
            ("lower(a) COLLATE nocase", "lower(a)", Some("nocase")),
            ("a || b COLLATE nocase", "a || b COLLATE nocase", None),
            ("(a) || (b) COLLATE nocase", "(a) || (b) COLLATE nocase", None),
            ("collate", "collate", None),
        ] {
            assert_eq!(split_collation(text), (target, collation.map(str::to_owned)));
        }
    }
}
