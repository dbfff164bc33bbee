//! One value that knows an application's revisions, and what is done with them.

mod compare;
mod run;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use limbeck_core::execution::{
    AsyncWork, Done, Event, Functions, Interrupt, Observer, Prepared, Session, Silent, Status, Transactions,
};
use limbeck_core::history::History;
use limbeck_core::ident::RevisionId;
use limbeck_models::describe::Tables;
use tokio::sync::mpsc::UnboundedReceiver;

pub use compare::Made;

use crate::database::On;
use crate::progress::{Progress, channel};
use crate::{Error, Revisions};

/// An application's revisions, and all that can be done with them on a database.
///
/// It starts no runtime and keeps nothing global: it is a value, and its futures run on the application's tokio runtime.
/// Several programs may call [`migrate`](Self::migrate) at once: one takes the lock, the others wait and find that all
/// is done.
///
/// ```
/// # use limbeck::core::driver::Drivers;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use limbeck::core::operation::Operation;
/// use limbeck::core::schema::Sql;
/// use limbeck::{Database, Migrator, RevisionBuilder};
///
/// let drivers = Drivers::new().with(limbeck::sqlite::driver())?;
/// let database = Database::open(&drivers, "sqlite::memory:").await?;
/// let first = RevisionBuilder::new("first")?
///     .message("Keep users")
///     .upgrade(Operation::Execute { sql: Sql::from("CREATE TABLE users (id integer)"), effect: None })
///     .downgrade(Operation::Execute { sql: Sql::from("DROP TABLE users"), effect: None })
///     .build();
/// let migrator = Migrator::new([first]);
///
/// let done = migrator.migrate(&database, "heads").await?;
/// assert_eq!(done.len(), 1);
/// assert_eq!(migrator.current(&database).await?, ["first".parse()?]);
/// migrator.downgrade(&database, "base").await?;
/// assert!(migrator.current(&database).await?.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Migrator {
    revisions: Revisions,
    tables: Option<Tables>,
    functions: Functions,
    observer: Arc<dyn Observer>,
    interrupt: Interrupt,
    transactions: Transactions,
    wait: Option<Duration>,
    forbid_losses: bool,
    applied_by: String,
}

impl fmt::Debug for Migrator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Migrator")
            .field("revisions", &self.revisions)
            .field("functions", &self.functions)
            .finish_non_exhaustive()
    }
}

/// A revision next to a database: what [`Migrator::showmigrations`] lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Which.
    pub revision: RevisionId,
    /// What it is about.
    pub message: String,
    /// Whether it is applied.
    pub applied: bool,
    /// When that was done.
    pub applied_at: Option<jiff::Timestamp>,
    /// Whether no other follows it.
    pub head: bool,
    /// Whether it is applied and its file is gone.
    pub gone: bool,
}

impl Migrator {
    /// A migrator for these revisions: [`Revisions::directory`], [`embed!`](crate::embed), or revisions written in Rust.
    pub fn new(revisions: impl Into<Revisions>) -> Self {
        Self {
            revisions: revisions.into(),
            tables: None,
            functions: Functions::new(),
            observer: Arc::new(Silent),
            interrupt: Interrupt::new(),
            transactions: Transactions::default(),
            wait: None,
            forbid_losses: false,
            applied_by: format!("{}@{}", env!("CARGO_PKG_NAME"), std::process::id()),
        }
    }

    /// The application's tables, `limbeck::tables![…]`, for [`makemigrations`](Self::makemigrations) and
    /// [`check`](Self::check).
    #[must_use]
    pub fn tables(mut self, tables: Tables) -> Self {
        self.tables = Some(tables);
        self
    }

    /// A function that `run` operations of this name call. It works in the transaction of the revision; an error or a
    /// panic in it rolls the revision back.
    ///
    /// ```
    /// use limbeck::{FunctionError, Migrator, Revisions, Work};
    ///
    /// async fn fill_slugs(mut work: Work<'_>) -> Result<(), FunctionError> {
    ///     work.execute("UPDATE books SET slug = lower(title)", &[]).await?;
    ///     Ok(())
    /// }
    ///
    /// let migrator = Migrator::new(Revisions::directory("migrations")).function("fill_slugs", fill_slugs);
    /// ```
    #[must_use]
    pub fn function<F>(mut self, name: impl Into<String>, function: F) -> Self
    where
        F: for<'a> AsyncWork<'a> + Send + Sync + 'static,
    {
        self.functions = self.functions.with(name, function);
        self
    }

