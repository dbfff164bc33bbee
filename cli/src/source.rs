//! Where a schema comes from: Rust models, or the revisions.

use std::path::{Path, PathBuf};

use limbeck_core::autogenerate::{comparison, materialise, observe_source, rerun, reword, run_script};
use limbeck_core::diag::Diagnostic;
use limbeck_core::diff::Hints;
use limbeck_core::driver::{DatabaseSettings, DatabaseUrl, Unmanaged};
use limbeck_core::execution::replay;
use limbeck_core::graph::{Applied, Reach, Specifier};
use limbeck_core::history::{History, Standing};
use limbeck_core::ident::{Name, RevisionId};
use limbeck_core::revision::schema_from_json;
use limbeck_core::schema::Schema;
use limbeck_models::{Declared, Options, read_sources};
use serde_json::Value;

use crate::context::{Context, execution_failure, specifier};
use crate::exit::Failure;
use crate::settings::{DatabaseConfig, Settings};

/// A schema with what its source adds to it.
#[derive(Debug, Clone)]
pub(crate) struct Sourced {
    /// The schema.
    pub(crate) schema: Seen,
    /// Renames and fills.
    pub(crate) hints: Hints,
    /// What the source holds and limbeck leaves alone.
    pub(crate) unmanaged: Vec<Unmanaged>,
    /// Whether the order of columns is a fact, and not just that of a struct's fields.
    pub(crate) ordered: bool,
    /// Whether its texts may be in a server's words, though it is declared: a revision was written from a database.
    pub(crate) worded_by_a_server: bool,
}

/// A schema, and how it is known.
#[derive(Debug, Clone)]
pub(crate) enum Seen {
    /// As somebody declared it.
    Declared(Schema),
    /// As a server showed it.
    Observed(Schema),
}

impl Sourced {
    fn declared(schema: Schema, hints: Hints) -> Self {
        Self {
            schema: Seen::Declared(schema),
            hints,
            unmanaged: Vec::new(),
            ordered: false,
            worded_by_a_server: false,
        }
    }

    pub(crate) fn observed(schema: Schema) -> Self {
        Self {
            schema: Seen::Observed(schema),
            hints: Hints::default(),
            unmanaged: Vec::new(),
            ordered: true,
            worded_by_a_server: false,
        }
    }
}

/// What a source is, by its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SourceKind {
    /// The revisions, up to the head or to one of them.
    Revisions(Option<String>),
    /// A database by its URL.
    Url(String),
    /// A database by its name in the configuration.
    Database(String),
    /// A file of SQL statements.
    SqlFile(PathBuf),
    /// A program that prints a schema.
    Program(String),
    /// A schema that was written down before.
    Snapshot(PathBuf),
    /// Rust source.
    Rust(PathBuf),
}

impl SourceKind {
    /// Reads what was written or typed.
    pub(crate) fn parse(text: &str) -> Self {
        if text == "migrations" {
            return Self::Revisions(None);
        }
        if let Some(revision) = text.strip_prefix("migrations@") {
            return Self::Revisions(Some(revision.to_owned()));
        }
        if let Some(name) = text.strip_prefix("database:") {
            return Self::Database(name.to_owned());
        }
        if let Some(program) = text.strip_prefix("exec:") {
            return Self::Program(program.to_owned());
        }
        if text.contains("://") || text.starts_with("sqlite:") {
            return Self::Url(text.to_owned());
        }
        match Path::new(text).extension().and_then(|ending| ending.to_str()) {
            Some("sql") => Self::SqlFile(text.into()),
            Some("json") => Self::Snapshot(text.into()),
            _ => Self::Rust(text.into()),
        }
    }
}

/// What all sources need.
pub(crate) struct Sources<'a> {
    /// The program's drivers and flags.
    pub(crate) context: &'a Context,
    /// The configuration.
    pub(crate) settings: &'a Settings,
    /// The database that the schemas are for.
    pub(crate) database: &'a DatabaseConfig,
    /// The revisions.
    pub(crate) history: &'a History,
    /// Their graph.
    pub(crate) standing: &'a Standing,
}

