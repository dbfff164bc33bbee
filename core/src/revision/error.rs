use std::path::PathBuf;

use crate::diag::{Diagnose, Diagnostic, Location, list};
use crate::ident::InvalidRevisionName;

/// Something wrong with a revision file or directory, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{kind}", place(location.as_ref()))]
pub struct ReadError {
    /// What is wrong.
    pub kind: ReadErrorKind,
    /// Where; `None` for a file that could not be read, or where no file was.
    pub location: Option<Location>,
}

fn place(location: Option<&Location>) -> String {
    location.map(|location| format!("{location}: ")).unwrap_or_default()
}

/// What is wrong with a revision file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// It is no TOML.
    #[error("{message}")]
    Syntax {
        /// What the parser says.
        message: String,
    },
    /// A key that nothing reads.
    #[error("unknown key `{key}` in {within}")]
    UnknownKey {
        /// The key.
        key: String,
        /// What it stands in.
        within: String,
        /// The key that was most likely meant.
        nearest: Option<&'static str>,
        /// All keys that there are.
        known: &'static [&'static str],
        /// It is a key of the header that stands too far down.
        misplaced: bool,
    },
    /// An `op` that there is not.
    #[error("unknown operation `{op}`")]
    UnknownOperation {
        /// The word.
        op: String,
        /// The one that was most likely meant.
        nearest: Option<&'static str>,
    },
    /// A key that must be there.
    #[error("{within} needs `{key}`")]
    MissingKey {
        /// The key.
        key: &'static str,
        /// What needs it.
        within: String,
        /// A line that has it.
        write: String,
    },
    /// A value of another type.
    #[error("`{key}` must be {expected}, but it is {found}")]
    WrongType {
        /// The key.
        key: String,
        /// What is wanted.
        expected: &'static str,
        /// What is there.
        found: String,
        /// What to write.
        write: String,
    },
    /// A word that is none of those there are.
    #[error("`{key}` cannot be {found:?}")]
    UnknownWord {
        /// The key.
        key: String,
        /// The word.
        found: String,
        /// Those there are.
        words: Vec<&'static str>,
        /// The one that was most likely meant.
        nearest: Option<&'static str>,
    },
    /// A text or list with nothing in it, where something must be.
    #[error("`{key}` is empty")]
    Empty {
        /// The key.
        key: String,
        /// What to do.
        help: String,
    },
    /// A name with a NUL character.
    #[error("`{key}` holds a NUL character")]
    Nul {
        /// The key.
        key: String,
    },
    /// A number out of range.
    #[error("`{key}` must be {expected}, but it is {found}")]
    Range {
        /// The key.
        key: String,
        /// What is wanted.
        expected: &'static str,
        /// What is there.
        found: i64,
    },
    /// No name of a dialect.
    #[error("`{name}` under `{key}` is no dialect's name")]
    DialectName {
        /// The key.
        key: String,
        /// The name.
        name: String,
    },
    /// No revision id or label.
    #[error("`{key}`: {error}")]
    RevisionName {
        /// The key.
        key: String,
        /// Why.
        error: InvalidRevisionName,
    },
    /// No moment in time.
    #[error("`{key}` is no date and time with a zone: {found:?}")]
    Time {
        /// The key.
        key: String,
        /// The text.
        found: String,
    },
    /// Keys that exclude each other, or that need each other.
    #[error("{message}")]
    Conflict {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
    /// Two of the same in one list, of which only one can be kept.
    #[error("the {what} `{name}` stands twice in {within}")]
    Duplicate {
        /// What it is.
        what: &'static str,
        /// Its name.
        name: String,
        /// Where.
        within: String,
    },
    /// A SQL revision that is not laid out as one.
    #[error("{message}")]
    SqlLayout {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
    /// A file or directory that cannot be read.
    #[error("cannot read {}: {message}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        message: String,
        /// What to do.
        help: String,
    },
    /// A file that is not UTF-8.
    #[error("{} is not UTF-8 text: byte {at} cannot be read", path.display())]
    NotUtf8 {
        /// Which.
        path: PathBuf,
        /// The first byte that is wrong, from 0.
        at: usize,
    },
    /// Something called like a revision that is no file.
    #[error("{} is called like a revision but is no file", path.display())]
    NotAFile {
        /// Which.
        path: PathBuf,
    },
}

