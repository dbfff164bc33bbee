//! A connection to a database. It blocks.

use std::ffi::{CStr, CString};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use limbeck_core::driver::{DriverError, DriverErrorKind, Row, Value};
use limbeck_core::ident::Name;

use super::ffi::{Handle, Layout, RawResult, RawText, SELECT, SUCCESS, layout};
use super::instance::Instance;
use super::library::Library;
use super::locks;
use crate::error::understood;

/// A connection, which ends with the last who has it.
struct Raw {
    instance: Arc<Instance>,
    connection: Handle,
}

// SAFETY: a connection may be used from any thread, one at a time, which `Session` sees to; `interrupt` from any.
unsafe impl Send for Raw {}
// SAFETY: as above.
unsafe impl Sync for Raw {}

impl Raw {
    fn library(&self) -> &'static Library {
        self.instance.library
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: nobody has the handle after this. The transaction that may be open is undone.
        unsafe { (self.library().functions.disconnect)(&raw mut self.connection) };
    }
}

/// Stops what a session runs, from anywhere.
#[derive(Clone)]
pub(crate) struct Interrupt(Arc<Raw>);

impl std::fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Interrupt")
    }
}

impl Interrupt {
    /// Stops it, if it runs.
    pub(crate) fn interrupt(&self) {
        // SAFETY: the connection is open as long as this is there.
        unsafe { (self.0.library().functions.interrupt)(self.0.connection) };
    }
}

/// A session.
pub(crate) struct Session {
    raw: Arc<Raw>,
    number: u64,
    in_transaction: bool,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("number", &self.number).finish_non_exhaustive()
    }
}

impl Session {
    /// Connects.
    pub(crate) fn open(instance: Arc<Instance>) -> Result<Self, DriverError> {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let mut connection = ptr::null_mut();
        // SAFETY: the database is open.
        let state = unsafe { (instance.library.functions.connect)(instance.database, &raw mut connection) };
        if state != SUCCESS {
            return Err(DriverError::new(DriverErrorKind::Connect, "DuckDB gives no more connections"));
        }
        let raw = Arc::new(Raw { instance, connection });
        Ok(Self { raw, number: COUNT.fetch_add(1, Ordering::Relaxed), in_transaction: false })
    }

    /// What stops it.
    pub(crate) fn interrupt(&self) -> Interrupt {
        Interrupt(Arc::clone(&self.raw))
    }

    /// Runs a statement; how many rows it changed.
    pub(crate) fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, DriverError> {
        let statement = self.prepare(sql)?;
        statement.bind(parameters)?;
        let mut answer = statement.run()?;
        Ok(answer.changed())
    }

    /// Runs a query.
    pub(crate) fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DriverError> {
        let mut statement = self.prepare(sql)?;
        if let Some(sql) = statement.cast(sql) {
            statement = self.prepare(&sql)?;
        }
        statement.bind(parameters)?;
        let mut answer = statement.run()?;
        answer.rows()
    }

    fn prepare(&self, sql: &str) -> Result<Prepared<'_>, DriverError> {
        let library = self.raw.library();
        let text = CString::new(sql).map_err(|_| {
            DriverError::new(
                DriverErrorKind::Statement,
                "a statement holds a NUL character, at which DuckDB stops reading",
            )
        })?;
        let mut handle = ptr::null_mut();
        // SAFETY: the connection is open, the text ends in a NUL.
        let state =
            unsafe { (library.functions.prepare)(self.raw.connection, text.as_ptr(), &raw mut handle) };
        // Also one that failed must be destroyed.
        let prepared = Prepared { session: self, handle };
        if state == SUCCESS { Ok(prepared) } else { Err(prepared.error()) }
    }

    /// Begins a transaction.
    pub(crate) fn begin(&mut self) -> Result<(), DriverError> {
        self.execute("BEGIN TRANSACTION", &[])?;
        self.in_transaction = true;
        Ok(())
    }

    /// Ends it. One that cannot be committed is undone by that.
    pub(crate) fn commit(&mut self) -> Result<(), DriverError> {
        let done = self.execute("COMMIT", &[]);
        self.in_transaction = false;
        done.map(drop)
    }

    /// Undoes it, if there is one.
    pub(crate) fn rollback(&mut self) -> Result<(), DriverError> {
        if !std::mem::take(&mut self.in_transaction) {
            return Ok(());
        }
        self.execute("ROLLBACK", &[]).map(drop)
    }

    /// Takes the migration lock, or says `false`.
    pub(crate) fn try_lock(&self, record: &Name) -> bool {
        locks::take(&self.raw.instance.key, record, self.number)
    }

    /// Gives it back, or says `false`.
    pub(crate) fn unlock(&self, record: &Name) -> bool {
        locks::give_back(&self.raw.instance.key, record, self.number)
    }

    /// Who holds it.
    pub(crate) fn lock_holder(&self, record: &Name) -> Option<String> {
        let session = locks::holder(&self.raw.instance.key, record)?;
        Some(format!("session {session} of this program (pid {})", std::process::id()))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The lock must not be given back before what it guarded is undone.
        if let Err(error) = self.rollback() {
            tracing::warn!(%error, "a session of DuckDB ended within a transaction that could not be undone");
        }
        locks::end(self.number);
    }
}