impl Sources<'_> {
    /// The schema that the revisions in `applied` leave behind.
    pub(crate) async fn revisions(&self, applied: &Applied) -> Result<Sourced, Failure> {
        let name = Some(self.database.settings.name.as_str());
        let state = replay(self.history, &self.standing.graph, |id| applied.contains(id), name)
            .map_err(|error| *error)?;
        if state.uncertain.is_none() {
            let mut revisions = applied.iter().filter_map(|id| self.history.get(id));
            return Ok(Sourced {
                ordered: true,
                worded_by_a_server: revisions.any(|revision| revision.observed.is_some()),
                ..Sourced::declared(state.schema, Hints::default())
            });
        }
        // Raw SQL changed the schema: only a database can tell how.
        let driver = self.context.driver(&self.database.settings)?;
        let schema = rerun(&driver, self.history, self.standing, applied, &self.database.settings)
            .await
            .map_err(|error| execution_failure(self.history, &error))?;
        Ok(Sourced::observed(schema))
    }

    /// The schema that `parents` and all that they need leave behind.
    pub(crate) async fn up_to(&self, parents: &[RevisionId]) -> Result<Sourced, Failure> {
        let wanted = parents.iter().cloned().collect();
        self.revisions(&self.standing.graph.ancestors(&wanted, Reach::Needs)).await
    }

    /// The schema of one source.
    pub(crate) async fn one(&self, text: &str) -> Result<Sourced, Failure> {
        match SourceKind::parse(text) {
            SourceKind::Revisions(revision) => {
                let wanted = match revision {
                    Some(text) => specifier(&text)?,
                    None => Specifier::heads(),
                };
                let graph = &self.standing.graph;
                self.up_to(&graph.resolve(&wanted, &Applied::new())?.revisions(graph)).await
            }
            SourceKind::Rust(path) => self.models(&[path]),
            SourceKind::Url(url) => {
                let url = DatabaseUrl::parse(&url).ok_or_else(|| {
                    Failure::usage(vec![Diagnostic::new(
                        "invalid-url",
                        "a source that looks like a URL is none",
                    )])
                })?;
                let mut settings = DatabaseSettings::new("source", url);
                settings.directory.clone_from(&self.context.here);
                settings.record = self.database.settings.record.clone();
                settings.managed = self.database.settings.managed.clone();
                self.observed(&settings).await
            }
            SourceKind::Database(name) => {
                let named =
                    self.settings.chosen(&[name], false).map_err(|problem| Failure::usage(vec![problem]))?;
                let settings = named.first().and_then(|name| self.settings.databases.get(*name));
                self.observed(&settings.unwrap_or(self.database).settings).await
            }
            SourceKind::SqlFile(path) => self.script(&self.read(&path)?).await,
            SourceKind::Snapshot(path) => snapshot(&self.read(&path)?, text),
            SourceKind::Program(command) => {
                let printed = self.program(&command)?;
                if printed.trim_start().starts_with('{') {
                    return snapshot(&printed, text);
                }
                self.script(&printed).await
            }
        }
    }

    /// The schema of several sources together: all of Rust, or one.
    pub(crate) async fn all(&self, texts: &[String]) -> Result<Sourced, Failure> {
        if let [one] = texts {
            return self.one(one).await;
        }
        let mut paths = Vec::new();
        for text in texts {
            match SourceKind::parse(text) {
                SourceKind::Rust(path) => paths.push(path),
                _ => {
                    return Err(Failure::usage(vec![
                        Diagnostic::new(
                            "invalid-source",
                            format!("`{text}` cannot be one of several sources"),
                        )
                        .with_help("several sources must all be Rust source"),
                    ]));
                }
            }
        }
        self.models(&paths)
    }

    /// What a script makes of an empty database.
    async fn script(&self, script: &str) -> Result<Sourced, Failure> {
        let driver = self.context.driver(&self.database.settings)?;
        let seen = run_script(&driver, &self.database.settings, script).await?;
        Ok(Sourced { unmanaged: seen.unmanaged, ..Sourced::observed(seen.schema) })
    }

    fn read(&self, path: &Path) -> Result<String, Failure> {
        let path = self.settings.directory.join(path);
        std::fs::read_to_string(&path).map_err(|error| {
            Failure::new(
                Diagnostic::new(
                    "cannot-read-source",
                    format!("cannot read {}: {error}", Settings::shown(&path)),
                )
                .with_help("check the path: it is relative to the folder of limbeck.toml"),
            )
        })
    }

    /// What a program prints. It is started directly, without a shell.
    fn program(&self, command: &str) -> Result<String, Failure> {
        let failed = |why: String| {
            Failure::new(
                Diagnostic::new("source-program-failed", format!("`exec:{command}` {why}"))
                    .with_help("run the program by hand in the folder of limbeck.toml; it must print SQL, or a schema as JSON"),
            )
        };
        let mut words = command.split_whitespace();
        let program = words.next().ok_or_else(|| failed("names no program".to_owned()))?;
        let done = std::process::Command::new(program)
            .args(words)
            .current_dir(&self.settings.directory)
            .stderr(std::process::Stdio::inherit())
            .output()
            .map_err(|error| failed(format!("cannot be run: {error}")))?;
        if !done.status.success() {
            return Err(failed(format!("failed ({})", done.status)));
        }
        String::from_utf8(done.stdout).map_err(|_| failed("printed what is no UTF-8".to_owned()))
    }

    async fn observed(&self, settings: &DatabaseSettings) -> Result<Sourced, Failure> {
        let driver = self.context.driver(settings)?;
        let seen = observe_source(&driver, settings).await?;
        Ok(Sourced { unmanaged: seen.unmanaged, ..Sourced::observed(seen.schema) })
    }

    fn models(&self, paths: &[PathBuf]) -> Result<Sourced, Failure> {
        let Declared { mut schema, mut hints, databases, .. } =
            read_sources(paths, &self.settings.directory, &self.settings.naming, &Options::default())
                .map_err(Failure::all)?;
        // A table that is meant for another database is none of this one's.
        let elsewhere = |table: &Name| {
            databases.get(table).is_some_and(|database| *database != self.database.settings.name)
        };
        schema.tables.retain(|name, _| !elsewhere(name));
        hints.tables.retain(|rename| !elsewhere(&rename.to));
        hints.columns.retain(|rename| !elsewhere(&rename.table));
        hints.fills.retain(|(table, _), _| !elsewhere(table));
        hints.using.retain(|(table, _), _| !elsewhere(table));
        Ok(Sourced::declared(schema, hints))
    }

    /// The two as they can be compared: both as declared, or both as a server shows them. And whether the order of
    /// columns counts.
    pub(crate) async fn alike(&self, from: Sourced, to: Sourced) -> Result<(Schema, Schema, bool), Failure> {
        let ordered = from.ordered && to.ordered;
        let (old, new) = (self.managed(from.schema), self.managed(to.schema));
        Ok(match (old, new) {
            (Seen::Declared(old), Seen::Declared(new)) if from.worded_by_a_server => {
                let new = self.in_the_same_words(&old, new, &to.hints, ordered).await?;
                (old, new, ordered)
            }
            (Seen::Declared(old), Seen::Declared(new)) => (old, new, ordered),
            (old, new) => (self.as_observed(old).await?, self.as_observed(new).await?, ordered),
        })
    }

    /// `new` in the words of `old`, where the server takes them for the same.
    async fn in_the_same_words(
        &self,
        old: &Schema,
        new: Schema,
        hints: &Hints,
        ordered: bool,
    ) -> Result<Schema, Failure> {
        let dialect = self.context.dialect(Some(&self.database.settings), None)?;
        let rules = comparison(&*dialect, ordered);
        let driver = self.context.driver(&self.database.settings)?;
        let Some(made) = reword(&driver, &self.database.settings, &rules, hints, old, &new).await else {
            return Ok(new);
        };
        if let Some(reason) = &made.reason {
            self.context.output.note(&format!(
                "note: differs in words from what the server wrote, which only a scratch database can settle; \
                 taken for the same: {} ({reason})",
                made.unconfirmed.join(", ")
            ));
        }
        Ok(made.schema)
    }

    /// What is not managed is no difference, on whichever side it is.
    fn managed(&self, mut seen: Seen) -> Seen {
        let (Seen::Declared(schema) | Seen::Observed(schema)) = &mut seen;
        self.database.settings.managed.retain(schema);
        seen
    }

    async fn as_observed(&self, seen: Seen) -> Result<Schema, Failure> {
        match seen {
            Seen::Observed(schema) => Ok(schema),
            Seen::Declared(schema) => {
                let driver = self.context.driver(&self.database.settings)?;
                Ok(materialise(&driver, &self.database.settings, &schema).await?)
            }
        }
    }
}

