//! What is still to be written: each place says so with an error, and this lists the places.

use limbeck_core::driver::{DriverError, DriverErrorKind};

/// The sources in which there may be something to do.
const SOURCES: [&str; 3] =
    [include_str!("driver.rs"), include_str!("dialect.rs"), include_str!("introspect.rs")];

/// What is called where something is to be written, with a text.
const CALL: &str = "to_do(";

/// The error of a method that is not written yet, with what it must do.
pub(super) fn to_do(what: &str) -> DriverError {
    DriverError::new(DriverErrorKind::Unsupported, format!("to do: {what}"))
        .with_help("write it; `cargo test --test what_is_to_do` lists what is left")
}

/// What is left.
pub fn left() -> Vec<String> {
    let mut left = Vec::new();
    for source in SOURCES {
        for piece in source.split(CALL).skip(1) {
            let Some(text) = piece.trim_start().strip_prefix('"') else { continue };
            let text = text.split('"').next().unwrap_or_default();
            left.push(text.split_whitespace().filter(|word| *word != "\\").collect::<Vec<_>>().join(" "));
        }
    }
    left
}
