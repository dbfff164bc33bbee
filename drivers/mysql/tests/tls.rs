//! TLS with authorities, servers and clients of the test's own: what each mode takes and refuses, and what is said then.
//!
//! A server gets its certificate when it starts, so that these are servers of the test's own: `LIMBECK_TEST_FARM` names a
//! program that starts and stops them (`up mysql mariadb`, `env`, `down`), with the settings that `DBFARM_SETTINGS`
//! holds. Without it that part is left out.

#[path = "support/mod.rs"]
mod support;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use limbeck_core::driver::{Access, DatabaseSettings, DatabaseUrl, Driver, DriverError, DriverErrorKind};
use limbeck_mysql::MysqlDriver;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use support::Server;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

/// The password of the user that needs a certificate.
const PASSWORD: &str = "s3cret-word";

/// Who signs certificates.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, "an authority");
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A certificate for `name` and the key to it, in files.
    fn signs(
        &self,
        folder: &Path,
        file: &str,
        name: &str,
        purpose: ExtendedKeyUsagePurpose,
    ) -> (PathBuf, PathBuf) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap().pem();
        (
            write(folder, &format!("{file}.pem"), &certificate),
            write(folder, &format!("{file}.key"), &key.serialize_pem()),
        )
    }
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// How a client shows who it is.
type Shown<'a> = Option<(&'a Path, &'a Path)>;

async fn connect(url: &str, shown: Shown<'_>) -> Result<(), DriverError> {
    let mut settings = DatabaseSettings::new("default", DatabaseUrl::parse(url).unwrap());
    if let Some((certificate, key)) = shown {
        settings.tls.client_cert = Some(certificate.to_owned());
        settings.tls.client_key = Some(key.to_owned());
    }
    let database = MysqlDriver.connect(&settings, Access::Read).await?;
    let mut session = database.acquire().await?;
    assert_eq!(session.query("SELECT 1", &[]).await?.len(), 1);
    // The way in which a statement is stopped is the same.
    session.canceller().cancel().await
}

async fn refused(url: &str, shown: Shown<'_>) -> DriverError {
    let error = connect(url, shown).await.expect_err(url);
    let said = format!("{error} {error:?}");
    assert!(!said.contains(PASSWORD) && !said.contains("PRIVATE KEY"), "{said}");
    error
}

/// A server in front of the one at `url` that speaks no TLS: its URL.
async fn without_tls(url: &str) -> String {
    let (login, rest) = url.rsplit_once('@').unwrap();
    let (place, database) = rest.split_once('/').unwrap();
    let place = place.to_owned();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let place = place.clone();
            // A client that goes away is what some tests are about.
            tokio::spawn(async move { serve(client, &place).await.unwrap_or_default() });
        }
    });
    format!("{login}@localhost:{port}/{database}")
}

