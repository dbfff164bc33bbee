use std::any::Any;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use limbeck_core::driver::{DatabaseSettings, DatabaseUrl, Driver};

/// What the suite needs to know of a dialect: its driver, and where to get an empty database.
#[async_trait]
pub trait Harness: Send + Sync + 'static {
    /// The driver that is tried.
    fn driver(&self) -> Arc<dyn Driver>;

    /// An empty database for the case called `case` (letters, digits and `_`), which no other case uses at the same
    /// time.
    ///
    /// # Errors
    /// Why there is none: the case then fails.
    async fn provision(&self, case: &str) -> Result<Provisioned, String>;

    /// Why the server is not to be had, where that is nobody's fault: the cases are then left out, and say so.
    fn left_out(&self) -> Option<String> {
        None
    }

    /// Whether [`Dialect::canonical`](limbeck_core::driver::Dialect::canonical) knows how the server prints expressions
    /// and definitions. Where it does not, texts are left out when an observed schema is compared with a predicted one;
    /// they are still compared with those of the same schema built at once.
    fn predicts_texts(&self) -> bool {
        true
    }

    /// The statement that makes something for which every dialect has words of its own, where the suite does not know them:
    /// of the kind `trigger`, one called `tr` that puts the `id` of each row that comes into `t` into `u`; of the kind
    /// `function`, one called `twice` that gives back twice its argument.
    fn definition(&self, kind: &str) -> Option<String> {
        let _ = kind;
        None
    }
}

type Cleanup = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// An empty database of a case's own.
pub struct Provisioned {
    pub(crate) settings: DatabaseSettings,
    pub(crate) cleanup: Option<Cleanup>,
    kept: Vec<Box<dyn Any + Send>>,
}

impl Provisioned {
    /// The database that `settings` lead to.
    pub fn new(settings: DatabaseSettings) -> Self {
        Self { settings, cleanup: None, kept: Vec::new() }
    }

    /// The database at `url`, with all other settings as they are by default.
    ///
    /// # Errors
    /// If `url` is none.
    pub fn at(url: &str) -> Result<Self, String> {
        let parsed = DatabaseUrl::parse(url).ok_or_else(|| "the harness's URL has no scheme".to_owned())?;
        Ok(Self::new(DatabaseSettings::new("default", parsed)))
    }

    /// How it is reached.
    pub fn settings(&self) -> &DatabaseSettings {
        &self.settings
    }

    /// Takes the database away, for who does not leave that to [`run`](crate::run()).
    ///
    /// # Errors
    /// What [`dropped_by`](Self::dropped_by) says.
    pub async fn take_away(mut self) -> Result<(), String> {
        match self.cleanup.take() {
            Some(cleanup) => cleanup.await,
            None => Ok(()),
        }
    }

    /// Something that must live as long as the database: a temporary folder.
    #[must_use]
    pub fn keeping(mut self, thing: impl Any + Send) -> Self {
        self.kept.push(Box::new(thing));
        self
    }

    /// What takes the database away. It is run after the case, however that ends.
    #[must_use]
    pub fn dropped_by(mut self, cleanup: impl Future<Output = Result<(), String>> + Send + 'static) -> Self {
        self.cleanup = Some(Box::pin(cleanup));
        self
    }
}

impl fmt::Debug for Provisioned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provisioned").field("settings", &self.settings).finish_non_exhaustive()
    }
}
