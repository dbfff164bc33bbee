//! Views, triggers, routines and events as objects: their texts without who made them and where.

use std::collections::BTreeSet;

use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Object, ObjectKey, ObjectRef, OptionValue, Options, Sql};
use limbeck_core::sql::{LexicalRules, Token, TokenKind, tokens};

use super::catalog::Entry;
use crate::dialect::lexical;
use crate::dialect::literal::unquoted_name;
use crate::flavour::Gates;
use crate::options::{CHARACTER_SET_CLIENT, COLLATION_CONNECTION, FOLLOWS, SQL_MODE, TIME_ZONE};
use crate::session;

/// What objects may stand on.
pub(super) struct Ground<'a> {
    pub(super) database: &'a str,
    pub(super) keeps_definers: bool,
    pub(super) tables: BTreeSet<&'a str>,
    pub(super) views: BTreeSet<&'a str>,
}

impl Ground<'_> {
    /// The tables and views that a text names.
    fn named(&self, rules: &LexicalRules, text: &str) -> BTreeSet<ObjectRef> {
        tokens(rules, text)
            .filter(|token| matches!(token.kind, TokenKind::QuotedIdentifier | TokenKind::Word))
            .filter_map(|token| {
                let name = unquoted_name(token.text);
                let kind = if self.tables.contains(name.as_str()) {
                    "table"
                } else if self.views.contains(name.as_str()) {
                    "view"
                } else {
                    return None;
                };
                Some(ObjectRef { kind: kind.to_owned(), name: Name::new(name) })
            })
            .collect()
    }
}

/// An object.
///
/// # Errors
/// Why its text cannot be taken as it is.
pub(super) fn object(kind: &str, entry: &Entry, text: &str, ground: &Ground<'_>) -> Result<Object, String> {
    let name = entry.name.as_str();
    // Views run in no mode of their own.
    let rules = lexical(if kind == "view" { "" } else { &entry.sql_mode });
    let text = if ground.keeps_definers { text.to_owned() } else { without_definer(rules, text) };
    let text = without_database(rules, &text, ground.database)?;
    let own = ObjectRef { kind: kind.to_owned(), name: Name::new(name) };
    // The text of a routine is looked at when it runs.
    let depends_on = if matches!(kind, "view" | "trigger") {
        ground.named(rules, &text).into_iter().filter(|found| *found != own).collect()
    } else if kind == "package body" {
        vec![ObjectRef { kind: "package".to_owned(), name: own.name.clone() }]
    } else {
        Vec::new()
    };
    Ok(Object {
        key: ObjectKey { kind: own.kind, name: own.name, table: None },
        definition: Sql::from(text),
        depends_on,
        comment: None,
        options: Options::default(),
    })
}

/// Says which trigger a trigger runs after.
pub(super) fn follow(gates: Gates, trigger: &mut Object, before: &str) {
    trigger.options.set(gates.name(), FOLLOWS, OptionValue::String(before.to_owned()));
    trigger.depends_on.push(ObjectRef { kind: "trigger".to_owned(), name: Name::new(Ident::from(before)) });
}

/// Says in which mode a trigger, routine or event runs, if that is not limbeck's.
pub(super) fn keep_mode(gates: Gates, object: &mut Object, mode: &str) {
    let words = |mode: &str| -> BTreeSet<String> {
        mode.split(',').filter(|word| !word.is_empty()).map(str::to_ascii_uppercase).collect()
    };
    if words(mode) != words(session::SQL_MODE) {
        // An option that is empty says nothing; the server passes over what stands round a comma.
        let mode = if mode.is_empty() { "," } else { mode };
        object.options.set(gates.name(), SQL_MODE, OptionValue::String(mode.to_owned()));
    }
}

/// Says what the session must be in which an object is made, where that is not limbeck's own.
pub(super) fn keep_session(gates: Gates, object: &mut Object, entry: &Entry, usual: &str) {
    let ascii = object.definition.resolve(gates.names()).is_some_and(|text| text.is_ascii());
    let mut keep = |key: &str, value: &str| {
        object.options.set(gates.name(), key, OptionValue::String(value.to_owned()));
    };
    if let Some((client, collation)) = &entry.made_in {
        // Another text could not be sent to the server in that character set.
        if client != "utf8mb4" && ascii {
            keep(CHARACTER_SET_CLIENT, client);
        }
        if collation != usual {
            keep(COLLATION_CONNECTION, collation);
        }
    }
    if let Some(zone) = entry.time_zone.as_deref().filter(|zone| *zone != "SYSTEM") {
        keep(TIME_ZONE, zone);
    }
}

