use std::fmt;

use crate::diag::{Diagnose, Diagnostic, list};
use crate::graph::{Applied, Graph};
use crate::ident::RevisionId;

/// An applied revision some of whose parents or dependencies are not applied: the record was changed by hand, or a
/// file was. An upgrade to it applies what is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inconsistency {
    /// The applied revision.
    pub revision: RevisionId,
    /// What it needs and is not applied.
    pub missing: Vec<RevisionId>,
}

impl fmt::Display for Inconsistency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "revision {} is applied, but {}, which it needs, is not",
            self.revision,
            list(&self.missing)
        )
    }
}

impl Diagnose for Inconsistency {
    fn diagnostic(&self) -> Diagnostic {
        let missing: Vec<&str> = self.missing.iter().map(RevisionId::as_str).collect();
        let missing = missing.join(" ");
        let help = format!(
            "`limbeck migrate {missing}` applies it; if the database has it, `limbeck stamp {missing}`"
        );
        Diagnostic::new("inconsistent-history", self.to_string())
            .with_help(help)
            .with_revision(&self.revision)
    }
}

/// Where the record contradicts the graph, in the order of the graph; nothing for a record that limbeck has kept.
pub fn inconsistencies(graph: &Graph, applied: &Applied) -> Vec<Inconsistency> {
    let done = graph.marks(applied);
    let missing = |index| -> Vec<RevisionId> {
        graph
            .needs_of(index)
            .iter()
            .filter(|need| !done.has(**need))
            .map(|need| graph.id(*need).clone())
            .collect()
    };
    let found = graph.sorted(&done).into_iter().map(|index| (index, missing(index)));
    found
        .filter(|(_, missing)| !missing.is_empty())
        .map(|(index, missing)| Inconsistency { revision: graph.id(index).clone(), missing })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::sketch;

    #[test]
    fn an_applied_revision_without_what_it_needs_is_named() {
        let graph = sketch::graph("a ; b<a ; c<b ~x ; x");
        assert_eq!(inconsistencies(&graph, &sketch::applied(&graph, "c")), []);
        let found = inconsistencies(&graph, &sketch::set("b,c,gone"));
        let said: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "revision b is applied, but a, which it needs, is not",
                "revision c is applied, but x, which it needs, is not"
            ]
        );
    }
}
