use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;

use crate::diag::Location;
use crate::ident::{Direction, Label, RevisionId};
use crate::operation::Operation;

/// Whether `name`, as a revision or a model gives it, stands for `database`: it is its name, or that of the entry that it
/// is one of (`tenants` for `tenants/acme`).
pub fn stands_for(name: &str, database: &str) -> bool {
    database.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// One revision: a node of the graph, what it does, and how that is undone.
///
/// Two revisions are equal if they say the same; where they were read does not count.
#[derive(Debug, Clone)]
pub struct Revision {
    /// Its id.
    pub id: RevisionId,
    /// The revisions that it follows: none for a base, several for a merge.
    pub parents: Vec<RevisionId>,
    /// A line for people; may be empty.
    pub message: String,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Revisions or labels of other branches that must be applied first.
    pub depends_on: Vec<String>,
    /// The names of the branch that begins here.
    pub labels: Vec<Label>,
    /// The revisions that it stands for.
    pub replaces: Vec<RevisionId>,
    /// How it runs; as the configuration says, if not given.
    pub transaction: Option<TransactionMode>,
    /// The databases that it is for, by their names in the configuration; all, if empty.
    pub databases: Vec<String>,
    /// The dialect in whose server's words its texts are: defaults, expressions and types that were read out of a
    /// database. `None` if a person chose them.
    pub observed: Option<String>,
    /// What it does, in order.
    pub upgrade: Vec<Operation>,
    /// How that is undone.
    pub downgrade: Downgrade,
    /// Where it was read.
    pub source: Source,
}

impl Revision {
    /// A revision that does nothing.
    pub fn new(id: RevisionId, parents: Vec<RevisionId>, message: impl Into<String>) -> Self {
        Self {
            id,
            parents,
            message: message.into(),
            created: None,
            depends_on: Vec::new(),
            labels: Vec::new(),
            replaces: Vec::new(),
            transaction: None,
            databases: Vec::new(),
            observed: None,
            upgrade: Vec::new(),
            downgrade: Downgrade::Auto,
            source: Source::default(),
        }
    }

    /// The operations that are written down for `direction`; none where the way back is derived or there is none.
    pub fn operations(&self, direction: Direction) -> &[Operation] {
        match (direction, &self.downgrade) {
            (Direction::Upgrade, _) => &self.upgrade,
            (Direction::Downgrade, Downgrade::Operations(operations)) => operations,
            (Direction::Downgrade, Downgrade::Auto | Downgrade::Irreversible) => &[],
        }
    }

    /// Where its id stands.
    pub fn location(&self) -> Location {
        self.source.location(self.source.id.clone())
    }

    /// Where `word` stands in the list that the header key `key` has (`parents`, `depends_on`, `labels`); the revision's
    /// own place, if it does not.
    pub fn location_of_word(&self, key: &str, word: &str) -> Location {
        let source = &self.source;
        let spans = source.upgrade.iter().chain(&source.downgrade);
        let end = spans.map(|span| span.start).min().unwrap_or(source.text.len());
        let header = &source.text[..end];
        let mut from = None;
        let mut at = 0;
        for line in header.split_inclusive('\n') {
            let plain = line.trim_start();
            let plain = plain.strip_prefix("-- limbeck:").unwrap_or(plain).trim_start();
            let rest = plain.strip_prefix(key);
            if rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')) {
                from = Some(at + line.len() - rest.map_or(0, str::len));
                break;
            }
            at += line.len();
        }
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let found = from.and_then(|from| {
            header[from..].match_indices(word).map(|(at, _)| from + at).find(|at| {
                !header[..*at].ends_with(is_part) && !header[at + word.len()..].starts_with(is_part)
            })
        });
        found.map_or_else(|| self.location(), |at| source.location(at..at + word.len()))
    }

    /// Where the operation `index` of `direction` stands; the revision's own place, if that one is in no file.
    pub fn location_of(&self, direction: Direction, index: usize) -> Location {
        match self.source.spans(direction).get(index) {
            Some(span) => self.source.location(span.clone()),
            None => self.location(),
        }
    }

    /// Where the bytes `within` of an operation's SQL stand. In a SQL revision that is the very place; in TOML, where
    /// escapes come between, it is the operation's.
    pub fn location_within(&self, direction: Direction, index: usize, within: Range<usize>) -> Location {
        match (self.source.format, self.source.spans(direction).get(index)) {
            (Format::Sql, Some(span)) => {
                let section = &self.source.text[span.clone()];
                // The operation's text has LF where the file has CR LF, so each one passed is a byte more.
                let (mut start, mut end, mut seen) = (within.start, within.end, 0);
                for (at, _) in section.match_indices("\r\n") {
                    let plain = at - seen;
                    start += usize::from(plain < within.start);
                    if plain >= within.end {
                        break;
                    }
                    end += 1;
                    seen += 1;
                }
                self.source.location(span.start + start..span.start + end)
            }
            _ => self.location_of(direction, index),
        }
    }
}

