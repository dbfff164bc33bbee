use std::path::{Path, PathBuf};
use std::time::Duration;

use config::{Config, Environment, File, FileFormat};
use limbeck_core::diag::{Diagnostic, Location, list, nearest};
use limbeck_core::driver::{DatabaseSettings, DatabaseUrl, RecordTables};
use limbeck_core::ident::Ident;
use limbeck_core::schema::Naming;
use serde_json::Value;

use super::expand::{ExpandError, expand};
use super::places::Places;
use super::raw::{Raw, RawDatabase, RawNaming};
use super::{DatabaseConfig, Settings, keys, parse_duration};

/// The name of the configuration file.
pub const CONFIG_FILE: &str = "limbeck.toml";

const FILE_TEMPLATE: &str = "{year}_{month}_{day}_{hour}{minute}-{revision}_{slug}";

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

fn bad_url(what: &str) -> Diagnostic {
    Diagnostic::new("invalid-url", format!("{what} is no database URL")).with_help(
        "write it as `sqlite://app.db`, `postgres://user@host/database` or `mysql://user@host/database`",
    )
}

/// The file, read and taken apart.
struct Reader {
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

    fn place(&self, path: &[&str]) -> Option<Location> {
        self.places.as_ref().and_then(|places| places.of(path))
    }

