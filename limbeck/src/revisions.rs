use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use limbeck_core::history::History;
use limbeck_core::ident::{InvalidRevisionName, Label, RevisionId};
use limbeck_core::operation::Operation;
use limbeck_core::revision::{Downgrade, Format, Revision, TransactionMode, parse, read_directories, write};

use crate::Error;

/// Where revisions come from: folders, files that are part of the program, or Rust. Several sources make one graph.
#[derive(Debug, Clone, Default)]
pub struct Revisions {
    folders: Vec<PathBuf>,
    embedded: Vec<Embedded>,
    built: Vec<Revision>,
}

impl Revisions {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Those of a folder, which is read each time that they are needed.
    pub fn directory(folder: impl Into<PathBuf>) -> Self {
        Self { folders: vec![folder.into()], ..Self::default() }
    }

    /// Those of another source, too.
    #[must_use]
    pub fn and(mut self, other: impl Into<Self>) -> Self {
        let other = other.into();
        self.folders.extend(other.folders);
        self.embedded.extend(other.embedded);
        self.built.extend(other.built);
        self
    }

    /// The folder that new revisions are written into; `None` if there is no folder.
    pub fn folder(&self) -> Option<&Path> {
        self.folders.first().map(PathBuf::as_path)
    }

    /// Reads them all.
    ///
    /// # Errors
    /// Everything that is wrong with any of the files.
    pub fn read(&self) -> Result<History, Error> {
        let mut revisions = read_directories(&self.folders).map_err(Error::Revisions)?;
        let mut errors = Vec::new();
        for embedded in &self.embedded {
            embedded.is_current()?;
            for (name, text) in embedded.files {
                let Some(format) = Format::of(Path::new(name)) else { continue };
                let name = format!("{}/{name}", embedded.folder.trim_end_matches('/'));
                match parse(name, *text, format) {
                    Ok(revision) => revisions.push(revision),
                    Err(found) => errors.extend(found),
                }
            }
        }
        if !errors.is_empty() {
            return Err(Error::Revisions(errors));
        }
        for built in &self.built {
            // With its text as in a file, so that the record can keep it and undo it when the program has it no more.
            let text = write(built, Format::Toml)?;
            let name = format!("{}.toml", built.id);
            revisions.push(parse(name, text, Format::Toml).map_err(Error::Revisions)?);
        }
        Ok(History::new(revisions))
    }
}

impl From<Embedded> for Revisions {
    fn from(embedded: Embedded) -> Self {
        Self { embedded: vec![embedded], ..Self::default() }
    }
}

impl<const N: usize> From<[Revision; N]> for Revisions {
    fn from(built: [Revision; N]) -> Self {
        Vec::from(built).into()
    }
}

impl From<Vec<Revision>> for Revisions {
    fn from(built: Vec<Revision>) -> Self {
        Self { built, ..Self::default() }
    }
}

/// Revision files that are part of the program: what [`embed!`](crate::embed) gives.
#[derive(Debug, Clone, Copy)]
pub struct Embedded {
    source_folder: &'static str,
    folder: &'static str,
    embedded_in: &'static str,
    files: &'static [(&'static str, &'static str)],
}

impl Embedded {
    /// For [`embed!`](crate::embed) alone.
    #[doc(hidden)]
    pub const fn new(
        source_folder: &'static str,
        folder: &'static str,
        embedded_in: &'static str,
        files: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { source_folder, folder, embedded_in, files }
    }

    /// The names of the files.
    pub fn files(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.files.iter().map(|(name, _)| *name)
    }

    /// Whether the folder, if it is on this machine, holds the files that are embedded. The compiler sees when one of
    /// these is changed, but not when one is added.
    fn is_current(&self) -> Result<(), Error> {
        let folder = Path::new(self.source_folder);
        let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
        let there: BTreeSet<String> = entries
            .filter_map(Result::ok)
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| !name.starts_with(['.', '#']) && Format::of(Path::new(name)).is_some())
            .collect();
        let here: BTreeSet<String> = self.files().map(str::to_owned).collect();
        let files: Vec<String> = there.symmetric_difference(&here).cloned().collect();
        if files.is_empty() {
            return Ok(());
        }
        Err(Error::StaleEmbedding { folder: folder.to_path_buf(), files, embedded_in: self.embedded_in })
    }
}

/// A revision written in Rust, over the same operations as in a file.
///
/// ```
/// use limbeck::core::operation::Operation;
/// use limbeck::core::schema::Sql;
///
/// let revision = limbeck::RevisionBuilder::new("seed_countries")?
///     .message("The countries that we know")
///     .parent("3f9c2ab81d07")?
///     .upgrade(Operation::Execute { sql: Sql::from("INSERT INTO countries VALUES ('de')"), effect: None })
///     .downgrade(Operation::Execute { sql: Sql::from("DELETE FROM countries"), effect: None })
///     .build();
/// assert_eq!(revision.upgrade.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct RevisionBuilder(Revision);

impl RevisionBuilder {
    /// A base that does nothing.
    ///
    /// # Errors
    /// If `id` cannot be the id of a revision.
    pub fn new(id: &str) -> Result<Self, InvalidRevisionName> {
        Ok(Self(Revision::new(RevisionId::new(id)?, Vec::new(), "")))
    }

    /// What it is about.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// A revision that it follows; several make a merge.
    ///
    /// # Errors
    /// If `id` cannot be the id of a revision.
    pub fn parent(mut self, id: &str) -> Result<Self, InvalidRevisionName> {
        self.0.parents.push(RevisionId::new(id)?);
        Ok(self)
    }

    /// A revision or label of another branch that must be applied first.
    #[must_use]
    pub fn depends_on(mut self, name: impl Into<String>) -> Self {
        self.0.depends_on.push(name.into());
        self
    }

    /// The name of the branch that begins here.
    ///
    /// # Errors
    /// If it cannot be a label.
    pub fn label(mut self, label: &str) -> Result<Self, InvalidRevisionName> {
        self.0.labels.push(Label::new(label)?);
        Ok(self)
    }

    /// A database that it is for; all, if none is named.
    #[must_use]
    pub fn database(mut self, name: impl Into<String>) -> Self {
        self.0.databases.push(name.into());
        self
    }

    /// It runs outside a transaction.
    #[must_use]
    pub fn without_transaction(mut self) -> Self {
        self.0.transaction = Some(TransactionMode::None);
        self
    }

    /// Does this, behind what it does already.
    #[must_use]
    pub fn upgrade(mut self, operation: Operation) -> Self {
        self.0.upgrade.push(operation);
        self
    }

    /// Is undone by this, behind what undoes it already. Without it the way back is derived.
    #[must_use]
    pub fn downgrade(mut self, operation: Operation) -> Self {
        match &mut self.0.downgrade {
            Downgrade::Operations(operations) => operations.push(operation),
            other => *other = Downgrade::Operations(vec![operation]),
        }
        self
    }

    /// Cannot be undone.
    #[must_use]
    pub fn irreversible(mut self) -> Self {
        self.0.downgrade = Downgrade::Irreversible;
        self
    }

    /// Calls a function of the program, by the name that it is given to [`Migrator::function`](crate::Migrator::function).
    #[must_use]
    pub fn run(self, function: impl Into<String>) -> Self {
        self.upgrade(Operation::Run { function: function.into(), arguments: indexmap::IndexMap::new() })
    }

    /// The revision.
    pub fn build(self) -> Revision {
        self.0
    }
}
