use limbeck_core::graph::Graph;
use limbeck_core::history::History;
use limbeck_core::ident::{Label, RevisionId};
use serde_json::json;

use crate::context::Context;
use crate::exit::{Exit, Failure};

/// `heads`
pub(super) fn heads(context: &Context) -> Result<Exit, Failure> {
    each(context, |name, history, graph| {
        let heads = graph.heads();
        context.output.object(&json!({ "database": name, "heads": heads }));
        for head in heads {
            context.output.answer(&line(history, graph, head, " (head)"));
        }
    })
}

/// `branches`
pub(super) fn branches(context: &Context) -> Result<Exit, Failure> {
    each(context, |name, history, graph| {
        let points = graph.branch_points();
        let rows: Vec<_> = points
            .iter()
            .map(|(revision, children)| json!({ "revision": revision, "children": children }))
            .collect();
        context.output.object(&json!({ "database": name, "branches": rows }));
        for (revision, children) in points {
            context.output.answer(&line(history, graph, revision, " (branch point)"));
            for child in children {
                context.output.answer(&format!("  -> {}", line(history, graph, child, "")));
            }
        }
    })
}

fn each(context: &Context, show: impl Fn(&str, &History, &Graph)) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    for database in context.databases(&settings)? {
        let history = context.history(database)?;
        let standing = context.graph(&history)?;
        show(&database.settings.name, &history, &standing.graph);
    }
    Ok(Exit::Done)
}

/// A revision on one line: id, labels, message, and a remark.
pub(super) fn line(history: &History, graph: &Graph, id: &RevisionId, remark: &str) -> String {
    let labels: Vec<&str> =
        graph.get(id).map(|node| node.labels.iter().map(Label::as_str).collect()).unwrap_or_default();
    let labels = if labels.is_empty() { String::new() } else { format!(" ({})", labels.join(", ")) };
    let message = history.get(id).map_or("", |revision| revision.message.as_str());
    let message = message.lines().next().unwrap_or_default();
    format!("{id}{labels}{remark}  {message}").trim_end().to_owned()
}
