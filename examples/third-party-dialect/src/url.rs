//! `duckdb:path`, `duckdb://path`, `duckdb::memory:`, with `?access_mode=read_only`.

use std::path::PathBuf;

use limbeck_core::driver::{DatabaseSettings, DriverError, DriverErrorKind};
use percent_encoding::percent_decode_str;

/// Where a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    /// Its file; in memory, if `None`.
    pub(crate) file: Option<PathBuf>,
    /// Whether it must not be written.
    pub(crate) read_only: bool,
}

impl Location {
    /// What the settings say.
    pub(crate) fn of(settings: &DatabaseSettings) -> Result<Self, DriverError> {
        let wrong = |message: String, help: &str| {
            DriverError::new(DriverErrorKind::Settings, message).with_help(help)
        };
        let rest = settings.url.expose_rest();
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let mut read_only = false;
        for pair in parameters.split('&').filter(|pair| !pair.is_empty()) {
            match pair {
                "access_mode=read_only" => read_only = true,
                "access_mode=read_write" => read_only = false,
                _ => {
                    let name = pair.split('=').next().unwrap_or_default();
                    return Err(wrong(
                        format!("the URL of a DuckDB database has an unknown parameter or value: {name}"),
                        "`access_mode=read_only` and `access_mode=read_write` are known",
                    ));
                }
            }
        }
        let path = percent_decode_str(path).decode_utf8().map_err(|_| {
            wrong("the path of a DuckDB database is no UTF-8".to_owned(), "write it as `duckdb://app.duckdb`")
        })?;
        match &*path {
            "" => Err(wrong(
                "the URL of a DuckDB database names no file".to_owned(),
                "write it as `duckdb://app.duckdb`",
            )),
            ":memory:" => Ok(Self { file: None, read_only }),
            path => Ok(Self { file: Some(settings.directory.join(path)), read_only }),
        }
    }
}

#[cfg(test)]
mod tests {
    use limbeck_core::driver::DatabaseUrl;

    use super::*;

    fn location(url: &str) -> Result<Location, DriverError> {
        let mut settings = DatabaseSettings::new("default", DatabaseUrl::parse(url).unwrap());
        settings.directory = PathBuf::from("/project");
        Location::of(&settings)
    }

    #[test]
    fn paths_are_relative_to_the_project() {
        for (url, file, read_only) in [
            ("duckdb://app.duckdb", Some("/project/app.duckdb"), false),
            ("duckdb:app.duckdb", Some("/project/app.duckdb"), false),
            ("duckdb:///data/a%20b.duckdb?access_mode=read_only", Some("/data/a b.duckdb"), true),
            ("duckdb::memory:", None, false),
        ] {
            assert_eq!(location(url), Ok(Location { file: file.map(PathBuf::from), read_only }), "{url}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for url in ["duckdb:", "duckdb://x?threads=4", "duckdb://%ff"] {
            assert_eq!(location(url).unwrap_err().kind, DriverErrorKind::Settings, "{url}");
        }
    }
}
