//! The command line as it is typed. What it means, together with the configuration, is worked out in
//! [`settings`](crate::settings) and by each command.

mod commands;
mod global;
mod import;

pub use commands::{
    CheckArgs, Command, CompletionsArgs, DiffArgs, DiffFormat, DowngradeArgs, EditArgs, GraphArgs,
    GraphFormat, HistoryArgs, InitArgs, InspectArgs, InspectFormat, LintArgs, MakemigrationsArgs, MergeArgs,
    MigrateArgs, OptimizemigrationArgs, ResolveArgs, RevisionFormat, RunArgs, ShowArgs, ShowmigrationsArgs,
    SqlmigrateArgs, SquashmigrationsArgs, StampArgs, StatementFate, TestArgs,
};
pub use global::{ColorChoice, GlobalArgs, LogFormat, OutputFormat};
pub use import::{ForeignTool, ImportArgs};

use clap::Parser;

/// Schema migrations for PostgreSQL, MySQL, MariaDB and SQLite: declare tables, make migrations, review, migrate.
#[derive(Debug, Parser)]
#[command(name = "limbeck", version, about, propagate_version = true, disable_help_subcommand = true)]
#[command(subcommand_required = true, arg_required_else_help = true, max_term_width = 110)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}
