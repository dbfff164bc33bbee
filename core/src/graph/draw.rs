use std::collections::BTreeSet;

use super::{Graph, Index};
use crate::ident::RevisionId;

/// One line of a drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The lanes, in ASCII, without blanks at the end.
    pub lanes: String,
    /// The revision that stands on this line, for a text to be put behind it; `None` for lines that only connect.
    pub revision: Option<RevisionId>,
}

/// Draws the graph, newest revision first, as `git log --graph` does; `mark` gives the sign of each revision (`*`).
///
/// Lines are the edges to parents; dependencies are not drawn. As many lines as revisions and lane changes.
pub fn draw(graph: &Graph, mark: impl Fn(&RevisionId) -> char) -> Vec<Row> {
    let mut drawing = Drawing {
        rows: Vec::new(),
        lanes: Vec::new(),
        free: BTreeSet::new(),
        ended: None,
        lane_of: vec![None; graph.len()],
    };
    for index in graph.order.iter().rev() {
        drawing.revision(*index, graph.parents.of(*index), graph.id(*index), mark(graph.id(*index)));
    }
    drawing.rows
}

/// Lane n is the character 2n of a line; what lies between two lanes is the way from one to the other.
struct Drawing {
    rows: Vec<Row>,
    /// The lanes that lead on downwards. Lanes keep their place, so that a line can be followed with the eye.
    lanes: Vec<bool>,
    /// The lanes among them that are not in use.
    free: BTreeSet<usize>,
    /// The lane of the last revision if that was a root.
    ended: Option<usize>,
    /// In which lane a revision is awaited.
    lane_of: Vec<Option<usize>>,
}

impl Drawing {
    fn revision(&mut self, index: Index, parents: &[Index], id: &RevisionId, mark: char) {
        let lane = self.lane_of[index as usize].unwrap_or_else(|| self.open());
        let mut line = self.line();
        line[2 * lane] = mark;
        self.push(&line, Some(id.clone()));
        self.ended = parents.is_empty().then_some(lane);
        // The first parent that is not awaited yet goes straight on in this lane; where there is none it ends here.
        match parents.iter().position(|parent| self.lane_of[*parent as usize].is_none()) {
            Some(straight) => {
                self.lane_of[parents[straight] as usize] = Some(lane);
                self.branch_off(lane, [&parents[..straight], &parents[straight + 1..]].concat());
            }
            None => self.end(lane, parents),
        }
    }

    /// Draws the ways to further parents, the farthest first: so they do not cross each other.
    fn branch_off(&mut self, lane: usize, parents: Vec<Index>) {
        let mut ways: Vec<usize> = parents
            .into_iter()
            .map(|parent| match self.lane_of[parent as usize] {
                Some(awaited) => awaited,
                None => {
                    let own = self.reserve();
                    self.lane_of[parent as usize] = Some(own);
                    own
                }
            })
            .collect();
        ways.sort_unstable_by(|a, b| b.cmp(a));
        for to in ways {
            self.connect(lane, to);
            // A lane of its own is drawn once the line has come there.
            self.lanes[to] = true;
        }
    }

    /// Draws the ways to parents that are all awaited in other lanes, and ends this one.
    fn end(&mut self, lane: usize, parents: &[Index]) {
        let Some((last, others)) = parents.split_last() else { return self.close(lane) };
        for to in others.iter().filter_map(|parent| self.lane_of[*parent as usize]).collect::<Vec<_>>() {
            self.connect(lane, to);
        }
        match self.lane_of[*last as usize] {
            // Of two lanes that come together the left one goes on.
            Some(awaited) if awaited > lane => {
                self.close(awaited);
                self.connect(awaited, lane);
                self.lane_of[*last as usize] = Some(lane);
            }
            Some(awaited) => {
                self.close(lane);
                self.connect(lane, awaited);
            }
            None => self.close(lane),
        }
    }