/// The text without ``DEFINER=`root`@`localhost` ``: whoever makes the object is its definer.
fn without_definer(rules: &LexicalRules, text: &str) -> String {
    let code: Vec<Token<'_>> = tokens(rules, text).filter(Token::is_code).take(40).collect();
    let Some(at) = code.iter().position(|token| token.is_word("DEFINER")) else { return text.to_owned() };
    if code.get(at + 1).is_none_or(|token| token.text != "=") {
        return text.to_owned();
    }
    // A user and a host, which a lexer may take for a variable; or a role.
    let mut end = at + 3;
    while let Some(token) = code.get(end) {
        let joined = token.start == code[end - 1].span().end;
        if !joined {
            break;
        }
        end += 1;
    }
    let Some(next) = code.get(end) else { return text.to_owned() };
    format!("{}{}", &text[..code[at].start], &text[next.start..])
}

/// The text without the database before the names in it.
pub(super) fn without_database(rules: &LexicalRules, text: &str, database: &str) -> Result<String, String> {
    if !text.contains(database) {
        return Ok(text.to_owned());
    }
    let code: Vec<Token<'_>> = tokens(rules, text).filter(Token::is_code).collect();
    let is_database = |token: &Token<'_>| {
        token.kind == TokenKind::QuotedIdentifier && unquoted_name(token.text) == database
    };
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for (at, token) in code.iter().enumerate().filter(|(_, token)| is_database(token)) {
        let after_point = at > 0 && code[at - 1].text == ".";
        let point = code.get(at + 1).filter(|next| next.text == ".");
        match point {
            Some(point) if !after_point => {
                kept.push_str(&text[from..token.start]);
                from = point.span().end;
            }
            // A name that is an alias is not told from the database's.
            None if !after_point
                && code.get(at.wrapping_sub(1)).is_some_and(|before| {
                    before.text == ")" || before.kind == TokenKind::QuotedIdentifier
                }) =>
            {
                return Err("something in its text is called as its database is".to_owned());
            }
            _ => {}
        }
    }
    kept.push_str(&text[from..]);
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_made_an_object_is_left_out() {
        for (given, left) in [
            ("CREATE DEFINER=`root`@`localhost` TRIGGER `t` x", "CREATE TRIGGER `t` x"),
            (
                "CREATE ALGORITHM=MERGE DEFINER=`a b`@`%` SQL SECURITY INVOKER VIEW `v` x",
                "CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW `v` x",
            ),
            ("CREATE DEFINER=`role` PROCEDURE `p`() x", "CREATE PROCEDURE `p`() x"),
            ("CREATE PROCEDURE `p`() x", "CREATE PROCEDURE `p`() x"),
        ] {
            assert_eq!(without_definer(lexical(""), given), left);
        }
    }

    #[test]
    fn a_text_is_read_in_its_own_mode() {
        let rules = lexical("ANSI_QUOTES,NO_BACKSLASH_ESCAPES");
        let text = r#"CREATE DEFINER="a"@"%" TRIGGER "t" AFTER INSERT ON "db"."x" FOR EACH ROW INSERT INTO "db"."y" VALUES ('\', 'db')"#;
        let left =
            r#"CREATE TRIGGER "t" AFTER INSERT ON "x" FOR EACH ROW INSERT INTO "y" VALUES ('\', 'db')"#;
        let text = without_definer(rules, text);
        assert_eq!(without_database(rules, &text, "db").as_deref(), Ok(left));
    }

    #[test]
    fn the_database_is_left_out() {
        let text = "select `db`.`f`(`t`.`a`) AS `x` from `db`.`t` join `other`.`t` where `db`.`t`.`a` = 'db'";
        let left = "select `f`(`t`.`a`) AS `x` from `t` join `other`.`t` where `t`.`a` = 'db'";
        assert_eq!(without_database(lexical(""), text, "db").as_deref(), Ok(left));
        assert!(without_database(lexical(""), "select `db`.`a` from `t` `db`", "db").is_err());
    }
}
