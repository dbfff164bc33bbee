use super::Options;
use crate::ident::{Ident, Name};

/// How a counter runs. What is not given is the server's default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SequenceOptions {
    /// The first value.
    pub start: Option<i64>,
    /// The step.
    pub increment: Option<i64>,
    /// The least value.
    pub min: Option<i64>,
    /// The greatest value.
    pub max: Option<i64>,
    /// How many values a session takes at once.
    pub cache: Option<i64>,
    /// Whether it begins anew at its end.
    pub cycle: bool,
}

/// A sequence that stands on its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence {
    /// Its name.
    pub name: Name,
    /// The type of its values; the server's default if not given.
    pub ty: Option<String>,
    /// How it runs.
    pub settings: SequenceOptions,
    /// The column that it is dropped with.
    pub owned_by: Option<(Name, Ident)>,
    /// Its comment.
    pub comment: Option<String>,
    /// What only some dialect knows of it.
    pub options: Options,
}
