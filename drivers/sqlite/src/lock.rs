use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use limbeck_core::driver::{DriverError, DriverErrorKind, LockKey, RecordTables};

/// A migration lock that is held: an exclusive lock of the operating system on a file beside the database.
///
/// Never on the database's own file: closing any descriptor of that file drops the locks that SQLite has on it. The
/// system gives the lock up when the process ends, whatever way; the file that may stay behind then locks nothing.
#[derive(Debug)]
pub(crate) struct FileLock {
    file: File,
    path: PathBuf,
}

impl FileLock {
    /// Takes the lock at `path`; `None` if somebody else holds it.
    pub(crate) fn try_take(path: &Path) -> Result<Option<Self>, DriverError> {
        loop {
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)
                .map_err(|error| cannot_make(path, &error))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(cannot_lock(path, &error)),
            }
            // Its holder may have taken the file away between the opening and the locking: then this one has no name
            // any more, and the next comer would lock another.
            if still_there(&file, path).map_err(|error| cannot_lock(path, &error))? {
                let mut lock = Self { file, path: path.to_owned() };
                lock.write_holder().map_err(|error| cannot_make(path, &error))?;
                return Ok(Some(lock));
            }
        }
    }

    fn write_holder(&mut self) -> std::io::Result<()> {
        self.file.set_len(0)?;
        let holder = match host() {
            Some(host) => format!("pid {} on {host}\n", std::process::id()),
            None => format!("pid {}\n", std::process::id()),
        };
        self.file.write_all(holder.as_bytes())
    }
}

impl Drop for FileLock {
    /// Takes the file away while it is still locked, so that nobody can hold it by then. Where the system cannot tell
    /// whether two files are one, it stays.
    fn drop(&mut self) {
        if cfg!(unix)
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::debug!(path = %self.path.display(), %error, "the lock file stays behind; it locks nothing");
        }
    }
}

/// The name of the lock file for `key` beside the database `database`, which must be there. Two ways to one file, by a
/// link say, have one lock.
pub(crate) fn lock_path(database: &Path, key: &LockKey) -> Result<PathBuf, DriverError> {
    let database = std::fs::canonicalize(database).map_err(|error| {
        DriverError::new(
            DriverErrorKind::Lost,
            format!("the database file {} is not to be found any more: {error}", database.display()),
        )
    })?;
    let mut name = database.into_os_string();
    name.push(".limbeck-lock");
    let record = key.record.to_string().to_ascii_lowercase();
    let record = record.strip_prefix("main.").unwrap_or(&record);
    if record != RecordTables::default().revisions.as_str() {
        name.push(format!("-{:016x}", fnv1a(record.as_bytes())));
    }
    Ok(PathBuf::from(name))
}

/// Who holds the lock at `path`; `None` if nobody does.
pub(crate) fn holder(path: &Path) -> Result<Option<String>, DriverError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot_lock(path, &error)),
    };
    match file.try_lock_shared() {
        Ok(()) => return Ok(None),
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(error)) => return Err(cannot_lock(path, &error)),
    }
    let mut text = String::new();
    // Some systems let nobody read a file that another has locked.
    let read = file.read_to_string(&mut text).is_ok();
    let text = text.trim();
    Ok(Some(if read && !text.is_empty() { text.to_owned() } else { "another process".to_owned() }))
}

#[cfg(unix)]
fn still_there(file: &File, path: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::MetadataExt;

    let held = file.metadata()?;
    match std::fs::metadata(path) {
        Ok(there) => Ok(there.dev() == held.dev() && there.ino() == held.ino()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Nobody takes the file away there.
#[cfg(not(unix))]
fn still_there(_: &File, _: &Path) -> std::io::Result<bool> {
    Ok(true)
}

fn host() -> Option<String> {
    let named = || ["HOSTNAME", "COMPUTERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .or_else(|_| std::fs::read_to_string("/etc/hostname"))
        .ok()
        .or_else(named)
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
}

/// FNV-1a: the same on every machine and in every version, as the name of a file must be.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn cannot_make(path: &Path, error: &std::io::Error) -> DriverError {
    let kind = match error.kind() {
        std::io::ErrorKind::StorageFull => DriverErrorKind::Full,
        _ => DriverErrorKind::Permission,
    };
    DriverError::new(kind, format!("the lock file {} cannot be made: {error}", path.display())).with_help(
        "migrations need to make files in the database's folder: give this user write access to it",
    )
}

fn cannot_lock(path: &Path, error: &std::io::Error) -> DriverError {
    DriverError::new(DriverErrorKind::Other, format!("the file {} cannot be locked: {error}", path.display()))
        .with_help("the file system must support locks: a local disk does, some network shares do not")
}

#[cfg(test)]
mod tests {
    use limbeck_core::ident::Name;

    use super::*;

    #[test]
    fn a_lock_is_held_once_and_leaves_no_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("app.db.limbeck-lock");
        let lock = FileLock::try_take(&path).unwrap().unwrap();
        assert!(FileLock::try_take(&path).unwrap().is_none());
        let holder_text = holder(&path).unwrap().unwrap();
        assert!(holder_text.starts_with(&format!("pid {}", std::process::id())), "{holder_text}");
        drop(lock);
        assert_eq!(path.exists(), cfg!(not(unix)));
        assert_eq!(holder(&path).unwrap(), None);
        assert!(FileLock::try_take(&path).unwrap().is_some());
    }

    #[test]
    fn a_file_that_a_killed_run_left_locks_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lock");
        std::fs::write(&path, "pid 1 on elsewhere, with a long text behind it").unwrap();
        assert_eq!(holder(&path).unwrap(), None);
        let _lock = FileLock::try_take(&path).unwrap().unwrap();
        assert!(holder(&path).unwrap().unwrap().starts_with(&format!("pid {}", std::process::id())));
    }

    #[test]
    fn many_at_once_are_never_two_holders() {
        use std::sync::atomic::{AtomicUsize, Ordering};

        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lock");
        let inside = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut taken = 0;
                    while taken < 50 {
                        if let Some(lock) = FileLock::try_take(&path).unwrap() {
                            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                            taken += 1;
                            inside.fetch_sub(1, Ordering::SeqCst);
                            drop(lock);
                        }
                        std::thread::yield_now();
                    }
                });
            }
        });
    }

    #[test]
    fn each_record_has_a_lock_of_its_own_and_each_file_one_name() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("app.db");
        std::fs::write(&file, "").unwrap();
        let path = |record: Name| lock_path(&file, &LockKey { record }).unwrap();
        let usual = path(Name::new("limbeck_revisions"));
        assert!(usual.ends_with("app.db.limbeck-lock"), "{}", usual.display());
        assert_eq!(path(Name::qualified("main", "Limbeck_Revisions")), usual);
        assert_ne!(path(Name::new("tenant_a")), usual);
        assert_ne!(path(Name::new("tenant_a")), path(Name::new("tenant_b")));
        assert_eq!(path(Name::new("tenant_a")), path(Name::new("TENANT_A")));
        #[cfg(unix)]
        {
            let link = directory.path().join("link.db");
            std::os::unix::fs::symlink(&file, &link).unwrap();
            let key = LockKey { record: Name::new("limbeck_revisions") };
            assert_eq!(lock_path(&link, &key).unwrap(), usual);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let error = FileLock::try_take(Path::new("/nowhere/at/all/app.db.limbeck-lock")).unwrap_err();
        assert_eq!(error.kind, DriverErrorKind::Permission);
        assert!(error.message.contains("/nowhere/at/all/app.db.limbeck-lock"));
        assert!(error.help.unwrap().contains("write access"));
    }
}
