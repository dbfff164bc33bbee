//! Where a schema comes from: Rust models, or the revisions.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use limbeck_core::autogenerate::{
    DialectComparison, comparison, materialise, materialise_beside, observe_source, rerun, reword, run_script,
};
use limbeck_core::diag::{Diagnostic, list};
use limbeck_core::diff::{Hints, complete};
use limbeck_core::driver::{DatabaseSettings, DatabaseUrl, Dialect, Unmanaged};
use limbeck_core::execution::replay;
use limbeck_core::graph::{Applied, Reach, Specifier};
use limbeck_core::history::{History, Standing};
use limbeck_core::ident::{Name, RevisionId};
use limbeck_core::revision::{schema_from_json, stands_for};
use limbeck_core::schema::Schema;
use limbeck_models::{Declared, NAMING_VARIABLE, Options, naming_to_json, read_sources};
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
    /// Whether it comes from models, which speak of tables and the enums of their columns only.
    pub(crate) tables_only: bool,
    /// Tables that are described and never altered.
    pub(crate) described: BTreeSet<Name>,
}

/// Two schemas as they can be compared: both as declared, or both as a server shows them.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) from: Schema,
    pub(crate) to: Schema,
    ordered: bool,
    tables_only: bool,
}

impl Pair {
    /// What counts as the same in them.
    pub(crate) fn rules<'d>(&self, dialect: &'d dyn Dialect) -> DialectComparison<'d> {
        comparison(dialect, self.ordered).tables_only(self.tables_only)
    }
}

/// A schema, and how it is known.
#[derive(Debug, Clone)]
pub(crate) enum Seen {
    /// As somebody declared it.
    Declared(Schema),
    /// As a server showed it.
    Observed(Schema),
}

impl Seen {
    /// The schema, however it is known.
    pub(crate) fn schema(&self) -> &Schema {
        match self {
            Self::Declared(schema) | Self::Observed(schema) => schema,
        }
    }
}

impl Sourced {
    fn declared(schema: Schema, hints: Hints) -> Self {
        Self {
            schema: Seen::Declared(schema),
            hints,
            unmanaged: Vec::new(),
            ordered: false,
            worded_by_a_server: false,
            tables_only: false,
            described: BTreeSet::new(),
        }
    }

