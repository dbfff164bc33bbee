//! Where a database is and how it is reached, as its URL says.

use std::path::{Path, PathBuf};
use std::time::Duration;

use limbeck_core::diag::{list, nearest};
use limbeck_core::driver::{DatabaseSettings, DriverError, DriverErrorKind, TlsMode};
use limbeck_core::ident::Ident;
use percent_encoding::percent_decode_str;
use tokio_postgres::config::{Config, Host, SslMode};

use crate::dialect::{DEFAULT_SCHEMA, LONGEST_NAME, identifier, text};
use crate::passfile;
use crate::tls::{self, Certificates};

/// The parameters of a URL that tokio-postgres reads.
const PASSED_ON: [&str; 18] = [
    "application_name",
    "channel_binding",
    "connect_timeout",
    "dbname",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "load_balance_hosts",
    "options",
    "password",
    "port",
    "sslnegotiation",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// The parameters that are read here.
const OWN: [&str; 6] = ["passfile", "search_path", "sslcert", "sslkey", "sslmode", "sslrootcert"];

/// A database, and how it is reached.
#[derive(Clone)]
pub(crate) struct Target {
    /// What tokio-postgres is told. It holds the password.
    pub(crate) config: Config,
    /// What is demanded of TLS.
    pub(crate) tls: TlsMode,
    /// The certificates that play a part in it.
    pub(crate) certificates: Certificates,
    /// How long connecting may take in all.
    pub(crate) connect_timeout: Duration,
    /// The schema of what names none, if it is not `public`.
    pub(crate) schema: Option<Ident>,
    /// Whether the URL says where names are looked for.
    has_path: bool,
}

/// Without the password, which tokio-postgres leaves out, too.
impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target").field("config", &self.config).field("tls", &self.tls).finish_non_exhaustive()
    }
}

impl Target {
    /// What the URL in `settings` means.
    ///
    /// # Errors
    /// `Settings`: what makes no sense. No message holds the password.
    pub(crate) fn of(settings: &DatabaseSettings) -> Result<Self, DriverError> {
        let (own, passed_on) = split(settings.url.expose_rest())?;
        let mut config: Config = format!("postgres:{passed_on}").parse().map_err(|error: tokio_postgres::Error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            refused(format!("the database's url cannot be read: {cause}")).with_help(
                "write it as `postgres://user:password@host:5432/database`, with other characters percent-encoded",
            )
        })?;
        complete(&mut config);
        let tls = match (settings.tls.mode, own.last("sslmode")) {
            (Some(mode), _) => mode,
            (None, Some(word)) => tls::mode(word)?,
            // Who names an authority in limbeck's words wants it to count, but a socket speaks no TLS. In a URL
            // `sslrootcert` means what it means to libpq.
            (None, None) if settings.tls.root_cert.is_some() && is_remote(&config) => TlsMode::VerifyCa,
            (None, None) => TlsMode::Prefer,
        };
        config.ssl_mode(match tls {
            TlsMode::Disable => SslMode::Disable,
            TlsMode::Prefer => SslMode::Prefer,
            TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull => SslMode::Require,
        });
        if let Some(path) = own.last("search_path") {
            let set = format!("-c search_path={}", escape_option(path));
            let options = config.get_options().map_or_else(|| set.clone(), |given| format!("{given} {set}"));
            config.options(options);
        }
        if config.get_password().is_none()
            && let Some(password) =
                password(&config, own.last("passfile").map(|path| settings.directory.join(path)))
        {
            config.password(password);
        }
        let file = |given: &Option<PathBuf>, key: &str| {
            let path = given.clone().or_else(|| own.last(key).map(PathBuf::from));
            path.map(|path| settings.directory.join(path))
        };
        Ok(Self {
            config,
            tls,
            certificates: Certificates {
                root: file(&settings.tls.root_cert, "sslrootcert"),
                client: file(&settings.tls.client_cert, "sslcert"),
                key: file(&settings.tls.client_key, "sslkey"),
            },
            connect_timeout: settings.connect_timeout,
            schema: settings.schema.as_ref().map(home).transpose()?.flatten(),
            has_path: own.last("search_path").is_some(),
        })
    }

    /// What has a session look into the schema of what names none first: what is made without one must not end up
    /// elsewhere.
    ///
    /// Behind `public` stands the path that the role or the database has. Behind another one only what the URL asks for:
    /// a table that is missing in one tenant's schema must not be found in one that all share.
    pub(crate) fn path(&self) -> String {
        let home = self.schema.as_ref().map_or(DEFAULT_SCHEMA, Ident::as_str);
        let home = text(&if self.schema.is_some() { identifier(home) } else { home.to_owned() });
        if self.schema.is_some() && !self.has_path {
            return format!("SELECT pg_catalog.set_config('search_path', {home}, false)");
        }
        format!(
            "SELECT pg_catalog.set_config('search_path', pg_catalog.concat_ws(', ', {home}, \
             nullif(pg_catalog.current_setting('search_path'), '')), false)"
        )
    }

    /// Whether a session with this one could serve the other: in all but the schema they are the same.
    pub(crate) fn is_reached_as(&self, other: &Self) -> bool {
        let Self { config, tls, certificates, connect_timeout: _, schema: _, has_path } = self;
        *config == other.config
            && *tls == other.tls
            && *certificates == other.certificates
            && *has_path == other.has_path
    }

    /// The same server, with another database on it.
    pub(crate) fn beside(&self, database: &str) -> Self {
        let mut target = self.clone();
        target.config.dbname(database);
        target
    }
}

