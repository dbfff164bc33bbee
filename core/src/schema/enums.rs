use super::Options;
use crate::ident::Name;

/// An enum type: a name for an ordered list of words. Where the server has no such type, each column of it carries the
/// list.
#[derive(Debug, Clone, PartialEq)]
pub struct Enum {
    /// Its name.
    pub name: Name,
    /// Its words, in order.
    pub values: Vec<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// What only some dialect knows of it.
    pub options: Options,
}
