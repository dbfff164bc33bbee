//! TLS with authorities, servers and clients of the test's own: what each mode takes and refuses, and what is said then.
//!
//! The servers that the variables lead to need no certificates: before each stands one here that speaks TLS as PostgreSQL
//! does, and hands on what it hears.

use std::path::PathBuf;
use std::sync::Arc;

use limbeck_core::driver::{Access, DatabaseSettings, DatabaseUrl, DriverError, DriverErrorKind};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// The variables that lead to servers.
const SERVERS: [&str; 2] = ["LIMBECK_TEST_POSTGRES_URL", "LIMBECK_TEST_POSTGRES18_URL"];
/// What a client sends first that would like TLS.
const TLS_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

fn servers() -> Vec<String> {
    SERVERS.iter().filter_map(|variable| std::env::var(variable).ok()).filter(|url| !url.is_empty()).collect()
}

/// Who signs certificates.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn certificate(&self) -> String {
        self.0.pem()
    }

    /// A certificate for `name`, and the key to it, both in PEM form.
    fn signs(&self, name: &str, purpose: ExtendedKeyUsagePurpose) -> (String, String) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.0).unwrap().pem(), key.serialize_pem())
    }
}

/// Files of a test.
struct Files(TempDir);

impl Files {
    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// How a server in front of another one speaks TLS.
fn speaks(certificate: &(String, String), clients: Option<&Authority>) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = match clients {
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(CertificateDer::from_pem_slice(authority.certificate().as_bytes()).unwrap()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
        None => builder.with_no_client_auth(),
    };
    let chain = vec![CertificateDer::from_pem_slice(certificate.0.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(certificate.1.as_bytes()).unwrap();
    TlsAcceptor::from(Arc::new(builder.with_single_cert(chain, key).unwrap()))
}

/// A server in front of the one at `url`: its port. Without an acceptor it declines TLS.
async fn in_front_of(url: &str, acceptor: Option<TlsAcceptor>) -> u16 {
    let place = url.rsplit_once('@').unwrap().1.split('/').next().unwrap().to_owned();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (place, acceptor) = (place.clone(), acceptor.clone());
            // A client that goes away is what some tests are about.
            tokio::spawn(async move { serve(client, &place, acceptor).await.unwrap_or_default() });
        }
    });
    port
}

async fn serve(mut client: TcpStream, place: &str, acceptor: Option<TlsAcceptor>) -> std::io::Result<()> {
    let mut server = TcpStream::connect(place).await?;
    let mut first = [0; 8];
    client.read_exact(&mut first).await?;
    if first != TLS_REQUEST {
        server.write_all(&first).await?;
        copy_bidirectional(&mut client, &mut server).await?;
        return Ok(());
    }
    match acceptor {
        Some(acceptor) => {
            client.write_all(b"S").await?;
            let mut client = acceptor.accept(client).await?;
            copy_bidirectional(&mut client, &mut server).await?;
        }
        None => {
            client.write_all(b"N").await?;
            copy_bidirectional(&mut client, &mut server).await?;
        }
    }
    Ok(())
}

/// Connects through `port` with the parameters of a URL.
async fn connect(url: &str, port: u16, parameters: &str) -> Result<(), DriverError> {
    let (login, place) = url.rsplit_once('@').unwrap();
    let database = place.rsplit_once('/').unwrap().1;
    let url = format!("{login}@localhost:{port}/{database}?{parameters}");
    let settings = DatabaseSettings::new("default", DatabaseUrl::parse(&url).unwrap());
    let database = limbeck_postgres::driver().connect(&settings, Access::Read).await?;
    let rows = database.acquire().await?.query("SELECT 1", &[]).await?;
    assert_eq!(rows.len(), 1);
    Ok(())
}

