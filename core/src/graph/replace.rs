use std::collections::{BTreeMap, BTreeSet};

use super::{Applied, Node, NodeRef};
use crate::diag::{Diagnose, Diagnostic, list};
use crate::ident::RevisionId;

/// The revisions with squashes and what they replace sorted out, for one state of one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacements {
    /// What the graph is to be made of: either a squash or what it replaces, and every edge led to what is left.
    pub nodes: Vec<Node>,
    /// What is applied, told in these nodes: for a squash that is in use its own id and none of those that it
    /// replaces. This is what resolving and planning take; what is written to the record are the ids in `in_use`.
    pub applied: Applied,
    /// Squashes that count as applied because all that they replace is, and that the record does not have yet.
    pub adopted: Vec<RevisionId>,
    /// Each squash in use, with all that it stands for, squashes within it included. Undoing the squash undoes these:
    /// their rows go with its own.
    pub in_use: BTreeMap<RevisionId, BTreeSet<RevisionId>>,
    /// Squashes left out because what they replace is applied in part: the originals are used.
    pub set_aside: Vec<RevisionId>,
}

/// Why squashes cannot be sorted out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplaceError {
    /// A squash that replaces itself, perhaps by way of others.
    #[error("the squash {node} replaces itself")]
    Circle {
        /// The squash.
        node: NodeRef,
    },
    /// Two squashes of one revision, neither of which replaces the other.
    #[error("revision {revision} is replaced by both {first} and {second}")]
    ReplacedTwice {
        /// The revision.
        revision: RevisionId,
        /// One squash.
        first: NodeRef,
        /// The other.
        second: NodeRef,
    },
    /// A part of what a squash replaces is applied, and of the rest there is no file.
    #[error(
        "the squash {node} cannot be used, since {} of what it replaces is applied and the rest is not; \
         and the originals cannot, since {} has no file",
        list(applied),
        list(absent)
    )]
    PartlyApplied {
        /// The squash.
        node: NodeRef,
        /// What is applied of what it replaces.
        applied: Vec<RevisionId>,
        /// What has no file of what it replaces.
        absent: Vec<RevisionId>,
    },
}

impl Diagnose for ReplaceError {
    fn diagnostic(&self) -> Diagnostic {
        let (code, help, revision) = match self {
            Self::Circle { node } => ("squash-cycle", "correct its `replaces`".to_owned(), &node.id),
            Self::ReplacedTwice { revision, .. } => (
                "replaced-twice",
                "delete one of the squashes, or let one replace the other".to_owned(),
                revision,
            ),
            Self::PartlyApplied { node, .. } => (
                "squash-partly-applied",
                format!(
                    "bring the files back and migrate; or, if this database has all of it, `limbeck stamp {}`",
                    node.id
                ),
                &node.id,
            ),
        };
        Diagnostic::new(code, self.to_string()).with_help(help).with_revision(revision)
    }
}

/// Chooses for each squash between it and what it replaces, as Django does: the squash if it is recorded, or all that
/// it replaces is applied (then it counts as applied), or none of that is; the originals if a part of them is applied.
///
/// Edges to what is not used are led to what is used instead. A squash in use takes over the parents and
/// dependencies (from outside) and the labels of what it replaces. Of what it replaces, files need not be there. A
/// squash may replace squashes. Pure: the same nodes and the same state give the same answer.
///
/// # Errors
/// If the squashes contradict each other, or neither the squash nor the originals can be used.
pub fn resolve_replacements(nodes: Vec<Node>, applied: &Applied) -> Result<Replacements, ReplaceError> {
    let squashes: BTreeMap<&RevisionId, &Node> =
        nodes.iter().filter(|node| !node.replaces.is_empty()).map(|node| (&node.id, node)).collect();
    if squashes.is_empty() {
        return Ok(Replacements {
            nodes,
            applied: applied.clone(),
            adopted: Vec::new(),
            in_use: BTreeMap::new(),
            set_aside: Vec::new(),
        });
    }
    let states = states(&squashes, applied)?;
    let top = outermost(&squashes, &states);
    let mut in_use: BTreeMap<RevisionId, BTreeSet<RevisionId>> = BTreeMap::new();
    let mut covered_by: BTreeMap<&RevisionId, &Node> = BTreeMap::new();
    for squash in &top {
        let all = expand(squash, &squashes);
        for revision in &all {
            if let Some(other) = covered_by.insert(revision, squash) {
                return Err(ReplaceError::ReplacedTwice {
                    revision: (*revision).clone(),
                    first: NodeRef::of(other),
                    second: NodeRef::of(squash),
                });
            }
        }
        in_use.insert(squash.id.clone(), all.into_iter().cloned().collect());
    }
    let set_aside: Vec<&Node> = squashes
        .values()
        .copied()
        .filter(|node| !states[&node.id].usable() && !covered_by.contains_key(&node.id))
        .collect();

    let mut state = applied.clone();
    let mut adopted = Vec::new();
    for squash in &top {
        for revision in &in_use[&squash.id] {
            state.remove(revision);
        }
        if states[&squash.id].done && state.insert(squash.id.clone()) {
            adopted.push(squash.id.clone());
        }
    }
    let present: BTreeMap<&RevisionId, &Node> = nodes.iter().map(|node| (&node.id, node)).collect();
    let mut redirect = Redirect::default();
    for (revision, squash) in &covered_by {
        redirect.ids.insert((*revision).clone(), vec![squash.id.clone()]);
    }
    for squash in &set_aside {
        let originals = last_of(squash, &present, applied)?;
        redirect.ids.insert(squash.id.clone(), originals);
    }
    redirect.labels(&nodes);
    let set_aside: Vec<RevisionId> = set_aside.into_iter().map(|node| node.id.clone()).collect();
    let nodes = rewrite(&nodes, &redirect, &in_use);
    Ok(Replacements { nodes, applied: state, adopted, in_use, set_aside })
}

