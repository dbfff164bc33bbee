//! The tokens of Rust, as far as one must know them to cut a file into items: where each begins and ends, and which
//! bracket closes which.
//!
//! What `proc_macro2` makes of a file costs most of the time that reading models takes, and most of a file is plain. It
//! decides in every doubt: what is not known here to be right (a character outside of ASCII in a name, an escape that is
//! rare, a bracket without its other half) is left to it, with the whole file.

/// How deep brackets may be nested here.
const NESTING: usize = 64;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, a keyword; a raw one with its `r#`.
    Word,
    /// One character that is none of the others.
    Sign(u8),
    /// An opening bracket, and the number of the token that closes it.
    Open(u8, u32),
    /// A closing bracket.
    Close,
    /// A number, a text, a character.
    Literal,
    /// `/// …`, `/** … */`: an attribute.
    Doc,
    /// `//! …`, `/*! … */`: an attribute of what it stands in.
    InnerDoc,
}

/// A token and its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// The tokens of `source` from byte `from` on; `None` if there is any doubt.
pub(super) fn tokens(source: &str, from: usize) -> Option<Vec<Token>> {
    u32::try_from(source.len()).ok()?;
    // A carriage return alone is an error in some places.
    let bytes = source.as_bytes();
    let alone = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    if bytes.contains(&b'\r') && (from..bytes.len()).any(alone) {
        return None;
    }
    // How `proc_macro2` writes what a macro could not make.
    if source.contains("/*ERROR*/") {
        return None;
    }
    let mut lexer =
        Lexer { bytes, at: from, tokens: Vec::with_capacity((bytes.len() - from) / 5), open: Vec::new() };
    while lexer.token()? {}
    lexer.open.is_empty().then_some(lexer.tokens)
}

struct Lexer<'s> {
    bytes: &'s [u8],
    at: usize,
    tokens: Vec<Token>,
    /// The brackets that are open, by their tokens' numbers.
    open: Vec<usize>,
}

