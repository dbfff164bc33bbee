//! Questions to somebody at a terminal.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use dialoguer::{Confirm, Input};
use limbeck_core::diag::Diagnostic;
use limbeck_core::diff::{ColumnRename, Hints, Question, TableRename};
use limbeck_core::schema::Sql;
use limbeck_core::sql::{LexicalRules, statements};

use crate::exit::{Exit, Failure};

/// What somebody said to a question.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// This, to be taken into account from now on.
    Hints(Hints),
    /// No: it is not to be asked again.
    No,
}

/// Whether somebody is being asked something.
static OPEN: AtomicBool = AtomicBool::new(false);

/// Whether somebody is being asked something at this moment.
pub(crate) fn is_open() -> bool {
    OPEN.load(Ordering::SeqCst)
}

/// Waits for an answer.
fn wait<T>(answer: impl FnOnce() -> dialoguer::Result<T>) -> Result<T, Failure> {
    OPEN.store(true, Ordering::SeqCst);
    let answer = answer();
    OPEN.store(false, Ordering::SeqCst);
    answer.map_err(|_| stopped())
}

/// Asks what the schemas leave open. `suggestion` is SQL that would do where a value is asked for.
///
/// # Errors
/// If somebody wants to stop: by choosing to quit, or by Ctrl-C.
pub(crate) fn ask(
    question: &Question,
    rules: &LexicalRules,
    suggestion: Option<&str>,
) -> Result<Answer, Failure> {
    let mut hints = Hints::default();
    match question {
        Question::RenameTable { from, to, .. } => {
            if !confirm(&question.to_string())? {
                return Ok(Answer::No);
            }
            hints.tables.push(TableRename { from: from.clone(), to: to.clone() });
        }
        Question::RenameColumn { table, from, to } => {
            if !confirm(&question.to_string())? {
                return Ok(Answer::No);
            }
            hints.columns.push(ColumnRename { table: table.clone(), from: from.clone(), to: to.clone() });
        }
        Question::Fill { table, column } => {
            let choices = [
                "a value that I give now (SQL, for this revision only)",
                "nothing here: I see to it myself",
                "quit, to write `fill_sql` or a default into the models",
            ];
            if choose(&question.to_string(), &choices)? == 1 {
                return Ok(Answer::No);
            }
            let sql = sql(&format!("{table}.{column} ="), rules, suggestion)?;
            hints.fills.insert((table.clone(), column.clone()), sql);
        }
        Question::Using { table, column, .. } => {
            let choices = [
                "as I say now (SQL with the old column in it)",
                "as the database sees fit, if it does",
                "quit",
            ];
            if choose(&question.to_string(), &choices)? == 1 {
                return Ok(Answer::No);
            }
            let sql = sql(&format!("{table}.{column} ="), rules, None)?;
            hints.using.insert((table.clone(), column.clone()), sql);
        }
    }
    Ok(Answer::Hints(hints))
}

/// Yes or no, and no for Enter alone.
pub(crate) fn confirm(text: &str) -> Result<bool, Failure> {
    // An Enter after the letter must not be the answer to the next question.
    wait(|| Confirm::new().with_prompt(text).default(false).wait_for_newline(true).interact())
}

/// One of several choices, by its number; the last one is to quit.
fn choose(text: &str, choices: &[&str]) -> Result<usize, Failure> {
    let mut lines = text.to_owned();
    for (index, choice) in choices.iter().enumerate() {
        lines.push_str(&format!("\n  {}) {choice}", index + 1));
    }
    // The prompts are on standard error, too. What cannot be shown, the prompt itself will stumble over.
    let _ = writeln!(io::stderr().lock(), "{lines}");
    let last = choices.len();
    let input = Input::new().with_prompt("Your choice").validate_with(|number: &usize| {
        if (1..=last).contains(number) { Ok(()) } else { Err(format!("a number from 1 to {last}")) }
    });
    let chosen = wait(|| input.interact_text())?;
    if chosen == last {
        return Err(Failure::new(
            Diagnostic::new("declined", "nothing was written")
                .with_help("run the command again when the models say what is missing"),
        ));
    }
    Ok(chosen - 1)
}

/// An expression that can be cut into tokens.
fn sql(text: &str, rules: &LexicalRules, suggestion: Option<&str>) -> Result<Sql, Failure> {
    let mut input =
        Input::<String>::new().with_prompt(text).validate_with(|sql: &String| match statements(rules, sql) {
            Ok(parts) if parts.len() == 1 => Ok(()),
            Ok(parts) if parts.is_empty() => Err("an SQL expression, such as 0 or 'none'".to_owned()),
            Ok(_) => Err("one expression, without a semicolon".to_owned()),
            Err(error) => Err(error.to_string()),
        });
    if let Some(suggestion) = suggestion {
        input = input.default(suggestion.to_owned());
    }
    let sql = wait(|| input.interact_text())?;
    Ok(Sql::from(sql.trim()))
}

/// What Ctrl-C at a question, or the end of the input, comes to.
pub(crate) fn stopped() -> Failure {
    Failure::new(
        Diagnostic::new("interrupted", "interrupted at a question")
            .with_help("nothing was done; run the command again, or answer with flags"),
    )
    .with_exit(Exit::Interrupted)
}
