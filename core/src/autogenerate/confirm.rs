//! Texts that may differ without a difference: a revision written from a database holds the server's words, models the
//! user's. Whether the two mean the same, only the server knows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::observe::materialise;
use crate::diff::{Comparison, complete};
use crate::driver::{DatabaseSettings, Dialect, Driver};
use crate::execution::ExecutionError;
use crate::ident::{Ident, Name};
use crate::schema::{
    Column, Constraint, ConstraintBody, Index, KeyPart, KeyTarget, Schema, Sql, Table, TypeSpec,
};
use crate::sql::{TokenKind, tokens};

/// The tables of both schemas in which something differs by its text only, and a server may see no difference.
pub fn doubtful(from: &Schema, to: &Schema, dialect: &dyn Dialect, rules: &dyn Comparison) -> BTreeSet<Name> {
    let doubt = Doubt { dialect, rules };
    let both = to.tables.values().filter_map(|to| Some((from.table(&to.name)?, to)));
    both.filter(|(from, to)| doubt.tables(from, to)).map(|(_, to)| to.name.clone()).collect()
}

/// `to` with the texts of `from` wherever a server shows the same for both: the tables in doubt are built twice, in
/// scratch databases, without their foreign keys.
pub async fn confirm(
    driver: &Arc<dyn Driver>,
    settings: &DatabaseSettings,
    doubtful: &BTreeSet<Name>,
    from: &Schema,
    to: &Schema,
    dialect: &dyn Dialect,
) -> Result<Schema, ExecutionError> {
    let whole = complete(from, to);
    let seen_from = materialise(driver, settings, &only(from, doubtful)).await?;
    let seen_to = materialise(driver, settings, &only(&whole, doubtful)).await?;
    Ok(adopt(from, to, &seen_from, &seen_to, dialect))
}

/// The tables called so, and what their columns may need; nothing that stands on tables.
fn only(schema: &Schema, names: &BTreeSet<Name>) -> Schema {
    let mut part = schema.clone();
    part.tables.retain(|name, _| names.contains(name));
    for table in part.tables.values_mut() {
        table.constraints.retain(|constraint| !matches!(constraint.body, ConstraintBody::ForeignKey(_)));
        table.partition_of = None;
    }
    for sequence in part.sequences.values_mut() {
        sequence.owned_by = None;
    }
    part.objects.retain(|key, object| {
        let on_tables = object.depends_on.iter().any(|needed| needed.kind == "table");
        !on_tables
            && key.table.is_none()
            && !matches!(key.kind.as_str(), "view" | "materialized_view" | "trigger")
    });
    part
}

struct Doubt<'a> {
    dialect: &'a dyn Dialect,
    rules: &'a dyn Comparison,
}

impl Doubt<'_> {
    fn tables(&self, from: &Table, to: &Table) -> bool {
        let columns: BTreeMap<&Ident, &Column> =
            from.columns.iter().map(|column| (&column.name, column)).collect();
        let column = |to: &Column| columns.get(&to.name).is_some_and(|from| self.columns(from, to));
        let checks = checks(from);
        let check = |to: &Constraint| match (&to.name, &to.body) {
            (Some(name), ConstraintBody::Check(body)) => {
                checks.get(name).is_some_and(|from| self.texts(from, &body.expression))
            }
            _ => false,
        };
        let index = |to: &Index| {
            from.indexes.get(&to.name).is_some_and(|from| {
                from.columns.len() == to.columns.len()
                    && (from
                        .predicate
                        .as_ref()
                        .zip(to.predicate.as_ref())
                        .is_some_and(|(from, to)| self.texts(from, to))
                        || from.columns.iter().zip(&to.columns).any(|(from, to)| {
                            match (&from.target, &to.target) {
                                (KeyTarget::Expression(from), KeyTarget::Expression(to)) => {
                                    self.texts(from, to)
                                }
                                _ => false,
                            }
                        }))
            })
        };
        to.columns.iter().any(column) || to.constraints.iter().any(check) || to.indexes.values().any(index)
    }

    fn columns(&self, from: &Column, to: &Column) -> bool {
        let defaults = from.default.as_ref().zip(to.default.as_ref());
        let generated = from.generated.as_ref().zip(to.generated.as_ref());
        (from.ty != to.ty && self.own_type(&from.ty, &to.ty) && !self.rules.same_type(&from.ty, &to.ty))
            || defaults.is_some_and(|(from, to)| self.texts(from, to))
            || generated.is_some_and(|(from, to)| self.texts(&from.expression, &to.expression))
    }

    /// Whether the old type is the server's own text, and the new one says nothing of other dialects than this.
    fn own_type(&self, from: &TypeSpec, to: &TypeSpec) -> bool {
        let names = self.dialect.names();
        let ours = |spec: &TypeSpec| spec.native.keys().all(|name| names.contains(&name.as_str()));
        !from.native.is_empty() && ours(from) && ours(to)
    }

    /// Whether two texts differ, of which one at least is more than a literal, and which are for this dialect only.
    fn texts(&self, from: &Sql, to: &Sql) -> bool {
        let names = self.dialect.names();
        let ours = |sql: &Sql| sql.dialects.keys().all(|name| names.contains(&name.as_str()));
        let literal = |sql: &Sql| sql.resolve(names).is_some_and(|text| self.is_literal(text));
        !self.rules.same_expression(from, to) && ours(from) && ours(to) && !(literal(from) && literal(to))
    }

    fn is_literal(&self, text: &str) -> bool {
        let parts = tokens(self.dialect.lexical(), text)
            .filter(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment));
        let kinds: Vec<TokenKind> = parts.map(|token| token.kind).collect();
        matches!(
            kinds.as_slice(),
            [TokenKind::Number | TokenKind::String] | [TokenKind::Operator, TokenKind::Number]
        )
    }
}

