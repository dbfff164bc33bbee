use limbeck_core::execution::Status;
use limbeck_core::graph::Specifier;
use limbeck_core::history::History;
use serde_json::json;

use super::graph_facts::line;
use super::resolve::standing;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::settings::DatabaseConfig;
use crate::several::{conclude, read_all};

/// `current`
pub(super) async fn run(context: &Context, check_heads: bool) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let databases = context.databases(&settings)?;
    let several = databases.len() > 1;
    let read = read_all(context, &databases).await;
    let mut answers = Vec::new();
    for (database, read) in read {
        let shown =
            read.map(|read| read.and_then(|read| show(context, database, &read, check_heads, several)));
        answers.push((database, shown));
    }
    conclude(answers)
}

fn show(
    context: &Context,
    database: &DatabaseConfig,
    (history, status): &(History, Status),
    check_heads: bool,
    several: bool,
) -> Result<Exit, Failure> {
    let graph = &status.standing.graph;
    let current = graph.current(&status.standing.applied);
    let mut answer = json!({ "database": database.settings.name, "heads": current });
    if let Some(row) = &status.in_flight {
        answer["in_flight"] = row.revision.as_str().into();
        context.output.warn(&standing(row));
    }
    context.output.object(&answer);
    if several {
        context.output.answer(&format!("{}:", database.settings.name));
    }
    let heads = graph.heads();
    for id in &current {
        let remark = if status.gone.contains(id) {
            " (file gone)"
        } else if heads.contains(&id) {
            " (head)"
        } else {
            ""
        };
        context.output.answer(&line(history, graph, id, remark));
    }
    if current.is_empty() {
        context.output.say("nothing is applied");
    }
    let wanted = graph.resolve(&Specifier::heads(), &status.standing.applied)?.revisions(graph);
    if check_heads && wanted.iter().any(|head| !status.standing.applied.contains(head)) {
        context.output.say("not at the heads: `limbeck migrate` applies what is missing");
        return Ok(Exit::Found);
    }
    Ok(Exit::Done)
}
