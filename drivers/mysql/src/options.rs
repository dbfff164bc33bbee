//! What of a schema only MySQL and MariaDB know, and under which keys of `options.mysql` or `options.mariadb` it stands.
//!
//! | of | key | value |
//! |---|---|---|
//! | a table | [`ENGINE`] | where it is kept, if not in InnoDB |
//! | a table | [`CHARACTER_SET`], [`COLLATION`] | of columns that do not say; the database's, if not given |
//! | a table | [`PARTITION_BY`] | what stands behind `PARTITION BY` |
//! | a table | [`SYSTEM_VERSIONING`] | `true`: old rows are kept (MariaDB) |
//! | a table | [`PERIODS`] | what stands behind each `PERIOD` (MariaDB) |
//! | a table | [`ENGINE_OPTIONS`] | options that its engine defines, as they are written (MariaDB) |
//! | a table | the keys of [`TABLE`] | what stands behind the word |
//! | a column | [`CHARACTER_SET`] | its character set, where no collation says it |
//! | a column | [`ON_UPDATE`] | `CURRENT_TIMESTAMP` |
//! | a column | [`INVISIBLE`] | `true`: `*` leaves it out |
//! | a column | [`SRID`] | the reference system of its values |
//! | a column | [`CHECK`] | a CHECK that stands within the column (MariaDB) |
//! | a column | [`COMPRESSED`] | how it is compressed (MariaDB): the word or words |
//! | a column | [`VERSIONING`] | `without`: its changes make no old rows; `row start`, `row end`: it is one (MariaDB) |
//! | a column | [`STORAGE`], [`COLUMN_FORMAT`] | for NDB |
//! | a column, a key | [`ENGINE_ATTRIBUTE`], [`SECONDARY_ENGINE_ATTRIBUTE`], [`ENGINE_OPTIONS`] | for its engine |
//! | a column | [`NOT_SECONDARY`] | `true`: the secondary engine has it not |
//! | a column | [`NO_DEFAULT`] | `true`: it takes NULL, and a row must say so |
//! | an index or key | [`USING`] | `BTREE`, `HASH`, `RTREE`, where it is said |
//! | an index or key | [`INVISIBLE`], [`IGNORED`] | `true`: queries do not use it |
//! | an index or key | [`KEY_BLOCK_SIZE`] | the size of its blocks |
//! | an index | [`PARSER`] | the parser of a full-text index |
//! | a key | [`WITHOUT_OVERLAPS`] | the period in which rows must not overlap (MariaDB) |
//! | a trigger, routine or event | [`SQL_MODE`] | the mode that it runs in, if not that of limbeck's sessions |
//! | an object | [`COLLATION_CONNECTION`] | the collation of texts in it, if not that of limbeck's sessions |
//! | an object | [`CHARACTER_SET_CLIENT`] | what its maker's client spoke, if not utf8mb4 |
//! | an event | [`TIME_ZONE`] | in which its times are, if not the server's |
//! | a trigger | [`FOLLOWS`] | the one that it runs after |
//! | a sequence | [`ENGINE`] | where it is kept, if not in InnoDB (MariaDB) |
//! | a foreign key | [`NO_ACTION`] | where `NO ACTION` is said in so many words (MariaDB) |

