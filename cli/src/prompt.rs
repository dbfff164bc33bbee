//! Questions to somebody at a terminal.

use dialoguer::{Confirm, Input};
use limbeck_core::diag::Diagnostic;
use limbeck_core::diff::{ColumnRename, Hints, Question, TableRename};
use limbeck_core::schema::Sql;

use crate::exit::{Exit, Failure};

/// Asks what the schemas leave open; `None` for no.
pub(crate) fn ask(question: &Question) -> Result<Option<Hints>, Failure> {
    let mut hints = Hints::default();
    match question {
        Question::RenameTable { from, to, .. } => {
            if !yes(&question.to_string())? {
                return Ok(None);
            }
            hints.tables.push(TableRename { from: from.clone(), to: to.clone() });
        }
        Question::RenameColumn { table, from, to } => {
            if !yes(&question.to_string())? {
                return Ok(None);
            }
            hints.columns.push(ColumnRename { table: table.clone(), from: from.clone(), to: to.clone() });
        }
        Question::Fill { table, column } => match sql(&question.to_string())? {
            Some(sql) => drop(hints.fills.insert((table.clone(), column.clone()), sql)),
            None => return Ok(None),
        },
        Question::Using { table, column, .. } => match sql(&question.to_string())? {
            Some(sql) => drop(hints.using.insert((table.clone(), column.clone()), sql)),
            None => return Ok(None),
        },
    }
    Ok(Some(hints))
}

fn yes(text: &str) -> Result<bool, Failure> {
    Confirm::new().with_prompt(text).default(false).interact().map_err(|error| stopped(&error))
}

fn sql(text: &str) -> Result<Option<Sql>, Failure> {
    let answer: String = Input::new()
        .with_prompt(format!("{text} (SQL; nothing: leave it out)"))
        .allow_empty(true)
        .interact_text()
        .map_err(|error| stopped(&error))?;
    let answer = answer.trim();
    Ok(if answer.is_empty() { None } else { Some(Sql::from(answer)) })
}

fn stopped(error: &dialoguer::Error) -> Failure {
    Failure::new(Diagnostic::new("interrupted", format!("no answer: {error}"))).with_exit(Exit::Interrupted)
}
