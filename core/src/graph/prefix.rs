use super::Graph;
use super::edges::Index;
use crate::ident::{RESERVED_WORDS, RevisionId};

impl Graph {
    /// The shortest beginning of the id, of at least `least` characters, that means this revision on the command line; the id
    /// itself if it is not in the graph.
    pub fn short<'a>(&self, id: &'a RevisionId, least: usize) -> &'a str {
        let text = id.as_str();
        let Some(at) = self.find(text).map(|index| index as usize) else { return text };
        let neighbours = [at.checked_sub(1).and_then(|left| self.nodes.get(left)), self.nodes.get(at + 1)];
        let shared = neighbours.into_iter().flatten().map(|node| common_prefix(node.id.as_str(), text)).max();
        // One more than what a neighbour shares: ids are sorted, so nobody else shares more.
        let mut length = shared.map_or(1, |shared| shared + 1).max(least);
        // Labels and reserved words come before prefixes.
        while text
            .get(..length)
            .is_some_and(|word| RESERVED_WORDS.contains(&word) || self.labels.contains_key(word))
        {
            length += 1;
        }
        text.get(..length).unwrap_or(text)
    }

    /// The revisions whose ids begin with `prefix`: they stand next to each other.
    pub(super) fn starting_with(&self, prefix: &str) -> std::ops::Range<Index> {
        let from = self.nodes.partition_point(|node| node.id.as_str() < prefix);
        let count = self.nodes[from..].partition_point(|node| node.id.as_str().starts_with(prefix));
        from as Index..(from + count) as Index
    }
}

fn common_prefix(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::super::sketch;

    #[test]
    fn the_shortest_prefix_is_unique_and_no_other_word() {
        let graph = sketch::graph("ae10 ; ae1034 #ae103 ; bb ; headless ; c #b");
        let short = |id: &str, least| graph.short(&sketch::id(id), least).to_owned();
        assert_eq!(short("ae10", 1), "ae10");
        assert_eq!(short("ae1034", 1), "ae1034");
        assert_eq!(short("bb", 1), "bb");
        assert_eq!(short("headless", 1), "h");
        assert_eq!(short("headless", 4), "headl");
        assert_eq!(short("c", 4), "c");
        assert_eq!(short("gone", 1), "gone");
    }
}
