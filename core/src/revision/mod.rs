//! Revision files: one file is one node of the graph, with what it does and how that is undone.
//!
//! | module | what |
//! |---|---|
//! | `revision` | [`Revision`]: what a file says, and where it says it |
//! | `tree` | the neutral tree that stands between operations and any text |
//! | `toml_plain`, `toml_tree`, `decode` | TOML → tree → [`Revision`], with a place for every error |
//! | `encode`, `toml_text`, `json` | [`Revision`] → tree → TOML or JSON |
//! | `snapshot` | a whole schema as JSON |
//! | `sql_file` | revisions written in SQL |
//! | `directory` | all the files of some directories |
//! | `checksum` | a revision's meaning as a hash |
//! | `file_name`, `write` | how a new file is called, and how it comes to be there whole or not at all |
//!
//! Reading and writing are inverse: `parse(write(r)) == r`, and what was read is written with the same bytes again.
//! Every key of every operation is listed in `docs/revision-files.md`.

mod checksum;
mod decode;
mod directory;
mod encode;
mod error;
mod file_name;
mod json;
#[allow(clippy::module_inception)]
mod revision;
mod snapshot;
mod sql_file;
mod toml_plain;
mod toml_text;
mod toml_tree;
mod tree;
mod write;

pub use checksum::{Checksum, checksum};
pub use directory::read_directories;
pub use error::{ReadError, ReadErrorKind, WriteError};
pub use file_name::{FileTemplate, FileTemplateError, slug};
pub use json::{operation_from_json, operation_to_json};
pub use revision::{Downgrade, Format, Revision, Source, TransactionMode, stands_for};
pub use snapshot::{SnapshotError, schema_from_json, schema_to_json};
pub use write::{rewrite, write_new};

use std::sync::Arc;

/// Reads one revision. `file` is what errors call it.
///
/// # Errors
/// Everything that is wrong with it, in the order of the file.
pub fn parse(
    file: impl Into<Arc<str>>,
    text: impl Into<Arc<str>>,
    format: Format,
) -> Result<Revision, Vec<ReadError>> {
    let (file, text) = (file.into(), text.into());
    match format {
        Format::Toml => toml_tree::parse(file, text),
        Format::Sql => sql_file::parse(file, text),
    }
}

/// The text of a revision's file. [`parse`] gives the same revision back.
///
/// # Errors
/// TOML can say everything; SQL only what one run of statements in each direction says.
pub fn write(revision: &Revision, format: Format) -> Result<String, WriteError> {
    match format {
        Format::Toml => Ok(toml_text::revision(revision)),
        Format::Sql => sql_file::write(revision),
    }
}

/// Operations as the `[[upgrade]]` blocks of a TOML revision, without a header.
pub fn operations_to_toml(operations: &[crate::operation::Operation]) -> String {
    toml_text::operations(operations, "upgrade")
}
