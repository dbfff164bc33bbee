use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use limbeck_core::diag::{Diagnostic, list, plural};
use limbeck_core::driver::{Access, Dialect};
use limbeck_core::execution::stamp;
use limbeck_core::ident::RevisionId;
use limbeck_core::revision::{Downgrade, Format, Revision, TransactionMode};
use serde_json::json;

use super::new_revision::store_as;
use super::progress::{Bars, Progress};
use crate::args::{ForeignTool, ImportArgs};
use crate::context::{Context, execution_failure, specifier};
use crate::exit::{Exit, Failure};
use crate::import::{ForeignRecord, Migration, Version, read, record_table};
use crate::settings::{DatabaseConfig, Settings};

/// `import`
pub(super) async fn run(context: &Context, args: &ImportArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let databases = context.databases(&settings)?;
    let [database] = databases.as_slice() else {
        return Err(Failure::usage(vec![
            Diagnostic::new(
                "no-database",
                "several databases are chosen, and the migrations are those of one",
            )
            .with_help("name it with `-d NAME`"),
        ]));
    };
    if matches!(args.from, ForeignTool::Alembic | ForeignTool::Django) {
        return Err(python(args.from, &database.settings.name));
    }
    let dir = context.here.join(&args.dir);
    check_folders(context, database, &dir)?;
    let project = read(args.from, &dir)?;
    for warning in &project.warnings {
        context.output.warn(warning);
    }
    if project.migrations.is_empty() {
        return Err(Failure::new(
            Diagnostic::new(
                "nothing-to-import",
                format!("there are no migrations of {} in {}", args.from.name(), Settings::shown(&dir)),
            )
            .with_help("check the folder, and the tool after `--from`"),
        ));
    }
    let dialect = context.dialect(Some(&database.settings), None)?;
    let revisions = revisions(&project.migrations, &*dialect)?;
    warn_of_repeatable(context, &project.migrations);
    let applied =
        if args.stamp { applied(context, args.from, database, &project.migrations).await? } else { 0 };

    context.go_on()?;
    let files = write_all(context, &settings, database, &project.migrations, &revisions)?;
    for file in &files {
        context.output.say(&format!("wrote {}", Settings::shown(file)));
    }
    let last = applied.checked_sub(1).map(|index| &revisions[index].id);
    let added = match last {
        Some(last) => record(context, database, last).await?,
        None => Vec::new(),
    };
    let rows: Vec<_> = revisions
        .iter()
        .zip(&files)
        .map(|(revision, file)| json!({ "revision": revision.id, "file": Settings::shown(file) }))
        .collect();
    context.output.object(&json!({
        "database": database.settings.name,
        "revisions": rows,
        "added": added,
    }));
    tell(context, args, &revisions, added.len());
    Ok(Exit::Done)
}

/// What is still to be done by hand.
fn tell(context: &Context, args: &ImportArgs, revisions: &[Revision], added: usize) {
    let count = plural(revisions.len(), "migration");
    if args.stamp {
        context.output.say(&format!("took over {count} of {}, {added} of them applied", args.from.name()));
    } else {
        context.output.say(&format!("took over {count} of {}", args.from.name()));
        context.output.say(
            "next: a database that has them already is told so with `limbeck stamp REVISION`, a new one gets them with `limbeck migrate`",
        );
    }
    if let Some(table) = record_table(args.from) {
        context.output.say(&format!(
            "the table `{table}` stays as it is: `exclude = [\"{table}\"]` keeps it out of comparisons, or drop it when nobody uses it any more"
        ));
    }
}

/// Alembic's and Django's migrations are Python; what they lead to can be taken over as one revision.
fn python(tool: ForeignTool, database: &str) -> Failure {
    let name = tool.name();
    Failure::new(
        Diagnostic::new("foreign-program", format!("the migrations of {name} are Python, which limbeck does not run"))
            .with_help(format!(
                "migrate a database to the end with {name}, take its schema over as the first revision with `limbeck makemigrations --to database:{database} \"as {name} left it\"`, and tell each database that has it with `limbeck stamp heads`"
            )),
    )
}

