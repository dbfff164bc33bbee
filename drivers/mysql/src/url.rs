//! Where a server is, as a URL says.

use std::path::PathBuf;

use limbeck_core::diag::{list, nearest};
use limbeck_core::driver::{DatabaseSettings, DriverError, DriverErrorKind};
use mysql_async::{Opts, OptsBuilder, SslOpts};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// The parameters that a URL may have.
const PARAMETERS: [&str; 4] = ["tls", "ssl-mode", "root_cert", "socket"];

/// How much TLS is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tls {
    /// None.
    Disable,
    /// If the server has it.
    Prefer,
    /// In any case, with whatever certificate.
    Require,
    /// With a certificate that somebody trusted has signed.
    VerifyCa,
    /// With one that is also for this host.
    VerifyFull,
}

impl Tls {
    const WORDS: [(&'static str, Self); 9] = [
        ("disable", Self::Disable),
        ("disabled", Self::Disable),
        ("prefer", Self::Prefer),
        ("preferred", Self::Prefer),
        ("require", Self::Require),
        ("required", Self::Require),
        ("verify-ca", Self::VerifyCa),
        ("verify-full", Self::VerifyFull),
        ("verify-identity", Self::VerifyFull),
    ];

    fn parse(word: &str) -> Result<Self, DriverError> {
        let lower = word.to_ascii_lowercase().replace('_', "-");
        let found = Self::WORDS.iter().find(|(known, _)| *known == lower);
        found.map(|(_, tls)| *tls).ok_or_else(|| {
            let words = ["disable", "prefer", "require", "verify-ca", "verify-full"];
            refused(format!("`{word}` is no way to use TLS"))
                .with_help(format!("it is one of {}", list(words)))
        })
    }
}

/// Where a database is and how it is reached.
#[derive(Clone)]
pub(crate) struct Target {
    /// Everything but TLS.
    plain: Opts,
    /// How much TLS.
    tls: Tls,
    root_cert: Option<PathBuf>,
    /// The database's name.
    pub(crate) database: String,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The options hold a password.
        f.debug_struct("Target")
            .field("database", &self.database)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

impl Target {
    /// What the URL in `settings` means.
    ///
    /// # Errors
    /// `Settings`: it names no database, or a parameter is unknown.
    pub(crate) fn of(settings: &DatabaseSettings) -> Result<Self, DriverError> {
        let url = Url::parse(settings.url.expose())
            // The parser's message holds nothing of the text.
            .map_err(|error| {
                refused(format!("the database's url cannot be read: {error}")).with_help(FORM)
            })?;
        let decode = |text: &str| -> Result<String, DriverError> {
            let decoded = percent_decode_str(text).decode_utf8();
            decoded.map(|text| text.into_owned()).map_err(|_| refused("the database's url is no UTF-8"))
        };
        let database = decode(url.path().trim_start_matches('/'))?;
        if database.is_empty() {
            return Err(refused("the database's url names no database").with_help(FORM));
        }
        let host = match url.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) => decode(&host.to_string())?,
            None => String::new(),
        };
        let mut builder = OptsBuilder::default()
            .tcp_port(url.port().unwrap_or(3306))
            .db_name(Some(database.clone()))
            .user(if url.username().is_empty() { None } else { Some(decode(url.username())?) })
            .pass(url.password().map(decode).transpose()?)
            .prefer_socket(false)
            // A packet is as long as the server says, which is asked then.
            .max_allowed_packet(None)
            .stmt_cache_size(64);
        let (mut tls, mut root_cert, mut socket) = (None, None, None);
        for (key, value) in url.query_pairs() {
            match &*key {
                "tls" | "ssl-mode" => tls = Some(Tls::parse(&value)?),
                "root_cert" => root_cert = Some(settings.directory.join(&*value)),
                "socket" => socket = Some(value.into_owned()),
                other => {
                    let offer = nearest(other, PARAMETERS)
                        .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
                    return Err(refused(format!("MySQL urls have no parameter `{other}`"))
                        .with_help(format!("{offer}Known are {}", list(PARAMETERS))));
                }
            }
        }
        let near = socket.is_some() || host.is_empty() || is_loopback(&host);
        builder = match &socket {
            Some(_) => builder.socket(socket),
            None if host.is_empty() => builder.ip_or_hostname("localhost"),
            None => builder.ip_or_hostname(host),
        };
        // What does not leave the machine needs no TLS, and a server there seldom has a certificate.
        let tls = tls.unwrap_or(if near { Tls::Disable } else { Tls::Prefer });
        Ok(Self { plain: builder.into(), tls, root_cert, database })
    }

