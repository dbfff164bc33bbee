//! The password file of PostgreSQL's own programs.

use std::path::{Path, PathBuf};

/// Where the password file is: what PGPASSFILE says, else `.pgpass` in the home directory.
pub(crate) fn default_path() -> Option<PathBuf> {
    let given = std::env::var_os("PGPASSFILE").filter(|path| !path.is_empty()).map(PathBuf::from);
    given.or_else(|| {
        if cfg!(windows) {
            std::env::var_os("APPDATA").map(|home| PathBuf::from(home).join("postgresql").join("pgpass.conf"))
        } else {
            std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".pgpass"))
        }
    })
}

/// What a line must be about.
pub(crate) struct Wanted<'a> {
    pub(crate) host: &'a str,
    pub(crate) port: u16,
    pub(crate) database: &'a str,
    pub(crate) user: &'a str,
}

/// The password that the file at `path` has; `None` if there is no such file, it is no plain file, others can read it,
/// or no line fits. So do PostgreSQL's programs.
pub(crate) fn look_up(path: &Path, wanted: &Wanted<'_>) -> Option<String> {
    let metadata = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    if is_open_to_others(&metadata) {
        tracing::warn!(path = %path.display(), "the password file is not used: others can read it (chmod 600 it)");
        return None;
    }
    find(&std::fs::read_to_string(path).ok()?, wanted)
}

#[cfg(unix)]
fn is_open_to_others(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &std::fs::Metadata) -> bool {
    false
}

fn find(text: &str, wanted: &Wanted<'_>) -> Option<String> {
    let port = wanted.port.to_string();
    let values = [wanted.host, &port, wanted.database, wanted.user];
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let mut fields = fields(line.trim_end_matches('\r'));
        let password = fields.split_off(fields.len().min(4)).into_iter().next()?;
        let fits = fields.iter().zip(values).all(|(field, value)| field == "*" || field == value);
        fits.then_some(password)
    })
}

/// The fields of a line, with the backslashes before `:` and `\` taken out. The password goes to the end of the line.
fn fields(line: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let last = found.len() - 1;
        match character {
            ':' if found.len() < 5 => found.push(String::new()),
            '\\' => found[last].extend(characters.next()),
            _ => found[last].push(character),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_fits_counts() {
        let text = "# host:port:db:user:no\nother:*:*:*:no\ndb\\:1:5432:app:ann:p\\:a\\\\ss\n*:*:*:ann:any\n";
        let wanted = |host: &'static str| Wanted { host, port: 5432, database: "app", user: "ann" };
        assert_eq!(find(text, &wanted("db:1")).as_deref(), Some("p:a\\ss"));
        assert_eq!(find(text, &wanted("db")).as_deref(), Some("any"));
        assert_eq!(find("db:5432\n", &wanted("db")), None);
        assert_eq!(find("*:*:*:bob:x", &wanted("db")), None);
    }
}
