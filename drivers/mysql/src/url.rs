//! Where a server is, as a URL says.

use limbeck_core::diag::{list, nearest};
use limbeck_core::driver::{DatabaseSettings, DriverError, DriverErrorKind, Tls, TlsMode};
use mysql_async::{ClientIdentity, Opts, OptsBuilder, SslOpts};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::tls;

/// The parameters that a URL may have.
const PARAMETERS: [&str; 7] =
    ["tls", "ssl-mode", "root_cert", "socket", "definers", "alter_algorithm", "alter_lock"];

/// What a parameter of one word may say.
const DEFINERS: [&str; 2] = ["leave_out", "keep"];
const ALGORITHMS: [&str; 4] = ["instant", "nocopy", "inplace", "copy"];
const LOCKS: [&str; 3] = ["none", "shared", "exclusive"];

fn one_of<'a>(key: &str, value: &str, words: &[&'a str]) -> Result<&'a str, DriverError> {
    words.iter().find(|word| word.eq_ignore_ascii_case(value)).copied().ok_or_else(|| {
        refused(format!("`{key}` cannot be `{value}`"))
            .with_help(format!("it is one of {}", list(words.iter().copied())))
    })
}

/// How `ssl-mode` is written for the servers' own clients.
const WORDS: [(&str, TlsMode); 5] = [
    ("disabled", TlsMode::Disable),
    ("preferred", TlsMode::Prefer),
    ("required", TlsMode::Require),
    ("verify-ca", TlsMode::VerifyCa),
    ("verify-identity", TlsMode::VerifyFull),
];

fn mode(word: &str) -> Result<TlsMode, DriverError> {
    let lower = word.to_ascii_lowercase().replace('_', "-");
    let usual = || WORDS.iter().find(|(known, _)| *known == lower).map(|(_, mode)| *mode);
    TlsMode::parse(&lower).or_else(usual).ok_or_else(|| {
        refused(format!("`{word}` is no way to use TLS"))
            .with_help(format!("it is one of {}", list(TlsMode::ALL.map(TlsMode::word))))
    })
}

/// How a server must carry out ALTER TABLE, or refuse it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Asserted {
    /// `instant`, `nocopy`, `inplace`, `copy`
    pub(crate) algorithm: Option<&'static str>,
    /// `none`, `shared`, `exclusive`
    pub(crate) lock: Option<&'static str>,
}

impl Asserted {
    /// What the URL in `settings` says of it.
    ///
    /// # Errors
    /// `Settings`: with words that mean nothing.
    pub(crate) fn of(settings: &DatabaseSettings) -> Result<Self, DriverError> {
        let mut asserted = Self::default();
        for (key, value) in parsed(settings)?.query_pairs() {
            asserted.read(&key, &value)?;
        }
        Ok(asserted)
    }

    /// Takes in a parameter, if it is one of these.
    fn read(&mut self, key: &str, value: &str) -> Result<(), DriverError> {
        match key {
            "alter_algorithm" => self.algorithm = Some(one_of(key, value, &ALGORITHMS)?),
            "alter_lock" => self.lock = Some(one_of(key, value, &LOCKS)?),
            _ => {}
        }
        Ok(())
    }
}

fn parsed(settings: &DatabaseSettings) -> Result<Url, DriverError> {
    // The parser's message holds nothing of the text.
    Url::parse(settings.url.expose())
        .map_err(|error| refused(format!("the database's url cannot be read: {error}")).with_help(FORM))
}

/// Where a database is and how it is reached.
#[derive(Clone)]
pub(crate) struct Target {
    /// Everything but TLS.
    plain: Opts,
    /// How much TLS.
    mode: TlsMode,
    certificates: Tls,
    /// Whether views, triggers, routines and events keep who they are run as.
    pub(crate) keeps_definers: bool,
    /// How ALTER TABLE must be carried out.
    pub(crate) alter: Asserted,
    /// The database's name.
    pub(crate) database: String,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The options hold a password.
        f.debug_struct("Target")
            .field("database", &self.database)
            .field("tls", &self.mode)
            .finish_non_exhaustive()
    }
}