/// How far a squash is applied, itself or by what it replaces.
#[derive(Clone, Copy)]
struct State {
    recorded: bool,
    /// It is recorded, or all that it replaces is applied.
    done: bool,
    /// Something of it is.
    begun: bool,
}

impl State {
    fn usable(self) -> bool {
        self.recorded || self.done || !self.begun
    }
}

/// The states of all squashes, inner ones first, with a stack of our own.
fn states(
    squashes: &BTreeMap<&RevisionId, &Node>,
    applied: &Applied,
) -> Result<BTreeMap<RevisionId, State>, ReplaceError> {
    let mut states: BTreeMap<RevisionId, State> = BTreeMap::new();
    let mut open = BTreeSet::new();
    for start in squashes.values() {
        let mut todo: Vec<(&Node, bool)> = vec![(start, false)];
        while let Some((node, inner_done)) = todo.pop() {
            if states.contains_key(&node.id) {
                continue;
            }
            if !inner_done {
                if !open.insert(&node.id) {
                    return Err(ReplaceError::Circle { node: NodeRef::of(node) });
                }
                todo.push((node, true));
                for inner in node.replaces.iter().filter_map(|id| squashes.get(id)) {
                    if open.contains(&inner.id) && !states.contains_key(&inner.id) {
                        return Err(ReplaceError::Circle { node: NodeRef::of(inner) });
                    }
                    todo.push((inner, false));
                }
                continue;
            }
            let part = |id: &RevisionId| {
                let inner = states.get(id);
                let here = applied.contains(id);
                (
                    here || inner.is_some_and(|inner| inner.done),
                    here || inner.is_some_and(|inner| inner.begun),
                )
            };
            let parts: Vec<(bool, bool)> = node.replaces.iter().map(part).collect();
            let recorded = applied.contains(&node.id);
            let done = recorded || parts.iter().all(|(done, _)| *done);
            let begun = recorded || parts.iter().any(|(_, begun)| *begun);
            states.insert(node.id.clone(), State { recorded, done, begun });
        }
    }
    Ok(states)
}

/// The usable squashes that no other usable one replaces.
fn outermost<'a>(
    squashes: &BTreeMap<&'a RevisionId, &'a Node>,
    states: &BTreeMap<RevisionId, State>,
) -> Vec<&'a Node> {
    let usable = || squashes.values().copied().filter(|node| states[&node.id].usable());
    // What is replaced by something usable, by way of squashes of any kind.
    let mut inner: BTreeSet<&RevisionId> = BTreeSet::new();
    let mut todo: Vec<&Node> = usable().collect();
    while let Some(node) = todo.pop() {
        for id in &node.replaces {
            if inner.insert(id) {
                todo.extend(squashes.get(id));
            }
        }
    }
    usable().filter(|node| !inner.contains(&node.id)).collect()
}

/// All that a squash replaces, squashes within it and what they replace included.
fn expand<'a>(squash: &'a Node, squashes: &BTreeMap<&'a RevisionId, &'a Node>) -> BTreeSet<&'a RevisionId> {
    let mut all = BTreeSet::new();
    let mut todo = vec![squash];
    while let Some(node) = todo.pop() {
        for id in &node.replaces {
            if all.insert(id) {
                todo.extend(squashes.get(id));
            }
        }
    }
    all
}

