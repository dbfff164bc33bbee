//! What `options.mysql` and `options.mariadb` may say, and what of it a lowered thing holds.

use limbeck_core::diag::{list, nearest};
use limbeck_core::schema::{OptionValue, Options};

use super::fault::Fault;
use crate::flavour::Gates;
use crate::options::{
    CHARACTER_SET, CHARACTER_SET_CLIENT, CHECK, COLLATION, COLLATION_CONNECTION, COLUMN_FORMAT, COMPRESSED,
    ENGINE, ENGINE_ATTRIBUTE, ENGINE_OPTIONS, FOLLOWS, Form, IGNORED, INVISIBLE, KEY_BLOCK_SIZE, NO_ACTION,
    NO_DEFAULT, NOT_SECONDARY, ON_UPDATE, PARSER, PARTITION_BY, PERIODS, SECONDARY_ENGINE_ATTRIBUTE,
    SQL_MODE, SRID, STORAGE, SYSTEM_VERSIONING, TABLE, TIME_ZONE, USING, VERSIONING, WITHOUT_OVERLAPS,
};

/// What options are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Table,
    Column,
    Key,
    ForeignKey,
    Object,
    Sequence,
    Nothing,
}

/// How a value looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Flag,
    Number,
    Text,
    Texts,
}

impl Place {
    fn keys(self) -> Vec<(&'static str, Look)> {
        use Look::{Flag, Number, Text, Texts};
        match self {
            Self::Table => [
                (ENGINE, Text),
                (CHARACTER_SET, Text),
                (COLLATION, Text),
                (PARTITION_BY, Text),
                (SYSTEM_VERSIONING, Flag),
                (PERIODS, Texts),
                (ENGINE_OPTIONS, Texts),
            ]
            .into_iter()
            .chain(
                TABLE
                    .iter()
                    .map(|option| (option.key, if option.form == Form::Number { Number } else { Text })),
            )
            .collect(),
            Self::Column => vec![
                (CHARACTER_SET, Text),
                (ON_UPDATE, Text),
                (INVISIBLE, Flag),
                (SRID, Number),
                (CHECK, Text),
                (COMPRESSED, Text),
                (VERSIONING, Text),
                (STORAGE, Text),
                (COLUMN_FORMAT, Text),
                (ENGINE_ATTRIBUTE, Text),
                (SECONDARY_ENGINE_ATTRIBUTE, Text),
                (ENGINE_OPTIONS, Texts),
                (NOT_SECONDARY, Flag),
                (NO_DEFAULT, Flag),
            ],
            Self::Key => vec![
                (USING, Text),
                (INVISIBLE, Flag),
                (IGNORED, Flag),
                (KEY_BLOCK_SIZE, Number),
                (PARSER, Text),
                (WITHOUT_OVERLAPS, Text),
                (ENGINE_ATTRIBUTE, Text),
                (SECONDARY_ENGINE_ATTRIBUTE, Text),
                (ENGINE_OPTIONS, Texts),
            ],
            Self::ForeignKey => vec![(NO_ACTION, Text)],
            Self::Object => vec![
                (SQL_MODE, Text),
                (FOLLOWS, Text),
                (COLLATION_CONNECTION, Text),
                (CHARACTER_SET_CLIENT, Text),
                (TIME_ZONE, Text),
            ],
            Self::Sequence => vec![(ENGINE, Text)],
            Self::Nothing => Vec::new(),
        }
    }
}

/// The options that hold for the server, each a key with its value, all of them known and none that says nothing, in
/// the dialect's own section.
///
/// # Errors
/// A key that is not known there, and a value of the wrong kind.
pub(crate) fn read(gates: Gates, options: &Options, place: Place, of: &str) -> Result<Options, Fault> {
    let mut read = Options::default();
    if options.is_empty() {
        return Ok(read);
    }
    let known = place.keys();
    for (key, value) in options.effective(gates.names()) {
        let Some((_, look)) = known.iter().find(|(name, _)| *name == key) else {
            let names = known.iter().map(|(name, _)| *name);
            let help = match nearest(key, names.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => {
                    "take it out, or move it into the section of its dialect".to_owned()
                }
                None => format!(
                    "{} knows {} here; move what is another dialect's into its section",
                    gates.flavour.product(),
                    list(names.map(|name| format!("`{name}`")))
                ),
            };
            return Err(Fault::unsupported(format!("{of} has an unknown option `{key}`"), help));
        };
        let fits = match (look, value) {
            (Look::Flag, OptionValue::Bool(_))
            | (Look::Text, OptionValue::String(_))
            | (Look::Number, OptionValue::Integer(_)) => true,
            // A number may be a word where the server takes `DEFAULT`, too.
            (Look::Text, OptionValue::Integer(_)) => true,
            (Look::Texts, OptionValue::Array(items)) => {
                items.iter().all(|item| matches!(item, OptionValue::String(_)))
            }
            _ => false,
        };
        if !fits {
            let form = match look {
                Look::Flag => "true or false",
                Look::Number => "a number",
                Look::Text => "a text",
                Look::Texts => "a list of texts",
            };
            return Err(Fault::unsupported(
                format!("{of} has a value of the wrong kind in its option `{key}`"),
                format!("write {form}"),
            ));
        }
        let nothing = match value {
            OptionValue::Bool(flag) => !flag,
            OptionValue::String(text) => text.is_empty(),
            OptionValue::Array(items) => items.is_empty(),
            _ => false,
        };
        if !nothing {
            let value = match (look, value) {
                (Look::Text, OptionValue::Integer(number)) => OptionValue::String(number.to_string()),
                (_, value) => value.clone(),
            };
            read.set(gates.name(), key, value);
        }
    }
    Ok(read)
}

/// The options of a lowered thing, by their keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<'a> {
    gates: Gates,
    options: &'a Options,
}

impl<'a> Said<'a> {
    pub(crate) fn new(gates: Gates, options: &'a Options) -> Self {
        Self { gates, options }
    }

    fn get(&self, key: &str) -> Option<&'a OptionValue> {
        match self.options.0.get(self.gates.name()) {
            Some(OptionValue::Table(section)) => section.0.get(key),
            _ => None,
        }
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        matches!(self.get(key), Some(OptionValue::Bool(true)))
    }

    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        match self.get(key) {
            Some(OptionValue::String(text)) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn number(&self, key: &str) -> Option<i64> {
        match self.get(key) {
            Some(OptionValue::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn texts(&self, key: &str) -> Vec<&'a str> {
        match self.get(key) {
            Some(OptionValue::Array(items)) => items
                .iter()
                .filter_map(|item| match item {
                    OptionValue::String(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// A number or a word, as it is written.
    pub(crate) fn written(&self, key: &str) -> Option<String> {
        self.number(key).map(|number| number.to_string()).or_else(|| self.text(key).map(str::to_owned))
    }
}

/// Sets a text, if there is one.
pub(crate) fn set_text(gates: Gates, options: &mut Options, key: &str, text: Option<String>) {
    if let Some(text) = text {
        options.set(gates.name(), key, OptionValue::String(text));
    }
}
