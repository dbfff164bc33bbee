use limbeck_core::autogenerate::{observe, propose};
use limbeck_core::diag::{Diagnostic, list};
use limbeck_core::diff::{DiffOptions, Hints};
use limbeck_core::driver::{Access, Dialect};
use limbeck_core::execution::verify_files;
use limbeck_core::graph::{Applied, Graph};
use limbeck_core::history::{History, Standing};
use limbeck_core::operation::Operation;
use limbeck_core::schema::Schema;
use serde_json::{Value, json};

use super::resolve::standing;
use super::rows;
use crate::args::CheckArgs;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::settings::{DatabaseConfig, Settings};
use crate::several::{conclude, gather};
use crate::source::{Pair, SourceKind, Sourced, Sources};
use crate::view::diagnostics_json;

/// `check`
pub(super) async fn run(context: &Context, args: &CheckArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let databases = context.databases(&settings)?;
    let (several, settings) = (databases.len() > 1, &settings);
    let answers = gather(context, &databases, |database| async move {
        one(context, args, settings, database, several).await
    });
    conclude(answers.await)
}

async fn one(
    context: &Context,
    args: &CheckArgs,
    settings: &Settings,
    database: &DatabaseConfig,
    several: bool,
) -> Result<Exit, Failure> {
    let mut found = Found::default();
    let mut history = context.history(database)?;
    let standing = context.graph(&history)?;
    heads(&standing.graph, &mut found);
    models(context, settings, database, &history, &standing, &mut found).await?;
    if !args.offline {
        against_database(context, settings, database, &mut history, &mut found).await?;
    }
    let ok = found.problems.is_empty();
    context.output.object(&json!({
        "database": database.settings.name,
        "ok": ok,
        "problems": found.rows(),
    }));
    let at = if several { format!("[{}] ", database.settings.name) } else { String::new() };
    if ok {
        context.output.say(&format!("{at}everything agrees"));
        return Ok(Exit::Done);
    }
    if several {
        context.output.say(&format!("{at}does not agree"));
    }
    for (problem, operations) in &found.problems {
        context.output.warn(problem);
        for line in operations {
            context.output.answer(&format!("  {line}"));
        }
    }
    Ok(Exit::Found)
}

/// What was found, each with the lines and rows of the operations that would mend it.
#[derive(Default)]
struct Found {
    problems: Vec<(Diagnostic, Vec<String>)>,
    operations: Vec<Vec<Value>>,
}

impl Found {
    fn add(&mut self, problem: Diagnostic) {
        self.problems.push((problem, Vec::new()));
        self.operations.push(Vec::new());
    }

    fn add_difference(&mut self, problem: Diagnostic, operations: &[Operation], before: &Schema) {
        let lines = rows::lines(operations, before);
        self.operations.push(rows::operations(operations, before));
        self.problems.push((problem, lines));
    }

    fn rows(&self) -> Vec<Value> {
        let problems: Vec<Diagnostic> = self.problems.iter().map(|(problem, _)| problem.clone()).collect();
        diagnostics_json(&problems)
            .into_iter()
            .zip(&self.operations)
            .map(|(mut row, operations)| {
                if let (Value::Object(row), false) = (&mut row, operations.is_empty()) {
                    row.insert("operations".to_owned(), operations.clone().into());
                }
                row
            })
            .collect()
    }
}

fn heads(graph: &Graph, found: &mut Found) {
    let heads = graph.heads();
    if heads.len() > 1 {
        found.add(
            Diagnostic::new("multiple-heads", format!("there are {} heads: {}", heads.len(), list(heads)))
                .with_help("join them with `limbeck merge`"),
        );
    }
}

/// Whether the models say what the revisions leave behind.
async fn models(
    context: &Context,
    settings: &Settings,
    database: &DatabaseConfig,
    history: &History,
    standing: &Standing,
    found: &mut Found,
) -> Result<(), Failure> {
    let absent = |text: &String| match SourceKind::parse(text) {
        SourceKind::Rust(path) => !settings.directory.join(path).exists(),
        _ => false,
    };
    // A project of hand-written revisions has no models, and then there is nothing to compare with.
    if context.tables.is_none() && database.models.iter().all(absent) {
        return Ok(());
    }
    let sources = Sources { context, settings, database, history, standing };
    let to = sources.all(&database.models).await?;
    let everything: Applied = standing.graph.order().cloned().collect();
    let from = sources.revisions(&everything).await?;
    let hints = to.hints.clone();
    let pair = sources.alike(from, to).await?;
    let dialect = context.dialect(Some(&database.settings), None)?;
    let operations = difference(settings, &*dialect, &pair, &hints);
    if !operations.is_empty() {
        let problem = Diagnostic::new("models-changed", "the models say something else than the revisions")
            .with_help("write a revision with `limbeck makemigrations`");
        found.add_difference(problem, &operations, &pair.from);
    }
    Ok(())
}

/// Whether the files are as they were applied, and the database is as the applied revisions leave it.
async fn against_database(
    context: &Context,
    settings: &Settings,
    database: &DatabaseConfig,
    history: &mut History,
    found: &mut Found,
) -> Result<(), Failure> {
    let mut session = context.connect(&database.settings, Access::Read).await?;
    let status = context.status_of(&mut session, history).await?;
    if let Some(row) = &status.in_flight {
        found.add(standing(row));
    }
    for (id, location) in verify_files(history, &status) {
        found.add(
            Diagnostic::new("edited-revision", format!("revision {id} was edited after being applied"))
                .with_revision(&id)
                .with_location(location)
                .with_help(format!("take the edit back, or `limbeck stamp {id} --accept-edits`")),
        );
    }
    for id in &status.gone {
        found.add(
            Diagnostic::new("revision-file-gone", format!("revision {id} is applied, but its file is gone"))
                .with_revision(id)
                .with_help("bring the file back, or undo the revision with `limbeck downgrade`"),
        );
    }
    for id in status.standing.graph.missing(&status.standing.applied) {
        if !status.gone.contains(id) {
            found.add(
                Diagnostic::new("unknown-revision", format!("revision {id} is applied and is in no file"))
                    .with_revision(id)
                    .with_help("bring the file back"),
            );
        }
    }
    let driver = context.driver(&database.settings)?;
    let seen = observe(&*driver, &mut *session.connection, &database.settings).await?;
    drop(session);
    let sources = Sources { context, settings, database, history, standing: &status.standing };
    let expected = sources.revisions(&status.standing.applied).await?;
    let pair = sources.alike(expected, Sourced::observed(seen.schema)).await?;
    let dialect = context.dialect(Some(&database.settings), None)?;
    let operations = difference(settings, &*dialect, &pair, &Hints::default());
    if !operations.is_empty() {
        let problem = Diagnostic::new("drift", "the database is not as the applied revisions leave it")
            .with_help("somebody changed it by hand: take that back, or put it into a revision");
        found.add_difference(problem, &operations, &pair.from);
    }
    for left in &seen.unmanaged {
        let kind = left.kind.replace('_', " ");
        context.output.note(&format!("note: {kind} {} is left alone: {}", left.name, left.reason));
    }
    Ok(())
}

fn difference(settings: &Settings, dialect: &dyn Dialect, pair: &Pair, hints: &Hints) -> Vec<Operation> {
    let rules = pair.rules(dialect);
    let options = DiffOptions::unasked(hints, &settings.naming, &rules);
    propose(&pair.from, &pair.to, &options).operations
}
