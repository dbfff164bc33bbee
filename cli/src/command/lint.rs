use std::collections::BTreeSet;

use limbeck_core::diag::{Diagnostic, plural};
use limbeck_core::driver::{Access, Version};
use limbeck_core::execution::State;
use limbeck_core::graph::{Applied, Reach};
use limbeck_core::history::{History, Standing};
use limbeck_core::ident::RevisionId;
use limbeck_core::plan::Direction;
use limbeck_lint::{Finding, Server, Severity, lint};
use serde_json::{Value, json};

use super::new_revision::resolve_all;
use crate::args::LintArgs;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::settings::DatabaseConfig;

/// `lint`
pub(super) async fn run(context: &Context, args: &LintArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let mut exit = Exit::Done;
    for database in context.databases(&settings)? {
        let mut history = context.history(database)?;
        let (wanted, standing, version) = wanted(context, args, database, &mut history).await?;
        let dialect = context.dialect(Some(&database.settings), args.dialect.as_deref())?;
        let server = Server::new(&*dialect, version);
        let found = look(&history, &standing, &wanted, &database.settings.name, &server)?;
        let rows: Vec<Value> = found.iter().map(|(id, finding)| row(id, finding)).collect();
        let output = context.output;
        output.object(&json!({ "database": database.settings.name, "findings": rows }));
        for (id, finding) in &found {
            let shown = Diagnostic::new(finding.code, format!("[{}] {}", finding.code, finding.message))
                .with_help(finding.help.clone())
                .with_location(finding.location.clone())
                .with_revision(id);
            if !output.json {
                output.find(&shown, finding.severity);
            }
        }
        let bad = found.iter().filter(|(_, finding)| finding.severity > Severity::Note).count();
        let looked = plural(wanted.len(), "revision");
        match (found.len(), bad) {
            (0, _) => output.say(&format!("{looked} looked at, nothing found")),
            (all, bad) => {
                output.say(&format!("{looked} looked at: {bad} to mend, {}", plural(all - bad, "note")));
            }
        }
        if bad > 0 {
            exit = Exit::Found;
        }
    }
    Ok(exit)
}

/// The revisions to look at, in order: those that were named, else those that the database does not have.
async fn wanted(
    context: &Context,
    args: &LintArgs,
    database: &DatabaseConfig,
    history: &mut History,
) -> Result<(Vec<RevisionId>, Standing, Option<Version>), Failure> {
    if !args.revisions.is_empty() {
        let standing = context.graph(history)?;
        let named = resolve_all(&standing.graph, &args.revisions)?;
        let wanted = standing.graph.in_order(&named);
        return Ok((wanted, standing, None));
    }
    let mut session = context.connect(&database.settings, Access::Read).await?;
    let status = context.status_of(&mut session, history).await?;
    let version = args.dialect.is_none().then(|| session.connection.server().version);
    let graph = &status.standing.graph;
    let missing = graph.order().filter(|id| !status.standing.applied.contains(*id)).cloned().collect();
    Ok((missing, status.standing, version))
}

/// What is found in each of the revisions, with the schema that it is applied to.
fn look(
    history: &History,
    standing: &Standing,
    wanted: &[RevisionId],
    database: &str,
    server: &Server<'_>,
) -> Result<Vec<(RevisionId, Finding)>, Failure> {
    let mut found = Vec::new();
    let graph = &standing.graph;
    let needed: Applied = graph.ancestors(&wanted.iter().cloned().collect(), Reach::Needs);
    let chosen: BTreeSet<&RevisionId> = wanted.iter().collect();
    let mut state = State::default();
    for id in graph.order().filter(|id| needed.contains(*id)) {
        let Some(revision) = history.get(id) else { continue };
        let here = revision.databases.is_empty() || revision.databases.iter().any(|name| name == database);
        if !here {
            continue;
        }
        if chosen.contains(id) {
            found.extend(lint(revision, &state.schema, server).into_iter().map(|one| (id.clone(), one)));
        }
        state.apply(revision, Direction::Upgrade, &revision.upgrade).map_err(|error| *error)?;
    }
    Ok(found)
}

fn row(id: &RevisionId, finding: &Finding) -> Value {
    let at = &finding.location;
    json!({
        "code": finding.code,
        "severity": finding.severity.word(),
        "revision": id,
        "operation": finding.operation,
        "message": finding.message,
        "help": finding.help,
        "location": { "file": &*at.file, "line": at.line, "column": at.column },
    })
}
