//! Changes to a table in place, where the library can do all of them.

use limbeck_core::driver::Statement;
use limbeck_core::ident::Ident;
use limbeck_core::schema::{
    Column, Constraint, ConstraintBody, ConstraintKind, Index, KeyPart, KeyTarget, Sql, Table,
};
use limbeck_core::sql::{ColumnReference, references_column};

use super::copy::{fills_with_default, is_rowid_name};
use super::default::Kind;
use super::gates::Gates;
use super::group::{Group, Part};
use super::literal::quote;
use super::lower::{Lowered, sql_text};
use super::{FOLDING, LEXICAL, constraint, default, enums, index, table};

/// The statements that change the table `before` into `after` in place; `None` if the library cannot do all of it.
/// `dangles` says whether a view or trigger names what is not there.
pub(super) fn in_place(
    gates: Gates,
    before: &Lowered,
    after: &Lowered,
    group: &Group,
    dangles: impl FnOnce() -> bool,
) -> Option<Vec<Statement>> {
    if group.rewrites_rows() || before.table.options != after.table.options {
        return None;
    }
    let changes = Changes::between(before, after, group)?;
    if !changes.dropped_columns.is_empty() && dangles() {
        return None;
    }
    changes.are_possible(gates, before, group).then(|| changes.statements(before, group))
}

/// What is different.
struct Changes<'a> {
    dropped_indexes: Vec<&'a Index>,
    dropped_checks: Vec<(&'a Ident, &'a Constraint)>,
    dropped_columns: Vec<&'a Column>,
    nullability: Vec<&'a Column>,
    added_columns: Vec<Added<'a>>,
    added_checks: Vec<&'a Constraint>,
    created_indexes: Vec<&'a Index>,
    kept_indexes: Vec<&'a Index>,
    kept_constraints: Vec<&'a Constraint>,
}

/// A column that comes, with the constraints that are said in its definition.
struct Added<'a> {
    column: &'a Column,
    /// What an enum's CHECK allows.
    words: Option<&'a String>,
    constraints: Vec<&'a Constraint>,
}

impl<'a> Changes<'a> {
    /// The differences; `None` if there is one that no ALTER TABLE can make.
    fn between(before: &'a Lowered, after: &'a Lowered, group: &Group) -> Option<Self> {
        let (old, new) = (&before.table, &after.table);
        let stays =
            |column: &Column| !group.fresh.contains(&column.name) && new.column(&column.name).is_some();
        let kept: Vec<&Column> = old.columns.iter().filter(|column| stays(column)).collect();
        let (head, tail) = new.columns.split_at_checked(kept.len())?;
        if head.iter().zip(&kept).any(|(new, old)| new.name != old.name || group.fresh.contains(&new.name)) {
            return None;
        }
        let mut nullability = Vec::new();
        for (new, old) in head.iter().zip(&kept) {
            if after.implied.get(&new.name) != before.implied.get(&old.name) {
                return None;
            }
            if new != *old {
                let same_but_for_null = Column { nullable: old.nullable, ..new.clone() } == **old;
                if !same_but_for_null || !new.options.is_empty() || fills_with_default(old, new) {
                    return None;
                }
                nullability.push(new);
            }
        }
        let mut added_columns: Vec<Added<'a>> = tail
            .iter()
            .map(|column| Added { column, words: after.implied.get(&column.name), constraints: Vec::new() })
            .collect();

        let mut added: Vec<&Constraint> = new.constraints.iter().collect();
        let (mut dropped_checks, mut kept_constraints) = (Vec::new(), Vec::new());
        for constraint in &old.constraints {
            if let Some(at) = added.iter().position(|item| *item == constraint) {
                added.remove(at);
                kept_constraints.push(constraint);
            } else {
                let name = constraint.name.as_ref()?;
                if constraint.kind() != ConstraintKind::Check {
                    return None;
                }
                dropped_checks.push((name, constraint));
            }
        }
        let mut added_checks = Vec::new();
        for constraint in added {
            match &constraint.body {
                ConstraintBody::ForeignKey(key) => {
                    let [column] = key.columns.as_slice() else { return None };
                    added_columns
                        .iter_mut()
                        .find(|item| item.column.name == *column)?
                        .constraints
                        .push(constraint);
                }
                ConstraintBody::Check(check) => {
                    let column = added_columns
                        .iter_mut()
                        .rev()
                        .find(|item| mentions(new, &check.expression, &item.column.name));
                    match column {
                        // The last of them, so that all that it names are there.
                        Some(item) => item.constraints.push(constraint),
                        None => added_checks.push(constraint),
                    }
                }
                _ => return None,
            }
        }
        let same = |index: &&Index, there: &Table| there.indexes.get(&index.name) == Some(*index);
        let (kept_indexes, dropped_indexes) = old.indexes.values().partition(|index| same(index, new));
        let created_indexes = new.indexes.values().filter(|index| !same(index, old)).collect();
        Some(Self {
            dropped_indexes,
            dropped_checks,
            dropped_columns: old.columns.iter().filter(|column| !stays(column)).collect(),
            nullability,
            added_columns,
            added_checks,
            created_indexes,
            kept_indexes,
            kept_constraints,
        })
    }

