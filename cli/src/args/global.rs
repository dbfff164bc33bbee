use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};

/// Options that stand before or after any command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Work in this folder
    #[arg(short = 'C', long, global = true, value_name = "DIR")]
    pub directory: Option<PathBuf>,
    /// The configuration file; default: limbeck.toml here or in the nearest parent folder
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The database of the configuration to work on; may be given several times
    #[arg(short = 'd', long = "database", global = true, value_name = "NAME")]
    pub databases: Vec<String>,
    /// Work on every database of the configuration
    #[arg(long, global = true, conflicts_with = "databases")]
    pub all_databases: bool,
    /// How many databases to work on at once
    #[arg(long, global = true, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: u16,
    /// The database's URL, instead of the configuration's
    #[arg(long, global = true, value_name = "URL", conflicts_with = "all_databases")]
    pub url: Option<String>,
    /// The folder of the revisions, instead of the configuration's
    #[arg(long, global = true, value_name = "DIR")]
    pub migrations: Option<PathBuf>,
    /// What to write on standard output
    #[arg(short = 'o', long, global = true, value_name = "FORMAT", default_value = "text")]
    pub output: OutputFormat,
    /// Ask nothing: where an answer is needed, fail and name the flag that gives it
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Answer confirmations with yes
    #[arg(short = 'y', long, global = true)]
    pub yes: bool,
    /// Say more; twice: each statement
    #[arg(short = 'v', long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Say only what went wrong
    #[arg(short = 'q', long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Whether to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// How log lines look
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
}

/// What standard output holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// Words for people
    Text,
    /// One JSON object per database, one per line
    Json,
}

/// Whether to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal that can, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line of words
    Text,
    /// A JSON object a line
    Json,
}
