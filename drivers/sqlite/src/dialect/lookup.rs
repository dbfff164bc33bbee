//! What a plan looks up again and again of views and triggers, which are known by their texts alone.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use limbeck_core::driver::{Guard, Statement};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::Operation;
use limbeck_core::schema::Schema;

use super::fault::Fault;
use super::literal::{text, text_all};
use super::object;

/// A trigger of a table or view that is made anew.
pub(super) struct Trigger {
    /// Its name.
    pub(super) name: Ident,
    /// The statement that makes it.
    pub(super) sql: String,
}

/// The triggers, by what they watch, in lower case.
pub(super) type Triggers = BTreeMap<String, Vec<Trigger>>;

/// What the texts in a schema say, read when it is first asked for.
#[derive(Default)]
pub(super) struct Lookup {
    triggers: OnceCell<Result<Triggers, Fault>>,
    dangles: OnceCell<bool>,
}

impl Lookup {
    /// The triggers of a table or view, which go with it.
    pub(super) fn triggers(&self, schema: &Schema, of: &Name) -> Result<&[Trigger], Fault> {
        let all = self.triggers.get_or_init(|| object::triggers(schema)).as_ref().map_err(Fault::clone)?;
        Ok(all.get(&of.name.as_str().to_ascii_lowercase()).map_or(&[], Vec::as_slice))
    }

    /// Whether a view or trigger may name a table that is not there.
    pub(super) fn dangles(&self, schema: &Schema) -> bool {
        *self.dangles.get_or_init(|| object::dangles(schema))
    }

    /// Forgets what `operation` may have changed.
    pub(super) fn forget(&mut self, operation: &Operation) {
        match operation {
            Operation::AddColumn { .. }
            | Operation::AlterTable { .. }
            | Operation::AlterColumn { .. }
            | Operation::DropColumn { .. }
            | Operation::AddConstraint { .. }
            | Operation::DropConstraint { .. }
            | Operation::RenameConstraint { .. }
            | Operation::ValidateConstraint { .. }
            | Operation::CreateIndex { .. }
            | Operation::DropIndex { .. }
            | Operation::RenameIndex { .. }
            | Operation::CreateEnum(_)
            | Operation::AlterEnum(_)
            | Operation::DropEnum { .. }
            | Operation::Insert { .. }
            | Operation::Delete { .. } => {}
            Operation::CreateTable(_) => self.dangles = OnceCell::new(),
            _ => *self = Self::default(),
        }
    }
}

/// Stops the run if `what`, a table or view called `name` that goes and comes again, has others than these triggers: one
/// that is not known would be lost, and one that is gone would be there again.
pub(super) fn guards(what: &str, name: &str, triggers: &[Trigger], operation: usize) -> Vec<Statement> {
    let known = text_all(triggers.iter().map(|trigger| trigger.name.as_str()));
    let there = format!(
        "SELECT name FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name = {} COLLATE NOCASE",
        text(name)
    );
    let except = if triggers.is_empty() {
        String::new()
    } else {
        format!(" AND name COLLATE NOCASE NOT IN ({known})")
    };
    let unknown = Guard {
        message: format!("{what} is to be made anew, and has triggers that no revision knows"),
        help: "write a revision that creates them (`makemigrations` finds them), or drop them".to_owned(),
    };
    let mut guards = vec![Statement::guard(operation, format!("{there}{except}"), unknown)];
    if !triggers.is_empty() {
        let values: Vec<String> =
            triggers.iter().map(|trigger| format!("({})", text(trigger.name.as_str()))).collect();
        let gone = Guard {
            message: format!(
                "{what} is to be made anew, and triggers that revisions made are not there any more"
            ),
            help: "make them again, or drop them with `drop_object`".to_owned(),
        };
        let sql = format!(
            "SELECT column1 FROM (VALUES {}) WHERE column1 COLLATE NOCASE NOT IN ({there})",
            values.join(", ")
        );
        guards.push(Statement::guard(operation, sql, gone));
    }
    guards
}
