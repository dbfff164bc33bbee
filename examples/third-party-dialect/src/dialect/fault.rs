use limbeck_core::driver::RenderError;
use limbeck_core::ident::Ident;

use super::{LONGEST_NAME, NAME};

/// Why a piece cannot be rendered, before it is known which operation it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fault {
    /// DuckDB cannot do that.
    Unsupported { what: String, help: String },
    /// A text per dialect has none for DuckDB.
    NoText(String),
    /// It does not fit the schema.
    DoesNotFit(String),
}

impl Fault {
    pub(super) fn unsupported(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into(), help: help.into() }
    }

    /// The error of the operation at `operation`.
    pub(super) fn at(self, operation: usize) -> RenderError {
        match self {
            Self::Unsupported { what, help } => {
                RenderError::Unsupported { operation, dialect: NAME, what, help }
            }
            Self::NoText(what) => RenderError::NoText { operation, dialect: NAME, what },
            Self::DoesNotFit(message) => RenderError::DoesNotFit { operation, message },
        }
    }
}

/// Refuses a name that no statement can hold.
pub(super) fn check_name(name: &Ident, what: &str) -> Result<(), Fault> {
    let length = name.as_str().len();
    if name.as_str().contains('\0') {
        return Err(Fault::unsupported(
            format!("the name {name:?} of a {what} holds a NUL character, at which DuckDB stops reading"),
            "take the character out of the name",
        ));
    }
    if length == 0 {
        return Err(Fault::unsupported(format!("a {what} has an empty name"), "give it a name"));
    }
    if length > LONGEST_NAME {
        return Err(Fault::unsupported(
            format!("the name of a {what} has {length} bytes, and {LONGEST_NAME} are the most"),
            "give it a shorter name",
        ));
    }
    Ok(())
}