impl PartialEq for Revision {
    fn eq(&self, other: &Self) -> bool {
        // Taken apart, so that a field that is added here cannot be forgotten there.
        let Self {
            id,
            parents,
            message,
            created,
            depends_on,
            labels,
            replaces,
            transaction,
            databases,
            observed,
            upgrade,
            downgrade,
            source: _,
        } = self;
        *id == other.id
            && *parents == other.parents
            && *message == other.message
            && *created == other.created
            && *depends_on == other.depends_on
            && *labels == other.labels
            && *replaces == other.replaces
            && *transaction == other.transaction
            && *databases == other.databases
            && *observed == other.observed
            && *upgrade == other.upgrade
            && *downgrade == other.downgrade
    }
}

/// How a revision is undone.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Downgrade {
    /// By what the operations of the upgrade say of their own way back.
    #[default]
    Auto,
    /// Not at all.
    Irreversible,
    /// By these, in order. None at all: there is nothing to do.
    Operations(Vec<Operation>),
}

/// What a revision says of transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionMode {
    /// It runs in one.
    Revision,
    /// It runs outside of any, as CREATE INDEX CONCURRENTLY must.
    None,
}

impl TransactionMode {
    /// As a file writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Revision => "revision",
            Self::None => "none",
        }
    }
}

/// The two forms of revision files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Operations, for every dialect.
    #[default]
    Toml,
    /// Statements.
    Sql,
}

impl Format {
    /// The ending of its files, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Toml => "toml",
            Self::Sql => "sql",
        }
    }

    /// The format of a file by the ending of its name; `None` if it is no revision's.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "toml" => Some(Self::Toml),
            "sql" => Some(Self::Sql),
            _ => None,
        }
    }
}

/// Where a revision was read: the file and the places in it. Empty for one that was made in memory.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file, as people know it.
    pub file: Arc<str>,
    /// Its whole text.
    pub text: Arc<str>,
    /// Its form.
    pub format: Format,
    /// The bytes of the id.
    pub(super) id: Range<usize>,
    pub(super) upgrade: Vec<Range<usize>>,
    pub(super) downgrade: Vec<Range<usize>>,
}

impl Source {
    /// A file of which no places are known yet.
    pub(super) fn new(file: Arc<str>, text: Arc<str>, format: Format) -> Self {
        Self { file, text, format, id: 0..0, upgrade: Vec::new(), downgrade: Vec::new() }
    }

    /// Whether it is a file at all.
    pub fn is_known(&self) -> bool {
        !self.file.is_empty()
    }

    fn spans(&self, direction: Direction) -> &[Range<usize>] {
        match direction {
            Direction::Upgrade => &self.upgrade,
            Direction::Downgrade => &self.downgrade,
        }
    }

    /// The place of `span` in it.
    pub(super) fn location(&self, span: Range<usize>) -> Location {
        Location::new(Arc::clone(&self.file), Arc::clone(&self.text), span)
    }
}

impl Default for Source {
    fn default() -> Self {
        static EMPTY: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from(""));
        Self::new(Arc::clone(&EMPTY), Arc::clone(&EMPTY), Format::Toml)
    }
}
