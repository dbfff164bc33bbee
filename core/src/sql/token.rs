use std::ops::Range;

use super::Unterminated;

/// A piece of SQL. The pieces of a text, put together, are the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: TokenKind,
    /// Its text, as it stands.
    pub text: &'a str,
    /// Where it begins, in bytes.
    pub start: usize,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// White space.
    Space,
    /// A comment that nobody acts on.
    Comment,
    /// A comment that an optimizer acts on: `/*+ … */`.
    Hint,
    /// The `/*!50003` of a comment that is code; its contents are tokens of their own.
    ExecutableOpen,
    /// The `*/` of one.
    ExecutableClose,
    /// A key word or a plain name.
    Word,
    /// A name in quotes.
    QuotedIdentifier,
    /// A string with its prefix, or a dollar-quoted one.
    String,
    /// A number.
    Number,
    /// A parameter or variable.
    Parameter,
    /// One operator, `::` and `:=` included.
    Operator,
    /// Any other single character.
    Punctuation,
    /// What ends a statement: `;`, or what DELIMITER made of it.
    Terminator,
    /// A line for the client, such as `DELIMITER //` or `\connect`.
    Command,
    /// What was begun and not ended: all of the text from there on.
    Unterminated(Unterminated),
}

impl<'a> Token<'a> {
    /// The bytes it stands at.
    pub fn span(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// Whether a server acts on it: false for space, comments, hints and the marks of executable comments.
    pub fn is_code(&self) -> bool {
        !matches!(
            self.kind,
            TokenKind::Space
                | TokenKind::Comment
                | TokenKind::Hint
                | TokenKind::ExecutableOpen
                | TokenKind::ExecutableClose
        )
    }

    /// Whether it is this word, in either case.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is one of these words, given in upper case.
    pub fn is_any(&self, words: &[&str]) -> bool {
        self.kind == TokenKind::Word && words.iter().any(|word| self.text.eq_ignore_ascii_case(word))
    }

    /// Whether it is this punctuation.
    pub fn is_mark(&self, mark: &str) -> bool {
        self.kind == TokenKind::Punctuation && self.text == mark
    }
}
