/// A piece of SQL that is neither space nor comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    /// Its text, quotes and all.
    pub(super) text: &'a str,
    /// Where it begins, in bytes.
    pub(super) start: usize,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A key word or a name without quotes.
    Word,
    /// A name in `"`, `` ` `` or `[]`.
    Quoted,
    /// A text in `'`.
    String,
    /// `x'00'`.
    Blob,
    /// A number.
    Number,
    /// Any other character.
    Mark,
}

impl Token<'_> {
    /// Where it ends, in bytes.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is this key word.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is one of these key words.
    pub(super) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is_word(word))
    }

    /// Whether it is this mark.
    pub(super) fn is_mark(&self, mark: &str) -> bool {
        self.kind == Kind::Mark && self.text == mark
    }

    /// The name that it is, without quotes. A text may stand for a name, as SQLite has it.
    pub(super) fn name(&self) -> Option<String> {
        let inner = || self.text.get(1..self.text.len().saturating_sub(1)).unwrap_or_default();
        match (self.kind, self.text.as_bytes().first()) {
            (Kind::Word, _) => Some(self.text.to_owned()),
            (Kind::Quoted, Some(b'[')) => Some(inner().to_owned()),
            (Kind::Quoted, Some(b'`')) => Some(inner().replace("``", "`")),
            (Kind::Quoted, _) => Some(inner().replace("\"\"", "\"")),
            (Kind::String, _) => Some(inner().replace("''", "'")),
            _ => None,
        }
    }
}

/// The tokens of `sql`, without spaces and comments. A quote that does not end goes to the end of the text.
pub(super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let bytes = sql.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        let (kind, end) = match byte {
            b' ' | b'\t' | b'\n' | b'\x0c' | b'\r' => {
                at += 1;
                continue;
            }
            b'-' if next == Some(b'-') => {
                at = find(bytes, at, b'\n');
                continue;
            }
            b'/' if next == Some(b'*') => {
                at = sql[at + 2..].find("*/").map_or(bytes.len(), |end| at + 2 + end + 2);
                continue;
            }
            b'\'' => (Kind::String, quoted(bytes, at, b'\'')),
            b'"' | b'`' => (Kind::Quoted, quoted(bytes, at, byte)),
            b'[' => (Kind::Quoted, (find(bytes, at, b']') + 1).min(bytes.len())),
            b'x' | b'X' if next == Some(b'\'') => (Kind::Blob, quoted(bytes, at + 1, b'\'')),
            b'0'..=b'9' => (Kind::Number, number(bytes, at)),
            b'.' if next.is_some_and(|next| next.is_ascii_digit()) => (Kind::Number, number(bytes, at)),
            _ if is_word(byte) => (Kind::Word, while_(bytes, at, is_word)),
            _ => (Kind::Mark, at + 1),
        };
        tokens.push(Token { kind, text: &sql[at..end], start: at });
        at = end;
    }
    tokens
}

/// Bytes of characters beyond ASCII are all letters to SQLite, so that no token ends within a character.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn while_(bytes: &[u8], from: usize, belongs: impl Fn(u8) -> bool) -> usize {
    bytes[from..].iter().position(|byte| !belongs(*byte)).map_or(bytes.len(), |end| from + end)
}

fn find(bytes: &[u8], from: usize, wanted: u8) -> usize {
    while_(bytes, from, |byte| byte != wanted)
}

/// Where the quote ends that begins at `from`. A doubled quote does not end it.
fn quoted(bytes: &[u8], from: usize, quote: u8) -> usize {
    let mut at = from + 1;
    loop {
        at = find(bytes, at.min(bytes.len()), quote);
        match bytes.get(at + 1) {
            Some(next) if *next == quote => at += 2,
            _ => return (at + 1).min(bytes.len()),
        }
    }
}

/// `12`, `0x1F`, `1_000.5e-3`.
fn number(bytes: &[u8], from: usize) -> usize {
    let mut end = while_(bytes, from, |byte| is_word(byte) || byte == b'.');
    let exponent = matches!(bytes.get(end - 1), Some(b'e' | b'E'))
        && !matches!(bytes.get(from + 1), Some(b'x' | b'X'))
        && matches!(bytes.get(end), Some(b'+' | b'-'));
    if exponent {
        end = while_(bytes, end + 1, |byte| byte.is_ascii_digit());
    }
    end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(sql: &str) -> Vec<(Kind, &str)> {
        tokens(sql).iter().map(|token| (token.kind, token.text)).collect()
    }

    #[test]
    fn texts_are_cut_as_sqlite_cuts_them() {
        use Kind::*;
        assert_eq!(
            cut("a\"b\"\"c\"[d]]`e```'f''g'--h\n/* i */x'0A' .5e-3-1 ü$1/**"),
            [
                (Word, "a"),
                (Quoted, "\"b\"\"c\""),
                (Quoted, "[d]"),
                (Mark, "]"),
                (Quoted, "`e```"),
                (String, "'f''g'"),
                (Blob, "x'0A'"),
                (Number, ".5e-3"),
                (Mark, "-"),
                (Number, "1"),
                (Word, "ü$1"),
            ]
        );
        assert_eq!(cut("0x1e+2"), [(Number, "0x1e"), (Mark, "+"), (Number, "2")]);
        assert_eq!(cut("'a"), [(String, "'a")]);
        assert_eq!(cut("["), [(Quoted, "[")]);
    }

    #[test]
    fn names_lose_their_quotes() {
        let name = |sql| tokens(sql)[0].name();
        for (sql, expected) in [
            ("plain", "plain"),
            ("\"a\"\"b\"", "a\"b"),
            ("`a``b`", "a`b"),
            ("[a\"b]", "a\"b"),
            ("'it''s'", "it's"),
            ("\"\"", ""),
        ] {
            assert_eq!(name(sql).as_deref(), Some(expected));
        }
        assert_eq!(name("12"), None);
    }

    proptest! {
        #[test]
        fn every_token_is_where_it_says(sql in "\\PC{0,40}|[-/*'\"`\\[\\]x0-9e.+ \n()]{0,30}") {
            let mut last = 0;
            for token in tokens(&sql) {
                prop_assert!(token.start >= last && !token.text.is_empty());
                prop_assert_eq!(&sql[token.start..token.end()], token.text);
                token.name();
                last = token.end();
            }
        }
    }
}
