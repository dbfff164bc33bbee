//! What every command works with.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::diag::Diagnostic;
use limbeck_core::driver::{Access, DatabaseSettings, Dialect, Driver, Drivers};
use limbeck_core::execution::{Functions, Interrupt, Session, Status};
use limbeck_core::graph::{Applied, Specifier};
use limbeck_core::history::{History, Standing};
use limbeck_core::revision::read_directories;
use limbeck_models::describe::Tables;

use crate::args::GlobalArgs;
use crate::exit::{Exit, Failure};
use crate::idle::Idle;
use crate::settings::{DatabaseConfig, Overrides, Pending, Settings, find, load};
use crate::view::Output;
use crate::{programs, tenants};

/// What every command works with: the drivers, what was typed, where.
#[derive(Debug, Clone)]
pub struct Context {
    /// The drivers of the program.
    pub drivers: Drivers,
    /// The global options.
    pub global: GlobalArgs,
    /// The folder that the command works in.
    pub here: PathBuf,
    /// The folder that the program was started in.
    pub started_in: PathBuf,
    /// The whole command line, the program's name first.
    pub arguments: Vec<OsString>,
    /// Where things are said.
    pub output: Output,
    /// The wish to stop.
    pub interrupt: Interrupt,
    /// The tables that the program lists itself.
    pub tables: Option<Tables>,
    /// The functions that `run` operations can call.
    pub functions: Functions,
    /// Sessions that another database may go on with.
    pub(crate) idle: Idle,
}

impl Context {
    /// The configuration with the flags over it.
    pub fn settings(&self) -> Result<Settings, Failure> {
        let found = find(&self.here, self.global.config.as_deref());
        let overrides = Overrides {
            url: self.global.url.clone(),
            migrations: self.global.migrations.clone(),
            databases: self.global.databases.clone(),
            each: BTreeMap::new(),
        };
        let mut settings = load(&found, &self.here, &overrides).map_err(Failure::usage)?;
        let wanted: Vec<Pending> =
            settings.wanted(&self.global.databases, self.global.all_databases).cloned().collect();
        if !wanted.is_empty() {
            let each = tenants::ask(self, &settings, &wanted)?;
            settings = load(&found, &self.here, &Overrides { each, ..overrides }).map_err(Failure::usage)?;
        }
        if settings.file.is_none() && settings.databases.is_empty() && self.global.migrations.is_none() {
            let problem = Diagnostic::new("no-configuration", "there is no limbeck.toml here or in a folder above")
                .with_help("write one with `limbeck init`, go to the project with `-C DIR`, or give `--url` and `--migrations`");
            return Err(Failure::usage(vec![problem]));
        }
        Ok(settings)
    }

    /// The configuration for a command that looks at `sources`: without a file and without `--url`, the first URL among
    /// them says which kind of database is meant.
    pub fn settings_for(&self, sources: &[&String]) -> Result<Settings, Failure> {
        let urls = sources.iter().filter_map(|source| match source.split_once("://") {
            Some((scheme, _)) => Some((scheme.split('+').next().unwrap_or(scheme), "a source")),
            None => None,
        });
        self.hand_over(urls)?;
        let found = find(&self.here, self.global.config.as_deref());
        let url = sources.iter().find(|source| source.contains("://") || source.starts_with("sqlite:"));
        match (found.file, &self.global.url, url) {
            (None, None, Some(url)) => {
                let mut context = self.clone();
                context.global.url = Some((*url).clone());
                context.settings()
            }
            _ => self.settings(),
        }
    }

    /// The revisions of a database; none, if their folder is not there.
    pub fn history_if_there(&self, database: &DatabaseConfig) -> Result<History, Failure> {
        if database.migrations.iter().all(|folder| !folder.exists()) {
            return Ok(History::default());
        }
        self.history(database)
    }

