//! [`Operation`] → tree: the one place that knows how an operation is spelt. What is as it would be without a word is
//! left out, so that equal operations give equal trees.

mod column;
mod constraint;
mod operation;
mod server;
mod table;
mod values;

use super::tree::{Entry, Node};
use crate::operation::Operation;

/// The keys of an operation, in the order in which a file has them.
pub(super) fn operation(operation: &Operation) -> Vec<Entry<'_>> {
    operation::entries(operation)
}

/// The same as a tree.
pub(super) fn node(operation: &Operation) -> Node<'_> {
    Node::new(super::tree::Value::Table(operation::entries(operation)))
}
