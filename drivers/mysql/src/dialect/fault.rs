use limbeck_core::driver::RenderError;
use limbeck_core::ident::Ident;

use super::LONGEST_NAME;
use crate::flavour::Gates;

/// Why a piece cannot be rendered, before it is known which operation it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fault {
    /// The server cannot do that.
    Unsupported {
        /// What, and why.
        what: String,
        /// What to do instead.
        help: String,
    },
    /// A text per dialect has none for this one.
    NoText(String),
    /// It does not fit the schema.
    DoesNotFit(String),
}

impl Fault {
    pub(crate) fn unsupported(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into(), help: help.into() }
    }

    /// The error of the operation at `operation`.
    pub(crate) fn at(self, gates: Gates, operation: usize) -> RenderError {
        let dialect = gates.name();
        match self {
            Self::Unsupported { what, help } => RenderError::Unsupported { operation, dialect, what, help },
            Self::NoText(what) => RenderError::NoText { operation, dialect, what },
            Self::DoesNotFit(message) => RenderError::DoesNotFit { operation, message },
        }
    }
}

/// Refuses a name that the server does not take.
pub(crate) fn check_name(name: &Ident, what: &str) -> Result<(), Fault> {
    let text = name.as_str();
    let refuse = |why: &str, help: &str| {
        Err(Fault::unsupported(format!("the name {name:?} of a {what} {why}"), help.to_owned()))
    };
    if text.is_empty() {
        return refuse("is empty", "give it a name");
    }
    if text.contains('\0') {
        return refuse("holds a NUL character", "take the character out of the name");
    }
    if text.ends_with(' ') {
        return refuse("ends with a space", "take the space out of the name");
    }
    if text.chars().any(|character| u32::from(character) > 0xffff) {
        return refuse("holds a character beyond U+FFFF", "take the character out of the name");
    }
    let length = text.chars().count();
    if length > LONGEST_NAME {
        return refuse(
            &format!("has {length} characters, and {LONGEST_NAME} are the most"),
            "give it a shorter name",
        );
    }
    Ok(())
}