    fn are_possible(&self, gates: Gates, before: &Lowered, group: &Group) -> bool {
        !self.hides_rowid(before)
            && (self.nullability.is_empty() || gates.alter_not_null)
            && self.nullability.iter().all(|column| self.can_change_null(before, column))
            && ((self.dropped_checks.is_empty() && self.added_checks.is_empty()) || gates.alter_check)
            && self.dropped_checks.iter().all(|(name, _)| is_only_name(before, name))
            && self.added_checks.iter().all(|check| self.is_free_name(before, check))
            && (self.dropped_columns.is_empty() || gates.drop_column)
            && self.dropped_columns.iter().all(|column| self.can_drop(before, column))
            && (self.dropped_columns.is_empty() || self.leaves_columns(before))
            && self.added_columns.iter().all(|added| can_add(gates, before, added, group))
    }

    /// Whether a column comes or goes that is called like the rowid, which newer libraries refuse.
    fn hides_rowid(&self, before: &Lowered) -> bool {
        let added = self.added_columns.iter().map(|added| added.column);
        let mut moving = self.dropped_columns.iter().copied().chain(added);
        !before.is_without_rowid() && moving.any(|column| is_rowid_name(&column.name))
    }

    fn can_change_null(&self, before: &Lowered, column: &Column) -> bool {
        column.generated.is_none()
            && before.table.primary_key().is_none_or(|(key, _)| !key.columns().contains(&&column.name))
    }

    /// Whether no constraint that stays is called as `check` will be.
    fn is_free_name(&self, before: &Lowered, check: &Constraint) -> bool {
        let Some(name) = &check.name else { return true };
        let gone = self.dropped_checks.iter().any(|(dropped, _)| same_name(dropped, name));
        let (taken, only) = (count_names(before, name), usize::from(gone));
        taken <= only
    }

    /// Whether nothing of the table names the column. Views and triggers are left to the library, which looks whether
    /// they still hold when a column is dropped in place, and refuses if not.
    fn can_drop(&self, before: &Lowered, column: &Column) -> bool {
        let (name, table) = (&column.name, &before.table);
        let in_constraint = self.kept_constraints.iter().any(|constraint| match &constraint.body {
            ConstraintBody::Check(check) => mentions(table, &check.expression, name),
            ConstraintBody::ForeignKey(key) => {
                key.columns.contains(name)
                    || (same_name(&key.references.table.name, &table.name.name)
                        && key.references.columns.contains(name))
            }
            _ => constraint.columns().contains(&name),
        });
        let in_generated = table
            .columns
            .iter()
            .filter_map(|other| other.generated.as_ref())
            .any(|generated| mentions(table, &generated.expression, name));
        let in_index = self.kept_indexes.iter().any(|index| {
            let in_part = |part: &KeyPart| match &part.target {
                KeyTarget::Column(column) => column == name,
                KeyTarget::Expression(sql) => mentions(table, sql, name),
            };
            index.columns.iter().any(in_part)
                || index.predicate.as_ref().is_some_and(|sql| mentions(table, sql, name))
        });
        !in_constraint && !in_generated && !in_index && !before.implied.contains_key(name)
    }

    /// Whether a column that is not computed is left before others come.
    fn leaves_columns(&self, before: &Lowered) -> bool {
        let gone = |column: &Column| self.dropped_columns.iter().any(|dropped| dropped.name == column.name);
        before.table.columns.iter().any(|column| column.generated.is_none() && !gone(column))
    }

