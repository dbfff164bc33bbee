//! The library, loaded once for the whole program.

use std::ffi::CStr;
use std::sync::OnceLock;

use limbeck_core::driver::{DriverError, DriverErrorKind, Version};

use super::ffi::{Functions, Handle};

/// The variable that leads to `libduckdb.so` (`libduckdb.dylib`, `duckdb.dll`), where the system does not find it.
pub const LIBRARY_VARIABLE: &str = "LIMBECK_DUCKDB_LIBRARY";

/// The oldest version whose functions and catalogs are understood.
const OLDEST: Version = Version::new(1, 2, 0);

pub(super) struct Library {
    pub(super) functions: Functions,
    /// Keeps a file from being opened twice in one program, which would break it.
    pub(super) cache: Handle,
    version: Version,
    /// Kept, because the functions are in it.
    _loaded: libloading::Library,
}

// SAFETY: the functions may be called from any thread, and the cache guards itself.
unsafe impl Send for Library {}
// SAFETY: as above.
unsafe impl Sync for Library {}

/// Whether the library can be loaded; why not.
///
/// # Errors
/// Then.
pub fn library_is_there() -> Result<(), String> {
    library().map(|_| ()).map_err(|error| error.message)
}

/// The library's version.
pub(crate) fn version() -> Result<Version, DriverError> {
    library().map(|library| library.version)
}

pub(super) fn library() -> Result<&'static Library, DriverError> {
    static LOADED: OnceLock<Result<Library, DriverError>> = OnceLock::new();
    LOADED.get_or_init(load).as_ref().map_err(Clone::clone)
}

fn load() -> Result<Library, DriverError> {
    let given = std::env::var_os(LIBRARY_VARIABLE).filter(|path| !path.is_empty());
    let path = given.unwrap_or_else(|| libloading::library_filename("duckdb"));
    let shown = path.to_string_lossy().into_owned();
    let missing = |error: libloading::Error| {
        DriverError::new(DriverErrorKind::Connect, format!("DuckDB's library {shown} cannot be loaded: {error}"))
            .with_help(format!(
                "install it (https://duckdb.org/install, the C/C++ library), and set {LIBRARY_VARIABLE} to its path if \
                 it is not where the system looks"
            ))
    };
    // SAFETY: loading DuckDB runs nothing but the constructors of its C++ globals.
    let loaded = unsafe { libloading::Library::new(&path) }.map_err(missing)?;
    // SAFETY: it stays loaded: it is kept beside them.
    let functions = unsafe { Functions::find(&loaded) }.map_err(missing)?;
    // SAFETY: the version is a text that lives as long as the library.
    let text = unsafe { CStr::from_ptr((functions.library_version)()) }.to_string_lossy().into_owned();
    let version = Version::parse(text.trim_start_matches('v')).unwrap_or(Version::new(0, 0, 0));
    if version < OLDEST {
        return Err(DriverError::new(DriverErrorKind::Unsupported, format!("DuckDB {text} is too old"))
            .with_help(format!("use DuckDB {OLDEST} or newer")));
    }
    // SAFETY: it needs nothing.
    let cache = unsafe { (functions.create_instance_cache)() };
    Ok(Library { functions, cache, version, _loaded: loaded })
}
