use super::{Direction, PlanError, Step};
use crate::graph::{Applied, Graph, Index, Marks, Offset, Place, Reach, Resolved, Specifier};

/// What has to be undone to come down to the target, which stays itself.
///
/// - `X`: the applied children of X, and whatever applied revision needs one of those; what merely depends on X stays.
/// - `L@X`: only those children of X that are in the lineage of L, and what needs them.
/// - `base`: everything.
/// - `L@base`: what of the lineage of L no applied revision outside it descends from, and what needs that.
/// - `-N`: the last N revisions below the only tip, and what needs them.
///
/// # Errors
/// If the target cannot be resolved, is not applied, or counts forward from where the database is (`+1`).
pub fn downgrade(graph: &Graph, applied: &Applied, target: &Specifier) -> Result<Vec<Step>, PlanError> {
    if let Some(Offset::Up(_)) = target.steps_from_here() {
        return Err(PlanError::NotBack { specifier: target.to_string() });
    }
    let resolved = graph.resolve(target, applied)?;
    if let Place::At(revisions) = &resolved.place
        && let Some(stranger) = revisions.iter().find(|revision| !applied.contains(*revision))
    {
        return Err(PlanError::NotApplied {
            specifier: target.to_string(),
            revision: stranger.clone(),
            current: graph.current(applied),
        });
    }
    let gone = undone(graph, applied, &resolved);
    let down = graph.sorted(&gone).into_iter().rev();
    Ok(down
        .map(|index| Step { revision: graph.id(index).clone(), direction: Direction::Downgrade })
        .collect())
}

