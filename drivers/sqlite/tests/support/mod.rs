//! A database in memory that plans are carried out on as the engine does it, and what can be seen of it.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use limbeck_core::driver::{Dialect, Statement, StatementKind, Version};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{ColumnChange, ConstraintRef, Operation};
use limbeck_core::schema::{
    Check, Column, Constraint, ForeignKey, Index, KeyPart, Object, ObjectKey, Options, PrimaryKey,
    References, ReferentialAction, Schema, Sql, Table, Unique,
};
use limbeck_core::sql::{Token, TokenKind, tokens};
use limbeck_sqlite::dialect::SqliteDialect;
use rusqlite::Connection;
use rusqlite::types::Value;

/// The dialect of the library that is linked.
pub(crate) fn linked() -> SqliteDialect {
    SqliteDialect::new(Version::parse(rusqlite::version()).expect("the library has a version"))
}

/// A dialect that rebuilds whatever it can.
pub(crate) fn old() -> SqliteDialect {
    SqliteDialect::new(Version::new(3, 34, 0))
}

pub(crate) struct Db {
    pub(crate) connection: Connection,
    pub(crate) schema: Schema,
    pub(crate) dialect: SqliteDialect,
}

impl Db {
    pub(crate) fn new(dialect: SqliteDialect) -> Self {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("PRAGMA foreign_keys = ON").unwrap();
        Self { connection, schema: Schema::new(), dialect }
    }

    pub(crate) fn with(dialect: SqliteDialect, tables: impl IntoIterator<Item = Table>) -> Self {
        let mut db = Self::new(dialect);
        let operations: Vec<_> = tables.into_iter().map(create).collect();
        db.must(&operations);
        db
    }

    /// Plans and carries out; the texts of the statements come back.
    pub(crate) fn run(&mut self, operations: &[Operation]) -> Result<Vec<String>, String> {
        let plan = self.dialect.plan(operations, &self.schema).map_err(|error| error.to_string())?;
        let suspends = plan.iter().any(|statement| statement.suspends_foreign_keys);
        if suspends {
            self.sql("PRAGMA foreign_keys = OFF");
        }
        self.sql("BEGIN IMMEDIATE");
        let result = self.carry_out(&plan, suspends);
        self.sql(if result.is_ok() { "COMMIT" } else { "ROLLBACK" });
        self.sql("PRAGMA legacy_alter_table = OFF; PRAGMA foreign_keys = ON");
        result?;
        for operation in operations {
            operation.apply(&mut self.schema).map_err(|error| error.to_string())?;
        }
        Ok(plan.into_iter().map(|statement| statement.sql).collect())
    }

    fn carry_out(&self, plan: &[Statement], suspends: bool) -> Result<(), String> {
        for statement in plan {
            let sql = &statement.sql;
            if let StatementKind::Guard(guard) = &statement.kind {
                let rows = self.try_rows(sql)?;
                if !rows.is_empty() {
                    return Err(format!("{}: {rows:?}", guard.message));
                }
            } else {
                self.connection.execute_batch(sql).map_err(|error| format!("{error}\n{sql}"))?;
            }
        }
        let dangling = if suspends { self.try_rows("PRAGMA foreign_key_check")? } else { Vec::new() };
        if dangling.is_empty() { Ok(()) } else { Err(format!("dangling: {dangling:?}")) }
    }

    pub(crate) fn must(&mut self, operations: &[Operation]) -> Vec<String> {
        self.run(operations).unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) fn sql(&self, sql: &str) {
        self.connection.execute_batch(sql).unwrap_or_else(|error| panic!("{error}\n{sql}"));
    }

