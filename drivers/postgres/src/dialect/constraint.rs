//! Constraints.

use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{
    Constraint, ConstraintBody, ConstraintKind, Deferrable, Exclusion, ForeignKey, KeyPart, KeyTarget,
    Naming, Order, ReferentialAction, Sql,
};

use super::NAMES;
use super::fault::{Fault, check_name, expression_of};
use super::gates::Gates;
use super::index::part;
use super::literal::{quote, quote_all, quote_name};
use super::options::{self, read, with};
use crate::options as key;

/// The name of a constraint; PostgreSQL has none without.
pub(super) fn name(table: &Name, constraint: &Constraint) -> Ident {
    constraint.name.clone().unwrap_or_else(|| Naming::standard().constraint(table, constraint, None))
}

/// `CONSTRAINT … …`, as CREATE TABLE and ALTER TABLE … ADD take it.
pub(super) fn define(gates: Gates, table: &Name, constraint: &Constraint) -> Result<String, Fault> {
    let name = name(table, constraint);
    check_name(&name, "constraint")?;
    let place = format!("constraint {name} of {table}");
    let known = match constraint.kind() {
        ConstraintKind::PrimaryKey | ConstraintKind::Unique => options::KEY,
        ConstraintKind::ForeignKey => options::FOREIGN_KEY,
        ConstraintKind::Check => options::CHECK,
        ConstraintKind::Exclusion => options::EXCLUSION,
    };
    let given = read(&constraint.options, known, &place)?;
    let mut sql = format!("CONSTRAINT {} ", quote(&name));
    match &constraint.body {
        ConstraintBody::PrimaryKey(key) => {
            sql.push_str(&format!("PRIMARY KEY ({})", columns(gates, &key.columns, &given, &place)?));
            sql.push_str(&tail(&key.include, &given));
        }
        ConstraintBody::Unique(key) => {
            sql.push_str("UNIQUE ");
            if key.nulls_not_distinct {
                if !gates.nulls_not_distinct {
                    return Err(Fault::too_old(format!("{place} takes two NULLs for the same"), 15));
                }
                sql.push_str("NULLS NOT DISTINCT ");
            }
            sql.push_str(&format!("({})", columns(gates, &key.columns, &given, &place)?));
            sql.push_str(&tail(&key.include, &given));
        }
        ConstraintBody::ForeignKey(key) => sql.push_str(&foreign_key(gates, key, &given, &place)?),
        ConstraintBody::Check(check) => {
            let expression = expression_of(&check.expression, || format!("the expression of {place}"))?;
            sql.push_str(&format!("CHECK ({expression})"));
            if given.flag(NAMES, key::NO_INHERIT) {
                sql.push_str(" NO INHERIT");
            }
        }
        ConstraintBody::Exclusion(key) => sql.push_str(&exclusion(key, &given, &place)?),
    }
    match constraint.deferrable {
        None => {}
        Some(Deferrable::InitiallyImmediate) => sql.push_str(" DEFERRABLE"),
        Some(Deferrable::InitiallyDeferred) => sql.push_str(" DEFERRABLE INITIALLY DEFERRED"),
    }
    if constraint.not_enforced {
        if !gates.not_enforced {
            return Err(Fault::too_old(format!("{place} is not enforced"), 18));
        }
        sql.push_str(" NOT ENFORCED");
    } else if constraint.not_valid {
        sql.push_str(" NOT VALID");
    }
    Ok(sql)
}

/// Whether CREATE TABLE takes it: rows that nobody has looked at are something for ALTER TABLE alone.
pub(super) fn fits_create_table(constraint: &Constraint) -> bool {
    !constraint.not_valid || constraint.not_enforced
}

/// The columns of a key. It has no expressions, orders or operator classes.
fn columns(
    gates: Gates,
    parts: &[KeyPart],
    given: &limbeck_core::schema::Options,
    place: &str,
) -> Result<String, Fault> {
    let mut names = Vec::with_capacity(parts.len());
    for part in parts {
        let plain = KeyPart { length: None, ..part.clone() };
        let KeyTarget::Column(name) = &part.target else {
            return Err(Fault::unsupported(
                format!("{place} has an expression, which PostgreSQL takes in indexes only"),
                "make a unique index of it",
            ));
        };
        if part.order != Order::Ascending || !plain.is_plain() {
            return Err(Fault::unsupported(
                format!("{place} says more of {name} than its name, which PostgreSQL takes in indexes only"),
                "leave it out, or make a unique index of it",
            ));
        }
        names.push(quote(name));
    }
    if given.flag(NAMES, key::WITHOUT_OVERLAPS) {
        if !gates.temporal {
            return Err(Fault::too_old(format!("{place} is WITHOUT OVERLAPS"), 18));
        }
        if let Some(last) = names.last_mut() {
            last.push_str(" WITHOUT OVERLAPS");
        }
    }
    Ok(names.join(", "))
}

