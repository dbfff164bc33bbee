//! `squashmigrations`: one revision for several.

mod verify;

use std::collections::BTreeSet;

use limbeck_core::autogenerate::comparison;
use limbeck_core::diag::{Diagnostic, plural};
use limbeck_core::graph::{Applied, Graph, Reach};
use limbeck_core::history::History;
use limbeck_core::ident::RevisionId;
use limbeck_core::operation::Operation;
use limbeck_core::revision::{Downgrade, Format, Revision};
use serde_json::json;

pub(super) use verify::{Change, verify};

use super::new_revision::{Header, assemble, store};
use super::{rows, template};
use crate::args::SquashmigrationsArgs;
use crate::context::{Context, specifier};
use crate::exit::{Exit, Failure};
use crate::fold::{Part, fold};
use crate::settings::Settings;
use crate::source::Sources;

/// `squashmigrations`
pub(super) async fn run(context: &Context, args: &SquashmigrationsArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let (from, to) = (specifier(&args.from)?, specifier(&args.to)?);
    for database in context.databases(&settings)? {
        let mut history = context.history(database)?;
        let standing = context.standing_for(database, &mut history, &[&from, &to]).await?;
        let graph = &standing.graph;
        let first = graph.resolve_one(&from, &standing.applied)?;
        let last = graph.resolve_one(&to, &standing.applied)?;
        let members = members(graph, &first, &last)?;
        let revisions: Vec<&Revision> =
            members.iter().filter_map(|id| history.get(id)).map(|revision| &**revision).collect();
        agree(&revisions)?;

        let mut revision = header(args, &history, graph, &members)?;
        let outside: BTreeSet<RevisionId> = members
            .iter()
            .flat_map(|id| graph.parents(id).into_iter().chain(graph.dependencies(id)))
            .filter(|id| !members.contains(*id))
            .cloned()
            .collect();
        let needed: Applied = graph.ancestors(&outside, Reach::Needs);
        let sources =
            Sources { context, settings: &settings, database, history: &history, standing: &standing };
        let before = sources.revisions(&needed).await?.schema.schema().clone();
        let dialect = context.dialect(Some(&database.settings), None)?;
        let rules = comparison(&*dialect, true);
        let parts: Vec<Part<'_>> = revisions
            .iter()
            .map(|revision| Part { upgrade: &revision.upgrade, downgrade: &revision.downgrade })
            .collect();
        let all: usize = revisions.iter().map(|revision| revision.upgrade.len()).sum();
        let (upgrade, downgrade) = fold(&before, &parts, &rules);
        if args.no_optimize {
            revision.upgrade = revisions.iter().flat_map(|revision| revision.upgrade.clone()).collect();
            revision.downgrade = unfolded(&revisions).unwrap_or(downgrade);
        } else {
            (revision.upgrade, revision.downgrade) = (upgrade, downgrade);
        }
        let change = Change { made: &revision, replaced: &members, last: &last };
        verify(&sources, &change).await?;

        context.go_on()?;
        let output = context.output;
        for line in rows::lines(&revision.upgrade, &before) {
            output.say(&format!("  {line}"));
        }
        let file = if args.dry_run {
            output.answer(template::text(&settings, database, &revision, Format::Toml)?.trim_end());
            None
        } else {
            Some(Settings::shown(&store(context, &settings, database, &revision, Format::Toml)?))
        };
        output.object(&json!({
            "database": database.settings.name,
            "revision": file.as_ref().map(|_| &revision.id),
            "file": file,
            "replaces": revision.replaces,
            "operations": rows::operations(&revision.upgrade, &before),
        }));
        if let Some(file) = file {
            output.say(&format!(
                "wrote {file}: {} of {} became {}",
                plural(all, "operation"),
                plural(members.len(), "revision"),
                revision.upgrade.len()
            ));
            if revision.downgrade == Downgrade::Irreversible {
                output.say("it cannot be undone, since one that it stands for cannot");
            }
            output.say("keep the replaced files until every database has them or the squash applied");
        }
    }
    Ok(Exit::Done)
}

