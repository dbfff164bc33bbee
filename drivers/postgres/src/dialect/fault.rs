use limbeck_core::driver::RenderError;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::Sql;

use super::{LONGEST_NAME, NAME, NAMES};

/// Why a piece cannot be rendered, before it is known which operation it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fault {
    /// PostgreSQL cannot do that.
    Unsupported {
        /// What, and why.
        what: String,
        /// What to do instead.
        help: String,
    },
    /// A text per dialect has none for PostgreSQL.
    NoText(String),
    /// It does not fit the schema.
    DoesNotFit(String),
}

impl Fault {
    pub(super) fn unsupported(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into(), help: help.into() }
    }

    /// What a version of the server does not know.
    pub(super) fn too_old(what: impl Into<String>, since: u32) -> Self {
        let what = what.into();
        Self::unsupported(what, format!("use PostgreSQL {since} or newer, or leave it out"))
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

/// Refuses a name that no statement can hold: the server would cut a long one off without a word.
pub(super) fn check_name(name: &Ident, what: &str) -> Result<(), Fault> {
    let text = name.as_str();
    if text.contains('\0') {
        return Err(Fault::unsupported(
            format!("the name {name:?} of a {what} holds a NUL character, which PostgreSQL does not keep"),
            "take the character out of the name",
        ));
    }
    if text.is_empty() {
        return Err(Fault::unsupported(format!("a {what} has an empty name"), "give it a name"));
    }
    if text.len() > LONGEST_NAME {
        return Err(Fault::unsupported(
            format!(
                "the name `{name}` of a {what} has {} bytes, and {LONGEST_NAME} are the most",
                text.len()
            ),
            "give it a shorter name",
        ));
    }
    Ok(())
}

/// As [`check_name`], for a name with a schema.
pub(super) fn check_qualified(name: &Name, what: &str) -> Result<(), Fault> {
    if let Some(schema) = &name.schema {
        check_name(schema, "schema")?;
    }
    check_name(&name.name, what)
}

/// The text for PostgreSQL.
pub(super) fn text_of(sql: &Sql, what: impl FnOnce() -> String) -> Result<&str, Fault> {
    sql.resolve(NAMES).map(|text| text.trim()).ok_or_else(|| Fault::NoText(what()))
}

/// The text for PostgreSQL of an expression, without parentheses round it and with no comment left open at its end.
pub(super) fn expression_of(sql: &Sql, what: impl FnOnce() -> String) -> Result<String, Fault> {
    Ok(super::default::bare(text_of(sql, what)?))
}
