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
#[derive(Clone, Copy)]
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

/// `duckdb_string_t`, as it lies in a vector: short texts in place, of long ones a pointer.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct RawText {
    length: u32,
    /// The first twelve bytes; or four of them, and a pointer to all.
    rest: [u8; 12],
}

impl RawText {
    const IN_PLACE: usize = 12;

    /// A copy of its bytes.
    ///
    /// # Safety
    /// The vector that it is from must still be there.
    pub(super) unsafe fn bytes(&self) -> Vec<u8> {
        let length = usize::try_from(self.length).unwrap_or_default();
        if length <= Self::IN_PLACE {
            return self.rest[..length].to_vec();
        }
        let mut address = [0; size_of::<usize>()];
        address.copy_from_slice(&self.rest[4..4 + size_of::<usize>()]);
        let start = std::ptr::with_exposed_provenance::<u8>(usize::from_ne_bytes(address));
        // SAFETY: `length` bytes lie there, as long as the vector is there.
        unsafe { std::slice::from_raw_parts(start, length) }.to_vec()
    }
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
    column_count = b"duckdb_column_count": fn(*mut RawResult) -> u64;
    column_type = b"duckdb_column_type": fn(*mut RawResult, u64) -> i32;
    fetch_chunk = b"duckdb_fetch_chunk": fn(RawResult) -> Handle;
    chunk_size = b"duckdb_data_chunk_get_size": fn(Handle) -> u64;
    chunk_vector = b"duckdb_data_chunk_get_vector": fn(Handle, u64) -> Handle;
    destroy_chunk = b"duckdb_destroy_data_chunk": fn(*mut Handle);
    vector_data = b"duckdb_vector_get_data": fn(Handle) -> *mut c_void;
    vector_validity = b"duckdb_vector_get_validity": fn(Handle) -> *mut u64;
    free = b"duckdb_free": fn(*mut c_void);
}

/// How a value of a type of `duckdb.h` lies in a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Boolean,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    Float,
    Double,
    Text,
    Bytes,
    /// In a way that is not read here: a query casts it to a text.
    Other,
}

/// How values of `DUCKDB_TYPE_…` lie in a vector.
pub(super) fn layout(ty: i32) -> Layout {
    match ty {
        1 => Layout::Boolean,
        2 => Layout::Int8,
        3 => Layout::Int16,
        4 => Layout::Int32,
        5 => Layout::Int64,
        6 => Layout::UInt8,
        7 => Layout::UInt16,
        8 => Layout::UInt32,
        10 => Layout::Float,
        11 => Layout::Double,
        17 => Layout::Text,
        18 => Layout::Bytes,
        _ => Layout::Other,
    }
}

/// `DUCKDB_STATEMENT_TYPE_SELECT`.
pub(super) const SELECT: i32 = 1;
