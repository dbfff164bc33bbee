use limbeck_core::graph::{Graph, Range};
use limbeck_core::history::History;
use limbeck_core::ident::RevisionId;
use serde_json::{Value, json};

use super::graph_facts::line;
use super::rows;
use crate::args::{HistoryArgs, ShowArgs};
use crate::context::{Context, specifier};
use crate::exit::{Exit, Failure};

/// `history`
pub(super) async fn run(context: &Context, args: &HistoryArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let range = match args.range.as_ref().or(args.range_option.as_ref()) {
        Some(text) => Some(text.parse::<Range>()?),
        None => None,
    };
    for database in context.databases(&settings)? {
        let mut history = context.history(database)?;
        let ends: Vec<_> =
            range.iter().flat_map(|range| [&range.lower, &range.upper]).filter_map(Option::as_ref).collect();
        let standing = context.standing_for(database, &mut history, &ends).await?;
        let graph = &standing.graph;
        let ids: Vec<RevisionId> = match &range {
            Some(range) => graph.range(range, &standing.applied)?,
            None => graph.newest_first().cloned().collect(),
        };
        answer(context, &database.settings.name, &history, graph, &ids);
        for id in &ids {
            for text in if args.long { long(&history, graph, id) } else { vec![short(&history, graph, id)] } {
                context.output.answer(&text);
            }
        }
    }
    Ok(Exit::Done)
}

/// `show`
pub(super) async fn show(context: &Context, args: &ShowArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let wanted = specifier(&args.revision)?;
    for database in context.databases(&settings)? {
        let mut history = context.history(database)?;
        let standing = context.standing_for(database, &mut history, &[&wanted]).await?;
        let graph = &standing.graph;
        let found = graph.resolve(&wanted, &standing.applied)?.revisions(graph);
        let mut ids = graph.in_order(&found);
        ids.reverse();
        // Revisions whose files are gone are in no order, and are shown all the same.
        ids.extend(found.into_iter().filter(|id| !graph.contains(id)));
        answer(context, &database.settings.name, &history, graph, &ids);
        for id in &ids {
            for text in long(&history, graph, id) {
                context.output.answer(&text);
            }
            if let Some(revision) = history.get(id) {
                for operation in &revision.upgrade {
                    context.output.answer(&format!("    {}", operation.describe(None)));
                }
            }
        }
    }
    Ok(Exit::Done)
}

fn answer(context: &Context, name: &str, history: &History, graph: &Graph, ids: &[RevisionId]) {
    if context.output.json {
        let revisions: Vec<Value> = ids
            .iter()
            .filter_map(|id| history.get(id))
            .map(|revision| Value::Object(rows::revision(revision, graph)))
            .collect();
        context.output.object(&json!({ "database": name, "revisions": revisions }));
    }
}

/// As Alembic shows it: `parents -> id (labels) (head), message`.
fn short(history: &History, graph: &Graph, id: &RevisionId) -> String {
    let parents = graph.parents(id);
    let from = match parents.as_slice() {
        [] => "<base>".to_owned(),
        parents => parents.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    format!("{from} -> {}", line(history, graph, id, &marks(graph, id)))
}

fn marks(graph: &Graph, id: &RevisionId) -> String {
    let mut marks = String::new();
    let children = graph.children(id);
    if children.is_empty() {
        marks.push_str(" (head)");
    }
    if children.len() > 1 {
        marks.push_str(" (branch point)");
    }
    if graph.parents(id).len() > 1 {
        marks.push_str(" (merge point)");
    }
    marks
}

/// A revision with everything that its header says.
pub(super) fn long(history: &History, graph: &Graph, id: &RevisionId) -> Vec<String> {
    let mut lines = vec![format!("revision {id}{}", marks(graph, id))];
    let Some(revision) = history.get(id) else {
        lines.push("  its file is gone".to_owned());
        return lines;
    };
    let list = |items: Vec<String>| items.join(", ");
    let parents = list(revision.parents.iter().map(ToString::to_string).collect());
    lines.push(format!("  parents:    {}", if parents.is_empty() { "<base>" } else { &parents }));
    if !revision.depends_on.is_empty() {
        lines.push(format!("  depends on: {}", revision.depends_on.join(", ")));
    }
    if !revision.labels.is_empty() {
        lines.push(format!(
            "  labels:     {}",
            list(revision.labels.iter().map(ToString::to_string).collect())
        ));
    }
    if let Some(created) = revision.created {
        lines.push(format!("  created:    {created}"));
    }
    lines.push(format!("  file:       {}", revision.source.file));
    for text in revision.message.lines() {
        lines.push(format!("  {text}"));
    }
    lines
}
