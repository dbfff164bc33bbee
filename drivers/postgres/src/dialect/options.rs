//! What `options.postgres` may say.

use limbeck_core::diag::{list, nearest};
use limbeck_core::schema::{OptionValue, Options};

use super::fault::Fault;
use super::literal::{identifier, text};
use super::{NAME, NAMES};
use crate::options as key;

/// The options of a table.
pub(super) const TABLE: &[&str] = &[
    key::UNLOGGED,
    key::PARAMETERS,
    key::TABLESPACE,
    key::ACCESS_METHOD,
    key::REPLICA_IDENTITY,
    key::ROW_SECURITY,
    key::FORCE_ROW_SECURITY,
    key::INHERITS,
    key::OF_TYPE,
];
/// Those of a column.
pub(super) const COLUMN: &[&str] = &[
    key::STORAGE,
    key::COMPRESSION,
    key::STATISTICS,
    key::PARAMETERS,
    key::SEQUENCE,
    key::INHERITED,
    key::NOT_NULL_NAME,
    key::NOT_NULL_NO_INHERIT,
    key::NOT_NULL_NOT_VALID,
];
/// Those of a primary key or a unique constraint.
pub(super) const KEY: &[&str] =
    &[key::PARAMETERS, key::TABLESPACE, key::WITHOUT_OVERLAPS, key::CLUSTER, key::INHERITED];
/// Those of an exclusion constraint.
pub(super) const EXCLUSION: &[&str] = &[key::PARAMETERS, key::TABLESPACE, key::CLUSTER, key::INHERITED];
/// Those of a foreign key.
pub(super) const FOREIGN_KEY: &[&str] = &[key::PERIOD];
/// Those of a check.
pub(super) const CHECK: &[&str] = &[key::NO_INHERIT];
/// Those of an index.
pub(super) const INDEX: &[&str] =
    &[key::PARAMETERS, key::TABLESPACE, key::ONLY, key::CLUSTER, key::STATISTICS, key::INHERITED];
/// Those of a sequence.
pub(super) const SEQUENCE: &[&str] = &[key::UNLOGGED];
/// Those of what has none.
pub(super) const NONE: &[&str] = &[];

/// The options that hold for PostgreSQL, each a key with its value, all of them known and none that says nothing.
///
/// # Errors
/// A key that is not among `known`, and a value that makes no sense.
pub(super) fn read(options: &Options, known: &[&str], place: &str) -> Result<Options, Fault> {
    let mut read = Options::default();
    for (option, value) in options.effective(NAMES) {
        if !known.contains(&option) {
            let help = match nearest(option, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => {
                    "take it out, or move it into the section of its dialect".to_owned()
                }
                None => format!(
                    "PostgreSQL knows {} here; move what is another dialect's into its section",
                    list(known.iter().map(|key| format!("`{key}`")))
                ),
            };
            return Err(Fault::unsupported(format!("{place} has an unknown option `{option}`"), help));
        }
        let value = match (option, value) {
            (
                key::UNLOGGED
                | key::ROW_SECURITY
                | key::FORCE_ROW_SECURITY
                | key::NOT_NULL_NO_INHERIT
                | key::NOT_NULL_NOT_VALID
                | key::WITHOUT_OVERLAPS
                | key::PERIOD
                | key::NO_INHERIT
                | key::ONLY
                | key::INHERITED
                | key::CLUSTER,
                OptionValue::Bool(flag),
            ) => flag.then_some(OptionValue::Bool(true)),
            (key::PARAMETERS, OptionValue::Table(parameters)) => {
                (!parameters.is_empty()).then(|| OptionValue::Table(parameters.clone()))
            }
            (key::STORAGE | key::COMPRESSION, OptionValue::String(word)) => {
                let words: &[&str] = if option == key::STORAGE {
                    &["plain", "external", "extended", "main"]
                } else {
                    &["pglz", "lz4"]
                };
                let word = word.to_ascii_lowercase();
                if !words.contains(&word.as_str()) {
                    return Err(Fault::unsupported(
                        format!("{place} has `{option} = \"{word}\"`, which PostgreSQL does not know"),
                        format!("it is one of {}", list(words)),
                    ));
                }
                Some(OptionValue::String(word))
            }
            (key::STATISTICS, OptionValue::Integer(_) | OptionValue::Array(_))
            | (key::INHERITS, OptionValue::Array(_))
            | (
                key::TABLESPACE
                | key::ACCESS_METHOD
                | key::REPLICA_IDENTITY
                | key::OF_TYPE
                | key::SEQUENCE
                | key::NOT_NULL_NAME,
                OptionValue::String(_),
            ) => Some(value.clone()),
            _ => {
                let form = match option {
                    key::PARAMETERS => "a table such as { fillfactor = \"70\" }",
                    key::STATISTICS => "a number, or for an index a list of numbers",
                    key::INHERITS => "a list of names",
                    key::TABLESPACE
                    | key::ACCESS_METHOD
                    | key::REPLICA_IDENTITY
                    | key::OF_TYPE
                    | key::SEQUENCE
                    | key::NOT_NULL_NAME
                    | key::STORAGE
                    | key::COMPRESSION => "a text",
                    _ => "true or false",
                };
                return Err(Fault::unsupported(
                    format!("{place} has a value of the wrong kind in its option `{option}`"),
                    format!("write {form}"),
                ));
            }
        };
        if let Some(value) = value {
            read.set(NAME, option, value);
        }
    }
    Ok(read)
}

