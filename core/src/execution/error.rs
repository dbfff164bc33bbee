use std::time::Duration;

use super::state::{RawChange, ReplayError};
use super::unsettled::Unsettled;
use crate::diag::{Diagnose, Diagnostic, Location, list, nearest};
use crate::driver::{DriverError, DriverErrorKind, RenderError};
use crate::history::HistoryError;
use crate::ident::RevisionId;
use crate::plan::{Direction, PlanError};

/// Why a run stopped. What was done before stays done, as the run's outcome says.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ExecutionError {
    /// The database cannot be reached, or said no to something that is no step of a revision.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// The revisions make no graph.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The target makes no plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A revision does not fit what those before it leave behind.
    #[error(transparent)]
    Replay(#[from] Box<ReplayError>),
    /// Somebody else holds the migration lock.
    #[error("the migration lock was not to be had in {}", seconds(*.waited))]
    Locked {
        /// How long it was waited for.
        waited: Duration,
        /// Who holds it, as far as the server can tell.
        holder: Option<String>,
    },
    /// Revisions were edited after they were applied.
    #[error("{} edited after being applied: {}", if edited.len() == 1 { "a revision was" } else { "revisions were" }, list(edited.iter().map(|(id, _)| id)))]
    Edited {
        /// Which, each with its place.
        edited: Vec<(RevisionId, Location)>,
    },
    /// An applied revision needs one that is not applied.
    #[error("{message}")]
    Inconsistent {
        /// What contradicts what.
        message: String,
        /// A revision that is in it.
        revision: RevisionId,
    },
    /// A revision cannot be undone.
    #[error("revision {revision} cannot be undone: {reason}")]
    Irreversible {
        /// Which.
        revision: RevisionId,
        /// Why not.
        reason: String,
        /// Where.
        location: Box<Location>,
    },
    /// A step would lose data, and the configuration forbids that.
    #[error("{} would lose data, and the configuration forbids that", if *.count == 1 { "a step".to_owned() } else { format!("{count} steps") })]
    Destructive {
        /// How many steps.
        count: usize,
        /// What would be lost.
        losses: Vec<String>,
    },
    /// A schema cannot be built in a scratch database.
    #[error("the schema cannot be built to look at it: {}{reason}", what.as_ref().map(|what| format!("{what}: ")).unwrap_or_default())]
    Scratch {
        /// What was to be built.
        what: Option<String>,
        /// Why it cannot.
        reason: String,
    },
    /// Somebody said no.
    #[error("nothing was done")]
    Declined,
    /// A step cannot be planned, or its statement failed.
    #[error(transparent)]
    Step(Box<Problem>),
    /// A run in one transaction could not be committed.
    #[error("the run cannot be committed: {error}")]
    Commit {
        /// What the server said.
        error: Box<DriverError>,
        /// What state the database is in.
        state: String,
    },
    /// A revision is in flight outside a transaction.
    #[error(transparent)]
    Unsettled(Box<Unsettled>),
    /// There is no revision in flight that could be settled.
    #[error("no revision is in flight")]
    NothingInFlight,
    /// Somebody asked for it to be stopped.
    #[error("interrupted")]
    Interrupted {
        /// What state the database is in.
        state: String,
    },
}

/// Trouble with one step.
#[derive(Debug, Clone, thiserror::Error)]
#[error("revision {revision} ({direction}): {what}")]
pub struct Problem {
    /// The revision.
    pub revision: RevisionId,
    /// Whether it was applied or undone.
    pub direction: Direction,
    /// What is wrong.
    pub what: What,
    /// The operation's place.
    pub location: Box<Location>,
    /// What state the database is in, and what to run next.
    pub state: String,
    /// Whether a part of the revision is done and stays.
    pub half_done: bool,
}

/// What can be wrong with a step.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum What {
    /// The dialect cannot plan it.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The server refused a statement.
    #[error("{error}")]
    Statement {
        /// The statement.
        sql: String,
        /// What the server said.
        error: DriverError,
    },
    /// Where the revision stands cannot be written down.
    #[error("the journal cannot be written: {error}")]
    Journal {
        /// What the server said.
        error: DriverError,
    },
    /// A guard found what must not be.
    #[error("{message}: {found}")]
    Guard {
        /// What is wrong.
        message: String,
        /// What was found.
        found: String,
        /// What to do.
        help: String,
    },
    /// Raw SQL changed the schema, so that the present state of a table is not known, and there is no database to ask.
    #[error("what {} looks like is not known, because revision {} changes the schema with raw SQL", list(tables), raw.revision)]
    Uncertain {
        /// The tables.
        tables: Vec<String>,
        /// The raw SQL.
        raw: RawChange,
    },
    /// It calls a function that is not part of this program.
    #[error("the function `{function}` is not part of this program")]
    NotLinked {
        /// Which.
        function: String,
        /// Those that are.
        known: Vec<String>,
    },
    /// A function of the program failed.
    #[error("the function `{function}` {}: {message}", if *panicked { "panicked" } else { "failed" })]
    Function {
        /// Which.
        function: String,
        /// What it said.
        message: String,
        /// Whether it panicked, rather than give an error.
        panicked: bool,
    },
    /// It asks for what this version does not do.
    #[error("{message}")]
    Unsupported {
        /// What.
        message: String,
        /// What to do.
        help: String,
    },
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

