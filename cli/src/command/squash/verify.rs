use std::collections::BTreeSet;

use limbeck_core::autogenerate::{comparison, propose};
use limbeck_core::diag::Diagnostic;
use limbeck_core::diff::{DiffOptions, Hints};
use limbeck_core::execution::State;
use limbeck_core::graph::{Applied, Reach};
use limbeck_core::history::History;
use limbeck_core::ident::RevisionId;
use limbeck_core::plan::Direction;
use limbeck_core::revision::{Downgrade, Revision};

use crate::command::rows;
use crate::context::standing;
use crate::exit::Failure;
use crate::source::Sources;

/// A revision that is to do what others did.
pub(in crate::command) struct Change<'a> {
    /// The new revision.
    pub(in crate::command) made: &'a Revision,
    /// Those that it is put in the place of.
    pub(in crate::command) replaced: &'a [RevisionId],
    /// The last of them.
    pub(in crate::command) last: &'a RevisionId,
}

/// Makes sure that the change leaves the same schema behind: right after it, and at the heads; and that its way back
/// leads to where it began. Nothing is written before.
///
/// # Errors
/// What would differ.
pub(in crate::command) async fn verify(sources: &Sources<'_>, change: &Change<'_>) -> Result<(), Failure> {
    let stays = |revision: &Revision| revision.id != change.made.id;
    let kept = sources.history.iter().filter(|revision| stays(revision)).map(|revision| (**revision).clone());
    let history = History::new(kept.chain([change.made.clone()]).collect());
    let after = standing(&history, &Applied::new())?;
    let changed = Sources { history: &history, standing: &after, ..*sources };
    let up_to = |sources: &Sources<'_>, id: &RevisionId| {
        sources.standing.graph.ancestors(&BTreeSet::from([id.clone()]), Reach::Needs)
    };
    let all = |sources: &Sources<'_>| -> Applied { sources.standing.graph.order().cloned().collect() };
    let pairs = [
        ("right after it", up_to(sources, change.last), up_to(&changed, &change.made.id)),
        ("at the heads", all(sources), all(&changed)),
    ];
    for (place, old, new) in pairs {
        compare(sources, &changed, (&old, &new), place).await?;
    }
    way_back(&changed, change)
}

async fn compare(
    sources: &Sources<'_>,
    changed: &Sources<'_>,
    (old, new): (&Applied, &Applied),
    place: &str,
) -> Result<(), Failure> {
    let (was, is) = (sources.revisions(old).await?, changed.revisions(new).await?);
    let pair = sources.alike(was, is).await?;
    let dialect = sources.context.dialect(Some(&sources.database.settings), None)?;
    let rules = pair.rules(&*dialect);
    let hints = Hints::default();
    let options = DiffOptions::unasked(&hints, &sources.settings.naming, &rules);
    let differences = propose(&pair.from, &pair.to, &options).operations;
    if differences.is_empty() {
        return Ok(());
    }
    let message = format!("the new revision would not leave the schema that the old ones leave, {place}");
    let problem = differs(message);
    Err(Failure::new(rows::lines(&differences, &pair.from).into_iter().fold(problem, Diagnostic::with_note)))
}

/// Whether the written way back leads to where the revision began, as far as that can be told without a database.
fn way_back(changed: &Sources<'_>, change: &Change<'_>) -> Result<(), Failure> {
    let Downgrade::Operations(steps) = &change.made.downgrade else { return Ok(()) };
    let mut needed =
        changed.standing.graph.ancestors(&BTreeSet::from([change.made.id.clone()]), Reach::Needs);
    needed.remove(&change.made.id);
    let mut state = State::default();
    for id in changed.standing.graph.order().filter(|id| needed.contains(*id)) {
        if let Some(revision) = changed.history.get(id) {
            state.apply(revision, Direction::Upgrade, &revision.upgrade).map_err(|error| *error)?;
        }
    }
    let before = state.schema.clone();
    state.apply(change.made, Direction::Upgrade, &change.made.upgrade).map_err(|error| *error)?;
    state.apply(change.made, Direction::Downgrade, steps).map_err(|error| *error)?;
    if state.uncertain.is_some() {
        return Ok(());
    }
    let dialect = changed.context.dialect(Some(&changed.database.settings), None)?;
    // A column that comes back comes last.
    let rules = comparison(&*dialect, false);
    let hints = Hints::default();
    let options = DiffOptions::unasked(&hints, &changed.settings.naming, &rules);
    let differences = propose(&before, &state.schema, &options).operations;
    if differences.is_empty() {
        return Ok(());
    }
    let problem = differs(format!(
        "the way back of revisions {} does not lead to where they began",
        change.replaced.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    ));
    Err(Failure::new(rows::lines(&differences, &before).into_iter().fold(problem, Diagnostic::with_note)))
}

fn differs(message: String) -> Diagnostic {
    Diagnostic::new("squash-differs", message)
        .with_help("nothing was written; correct the revisions, or leave out those that are at fault")
}