/// The parameters behind WITH, as `key = value`, in the order in which they are said: the server keeps it.
pub(super) fn parameters(options: &Options) -> Vec<(String, String)> {
    let effective = options.effective(NAMES);
    let Some(OptionValue::Table(parameters)) = effective.get(key::PARAMETERS) else { return Vec::new() };
    let value = |value: &OptionValue| match value {
        OptionValue::Bool(flag) => flag.to_string(),
        OptionValue::Integer(number) => number.to_string(),
        OptionValue::Float(number) => number.to_string(),
        OptionValue::String(given) => text(given),
        // Nothing of the kind is a parameter; the server says so.
        OptionValue::Array(_) | OptionValue::Table(_) => text(""),
    };
    parameters.0.iter().map(|(name, given)| (parameter_name(name), value(given))).collect()
}

/// A parameter's name, with the namespace that it may have.
pub(super) fn parameter_name(name: &str) -> String {
    match name.split_once('.') {
        Some((namespace, name)) => format!("{}.{}", identifier(namespace), identifier(name)),
        None => identifier(name),
    }
}

/// ` WITH (…)`, or nothing.
pub(super) fn with(options: &Options) -> String {
    let pairs: Vec<String> =
        parameters(options).into_iter().map(|(name, value)| format!("{name} = {value}")).collect();
    if pairs.is_empty() { String::new() } else { format!(" WITH ({})", pairs.join(", ")) }
}

/// The whole number under `key`.
pub(super) fn integer(options: &Options, key: &str) -> Option<i64> {
    match options.effective(NAMES).remove(key) {
        Some(OptionValue::Integer(number)) => Some(*number),
        _ => None,
    }
}

/// The texts under `key`.
pub(super) fn texts(options: &Options, key: &str) -> Vec<String> {
    match options.effective(NAMES).remove(key) {
        Some(OptionValue::Array(items)) => items
            .iter()
            .filter_map(|item| match item {
                OptionValue::String(text) => Some(text.clone()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Takes `key` out.
pub(super) fn remove(options: &mut Options, key: &str) {
    options.0.shift_remove(key);
    if let Some(OptionValue::Table(section)) = options.0.get_mut(NAME) {
        section.0.shift_remove(key);
        if section.0.is_empty() {
            options.0.shift_remove(NAME);
        }
    }
}
