//! The way to the server, with TLS as far as the settings demand it.

use std::path::Path;
use std::time::Duration;

use limbeck_core::driver::{DriverError, DriverErrorKind, Tls};
use mysql_async::{Conn, Error, IoError, Opts};
use rustls::CertificateError;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::error::from_connect;
use crate::url::Target;

/// Looks into the files with certificates, before anything is sent.
///
/// # Errors
/// `Settings`: one cannot be read, or does not hold what it is to hold.
pub(crate) fn check(certificates: &Tls) -> Result<(), DriverError> {
    for path in certificates.root_cert.iter().chain(&certificates.client_cert) {
        pem(path)?;
    }
    if let (Some(chain), Some(path)) = (&certificates.client_cert, &certificates.client_key) {
        let key = PrivateKeyDer::from_pem_file(path)
            .map_err(|error| refused(format!("the key {} cannot be read: {error}", path.display())))?;
        let provider = rustls::crypto::ring::default_provider();
        rustls::sign::CertifiedKey::from_der(pem(chain)?, key, &provider).map_err(|error| {
            refused(format!("the certificate {} and its key do not go together: {error}", chain.display()))
        })?;
    }
    Ok(())
}

fn pem(path: &Path) -> Result<Vec<CertificateDer<'static>>, DriverError> {
    let unread = |error: rustls::pki_types::pem::Error| {
        refused(format!("the certificate {} cannot be read: {error}", path.display()))
            .with_help("it must be a file in PEM form; a relative path is relative to limbeck.toml")
    };
    let found: Vec<CertificateDer<'static>> =
        CertificateDer::pem_file_iter(path).map_err(unread)?.collect::<Result<_, _>>().map_err(unread)?;
    if found.is_empty() {
        return Err(refused(format!("{} holds no certificate", path.display())));
    }
    Ok(found)
}

fn refused(message: String) -> DriverError {
    DriverError::new(DriverErrorKind::Settings, message)
}

/// Connects in the first of the target's ways that the server goes along with.
pub(crate) async fn connect(target: &Target, limit: Duration) -> Result<Conn, DriverError> {
    let options = target.options();
    let last = options.len() - 1;
    for (at, options) in options.into_iter().enumerate() {
        match within(options.clone(), limit).await? {
            Ok(conn) => return Ok(conn),
            // The next one goes without TLS.
            Err(Error::Driver(mysql_async::DriverError::NoClientSslFlagFromServer)) if at < last => {}
            Err(error) => {
                // Its authority is the right one, and more is not asked. The client library would have the name fit
                // all the same: so it is asked for the name that the certificate has.
                let named = name_shown(&error).and_then(|name| target.for_name(&options, name));
                return match named {
                    Some(options) => within(options, limit).await?,
                    None => Err(error),
                }
                .map_err(|error| from_connect(&error));
            }
        }
    }
    Err(DriverError::new(DriverErrorKind::Connect, "there is no way to connect"))
}

async fn within(options: Opts, limit: Duration) -> Result<Result<Conn, Error>, DriverError> {
    tokio::time::timeout(limit, Conn::new(options)).await.map_err(|_| {
        DriverError::new(DriverErrorKind::Connect, "the server did not answer in time")
            .with_help("check host and port in the database's url, or raise `connect_timeout`")
    })
}

/// A name that the server's certificate is for, if nothing but the name is wrong with it.
fn name_shown(error: &Error) -> Option<String> {
    let Error::Io(IoError::Io(error)) = error else { return None };
    let Some(rustls::Error::InvalidCertificate(CertificateError::NotValidForNameContext {
        presented, ..
    })) = error.get_ref()?.downcast_ref::<rustls::Error>()
    else {
        return None;
    };
    let plain = |name: &String| Some(name.strip_prefix("DnsName(\"")?.strip_suffix("\")")?.to_owned());
    // One with a star is for any name in its place.
    presented.iter().find_map(plain).map(|name| name.replace('*', "any"))
}
