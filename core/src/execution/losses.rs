//! How much a plan would lose, counted in the database before it is announced.

use std::collections::{BTreeMap, BTreeSet};

use super::prepare::Prepared;
use super::session::Session;
use crate::ident::{Ident, Name};
use crate::operation::{Amount, LossKind, Operation};
use crate::schema::Schema;

/// Where counting stops: who loses so many rows need not know how many more, and must not wait for a scan of all.
const ENOUGH: u64 = 1_000_000;

/// Counts the rows and values that `steps` would lose, as far as they are there now. `start`: the schema before the first
/// step.
pub(super) async fn count(session: &mut Session, start: &Schema, steps: &mut [Prepared]) {
    if steps.iter().all(|step| step.losses.is_empty()) {
        return;
    }
    let mut now = Now::default();
    for step in steps {
        let Prepared { operations, losses, .. } = step;
        let mut losses = losses.iter_mut().peekable();
        for (index, operation) in operations.iter().enumerate() {
            while let Some((_, loss)) = losses.next_if(|(at, _)| *at == index) {
                let found = loss.table.as_ref().map(|table| now.find(start, table, loss.column.as_ref()));
                let Some((table, column)) = found.flatten() else { continue };
                loss.amount = match loss.kind {
                    LossKind::Table => rows(session, &table, None).await,
                    LossKind::Column | LossKind::Narrowing | LossKind::Recomputed => {
                        rows(session, &table, column.as_ref()).await
                    }
                    // Which rows these are, only the statement itself says.
                    LossKind::EnumValue | LossKind::Rows => None,
                };
            }
            now.follow(operation);
        }
    }
}

/// How many rows a table has or, with a column, how many of them hold a value there.
async fn rows(session: &mut Session, table: &Name, column: Option<&Ident>) -> Option<Amount> {
    let dialect = &session.dialect;
    let table = dialect.quote_name(table);
    let sql = match column.map(|column| dialect.quote(column)) {
        None => format!("SELECT count(*), count(*) FROM (SELECT 1 FROM {table} LIMIT {ENOUGH}) AS some_rows"),
        Some(column) => format!(
            "SELECT count(*), count({column}) FROM (SELECT {column} FROM {table} LIMIT {ENOUGH}) AS some_rows"
        ),
    };
    let counted = match session.connection.query(&sql, &[]).await {
        Ok(counted) => counted,
        Err(error) => {
            // A database that is not as the revisions say: the step itself will tell what is wrong.
            tracing::debug!(%error, sql, "losses were not counted");
            return None;
        }
    };
    let number = |at: usize| counted.first()?.integer(at).and_then(|number| u64::try_from(number).ok());
    let (all, found) = (number(0)?, number(1)?);
    Some(if all < ENOUGH { Amount::Exactly(found) } else { Amount::AtLeast(found) })
}

/// What tables and columns are called in the database before the first step, by what the operations so far call them.
#[derive(Default)]
struct Now {
    tables: BTreeMap<Name, Name>,
    columns: BTreeMap<(Name, Ident), Ident>,
    /// What is made on the way, and so has no rows yet.
    made: BTreeSet<(Name, Option<Ident>)>,
}

impl Now {
    /// The names in the database; `None` for what is not there yet.
    fn find(&self, start: &Schema, table: &Name, column: Option<&Ident>) -> Option<(Name, Option<Ident>)> {
        if self.made.contains(&(table.clone(), None)) {
            return None;
        }
        let there = self.tables.get(table).unwrap_or(table);
        let found = start.table(there)?;
        let Some(column) = column else { return Some((there.clone(), None)) };
        if self.made.contains(&(table.clone(), Some(column.clone()))) {
            return None;
        }
        let old = self.columns.get(&(table.clone(), column.clone())).unwrap_or(column);
        found.column(old)?;
        Some((there.clone(), Some(old.clone())))
    }

    fn follow(&mut self, operation: &Operation) {
        match operation {
            Operation::CreateTable(table) => {
                self.made.insert((table.name.clone(), None));
            }
            Operation::AddColumn { table, column, .. } => {
                self.made.insert((table.clone(), Some(column.name.clone())));
            }
            Operation::RenameTable { table, to } => {
                let old = self.tables.remove(table).unwrap_or_else(|| table.clone());
                self.tables.insert(to.clone(), old);
                let named = |name: &Name| if name == table { to.clone() } else { name.clone() };
                self.columns = std::mem::take(&mut self.columns)
                    .into_iter()
                    .map(|((name, column), old)| ((named(&name), column), old))
                    .collect();
                self.made = std::mem::take(&mut self.made)
                    .into_iter()
                    .map(|(name, column)| (named(&name), column))
                    .collect();
            }
            Operation::RenameColumn { table, column, to } => {
                if self.made.remove(&(table.clone(), Some(column.clone()))) {
                    self.made.insert((table.clone(), Some(to.clone())));
                    return;
                }
                let old =
                    self.columns.remove(&(table.clone(), column.clone())).unwrap_or_else(|| column.clone());
                self.columns.insert((table.clone(), to.clone()), old);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Column, Table};

    #[test]
    fn names_are_followed_back_to_the_beginning() {
        let mut start = Schema::new();
        let mut table = Table::new("users");
        table.columns.push(Column::new("mail", "text"));
        start.insert_table(table);
        let mut now = Now::default();
        for operation in [
            Operation::RenameColumn { table: "users".into(), column: "mail".into(), to: "email".into() },
            Operation::RenameTable { table: "users".into(), to: "people".into() },
            Operation::AddColumn {
                table: "people".into(),
                column: Box::new(Column::new("age", "integer")),
                position: None,
                fill: None,
            },
            Operation::RenameColumn { table: "people".into(), column: "age".into(), to: "years".into() },
            Operation::CreateTable(Box::new(Table::new("users"))),
        ] {
            now.follow(&operation);
        }
        let found = |table: &str, column: &str| {
            now.find(&start, &table.into(), (!column.is_empty()).then(|| column.into()).as_ref())
        };
        assert_eq!(found("people", "email"), Some(("users".into(), Some("mail".into()))));
        assert_eq!(found("people", ""), Some(("users".into(), None)));
        assert_eq!((found("people", "years"), found("users", ""), found("other", "")), (None, None, None));
    }
}
