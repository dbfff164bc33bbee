//! From what is written in the configuration to what is meant.

use std::path::{Path, PathBuf};
use std::time::Duration;

use limbeck_core::diag::{Diagnostic, list, nearest};
use limbeck_core::driver::{DatabaseSettings, DatabaseUrl, RecordTables, Tls, TlsMode};
use limbeck_core::ident::Ident;
use limbeck_core::schema::{Managed, Naming, Pattern, Rights};

use crate::each::{self, Pending, Values};
use crate::load::{Found, Overrides, Reader, bad_url};
use crate::raw::{Raw, RawDatabase, RawEach, RawNaming};
use crate::{DatabaseConfig, Settings, parse_duration};

const FILE_TEMPLATE: &str = "{year}_{month}_{day}_{hour}{minute}-{revision}_{slug}";

/// Turns what is written into what is meant, collecting every problem.
pub(crate) struct Interpreter<'a> {
    pub(crate) reader: &'a Reader,
    pub(crate) found: &'a Found,
    pub(crate) problems: Vec<Diagnostic>,
}

impl Interpreter<'_> {
    pub(crate) fn settings(
        mut self,
        raw: Raw,
        here: &Path,
        overrides: &Overrides,
    ) -> Result<Settings, Vec<Diagnostic>> {
        let directory = self.found.directory.clone();
        let or = |given: &[String], default: &str| -> Vec<String> {
            if given.is_empty() { vec![default.to_owned()] } else { given.to_vec() }
        };
        let migrations: Vec<PathBuf> =
            or(&raw.migrations.dir, "migrations").iter().map(|folder| directory.join(folder)).collect();
        let models = or(&raw.models.source, "src");
        let url_given = overrides.url.is_some();
        let mut databases = indexmap::IndexMap::new();
        let (mut many, mut pending) = (Vec::new(), Vec::new());
        for (name, database) in &raw.databases {
            let replaced = url_given
                && (overrides.databases.first() == Some(name)
                    || overrides.databases.is_empty() && raw.default.as_deref().unwrap_or("default") == name);
            let entries = match &database.each {
                None => vec![(name.clone(), database.clone())],
                Some(each) => {
                    many.push(name.clone());
                    match self.entries(name, database, each, overrides, &mut pending) {
                        Ok(entries) => entries,
                        Err(problem) => {
                            self.problems.push(problem);
                            continue;
                        }
                    }
                }
            };
            for (called, database) in entries {
                let Some(settings) = self.database(name, called.clone(), &database, replaced) else {
                    continue;
                };
                let config = DatabaseConfig {
                    settings,
                    migrations: if database.migrations.is_empty() {
                        migrations.clone()
                    } else {
                        database.migrations.iter().map(|folder| directory.join(folder)).collect()
                    },
                    models: if database.models.is_empty() { models.clone() } else { database.models.clone() },
                };
                databases.insert(called, config);
            }
        }
        for Pending { name, database, .. } in &pending {
            if raw.databases.get(database).is_none_or(|entry| entry.each.is_some()) {
                let message =
                    format!("`each` of database `{name}` asks `{database}`, which is no database of its own");
                let path = ["databases", name, "each", "database"];
                self.problems.push(self.reader.problem("unknown-database", &path, message));
            }
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
        if raw.migrations.hooks.iter().any(|hook| hook.command.is_empty()) {
            let message = "a hook has no `command`".to_owned();
            let problem = self.reader.problem("invalid-configuration", &["migrations", "hooks"], message);
            self.problems.push(problem.with_help("write `command = [\"program\", \"{file}\"]`"));
        }
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        let file = self.found.file.clone();
        Ok(Settings {
            directory: if file.is_some() { directory } else { here.to_path_buf() },
            file,
            databases,
            many,
            pending,
            default: raw.default,
            format: raw.migrations.format.unwrap_or_default(),
            file_template: raw.migrations.file_template.unwrap_or_else(|| FILE_TEMPLATE.to_owned()),
            templates: raw.migrations.template.iter().map(|file| self.found.directory.join(file)).collect(),
            hooks: raw.migrations.hooks.into_iter().map(|hook| hook.command).collect(),
            transaction: raw.migrations.transaction.unwrap_or_default(),
            destructive: raw.migrations.destructive.unwrap_or_default(),
            migrations,
            models,
            features: raw.models.features,
            naming: naming(raw.naming),
            log_level: raw.logging.level,
            log_format: raw.logging.format,
        })
    }

    /// The entries of a template; none as long as a database must be asked for its values.
    fn entries(
        &self,
        name: &str,
        database: &RawDatabase,
        each: &RawEach,
        overrides: &Overrides,
        pending: &mut Vec<Pending>,
    ) -> Result<Vec<(String, RawDatabase)>, Diagnostic> {
        match each::values(self.reader, &self.found.directory, name, database, each)? {
            Values::Known(values) => each::entries(self.reader, name, database, &values),
            Values::Pending(one) => match overrides.each.get(name) {
                Some(values) => each::entries(self.reader, name, database, values),
                None => {
                    pending.push(one);
                    Ok(Vec::new())
                }
            },
        }
    }

    /// What the entry `name` says of the database `called`.
    fn database(
        &mut self,
        name: &str,
        called: String,
        database: &RawDatabase,
        replaced: bool,
    ) -> Option<DatabaseSettings> {
        let mut settings = DatabaseSettings::new(called, self.url(name, database, replaced)?);
        settings.directory.clone_from(&self.found.directory);
        self.timeouts(name, database, &mut settings);
        settings.schema = database.schema.as_ref().map(Ident::new);
        settings.record = record(database);
        settings.scratch_url = self.scratch_url(name, database);
        settings.managed = self.managed(name, database);
        settings.tls = self.tls(name, database);
        Some(settings)
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

    fn scratch_url(&mut self, name: &str, database: &RawDatabase) -> Option<DatabaseUrl> {
        let text = database.scratch_url.as_deref()?;
        let parsed = DatabaseUrl::parse(text);
        if parsed.is_none() {
            let mut problem = bad_url(&format!("the `scratch_url` of database `{name}`"));
            problem.location = self.reader.place(&["databases", name, "scratch_url"]);
            self.problems.push(problem);
        }
        parsed
    }

    fn managed(&mut self, name: &str, database: &RawDatabase) -> Managed {
        let mut patterns = |key: &str, texts: &[String]| -> Vec<Pattern> {
            let read = texts.iter().filter_map(|text| match Pattern::parse(text) {
                Ok(pattern) => Some(pattern),
                Err(error) => {
                    let path = ["databases", name, key];
                    let problem = self.reader.problem("invalid-pattern", &path, error.to_string());
                    self.problems.push(problem.with_help(
                        "`*` stands for any letters, `?` for one, `[ab]` for one of these, `{a,b}` for one or \
                         the other; `[*]` is a literal `*`",
                    ));
                    None
                }
            });
            read.collect()
        };
        Managed {
            include: patterns("include", &database.include),
            exclude: patterns("exclude", &database.exclude),
            // Others beside it are somebody else's, unless they are named.
            schemas: match &database.schema {
                Some(schema) if database.schemas.is_empty() => vec![schema.clone()],
                _ => database.schemas.clone(),
            },
            rights: Rights { owners: database.owners, grants: database.grants },
        }
    }

    fn tls(&mut self, name: &str, database: &RawDatabase) -> Tls {
        let mode = database.tls.as_deref().and_then(|word| {
            let mode = TlsMode::parse(word);
            if mode.is_none() {
                let known: Vec<&str> = TlsMode::ALL.iter().map(|mode| mode.word()).collect();
                let message = format!("`{word}` is no way to secure a connection");
                let problem =
                    self.reader.problem("invalid-configuration", &["databases", name, "tls"], message);
                let near = nearest(word, known.iter().copied());
                self.problems.push(problem.with_help(match near {
                    Some(near) => format!("did you mean `{near}`? Known are {}", list(&known)),
                    None => format!("known are {}", list(&known)),
                }));
            }
            mode
        });
        let path = |text: &Option<String>| text.as_ref().map(|text| self.found.directory.join(text));
        Tls {
            mode,
            root_cert: path(&database.root_cert),
            client_cert: path(&database.client_cert),
            client_key: path(&database.client_key),
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

pub(crate) fn encode(text: &str) -> impl std::fmt::Display {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
}
