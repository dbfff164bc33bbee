use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::ImportArgs;

/// What to do. Each command has the name that a Django user expects, or an Alembic user, or both.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write limbeck.toml and the folder of the revisions
    Init(InitArgs),
    /// Compare the models with the revisions and write a revision
    Makemigrations(MakemigrationsArgs),
    /// Write a revision, as Alembic does: an empty one, or with --autogenerate what makemigrations would write
    Revision(MakemigrationsArgs),
    /// Apply the revisions that are missing
    #[command(visible_alias = "upgrade")]
    Migrate(MigrateArgs),
    /// Undo revisions down to one, which stays
    Downgrade(DowngradeArgs),
    /// List the revisions, applied or not
    Showmigrations(ShowmigrationsArgs),
    /// Show where the database is
    Current {
        /// Exit with 3 if the database is not at the heads
        #[arg(short = 'c', long)]
        check_heads: bool,
    },
    /// Show the revisions that no other builds on
    Heads,
    /// Show the revisions that several others build on
    Branches,
    /// List revisions, the newest first
    History(HistoryArgs),
    /// Show one revision
    Show(ShowArgs),
    /// Record revisions as applied, or as not, without running them
    Stamp(StampArgs),
    /// Show a revision that is in flight outside a transaction, and settle it
    Resolve(ResolveArgs),
    /// Look whether models, revisions and database agree
    Check(CheckArgs),
    /// Show what turns one schema into another
    Diff(DiffArgs),
    /// Show a schema
    Inspect(InspectArgs),
    /// Write a revision that joins several heads
    Merge(MergeArgs),
    /// Print the SQL of one revision, without a connection
    Sqlmigrate(SqlmigrateArgs),
    /// Write a revision that stands for several, with as few operations as possible
    Squashmigrations(SquashmigrationsArgs),
    /// Rewrite a revision with as few operations as possible
    Optimizemigration(OptimizemigrationArgs),
    /// Say what in the revisions is dangerous on this server, and the safe way
    Lint(LintArgs),
    /// Apply, undo and apply again each revision in a scratch database, and compare the schemas
    Test(TestArgs),
    /// Take the migrations of another tool over
    Import(ImportArgs),
    /// Open a revision's file in an editor
    Edit(EditArgs),
    /// Print the graph of the revisions as a picture
    Graph(GraphArgs),
    /// Print a script that completes commands in a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

/// The format of a new revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RevisionFormat {
    /// Operations, the same for every database
    Toml,
    /// Statements of one database
    Sql,
}

/// `init`
#[derive(Debug, Args)]
pub struct InitArgs {
    /// What makemigrations will write
    #[arg(long, default_value = "toml")]
    pub format: RevisionFormat,
    /// A folder whose files become those of the project; a `limbeck.toml.j2` in it is filled in
    #[arg(long, value_name = "DIR")]
    pub template: Option<PathBuf>,
}

