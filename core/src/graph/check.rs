use std::collections::BTreeMap;

use super::edges::{Edges, Index};
use super::suggest::suggest;
use super::topology::{cycles, order};
use super::{Graph, GraphError, GraphErrors, Node, NodeRef};
use crate::ident::{Label, RevisionId};

/// Looking for a near name costs a pass over all names, so only the first few missing ones get one.
const SUGGESTIONS: usize = 3;

/// Checks the revisions and makes the graph.
pub(super) fn build(mut nodes: Vec<Node>) -> Result<Graph, GraphErrors> {
    nodes.sort_by(|a, b| (&a.id, &a.origin).cmp(&(&b.id, &b.origin)));
    let mut errors = Vec::new();
    duplicate_ids(&nodes, &mut errors);
    nodes.dedup_by(|later, earlier| later.id == earlier.id);
    let labels = label_map(&nodes, &mut errors);
    let (parents, dependencies) = Linker { nodes: &nodes, labels: &labels, suggested: 0 }.link(&mut errors);
    let needs: Vec<Vec<Index>> = std::iter::zip(&parents, &dependencies)
        .map(|(parents, dependencies)| {
            let mut all = [parents.as_slice(), dependencies.as_slice()].concat();
            all.sort_unstable();
            all.dedup();
            all
        })
        .collect();
    let (parents, dependencies, needs) =
        (Edges::new(&parents), Edges::new(&dependencies), Edges::new(&needs));
    let (children, needed_by) = (parents.reversed(), needs.reversed());
    let order = match order(&needs, &needed_by) {
        Some(order) => order,
        None => {
            let refs = |cycle: &[Index]| cycle.iter().map(|at| NodeRef::of(&nodes[*at as usize])).collect();
            for cycle in cycles(&parents, &children) {
                errors.push(GraphError::Cycle { path: refs(&cycle) });
            }
            for cycle in cycles(&needs, &needed_by) {
                if !closed_by(&parents, &cycle) {
                    errors.push(GraphError::DependencyCycle { path: refs(&cycle) });
                }
            }
            Vec::new()
        }
    };
    if !errors.is_empty() {
        return Err(GraphErrors { errors });
    }
    let mut rank = vec![0; nodes.len()];
    for (place, index) in order.iter().enumerate() {
        rank[*index as usize] = place as u32;
    }
    let dependents = dependencies.reversed();
    Ok(Graph { nodes, labels, parents, children, dependencies, dependents, needs, needed_by, order, rank })
}

/// `nodes` are sorted by id.
fn duplicate_ids(nodes: &[Node], errors: &mut Vec<GraphError>) {
    for same in nodes.chunk_by(|a, b| a.id == b.id) {
        if same.len() > 1 {
            let origins = same.iter().map(|node| node.origin.clone()).collect();
            errors.push(GraphError::DuplicateId { id: same[0].id.clone(), origins });
        }
    }
}

fn label_map(nodes: &[Node], errors: &mut Vec<GraphError>) -> BTreeMap<Label, Index> {
    let mut map: BTreeMap<Label, Index> = BTreeMap::new();
    for (index, node) in nodes.iter().enumerate() {
        for label in &node.labels {
            if let Ok(other) = nodes.binary_search_by(|node| node.id.as_str().cmp(label.as_str())) {
                errors.push(GraphError::LabelIsId {
                    label: label.clone(),
                    carrier: NodeRef::of(node),
                    revision: NodeRef::of(&nodes[other]),
                });
            }
            let first = *map.entry(label.clone()).or_insert(index as Index) as usize;
            if first != index {
                errors.push(GraphError::DuplicateLabel {
                    label: label.clone(),
                    first: NodeRef::of(&nodes[first]),
                    second: NodeRef::of(node),
                });
            }
        }
    }
    map
}

/// Whether every step of the cycle is from a parent to its child.
fn closed_by(parents: &Edges, cycle: &[Index]) -> bool {
    let next = cycle.iter().cycle().skip(1);
    cycle.iter().zip(next).all(|(parent, child)| parents.of(*child).contains(parent))
}