    /// Somebody who is told what happens.
    #[must_use]
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Arc::new(observer);
        self
    }

    /// What happens, as a stream: it ends when the migrator is dropped.
    #[must_use]
    pub fn events(mut self) -> (Self, UnboundedReceiver<Progress>) {
        let (sender, receiver) = channel();
        self.observer = Arc::new(sender);
        (self, receiver)
    }

    /// Something that can stop a run from elsewhere: the running statement is ended and rolled back.
    #[must_use]
    pub fn interrupt(mut self, interrupt: Interrupt) -> Self {
        self.interrupt = interrupt;
        self
    }

    /// How revisions are put into transactions.
    #[must_use]
    pub fn transactions(mut self, transactions: Transactions) -> Self {
        self.transactions = transactions;
        self
    }

    /// How long to wait for the migration lock, instead of what the settings of the database say.
    #[must_use]
    pub fn wait(mut self, wait: Duration) -> Self {
        self.wait = Some(wait);
        self
    }

    /// Refuses steps that lose data. Without this they run, with a warning to the observer.
    #[must_use]
    pub fn forbid_losses(mut self) -> Self {
        self.forbid_losses = true;
        self
    }

    /// Who runs it, for the record.
    #[must_use]
    pub fn applied_by(mut self, who: impl Into<String>) -> Self {
        self.applied_by = who.into();
        self
    }

    /// Makes the folder of the revisions, if it is not there.
    ///
    /// # Errors
    /// If the revisions are in no folder, or it cannot be made.
    pub fn init(&self) -> Result<(), Error> {
        let folder = self.folder()?;
        std::fs::create_dir_all(folder).map_err(|error| {
            Error::unsupported(
                format!("the folder {} cannot be made: {error}", folder.display()),
                "check the permissions of the folder above it",
            )
        })
    }

    /// What [`migrate`](Self::migrate) would do.
    ///
    /// # Errors
    /// As with `migrate`; nothing is changed.
    pub async fn plan<'a>(&self, on: impl Into<On<'a>>, target: &str) -> Result<Vec<Prepared>, Error> {
        self.with(on.into(), async |session, history| self.plan_on(session, history, target).await).await
    }

    /// Applies what is missing up to `target`: a revision, `heads`, or any other specifier.
    ///
    /// # Errors
    /// [`Error::Stopped`] with what was done before, if a step fails, the lock is not to be had, or the database
    /// contradicts the revisions.
    pub async fn migrate<'a>(&self, on: impl Into<On<'a>>, target: &str) -> Result<Vec<Done>, Error> {
        self.with(on.into(), async |session, history| self.migrate_on(session, history, target).await).await
    }

    /// Undoes down to `target`, which stays: a revision, `-1`, `base`.
    ///
    /// # Errors
    /// As with [`migrate`](Self::migrate); also if a revision cannot be undone.
    pub async fn downgrade<'a>(&self, on: impl Into<On<'a>>, target: &str) -> Result<Vec<Done>, Error> {
        self.with(on.into(), async |session, history| self.downgrade_on(session, history, target).await).await
    }

    /// Every revision in order, applied or not.
    ///
    /// # Errors
    /// If the revisions or the record cannot be read.
    pub async fn showmigrations<'a>(&self, on: impl Into<On<'a>>) -> Result<Vec<Shown>, Error> {
        self.with(on.into(), async |session, history| Ok(shown(&session.status(history).await?, history)))
            .await
    }

    /// The heads among the applied revisions.
    ///
    /// # Errors
    /// If the revisions or the record cannot be read.
    pub async fn current<'a>(&self, on: impl Into<On<'a>>) -> Result<Vec<RevisionId>, Error> {
        self.with(on.into(), async |session, history| {
            let status = session.status(history).await?;
            Ok(status.standing.graph.current(&status.standing.applied))
        })
        .await
    }

    /// Reads the revisions, and works on them with a session.
    async fn with<T>(
        &self,
        on: On<'_>,
        work: impl AsyncFnOnce(&mut Session, &mut History) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut history = self.revisions.read()?;
        match on {
            On::Database(database) => {
                let mut session = database.session().await?;
                self.prepare(&mut session);
                work(&mut session, &mut history).await
            }
            On::Session(held) => {
                self.prepare(&mut held.session);
                work(&mut held.session, &mut history).await
            }
        }
    }

    fn prepare(&self, session: &mut Session) {
        session.functions = self.functions.clone();
        if let Some(wait) = self.wait {
            session.settings.wait = wait;
        }
    }

    fn warn(&self, diagnostic: limbeck_core::diag::Diagnostic) {
        self.observer.event(&Event::Warning(diagnostic));
    }
}

fn shown(status: &Status, history: &History) -> Vec<Shown> {
    let graph = &status.standing.graph;
    let ids = graph.order().chain(graph.missing(&status.standing.applied));
    ids.map(|id| {
        let recorded = status.applied.get(id);
        let message = history.get(id).map(|revision| revision.message.clone());
        Shown {
            revision: id.clone(),
            message: message.or_else(|| recorded.map(|row| row.message.clone())).unwrap_or_default(),
            applied: status.standing.applied.contains(id),
            applied_at: recorded.and_then(|row| row.applied_at),
            head: graph.contains(id) && graph.children(id).is_empty(),
            gone: status.gone.contains(id) || !graph.contains(id),
        }
    })
    .collect()
}