/// The revisions on all ways from `first` to `last`, both included, in order.
fn members(graph: &Graph, first: &RevisionId, last: &RevisionId) -> Result<Vec<RevisionId>, Failure> {
    let above = graph.descendants(&BTreeSet::from([first.clone()]), Reach::Parents);
    let below = graph.ancestors(&BTreeSet::from([last.clone()]), Reach::Parents);
    let members = graph.in_order(above.intersection(&below));
    if members.is_empty() {
        return Err(Failure::new(
            Diagnostic::new("cannot-squash", format!("revision {last} does not build on {first}"))
                .with_revision(last)
                .with_help("name the older one first; see `limbeck history`"),
        ));
    }
    Ok(members)
}

/// Whether the revisions can be one: for the same databases, in the same kind of transaction.
fn agree(revisions: &[&Revision]) -> Result<(), Failure> {
    let Some((first, others)) = revisions.split_first() else { return Ok(()) };
    for other in others {
        let what = if other.databases != first.databases {
            "are for different databases"
        } else if other.transaction != first.transaction {
            "run in different kinds of transactions"
        } else if other.observed != first.observed {
            "are in the words of different servers"
        } else {
            continue;
        };
        return Err(Failure::new(
            Diagnostic::new("cannot-squash", format!("revisions {} and {} {what}", first.id, other.id))
                .with_revision(&other.id)
                .with_location(other.location())
                .with_help("squash what comes before it and what comes behind it by themselves"),
        ));
    }
    Ok(())
}

/// The squash without its operations.
fn header(
    args: &SquashmigrationsArgs,
    history: &History,
    graph: &Graph,
    members: &[RevisionId],
) -> Result<Revision, Failure> {
    let is_member = |id: &RevisionId| members.contains(id);
    let mut parents: Vec<RevisionId> = Vec::new();
    let mut depends_on: Vec<String> = Vec::new();
    let mut labels: Vec<String> = Vec::new();
    for revision in members.iter().filter_map(|id| history.get(id)) {
        for parent in graph.parents(&revision.id) {
            if !is_member(parent) && !parents.contains(parent) {
                parents.push(parent.clone());
            }
        }
        for word in &revision.depends_on {
            let meant = graph.labelled(word).cloned().or_else(|| RevisionId::new(word).ok());
            if !meant.is_some_and(|id| is_member(&id)) && !depends_on.contains(word) {
                depends_on.push(word.clone());
            }
        }
        labels.extend(revision.labels.iter().map(ToString::to_string));
    }
    let message = match (&args.message, members) {
        (Some(message), _) => message.clone(),
        (None, [only]) => format!("squash of {only}"),
        (None, members) => format!("squash of {} to {}", members[0], members[members.len() - 1]),
    };
    // Labels and dependencies stand on what is replaced as well, and the check of the new graph would take them for
    // given twice: the graph is checked with the squash in its place instead.
    let header = Header { labels: &[], depends_on: &[], rev_id: args.rev_id.as_deref() };
    let mut revision = assemble(history, graph, parents, message, &header)?;
    revision.depends_on = depends_on;
    for label in labels {
        revision.labels.push(label.parse().map_err(|_| {
            Failure::new(Diagnostic::new("invalid-name", format!("{label} cannot be a label")))
        })?);
    }
    revision.replaces = members.to_vec();
    if let Some(first) = members.first().and_then(|id| history.get(id)) {
        revision.databases.clone_from(&first.databases);
        revision.transaction = first.transaction;
        revision.observed.clone_from(&first.observed);
    }
    Ok(revision)
}

/// The ways back as they are written, the last first; `None` if one is not.
fn unfolded(revisions: &[&Revision]) -> Option<Downgrade> {
    let mut steps: Vec<Operation> = Vec::new();
    for revision in revisions.iter().rev() {
        match &revision.downgrade {
            Downgrade::Operations(operations) => steps.extend(operations.iter().cloned()),
            Downgrade::Auto | Downgrade::Irreversible => return None,
        }
    }
    Some(Downgrade::Operations(steps))
}
