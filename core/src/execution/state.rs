use super::prepare::Prepared;
use super::statements::Segment;
use crate::diag::{Diagnose, Diagnostic, Location};
use crate::graph::Graph;
use crate::history::History;
use crate::ident::{Name, RevisionId};
use crate::operation::{ApplyError, Effect, Operation};
use crate::plan::Direction;
use crate::revision::{self, Revision};
use crate::schema::Schema;

/// The schema that revisions leave behind, as far as it can be known without a database.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The schema.
    pub schema: Schema,
    /// The first raw SQL that changed the schema. What it did, nobody here knows: from there on the schema is a guess.
    pub uncertain: Option<RawChange>,
    /// All raw SQL that changed the schema, in small letters, with its revision.
    raw: Vec<(RevisionId, String)>,
}

/// Raw SQL that changed the schema.
#[derive(Debug, Clone, PartialEq)]
pub struct RawChange {
    /// The revision that holds it.
    pub revision: RevisionId,
    /// Its beginning.
    pub statement: String,
    /// Where it stands; `None` if its file is gone.
    pub location: Option<Location>,
}

/// A revision that does not fit what those before it leave behind.
#[derive(Debug, Clone, thiserror::Error)]
#[error("revision {revision}: {error}")]
pub struct ReplayError {
    /// Which.
    pub revision: RevisionId,
    /// What does not fit.
    pub error: ApplyError,
    /// The operation's place.
    pub location: Location,
}

impl Diagnose for ReplayError {
    fn diagnostic(&self) -> Diagnostic {
        let mut diagnostic = self.error.diagnostic();
        diagnostic.message = self.to_string();
        diagnostic.with_revision(&self.revision).with_location(self.location.clone())
    }
}

impl State {
    /// Applies `operations`, which are those of `direction` of `revision`.
    ///
    /// Once raw SQL has changed the schema, an operation that does not fit is passed over: what it is about may have
    /// been made by the raw SQL.
    pub fn apply(
        &mut self,
        revision: &Revision,
        direction: Direction,
        operations: &[Operation],
    ) -> Result<(), Box<ReplayError>> {
        for (index, operation) in operations.iter().enumerate() {
            self.apply_one(revision, direction, index, operation)?;
        }
        Ok(())
    }

    /// Applies those of a step's operations that are in `segment`.
    pub(super) fn pass(&mut self, step: &Prepared, segment: Segment) -> Result<(), Box<ReplayError>> {
        for index in segment {
            self.apply_one(&step.revision, step.step.direction, index, &step.operations[index])?;
        }
        Ok(())
    }

    pub(super) fn apply_one(
        &mut self,
        revision: &Revision,
        direction: Direction,
        index: usize,
        operation: &Operation,
    ) -> Result<(), Box<ReplayError>> {
        if let Operation::Execute { sql, .. } = operation
            && operation.effect() == Effect::Schema
        {
            let texts = sql.iter().map(|(_, text)| (revision.id.clone(), text.to_lowercase()));
            self.raw.extend(texts);
            self.uncertain.get_or_insert_with(|| RawChange {
                revision: revision.id.clone(),
                statement: sql
                    .iter()
                    .map(|(_, text)| beginning(text))
                    .find(|text| !text.is_empty())
                    .unwrap_or_default(),
                location: Some(revision.location_of(direction, index)),
            });
        }
        match operation.apply(&mut self.schema) {
            Ok(()) => Ok(()),
            Err(_) if self.uncertain.is_some() => Ok(()),
            Err(error) => Err(Box::new(ReplayError {
                revision: revision.id.clone(),
                error,
                location: revision.location_of(direction, index),
            })),
        }
    }
}

impl State {
    /// The last revision whose raw SQL changes the schema and says the name of `table`.
    pub(super) fn changed_by_raw(&self, table: &Name) -> Option<&RevisionId> {
        let name = table.name.as_str().to_lowercase();
        let said = self.raw.iter().rev().find(|(_, text)| says(text, &name));
        said.map(|(revision, _)| revision)
    }
}

/// Whether a text holds a name, and not as a part of a longer one.
fn says(text: &str, name: &str) -> bool {
    let goes_on = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(name).any(|(at, found)| {
        !goes_on(text[..at].chars().next_back()) && !goes_on(text[at + found.len()..].chars().next())
    })
}

/// The first line that says something, shortened.
fn beginning(text: &str) -> String {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with("--"))
        .unwrap_or_default();
    let mut short: String = line.chars().take(80).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}

/// The schema that `revisions` leave behind: those of the graph's order that `include` says, for `database` (every
/// database if `None`).
pub fn replay(
    history: &History,
    graph: &Graph,
    include: impl Fn(&RevisionId) -> bool,
    database: Option<&str>,
) -> Result<State, Box<ReplayError>> {
    let mut state = State::default();
    for id in graph.order().filter(|id| include(id)) {
        if let Some(revision) = history.get(id)
            && concerns(revision, database)
        {
            state.apply(revision, Direction::Upgrade, &revision.upgrade)?;
        }
    }
    Ok(state)
}

/// Whether a revision is for `database`.
pub(super) fn concerns(revision: &Revision, database: Option<&str>) -> bool {
    match database {
        Some(database) => {
            revision.databases.is_empty()
                || revision.databases.iter().any(|name| revision::stands_for(name, database))
        }
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_as_a_whole() {
        for text in ["alter table t add x", "drop table \"t\"", "t", "x.t(a)"] {
            assert!(says(text, "t"), "{text}");
        }
        for text in ["", "alter table tt add x", "t_1", "at"] {
            assert!(!says(text, "t"), "{text}");
        }
    }
}
