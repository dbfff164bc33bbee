//! `run` operations: functions of the program that limbeck is built into.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use indexmap::IndexMap;

use super::interrupt::Interrupt;
use crate::driver::{Connection, DriverError, DriverErrorKind, Row, ServerInfo, Value};
use crate::operation::Operation;
use crate::schema::OptionValue;

/// Why a function failed: whatever error it has.
pub type FunctionError = Box<dyn std::error::Error + Send + Sync>;

type Answer<'a> = Pin<Box<dyn Future<Output = Result<(), FunctionError>> + Send + 'a>>;

/// What a function works on: the session of the run, inside the revision's transaction.
///
/// It must not begin or end transactions, and what it does is rolled back with the revision if anything fails.
pub struct Work<'a> {
    connection: &'a mut dyn Connection,
    arguments: &'a IndexMap<String, OptionValue>,
    database: &'a str,
    interrupt: &'a Interrupt,
}

impl fmt::Debug for Work<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").field("database", &self.database).field("arguments", &self.arguments).finish()
    }
}

impl Work<'_> {
    /// Runs one statement and says how many rows it changed.
    pub async fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, DriverError> {
        self.go_on()?;
        self.connection.execute(sql, parameters).await
    }

    /// Runs one statement and gives back its rows.
    pub async fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DriverError> {
        self.go_on()?;
        self.connection.query(sql, parameters).await
    }

    /// What the server says of itself: for SQL that differs.
    pub fn server(&self) -> &ServerInfo {
        self.connection.server()
    }

    /// The name of the database in the configuration.
    pub fn database(&self) -> &str {
        self.database
    }

    /// What the operation gives under `arguments`.
    pub fn argument(&self, name: &str) -> Option<&OptionValue> {
        self.arguments.get(name)
    }

    /// The driver's own connection, for those who know the driver.
    pub fn downcast<T: 'static>(&mut self) -> Option<&mut T> {
        self.connection.as_any().downcast_mut()
    }

    /// Somebody who wants to stop is heard between two statements, too.
    fn go_on(&self) -> Result<(), DriverError> {
        if self.interrupt.is_requested() {
            return Err(DriverError::new(DriverErrorKind::Cancelled, "interrupted"));
        }
        Ok(())
    }
}

/// An asynchronous function of [`Work`]; every `async fn f(work: Work<'_>) -> Result<(), FunctionError>` is one.
pub trait AsyncWork<'a>: Fn(Work<'a>) -> <Self as AsyncWork<'a>>::Future {
    /// What it gives back.
    type Future: Future<Output = Result<(), FunctionError>> + Send + 'a;
}

impl<'a, F, Answer> AsyncWork<'a> for F
where
    F: Fn(Work<'a>) -> Answer,
    Answer: Future<Output = Result<(), FunctionError>> + Send + 'a,
{
    type Future = Answer;
}

type Boxed = dyn for<'a> Fn(Work<'a>) -> Answer<'a> + Send + Sync;

/// The functions that `run` operations can call, by name.
#[derive(Clone, Default)]
pub struct Functions(BTreeMap<String, Arc<Boxed>>);

impl fmt::Debug for Functions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Functions {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a function. One of the same name that is there already gives way.
    #[must_use]
    pub fn with<F>(mut self, name: impl Into<String>, function: F) -> Self
    where
        F: for<'a> AsyncWork<'a> + Send + Sync + 'static,
    {
        let boxed: Arc<Boxed> = Arc::new(move |work| Box::pin(function(work)));
        self.0.insert(name.into(), boxed);
        self
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether there is one of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The first of `operations` whose function is not here, with its name.
    pub(super) fn missing<'o>(&self, operations: &'o [Operation]) -> Option<(usize, &'o str)> {
        operations.iter().enumerate().find_map(|(index, operation)| match operation {
            Operation::Run { function, .. } if !self.contains(function) => Some((index, function.as_str())),
            _ => None,
        })
    }

    /// Calls a function. A panic in it is an error like any other.
    pub(super) async fn call(
        &self,
        name: &str,
        arguments: &IndexMap<String, OptionValue>,
        connection: &mut dyn Connection,
        database: &str,
        interrupt: &Interrupt,
    ) -> Result<(), Failed> {
        let Some(function) = self.0.get(name) else { return Err(Failed::Missing) };
        let work = Work { connection, arguments, database, interrupt };
        // Its body runs when it is polled, but a closure may do something before that.
        let mut future =
            catch_unwind(AssertUnwindSafe(|| function(work))).map_err(|panic| Failed::of_panic(&*panic))?;
        let answer = std::future::poll_fn(|context| {
            match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
                Ok(Poll::Pending) => Poll::Pending,
                Ok(Poll::Ready(Ok(()))) => Poll::Ready(Ok(())),
                Ok(Poll::Ready(Err(error))) => Poll::Ready(Err(Failed::of_error(error))),
                Err(panic) => Poll::Ready(Err(Failed::of_panic(&*panic))),
            }
        });
        answer.await
    }
}

/// Why a call came to nothing.
#[derive(Debug)]
pub(super) enum Failed {
    /// There is no such function.
    Missing,
    /// The server said no, and the function passed that on.
    Driver(DriverError),
    /// It gave an error of its own.
    Error(String),
    /// It panicked.
    Panic(String),
}

impl Failed {
    fn of_error(error: FunctionError) -> Self {
        match error.downcast::<DriverError>() {
            Ok(error) => Self::Driver(*error),
            Err(error) => {
                let mut text = error.to_string();
                let mut cause = error.source();
                while let Some(inner) = cause {
                    let inner_text = inner.to_string();
                    if !text.contains(&inner_text) {
                        text.push_str(": ");
                        text.push_str(&inner_text);
                    }
                    cause = inner.source();
                }
                Self::Error(text)
            }
        }
    }

    fn of_panic(panic: &(dyn std::any::Any + Send)) -> Self {
        let text = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned());
        Self::Panic(text.unwrap_or_else(|| "without a message".to_owned()))
    }
}
