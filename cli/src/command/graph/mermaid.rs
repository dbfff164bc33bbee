use std::collections::BTreeMap;
use std::fmt::Write;

use limbeck_core::graph::Graph;
use limbeck_core::history::History;
use limbeck_core::ident::RevisionId;

use super::{escaped, title};

/// The graph for Mermaid: parents lead to children, and dotted from what a revision depends on.
pub(super) fn draw(history: &History, graph: &Graph) -> String {
    // An id may hold what Mermaid takes for something else, so the nodes have numbers.
    let numbers: BTreeMap<&RevisionId, usize> =
        graph.order().enumerate().map(|(number, id)| (id, number)).collect();
    let mut text = "flowchart BT\n".to_owned();
    for id in graph.order() {
        let mut label = format!("{id} {}", title(history, id));
        for name in graph.get(id).into_iter().flat_map(|node| &node.labels) {
            label.push_str(&format!(" ({name})"));
        }
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    r{}[\"{}\"]", numbers[id], escaped(label.trim_end()));
    }
    for id in graph.order() {
        for parent in graph.parents(id) {
            let _ = writeln!(text, "    r{} --> r{}", numbers[parent], numbers[id]);
        }
        for needed in graph.dependencies(id) {
            let _ = writeln!(text, "    r{} -.-> r{}", numbers[needed], numbers[id]);
        }
    }
    text
}