    /// The options to connect with, the first that may work first.
    pub(crate) fn options(&self) -> Vec<Opts> {
        let roots: Vec<_> = self.root_cert.iter().map(|path| path.clone().into()).collect();
        let secured = |ssl: SslOpts| -> Opts {
            OptsBuilder::from_opts(self.plain.clone())
                .ssl_opts(Some(ssl.with_root_certs(roots.clone())))
                .into()
        };
        let any = || SslOpts::default().with_danger_accept_invalid_certs(true);
        match self.tls {
            Tls::Disable => vec![self.plain.clone()],
            Tls::Prefer => vec![secured(any()), self.plain.clone()],
            Tls::Require => vec![secured(any())],
            Tls::VerifyCa => vec![secured(SslOpts::default().with_danger_skip_domain_validation(true))],
            Tls::VerifyFull => vec![secured(SslOpts::default())],
        }
    }

    /// The same server with another database.
    #[must_use]
    pub(crate) fn with_database(&self, database: &str) -> Self {
        let plain = OptsBuilder::from_opts(self.plain.clone()).db_name(Some(database.to_owned())).into();
        Self { plain, database: database.to_owned(), ..self.clone() }
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

const FORM: &str = "write it as `mysql://user:password@host:3306/database`";

fn refused(message: impl Into<String>) -> DriverError {
    DriverError::new(DriverErrorKind::Settings, message)
}

#[cfg(test)]
mod tests {
    use limbeck_core::driver::DatabaseUrl;

    use super::*;

    fn target(url: &str) -> Result<Target, DriverError> {
        Target::of(&DatabaseSettings::new("default", DatabaseUrl::parse(url).unwrap()))
    }

    #[test]
    fn urls_are_taken_apart() {
        let found = target("mysql://an%40n:p%2Fw@db.example:3307/my%20app").unwrap();
        assert_eq!(found.database, "my app");
        assert_eq!((found.plain.user(), found.plain.pass()), (Some("an@n"), Some("p/w")));
        assert_eq!((found.plain.ip_or_hostname(), found.plain.tcp_port()), ("db.example", 3307));
        assert_eq!(found.tls, Tls::Prefer);
        let local = target("mariadb://root@127.0.0.1/app").unwrap();
        assert_eq!((local.tls, local.plain.tcp_port()), (Tls::Disable, 3306));
        let socket = target("mysql:///app?socket=/run/mysqld/mysqld.sock").unwrap();
        assert_eq!(socket.plain.socket(), Some("/run/mysqld/mysqld.sock"));
        assert_eq!(target("mysql://[::1]/app").unwrap().plain.ip_or_hostname(), "::1");
        assert_eq!(target("mysql://db/app?tls=verify-full").unwrap().tls, Tls::VerifyFull);
        assert_eq!(target("mysql://db/app?ssl-mode=REQUIRED").unwrap().tls, Tls::Require);
    }

    #[test]
    fn what_makes_no_sense_is_an_error_that_says_what_does() {
        for (url, message) in [
            ("mysql://db", "names no database"),
            ("mysql://db/", "names no database"),
            ("mysql://db/app?tsl=require", "no parameter `tsl`"),
            ("mysql://db/app?tls=maybe", "no way to use TLS"),
        ] {
            let error = target(url).unwrap_err();
            assert_eq!(error.kind, DriverErrorKind::Settings);
            assert!(error.message.contains(message), "{url}: {error}");
            assert!(error.help.is_some());
        }
    }

    #[test]
    fn no_password_is_shown() {
        let shown = format!("{:?}", target("mysql://ann:s3cret@db/app").unwrap());
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}
