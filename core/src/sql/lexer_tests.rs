use proptest::prelude::*;

use std::string::String as Text;

use super::super::Unterminated;
use super::super::rules::fixtures::{ALL, MYSQL, POSTGRES, SQLITE, any_rules, any_sql};
use super::*;
use TokenKind::*;

fn kinds(rules: &LexicalRules, sql: &str) -> Vec<(TokenKind, Text)> {
    tokens(rules, sql).filter(|t| t.kind != Space).map(|t| (t.kind, t.text.to_owned())).collect()
}

fn one(rules: &LexicalRules, sql: &str, kind: TokenKind) {
    assert_eq!(kinds(rules, sql), [(kind, sql.to_owned())]);
}

fn texts(rules: &LexicalRules, sql: &str) -> Vec<Text> {
    kinds(rules, sql).into_iter().map(|(_, text)| text).collect()
}

#[test]
fn strings_end_where_each_dialect_ends_them() {
    one(&POSTGRES, r"E'it\'s'", String);
    one(&POSTGRES, r"'C:\'", String);
    one(&POSTGRES, "e'a''b'", String);
    one(&POSTGRES, r"U&'\0441\'", String);
    one(&POSTGRES, r#"U&"d\0061t""a""#, QuotedIdentifier);
    one(&POSTGRES, "$body$ $$ ' $$ /* $body$", String);
    one(&POSTGRES, "$é$x$é$", String);
    one(&MYSQL, r"'it\'s'", String);
    one(&MYSQL, r#""say \"hi\"; 'x'""#, String);
    one(&MYSQL, "`a``b;`", QuotedIdentifier);
    one(&SQLITE, "[a]", QuotedIdentifier);
    assert_eq!(texts(&SQLITE, "[a]]"), ["[a]", "]"]);
    assert_eq!(texts(&POSTGRES, "note'x'"), ["note", "'x'"]);
}

#[test]
fn an_escaped_string_goes_on_by_its_own_rules_on_the_next_line() {
    assert_eq!(texts(&POSTGRES, "E'a' -- c\n 'b\\'c' x"), ["E'a'", "-- c", r"'b\'c'", "x"]);
    assert_eq!(texts(&POSTGRES, "E'a', 'b\\' x"), ["E'a'", ",", r"'b\'", "x"]);
    assert_eq!(texts(&POSTGRES, "'a'\n'b\\' x"), ["'a'", r"'b\'", "x"]);
}

#[test]
fn comments_are_what_each_dialect_takes_for_one() {
    one(&POSTGRES, "/* /* ; */ ' */", Comment);
    assert_eq!(texts(&MYSQL, "/* /* ; */ a"), ["/* /* ; */", "a"]);
    assert_eq!(texts(&POSTGRES, "5--1\r6"), ["5", "--1", "6"]);
    assert_eq!(texts(&MYSQL, "5--1"), ["5", "-", "-", "1"]);
    assert_eq!(texts(&MYSQL, "5--\t1\n# it's\n2"), ["5", "--\t1", "# it's", "2"]);
    assert_eq!(texts(&POSTGRES, "a #> b"), ["a", "#>", "b"]);
    one(&POSTGRES, "/*+ SeqScan(t) */", Hint);
    assert_eq!(
        texts(&MYSQL, "/*!50003 CREATE */ /*!1 a */"),
        ["/*!50003", "CREATE", "*/", "/*!", "1", "a", "*/"]
    );
    assert_eq!(
        texts(&MYSQL, "/*!50003 ' */ ' 2**/ 1*/2"),
        ["/*!50003", "' */ '", "2", "*", "*/", "1", "*/", "2"]
    );
    one(&POSTGRES, "/*! no code */", Comment);
}

#[test]
fn operators_numbers_and_parameters() {
    assert_eq!(
        texts(&POSTGRES, "a=-1 b<@c d@-e f->>'g' h::int"),
        ["a", "=", "-", "1", "b", "<@", "c", "d", "@-", "e", "f", "->>", "'g'", "h", "::", "int"]
    );
    assert_eq!(texts(&MYSQL, "@a:=@@global.b+1"), ["@a", ":=", "@@global", ".", "b", "+", "1"]);
    assert_eq!(texts(&MYSQL, "'r'@'%' u@`h`"), ["'r'", "@'%'", "u", "@`h`"]);
    for number in ["1", "1.5", "1e-5", "1.e3", "0x1F"] {
        for rules in &ALL {
            one(rules, number, Number);
        }
    }
    one(&MYSQL, "2fa_enabled", Word);
    assert_eq!(texts(&POSTGRES, ".5 t.1 1..2"), [".5", "t", ".", "1", "1", ".", ".2"]);
    one(&POSTGRES, "$1", Parameter);
    one(&POSTGRES, "tab$le", Word);
    one(&SQLITE, ":größe", Parameter);
}

#[test]
fn what_is_not_closed_is_the_last_token() {
    for (rules, sql, what) in [
        (&POSTGRES, "'a", Unterminated::String),
        (&POSTGRES, "$a$ $b$", Unterminated::DollarQuote),
        (&POSTGRES, "/* /* */", Unterminated::Comment),
        (&SQLITE, "[a", Unterminated::Identifier),
        (&MYSQL, "@'a\\'", Unterminated::String),
    ] {
        one(rules, sql, super::super::TokenKind::Unterminated(what));
    }
}

#[test]
fn marks_of_the_file_and_strange_characters_do_no_harm() {
    assert_eq!(texts(&POSTGRES, "\u{feff}SELECT\r\n1\0"), ["SELECT", "1", "\0"]);
    assert_eq!(texts(&MYSQL, "SELECT 1\u{a0}x"), ["SELECT", "1\u{a0}x"]);
}

#[test]
fn hostile_texts_take_linear_time() {
    let pieces = [
        "(",
        "'",
        "/*",
        "*/",
        "--",
        "-",
        "+",
        "$a",
        "$a$b",
        "\"",
        "`",
        "[",
        "\\",
        "@",
        "/*!",
        "1.",
        "e'",
        "DELIMITER a\n",
        "=-",
        "1e+",
        ":",
        "E'a'\n",
    ];
    for rules in &ALL {
        for piece in pieces {
            let text = piece.repeat((1 << 18) / piece.len());
            // A quadratic scan would take minutes each, not milliseconds.
            assert_eq!(tokens(rules, &text).map(|t| t.text.len()).sum::<usize>(), text.len());
        }
    }
}

proptest! {
    #[test]
    fn the_tokens_are_the_text(rules in any_rules(), sql in any_sql()) {
        let joined: Text = tokens(&rules, &sql).map(|t| t.text).collect();
        prop_assert_eq!(&joined, &sql);
        let mut at = 0;
        for token in tokens(&rules, &sql) {
            prop_assert_eq!(token.start, at);
            prop_assert!(!token.text.is_empty());
            at = token.span().end;
        }
        let joined: Text = expression_tokens(&rules, &sql).map(|t| t.text).collect();
        prop_assert_eq!(joined, sql);
    }

    #[test]
    fn any_text_has_tokens(rules in any_rules(), sql in any::<Text>()) {
        let joined: Text = tokens(&rules, &sql).map(|t| t.text).collect();
        prop_assert_eq!(joined, sql);
    }
}