/// `makemigrations`
#[derive(Debug, Args)]
pub struct MakemigrationsArgs {
    /// What the revision is about; made from the operations if not given
    pub message: Option<String>,
    /// The same, as Alembic takes it
    #[arg(short = 'm', long = "message", value_name = "MESSAGE", conflicts_with = "message")]
    pub message_option: Option<String>,
    /// Write nothing; exit with 3 if there are changes
    #[arg(long, conflicts_with_all = ["empty", "dry_run"])]
    pub check: bool,
    /// Print the revision instead of writing it
    #[arg(long)]
    pub dry_run: bool,
    /// Write a revision without operations
    #[arg(long)]
    pub empty: bool,
    /// Put the changes into the last revision, if it is not applied
    #[arg(
        long,
        conflicts_with_all = ["empty", "merge", "from", "label", "depends_on", "rev_id", "splice", "format"]
    )]
    pub update: bool,
    /// Join the heads, after a look at what their branches do
    #[arg(
        long,
        conflicts_with_all = ["empty", "from", "to", "rename", "no_rename", "fill", "no_fill", "using"]
    )]
    pub merge: bool,
    /// With `revision`: compare, as makemigrations does
    #[arg(long, conflicts_with = "empty")]
    pub autogenerate: bool,
    /// Compare with this, instead of the revisions
    #[arg(long, value_name = "SOURCE")]
    pub from: Option<String>,
    /// Compare with this, instead of the models
    #[arg(long, value_name = "SOURCE")]
    pub to: Option<String>,
    /// What was renamed: `table:old=new` or `column:table.old=new`; may be given several times
    #[arg(long, value_name = "WHAT")]
    pub rename: Vec<String>,
    /// Take nothing for renamed but what hints and --rename say
    #[arg(long)]
    pub no_rename: bool,
    /// What old rows get in a new NOT NULL column: `table.column=SQL`; may be given several times
    #[arg(long, value_name = "WHAT")]
    pub fill: Vec<String>,
    /// Write new NOT NULL columns plainly, with nothing for old rows
    #[arg(long)]
    pub no_fill: bool,
    /// How old values become new ones when a type changes: `table.column=SQL`; may be given several times
    #[arg(long, value_name = "WHAT")]
    pub using: Vec<String>,
    /// The parent; may be given several times
    #[arg(long, value_name = "REVISION")]
    pub head: Vec<String>,
    /// Allow a parent that is not a head
    #[arg(long)]
    pub splice: bool,
    /// A label for the branch that begins here; may be given several times
    #[arg(long, value_name = "LABEL", visible_alias = "branch-label")]
    pub label: Vec<String>,
    /// A revision or label of another branch that must be applied first; may be given several times
    #[arg(long, value_name = "REVISION")]
    pub depends_on: Vec<String>,
    /// The revision's id; random if not given
    #[arg(long, value_name = "ID")]
    pub rev_id: Option<String>,
    /// What to write, instead of the configuration's
    #[arg(long)]
    pub format: Option<RevisionFormat>,
}

/// `migrate`
#[derive(Debug, Args)]
pub struct MigrateArgs {
    /// Up to where; default: heads
    #[arg(value_name = "REVISION", allow_negative_numbers = true)]
    pub revisions: Vec<String>,
    /// How to run.
    #[command(flatten)]
    pub run: RunArgs,
    /// Record first revisions without running them where the database has already what they make, to the last detail
    #[arg(long, conflicts_with_all = ["plan", "fake"])]
    pub fake_initial: bool,
    /// Print a script for REVISION or a range A:B, and connect to nothing
    #[arg(long, conflicts_with_all = ["plan", "dry_run", "fake", "fake_initial"])]
    pub sql: bool,
}

/// `downgrade`
#[derive(Debug, Args)]
pub struct DowngradeArgs {
    /// Down to where: an id, `-1`, `base`, `LABEL@-1`, …
    #[arg(value_name = "REVISION", allow_negative_numbers = true)]
    pub revision: String,
    /// How to run.
    #[command(flatten)]
    pub run: RunArgs,
    /// Print a script for a range FROM:TO, and connect to nothing
    #[arg(long, conflicts_with_all = ["plan", "dry_run", "fake"])]
    pub sql: bool,
}

/// What `migrate` and `downgrade` have in common.
#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    /// Show what would be done
    #[arg(long, conflicts_with_all = ["dry_run", "fake"])]
    pub plan: bool,
    /// Run everything and roll it back
    #[arg(long, conflicts_with = "fake")]
    pub dry_run: bool,
    /// Record the revisions without running them
    #[arg(long)]
    pub fake: bool,
    /// What only `migrate` has a flag for.
    #[arg(skip)]
    pub fake_initial: bool,
    /// Run all revisions in one transaction
    #[arg(long)]
    pub single_transaction: bool,
    /// How long a statement may wait for a lock: `10s`, `500ms`
    #[arg(long, value_name = "DURATION", value_parser = crate::settings::parse_duration)]
    pub lock_timeout: Option<Duration>,
    /// How long to wait for the migration lock: `5m`, `0`
    #[arg(long, value_name = "DURATION", value_parser = crate::settings::parse_duration)]
    pub wait: Option<Duration>,
    /// Run steps that lose data even if the configuration forbids them
    #[arg(long)]
    pub allow_destructive: bool,
}

/// `showmigrations`
#[derive(Debug, Args)]
pub struct ShowmigrationsArgs {
    /// In the order in which they are applied, with what they do
    #[arg(long)]
    pub plan: bool,
    /// As a drawing, the newest first
    #[arg(long, conflicts_with = "plan")]
    pub graph: bool,
    /// With parents, labels, time and file
    #[arg(short = 'l', long)]
    pub long: bool,
}

