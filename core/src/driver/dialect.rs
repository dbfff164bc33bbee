use std::fmt::Debug;

use super::{Capabilities, RenderError, Statement};
use crate::ident::{Ident, Name};
use crate::operation::{Literal, Operation};
use crate::schema::{Cast, Column, Object, Options, Schema, Table, Type};
use crate::sql::LexicalRules;

/// How a server is spoken to. Pure: no connection, no I/O, the same answer to the same question.
pub trait Dialect: Debug + Send + Sync {
    /// What it answers to in a revision file, the most particular first: `["mariadb", "mysql"]`.
    fn names(&self) -> &'static [&'static str];

    /// Its name: the first of [`Dialect::names`].
    fn name(&self) -> &'static str {
        self.names().first().copied().unwrap_or_default()
    }

    /// What the server can do.
    fn capabilities(&self) -> &Capabilities;

    /// How its SQL is cut into tokens and statements.
    fn lexical(&self) -> &LexicalRules;

    /// The namespace that holds what names none, where it can be written before a name.
    fn default_schema(&self) -> Option<&Ident>;

    /// A name in its quotes.
    fn quote(&self, identifier: &Ident) -> String;

    /// A name with the namespace that it was given.
    fn quote_name(&self, name: &Name) -> String {
        match &name.schema {
            Some(schema) => format!("{}.{}", self.quote(schema), self.quote(&name.name)),
            None => self.quote(&name.name),
        }
    }

    /// A text in its quotes. The only place where a value becomes part of a statement.
    fn quote_text(&self, text: &str) -> String;

    /// A value as the statement holds it; `None` if it is given per dialect and not for this one.
    fn literal(&self, literal: &Literal) -> Option<String>;

    /// How the parameter at `position`, from 1, stands in a statement: `$1`, `?`.
    fn placeholder(&self, position: usize) -> String;

    /// The statements that carry out `operations`, one after the other, on a database that holds `before`.
    ///
    /// Neighbouring operations may be carried out together: what can be done in one rebuild of a table is.
    fn plan(&self, operations: &[Operation], before: &Schema) -> Result<Vec<Statement>, RenderError>;

    /// What a script for the database's own client puts before and after the statements of one transaction, in which
    /// foreign keys are kept from acting if `suspend_foreign_keys`.
    fn script_transaction(&self, suspend_foreign_keys: bool) -> ScriptTransaction {
        let _ = suspend_foreign_keys;
        ScriptTransaction { begin: vec!["BEGIN".to_owned()], commit: vec!["COMMIT".to_owned()] }
    }

    /// The line that a script begins with so that it stops at the first error: a command of the database's own client,
    /// or a remark that says how to run it. `None` if the client stops in any case. One that goes on would record a
    /// revision whose statements have failed.
    fn script_stops_on_error(&self) -> Option<&'static str> {
        None
    }

    /// What a script begins with, so that in the client's session, too, what names no namespace is in
    /// [`Dialect::default_schema`].
    fn script_opening(&self) -> Vec<String> {
        Vec::new()
    }

    /// A statement as a script holds it: with what the database's settings ask of it, which a run adds when it sends it.
    fn script_statement(&self, sql: String) -> String {
        sql
    }

    /// A question whether foreign keys would act on `statement`, which somebody wrote as SQL. It is asked before the
    /// statement where they cannot, since the transaction
    /// [suspends them](super::Statement::suspends_foreign_keys). `None`: they never would.
    fn foreign_key_guard(&self, statement: &Statement) -> Option<Statement> {
        let _ = statement;
        None
    }

    /// What [`Dialect::plan`] needs of the database, beyond what the operation says.
    fn needs(&self, operation: &Operation) -> Needs;

    /// What the rows that are there get in `column`, which takes no NULL and has no default, when a downgrade brings it
    /// back after its values are gone; `None` leaves it to the user to say.
    fn stand_in(&self, column: &Column) -> Option<String> {
        let _ = column;
        None
    }

    /// Whether the server can put `to`, which has the same kind and name, in the place of `from` while others stand on it.
    /// Where not, a comparison drops all that does, and makes it again.
    fn replaces(&self, from: &Object, to: &Object) -> bool {
        let _ = (from, to);
        true
    }

    /// A table that limbeck keeps for itself, so that it holds any text and tells texts apart that differ by anything,
    /// whatever the database's own way.
    fn own_table(&self, table: Table) -> Table {
        table
    }

    /// Whether a column that a foreign key uses on either side keeps its type while the key is there.
    fn keys_hold_types(&self) -> bool {
        false
    }

    /// Whether a column keeps its type while another one is computed from it.
    fn computed_hold_types(&self) -> bool {
        false
    }

    /// What a table's options say between `from` and `to` where it must let go of something before all else changes, as of
    /// another table that it is made like. `None` if there is nothing of the kind.
    fn lets_go(&self, from: &Options, to: &Options) -> Option<Options> {
        let _ = (from, to);
        None
    }

    /// Whether a table takes hold of something, as of another table, when it has all that this demands.
    fn joins(&self, from: &Options, to: &Options) -> bool {
        let _ = (from, to);
        false
    }

    /// Who sees to it that values of one type become those of another, where no operation says how (`USING`).
    fn cast(&self, from: &Type, to: &Type) -> Cast {
        let _ = (from, to);
        Cast::Sure
    }

    /// The keys of a column's options that hold a name which the server may have made up: it counts as no name where the
    /// other side of a comparison has none, since what a server makes up depends on what else was there at the time.
    fn made_up_options(&self, table: &Name, column: &Column) -> Vec<&'static str> {
        let _ = (table, column);
        Vec::new()
    }

    /// What an introspector would see of `declared`, once it is built. Two schemas of which this is the same cannot be
    /// told apart on the server.
    fn canonical(&self, declared: &Schema) -> Schema;

    /// The type that a server's text means: portable only if [`Dialect::render_type`] gives that very text back.
    fn parse_type(&self, text: &str) -> Type;

    /// A type as the server writes it; an enum's is that of a column with the enum's type.
    ///
    /// # Errors
    /// What to choose instead, where the server has nothing of the kind.
    fn render_type(&self, ty: &Type) -> Result<String, String>;
}

/// What stands round the statements of a transaction in a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptTransaction {
    /// Before them.
    pub begin: Vec<String>,
    /// Behind them.
    pub commit: Vec<String>,
}

/// What a plan needs of the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Tables whose present state it must know exactly, with their columns, constraints, indexes and triggers.
    pub tables: Vec<Name>,
    /// Whether it must know the tables that refer to those of the operation, directly or through others: where a table
    /// that is referred to cannot be made anew, they go and come back with it.
    pub referring: bool,
    /// Whether it may hold statements that
    /// [suspend foreign keys](super::Statement::suspends_foreign_keys): the transaction then begins with them off, before it is planned.
    pub suspends_foreign_keys: bool,
}
