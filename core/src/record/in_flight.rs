use jiff::Timestamp;

use crate::driver::{Definition, SessionId, Statement};
use crate::ident::{Direction, RevisionId};

/// A revision that was begun outside a transaction and is not at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct InFlight {
    /// Which.
    pub revision: RevisionId,
    /// Whether it is being applied or undone.
    pub direction: Direction,
    /// Where its statements lead.
    pub aim: Aim,
    /// The checksum of the revision's meaning when it was begun.
    pub checksum: String,
    /// The name of its file.
    pub file: String,
    /// The text of its file when it was begun.
    pub file_text: String,
    /// The first of the operations that `statements` carry out, by position; those before it are done.
    pub segment: usize,
    /// The statements, as they were planned before the first of them was run.
    pub statements: Vec<Statement>,
    /// Which of the statements is in flight. Those before it are done; this one may be.
    pub position: usize,
    /// What the server said of everything that the statement in flight names, before it was begun. `None` if it is not
    /// judged by that, or the driver cannot tell.
    pub before: Option<Vec<Definition>>,
    /// How it stands.
    pub condition: Condition,
    /// The session that ran it.
    pub session: Option<SessionId>,
    /// When it was begun; `None` if what stands there is no time.
    pub started_at: Option<Timestamp>,
    /// By whom: `user@host`.
    pub started_by: String,
}

/// Where the statements of a revision in flight lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// To its end.
    Finish,
    /// Back to where it was begun.
    Back,
}

/// How a revision in flight stands, as far as the run that began it could still tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// A statement was sent and its end not seen: the run is under way, or was cut off.
    Running,
    /// The run ended in order on the way: somebody interrupted it.
    Stopped,
    /// The server refused the statement, and said this.
    Failed(String),
}

impl InFlight {
    /// The statement that is in flight; `None` if all are done and only the record is to be written.
    pub fn statement(&self) -> Option<&Statement> {
        self.statements.get(self.position)
    }
}

impl Aim {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Finish => "finish",
            Self::Back => "back",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Finish, Self::Back].into_iter().find(|aim| aim.word() == word)
    }
}

impl Condition {
    /// The word and the message that the journal keeps.
    pub(super) fn parts(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Running => ("running", None),
            Self::Stopped => ("stopped", None),
            Self::Failed(message) => ("failed", Some(message)),
        }
    }

    pub(super) fn parse(word: &str, message: Option<&str>) -> Option<Self> {
        match word {
            "running" => Some(Self::Running),
            "stopped" => Some(Self::Stopped),
            "failed" => Some(Self::Failed(message.unwrap_or_default().to_owned())),
            _ => None,
        }
    }
}
