//! Indexes: which of the old and the new ones are the same.

use std::collections::BTreeMap;

use crate::ident::{Ident, Name};
use crate::schema::{Index, KeyPart, Schema, Table};

use super::constraints::{Item, Matched, match_up, same_parts};
use super::options::same_option;
use super::{Compared, Comparison};

/// The names of the indexes of a schema, each with its table.
pub(super) fn names(schema: &Schema) -> BTreeMap<&Ident, &Name> {
    let tables = schema.tables.values();
    tables.flat_map(|table| table.indexes.keys().map(|name| (name, &table.name))).collect()
}

/// Compares the indexes of a table. `taken` gives the names of all the old ones.
pub(super) fn compare<'t>(
    compared: &Compared<'_>,
    taken: impl Fn() -> &'t BTreeMap<&'t Ident, &'t Name>,
    old: &Table,
    new: &Table,
) -> Matched {
    let rules = compared.options.rules;
    let old_indexes: Vec<&Index> = old.indexes.values().collect();
    let new_indexes: Vec<&Index> = new.indexes.values().collect();
    let item = |table: &Table, index: &Index| {
        let name = index.name.as_str();
        let made = compared.options.naming.made_index(&table.name, index)
            || rules.made_up(table.name.name.as_str(), name);
        (!made, columns(index))
    };
    fn items<'a>(
        indexes: &[&'a Index],
        item: impl Fn(&Index) -> (bool, Vec<Option<Ident>>),
    ) -> Vec<Item<'a, Vec<Option<Ident>>>> {
        indexes
            .iter()
            .map(|index| {
                let (chosen, signature) = item(index);
                Item { name: Some(&index.name), chosen, signature }
            })
            .collect()
    }
    let old_items = items(&old_indexes, |index| item(old, index));
    let new_items = items(&new_indexes, |index| item(new, index));
    let mut matched =
        match_up(&old_items, &new_items, rules, |from, to| same(old_indexes[from], new_indexes[to], rules));
    // A new name that another table's index had may still be taken when this one is renamed. All that go do so before
    // any comes.
    let (again, renamed) =
        std::mem::take(&mut matched.renamed).into_iter().partition::<Vec<_>, _>(|(_, to)| {
            let name = &new_indexes[*to].name;
            taken().get(name).is_some_and(|owner| {
                let still = compared.new.table(owner).is_some_and(|owner| owner.indexes.contains_key(name));
                **owner != old.name && !still
            })
        });
    matched.renamed = renamed;
    for (from, to) in again {
        matched.kept.retain(|pair| *pair != (from, to));
        matched.gone.push(from);
        matched.new.push(to);
    }
    matched.gone.sort_unstable();
    matched.new.sort_unstable();
    matched
}

fn columns(index: &Index) -> Vec<Option<Ident>> {
    index.columns.iter().map(|part: &KeyPart| part.as_column().cloned()).collect()
}

/// Whether two indexes are the same, whatever they are called. Without a method, it is a B-tree on every server.
fn same(from: &Index, to: &Index, rules: &dyn Comparison) -> bool {
    let method = |index: &Index| index.method.as_deref().unwrap_or("btree").to_ascii_lowercase();
    from.unique == to.unique
        && from.nulls_not_distinct == to.nulls_not_distinct
        && from.include == to.include
        && from.comment == to.comment
        && method(from) == method(to)
        && same_parts(&from.columns, &to.columns, rules)
        && same_option(from.predicate.as_ref(), to.predicate.as_ref(), |from, to| {
            rules.same_expression(from, to)
        })
        && rules.same_options(&from.options, &to.options)
}
