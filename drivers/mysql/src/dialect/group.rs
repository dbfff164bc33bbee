//! Changes to one table that wait to be carried out together.

use std::collections::BTreeMap;

use limbeck_core::ident::Ident;

/// The operations on one table that wait, and what the table's two states do not tell of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    /// The last of the operations, by position.
    pub(crate) last: usize,
    /// The table is made by the first of them.
    pub(crate) created: bool,
    /// They are about what names other tables or is named in all of them: foreign keys and checks. What waits for other
    /// tables then goes before or after it, and not beside it.
    pub(crate) keyed: bool,
    /// The names that columns have in the database, by those that they get.
    pub(crate) columns: BTreeMap<Ident, Ident>,
    /// The names that indexes have in the database, by those that they get.
    pub(crate) indexes: BTreeMap<Ident, Ident>,
    /// Where the counter of a new table starts.
    pub(crate) counter: Option<i64>,
}

impl Group {
    /// The name that a column has in the database.
    pub(crate) fn real<'a>(&'a self, column: &'a Ident) -> &'a Ident {
        self.columns.get(column).unwrap_or(column)
    }

    /// Notes that a column gets another name.
    pub(crate) fn rename_column(&mut self, from: &Ident, to: &Ident) {
        rename(&mut self.columns, from, to);
    }

    /// Notes that an index gets another name.
    pub(crate) fn rename_index(&mut self, from: &Ident, to: &Ident) {
        rename(&mut self.indexes, from, to);
    }
}

fn rename(names: &mut BTreeMap<Ident, Ident>, from: &Ident, to: &Ident) {
    let real = names.remove(from).unwrap_or_else(|| from.clone());
    if real != *to {
        names.insert(to.clone(), real);
    }
}
