/// A revision within one graph: its place among the ids in order.
pub(crate) type Index = u32;

/// Adjacency lists of all revisions in two arrays: a graph of 100,000 revisions is two allocations.
#[derive(Debug, Clone, Default)]
pub(crate) struct Edges {
    /// Where the list of a revision begins in `ends`; one more than there are revisions.
    starts: Vec<usize>,
    ends: Vec<Index>,
}

impl Edges {
    pub(crate) fn new(lists: &[Vec<Index>]) -> Self {
        let mut starts = Vec::with_capacity(lists.len() + 1);
        let mut ends = Vec::new();
        starts.push(0);
        for list in lists {
            ends.extend_from_slice(list);
            starts.push(ends.len());
        }
        Self { starts, ends }
    }

    /// How many revisions there are.
    pub(crate) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    pub(crate) fn of(&self, from: Index) -> &[Index] {
        let from = from as usize;
        &self.ends[self.starts[from]..self.starts[from + 1]]
    }

    /// The same edges the other way; each list is in ascending order.
    pub(crate) fn reversed(&self) -> Self {
        let mut starts = vec![0; self.starts.len()];
        for end in &self.ends {
            starts[*end as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut ends = vec![0; self.ends.len()];
        for from in 0..self.len() as Index {
            for end in self.of(from) {
                let slot = &mut next[*end as usize];
                ends[*slot] = from;
                *slot += 1;
            }
        }
        Self { starts, ends }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reversing_turns_every_edge_round() {
        let edges = Edges::new(&[vec![], vec![0], vec![0], vec![2, 1]]);
        let back = edges.reversed();
        let lists: Vec<&[Index]> = (0..4).map(|i| back.of(i)).collect();
        assert_eq!(lists, [&[1, 2][..], &[3], &[3], &[]]);
        assert_eq!(back.reversed().of(3), [1, 2]);
        assert_eq!(Edges::new(&[]).reversed().len(), 0);
    }
}