    pub(crate) fn observed(schema: Schema) -> Self {
        let mut made = Self::declared(Schema::new(), Hints::default());
        made.schema = Seen::Observed(schema);
        made.ordered = true;
        made
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
                let same = |one: &DatabaseUrl, other: &DatabaseUrl| {
                    let named = |url: &DatabaseUrl| {
                        self.context.drivers.by_scheme(url.scheme()).map(|driver| driver.name())
                    };
                    matches!((named(one), named(other)), (Ok(one), Ok(other)) if one == other)
                };
                if same(&settings.url, &self.database.settings.url) {
                    settings.schema.clone_from(&self.database.settings.schema);
                }
                self.observed(&settings).await
            }
            SourceKind::Database(name) => {
                let named =
                    self.settings.chosen(&[name], false).map_err(|problem| Failure::usage(vec![problem]))?;
                let settings = named.first().and_then(|name| self.settings.databases.get(*name));
                self.observed(&settings.unwrap_or(self.database).settings).await
            }
            SourceKind::SqlFile(path) => self.script(&self.read(&path)?).await,
            SourceKind::Snapshot(path) => self.snapshot(&self.read(&path)?, text),
            SourceKind::Program(command) => {
                let printed = self.program(&command)?;
                if printed.trim_start().starts_with('{') {
                    return self.snapshot(&printed, text);
                }
                self.script(&printed).await
            }
        }
    }

    /// The schema of several sources together: all of Rust, or one.
    ///
    /// A program that lists its own tables means them wherever Rust source is configured.
    pub(crate) async fn all(&self, texts: &[String]) -> Result<Sourced, Failure> {
        if let Some(tables) = &self.context.tables
            && texts.iter().all(|text| matches!(SourceKind::parse(text), SourceKind::Rust(_)))
        {
            let declared = tables.declare_with(&self.settings.naming).map_err(Failure::all)?;
            return Ok(self.declared(declared));
        }
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
            .env(NAMING_VARIABLE, naming_to_json(&self.settings.naming).to_string())
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
        let options = Options { features: self.settings.features.iter().cloned().collect() };
        let declared = read_sources(paths, &self.settings.directory, &self.settings.naming, &options);
        Ok(self.declared(declared.map_err(Failure::all)?))
    }

    /// What models declare of this database.
    fn declared(&self, declared: Declared) -> Sourced {
        let Declared { mut schema, mut hints, databases, unmanaged, .. } = declared;
        // A table that is meant for another database is none of this one's.
        let elsewhere = |table: &Name| {
            databases.get(table).is_some_and(|database| !stands_for(database, &self.database.settings.name))
        };
        schema.tables.retain(|name, _| !elsewhere(name));
        hints.tables.retain(|rename| !elsewhere(&rename.to));
        hints.columns.retain(|rename| !elsewhere(&rename.table));
        hints.fills.retain(|(table, _), _| !elsewhere(table));
        hints.using.retain(|(table, _), _| !elsewhere(table));
        Sourced {
            tables_only: true,
            described: unmanaged.into_keys().collect(),
            ..Sourced::declared(schema, hints)
        }
    }

    /// A schema that was written down before: whole output of `inspect -o json`, its `schema` alone, or what a program
    /// says of its models.
    fn snapshot(&self, text: &str, name: &str) -> Result<Sourced, Failure> {
        let wrong = |why: String| {
            Failure::new(
                Diagnostic::new("invalid-snapshot", format!("`{name}` is no schema: {why}"))
                    .with_help("write one with `limbeck inspect --format json`"),
            )
        };
        let json: Value = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let flag = |key: &str| json.get(key).and_then(Value::as_bool).unwrap_or(false);
        if flag("models") {
            let declared = Declared::from_json(&json).map_err(|error| wrong(error.to_string()))?;
            return Ok(self.declared(declared));
        }
        let schema = schema_from_json(json.get("schema").unwrap_or(&json))
            .map_err(|error| wrong(error.to_string()))?;
        Ok(if flag("declared") {
            Sourced::declared(schema, Hints::default())
        } else {
            Sourced::observed(schema)
        })
    }

    /// The two as they can be compared: both as declared, or both as a server shows them.
    pub(crate) async fn alike(&self, from: Sourced, to: Sourced) -> Result<Pair, Failure> {
        let ordered = from.ordered && to.ordered;
        let tables_only = to.tables_only;
        let hints = to.hints.clone();
        let dialect = self.context.dialect(Some(&self.database.settings), None)?;
        // Texts that people chose are what they seem, and what is the same here need not be the same on another kind.
        let in_doubt = from.worded_by_a_server && !self.shares_with_another_dialect(&*dialect);
        let described: BTreeSet<Name> = from.described.union(&to.described).cloned().collect();
        let seen = |seen: Seen| {
            let mut seen = self.managed(seen);
            let (Seen::Declared(schema) | Seen::Observed(schema)) = &mut seen;
            schema.tables.retain(|name, _| !described.contains(name));
            seen
        };
        // Models need what columns may be of, and what their defaults may call, where they are built.
        let whole = |mut models: Sourced, other: &Sourced| {
            let (Seen::Declared(schema) | Seen::Observed(schema)) = &mut models.schema;
            let (Seen::Declared(other) | Seen::Observed(other)) = &other.schema;
            *schema = complete(other, schema).into_owned();
            models
        };
        let (from, to) = match (from.tables_only, to.tables_only) {
            (true, false) => (whole(from, &to), to),
            (false, true) if matches!(from.schema, Seen::Observed(_)) => {
                let to = whole(to, &from);
                (from, to)
            }
            _ => (from, to),
        };
        let (from, to) = match (seen(from.schema), seen(to.schema)) {
            (Seen::Declared(from), Seen::Declared(to)) if in_doubt => {
                let rules = comparison(&*dialect, ordered).tables_only(tables_only);
                let to = self.confirmed(&from, to, &hints, &rules).await?;
                (from, to)
            }
            (Seen::Declared(from), Seen::Declared(to)) => (from, to),
            (Seen::Observed(from), Seen::Declared(to)) if tables_only => {
                let driver = self.context.driver(&self.database.settings)?;
                let rules = comparison(&*dialect, ordered).tables_only(true);
                let settings = &self.database.settings;
                let to = materialise_beside(&driver, settings, &rules, &hints, &from, &to).await?;
                (from, to)
            }
            (from, to) => (self.as_observed(from).await?, self.as_observed(to).await?),
        };
        Ok(Pair { from, to, ordered, tables_only })
    }

    /// `to` with the texts of `from` where only a server can tell that they mean the same, and does.
    async fn confirmed(
        &self,
        from: &Schema,
        to: Schema,
        hints: &Hints,
        rules: &DialectComparison<'_>,
    ) -> Result<Schema, Failure> {
        let settings = &self.database.settings;
        let driver = self.context.driver(settings)?;
        let Some(made) = reword(&driver, settings, rules, hints, from, &to).await else {
            return Ok(to);
        };
        if let Some(reason) = &made.reason {
            self.context.output.note(&format!(
                "note: differs in words from what the server wrote, which only a scratch database can settle; \
                 taken for the same: {} ({reason})",
                list(&made.unconfirmed)
            ));
        }
        Ok(made.schema)
    }

    /// Whether the revisions are those of a database of another kind, too: what is the same here need not be there.
    fn shares_with_another_dialect(&self, dialect: &dyn Dialect) -> bool {
        self.settings.databases.values().any(|other| {
            other.migrations == self.database.migrations
                && self
                    .context
                    .dialect(Some(&other.settings), None)
                    .is_ok_and(|theirs| theirs.name() != dialect.name())
        })
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