/// A statement, ready to run.
struct Prepared<'a> {
    session: &'a Session,
    handle: Handle,
}

impl Prepared<'_> {
    fn library(&self) -> &'static Library {
        self.session.raw.library()
    }

    fn error(&self) -> DriverError {
        // SAFETY: the message lives as long as the statement.
        let message = unsafe { (self.library().functions.prepare_error)(self.handle) };
        // SAFETY: as above.
        unsafe { said(message) }
    }

    /// The query with values cast to texts, where the library would not give them as texts by itself.
    fn cast(&self, sql: &str) -> Option<String> {
        let functions = &self.library().functions;
        // SAFETY: the statement is prepared.
        let (kind, count) = unsafe {
            ((functions.statement_type)(self.handle), (functions.prepared_column_count)(self.handle))
        };
        if kind != SELECT {
            return None;
        }
        // SAFETY: as above.
        let types: Vec<i32> =
            (0..count).map(|at| unsafe { (functions.prepared_column_type)(self.handle, at) }).collect();
        if !types.iter().any(|ty| layout(*ty) == Layout::Other) {
            return None;
        }
        let names: Vec<String> = (0..types.len()).map(|at| format!("c{at}")).collect();
        let columns: Vec<String> = names
            .iter()
            .zip(&types)
            .map(|(name, ty)| match layout(*ty) {
                Layout::Other => format!("CAST({name} AS VARCHAR)"),
                _ => name.clone(),
            })
            .collect();
        let inner = sql.trim().trim_end_matches(';');
        Some(format!("SELECT {} FROM ({inner}\n) AS answer({})", columns.join(", "), names.join(", ")))
    }

    fn bind(&self, parameters: &[Value]) -> Result<(), DriverError> {
        let functions = &self.library().functions;
        for (position, value) in (1_u64..).zip(parameters) {
            // SAFETY: texts and bytes are copied by the library.
            let state = unsafe {
                match value {
                    Value::Null => (functions.bind_null)(self.handle, position),
                    Value::Bool(truth) => (functions.bind_boolean)(self.handle, position, *truth),
                    Value::Integer(number) => (functions.bind_int64)(self.handle, position, *number),
                    Value::Float(number) => (functions.bind_double)(self.handle, position, *number),
                    Value::Text(text) => (functions.bind_varchar)(
                        self.handle,
                        position,
                        text.as_ptr().cast(),
                        length(text.len()),
                    ),
                    Value::Bytes(bytes) => (functions.bind_blob)(
                        self.handle,
                        position,
                        bytes.as_ptr().cast(),
                        length(bytes.len()),
                    ),
                }
            };
            if state != SUCCESS {
                return Err(DriverError::new(
                    DriverErrorKind::Statement,
                    format!("the statement has no parameter {position}"),
                ));
            }
        }
        Ok(())
    }

    fn run(&self) -> Result<Answer, DriverError> {
        let mut answer = Answer { library: self.library(), raw: RawResult::empty() };
        // SAFETY: the statement is prepared, and the answer is destroyed whatever becomes of it.
        let state = unsafe { (self.library().functions.execute_prepared)(self.handle, &raw mut answer.raw) };
        if state == SUCCESS { Ok(answer) } else { Err(answer.error()) }
    }
}

impl Drop for Prepared<'_> {
    fn drop(&mut self) {
        // SAFETY: nobody has it after this.
        unsafe { (self.library().functions.destroy_prepare)(&raw mut self.handle) };
    }
}

/// What a statement answered.
struct Answer {
    library: &'static Library,
    raw: RawResult,
}

impl Answer {
    fn error(&mut self) -> DriverError {
        // SAFETY: the message lives as long as the answer.
        let message = unsafe { (self.library.functions.result_error)(&raw mut self.raw) };
        // SAFETY: as above.
        unsafe { said(message) }
    }

    fn changed(&mut self) -> u64 {
        // SAFETY: the answer is there.
        unsafe { (self.library.functions.rows_changed)(&raw mut self.raw) }
    }

