use std::collections::BTreeSet;

use super::PlanError;
use super::downgrade::undone;
use crate::graph::{Applied, Graph, Place, Reach, Resolved, Specifier};
use crate::ident::RevisionId;

/// What a stamp changes in the record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StampPlan {
    /// What is recorded, in the order in which it would be applied.
    pub added: Vec<RevisionId>,
    /// What is taken out of the record, in the order in which it would be undone.
    pub removed: Vec<RevisionId>,
}

/// Makes the record what an upgrade to the target or, where the target is applied already, a downgrade to it would
/// leave. Several targets: all of them are recorded afterwards, with all that they need, whatever the order in which they are
/// given.
///
/// `base` takes revisions out of the record whose files are gone as well; other targets leave them. With `purge` the
/// record counts as empty at first, so that nothing is left but the targets and what they need.
///
/// # Errors
/// If a target cannot be resolved.
pub fn stamp(
    graph: &Graph,
    applied: &Applied,
    targets: &[Specifier],
    purge: bool,
) -> Result<StampPlan, PlanError> {
    let nothing = Applied::new();
    let start = if purge { &nothing } else { applied };
    let mut left = start.clone();
    let mut wanted: BTreeSet<RevisionId> = BTreeSet::new();
    for target in targets {
        let Resolved { within, place } = graph.resolve(target, start)?;
        if let (None, Place::Base) = (&within, &place) {
            left.clear();
        }
        // Those that are applied are come down to, the others are gone up to.
        let (present, new) = match place {
            Place::At(revisions) => {
                let (present, new): (Vec<_>, Vec<_>) =
                    revisions.into_iter().partition(|id| start.contains(id));
                (Place::At(present), new)
            }
            other => (other, Vec::new()),
        };
        if let Place::At(present) = &present {
            let kept = graph.ancestors(&present.iter().cloned().collect(), Reach::Needs);
            wanted.extend(kept.into_iter().filter(|id| start.contains(id)));
            wanted.extend(present.iter().cloned());
        }
        wanted.extend(graph.ancestors(&new.into_iter().collect(), Reach::Needs));
        for gone in graph.set(&undone(graph, start, &Resolved { within, place: present })) {
            left.remove(&gone);
        }
    }
    left.append(&mut wanted);
    let added = graph.in_order(left.difference(applied));
    let mut removed = graph.in_order(applied.difference(&left));
    removed.reverse();
    Ok(StampPlan { added, removed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::sketch;

    const FORK: &str = "a ; b<a ; c1<b #one ; d1<c1 ; c2<b #two ; d2<c2";
    const MERGED: &str = "a ; b<a ; c1<b ; d1<c1 ; c2<b #two ; d2<c2 ; e<d1,d2 ; f<e";
    const NEEDS: &str = "a1 #lib ; b1<a1 ; c1<b1 ; a2 ; b2<a2 ; c2<b2 ~c1 ; d1<c1 ; e1<d1";

    /// What is recorded after the stamp, as its tips.
    fn after(graph: &str, targets: &str, state: &str) -> String {
        let graph = sketch::graph(graph);
        let mut applied = sketch::applied(&graph, state);
        let targets: Vec<Specifier> = targets.split(' ').map(|target| target.parse().unwrap()).collect();
        let plan = stamp(&graph, &applied, &targets, false).unwrap();
        assert!(plan.removed.iter().all(|id| applied.remove(id)));
        assert!(plan.added.iter().all(|id| applied.insert(id.clone())));
        let tips: Vec<String> = graph.current(&applied).iter().map(ToString::to_string).collect();
        assert_eq!(sketch::applied(&graph, &tips.join(",")), applied, "not closed");
        tips.join(" ")
    }

    #[test]
    fn up_or_down() {
        assert_eq!(after("a ; b<a ; c<b", "base", "c"), "");
        assert_eq!(after(FORK, "b", "d1,c2"), "b");
        assert_eq!(after(FORK, "one@base", "d1,c2"), "c2");
        assert_eq!(after(FORK, "two@head", "d1,c2"), "d1 d2");
        assert_eq!(after("a1 ; b1<a1 ; a2 ; b2<a2", "heads", ""), "b1 b2");
        assert_eq!(after("a1 ; b1<a1 ; a2 ; b2<a2", "heads", "b1,b2"), "b1 b2");
        assert_eq!(after(NEEDS, "b1", "e1,c2"), "b1 b2");
        assert_eq!(after(FORK, "-1", "d1"), "c1");
    }

    #[test]
    fn across_a_merge() {
        assert_eq!(after(MERGED, "c2", "e"), "c2 d1");
        assert_eq!(after(MERGED, "a", "e"), "a");
        assert_eq!(after(MERGED, "e", "c2"), "e");
        assert_eq!(after(MERGED, "two@head", "d1,c2"), "f");
        assert_eq!(after(MERGED, "e", "d1,c2"), "e");
        assert_eq!(after(MERGED, "e", "b"), "e");
    }

    #[test]
    fn several_targets_are_all_recorded_in_whatever_order_they_are_given() {
        for targets in ["c1 d2", "d2 c1"] {
            assert_eq!(after(FORK, targets, "d1"), "c1 d2");
        }
        for targets in ["b d1", "d1 b"] {
            assert_eq!(after(FORK, targets, "d1,d2"), "d1");
        }
        assert_eq!(after(FORK, "base d2", "d1"), "d2");
    }

    #[test]
    fn purging_forgets_everything_else_also_what_is_unknown() {
        let graph = sketch::graph(FORK);
        let mut state = sketch::applied(&graph, "d1");
        state.insert(sketch::id("gone"));
        let to_c2 = ["c2".parse().unwrap()];
        let kept = stamp(&graph, &state, &to_c2, false).unwrap();
        assert_eq!((kept.added, kept.removed), (vec![sketch::id("c2")], vec![]));
        let purged = stamp(&graph, &state, &to_c2, true).unwrap();
        assert_eq!(purged.added, [sketch::id("c2")]);
        assert_eq!(purged.removed, ["gone", "d1", "c1"].map(sketch::id));
        let cleared = stamp(&graph, &state, &[Specifier::base()], false).unwrap();
        assert_eq!(cleared.removed, ["gone", "d1", "c1", "b", "a"].map(sketch::id));
    }
}
