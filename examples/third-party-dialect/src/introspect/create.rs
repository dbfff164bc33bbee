//! What no column of the catalog shows, and the text of a CREATE does: which columns are computed, how texts are
//! compared, what an index is over.

use std::collections::BTreeMap;

use limbeck_core::schema::KeyPart;
use limbeck_core::sql::{Token, TokenKind, strip_outer_parens, tokens};

use crate::dialect::LEXICAL;

/// What the text of a CREATE TABLE says of a column beyond the catalog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Beyond {
    /// The expression that it is computed from.
    pub(super) generated: Option<String>,
    /// How its texts are compared.
    pub(super) collation: Option<String>,
}

/// What it says of each column for which it says something.
pub(super) fn columns(sql: &str) -> BTreeMap<String, Beyond> {
    let mut found = BTreeMap::new();
    for part in parts(sql) {
        let Some(first) = part.first() else { continue };
        let name = unquoted(first);
        let mut beyond = Beyond::default();
        let mut depth = 0_usize;
        for (at, token) in part.iter().enumerate() {
            depth = deeper(depth, token);
            if depth > 0 {
                continue;
            }
            if token.is_word("COLLATE") {
                // `nocase.noaccent`
                let words = part[at + 1..].iter().take_while(|token| {
                    token.text == "." || matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier)
                });
                let mut collation = String::new();
                for word in words {
                    if !collation.is_empty() && word.text != "." && !collation.ends_with('.') {
                        break;
                    }
                    collation.push_str(&unquoted(word));
                }
                beyond.collation = Some(collation);
            }
            if token.is_word("GENERATED") {
                let open = part[at..].iter().find(|token| token.is_mark("("));
                let close = part.last();
                if let (Some(open), Some(close)) = (open, close) {
                    let expression = &sql[open.start..close.span().end];
                    beyond.generated = Some(strip_outer_parens(&LEXICAL, expression).to_owned());
                }
            }
        }
        if beyond != Beyond::default() {
            found.insert(name, beyond);
        }
    }
    found
}

/// What an index is over, by the text of its CREATE INDEX.
pub(super) fn index_parts(sql: &str) -> Vec<KeyPart> {
    parts(sql)
        .into_iter()
        .filter_map(|part| match part.as_slice() {
            [] => None,
            [only] if matches!(only.kind, TokenKind::Word | TokenKind::QuotedIdentifier) => {
                Some(KeyPart::column(unquoted(only)))
            }
            [first, .., last] => {
                Some(KeyPart::expression(strip_outer_parens(&LEXICAL, &sql[first.start..last.span().end])))
            }
            [only] => Some(KeyPart::expression(only.text)),
        })
        .collect()
}

/// What stands between the commas within the first parentheses, without space and comments.
fn parts(sql: &str) -> Vec<Vec<Token<'_>>> {
    let mut parts = vec![Vec::new()];
    let mut depth = 0_usize;
    for token in tokens(&LEXICAL, sql).filter(Token::is_code) {
        let before = depth;
        depth = deeper(depth, &token);
        if before == 0 {
            continue;
        }
        if depth == 0 {
            return parts;
        }
        if depth == 1 && token.is_mark(",") {
            parts.push(Vec::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(token);
        }
    }
    parts
}

fn deeper(depth: usize, token: &Token<'_>) -> usize {
    match token {
        token if token.is_mark("(") => depth + 1,
        token if token.is_mark(")") => depth.saturating_sub(1),
        _ => depth,
    }
}

fn unquoted(token: &Token<'_>) -> String {
    match token.text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => token.text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read() {
        let found = columns(
            "CREATE TABLE t(id BIGINT DEFAULT(nextval('s')) PRIMARY KEY, \"a,b\" DECIMAL(10,2), g INTEGER GENERATED ALWAYS AS((id * 2)), \
             c VARCHAR COLLATE nocase.noaccent NOT NULL, CHECK((g > (1 + 2))));",
        );
        assert_eq!(found.keys().collect::<Vec<_>>(), ["c", "g"]);
        assert_eq!(found["g"].generated.as_deref(), Some("id * 2"));
        assert_eq!(found["c"].collation.as_deref(), Some("nocase.noaccent"));
    }

    #[test]
    fn indexes_are_read() {
        let found = index_parts(
            "CREATE UNIQUE INDEX \"we\"\"ird\" ON s.z(a, \"b c\", ((a + 1)), (lower(CAST(a AS VARCHAR))));",
        );
        let wanted = [
            KeyPart::column("a"),
            KeyPart::column("b c"),
            KeyPart::expression("a + 1"),
            KeyPart::expression("lower(CAST(a AS VARCHAR))"),
        ];
        assert_eq!(found, wanted);
    }
}
