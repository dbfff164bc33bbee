//! A project's revisions: their files, looked up by id, and the graph that they make for one state of a database.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::{Diagnose, Diagnostic};
use crate::graph::{Applied, Graph, GraphErrors, Node, ReplaceError, Replacements, resolve_replacements};
use crate::ident::RevisionId;
use crate::revision::Revision;

/// All revisions of a project.
#[derive(Debug, Clone, Default)]
pub struct History {
    revisions: BTreeMap<RevisionId, Arc<Revision>>,
    /// As read: two files with one id are two nodes, so that the graph can name both.
    nodes: Vec<Node>,
}

/// The revisions as they stand to one state of a database.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The graph, with either each squash or what it replaces.
    pub graph: Graph,
    /// What is applied, told in the graph's revisions, with ids that it does not know.
    pub applied: Applied,
    /// Squashes that count as applied and are not recorded, and what each squash in use stands for.
    pub replacements: Replacements,
}

/// Why the revisions make no graph.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// Edges or names are wrong.
    #[error(transparent)]
    Graph(#[from] GraphErrors),
    /// Squashes contradict each other or the database.
    #[error(transparent)]
    Replace(#[from] ReplaceError),
}

impl History {
    /// The history that these revisions make.
    pub fn new(revisions: Vec<Revision>) -> Self {
        let mut history = Self::default();
        for revision in revisions {
            history.add(revision);
        }
        history
    }

    /// Adds a revision whose file is gone, out of the record. One that is there already wins.
    pub fn add_recorded(&mut self, revision: Revision) {
        if !self.revisions.contains_key(&revision.id) {
            self.add(revision);
        }
    }

    fn add(&mut self, revision: Revision) {
        self.nodes.push(Node {
            id: revision.id.clone(),
            parents: revision.parents.clone(),
            depends_on: revision.depends_on.clone(),
            labels: revision.labels.clone(),
            replaces: revision.replaces.clone(),
            origin: revision.source.file.to_string(),
        });
        self.revisions.entry(revision.id.clone()).or_insert_with(|| Arc::new(revision));
    }

    /// The revision with this id.
    pub fn get(&self, id: &RevisionId) -> Option<&Arc<Revision>> {
        self.revisions.get(id)
    }

    /// All revisions, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Revision>> {
        self.revisions.values()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.revisions.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.revisions.is_empty()
    }

    /// The graph for a database in which `applied` is recorded.
    ///
    /// # Errors
    /// If the revisions make no graph.
    pub fn standing(&self, applied: &Applied) -> Result<Standing, HistoryError> {
        let mut replacements = resolve_replacements(self.nodes.clone(), applied)?;
        let graph = Graph::new(std::mem::take(&mut replacements.nodes))?;
        Ok(Standing { graph, applied: replacements.applied.clone(), replacements })
    }

    /// Everything that is wrong, each with its place.
    pub fn diagnostics(&self, error: &HistoryError) -> Vec<Diagnostic> {
        let rows: Vec<(Diagnostic, Option<(&str, &str)>)> = match error {
            HistoryError::Graph(errors) => {
                errors.errors.iter().map(|error| (error.diagnostic(), error.word())).collect()
            }
            HistoryError::Replace(error) => vec![(error.diagnostic(), None)],
        };
        rows.into_iter()
            .map(|(mut row, word)| {
                let revision = row.revision.as_deref().and_then(|id| self.revisions.get(id));
                if row.location.is_none() {
                    row.location = revision.map(|revision| match word {
                        Some((key, word)) => revision.location_of_word(key, word),
                        None => revision.location(),
                    });
                }
                row
            })
            .collect()
    }
}
