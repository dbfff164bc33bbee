use super::{LexicalRules, Token, TokenKind, Unterminated};

const OPERATORS: &[u8] = b"+-*/<>=~!@#%^&|`?";
// An operator may end in a sign only if one of these is in it: so `=-1` is `=` and `-1`, but `@-` is one operator.
const KEEP_SIGNS: &[u8] = b"~!@#%^&|`?";
/// The longest delimiter that clients understand, in bytes.
pub(super) const LONGEST_DELIMITER: usize = 15;

/// The tokens of a text, by [`tokens`].
#[derive(Debug, Clone)]
pub struct Tokens<'a> {
    rules: &'a LexicalRules,
    text: &'a str,
    at: usize,
    /// What ends a statement, if it is not `;`.
    delimiter: Option<&'a str>,
    commands: bool,
    /// No statement has begun, so that a command of the client may stand here.
    fresh: bool,
    /// How many executable comments are open.
    executable: usize,
    /// Up to here there are only signs, each an operator of its own.
    signs_until: usize,
    continuation: Continuation,
}

/// A string with a prefix goes on, by its own rules, in a quote that follows on another line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Continuation {
    None,
    SameLine,
    NextLine,
}

/// The tokens of a script. Any text has some; what is not closed is a last token of its own kind.
pub fn tokens<'a>(rules: &'a LexicalRules, sql: &'a str) -> Tokens<'a> {
    Tokens {
        rules,
        text: sql,
        at: 0,
        delimiter: None,
        commands: true,
        fresh: true,
        executable: 0,
        signs_until: 0,
        continuation: Continuation::None,
    }
}

/// The tokens of an expression, in which no command of the client can stand.
pub(super) fn expression_tokens<'a>(rules: &'a LexicalRules, sql: &'a str) -> Tokens<'a> {
    Tokens { commands: false, ..tokens(rules, sql) }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let start = self.at;
        if start >= self.text.len() {
            return None;
        }
        let kind = self.scan();
        let text = &self.text[start..self.at];
        self.continuation = match kind {
            TokenKind::Space if self.continuation != Continuation::None && text.contains(['\n', '\r']) => {
                Continuation::NextLine
            }
            TokenKind::Space => self.continuation,
            TokenKind::Comment if text.starts_with("--") => self.continuation,
            TokenKind::String if self.text_escapes(text) => Continuation::SameLine,
            TokenKind::String if self.continuation == Continuation::NextLine => Continuation::SameLine,
            _ => Continuation::None,
        };
        match kind {
            TokenKind::Space | TokenKind::Comment => {}
            TokenKind::Terminator | TokenKind::Command => self.fresh = true,
            _ => self.fresh = false,
        }
        Some(Token { kind, text, start })
    }
}

impl<'a> Tokens<'a> {
    /// What ends a statement here, if it is not `;`.
    pub(super) fn delimiter(&self) -> Option<&'a str> {
        self.delimiter
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn rest_starts(&self, at: usize, with: &str) -> bool {
        self.text.as_bytes()[at..].starts_with(with.as_bytes())
    }

    fn is_word_byte(&self, byte: u8) -> bool {
        byte >= 0x80
            || byte.is_ascii_alphanumeric()
            || byte == b'_'
            || self.rules.word_characters.as_bytes().contains(&byte)
    }

    fn starts_word(&self, byte: u8) -> bool {
        byte >= 0x80
            || byte.is_ascii_alphabetic()
            || byte == b'_'
            || self.rules.word_starts.as_bytes().contains(&byte)
    }

    fn at_delimiter(&self, at: usize) -> bool {
        self.delimiter.is_some_and(|delimiter| self.rest_starts(at, delimiter))
    }

    /// Whether a string's text begins with a prefix that makes backslashes escape.
    fn text_escapes(&self, text: &str) -> bool {
        self.rules.string_prefixes.iter().any(|prefix| {
            prefix.backslash_escapes
                && text.len() > prefix.text.len()
                && text.as_bytes()[..prefix.text.len()].eq_ignore_ascii_case(prefix.text.as_bytes())
        })
    }

    fn take(&mut self, length: usize, kind: TokenKind) -> TokenKind {
        self.at += length;
        kind
    }

