use std::sync::Arc;

use super::{Dialect, Driver};
use crate::diag::{Diagnose, Diagnostic, list, nearest};

/// The drivers that a program has, in an explicit list: nothing registers itself.
#[derive(Debug, Clone, Default)]
pub struct Drivers {
    drivers: Vec<Arc<dyn Driver>>,
}

/// What is wrong with a list of drivers, or with what was looked up in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// Two drivers claim one scheme or dialect.
    #[error("the drivers {first} and {second} both claim `{word}`")]
    Claimed {
        /// The scheme or dialect.
        word: String,
        /// One driver.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// No driver has this scheme.
    #[error("no driver for `{scheme}:` URLs")]
    UnknownScheme {
        /// The scheme.
        scheme: String,
        /// The schemes that there are.
        known: Vec<&'static str>,
    },
    /// No driver has this dialect.
    #[error("no dialect `{name}`")]
    UnknownDialect {
        /// The name.
        name: String,
        /// The dialects that there are.
        known: Vec<&'static str>,
    },
}

impl Diagnose for RegistryError {
    fn diagnostic(&self) -> Diagnostic {
        let offer = |word: &str, known: &[&'static str]| match nearest(word, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? Known are {}", list(known)),
            None => format!("known are {}", list(known)),
        };
        match self {
            Self::Claimed { .. } => Diagnostic::new("driver-conflict", self.to_string())
                .with_help("leave one of the two out of the program"),
            Self::UnknownScheme { scheme, known } => {
                Diagnostic::new("unknown-driver", self.to_string()).with_help(offer(scheme, known))
            }
            Self::UnknownDialect { name, known } => {
                Diagnostic::new("unknown-dialect", self.to_string()).with_help(offer(name, known))
            }
        }
    }
}

impl Drivers {
    /// No drivers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a driver.
    ///
    /// # Errors
    /// If one that is there has the same scheme or dialect.
    pub fn with(mut self, driver: Arc<dyn Driver>) -> Result<Self, RegistryError> {
        for there in &self.drivers {
            let claimed = words(&**there).find(|word| words(&*driver).any(|other| other == *word));
            if let Some(word) = claimed {
                return Err(RegistryError::Claimed {
                    word: word.to_owned(),
                    first: there.name(),
                    second: driver.name(),
                });
            }
        }
        self.drivers.push(driver);
        Ok(self)
    }

    /// The drivers, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Driver>> {
        self.drivers.iter()
    }

    /// The driver for URLs of this scheme.
    pub fn by_scheme(&self, scheme: &str) -> Result<&Arc<dyn Driver>, RegistryError> {
        self.drivers.iter().find(|driver| driver.schemes().contains(&scheme)).ok_or_else(|| {
            RegistryError::UnknownScheme {
                scheme: scheme.to_owned(),
                known: self.drivers.iter().flat_map(|driver| driver.schemes()).copied().collect(),
            }
        })
    }

    /// The dialect of this name, for work without a connection.
    pub fn dialect(&self, name: &str) -> Result<Arc<dyn Dialect>, RegistryError> {
        self.drivers.iter().find_map(|driver| driver.offline_dialect(name)).ok_or_else(|| {
            RegistryError::UnknownDialect { name: name.to_owned(), known: self.dialect_names() }
        })
    }

    /// The names of all dialects.
    pub fn dialect_names(&self) -> Vec<&'static str> {
        self.drivers.iter().flat_map(|driver| driver.dialects()).copied().collect()
    }
}

fn words(driver: &dyn Driver) -> impl Iterator<Item = &'static str> {
    driver.schemes().iter().chain(driver.dialects()).copied()
}
