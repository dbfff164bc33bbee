use std::collections::BTreeSet;

use limbeck_core::autogenerate::{comparison, observe, propose, scratch};
use limbeck_core::diag::{Diagnose, Diagnostic, plural};
use limbeck_core::diff::{DiffOptions, Hints};
use limbeck_core::execution::{
    Approval, ExecutionError, Outcome, RunOptions, Session, Silent, Status, run as execute,
};
use limbeck_core::graph::{Applied, Reach};
use limbeck_core::history::{History, Standing};
use limbeck_core::ident::RevisionId;
use limbeck_core::plan::{Direction, Step};
use limbeck_core::revision::{Downgrade, Revision};
use limbeck_core::schema::Schema;
use serde_json::{Value, json};

use super::new_revision::resolve_all;
use super::rows;
use crate::args::TestArgs;
use crate::context::{Context, execution_failure};
use crate::exit::{Exit, Failure};
use crate::settings::{DatabaseConfig, Settings};
use crate::view::diagnostics_json;

/// `test`
pub(super) async fn run(context: &Context, args: &TestArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let mut exit = Exit::Done;
    for database in context.databases(&settings)? {
        let mut history = context.history(database)?;
        let standing = context.graph(&history)?;
        let graph = &standing.graph;
        let chosen: Vec<RevisionId> = if args.revisions.is_empty() {
            graph.order().cloned().collect()
        } else {
            resolve_all(graph, &args.revisions)?
        };
        let driver = context.driver(&database.settings)?;
        let place = scratch(&driver, &database.settings).await?;
        let trials = {
            let connection = place.acquire().await?;
            let dialect = driver.dialect(connection.server());
            let mut session = Session::over(connection, dialect, driver.clone(), database.settings.clone());
            session.functions = context.functions.clone();
            let mut bench = Bench { context, settings: &settings, database, session };
            bench.all(&mut history, &standing, &chosen).await
        };
        // The database goes, whatever came of it.
        place.discard().await.map_err(ExecutionError::from)?;
        let trials = trials?;
        let output = context.output;
        let rows: Vec<Value> = trials.iter().map(Trial::row).collect();
        output.object(&json!({ "database": database.settings.name, "revisions": rows }));
        for trial in &trials {
            if trial.problems.is_empty() {
                let way = if trial.reversible { "up, down and up again" } else { "up; it cannot be undone" };
                output.say(&format!("ok     {}  {way}", trial.revision));
                continue;
            }
            exit = Exit::Found;
            output.say(&format!("failed {}", trial.revision));
            for problem in &trial.problems {
                output.warn(problem);
            }
        }
        let failed = trials.iter().filter(|trial| !trial.problems.is_empty()).count();
        output.say(&format!("{} tested, {failed} failed", plural(trials.len(), "revision")));
    }
    Ok(exit)
}

/// What came of one revision.
struct Trial {
    revision: RevisionId,
    reversible: bool,
    problems: Vec<Diagnostic>,
}

impl Trial {
    fn row(&self) -> Value {
        json!({
            "revision": self.revision,
            "ok": self.problems.is_empty(),
            "reversible": self.reversible,
            "problems": diagnostics_json(&self.problems),
        })
    }
}

/// A scratch database in which revisions are tried.
struct Bench<'a> {
    context: &'a Context,
    settings: &'a Settings,
    database: &'a DatabaseConfig,
    session: Session,
}