/// A history begins with what is imported, and its files are not those that are read.
fn check_folders(context: &Context, database: &DatabaseConfig, dir: &Path) -> Result<(), Failure> {
    let real = |path: &Path| path.canonicalize().ok();
    if database.migrations.iter().any(|folder| real(folder).is_some() && real(folder) == real(dir)) {
        return Err(Failure::new(
            Diagnostic::new(
                "already-there",
                format!("{} is the folder that the revisions are to be written to", Settings::shown(dir)),
            )
            .with_help("give the revisions another one: `dir` under `[migrations]` in limbeck.toml, or `--migrations DIR`"),
        ));
    }
    let history = context.history_if_there(database)?;
    if !history.is_empty() {
        return Err(Failure::new(
            Diagnostic::new(
                "already-there",
                format!("there are revisions already: {}", plural(history.len(), "file")),
            )
            .with_help(
                "what is imported begins a history; import into an empty folder with `--migrations DIR`",
            ),
        ));
    }
    Ok(())
}

/// The revisions, one behind the other.
fn revisions(migrations: &[Migration], dialect: &dyn Dialect) -> Result<Vec<Revision>, Failure> {
    let mut problems = Vec::new();
    let mut made: Vec<Revision> = Vec::with_capacity(migrations.len());
    for migration in migrations {
        match revision(migration, made.last(), dialect) {
            Ok(revision) => made.push(revision),
            Err(diagnostics) => problems.extend(diagnostics),
        }
    }
    if problems.is_empty() { Ok(made) } else { Err(Failure::all(problems)) }
}

fn revision(
    migration: &Migration,
    before: Option<&Revision>,
    dialect: &dyn Dialect,
) -> Result<Revision, Vec<Diagnostic>> {
    let id = RevisionId::new(&id(&migration.version)).map_err(|error| {
        let problem = Diagnostic::new("bad-revision-name", error.to_string());
        vec![problem.with_location(migration.up.whole()).with_help("rename the file, and import anew")]
    })?;
    let parents = before.map(|revision| revision.id.clone()).into_iter().collect();
    let mut revision = Revision::new(id, parents, migration.title.clone());
    revision.created = time(&migration.version.text);
    let up = migration.up.prepared(dialect);
    let down = migration.down.as_ref().map(|script| script.prepared(dialect)).transpose();
    let (up, down) = match (up, down) {
        (Ok(up), Ok(down)) => (up, down),
        (up, down) => return Err([up.err(), down.err()].into_iter().flatten().collect()),
    };
    let outside = up.outside_transaction || down.as_ref().is_some_and(|down| down.outside_transaction);
    if migration.outside_transaction || outside {
        revision.transaction = Some(TransactionMode::None);
    }
    revision.upgrade = up.operation.into_iter().collect();
    revision.downgrade = match down {
        Some(down) => Downgrade::Operations(down.operation.into_iter().collect()),
        None => Downgrade::Irreversible,
    };
    Ok(revision)
}

/// The version is the id: people know the migration by it.
fn id(version: &Version) -> String {
    if version.is_number() {
        return version.text.clone();
    }
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '.' { c } else { '_' };
    version.text.chars().map(plain).collect()
}

