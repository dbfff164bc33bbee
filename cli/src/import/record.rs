//! What a tool has recorded in a database.

use limbeck_core::diag::Diagnostic;
use limbeck_core::driver::{Row, Value};
use limbeck_core::execution::Session;
use limbeck_core::ident::{Ident, Name};

use super::Version;
use crate::args::ForeignTool;
use crate::exit::Failure;

/// What a tool says is applied.
#[derive(Debug, Default)]
pub(crate) struct ForeignRecord {
    /// These.
    pub(crate) versions: Vec<Version>,
    /// Everything up to this, too.
    pub(crate) up_to: Option<Version>,
}

impl ForeignRecord {
    /// Whether it says that `version` is applied.
    pub(crate) fn has(&self, version: &Version) -> bool {
        let below = |last: &Version| version.is_number() && version <= last;
        self.up_to.as_ref().is_some_and(below) || self.versions.contains(version)
    }

    /// Reads it.
    ///
    /// # Errors
    /// If there is none, if it says that a migration is half done, or if the database refuses.
    pub(crate) async fn read(tool: ForeignTool, session: &mut Session) -> Result<Self, Failure> {
        let Some((table, columns, order)) = layout(tool) else { return Ok(Self::default()) };
        let name = Name::new(table);
        if !session.connection.has_table(&name).await? {
            return Err(Failure::new(
                Diagnostic::new(
                    "no-foreign-record",
                    format!("the database has no table `{table}`, where {} records what is applied", tool.name()),
                )
                .with_help("check the URL; for a database that is to be made anew, leave `--stamp` out; if the table has another name, use `limbeck stamp REVISION`"),
            ));
        }
        let quoted: Vec<String> =
            columns.iter().map(|column| session.dialect.quote(&Ident::new(column))).collect();
        let sql = format!(
            "SELECT {} FROM {} ORDER BY {}",
            quoted.join(", "),
            session.dialect.quote_name(&name),
            session.dialect.quote(&Ident::new(order)),
        );
        let rows = session.connection.query(&sql, &[]).await?;
        let mut record = Self::default();
        for row in &rows {
            record.take(tool, row)?;
        }
        Ok(record)
    }

    /// Takes one row in, in the order in which they were written.
    fn take(&mut self, tool: ForeignTool, row: &Row) -> Result<(), Failure> {
        let text = text(row, 0);
        let version = match (tool, text.as_str()) {
            // Only what has no number has its name there instead.
            (ForeignTool::Flyway, "") => {
                Version::name(super::record::text(row, 3).trim_start_matches("R__").trim_end_matches(".sql"))
            }
            // What goose writes before the first.
            (ForeignTool::Goose, "0") => return Ok(()),
            _ => Version::numbers(&text).unwrap_or_else(|| Version::name(&text)),
        };
        let flag = |column| row.integer(column) != Some(0);
        let half_done = match tool {
            ForeignTool::Sqlx | ForeignTool::Flyway => !flag(1),
            ForeignTool::GolangMigrate => flag(1),
            _ => false,
        };
        if half_done {
            return Err(Failure::new(
                Diagnostic::new(
                    "foreign-half-done",
                    format!("{} has recorded that version {text} failed on its way", tool.name()),
                )
                .with_help(format!("settle that with {} first", tool.name())),
            ));
        }
        let removed = match tool {
            ForeignTool::Goose => !flag(1),
            ForeignTool::Flyway => {
                let kind = super::record::text(row, 2);
                if kind.ends_with("BASELINE") {
                    self.up_to = Some(version);
                    return Ok(());
                }
                kind.starts_with("UNDO") || kind == "DELETE"
            }
            _ => false,
        };
        if tool == ForeignTool::GolangMigrate {
            self.up_to = Some(version);
        } else if removed {
            self.versions.retain(|known| *known != version);
        } else if !self.versions.contains(&version) {
            self.versions.push(version);
        }
        Ok(())
    }
}

/// The table that a tool records in.
pub(crate) fn record_table(tool: ForeignTool) -> Option<&'static str> {
    layout(tool).map(|(table, _, _)| table)
}

/// The table, the columns that are read (the version first), and the one that says in which order.
fn layout(tool: ForeignTool) -> Option<(&'static str, &'static [&'static str], &'static str)> {
    Some(match tool {
        ForeignTool::Alembic | ForeignTool::Django => return None,
        ForeignTool::Dbmate => ("schema_migrations", &["version"], "version"),
        ForeignTool::Diesel => ("__diesel_schema_migrations", &["version"], "version"),
        ForeignTool::Flyway => {
            ("flyway_schema_history", &["version", "success", "type", "script"], "installed_rank")
        }
        ForeignTool::GolangMigrate => ("schema_migrations", &["version", "dirty"], "version"),
        ForeignTool::Goose => ("goose_db_version", &["version_id", "is_applied"], "id"),
        ForeignTool::Refinery => ("refinery_schema_history", &["version"], "version"),
        ForeignTool::Sqlx => ("_sqlx_migrations", &["version", "success"], "version"),
    })
}

/// What stands in a column, in letters.
fn text(row: &Row, column: usize) -> String {
    match row.0.get(column) {
        Some(Value::Integer(number)) => number.to_string(),
        _ => row.text(column).unwrap_or_default().to_owned(),
    }
}
