use super::{Direction, PlanError, Step};
use crate::graph::{Applied, Graph, Index, Offset, Reach, Specifier};

/// What has to be applied to reach the targets: each with all that it needs, as far as it is not applied, parents and
/// dependencies first. Nothing for a target that is applied already, or for the base.
///
/// # Errors
/// If a target cannot be resolved or counts backwards from where the database is (`-1`).
pub fn upgrade(graph: &Graph, applied: &Applied, targets: &[Specifier]) -> Result<Vec<Step>, PlanError> {
    let mut wanted: Vec<Index> = Vec::new();
    for target in targets {
        if let Some(Offset::Down(_)) = target.steps_from_here() {
            return Err(PlanError::NotForward { specifier: target.to_string() });
        }
        let revisions = graph.resolve(target, applied)?.revisions(graph);
        wanted.extend(graph.marks(&revisions.into_iter().collect()).iter());
    }
    let done = graph.marks(applied);
    let needed = graph.up_from(wanted, Reach::Needs);
    let missing = graph.sorted(&needed).into_iter().filter(|index| !done.has(*index));
    Ok(missing
        .map(|index| Step { revision: graph.id(index).clone(), direction: Direction::Upgrade })
        .collect())
}

/// What a script that begins at `from` may assume to be applied: the revisions meant and all that they need. Without
/// `from`, nothing.
///
/// # Errors
/// If it cannot be resolved; no database is asked, so it is never relative to one.
pub fn assumed(graph: &Graph, from: Option<&Specifier>) -> Result<Applied, PlanError> {
    let Some(from) = from else { return Ok(Applied::new()) };
    let revisions = graph.resolve(from, &Applied::new())?.revisions(graph);
    Ok(graph.ancestors(&revisions.into_iter().collect(), Reach::Needs))
}

/// What a script from one place to another contains: all that `to` needs and `from` does not. Steps counted in `to`
/// (`+2`) begin at `from`.
///
/// For a script that goes back: [`downgrade`](super::downgrade) from what is [`assumed`].
///
/// # Errors
/// If one of them cannot be resolved.
pub fn range(graph: &Graph, from: Option<&Specifier>, to: &Specifier) -> Result<Vec<Step>, PlanError> {
    upgrade(graph, &assumed(graph, from)?, std::slice::from_ref(to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::sketch;

    const LINE: &str = "a ; b<a ; c<b ; d<c ; e<d";
    const FORK: &str = "a ; b<a ; c1<b #one ; d1<c1 ; c2<b #two ; d2<c2";
    const NEEDS: &str = "a1 #lib ; b1<a1 ; c1<b1 ; a2 ; b2<a2 ; c2<b2 ~c1 ; d1<c1";

    fn plan(graph: &str, targets: &str, state: &str) -> Result<String, PlanError> {
        let graph = sketch::graph(graph);
        let targets: Vec<Specifier> = targets.split(' ').map(|target| target.parse().unwrap()).collect();
        let steps = upgrade(&graph, &sketch::applied(&graph, state), &targets)?;
        assert!(steps.iter().all(|step| step.direction == Direction::Upgrade));
        Ok(steps.iter().map(|step| step.revision.to_string()).collect::<Vec<_>>().join(" "))
    }

    fn up(graph: &str, targets: &str, state: &str) -> String {
        plan(graph, targets, state).unwrap_or_else(|error| panic!("{targets}: {error}"))
    }

    #[test]
    fn along_a_line() {
        assert_eq!(up(LINE, "e", "c"), "d e");
        assert_eq!(up(LINE, "c", ""), "a b c");
        assert_eq!(up(LINE, "+2", "a"), "b c");
        assert_eq!(up(LINE, "+1", ""), "a");
        assert_eq!(up(LINE, "base+1", ""), "a");
        assert_eq!(up(LINE, "b+2", "a"), "b c d");
        assert_eq!(up(LINE, "d-2", "a"), "b");
    }

    #[test]
    fn nothing_is_done_for_what_is_applied() {
        assert_eq!(up(LINE, "b", "d"), "");
        assert_eq!(up(LINE, "base", "d"), "");
        assert_eq!(up(LINE, "heads", "e"), "");
        assert_eq!(up("", "heads", ""), "");
        assert_eq!(up(LINE, "current", "c"), "");
    }

    #[test]
    fn along_branches() {
        assert_eq!(up(FORK, "d1", "b"), "c1 d1");
        assert_eq!(up(FORK, "d1 d2", "a"), "b c1 d1 c2 d2");
        assert_eq!(up(FORK, "two@head-1", "b"), "c2");
        assert_eq!(up(FORK, "two@+1", "c1"), "c2");
        assert_eq!(up(FORK, "two@+1", "c1,c2"), "d2");
        assert_eq!(up(FORK, "heads", ""), "a b c1 d1 c2 d2");
        assert_eq!(up("a ; l<a ; r<a ; m<l,r ; n<m", "n", "l"), "r m n");
        assert_eq!(up("a1 ; b1<a1 ; a2 ; b2<a2", "heads", ""), "a1 b1 a2 b2");
    }

    #[test]
    fn dependencies_are_applied_first() {
        assert_eq!(up(NEEDS, "c2", ""), "a1 b1 c1 a2 b2 c2");
        assert_eq!(up(NEEDS, "c2", "c1"), "a2 b2 c2");
        assert_eq!(up("a1 ; a2<a1 ~a1", "a2", ""), "a1 a2");
    }

    #[test]
    fn what_is_missing_below_an_applied_revision_is_applied() {
        let graph = sketch::graph(LINE);
        let steps = upgrade(&graph, &sketch::set("c,gone"), &[Specifier::heads()]).unwrap();
        let ids: Vec<_> = steps.iter().map(|step| step.revision.as_str()).collect();
        assert_eq!(ids, ["a", "b", "d", "e"]);
    }

    #[test]
    fn an_upgrade_never_goes_back_nor_off_the_graph() {
        assert_eq!(plan(LINE, "-2", "b"), Err(PlanError::NotForward { specifier: "-2".into() }));
        assert_eq!(plan(FORK, "one@-1", "d1"), Err(PlanError::NotForward { specifier: "one@-1".into() }));
        assert!(matches!(plan(LINE, "+5", "b"), Err(PlanError::Resolve(_))));
        assert!(matches!(plan(FORK, "+1", "c1,c2"), Err(PlanError::Resolve(_))));
        assert!(matches!(plan(FORK, "+1", "b"), Err(PlanError::Resolve(_))));
    }

    #[test]
    fn a_script_contains_what_its_end_needs_and_its_beginning_does_not() {
        let between = |graph: &str, from: Option<&str>, to: &str| {
            let from = from.map(|from| from.parse().unwrap());
            let steps = range(&sketch::graph(graph), from.as_ref(), &to.parse().unwrap()).unwrap();
            steps.iter().map(|step| step.revision.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(between(LINE, Some("b"), "d"), "c d");
        assert_eq!(between(LINE, None, "b"), "a b");
        assert_eq!(between(LINE, Some("b"), "+1"), "c");
        assert_eq!(between(NEEDS, Some("b1"), "c2"), "c1 a2 b2 c2");
        assert_eq!(between(NEEDS, Some("c2"), "heads"), "d1");
    }
}