    fn scan(&mut self) -> TokenKind {
        let at = self.at;
        let bytes = self.text.as_bytes();
        let byte = bytes[at];
        if let Some(delimiter) = self.delimiter
            && self.rest_starts(at, delimiter)
        {
            return self.take(delimiter.len(), TokenKind::Terminator);
        }
        if at == 0 && self.rest_starts(at, "\u{feff}") {
            return self.take('\u{feff}'.len_utf8(), TokenKind::Space);
        }
        if is_space(byte) {
            let length = bytes[at..].iter().take_while(|b| is_space(**b)).count();
            return self.take(length, TokenKind::Space);
        }
        if self.commands
            && let Some(kind) = self.command(byte)
        {
            return kind;
        }
        if let Some(kind) = self.comment() {
            return kind;
        }
        if self.executable > 0 && self.rest_starts(at, "*/") {
            self.executable -= 1;
            return self.take(2, TokenKind::ExecutableClose);
        }
        if let Some(kind) = self.dollar_quoted() {
            return kind;
        }
        if let Some(kind) = self.prefixed() {
            return kind;
        }
        if let Some(kind) = self.quoted(at, self.rules.backslash_escapes) {
            return kind;
        }
        if self.starts_word(byte) {
            self.at = self.word_end(at + 1);
            return TokenKind::Word;
        }
        if byte.is_ascii_digit() || (byte == b'.' && self.begins_fraction(at)) {
            return self.number();
        }
        if let Some(kind) = self.parameter() {
            return kind;
        }
        if byte == b';' && self.delimiter.is_none() {
            return self.take(1, TokenKind::Terminator);
        }
        if byte == b':' && matches!(self.byte(at + 1), Some(b':' | b'=')) {
            return self.take(2, TokenKind::Operator);
        }
        if OPERATORS.contains(&byte) {
            return self.operator();
        }
        // Every byte beyond ASCII begins a word, so this one is a whole character.
        self.take(1, TokenKind::Punctuation)
    }

    fn command(&mut self, byte: u8) -> Option<TokenKind> {
        let rules = self.rules;
        let line = || self.text[self.at..].split(['\n', '\r']).next().unwrap_or("");
        let lists = |c: char| rules.command_characters.contains(&c);
        if byte.is_ascii() && lists(char::from(byte)) && (self.fresh || byte == b'\\') {
            let length = line().len();
            return Some(self.take(length, TokenKind::Command));
        }
        const WORD: &str = "delimiter";
        let rest = &self.text.as_bytes()[self.at..];
        let named = rest.get(..WORD.len()).is_some_and(|word| word.eq_ignore_ascii_case(WORD.as_bytes()))
            && rest.get(WORD.len()).is_none_or(|b| is_space(*b));
        if !named || !self.fresh || !rules.delimiter_command {
            return None;
        }
        let line = line();
        self.delimiter = line[WORD.len()..]
            .split_ascii_whitespace()
            .next()
            .filter(|delimiter| *delimiter != ";" && delimiter.len() <= LONGEST_DELIMITER);
        Some(self.take(line.len(), TokenKind::Command))
    }

    /// Whether a comment begins at `at`.
    fn comment_at(&self, at: usize) -> bool {
        match self.byte(at) {
            Some(b'#') => self.rules.hash_comments,
            Some(b'/') => self.byte(at + 1) == Some(b'*'),
            Some(b'-') if self.byte(at + 1) == Some(b'-') => {
                !self.rules.dash_comment_needs_space
                    || self.byte(at + 2).is_none_or(|b| b == b' ' || b.is_ascii_control())
            }
            _ => false,
        }
    }