/// The time that a version of 14 digits is.
fn time(version: &str) -> Option<jiff::Timestamp> {
    if version.len() != 14 {
        return None;
    }
    let time = DateTime::strptime("%Y%m%d%H%M%S", version).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// What Flyway runs again whenever it has changed is run once here.
fn warn_of_repeatable(context: &Context, migrations: &[Migration]) {
    let names: Vec<&str> = migrations
        .iter()
        .filter(|migration| !migration.version.is_number())
        .map(|migration| migration.stem.as_str())
        .collect();
    if !names.is_empty() {
        context.output.warn(
            &Diagnostic::new("foreign-repeatable", format!("run again whenever they change: {}", list(&names)))
                .with_help("they become the last revisions, and run once; a later change of a view or function is a revision of its own"),
        );
    }
}

/// How many of the migrations the tool has recorded as applied: the first ones, for a history has no holes.
async fn applied(
    context: &Context,
    tool: ForeignTool,
    database: &DatabaseConfig,
    migrations: &[Migration],
) -> Result<usize, Failure> {
    let mut session = context.connect(&database.settings, Access::Read).await?;
    let record = ForeignRecord::read(tool, &mut session).await?;
    let known = |version: &Version| migrations.iter().any(|migration| migration.version == *version);
    let recorded = record.versions.iter().chain(&record.up_to);
    let unknown: Vec<&str> =
        recorded.filter(|version| !known(version)).map(|version| version.text.as_str()).collect();
    if !unknown.is_empty() {
        return Err(Failure::new(
            Diagnostic::new(
                "foreign-record-differs",
                format!("{} has recorded what has no file: {}", tool.name(), list(&unknown)),
            )
            .with_help(
                "get the files, and import anew; or leave `--stamp` out and use `limbeck stamp REVISION`",
            ),
        ));
    }
    let applied =
        migrations.iter().rposition(|migration| record.has(&migration.version)).map_or(0, |at| at + 1);
    let holes: Vec<&str> = migrations[..applied]
        .iter()
        .filter(|migration| !record.has(&migration.version))
        .map(|migration| migration.version.text.as_str())
        .collect();
    if !holes.is_empty() {
        return Err(Failure::new(
            Diagnostic::new(
                "foreign-record-differs",
                format!("not applied, though a later one is: {}", list(&holes)),
            )
            .with_help(format!("bring the database to the end with {} first", tool.name())),
        ));
    }
    Ok(applied)
}

/// Writes all files or, if one cannot be written, none.
fn write_all(
    context: &Context,
    settings: &Settings,
    database: &DatabaseConfig,
    migrations: &[Migration],
    revisions: &[Revision],
) -> Result<Vec<PathBuf>, Failure> {
    if let Some(folder) = database.migrations.first() {
        std::fs::create_dir_all(folder).map_err(|error| {
            Failure::new(
                Diagnostic::new("cannot-write", format!("cannot make {}: {error}", Settings::shown(folder)))
                    .with_help("check that you may write there"),
            )
        })?;
    }
    let mut files = Vec::with_capacity(revisions.len());
    for (migration, revision) in migrations.iter().zip(revisions) {
        let name = format!("{}.{}", migration.stem, Format::Sql.extension());
        match store_as(context, settings, database, revision, Format::Sql, &name) {
            Ok(path) => files.push(path),
            Err(failure) => {
                for file in &files {
                    // What is left over is seen by the next try; the first error is the one to tell.
                    let _ = std::fs::remove_file(file);
                }
                return Err(failure);
            }
        }
    }
    Ok(files)
}

/// Records everything up to `last` as applied.
async fn record(
    context: &Context,
    database: &DatabaseConfig,
    last: &RevisionId,
) -> Result<Vec<RevisionId>, Failure> {
    let mut history = context.history(database)?;
    let mut session = context.connect(&database.settings, Access::Write).await?;
    let bars = Bars::new(false);
    let progress = Progress::new(context.output, None, &bars);
    let targets = [specifier(last.as_str())?];
    let who = Context::who();
    let stamped =
        stamp(&mut session, &mut history, &targets, false, &who, &progress, &context.interrupt).await;
    let stamped = stamped.map_err(|error| {
        let mut failure = execution_failure(&history, &error);
        let note = format!("the files are written; record them with `limbeck stamp {last}`");
        failure.diagnostics =
            failure.diagnostics.into_iter().map(|one| one.with_note(note.clone())).collect();
        failure
    })?;
    Ok(stamped.added)
}
