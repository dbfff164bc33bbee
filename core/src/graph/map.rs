use std::collections::BTreeMap;

use super::edges::{Edges, Index};
use super::{GraphErrors, Node, check};
use crate::ident::{Label, RevisionId};

/// The revisions and how they follow each other. Two graphs of the same revisions are alike, whatever order the
/// revisions were given in and whatever their files are called.
#[derive(Debug, Clone)]
pub struct Graph {
    /// In the order of their ids.
    pub(super) nodes: Vec<Node>,
    pub(super) labels: BTreeMap<Label, Index>,
    pub(super) parents: Edges,
    pub(super) children: Edges,
    pub(super) dependencies: Edges,
    pub(super) dependents: Edges,
    /// Parents and dependencies together, each once.
    pub(super) needs: Edges,
    pub(super) needed_by: Edges,
    /// Every revision after what it needs.
    pub(super) order: Vec<Index>,
    /// The place of each revision in `order`.
    pub(super) rank: Vec<u32>,
}

impl Graph {
    /// Puts the revisions together.
    ///
    /// # Errors
    /// Everything that is wrong with them, not only the first thing.
    pub fn new(nodes: Vec<Node>) -> Result<Self, GraphErrors> {
        check::build(nodes)
    }

    /// How many revisions there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Whether there is a revision with exactly this id.
    pub fn contains(&self, id: &RevisionId) -> bool {
        self.find(id.as_str()).is_some()
    }

    /// The revision with exactly this id.
    pub fn get(&self, id: &RevisionId) -> Option<&Node> {
        self.find(id.as_str()).map(|index| self.node(index))
    }

    /// All revisions, in the order of their ids.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &Node> + DoubleEndedIterator {
        self.nodes.iter()
    }

    /// The revision that carries this label itself.
    pub fn labelled(&self, label: &str) -> Option<&RevisionId> {
        self.labels.get(label).map(|index| self.id(*index))
    }

    /// The parents of a revision, as written; none for an id that is not in the graph.
    pub fn parents(&self, id: &RevisionId) -> Vec<&RevisionId> {
        self.neighbours(&self.parents, id)
    }

    /// The revisions that name this one as a parent.
    pub fn children(&self, id: &RevisionId) -> Vec<&RevisionId> {
        self.neighbours(&self.children, id)
    }

    /// What a revision depends on besides its parents, labels looked up.
    pub fn dependencies(&self, id: &RevisionId) -> Vec<&RevisionId> {
        self.neighbours(&self.dependencies, id)
    }

    /// The revisions that depend on this one otherwise than as a child.
    pub fn dependents(&self, id: &RevisionId) -> Vec<&RevisionId> {
        self.neighbours(&self.dependents, id)
    }

    /// The revisions that are no one's parent. A revision that others merely depend on is a head all the same.
    pub fn heads(&self) -> Vec<&RevisionId> {
        self.head_indices().map(|index| self.id(index)).collect()
    }

    /// The revisions without a parent.
    pub fn bases(&self) -> Vec<&RevisionId> {
        self.base_indices().map(|index| self.id(index)).collect()
    }

    /// The revisions with two or more children, and these.
    pub fn branch_points(&self) -> Vec<(&RevisionId, Vec<&RevisionId>)> {
        self.indices()
            .filter(|index| self.children.of(*index).len() > 1)
            .map(|index| (self.id(index), self.ids(self.children.of(index))))
            .collect()
    }

    /// The revisions with two or more parents.
    pub fn merge_points(&self) -> Vec<&RevisionId> {
        self.indices().filter(|index| self.parents.of(*index).len() > 1).map(|index| self.id(index)).collect()
    }

    /// Every revision after its parents and dependencies; a branch is finished before the next is begun where that
    /// can be, and which comes first is decided by the ids.
    pub fn order(&self) -> impl ExactSizeIterator<Item = &RevisionId> + DoubleEndedIterator {
        self.order.iter().map(|index| self.id(*index))
    }

    /// [`order`](Self::order) backwards, as a history is read.
    pub fn newest_first(&self) -> impl ExactSizeIterator<Item = &RevisionId> {
        self.order().rev()
    }

    pub(crate) fn indices(&self) -> std::ops::Range<Index> {
        0..self.nodes.len() as Index
    }

    pub(crate) fn head_indices(&self) -> impl Iterator<Item = Index> {
        self.indices().filter(|index| self.children.of(*index).is_empty())
    }

    pub(crate) fn base_indices(&self) -> impl Iterator<Item = Index> {
        self.indices().filter(|index| self.parents.of(*index).is_empty())
    }

    pub(crate) fn children_of(&self, index: Index) -> &[Index] {
        self.children.of(index)
    }

    pub(crate) fn needs_of(&self, index: Index) -> &[Index] {
        self.needs.of(index)
    }

    pub(crate) fn find(&self, id: &str) -> Option<Index> {
        self.nodes.binary_search_by(|node| node.id.as_str().cmp(id)).ok().map(|at| at as Index)
    }

    pub(crate) fn node(&self, index: Index) -> &Node {
        &self.nodes[index as usize]
    }

    pub(crate) fn id(&self, index: Index) -> &RevisionId {
        &self.node(index).id
    }

    pub(crate) fn ids(&self, indices: &[Index]) -> Vec<&RevisionId> {
        indices.iter().map(|index| self.id(*index)).collect()
    }

    fn neighbours(&self, edges: &Edges, id: &RevisionId) -> Vec<&RevisionId> {
        self.find(id.as_str()).map(|index| self.ids(edges.of(index))).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sketch;

    #[test]
    fn a_head_is_no_ones_parent_even_if_something_depends_on_it() {
        let graph = sketch::graph("base1 ; a1<base1 ; a2<base1 ; b2<a2 ~a3 ; base3 ; a3<base3");
        assert_eq!(graph.heads(), ["a1", "a3", "b2"].map(sketch::id).each_ref());
        assert_eq!(graph.bases(), ["base1", "base3"].map(sketch::id).each_ref());
        assert_eq!(graph.dependents(&sketch::id("a3")), [&sketch::id("b2")]);
        assert_eq!(graph.children(&sketch::id("a3")), [] as [&crate::ident::RevisionId; 0]);
    }

    #[test]
    fn branch_and_merge_points() {
        let graph = sketch::graph("a ; l<a ; r<a ; m<l,r");
        let (a, l, r, m) = (sketch::id("a"), sketch::id("l"), sketch::id("r"), sketch::id("m"));
        assert_eq!(graph.branch_points(), [(&a, vec![&l, &r])]);
        assert_eq!(graph.merge_points(), [&m]);
        assert_eq!(graph.parents(&m), [&l, &r]);
    }

    #[test]
    fn what_is_not_there_has_no_neighbours() {
        let graph = sketch::graph("a");
        assert!(graph.get(&sketch::id("z")).is_none());
        assert!(graph.parents(&sketch::id("z")).is_empty());
    }
}