/// A schema that was written down before: whole output of `inspect -o json`, or its `schema` alone.
fn snapshot(text: &str, name: &str) -> Result<Sourced, Failure> {
    let wrong = |why: String| {
        Failure::new(
            Diagnostic::new("invalid-snapshot", format!("`{name}` is no schema: {why}"))
                .with_help("write one with `limbeck inspect --format json`"),
        )
    };
    let json: Value = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
    let declared = json.get("declared").and_then(Value::as_bool).unwrap_or(false);
    let schema =
        schema_from_json(json.get("schema").unwrap_or(&json)).map_err(|error| wrong(error.to_string()))?;
    Ok(if declared { Sourced::declared(schema, Hints::default()) } else { Sourced::observed(schema) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_told_apart_by_their_looks() {
        assert_eq!(SourceKind::parse("migrations"), SourceKind::Revisions(None));
        assert_eq!(SourceKind::parse("migrations@base+2"), SourceKind::Revisions(Some("base+2".to_owned())));
        assert_eq!(SourceKind::parse("src/models.rs"), SourceKind::Rust("src/models.rs".into()));
        assert_eq!(SourceKind::parse("schema.sql"), SourceKind::SqlFile("schema.sql".into()));
        assert_eq!(SourceKind::parse("a/snapshot.json"), SourceKind::Snapshot("a/snapshot.json".into()));
        assert_eq!(SourceKind::parse("exec:cargo run"), SourceKind::Program("cargo run".to_owned()));
        assert_eq!(SourceKind::parse("database:old"), SourceKind::Database("old".to_owned()));
        for url in ["sqlite://a.sql", "sqlite::memory:", "postgres://db/app"] {
            assert_eq!(SourceKind::parse(url), SourceKind::Url(url.to_owned()));
        }
    }
}