fn starts_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn goes_on(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl Lexer<'_> {
    /// The byte `ahead` of the place; 0 behind the end, which no token holds.
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: Kind, start: usize) {
        // Every place is below the length, which fits.
        self.tokens.push(Token { kind, start: start as u32, end: self.at as u32 });
    }

    /// Takes a token; `Some(false)` at the end.
    fn token(&mut self) -> Option<bool> {
        let Some(first) = self.bytes.get(self.at).copied() else { return Some(false) };
        let start = self.at;
        match first {
            b' ' | 0x09..=0x0d => self.at += 1,
            b'/' if self.peek(1) == b'/' => self.line_comment(),
            b'/' if self.peek(1) == b'*' => self.block_comment()?,
            b'r' | b'b' | b'c' if matches!(self.peek(1), b'"' | b'#' | b'\'' | b'r') => {
                self.prefixed(first)?;
            }
            _ if starts_word(first) => {
                self.word();
                self.push(Kind::Word, start);
            }
            b'"' => {
                self.at += 1;
                self.text(true)?;
                self.literal(start)?;
            }
            b'\'' => self.quote(start)?,
            b'0'..=b'9' => {
                self.number()?;
                self.literal(start)?;
            }
            b'(' | b'[' | b'{' => {
                if self.open.len() == NESTING {
                    return None;
                }
                self.at += 1;
                self.open.push(self.tokens.len());
                self.push(Kind::Open(first, 0), start);
            }
            b')' | b']' | b'}' => {
                self.at += 1;
                let number = u32::try_from(self.tokens.len()).ok()?;
                let opened = &mut self.tokens[self.open.pop()?];
                match (opened.kind, first) {
                    (Kind::Open(open @ b'(', _), b')')
                    | (Kind::Open(open @ b'[', _), b']')
                    | (Kind::Open(open @ b'{', _), b'}') => opened.kind = Kind::Open(open, number),
                    _ => return None,
                }
                self.push(Kind::Close, start);
            }
            b'~' | b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'&' | b'*' | b'-' | b'=' | b'+' | b'|'
            | b';' | b':' | b',' | b'<' | b'.' | b'>' | b'/' | b'?' => {
                self.at += 1;
                self.push(Kind::Sign(first), start);
            }
            _ => return None,
        }
        Some(true)
    }

    fn word(&mut self) {
        while goes_on(self.peek(0)) {
            self.at += 1;
        }
    }

    /// Takes down a literal, behind which no suffix may stand.
    fn literal(&mut self, start: usize) -> Option<()> {
        let next = self.peek(0);
        if goes_on(next) || !next.is_ascii() {
            return None;
        }
        self.push(Kind::Literal, start);
        Some(())
    }

    fn line_comment(&mut self) {
        let start = self.at;
        let kind = match (self.peek(2), self.peek(3)) {
            (b'!', _) => Some(Kind::InnerDoc),
            (b'/', b'/') => None,
            (b'/', _) => Some(Kind::Doc),
            _ => None,
        };
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        self.at += length;
        // The carriage return of a line's end belongs to no comment.
        if length < rest.len() && rest[..length].ends_with(b"\r") {
            self.at -= 1;
        }
        if let Some(kind) = kind {
            self.push(kind, start);
        }
    }

    fn block_comment(&mut self) -> Option<()> {
        let start = self.at;
        let kind = match (self.peek(2), self.peek(3)) {
            (b'!', _) => Some(Kind::InnerDoc),
            (b'*', b'*' | b'/') => None,
            (b'*', _) => Some(Kind::Doc),
            _ => None,
        };
        let mut depth = 0_usize;
        loop {
            match (*self.bytes.get(self.at)?, self.peek(1)) {
                (b'/', b'*') => {
                    depth += 1;
                    self.at += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        break;
                    }
                }
                _ => self.at += 1,
            }
        }
        if let Some(kind) = kind {
            self.push(kind, start);
        }
        Some(())
    }

    /// A text behind its opening quote. `wide`: it may hold any character.
    fn text(&mut self, wide: bool) -> Option<()> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            match byte {
                b'"' => return Some(()),
                b'\\' => self.escape(true)?,
                _ if !wide && !byte.is_ascii() => return None,
                _ => {}
            }
        }
    }

    /// What stands behind a backslash; `lines`: that may be the end of a line, which goes with the blanks behind it.
    fn escape(&mut self, lines: bool) -> Option<()> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        match byte {
            b'n' | b'r' | b't' | b'\\' | b'0' | b'\'' | b'"' => {}
            b'x' if matches!(self.peek(0), b'0'..=b'7') && self.peek(1).is_ascii_hexdigit() => self.at += 2,
            b'\n' | b'\r' if lines => {
                while matches!(self.peek(0), b' ' | b'\t' | b'\n' | b'\r') {
                    self.at += 1;
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// A word that begins with `r`, `b` or `c`, or the literal that it makes of what follows.
    fn prefixed(&mut self, first: u8) -> Option<()> {
        let start = self.at;
        match (first, self.peek(1), self.peek(2)) {
            (b'b', b'"', _) => {
                self.at += 2;
                self.text(false)?;
                self.literal(start)
            }
            (b'b', b'\'', _) => {
                self.at += 2;
                self.one(|byte| byte.is_ascii())?;
                self.literal(start)
            }
            (b'r', b'"', _) => self.raw(1),
            (b'r', b'#', b'"' | b'#') => self.raw(1),
            (b'r', b'#', next) if starts_word(next) => {
                self.at += 2;
                self.word();
                let name = &self.bytes[start + 2..self.at];
                if matches!(name, b"_" | b"super" | b"self" | b"Self" | b"crate") {
                    return None;
                }
                self.push(Kind::Word, start);
                Some(())
            }
            (b'r', b'r', _) | (b'b' | b'c', b'r', _) if !matches!(self.peek(2), b'"' | b'#') => {
                self.word();
                self.push(Kind::Word, start);
                Some(())
            }
            // `br"…"`, `c"…"` and what is wrong.
            _ => None,
        }
    }

    /// A raw text whose hashes or quote begin `ahead` of the place.
    fn raw(&mut self, ahead: usize) -> Option<()> {
        let start = self.at;
        self.at += ahead;
        let mut hashes = 0;
        while self.peek(0) == b'#' {
            hashes += 1;
            self.at += 1;
        }
        if self.peek(0) != b'"' || hashes > 255 {
            return None;
        }
        self.at += 1;
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            let rest = &self.bytes[self.at..];
            if byte == b'"' && rest.len() >= hashes && rest[..hashes].iter().all(|byte| *byte == b'#') {
                self.at += hashes;
                return self.literal(start);
            }
        }
    }

    /// One character and the quote behind it.
    fn one(&mut self, fits: impl Fn(u8) -> bool) -> Option<()> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        match byte {
            b'\\' => self.escape(false)?,
            b'\'' | b'\r' => return None,
            _ if !fits(byte) => return None,
            _ => {}
        }
        // The rest of a character of several bytes.
        while !byte.is_ascii() && self.bytes.get(self.at).is_some_and(|next| (0x80..0xc0).contains(next)) {
            self.at += 1;
        }
        (self.peek(0) == b'\'').then(|| self.at += 1)
    }

    /// A character, or the sign of a lifetime.
    fn quote(&mut self, start: usize) -> Option<()> {
        self.at += 1;
        let first = self.peek(0);
        if starts_word(first) && self.peek(1) != b'\'' {
            let sign = self.at;
            // `'r#a`, and a quote or hash behind the name, are for others to judge.
            self.word();
            if matches!(self.peek(0), b'\'' | b'#') || !self.peek(0).is_ascii() {
                return None;
            }
            self.at = sign;
            self.push(Kind::Sign(b'\''), start);
            return Some(());
        }
        self.one(|_| true)?;
        self.literal(start)
    }

    /// A number with its suffix. Where it ends does not matter to brackets, so that `1.0e+5` may be three.
    fn number(&mut self) -> Option<()> {
        let second = self.peek(1);
        if self.peek(0) == b'0' && matches!(second, b'x' | b'o' | b'b') {
            self.at += 2;
            // Digits that are none of the base, or none at all, are for others to judge.
            let digits = self.at;
            while goes_on(self.peek(0)) {
                self.at += 1;
            }
            let digits = &self.bytes[digits..self.at];
            let fits = |byte: &u8| match second {
                b'o' => matches!(byte, b'0'..=b'7'),
                _ => matches!(byte, b'0' | b'1'),
            };
            let good = match digits.first() {
                // Letters beyond `f` begin the suffix.
                Some(first) if second == b'x' => first.is_ascii_hexdigit(),
                Some(first) => fits(first) && digits.iter().all(|byte| *byte == b'_' || fits(byte)),
                None => false,
            };
            return good.then_some(());
        }
        self.word();
        if self.peek(0) == b'.' && self.peek(1).is_ascii_digit() {
            self.at += 1;
            self.word();
        }
        Some(())
    }
}