    fn rows(&mut self) -> Result<Vec<Row>, DriverError> {
        let functions = &self.library.functions;
        // SAFETY: the answer is there.
        let columns = unsafe { (functions.column_count)(&raw mut self.raw) };
        let layouts: Vec<Layout> = (0..columns)
            // SAFETY: as above.
            .map(|column| layout(unsafe { (functions.column_type)(&raw mut self.raw, column) }))
            .collect();
        let mut found = Vec::new();
        loop {
            // SAFETY: as above; the chunk is destroyed below.
            let mut chunk = unsafe { (functions.fetch_chunk)(self.raw) };
            if chunk.is_null() {
                return Ok(found);
            }
            // SAFETY: the chunk is there, and has these columns.
            let read = unsafe { read_chunk(self.library, chunk, &layouts, &mut found) };
            // SAFETY: nobody has it after this.
            unsafe { (functions.destroy_chunk)(&raw mut chunk) };
            read?;
        }
    }
}

/// Reads the rows of a chunk.
///
/// # Safety
/// The chunk must be there and have columns of these layouts.
unsafe fn read_chunk(
    library: &Library,
    chunk: Handle,
    layouts: &[Layout],
    found: &mut Vec<Row>,
) -> Result<(), DriverError> {
    let functions = &library.functions;
    // SAFETY: as the caller says.
    let size = usize::try_from(unsafe { (functions.chunk_size)(chunk) }).unwrap_or_default();
    let mut rows: Vec<Row> = (0..size).map(|_| Row(Vec::with_capacity(layouts.len()))).collect();
    for (column, layout) in (0_u64..).zip(layouts) {
        // SAFETY: as the caller says.
        let (data, validity) = unsafe {
            let vector = (functions.chunk_vector)(chunk, column);
            ((functions.vector_data)(vector), (functions.vector_validity)(vector))
        };
        for (at, row) in rows.iter_mut().enumerate() {
            // SAFETY: a bit for each row, if there are bits at all.
            let there = validity.is_null() || unsafe { *validity.add(at / 64) } >> (at % 64) & 1 == 1;
            // SAFETY: a value for each row, of this layout.
            row.0.push(if there { unsafe { value(data, at, *layout, column) }? } else { Value::Null });
        }
    }
    found.append(&mut rows);
    Ok(())
}

/// The value at a place of a vector.
///
/// # Safety
/// There must be one there, of this layout.
unsafe fn value(data: Handle, at: usize, layout: Layout, column: u64) -> Result<Value, DriverError> {
    // SAFETY: as the caller says, for each of them.
    unsafe {
        Ok(match layout {
            Layout::Boolean => Value::Bool(*data.cast::<u8>().add(at) != 0),
            Layout::Int8 => Value::Integer((*data.cast::<i8>().add(at)).into()),
            Layout::Int16 => Value::Integer((*data.cast::<i16>().add(at)).into()),
            Layout::Int32 => Value::Integer((*data.cast::<i32>().add(at)).into()),
            Layout::Int64 => Value::Integer(*data.cast::<i64>().add(at)),
            Layout::UInt8 => Value::Integer((*data.cast::<u8>().add(at)).into()),
            Layout::UInt16 => Value::Integer((*data.cast::<u16>().add(at)).into()),
            Layout::UInt32 => Value::Integer((*data.cast::<u32>().add(at)).into()),
            Layout::Float => Value::Float((*data.cast::<f32>().add(at)).into()),
            Layout::Double => Value::Float(*data.cast::<f64>().add(at)),
            Layout::Text => {
                let bytes = (*data.cast::<RawText>().add(at)).bytes();
                Value::Text(String::from_utf8_lossy(&bytes).into_owned())
            }
            Layout::Bytes => Value::Bytes((*data.cast::<RawText>().add(at)).bytes()),
            Layout::Other => {
                return Err(DriverError::new(
                    DriverErrorKind::Unsupported,
                    format!("column {} of the answer is of a type that is not read", column + 1),
                )
                .with_help("cast it to VARCHAR"));
            }
        })
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        // SAFETY: nobody has it after this.
        unsafe { (self.library.functions.destroy_result)(&raw mut self.raw) };
    }
}

fn length(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// What a message of the library means.
///
/// # Safety
/// It must be null or a text that ends in a NUL.
unsafe fn said(message: *const std::ffi::c_char) -> DriverError {
    if message.is_null() {
        return DriverError::new(DriverErrorKind::Other, "DuckDB failed and does not say why");
    }
    // SAFETY: as the caller says.
    understood(&unsafe { CStr::from_ptr(message) }.to_string_lossy())
}
