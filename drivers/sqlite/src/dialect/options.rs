//! What `options.sqlite` may say.

use limbeck_core::diag::{list, nearest};
use limbeck_core::schema::{OptionValue, Options};

use super::fault::Fault;
use super::{NAME, NAMES};
use crate::options::DEFERRABLE_WORDS;

/// `options.sqlite.strict` of a table.
pub(super) const STRICT: &str = "strict";
/// `options.sqlite.without_rowid` of a table.
pub(super) const WITHOUT_ROWID: &str = "without_rowid";
/// `options.sqlite.on_conflict` of a column (its NOT NULL) or of a key, unique constraint or check.
pub(super) const ON_CONFLICT: &str = "on_conflict";

pub(super) use crate::options::{DEFERRABLE, INLINE, NOT_NULL_NAME};

const ACTIONS: [&str; 5] = ["rollback", "abort", "fail", "ignore", "replace"];

/// The options that hold for SQLite, each a key with its value, all of them known and none that says nothing.
///
/// # Errors
/// A key that is not among `known`, and a value that makes no sense.
pub(super) fn read(options: &Options, known: &[&str], place: &str) -> Result<Options, Fault> {
    let mut read = Options::default();
    for (key, value) in options.effective(NAMES) {
        if !known.contains(&key) {
            let help = match nearest(key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => {
                    "take it out, or move it into the section of its dialect".to_owned()
                }
                None => format!(
                    "SQLite knows {} here; move what is another dialect's into its section",
                    list(known.iter().map(|key| format!("`{key}`")))
                ),
            };
            return Err(Fault::unsupported(format!("{place} has an unknown option `{key}`"), help));
        }
        let value = match (key, value) {
            (ON_CONFLICT, OptionValue::String(action)) => {
                let action = action.to_ascii_lowercase();
                if !ACTIONS.contains(&action.as_str()) {
                    let near = nearest(&action, ACTIONS).map(|near| format!("did you mean `{near}`? "));
                    return Err(Fault::unsupported(
                        format!("{place} has `{ON_CONFLICT} = \"{action}\"`, which is no conflict clause"),
                        format!("{}it is one of {}", near.unwrap_or_default(), list(ACTIONS)),
                    ));
                }
                Some(OptionValue::String(action))
            }
            (DEFERRABLE, OptionValue::String(words)) => {
                let words = words.to_ascii_lowercase();
                if !DEFERRABLE_WORDS.contains(&words.as_str()) {
                    return Err(Fault::unsupported(
                        format!("{place} has `{DEFERRABLE} = \"{words}\"`, which SQLite does not say"),
                        format!("it is one of {}", list(DEFERRABLE_WORDS)),
                    ));
                }
                Some(OptionValue::String(words))
            }
            (NOT_NULL_NAME, OptionValue::String(name)) => Some(OptionValue::String(name.clone())),
            (STRICT | WITHOUT_ROWID | INLINE, OptionValue::Bool(flag)) => {
                flag.then_some(OptionValue::Bool(true))
            }
            _ => {
                let form = match key {
                    ON_CONFLICT => "a word such as \"replace\"",
                    NOT_NULL_NAME => "a name",
                    DEFERRABLE => "words such as \"not deferrable\"",
                    _ => "true or false",
                };
                return Err(Fault::unsupported(
                    format!("{place} has a value of the wrong kind in its option `{key}`"),
                    format!("write {form}"),
                ));
            }
        };
        if let Some(value) = value {
            read.set(NAME, key, value);
        }
    }
    Ok(read)
}

/// ` ON CONFLICT REPLACE`, or nothing.
pub(super) fn on_conflict(options: &Options) -> String {
    options
        .text(NAMES, ON_CONFLICT)
        .map(|action| format!(" ON CONFLICT {}", action.to_ascii_uppercase()))
        .unwrap_or_default()
}
