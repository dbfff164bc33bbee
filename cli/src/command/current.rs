use limbeck_core::graph::Specifier;
use serde_json::json;

use super::graph_facts::line;
use super::resolve::standing;
use crate::context::Context;
use crate::exit::{Exit, Failure};

/// `current`
pub(super) async fn run(context: &Context, check_heads: bool) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let mut exit = Exit::Done;
    for database in context.databases(&settings)? {
        let mut history = context.history(database)?;
        let status = context.status(database, &mut history).await?;
        let graph = &status.standing.graph;
        let current = graph.current(&status.standing.applied);
        let mut answer = json!({ "database": database.settings.name, "heads": current });
        if let Some(row) = &status.in_flight {
            answer["in_flight"] = row.revision.as_str().into();
            context.output.warn(&standing(row));
        }
        context.output.object(&answer);
        let heads = graph.heads();
        for id in &current {
            let remark = if status.gone.contains(id) {
                " (file gone)"
            } else if heads.contains(&id) {
                " (head)"
            } else {
                ""
            };
            context.output.answer(&line(&history, graph, id, remark));
        }
        if current.is_empty() {
            context.output.say("nothing is applied");
        }
        let wanted = graph.resolve(&Specifier::heads(), &status.standing.applied)?.revisions(graph);
        if check_heads && wanted.iter().any(|head| !status.standing.applied.contains(head)) {
            context.output.say("not at the heads: `limbeck migrate` applies what is missing");
            exit = Exit::Found;
        }
    }
    Ok(exit)
}
