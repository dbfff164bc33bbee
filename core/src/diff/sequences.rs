//! Sequences: made before what counts with them, given to their column once it is there, dropped last.

use std::collections::BTreeSet;

use crate::ident::{Ident, Name};
use crate::operation::Operation;
use crate::schema::{Schema, Sequence};

use super::{DiffOptions, options::same_option};

/// What is done to sequences: before the tables, and after them.
#[derive(Default)]
pub(super) struct Sequences {
    /// Made, altered, and taken from a column that goes.
    pub(super) before: Vec<Operation>,
    /// Given to a column that has come.
    pub(super) after: Vec<Operation>,
    /// Dropped.
    pub(super) dropped: Vec<Operation>,
}

/// Compares the sequences. `columns` are the columns that are there all the while.
pub(super) fn compare(
    old: &Schema,
    new: &Schema,
    columns: &dyn Fn(&Name, &Ident) -> bool,
    options: &DiffOptions<'_>,
) -> Sequences {
    let mut made = Sequences::default();
    let stays =
        |sequence: &Sequence| sequence.owned_by.as_ref().is_none_or(|(table, column)| columns(table, column));
    let alone = |sequence: &Sequence| Sequence { owned_by: None, ..sequence.clone() };
    for (name, to) in &new.sequences {
        let from = old.sequences.get(name);
        if from.is_some_and(|from| same(from, to, options) && (stays(from) || from.owned_by.is_none())) {
            continue;
        }
        let make = |sequence| match from {
            Some(_) => Operation::AlterSequence(sequence),
            None => Operation::CreateSequence(sequence),
        };
        if stays(to) {
            made.before.push(make(to.clone()));
        } else {
            if from.is_none_or(|from| from.owned_by.is_some()) {
                made.before.push(make(alone(to)));
            }
            made.after.push(Operation::AlterSequence(to.clone()));
        }
    }
    for (name, from) in &old.sequences {
        // One that belongs to a column goes with it.
        if !new.sequences.contains_key(name) && stays(from) {
            made.dropped.push(Operation::DropSequence { name: name.clone() });
        }
    }
    made
}

fn same(from: &Sequence, to: &Sequence, options: &DiffOptions<'_>) -> bool {
    same_option(from.ty.as_ref(), to.ty.as_ref(), |from, to| from.eq_ignore_ascii_case(to))
        && from.settings == to.settings
        && from.owned_by == to.owned_by
        && from.comment == to.comment
        && options.rules.same_options(&from.options, &to.options)
}

/// Whether both schemas have a column that some sequence belongs to.
pub(super) fn lasting<'a>(old: &'a Schema, new: &'a Schema) -> impl Fn(&Name, &Ident) -> bool + 'a {
    let mut both: BTreeSet<(&Name, &Ident)> = BTreeSet::new();
    let owners = old
        .sequences
        .values()
        .chain(new.sequences.values())
        .filter_map(|sequence| sequence.owned_by.as_ref());
    for (table, column) in owners {
        let has = |schema: &Schema| schema.table(table).is_some_and(|table| table.column(column).is_some());
        if has(old) && has(new) {
            both.insert((table, column));
        }
    }
    move |table, column| both.contains(&(table, column))
}