/// `ENGINE=`
pub const ENGINE: &str = "engine";
/// `CHARACTER SET`
pub const CHARACTER_SET: &str = "character_set";
/// `COLLATE`
pub const COLLATION: &str = "collation";
/// `PARTITION BY`
pub const PARTITION_BY: &str = "partition_by";
/// `WITH SYSTEM VERSIONING`
pub const SYSTEM_VERSIONING: &str = "system_versioning";
/// `PERIOD FOR …`
pub const PERIODS: &str = "periods";
/// `` `page_compressed`=1 ``
pub const ENGINE_OPTIONS: &str = "engine_options";
/// `ON UPDATE`
pub const ON_UPDATE: &str = "on_update";
/// `INVISIBLE`
pub const INVISIBLE: &str = "invisible";
/// `IGNORED`
pub const IGNORED: &str = "ignored";
/// `SRID`, `REF_SYSTEM_ID`
pub const SRID: &str = "srid";
/// `CHECK` within a column
pub const CHECK: &str = "check";
/// `COMPRESSED`
pub const COMPRESSED: &str = "compressed";
/// `WITHOUT SYSTEM VERSIONING`, `GENERATED ALWAYS AS ROW START`
pub const VERSIONING: &str = "versioning";
/// `STORAGE`
pub const STORAGE: &str = "storage";
/// `COLUMN_FORMAT`
pub const COLUMN_FORMAT: &str = "column_format";
/// `ENGINE_ATTRIBUTE`
pub const ENGINE_ATTRIBUTE: &str = "engine_attribute";
/// `SECONDARY_ENGINE_ATTRIBUTE`
pub const SECONDARY_ENGINE_ATTRIBUTE: &str = "secondary_engine_attribute";
/// `NOT SECONDARY`
pub const NOT_SECONDARY: &str = "not_secondary";
/// A column that takes NULL and has not even NULL as its default.
pub const NO_DEFAULT: &str = "no_default";
/// `USING`
pub const USING: &str = "using";
/// `KEY_BLOCK_SIZE`
pub const KEY_BLOCK_SIZE: &str = "key_block_size";
/// `WITH PARSER`
pub const PARSER: &str = "parser";
/// `WITHOUT OVERLAPS`
pub const WITHOUT_OVERLAPS: &str = "without_overlaps";
/// `ON DELETE NO ACTION`, `ON UPDATE NO ACTION`: `delete`, `update` or `delete update`
pub const NO_ACTION: &str = "no_action";
/// The `sql_mode` that a routine, trigger or event runs in, where it is not limbeck's.
pub const SQL_MODE: &str = "sql_mode";
/// The collation of texts in an object, where it is not that of limbeck's sessions.
pub const COLLATION_CONNECTION: &str = "collation_connection";
/// The character set of the client that made an object, where it is not utf8mb4.
pub const CHARACTER_SET_CLIENT: &str = "character_set_client";
/// The time zone of an event, where it is not the server's.
pub const TIME_ZONE: &str = "time_zone";
/// The trigger that a trigger runs after.
pub const FOLLOWS: &str = "follows";
/// How the value of a table's option is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A word: `ROW_FORMAT=DYNAMIC`.
    Word,
    /// A number.
    Number,
    /// A text in quotes.
    Text,
    /// A name in quotes, without `=`: ``TABLESPACE `x` ``.
    Name,
    /// Names in parentheses.
    Names,
}

/// An option of tables that is a word and a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableOption {
    /// The key.
    pub key: &'static str,
    /// The word.
    pub word: &'static str,
    /// How its value is written.
    pub form: Form,
    /// The value that takes the option back; `None` if nothing does.
    pub unset: Option<&'static str>,
}

const fn option(
    key: &'static str,
    word: &'static str,
    form: Form,
    unset: Option<&'static str>,
) -> TableOption {
    TableOption { key, word, form, unset }
}

/// The options of tables that are a word and a value, in the order in which the servers show them.
pub const TABLE: [TableOption; 25] = [
    option("tablespace", "TABLESPACE", Form::Name, None),
    option("union", "UNION", Form::Names, Some("()")),
    option("min_rows", "MIN_ROWS", Form::Number, Some("0")),
    option("max_rows", "MAX_ROWS", Form::Number, Some("0")),
    option("avg_row_length", "AVG_ROW_LENGTH", Form::Number, Some("0")),
    option("pack_keys", "PACK_KEYS", Form::Word, Some("DEFAULT")),
    option("stats_persistent", "STATS_PERSISTENT", Form::Word, Some("DEFAULT")),
    option("stats_auto_recalc", "STATS_AUTO_RECALC", Form::Word, Some("DEFAULT")),
    option("stats_sample_pages", "STATS_SAMPLE_PAGES", Form::Word, Some("DEFAULT")),
    option("checksum", "CHECKSUM", Form::Number, Some("0")),
    option("page_checksum", "PAGE_CHECKSUM", Form::Number, Some("DEFAULT")),
    option("delay_key_write", "DELAY_KEY_WRITE", Form::Number, Some("0")),
    option("row_format", "ROW_FORMAT", Form::Word, Some("DEFAULT")),
    option("transactional", "TRANSACTIONAL", Form::Number, Some("DEFAULT")),
    option("key_block_size", "KEY_BLOCK_SIZE", Form::Number, Some("0")),
    option("compression", "COMPRESSION", Form::Text, Some("")),
    option("encryption", "ENCRYPTION", Form::Text, Some("N")),
    option("autoextend_size", "AUTOEXTEND_SIZE", Form::Number, Some("0")),
    option("insert_method", "INSERT_METHOD", Form::Word, Some("NO")),
    option("connection", "CONNECTION", Form::Text, Some("")),
    option("data_directory", "DATA DIRECTORY", Form::Text, None),
    option("index_directory", "INDEX DIRECTORY", Form::Text, None),
    option("secondary_engine", "SECONDARY_ENGINE", Form::Word, Some("NULL")),
    option(ENGINE_ATTRIBUTE, "ENGINE_ATTRIBUTE", Form::Text, Some("")),
    option(SECONDARY_ENGINE_ATTRIBUTE, "SECONDARY_ENGINE_ATTRIBUTE", Form::Text, Some("")),
];
