use super::rules::{BodyRule, LexicalRules, Quotes, StringPrefix};
use super::token::TokenKind;
use super::{Tokens, tokens};

/// Gives `feed` what of `sql` counts: everything but comments, white space and the form of line ends.
///
/// It knows no dialect, since one text may be meant for several, and they disagree: `#` begins a comment here and is an
/// operator there, a backslash ends a string or does not. So the text is read in all those ways at once. Only where all
/// readings see a token end is one cut, and only what all of them take for space or comment is left out; the rest is
/// given as it stands. Two texts for which the same is given therefore have the same tokens in each reading. What two
/// readings disagree on counts to the last blank, which at worst takes a new layout for a change.
///
/// What only the blank tells apart does not count where one of the two is no valid SQL, or a setting decides: `count (x)`
/// and `count(x)`, strings on two lines or one.
///
/// Hints (`/*+ … */`), executable comments and lines for the client count. Case counts everywhere. CR LF counts as LF
/// even in strings, because tools for version control rewrite one to the other.
///
/// The bytes are a sequence of (length, text) that ends with a length of its own, so that no two different sequences
/// give the same bytes, also when other data follows.
pub fn canonical(sql: &str, feed: &mut dyn FnMut(&[u8])) {
    let mut readings: Vec<Reading<'_>> =
        READINGS.iter().map(|rules| Reading { tokens: tokens(rules, sql), end: 0 }).collect();
    let mut start = 0;
    while start < sql.len() {
        let mut space = true;
        let mut end = start + 1;
        // Each reading goes on until all have a token that ends at the same place; the end of the text is one.
        loop {
            let mut agreed = true;
            for reading in &mut readings {
                while reading.end < end {
                    let Some(token) = reading.tokens.next() else { break };
                    reading.end = token.span().end;
                    space &= matches!(token.kind, TokenKind::Space | TokenKind::Comment);
                }
                if reading.end > end {
                    agreed = false;
                    end = reading.end;
                }
            }
            if agreed {
                break;
            }
        }
        if !space {
            chunk(&sql[start..end], feed);
        }
        start = end;
    }
    feed(&u64::MAX.to_le_bytes());
}

struct Reading<'a> {
    tokens: Tokens<'a>,
    end: usize,
}

fn chunk(text: &str, feed: &mut dyn FnMut(&[u8])) {
    let length = text.len() - text.matches("\r\n").count();
    feed(&(length as u64).to_le_bytes());
    let mut lines = text.split("\r\n").peekable();
    while let Some(line) = lines.next() {
        feed(line.as_bytes());
        if lines.peek().is_some() {
            feed(b"\n");
        }
    }
}

const DOUBLE: Quotes = Quotes { open: '"', close: '"', doubled: true };
const BACKTICK: Quotes = Quotes { open: '`', close: '`', doubled: true };
const BRACKET: Quotes = Quotes { open: '[', close: ']', doubled: false };

/// The ways to read SQL that differ in where a string, a name or a comment ends.
static READINGS: [LexicalRules; 6] =
    [DOLLARS, ESCAPED_DOLLARS, BACKSLASHES, ANSI_QUOTES, BRACKETS, DOUBLED_BRACKETS];

const DOLLARS: LexicalRules = LexicalRules {
    string_prefixes: &[
        StringPrefix { text: "E", backslash_escapes: true },
        StringPrefix { text: "U&", backslash_escapes: false },
        StringPrefix { text: "B", backslash_escapes: false },
        StringPrefix { text: "X", backslash_escapes: false },
        StringPrefix { text: "N", backslash_escapes: false },
    ],
    dollar_quotes: true,
    nested_comments: true,
    carriage_return_ends_line: true,
    command_characters: &['\\'],
    word_characters: "$",
    parameter_sigils: &['$'],
    body: BodyRule::None,
    ..LexicalRules::STANDARD
};

const ESCAPED_DOLLARS: LexicalRules = LexicalRules { backslash_escapes: true, ..DOLLARS };

const BACKSLASHES: LexicalRules = LexicalRules {
    identifier_quotes: &[BACKTICK],
    string_quotes: &['\'', '"'],
    backslash_escapes: true,
    hash_comments: true,
    dash_comment_needs_space: true,
    executable_comments: true,
    delimiter_command: true,
    word_characters: "$",
    word_starts: "$",
    digit_words: true,
    parameter_sigils: &['@'],
    ..LexicalRules::STANDARD
};

const ANSI_QUOTES: LexicalRules = LexicalRules {
    identifier_quotes: &[BACKTICK, DOUBLE],
    string_quotes: &['\''],
    backslash_escapes: false,
    ..BACKSLASHES
};

const BRACKETS: LexicalRules = LexicalRules {
    identifier_quotes: &[DOUBLE, BACKTICK, BRACKET],
    command_characters: &['.'],
    word_characters: "$",
    parameter_sigils: &['@', ':', '$', '?', '#'],
    ..LexicalRules::STANDARD
};