/// What a downgrade to this place takes away.
pub(super) fn undone(graph: &Graph, applied: &Applied, target: &Resolved) -> Marks {
    let done = graph.marks(applied);
    let lineage =
        target.within.as_ref().and_then(|id| graph.find(id.as_str())).map(|index| graph.lineage_of(index));
    let inside = |index: Index| lineage.as_ref().is_none_or(|lineage| lineage.has(index));
    let first: Vec<Index> = match &target.place {
        Place::Base => {
            let outside = done.iter().filter(|index| !inside(*index));
            let shared = graph.up_from(outside, Reach::Parents);
            done.iter().filter(|index| inside(*index) && !shared.has(*index)).collect()
        }
        Place::At(revisions) => {
            let at = revisions.iter().filter_map(|id| graph.find(id.as_str()));
            at.flat_map(|index| graph.children_of(index)).copied().filter(|child| inside(*child)).collect()
        }
        Place::Before(revision) => graph.find(revision.as_str()).into_iter().collect(),
    };
    let mut gone = graph.down_from(first.into_iter().filter(|index| done.has(*index)), Reach::Needs);
    graph.indices().filter(|index| !done.has(*index)).for_each(|index| gone.remove(index));
    gone
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::sketch;

    const LINE: &str = "a ; b<a ; c<b ; d<c ; e<d";
    const FORK: &str = "a ; b<a ; c1<b #one ; d1<c1 ; c2<b #two ; d2<c2";
    const MERGED: &str = "a ; b<a ; c1<b ; d1<c1 ; c2<b #two ; d2<c2 ; e<d1,d2 ; f<e";
    const NEEDS: &str = "a1 #lib ; b1<a1 ; c1<b1 ; a2 ; b2<a2 ; c2<b2 ~c1 ; d1<c1";

    fn plan(graph: &str, target: &str, state: &str) -> Result<String, PlanError> {
        let graph = sketch::graph(graph);
        let steps = downgrade(&graph, &sketch::applied(&graph, state), &target.parse().unwrap())?;
        assert!(steps.iter().all(|step| step.direction == Direction::Downgrade));
        Ok(steps.iter().map(|step| step.revision.to_string()).collect::<Vec<_>>().join(" "))
    }

    fn down(graph: &str, target: &str, state: &str) -> String {
        plan(graph, target, state).unwrap_or_else(|error| panic!("{target}: {error}"))
    }

    #[test]
    fn along_a_line() {
        assert_eq!(down(LINE, "c", "e"), "e d");
        assert_eq!(down(LINE, "base", "c"), "c b a");
        assert_eq!(down(LINE, "base", ""), "");
        assert_eq!(down(LINE, "-1", "c"), "c");
        assert_eq!(down(LINE, "-3", "e"), "e d c");
        assert_eq!(down(LINE, "a+2", "d"), "d");
        assert_eq!(down(LINE, "c-2", "d"), "d c b");
        assert_eq!(down(LINE, "-1", "a"), "a");
    }

    #[test]
    fn the_target_stays_and_where_it_is_current_nothing_is_done() {
        assert_eq!(down(LINE, "a", "a"), "");
        assert_eq!(down(LINE, "e", "e"), "");
        assert_eq!(down(FORK, "c2", "d1,c2"), "");
        assert_eq!(down(FORK, "d1", "d1,c2"), "");
        assert_eq!(down(FORK, "current", "d1,c2"), "");
    }

    #[test]
    fn along_branches() {
        assert_eq!(down(FORK, "a", "d1,d2"), "d2 c2 d1 c1 b");
        assert_eq!(down(FORK, "base+2", "d1,d2"), "d2 c2 d1 c1");
        assert_eq!(down(FORK, "two@base+2", "d1,d2"), "d2 c2");
        assert_eq!(down(FORK, "two@base+3", "d1,d2"), "d2");
        assert_eq!(down(FORK, "c2", "d1,d2"), "d2");
        assert_eq!(down(FORK, "one@-1", "d1,d2"), "d1");
        assert_eq!(down(FORK, "d2-1", "c1,d2"), "d2");
        assert_eq!(down(FORK, "one@b", "c1,d2"), "c1");
        assert_eq!(down(FORK, "two@b", "c1,d2"), "d2 c2");
        assert_eq!(down(FORK, "c2@b", "d1,d2"), "d2 c2");
        assert_eq!(down(FORK, "d1@b", "d1,d2"), "d1 c1");
        assert_eq!(down(FORK, "one@head-1", "d1,d2"), "d1");
        assert_eq!(down(MERGED, "b", "f"), "f e d2 c2 d1 c1");
    }

    #[test]
    fn one_step_from_a_merge_undoes_the_merge_alone() {
        assert_eq!(down(MERGED, "-1", "e"), "e");
        assert_eq!(down("a ; b<a ; c<b ; m<a,c", "-1", "m"), "m");
        assert_eq!(down(MERGED, "two@-2", "e"), "e d2");
    }

    #[test]
    fn the_base_of_a_branch_leaves_what_others_descend_from() {
        assert_eq!(down(FORK, "one@base", "d1,d2"), "d1 c1");
        assert_eq!(down(FORK, "one@base", "d1"), "d1 c1 b a");
        assert_eq!(down("a ; b<a ; x ; y<x", "b@base", "b,y"), "b a");
        // Counting below a root goes to the base of its own lineage.
        assert_eq!(down("a ; b<a ; x ; y<x", "b-2", "b,y"), "b a");
    }

    #[test]
    fn what_depends_on_something_undone_goes_too_and_what_depends_on_the_target_stays() {
        assert_eq!(down(NEEDS, "b1", "d1,c2"), "c2 d1 c1");
        assert_eq!(down(NEEDS, "c1", "d1,c2"), "d1");
        assert_eq!(down(NEEDS, "lib@base", "c2"), "c2 c1 b1 a1");
        assert_eq!(down("a1 ; a2<a1 ~a1", "a1", "a2"), "a2");
    }

    #[test]
    fn a_target_must_be_applied() {
        assert_eq!(
            plan(LINE, "d", "b"),
            Err(PlanError::NotApplied {
                specifier: "d".into(),
                revision: sketch::id("d"),
                current: vec![sketch::id("b")]
            })
        );
        let hex = "e6239818bb3a ; 548bbb905360<e6239818bb3a ; b7ea43dc85e4<548bbb905360";
        for (target, state) in [("548", ""), ("b7ea", "548bbb905360")] {
            assert!(matches!(plan(hex, target, state), Err(PlanError::NotApplied { .. })), "{target}");
        }
        insta::assert_snapshot!(plan(LINE, "d", "").unwrap_err(), @"`d` is no target to downgrade to: revision d is not applied; nothing is applied");
    }

    #[test]
    fn a_downgrade_never_goes_forward_nor_off_the_graph() {
        assert_eq!(plan(LINE, "+2", "b"), Err(PlanError::NotBack { specifier: "+2".into() }));
        for (target, state) in [("-5", "b"), ("-1", "")] {
            assert!(matches!(plan(LINE, target, state), Err(PlanError::Resolve(_))), "{target}");
        }
        for state in ["d1,d2", "c2,d1", "c1,d2"] {
            assert!(matches!(plan(FORK, "-1", state), Err(PlanError::Resolve(_))), "{state}");
        }
    }

    #[test]
    fn revisions_whose_files_are_gone_are_in_no_plan() {
        let steps = downgrade(&sketch::graph(LINE), &sketch::set("a,b,gone"), &Specifier::base()).unwrap();
        assert_eq!(steps.iter().map(|step| step.revision.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    }
}
