use std::collections::{BTreeMap, BTreeSet};

use super::Graph;
use super::edges::Index;
use crate::ident::{Label, RevisionId};

impl Graph {
    /// For every revision, the labels of the branches that it belongs to, as they are shown: a label reaches from the
    /// revision that carries it to all of its descendants, and to its ancestors back to, but not including, the
    /// nearest branch or merge point. Revisions without any are left out.
    pub fn labels(&self) -> BTreeMap<&RevisionId, BTreeSet<&Label>> {
        let mut reached: BTreeMap<Index, BTreeSet<&Label>> = BTreeMap::new();
        // Parents come before their children in `order`, so one pass hands everything down.
        for index in &self.order {
            let mut all: BTreeSet<&Label> = self.node(*index).labels.iter().collect();
            for parent in self.parents.of(*index) {
                all.extend(reached.get(parent).into_iter().flatten());
            }
            if !all.is_empty() {
                reached.insert(*index, all);
            }
        }
        for (label, carrier) in &self.labels {
            let mut here = *carrier;
            while let [parent] = self.parents.of(here) {
                if self.children.of(*parent).len() > 1 || self.parents.of(*parent).len() > 1 {
                    break;
                }
                reached.entry(*parent).or_default().insert(label);
                here = *parent;
            }
        }
        reached.into_iter().map(|(index, labels)| (self.id(index), labels)).collect()
    }

    /// For each candidate a name of its branch that leaves the other candidates out: a label if one does, else its id.
    pub(super) fn branch_names(&self, candidates: &[Index]) -> Vec<String> {
        let labels = self.labels();
        let leaves_out_others = |label: &Label, mine: Index| {
            self.labels.get(label).is_some_and(|carrier| {
                let lineage = self.lineage_of(*carrier);
                candidates.iter().all(|other| lineage.has(*other) == (*other == mine))
            })
        };
        let name = |candidate: &Index| {
            let id = self.id(*candidate);
            let mine = labels.get(id).into_iter().flatten();
            mine.take(3)
                .find(|label| leaves_out_others(label, *candidate))
                .map_or_else(|| id.to_string(), ToString::to_string)
        };
        candidates.iter().map(name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sketch;

    fn labels(text: &str) -> String {
        let graph = sketch::graph(text);
        let shown = graph.labels().into_iter().map(|(id, labels)| {
            format!("{id}:{}", labels.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_label_reaches_all_descendants_and_back_to_the_fork() {
        assert_eq!(labels("a ; b<a ; c<b ; d<c #x ; e<d ; f<e ; c2<b"), "c:x d:x e:x f:x");
        assert_eq!(labels("a ; b<a #x ; c<b"), "a:x b:x c:x");
    }

    #[test]
    fn it_stops_before_a_merge_but_goes_down_through_one() {
        assert_eq!(
            labels("a ; l<a #left ; r<a ; m<l,r ; n<m ; o<n #top"),
            "l:left m:left n:left,top o:left,top"
        );
    }

    #[test]
    fn a_branch_is_named_by_its_label_where_that_settles_it() {
        let graph = sketch::graph("a #all ; l<a #left ; l2<l ; r<a ; r2<r");
        let at = |id: &str| graph.find(id).unwrap();
        assert_eq!(graph.branch_names(&[at("l2"), at("r2")]), ["left", "r2"]);
    }
}
