//! The configuration as it is written.

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer};

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Raw {
    pub(super) default: Option<String>,
    pub(super) databases: IndexMap<String, RawDatabase>,
    pub(super) migrations: RawMigrations,
    pub(super) models: RawModels,
    pub(super) naming: RawNaming,
    pub(super) logging: RawLogging,
}

/// `[databases.NAME]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawDatabase {
    pub(super) url: Option<String>,
    pub(super) driver: Option<String>,
    pub(super) host: Option<String>,
    #[serde(deserialize_with = "number")]
    pub(super) port: Option<u64>,
    pub(super) database: Option<String>,
    pub(super) username: Option<String>,
    pub(super) password: Option<String>,
    pub(super) password_file: Option<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub(super) migrations: Vec<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub(super) models: Vec<String>,
    pub(super) lock_timeout: Option<String>,
    pub(super) wait: Option<String>,
    pub(super) statement_timeout: Option<String>,
    pub(super) connect_timeout: Option<String>,
    #[serde(deserialize_with = "number")]
    pub(super) pool_size: Option<u64>,
    pub(super) version_table: Option<String>,
    pub(super) journal_table: Option<String>,
    pub(super) version_schema: Option<String>,
    pub(super) scratch_url: Option<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub(super) schemas: Vec<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub(super) include: Vec<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub(super) exclude: Vec<String>,
    pub(super) tls: Option<String>,
    pub(super) root_cert: Option<String>,
    pub(super) client_cert: Option<String>,
    pub(super) client_key: Option<String>,
}

/// `[migrations]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawMigrations {
    #[serde(deserialize_with = "one_or_many")]
    pub(super) dir: Vec<String>,
    pub(super) format: Option<NewFormat>,
    pub(super) file_template: Option<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub(super) template: Vec<String>,
    pub(super) hooks: Vec<RawHook>,
    pub(super) transaction: Option<Transaction>,
    pub(super) destructive: Option<Destructive>,
}

/// `[[migrations.hooks]]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawHook {
    pub(super) command: Vec<String>,
}

/// `[models]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawModels {
    #[serde(deserialize_with = "one_or_many")]
    pub(super) source: Vec<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub(super) features: Vec<String>,
}

/// `[naming]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawNaming {
    pub(super) primary_key: Option<String>,
    pub(super) unique: Option<String>,
    pub(super) foreign_key: Option<String>,
    pub(super) check: Option<String>,
    pub(super) index: Option<String>,
    pub(super) exclusion: Option<String>,
}

/// `[logging]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawLogging {
    pub(super) level: Option<String>,
    pub(super) format: Option<LogLevelFormat>,
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