    fn statements(&self, before: &Lowered, group: &Group) -> Vec<Statement> {
        let table = &before.table.name.name;
        let alter = format!("ALTER TABLE {}", quote(table.as_str()));
        let mut statements = Vec::new();
        let mut push = |part: Option<Part>, sql: String| {
            let operation = part.map_or(group.last, |part| group.operation(&part));
            statements.push(Statement::schema(operation, sql));
        };
        let part = |constraint: &Constraint| constraint.name.clone().map(Part::Constraint);
        for index in &self.dropped_indexes {
            let sql = format!("DROP INDEX {}", quote(index.name.as_str()));
            push(Some(Part::Index(index.name.clone())), sql);
        }
        for (name, constraint) in &self.dropped_checks {
            push(part(constraint), format!("{alter} DROP CONSTRAINT {}", quote(name.as_str())));
        }
        for column in &self.dropped_columns {
            let sql = format!("{alter} DROP COLUMN {}", quote(column.name.as_str()));
            push(Some(Part::Column(column.name.clone())), sql);
        }
        for column in &self.nullability {
            let verb = if column.nullable { "DROP" } else { "SET" };
            let sql = format!("{alter} ALTER COLUMN {} {verb} NOT NULL", quote(column.name.as_str()));
            push(Some(Part::Column(column.name.clone())), sql);
        }
        for added in &self.added_columns {
            let mut sql = format!("{alter} ADD COLUMN {}", table::definition(added.column));
            if let Some(words) = added.words {
                let check = enums::check(&added.column.name, words);
                sql.push_str(&format!(" {}", constraint::render(&check)));
            }
            for item in &added.constraints {
                let text = match &item.body {
                    ConstraintBody::ForeignKey(key) => constraint::render_inline(item, key),
                    _ => constraint::render(item),
                };
                sql.push_str(&format!(" {text}"));
            }
            push(Some(Part::Column(added.column.name.clone())), sql);
        }
        for check in &self.added_checks {
            push(part(check), format!("{alter} ADD {}", constraint::render(check)));
        }
        for index in &self.created_indexes {
            push(Some(Part::Index(index.name.clone())), index::create(table, index));
        }
        statements
    }
}

/// Whether ADD COLUMN takes the column. It takes some more on an empty table, but nobody knows whether it is.
fn can_add(gates: Gates, before: &Lowered, added: &Added<'_>, group: &Group) -> bool {
    let column = added.column;
    let kind = column.default.as_ref().map_or(Kind::Null, |value| default::kind(sql_text(value)));
    let default_fits = match kind {
        Kind::Null => column.nullable,
        Kind::Constant => true,
        Kind::Current | Kind::Expression => false,
    };
    let points = added.constraints.iter().any(|item| item.kind() == ConstraintKind::ForeignKey);
    let checked =
        added.words.is_some() || added.constraints.iter().any(|item| item.kind() == ConstraintKind::Check);
    let replaced = before.table.column(&column.name).is_some() && !group.fresh.contains(&column.name);
    default_fits
        && !replaced
        && column.identity.is_none()
        // With foreign keys on, a column that points somewhere must begin as NULL.
        && (!points || kind == Kind::Null)
        && (!checked || gates.add_column_checks)
        && column.generated.as_ref().is_none_or(|generated| !generated.stored && column.nullable)
}

fn same_name(left: &Ident, right: &Ident) -> bool {
    left.as_str().eq_ignore_ascii_case(right.as_str())
}

/// How many of a table's constraints are called so.
fn count_names(lowered: &Lowered, name: &Ident) -> usize {
    let names = lowered.table.constraints.iter().filter_map(|constraint| constraint.name.as_ref());
    names.filter(|other| same_name(other, name)).count()
}

fn is_only_name(lowered: &Lowered, name: &Ident) -> bool {
    count_names(lowered, name) == 1
}

/// Whether an expression names a column; one that cannot be read is taken to.
fn mentions(table: &Table, sql: &Sql, column: &Ident) -> bool {
    let tables = [table.name.name.clone()];
    let reference = ColumnReference { tables: &tables, column, folding: FOLDING };
    references_column(&LEXICAL, sql_text(sql), &reference).unwrap_or(true)
}
