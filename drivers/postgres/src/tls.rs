//! TLS, as far as the settings demand it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::diag::{list, nearest};
use limbeck_core::driver::{DriverError, TlsMode};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::url::refused;

/// The mode that `word` of a URL names.
///
/// # Errors
/// `Settings`, with the words that there are.
pub(crate) fn mode(word: &str) -> Result<TlsMode, DriverError> {
    TlsMode::parse(word).ok_or_else(|| {
        let names = TlsMode::ALL.map(TlsMode::word);
        let offer = nearest(word, names).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        refused(format!("PostgreSQL has no TLS mode `{word}`"))
            .with_help(format!("{offer}Known are {}", list(names)))
    })
}

/// Files with certificates, in PEM form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Certificates {
    /// The authorities that are trusted; those of the system, if not given.
    pub(crate) root: Option<PathBuf>,
    /// Who we are.
    pub(crate) client: Option<PathBuf>,
    /// The key to it.
    pub(crate) key: Option<PathBuf>,
}

/// What a server has to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verified {
    /// Nothing.
    Nothing,
    /// That an authority has signed its certificate.
    Authority,
    /// That it is the one of that name, too.
    Name,
}

impl Verified {
    fn of(mode: TlsMode, has_root: bool) -> Self {
        match mode {
            TlsMode::Disable | TlsMode::Prefer => Self::Nothing,
            // As libpq does: who names an authority wants it to count.
            TlsMode::Require if has_root => Self::Authority,
            TlsMode::Require => Self::Nothing,
            TlsMode::VerifyCa if has_root => Self::Authority,
            // The authorities that everybody trusts sign for anybody, so that the name alone tells.
            TlsMode::VerifyCa | TlsMode::VerifyFull => Self::Name,
        }
    }
}

/// What makes the TLS of a connection.
///
/// # Errors
/// `Settings`: a file that cannot be read or holds no certificate.
pub(crate) fn connector(
    mode: TlsMode,
    certificates: &Certificates,
) -> Result<MakeRustlsConnect, DriverError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(error.to_string()))?;
    let verified = Verified::of(mode, certificates.root.is_some());
    let builder = if verified == Verified::Nothing {
        builder.dangerous().with_custom_certificate_verifier(Arc::new(AnyServer(provider)))
    } else {
        let roots = Arc::new(roots(certificates.root.as_deref())?);
        let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider)
            .build()
            .map_err(|error| refused(format!("no authority is trusted for TLS: {error}")))?;
        if verified == Verified::Name {
            builder.with_webpki_verifier(verifier)
        } else {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(AnyName(verifier)))
        }
    };
    let config = match (&certificates.client, &certificates.key) {
        (Some(client), Some(key)) => {
            let chain = pem(client)?;
            let secret = PrivateKeyDer::from_pem_file(key)
                .map_err(|error| refused(format!("the key {} cannot be read: {error}", key.display())))?;
            builder.with_client_auth_cert(chain, secret).map_err(|error| {
                refused(format!(
                    "the certificate {} and its key do not go together: {error}",
                    client.display()
                ))
            })?
        }
        (None, None) => builder.with_no_client_auth(),
        _ => {
            return Err(refused(
                "a client's certificate needs `sslcert` and `sslkey`, and one of them is missing",
            ));
        }
    };
    Ok(MakeRustlsConnect::new(config))
}

fn roots(file: Option<&Path>) -> Result<RootCertStore, DriverError> {
    let mut store = RootCertStore::empty();
    match file {
        Some(path) => {
            for certificate in pem(path)? {
                store.add(certificate).map_err(|error| {
                    refused(format!("{} holds a certificate that is of no use: {error}", path.display()))
                })?;
            }
        }
        None => {
            // Some of a system's many certificates may be of forms that rustls does not take.
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    Ok(store)
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

/// Takes any server: TLS then only keeps listeners out.
#[derive(Debug)]
struct AnyServer(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyServer {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Takes a server whose certificate an authority has signed, whatever name it is for.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        // The name is looked at last, when everything else has been found good.
        match self.0.verify_server_cert(certificate, chain, name, ocsp, now) {
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_authority_of_ones_own_the_name_counts() {
        let of = |has_root: bool| TlsMode::ALL.map(|mode| (mode.word(), Verified::of(mode, has_root)));
        let all = |require, verify_ca| {
            [
                ("disable", Verified::Nothing),
                ("prefer", Verified::Nothing),
                ("require", require),
                ("verify-ca", verify_ca),
                ("verify-full", Verified::Name),
            ]
        };
        assert_eq!(of(true), all(Verified::Authority, Verified::Authority));
        assert_eq!(of(false), all(Verified::Nothing, Verified::Name));
    }
}