/// Turns the names of parents and dependencies into edges.
struct Linker<'a> {
    nodes: &'a [Node],
    labels: &'a BTreeMap<Label, Index>,
    suggested: usize,
}

impl Linker<'_> {
    fn link(mut self, errors: &mut Vec<GraphError>) -> (Vec<Vec<Index>>, Vec<Vec<Index>>) {
        let (mut parents, mut dependencies) = (Vec::new(), Vec::new());
        for (index, node) in self.nodes.iter().enumerate() {
            parents.push(self.parents(index as Index, node, errors));
            dependencies.push(self.dependencies(index as Index, node, errors));
        }
        (parents, dependencies)
    }

    fn parents(&mut self, index: Index, node: &Node, errors: &mut Vec<GraphError>) -> Vec<Index> {
        let mut times: BTreeMap<&RevisionId, usize> = BTreeMap::new();
        let mut found = Vec::with_capacity(node.parents.len());
        for parent in &node.parents {
            let times = times.entry(parent).or_default();
            *times += 1;
            match *times {
                1 => {}
                2 => {
                    errors.push(GraphError::DuplicateParent {
                        node: NodeRef::of(node),
                        parent: parent.clone(),
                    });
                    continue;
                }
                _ => continue,
            }
            match self.id(parent.as_str()) {
                Some(at) if at == index => errors.push(GraphError::SelfLoop { node: NodeRef::of(node) }),
                Some(at) => found.push(at),
                None => errors.push(GraphError::MissingParent {
                    node: NodeRef::of(node),
                    parent: parent.clone(),
                    nearest: self.suggest(parent.as_str(), node, false),
                }),
            }
        }
        found
    }

    fn dependencies(&mut self, index: Index, node: &Node, errors: &mut Vec<GraphError>) -> Vec<Index> {
        let mut found = Vec::with_capacity(node.depends_on.len());
        for dependency in &node.depends_on {
            match self.id(dependency).or_else(|| self.labels.get(dependency.as_str()).copied()) {
                Some(at) if at == index => {
                    errors.push(GraphError::DependencySelfLoop { node: NodeRef::of(node) });
                }
                Some(at) => found.push(at),
                None => errors.push(GraphError::MissingDependency {
                    node: NodeRef::of(node),
                    dependency: dependency.clone(),
                    nearest: self.suggest(dependency, node, true),
                }),
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn id(&self, id: &str) -> Option<Index> {
        self.nodes.binary_search_by(|node| node.id.as_str().cmp(id)).ok().map(|at| at as Index)
    }

    /// What `node` may have meant by `word`; never itself.
    fn suggest(&mut self, word: &str, node: &Node, labels_too: bool) -> Option<String> {
        if self.suggested == SUGGESTIONS {
            return None;
        }
        self.suggested += 1;
        let labels = self.labels.keys().filter(|label| labels_too && !node.labels.contains(label));
        let ids = self.nodes.iter().map(|other| &other.id).filter(|id| **id != node.id);
        suggest(word, ids.map(RevisionId::as_str).chain(labels.map(Label::as_str)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sketch;
    use super::*;
    use crate::diag::Diagnose;

    fn errors(text: &str) -> Vec<GraphError> {
        Graph::new(sketch::nodes(text)).unwrap_err().errors
    }

    fn said(text: &str) -> Vec<String> {
        errors(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_revision_is_not_its_own_parent() {
        for text in ["one<one", "one<one ; two<one", "zero ; one<zero,one ; two<one"] {
            assert_eq!(said(text), ["revision one (one.toml) names itself as its parent"], "{text}");
        }
    }

    #[test]
    fn a_revision_does_not_depend_on_itself_even_by_its_label() {
        for text in ["one ~one", "one #spur ~spur"] {
            assert_eq!(said(text), ["revision one (one.toml) depends on itself"]);
        }
    }

    #[test]
    fn a_cycle_is_shown_in_order_from_parent_to_child() {
        let want = [
            "the revisions one (one.toml) → two (two.toml) → tri (tri.toml) → one (one.toml) go round in a circle",
        ];
        assert_eq!(said("one<tri ; two<one ; tri<two"), want);
        assert_eq!(said("one<tri ; two<one ; tri<two ; other ; next<other ; after<tri"), want);
    }

    #[test]
    fn a_cycle_through_a_dependency_is_another_error() {
        assert_eq!(
            said("one ~tri ; two<one ; tri<two"),
            [
                "the dependencies of one (one.toml) → two (two.toml) → tri (tri.toml) → one (one.toml) go round in a circle"
            ]
        );
        assert!(matches!(
            errors("p<q ; q<p ; x ~y ; y ~x").as_slice(),
            [GraphError::Cycle { .. }, GraphError::DependencyCycle { .. }]
        ));
    }

    #[test]
    fn two_revisions_do_not_share_a_label() {
        assert_eq!(
            said("a ; c<a #spur ; d ; e<d #spur"),
            ["the label spur is carried by both c (c.toml) and e (e.toml)"]
        );
        assert!(Graph::new(sketch::nodes("a #x,x")).is_ok());
    }

    #[test]
    fn a_label_is_no_id() {
        assert_eq!(said("a ; b<a #a"), ["the label a of revision b (b.toml) is the id of a (a.toml)"]);
    }

    #[test]
    fn everything_that_is_wrong_is_reported_with_its_file() {
        let mut nodes =
            sketch::nodes("first ; second<frist,first,first ~thrid ; third<third ; second ; x<y ; y<x");
        nodes[3].origin = "copy_of_second.toml".into();
        let errors = Graph::new(nodes).unwrap_err();
        insta::assert_snapshot!(errors, @"
        3 problems with the revisions:
          the id second is used twice: copy_of_second.toml and second.toml
          revision third (third.toml) names itself as its parent
          the revisions x (x.toml) → y (y.toml) → x (x.toml) go round in a circle
        ");
    }

    #[test]
    fn a_missing_name_gets_the_nearest_one() {
        let errors =
            errors("first ; second<frist,first,first ~thrid ; third<first #spur ; z ~spru,first2000xx");
        let texts: Vec<String> = errors
            .iter()
            .map(|error| {
                let shown = error.diagnostic();
                format!("{}: {} | {}", shown.code, shown.message, shown.help.unwrap_or_default())
            })
            .collect();
        insta::assert_snapshot!(texts.join("\n"), @"
        missing-parent: the parent frist of revision second (second.toml) does not exist | did you mean `first`?
        duplicate-parent: revision second (second.toml) names its parent first more than once | name each parent once
        missing-dependency: revision second (second.toml) depends on thrid, which is no revision's id and no label | did you mean `third`?
        missing-dependency: revision z (z.toml) depends on spru, which is no revision's id and no label | did you mean `spur`?
        missing-dependency: revision z (z.toml) depends on first2000xx, which is no revision's id and no label | `depends_on` takes full ids and labels: correct it or take it out
        ");
    }

    #[test]
    fn a_revision_is_not_offered_to_itself() {
        let errors = errors("rev2<rev1 ; spur9 #spur ~spurr");
        assert!(matches!(
            errors.as_slice(),
            [
                GraphError::MissingParent { nearest: None, .. },
                GraphError::MissingDependency { nearest: None, .. }
            ]
        ));
    }

    #[test]
    fn ten_thousand_missing_parents_take_no_quadratic_time() {
        let nodes: Vec<Node> = (0..20_000)
            .map(|n| Node::new(sketch::id(&format!("r{n:06}")), vec![sketch::id(&format!("gone{n:06}"))]))
            .collect();
        assert_eq!(Graph::new(nodes).unwrap_err().errors.len(), 20_000);
    }
}
