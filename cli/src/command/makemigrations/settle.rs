//! Asking what only the user knows.

use std::collections::BTreeSet;

use limbeck_core::autogenerate::{Proposal, propose};
use limbeck_core::diag::{Diagnostic, plural};
use limbeck_core::diff::{CastPolicy, DiffOptions, FillPolicy, Guess, Hints, Question};
use limbeck_core::driver::Dialect;
use limbeck_core::ident::Name;
use limbeck_core::operation::Operation;
use limbeck_core::schema::Schema;

use super::One;
use crate::command::rows;
use crate::exit::Failure;
use crate::prompt::{self, Answer};
use crate::settings::Destructive;
use crate::source::Pair;

impl One<'_> {
    /// Asks what the schemas leave open, until nothing is.
    ///
    /// `unborn` are tables that no database has yet: what becomes of their rows need not be asked.
    pub(super) fn settle(
        &self,
        pair: &Pair,
        mut hints: Hints,
        dialect: &dyn Dialect,
        unborn: &BTreeSet<Name>,
    ) -> Result<Proposal, Failure> {
        let rules = pair.rules(dialect);
        let mut declined: Vec<Question> = Vec::new();
        loop {
            let options = DiffOptions {
                hints: &hints,
                naming: &self.settings.naming,
                rules: &rules,
                guess: if self.args.no_rename { Guess::Never } else { Guess::Ask },
                fills: if self.args.no_fill { FillPolicy::Never } else { FillPolicy::Ask },
                // A value that does not fit makes the step fail, and nothing is lost.
                casts: if self.context.output.interactive { CastPolicy::Ask } else { CastPolicy::Try },
                declined: &declined,
            };
            let proposal = propose(&pair.from, &pair.to, &options);
            let Some(question) = proposal.questions.first() else {
                for note in &proposal.notes {
                    self.context.output.note(&format!("note: {note}"));
                }
                return Ok(proposal);
            };
            if of_unborn(question, unborn) {
                declined.push(question.clone());
                continue;
            }
            if self.args.check {
                // That there is something to ask is a difference.
                return Ok(proposal);
            }
            if !self.context.output.interactive {
                return Err(unanswered(&proposal.questions));
            }
            let suggestion = match question {
                Question::Fill { table, column } => pair
                    .to
                    .table(table)
                    .and_then(|table| table.column(column))
                    .and_then(|column| dialect.stand_in(column)),
                _ => None,
            };
            match prompt::ask(question, dialect.lexical(), suggestion.as_deref())? {
                Answer::Hints(answer) => hints.extend(answer),
                Answer::No => declined.push(question.clone()),
            }
        }
    }

    /// Says what the revision would lose in a database with rows, and asks where somebody can answer.
    pub(super) fn accept_losses(&self, before: &Schema, operations: &[Operation]) -> Result<(), Failure> {
        let losses = rows::losses(operations, before);
        if losses.is_empty() || self.settings.destructive == Destructive::Allow {
            return Ok(());
        }
        let output = self.context.output;
        let count = plural(losses.len(), "operation");
        let warning = Diagnostic::new("destructive", format!("{count} of this revision would lose data"));
        output.warn(&losses.into_iter().fold(warning, |warning, loss| warning.with_note(loss.to_string())));
        if self.args.dry_run || self.context.global.yes || !output.interactive {
            return Ok(());
        }
        if prompt::confirm("Write the revision?")? {
            return Ok(());
        }
        Err(Failure::new(
            Diagnostic::new("declined", "nothing was written")
                .with_help("what was renamed is told by `renamed_from` in the models, or by `--rename`"),
        ))
    }
}

/// The questions that nobody is there to answer, with the flags that do.
fn unanswered(questions: &[Question]) -> Failure {
    let rows = questions
        .iter()
        .map(|question| {
            let mut flags = vec![format!("`{}`", question.flag())];
            if let Some(no) = question.flag_for_no() {
                flags.push(format!("`{no}`"));
            }
            Diagnostic::new("question", question.to_string())
                .with_help(format!("answer with {}", flags.join(" or ")))
        })
        .collect();
    Failure::all(rows)
}

/// Whether a question is about rows of a table that no database has yet.
fn of_unborn(question: &Question, unborn: &BTreeSet<Name>) -> bool {
    match question {
        Question::RenameTable { from, .. } => unborn.contains(from),
        Question::RenameColumn { table, .. }
        | Question::Fill { table, .. }
        | Question::Using { table, .. } => unborn.contains(table),
    }
}
