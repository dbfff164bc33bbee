//! What of tables says the words of a type in an expression: the server has compiled it for the old type.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::driver::Statement;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::Operation;
use limbeck_core::schema::{
    Column, Constraint, ConstraintBody, Index, KeyPart, KeyTarget, Schema, Sql, Table,
};
use limbeck_core::sql::{ColumnReference, Folding, TokenKind, references_column, tokens};

use super::super::fault::{Fault, text_of};
use super::super::gates::Gates;
use super::super::literal::{quote, quote_name};
use super::super::{LEXICAL, NAMES, alter, child, constraint, default, index, table};
use super::Around;
use crate::options as key;

/// Columns by their tables.
type Columns = BTreeMap<Name, BTreeSet<Ident>>;

/// The columns that are computed from some, or by means of a type among the names.
pub(super) fn computed(schema: &Schema, columns: &Columns, types: &BTreeSet<&Name>) -> Columns {
    let words: BTreeSet<&str> = types.iter().map(|name| name.name.as_str()).collect();
    let none = BTreeSet::new();
    let mut found = Columns::new();
    for table in schema.tables.values() {
        let of_it = columns.get(&table.name).unwrap_or(&none);
        let says = |column: &&Column| {
            column.generated.as_ref().is_some_and(|made| says(table, &made.expression, of_it, &words))
        };
        let names: BTreeSet<Ident> =
            table.columns.iter().filter(says).map(|item| item.name.clone()).collect();
        if !names.is_empty() {
            found.insert(table.name.clone(), names);
        }
    }
    found
}

/// The parts of tables that make way.
pub(super) struct Parts<'a> {
    pub(super) gates: Gates,
    pub(super) schema: &'a Schema,
    pub(super) at: usize,
    /// Columns that follow the type.
    pub(super) retyped: &'a Columns,
    /// Columns that are dropped and made anew.
    pub(super) computed: &'a Columns,
    /// Names of the types, and of routines that are dropped and made again.
    pub(super) words: &'a BTreeSet<&'a str>,
}

impl Parts<'_> {
    /// Takes down constraints, indexes and defaults, and puts them up again. Foreign keys come last: they need others.
    pub(super) fn around(&self, around: &mut Around) -> Result<(), Fault> {
        let mut keys = Vec::new();
        for table in self.schema.tables.values() {
            let rest = self.without_computed(table)?;
            let kept = rest.as_ref().unwrap_or(table);
            let none = BTreeSet::new();
            let columns = self.retyped.get(&table.name).unwrap_or(&none);
            let says = |sql: &Sql| says(table, sql, columns, self.words);
            for item in &table.constraints {
                if child::is_followed(&item.options) {
                    continue;
                }
                if !kept.constraints.contains(item) || constraint_says(item, columns, &says) {
                    let behind = if item.kind() == limbeck_core::schema::ConstraintKind::ForeignKey {
                        &mut keys
                    } else {
                        &mut around.last
                    };
                    let name = quote(&constraint::name(&table.name, item));
                    around.first.push(self.alter(table, &format!("DROP CONSTRAINT {name}")));
                    behind.extend(alter::add_constraint(self.gates, &table.name, item, self.at)?);
                }
            }
            for item in table.indexes.values().filter(|item| !child::is_followed(&item.options)) {
                if !kept.indexes.contains_key(&item.name) || index_says(item, &says) {
                    around.first.push(index::drop(&table.name, &item.name, false, self.at));
                    around.last.extend(index::create(self.gates, &table.name, item, false, self.at)?);
                    around.last.extend(self.identity(table, item));
                }
            }
            self.defaults(table, columns, around)?;
        }
        around.last.append(&mut keys);
        Ok(())
    }

    fn alter(&self, table: &Table, action: &str) -> Statement {
        Statement::schema(self.at, format!("ALTER TABLE {} {action}", quote_name(&table.name)))
    }

    /// That the rows of a table are told apart by an index that was dropped.
    fn identity(&self, owner: &Table, item: &Index) -> Option<Statement> {
        let identity = format!("index {}", item.name);
        (owner.options.text(NAMES, key::REPLICA_IDENTITY) == Some(&identity))
            .then(|| table::replica_identity(&quote_name(&owner.name), Some(&identity), self.at))
    }

    /// Each table and each part of one has defaults of its own.
    fn defaults(&self, table: &Table, columns: &BTreeSet<Ident>, around: &mut Around) -> Result<(), Fault> {
        for item in &table.columns {
            let Some(given) = &item.default else { continue };
            if !columns.contains(&item.name) && !says(table, given, &BTreeSet::new(), self.words) {
                continue;
            }
            let text = text_of(given, || format!("the default of {}.{}", table.name, item.name))?;
            let head =
                format!("ALTER TABLE ONLY {} ALTER COLUMN {}", quote_name(&table.name), quote(&item.name));
            around.first.push(Statement::schema(self.at, format!("{head} DROP DEFAULT")));
            let sql = format!("{head} SET DEFAULT {}", default::render(text));
            around.last.push(Statement::schema(self.at, sql));
        }
        Ok(())
    }

    fn computed_of<'t>(&'t self, table: &'t Table) -> impl Iterator<Item = &'t Column> {
        let names = self.computed.get(&table.name);
        table.columns.iter().filter(move |item| names.is_some_and(|names| names.contains(&item.name)))
    }

    /// The table without its computed columns and what goes with them; `None` if it has none of these.
    fn without_computed(&self, table: &Table) -> Result<Option<Table>, Fault> {
        if !self.computed.contains_key(&table.name) {
            return Ok(None);
        }
        let mut rest = Schema::new();
        rest.insert_table(table.clone());
        for item in self.computed_of(table) {
            let drop = Operation::DropColumn { table: table.name.clone(), column: item.name.clone() };
            drop.apply(&mut rest).map_err(|error| Fault::DoesNotFit(error.to_string()))?;
        }
        Ok(rest.table(&table.name).cloned())
    }

    /// The statements that drop the computed columns.
    pub(super) fn drop_computed(&self) -> Vec<Statement> {
        let mut statements = Vec::new();
        for table in self.schema.tables.values() {
            for item in self.computed_of(table).filter(|item| !child::follows(table, item)) {
                statements.push(self.alter(table, &format!("DROP COLUMN {}", quote(&item.name))));
            }
        }
        statements
    }

    /// The statements that make them anew.
    pub(super) fn add_computed(&self) -> Result<Vec<Statement>, Fault> {
        let mut statements = Vec::new();
        // What other tables get from one is there when it is.
        for follows in [false, true] {
            for table in self.schema.tables.values() {
                for item in self.computed_of(table).filter(|item| child::follows(table, item) == follows) {
                    statements.extend(if follows {
                        child::add_column(self.gates, &table.name, item, self.at)?
                    } else {
                        alter::add_column(self.gates, &table.name, item, None, self.at)?
                    });
                }
            }
        }
        Ok(statements)
    }
}

