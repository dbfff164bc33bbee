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
    /// In which lane a revision is awaited.
    lane_of: Vec<Option<usize>>,
}

impl Drawing {
    fn revision(&mut self, index: Index, parents: &[Index], id: &RevisionId, mark: char) {
        let lane = self.lane_of[index as usize].unwrap_or_else(|| self.open());
        let mut line = self.line();
        line[2 * lane] = mark;
        self.push(&line, Some(id.clone()));
        // The first parent that is not awaited yet goes straight on in this lane; where there is none it ends here.
        let straight = parents.iter().copied().find(|parent| self.lane_of[*parent as usize].is_none());
        if let Some(parent) = straight {
            self.lane_of[parent as usize] = Some(lane);
        }
        let mut others = parents.iter().copied().filter(|parent| Some(*parent) != straight).peekable();
        if straight.is_none() && others.peek().is_none() {
            self.close(lane);
        }
        while let Some(parent) = others.next() {
            if straight.is_none() && others.peek().is_none() {
                self.close(lane);
            }
            let awaited = self.lane_of[parent as usize];
            // While a line is on its way to a lane of its own, that lane is not drawn yet.
            let to = awaited.unwrap_or_else(|| self.reserve());
            self.connect(lane, to);
            if awaited.is_none() {
                self.lanes[to] = true;
                self.lane_of[parent as usize] = Some(to);
            }
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
        insta::assert_snapshot!(drawn("a ; b<a ; c<b"), @"");
    }

    #[test]
    fn a_merge_opens_a_lane_and_a_fork_closes_it() {
        insta::assert_snapshot!(drawn("a ; b<a ; c1<b ; d1<c1 ; c2<b ; d2<c2 ; e<d1,d2 ; f<e"), @"");
    }

    #[test]
    fn roots_side_by_side() {
        insta::assert_snapshot!(drawn("a ; b<a ; x ; y<x ~a"), @"");
    }

    #[test]
    fn a_merge_of_four_and_a_fork_into_four() {
        insta::assert_snapshot!(drawn("a ; p<a ; q<a ; r<a ; s<a ; m<p,q,r,s"), @"");
    }

    #[test]
    fn lines_that_cross() {
        insta::assert_snapshot!(drawn("a ; b ; x<a,b ; y<b,a ; z<a,y"), @"");
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