    pub(crate) fn try_rows(&self, sql: &str) -> Result<Vec<String>, String> {
        let mut statement = self.connection.prepare(sql).map_err(|error| format!("{error}\n{sql}"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([]).map_err(|error| error.to_string())?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(|error| error.to_string())? {
            let values = (0..columns).map(|at| show(row.get_unwrap(at)));
            found.push(values.collect::<Vec<_>>().join("|"));
        }
        Ok(found)
    }

    pub(crate) fn rows(&self, sql: &str) -> Vec<String> {
        self.try_rows(sql).unwrap_or_else(|error| panic!("{error}"))
    }

    /// All that can be seen of the schema but for the layout of its texts.
    pub(crate) fn seen(&self) -> Vec<String> {
        let mut seen = Vec::new();
        let tables = self.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1",
        );
        for table in tables {
            let of = |pragma: &str, columns: &str| {
                let table = table.replace('\'', "''");
                let mut rows = self.rows(&format!("SELECT {columns} FROM pragma_{pragma}('{table}')"));
                rows.sort();
                rows.into_iter().map(|row| format!("{table} {pragma} {row}")).collect::<Vec<_>>()
            };
            seen.extend(of("table_xinfo", "cid, name, type, \"notnull\", dflt_value, pk, hidden"));
            seen.extend(of(
                "foreign_key_list",
                "seq, \"table\", \"from\", \"to\", on_update, on_delete, match",
            ));
            seen.extend(of("index_list", "\"unique\", origin, partial, iif(origin = 'c', name, '')"));
            for index in
                self.rows(&format!("SELECT name FROM pragma_index_list('{}')", table.replace('\'', "''")))
            {
                let parts = self.rows(&format!(
                    "SELECT cid, name, \"desc\", coll, key FROM pragma_index_xinfo('{}')",
                    index.replace('\'', "''")
                ));
                seen.push(format!("{table} index {parts:?}"));
            }
            let sql = self
                .rows(&format!("SELECT sql FROM sqlite_master WHERE name = '{}'", table.replace('\'', "''")));
            seen.extend(clauses(&sql.concat()).into_iter().map(|clause| format!("{table} {clause}")));
        }
        let others =
            "SELECT type || ' ' || name, sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL";
        seen.extend(self.rows(others).iter().map(|sql| layout(sql)));
        seen.sort();
        seen
    }

    /// What would be seen if the schema were built at once.
    pub(crate) fn fresh(&self) -> Vec<String> {
        let mut fresh = Self::new(self.dialect.clone());
        let tables = self.schema.tables.values().cloned().map(create);
        // What a trigger stands on comes first.
        let mut objects: Vec<_> = self.schema.objects.values().cloned().collect();
        objects.sort_by_key(|object| object.key.kind == "trigger");
        let objects = objects.into_iter().map(Operation::CreateObject);
        let enums = self.schema.enums.values().cloned().map(Operation::CreateEnum);
        fresh.must(&enums.chain(tables).chain(objects).collect::<Vec<_>>());
        fresh.seen()
    }

    /// That the schema looks as if it had been built at once, and that nothing dangles.
    pub(crate) fn check(&self) {
        similar_asserts(&self.seen(), &self.fresh());
        assert_eq!(self.rows("PRAGMA foreign_key_check"), Vec::<String>::new());
        assert_eq!(self.rows("PRAGMA integrity_check"), ["ok"]);
    }
}

fn similar_asserts(left: &[String], right: &[String]) {
    let only = |these: &[String], those: &[String]| {
        these.iter().filter(|line| !those.contains(line)).cloned().collect::<Vec<_>>()
    };
    assert!(
        left == right,
        "only after the plan: {:#?}\nonly fresh: {:#?}",
        only(left, right),
        only(right, left)
    );
}

fn show(value: Value) -> String {
    match value {
        Value::Null => "∅".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => format!("{number:?}"),
        Value::Text(text) => text,
        Value::Blob(bytes) => format!("x{bytes:02x?}"),
    }
}

/// A text without its layout: names without quotes, in lower case, one space between tokens.
fn layout(sql: &str) -> String {
    let dialect = SqliteDialect::newest();
    let mut words = Vec::new();
    for token in tokens(dialect.lexical(), sql).filter(Token::is_code) {
        words.push(match token.kind {
            TokenKind::QuotedIdentifier => {
                token.text[1..token.text.len() - 1].replace("\"\"", "\"").to_lowercase()
            }
            TokenKind::String => token.text.to_owned(),
            _ => token.text.to_lowercase(),
        });
    }
    words.join(" ")
}

/// What the PRAGMAs do not show of a table: CHECKs, names of constraints, conflict clauses, expressions, collations.
fn clauses(sql: &str) -> Vec<String> {
    let text = layout(sql);
    let words: Vec<&str> = text.split(' ').collect();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let behind = |count: usize| words[at..(at + count).min(words.len())].join(" ");
        match *word {
            "constraint" => found.push(behind(2)),
            "check" | "as" => found.push(balanced(&words[at..])),
            "autoincrement" | "strict" | "without" | "deferrable" | "initially" => {
                found.push((*word).to_owned());
            }
            "collate" => found.push(behind(2)),
            "conflict" => found.push(behind(2)),
            _ => {}
        }
    }
    found
}

fn balanced(words: &[&str]) -> String {
    let mut depth = 0;
    let mut taken = Vec::new();
    for word in words {
        taken.push(*word);
        match *word {
            "(" => depth += 1,
            ")" => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            _ => {}
        }
    }
    taken.join(" ")
}