    fn comment(&mut self) -> Option<TokenKind> {
        let at = self.at;
        if !self.comment_at(at) {
            return None;
        }
        let bytes = self.text.as_bytes();
        if bytes[at] != b'/' {
            let ends = |b: &u8| *b == b'\n' || (*b == b'\r' && self.rules.carriage_return_ends_line);
            let length = bytes[at..].iter().position(ends).unwrap_or(bytes.len() - at);
            return Some(self.take(length, TokenKind::Comment));
        }
        if self.rules.executable_comments {
            let mark = ["/*!", "/*M!"].into_iter().find(|mark| self.rest_starts(at, mark));
            if let Some(mark) = mark {
                let digits =
                    bytes[at + mark.len()..].iter().take(6).take_while(|b| b.is_ascii_digit()).count();
                self.executable += 1;
                // Fewer than five digits are no version but code.
                let version = if digits >= 5 { digits } else { 0 };
                return Some(self.take(mark.len() + version, TokenKind::ExecutableOpen));
            }
        }
        let kind = if self.rest_starts(at, "/*+") { TokenKind::Hint } else { TokenKind::Comment };
        let mut depth = 1usize;
        let mut end = at + 2;
        while depth > 0 {
            match (self.byte(end), self.byte(end + 1)) {
                (Some(b'*'), Some(b'/')) => {
                    depth -= 1;
                    end += 2;
                }
                (Some(b'/'), Some(b'*')) if self.rules.nested_comments => {
                    depth += 1;
                    end += 2;
                }
                (Some(_), _) => end += 1,
                (None, _) => {
                    self.at = bytes.len();
                    return Some(TokenKind::Unterminated(Unterminated::Comment));
                }
            }
        }
        self.at = end;
        Some(kind)
    }

    fn dollar_quoted(&mut self) -> Option<TokenKind> {
        if !self.rules.dollar_quotes || self.byte(self.at) != Some(b'$') {
            return None;
        }
        let rest = &self.text[self.at..];
        let inside = |b: &u8| *b >= 0x80 || b.is_ascii_alphanumeric() || *b == b'_';
        let tag = rest.as_bytes()[1..].iter().take_while(|b| inside(b)).count();
        let closed = rest.as_bytes().get(tag + 1) == Some(&b'$');
        if !closed || rest.as_bytes()[1].is_ascii_digit() {
            return None;
        }
        let length = tag + 2;
        let (opening, body) = rest.split_at(length);
        Some(match body.find(opening) {
            Some(end) => self.take(length + end + length, TokenKind::String),
            None => self.take(rest.len(), TokenKind::Unterminated(Unterminated::DollarQuote)),
        })
    }

    fn prefixed(&mut self) -> Option<TokenKind> {
        let rest = &self.text.as_bytes()[self.at..];
        for prefix in self.rules.string_prefixes {
            let length = prefix.text.len();
            let matches = rest.len() > length
                && length > 0
                && prefix.text.is_ascii()
                && rest[..length].eq_ignore_ascii_case(prefix.text.as_bytes());
            if matches
                && let Some(kind) =
                    self.quoted(self.at + length, prefix.backslash_escapes || self.rules.backslash_escapes)
            {
                return Some(kind);
            }
        }
        None
    }

    /// The string or quoted name that begins at `at`, if one does.
    fn quoted(&mut self, at: usize, backslash: bool) -> Option<TokenKind> {
        let byte = self.byte(at).filter(u8::is_ascii)?;
        let quote = char::from(byte);
        if self.rules.string_quotes.contains(&quote) {
            let backslash = backslash || self.continuation == Continuation::NextLine;
            return Some(self.until(at + 1, byte, true, backslash, TokenKind::String, Unterminated::String));
        }
        let quotes = self.rules.identifier_quotes.iter().find(|quotes| quotes.open == quote)?;
        let close = u8::try_from(quotes.close).ok().filter(u8::is_ascii)?;
        let unterminated = Unterminated::Identifier;
        Some(self.until(at + 1, close, quotes.doubled, false, TokenKind::QuotedIdentifier, unterminated))
    }