/// `history`
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// From where to where: `A:B`, either may be left out
    #[arg(value_name = "RANGE", allow_hyphen_values = true)]
    pub range: Option<String>,
    /// The same, as Alembic takes it
    #[arg(
        short = 'r',
        long = "rev-range",
        value_name = "RANGE",
        conflicts_with = "range",
        allow_hyphen_values = true
    )]
    pub range_option: Option<String>,
    /// With parents, labels, time and file
    #[arg(short = 'l', long)]
    pub long: bool,
}

/// `show`
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Which
    #[arg(value_name = "REVISION", allow_negative_numbers = true)]
    pub revision: String,
}

/// `stamp`
#[derive(Debug, Args)]
pub struct StampArgs {
    /// Where the database is to be
    #[arg(value_name = "REVISION", required = true, allow_negative_numbers = true)]
    pub revisions: Vec<String>,
    /// Forget everything that is recorded first
    #[arg(long)]
    pub purge: bool,
    /// Record the files of applied revisions anew, as they are now
    #[arg(long)]
    pub accept_edits: bool,
    /// How long to wait for the migration lock: `5m`, `0`
    #[arg(long, value_name = "DURATION", value_parser = crate::settings::parse_duration)]
    pub wait: Option<Duration>,
}

/// `resolve`
#[derive(Debug, Args)]
pub struct ResolveArgs {
    /// Go on with it
    #[arg(long = "continue", conflicts_with_all = ["mark_applied", "mark_unapplied", "rollback"])]
    pub continue_: bool,
    /// What became of the statement in flight, where that cannot be told
    #[arg(long, value_name = "FATE", requires = "continue_")]
    pub statement: Option<StatementFate>,
    /// Record it as applied: the rest was done by hand
    #[arg(long, conflicts_with_all = ["mark_unapplied", "rollback"])]
    pub mark_applied: bool,
    /// Record it as not applied: what was done is undone by hand
    #[arg(long, conflicts_with = "rollback")]
    pub mark_unapplied: bool,
    /// Undo what is done of it
    #[arg(long)]
    pub rollback: bool,
    /// How long to wait for the migration lock: `5m`, `0`
    #[arg(long, value_name = "DURATION", value_parser = crate::settings::parse_duration)]
    pub wait: Option<Duration>,
}

/// What became of a statement in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatementFate {
    /// It has happened
    Done,
    /// It has not: run it
    Again,
}

/// `merge`
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// What to join; default: heads
    #[arg(value_name = "REVISION", allow_negative_numbers = true)]
    pub revisions: Vec<String>,
    /// What the revision is about
    #[arg(short = 'm', long)]
    pub message: Option<String>,
    /// A label for the branch that begins here; may be given several times
    #[arg(long, value_name = "LABEL", visible_alias = "branch-label")]
    pub label: Vec<String>,
    /// The revision's id; random if not given
    #[arg(long, value_name = "ID")]
    pub rev_id: Option<String>,
    /// Allow parents that are not heads
    #[arg(long)]
    pub splice: bool,
}

/// `sqlmigrate`
#[derive(Debug, Args)]
pub struct SqlmigrateArgs {
    /// Which
    #[arg(value_name = "REVISION", allow_negative_numbers = true)]
    pub revision: String,
    /// The way back
    #[arg(long)]
    pub backwards: bool,
    /// For which database; default: the configured one
    #[arg(long, value_name = "NAME")]
    pub dialect: Option<String>,
}

/// `squashmigrations`
#[derive(Debug, Args)]
pub struct SquashmigrationsArgs {
    /// The first revision that is replaced
    #[arg(value_name = "FROM", allow_negative_numbers = true)]
    pub from: String,
    /// The last one
    #[arg(value_name = "TO", allow_negative_numbers = true)]
    pub to: String,
    /// What the revision is about
    #[arg(short = 'm', long)]
    pub message: Option<String>,
    /// The revision's id; random if not given
    #[arg(long, value_name = "ID")]
    pub rev_id: Option<String>,
    /// Take the operations as they are
    #[arg(long)]
    pub no_optimize: bool,
    /// Print the revision instead of writing it
    #[arg(long)]
    pub dry_run: bool,
}

