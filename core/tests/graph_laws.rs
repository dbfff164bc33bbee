//! Laws of the revision graph and of plans, on random graphs, with petgraph as the judge.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::graph::{Applied, Graph, Node, Range, Reach, Specifier, draw, resolve_replacements};
use limbeck_core::ident::{Label, RevisionId};
use limbeck_core::plan;
use petgraph::algo::is_cyclic_directed;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Dfs, Reversed};
use proptest::prelude::*;
use proptest::sample::Index;

fn id(text: &str) -> RevisionId {
    RevisionId::new(text).unwrap()
}

/// What a random revision is made of: a part of its id, and its parents and dependencies among those before it.
type Seed = (u16, Vec<Index>, Vec<Index>, bool);

fn seeds() -> impl Strategy<Value = Vec<Seed>> {
    let near = || proptest::collection::vec(any::<Index>(), 0..3);
    let some = proptest::collection::vec(any::<Index>(), 0..2);
    let seed =
        (any::<u16>(), near(), prop_oneof![3 => Just(vec![]), 1 => some], proptest::bool::weighted(0.2));
    proptest::collection::vec(seed, 0..24)
}

/// A graph without cycles. Ids are in no relation to what comes after what.
fn nodes_of(seeds: &[Seed]) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    for (number, (hash, parents, dependencies, labelled)) in seeds.iter().enumerate() {
        let pick = |indices: &[Index], from: usize| -> BTreeSet<RevisionId> {
            let pool = &nodes[from..];
            indices.iter().filter(|_| !pool.is_empty()).map(|index| index.get(pool).id.clone()).collect()
        };
        // Parents are near, as they are in life, so that there are long lines as well as forks.
        let parents = pick(parents, number.saturating_sub(4));
        let depends_on: Vec<String> = pick(dependencies, 0).iter().map(ToString::to_string).collect();
        let mut node = Node::new(id(&format!("{hash:04x}r{number}")), parents.into_iter().collect());
        node.depends_on = depends_on;
        if *labelled {
            node.labels.push(Label::new(&format!("label{number}")).unwrap());
        }
        nodes.push(node);
    }
    nodes
}

fn graphs() -> impl Strategy<Value = (Vec<Node>, Graph)> {
    seeds().prop_map(|seeds| {
        let nodes = nodes_of(&seeds);
        let graph = Graph::new(nodes.clone()).unwrap();
        (nodes, graph)
    })
}

/// A graph of at least one revision, and some of them.
fn graphs_and_picks() -> impl Strategy<Value = (Graph, Vec<RevisionId>, Vec<RevisionId>)> {
    let picks = || proptest::collection::vec(any::<Index>(), 0..4);
    (graphs(), picks(), picks()).prop_map(|((nodes, graph), first, second)| {
        let of = |picks: Vec<Index>| {
            picks.iter().filter(|_| !nodes.is_empty()).map(|pick| pick.get(&nodes).id.clone()).collect()
        };
        let (first, second) = (of(first), of(second));
        (graph, first, second)
    })
}

/// The judge: edges lead from a revision to what needs it.
struct Oracle {
    graph: DiGraph<RevisionId, ()>,
    at: BTreeMap<RevisionId, NodeIndex>,
}

impl Oracle {
    fn new(nodes: &[Node], reach: Reach) -> Self {
        let mut graph = DiGraph::new();
        let at: BTreeMap<_, _> =
            nodes.iter().map(|node| (node.id.clone(), graph.add_node(node.id.clone()))).collect();
        for node in nodes {
            for parent in &node.parents {
                graph.add_edge(at[parent], at[&node.id], ());
            }
            for dependency in node.depends_on.iter().filter(|_| reach == Reach::Needs) {
                graph.add_edge(at[&id(dependency)], at[&node.id], ());
            }
        }
        Self { graph, at }
    }

    fn of(graph: &Graph, reach: Reach) -> Self {
        Self::new(&graph.nodes().cloned().collect::<Vec<_>>(), reach)
    }