/// The schema of what names none as the settings name it; `None` if that is what it is in any case.
fn home(schema: &Ident) -> Result<Option<Ident>, DriverError> {
    let name = schema.as_str();
    let wrong = if name.is_empty() {
        "it is empty"
    } else if name.contains('\0') {
        "the server takes no NUL in a name"
    } else if name.len() > LONGEST_NAME {
        "the server cuts names off after 63 bytes"
    } else if name.starts_with("pg_") || name == "information_schema" {
        "the server keeps it for itself"
    } else if name == "$user" {
        "to the server it stands for the role's name"
    } else {
        return Ok((name != DEFAULT_SCHEMA).then(|| schema.clone()));
    };
    Err(refused(format!("`schema` cannot be {name:?}: {wrong}")).with_help("choose another name"))
}

/// Parameters by their keys.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// The value that counts: the last one.
    fn last(&self, key: &str) -> Option<&str> {
        self.0.iter().rev().find(|(found, _)| found == key).map(|(_, value)| value.as_str())
    }
}

/// Takes the parameters that are read here out of the rest of a URL.
fn split(rest: &str) -> Result<(Parameters, String), DriverError> {
    let Some((place, query)) = rest.rsplit_once('?').filter(|(_, query)| !query.contains('@')) else {
        return Ok((Parameters(Vec::new()), rest.to_owned()));
    };
    let (mut own, mut passed_on) = (Vec::new(), Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if OWN.contains(&key) {
            let value = percent_decode_str(value).decode_utf8().map_err(|_| {
                refused(format!("the parameter `{key}` of the database's url is no UTF-8"))
                    .with_help("percent-encode it as UTF-8: `%C3%BC` is `ü`")
            })?;
            own.push((key.to_owned(), value.into_owned()));
        } else if PASSED_ON.contains(&key) {
            passed_on.push(pair);
        } else {
            let known: Vec<&str> = OWN.into_iter().chain(PASSED_ON).collect();
            let help = match nearest(key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`? Known are {}", list(known)),
                None => format!("known are {}", list(known)),
            };
            return Err(refused(format!("PostgreSQL urls have no parameter `{key}`")).with_help(help));
        }
    }
    let mut text = place.to_owned();
    if !passed_on.is_empty() {
        text.push('?');
        text.push_str(&passed_on.join("&"));
    }
    Ok((Parameters(own), text))
}

/// Fills in what PostgreSQL's own programs fill in.
fn complete(config: &mut Config) {
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        let socket = ["/var/run/postgresql", "/tmp"].into_iter().find(|folder| {
            cfg!(unix) && Path::new(folder).join(format!(".s.PGSQL.{}", port(config))).exists()
        });
        config.host(socket.unwrap_or("localhost"));
    }
    if config.get_user().is_none() {
        let user = ["PGUSER", "USER", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
        config.user(user.unwrap_or_else(|| "postgres".to_owned()));
    }
    if config.get_dbname().is_none() {
        let user = config.get_user().unwrap_or_default().to_owned();
        config.dbname(user);
    }
    if config.get_application_name().is_none() {
        config.application_name("limbeck");
    }
}

/// Whether a server is reached by the network.
fn is_remote(config: &Config) -> bool {
    !config.get_hosts().iter().any(|host| matches!(host, Host::Unix(_)))
}

fn port(config: &Config) -> u16 {
    config.get_ports().first().copied().unwrap_or(5432)
}

/// The password that the environment or a password file has.
fn password(config: &Config, file: Option<PathBuf>) -> Option<String> {
    if file.is_none()
        && let Some(password) = std::env::var("PGPASSWORD").ok().filter(|password| !password.is_empty())
    {
        return Some(password);
    }
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        // A socket stands under this name in password files.
        _ => "localhost".to_owned(),
    };
    let wanted = passfile::Wanted {
        host: &host,
        port: port(config),
        database: config.get_dbname().unwrap_or_default(),
        user: config.get_user().unwrap_or_default(),
    };
    passfile::look_up(&file.or_else(passfile::default_path)?, &wanted)
}

/// A value within `options`, where a space ends a word unless a backslash stands before it.
fn escape_option(value: &str) -> String {
    value.replace('\\', "\\\\").replace(' ', "\\ ")
}

pub(crate) fn refused(message: impl Into<String>) -> DriverError {
    DriverError::new(DriverErrorKind::Settings, message)
}

#[cfg(test)]
mod tests {
    use limbeck_core::driver::DatabaseUrl;

    use super::*;

    fn target(url: &str) -> Result<Target, DriverError> {
        let mut settings = DatabaseSettings::new("default", DatabaseUrl::parse(url).unwrap());
        settings.directory = PathBuf::from("/srv/shop");
        Target::of(&settings)
    }

    #[test]
    fn parameters_are_read_here_or_passed_on() {
        let target = target(
            "postgresql://ann:s%40f@db:6543/app?sslmode=verify-full&sslrootcert=ca.pem&options=-c%20a%3Db&search_path=x,%20y",
        )
        .unwrap();
        assert_eq!(target.tls, TlsMode::VerifyFull);
        assert_eq!(target.certificates.root, Some(PathBuf::from("/srv/shop/ca.pem")));
        assert_eq!(target.config.get_password(), Some(b"s@f".as_slice()));
        assert_eq!(target.config.get_options(), Some("-c a=b -c search_path=x,\\ y"));
        assert_eq!(target.config.get_ports(), [6543]);
        assert_eq!(target.config.get_application_name(), Some("limbeck"));
        assert!(!format!("{target:?}").contains("s@f"));
    }

    #[test]
    fn who_names_an_authority_wants_it_to_count() {
        for (url, root, tls) in [
            ("postgres://ann@db/app", Some("ca.pem"), TlsMode::VerifyCa),
            ("postgres://ann@db/app?sslmode=require", Some("ca.pem"), TlsMode::Require),
            ("postgres://ann@%2Frun/app", Some("ca.pem"), TlsMode::Prefer),
            ("postgres://ann@db/app?sslrootcert=ca.pem", None, TlsMode::Prefer),
        ] {
            let mut settings = DatabaseSettings::new("default", DatabaseUrl::parse(url).unwrap());
            settings.tls.root_cert = root.map(PathBuf::from);
            assert_eq!(Target::of(&settings).unwrap().tls, tls, "{url}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_an_error_that_says_what_does() {
        for (url, message, help) in [
            ("postgres://h/d?sslmod=require", "no parameter `sslmod`", "did you mean `sslmode`"),
            ("postgres://h/d?sslmode=verify", "`verify`", "verify-ca"),
            ("postgres://h:port/d", "cannot be read", "postgres://user:password@host"),
            ("postgres://h/d?search_path=%FF", "no UTF-8", "%C3%BC"),
        ] {
            let error = target(url).map(|_| ()).unwrap_err();
            assert_eq!(error.kind, DriverErrorKind::Settings);
            assert!(error.message.contains(message), "{url}: {error}");
            assert!(error.help.as_deref().unwrap_or_default().contains(help), "{url}: {:?}", error.help);
        }
        let error = target("postgres://ann:s3cret@h:port/d").map(|_| ()).unwrap_err();
        assert!(!format!("{error:?}").contains("s3cret"));
    }

    #[test]
    fn sockets_are_hosts_that_begin_with_a_slash() {
        for url in ["postgres:///app?host=/run/pg&user=ann", "postgres://ann@%2Frun%2Fpg/app"] {
            let target = target(url).unwrap();
            assert_eq!(target.config.get_hosts(), [Host::Unix(PathBuf::from("/run/pg"))], "{url}");
            assert_eq!(target.config.get_user(), Some("ann"));
        }
    }
}
