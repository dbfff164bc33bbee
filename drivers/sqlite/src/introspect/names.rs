use std::collections::BTreeMap;

use limbeck_core::ident::Ident;
use limbeck_core::schema::{Column, ConstraintBody, KeyPart, KeyTarget, Table};

/// The one spelling of each name, found by any. SQLite takes names for the same that differ in the case of ASCII letters;
/// limbeck looks them up as they are, so that a name is spelt everywhere as it is where it was given.
#[derive(Debug, Default)]
pub(super) struct Spelling(BTreeMap<String, Ident>);

impl Spelling {
    pub(super) fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(names.into_iter().map(|name| (name.to_ascii_lowercase(), Ident::from(name))).collect())
    }

    pub(super) fn of_columns(columns: &[Column]) -> Self {
        Self::of(columns.iter().map(|column| column.name.as_str()))
    }

    /// The spelling of `name`, if there is anything called so.
    pub(super) fn find(&self, name: &str) -> Option<&Ident> {
        self.0.get(&name.to_ascii_lowercase())
    }

    fn fix(&self, name: &mut Ident) {
        if let Some(known) = self.find(name.as_str()) {
            *name = known.clone();
        }
    }

    pub(super) fn fix_parts(&self, parts: &mut [KeyPart]) {
        for part in parts {
            if let KeyTarget::Column(name) = &mut part.target {
                self.fix(name);
            }
        }
    }
}

/// Spells the names in `table`'s constraints as they are spelt where they belong. `tables` has the names of all tables,
/// `columns` those of each one's columns.
pub(super) fn fix_constraints(table: &mut Table, tables: &Spelling, columns: &BTreeMap<Ident, Spelling>) {
    let own = Spelling::of_columns(&table.columns);
    for constraint in &mut table.constraints {
        match &mut constraint.body {
            ConstraintBody::PrimaryKey(key) => own.fix_parts(&mut key.columns),
            ConstraintBody::Unique(key) => own.fix_parts(&mut key.columns),
            ConstraintBody::ForeignKey(key) => {
                key.columns.iter_mut().for_each(|column| own.fix(column));
                tables.fix(&mut key.references.table.name);
                if let Some(there) = columns.get(&key.references.table.name) {
                    key.references.columns.iter_mut().for_each(|column| there.fix(column));
                }
            }
            ConstraintBody::Check(_) | ConstraintBody::Exclusion(_) => {}
        }
    }
}