impl Diagnose for ExecutionError {
    fn diagnostic(&self) -> Diagnostic {
        let message = self.to_string();
        match self {
            Self::Driver(error) => error.diagnostic(),
            Self::History(HistoryError::Graph(errors)) => errors.diagnostic(),
            Self::History(HistoryError::Replace(error)) => error.diagnostic(),
            Self::Plan(error) => error.diagnostic(),
            Self::Replay(error) => error.diagnostic(),
            Self::Locked { holder, .. } => {
                let diagnostic = Diagnostic::new("locked", message)
                    .with_help("wait for the other run to end, or wait longer with `--wait 10m`");
                match holder {
                    Some(holder) => diagnostic.with_note(format!("it is held by {holder}")),
                    None => diagnostic,
                }
            }
            Self::Edited { edited } => {
                let mut diagnostic = Diagnostic::new("edited-revision", message).with_help(format!(
                    "take the edit back and make a new revision; or, if the database is as the file now says, \
                     `limbeck stamp {} --accept-edits`",
                    edited.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(" ")
                ));
                if let Some((id, location)) = edited.first() {
                    diagnostic = diagnostic.with_revision(id).with_location(location.clone());
                }
                diagnostic
            }
            Self::Inconsistent { revision, .. } => Diagnostic::new("inconsistent-history", message)
                .with_revision(revision)
                .with_help("see `limbeck showmigrations`; write the record anew with `limbeck stamp REVISION --purge`, where REVISION is what the database is at"),
            Self::Irreversible { revision, location, .. } => Diagnostic::new("irreversible", message)
                .with_revision(revision)
                .with_location((**location).clone())
                .with_help("write `[[downgrade]]` steps (in SQL: `-- limbeck: downgrade`) into the file; or undo it by hand and `limbeck stamp`"),
            Self::Destructive { losses, .. } => {
                let diagnostic = Diagnostic::new("destructive", message)
                    .with_help("look at the steps, then allow them with `--allow-destructive`");
                losses.iter().fold(diagnostic, |diagnostic, loss| diagnostic.with_note(loss.clone()))
            }
            Self::Scratch { .. } => Diagnostic::new("cannot-build-schema", message)
                .with_help("correct the declaration: this database cannot hold it"),
            Self::Declined => Diagnostic::new("declined", message),
            Self::Step(problem) => problem.diagnostic(),
            Self::Commit { error, state } => {
                let mut diagnostic = error.diagnostic();
                diagnostic.message = message;
                diagnostic.with_note(state.clone())
            }
            Self::Unsettled(unsettled) => unsettled.diagnostic(),
            Self::NothingInFlight => Diagnostic::new("nothing-in-flight", message)
                .with_help("see `limbeck showmigrations` for what is applied"),
            Self::Interrupted { state } => Diagnostic::new("interrupted", message).with_note(state.clone()),
        }
    }
}

impl Diagnose for Problem {
    fn diagnostic(&self) -> Diagnostic {
        let mut diagnostic = match &self.what {
            What::Render(error) => error.diagnostic(),
            What::Statement { sql, error } => {
                let mut diagnostic = error.diagnostic().with_statement(sql.clone());
                // A code per kind of trouble is kept where the trouble is not the statement's own.
                if matches!(error.kind, DriverErrorKind::Statement | DriverErrorKind::Other) {
                    diagnostic.code = "statement-failed";
                }
                if diagnostic.help.is_none() {
                    diagnostic = diagnostic.with_help(
                        "correct the revision, or the rows that it stumbles over, and run the command again: it goes on from here",
                    );
                }
                diagnostic
            }
            What::Journal { error } => {
                let mut diagnostic = error.diagnostic();
                diagnostic.message = self.what.to_string();
                diagnostic
            }
            What::Guard { message, found, help } => {
                Diagnostic::new("unexpected-state", format!("{message}: {found}")).with_help(help.clone())
            }
            What::Uncertain { raw, .. } => Diagnostic::new("uncertain-schema", self.what.to_string())
                .with_help("run it against a database, which can be looked at")
                .with_note(format!("the raw SQL is: {}", raw.statement)),
            What::NotLinked { function, known } => {
                let near = nearest(function, known.iter().map(String::as_str));
                let linked = match (near, known.is_empty()) {
                    (Some(near), _) => format!("; did you mean `{near}`?"),
                    (None, true) => String::new(),
                    (None, false) => format!("; linked in are {}", list(known)),
                };
                Diagnostic::new("function-not-linked", self.what.to_string()).with_help(format!(
                    "run the same command with the program that the function is part of: one whose `limbeck_cli::App` \
                     or `limbeck::Migrator` is given it{linked}"
                ))
            }
            What::Function { .. } => Diagnostic::new("function-failed", self.what.to_string()).with_help(
                "correct the function, or the rows that it stumbles over, and run the command again",
            ),
            What::Unsupported { message, help } => {
                Diagnostic::new("unsupported-operation", message.clone()).with_help(help.clone())
            }
        };
        diagnostic.message =
            format!("revision {} ({}): {}", self.revision, self.direction, diagnostic.message);
        diagnostic.revision = Some(self.revision.to_string());
        diagnostic.location = Some((*self.location).clone());
        if !self.state.is_empty() {
            diagnostic.notes.push(self.state.clone());
        }
        diagnostic
    }
}