/// What stands for a squash that is set aside: those of its originals that are no parent of another.
fn last_of(
    squash: &Node,
    present: &BTreeMap<&RevisionId, &Node>,
    applied: &Applied,
) -> Result<Vec<RevisionId>, ReplaceError> {
    let absent: Vec<RevisionId> =
        squash.replaces.iter().filter(|id| !present.contains_key(id)).cloned().collect();
    if !absent.is_empty() {
        return Err(ReplaceError::PartlyApplied {
            node: NodeRef::of(squash),
            applied: squash.replaces.iter().filter(|id| applied.contains(*id)).cloned().collect(),
            absent,
        });
    }
    let parents: BTreeSet<&RevisionId> =
        squash.replaces.iter().filter_map(|id| present.get(id)).flat_map(|node| &node.parents).collect();
    Ok(squash.replaces.iter().filter(|id| !parents.contains(id)).cloned().collect())
}

/// What an edge to a revision that is not used leads to instead.
#[derive(Default)]
struct Redirect {
    ids: BTreeMap<RevisionId, Vec<RevisionId>>,
    /// Labels of revisions that are not used, and who carries them now.
    moved: BTreeMap<RevisionId, Vec<crate::ident::Label>>,
}

impl Redirect {
    /// Hands the labels of what is not used to the first that stands for it.
    fn labels(&mut self, nodes: &[Node]) {
        for node in nodes.iter().filter(|node| self.ids.contains_key(&node.id)) {
            if let Some(carrier) = self.follow(&node.id).into_iter().next() {
                self.moved.entry(carrier).or_default().extend(node.labels.iter().cloned());
            }
        }
    }

    /// What stands for `id`. A squash set aside may lead to one that is in use or set aside itself; since squashes do
    /// not go in circles, this ends.
    fn follow(&self, id: &RevisionId) -> Vec<RevisionId> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            if !seen.insert(id) {
                continue;
            }
            match self.ids.get(id) {
                Some(others) => todo.extend(others.iter().rev()),
                None => found.push(id.clone()),
            }
        }
        found
    }

    /// Each of `ids` as what stands for it, without `but` and without saying one twice.
    fn parents(&self, ids: &[RevisionId], but: &RevisionId) -> Vec<RevisionId> {
        // Only where something is led elsewhere: what is written twice in the file is for the graph to report.
        if ids.iter().all(|id| !self.ids.contains_key(id)) {
            return ids.to_vec();
        }
        let mut seen = BTreeSet::new();
        ids.iter().flat_map(|id| self.follow(id)).filter(|id| id != but && seen.insert(id.clone())).collect()
    }

    fn dependencies(&self, words: &[String], but: &RevisionId) -> Vec<String> {
        let instead = |word: &String| match self.ids.get_key_value(word.as_str()) {
            Some((id, _)) => {
                self.follow(id).into_iter().filter(|id| id != but).map(|id| id.to_string()).collect()
            }
            None => vec![word.clone()],
        };
        words.iter().flat_map(instead).collect()
    }
}

