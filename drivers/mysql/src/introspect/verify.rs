//! Whether what limbeck would write for a table is what the server has written for it. A table of which it is not is left
//! alone, since saying a column or a key anew from a wrong reading would lose something.

use limbeck_core::schema::{OptionValue, Table};
use limbeck_core::sql::{Token, TokenKind, tokens};

use crate::dialect::LEXICAL;
use crate::dialect::collation::usual;
use crate::dialect::literal::{text as quoted_text, unquoted_text};
use crate::dialect::table::{For, lines};
use crate::flavour::Gates;
use crate::options::COLLATION;

/// An option of a table that was read, by its key.
pub(super) fn said<'a>(gates: Gates, table: &'a Table, key: &str) -> Option<&'a str> {
    match table.options.0.get(gates.name()) {
        Some(OptionValue::Table(section)) => match section.0.get(key) {
            Some(OptionValue::String(text)) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// What of `table` (lowered, with its character set) the server says otherwise than limbeck would; `None` if all is well.
/// The order of keys, which nobody can set, does not count, nor that of a column's attributes.
pub(super) fn difference(gates: Gates, table: &Table, text: &str) -> Option<String> {
    let collation = said(gates, table, COLLATION);
    let ours: Vec<Vec<String>> =
        lines(gates, table, For::Comparing).iter().map(|line| pieces(line, collation)).collect();
    let theirs: Vec<Vec<String>> = items(text).iter().map(|line| pieces(line, collation)).collect();
    let columns = table.columns.len();
    for (at, (ours, theirs)) in ours.iter().zip(&theirs).take(columns).enumerate() {
        if ours != theirs {
            return Some(format!("its column {}", table.columns[at].name));
        }
    }
    let rest = |lines: &[Vec<String>]| {
        let mut rest = lines.get(columns..).unwrap_or_default().to_vec();
        rest.sort_unstable();
        rest
    };
    let (ours, theirs) = (rest(&ours), rest(&theirs));
    let other = theirs
        .iter()
        .find(|line| !ours.contains(line))
        .or_else(|| ours.iter().find(|line| !theirs.contains(line)));
    match other {
        Some(line) => Some(format!("`{}`", line.join(" "))),
        None => (ours.len() != theirs.len()).then(|| "the number of its keys and constraints".to_owned()),
    }
}

/// What stands between the commas of the outer parentheses.
fn items(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0usize, 0, Vec::new());
    for token in tokens(&LEXICAL, text) {
        match token.text {
            "(" => {
                depth += 1;
                if depth == 1 {
                    start = token.start + 1;
                }
            }
            ")" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    found.push(&text[start..token.start]);
                    return found;
                }
            }
            "," if depth == 1 => {
                found.push(&text[start..token.start]);
                start = token.start + 1;
            }
            _ => {}
        }
    }
    found
}

/// The tokens of a line in an order of their own. A character set that a collation names, and a collation that is the
/// table's, say nothing: one version shows them and another does not.
fn pieces(line: &str, table: Option<&str>) -> Vec<String> {
    let code: Vec<Token<'_>> = tokens(&LEXICAL, line).filter(Token::is_code).collect();
    let mut kept = Vec::with_capacity(code.len());
    let mut at = 0;
    while at < code.len() {
        let collates = |at: usize| code.get(at).is_some_and(|token| token.is_word("COLLATE"));
        if code[at].is_word("CHARACTER") && collates(at + 3) {
            at += 3;
        } else if code[at].is_word("CHARACTER")
            && let Some(collation) = code.get(at + 2).and_then(|set| usual(set.text))
        {
            kept.extend(["collate".to_owned(), collation.to_owned()]);
            at += 3;
        } else if collates(at) && code.get(at + 1).map(|token| token.text) == table {
            at += 2;
        } else {
            kept.push(match code[at].kind {
                TokenKind::Word => code[at].text.to_ascii_lowercase(),
                // A quote in a text is written in two ways by the same server.
                TokenKind::String => unquoted_text(code[at].text)
                    .map_or_else(|| code[at].text.to_owned(), |value| quoted_text(&value)),
                _ => code[at].text.to_owned(),
            });
            at += 1;
        }
    }
    kept.sort_unstable();
    kept
}
