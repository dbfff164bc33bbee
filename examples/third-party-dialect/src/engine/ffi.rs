//! The functions of `duckdb.h` that are used here, as the library exports them since DuckDB 1.2.

use std::ffi::{c_char, c_void};

/// `duckdb_state`: 0 is success.
pub(super) type State = i32;
/// What a handle points at is the library's business.
pub(super) type Handle = *mut c_void;

/// `duckdb_state`'s success.
pub(super) const SUCCESS: State = 0;

/// `duckdb_result`. All of it is the library's; it stands here for its size.
#[repr(C)]
pub(super) struct RawResult {
    column_count: u64,
    row_count: u64,
    rows_changed: u64,
    columns: *mut c_void,
    message: *mut c_char,
    internal: *mut c_void,
}

impl RawResult {
    pub(super) fn empty() -> Self {
        Self {
            column_count: 0,
            row_count: 0,
            rows_changed: 0,
            columns: std::ptr::null_mut(),
            message: std::ptr::null_mut(),
            internal: std::ptr::null_mut(),
        }
    }
}

/// `duckdb_string`, to be freed.
#[repr(C)]
pub(super) struct RawString {
    pub(super) data: *mut c_char,
    pub(super) size: u64,
}

/// `duckdb_blob`, to be freed.
#[repr(C)]
pub(super) struct RawBlob {
    pub(super) data: *mut c_void,
    pub(super) size: u64,
}

macro_rules! functions {
    ($($field:ident = $symbol:literal: fn($($argument:ty),*) $(-> $result:ty)?;)*) => {
        /// The functions, each found once.
        pub(super) struct Functions {
            $(pub(super) $field: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
        }

        impl Functions {
            /// Finds them.
            ///
            /// # Safety
            /// `library` must be DuckDB's, and stay loaded as long as the functions are called.
            pub(super) unsafe fn find(library: &libloading::Library) -> Result<Self, libloading::Error> {
                Ok(Self {
                    // SAFETY: the types are those of duckdb.h.
                    $($field: *unsafe { library.get($symbol) }?,)*
                })
            }
        }
    };
}

functions! {
    library_version = b"duckdb_library_version": fn() -> *const c_char;
    create_instance_cache = b"duckdb_create_instance_cache": fn() -> Handle;
    get_or_create_from_cache = b"duckdb_get_or_create_from_cache": fn(Handle, *const c_char, *mut Handle, Handle, *mut *mut c_char) -> State;
    open_ext = b"duckdb_open_ext": fn(*const c_char, *mut Handle, Handle, *mut *mut c_char) -> State;
    close = b"duckdb_close": fn(*mut Handle);
    connect = b"duckdb_connect": fn(Handle, *mut Handle) -> State;
    disconnect = b"duckdb_disconnect": fn(*mut Handle);
    interrupt = b"duckdb_interrupt": fn(Handle);
    create_config = b"duckdb_create_config": fn(*mut Handle) -> State;
    set_config = b"duckdb_set_config": fn(Handle, *const c_char, *const c_char) -> State;
    destroy_config = b"duckdb_destroy_config": fn(*mut Handle);
    prepare = b"duckdb_prepare": fn(Handle, *const c_char, *mut Handle) -> State;
    prepare_error = b"duckdb_prepare_error": fn(Handle) -> *const c_char;
    destroy_prepare = b"duckdb_destroy_prepare": fn(*mut Handle);
    statement_type = b"duckdb_prepared_statement_type": fn(Handle) -> i32;
    prepared_column_count = b"duckdb_prepared_statement_column_count": fn(Handle) -> u64;
    prepared_column_type = b"duckdb_prepared_statement_column_type": fn(Handle, u64) -> i32;
    bind_null = b"duckdb_bind_null": fn(Handle, u64) -> State;
    bind_boolean = b"duckdb_bind_boolean": fn(Handle, u64, bool) -> State;
    bind_int64 = b"duckdb_bind_int64": fn(Handle, u64, i64) -> State;
    bind_double = b"duckdb_bind_double": fn(Handle, u64, f64) -> State;
    bind_varchar = b"duckdb_bind_varchar_length": fn(Handle, u64, *const c_char, u64) -> State;
    bind_blob = b"duckdb_bind_blob": fn(Handle, u64, *const c_void, u64) -> State;
    execute_prepared = b"duckdb_execute_prepared": fn(Handle, *mut RawResult) -> State;
    destroy_result = b"duckdb_destroy_result": fn(*mut RawResult);
    result_error = b"duckdb_result_error": fn(*mut RawResult) -> *const c_char;
    rows_changed = b"duckdb_rows_changed": fn(*mut RawResult) -> u64;
    row_count = b"duckdb_row_count": fn(*mut RawResult) -> u64;
    column_count = b"duckdb_column_count": fn(*mut RawResult) -> u64;
    column_type = b"duckdb_column_type": fn(*mut RawResult, u64) -> i32;
    value_is_null = b"duckdb_value_is_null": fn(*mut RawResult, u64, u64) -> bool;
    value_boolean = b"duckdb_value_boolean": fn(*mut RawResult, u64, u64) -> bool;
    value_int64 = b"duckdb_value_int64": fn(*mut RawResult, u64, u64) -> i64;
    value_double = b"duckdb_value_double": fn(*mut RawResult, u64, u64) -> f64;
    value_string = b"duckdb_value_string": fn(*mut RawResult, u64, u64) -> RawString;
    value_blob = b"duckdb_value_blob": fn(*mut RawResult, u64, u64) -> RawBlob;
    free = b"duckdb_free": fn(*mut c_void);
}

/// What a value of a type of `duckdb.h` is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Boolean,
    Integer,
    Float,
    Bytes,
    /// As the library's own text.
    Text,
    /// The library gives no text of it in this way: it must be cast in the query.
    Cast,
}

/// How a value of `DUCKDB_TYPE_…` is read.
pub(super) fn reading(ty: i32) -> Reading {
    match ty {
        1 => Reading::Boolean,
        // TINYINT to BIGINT, UTINYINT to UINTEGER.
        2..=8 => Reading::Integer,
        10 | 11 => Reading::Float,
        18 => Reading::Bytes,
        // UBIGINT, TIMESTAMP, DATE, TIME, INTERVAL, HUGEINT, VARCHAR, DECIMAL.
        9 | 12..=17 | 19 => Reading::Text,
        _ => Reading::Cast,
    }
}

/// `DUCKDB_STATEMENT_TYPE_SELECT`.
pub(super) const SELECT: i32 = 1;
