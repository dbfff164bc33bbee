//! A database that is open.

use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};

use limbeck_core::driver::{DriverError, DriverErrorKind};

use super::ffi::{Handle, SUCCESS};
use super::library::{Library, library};
use crate::error::understood;

/// How a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// To write; one that is not there is made.
    Write,
    /// To read; several programs may at once, while none writes.
    ReadOnly,
}

/// A database that is open, for as many sessions as anybody wants. A file is locked for other programs meanwhile.
pub(crate) struct Instance {
    pub(super) library: &'static Library,
    pub(super) database: Handle,
    /// What tells it from others in this program: its path, or a number if it is in memory.
    pub(super) key: String,
}

// SAFETY: the library lets any thread connect, and closes under its own lock.
unsafe impl Send for Instance {}
// SAFETY: as above.
unsafe impl Sync for Instance {}

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Instance").field("key", &self.key).finish_non_exhaustive()
    }
}

/// The settings that a database is opened with: nothing is fetched from anywhere by itself.
const SETTINGS: [(&CStr, &CStr); 2] =
    [(c"autoinstall_known_extensions", c"false"), (c"autoload_known_extensions", c"false")];

impl Instance {
    /// Opens the file, or one that is open in this program already.
    ///
    /// # Errors
    /// `Taken`, if another program has it.
    pub(crate) fn file(path: &Path, mode: Mode) -> Result<Self, DriverError> {
        let library = library()?;
        let path = absolute(path)?;
        let text = path.to_str().and_then(|text| CString::new(text).ok()).ok_or_else(|| {
            DriverError::new(
                DriverErrorKind::Settings,
                format!("{} is no name of a file for DuckDB", path.display()),
            )
        })?;
        let key = path.to_string_lossy().into_owned();
        with_settings(library, mode, |config| {
            let (mut database, mut message) = (ptr::null_mut(), ptr::null_mut());
            // SAFETY: all of them are the library's or live until it is back.
            let state = unsafe {
                (library.functions.get_or_create_from_cache)(
                    library.cache,
                    text.as_ptr(),
                    &raw mut database,
                    config,
                    &raw mut message,
                )
            };
            if state == SUCCESS { Ok(Self { library, database, key }) } else { Err(taken(library, message)) }
        })
    }

    /// Makes an empty database in memory.
    pub(crate) fn memory() -> Result<Self, DriverError> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let library = library()?;
        let key = format!(":memory:{}", COUNT.fetch_add(1, Ordering::Relaxed));
        with_settings(library, Mode::Write, |config| {
            let (mut database, mut message) = (ptr::null_mut(), ptr::null_mut());
            // SAFETY: as above; no path means in memory.
            let state = unsafe {
                (library.functions.open_ext)(ptr::null(), &raw mut database, config, &raw mut message)
            };
            if state == SUCCESS { Ok(Self { library, database, key }) } else { Err(taken(library, message)) }
        })
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // SAFETY: the handle is this one's, and nobody has it after this.
        unsafe { (self.library.functions.close)(&raw mut self.database) };
    }
}

/// The path without `.`, `..` and links, so that one file is one database, whatever it is called.
fn absolute(path: &Path) -> Result<PathBuf, DriverError> {
    let failed = |error: std::io::Error| {
        DriverError::new(DriverErrorKind::Connect, format!("{} cannot be opened: {error}", path.display()))
            .with_help("check that the folder is there")
    };
    if let Ok(found) = path.canonicalize() {
        return Ok(found);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| {
        DriverError::new(DriverErrorKind::Settings, format!("{} is no name of a file", path.display()))
    })?;
    Ok(folder.canonicalize().map_err(failed)?.join(name))
}

fn with_settings<T>(
    library: &'static Library,
    mode: Mode,
    open: impl FnOnce(Handle) -> Result<T, DriverError>,
) -> Result<T, DriverError> {
    let functions = &library.functions;
    let mut config = ptr::null_mut();
    // SAFETY: the handle is made here and destroyed below.
    if unsafe { (functions.create_config)(&raw mut config) } != SUCCESS {
        return Err(DriverError::new(DriverErrorKind::Other, "DuckDB has no memory for its settings"));
    }
    let access = if mode == Mode::ReadOnly { c"READ_ONLY" } else { c"READ_WRITE" };
    let mut settings = SETTINGS.iter().copied().chain([(c"access_mode", access)]);
    // SAFETY: names and values are texts that end in a NUL.
    let refused = settings.find(|(name, value)| unsafe {
        (functions.set_config)(config, name.as_ptr(), value.as_ptr()) != SUCCESS
    });
    let opened = match refused {
        Some((name, _)) => Err(DriverError::new(
            DriverErrorKind::Unsupported,
            format!("this DuckDB does not know the setting {}", name.to_string_lossy()),
        )),
        None => open(config),
    };
    // SAFETY: nobody has it after this.
    unsafe { (functions.destroy_config)(&raw mut config) };
    opened
}

/// What the library said, which is freed.
fn taken(library: &Library, message: *mut std::ffi::c_char) -> DriverError {
    if message.is_null() {
        return DriverError::new(
            DriverErrorKind::Connect,
            "DuckDB cannot open the database and does not say why",
        );
    }
    // SAFETY: a text that ends in a NUL, and is the caller's to free.
    let text = unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned();
    // SAFETY: as above.
    unsafe { (library.functions.free)(message.cast()) };
    understood(&text)
}