async fn refused(url: &str, port: u16, parameters: &str) -> DriverError {
    let error = connect(url, port, parameters).await.expect_err(parameters);
    let password = url.rsplit_once('@').unwrap().0.rsplit_once(':').unwrap().1;
    let said = format!("{error} {error:?}");
    // The password of the farm is the product's name, which may be said.
    assert!(password == "limbeck" || !said.contains(password), "{said}");
    assert_eq!(error.kind, DriverErrorKind::Connect, "{parameters}: {said}");
    error
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_tls_is_taken_only_where_it_need_not_be() {
    for url in servers() {
        let port = in_front_of(&url, None).await;
        for mode in ["disable", "prefer"] {
            connect(&url, port, &format!("sslmode={mode}")).await.unwrap();
        }
        for mode in ["require", "verify-ca", "verify-full"] {
            let error = refused(&url, port, &format!("sslmode={mode}")).await;
            assert!(error.to_string().contains("TLS"), "{error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authority_and_the_name_count_where_they_are_asked_for() {
    let files = Files(TempDir::new().unwrap());
    let (ours, others) = (Authority::new(), Authority::new());
    let root = files.write("root.pem", &ours.certificate());
    let wrong = files.write("other.pem", &others.certificate());
    let (root, wrong) = (root.display(), wrong.display());
    let good = ours.signs("localhost", ExtendedKeyUsagePurpose::ServerAuth);
    let elsewhere = ours.signs("elsewhere.example", ExtendedKeyUsagePurpose::ServerAuth);
    for url in servers() {
        let named = in_front_of(&url, Some(speaks(&good, None))).await;
        let misnamed = in_front_of(&url, Some(speaks(&elsewhere, None))).await;
        for port in [named, misnamed] {
            for parameters in ["sslmode=disable", "sslmode=prefer", "sslmode=require"] {
                connect(&url, port, parameters).await.unwrap();
            }
            // Who names an authority wants it to count.
            for mode in ["require", "verify-ca"] {
                connect(&url, port, &format!("sslmode={mode}&sslrootcert={root}")).await.unwrap();
            }
            for mode in ["require", "verify-ca", "verify-full"] {
                let error = refused(&url, port, &format!("sslmode={mode}&sslrootcert={wrong}")).await;
                assert!(error.to_string().contains("certificate"), "{error}");
            }
        }
        connect(&url, named, &format!("sslmode=verify-full&sslrootcert={root}")).await.unwrap();
        let error = refused(&url, misnamed, &format!("sslmode=verify-full&sslrootcert={root}")).await;
        let said = format!("{error} {}", error.help.as_deref().unwrap_or_default());
        assert!(said.contains("certificate") && said.contains("localhost"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_shows_its_certificate() {
    let files = Files(TempDir::new().unwrap());
    let (ours, others) = (Authority::new(), Authority::new());
    let root = files.write("root.pem", &ours.certificate());
    let server = ours.signs("localhost", ExtendedKeyUsagePurpose::ServerAuth);
    let mine = ours.signs("ann", ExtendedKeyUsagePurpose::ClientAuth);
    let strange = others.signs("ann", ExtendedKeyUsagePurpose::ClientAuth);
    let file = |name: &str, text: &str| files.write(name, text).display().to_string();
    let certificate = |name: &str, of: &(String, String)| {
        (file(&format!("{name}.pem"), &of.0), file(&format!("{name}.key"), &of.1))
    };
    let (my_certificate, my_key) = certificate("mine", &mine);
    let (its_certificate, its_key) = certificate("strange", &strange);
    let base = format!("sslmode=verify-full&sslrootcert={}", root.display());
    for url in servers() {
        let port = in_front_of(&url, Some(speaks(&server, Some(&ours)))).await;
        connect(&url, port, &format!("{base}&sslcert={my_certificate}&sslkey={my_key}")).await.unwrap();
        refused(&url, port, &base).await;
        refused(&url, port, &format!("{base}&sslcert={its_certificate}&sslkey={its_key}")).await;
        // What is wrong with the files is said before anything is sent.
        for (parameters, said) in [
            (format!("&sslcert={my_certificate}"), "sslkey"),
            (format!("&sslcert={my_certificate}&sslkey={its_key}"), "do not go together"),
            (format!("&sslcert={my_key}&sslkey={my_key}"), "holds no certificate"),
            ("&sslcert=no_such.pem&sslkey=no_such.key".to_owned(), "no_such.pem"),
        ] {
            let error = connect(&url, port, &format!("{base}{parameters}")).await.unwrap_err();
            assert_eq!(error.kind, DriverErrorKind::Settings, "{error}");
            assert!(error.to_string().contains(said), "{said}: {error}");
            assert!(!format!("{error:?}").contains("PRIVATE KEY"), "{error:?}");
        }
    }
}
