//! Models beside a database: only what differs from it is built in a scratch database to be looked at.
//!
//! A table that is declared in the words in which the server shows it would come out of a scratch database as it went in,
//! and so would one that has a column more or less of which nothing could be said in other words. Of a database that has
//! the tables of its models, nothing is built, and of one that lacks a default, one table.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::DialectComparison;
use super::observe::materialise;
use crate::diff::{Comparison, Diff, DiffOptions, Hints, diff};
use crate::driver::{DatabaseSettings, Driver};
use crate::execution::ExecutionError;
use crate::ident::Name;
use crate::operation::Operation;
use crate::schema::{Column, ConstraintBody, Naming, ObjectRef, Schema};

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
        return Ok(declared.clone());
    }
    match materialise(driver, settings, &part(declared, &differing)).await {
        Ok(seen) => {
            if let Some(schema) = shown(declared, &differing, &seen) {
                return Ok(schema);
            }
        }
        // A part may need what nothing says that it needs.
        Err(ExecutionError::Scratch { .. }) => {}
        Err(error) => return Err(error),
    }
    materialise(driver, settings, declared).await
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
    for operation in operations.iter().filter(|operation| !is_in_anybodys_words(operation)) {
        let touched = operation.tables();
        if touched.is_empty() {
            return None;
        }
        tables.extend(touched.into_iter().filter(|name| declared.tables.contains_key(*name)).cloned());
    }
    Some(tables)
}