const DOUBLED_BRACKETS: LexicalRules = LexicalRules {
    identifier_quotes: &[DOUBLE, Quotes { doubled: true, ..BRACKET }],
    nested_comments: true,
    carriage_return_ends_line: true,
    word_characters: "@#$",
    word_starts: "@#",
    ..LexicalRules::STANDARD
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rules::fixtures::{ALL, any_sql};
    use super::*;

    fn bytes(sql: &str) -> Vec<u8> {
        let mut all = Vec::new();
        canonical(sql, &mut |part| all.extend_from_slice(part));
        all
    }

    fn same(a: &str, b: &str) {
        assert_eq!(bytes(a), bytes(b), "{a:?} {b:?}");
    }

    fn differ(a: &str, b: &str) {
        assert_ne!(bytes(a), bytes(b), "{a:?} {b:?}");
    }

    #[test]
    fn layout_and_comments_do_not_count() {
        same(
            "CREATE TABLE t (a int, b text)",
            "-- The table\nCREATE  TABLE t(\r\n\ta int, -- it's a\n b /* ; */ text );".trim_end_matches(';'),
        );
        same("a = 1", "a=1");
        same("a=-1", "a = -1");
        same("\u{feff}SELECT 1", "SELECT 1\n");
        same("SELECT $$a\r\nb$$", "SELECT $$a\nb$$");
        same("SELECT `a` , `b`", "SELECT `a`,\n`b`");
        same("SELECT \"a b\" , 1", "SELECT \"a b\",1");
        same("", "  -- nothing\n");
    }

    #[test]
    fn what_some_dialect_acts_on_counts() {
        differ("SELECT 'a'", "SELECT 'b'");
        differ("SELECT 'a  b'", "SELECT 'a b'");
        differ("SELECT a", "SELECT A");
        differ("SELECT [a  b]", "SELECT [a b]");
        differ("SELECT `a  b`", "SELECT `a b`");
        differ("SELECT [a]]  b]", "SELECT [a]] b]");
        differ("SELECT 1 # 2", "SELECT 1 # 3");
        differ("SELECT 5--1", "SELECT 5--2");
        differ("--it's\n SELECT 'a  b' --it's", "--it's\n SELECT 'a b' --it's");
        differ("/*!50003 CREATE TABLE t (a int) */", "/*!50003 CREATE TABLE t (b int) */");
        differ("/*+ a */ SELECT 1", "/*+ b */ SELECT 1");
        differ("/* /* */ SELECT 1 */", "/* /* */ SELECT 2 */");
        differ("E'x'", "E 'x'");
        differ("@ x", "@x");
        differ("a <@ b", "a < @ b");
        differ("1 e5", "1e5");
        differ("DELIMITER //\nSELECT 1", "DELIMITER // SELECT 1");
        differ("\\connect a\nSELECT 1", "\\connect a SELECT 1");
        differ(r"SELECT 'a\' , '  b'", r"SELECT 'a\' , ' b'");
        differ("-- a\rDROP TABLE t", "-- a\rDROP TABLE u");
        differ("SELECT 'a", "SELECT  'a ");
        differ("$$a$$", "$x$a$x$");
    }

    #[test]
    fn the_parts_cannot_run_into_each_other() {
        differ("a b", "ab");
        assert!(bytes("").len() == 8 && bytes("a").len() == 17);
    }

    #[test]
    fn hostile_texts_take_linear_time() {
        for piece in ["'", "/*", "--", "-", "[", "`", "$a", "\\'", "#'\n", "\r\n", "/*!"] {
            let text = piece.repeat((1 << 18) / piece.len());
            let mut fed = 0;
            canonical(&text, &mut |part| fed += part.len());
            // Each chunk of a byte at least takes eight for its length, and the end as many.
            assert!(fed <= text.len() * 9 + 8, "{piece:?}");
        }
    }

    proptest! {
        #[test]
        fn the_same_bytes_mean_the_same_tokens_everywhere(a in any_sql(), gap in prop::sample::select(vec![" ", "\n", "/* x */", "-- x\n", "'"]), at in any::<prop::sample::Index>()) {
            let mut at = at.index(a.len() + 1);
            while !a.is_char_boundary(at) {
                at -= 1;
            }
            let b = format!("{}{gap}{}", &a[..at], &a[at..]);
            if bytes(&a) == bytes(&b) {
                for rules in &ALL {
                    let code = |sql: &str| -> Vec<String> {
                        let kept = tokens(rules, sql).filter(|t| !matches!(t.kind, TokenKind::Space | TokenKind::Comment));
                        kept.map(|t| t.text.replace("\r\n", "\n")).collect()
                    };
                    prop_assert_eq!(code(&a), code(&b));
                }
            }
        }

        #[test]
        fn space_and_comments_between_tokens_do_not_count(
            words in prop::collection::vec(prop::sample::select(vec!["SELECT", "a", "'it''s'", "(", ")", ",", "1.5", "=", "\"x y\"", "`z`", ";"]), 1..20),
            gaps in prop::collection::vec(prop::sample::select(vec![" ", "\n", "\r\n\t", " /* it */ ", " -- x; y\n"]), 20),
        ) {
            let spread: String = words.iter().zip(&gaps).flat_map(|(word, gap)| [*word, *gap]).collect();
            prop_assert_eq!(bytes(&spread), bytes(&words.join(" ")));
        }

        #[test]
        fn another_string_is_another_text(a in "[a-z ';#-]{0,9}", b in "[a-z ';#-]{0,9}") {
            let sql = |s: &str| format!("INSERT INTO t VALUES ('{}')", s.replace('\'', "''"));
            prop_assert_eq!(bytes(&sql(&a)) == bytes(&sql(&b)), a == b);
        }
    }
}
