use std::path::{Path, PathBuf};

use limbeck_core::diag::{list, nearest};
use limbeck_core::driver::{DatabaseSettings, DriverError, DriverErrorKind};
use percent_encoding::percent_decode_str;

/// The parameters that a URL may have.
const PARAMETERS: [&str; 1] = ["mode"];
/// What `mode` may be.
const MODES: [&str; 4] = ["ro", "rw", "rwc", "memory"];

/// Where a database is, as its URL says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    /// The file, relative to nothing but the working directory; `None` is a database in memory.
    pub(crate) file: Option<PathBuf>,
    /// What may be done with it, whatever it is opened for.
    pub(crate) mode: Mode,
}

/// The most that a URL lets anybody do with its file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Read it.
    ReadOnly,
    /// Read and write it, if it is there.
    ReadWrite,
    /// Make it, too.
    #[default]
    Create,
}

impl Location {
    /// What the URL in `settings` means.
    ///
    /// # Errors
    /// `Settings`: there is no path, it is no UTF-8, or a parameter is unknown.
    pub(crate) fn of(settings: &DatabaseSettings) -> Result<Self, DriverError> {
        let rest = settings.url.expose_rest();
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mode = mode(query)?;
        let path = percent_decode_str(path).decode_utf8().map_err(|_| {
            refused("the path in the database's url is no UTF-8")
                .with_help("percent-encode it as UTF-8: `%C3%BC` is `ü`")
        })?;
        if path.contains('\0') {
            return Err(refused("the path in the database's url holds a NUL"));
        }
        if path == ":memory:" || mode == Some("memory") {
            return Ok(Self { file: None, mode: Mode::Create });
        }
        if path.is_empty() {
            return Err(refused("the database's url names no file").with_help(
                "write `sqlite://app.db` (relative to limbeck.toml), `sqlite:///var/app.db` or `sqlite::memory:`",
            ));
        }
        let mode = match mode {
            Some("ro") => Mode::ReadOnly,
            Some("rw") => Mode::ReadWrite,
            _ => Mode::Create,
        };
        Ok(Self { file: Some(settings.directory.join(without_drive_slash(&path))), mode })
    }
}

/// On Windows `sqlite:///C:/app.db` means `C:/app.db`.
fn without_drive_slash(path: &str) -> &Path {
    let bytes = path.as_bytes();
    let drive = cfg!(windows) && bytes.len() > 2 && bytes[0] == b'/' && bytes[2] == b':';
    Path::new(if drive { &path[1..] } else { path })
}

fn mode(query: &str) -> Result<Option<&str>, DriverError> {
    let mut found = None;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if key != "mode" {
            return Err(refused(format!("SQLite urls have no parameter `{key}`")).with_help(format!(
                "known is {}; a `?` in a file's name is written `%3F`",
                list(PARAMETERS)
            )));
        }
        if !MODES.contains(&value) {
            let offer =
                nearest(value, MODES).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            return Err(refused(format!("SQLite urls have no mode `{value}`"))
                .with_help(format!("{offer}Known are {}", list(MODES))));
        }
        found = Some(value);
    }
    Ok(found)
}

fn refused(message: impl Into<String>) -> DriverError {
    DriverError::new(DriverErrorKind::Settings, message)
}

#[cfg(test)]
mod tests {
    use limbeck_core::driver::DatabaseUrl;

    use super::*;

    fn location(url: &str) -> Result<Location, DriverError> {
        let mut settings = DatabaseSettings::new("default", DatabaseUrl::parse(url).unwrap());
        settings.directory = PathBuf::from("/srv/shop");
        Location::of(&settings)
    }

    #[test]
    fn paths_are_relative_to_the_directory_unless_they_are_absolute() {
        for (url, file) in [
            ("sqlite://app.db", "/srv/shop/app.db"),
            ("sqlite:app.db", "/srv/shop/app.db"),
            ("sqlite://./data/app.db", "/srv/shop/./data/app.db"),
            ("sqlite:///var/app.db", "/var/app.db"),
            ("sqlite:/var/app.db", "/var/app.db"),
            ("sqlite://my%20app%3F.db", "/srv/shop/my app?.db"),
            ("sqlite://user@host:1/app.db", "/srv/shop/user@host:1/app.db"),
            ("sqlite://%C3%BC.db#x", "/srv/shop/ü.db#x"),
        ] {
            assert_eq!(location(url).unwrap().file, Some(PathBuf::from(file)), "{url}");
        }
    }

    #[test]
    fn memory_has_no_file() {
        for url in ["sqlite::memory:", "sqlite://:memory:", "sqlite://x?mode=memory", "sqlite:?mode=memory"] {
            assert_eq!(location(url).unwrap().file, None, "{url}");
        }
    }

    #[test]
    fn the_mode_bounds_what_is_done() {
        assert_eq!(location("sqlite://app.db").unwrap().mode, Mode::Create);
        assert_eq!(location("sqlite://app.db?mode=ro").unwrap().mode, Mode::ReadOnly);
        assert_eq!(location("sqlite://app.db?mode=rw").unwrap().mode, Mode::ReadWrite);
    }

    #[test]
    fn what_makes_no_sense_is_an_error_that_says_what_does() {
        for (url, message, help) in [
            ("sqlite://", "names no file", "sqlite://app.db"),
            ("sqlite:", "names no file", "sqlite::memory:"),
            ("sqlite://a.db?cache=shared", "no parameter `cache`", "known is mode"),
            ("sqlite://a.db?mode=rwx", "no mode `rwx`", "did you mean `rw`?"),
            ("sqlite://%FF.db", "no UTF-8", "%C3%BC"),
        ] {
            let error = location(url).unwrap_err();
            assert_eq!(error.kind, DriverErrorKind::Settings);
            assert!(error.message.contains(message), "{url}: {error}");
            assert!(error.help.as_deref().unwrap_or_default().contains(help), "{url}: {:?}", error.help);
        }
        assert!(location("sqlite://a%00b.db").unwrap_err().message.contains("NUL"));
    }
}
