//! Where a schema comes from: Rust models, or the revisions.

use std::path::{Path, PathBuf};

use limbeck_core::autogenerate::baseline;
use limbeck_core::diag::Diagnostic;
use limbeck_core::diff::Hints;
use limbeck_core::graph::{Applied, Specifier};
use limbeck_core::history::{History, Standing};
use limbeck_core::ident::RevisionId;
use limbeck_core::schema::{Naming, Schema};
use limbeck_models::{Declared, Options, read_sources};

use crate::context::specifier;
use crate::exit::Failure;

/// A schema with what its source adds to it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sourced {
    /// The schema.
    pub(crate) schema: Schema,
    /// Renames and fills.
    pub(crate) hints: Hints,
}

/// What a source is, by its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SourceKind {
    /// The revisions, up to the head or to one of them.
    Revisions(Option<String>),
    /// Rust source.
    Rust(PathBuf),
    /// Something that has to be looked at in a database.
    Observed(String),
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
        let observed = text.ends_with(".sql")
            || text.ends_with(".json")
            || text.starts_with("exec:")
            || text.starts_with("database:")
            || text.contains("://")
            || text.starts_with("sqlite:");
        if observed { Self::Observed(text.to_owned()) } else { Self::Rust(PathBuf::from(text)) }
    }
}

/// What all sources need.
pub(crate) struct Sources<'a> {
    /// The folder that paths are relative to.
    pub(crate) base: &'a Path,
    /// How things without a name are called.
    pub(crate) naming: &'a Naming,
    /// The revisions.
    pub(crate) history: &'a History,
    /// Their graph.
    pub(crate) standing: &'a Standing,
    /// The name of the database.
    pub(crate) database: &'a str,
}

impl Sources<'_> {
    /// The schema that the revisions up to `parents` leave behind.
    pub(crate) fn revisions(&self, parents: &[RevisionId]) -> Result<Sourced, Failure> {
        let state =
            baseline(self.history, self.standing, parents, Some(self.database)).map_err(|error| *error)?;
        match state.uncertain {
            None => Ok(Sourced { schema: state.schema, hints: Hints::default() }),
            Some(raw) => {
                let mut problem = Diagnostic::new(
                    "uncertain-schema",
                    format!("revision {} changes the schema with raw SQL, so that what the revisions leave behind is not known", raw.revision),
                )
                .with_revision(&raw.revision)
                .with_help("mark SQL that changes rows only with `effect = \"data\"`; this version of limbeck compares with revisions that consist of operations");
                problem.location = raw.location;
                Err(Failure::new(problem))
            }
        }
    }

    /// The schema of one source.
    pub(crate) fn one(&self, text: &str) -> Result<Sourced, Failure> {
        match SourceKind::parse(text) {
            SourceKind::Revisions(revision) => {
                let wanted = match revision {
                    Some(text) => specifier(&text)?,
                    None => Specifier::heads(),
                };
                let graph = &self.standing.graph;
                self.revisions(&graph.resolve(&wanted, &Applied::new())?.revisions(graph))
            }
            SourceKind::Rust(path) => self.models(&[path]),
            SourceKind::Observed(text) => Err(Failure::new(
                Diagnostic::new("unsupported-source", format!("`{text}` has to be looked at in a database, which this version of limbeck does not do"))
                    .with_help("compare with Rust source (`src`, `src/models.rs`) or with the revisions (`migrations`, `migrations@REVISION`)"),
            )),
        }
    }

    /// The schema of several sources together: all of Rust, or one.
    pub(crate) fn all(&self, texts: &[String]) -> Result<Sourced, Failure> {
        if let [one] = texts {
            return self.one(one);
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

    fn models(&self, paths: &[PathBuf]) -> Result<Sourced, Failure> {
        let Declared { mut schema, mut hints, databases, .. } =
            read_sources(paths, self.base, self.naming, &Options::default()).map_err(Failure::all)?;
        // A table that is meant for another database is none of this one's.
        let elsewhere = |table: &limbeck_core::ident::Name| {
            databases.get(table).is_some_and(|database| database != self.database)
        };
        schema.tables.retain(|name, _| !elsewhere(name));
        hints.tables.retain(|rename| !elsewhere(&rename.to));
        hints.columns.retain(|rename| !elsewhere(&rename.table));
        hints.fills.retain(|(table, _), _| !elsewhere(table));
        hints.using.retain(|(table, _), _| !elsewhere(table));
        Ok(Sourced { schema, hints })
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
        for text in [
            "schema.sql",
            "snapshot.json",
            "exec:cargo run",
            "database:old",
            "sqlite://a.db",
            "sqlite::memory:",
        ] {
            assert_eq!(SourceKind::parse(text), SourceKind::Observed(text.to_owned()));
        }
    }
}
