//! The parser of revision specifiers: what it reads, it writes so that it reads the same again.

use limbeck_core::graph::Specifier;

/// Tries one text.
pub(crate) fn check(text: &str) {
    if let Ok(specifier) = text.parse::<Specifier>() {
        let written = specifier.to_string();
        assert_eq!(written.parse().as_ref(), Ok(&specifier), "{written}");
    }
}