    /// The databases to work on.
    pub fn databases<'a>(&self, settings: &'a Settings) -> Result<Vec<&'a DatabaseConfig>, Failure> {
        let names = settings
            .chosen(&self.global.databases, self.global.all_databases)
            .map_err(|problem| Failure::usage(vec![problem]))?;
        let databases: Vec<&DatabaseConfig> =
            names.into_iter().filter_map(|name| settings.databases.get(name)).collect();
        let needed = databases
            .iter()
            .map(|database| (database.settings.url.scheme(), database.settings.name.as_str()));
        self.hand_over(needed)?;
        Ok(databases)
    }

    /// Hands the command over to a program with the drivers that this one lacks, if there is one. `needed` are schemes,
    /// each with what needs it. To be called before anything is begun.
    fn hand_over<'a>(&self, needed: impl Iterator<Item = (&'a str, &'a str)>) -> Result<(), Failure> {
        let mut lacking: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (scheme, what) in needed.filter(|(scheme, _)| self.drivers.by_scheme(scheme).is_err()) {
            lacking.entry(scheme).or_default().push(what);
        }
        programs::hand_over(&lacking, &self.arguments, &self.started_in)
    }

    /// The revisions of a database.
    pub fn history(&self, database: &DatabaseConfig) -> Result<History, Failure> {
        read_history(&self.here, &database.migrations)
    }

    /// The driver of a database.
    pub fn driver(&self, settings: &DatabaseSettings) -> Result<Arc<dyn Driver>, Failure> {
        let scheme = settings.url.scheme();
        self.drivers.by_scheme(scheme).cloned().map_err(|error| {
            use limbeck_core::diag::Diagnose;
            let wanted = programs::name(scheme);
            let advice = match programs::handed_over() {
                // Somebody else's program: what it lacks is for its author to add.
                Some(own) => format!(
                    "the command was handed to `{}`, which lacks this driver, too: run it apart for each kind of database, with `-d NAME`",
                    programs::name(&own)
                ),
                None => format!("for another kind of database, install `{wanted}` so that PATH leads to it"),
            };
            let problem = error.diagnostic();
            let help = match &problem.help {
                Some(help) => format!("{help}; {advice}"),
                None => advice,
            };
            Failure::usage(vec![problem.with_help(help)])
        })
    }

    /// The dialect of a database for work without a connection, or the one that was asked for by name.
    pub fn dialect(
        &self,
        settings: Option<&DatabaseSettings>,
        named: Option<&str>,
    ) -> Result<Arc<dyn Dialect>, Failure> {
        use limbeck_core::diag::Diagnose;
        let usage = |problem: Diagnostic| Failure::usage(vec![problem]);
        match (named, settings) {
            (Some(name), _) => match self.drivers.dialect(name) {
                Ok(dialect) => Ok(dialect),
                Err(error) => {
                    let needed_by = BTreeMap::from([(name, vec!["`--dialect`"])]);
                    programs::hand_over(&needed_by, &self.arguments, &self.started_in)?;
                    Err(usage(error.diagnostic()))
                }
            },
            (None, Some(settings)) => {
                let scheme = settings.url.scheme().to_owned();
                let dialect = self.driver(settings)?.dialect_for(settings);
                dialect.map_err(|error| usage(error.diagnostic()))?.ok_or_else(|| {
                    usage(Diagnostic::new("unknown-dialect", format!("no dialect for `{scheme}:` URLs")))
                })
            }
            (None, None) => Err(usage(
                Diagnostic::new("no-database", "no database is configured")
                    .with_help("name the dialect with `--dialect`"),
            )),
        }
    }

    /// Connects to a database.
    pub async fn connect(&self, settings: &DatabaseSettings, access: Access) -> Result<Session, Failure> {
        let driver = self.driver(settings)?;
        let opened = async {
            if let Some(idle) = self.idle.take(&settings.name)
                && let Some(session) = idle.onwards(settings, access).await?
            {
                return Ok(session);
            }
            Session::open(driver, settings, access).await
        };
        let mut session = opened.await.map_err(|error| {
            use limbeck_core::driver::DriverErrorKind;
            use limbeck_core::execution::ExecutionError;

            // Where a program has the whole database to itself, that is the lock.
            let held =
                matches!(&error, ExecutionError::Driver(error) if error.kind == DriverErrorKind::Taken);
            let failure = Failure::from(error);
            if held && access == Access::Write { failure.with_exit(Exit::Locked) } else { failure }
        })?;
        session.functions = self.functions.clone();
        Ok(session)
    }

    /// What is applied to a database, next to its revisions.
    pub async fn status(&self, database: &DatabaseConfig, history: &mut History) -> Result<Status, Failure> {
        let mut session = self.connect(&database.settings, Access::Read).await?;
        self.status_of(&mut session, history).await
    }

    /// What is applied, next to the revisions, through a session that is open.
    pub async fn status_of(&self, session: &mut Session, history: &mut History) -> Result<Status, Failure> {
        let result = session.status(history).await;
        result.map_err(|error| execution_failure(history, &error))
    }

    /// Ends the command here if Ctrl-C was pressed: asked before anything is written.
    pub fn go_on(&self) -> Result<(), Failure> {
        if self.interrupt.is_requested() {
            let stopped = Diagnostic::new("interrupted", "interrupted").with_note("nothing was written");
            return Err(Failure::new(stopped).with_exit(Exit::Interrupted));
        }
        Ok(())
    }

    /// The graph, to a database in which nothing is applied.
    pub fn graph(&self, history: &History) -> Result<Standing, Failure> {
        standing(history, &Applied::new())
    }

    /// The graph for specifiers: with what is applied if one of them asks for that, else without a connection.
    pub async fn standing_for(
        &self,
        database: &DatabaseConfig,
        history: &mut History,
        specifiers: &[&Specifier],
    ) -> Result<Standing, Failure> {
        if specifiers.iter().any(|specifier| specifier.needs_the_database()) {
            return Ok(self.status(database, history).await?.standing);
        }
        self.graph(history)
    }

    /// `user@host`, for the record.
    pub fn who() -> String {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let user = variable("USER").or_else(|| variable("LOGNAME")).or_else(|| variable("USERNAME"));
        let host = variable("HOSTNAME").or_else(|| {
            std::fs::read_to_string("/etc/hostname")
                .ok()
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty())
        });
        format!("{}@{}", user.as_deref().unwrap_or("unknown"), host.as_deref().unwrap_or("localhost"))
    }
}

