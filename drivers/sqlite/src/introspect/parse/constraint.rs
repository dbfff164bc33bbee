use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{
    Check, Constraint, ConstraintBody, Deferrable, ForeignKey, KeyPart, OptionValue, Options, PrimaryKey,
    References, ReferentialAction, Unique,
};

use super::cursor::{Cursor, Misread};
use crate::options::{DEFERRABLE, DIALECT};

/// Whether a table's constraint is next, and no column.
pub(super) fn begins(cursor: &Cursor<'_>) -> bool {
    cursor.peek().is_some_and(|token| token.is_any(&["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"]))
}

/// A table's constraint. Also whether it says AUTOINCREMENT. `None` for a name with nothing behind it.
pub(super) fn of_table(cursor: &mut Cursor<'_>) -> Result<Option<(Constraint, bool)>, Misread> {
    let mut name = None;
    while cursor.eat(&["CONSTRAINT"]) {
        name = Some(Ident::from(cursor.name()?));
    }
    let mut autoincrement = false;
    let (body, options, deferrable): (ConstraintBody, Options, _) = if cursor.eat(&["PRIMARY", "KEY"]) {
        let (columns, counts_up) = cursor.key_parts()?;
        autoincrement = counts_up;
        (PrimaryKey { columns, include: Vec::new() }.into(), cursor.conflict()?, None)
    } else if cursor.eat(&["UNIQUE"]) {
        let (columns, _) = cursor.key_parts()?;
        let body = Unique { columns, include: Vec::new(), nulls_not_distinct: false };
        (body.into(), cursor.conflict()?, None)
    } else if cursor.eat(&["CHECK"]) {
        (check(cursor)?, cursor.conflict()?, None)
    } else if cursor.eat(&["FOREIGN", "KEY"]) {
        let columns = cursor.names()?.into_iter().map(Ident::from).collect();
        cursor.expect(&["REFERENCES"], "REFERENCES")?;
        let key = references(cursor, columns)?;
        let mut options = Options::default();
        let when = deferrable(cursor)?.and_then(|said| said.note(&mut options));
        (key.into(), options, when)
    } else if name.is_some() {
        return Ok(None);
    } else {
        return cursor.misread("a constraint");
    };
    Ok(Some((of(name, body, options, deferrable), autoincrement)))
}

pub(super) fn of(
    name: Option<Ident>,
    body: ConstraintBody,
    options: Options,
    deferrable: Option<Deferrable>,
) -> Constraint {
    let mut constraint = Constraint::new(name, body);
    constraint.options = options;
    constraint.deferrable = deferrable;
    constraint
}

/// The key of one column.
pub(super) fn one(column: &Ident) -> Vec<KeyPart> {
    vec![KeyPart::column(column.clone())]
}

/// What stands behind CHECK.
pub(super) fn check(cursor: &mut Cursor<'_>) -> Result<ConstraintBody, Misread> {
    let expression = cursor.expression()?;
    Ok(Check { expression: expression.into() }.into())
}

/// What stands behind REFERENCES, but for when it is checked.
pub(super) fn references(cursor: &mut Cursor<'_>, columns: Vec<Ident>) -> Result<ForeignKey, Misread> {
    let table = Name::new(cursor.name()?);
    let there = if cursor.sees_mark("(") { cursor.names()? } else { Vec::new() };
    let mut key = ForeignKey {
        columns,
        references: References { table, columns: there.into_iter().map(Ident::from).collect() },
        on_delete: ReferentialAction::NoAction,
        on_delete_columns: Vec::new(),
        on_update: ReferentialAction::NoAction,
        match_type: None,
    };
    loop {
        if cursor.eat(&["ON", "DELETE"]) {
            key.on_delete = action(cursor)?;
        } else if cursor.eat(&["ON", "UPDATE"]) {
            key.on_update = action(cursor)?;
        } else if cursor.eat(&["ON", "INSERT"]) {
            // SQLite reads it and does nothing.
            action(cursor)?;
        } else if cursor.eat(&["MATCH"]) {
            let word = cursor.name()?.to_ascii_lowercase();
            key.match_type = (word != "simple").then_some(word);
        } else {
            return Ok(key);
        }
    }
}

fn action(cursor: &mut Cursor<'_>) -> Result<ReferentialAction, Misread> {
    for action in ReferentialAction::ALL {
        let words: Vec<&str> = action.sql().split(' ').collect();
        if cursor.eat(&words) {
            return Ok(action);
        }
    }
    cursor.misread("what a foreign key does")
}

/// What is said of when a foreign key is checked.
pub(super) struct Said {
    /// When it is; none, if it does not wait, which is also what holds without a word.
    when: Option<Deferrable>,
    /// The words, if they are not the usual ones.
    words: Option<&'static str>,
}

impl Said {
    /// When the key is checked; in which words, goes into `options`.
    pub(super) fn note(self, options: &mut Options) -> Option<Deferrable> {
        if let Some(words) = self.words {
            options.set(DIALECT, DEFERRABLE, OptionValue::String(words.to_owned()));
        }
        self.when
    }
}

/// `DEFERRABLE INITIALLY DEFERRED` and its kin: `None` if nothing of the kind is next.
pub(super) fn deferrable(cursor: &mut Cursor<'_>) -> Result<Option<Said>, Misread> {
    let not = cursor.eat(&["NOT", "DEFERRABLE"]);
    if !not && !cursor.eat(&["DEFERRABLE"]) {
        return Ok(None);
    }
    let (when, plainly, with_not) = if cursor.eat(&["INITIALLY", "DEFERRED"]) {
        (Deferrable::InitiallyDeferred, None, "not deferrable initially deferred")
    } else if cursor.eat(&["INITIALLY", "IMMEDIATE"]) {
        (Deferrable::InitiallyImmediate, None, "not deferrable initially immediate")
    } else if !cursor.sees(&["INITIALLY"]) {
        (Deferrable::InitiallyImmediate, Some("deferrable"), "not deferrable")
    } else {
        return cursor.misread("DEFERRED or IMMEDIATE");
    };
    Ok(Some(match not {
        true => Said { when: None, words: Some(with_not) },
        false => Said { when: Some(when), words: plainly },
    }))
}