fn constraint_says(item: &Constraint, columns: &BTreeSet<Ident>, says: &dyn Fn(&Sql) -> bool) -> bool {
    match &item.body {
        ConstraintBody::Check(check) => says(&check.expression),
        ConstraintBody::Exclusion(key) => {
            key.predicate.as_ref().is_some_and(says) || expressions(&key.columns).any(says)
        }
        // Both sides are of one type while it is there.
        ConstraintBody::ForeignKey(key) => key.columns.iter().any(|column| columns.contains(column)),
        _ => false,
    }
}

fn index_says(item: &Index, says: &dyn Fn(&Sql) -> bool) -> bool {
    item.predicate.as_ref().is_some_and(says) || expressions(&item.columns).any(says)
}

fn expressions(parts: &[KeyPart]) -> impl Iterator<Item = &Sql> {
    parts.iter().filter_map(|part| match &part.target {
        KeyTarget::Expression(sql) => Some(sql),
        KeyTarget::Column(_) => None,
    })
}

/// Whether an expression may name one of the columns, or says one of the words.
fn says(table: &Table, sql: &Sql, columns: &BTreeSet<Ident>, words: &BTreeSet<&str>) -> bool {
    let Some(text) = sql.resolve(NAMES) else { return false };
    let names = |column: &Ident| {
        let reference = ColumnReference {
            tables: std::slice::from_ref(&table.name.name),
            column,
            folding: Folding::Lower,
        };
        // What is not understood may do so.
        references_column(&LEXICAL, text, &reference).unwrap_or(true)
    };
    columns.iter().any(names) || says_word(text, words)
}

fn says_word(text: &str, words: &BTreeSet<&str>) -> bool {
    tokens(&LEXICAL, text).any(|token| match token.kind {
        TokenKind::Word => words.contains(token.text.to_ascii_lowercase().as_str()),
        TokenKind::QuotedIdentifier => {
            let inner = token.text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            inner.is_some_and(|inner| words.contains(inner.replace("\"\"", "\"").as_str()))
        }
        _ => false,
    })
}
