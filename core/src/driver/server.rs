use std::fmt;

use crate::ident::Ident;

/// A server's version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The first number.
    pub major: u32,
    /// The second.
    pub minor: u32,
    /// The third; 0 where there is none.
    pub patch: u32,
}

impl Version {
    /// The version `major.minor.patch`.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }

    /// The numbers that `text` begins with: `3.54.1`, `10.11.6-MariaDB`, `15.18 (Debian …)`.
    pub fn parse(text: &str) -> Option<Self> {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let mut numbers = text[..end].split('.').map(|part| part.parse().ok());
        let major = numbers.next()??;
        let minor = numbers.next().flatten().unwrap_or(0);
        let patch = numbers.next().flatten().unwrap_or(0);
        Some(Self { major, minor, patch })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// The dialect that it speaks: `postgres`, `mariadb`.
    pub dialect: &'static str,
    /// What it calls itself: `PostgreSQL`, `MariaDB`.
    pub product: String,
    /// Its version.
    pub version: Version,
    /// The namespace that holds what names none, where [`DatabaseSettings::schema`](super::DatabaseSettings::schema) says
    /// another than the dialect's own.
    pub schema: Option<Ident>,
}

impl ServerInfo {
    /// A server with its dialect's own default namespace.
    pub fn new(dialect: &'static str, product: impl Into<String>, version: Version) -> Self {
        Self { dialect, product: product.into(), version, schema: None }
    }
}

impl fmt::Display for ServerInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.product, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_out_of_what_servers_say() {
        assert_eq!(Version::parse("3.54.1"), Some(Version::new(3, 54, 1)));
        assert_eq!(Version::parse("10.11.6-MariaDB-0+deb12u1"), Some(Version::new(10, 11, 6)));
        assert_eq!(Version::parse("18beta1"), Some(Version::new(18, 0, 0)));
        assert_eq!(Version::parse("beta"), None);
    }
}