impl Bench<'_> {
    /// Applies what the chosen revisions need, and tries each of them where it stands.
    async fn all(
        &mut self,
        history: &mut History,
        standing: &Standing,
        chosen: &[RevisionId],
    ) -> Result<Vec<Trial>, Failure> {
        let graph = &standing.graph;
        let chosen: BTreeSet<RevisionId> = chosen.iter().cloned().collect();
        let needed: Applied = graph.ancestors(&chosen, Reach::Needs);
        let mut trials = Vec::new();
        for id in graph.order().filter(|id| needed.contains(*id)) {
            let Some(revision) = history.get(id).cloned() else { continue };
            let result = if chosen.contains(id) {
                self.one(history, &revision).await?
            } else {
                self.step(history, id, Direction::Upgrade).await?.map(|()| Vec::new())
            };
            let reversible = revision.downgrade != Downgrade::Irreversible;
            match result {
                Ok(problems) if chosen.contains(id) => {
                    let sound = problems.is_empty();
                    trials.push(Trial { revision: id.clone(), reversible, problems });
                    // What comes after it would stand on something that no database has.
                    if !sound {
                        break;
                    }
                }
                Ok(_) => {}
                Err(problem) => {
                    trials.push(Trial { revision: id.clone(), reversible, problems: vec![problem] });
                    break;
                }
            }
        }
        Ok(trials)
    }

    /// Up, down and up again. The inner error is that of a revision which cannot be applied.
    async fn one(
        &mut self,
        history: &mut History,
        revision: &Revision,
    ) -> Result<Result<Vec<Diagnostic>, Diagnostic>, Failure> {
        let id = &revision.id;
        let before = self.look().await?;
        if let Err(problem) = self.step(history, id, Direction::Upgrade).await? {
            return Ok(Err(problem));
        }
        let mut problems = Vec::new();
        if revision.downgrade == Downgrade::Irreversible {
            return Ok(Ok(problems));
        }
        let after = self.look().await?;
        match self.step(history, id, Direction::Downgrade).await? {
            Ok(()) => {}
            // A way back that cannot be derived is no way back: the file does not promise one.
            Err(problem) if problem.code == "irreversible" && revision.downgrade == Downgrade::Auto => {
                return Ok(Ok(problems));
            }
            Err(problem) => return Ok(Ok(vec![problem])),
        }
        let undone = self.look().await?;
        problems.extend(self.differs(
            revision,
            "its way back does not lead to where it began",
            &before,
            &undone,
        ));
        if let Err(problem) = self.step(history, id, Direction::Upgrade).await? {
            problems.push(problem);
            return Ok(Ok(problems));
        }
        let again = self.look().await?;
        problems.extend(self.differs(revision, "the second time it leaves another schema", &after, &again));
        Ok(Ok(problems))
    }

    async fn look(&mut self) -> Result<Schema, Failure> {
        let driver = self.session.driver.clone();
        Ok(observe(&*driver, &mut *self.session.connection, &self.database.settings).await?.schema)
    }

    fn differs(&self, revision: &Revision, what: &str, from: &Schema, to: &Schema) -> Option<Diagnostic> {
        // Where a column that comes back stands, no file promises.
        let rules = comparison(&*self.session.dialect, false);
        let hints = Hints::default();
        let options = DiffOptions::unasked(&hints, &self.settings.naming, &rules);
        let differences = propose(from, to, &options).operations;
        if differences.is_empty() {
            return None;
        }
        let problem = Diagnostic::new("round-trip", format!("revision {}: {what}", revision.id))
            .with_revision(&revision.id)
            .with_location(revision.location())
            .with_help("correct the `[[downgrade]]` steps; or take them out, so that they are derived");
        Some(rows::lines(&differences, from).into_iter().fold(problem, Diagnostic::with_note))
    }

    /// One revision up or down. The inner error is the revision's own.
    async fn step(
        &mut self,
        history: &mut History,
        id: &RevisionId,
        direction: Direction,
    ) -> Result<Result<(), Diagnostic>, Failure> {
        let steps = [Step { revision: id.clone(), direction }];
        let plan = |_: &Status| Ok(steps.to_vec());
        let options = RunOptions { applied_by: Context::who(), ..RunOptions::default() };
        let mut approve = |_: &[limbeck_core::execution::Prepared]| Approval::Go;
        let interrupt = &self.context.interrupt;
        let Outcome { result, .. } =
            execute(&mut self.session, history, &plan, &options, &mut approve, &Silent, interrupt).await;
        match result {
            Ok(()) => Ok(Ok(())),
            Err(error @ ExecutionError::Interrupted { .. }) => Err(execution_failure(history, &error)),
            Err(error) => Ok(Err(error.diagnostic())),
        }
    }
}