    fn until(
        &mut self,
        from: usize,
        close: u8,
        doubled: bool,
        backslash: bool,
        kind: TokenKind,
        unterminated: Unterminated,
    ) -> TokenKind {
        let bytes = self.text.as_bytes();
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            if byte == close {
                if !(doubled && bytes.get(at) == Some(&close)) {
                    self.at = at;
                    return kind;
                }
                at += 1;
            } else if byte == b'\\' && backslash {
                at += 1;
            }
        }
        self.at = bytes.len();
        TokenKind::Unterminated(unterminated)
    }

    fn word_end(&self, mut at: usize) -> usize {
        while self.byte(at).is_some_and(|b| self.is_word_byte(b)) && !self.at_delimiter(at) {
            at += 1;
        }
        at
    }

    /// Whether the point at `at` begins a number, and does not stand between the parts of a name.
    fn begins_fraction(&self, at: usize) -> bool {
        let after_name =
            at > 0 && self.byte(at - 1).is_some_and(|b| self.is_word_byte(b) || b"\"`])'".contains(&b));
        !after_name && self.byte(at + 1).is_some_and(|b| b.is_ascii_digit())
    }

    fn number(&mut self) -> TokenKind {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let (mut at, mut decimal, mut point, mut exponent) = (start, true, false, false);
        while let Some(byte) = self.byte(at) {
            if at > start && self.at_delimiter(at) {
                break;
            }
            match byte {
                b'0'..=b'9' => {}
                b'.' if decimal && !point && !exponent && self.byte(at + 1) != Some(b'.') => point = true,
                b'e' | b'E' if decimal && !exponent && self.begins_exponent(at + 1) => exponent = true,
                b'+' | b'-' if decimal && exponent && matches!(bytes[at - 1], b'e' | b'E') => {}
                _ if self.is_word_byte(byte) => decimal = false,
                _ => break,
            }
            at += 1;
        }
        self.at = at;
        let text = &bytes[start..at];
        let radix = match text {
            [b'0', b'x' | b'X', digits @ ..] => {
                !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit)
            }
            [b'0', b'b' | b'B', digits @ ..] => {
                !digits.is_empty() && digits.iter().all(|b| b"01".contains(b))
            }
            _ => false,
        };
        if self.rules.digit_words && !decimal && !point && !exponent && !radix {
            return TokenKind::Word;
        }
        TokenKind::Number
    }

    fn begins_exponent(&self, at: usize) -> bool {
        let digit = if matches!(self.byte(at), Some(b'+' | b'-')) { at + 1 } else { at };
        self.byte(digit).is_some_and(|b| b.is_ascii_digit())
    }

    fn is_sigil(&self, at: usize) -> bool {
        let Some(byte) = self.byte(at).filter(u8::is_ascii) else { return false };
        self.rules.parameter_sigils.contains(&char::from(byte))
    }

    fn parameter(&mut self) -> Option<TokenKind> {
        if !self.is_sigil(self.at) {
            return None;
        }
        let doubled = self.byte(self.at + 1) == self.byte(self.at);
        let name = self.at + if doubled { 2 } else { 1 };
        if self.byte(name).is_some_and(|b| self.is_word_byte(b)) && !self.at_delimiter(name) {
            self.at = self.word_end(name + 1);
            return Some(TokenKind::Parameter);
        }
        match self.quoted(name, self.rules.backslash_escapes)? {
            TokenKind::String | TokenKind::QuotedIdentifier => Some(TokenKind::Parameter),
            unterminated => Some(unterminated),
        }
    }

    fn operator(&mut self) -> TokenKind {
        let start = self.at;
        if start < self.signs_until {
            return self.take(1, TokenKind::Operator);
        }
        let mut end = start + 1;
        while let Some(byte) = self.byte(end) {
            let quote = byte == b'`' && self.rules.identifier_quotes.iter().any(|quotes| quotes.open == '`');
            if !OPERATORS.contains(&byte)
                || quote
                || self.comment_at(end)
                || self.at_delimiter(end)
                || (byte != b'-' && byte != b'+' && self.is_sigil(end))
                || (self.executable > 0 && self.rest_starts(end, "*/"))
            {
                break;
            }
            end += 1;
        }
        let run = &self.text.as_bytes()[start..end];
        let mut length = run.len();
        if !run.iter().any(|b| KEEP_SIGNS.contains(b)) {
            let signs = run.iter().rev().take_while(|b| matches!(b, b'+' | b'-')).count();
            length = (length - signs).max(1);
            self.signs_until = end;
        }
        self.take(length, TokenKind::Operator)
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

#[cfg(test)]
#[path = "lexer_tests.rs"]
mod tests;