impl Target {
    /// What the URL in `settings` means.
    ///
    /// # Errors
    /// `Settings`: it names no database, or a parameter is unknown.
    pub(crate) fn of(settings: &DatabaseSettings) -> Result<Self, DriverError> {
        let url = parsed(settings)?;
        let decode = |text: &str| -> Result<String, DriverError> {
            let decoded = percent_decode_str(text).decode_utf8();
            decoded.map(std::borrow::Cow::into_owned).map_err(|_| refused("the database's url is no UTF-8"))
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
        let (mut asked, mut root_cert, mut socket) = (None, None, None);
        let (mut keeps_definers, mut alter) = (false, Asserted::default());
        for (key, value) in url.query_pairs() {
            match &*key {
                "tls" | "ssl-mode" => asked = Some(mode(&value)?),
                "root_cert" => root_cert = Some(settings.directory.join(&*value)),
                "socket" => socket = Some(value.into_owned()),
                "definers" => keeps_definers = one_of(&key, &value, &DEFINERS)? == "keep",
                "alter_algorithm" | "alter_lock" => alter.read(&key, &value)?,
                other => {
                    let offer = nearest(other, PARAMETERS)
                        .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
                    return Err(refused(format!("MySQL urls have no parameter `{other}`"))
                        .with_help(format!("{offer}Known are {}", list(PARAMETERS))));
                }
            }
        }
        let by_socket = socket.is_some();
        let near = by_socket || host.is_empty() || is_loopback(&host);
        builder = match &socket {
            Some(_) => builder.socket(socket),
            None if host.is_empty() => builder.ip_or_hostname("localhost"),
            None => builder.ip_or_hostname(host),
        };
        let given = &settings.tls;
        let mode = given.mode.or(asked).unwrap_or(match given.root_cert.as_ref().or(root_cert.as_ref()) {
            // Who names an authority wants it to count.
            Some(_) if !by_socket => TlsMode::VerifyCa,
            // What does not leave the machine needs no TLS, and a server there seldom has a certificate.
            _ if near => TlsMode::Disable,
            _ => TlsMode::Prefer,
        });
        if given.client_cert.is_some() != given.client_key.is_some() {
            return Err(refused("a certificate for the server needs its key, and a key its certificate")
                .with_help("set both `client_cert` and `client_key`"));
        }
        let certificates = Tls { root_cert: given.root_cert.clone().or(root_cert), ..given.clone() };
        if mode != TlsMode::Disable {
            tls::check(&certificates)?;
        }
        Ok(Self { plain: builder.into(), mode, certificates, keeps_definers, alter, database })
    }

    /// The options to connect with, the first that may work first.
    pub(crate) fn options(&self) -> Vec<Opts> {
        let Tls { mode: _, root_cert, client_cert, client_key } = &self.certificates;
        let roots: Vec<_> = root_cert.iter().map(|path| path.clone().into()).collect();
        let identity = client_cert.clone().zip(client_key.clone());
        let identity = identity.map(|(chain, key)| ClientIdentity::new(chain.into(), key.into()));
        let secured = |ssl: SslOpts| -> Opts {
            let ssl = ssl.with_root_certs(roots.clone()).with_client_identity(identity.clone());
            // Who names a root trusts no other.
            let ssl = ssl.with_disable_built_in_roots(root_cert.is_some());
            OptsBuilder::from_opts(self.plain.clone()).ssl_opts(Some(ssl)).into()
        };
        let any = || SslOpts::default().with_danger_accept_invalid_certs(true);
        match (self.mode, self.verifies()) {
            (TlsMode::Disable, _) => vec![self.plain.clone()],
            (TlsMode::Prefer, _) => vec![secured(any()), self.plain.clone()],
            (_, None) => vec![secured(any())],
            (_, Some(_)) => vec![secured(SslOpts::default())],
        }
    }

    /// The options for a server whose certificate is for `name`; `None` if the name counts.
    pub(crate) fn for_name(&self, options: &Opts, name: String) -> Option<Opts> {
        if self.verifies() != Some(false) {
            return None;
        }
        let ssl = options.ssl_opts()?.clone().with_danger_tls_hostname_override(Some(name));
        Some(OptsBuilder::from_opts(options.clone()).ssl_opts(Some(ssl)).into())
    }

    /// Whether the name in the server's certificate counts; `None` if the certificate does not.
    fn verifies(&self) -> Option<bool> {
        match self.mode {
            TlsMode::Disable | TlsMode::Prefer => None,
            // Who names an authority wants it to count.
            TlsMode::Require => self.certificates.root_cert.is_some().then_some(false),
            // Those whom everybody trusts vouch for anybody: without the name that would be no check.
            TlsMode::VerifyCa => Some(self.certificates.root_cert.is_none()),
            TlsMode::VerifyFull => Some(true),
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
        assert_eq!(found.mode, TlsMode::Prefer);
        let local = target("mariadb://root@127.0.0.1/app").unwrap();
        assert_eq!((local.mode, local.plain.tcp_port()), (TlsMode::Disable, 3306));
        let socket = target("mysql:///app?socket=/run/mysqld/mysqld.sock").unwrap();
        assert_eq!(socket.plain.socket(), Some("/run/mysqld/mysqld.sock"));
        assert_eq!(target("mysql://[::1]/app").unwrap().plain.ip_or_hostname(), "::1");
        assert_eq!(target("mysql://db/app?tls=verify-full").unwrap().mode, TlsMode::VerifyFull);
        // Whom everybody trusts vouches for anybody, so that the name counts.
        assert_eq!(target("mysql://db/app?tls=verify-ca").unwrap().verifies(), Some(true));
        assert_eq!(target("mysql://db/app?ssl-mode=REQUIRED").unwrap().mode, TlsMode::Require);
    }

    #[test]
    fn an_authority_without_a_mode_counts() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("root.pem");
        let authority = rcgen::generate_simple_self_signed(vec!["db".to_owned()]).unwrap();
        std::fs::write(&file, authority.cert.pem()).unwrap();
        let given = |host: &str, more: &str| {
            let url = format!("mysql://{host}/app?root_cert={}{more}", file.display());
            target(&url).unwrap().mode
        };
        assert_eq!(given("db", ""), TlsMode::VerifyCa);
        assert_eq!(given("localhost", ""), TlsMode::VerifyCa);
        assert_eq!(given("db", "&tls=prefer"), TlsMode::Prefer);
        assert_eq!(given("db", "&tls=verify-full"), TlsMode::VerifyFull);
        assert_eq!(given("localhost", "&socket=/run/mysqld/mysqld.sock"), TlsMode::Disable);
        let missing = target("mysql://db/app?root_cert=/nowhere.pem").unwrap_err();
        assert!(missing.message.contains("/nowhere.pem"), "{missing}");
    }

    #[test]
    fn what_makes_no_sense_is_an_error_that_says_what_does() {
        for (url, message) in [
            ("mysql://db", "names no database"),
            ("mysql://db/", "names no database"),
            ("mysql://db/app?tsl=require", "no parameter `tsl`"),
            ("mysql://db/app?tls=maybe", "no way to use TLS"),
            ("mysql://db/app?definers=yes", "`definers` cannot be `yes`"),
            ("mysql://db/app?alter_lock=all", "`alter_lock` cannot be `all`"),
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
