//! The ALTERs of domains and composite types.

use limbeck_core::schema::{ObjectKey, Schema};

use super::super::swap;
use super::definition::{Definition, behind_name, code, depths, same, slice};

/// A domain, as its text says it.
struct Domain {
    /// Its name as SQL writes it.
    name: String,
    base: String,
    collation: Option<String>,
    default: Option<String>,
    not_null: bool,
    /// Its checks by their names; one that was added without looking at values says so.
    checks: Vec<(Option<String>, String)>,
    comments: Vec<String>,
}

impl Domain {
    fn read(definition: &Definition) -> Option<Self> {
        let sql = &definition.main;
        let code = code(sql);
        let depths = depths(&code);
        let start = code.iter().position(|token| token.is_word("DOMAIN"))?;
        let named = behind_name(&code, start + 1);
        let name = slice(sql, &code, start + 1, named).to_owned();
        let base = named + usize::from(code.get(named)?.is_word("AS"));
        // Where each clause begins.
        let begins = |at: usize| {
            depths[at] == 0
                && match code[at].text.to_ascii_uppercase().as_str() {
                    "COLLATE" | "DEFAULT" | "CONSTRAINT" => true,
                    "CHECK" | "NULL" => {
                        !code[at - 1].is_any(&["NOT", "DEFAULT"]) && !after_constraint(&code, at)
                    }
                    "NOT" => !after_constraint(&code, at),
                    _ => false,
                }
        };
        let starts: Vec<usize> =
            (base + 1..code.len()).filter(|at| begins(*at)).chain([code.len()]).collect();
        let mut read = Self {
            name,
            base: slice(sql, &code, base, *starts.first()?).to_owned(),
            collation: None,
            default: None,
            not_null: false,
            checks: Vec::new(),
            comments: Vec::new(),
        };
        for pair in starts.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let rest = |skip: usize| slice(sql, &code, from + skip, to).to_owned();
            match code[from].text.to_ascii_uppercase().as_str() {
                "COLLATE" => read.collation = Some(rest(1)),
                "DEFAULT" => read.default = Some(rest(1)),
                "NOT" => read.not_null = true,
                "CHECK" => read.checks.push((None, rest(0))),
                // A NOT NULL with a name of its own keeps it only by being made anew.
                "CONSTRAINT" if code.get(from + 2)?.is_word("CHECK") => {
                    read.checks.push((Some(code[from + 1].text.to_owned()), rest(2)));
                }
                "NULL" => {}
                _ => return None,
            }
        }
        for extra in &definition.extras {
            match added(extra) {
                Some(check) => read.checks.push(check),
                None => read.comments.push(extra.clone()),
            }
        }
        Some(read)
    }

    fn check(&self, name: &str) -> Option<&str> {
        let named = |(other, _): &&(Option<String>, String)| other.as_deref() == Some(name);
        self.checks.iter().find(named).map(|(_, text)| text.as_str())
    }
}