    /// Draws the way from one lane to another, a lane a line.
    fn connect(&mut self, from: usize, to: usize) {
        let mut at = from;
        while at != to {
            let mut line = self.line();
            let (between, sign, next) =
                if to < at { (2 * at - 1, '/', at - 1) } else { (2 * at + 1, '\\', at + 1) };
            if line.len() <= between {
                line.resize(between + 1, ' ');
            }
            line[between] = sign;
            self.push(&line, None);
            at = next;
        }
    }

    fn line(&self) -> Vec<char> {
        let mut line = Vec::with_capacity(2 * self.lanes.len());
        for used in &self.lanes {
            line.extend([if *used { '|' } else { ' ' }, ' ']);
        }
        line
    }

    fn push(&mut self, line: &[char], revision: Option<RevisionId>) {
        let lanes: String = line.iter().collect();
        self.rows.push(Row { lanes: lanes.trim_end().to_owned(), revision });
    }

    fn open(&mut self) -> usize {
        let lane = self.reserve();
        if self.ended == Some(lane) {
            // Right under a root the new line would look like its continuation.
            let line = self.line();
            self.push(&line, None);
        }
        self.lanes[lane] = true;
        lane
    }

    fn reserve(&mut self) -> usize {
        self.free.pop_first().unwrap_or_else(|| {
            self.lanes.push(false);
            self.lanes.len() - 1
        })
    }

    fn close(&mut self, lane: usize) {
        self.lanes[lane] = false;
        self.free.insert(lane);
        while self.lanes.last() == Some(&false) && self.free.remove(&(self.lanes.len() - 1)) {
            self.lanes.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sketch;
    use super::*;

    fn drawn(text: &str) -> String {
        let rows = draw(&sketch::graph(text), |_| '*');
        let line = |row: &Row| match &row.revision {
            Some(id) => format!("{} {id}", row.lanes),
            None => row.lanes.clone(),
        };
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_line_is_a_line() {
        insta::assert_snapshot!(drawn("a ; b<a ; c<b"), @"
        * c
        * b
        * a
        ");
    }

    #[test]
    fn a_merge_opens_a_lane_and_a_fork_closes_it() {
        insta::assert_snapshot!(drawn("a ; b<a ; c1<b ; d1<c1 ; c2<b ; d2<c2 ; e<d1,d2 ; f<e"), @r"
        * f
        * e
        |\
        | * d2
        | * c2
        * | d1
        * | c1
        |/
        * b
        * a
        ");
    }

    #[test]
    fn roots_side_by_side() {
        insta::assert_snapshot!(drawn("a ; b<a ; x ; y<x ~a"), @"
        * y
        * x

        * b
        * a
        ");
    }

    #[test]
    fn a_merge_of_four_and_a_fork_into_four() {
        insta::assert_snapshot!(drawn("a ; p<a ; q<a ; r<a ; s<a ; m<p,q,r,s"), @r"
        * m
        |\
        |  \
        |    \
        |\    |
        |  \  |
        |\  | |
        | | | * s
        | | * | r
        | | |/
        | * | q
        | |/
        * | p
        |/
        * a
        ");
    }

    #[test]
    fn lines_that_cross() {
        insta::assert_snapshot!(drawn("a ; b ; x<a,b ; y<b,a ; z<a,y"), @r"
        * z
        |\
        | * y
        |/|
        | | * x
        | |/|
        |/| |
        | |/
        | * b
        * a
        ");
    }

    #[test]
    fn every_revision_stands_on_one_line_with_its_mark() {
        let graph = sketch::graph("a ; b<a ; c<a ; d<b,c ; e<c,b");
        let rows = draw(&graph, |id| if id.as_str() == "a" { 'o' } else { '*' });
        let drawn: Vec<_> = rows.iter().filter_map(|row| row.revision.as_ref()).collect();
        assert_eq!(drawn, graph.newest_first().collect::<Vec<_>>());
        assert_eq!(rows.iter().filter(|row| row.lanes.contains('o')).count(), 1);
    }
}
