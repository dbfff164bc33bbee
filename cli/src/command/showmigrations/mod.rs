mod overview;

use limbeck_core::execution::Status;
use limbeck_core::graph::draw;
use limbeck_core::history::History;
use limbeck_core::ident::RevisionId;
use limbeck_core::plan::inconsistencies;
use serde_json::{Value, json};

use super::graph_facts::line;
use super::history::long;
use super::resolve::standing;
use super::rows;
use crate::args::ShowmigrationsArgs;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::settings::DatabaseConfig;
use crate::several::{conclude, read_all};

/// `showmigrations`
pub(super) async fn run(context: &Context, args: &ShowmigrationsArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let databases = context.databases(&settings)?;
    let several = databases.len() > 1;
    let read = read_all(context, &databases).await;
    if several && !context.output.json && !(args.graph || args.long || args.plan) {
        return overview::show(context, read);
    }
    let mut answers = Vec::new();
    for (database, read) in read {
        let shown = read.map(|read| read.map(|read| one(context, args, database, several, &read)));
        answers.push((database, shown));
    }
    conclude(answers)
}

fn one(
    context: &Context,
    args: &ShowmigrationsArgs,
    database: &DatabaseConfig,
    several: bool,
    (history, status): &(History, Status),
) -> Exit {
    let ids = shown(status);
    if let Some(row) = &status.in_flight {
        context.output.warn(&standing(row));
    }
    if context.output.json {
        let revisions: Vec<Value> =
            ids.iter().map(|id| Value::Object(rows::with_status(id, history, status))).collect();
        context.output.object(&json!({ "database": database.settings.name, "revisions": revisions }));
        return Exit::Done;
    }
    if several {
        context.output.answer(&format!("{}:", database.settings.name));
    }
    if ids.is_empty() {
        context.output.say("no revisions: `limbeck makemigrations` makes the first");
    }
    if args.graph {
        drawing(context, history, status);
    } else {
        list(context, args, history, status, &ids);
    }
    contradictions(context, status);
    Exit::Done
}

/// The revisions in order, and behind them what is applied and has no file.
fn shown(status: &Status) -> Vec<RevisionId> {
    let graph = &status.standing.graph;
    graph.order().chain(graph.missing(&status.standing.applied)).cloned().collect()
}

fn contradictions(context: &Context, status: &Status) {
    use limbeck_core::diag::Diagnose;
    for contradiction in inconsistencies(&status.standing.graph, &status.standing.applied) {
        context.output.warn(&contradiction.diagnostic());
    }
}

fn mark(status: &Status, id: &RevisionId) -> char {
    if status.in_flight.as_ref().is_some_and(|row| row.revision == *id) {
        '?'
    } else if status.standing.applied.contains(id) {
        'X'
    } else {
        ' '
    }
}

fn remark(status: &Status, id: &RevisionId) -> &'static str {
    let graph = &status.standing.graph;
    if status.in_flight.as_ref().is_some_and(|row| row.revision == *id) {
        " (in flight)"
    } else if status.gone.contains(id) {
        " (file gone)"
    } else if graph.contains(id) && graph.children(id).is_empty() {
        " (head)"
    } else {
        ""
    }
}

fn list(
    context: &Context,
    args: &ShowmigrationsArgs,
    history: &History,
    status: &Status,
    ids: &[RevisionId],
) {
    let graph = &status.standing.graph;
    for id in ids {
        let text = line(history, graph, id, remark(status, id));
        context.output.answer(&format!(" [{}] {text}", mark(status, id)));
        if args.long {
            for text in long(history, graph, id).into_iter().skip(1) {
                context.output.answer(&format!("     {text}"));
            }
            if let Some(row) = status.applied.get(id) {
                let at = row.applied_at.map(|at| at.to_string()).unwrap_or_default();
                context.output.answer(&format!(
                    "       applied:    {at} by {} (limbeck {})",
                    row.applied_by, row.limbeck_version
                ));
            }
        }
        if args.plan
            && let Some(revision) = history.get(id)
        {
            for operation in &revision.upgrade {
                context.output.answer(&format!("       {}", operation.describe(None)));
            }
        }
    }
}

fn drawing(context: &Context, history: &History, status: &Status) {
    let graph = &status.standing.graph;
    let sign = |id: &RevisionId| if status.standing.applied.contains(id) { '*' } else { 'o' };
    for row in draw(graph, sign) {
        match &row.revision {
            Some(id) => {
                let text = line(history, graph, id, remark(status, id));
                context.output.answer(&format!("{}  [{}] {text}", row.lanes, mark(status, id)));
            }
            None => context.output.answer(row.lanes.trim_end()),
        }
    }
}
