use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use config::{Config, Environment, File, FileFormat};
use limbeck_core::diag::{Diagnostic, Location, list, nearest};
use limbeck_core::driver::{DatabaseSettings, DatabaseUrl};
use serde_json::Value;

use crate::expand::{ExpandError, expand};
use crate::interpret::Interpreter;
use crate::places::Places;
use crate::raw::Raw;
use crate::{DatabaseConfig, Settings, keys};

/// The name of the configuration file.
pub const CONFIG_FILE: &str = "limbeck.toml";

/// The configuration file that holds for a folder.
#[derive(Debug, Clone)]
pub struct Found {
    /// The file; `None` if there is none.
    pub file: Option<PathBuf>,
    /// The folder that relative paths are relative to.
    pub directory: PathBuf,
}

/// The configuration file: the one given, or `limbeck.toml` in `here` or the nearest folder above it.
pub fn find(here: &Path, given: Option<&Path>) -> Found {
    if let Some(given) = given {
        let file = here.join(given);
        let directory = file.parent().map_or_else(|| here.to_path_buf(), Path::to_path_buf);
        return Found { file: Some(file), directory };
    }
    for folder in here.ancestors() {
        let file = folder.join(CONFIG_FILE);
        if file.exists() {
            return Found { file: Some(file), directory: folder.to_path_buf() };
        }
    }
    Found { file: None, directory: here.to_path_buf() }
}

/// What the flags say of the one database that a command works on.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--url`
    pub url: Option<String>,
    /// `--migrations`
    pub migrations: Option<PathBuf>,
    /// `--database`
    pub databases: Vec<String>,
    /// The values of templates that a database was asked for, by the template's name.
    pub each: BTreeMap<String, Vec<String>>,
}

/// Reads the configuration and puts the flags over it. `here` is the folder that flags' paths are relative to.
pub fn load(found: &Found, here: &Path, overrides: &Overrides) -> Result<Settings, Vec<Diagnostic>> {
    let reader = Reader::new(found)?;
    let raw = reader.read()?;
    let mut settings =
        Interpreter { reader: &reader, found, problems: Vec::new() }.settings(raw, here, overrides)?;
    if let Some(url) = &overrides.url {
        apply_url(&mut settings, url, here, &overrides.databases).map_err(|problem| vec![problem])?;
    }
    if let Some(folder) = &overrides.migrations {
        let folder = here.join(folder);
        for database in settings.databases.values_mut() {
            database.migrations = vec![folder.clone()];
        }
        settings.migrations = vec![folder];
    }
    Ok(settings)
}

fn apply_url(settings: &mut Settings, url: &str, here: &Path, named: &[String]) -> Result<(), Diagnostic> {
    let name = match named {
        [] => settings.default.clone().unwrap_or_else(|| "default".to_owned()),
        [name] => name.clone(),
        _ => {
            return Err(Diagnostic::new(
                "url-for-several-databases",
                "`--url` is for one database, and several are named",
            )
            .with_help("leave `--url` out, or name one database"));
        }
    };
    let url = DatabaseUrl::parse(url).ok_or_else(|| bad_url("`--url`"))?;
    match settings.databases.get_mut(&name) {
        Some(database) => {
            database.settings.url = url;
            // A path on the command line is relative to where the user stands, not to the configuration.
            database.settings.directory = here.to_path_buf();
        }
        None => {
            let mut database = DatabaseSettings::new(name.clone(), url);
            database.directory = here.to_path_buf();
            let config = DatabaseConfig {
                settings: database,
                migrations: settings.migrations.clone(),
                models: settings.models.clone(),
            };
            settings.databases.insert(name.clone(), config);
        }
    }
    if named.is_empty() {
        settings.default = Some(name);
    }
    Ok(())
}

pub(crate) fn bad_url(what: &str) -> Diagnostic {
    Diagnostic::new("invalid-url", format!("{what} is no database URL")).with_help(
        "write it as `sqlite://app.db`, `postgres://user@host/database` or `mysql://user@host/database`",
    )
}

/// The file, read and taken apart.
pub(crate) struct Reader {
    text: String,
    places: Option<Places>,
}

impl Reader {
    fn new(found: &Found) -> Result<Self, Vec<Diagnostic>> {
        let Some(file) = &found.file else {
            return Ok(Self { text: String::new(), places: None });
        };
        let shown = Settings::shown(file);
        let text = std::fs::read_to_string(file).map_err(|error| {
            vec![
                Diagnostic::new("cannot-read-configuration", format!("cannot read {shown}: {error}"))
                    .with_help("give another file with `--config FILE`, or write one with `limbeck init`"),
            ]
        })?;
        let places = Places::find(&shown, &text).map_err(|(message, location)| {
            vec![Diagnostic::new("invalid-configuration", message).with_location(location)]
        })?;
        Ok(Self { text, places: Some(places) })
    }

    pub(crate) fn place(&self, path: &[&str]) -> Option<Location> {
        self.places.as_ref().and_then(|places| places.of(path))
    }

    /// A problem with the key at `path`: with its place in the file, or the variable that it comes from.
    pub(crate) fn problem(&self, code: &'static str, path: &[&str], message: String) -> Diagnostic {
        match self.place(path) {
            Some(location) => Diagnostic::new(code, message).with_location(location),
            None => {
                let variable = format!("LIMBECK__{}", path.join("__").to_uppercase());
                let message = if std::env::var_os(&variable).is_some() {
                    format!("environment variable {variable}: {message}")
                } else {
                    message
                };
                Diagnostic::new(code, message)
            }
        }
    }

