use std::fmt::Write;

use limbeck_core::graph::Graph;
use limbeck_core::history::History;

use super::title;

/// The graph for Graphviz: parents lead to children, and dashed from what a revision depends on.
pub(super) fn draw(history: &History, graph: &Graph) -> String {
    let mut text = "digraph revisions {\n    rankdir = \"BT\"\n    node [shape = \"box\"]\n".to_owned();
    for id in graph.order() {
        let mut label = format!("{id}\\n{}", quoted(title(history, id)));
        for name in graph.get(id).into_iter().flat_map(|node| &node.labels) {
            label.push_str(&format!("\\n({name})"));
        }
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    \"{id}\" [label = \"{}\"]", label.trim_end_matches("\\n"));
    }
    for id in graph.order() {
        for parent in graph.parents(id) {
            let _ = writeln!(text, "    \"{parent}\" -> \"{id}\"");
        }
        for needed in graph.dependencies(id) {
            let _ = writeln!(text, "    \"{needed}\" -> \"{id}\" [style = \"dashed\"]");
        }
    }
    text.push_str("}\n");
    text
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace(char::is_control, " ")
}
