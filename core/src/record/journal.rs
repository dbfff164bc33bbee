use jiff::Timestamp;

use super::in_flight::{Aim, Condition, InFlight};
use super::store::make_table;
use super::tables::{JOURNAL_COLUMNS, journal};
use crate::driver::{Connection, Dialect, DriverError, DriverErrorKind, RecordTables, Row, SessionId, Value};
use crate::ident::{Direction, Name, RevisionId};

const NOT_OURS: &str = "another program may use a table of that name: set `journal_table` in limbeck.toml; or a newer \
                        limbeck has written it: settle the revision with that one";

/// The journal in one database: a row for the revision that is in flight outside a transaction.
#[derive(Debug, Clone)]
pub struct Journal<'a> {
    dialect: &'a dyn Dialect,
    table: Name,
}

impl<'a> Journal<'a> {
    /// The journal in the table that `tables` names.
    pub fn new(dialect: &'a dyn Dialect, tables: &RecordTables) -> Self {
        Self { dialect, table: tables.journal(dialect.default_schema()) }
    }

    /// The table, always with its schema where there are schemas.
    pub fn table(&self) -> &Name {
        &self.table
    }

    /// What is in flight. Without a table that is nothing, and none is made.
    pub async fn read(&self, connection: &mut dyn Connection) -> Result<Option<InFlight>, DriverError> {
        if !connection.has_table(&self.table).await? {
            return Ok(None);
        }
        let columns: Vec<String> =
            JOURNAL_COLUMNS.iter().map(|column| format!("j.{}", self.quoted(column))).collect();
        let sql = format!("SELECT {} FROM {} AS j", columns.join(", "), self.dialect.quote_name(&self.table));
        let rows = connection.query(&sql, &[]).await.map_err(|error| match error.kind {
            DriverErrorKind::Statement => error.with_help(NOT_OURS),
            _ => error,
        })?;
        match rows.as_slice() {
            [] => Ok(None),
            [row] => self.in_flight(row).map(Some),
            // The migration lock lets one run work at a time, and a run has one revision in flight.
            several => Err(self.corrupt(&format!("{} rows where one can be", several.len()))),
        }
    }

    /// Makes the table, if it is not there.
    pub async fn prepare(&self, connection: &mut dyn Connection) -> Result<(), DriverError> {
        make_table(connection, self.dialect, journal(self.table.clone())).await
    }

    /// Writes down that a revision is in flight.
    pub async fn begin(&self, connection: &mut dyn Connection, row: &InFlight) -> Result<(), DriverError> {
        let columns: Vec<String> = JOURNAL_COLUMNS.iter().map(|column| self.quoted(column)).collect();
        let places: Vec<String> =
            (1..=JOURNAL_COLUMNS.len()).map(|at| self.dialect.placeholder(at)).collect();
        let sql = format!(
            "INSERT INTO {} ({}) VALUES ({})",
            self.dialect.quote_name(&self.table),
            columns.join(", "),
            places.join(", ")
        );
        let mut values: Vec<Value> = vec![
            row.revision.as_str().into(),
            row.direction.to_string().into(),
            row.aim.word().into(),
            row.checksum.as_str().into(),
            row.file.as_str().into(),
            row.file_text.as_str().into(),
            row.started_at.map(|at| at.to_string()).unwrap_or_default().into(),
            row.started_by.as_str().into(),
            env!("CARGO_PKG_VERSION").into(),
            self.json(&row.statements)?.into(),
        ];
        values.extend(self.moving(row)?);
        self.expect_one(connection.execute(&sql, &values).await?, &row.revision)
    }

    /// Writes down where it stands now, with other statements from here on if `statements`.
    pub async fn update(
        &self,
        connection: &mut dyn Connection,
        row: &InFlight,
        statements: bool,
    ) -> Result<(), DriverError> {
        let from = JOURNAL_COLUMNS.len() - MOVING - usize::from(statements);
        let mut values: Vec<Value> = Vec::new();
        if statements {
            values.push(self.json(&row.statements)?.into());
        }
        values.extend(self.moving(row)?);
        let assignments: Vec<String> = JOURNAL_COLUMNS[from..]
            .iter()
            .enumerate()
            .map(|(at, column)| format!("{} = {}", self.quoted(column), self.dialect.placeholder(at + 1)))
            .collect();
        let sql = format!(
            "UPDATE {} SET {} WHERE {} = {}",
            self.dialect.quote_name(&self.table),
            assignments.join(", "),
            self.quoted("revision"),
            self.dialect.placeholder(values.len() + 1)
        );
        values.push(row.revision.as_str().into());
        // Some servers count only the rows that are other than before, and two writes in a row may say the same.
        connection.execute(&sql, &values).await.map(|_| ())
    }

