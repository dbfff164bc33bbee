//! What tells MySQL, MariaDB and their versions apart.

use limbeck_core::driver::{ServerInfo, Version};

/// Which of the two a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// MySQL, and what calls itself so: Percona Server, Aurora.
    Mysql,
    /// MariaDB.
    Mariadb,
}

impl Flavour {
    /// What its dialect answers to, the most particular name first.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Mysql => &["mysql"],
            Self::Mariadb => &["mariadb", "mysql"],
        }
    }

    /// Its dialect's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mysql => "mysql",
            Self::Mariadb => "mariadb",
        }
    }

    /// What it calls itself.
    pub fn product(self) -> &'static str {
        match self {
            Self::Mysql => "MySQL",
            Self::Mariadb => "MariaDB",
        }
    }

    /// The newest version whose behaviour is known.
    pub const fn newest(self) -> Version {
        match self {
            Self::Mysql => Version::new(9, 7, 0),
            Self::Mariadb => Version::new(11, 8, 0),
        }
    }

    /// The oldest version that is supported: its DDL is atomic.
    pub const fn oldest(self) -> Version {
        match self {
            Self::Mysql => Version::new(8, 0, 16),
            Self::Mariadb => Version::new(10, 6, 0),
        }
    }

    /// The flavour of the server that says this of its version and of the build.
    pub fn of(version: &str, comment: &str) -> Self {
        let is_mariadb = |text: &str| text.to_ascii_lowercase().contains("mariadb");
        if is_mariadb(version) || is_mariadb(comment) { Self::Mariadb } else { Self::Mysql }
    }

    /// The version in what a server says: MariaDB may put `5.5.5-` before it, for old clients.
    pub fn version(text: &str) -> Version {
        let text = text.strip_prefix("5.5.5-").unwrap_or(text);
        Version::parse(text).unwrap_or(Version::new(0, 0, 0))
    }
}

/// What a server can do, by its flavour and version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gates {
    /// Which of the two.
    pub flavour: Flavour,
    /// Its version.
    pub version: Version,
    /// It is not too old.
    pub supported: bool,
    /// `int(11)`: whole numbers are shown with a width.
    pub display_widths: bool,
    /// Indexes over expressions.
    pub functional_indexes: bool,
    /// `CHECK … NOT ENFORCED`.
    pub not_enforced: bool,
    /// Indexes and columns that are not seen by queries: `INVISIBLE` for indexes.
    pub invisible_indexes: bool,
    /// `IGNORED` indexes.
    pub ignored_indexes: bool,
    /// Columns that `*` leaves out.
    pub invisible_columns: bool,
    /// A type `uuid`.
    pub uuid: bool,
    /// `CREATE SEQUENCE`.
    pub sequences: bool,
    /// Indexes that really run the other way.
    pub descending_indexes: bool,
    /// `ALTER TABLE … RENAME COLUMN` and `RENAME INDEX`.
    pub renames_in_alter: bool,
    /// NO ACTION is shown and RESTRICT is not, as what holds without a word.
    pub restrict_is_silent: bool,
    /// A CHECK can stand within a column.
    pub column_checks: bool,
    /// `DEFAULT (uuid())`: an expression has parentheses round it, and is shown so.
    pub parenthesised_defaults: bool,
    /// JSON is a type, and not a text with a CHECK.
    pub json_type: bool,
    /// `DROP CONSTRAINT` and `DROP CHECK` by name count in the whole database.
    pub check_names_per_schema: bool,
}

impl Gates {
    /// What the server `version` can do.
    pub fn new(flavour: Flavour, version: Version) -> Self {
        let from = |mysql: Option<Version>, mariadb: Option<Version>| {
            let since = match flavour {
                Flavour::Mysql => mysql,
                Flavour::Mariadb => mariadb,
            };
            since.is_some_and(|since| version >= since)
        };
        let always = Some(Version::new(0, 0, 0));
        let v = |major, minor, patch| Some(Version::new(major, minor, patch));
        Self {
            flavour,
            version,
            supported: version >= flavour.oldest(),
            display_widths: flavour == Flavour::Mariadb || version < Version::new(8, 0, 19),
            functional_indexes: from(v(8, 0, 13), None),
            not_enforced: from(v(8, 0, 16), None),
            invisible_indexes: from(v(8, 0, 0), None),
            ignored_indexes: from(None, v(10, 6, 0)),
            invisible_columns: from(v(8, 0, 23), v(10, 3, 3)),
            uuid: from(None, v(10, 7, 0)),
            sequences: from(None, v(10, 3, 0)),
            descending_indexes: from(v(8, 0, 0), v(10, 8, 0)),
            renames_in_alter: from(v(8, 0, 3), v(10, 5, 2)),
            restrict_is_silent: from(None, always),
            column_checks: from(None, v(10, 2, 1)),
            parenthesised_defaults: from(always, None),
            json_type: from(always, None),
            check_names_per_schema: from(always, None),
        }
    }

    /// What the newest server that is known can do.
    pub fn newest(flavour: Flavour) -> Self {
        Self::new(flavour, flavour.newest())
    }

    /// What `server` can do.
    pub fn of(server: &ServerInfo) -> Self {
        let flavour =
            if server.dialect == Flavour::Mariadb.name() { Flavour::Mariadb } else { Flavour::Mysql };
        Self::new(flavour, server.version)
    }

    /// What the dialect answers to.
    pub fn names(&self) -> &'static [&'static str] {
        self.flavour.names()
    }

    /// The dialect's name.
    pub fn name(&self) -> &'static str {
        self.flavour.name()
    }

    /// The server with its version, for people.
    pub fn server(&self) -> String {
        format!("{} {}", self.flavour.product(), self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_told_apart_by_what_they_say() {
        assert_eq!(Flavour::of("10.11.6-MariaDB-0+deb12u1", "Debian 12"), Flavour::Mariadb);
        assert_eq!(Flavour::of("8.0.35", "MySQL Community Server - GPL"), Flavour::Mysql);
        assert_eq!(Flavour::of("10.6.1", "MariaDB Server"), Flavour::Mariadb);
        assert_eq!(Flavour::version("5.5.5-10.6.12-MariaDB"), Version::new(10, 6, 12));
        assert_eq!(Flavour::version("9.7.4-2"), Version::new(9, 7, 4));
    }

    #[test]
    fn versions_open_their_gates() {
        assert!(Gates::new(Flavour::Mysql, Version::new(8, 0, 18)).display_widths);
        assert!(!Gates::new(Flavour::Mysql, Version::new(8, 0, 19)).display_widths);
        assert!(!Gates::new(Flavour::Mariadb, Version::new(10, 6, 18)).uuid);
        assert!(Gates::newest(Flavour::Mariadb).uuid);
        assert!(!Gates::new(Flavour::Mysql, Version::new(5, 7, 44)).supported);
    }
}
