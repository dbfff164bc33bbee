//! What a user sees: diagnostics, lines, JSON.

mod diagnostic;
mod diagram;
mod json;
mod output;

pub use diagnostic::{Severity, render};
pub(crate) use diagram::{dot, mermaid};
pub use json::{diagnostics_json, error_json};
pub use output::Output;