    /// A problem with the key at `path`: with its place in the file, or the variable that it comes from.
    fn problem(&self, code: &'static str, path: &[&str], message: String) -> Diagnostic {
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
        match value.get("databases") {
            Some(Value::Object(databases)) => {
                for (name, table) in databases {
                    self.check_table(table, &["databases", name], keys::DATABASE, problems);
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
            let within = path.first().copied().unwrap_or_default();
            if keys::NOT_CARRIED_OUT.contains(&(within, key.as_str())) {
                let message = format!("`{key}` is not carried out by this version of limbeck");
                problems
                    .push(self.problem("unsupported-setting", &whole, message).with_help("take the key out"));
                continue;
            }
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
                        let secret = path.iter().any(|key| *key == "url" || key.contains("pass"));
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

/// Turns what is written into what is meant, collecting every problem.
struct Interpreter<'a> {
    reader: &'a Reader,
    found: &'a Found,
    problems: Vec<Diagnostic>,
}

impl Interpreter<'_> {
    fn settings(mut self, raw: Raw, here: &Path, overrides: &Overrides) -> Result<Settings, Vec<Diagnostic>> {
        let directory = self.found.directory.clone();
        let or = |given: &[String], default: &str| -> Vec<String> {
            if given.is_empty() { vec![default.to_owned()] } else { given.to_vec() }
        };
        let migrations: Vec<PathBuf> =
            or(&raw.migrations.dir, "migrations").iter().map(|folder| directory.join(folder)).collect();
        let models = or(&raw.models.source, "src");
        let url_given = overrides.url.is_some();
        let mut databases = indexmap::IndexMap::new();
        for (name, database) in &raw.databases {
            let replaced = url_given
                && (overrides.databases.first() == Some(name)
                    || overrides.databases.is_empty() && raw.default.as_deref().unwrap_or("default") == name);
            let Some(url) = self.url(name, database, replaced) else { continue };
            let mut settings = DatabaseSettings::new(name.clone(), url);
            settings.directory.clone_from(&directory);
            self.timeouts(name, database, &mut settings);
            settings.record = record(database);
            databases.insert(
                name.clone(),
                DatabaseConfig {
                    settings,
                    migrations: if database.migrations.is_empty() {
                        migrations.clone()
                    } else {
                        database.migrations.iter().map(|folder| directory.join(folder)).collect()
                    },
                    models: if database.models.is_empty() { models.clone() } else { database.models.clone() },
                },
            );
        }
        if let Some(default) = &raw.default
            && !raw.databases.contains_key(default)
            && !url_given
        {
            let known: Vec<&str> = raw.databases.keys().map(String::as_str).collect();
            let help = match nearest(default, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("write a table `[databases.{default}]`"),
            };
            let message = format!("`default` names the database `{default}`, which is not configured");
            self.problems
                .push(self.reader.problem("unknown-database", &["default"], message).with_help(help));
        }
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        let file = self.found.file.clone();
        Ok(Settings {
            directory: if file.is_some() { directory } else { here.to_path_buf() },
            file,
            databases,
            default: raw.default,
            format: raw.migrations.format.unwrap_or_default(),
            file_template: raw.migrations.file_template.unwrap_or_else(|| FILE_TEMPLATE.to_owned()),
            transaction: raw.migrations.transaction.unwrap_or_default(),
            destructive: raw.migrations.destructive.unwrap_or_default(),
            migrations,
            models,
            naming: naming(raw.naming),
            log_level: raw.logging.level,
            log_format: raw.logging.format,
        })
    }

    fn url(&mut self, name: &str, database: &RawDatabase, replaced: bool) -> Option<DatabaseUrl> {
        let parts = [
            ("driver", database.driver.is_some()),
            ("host", database.host.is_some()),
            ("port", database.port.is_some()),
            ("database", database.database.is_some()),
            ("username", database.username.is_some()),
            ("password", database.password.is_some()),
            ("password_file", database.password_file.is_some()),
        ];
        let given: Vec<&str> = parts.iter().filter(|(_, given)| *given).map(|(key, _)| *key).collect();
        match (&database.url, &database.driver) {
            (Some(_), _) if !given.is_empty() => {
                let message = format!("`url` and `{}` are both given for database `{name}`", given[0]);
                let problem =
                    self.reader.problem("invalid-configuration", &["databases", name, given[0]], message);
                self.problems.push(problem.with_help("write the one or the other"));
                None
            }
            (Some(url), _) => {
                let parsed = DatabaseUrl::parse(url);
                if parsed.is_none() {
                    let path = ["databases", name, "url"];
                    let mut problem = bad_url(&format!("the `url` of database `{name}`"));
                    problem.location = self.reader.place(&path);
                    self.problems.push(problem);
                }
                parsed
            }
            (None, Some(driver)) => self.composed(name, driver, database),
            // `--url` stands in for what the file leaves out.
            (None, None) if replaced => DatabaseUrl::parse("unset:"),
            (None, None) => {
                let message = format!("database `{name}` has neither `url` nor `driver`");
                let problem = self.reader.problem("invalid-configuration", &["databases", name], message);
                self.problems.push(
                    problem
                        .with_help("write `url = \"sqlite://app.db\"`, or `driver`, `host`, `database`, …"),
                );
                None
            }
        }
    }

    /// The URL that the single keys make.
    fn composed(&mut self, name: &str, driver: &str, database: &RawDatabase) -> Option<DatabaseUrl> {
        let password = match (&database.password, &database.password_file) {
            (Some(password), None) => Some(password.clone()),
            (None, Some(file)) => match std::fs::read_to_string(self.found.directory.join(file)) {
                Ok(text) => Some(text.trim_end_matches(['\n', '\r']).to_owned()),
                Err(error) => {
                    let message = format!("cannot read the password file {file}: {error}");
                    let path = ["databases", name, "password_file"];
                    self.problems.push(self.reader.problem("cannot-read-password", &path, message));
                    return None;
                }
            },
            (None, None) => None,
            (Some(_), Some(_)) => {
                let message = "`password` and `password_file` are both given".to_owned();
                let path = ["databases", name, "password_file"];
                self.problems.push(self.reader.problem("invalid-configuration", &path, message));
                return None;
            }
        };
        let mut url = format!("{driver}://");
        // A database without a server is a file, and its path is all there is.
        let is_file = database.host.is_none() && database.username.is_none() && database.port.is_none();
        let target = database.database.as_deref().unwrap_or_default();
        if is_file && password.is_none() {
            url.push_str(&target.replace('%', "%25").replace('?', "%3F").replace('#', "%23"));
        } else {
            if let Some(user) = &database.username {
                url.push_str(&encode(user).to_string());
                if let Some(password) = &password {
                    url.push(':');
                    url.push_str(&encode(password).to_string());
                }
                url.push('@');
            }
            let host = database.host.as_deref().unwrap_or("localhost");
            if host.contains(':') && !host.starts_with('[') {
                url.push_str(&format!("[{host}]"));
            } else {
                url.push_str(host);
            }
            if let Some(port) = database.port {
                url.push_str(&format!(":{port}"));
            }
            url.push('/');
            url.push_str(&encode(target).to_string());
        }
        let parsed = DatabaseUrl::parse(&url);
        if parsed.is_none() {
            let message = format!("`{driver}` is no driver");
            self.problems.push(self.reader.problem(
                "invalid-configuration",
                &["databases", name, "driver"],
                message,
            ));
        }
        parsed
    }

    fn timeouts(&mut self, name: &str, database: &RawDatabase, settings: &mut DatabaseSettings) {
        let mut duration = |key: &str, text: &Option<String>| -> Option<Duration> {
            match parse_duration(text.as_deref()?) {
                Ok(duration) => Some(duration),
                Err(message) => {
                    let path = ["databases", name, key];
                    self.problems.push(self.reader.problem("invalid-configuration", &path, message));
                    None
                }
            }
        };
        // Zero is what databases themselves call "without end".
        let endless = |duration: Duration| if duration.is_zero() { None } else { Some(duration) };
        if let Some(timeout) = duration("lock_timeout", &database.lock_timeout) {
            settings.lock_timeout = endless(timeout);
        }
        if let Some(timeout) = duration("statement_timeout", &database.statement_timeout) {
            settings.statement_timeout = endless(timeout);
        }
        if let Some(wait) = duration("wait", &database.wait) {
            settings.wait = wait;
        }
        if let Some(timeout) = duration("connect_timeout", &database.connect_timeout) {
            settings.connect_timeout = timeout;
        }
        match database.pool_size.map(usize::try_from) {
            Some(Ok(size)) if size > 0 => settings.pool_size = size,
            Some(_) => {
                let path = ["databases", name, "pool_size"];
                let message = "`pool_size` must be 1 or more".to_owned();
                self.problems.push(self.reader.problem("invalid-configuration", &path, message));
            }
            None => {}
        }
    }
}

fn record(database: &RawDatabase) -> RecordTables {
    let mut record = RecordTables::default();
    if let Some(table) = &database.version_table {
        record.revisions = Ident::new(table);
    }
    if let Some(table) = &database.journal_table {
        record.journal = Ident::new(table);
    }
    record.schema = database.version_schema.as_ref().map(Ident::new);
    record
}

fn naming(raw: RawNaming) -> Naming {
    let default = Naming::default();
    Naming {
        primary_key: raw.primary_key.unwrap_or(default.primary_key),
        unique: raw.unique.unwrap_or(default.unique),
        foreign_key: raw.foreign_key.unwrap_or(default.foreign_key),
        check: raw.check.unwrap_or(default.check),
        index: raw.index.unwrap_or(default.index),
        exclusion: raw.exclusion.unwrap_or(default.exclusion),
    }
}

fn encode(text: &str) -> impl std::fmt::Display {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
}
