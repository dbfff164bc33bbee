//! Enums: each column of one carries its words, and old rows follow them.

use limbeck_core::driver::{RenderError, Statement};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{AlterEnum, EnumRename, Operation};
use limbeck_core::schema::Type;

use super::literal::{quote, text};
use super::plan::Planner;
use super::table::name;

impl Planner {
    /// Changes the words of an enum in all columns of its type. Words that get another spelling are both there while the
    /// rows are written; a word that goes and is in a row makes the server refuse.
    pub(super) fn alter_enum(
        &mut self,
        at: usize,
        operation: &Operation,
        change: &AlterEnum,
    ) -> Result<(), RenderError> {
        self.flush_all()?;
        let users = self.users(&change.name);
        if !change.rename.is_empty() {
            let logical = self.logical.clone();
            if let Some(there) = self.logical.enums.get_mut(&change.name) {
                let new = change.rename.iter().map(|rename| rename.to.clone());
                let new: Vec<String> = new.filter(|word| !there.values.contains(word)).collect();
                there.values.extend(new);
            }
            for (table, columns) in &users {
                self.join(at, table);
                self.flush(table)?;
                for column in columns {
                    self.statements.push(Statement::data(at, respell(table, column, &change.rename)));
                }
            }
            self.logical = logical;
        }
        self.apply(at, operation)?;
        for (table, _) in &users {
            self.join(at, table);
        }
        self.flush_all()
    }

    /// The columns of an enum's type, by their tables.
    fn users(&self, name: &Name) -> Vec<(Name, Vec<Ident>)> {
        let names = self.gates.names();
        let mut users = Vec::new();
        for table in self.logical.tables.values() {
            let columns = table
                .columns
                .iter()
                .filter(|column| column.ty.resolve(names).is_some_and(|ty| ty == Type::Enum(name.clone())));
            let columns: Vec<Ident> = columns.map(|column| column.name.clone()).collect();
            if !columns.is_empty() {
                users.push((table.name.clone(), columns));
            }
        }
        users
    }
}

/// The statement that writes words the new way, all at once: two may change places.
fn respell(table: &Name, column: &Ident, renames: &[EnumRename]) -> String {
    let column = quote(column.as_str());
    let cases: Vec<String> = renames
        .iter()
        .map(|rename| format!("WHEN {} THEN {}", text(&rename.from), text(&rename.to)))
        .collect();
    let old: Vec<String> = renames.iter().map(|rename| text(&rename.from)).collect();
    format!(
        "UPDATE {} SET {column} = CASE {column} {} END WHERE {column} IN ({})",
        name(table),
        cases.join(" "),
        old.join(", ")
    )
}