    fn ancestors<'a>(&self, of: impl IntoIterator<Item = &'a RevisionId>) -> Applied {
        let mut found = Applied::new();
        for start in of {
            let mut walk = Dfs::new(Reversed(&self.graph), self.at[start]);
            while let Some(next) = walk.next(Reversed(&self.graph)) {
                found.insert(self.graph[next].clone());
            }
        }
        found
    }

    fn descendants<'a>(&self, of: impl IntoIterator<Item = &'a RevisionId>) -> Applied {
        let mut found = Applied::new();
        for start in of {
            let mut walk = Dfs::new(&self.graph, self.at[start]);
            while let Some(next) = walk.next(&self.graph) {
                found.insert(self.graph[next].clone());
            }
        }
        found
    }
}

fn specifiers(ids: &[RevisionId]) -> Vec<Specifier> {
    ids.iter().map(Specifier::from).collect()
}

/// Runs the steps; each must be possible when its turn comes.
fn run(graph: &Graph, mut state: Applied, steps: &[plan::Step]) -> Applied {
    let oracle = Oracle::of(graph, Reach::Needs);
    for step in steps {
        match step.direction {
            plan::Direction::Upgrade => {
                let mut needs = oracle.ancestors([&step.revision]);
                needs.remove(&step.revision);
                assert!(needs.is_subset(&state), "{step} comes too early");
                assert!(state.insert(step.revision.clone()), "{step} is applied already");
            }
            plan::Direction::Downgrade => {
                assert!(state.remove(&step.revision), "{step} is not applied");
                assert!(oracle.descendants([&step.revision]).is_disjoint(&state), "{step} comes too early");
            }
        }
    }
    state
}

