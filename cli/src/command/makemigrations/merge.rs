//! `--merge`: the heads are joined, after a look at what their branches do.

use std::collections::BTreeSet;

use limbeck_core::diag::{Diagnostic, list};
use limbeck_core::diff::{DiffOptions, Hints, Neutral, diff};
use limbeck_core::execution::{ReplayError, State};
use limbeck_core::graph::{Applied, Reach};
use limbeck_core::ident::RevisionId;
use limbeck_core::plan::Direction;
use limbeck_core::schema::{Naming, Schema};
use serde_json::json;

use super::One;
use crate::command::new_revision::resolve_all;
use crate::exit::{Exit, Failure};
use crate::prompt;

/// What one head has that the others do not.
struct Branch {
    head: RevisionId,
    /// In the order in which they are applied.
    revisions: Vec<RevisionId>,
}

impl One<'_> {
    /// Shows what each branch does and writes a revision that joins them.
    pub(super) fn merge(&self) -> Result<Exit, Failure> {
        let graph = &self.standing.graph;
        let output = self.context.output;
        let heads: Vec<RevisionId> = if self.args.head.is_empty() {
            graph.heads().into_iter().cloned().collect()
        } else {
            resolve_all(graph, &self.args.head)?
        };
        let inner: Vec<&RevisionId> = heads.iter().filter(|head| !graph.children(head).is_empty()).collect();
        if !inner.is_empty() && !self.args.splice {
            return Err(Failure::new(
                Diagnostic::new("not-a-head", format!("{} is not a head", list(inner)))
                    .with_help("see `limbeck heads`; to merge it all the same: `--splice`"),
            ));
        }
        if heads.len() < 2 {
            output.object(&json!({
                "database": self.name(), "revision": null, "file": null, "operations": [],
            }));
            output.say("no conflicts: there is one head at most");
            return Ok(Exit::Done);
        }
        let (common, branches) = self.branches(&heads);
        for branch in &branches {
            output.say(&format!("Branch {}", branch.head));
            for id in &branch.revisions {
                let Some(revision) = self.history.get(id) else { continue };
                output.say(format!("  {id}  {}", revision.message).trim_end());
                for operation in &revision.upgrade {
                    output.say(&format!("    {}", operation.describe(None)));
                }
            }
        }
        let conflict = self.conflict(&common, &branches)?;
        if let Some(conflict) = &conflict {
            output.warn(
                &Diagnostic::new("branches-conflict", conflict.clone())
                    .with_help("look at what they change both; a merge puts them into one order for all databases that have neither yet"),
            );
        }
        if self.args.check {
            output.object(&json!({
                "database": self.name(), "revision": null, "file": null, "operations": [],
            }));
            return Ok(Exit::Found);
        }
        if !self.args.dry_run && !self.context.global.yes {
            if output.interactive {
                if !prompt::confirm("Merge these branches?")? {
                    return Err(Failure::new(Diagnostic::new("declined", "nothing was written")));
                }
            } else if let Some(conflict) = conflict {
                return Err(Failure::new(
                    Diagnostic::new("branches-conflict", conflict)
                        .with_help("to merge them all the same: `-y`"),
                ));
            }
        }
        let message = self.message().map_or_else(|| format!("merge {}", list(&heads)), str::to_owned);
        let revision = self.assemble(heads, message)?;
        self.finish(&revision, &[], &Schema::new())
    }

    /// What all heads have in common, and what each has for itself.
    fn branches(&self, heads: &[RevisionId]) -> (Applied, Vec<Branch>) {
        let graph = &self.standing.graph;
        let all: Vec<Applied> =
            heads.iter().map(|head| graph.ancestors(&BTreeSet::from([head.clone()]), Reach::Needs)).collect();
        let mut common = all.first().cloned().unwrap_or_default();
        common.retain(|id| all.iter().all(|one| one.contains(id)));
        let branches = heads
            .iter()
            .zip(&all)
            .map(|(head, reach)| Branch {
                head: head.clone(),
                revisions: graph.in_order(reach.difference(&common)),
            })
            .collect();
        (common, branches)
    }

    /// What is wrong if the branches cannot be applied in either order with the same outcome.
    fn conflict(&self, common: &Applied, branches: &[Branch]) -> Result<Option<String>, Failure> {
        let mut start = State::default();
        for id in self.standing.graph.order().filter(|id| common.contains(*id)) {
            self.apply(&mut start, id).map_err(|error| *error)?;
        }
        let forward: Vec<&Branch> = branches.iter().collect();
        let backward: Vec<&Branch> = branches.iter().rev().collect();
        let mut outcomes = Vec::new();
        for order in [forward, backward] {
            let mut state = start.clone();
            let mut done = BTreeSet::new();
            for id in order.iter().flat_map(|branch| &branch.revisions).filter(|id| done.insert(*id)) {
                if let Err(error) = self.apply(&mut state, id) {
                    return Ok(Some(format!("the branches do not go together: {error}")));
                }
            }
            outcomes.push(state);
        }
        // In which order columns were added is no difference that anybody minds.
        let (hints, naming) = (Hints::default(), Naming::default());
        let options = DiffOptions::unasked(&hints, &naming, &Neutral);
        let same =
            outcomes.windows(2).all(|pair| diff(&pair[0].schema, &pair[1].schema, &options).is_empty());
        Ok((!same).then(|| "the branches leave another schema in another order".to_owned()))
    }

    fn apply(&self, state: &mut State, id: &RevisionId) -> Result<(), Box<ReplayError>> {
        match self.history.get(id) {
            Some(revision) => state.apply(revision, Direction::Upgrade, &revision.upgrade),
            None => Ok(()),
        }
    }
}