/// The revisions of some folders.
pub fn read_history(here: &Path, directories: &[PathBuf]) -> Result<History, Failure> {
    // Files are called as the folders are given: relative to where the user stands, if they lie below.
    let directories: Vec<PathBuf> = directories
        .iter()
        .map(|folder| match folder.strip_prefix(here) {
            Ok(below) if !below.as_os_str().is_empty() => below.to_path_buf(),
            _ => folder.clone(),
        })
        .collect();
    match read_directories(&directories) {
        Ok(revisions) => Ok(History::new(revisions)),
        Err(errors) => {
            use limbeck_core::diag::Diagnose;
            Err(Failure::all(errors.iter().map(Diagnose::diagnostic).collect()))
        }
    }
}

/// The graph for a database in which `applied` is recorded.
pub fn standing(history: &History, applied: &Applied) -> Result<Standing, Failure> {
    history.standing(applied).map_err(|error| Failure::all(history.diagnostics(&error)))
}

/// What went wrong in a run: with the places of the revisions where the graph is at fault, and its own exit code.
pub fn execution_failure(history: &History, error: &limbeck_core::execution::ExecutionError) -> Failure {
    use limbeck_core::diag::Diagnose;
    use limbeck_core::execution::ExecutionError;

    let exit = match error {
        ExecutionError::Locked { .. } => Exit::Locked,
        ExecutionError::Interrupted { .. } => Exit::Interrupted,
        ExecutionError::Unsettled(_) => Exit::Unsettled,
        ExecutionError::Step(problem) if problem.half_done => Exit::Unsettled,
        _ => Exit::Failed,
    };
    let diagnostics = match error {
        ExecutionError::History(error) => history.diagnostics(error),
        other => vec![other.diagnostic()],
    };
    Failure::all(diagnostics).with_exit(exit)
}

/// Reads a specifier that was typed.
pub fn specifier(text: &str) -> Result<Specifier, Failure> {
    if text.contains("://") {
        // Not shown: it may hold a password.
        let problem = Diagnostic::new("invalid-specifier", "a URL stands where a revision is expected")
            .with_help("give the database with `--url URL`");
        return Err(Failure::new(problem));
    }
    Ok(text.parse::<Specifier>()?)
}