/// Whether the token at `at` stands behind CONSTRAINT and a name.
fn after_constraint(code: &[limbeck_core::sql::Token<'_>], at: usize) -> bool {
    at >= 2 && code[at - 2].is_word("CONSTRAINT")
}

/// The check that `ALTER DOMAIN d ADD CONSTRAINT n CHECK (…) NOT VALID` adds.
fn added(sql: &str) -> Option<(Option<String>, String)> {
    let code = code(sql);
    let at = code.windows(2).position(|pair| pair[0].is_word("ADD") && pair[1].is_word("CONSTRAINT"))?;
    let name = code.get(at + 2)?.text.to_owned();
    Some((Some(name), slice(sql, &code, at + 3, code.len()).to_owned()))
}

/// The type that a domain is over, as its text says it.
pub(super) fn base(definition: &Definition) -> Option<String> {
    Domain::read(definition).map(|domain| domain.base)
}

/// What makes of one domain another over the same type.
pub(super) fn domain(from: &Definition, to: &Definition) -> Option<Vec<String>> {
    let (old, new) = (Domain::read(from)?, Domain::read(to)?);
    let same_option = |old: &Option<String>, new: &Option<String>| match (old, new) {
        (Some(old), Some(new)) => same(old, new),
        (old, new) => old == new,
    };
    if !same(&old.base, &new.base) || !same_option(&old.collation, &new.collation) {
        return None;
    }
    let unnamed = |domain: &Domain| -> Vec<String> {
        domain.checks.iter().filter(|(name, _)| name.is_none()).map(|(_, text)| text.clone()).collect()
    };
    let (before, after) = (unnamed(&old), unnamed(&new));
    if before.len() != after.len() || !before.iter().zip(&after).all(|(old, new)| same(old, new)) {
        return None;
    }
    let alter = format!("ALTER DOMAIN {}", new.name);
    let mut made = Vec::new();
    let named = |domain: &Domain| -> Vec<(String, String)> {
        domain.checks.iter().filter_map(|(name, text)| Some((name.clone()?, text.clone()))).collect()
    };
    let mut add = Vec::new();
    for (name, text) in named(&new) {
        match old.check(&name) {
            Some(there) if same(there, &text) => {}
            Some(there) if same(there, &format!("{text} NOT VALID")) => {
                add.push(format!("{alter} VALIDATE CONSTRAINT {name}"));
            }
            Some(_) => {
                made.push(format!("{alter} DROP CONSTRAINT {name}"));
                add.push(format!("{alter} ADD CONSTRAINT {name} {text}"));
            }
            None => add.push(format!("{alter} ADD CONSTRAINT {name} {text}")),
        }
    }
    for (name, _) in named(&old) {
        if new.check(&name).is_none() {
            made.push(format!("{alter} DROP CONSTRAINT {name}"));
        }
    }
    if !same_option(&old.default, &new.default) {
        made.push(match &new.default {
            Some(default) => format!("{alter} SET DEFAULT {default}"),
            None => format!("{alter} DROP DEFAULT"),
        });
    }
    if old.not_null != new.not_null {
        made.push(format!("{alter} {} NOT NULL", if new.not_null { "SET" } else { "DROP" }));
    }
    made.append(&mut add);
    made.extend(comments(&old.comments, &new.comments, &made)?);
    Some(made)
}

/// What makes the one list of comments the other. A constraint that was made again has lost its own.
fn comments(old: &[String], new: &[String], made: &[String]) -> Option<Vec<String>> {
    let head = |sql: &str| {
        let code = code(sql);
        let at = code.iter().rposition(|token| token.is_word("IS"))?;
        code.first().filter(|first| first.is_word("COMMENT"))?;
        Some(slice(sql, &code, 0, at).to_owned())
    };
    let fresh = |sql: &str| {
        let code = code(sql);
        code.get(3).is_some_and(|name| {
            made.iter().any(|other| other.contains(&format!("ADD CONSTRAINT {} ", name.text)))
        })
    };
    let dropped = |sql: &str| {
        let code = code(sql);
        code.get(3).is_some_and(|name| {
            made.iter().any(|other| other.ends_with(&format!("DROP CONSTRAINT {}", name.text)))
        })
    };
    let heads = |list: &[String]| list.iter().map(|sql| head(sql)).collect::<Option<Vec<String>>>();
    let (before, after) = (heads(old)?, heads(new)?);
    let mut changes = Vec::new();
    for (sql, what) in old.iter().zip(&before) {
        if !after.iter().any(|other| same(other, what)) && !dropped(sql) {
            changes.push(format!("{what} IS NULL"));
        }
    }
    for sql in new {
        if fresh(sql) || !old.iter().any(|other| same(other, sql)) {
            changes.push(sql.clone());
        }
    }
    Some(changes)
}

/// A composite type, as its text says it: its name, and its attributes with their types.
pub(super) fn attributes(sql: &str) -> Option<(String, Vec<(String, String)>)> {
    let code = code(sql);
    let depths = depths(&code);
    let start = code.iter().position(|token| token.is_word("TYPE"))?;
    let named = behind_name(&code, start + 1);
    let open = named + 1;
    if !code.get(named)?.is_word("AS") || !code.get(open)?.is_mark("(") {
        return None;
    }
    let close = code.len() - 1;
    let mut found = Vec::new();
    let mut first = open + 1;
    for at in open + 1..=close {
        if at == close || (depths[at] == 1 && code[at].text == ",") {
            if first < at {
                found.push((code[first].text.to_owned(), slice(sql, &code, first + 1, at).to_owned()));
            }
            first = at + 1;
        }
    }
    Some((slice(sql, &code, start + 1, named).to_owned(), found))
}

/// What makes of one composite type another. The server refuses another type for an attribute that a table's column has.
pub(super) fn composite(from: &str, to: &str) -> Option<Vec<String>> {
    let ((_, old), (name, new)) = (attributes(from)?, attributes(to)?);
    let find = |list: &[(String, String)], name: &str| {
        list.iter().find(|(other, _)| other == name).map(|(_, ty)| ty.clone())
    };
    let mut actions = Vec::new();
    // New attributes come last, so that the others must keep their order.
    let kept: Vec<&String> =
        old.iter().map(|(name, _)| name).filter(|name| find(&new, name).is_some()).collect();
    if !new.iter().map(|(name, _)| name).take(kept.len()).eq(kept.iter().copied()) {
        return None;
    }
    for (attribute, _) in &old {
        if find(&new, attribute).is_none() {
            actions.push(format!("DROP ATTRIBUTE {attribute} CASCADE"));
        }
    }
    for (attribute, ty) in &new {
        match find(&old, attribute) {
            Some(there) if same(&there, ty) => {}
            Some(_) => actions.push(format!("ALTER ATTRIBUTE {attribute} TYPE {ty} CASCADE")),
            None => actions.push(format!("ADD ATTRIBUTE {attribute} {ty} CASCADE")),
        }
    }
    Some(actions.into_iter().map(|action| format!("ALTER TYPE {name} {action}")).collect())
}

/// Whether columns can be of objects of this kind, so that their values must follow.
pub(super) fn has_values(key: &ObjectKey) -> bool {
    matches!(key.kind.as_str(), "domain" | "composite_type")
}

/// Whether the server refuses changes of a type because of the columns that are of it: it looks at no value inside of
/// another, and gives no attribute another type.
pub(super) fn is_refused(key: &ObjectKey, changes: &[String], schema: &Schema) -> bool {
    let says = |words: &[&str], but: &[&str]| {
        changes.iter().any(|sql| {
            let code = code(sql);
            let find = |words: &[&str]| {
                code.windows(words.len())
                    .any(|tokens| tokens.iter().zip(words).all(|(token, word)| token.is_word(word)))
            };
            find(words) && (but.is_empty() || !find(but))
        })
    };
    match key.kind.as_str() {
        "domain" => {
            (says(&["ADD", "CONSTRAINT"], &["NOT", "VALID"])
                || says(&["VALIDATE", "CONSTRAINT"], &[])
                || says(&["SET", "NOT", "NULL"], &[]))
                && swap::is_within(schema, &key.name)
        }
        "composite_type" => says(&["ALTER", "ATTRIBUTE"], &[]) && swap::is_used(schema, &key.name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(sql: &str) -> Definition {
        let mut parts = sql.split(";\n").map(str::to_owned);
        Definition { main: parts.next().unwrap(), extras: parts.collect() }
    }

    fn domains(from: &str, to: &str) -> Option<Vec<String>> {
        domain(
            &text(&format!("CREATE DOMAIN public.d AS {from}")),
            &text(&format!("CREATE DOMAIN public.d AS {to}")),
        )
    }

    #[test]
    fn domains_change_in_place() {
        let made = domains(
            "character varying(20) COLLATE \"C\" DEFAULT 'x'::text NOT NULL\n CONSTRAINT a CHECK ((VALUE <> 'not null'::text))\n CONSTRAINT b CHECK (true)",
            "character varying(20) COLLATE \"C\" DEFAULT 'y'::text\n CONSTRAINT a CHECK ((VALUE <> 'not null'::text))\n CONSTRAINT c CHECK (true);\nALTER DOMAIN public.d ADD CONSTRAINT e CHECK (false) NOT VALID",
        );
        assert_eq!(
            made.unwrap(),
            [
                "ALTER DOMAIN public.d DROP CONSTRAINT b",
                "ALTER DOMAIN public.d SET DEFAULT 'y'::text",
                "ALTER DOMAIN public.d DROP NOT NULL",
                "ALTER DOMAIN public.d ADD CONSTRAINT c CHECK (true)",
                "ALTER DOMAIN public.d ADD CONSTRAINT e CHECK (false) NOT VALID"
            ]
        );
        assert_eq!(domains("integer", "bigint"), None);
        assert_eq!(domains("integer", "integer").unwrap(), Vec::<String>::new());
        let with = |check: &str, comment: &str| {
            format!(
                "integer CONSTRAINT a CHECK ({check});\nCOMMENT ON CONSTRAINT a ON DOMAIN public.d IS '{comment}'"
            )
        };
        assert_eq!(
            domains(&with("true", "x"), &with("false", "x")).unwrap(),
            [
                "ALTER DOMAIN public.d DROP CONSTRAINT a",
                "ALTER DOMAIN public.d ADD CONSTRAINT a CHECK (false)",
                "COMMENT ON CONSTRAINT a ON DOMAIN public.d IS 'x'"
            ]
        );
    }

    #[test]
    fn composite_types_change_in_place() {
        let made = |from: &str, to: &str| {
            composite(&format!("CREATE TYPE a.p AS ({from})"), &format!("CREATE TYPE a.p AS ({to})"))
        };
        assert_eq!(
            made("x integer, y numeric(3,2), z text", "x bigint, z text, \"w w\" text COLLATE \"C\"")
                .unwrap(),
            [
                "ALTER TYPE a.p DROP ATTRIBUTE y CASCADE",
                "ALTER TYPE a.p ALTER ATTRIBUTE x TYPE bigint CASCADE",
                "ALTER TYPE a.p ADD ATTRIBUTE \"w w\" text COLLATE \"C\" CASCADE"
            ]
        );
        assert_eq!(made("x integer, y text", "y text, x integer"), None);
    }
}
