use jiff::Timestamp;

use super::entry::{Applied, Recorded};
use super::tables::{COLUMNS, revisions};
use crate::driver::{Connection, Dialect, DriverError, DriverErrorKind, RecordTables, Row, Value};
use crate::ident::{Name, RevisionId};
use crate::operation::Operation;
use crate::schema::{Schema, Table};

const NOT_OURS: &str = "another program may use a table of that name: set `version_table` in limbeck.toml";

/// The record in one database: where it is and how it is spoken to.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    dialect: &'a dyn Dialect,
    table: Name,
}

/// Makes one of our tables, if it is not there.
pub(super) async fn make_table(
    connection: &mut dyn Connection,
    dialect: &dyn Dialect,
    table: Table,
) -> Result<(), DriverError> {
    if connection.has_table(&table.name).await? {
        return Ok(());
    }
    let name = table.name.clone();
    let create = Operation::CreateTable(Box::new(dialect.own_table(table)));
    let statements = dialect.plan(&[create], &Schema::new()).map_err(|error| {
        DriverError::new(DriverErrorKind::Unsupported, format!("the table {name} cannot be made: {error}"))
    })?;
    for statement in statements {
        connection.execute(&statement.sql, &[]).await?;
    }
    Ok(())
}

impl<'a> Record<'a> {
    /// The record in the table that `tables` names.
    pub fn new(dialect: &'a dyn Dialect, tables: &RecordTables) -> Self {
        Self { dialect, table: tables.revisions(dialect.default_schema()) }
    }

    /// The table, always with its schema where there are schemas.
    pub fn table(&self) -> &Name {
        &self.table
    }

    /// What is applied. Without a table that is nothing, and none is made.
    pub async fn read(&self, connection: &mut dyn Connection) -> Result<Applied, DriverError> {
        if !connection.has_table(&self.table).await? {
            return Ok(Applied::new());
        }
        // With the table before them: a name in quotes that is no column is a text to some servers.
        let columns: Vec<String> = COLUMNS[..COLUMNS.len() - 1]
            .iter()
            .map(|column| format!("r.{}", self.dialect.quote(&(*column).into())))
            .collect();
        let sql = format!("SELECT {} FROM {} AS r", columns.join(", "), self.quoted_table());
        let rows = connection.query(&sql, &[]).await.map_err(|error| match error.kind {
            DriverErrorKind::Statement => error.with_help(NOT_OURS),
            _ => error,
        })?;
        rows.iter()
            .map(|row| {
                let recorded = self.recorded(row)?;
                Ok((recorded.revision.clone(), recorded))
            })
            .collect()
    }

    /// The text of the files that `revisions` had when they were applied, each with its file's name.
    pub async fn texts(
        &self,
        connection: &mut dyn Connection,
        revisions: &[RevisionId],
    ) -> Result<Vec<(RevisionId, String, String)>, DriverError> {
        let sql = format!(
            "SELECT {}, {} FROM {} WHERE {} = {}",
            self.dialect.quote(&"file_name".into()),
            self.dialect.quote(&"file_text".into()),
            self.quoted_table(),
            self.dialect.quote(&"revision".into()),
            self.dialect.placeholder(1),
        );
        let mut texts = Vec::new();
        for revision in revisions {
            for row in connection.query(&sql, &[revision.as_str().into()]).await? {
                let name = row.text(0).unwrap_or_default().to_owned();
                let text = row.text(1).unwrap_or_default().to_owned();
                texts.push((revision.clone(), name, text));
            }
        }
        Ok(texts)
    }

    /// Makes the table, if it is not there. The caller has a transaction open.
    pub async fn prepare(&self, connection: &mut dyn Connection) -> Result<(), DriverError> {
        make_table(connection, self.dialect, revisions(self.table.clone())).await
    }

    /// Records a revision as applied. The caller has a transaction open.
    pub async fn add(
        &self,
        connection: &mut dyn Connection,
        recorded: &Recorded,
        file_text: &str,
    ) -> Result<(), DriverError> {
        let columns: Vec<String> =
            COLUMNS.iter().map(|column| self.dialect.quote(&(*column).into())).collect();
        let places: Vec<String> = (1..=COLUMNS.len()).map(|at| self.dialect.placeholder(at)).collect();
        let sql = format!(
            "INSERT INTO {} ({}) VALUES ({})",
            self.quoted_table(),
            columns.join(", "),
            places.join(", ")
        );
        let applied_at = recorded.applied_at.unwrap_or_default().to_string();
        let values: [Value; COLUMNS.len()] = [
            recorded.revision.as_str().into(),
            recorded.message.as_str().into(),
            recorded.checksum.as_str().into(),
            applied_at.into(),
            recorded.duration_ms.into(),
            recorded.applied_by.as_str().into(),
            recorded.limbeck_version.as_str().into(),
            recorded.file.as_str().into(),
            file_text.into(),
        ];
        self.expect_one(connection.execute(&sql, &values).await?, &recorded.revision)
    }

