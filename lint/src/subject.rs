use std::collections::BTreeSet;

use limbeck_core::diag::Location;
use limbeck_core::driver::{Dialect, Version};
use limbeck_core::ident::{Direction, Ident, Name};
use limbeck_core::operation::Operation;
use limbeck_core::revision::Revision;
use limbeck_core::schema::{Column, Schema, Table, Type, TypeSpec};
use limbeck_core::sql::{LexicalRules, ScriptStatement, Token, statements, tokens};

/// The server that a revision is for.
#[derive(Debug, Clone, Copy)]
pub struct Server<'a> {
    /// What its dialect answers to, the most particular first.
    pub names: &'a [&'a str],
    /// Its version; `None` without a connection: then it counts as the newest.
    pub version: Option<Version>,
    /// How its SQL is cut into tokens.
    pub lexical: &'a LexicalRules,
    /// The longest name, in bytes.
    pub identifier_bytes: usize,
    /// Whether it rolls back what changes the schema.
    pub transactional_ddl: bool,
    /// How it is spoken to, where that is known.
    pub dialect: Option<&'a dyn Dialect>,
}

impl<'a> Server<'a> {
    /// The server that `dialect` speaks to.
    pub fn new(dialect: &'a dyn Dialect, version: Option<Version>) -> Self {
        let capabilities = dialect.capabilities();
        Self {
            names: dialect.names(),
            version,
            lexical: dialect.lexical(),
            identifier_bytes: capabilities.identifier_bytes,
            transactional_ddl: capabilities.transactional_ddl,
            dialect: Some(dialect),
        }
    }

    /// Whether it answers to this name.
    pub fn is(&self, name: &str) -> bool {
        self.names.contains(&name)
    }

    /// Whether its version is this one or newer.
    pub fn since(&self, major: u32, minor: u32) -> bool {
        self.version.is_none_or(|version| version >= Version::new(major, minor, 0))
    }

    /// Whether it carries the operation out by making the table anew.
    pub fn rebuilds(&self, operation: &Operation, before: &Schema) -> bool {
        self.dialect.is_some_and(|dialect| {
            let maybe = dialect.needs(operation);
            maybe.suspends_foreign_keys
                && !maybe.tables.is_empty()
                && dialect
                    .plan(std::slice::from_ref(operation), before)
                    .is_ok_and(|plan| plan.iter().any(|statement| statement.suspends_foreign_keys))
        })
    }
}

/// What a rule looks at: an operation in its surroundings or, within one, a statement of raw SQL.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The revision.
    pub revision: &'a Revision,
    /// Which of its operations, from 0.
    pub index: usize,
    /// The operation.
    pub operation: &'a Operation,
    /// The schema before it.
    pub before: &'a Schema,
    /// Tables that the revision itself has made: nobody has rows in them yet, nor waits for them.
    pub made: &'a BTreeSet<Name>,
    /// The server.
    pub server: &'a Server<'a>,
    /// The statement of raw SQL, if it is one that is looked at.
    pub statement: Option<&'a ScriptStatement>,
}

impl<'a> Subject<'a> {
    /// The operation, if it is that which is looked at, and not a statement within it.
    pub fn whole(&self) -> Option<&'a Operation> {
        if self.statement.is_none() { Some(self.operation) } else { None }
    }

    /// Whether the operation is about a table that was there before the revision.
    pub fn on_old_table(&self) -> bool {
        self.operation.tables().first().is_some_and(|name| !self.made.contains(*name))
    }

    /// The table, as it is before the operation.
    pub fn table(&self, name: &Name) -> Option<&'a Table> {
        self.before.table(name)
    }

    /// The column, as it is before the operation.
    pub fn column(&self, table: &Name, column: &Ident) -> Option<&'a Column> {
        self.table(table)?.column(column)
    }

    /// A type on this server.
    pub fn ty(&self, spec: &TypeSpec) -> Option<Type> {
        spec.resolve(self.server.names)
    }

    /// The statements of raw SQL for this server; none, if the operation is something else, or nobody can tell.
    pub fn statements(&self) -> Vec<ScriptStatement> {
        let Operation::Execute { sql, .. } = self.operation else { return Vec::new() };
        sql.resolve(self.server.names)
            .and_then(|text| statements(self.server.lexical, text).ok())
            .unwrap_or_default()
    }

    /// The words and signs of the statement.
    pub fn code(&self) -> Vec<Token<'a>> {
        let Some(statement) = self.statement else { return Vec::new() };
        tokens(self.server.lexical, &statement.sql).filter(Token::is_code).collect()
    }

    /// Where it stands.
    pub fn location(&self, direction: Direction) -> Location {
        match self.statement {
            Some(statement) => self.revision.location_within(direction, self.index, statement.span.clone()),
            None => self.revision.location_of(direction, self.index),
        }
    }
}

/// Whether the words stand one behind the other somewhere in the code, in either case.
pub(crate) fn has_words(code: &[Token<'_>], words: &[&str]) -> bool {
    code.windows(words.len().max(1))
        .any(|window| window.iter().zip(words).all(|(token, word)| token.is_word(word)))
}

/// Whether the code begins with these words.
pub(crate) fn begins(code: &[Token<'_>], words: &[&str]) -> bool {
    code.len() >= words.len() && code.iter().zip(words).all(|(token, word)| token.is_word(word))
}