pub(crate) fn create(table: Table) -> Operation {
    Operation::CreateTable(Box::new(table))
}

/// A table with these columns and the first of them as its key.
pub(crate) fn table(name: &str, columns: impl IntoIterator<Item = Column>) -> Table {
    let mut table = Table::new(name);
    table.columns = columns.into_iter().collect();
    if let Some(first) = table.columns.first() {
        let key = PrimaryKey { columns: vec![KeyPart::column(first.name.clone())], include: Vec::new() };
        table.constraints.push(Constraint::new(Some(Ident::from(format!("{name}_pkey"))), key));
    }
    table
}

/// The table of the cases: tname(id, x, y).
pub(crate) fn tname() -> Table {
    table(
        "tname",
        [
            Column::new("id", "integer"),
            Column::new("x", "varchar(10)").nullable(),
            Column::new("y", "integer").nullable(),
        ],
    )
}

pub(crate) fn unique(name: &str, columns: &[&str]) -> Constraint {
    let columns = columns.iter().map(|column| KeyPart::column(*column)).collect();
    Constraint::new(Some(name.into()), Unique { columns, ..Unique::default() })
}

pub(crate) fn check(name: &str, expression: &str) -> Constraint {
    Constraint::new(Some(name.into()), Check { expression: Sql::from(expression) })
}

pub(crate) fn key(
    name: &str,
    columns: &[&str],
    to: &str,
    there: &[&str],
    on_delete: ReferentialAction,
) -> Constraint {
    let idents = |names: &[&str]| names.iter().map(|name| Ident::from(*name)).collect();
    Constraint::new(
        Some(name.into()),
        ForeignKey {
            columns: idents(columns),
            references: References { table: Name::new(to), columns: idents(there) },
            on_delete,
            on_delete_columns: Vec::new(),
            on_update: ReferentialAction::NoAction,
            match_type: None,
        },
    )
}

pub(crate) fn add(table: &str, column: Column) -> Operation {
    Operation::AddColumn { table: table.into(), column: Box::new(column), position: None, fill: None }
}

pub(crate) fn drop(table: &str, column: &str) -> Operation {
    Operation::DropColumn { table: table.into(), column: column.into() }
}

pub(crate) fn rename(table: &str, column: &str, to: &str) -> Operation {
    Operation::RenameColumn { table: table.into(), column: column.into(), to: to.into() }
}

pub(crate) fn alter(table: &str, column: &str, change: ColumnChange) -> Operation {
    Operation::AlterColumn { table: table.into(), column: column.into(), change: Box::new(change) }
}

pub(crate) fn retype(table: &str, column: &str, ty: &str) -> Operation {
    alter(table, column, ColumnChange { ty: Some(ty.into()), ..ColumnChange::default() })
}

pub(crate) fn constrain(table: &str, constraint: Constraint) -> Operation {
    Operation::AddConstraint { table: table.into(), constraint: Box::new(constraint) }
}

pub(crate) fn release(table: &str, name: &str) -> Operation {
    Operation::DropConstraint { table: table.into(), constraint: ConstraintRef::Named(name.into()) }
}

pub(crate) fn create_index(table: &str, index: Index) -> Operation {
    Operation::CreateIndex { table: table.into(), index: Box::new(index), concurrently: false }
}

pub(crate) fn drop_index(table: &str, name: &str) -> Operation {
    Operation::DropIndex { table: table.into(), name: name.into(), concurrently: false }
}

pub(crate) fn object(kind: &str, name: &str, definition: &str) -> Object {
    Object {
        key: ObjectKey { kind: kind.to_owned(), name: name.into(), table: None },
        definition: Sql::from(definition),
        depends_on: Vec::new(),
        comment: None,
        options: Options::default(),
    }
}

/// How many rebuilds a plan holds.
pub(crate) fn rebuilds(plan: &[String]) -> usize {
    plan.iter().filter(|sql| sql.starts_with("CREATE TABLE \"_limbeck_new_")).count()
}

/// Runs `case` with a dialect that rebuilds and with that of the library.
pub(crate) fn both(case: impl Fn(SqliteDialect)) {
    case(old());
    case(linked());
}

/// The table of the cases with five rows.
pub(crate) fn filled(dialect: SqliteDialect) -> Db {
    let db = Db::with(dialect, [tname()]);
    db.sql(
        "INSERT INTO tname VALUES (1, 'd1', 5), (2, '22', 6), (3, '8.5', 7), (4, '9.46', 8), (5, 'd5', 9)",
    );
    db
}