fn rewrite(
    nodes: &[Node],
    redirect: &Redirect,
    in_use: &BTreeMap<RevisionId, BTreeSet<RevisionId>>,
) -> Vec<Node> {
    let by_id: BTreeMap<&RevisionId, &Node> = nodes.iter().map(|node| (&node.id, node)).collect();
    let kept = nodes.iter().filter(|node| !redirect.ids.contains_key(&node.id));
    kept.map(|node| {
        let mut made = node.clone();
        made.parents = redirect.parents(&node.parents, &node.id);
        made.depends_on = redirect.dependencies(&node.depends_on, &node.id);
        let replaced = in_use.get(&node.id).into_iter().flatten().filter_map(|id| by_id.get(id));
        for original in replaced {
            for parent in redirect.parents(&original.parents, &node.id) {
                if parent != node.id && !made.parents.contains(&parent) {
                    made.parents.push(parent);
                }
            }
            made.depends_on.extend(redirect.dependencies(&original.depends_on, &node.id));
        }
        if let Some(labels) = redirect.moved.get(&node.id) {
            made.labels.extend(labels.iter().cloned());
            let mut seen = BTreeSet::new();
            made.labels.retain(|label| seen.insert(label.clone()));
            // What depended on a label within the squash would now depend on itself.
            made.depends_on.retain(|word| !labels.iter().any(|label| label.as_str() == word));
        }
        made
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::sketch::{id, nodes, set};
    use super::super::{Graph, GraphErrors, sketch};
    use super::*;

    const LINE: &str = "a ; b<a ; c<b #mid ; d<c ; s<a =b,c ; x ~c ; y ~mid";

    fn resolved(text: &str, applied: &str) -> Replacements {
        resolve_replacements(nodes(text), &set(applied)).unwrap()
    }

    fn edges(nodes: &[Node]) -> String {
        let shown = nodes.iter().map(|node| {
            let parents: Vec<String> = node.parents.iter().map(ToString::to_string).collect();
            format!("{}<{}~{}", node.id, parents.join(","), node.depends_on.join(","))
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_squash_is_used_where_nothing_of_it_is_applied() {
        let found = resolved(LINE, "a");
        assert_eq!(edges(&found.nodes), "a<~ d<s~ s<a~ x<~s y<~mid");
        assert_eq!(found.applied, set("a"));
        assert!(found.adopted.is_empty());
        assert_eq!(found.in_use[&id("s")], set("b,c"));
        let graph = Graph::new(found.nodes).unwrap();
        assert_eq!(graph.labelled("mid"), Some(&id("s")));
    }

    #[test]
    fn where_all_of_it_is_applied_it_counts_as_applied() {
        let found = resolved(LINE, "a,b,c,x");
        assert_eq!(found.applied, set("a,s,x"));
        assert_eq!(found.adopted, [id("s")]);
        let recorded = resolved(LINE, "a,s");
        assert_eq!((recorded.applied, recorded.adopted), (set("a,s"), vec![]));
    }

    #[test]
    fn where_a_part_is_applied_the_originals_are_used() {
        let found = resolved("a ; b<a ; c<b ; s<a =b,c #mid ; d<s ; x ~s", "a,b");
        assert_eq!(edges(&found.nodes), "a<~ b<a~ c<b~ d<c~ x<~c");
        assert_eq!(found.applied, set("a,b"));
        assert_eq!(found.set_aside, [id("s")]);
        assert_eq!(Graph::new(found.nodes).unwrap().labelled("mid"), Some(&id("c")));
    }

    #[test]
    fn files_of_the_originals_need_not_be_there() {
        let found = resolved("a ; s<a =b,c ; d<c", "a,b,c");
        assert_eq!(edges(&found.nodes), "a<~ s<a~ d<s~");
        assert_eq!(found.applied, set("a,s"));
        let error = resolve_replacements(nodes("a ; s<a =b,c ; c<b"), &set("a,b")).unwrap_err();
        assert_eq!(
            error,
            ReplaceError::PartlyApplied {
                node: NodeRef { id: id("s"), origin: "s.toml".into() },
                applied: vec![id("b")],
                absent: vec![id("b")]
            }
        );
    }

    #[test]
    fn a_squash_of_squashes() {
        let text = "a ; b<a ; c<b ; d<c ; s<a =b,c ; t<a =s,d ; e<d";
        assert_eq!(edges(&resolved(text, "").nodes), "a<~ t<a~ e<t~");
        let inner_done = resolved(text, "a,b,c");
        assert_eq!(edges(&inner_done.nodes), "a<~ d<s~ s<a~ e<d~");
        assert_eq!((inner_done.applied, inner_done.set_aside), (set("a,s"), vec![id("t")]));
        let part = resolved(text, "a,b");
        assert_eq!(edges(&part.nodes), "a<~ b<a~ c<b~ d<c~ e<d~");
        let done = resolved(text, "a,b,c,d");
        assert_eq!((done.applied, done.adopted), (set("a,t"), vec![id("t")]));
        assert_eq!(done.in_use[&id("t")], set("b,c,d,s"));
    }

    #[test]
    fn a_squash_takes_over_what_its_originals_need_from_outside() {
        let found = resolved("a ; q ; b<a ; c<b ~q,b ; s<a =b,c", "");
        assert_eq!(edges(&found.nodes), "a<~ q<~ s<a~q");
    }

    #[test]
    fn squashes_that_contradict_each_other_are_refused() {
        let error = |text: &str| resolve_replacements(nodes(text), &set("")).unwrap_err().to_string();
        assert_eq!(error("s =s"), "the squash s (s.toml) replaces itself");
        assert_eq!(error("s =t ; t =s"), "the squash s (s.toml) replaces itself");
        assert_eq!(error("a ; s =a ; t =a"), "revision a is replaced by both s (s.toml) and t (t.toml)");
    }

    #[test]
    fn a_gap_in_a_squash_is_a_cycle_that_the_graph_reports() {
        let found = resolved("a ; b<a ; c<b ; s =a,c", "");
        let GraphErrors { errors } = Graph::new(found.nodes).unwrap_err();
        assert!(matches!(errors.as_slice(), [super::super::GraphError::Cycle { .. }]));
    }

    #[test]
    fn without_squashes_nothing_changes() {
        let found = resolved("a ; b<a,a", "a,gone");
        assert_eq!(found.nodes, sketch::nodes("a ; b<a,a"));
        assert_eq!(found.applied, set("a,gone"));
    }
}
