use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::schema::OptionValue;

/// One statement that a dialect wants run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// Its text, without a semicolon at the end.
    pub sql: String,
    /// What it is.
    pub kind: StatementKind,
    /// Which of the operations that were planned it belongs to, by position.
    pub operation: usize,
    /// Whether the server refuses it inside a transaction.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outside_transaction: bool,
    /// Whether foreign keys must not act on it: the whole transaction runs with them off, and they are checked before
    /// it commits. Only a server whose DDL deletes rows (SQLite's DROP TABLE) needs this.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suspends_foreign_keys: bool,
}

impl Statement {
    /// A statement that changes the schema.
    pub fn schema(operation: usize, sql: impl Into<String>) -> Self {
        Self::of(operation, sql, StatementKind::Schema)
    }

    /// A statement that changes rows.
    pub fn data(operation: usize, sql: impl Into<String>) -> Self {
        Self::of(operation, sql, StatementKind::Data)
    }

    /// A question whose answer must have no rows, else the run stops.
    pub fn guard(operation: usize, sql: impl Into<String>, guard: Guard) -> Self {
        Self::of(operation, sql, StatementKind::Guard(guard))
    }

    /// A call of a function of the program: the engine makes it, no dialect does.
    pub(crate) fn call(operation: usize, function: &str, arguments: &IndexMap<String, OptionValue>) -> Self {
        let call = Call { function: function.to_owned(), arguments: arguments.clone() };
        Self::of(operation, format!("-- run {function}"), StatementKind::Run(call))
    }

    fn of(operation: usize, sql: impl Into<String>, kind: StatementKind) -> Self {
        Self { sql: sql.into(), kind, operation, outside_transaction: false, suspends_foreign_keys: false }
    }

    /// The same statement, with foreign keys kept from acting on it.
    #[must_use]
    pub fn suspending_foreign_keys(mut self) -> Self {
        self.suspends_foreign_keys = true;
        self
    }

    /// The same statement, to be run outside any transaction.
    #[must_use]
    pub fn outside_transaction(mut self) -> Self {
        self.outside_transaction = true;
        self
    }
}

/// What a statement is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementKind {
    /// It changes the schema.
    Schema,
    /// It changes rows.
    Data,
    /// It only asks. In a script it is left out.
    Guard(Guard),
    /// It stands for a call of a function of the program, which changes rows. No dialect makes it, and no server is sent it.
    Run(Call),
}

/// A function of the program, and what it is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The name that it is registered under.
    pub function: String,
    /// What it is given.
    pub arguments: IndexMap<String, OptionValue>,
}

/// What to say when a guard's answer has rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    /// What is wrong; the first column of each row is listed behind it.
    pub message: String,
    /// What to do about it.
    pub help: String,
}
