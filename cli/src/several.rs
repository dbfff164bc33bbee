//! One command on several databases: at most `--jobs` of them at once, and each to its end, whatever becomes of the others.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use futures_util::{StreamExt, stream};
use limbeck_core::diag::{Diagnostic, plural};
use limbeck_core::execution::Status;
use limbeck_core::history::History;

use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::settings::DatabaseConfig;

/// What came of the work on one database; `None` if it was not begun, because somebody wants to stop.
pub(crate) type Answer<'a, T> = (&'a DatabaseConfig, Option<Result<T, Failure>>);

/// Works on each of `databases`, at most `--jobs` at once, and gives back what came of each in their order.
pub(crate) async fn gather<'a, T, F>(
    context: &Context,
    databases: &[&'a DatabaseConfig],
    work: impl Fn(&'a DatabaseConfig) -> F,
) -> Vec<Answer<'a, T>>
where
    F: Future<Output = Result<T, Failure>>,
{
    let work = &work;
    let jobs = databases.iter().enumerate().map(|(index, database)| async move {
        if context.interrupt.is_requested() {
            return (index, None);
        }
        (index, Some(work(database).await))
    });
    // As they end: a database that takes long keeps no other from being begun.
    let mut ended: Vec<_> =
        stream::iter(jobs).buffer_unordered(usize::from(context.global.jobs)).collect().await;
    ended.sort_by_key(|(index, _)| *index);
    ended.into_iter().map(|(index, answer)| (databases[index], answer)).collect()
}

/// Reads the record of each of `databases`, beside its revisions.
pub(crate) async fn read_all<'a>(
    context: &Context,
    databases: &[&'a DatabaseConfig],
) -> Vec<Answer<'a, (History, Status)>> {
    let histories = Histories::default();
    let histories = &histories;
    gather(context, databases, |database| async move {
        let mut history = histories.of(context, database)?;
        let status = context.status(database, &mut history).await?;
        Ok((history, status))
    })
    .await
}

/// How the whole ended: as the worst of its parts, with all that is wrong, each with the name of its database.
pub(crate) fn conclude(answers: Vec<Answer<'_, Exit>>) -> Result<Exit, Failure> {
    let total = answers.len();
    let (mut exit, mut diagnostics, mut failed, mut left) = (Exit::Done, Vec::new(), Vec::new(), Vec::new());
    for (database, answer) in answers {
        let name = database.settings.name.as_str();
        match answer {
            Some(Ok(one)) => exit = exit.max(one),
            Some(Err(failure)) => {
                exit = exit.max(failure.exit);
                failed.push(name);
                let named = |problem: Diagnostic| match total {
                    1 => problem,
                    _ => problem.with_note(format!("database: {name}")),
                };
                diagnostics.extend(failure.diagnostics.into_iter().map(named));
            }
            None => left.push(name),
        }
    }
    if !left.is_empty() {
        exit = exit.max(Exit::Interrupted);
        let message = format!("{} not begun: {}", plural(left.len(), "database"), few(&left));
        diagnostics.push(Diagnostic::new("interrupted", message));
    }
    if diagnostics.is_empty() {
        return Ok(exit);
    }
    if total > 1 && !failed.is_empty() {
        let message = format!("{} of {total} databases failed: {}", failed.len(), few(&failed));
        let done = total - failed.len() - left.len();
        let rest = match done {
            0 => "none is done".to_owned(),
            1 => "the other one is done".to_owned(),
            done => format!("the other {done} are done"),
        };
        diagnostics.push(
            Diagnostic::new("databases-failed", message).with_note(rest).with_help(
                "mend what is wrong and run the same command again: what is done is not done again",
            ),
        );
    }
    Err(Failure::all(diagnostics).with_exit(exit))
}

/// The first of many names.
pub(crate) fn few(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let mut text = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}

/// The revisions of databases, read once for each set of folders.
#[derive(Debug, Default)]
pub(crate) struct Histories(Mutex<BTreeMap<Vec<PathBuf>, History>>);

impl Histories {
    /// The revisions of a database.
    pub(crate) fn of(&self, context: &Context, database: &DatabaseConfig) -> Result<History, Failure> {
        // Nothing can panic while it is held.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(history) = known.get(&database.migrations) {
            return Ok(history.clone());
        }
        let history = context.history(database)?;
        known.insert(database.migrations.clone(), history.clone());
        Ok(history)
    }
}
