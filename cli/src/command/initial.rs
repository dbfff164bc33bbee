//! `--fake-initial`: a database that others have made comes under limbeck's care.

use std::collections::BTreeSet;

use limbeck_core::autogenerate::{observe, propose};
use limbeck_core::diag::Diagnostic;
use limbeck_core::diff::{DiffOptions, Hints};
use limbeck_core::execution::Session;
use limbeck_core::graph::Applied;
use limbeck_core::ident::RevisionId;
use limbeck_core::plan::{Direction, Step};
use limbeck_core::schema::Schema;

use super::rows;
use crate::exit::Failure;
use crate::source::{Sourced, Sources};

/// Which of `steps` are first revisions whose tables and all else the database has already, exactly as the revision makes
/// them. One of which it has nothing is run as any other.
///
/// # Errors
/// If the database has a part of what a revision makes, or has it otherwise.
pub(super) async fn there_already(
    sources: &Sources<'_>,
    session: &mut Session,
    steps: &[Step],
) -> Result<BTreeSet<RevisionId>, Failure> {
    let graph = &sources.standing.graph;
    let first = |step: &&Step| {
        step.direction == Direction::Upgrade
            && graph.parents(&step.revision).is_empty()
            && graph.dependencies(&step.revision).is_empty()
    };
    let mut found = BTreeSet::new();
    let first: Vec<&Step> = steps.iter().filter(first).collect();
    if first.is_empty() {
        return Ok(found);
    }
    let driver = session.driver.clone();
    let there = observe(&*driver, &mut *session.connection, &session.settings).await?.schema;
    for step in first {
        let made = sources.revisions(&Applied::from([step.revision.clone()])).await?;
        let pair = sources.alike(made, Sourced::observed(there.clone())).await?;
        let made = &pair.from;
        let there = part(&pair.to, made);
        if there == Schema::new() || *made == Schema::new() {
            continue;
        }
        let rules = pair.rules(&*session.dialect);
        let hints = Hints::default();
        let options = DiffOptions::unasked(&hints, &sources.settings.naming, &rules);
        let differences = propose(made, &there, &options).operations;
        if !differences.is_empty() {
            let problem = Diagnostic::new(
                "initial-differs",
                format!("the database has something else than what revision {} makes", step.revision),
            )
            .with_revision(&step.revision)
            .with_help("change the database or the revision, so that they agree; or record it as it is with `--fake`");
            let lines = rows::lines(&differences, made);
            return Err(Failure::new(lines.into_iter().fold(problem, Diagnostic::with_note)));
        }
        found.insert(step.revision.clone());
    }
    Ok(found)
}

/// Of `there`, what is called as something in `made`.
fn part(there: &Schema, made: &Schema) -> Schema {
    let mut part = there.clone();
    part.tables.retain(|name, _| made.tables.contains_key(name));
    part.enums.retain(|name, _| made.enums.contains_key(name));
    part.sequences.retain(|name, _| made.sequences.contains_key(name));
    part.objects.retain(|key, _| made.objects.contains_key(key));
    part.namespaces.retain(|name, _| made.namespaces.contains_key(name));
    part
}
