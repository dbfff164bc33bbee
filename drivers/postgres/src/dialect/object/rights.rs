//! Whose something is, and what one role may do with it: objects that are nothing of their own, but said of something else.

use limbeck_core::driver::Statement;
use limbeck_core::schema::{GRANT, OWNER, Object, ObjectKey};

use super::super::fault::Fault;
use super::definition::{Definition, code, same, slice};
use super::identity::identity;

/// How ALTER … OWNER TO and how GRANT … ON name an object; `None` for what neither can name.
pub(crate) fn right_target(key: &ObjectKey) -> Option<(String, String)> {
    let altered = identity(key).ok()?;
    let behind = |words: &str| altered.strip_prefix(words).map(str::to_owned);
    let granted = match key.kind.as_str() {
        "view" => format!("TABLE{}", behind("VIEW")?),
        "materialized_view" => format!("TABLE{}", behind("MATERIALIZED VIEW")?),
        "foreign_table" => format!("TABLE{}", behind("FOREIGN TABLE")?),
        "domain" => format!("TYPE{}", behind("DOMAIN")?),
        "server" => format!("FOREIGN {altered}"),
        "aggregate" => format!("FUNCTION{}", behind("AGGREGATE")?.replace("(*)", "()")),
        _ => altered.clone(),
    };
    Some((altered, granted))
}

/// The statements of a right, which must be such as can be taken back.
fn read(object: &Object) -> Result<Vec<String>, Fault> {
    let definition = Definition::of(object)?;
    let statements: Vec<String> = definition.statements().map(str::to_owned).collect();
    for sql in &statements {
        if undone(&object.key, sql).is_none() {
            let form = if object.key.kind == OWNER {
                "ALTER … OWNER TO …"
            } else {
                "GRANT … ON … TO … or REVOKE … ON … FROM …"
            };
            return Err(Fault::unsupported(
                format!("the definition of {} holds `{sql}`", object.key),
                format!("write each of its statements as {form}"),
            ));
        }
    }
    if object.comment.is_some() {
        return Err(Fault::unsupported(
            format!("{} has a comment, and PostgreSQL keeps none of a right", object.key),
            "take it out",
        ));
    }
    Ok(statements)
}

pub(super) fn create(object: &Object, at: usize) -> Result<Vec<Statement>, Fault> {
    Ok(read(object)?.into_iter().map(|sql| Statement::schema(at, sql)).collect())
}

/// The owner is then the one who drops it, and privileges are what they were without it.
pub(super) fn drop(object: &Object, at: usize) -> Result<Vec<Statement>, Fault> {
    let said = read(object)?;
    let undone = said.iter().rev().filter_map(|sql| undone(&object.key, sql));
    Ok(undone.map(|sql| Statement::schema(at, sql)).collect())
}

pub(super) fn replace(old: &Object, new: &Object, at: usize) -> Result<Vec<Statement>, Fault> {
    let (from, to) = (read(old)?, read(new)?);
    let among = |list: &[String], sql: &str| list.iter().any(|other| same(other, sql));
    if new.key.kind == OWNER {
        let changed = to.iter().filter(|sql| !among(&from, sql));
        return Ok(changed.map(|sql| Statement::schema(at, sql)).collect());
    }
    let gone: Vec<String> =
        from.iter().filter(|sql| !among(&to, sql)).filter_map(|sql| undone(&new.key, sql)).collect();
    // What is taken from a table is taken from its columns as well, so that all of the rest is said again.
    let all = !gone.is_empty();
    let come = to.into_iter().filter(|sql| all || !among(&from, sql));
    Ok(gone.into_iter().chain(come).map(|sql| Statement::schema(at, sql)).collect())
}

/// What takes back a statement of a right; `None` if it is none.
fn undone(key: &ObjectKey, sql: &str) -> Option<String> {
    let code = code(sql);
    let find = |words: &[&str]| {
        (0..code.len()).find(|at| {
            words
                .iter()
                .enumerate()
                .all(|(next, word)| code.get(at + next).is_some_and(|token| token.is_word(word)))
        })
    };
    let first = code.first()?;
    if key.kind == OWNER {
        let at = find(&["OWNER", "TO"]).filter(|_| first.is_word("ALTER"))?;
        return Some(format!("{} CURRENT_USER", slice(sql, &code, 0, at + 2)));
    }
    let (other, joint, back, ends): (_, _, _, &[&str]) = if first.is_word("GRANT") {
        ("REVOKE", "TO", "FROM", &["WITH"])
    } else if first.is_word("REVOKE") && !code.get(1).is_some_and(|token| token.is_word("GRANT")) {
        ("GRANT", "FROM", "TO", &["CASCADE", "RESTRICT"])
    } else {
        return None;
    };
    let on = find(&["ON"])?;
    let at = (on..code.len()).find(|at| code[*at].is_word(joint))?;
    // Types of arguments may have such words in them: `timestamp with time zone`.
    let end = (at..code.len()).find(|at| code[*at].is_any(ends)).unwrap_or(code.len());
    let whom = slice(sql, &code, at + 1, end);
    (!whom.is_empty()).then(|| format!("{other} {} {back} {whom}", slice(sql, &code, 1, at)))
}

