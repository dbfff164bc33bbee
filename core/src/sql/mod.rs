//! Placeholder.

/// Placeholder.
#[derive(Debug)]
pub struct LexicalRules;
