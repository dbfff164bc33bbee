use super::edges::{Edges, Index};

/// Every revision after what it needs, or `None` if they go round in a circle.
///
/// The revision that became ready last comes first: so a branch is followed to its end before the next is begun.
/// Among those that become ready together the smallest id comes first.
pub(super) fn order(needs: &Edges, needed_by: &Edges) -> Option<Vec<Index>> {
    let order = sort(needs, needed_by).0;
    (order.len() == needs.len()).then_some(order)
}

/// The order, as far as it goes, and for each revision how much of what it needs is not in it.
fn sort(needs: &Edges, needed_by: &Edges) -> (Vec<Index>, Vec<usize>) {
    let all = 0..needs.len() as Index;
    let mut waiting: Vec<usize> = all.clone().map(|index| needs.of(index).len()).collect();
    let mut ready: Vec<Index> = all.rev().filter(|index| waiting[*index as usize] == 0).collect();
    let mut order = Vec::with_capacity(needs.len());
    while let Some(index) = ready.pop() {
        order.push(index);
        for next in needed_by.of(index).iter().rev() {
            let left = &mut waiting[*next as usize];
            *left -= 1;
            if *left == 0 {
                ready.push(*next);
            }
        }
    }
    (order, waiting)
}

/// Circles that share no revision, each in the order in which one revision needs the one before it, from its smallest id on.
/// Where circles overlap one of them is found.
pub(super) fn cycles(needs: &Edges, needed_by: &Edges) -> Vec<Vec<Index>> {
    const NEVER: usize = usize::MAX;
    let (_, waiting) = sort(needs, needed_by);
    // What is left stands in a circle or comes after one: going from one to what it needs must come round.
    let mut seen_in = vec![NEVER; needs.len()];
    let mut found = Vec::new();
    for start in 0..needs.len() as Index {
        let walk = start as usize;
        let mut path = Vec::new();
        let mut here = start;
        while waiting[here as usize] > 0 && seen_in[here as usize] == NEVER {
            seen_in[here as usize] = walk;
            path.push(here);
            match needs.of(here).iter().find(|next| waiting[**next as usize] > 0) {
                Some(next) => here = *next,
                None => break,
            }
        }
        if path.is_empty() || seen_in[here as usize] != walk {
            continue;
        }
        if let Some(from) = path.iter().position(|index| *index == here) {
            let mut cycle = path.split_off(from);
            cycle.reverse();
            let smallest = (0..cycle.len()).min_by_key(|at| cycle[*at]).unwrap_or(0);
            cycle.rotate_left(smallest);
            found.push(cycle);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::{Graph, Node, sketch};

    fn order(text: &str) -> String {
        sketch::graph(text).order().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_branch_is_finished_before_the_next_is_begun() {
        assert_eq!(order("a ; b<a ; c1<b ; d1<c1 ; c2<b ; d2<c2 ; e<d1,d2"), "a b c1 d1 c2 d2 e");
        assert_eq!(order("z ; y<z ; b ; a<b"), "b a z y");
    }

    #[test]
    fn dependencies_come_first_whatever_the_ids() {
        assert_eq!(order("a ; b<a ~y ; x ; y<x"), "a x y b");
    }

    #[test]
    fn the_order_of_the_input_and_the_names_of_the_files_do_not_matter() {
        let mut nodes = sketch::nodes("a ; b<a ; c1<b ; d1<c1 ; c2<b ~q ; d2<c2 ; e<d1,d2 ; q");
        let before: Vec<_> = sketch::graph("a ; b<a ; c1<b ; d1<c1 ; c2<b ~q ; d2<c2 ; e<d1,d2 ; q")
            .order()
            .cloned()
            .collect();
        nodes.reverse();
        for (n, node) in nodes.iter_mut().enumerate() {
            node.origin = format!("{n}.toml");
        }
        assert_eq!(Graph::new(nodes).unwrap().order().cloned().collect::<Vec<_>>(), before);
    }

    #[test]
    fn long_chains_and_long_cycles_need_no_stack() {
        let id = |n: usize| sketch::id(&format!("r{n:06}"));
        let mut nodes: Vec<Node> =
            (0..100_000).map(|n| Node::new(id(n), if n == 0 { vec![] } else { vec![id(n - 1)] })).collect();
        let graph = Graph::new(nodes.clone()).unwrap();
        assert_eq!(graph.newest_first().next(), Some(&id(99_999)));
        assert_eq!(graph.ancestors(&[id(99_999)].into(), super::super::Reach::Parents).len(), 100_000);
        nodes[0].parents.push(id(99_999));
        let errors = Graph::new(nodes).unwrap_err().errors;
        assert!(
            matches!(errors.as_slice(), [super::super::GraphError::Cycle { path }] if path.len() == 100_000)
        );
    }
}