impl ReadErrorKind {
    fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "toml-syntax",
            Self::UnknownKey { .. } => "unknown-key",
            Self::UnknownOperation { .. } => "unknown-operation",
            Self::MissingKey { .. } => "missing-key",
            Self::WrongType { .. } => "wrong-type",
            Self::UnknownWord { .. } => "unknown-word",
            Self::Empty { .. } => "empty-value",
            Self::Nul { .. } => "nul-in-name",
            Self::Range { .. } => "number-out-of-range",
            Self::DialectName { .. } => "bad-dialect-name",
            Self::RevisionName { .. } => "bad-revision-name",
            Self::Time { .. } => "bad-time",
            Self::Conflict { .. } => "conflicting-keys",
            Self::Duplicate { .. } => "duplicate-item",
            Self::SqlLayout { .. } => "sql-revision-layout",
            Self::Unreadable { .. } => "unreadable-file",
            Self::NotUtf8 { .. } => "not-utf8",
            Self::NotAFile { .. } => "not-a-file",
        }
    }

    fn help(&self) -> Option<String> {
        let did_you_mean = |word: &str| format!("did you mean `{word}`?");
        Some(match self {
            Self::Syntax { .. } => {
                "see https://toml.io for how TOML is written; docs/revision-files.md shows whole revisions"
                    .to_owned()
            }
            Self::UnknownKey { key, misplaced: true, .. } => {
                format!("`{key}` is a key of the header: move it above the first [[upgrade]]")
            }
            Self::UnknownKey { nearest: Some(word), .. } => did_you_mean(word),
            Self::UnknownKey { known, .. } => format!("the keys here are {}", list(known.iter().copied())),
            Self::UnknownOperation { nearest: Some(word), .. } => did_you_mean(word),
            Self::UnknownOperation { nearest: None, .. } => {
                "docs/revision-files.md lists the operations".to_owned()
            }
            Self::MissingKey { write, .. } => format!("add {write}"),
            Self::WrongType { write, .. } => format!("write {write}"),
            Self::UnknownWord { words, nearest, .. } => {
                let quoted: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
                let all = format!("it can be one of {}", quoted.join(", "));
                match nearest {
                    Some(word) => format!("did you mean {word:?}? {all}"),
                    None => all,
                }
            }
            Self::Empty { help, .. }
            | Self::Conflict { help, .. }
            | Self::SqlLayout { help, .. }
            | Self::Unreadable { help, .. } => help.clone(),
            Self::Nul { .. } => "no database takes that in a name: remove it".to_owned(),
            Self::Range { expected, .. } => format!("write {expected}"),
            Self::DialectName { .. } => {
                "a dialect's name is lower-case letters, digits and `_`: postgres, mysql, mariadb, sqlite, or \
                 `default` for all others"
                    .to_owned()
            }
            Self::RevisionName { error, .. } if error.what == "label" => {
                "a label is a word of A-Z, a-z, 0-9 and `_` that begins with a letter or `_`".to_owned()
            }
            Self::RevisionName { .. } => {
                "an id is 1 to 64 of A-Z, a-z, 0-9, `_` and `.`; `limbeck makemigrations` makes new ones"
                    .to_owned()
            }
            Self::Time { .. } => "write it like 2026-11-22T14:30:05Z".to_owned(),
            Self::Duplicate { .. } => "remove one of them or give it another name".to_owned(),
            Self::NotUtf8 { .. } => "save the file as UTF-8".to_owned(),
            Self::NotAFile { .. } => "move it out of the migrations directory or rename it".to_owned(),
        })
    }
}

impl Diagnose for ReadError {
    fn diagnostic(&self) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(self.kind.code(), self.kind.to_string());
        diagnostic.help = self.kind.help();
        diagnostic.location.clone_from(&self.location);
        diagnostic
    }
}

/// Why a revision cannot be written, or its file not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A SQL revision holds one run of statements in each direction.
    #[error("the {direction} of revision {revision} cannot be written as SQL: {why}")]
    NotSql {
        /// Which revision.
        revision: String,
        /// Which of its directions.
        direction: crate::ident::Direction,
        /// What is in the way.
        why: &'static str,
    },
    /// A name that is no plain file name.
    #[error("{name:?} is no file name")]
    FileName {
        /// The name.
        name: String,
    },
    /// There is a file of that name.
    #[error("{} is there already", path.display())]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot write {}: {error}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What it said.
        error: std::io::Error,
    },
}

impl Diagnose for WriteError {
    fn diagnostic(&self) -> Diagnostic {
        let (code, help) = match self {
            Self::NotSql { .. } => ("not-sql", "write this revision with `--format toml`"),
            Self::FileName { .. } => {
                ("bad-file-name", "correct `file_template` under [migrations] in limbeck.toml")
            }
            Self::Exists { .. } => {
                ("file-exists", "rename or remove it, or choose another message or `--rev-id`")
            }
            Self::Io { error, .. } if error.kind() == std::io::ErrorKind::NotFound => (
                "write-failed",
                "make the directory first, or correct `dir` under [migrations] in limbeck.toml",
            ),
            Self::Io { .. } => ("write-failed", "check the directory's permissions and the room on the disk"),
        };
        Diagnostic::new(code, self.to_string()).with_help(help)
    }
}
