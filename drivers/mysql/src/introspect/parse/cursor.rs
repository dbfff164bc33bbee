use limbeck_core::sql::{Token, TokenKind, tokens};

use super::Refused;
use crate::dialect::LEXICAL;
use crate::dialect::literal::{unquoted_name, unquoted_text};

/// Reads a text token by token. The marks of executable comments are passed over: what is in them is code.
pub(super) struct Cursor<'a> {
    text: &'a str,
    code: Vec<Token<'a>>,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, code: tokens(&LEXICAL, text).filter(Token::is_code).collect(), at: 0 }
    }

    pub(super) fn peek(&self) -> Option<&Token<'a>> {
        self.code.get(self.at)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<&Token<'a>> {
        self.code.get(self.at + ahead)
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let token = self.code.get(self.at).copied();
        self.at += usize::from(token.is_some());
        token
    }

    /// Whether these words come, in upper case. They are passed then.
    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let comes = words.iter().enumerate().all(|(ahead, word)| {
            self.peek_at(ahead).is_some_and(|token| token.is_word(word) || token.text == *word)
        });
        if comes {
            self.at += words.len();
        }
        comes
    }

    pub(super) fn expect(&mut self, words: &[&str]) -> Result<(), Refused> {
        if self.eat(words) { Ok(()) } else { Err(self.refuse(&words.join(" "))) }
    }

    /// That something else was expected here.
    pub(super) fn refuse(&self, expected: &str) -> Refused {
        match self.peek() {
            Some(token) => {
                let end = self.text.len().min(token.start + 40);
                let end = (token.start..=end).rev().find(|end| self.text.is_char_boundary(*end));
                let shown = &self.text[token.start..end.unwrap_or(token.start)];
                format!("{expected} was expected before `{shown}`")
            }
            None => format!("{expected} was expected at its end"),
        }
    }

    /// A name, in quotes or without.
    pub(super) fn name(&mut self) -> Result<String, Refused> {
        match self.peek() {
            Some(token) if matches!(token.kind, TokenKind::QuotedIdentifier | TokenKind::Word) => {
                let name = unquoted_name(token.text);
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.refuse("a name")),
        }
    }

    /// A string's text.
    pub(super) fn string(&mut self) -> Result<String, Refused> {
        let token = self.peek().filter(|token| token.kind == TokenKind::String);
        match token.and_then(|token| unquoted_text(token.text)) {
            Some(text) => {
                self.at += 1;
                Ok(text)
            }
            None => Err(self.refuse("a text")),
        }
    }

    pub(super) fn number(&mut self) -> Result<i64, Refused> {
        let found = self.peek().and_then(|token| token.text.parse().ok());
        match found {
            Some(number) => {
                self.at += 1;
                Ok(number)
            }
            None => Err(self.refuse("a number")),
        }
    }

    /// What stands in the parentheses that come, as it stands.
    pub(super) fn parenthesised(&mut self) -> Result<&'a str, Refused> {
        let open = self.peek().filter(|token| token.text == "(").map(|token| token.start);
        let Some(open) = open else { return Err(self.refuse("(")) };
        let mut depth = 0usize;
        while let Some(token) = self.next() {
            match token.text {
                "(" => depth += 1,
                ")" => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(self.text[open + 1..token.start].trim());
                    }
                }
                _ => {}
            }
        }
        Err("its parentheses are not closed".to_owned())
    }

    /// Where the next token begins.
    pub(super) fn place(&self) -> usize {
        self.peek().map_or(self.text.len(), |token| token.start)
    }

    /// The text from `start` to the last token that was passed.
    pub(super) fn since(&self, start: usize) -> &'a str {
        let end = self.at.checked_sub(1).map_or(start, |at| self.code[at].span().end);
        &self.text[start.min(end)..end]
    }

    /// The rest of the code, as it stands.
    pub(super) fn rest(&mut self) -> &'a str {
        let start = self.place();
        self.at = self.code.len();
        self.since(start)
    }
}
