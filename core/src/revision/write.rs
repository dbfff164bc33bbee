use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::WriteError;

/// Makes the file `name` in `dir` with `text`, whole or not at all; a file that is there is not touched.
///
/// The text goes into a hidden file beside it, which is then linked to the name: that fails if the name is taken, and a
/// crash at any instant leaves the name free or the file whole. `dir` must be there.
///
/// # Errors
/// If `name` is no plain file name, the file is there already, or the system refuses.
pub fn write_new(dir: &Path, name: &str, text: &str) -> Result<PathBuf, WriteError> {
    if name.is_empty() || name == "." || name == ".." || name.contains(['/', '\\', '\0']) {
        return Err(WriteError::FileName { name: name.to_owned() });
    }
    let path = dir.join(name);
    let failed = |error: std::io::Error| WriteError::Io { path: path.clone(), error };
    // Asked for a better error than that of the link below, which is what decides.
    if path.symlink_metadata().is_ok() {
        return Err(WriteError::Exists { path });
    }
    let draft = Draft::new(dir, name, text).map_err(failed)?;
    match fs::hard_link(&draft.path, &path) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(WriteError::Exists { path }),
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(failed(error)),
        // A file system without links (FAT, some of those over a network).
        Err(_) => claim_and_rename(&draft, &path)?,
    }
    drop(draft);
    sync_directory(dir).map_err(failed)?;
    Ok(path)
}

/// Puts `text` in the place of what the file at `path` holds, whole or not at all.
///
/// # Errors
/// If there is no such file, or the system refuses.
pub fn rewrite(path: &Path, text: &str) -> Result<(), WriteError> {
    let failed = |error: std::io::Error| WriteError::Io { path: path.to_owned(), error };
    // What a link leads to is rewritten, and the link stays.
    let path = &fs::canonicalize(path).map_err(failed)?;
    let failed = |error: std::io::Error| WriteError::Io { path: path.clone(), error };
    let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(WriteError::FileName { name: path.display().to_string() });
    };
    let draft = Draft::new(dir, &name.to_string_lossy(), text).map_err(failed)?;
    let permissions = fs::metadata(path).map_err(failed)?.permissions();
    fs::set_permissions(&draft.path, permissions).map_err(failed)?;
    fs::rename(&draft.path, path).map_err(failed)?;
    sync_directory(dir).map_err(failed)
}

/// Takes the name by an empty file, which fails if it is taken, and puts the draft in its place.
fn claim_and_rename(draft: &Draft, path: &Path) -> Result<(), WriteError> {
    let claimed = OpenOptions::new().write(true).create_new(true).open(path);
    if let Err(error) = claimed {
        return Err(match error.kind() {
            ErrorKind::AlreadyExists => WriteError::Exists { path: path.to_owned() },
            _ => WriteError::Io { path: path.to_owned(), error },
        });
    }
    fs::rename(&draft.path, path).map_err(|error| {
        // The empty file is ours, and the rename's error is the one to tell.
        let _ = fs::remove_file(path);
        WriteError::Io { path: path.to_owned(), error }
    })
}

/// A hidden file that goes when it is no longer needed.
struct Draft {
    path: PathBuf,
}

impl Draft {
    fn new(dir: &Path, name: &str, text: &str) -> std::io::Result<Self> {
        let mut random = [0u8; 8];
        getrandom::fill(&mut random).map_err(std::io::Error::other)?;
        let path = dir.join(format!(".{name}.{:016x}.tmp", u64::from_le_bytes(random)));
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        let draft = Self { path };
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        Ok(draft)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Renamed away, or one name too many; a leftover is hidden and harmless.
        let _ = fs::remove_file(&self.path);
    }
}

/// Makes a new name in a directory last.
fn sync_directory(dir: &Path) -> std::io::Result<()> {
    // `Path::new("a.toml").parent()` is the empty path, and so may be what a caller has.
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_rewritten_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = write_new(dir.path(), "a.toml", "old").unwrap();
        rewrite(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert!(rewrite(&dir.path().join("b.toml"), "new").is_err());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left lying about");
    }

    fn names(dir: &Path) -> Vec<String> {
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_is_made_once_and_nothing_else_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let path = write_new(dir.path(), "a.toml", "one\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\n");
        let error = write_new(dir.path(), "a.toml", "two\n").unwrap_err();
        assert!(matches!(error, WriteError::Exists { .. }));
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\n");
        assert_eq!(names(dir.path()), ["a.toml"]);
    }

    #[test]
    fn the_way_without_links_refuses_a_taken_name_too() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.toml");
        let draft = Draft::new(dir.path(), "a.toml", "one\n").unwrap();
        claim_and_rename(&draft, &path).unwrap();
        drop(draft);
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\n");
        let draft = Draft::new(dir.path(), "a.toml", "two\n").unwrap();
        assert!(matches!(claim_and_rename(&draft, &path), Err(WriteError::Exists { .. })));
        drop(draft);
        assert_eq!(names(dir.path()), ["a.toml"]);
    }

    #[test]
    fn no_name_leads_out_of_the_directory() {
        let dir = tempfile::tempdir().unwrap();
        for bad in ["../a.toml", "/a.toml", "", "..", "b/a.toml"] {
            assert!(matches!(write_new(dir.path(), bad, ""), Err(WriteError::FileName { .. })), "{bad:?}");
        }
        let error = write_new(&dir.path().join("missing"), "a.toml", "").unwrap_err();
        assert!(matches!(error, WriteError::Io { .. }));
    }
}
