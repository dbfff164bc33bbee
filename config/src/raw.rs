//! The configuration as it is written.

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer};

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Raw {
    pub(crate) default: Option<String>,
    pub(crate) databases: IndexMap<String, RawDatabase>,
    pub(crate) migrations: RawMigrations,
    pub(crate) models: RawModels,
    pub(crate) naming: RawNaming,
    pub(crate) logging: RawLogging,
}

/// `[databases.NAME]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RawDatabase {
    pub(crate) url: Option<String>,
    pub(crate) driver: Option<String>,
    pub(crate) host: Option<String>,
    #[serde(deserialize_with = "number")]
    pub(crate) port: Option<u64>,
    pub(crate) database: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) password_file: Option<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) migrations: Vec<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) models: Vec<String>,
    pub(crate) lock_timeout: Option<String>,
    pub(crate) wait: Option<String>,
    pub(crate) statement_timeout: Option<String>,
    pub(crate) connect_timeout: Option<String>,
    #[serde(deserialize_with = "number")]
    pub(crate) pool_size: Option<u64>,
    pub(crate) version_table: Option<String>,
    pub(crate) journal_table: Option<String>,
    pub(crate) version_schema: Option<String>,
    pub(crate) scratch_url: Option<String>,
    pub(crate) schema: Option<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) schemas: Vec<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) include: Vec<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) exclude: Vec<String>,
    #[serde(deserialize_with = "switch")]
    pub(crate) owners: bool,
    #[serde(deserialize_with = "switch")]
    pub(crate) grants: bool,
    pub(crate) tls: Option<String>,
    pub(crate) root_cert: Option<String>,
    pub(crate) client_cert: Option<String>,
    pub(crate) client_key: Option<String>,
    pub(crate) each: Option<RawEach>,
}

/// `[databases.NAME] each`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RawEach {
    pub(crate) list: Option<Vec<String>>,
    pub(crate) file: Option<String>,
    pub(crate) query: Option<String>,
    pub(crate) database: Option<String>,
}

/// `[migrations]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RawMigrations {
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) dir: Vec<String>,
    pub(crate) format: Option<NewFormat>,
    pub(crate) file_template: Option<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) template: Vec<String>,
    pub(crate) hooks: Vec<RawHook>,
    pub(crate) transaction: Option<Transaction>,
    pub(crate) destructive: Option<Destructive>,
}

/// `[[migrations.hooks]]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RawHook {
    pub(crate) command: Vec<String>,
}

/// `[models]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RawModels {
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) source: Vec<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) features: Vec<String>,
}

/// `[naming]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RawNaming {
    pub(crate) primary_key: Option<String>,
    pub(crate) unique: Option<String>,
    pub(crate) foreign_key: Option<String>,
    pub(crate) check: Option<String>,
    pub(crate) index: Option<String>,
    pub(crate) exclusion: Option<String>,
}

/// `[logging]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RawLogging {
    pub(crate) level: Option<String>,
    pub(crate) format: Option<LogLevelFormat>,
}

/// What makemigrations writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NewFormat {
    /// Operations.
    #[default]
    Toml,
    /// Statements.
    Sql,
}

/// How revisions are put into transactions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transaction {
    /// One for each.
    #[default]
    Revision,
    /// One for all of a run.
    All,
    /// None.
    None,
}

/// What migrate does with steps that lose data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Destructive {
    /// Ask on a terminal; without one run them, with a warning.
    #[default]
    Confirm,
    /// Refuse, unless a flag allows them.
    Forbid,
    /// Run them.
    Allow,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevelFormat {
    /// A line of words.
    Text,
    /// A JSON object a line.
    Json,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

fn one_or_many<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<String>, D::Error> {
    Ok(
        match OneOrMany::deserialize(input)
            .map_err(|_| serde::de::Error::custom("expected a string or a list of strings"))?
        {
            OneOrMany::One(one) => vec![one],
            OneOrMany::Many(many) => many,
        },
    )
}

/// A number, or the digits of one: the environment has texts only.
#[derive(Deserialize)]
#[serde(untagged)]
enum NumberOrDigits {
    Number(u64),
    Digits(String),
}

fn number<'de, D: Deserializer<'de>>(input: D) -> Result<Option<u64>, D::Error> {
    let wrong = || serde::de::Error::custom("expected a whole number");
    match NumberOrDigits::deserialize(input).map_err(|_| wrong())? {
        NumberOrDigits::Number(number) => Ok(Some(number)),
        NumberOrDigits::Digits(digits) => digits.trim().parse().map(Some).map_err(|_| wrong()),
    }
}

/// Yes or no, or the word for it: the environment has texts only.
#[derive(Deserialize)]
#[serde(untagged)]
enum SwitchOrWord {
    Switch(bool),
    Word(String),
}

fn switch<'de, D: Deserializer<'de>>(input: D) -> Result<bool, D::Error> {
    let wrong = || serde::de::Error::custom("expected true or false");
    match SwitchOrWord::deserialize(input).map_err(|_| wrong())? {
        SwitchOrWord::Switch(on) => Ok(on),
        SwitchOrWord::Word(word) => word.trim().parse().map_err(|_| wrong()),
    }
}
