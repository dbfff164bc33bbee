use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `import`
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Whose migrations they are
    #[arg(long, value_name = "TOOL")]
    pub from: ForeignTool,
    /// The folder that holds them
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Record as applied what the tool's own record in the database says is
    #[arg(long)]
    pub stamp: bool,
}

/// A tool whose migrations can be taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ForeignTool {
    /// Python; it has no SQL files, see the message
    Alembic,
    /// `20240131120000_title.sql` with `-- migrate:up`
    Dbmate,
    /// `2024-01-31-120000_title/up.sql`
    Diesel,
    /// Python; it has no SQL files, see the message
    Django,
    /// `V1__title.sql`, `U1__title.sql`, `R__title.sql`
    Flyway,
    /// `000001_title.up.sql`
    GolangMigrate,
    /// `00001_title.sql` with `-- +goose Up`
    Goose,
    /// `V1__title.sql`
    Refinery,
    /// `20240131120000_title.sql`, or the same with `.up.sql` and `.down.sql`
    Sqlx,
}

impl ForeignTool {
    /// As it is typed and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alembic => "alembic",
            Self::Dbmate => "dbmate",
            Self::Diesel => "diesel",
            Self::Django => "django",
            Self::Flyway => "flyway",
            Self::GolangMigrate => "golang-migrate",
            Self::Goose => "goose",
            Self::Refinery => "refinery",
            Self::Sqlx => "sqlx",
        }
    }
}
