//! What the configuration, the environment and the flags mean together.
//!
//! `limbeck.toml` is layered by the `config` crate under the environment (`LIMBECK__…`); the flags come on top. The
//! file is parsed a second time with `toml`, which knows where things stand, so that errors can point at them.

mod duration;
mod each;
mod expand;
mod interpret;
mod keys;
mod load;
mod places;
mod raw;
mod redact;

pub use duration::parse_duration;
pub use each::{Pending, SEPARATOR};
pub use load::{CONFIG_FILE, Found, Overrides, find, load};
pub use raw::{Destructive, LogLevelFormat, NewFormat, Transaction};

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use limbeck_core::diag::{Diagnostic, list, nearest};
use limbeck_core::driver::DatabaseSettings;
use limbeck_core::schema::Naming;

/// Everything that is configured.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The configuration file, if there is one.
    pub file: Option<PathBuf>,
    /// The folder that relative paths are relative to: the file's, or the working directory.
    pub directory: PathBuf,
    /// The databases by name, in the file's order.
    pub databases: IndexMap<String, DatabaseConfig>,
    /// The names of entries that stand for many databases, called `NAME/VALUE`.
    pub many: Vec<String>,
    /// Those whose values a database must be asked for; it is [`Overrides::each`] that tells them.
    pub pending: Vec<Pending>,
    /// The database used when none is named.
    pub default: Option<String>,
    /// What makemigrations writes.
    pub format: NewFormat,
    /// How it names files.
    pub file_template: String,
    /// Templates of the texts of new revisions, at most one for each format.
    pub templates: Vec<PathBuf>,
    /// Programs that are run on each file that is written, with their arguments.
    pub hooks: Vec<Vec<String>>,
    /// How revisions are put into transactions.
    pub transaction: Transaction,
    /// What migrate does with steps that lose data.
    pub destructive: Destructive,
    /// The folders of the revisions, where a database has none of its own.
    pub migrations: Vec<PathBuf>,
    /// Where the models are, where a database has none of its own.
    pub models: Vec<String>,
    /// Cargo features for which `cfg(feature = "…")` holds in Rust source.
    pub features: Vec<String>,
    /// How constraints and indexes without a name are called.
    pub naming: Naming,
    /// How much is logged, where neither `-v` nor `RUST_LOG` says.
    pub log_level: Option<String>,
    /// How log lines look.
    pub log_format: Option<LogLevelFormat>,
}

/// One database of the configuration.
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    /// How it is reached.
    pub settings: DatabaseSettings,
    /// The folders of its revisions; new ones go into the first.
    pub migrations: Vec<PathBuf>,
    /// Where its models are.
    pub models: Vec<String>,
}

impl Settings {
    /// The names of the databases that a command works on.
    pub fn chosen(&self, named: &[String], all: bool) -> Result<Vec<&str>, Diagnostic> {
        if all {
            return Ok(self.databases.keys().map(String::as_str).collect());
        }
        if !named.is_empty() {
            let mut chosen = Vec::new();
            for name in named {
                chosen.extend(self.of_name(name)?);
            }
            return Ok(chosen);
        }
        let name = match (&self.default, self.databases.keys().collect::<Vec<_>>().as_slice()) {
            (Some(name), _) => name.as_str(),
            (None, [only]) => only.as_str(),
            (None, _) if self.databases.contains_key("default") => "default",
            (None, []) => {
                return Err(Diagnostic::new("no-database", "no database is configured").with_help(
                    "give `--url`, or write `[databases.default]` with a `url` into limbeck.toml",
                ));
            }
            (None, _) => {
                return Err(Diagnostic::new(
                    "no-database",
                    format!("several databases are configured: {}", list(self.entries())),
                )
                .with_help(
                    "choose with `-d NAME` or `--all-databases`, or set `default = \"NAME\"` in limbeck.toml",
                ));
            }
        };
        self.of_name(name)
    }

    /// The databases of this name: one, or all of a template.
    fn of_name(&self, name: &str) -> Result<Vec<&str>, Diagnostic> {
        if let Some((name, _)) = self.databases.get_key_value(name) {
            return Ok(vec![name.as_str()]);
        }
        if self.many.iter().any(|template| template == name) {
            let names = self.databases.keys().map(String::as_str);
            return Ok(names.filter(|database| is_of(database, name)).collect());
        }
        Err(self.unknown(name))
    }

    /// The templates that must be filled before these databases can be chosen.
    pub fn wanted<'a>(&'a self, named: &'a [String], all: bool) -> impl Iterator<Item = &'a Pending> {
        let default = self.default.as_deref().filter(|_| named.is_empty());
        self.pending.iter().filter(move |pending| {
            let is_named = |name: &str| name == pending.name || is_of(name, &pending.name);
            all || named.iter().any(|name| is_named(name)) || default.is_some_and(is_named)
        })
    }

    /// The names of the entries: of a template, its own and not those of all that it stands for.
    fn entries(&self) -> Vec<&str> {
        let single = self.databases.keys().map(String::as_str);
        let single = single.filter(|name| !self.many.iter().any(|template| is_of(name, template)));
        single.chain(self.many.iter().map(String::as_str)).collect()
    }

    fn unknown(&self, name: &str) -> Diagnostic {
        if name.contains("://") {
            // Not shown: it may hold a password.
            return Diagnostic::new(
                "unknown-database",
                "a URL stands where the name of a database is expected",
            )
            .with_help("give it with `--url URL`");
        }
        let known: Vec<&str> = self.databases.keys().map(String::as_str).collect();
        let near = nearest(name, known.iter().copied());
        let entries = self.entries();
        let help = match near {
            Some(near) => format!("did you mean `{near}`? Configured are {}", list(&entries)),
            None if entries.is_empty() => "none is configured".to_owned(),
            None => format!("configured are {}", list(&entries)),
        };
        Diagnostic::new("unknown-database", format!("no database `{name}` in the configuration"))
            .with_help(help)
    }

    /// A path as the user would write it: relative to the working directory if it lies below, else whole.
    pub fn shown(path: &Path) -> String {
        let relative =
            std::env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf));
        let path = relative.as_deref().unwrap_or(path);
        let text = path.display().to_string();
        match text.strip_prefix("./") {
            Some(rest) if !rest.is_empty() => rest.to_owned(),
            _ => text,
        }
    }
}

/// Whether a database is one of a template's.
fn is_of(database: &str, template: &str) -> bool {
    database.strip_prefix(template).is_some_and(|rest| rest.starts_with(SEPARATOR))
}
