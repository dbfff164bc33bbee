use crate::diag::{Diagnose, Diagnostic};
use crate::ident::{Direction, RevisionId};
use crate::record::InFlight;

/// A revision is in flight outside a transaction, and a run cannot go on with it by itself.
#[derive(Debug, Clone, thiserror::Error)]
#[error("revision {revision} is in flight ({direction}): {why}")]
pub struct Unsettled {
    /// Which.
    pub revision: RevisionId,
    /// Whether it was being applied or undone.
    pub direction: Direction,
    /// How many of its statements are done, as far as they were planned.
    pub done: usize,
    /// How many were planned.
    pub total: usize,
    /// The statement in flight.
    pub statement: Option<String>,
    /// Why it is not gone on with.
    pub why: Why,
}

/// Why a run does not go on with a revision in flight.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Why {
    /// It cannot be told whether the statement in flight has happened.
    #[error("it cannot be told what became of its statement in flight: {reason}")]
    Unclear {
        /// Why not.
        reason: String,
        /// What differs, in lines that begin with `-` and `+`.
        differences: Vec<String>,
    },
    /// What is left to do needs what a session kept that is gone, and nobody can tell what that was.
    #[error("what is left of it needs what its session kept, which is gone: {statement}")]
    Forgotten {
        /// The statement that kept it.
        statement: String,
    },
    /// Its file says something else than when it was begun.
    #[error("its file was changed since it was begun")]
    Edited,
    /// Its file says something else in what is done already.
    #[error("its file was changed in what is done already: {what}")]
    EditedBehind {
        /// What.
        what: String,
    },
    /// Its file is gone.
    #[error("its file is gone")]
    Gone,
    /// It is being put back to where it was begun.
    #[error("it is being put back to where it was begun")]
    Back,
    /// What is asked for has nothing to do with it.
    #[error("what is asked for does not go on with it")]
    NotInPlan,
    /// What is asked for cannot be done beside it.
    #[error("{what} while a revision is in flight")]
    Beside {
        /// What.
        what: &'static str,
    },
    /// What is done of it cannot be undone.
    #[error("what is done of it cannot be undone: {reason}")]
    NoWayBack {
        /// Why not.
        reason: String,
    },
}

impl Unsettled {
    pub(super) fn new(row: &InFlight, why: Why) -> Self {
        Self {
            revision: row.revision.clone(),
            direction: row.direction,
            done: row.position,
            total: row.statements.len(),
            statement: row.statement().map(|statement| statement.sql.clone()),
            why,
        }
    }
}

/// The command that leads that way.
fn command(direction: Direction) -> &'static str {
    match direction {
        Direction::Upgrade => "migrate",
        Direction::Downgrade => "downgrade",
    }
}

impl Diagnose for Unsettled {
    fn diagnostic(&self) -> Diagnostic {
        let command = command(self.direction);
        let help = match &self.why {
            Why::Unclear { .. } => {
                "look at the database; then `limbeck resolve --continue --statement done` if the statement has happened, \
                 `--statement again` if it has not, or `--mark-applied`, `--mark-unapplied` once you have settled it by hand"
                    .to_owned()
            }
            Why::Forgotten { .. } => {
                "`limbeck resolve --rollback` and begin anew; or finish it by hand and `limbeck resolve --mark-applied`. \
                 A value that later statements need is safe in a table, or in one statement with what needs it"
                    .to_owned()
            }
            Why::Edited => "`limbeck resolve --continue` goes on with the file as it is now, if what is done already \
                            still stands in it; or take the edit back"
                .to_owned(),
            Why::EditedBehind { .. } => {
                "take the edit back; or settle the revision by hand and `limbeck resolve --mark-applied`".to_owned()
            }
            Why::Gone => "bring the file back; or `limbeck resolve`, which knows its text".to_owned(),
            Why::Back => "finish that with `limbeck resolve --rollback`".to_owned(),
            Why::NotInPlan | Why::Beside { .. } => {
                format!("go on with it with the same `limbeck {command}` as before, or settle it with `limbeck resolve`")
            }
            Why::NoWayBack { .. } => "go on with `limbeck resolve --continue`; or undo it by hand and `limbeck resolve \
                                      --mark-unapplied`"
                .to_owned(),
        };
        let mut diagnostic =
            Diagnostic::new("unsettled", self.to_string()).with_revision(&self.revision).with_help(help);
        if let Some(statement) = &self.statement {
            diagnostic = diagnostic.with_statement(statement.clone());
        }
        if self.total > 0 {
            diagnostic = diagnostic.with_note(format!(
                "of the {} statements that were planned, {} are done",
                self.total, self.done
            ));
        }
        if let Why::Unclear { differences, .. } = &self.why {
            for line in differences {
                diagnostic = diagnostic.with_note(line.clone());
            }
        }
        diagnostic
    }
}