proptest! {
    #[test]
    fn the_order_puts_every_revision_after_what_it_needs((nodes, graph) in graphs()) {
        let place: BTreeMap<_, _> = graph.order().enumerate().map(|(place, id)| (id, place)).collect();
        prop_assert_eq!(place.len(), nodes.len());
        let oracle = Oracle::new(&nodes, Reach::Needs);
        for edge in oracle.graph.edge_indices() {
            let (needed, by) = oracle.graph.edge_endpoints(edge).unwrap();
            prop_assert!(place[&oracle.graph[needed]] < place[&oracle.graph[by]]);
        }
    }

    #[test]
    fn nothing_depends_on_the_order_of_the_input_nor_on_file_names(
        (nodes, shuffled) in seeds().prop_map(|seeds| nodes_of(&seeds)).prop_flat_map(|nodes| (Just(nodes.clone()), Just(nodes).prop_shuffle()))
    ) {
        let mut shuffled = shuffled;
        for (number, node) in shuffled.iter_mut().enumerate() {
            node.origin = format!("{number}.toml");
        }
        let (one, other) = (Graph::new(nodes).unwrap(), Graph::new(shuffled).unwrap());
        prop_assert!(one.order().eq(other.order()));
        prop_assert_eq!(one.heads(), other.heads());
        prop_assert_eq!(one.labels(), other.labels());
        prop_assert_eq!(draw(&one, |_| '*'), draw(&other, |_| '*'));
    }

    #[test]
    fn ancestors_descendants_and_lineages_are_what_can_be_reached((graph, picks, _) in graphs_and_picks()) {
        let of: Applied = picks.iter().cloned().collect();
        for reach in [Reach::Parents, Reach::Needs] {
            let oracle = Oracle::of(&graph, reach);
            prop_assert_eq!(graph.ancestors(&of, reach), oracle.ancestors(&of));
            prop_assert_eq!(graph.descendants(&of, reach), oracle.descendants(&of));
        }
        let parents = Oracle::of(&graph, Reach::Parents);
        for pick in &picks {
            let lineage: Applied = parents.ancestors([pick]).union(&parents.descendants([pick])).cloned().collect();
            prop_assert_eq!(graph.lineage(pick), lineage);
        }
    }

    #[test]
    fn heads_and_bases_are_the_ends_by_parents((nodes, graph) in graphs()) {
        let oracle = Oracle::new(&nodes, Reach::Parents);
        for (ends, direction) in [(graph.heads(), petgraph::Outgoing), (graph.bases(), petgraph::Incoming)] {
            let want: BTreeSet<_> = oracle.graph.externals(direction).map(|at| &oracle.graph[at]).collect();
            prop_assert_eq!(ends.into_iter().collect::<BTreeSet<_>>(), want);
        }
    }

    #[test]
    fn a_graph_is_refused_exactly_if_it_goes_round(
        seeds in seeds(), extra in proptest::collection::vec((any::<Index>(), any::<Index>(), any::<bool>()), 1..3)
    ) {
        let mut nodes = nodes_of(&seeds);
        prop_assume!(!nodes.is_empty());
        for (from, to, as_parent) in extra {
            let (parent, child) = (from.index(nodes.len()), to.index(nodes.len()));
            let parent = nodes[parent].id.clone();
            let child = &mut nodes[child];
            if !as_parent {
                child.depends_on.push(parent.to_string());
            } else if !child.parents.contains(&parent) {
                child.parents.push(parent);
            }
        }
        prop_assert_eq!(
            Graph::new(nodes.clone()).is_err(),
            is_cyclic_directed(&Oracle::new(&nodes, Reach::Needs).graph)
        );
    }

    #[test]
    fn the_circle_in_an_error_is_a_circle(size in 2..20usize, hash in any::<u16>(), by_dependency in any::<bool>()) {
        let name = |n: usize| id(&format!("{:04x}", hash.wrapping_mul(31).wrapping_add((n as u16).wrapping_mul(7919))));
        let mut nodes: Vec<Node> = (0..size).map(|n| Node::new(name(n), if n == 0 { vec![] } else { vec![name(n - 1)] })).collect();
        if by_dependency {
            nodes[0].depends_on.push(name(size - 1).to_string());
        } else {
            nodes[0].parents.push(name(size - 1));
        }
        let errors = Graph::new(nodes.clone()).unwrap_err().errors;
        prop_assert_eq!(errors.len(), 1);
        use limbeck_core::graph::GraphError::{Cycle, DependencyCycle};
        let path = match &errors[0] {
            Cycle { path } if !by_dependency => path,
            DependencyCycle { path } if by_dependency => path,
            other => return Err(TestCaseError::fail(other.to_string())),
        };
        prop_assert_eq!(path.len(), size);
        for (needed, by) in path.iter().zip(path.iter().cycle().skip(1)) {
            let by = nodes.iter().find(|node| node.id == by.id).unwrap();
            prop_assert!(by.parents.contains(&needed.id) || by.depends_on.iter().any(|word| *word == needed.id.as_str()));
        }
    }

    #[test]
    fn an_upgrade_applies_what_its_targets_need_and_no_more((graph, start, targets) in graphs_and_picks()) {
        let oracle = Oracle::of(&graph, Reach::Needs);
        let state = oracle.ancestors(&start);
        let steps = plan::upgrade(&graph, &state, &specifiers(&targets)).unwrap();
        let after = run(&graph, state.clone(), &steps);
        prop_assert_eq!(&after, &state.union(&oracle.ancestors(&targets)).cloned().collect());
        prop_assert!(plan::inconsistencies(&graph, &after).is_empty());
        prop_assert!(plan::upgrade(&graph, &after, &specifiers(&targets)).unwrap().is_empty());
    }

    #[test]
    fn a_downgrade_takes_the_children_of_its_target_and_what_needs_them((graph, start, _) in graphs_and_picks()) {
        let needs = Oracle::of(&graph, Reach::Needs);
        let state = needs.ancestors(&start);
        for target in &state {
            let steps = plan::downgrade(&graph, &state, &Specifier::from(target)).unwrap();
            let after = run(&graph, state.clone(), &steps);
            let above = needs.descendants(graph.children(target).into_iter().filter(|child| state.contains(*child)));
            prop_assert_eq!(&after, &state.difference(&above).cloned().collect());
            prop_assert!(after.contains(target));
            prop_assert!(plan::inconsistencies(&graph, &after).is_empty());
        }
    }

    #[test]
    fn up_to_the_heads_and_down_to_the_base_is_nothing((nodes, graph) in graphs()) {
        let up = plan::upgrade(&graph, &Applied::new(), &[Specifier::heads()]).unwrap();
        let all = run(&graph, Applied::new(), &up);
        prop_assert_eq!(all.len(), nodes.len());
        let down = plan::downgrade(&graph, &all, &Specifier::base()).unwrap();
        prop_assert!(run(&graph, all, &down).is_empty());
        prop_assert!(up.iter().rev().map(|step| &step.revision).eq(down.iter().map(|step| &step.revision)));
    }

    #[test]
    fn the_base_of_a_branch_leaves_nothing_of_it_but_what_others_stand_on((graph, start, branches) in graphs_and_picks()) {
        let state = Oracle::of(&graph, Reach::Needs).ancestors(&start);
        for branch in &branches {
            let steps = plan::downgrade(&graph, &state, &format!("{branch}@base").parse().unwrap()).unwrap();
            let after = run(&graph, state.clone(), &steps);
            let lineage = graph.lineage(branch);
            let outside: Applied = state.difference(&lineage).cloned().collect();
            let shared = Oracle::of(&graph, Reach::Parents).ancestors(&outside);
            prop_assert!(after.intersection(&lineage).all(|left| shared.contains(left)));
            prop_assert!(plan::inconsistencies(&graph, &after).is_empty());
        }
    }

    #[test]
    fn a_stamp_records_what_an_upgrade_or_a_downgrade_would_leave((graph, start, targets) in graphs_and_picks()) {
        let state = Oracle::of(&graph, Reach::Needs).ancestors(&start);
        for target in specifiers(&targets).into_iter().chain([Specifier::base()]) {
            let stamp = plan::stamp(&graph, &state, std::slice::from_ref(&target), false).unwrap();
            let applied = graph.resolve(&target, &state).unwrap().revisions(&graph).iter().all(|id| state.contains(id));
            let steps = if applied {
                plan::downgrade(&graph, &state, &target)
            } else {
                plan::upgrade(&graph, &state, std::slice::from_ref(&target))
            };
            let want = run(&graph, state.clone(), &steps.unwrap());
            let mut after = state.clone();
            prop_assert!(stamp.removed.iter().all(|id| after.remove(id)));
            prop_assert!(stamp.added.iter().all(|id| after.insert(id.clone())));
            prop_assert_eq!(after, want);
        }
    }

    #[test]
    fn a_stamp_of_several_records_all_of_them_in_any_order((graph, start, targets) in graphs_and_picks(), purge in any::<bool>()) {
        let oracle = Oracle::of(&graph, Reach::Needs);
        let state = oracle.ancestors(&start);
        let mut targets = specifiers(&targets);
        let stamp = plan::stamp(&graph, &state, &targets, purge).unwrap();
        targets.reverse();
        prop_assert_eq!(&stamp, &plan::stamp(&graph, &state, &targets, purge).unwrap());
        let mut after: Applied = state.into_iter().filter(|id| !stamp.removed.contains(id)).collect();
        after.extend(stamp.added);
        prop_assert!(plan::inconsistencies(&graph, &after).is_empty());
        for target in &targets {
            prop_assert!(graph.resolve(target, &after).unwrap().revisions(&graph).iter().all(|id| after.contains(id)));
        }
    }

    #[test]
    fn a_script_in_two_parts_is_the_whole_script((graph, picks, _) in graphs_and_picks()) {
        for middle in &picks {
            let (middle, heads) = (Specifier::from(middle), Specifier::heads());
            let first = plan::range(&graph, None, &middle).unwrap();
            let second = plan::range(&graph, Some(&middle), &heads).unwrap();
            let all = run(&graph, run(&graph, Applied::new(), &first), &second);
            prop_assert_eq!(all.len(), graph.len());
        }
    }

    #[test]
    fn a_history_is_what_lies_between_its_ends((graph, lowers, uppers) in graphs_and_picks()) {
        let (needs, parents) = (Oracle::of(&graph, Reach::Needs), Oracle::of(&graph, Reach::Parents));
        for (lower, upper) in lowers.iter().zip(&uppers) {
            let range: Range = format!("{lower}:{upper}").parse().unwrap();
            let found = graph.range(&range, &Applied::new());
            let below = needs.ancestors([upper]);
            prop_assert_eq!(found.is_ok(), below.contains(lower));
            if let Ok(found) = found {
                let want: Applied = parents.descendants([lower]).intersection(&below).cloned().collect();
                prop_assert_eq!(found.iter().cloned().collect::<Applied>(), want);
                let newest_first: Vec<_> = graph.newest_first().filter(|id| found.contains(id)).cloned().collect();
                prop_assert_eq!(found, newest_first);
            }
        }
    }

    #[test]
    fn the_short_form_of_an_id_means_the_revision((nodes, graph) in graphs(), least in 1..6usize) {
        for node in &nodes {
            let short: Specifier = graph.short(&node.id, least).parse().unwrap();
            prop_assert_eq!(graph.resolve_one(&short, &Applied::new()), Ok(node.id.clone()));
        }
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in "\\PC*") {
        if let Ok(specifier) = text.parse::<Specifier>() {
            prop_assert_eq!(specifier.to_string().parse(), Ok(specifier));
        }
        if let Ok(range) = text.parse::<Range>() {
            prop_assert_eq!(range.to_string().parse(), Ok(range));
        }
    }

    #[test]
    fn what_is_displayed_parses_to_the_same(
        text in "([a-z0-9_.]{1,6}@)?(head|heads|base|current|[A-Za-z0-9_.]{1,8})?([+-][1-9][0-9]{0,5})?"
    ) {
        match text.parse::<Specifier>() {
            Ok(specifier) => {
                prop_assert_eq!(specifier.to_string(), text);
                prop_assert_eq!(specifier.to_string().parse(), Ok(specifier));
            }
            Err(error) => {
                let reserved = ["head@", "heads@", "base@"].iter().any(|word| text.starts_with(word));
                prop_assert!(text.is_empty() || text.ends_with('@') || reserved, "{}", error);
            }
        }
    }

    #[test]
    fn whatever_is_asked_there_is_a_closed_plan_or_an_error(
        (graph, start, picks) in graphs_and_picks(), symbol in "(head|heads|base|current|PICK|)", offset in "([+-][1-4])?", branch in any::<bool>()
    ) {
        let state = Oracle::of(&graph, Reach::Needs).ancestors(&start);
        let name = picks.first().map_or("none", |pick| pick.as_str());
        let branch = if branch { format!("{}@", picks.last().map_or("none", |pick| pick.as_str())) } else { String::new() };
        let Ok(target) = format!("{branch}{}{offset}", symbol.replace("PICK", name)).parse::<Specifier>() else { return Ok(()) };
        let closed = |after: Applied| plan::inconsistencies(&graph, &after).is_empty();
        if let Ok(steps) = plan::upgrade(&graph, &state, std::slice::from_ref(&target)) {
            prop_assert!(closed(run(&graph, state.clone(), &steps)));
        }
        if let Ok(steps) = plan::downgrade(&graph, &state, &target) {
            prop_assert!(closed(run(&graph, state.clone(), &steps)));
        }
        if let Ok(stamp) = plan::stamp(&graph, &state, &[target], false) {
            let mut after: Applied = state.into_iter().filter(|id| !stamp.removed.contains(id)).collect();
            after.extend(stamp.added);
            prop_assert!(closed(after));
        }
    }

    #[test]
    fn a_drawing_has_a_line_for_each_revision_in_order((_, graph) in graphs()) {
        let rows = draw(&graph, |_| '*');
        prop_assert!(rows.iter().filter_map(|row| row.revision.as_ref()).eq(graph.newest_first()));
        for row in &rows {
            prop_assert_eq!(row.lanes.matches('*').count(), usize::from(row.revision.is_some()));
            prop_assert!(row.lanes.chars().all(|sign| "*|/\\ ".contains(sign)));
        }
    }

    #[test]
    fn a_line_can_be_finished_whatever_of_a_squash_is_applied(
        size in 1..12usize, from in any::<Index>(), to in any::<Index>(), done in any::<Index>()
    ) {
        let name = |n: usize| id(&format!("r{n:02}"));
        let mut nodes: Vec<Node> = (0..size).map(|n| Node::new(name(n), if n == 0 { vec![] } else { vec![name(n - 1)] })).collect();
        let (from, to) = (from.index(size), to.index(size));
        let (from, to) = (from.min(to), from.max(to));
        let mut squash = Node::new(id("squash"), nodes[from].parents.clone());
        squash.replaces = (from..=to).map(name).collect();
        nodes.push(squash);
        let done = done.index(size + 1);
        let state: Applied = (0..done).map(name).collect();
        let found = resolve_replacements(nodes, &state).unwrap();
        let graph = Graph::new(found.nodes).unwrap();
        prop_assert_eq!(graph.heads().len(), 1);
        prop_assert!(plan::inconsistencies(&graph, &found.applied).is_empty());
        let in_part = done > from && done <= to;
        prop_assert_eq!(graph.contains(&id("squash")), !in_part);
        prop_assert_eq!(found.adopted.len(), usize::from(done > to));
        let steps = plan::upgrade(&graph, &found.applied, &[Specifier::heads()]).unwrap();
        prop_assert_eq!(run(&graph, found.applied, &steps).len(), graph.len());
    }
}