/// Hands on what it hears, but that the server's greeting says nothing of TLS.
async fn serve(mut client: TcpStream, place: &str) -> std::io::Result<()> {
    /// The bit that says so, in the second byte of what the server can do.
    const TLS: u8 = 0x08;
    let mut server = TcpStream::connect(place).await?;
    let mut header = [0; 4];
    server.read_exact(&mut header).await?;
    let length = usize::from(header[0]) | usize::from(header[1]) << 8;
    let mut greeting = vec![0; length];
    server.read_exact(&mut greeting).await?;
    // The protocol, the version and its end, the number of the session, the first part of a nonce and its end.
    let version = greeting.iter().skip(1).position(|byte| *byte == 0).unwrap_or_default();
    greeting[1 + version + 1 + 4 + 9 + 1] &= !TLS;
    client.write_all(&header).await?;
    client.write_all(&greeting).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_tls_is_taken_only_where_it_need_not_be() {
    for server in Server::all() {
        let db = server.make("plain").await;
        let url = without_tls(&server.url(&db.name)).await;
        for mode in ["disable", "prefer"] {
            connect(&format!("{url}?tls={mode}"), None).await.unwrap();
        }
        for mode in ["require", "verify-ca", "verify-full", "REQUIRED", "VERIFY_IDENTITY"] {
            let error = refused(&format!("{url}?ssl-mode={mode}"), None).await;
            assert_eq!(error.kind, DriverErrorKind::Connect, "{error}");
            assert!(error.to_string().contains("does not speak TLS"), "{error}");
            assert!(error.help.is_some());
        }
        db.drop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_files_is_said_before_anything_is_sent() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let ours = Authority::new();
    let (certificate, key) = ours.signs(folder, "ann", "ann", ExtendedKeyUsagePurpose::ClientAuth);
    let (_, other_key) = ours.signs(folder, "bob", "bob", ExtendedKeyUsagePurpose::ClientAuth);
    let missing = folder.join("no_such.pem");
    // Nobody listens there.
    let url = "mysql://root@127.0.0.1:1/app?tls=verify-full";
    for (shown, said) in [
        ((certificate.as_path(), other_key.as_path()), "do not go together"),
        ((key.as_path(), key.as_path()), "holds no certificate"),
        ((missing.as_path(), key.as_path()), "no_such.pem"),
        ((certificate.as_path(), missing.as_path()), "no_such.pem"),
    ] {
        let error = refused(url, Some(shown)).await;
        assert_eq!(error.kind, DriverErrorKind::Settings, "{error}");
        assert!(error.to_string().contains(said), "{said}: {error}");
    }
    let error = refused(&format!("{url}&root_cert={}", missing.display()), None).await;
    assert_eq!(error.kind, DriverErrorKind::Settings, "{error}");
    assert!(error.to_string().contains("no_such.pem"), "{error}");
}

/// The program that starts and stops servers, with what it is told.
struct Farm {
    program: String,
    home: TempDir,
    settings: String,
}

impl Farm {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .env("DBFARM_HOME", self.home.path())
            .env("DBFARM_PORT_OFFSET", "1310")
            .env("DBFARM_SETTINGS", &self.settings)
            // Not the output of the test, or whoever reads that to its end would wait for the servers'.
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    fn runs(&self, arguments: &[&str]) {
        let ran = self.command(arguments).stdout(Stdio::null()).status().unwrap();
        assert!(ran.success(), "{} {arguments:?}: {ran}, see {}", self.program, self.home.path().display());
    }

    /// The URL of a server, as it says itself.
    fn url(&self, variable: &str) -> String {
        let said = self.command(&["env"]).output().unwrap();
        let said = String::from_utf8(said.stdout).unwrap();
        let lines = said.lines().filter_map(|line| line.strip_prefix("export ")?.split_once('='));
        lines.into_iter().find(|(name, _)| *name == variable).unwrap().1.to_owned()
    }
}

impl Drop for Farm {
    fn drop(&mut self) {
        // What matters is said already.
        let _ = self.command(&["down", "mysql", "mariadb"]).stdout(Stdio::null()).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn authorities_names_and_clients_count_where_they_are_asked_for() {
    let Ok(program) = std::env::var("LIMBECK_TEST_FARM") else {
        eprintln!("left out: LIMBECK_TEST_FARM names no program that starts servers");
        return;
    };
    let home = tempfile::Builder::new().prefix("tls").tempdir_in("/tmp").unwrap();
    // The servers run as somebody else.
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let folder = home.path().to_owned();
    let (ours, others) = (Authority::new(), Authority::new());
    let root = write(&folder, "root.pem", &ours.0.pem());
    let wrong = write(&folder, "other.pem", &others.0.pem());
    let (certificate, key) = ours.signs(&folder, "server", "localhost", ExtendedKeyUsagePurpose::ServerAuth);
    let mine = ours.signs(&folder, "mine", "ann", ExtendedKeyUsagePurpose::ClientAuth);
    let strange = others.signs(&folder, "strange", "ann", ExtendedKeyUsagePurpose::ClientAuth);
    let settings =
        format!("ssl_ca={} ssl_cert={} ssl_key={}", root.display(), certificate.display(), key.display());
    let farm = Farm { program, home, settings };
    farm.runs(&["up", "mysql", "mariadb"]);
    let (root, wrong) = (root.display(), wrong.display());
    for variable in ["LIMBECK_TEST_MYSQL_URL", "LIMBECK_TEST_MARIADB_URL"] {
        let here = farm.url(variable);
        let url = here.replace("127.0.0.1", "localhost");
        // The certificate is for one name of the server, and not for the other.
        for url in [&here, &url] {
            for mode in ["disable", "prefer", "require"] {
                connect(&format!("{url}?tls={mode}"), None).await.unwrap();
            }
            // Who names an authority wants it to count.
            for mode in ["require", "verify-ca"] {
                connect(&format!("{url}?tls={mode}&root_cert={root}"), None).await.unwrap();
            }
            for mode in ["require", "verify-ca", "verify-full"] {
                let error = refused(&format!("{url}?tls={mode}&root_cert={wrong}"), None).await;
                assert_eq!(error.kind, DriverErrorKind::Connect, "{error}");
                assert!(error.to_string().contains("certificate"), "{error}");
                assert!(error.help.is_some_and(|help| help.contains("root_cert")), "{variable}");
            }
            // None of the authorities that everybody trusts has signed it.
            let error = refused(&format!("{url}?tls=verify-ca"), None).await;
            assert!(error.to_string().contains("certificate"), "{error}");
        }
        connect(&format!("{url}?tls=verify-full&root_cert={root}"), None).await.unwrap();
        let error = refused(&format!("{here}?tls=verify-full&root_cert={root}"), None).await;
        let said = error.to_string();
        assert!(said.contains("127.0.0.1") && said.contains("localhost"), "{said}");
        assert_eq!(error.kind, DriverErrorKind::Connect, "{error}");

        let mut admin = support::open(&DatabaseSettings::new("a", DatabaseUrl::parse(&here).unwrap())).await;
        for sql in [
            "CREATE DATABASE app".to_owned(),
            format!("CREATE USER ann IDENTIFIED BY '{PASSWORD}' REQUIRE X509"),
            "GRANT ALL ON app.* TO ann".to_owned(),
        ] {
            admin.execute(&sql, &[]).await.unwrap();
        }
        let place = url.rsplit_once('@').unwrap().1.split_once('/').unwrap().0;
        let ann = |mode: &str| format!("mysql://ann:{PASSWORD}@{place}/app?tls={mode}&root_cert={root}");
        connect(&ann("verify-full"), Some((&mine.0, &mine.1))).await.unwrap();
        for mode in ["disable", "verify-full"] {
            let error = refused(&ann(mode), None).await;
            assert_eq!(error.kind, DriverErrorKind::Authentication, "{error}");
            assert!(error.help.is_some_and(|help| help.contains("client_cert")), "{variable}");
        }
        let error = refused(&ann("verify-full"), Some((&strange.0, &strange.1))).await;
        assert_eq!(error.kind, DriverErrorKind::Connect, "{variable}: {error:?}");
        assert!(error.help.as_deref().is_some_and(|help| help.contains("client_cert")), "{error:?}");
    }
}
