//! Indexes: which of the old and the new ones are the same.

use crate::ident::Ident;
use crate::schema::{Index, KeyPart, Table};

use super::constraints::{Item, Matched, match_up, same_parts};
use super::options::same_option;
use super::{Compared, Comparison};

/// Compares the indexes of a table.
pub(super) fn compare(compared: &Compared<'_>, old: &Table, new: &Table) -> Matched {
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
    match_up(&old_items, &new_items, rules, |from, to| same(old_indexes[from], new_indexes[to], rules))
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