/// What stands behind the columns of what has an index.
fn tail(include: &[Ident], given: &limbeck_core::schema::Options) -> String {
    let mut sql = String::new();
    if !include.is_empty() {
        sql.push_str(&format!(" INCLUDE ({})", quote_all(include)));
    }
    sql.push_str(&with(given));
    if let Some(tablespace) = given.text(NAMES, key::TABLESPACE) {
        sql.push_str(&format!(" USING INDEX TABLESPACE {}", super::literal::identifier(tablespace)));
    }
    sql
}

fn foreign_key(
    gates: Gates,
    foreign: &ForeignKey,
    given: &limbeck_core::schema::Options,
    place: &str,
) -> Result<String, Fault> {
    let period = given.flag(NAMES, key::PERIOD);
    if period && !gates.temporal {
        return Err(Fault::too_old(format!("{place} is about a PERIOD"), 18));
    }
    let list = |names: &[Ident]| {
        let mut names: Vec<String> = names.iter().map(quote).collect();
        if let Some(last) = names.last_mut().filter(|_| period) {
            *last = format!("PERIOD {last}");
        }
        names.join(", ")
    };
    let mut sql = format!("FOREIGN KEY ({}) REFERENCES ", list(&foreign.columns));
    sql.push_str(&quote_name(&foreign.references.table));
    if !foreign.references.columns.is_empty() {
        sql.push_str(&format!(" ({})", list(&foreign.references.columns)));
    }
    match foreign.match_type.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None | Some("simple") => {}
        Some("full") => sql.push_str(" MATCH FULL"),
        Some(other) => {
            return Err(Fault::unsupported(
                format!("{place} is MATCH {other}, which PostgreSQL does not do"),
                "write `full`, or leave it out",
            ));
        }
    }
    if foreign.on_update != ReferentialAction::NoAction {
        sql.push_str(&format!(" ON UPDATE {}", foreign.on_update.sql()));
    }
    if foreign.on_delete != ReferentialAction::NoAction {
        sql.push_str(&format!(" ON DELETE {}", foreign.on_delete.sql()));
    }
    if !foreign.on_delete_columns.is_empty() {
        if !gates.set_null_columns {
            return Err(Fault::too_old(format!("{place} sets only some columns"), 15));
        }
        sql.push_str(&format!(" ({})", quote_all(&foreign.on_delete_columns)));
    }
    Ok(sql)
}

fn exclusion(body: &Exclusion, given: &limbeck_core::schema::Options, place: &str) -> Result<String, Fault> {
    let mut parts = Vec::with_capacity(body.columns.len());
    for item in &body.columns {
        let Some(operator) = &item.operator else {
            return Err(Fault::unsupported(
                format!("{place} has a part without an operator"),
                "give each of its columns an `operator`, such as \"=\" or \"&&\"",
            ));
        };
        parts.push(format!("{} WITH {operator}", part(item, place)?));
    }
    let method = body.method.as_deref().unwrap_or("gist");
    let mut sql = format!("EXCLUDE USING {} ({})", super::literal::identifier(method), parts.join(", "));
    sql.push_str(&tail(&body.include, given));
    if let Some(predicate) = predicate(body.predicate.as_ref(), place)? {
        sql.push_str(&format!(" WHERE ({predicate})"));
    }
    Ok(sql)
}

/// Which rows count.
pub(super) fn predicate(sql: Option<&Sql>, place: &str) -> Result<Option<String>, Fault> {
    sql.map(|sql| expression_of(sql, || format!("the predicate of {place}"))).transpose()
}

/// What COMMENT ON calls it.
pub(super) fn on(table: &Name, name: &Ident) -> String {
    format!("CONSTRAINT {} ON {}", quote(name), quote_name(table))
}