fn checks(table: &Table) -> BTreeMap<&Ident, &Sql> {
    table
        .constraints
        .iter()
        .filter_map(|constraint| match (&constraint.name, &constraint.body) {
            (Some(name), ConstraintBody::Check(check)) => Some((name, &check.expression)),
            _ => None,
        })
        .collect()
}

/// `to` with the texts of `from` where the two are seen to be the same.
fn adopt(from: &Schema, to: &Schema, seen_from: &Schema, seen_to: &Schema, dialect: &dyn Dialect) -> Schema {
    let names = dialect.names();
    let mut adopted = to.clone();
    for table in adopted.tables.values_mut() {
        let (Some(old), Some(old_seen), Some(seen)) =
            (from.table(&table.name), seen_from.table(&table.name), seen_to.table(&table.name))
        else {
            continue;
        };
        for column in &mut table.columns {
            let (Some(old), Some(before), Some(now)) =
                (old.column(&column.name), old_seen.column(&column.name), seen.column(&column.name))
            else {
                continue;
            };
            if before.ty.resolve(names) == now.ty.resolve(names) && !old.ty.native.is_empty() {
                column.ty.clone_from(&old.ty);
            }
            if before.default == now.default && column.default.is_some() && old.default.is_some() {
                column.default.clone_from(&old.default);
            }
            if before.generated == now.generated
                && let (Some(made), Some(old)) = (&mut column.generated, &old.generated)
            {
                made.expression.clone_from(&old.expression);
            }
        }
        let (old_checks, before, now) = (checks(old), checks(old_seen), checks(seen));
        for constraint in &mut table.constraints {
            if let (Some(name), ConstraintBody::Check(check)) = (&constraint.name, &mut constraint.body)
                && let (Some(old), Some(before), Some(now)) =
                    (old_checks.get(name), before.get(name), now.get(name))
                && before == now
            {
                check.expression.clone_from(old);
            }
        }
        for (name, index) in &mut table.indexes {
            let (Some(old), Some(before), Some(now)) =
                (old.indexes.get(name), old_seen.indexes.get(name), seen.indexes.get(name))
            else {
                continue;
            };
            if before.predicate == now.predicate && index.predicate.is_some() && old.predicate.is_some() {
                index.predicate.clone_from(&old.predicate);
            }
            let texts = |index: &Index| index.columns.iter().map(expression).collect::<Vec<_>>();
            if texts(before) == texts(now) && texts(old).len() == texts(index).len() {
                for (part, old) in index.columns.iter_mut().zip(&old.columns) {
                    if expression(part).is_some() && expression(old).is_some() {
                        part.target.clone_from(&old.target);
                    }
                }
            }
        }
    }
    adopted
}

fn expression(part: &KeyPart) -> Option<Sql> {
    match &part.target {
        KeyTarget::Expression(sql) => Some(sql.clone()),
        KeyTarget::Column(_) => None,
    }
}