    fn read(&self) -> Result<Raw, Vec<Diagnostic>> {
        let layered = Config::builder()
            .add_source(File::from_str(&self.text, FileFormat::Toml))
            .add_source(Environment::with_prefix("LIMBECK").prefix_separator("__").separator("__"))
            .build()
            .and_then(Config::try_deserialize::<Value>)
            .map_err(|error| vec![Diagnostic::new("invalid-configuration", error.to_string())])?;
        let mut value = match layered {
            Value::Null => Value::Object(serde_json::Map::new()),
            value => value,
        };
        let mut problems = Vec::new();
        self.check_keys(&value, &mut problems);
        self.expand(&mut value, &mut Vec::new(), &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        serde_json::from_value(value.clone()).map_err(|error| vec![self.wrong_type(&value, &error)])
    }

    fn check_keys(&self, value: &Value, problems: &mut Vec<Diagnostic>) {
        self.check_table(value, &[], keys::TOP, problems);
        for (name, known) in [
            ("migrations", keys::MIGRATIONS),
            ("models", keys::MODELS),
            ("naming", keys::NAMING),
            ("logging", keys::LOGGING),
        ] {
            if let Some(table) = value.get(name) {
                self.check_table(table, &[name], known, problems);
            }
        }
        let hooks = value.get("migrations").and_then(|table| table.get("hooks"));
        match hooks {
            Some(Value::Array(hooks)) => {
                for hook in hooks {
                    self.check_table(hook, &["migrations", "hooks"], keys::HOOK, problems);
                }
            }
            Some(_) => problems.push(self.problem(
                "invalid-configuration",
                &["migrations", "hooks"],
                "`hooks` must be tables: `[[migrations.hooks]]`".to_owned(),
            )),
            None => {}
        }
        match value.get("databases") {
            Some(Value::Object(databases)) => {
                for (name, table) in databases {
                    self.check_table(table, &["databases", name], keys::DATABASE, problems);
                    if let Some(each) = table.get("each") {
                        self.check_table(each, &["databases", name, "each"], keys::EACH, problems);
                    }
                }
            }
            Some(_) => problems.push(self.problem(
                "invalid-configuration",
                &["databases"],
                "`databases` must be tables: `[databases.default]`".to_owned(),
            )),
            None => {}
        }
    }

    fn check_table(&self, table: &Value, path: &[&str], known: &[&str], problems: &mut Vec<Diagnostic>) {
        let Value::Object(table) = table else {
            let message = format!("`{}` must be a table", path.join("."));
            problems.push(self.problem("invalid-configuration", path, message));
            return;
        };
        for key in table.keys().filter(|key| !known.contains(&key.as_str())) {
            let whole: Vec<&str> = path.iter().copied().chain([key.as_str()]).collect();
            let message = format!("unknown key `{}`", whole.join("."));
            let help = match nearest(key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here are {}", list(known)),
            };
            problems.push(self.problem("unknown-setting", &whole, message).with_help(help));
        }
    }

    fn expand(&self, value: &mut Value, path: &mut Vec<String>, problems: &mut Vec<Diagnostic>) {
        match value {
            Value::String(text) => match expand(text, &|name| std::env::var(name).ok()) {
                Ok(expanded) => *text = expanded,
                Err(error) => {
                    let path: Vec<&str> = path.iter().map(String::as_str).collect();
                    let (message, help) = match error {
                        ExpandError::Unset(name) => (
                            format!("environment variable `{name}` is not set"),
                            format!("set it, or write `${{{name}:-default}}`; `$${{` is a literal `${{`"),
                        ),
                        ExpandError::Unclosed => {
                            ("`${` without a `}`".to_owned(), "write `$${` for a literal `${`".to_owned())
                        }
                        ExpandError::BadName(name) => (
                            format!("`{name}` is no name of an environment variable"),
                            "write `$${` for a literal `${`".to_owned(),
                        ),
                    };
                    problems.push(self.problem("unset-variable", &path, message).with_help(help));
                }
            },
            Value::Object(table) => {
                for (key, value) in table {
                    path.push(key.clone());
                    self.expand(value, path, problems);
                    path.pop();
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.expand(item, path, problems);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The place of the key whose value has the wrong type: found by trying each on its own.
    fn wrong_type(&self, value: &Value, error: &serde_json::Error) -> Diagnostic {
        let fits = |path: &[&str], leaf: &Value| {
            let wrapped = path.iter().rev().fold(leaf.clone(), |inner, key| {
                Value::Object([((*key).to_owned(), inner)].into_iter().collect())
            });
            serde_json::from_value::<Raw>(wrapped)
        };
        let mut stack: Vec<(Vec<&str>, &Value)> = vec![(Vec::new(), value)];
        while let Some((path, value)) = stack.pop() {
            match value {
                Value::Object(table) => {
                    stack.extend(table.iter().map(|(key, value)| {
                        let mut path = path.clone();
                        path.push(key);
                        (path, value)
                    }));
                }
                leaf => {
                    if let Err(error) = fits(&path, leaf) {
                        // What serde says of a wrong value shows it.
                        let secret = path.iter().any(|key| key.ends_with("url") || key.contains("pass"));
                        let what =
                            if secret { "it must be a text in quotes".to_owned() } else { error.to_string() };
                        let message = format!("`{}`: {what}", path.join("."));
                        return self.problem("invalid-configuration", &path, message);
                    }
                }
            }
        }
        Diagnostic::new("invalid-configuration", error.to_string())
    }
}