    /// Forgets a revision: it is settled.
    pub async fn clear(
        &self,
        connection: &mut dyn Connection,
        revision: &RevisionId,
    ) -> Result<(), DriverError> {
        let sql = format!(
            "DELETE FROM {} WHERE {} = {}",
            self.dialect.quote_name(&self.table),
            self.quoted("revision"),
            self.dialect.placeholder(1)
        );
        self.expect_one(connection.execute(&sql, &[revision.as_str().into()]).await?, revision)
    }

    /// The values of the columns that change while the statements run, in the order of the last [`MOVING`] columns.
    fn moving(&self, row: &InFlight) -> Result<[Value; MOVING], DriverError> {
        let (state, error) = row.condition.parts();
        let number = |number: usize| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
        let before = row.before.as_ref().map(|before| self.json(before)).transpose()?;
        Ok([
            number(row.segment),
            number(row.position),
            before.into(),
            state.into(),
            error.into(),
            row.session.as_ref().map(|session| session.id.clone()).into(),
            row.session.as_ref().map(|session| session.started.clone()).into(),
        ])
    }

    fn in_flight(&self, row: &Row) -> Result<InFlight, DriverError> {
        let text = |column: usize| row.text(column).unwrap_or_default();
        let bad = |what: &str| self.corrupt(&format!("no {what}"));
        let number = |column: usize, what: &str| {
            row.integer(column).and_then(|number| usize::try_from(number).ok()).ok_or_else(|| bad(what))
        };
        let direction = match text(1) {
            "upgrade" => Direction::Upgrade,
            "downgrade" => Direction::Downgrade,
            _ => return Err(bad("direction")),
        };
        let before = row.text(12).map(serde_json::from_str).transpose();
        let session = match (row.text(15), row.text(16)) {
            (Some(id), Some(started)) => Some(SessionId { id: id.to_owned(), started: started.to_owned() }),
            _ => None,
        };
        Ok(InFlight {
            revision: RevisionId::new(text(0)).map_err(|_| bad("revision"))?,
            direction,
            aim: Aim::parse(text(2)).ok_or_else(|| bad("aim"))?,
            checksum: text(3).to_owned(),
            file: text(4).to_owned(),
            file_text: text(5).to_owned(),
            started_at: text(6).parse::<Timestamp>().ok(),
            started_by: text(7).to_owned(),
            statements: serde_json::from_str(text(9)).map_err(|_| bad("statements"))?,
            segment: number(10, "segment")?,
            position: number(11, "position")?,
            before: before.map_err(|_| bad("definitions"))?,
            condition: Condition::parse(text(13), row.text(14)).ok_or_else(|| bad("state"))?,
            session,
        })
    }

    fn json<T: serde::Serialize>(&self, value: &T) -> Result<String, DriverError> {
        serde_json::to_string(value).map_err(|error| {
            DriverError::new(DriverErrorKind::Other, format!("the journal cannot be written: {error}"))
        })
    }

    fn quoted(&self, column: &str) -> String {
        self.dialect.quote(&column.into())
    }

    fn corrupt(&self, what: &str) -> DriverError {
        DriverError::new(
            DriverErrorKind::Corrupt,
            format!("the table {} holds what limbeck never wrote: {what}", self.table),
        )
        .with_help(NOT_OURS)
    }

    /// The lock keeps others out; a count that is not one says that somebody wrote without it.
    fn expect_one(&self, changed: u64, revision: &RevisionId) -> Result<(), DriverError> {
        if changed == 1 {
            return Ok(());
        }
        Err(DriverError::new(
            DriverErrorKind::Other,
            format!(
                "the journal of revision {revision} in {} was changed by somebody else meanwhile",
                self.table
            ),
        )
        .with_help("run `limbeck resolve` to see where it stands"))
    }
}

/// How many columns change while the statements run: the last ones.
const MOVING: usize = 7;
