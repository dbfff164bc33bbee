//! The revision graph: which revision stands on which, and what a word on the command line means in it.
//!
//! It knows ids and edges only, no file and no database. What is applied comes in as a set of ids ([`Applied`]).
//! Nothing here recurses, and every walk is linear in the size of the graph: a chain of 100,000 revisions is no
//! special case.
//!
//! | file | what |
//! |---|---|
//! | `node` | one revision as the graph sees it |
//! | `map` | [`Graph`]: lookups, neighbours, heads, bases |
//! | `check` | what can be wrong with a set of revisions; all of it is reported at once |
//! | `edges` | adjacency lists |
//! | `topology` | the order of steps, and cycles |
//! | `walk` | ancestors, descendants, lineage, current |
//! | `labels` | how far a label reaches |
//! | `prefix` | the shortest way to write an id |
//! | `specifier` | the words of the command line, parsed |
//! | `resolve` | … and looked up |
//! | `range` | `A:B` |
//! | `replace` | squashed revisions and what they replace |
//! | `suggest` | what a misspelt name may have meant |
//! | `draw` | a picture in text |

mod check;
mod draw;
mod edges;
mod error;
mod labels;
mod map;
mod node;
mod prefix;
mod range;
mod replace;
mod resolve;
#[cfg(test)]
pub(crate) mod sketch;
mod specifier;
mod suggest;
mod topology;
mod walk;

pub use draw::{Row, draw};
pub use error::{GraphError, GraphErrors, NodeRef, ResolveError};
pub use map::Graph;
pub use node::{Applied, Node};
pub use range::Range;
pub use replace::{ReplaceError, Replacements, resolve_replacements};
pub use resolve::{Place, Resolved};
pub use specifier::{InvalidSpecifier, Offset, Specifier, Symbol};
pub use walk::Reach;
pub(crate) use {edges::Index, walk::Marks};