/// Whether a kind is one of these.
pub(super) fn is_right(kind: &str) -> bool {
    matches!(kind, OWNER | GRANT)
}

#[cfg(test)]
mod tests {
    use limbeck_core::ident::Name;
    use limbeck_core::schema::{Options, Sql};

    use super::*;

    fn right(kind: &str, definition: &str) -> Object {
        let key = ObjectKey { kind: kind.to_owned(), name: Name::new("r"), table: Some(Name::new("t")) };
        let definition = Sql::from(definition);
        Object { key, definition, depends_on: Vec::new(), comment: None, options: Options::default() }
    }

    fn texts(statements: Result<Vec<Statement>, Fault>) -> Vec<String> {
        statements.unwrap().into_iter().map(|statement| statement.sql).collect()
    }

    #[test]
    fn what_is_granted_is_revoked() {
        let object = right(
            GRANT,
            "REVOKE INSERT ON TABLE \"t\" FROM \"r\" CASCADE;\nGRANT SELECT ON TABLE \"t\" TO \"TO\" WITH GRANT OPTION;\n\
             GRANT UPDATE (\"a\", \"on\") ON TABLE \"t\" TO \"r\"",
        );
        assert_eq!(
            texts(drop(&object, 0)),
            [
                "REVOKE UPDATE (\"a\", \"on\") ON TABLE \"t\" FROM \"r\"",
                "REVOKE SELECT ON TABLE \"t\" FROM \"TO\"",
                "GRANT INSERT ON TABLE \"t\" TO \"r\"",
            ]
        );
    }

    #[test]
    fn words_of_a_type_are_no_end() {
        let object =
            right(GRANT, "GRANT EXECUTE ON FUNCTION f(timestamp with time zone) TO r WITH GRANT OPTION");
        assert_eq!(
            texts(drop(&object, 0)),
            ["REVOKE EXECUTE ON FUNCTION f(timestamp with time zone) FROM r"]
        );
    }

    #[test]
    fn what_stays_is_said_again_behind_what_goes() {
        let (all, some) = ("GRANT SELECT ON TABLE t TO r", "GRANT SELECT (a) ON TABLE t TO r");
        let both = format!("{all};\n{some}");
        let from_to = |from: &str, to: &str| texts(replace(&right(GRANT, from), &right(GRANT, to), 0));
        assert_eq!(from_to(&both, some), ["REVOKE SELECT ON TABLE t FROM r", some]);
        assert_eq!(from_to(some, &both), [all]);
        assert_eq!(from_to(&both, &both), Vec::<String>::new());
    }

    #[test]
    fn an_owner_follows_another() {
        let owned = |role: &str| right(OWNER, &format!("ALTER TABLE t OWNER TO {role}"));
        assert_eq!(texts(replace(&owned("a"), &owned("b"), 0)), ["ALTER TABLE t OWNER TO b"]);
        assert_eq!(texts(drop(&owned("a"), 0)), ["ALTER TABLE t OWNER TO CURRENT_USER"]);
    }

    #[test]
    fn what_cannot_be_taken_back_is_refused() {
        for (kind, sql) in [
            (GRANT, "DROP TABLE t"),
            (GRANT, "GRANT a TO b"),
            (GRANT, "REVOKE GRANT OPTION FOR SELECT ON t FROM r"),
            (OWNER, "GRANT SELECT ON t TO r"),
        ] {
            assert!(create(&right(kind, sql), 0).is_err(), "{sql}");
        }
    }

    #[test]
    fn each_kind_is_named() {
        let target = |kind: &str, name: &str| {
            right_target(&ObjectKey { kind: kind.to_owned(), name: Name::new(name), table: None }).unwrap()
        };
        assert_eq!(target("view", "v"), ("VIEW \"v\"".to_owned(), "TABLE \"v\"".to_owned()));
        assert_eq!(
            target("aggregate", "a()"),
            ("AGGREGATE \"a\"(*)".to_owned(), "FUNCTION \"a\"()".to_owned())
        );
        assert_eq!(target("domain", "d"), ("DOMAIN \"d\"".to_owned(), "TYPE \"d\"".to_owned()));
        assert_eq!(target("server", "s"), ("SERVER \"s\"".to_owned(), "FOREIGN SERVER \"s\"".to_owned()));
    }
}
