//! Which of several things comes first.

use std::collections::{BTreeMap, BTreeSet};

/// Puts the nodes `0..needs.len()` in an order in which each stands behind those that it needs. Where there is a circle,
/// its first node comes first, so that what it needs of the circle stands behind it. What is free to stand anywhere
/// keeps the order of its number.
///
/// In time linear in nodes and needs; of a circle that falls into further circles when its first node is taken out, each
/// level counts again.
pub(super) fn order(needs: &[Vec<usize>]) -> Vec<usize> {
    let mut ordered = Vec::with_capacity(needs.len());
    // Circles that wait to be taken apart, the next one last.
    let mut waiting: Vec<Vec<usize>> = components(&(0..needs.len()).collect::<Vec<_>>(), needs, None);
    waiting.reverse();
    while let Some(circle) = waiting.pop() {
        if let [one] = circle.as_slice() {
            ordered.push(*one);
            continue;
        }
        let Some(first) = circle.iter().min().copied() else { continue };
        let mut rest = components(&circle, needs, Some(first));
        rest.reverse();
        waiting.append(&mut rest);
    }
    ordered
}

/// As [`order`], with needs of two kinds: in a circle, those that only seem so give way to those that are known.
pub(super) fn order_with(known: &[Vec<usize>], seeming: &[Vec<usize>]) -> Vec<usize> {
    let all: Vec<Vec<usize>> = known
        .iter()
        .zip(seeming)
        .map(|(known, seeming)| known.iter().chain(seeming).copied().collect())
        .collect();
    let mut ordered = Vec::with_capacity(all.len());
    for circle in components(&(0..all.len()).collect::<Vec<_>>(), &all, None) {
        if circle.len() == 1 {
            ordered.extend(circle);
            continue;
        }
        let among: BTreeSet<usize> = circle.iter().copied().collect();
        let is_known = circle.iter().any(|node| known[*node].iter().any(|other| among.contains(other)));
        let nodes: Vec<usize> = among.into_iter().collect();
        let edges = if is_known { known } else { &all };
        let places: BTreeMap<usize, usize> = nodes.iter().enumerate().map(|(at, node)| (*node, at)).collect();
        let within: Vec<Vec<usize>> = nodes
            .iter()
            .map(|node| edges[*node].iter().filter_map(|other| places.get(other).copied()).collect())
            .collect();
        ordered.extend(order(&within).into_iter().map(|at| nodes[at]));
    }
    ordered
}

/// The circles among the nodes `0..needs.len()`: each is a set of nodes that all need each other.
pub(super) fn circles(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut found = components(&(0..needs.len()).collect::<Vec<_>>(), needs, None);
    found.retain(|circle| circle.len() > 1);
    found
}

