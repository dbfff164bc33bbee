//! Constraints: what SQLite keeps of them, and how it writes them.

use limbeck_core::schema::{
    Check, Constraint, ConstraintBody, ConstraintKind, Deferrable, ForeignKey, KeyPart, Options, PrimaryKey,
    ReferentialAction, Unique,
};

use super::NAMES;
use super::default::in_parens;
use super::fault::check_name;
use super::index::{key, render_keys};
use super::literal::{quote, quote_all};
use super::lower::{Lowering, sql_text};
use super::options::{DEFERRABLE, INLINE, ON_CONFLICT, on_conflict, read};

/// The constraint as SQLite keeps it. That it is not to look at the rows that are there is passed over: SQLite always
/// does.
pub(super) fn lower(lowering: &mut Lowering<'_>, constraint: &Constraint) -> Option<Constraint> {
    let kind = constraint.kind();
    let place = match &constraint.name {
        Some(name) => format!("{kind} {name} of {}", lowering.table),
        None => format!("{kind} of {}", lowering.table),
    };
    if let Some(name) = &constraint.name {
        let named = check_name(name, "constraint");
        lowering.keep(named);
    }
    if constraint.not_enforced {
        lowering.refuse(format!("{place} is not enforced; SQLite enforces all"), "leave it out for SQLite");
    }
    if constraint.deferrable.is_some() && kind != ConstraintKind::ForeignKey {
        lowering.refuse(
            format!("{place} is deferrable; in SQLite only foreign keys are"),
            "leave `deferrable` out",
        );
    }
    let body: ConstraintBody = match &constraint.body {
        ConstraintBody::PrimaryKey(key) => {
            no_include(lowering, &key.include, &place);
            PrimaryKey { columns: parts(lowering, &key.columns, &place), include: Vec::new() }.into()
        }
        ConstraintBody::Unique(key) => {
            no_include(lowering, &key.include, &place);
            if key.nulls_not_distinct {
                lowering.refuse(
                    format!("{place} takes two NULLs for the same, which SQLite never does"),
                    "make it a unique index over `ifnull(column, …)`",
                );
            }
            let columns = parts(lowering, &key.columns, &place);
            Unique { columns, include: Vec::new(), nulls_not_distinct: false }.into()
        }
        ConstraintBody::ForeignKey(key) => foreign_key(lowering, key, &place).into(),
        ConstraintBody::Check(check) => Check {
            expression: lowering.expression(&check.expression, || format!("the expression of {place}"))?,
        }
        .into(),
        ConstraintBody::Exclusion(_) => {
            lowering.refuse(
                format!("{place}: SQLite has no exclusion constraints"),
                "demand it with a trigger, or for SQLite leave it out",
            );
            return None;
        }
    };
    let known: &[&str] = match kind {
        ConstraintKind::ForeignKey => &[DEFERRABLE],
        ConstraintKind::PrimaryKey => &[ON_CONFLICT, INLINE],
        _ => &[ON_CONFLICT],
    };
    let options = read(&constraint.options, known, &place);
    let mut lowered = Constraint::new(constraint.name.clone(), body);
    lowered.deferrable = constraint.deferrable;
    lowered.options = lowering.keep(options).unwrap_or_default();
    if let Some(words) = lowered.options.text(NAMES, DEFERRABLE)
        && (words == "deferrable") != lowered.deferrable.is_some()
    {
        lowering.refuse(
            format!("{place} says in its options when it is checked, and otherwise beside them"),
            "take `deferrable` out of one of the two",
        );
        lowered.options = Options::default();
    }
    Some(lowered)
}

fn parts(lowering: &mut Lowering<'_>, parts: &[KeyPart], place: &str) -> Vec<KeyPart> {
    if parts.iter().any(|part| part.as_column().is_none()) {
        lowering.refuse(
            format!("{place} has an expression; SQLite takes columns only"),
            "make it a unique index, which takes expressions",
        );
    }
    parts.iter().filter_map(|part| lowering.key_part(part, place)).collect()
}

fn no_include<T>(lowering: &mut Lowering<'_>, include: &[T], place: &str) {
    if !include.is_empty() {
        lowering.refuse(format!("{place} has `include`, which SQLite has not"), "leave `include` out");
    }
}

fn foreign_key(lowering: &mut Lowering<'_>, key: &ForeignKey, place: &str) -> ForeignKey {
    lowering.name(&key.references.table, "table");
    if !key.on_delete_columns.is_empty() {
        lowering.refuse(
            format!("{place} sets some of its columns on delete; SQLite sets all"),
            "leave the list of columns out",
        );
    }
    let match_type = key.match_type.as_ref().map(|word| word.to_ascii_lowercase());
    ForeignKey {
        columns: key.columns.clone(),
        references: key.references.clone(),
        on_delete: key.on_delete,
        on_delete_columns: Vec::new(),
        on_update: key.on_update,
        match_type: match_type.filter(|word| word != "simple"),
    }
}

/// A lowered constraint as a table lists it.
pub(super) fn render(constraint: &Constraint) -> String {
    let body = match &constraint.body {
        ConstraintBody::PrimaryKey(body) => {
            format!("PRIMARY KEY ({}){}", render_keys(&body.columns), on_conflict(&constraint.options))
        }
        ConstraintBody::Unique(body) => {
            format!("UNIQUE ({}){}", render_keys(&body.columns), on_conflict(&constraint.options))
        }
        ConstraintBody::ForeignKey(body) => {
            format!("FOREIGN KEY ({}) {}", quote_all(&body.columns), references(body, constraint))
        }
        ConstraintBody::Check(body) => {
            format!("CHECK {}{}", in_parens(sql_text(&body.expression)), on_conflict(&constraint.options))
        }
        ConstraintBody::Exclusion(body) => {
            // Lowering refuses them; the server would refuse this text.
            format!("EXCLUDE ({})", body.columns.iter().map(key).collect::<Vec<_>>().join(", "))
        }
    };
    format!("{}{body}", named(constraint))
}

/// A lowered foreign key over one column, as the column's definition holds it.
pub(super) fn render_inline(constraint: &Constraint, body: &ForeignKey) -> String {
    format!("{}{}", named(constraint), references(body, constraint))
}

/// `CONSTRAINT "name" `, or nothing.
pub(super) fn named(constraint: &Constraint) -> String {
    constraint.name.as_ref().map(|name| format!("CONSTRAINT {} ", quote(name.as_str()))).unwrap_or_default()
}

fn references(body: &ForeignKey, constraint: &Constraint) -> String {
    let mut sql = format!("REFERENCES {}", quote(body.references.table.name.as_str()));
    if !body.references.columns.is_empty() {
        sql.push_str(&format!(" ({})", quote_all(&body.references.columns)));
    }
    if let Some(word) = &body.match_type {
        sql.push_str(&format!(" MATCH {}", word.to_ascii_uppercase()));
    }
    for (action, event) in [(body.on_delete, "DELETE"), (body.on_update, "UPDATE")] {
        if action != ReferentialAction::NoAction {
            sql.push_str(&format!(" ON {event} {}", action.sql()));
        }
    }
    if let Some(words) = constraint.options.text(NAMES, DEFERRABLE) {
        sql.push_str(&format!(" {}", words.to_ascii_uppercase()));
        return sql;
    }
    sql.push_str(match constraint.deferrable {
        None => "",
        Some(Deferrable::InitiallyImmediate) => " DEFERRABLE INITIALLY IMMEDIATE",
        Some(Deferrable::InitiallyDeferred) => " DEFERRABLE INITIALLY DEFERRED",
    });
    sql
}