/// `optimizemigration`
#[derive(Debug, Args)]
pub struct OptimizemigrationArgs {
    /// Which
    #[arg(value_name = "REVISION", allow_negative_numbers = true)]
    pub revision: String,
    /// Write nothing; exit with 3 if there is something to make shorter
    #[arg(long)]
    pub check: bool,
    /// Print the revision instead of writing it
    #[arg(long, conflicts_with = "check")]
    pub dry_run: bool,
}

/// `lint`
#[derive(Debug, Args)]
pub struct LintArgs {
    /// Which; default: those that the database does not have yet
    #[arg(value_name = "REVISION", allow_negative_numbers = true)]
    pub revisions: Vec<String>,
    /// For which database; default: the configured one
    #[arg(long, value_name = "NAME")]
    pub dialect: Option<String>,
}

/// `test`
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Which; default: all
    #[arg(value_name = "REVISION", allow_negative_numbers = true)]
    pub revisions: Vec<String>,
}

/// `edit`
#[derive(Debug, Args)]
pub struct EditArgs {
    /// Which
    #[arg(value_name = "REVISION", allow_negative_numbers = true)]
    pub revision: String,
}

/// `graph`
#[derive(Debug, Args)]
pub struct GraphArgs {
    /// As what
    #[arg(long, default_value = "dot")]
    pub format: GraphFormat,
}

/// How `graph` draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// For Graphviz
    Dot,
    /// For Mermaid
    Mermaid,
    /// A picture
    Svg,
    /// A page with the picture
    Html,
}

/// `check`
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Look at the files only, and connect to nothing
    #[arg(long)]
    pub offline: bool,
}

/// `diff`
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// From this: Rust source, `migrations`, a URL, `database:NAME`, a `.sql` or `.json` file, `exec:PROGRAM`
    #[arg(long, value_name = "SOURCE")]
    pub from: String,
    /// To this
    #[arg(long, value_name = "SOURCE")]
    pub to: String,
    /// Exit with 3 if there is a difference
    #[arg(long)]
    pub exit_code: bool,
    /// How to show it
    #[arg(long, default_value = "text")]
    pub format: DiffFormat,
}

/// How `diff` shows a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// A line an operation
    Text,
    /// The statements
    Sql,
    /// The operations, as in a revision
    Toml,
    /// The operations as JSON
    Json,
}

/// `inspect`
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// What: Rust source, `migrations`, a URL, `database:NAME`, a `.sql` or `.json` file, `exec:PROGRAM`; default: the database
    pub source: Option<String>,
    /// How to show it
    #[arg(long, default_value = "sql")]
    pub format: InspectFormat,
}

/// How `inspect` shows a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InspectFormat {
    /// The statements that make it
    Sql,
    /// Its snapshot, which can be a source later
    Json,
    /// The operations that make it, as in a revision
    Toml,
    /// Models: a module of structs and enums
    Rust,
    /// A diagram for Mermaid
    Mermaid,
    /// A diagram for Graphviz
    Dot,
}

/// `completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// For which shell
    pub shell: Shell,
}

impl Command {
    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::Makemigrations(_) => "makemigrations",
            Self::Revision(_) => "revision",
            Self::Migrate(_) => "migrate",
            Self::Downgrade(_) => "downgrade",
            Self::Showmigrations(_) => "showmigrations",
            Self::Current { .. } => "current",
            Self::Heads => "heads",
            Self::Branches => "branches",
            Self::History(_) => "history",
            Self::Show(_) => "show",
            Self::Stamp(_) => "stamp",
            Self::Resolve(_) => "resolve",
            Self::Check(_) => "check",
            Self::Diff(_) => "diff",
            Self::Inspect(_) => "inspect",
            Self::Merge(_) => "merge",
            Self::Sqlmigrate(_) => "sqlmigrate",
            Self::Squashmigrations(_) => "squashmigrations",
            Self::Optimizemigration(_) => "optimizemigration",
            Self::Lint(_) => "lint",
            Self::Test(_) => "test",
            Self::Import(_) => "import",
            Self::Edit(_) => "edit",
            Self::Graph(_) => "graph",
            Self::Completions(_) => "completions",
            Self::Man => "man",
        }
    }
}
