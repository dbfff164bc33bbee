//! Names that mean the same thing on the server although they are spelt differently.

use std::collections::BTreeMap;

use crate::ident::{Ident, Name};
use crate::operation::Operation;
use crate::schema::Schema;

use super::similarity::same_names;
use super::{ColumnRename, Comparison, Hints, TableRename};

/// The new schema with the names of tables and columns as the old one spells them; `None` if it spells all of them so.
/// The database keeps its spelling: nothing is renamed for the case of a letter that does not count.
pub(super) fn respell(from: &Schema, to: &Schema, rules: &dyn Comparison) -> Option<Schema> {
    let same = |from: &Name, to: &Name| {
        from.schema == to.schema && rules.same_name(from.name.as_str(), to.name.as_str())
    };
    let old = from.tables.keys().filter(|name| !to.tables.contains_key(*name));
    let new = to.tables.keys().filter(|name| !from.tables.contains_key(*name));
    let tables = pairs(old, new, |name: &Name| name.to_string().to_lowercase(), same);
    let mut respelt: Option<Schema> = None;
    for (old, new) in tables {
        change(&mut respelt, to, &Operation::RenameTable { table: new, to: old });
    }
    for table in from.tables.values() {
        let Some(now) = respelt.as_ref().unwrap_or(to).table(&table.name) else { continue };
        if same_names(table, now) {
            continue;
        }
        let old = table.columns.iter().map(|column| &column.name).filter(|name| now.column(name).is_none());
        let old: Vec<&Ident> = old.collect();
        if old.is_empty() {
            continue;
        }
        let new = now.columns.iter().map(|column| &column.name).filter(|name| table.column(name).is_none());
        let columns = pairs(
            old.into_iter(),
            new,
            |name: &Ident| name.as_str().to_lowercase(),
            |from, to| rules.same_name(from.as_str(), to.as_str()),
        );
        for (old, new) in columns {
            change(
                &mut respelt,
                to,
                &Operation::RenameColumn { table: table.name.clone(), column: new, to: old },
            );
        }
    }
    respelt
}

/// The renames that bring the old schema to the letters of the new one, where the case of a letter counts.
pub(super) fn renames(from: &Schema, to: &Schema, rules: &dyn Comparison) -> Hints {
    let same = |from: &Name, to: &Name| {
        from.schema == to.schema && rules.same_name(from.name.as_str(), to.name.as_str())
    };
    let old = from.tables.keys().filter(|name| !to.tables.contains_key(*name));
    let new = to.tables.keys().filter(|name| !from.tables.contains_key(*name));
    let tables = pairs(old, new, |name: &Name| name.to_string().to_lowercase(), same);
    let mut hints = Hints::default();
    let now: BTreeMap<&Name, &Name> = tables.iter().map(|(old, new)| (old, new)).collect();
    for table in from.tables.values() {
        let name = now.get(&table.name).copied().unwrap_or(&table.name);
        let Some(other) = to.table(name).filter(|other| !same_names(table, other)) else { continue };
        let old = table.columns.iter().map(|column| &column.name).filter(|name| other.column(name).is_none());
        let new = other.columns.iter().map(|column| &column.name).filter(|name| table.column(name).is_none());
        let columns = pairs(
            old,
            new,
            |name: &Ident| name.as_str().to_lowercase(),
            |from, to| rules.same_name(from.as_str(), to.as_str()),
        );
        let columns = columns.into_iter();
        hints.columns.extend(columns.map(|(from, to)| ColumnRename { table: name.clone(), from, to }));
    }
    hints.tables = tables.into_iter().map(|(from, to)| TableRename { from, to }).collect();
    hints
}

/// Where a name cannot be replaced for certain, the difference stays and shows.
fn change(respelt: &mut Option<Schema>, to: &Schema, operation: &Operation) {
    let schema = respelt.get_or_insert_with(|| to.clone());
    // A failure leaves the schema as it was.
    let _ = operation.apply(schema);
}

fn pairs<'a, K: Ord + Clone + 'a>(
    old: impl Iterator<Item = &'a K>,
    new: impl Iterator<Item = &'a K>,
    folded: impl Fn(&K) -> String,
    same: impl Fn(&K, &K) -> bool,
) -> Vec<(K, K)> {
    let mut by_folded: BTreeMap<String, &K> = BTreeMap::new();
    for name in old {
        by_folded.insert(folded(name), name);
    }
    new.filter_map(|name| {
        let other = by_folded.get(&folded(name)).copied().filter(|other| same(other, name))?;
        Some((other.clone(), name.clone()))
    })
    .collect()
}