    /// Records a revision as not applied. The caller has a transaction open.
    pub async fn remove(
        &self,
        connection: &mut dyn Connection,
        revision: &RevisionId,
    ) -> Result<(), DriverError> {
        let sql = format!(
            "DELETE FROM {} WHERE {} = {}",
            self.quoted_table(),
            self.dialect.quote(&"revision".into()),
            self.dialect.placeholder(1)
        );
        self.expect_one(connection.execute(&sql, &[revision.as_str().into()]).await?, revision)
    }

    /// Records what a revision's file says now in place of what it said when it was applied. The caller has a
    /// transaction open.
    pub async fn accept_edit(
        &self,
        connection: &mut dyn Connection,
        revision: &RevisionId,
        checksum: &str,
        file: &str,
        file_text: &str,
    ) -> Result<(), DriverError> {
        let quote = |column: &str| self.dialect.quote(&column.into());
        let place = |at| self.dialect.placeholder(at);
        let sql = format!(
            "UPDATE {} SET {} = {}, {} = {}, {} = {} WHERE {} = {}",
            self.quoted_table(),
            quote("checksum"),
            place(1),
            quote("file_name"),
            place(2),
            quote("file_text"),
            place(3),
            quote("revision"),
            place(4),
        );
        let values = [checksum.into(), file.into(), file_text.into(), revision.as_str().into()];
        self.expect_one(connection.execute(&sql, &values).await?, revision)
    }

    /// The statements that record `recorded` as applied, with every value in its place, for a script. `None` where a
    /// value cannot be written.
    pub fn add_sql(&self, recorded: &Recorded, file_text: &str, applied_at: &str) -> String {
        let columns: Vec<String> =
            COLUMNS.iter().map(|column| self.dialect.quote(&(*column).into())).collect();
        let text = |value: &str| self.dialect.quote_text(value);
        let values = [
            text(recorded.revision.as_str()),
            text(&recorded.message),
            text(&recorded.checksum),
            text(applied_at),
            recorded.duration_ms.map_or_else(|| "NULL".to_owned(), |ms| ms.to_string()),
            text(&recorded.applied_by),
            text(&recorded.limbeck_version),
            text(&recorded.file),
            text(file_text),
        ];
        format!("INSERT INTO {} ({}) VALUES ({})", self.quoted_table(), columns.join(", "), values.join(", "))
    }

    /// The statement that records `revision` as not applied, for a script.
    pub fn remove_sql(&self, revision: &RevisionId) -> String {
        format!(
            "DELETE FROM {} WHERE {} = {}",
            self.quoted_table(),
            self.dialect.quote(&"revision".into()),
            self.dialect.quote_text(revision.as_str())
        )
    }

    /// The operation that makes the table, for a script.
    pub fn create(&self) -> Operation {
        Operation::CreateTable(Box::new(self.dialect.own_table(revisions(self.table.clone()))))
    }

    fn quoted_table(&self) -> String {
        self.dialect.quote_name(&self.table)
    }

    fn recorded(&self, row: &Row) -> Result<Recorded, DriverError> {
        let text = |column: usize| row.text(column).unwrap_or_default().to_owned();
        let revision = RevisionId::new(&text(0)).map_err(|error| {
            DriverError::new(
                DriverErrorKind::Corrupt,
                format!("the table {} holds what limbeck never wrote: {error}", self.table),
            )
            .with_help(NOT_OURS)
        })?;
        Ok(Recorded {
            revision,
            message: text(1),
            checksum: text(2),
            applied_at: text(3).parse::<Timestamp>().ok(),
            duration_ms: row.integer(4),
            applied_by: text(5),
            limbeck_version: text(6),
            file: text(7),
        })
    }

    /// The lock keeps others out; a count that is not one says that somebody wrote without it.
    fn expect_one(&self, changed: u64, revision: &RevisionId) -> Result<(), DriverError> {
        if changed == 1 {
            return Ok(());
        }
        Err(DriverError::new(
            DriverErrorKind::Other,
            format!(
                "the record of revision {revision} in {} was changed by somebody else meanwhile",
                self.table
            ),
        )
        .with_help("run `limbeck showmigrations` to see what is applied, then the command again"))
    }
}
