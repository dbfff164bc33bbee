//! Where a schema comes from: Rust models, or the revisions.

use std::path::{Path, PathBuf};

use limbeck_core::autogenerate::{materialise, observe_source, rerun};
use limbeck_core::diag::Diagnostic;
use limbeck_core::diff::Hints;
use limbeck_core::driver::{DatabaseSettings, DatabaseUrl, Unmanaged};
use limbeck_core::execution::replay;
use limbeck_core::graph::{Applied, Reach, Specifier};
use limbeck_core::history::{History, Standing};
use limbeck_core::ident::{Name, RevisionId};
use limbeck_core::schema::Schema;
use limbeck_models::{Declared, Options, read_sources};

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
        Self { schema: Seen::Declared(schema), hints, unmanaged: Vec::new() }
    }

    fn observed(schema: Schema) -> Self {
        Self { schema: Seen::Observed(schema), hints: Hints::default(), unmanaged: Vec::new() }
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
            return Ok(Sourced::declared(state.schema, Hints::default()));
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
                        format!("`{text}` is no database URL"),
                    )])
                })?;
                let mut settings = DatabaseSettings::new("source", url);
                settings.directory.clone_from(&self.context.here);
                settings.record = self.database.settings.record.clone();
                self.observed(&settings).await
            }
            SourceKind::Database(name) => {
                let named =
                    self.settings.chosen(&[name], false).map_err(|problem| Failure::usage(vec![problem]))?;
                match named.first().and_then(|name| self.settings.databases.get(*name)) {
                    Some(database) => self.observed(&database.settings).await,
                    None => Err(unsupported(text)),
                }
            }
            SourceKind::SqlFile(_) | SourceKind::Program(_) | SourceKind::Snapshot(_) => {
                Err(unsupported(text))
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

    async fn observed(&self, settings: &DatabaseSettings) -> Result<Sourced, Failure> {
        let driver = self.context.driver(settings)?;
        let seen = observe_source(&driver, settings).await?;
        Ok(Sourced {
            schema: Seen::Observed(seen.schema),
            hints: Hints::default(),
            unmanaged: seen.unmanaged,
        })
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

    /// The two as they can be compared: both as declared, or both as a server shows them.
    pub(crate) async fn alike(&self, from: Seen, to: Seen) -> Result<(Schema, Schema, bool), Failure> {
        Ok(match (from, to) {
            (Seen::Declared(from), Seen::Declared(to)) => (from, to, false),
            (from, to) => (self.as_observed(from).await?, self.as_observed(to).await?, true),
        })
    }

    async fn as_observed(&self, seen: Seen) -> Result<Schema, Failure> {
        match seen {
            Seen::Observed(schema) => Ok(schema),
            Seen::Declared(schema) => {
                let driver = self.context.driver(&self.database.settings)?;
                Ok(materialise(&*driver, &schema).await?)
            }
        }
    }
}

fn unsupported(text: &str) -> Failure {
    Failure::new(
        Diagnostic::new("unsupported-source", format!("`{text}` is a kind of source that this version of limbeck does not read"))
            .with_help(
                "compare with Rust source (`src`), the revisions (`migrations`, `migrations@REVISION`) or a database (a URL, `database:NAME`)",
            ),
    )
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
