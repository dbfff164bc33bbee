//! Models beside a database: only what differs from it is built in a scratch database to be looked at.
//!
//! A table that is declared in the words in which the server shows it would come out of a scratch database as it went in.
//! Of a database that has the tables of its models, nothing is built, and of one that lacks a column, one table.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::DialectComparison;
use super::observe::materialise;
use crate::diff::{Comparison, Diff, DiffOptions, Hints, diff};
use crate::driver::{DatabaseSettings, Driver};
use crate::execution::ExecutionError;
use crate::ident::Name;
use crate::schema::{ConstraintBody, Naming, Schema};

/// What a server would show of `declared`, which speaks of tables and the enums of their columns, beside what it shows of a
/// database that is there.
///
/// # Errors
/// If there is no scratch database to be had where one is needed, or what is declared cannot be built.
pub async fn materialise_beside(
    driver: &Arc<dyn Driver>,
    settings: &DatabaseSettings,
    rules: &DialectComparison<'_>,
    hints: &Hints,
    observed: &Schema,
    declared: &Schema,
) -> Result<Schema, ExecutionError> {
    let Some(differing) = differing(rules, hints, observed, declared) else {
        return materialise(driver, settings, declared).await;
    };
    if differing.is_empty() {
        return Ok(merged(observed, declared, &differing, &Schema::new()).unwrap_or_else(|| declared.clone()));
    }
    let built = materialise(driver, settings, &part(declared, &differing)).await;
    match built.ok().and_then(|seen| merged(observed, declared, &differing, &seen)) {
        Some(schema) => Ok(schema),
        // A part may need what nothing says that it needs.
        None => materialise(driver, settings, declared).await,
    }
}

/// The declared tables that are not as the server shows them; `None` where more than tables differ, or something that no
/// operation says.
fn differing(
    rules: &dyn Comparison,
    hints: &Hints,
    observed: &Schema,
    declared: &Schema,
) -> Option<BTreeSet<Name>> {
    let naming = Naming::default();
    let Diff { operations, notes, .. } =
        diff(observed, declared, &DiffOptions::unasked(hints, &naming, rules));
    if !notes.is_empty() {
        return None;
    }
    let mut tables: BTreeSet<Name> =
        declared.tables.keys().filter(|name| !observed.tables.contains_key(*name)).cloned().collect();
    for operation in &operations {
        let touched = operation.tables();
        if touched.is_empty() {
            return None;
        }
        tables.extend(touched.into_iter().filter(|name| declared.tables.contains_key(*name)).cloned());
    }
    Some(tables)
}

/// The tables of `differing` and those that they refer to or are parts of, with what columns may need.
fn part(declared: &Schema, differing: &BTreeSet<Name>) -> Schema {
    let mut wanted = BTreeSet::new();
    let mut waiting: Vec<&Name> = differing.iter().collect();
    while let Some(name) = waiting.pop() {
        let Some(table) = declared.tables.get(name) else { continue };
        if !wanted.insert(name.clone()) {
            continue;
        }
        waiting.extend(table.partition_of.as_ref().map(|part| &part.parent));
        waiting.extend(table.constraints.iter().filter_map(|constraint| match &constraint.body {
            ConstraintBody::ForeignKey(key) => Some(&key.references.table),
            _ => None,
        }));
    }
    let mut part = declared.clone();
    part.tables.retain(|name, _| wanted.contains(name));
    part.sequences.retain(|_, sequence| {
        sequence.owned_by.as_ref().is_none_or(|(table, _)| part.tables.contains_key(table))
    });
    keep_what_columns_may_need(&mut part);
    part
}

/// Leaves out the objects that stand on tables.
pub(super) fn keep_what_columns_may_need(schema: &mut Schema) {
    schema.objects.retain(|key, object| {
        let on_tables = object.depends_on.iter().any(|needed| needed.kind == "table");
        !on_tables
            && key.table.is_none()
            && !matches!(key.kind.as_str(), "view" | "materialized_view" | "trigger")
    });
}

/// `declared`, with its tables as the server shows them: those that differ as it shows them of `seen`. `None` if one of
/// them is not there.
fn merged(observed: &Schema, declared: &Schema, differing: &BTreeSet<Name>, seen: &Schema) -> Option<Schema> {
    let mut schema = declared.clone();
    for (name, table) in &mut schema.tables {
        let source = if differing.contains(name) { seen } else { observed };
        *table = source.tables.get(name)?.clone();
    }
    for (name, words) in &mut schema.enums {
        if let Some(shown) = seen.enums.get(name) {
            *words = shown.clone();
        }
    }
    Some(schema)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Neutral;
    use crate::schema::{
        Column, Constraint, Enum, ForeignKey, Options, References, ReferentialAction, Table, Type,
    };

    /// A table with one column, and a foreign key to another table.
    fn table(name: &str, refers_to: Option<&str>) -> Table {
        let mut table = Table::new(name);
        table.columns.push(Column::new("id", Type::Integer));
        if let Some(other) = refers_to {
            let key = ForeignKey {
                columns: vec!["id".into()],
                references: References { table: Name::new(other), columns: vec!["id".into()] },
                on_delete: ReferentialAction::NoAction,
                on_delete_columns: Vec::new(),
                on_update: ReferentialAction::NoAction,
                match_type: None,
            };
            table.constraints.push(Constraint::new(Some(format!("{name}_key").as_str().into()), key));
        }
        table
    }

    fn schema(tables: Vec<Table>) -> Schema {
        let mut schema = Schema::new();
        for table in tables {
            schema.insert_table(table);
        }
        schema
    }

    fn names(tables: &[&str]) -> BTreeSet<Name> {
        tables.iter().map(|name| Name::new(*name)).collect()
    }

    #[test]
    fn only_what_differs_is_built_with_what_it_refers_to() {
        let observed =
            schema(vec![table("a", None), table("b", Some("a")), table("c", Some("b")), table("d", None)]);
        assert_eq!(differing(&Neutral, &Hints::default(), &observed, &observed), Some(BTreeSet::new()));
        let mut declared = observed.clone();
        declared.insert_table(table("e", None));
        let changed = declared.tables.get_mut(&Name::new("b")).unwrap();
        changed.columns.push(Column::new("more", Type::Text).nullable());
        let found = differing(&Neutral, &Hints::default(), &observed, &declared).unwrap();
        assert_eq!(found, names(&["b", "e"]));
        let built = part(&declared, &found);
        assert_eq!(built.tables.keys().cloned().collect::<BTreeSet<_>>(), names(&["a", "b", "e"]));
        // What the server shows of those counts, and of the others what the database has.
        let mut seen = built.clone();
        for table in seen.tables.values_mut() {
            table.comment = Some("built".to_owned());
        }
        let made = merged(&observed, &declared, &found, &seen).unwrap();
        let shown: BTreeSet<Name> = made
            .tables
            .values()
            .filter(|table| table.comment.is_some())
            .map(|table| table.name.clone())
            .collect();
        assert_eq!(shown, names(&["b", "e"]));
        assert_eq!(made.tables.len(), 5);
        assert_eq!(merged(&observed, &declared, &found, &Schema::new()), None);
    }

    #[test]
    fn where_more_than_tables_differs_all_is_built() {
        let observed = schema(vec![table("a", None)]);
        let mut declared = observed.clone();
        let words = Enum {
            name: Name::new("e"),
            values: vec!["x".to_owned()],
            comment: None,
            options: Options::default(),
        };
        declared.enums.insert(Name::new("e"), words);
        assert_eq!(differing(&Neutral, &Hints::default(), &observed, &declared), None);
    }
}