/// The strongly connected components among `nodes`, those that are needed first (Tarjan, without recursion). What
/// `free` needs does not count.
fn components(nodes: &[usize], needs: &[Vec<usize>], free: Option<usize>) -> Vec<Vec<usize>> {
    let mut sorted = nodes.to_vec();
    sorted.sort_unstable();
    let among: BTreeMap<usize, usize> = sorted.iter().enumerate().map(|(at, node)| (*node, at)).collect();
    let edges: Vec<Vec<usize>> = sorted
        .iter()
        .map(|node| {
            if Some(*node) == free {
                return Vec::new();
            }
            let found: BTreeSet<usize> =
                needs[*node].iter().filter_map(|other| among.get(other).copied()).collect();
            found.into_iter().collect()
        })
        .collect();
    let count = sorted.len();
    let mut number = vec![usize::MAX; count];
    let mut low = vec![0; count];
    let mut on_stack = vec![false; count];
    let (mut stack, mut found, mut next) = (Vec::new(), Vec::new(), 0);
    // The node whose circle is broken goes first, for it then needs nothing.
    let start = free.and_then(|node| among.get(&node).copied());
    for root in start.into_iter().chain(0..count) {
        if number[root] != usize::MAX {
            continue;
        }
        let mut path = vec![(root, 0)];
        while let Some((node, edge)) = path.pop() {
            if edge == 0 {
                number[node] = next;
                low[node] = next;
                next += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            if let Some(target) = edges[node].get(edge).copied() {
                path.push((node, edge + 1));
                if number[target] == usize::MAX {
                    path.push((target, 0));
                } else if on_stack[target] {
                    low[node] = low[node].min(number[target]);
                }
                continue;
            }
            if let Some((parent, _)) = path.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
            if low[node] == number[node] {
                let mut circle = Vec::new();
                while let Some(member) = stack.pop() {
                    on_stack[member] = false;
                    circle.push(sorted[member]);
                    if member == node {
                        break;
                    }
                }
                found.push(circle);
            }
        }
    }
    found
}

/// Puts renames in an order in which each new name is free when it is taken. A circle is broken with a name that
/// `spare` makes for its first member.
pub(super) fn renames<K: Ord + Clone>(pairs: &[(K, K)], mut spare: impl FnMut(&K) -> K) -> Vec<(K, K)> {
    let by_from: BTreeMap<&K, usize> = pairs.iter().enumerate().map(|(at, (from, _))| (from, at)).collect();
    let needs: Vec<Vec<usize>> =
        pairs.iter().map(|(_, to)| by_from.get(to).copied().into_iter().collect()).collect();
    let ordered = order(&needs);
    let mut place = vec![0; pairs.len()];
    for (at, pair) in ordered.iter().enumerate() {
        place[*pair] = at;
    }
    let mut made = Vec::with_capacity(pairs.len());
    // Circles do not overlap, so that each is closed before the next begins; a chain may hang on none.
    let mut parked: BTreeMap<usize, (K, K)> = BTreeMap::new();
    for pair in ordered {
        let (from, to) = &pairs[pair];
        match needs[pair].first() {
            // The one in whose place it comes has not left yet: the circle's first member.
            Some(blocker) if place[*blocker] > place[pair] => {
                let name = spare(from);
                made.push((from.clone(), name.clone()));
                parked.insert(*blocker, (name, to.clone()));
                continue;
            }
            _ => made.push((from.clone(), to.clone())),
        }
        made.extend(parked.remove(&pair));
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_comes_first_and_the_rest_keeps_its_order() {
        assert_eq!(order(&[vec![2], vec![], vec![]]), [2, 0, 1]);
        assert_eq!(order(&[vec![], vec![], vec![]]), [0, 1, 2]);
    }

    #[test]
    fn a_circle_begins_with_its_first_node_and_is_broken_once() {
        assert_eq!(order(&[vec![1], vec![0]]), [0, 1]);
        assert_eq!(order(&[vec![1], vec![2], vec![0]]), [0, 2, 1]);
        // One that hangs on a circle stays behind it.
        assert_eq!(order(&[vec![1], vec![2], vec![1]]), [1, 2, 0]);
    }

    #[test]
    fn what_only_seems_needed_gives_way() {
        // 0 seems to need 1, which is known to need 0.
        assert_eq!(order_with(&[vec![], vec![0]], &[vec![1], vec![]]), [0, 1]);
        // 2 stands outside of the circle.
        assert_eq!(order_with(&[vec![], vec![0], vec![]], &[vec![1], vec![], vec![1]]), [0, 1, 2]);
        assert_eq!(order_with(&[vec![], vec![]], &[vec![1], vec![]]), [1, 0]);
        assert_eq!(circles(&[vec![1], vec![0], vec![0]]), [vec![1, 0]]);
    }

    #[test]
    fn long_chains_do_not_overflow_the_stack() {
        let needs: Vec<Vec<usize>> =
            (0..100_000).map(|node| if node + 1 < 100_000 { vec![node + 1] } else { Vec::new() }).collect();
        assert_eq!(order(&needs)[0], 99_999);
    }

    fn run(pairs: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
        renames(pairs, |_| "spare")
    }

    #[test]
    fn renames_wait_for_their_name_to_be_free() {
        assert_eq!(run(&[("a", "b"), ("b", "c")]), [("b", "c"), ("a", "b")]);
        assert_eq!(run(&[("a", "b"), ("b", "a")]), [("a", "spare"), ("b", "a"), ("spare", "b")]);
        assert_eq!(
            run(&[("a", "b"), ("b", "c"), ("c", "a")]),
            [("a", "spare"), ("c", "a"), ("b", "c"), ("spare", "b")]
        );
    }
}
