//! What a user sees: diagnostics, lines, JSON.

mod diagnostic;
mod json;
mod output;

pub use diagnostic::{Severity, render};
pub use json::{diagnostics_json, error_json};
pub use output::Output;
