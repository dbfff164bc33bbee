//! The rows that the JSON answers are made of, and the lines that say the same to people.

use std::borrow::Cow;

use limbeck_core::execution::{Done, Prepared, Status};
use limbeck_core::graph::Graph;
use limbeck_core::history::History;
use limbeck_core::ident::RevisionId;
use limbeck_core::operation::{Loss, Operation};
use limbeck_core::revision::{Revision, operation_to_json};
use limbeck_core::schema::Schema;
use serde_json::{Map, Value, json};

/// A revision, as `history` and `show` give it.
pub(super) fn revision(revision: &Revision, graph: &Graph) -> Map<String, Value> {
    let mut row = Map::new();
    let texts = |items: &mut dyn Iterator<Item = String>| Value::Array(items.map(Value::String).collect());
    row.insert("revision".to_owned(), revision.id.as_str().into());
    row.insert("message".to_owned(), revision.message.clone().into());
    row.insert("parents".to_owned(), texts(&mut revision.parents.iter().map(ToString::to_string)));
    row.insert("depends_on".to_owned(), texts(&mut revision.depends_on.iter().cloned()));
    row.insert("labels".to_owned(), texts(&mut revision.labels.iter().map(ToString::to_string)));
    if !revision.replaces.is_empty() {
        row.insert("replaces".to_owned(), texts(&mut revision.replaces.iter().map(ToString::to_string)));
    }
    let created = revision.created.map(|created| created.to_string());
    row.insert("created".to_owned(), created.map_or(Value::Null, Value::String));
    row.insert("head".to_owned(), graph.children(&revision.id).is_empty().into());
    row.insert("file".to_owned(), revision.source.file.to_string().into());
    row
}

/// A revision with whether it is applied, as `showmigrations` gives it.
pub(super) fn with_status(id: &RevisionId, history: &History, status: &Status) -> Map<String, Value> {
    let graph = &status.standing.graph;
    let recorded = status.applied.get(id);
    let mut row = match history.get(id) {
        Some(found) => revision(found, graph),
        None => {
            let mut row = Map::new();
            row.insert("revision".to_owned(), id.as_str().into());
            row.insert("message".to_owned(), recorded.map_or("", |row| row.message.as_str()).into());
            for key in ["parents", "depends_on", "labels"] {
                row.insert(key.to_owned(), json!([]));
            }
            row.insert("head".to_owned(), false.into());
            row
        }
    };
    if status.gone.contains(id) {
        row.insert("file".to_owned(), Value::Null);
    }
    let applied = status.standing.applied.contains(id);
    row.insert("applied".to_owned(), applied.into());
    if status.in_flight.as_ref().is_some_and(|row| row.revision == *id) {
        row.insert("in_flight".to_owned(), true.into());
    }
    let at = recorded.and_then(|row| row.applied_at).map(|at| at.to_string());
    row.insert("applied_at".to_owned(), at.map_or(Value::Null, Value::String));
    row
}

/// A step that was done.
pub(super) fn done(done: &Done) -> Value {
    json!({
        "revision": done.step.revision.as_str(),
        "direction": done.step.direction.to_string(),
        "message": done.message,
        "duration_ms": u64::try_from(done.duration.as_millis()).unwrap_or(u64::MAX),
    })
}

/// A step that would be done.
pub(super) fn planned(step: &Prepared) -> Value {
    let operations: Vec<Value> = step
        .operations
        .iter()
        .enumerate()
        .map(|(index, operation)| {
            let destructive = step.losses.iter().any(|(lossy, _)| *lossy == index);
            row(operation, &step.descriptions[index], destructive)
        })
        .collect();
    json!({
        "revision": step.step.revision.as_str(),
        "direction": step.step.direction.to_string(),
        "message": step.revision.message,
        "operations": operations,
    })
}

/// The state that each of some operations finds, without one of its own as long as there is only the first.
struct Course<'a> {
    state: Cow<'a, Schema>,
    before: Option<&'a Operation>,
    known: bool,
}

impl<'a> Course<'a> {
    fn new(before: &'a Schema) -> Self {
        Self { state: Cow::Borrowed(before), before: None, known: true }
    }

    /// What `operation` finds; `None`, from when on one did not fit: what comes after cannot be told against a state that
    /// is not known.
    fn before(&mut self, operation: &'a Operation) -> Option<&Schema> {
        if let Some(last) = self.before.replace(operation).filter(|_| self.known) {
            self.known = last.apply(self.state.to_mut()).is_ok();
        }
        self.known.then_some(&*self.state)
    }
}

/// Operations: their keys in a file, what they are in words, and whether they lose data.
pub(super) fn operations(operations: &[Operation], before: &Schema) -> Vec<Value> {
    let mut course = Course::new(before);
    operations
        .iter()
        .map(|operation| {
            let state = course.before(operation);
            let description = operation.describe(state).to_string();
            let destructive = state.is_some_and(|before| operation.loss(before).is_some());
            row(operation, &description, destructive)
        })
        .collect()
}

/// Operations in words, a line each.
pub(super) fn lines(operations: &[Operation], before: &Schema) -> Vec<String> {
    let mut course = Course::new(before);
    operations.iter().map(|operation| operation.describe(course.before(operation)).to_string()).collect()
}

/// What operations would lose, in their order.
pub(super) fn losses(operations: &[Operation], before: &Schema) -> Vec<Loss> {
    let mut course = Course::new(before);
    operations.iter().filter_map(|operation| operation.loss(course.before(operation)?)).collect()
}

fn row(operation: &Operation, description: &str, destructive: bool) -> Value {
    let mut row = operation_to_json(operation);
    if let Value::Object(row) = &mut row {
        row.insert("description".to_owned(), description.into());
        row.insert("destructive".to_owned(), destructive.into());
    }
    row
}
