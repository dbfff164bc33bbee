use std::collections::BTreeSet;

use super::edges::{Edges, Index};
use super::{Applied, Graph};
use crate::ident::RevisionId;

/// Which edges a walk follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Parents only: what makes a branch.
    Parents,
    /// Parents and dependencies: what must be applied first.
    Needs,
}

/// A set of revisions of one graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marks(Vec<bool>);

impl Marks {
    pub(crate) fn none(graph: &Graph) -> Self {
        Self(vec![false; graph.len()])
    }

    pub(crate) fn has(&self, index: Index) -> bool {
        self.0[index as usize]
    }

    /// Whether it was not there yet.
    pub(crate) fn add(&mut self, index: Index) -> bool {
        !std::mem::replace(&mut self.0[index as usize], true)
    }

    pub(crate) fn remove(&mut self, index: Index) {
        self.0[index as usize] = false;
    }

    pub(crate) fn add_all(&mut self, other: &Self) {
        std::iter::zip(&mut self.0, &other.0).for_each(|(mine, theirs)| *mine |= theirs);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Index> {
        self.0.iter().enumerate().filter(|(_, marked)| **marked).map(|(at, _)| at as Index)
    }
}

impl Graph {
    /// These revisions and all that they stand on. Ids that are not in the graph are left out.
    pub fn ancestors(&self, of: &BTreeSet<RevisionId>, reach: Reach) -> BTreeSet<RevisionId> {
        self.set(&self.up_from(self.marks(of).iter(), reach))
    }

    /// These revisions and all that stand on them. Ids that are not in the graph are left out.
    pub fn descendants(&self, of: &BTreeSet<RevisionId>, reach: Reach) -> BTreeSet<RevisionId> {
        self.set(&self.down_from(self.marks(of).iter(), reach))
    }

    /// The revision with its ancestors and descendants by parents; empty if it is not in the graph.
    pub fn lineage(&self, of: &RevisionId) -> BTreeSet<RevisionId> {
        self.find(of.as_str()).map(|index| self.set(&self.lineage_of(index))).unwrap_or_default()
    }

    /// The applied revisions with no applied child, in the order of their ids. A revision whose file is gone is among
    /// them, since nobody knows its children.
    pub fn current(&self, applied: &Applied) -> Vec<RevisionId> {
        let marks = self.marks(applied);
        let is_tip = |id: &&RevisionId| self.find(id.as_str()).is_none_or(|index| self.is_tip(index, &marks));
        applied.iter().filter(is_tip).cloned().collect()
    }

    /// The applied revisions whose files are gone, in the order of their ids.
    pub fn missing<'a>(&self, applied: &'a Applied) -> Vec<&'a RevisionId> {
        applied.iter().filter(|id| !self.contains(id)).collect()
    }

    /// Sorts `revisions` so that each comes after what it needs; what is not in the graph comes last, by id.
    pub fn in_order<'a>(&self, revisions: impl IntoIterator<Item = &'a RevisionId>) -> Vec<RevisionId> {
        let mut sorted: Vec<RevisionId> = revisions.into_iter().cloned().collect();
        sorted.sort_by_cached_key(|id| {
            let rank = self.find(id.as_str()).map_or(u32::MAX, |index| self.rank[index as usize]);
            (rank, id.clone())
        });
        sorted
    }

    pub(crate) fn marks(&self, ids: &BTreeSet<RevisionId>) -> Marks {
        let mut marks = Marks::none(self);
        for index in ids.iter().filter_map(|id| self.find(id.as_str())) {
            marks.add(index);
        }
        marks
    }

    pub(crate) fn set(&self, marks: &Marks) -> BTreeSet<RevisionId> {
        marks.iter().map(|index| self.id(index).clone()).collect()
    }

    /// What is marked, each after what it needs.
    pub(crate) fn sorted(&self, marks: &Marks) -> Vec<Index> {
        let mut sorted: Vec<Index> = marks.iter().collect();
        sorted.sort_unstable_by_key(|index| self.rank[*index as usize]);
        sorted
    }

    pub(crate) fn up_from(&self, from: impl IntoIterator<Item = Index>, reach: Reach) -> Marks {
        self.spread(from, if reach == Reach::Parents { &self.parents } else { &self.needs })
    }

    pub(crate) fn down_from(&self, from: impl IntoIterator<Item = Index>, reach: Reach) -> Marks {
        self.spread(from, if reach == Reach::Parents { &self.children } else { &self.needed_by })
    }

    pub(crate) fn lineage_of(&self, index: Index) -> Marks {
        let mut marks = self.up_from([index], Reach::Parents);
        marks.add_all(&self.down_from([index], Reach::Parents));
        marks
    }

    /// Whether none of its children is among `marks`.
    pub(crate) fn is_tip(&self, index: Index, marks: &Marks) -> bool {
        !self.children.of(index).iter().any(|child| marks.has(*child))
    }

    fn spread(&self, from: impl IntoIterator<Item = Index>, edges: &Edges) -> Marks {
        let mut marks = Marks::none(self);
        let mut todo: Vec<Index> = from.into_iter().filter(|index| marks.add(*index)).collect();
        while let Some(index) = todo.pop() {
            todo.extend(edges.of(index).iter().copied().filter(|next| marks.add(*next)));
        }
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::super::sketch::{applied, graph, id, set};
    use super::*;

    #[test]
    fn a_lineage_follows_parents_and_a_need_follows_dependencies_too() {
        let graph = graph("a ; b<a ; c1<b ; c2<b ~y ; d2<c2 ; x ; y<x ; z<y");
        assert_eq!(graph.lineage(&id("c2")), set("a,b,c2,d2"));
        assert_eq!(graph.ancestors(&set("d2"), Reach::Needs), set("a,b,c2,d2,x,y"));
        assert_eq!(graph.ancestors(&set("d2"), Reach::Parents), set("a,b,c2,d2"));
        assert_eq!(graph.descendants(&set("x"), Reach::Needs), set("c2,d2,x,y,z"));
        assert_eq!(graph.descendants(&set("x,gone"), Reach::Parents), set("x,y,z"));
        assert_eq!(graph.lineage(&id("gone")), set(""));
    }

    #[test]
    fn current_is_the_tips_of_what_is_applied_and_whatever_is_unknown() {
        let graph = graph("a ; b<a ; c1<b ; d1<c1 ; c2<b ; x ; y<x ~c1");
        let mut state = applied(&graph, "c1,c2");
        assert_eq!(graph.current(&state), [id("c1"), id("c2")]);
        state.insert(id("bygone"));
        assert_eq!(graph.current(&state), [id("bygone"), id("c1"), id("c2")]);
        assert_eq!(graph.missing(&state), [&id("bygone")]);
        // That y depends on c1 does not make c1 any less current.
        assert_eq!(graph.current(&applied(&graph, "y")), [id("c1"), id("y")]);
    }

    #[test]
    fn sorting_puts_needs_first_and_the_unknown_last() {
        let graph = graph("b ; a<b ; c<a");
        assert_eq!(graph.in_order(&set("a,b,c,aa")), ["b", "a", "c", "aa"].map(id));
    }
}
