//! Reading back what was written.

use limbeck_core::autogenerate::comparison;
use limbeck_core::diff::{DiffOptions, Hints, diff};
use limbeck_core::schema::Schema;

use super::Setting;
use crate::source::read_text;

/// What the models of `text` say otherwise than `schema`, in a line for each difference.
pub(super) fn differences(schema: &Schema, text: &str, setting: Setting<'_>) -> Vec<String> {
    let declared = match read_text("models.rs", text, setting.naming) {
        Ok(declared) => declared,
        Err(errors) => {
            let lines = errors.iter().map(|error| format!("what these models cannot hold: {error}"));
            return lines.collect();
        }
    };
    let rules = comparison(setting.dialect, false).tables_only(true);
    let hints = Hints::default();
    let options = DiffOptions::unasked(&hints, setting.naming, &rules);
    let found = diff(schema, &declared.schema, &options);
    let operations = found.operations.iter();
    let lines = operations.map(|operation| {
        format!("to say the same, the models would have to undo: {}", operation.describe(Some(schema)))
    });
    lines.chain(found.notes.iter().map(|note| format!("by the models, {note}"))).collect()
}
