//! Tables that become parts of others, or are parts no longer: what foreign keys to them stand on comes and goes.

use std::collections::{BTreeMap, BTreeSet};

use super::Compared;
use super::constraints::has_key;
use crate::ident::{Ident, Name};
use crate::schema::{Schema, Table};

/// The tables around which foreign keys make way.
#[derive(Debug, Default)]
pub(super) struct Moved {
    /// Those that move, and the parts of them.
    tables: BTreeSet<Name>,
    /// Those above a part that goes.
    above: BTreeSet<Name>,
    /// Those above a part that goes and comes again, as with other bounds: with its rows.
    above_again: BTreeSet<Name>,
    /// Those that are above a table that is there from now on.
    joined: BTreeSet<Name>,
    /// Those above a part that is dropped.
    above_dropped: BTreeSet<Name>,
}

impl Moved {
    /// Of pairs of a table before and behind, and of the tables that are dropped.
    pub(super) fn of<'t>(
        compared: &Compared<'_>,
        tables: impl Iterator<Item = (&'t Table, &'t Table)>,
        dropped: &BTreeSet<Name>,
    ) -> Self {
        let mut moved = Self::default();
        for part in dropped.iter().filter_map(|name| compared.old.table(name)) {
            moved.above_dropped.extend(above(compared.old, part));
        }
        for (from, to) in tables.filter(|(from, to)| from.partition_of != to.partition_of) {
            moved.tables.insert(to.name.clone());
            let (was, is) = (above(compared.old, from), above(compared.new, to));
            moved.above_again.extend(was.iter().filter(|name| is.contains(name)).cloned());
            moved.above.extend(was);
            moved.joined.extend(is);
        }
        if !moved.tables.is_empty() {
            moved.extend_below(compared.old);
            moved.extend_below(compared.new);
        }
        moved
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.above_dropped.is_empty()
    }

    /// Whether a foreign key to these columns of a table loses what it stands on, or looks for rows that are elsewhere for
    /// a moment.
    pub(super) fn hits(&self, compared: &Compared<'_>, table: &Name, columns: &[Ident]) -> bool {
        // A key of its own stays with the table.
        let is_its_own = |schema: &Schema| schema.table(table).is_some_and(|it| has_key(it, columns, true));
        self.above_again.contains(table)
            || (self.tables.contains(table) && !(is_its_own(compared.old) && is_its_own(compared.new)))
    }

    /// Whether a foreign key to the table must be gone before parts leave.
    pub(super) fn holds_up(&self, table: &Name) -> bool {
        self.tables.contains(table) || self.above.contains(table)
    }

    /// Whether a foreign key to the table must be gone before its parts are.
    pub(super) fn loses_parts(&self, table: &Name) -> bool {
        self.holds_up(table) || self.above_dropped.contains(table)
    }

    /// Whether a foreign key to the table comes only when it has its parts: on the way back it is gone before they are.
    pub(super) fn waits(&self, table: &Name) -> bool {
        self.joined.contains(table)
    }

    fn extend_below(&mut self, schema: &Schema) {
        let mut parts: BTreeMap<&Name, Vec<&Name>> = BTreeMap::new();
        for table in schema.tables.values() {
            if let Some(whole) = &table.partition_of {
                parts.entry(&whole.parent).or_default().push(&table.name);
            }
        }
        let mut waiting: Vec<&Name> =
            self.tables.iter().filter_map(|name| parts.get(name)).flatten().copied().collect();
        while let Some(part) = waiting.pop() {
            if self.tables.insert(part.clone()) {
                waiting.extend(parts.get(part).into_iter().flatten().copied());
            }
        }
    }
}

/// The tables that a part is one of, the nearest first. A schema out of a file may have circles, which operations refuse.
pub(super) fn above(schema: &Schema, part: &Table) -> Vec<Name> {
    let mut found: Vec<Name> = Vec::new();
    let mut next = part.partition_of.as_ref();
    while let Some(whole) = next.filter(|whole| !found.contains(&whole.parent)) {
        found.push(whole.parent.clone());
        next = schema.table(&whole.parent).and_then(|table| table.partition_of.as_ref());
    }
    found
}