/// Whether a server could show nothing of what an operation is about in other words: there is no text in it.
fn is_in_anybodys_words(operation: &Operation) -> bool {
    match operation {
        Operation::AddColumn { column, .. } => {
            let Column {
                name: _,
                ty: _,
                nullable: _,
                default,
                identity,
                generated,
                collation,
                comment: _,
                options,
            } = &**column;
            default.is_none()
                && identity.is_none()
                && generated.is_none()
                && collation.is_none()
                && options.is_empty()
        }
        Operation::DropColumn { .. } | Operation::DropTable { .. } => true,
        _ => false,
    }
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

/// Leaves out the objects that stand on tables, and what needs those.
pub(super) fn keep_what_columns_may_need(schema: &mut Schema) {
    let mut gone = BTreeSet::new();
    loop {
        let before = gone.len();
        schema.objects.retain(|key, object| {
            let stands_on_tables = key.table.is_some()
                || matches!(key.kind.as_str(), "view" | "materialized_view" | "trigger")
                || object.depends_on.iter().any(|needed| needed.kind == "table" || gone.contains(needed));
            if stands_on_tables {
                gone.insert(ObjectRef { kind: key.kind.clone(), name: key.name.clone() });
            }
            !stands_on_tables
        });
        if gone.len() == before {
            break;
        }
    }
}

/// `declared`, with the tables of `differing` as the server shows them. Those that are alike keep their words: a comparison
/// has shown that they say the same, and renames that are asked for are made in what they are compared with. `None` if one
/// is not there.
fn shown(declared: &Schema, differing: &BTreeSet<Name>, seen: &Schema) -> Option<Schema> {
    let mut schema = declared.clone();
    for name in differing {
        *schema.tables.get_mut(name)? = seen.tables.get(name)?.clone();
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
    use crate::diff::{ColumnRename, Neutral, TableRename};
    use crate::schema::{
        Constraint, Enum, ForeignKey, Object, ObjectKey, Options, PartitionOf, References, ReferentialAction,
        Table, Type,
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
        let mut more = Column::new("more", Type::Text).nullable();
        more.default = Some("'x'".into());
        changed.columns.push(more);
        // Of a plain column nothing could be said otherwise.
        let plain = declared.tables.get_mut(&Name::new("c")).unwrap();
        plain.columns.push(Column::new("more", Type::Text).nullable());
        let found = differing(&Neutral, &Hints::default(), &observed, &declared).unwrap();
        assert_eq!(found, names(&["b", "e"]));
        let built = part(&declared, &found);
        assert_eq!(built.tables.keys().cloned().collect::<BTreeSet<_>>(), names(&["a", "b", "e"]));
        // What the server shows of those counts, and the others stay as they are declared.
        let mut seen = built.clone();
        for table in seen.tables.values_mut() {
            table.comment = Some("built".to_owned());
        }
        let made = shown(&declared, &found, &seen).unwrap();
        let in_its_words: BTreeSet<Name> = made
            .tables
            .values()
            .filter(|table| table.comment.is_some())
            .map(|table| table.name.clone())
            .collect();
        assert_eq!(in_its_words, names(&["b", "e"]));
        assert_eq!(made.tables.len(), 5);
        assert_eq!(shown(&declared, &found, &Schema::new()), None);
    }

    /// What is planned for `declared`, if the server shows it in its own words.
    fn planned(observed: &Schema, declared: &Schema, hints: &Hints) -> Vec<Operation> {
        let found = differing(&Neutral, hints, observed, declared).unwrap();
        let to = shown(declared, &found, &part(declared, &found)).unwrap();
        let naming = Naming::default();
        diff(observed, &to, &DiffOptions::unasked(hints, &naming, &Neutral)).operations
    }

    #[test]
    fn what_refers_to_something_renamed_is_left_alone() {
        let mut part = table("part", None);
        part.partition_of = Some(PartitionOf { parent: Name::new("a"), bound: "FOR VALUES IN (1)".into() });
        let observed = schema(vec![table("a", None), table("c", Some("a")), part]);

        let mut declared = observed.clone();
        declared.tables.get_mut(&Name::new("a")).unwrap().columns[0].name = "key".into();
        let ConstraintBody::ForeignKey(key) =
            &mut declared.tables.get_mut(&Name::new("c")).unwrap().constraints[0].body
        else {
            unreachable!("a foreign key")
        };
        key.references.columns = vec!["key".into()];
        let rename = ColumnRename { table: Name::new("a"), from: "id".into(), to: "key".into() };
        let hints = Hints { columns: vec![rename], ..Hints::default() };
        let operations = planned(&observed, &declared, &hints);
        assert!(matches!(operations.as_slice(), [Operation::RenameColumn { .. }]), "{operations:?}");

        let mut part = observed.tables[&Name::new("part")].clone();
        part.partition_of.as_mut().unwrap().parent = Name::new("b");
        let declared = schema(vec![table("b", None), table("c", Some("b")), part]);
        let rename = TableRename { from: Name::new("a"), to: Name::new("b") };
        let hints = Hints { tables: vec![rename], ..Hints::default() };
        let operations = planned(&observed, &declared, &hints);
        assert!(matches!(operations.as_slice(), [Operation::RenameTable { .. }]), "{operations:?}");
    }

    #[test]
    fn what_needs_something_on_a_table_is_not_built() {
        let object = |kind: &str, name: &str, needs: &[(&str, &str)]| Object {
            key: ObjectKey { kind: kind.to_owned(), name: Name::new(name), table: None },
            definition: "".into(),
            depends_on: needs
                .iter()
                .map(|(kind, name)| ObjectRef { kind: (*kind).to_owned(), name: Name::new(*name) })
                .collect(),
            comment: None,
            options: Options::default(),
        };
        let mut schema = schema(vec![table("a", None)]);
        for object in [
            object("aggregate", "of_f", &[("function", "f")]),
            object("domain", "d", &[]),
            object("function", "f", &[("view", "v")]),
            object("function", "g", &[("domain", "d")]),
            object("view", "v", &[("table", "a")]),
        ] {
            schema.objects.insert(object.key.clone(), object);
        }
        keep_what_columns_may_need(&mut schema);
        let kept: Vec<String> = schema.objects.keys().map(ToString::to_string).collect();
        assert_eq!(kept, ["domain d", "function g"]);
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
