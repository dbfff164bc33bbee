//! Graphs for tests, in one line: `id<parent,parent ~dependency #label =replaced ; …`.

use super::{Applied, Graph, Node, Reach};
use crate::ident::{Label, RevisionId};

pub(crate) fn id(text: &str) -> RevisionId {
    RevisionId::new(text).unwrap()
}

pub(crate) fn nodes(text: &str) -> Vec<Node> {
    let words = |list: &str| list.split(',').map(str::to_owned).collect::<Vec<_>>();
    text.split(';')
        .map(str::trim)
        .filter(|node| !node.is_empty())
        .map(|node| {
            let mut parts = node.split_whitespace();
            let head = parts.next().unwrap();
            let (name, parents) =
                head.split_once('<').map_or((head, vec![]), |(name, list)| (name, words(list)));
            let mut made = Node::new(id(name), parents.iter().map(|parent| id(parent)).collect());
            made.origin = format!("{name}.toml");
            for part in parts {
                let (sign, list) = part.split_at(1);
                match sign {
                    "~" => made.depends_on.extend(words(list)),
                    "#" => made.labels.extend(words(list).iter().map(|label| Label::new(label).unwrap())),
                    "=" => made.replaces.extend(words(list).iter().map(|replaced| id(replaced))),
                    _ => panic!("{part}"),
                }
            }
            made
        })
        .collect()
}

pub(crate) fn graph(text: &str) -> Graph {
    Graph::new(nodes(text)).unwrap()
}

/// The ids in a list with commas.
pub(crate) fn set(text: &str) -> Applied {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(id).collect()
}

/// What is applied when these are, ids with commas between them: they and all that they need.
pub(crate) fn applied(graph: &Graph, heads: &str) -> Applied {
    graph.ancestors(&set(heads), Reach::Needs)
}
