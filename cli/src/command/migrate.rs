use std::collections::BTreeSet;

use limbeck_core::diag::{Diagnostic, list, plural};
use limbeck_core::driver::Access;
use limbeck_core::execution::{
    Approval, ExecutionError, Outcome, Prepared, RunOptions, Session, Status, Transactions, announced_losses,
    prepare, run as execute,
};
use limbeck_core::graph::{Applied, Graph, Specifier};
use limbeck_core::history::History;
use limbeck_core::ident::RevisionId;
use limbeck_core::plan::{Direction, PlanError, Step, upgrade};
use serde_json::json;

use super::progress::{Bars, Progress};
use super::{initial, rows, script};
use crate::args::{MigrateArgs, RunArgs};
use crate::context::{Context, execution_failure, specifier};
use crate::exit::{Exit, Failure};
use crate::prompt;
use crate::settings::{DatabaseConfig, Destructive, Settings, Transaction};
use crate::several::{Histories, conclude, gather};
use crate::source::Sources;

/// What a plan is made from.
pub(super) type Planner<'a> = dyn Fn(&Status) -> Result<Vec<Step>, PlanError> + Sync + 'a;

/// `migrate`
pub(super) async fn run(context: &Context, args: &MigrateArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    if args.sql {
        return script::run(context, &settings, &args.revisions, Direction::Upgrade);
    }
    let mut targets = Vec::new();
    for text in &args.revisions {
        targets.push(specifier(text)?);
    }
    if targets.is_empty() {
        targets.push(Specifier::heads());
    }
    let planner = |status: &Status| upgrade(&status.standing.graph, &status.standing.applied, &targets);
    let run = RunArgs { fake_initial: args.fake_initial, ..args.run.clone() };
    each(context, &settings, &run, Direction::Upgrade, &targets, &planner).await
}

/// Plans and runs on every chosen database; one that fails neither stops nor hides the others.
pub(super) async fn each(
    context: &Context,
    settings: &Settings,
    args: &RunArgs,
    direction: Direction,
    targets: &[Specifier],
    planner: &Planner<'_>,
) -> Result<Exit, Failure> {
    let databases = context.databases(settings)?;
    let several = databases.len() > 1;
    let (histories, bars) = (Histories::default(), Bars::new(context.global.jobs > 1 && several));
    let one = One {
        context,
        settings,
        args,
        direction,
        targets,
        planner,
        several,
        histories: &histories,
        bars: &bars,
    };
    let one = &one;
    let answers =
        gather(context, &databases, |database| async move { one.run(database).await.map(|()| Exit::Done) })
            .await;
    conclude(answers)
}

/// A run on one database.
struct One<'a> {
    context: &'a Context,
    settings: &'a Settings,
    args: &'a RunArgs,
    direction: Direction,
    targets: &'a [Specifier],
    planner: &'a Planner<'a>,
    several: bool,
    histories: &'a Histories,
    bars: &'a Bars,
}

impl One<'_> {
    async fn run(&self, database: &DatabaseConfig) -> Result<(), Failure> {
        let context = self.context;
        let mut history = self.histories.of(context, database)?;
        // What is wrong with the files is said before anything is opened or made.
        context.graph(&history)?;
        self.databases_are_known(&history)?;
        let mut database_settings = database.settings.clone();
        if let Some(timeout) = self.args.lock_timeout {
            database_settings.lock_timeout = Some(timeout).filter(|timeout| !timeout.is_zero());
        }
        if let Some(wait) = self.args.wait {
            database_settings.wait = wait;
        }
        if self.args.plan {
            return self.plan(database, &mut history).await;
        }
        let mut options = RunOptions {
            transactions: match (self.args.single_transaction, self.settings.transaction) {
                (true, _) | (_, Transaction::All) => Transactions::All,
                (false, Transaction::Revision) => Transactions::PerRevision,
                (false, Transaction::None) => Transactions::None,
            },
            fake: self.args.fake,
            there_already: BTreeSet::new(),
            count_losses: self.announces(),
            dry_run: self.args.dry_run,
            applied_by: Context::who(),
        };
        // Neither leaves a file behind where there was none.
        let empty = self.direction == Direction::Downgrade || self.args.dry_run;
        let access = if empty { Access::Read } else { Access::Write };
        let mut session = context.connect(&database_settings, access).await?;
        if self.args.fake_initial {
            options.there_already = self.there_already(database, &mut session, &mut history).await?;
        }
        let name = self.several.then_some(database.settings.name.as_str());
        let progress = Progress::new(context.output, name, self.bars);
        let mut approve = |steps: &[Prepared]| self.approve(&database.settings.name, steps);
        let Outcome { done, result } = execute(
            &mut session,
            &mut history,
            self.planner,
            &options,
            &mut approve,
            &progress,
            &context.interrupt,
        )
        .await;
        drop(progress);
        let steps: Vec<_> = done.iter().map(rows::done).collect();
        context.output.object(&json!({ "database": database.settings.name, "steps": steps }));
        result.map_err(|error| match error {
            // Ctrl-C at the question is no answer to it.
            ExecutionError::Declined if context.interrupt.is_requested() => {
                let state = "nothing was done".to_owned();
                execution_failure(&history, &ExecutionError::Interrupted { state })
            }
            error => execution_failure(&history, &error),
        })?;
        self.conclude(database, &mut session, &mut history, done.len()).await?;
        context.idle.keep(session);
        Ok(())
    }

    /// A revision for databases none of which is configured would be recorded everywhere and run nowhere.
    fn databases_are_known(&self, history: &History) -> Result<(), Failure> {
        let known = &self.settings.databases;
        for revision in history.iter().filter(|revision| !revision.databases.is_empty()) {
            let is_known = |name: &String| known.contains_key(name) || self.settings.many.contains(name);
            if !revision.databases.iter().any(is_known) {
                let names = list(&revision.databases);
                return Err(Failure::new(
                    Diagnostic::new(
                        "unknown-database",
                        format!(
                            "revision {} is for {names}, which the configuration does not have",
                            revision.id
                        ),
                    )
                    .with_revision(&revision.id)
                    .with_location(revision.location())
                    .with_help(
                        "name the database in limbeck.toml, or with `--url` say which it is: `-d NAME`",
                    ),
                ));
            }
        }
        Ok(())
    }

    async fn plan(&self, database: &DatabaseConfig, history: &mut History) -> Result<(), Failure> {
        let context = self.context;
        let status = context.status(database, history).await?;
        let steps = (self.planner)(&status)?;
        let dialect = context.dialect(Some(&database.settings), None)?;
        let prepared = prepare(&*dialect, history, &status.standing, &steps, Some(&database.settings.name))
            .map_err(|error| execution_failure(history, &error))?;
        let rows: Vec<_> = prepared.iter().map(rows::planned).collect();
        context.output.object(&json!({ "database": database.settings.name, "steps": rows }));
        if self.several {
            context.output.say(&format!("{}:", database.settings.name));
        }
        if prepared.is_empty() {
            context.output.say("nothing to do");
        }
        for step in &prepared {
            let verb = match step.step.direction {
                Direction::Upgrade => "apply",
                Direction::Downgrade => "undo",
            };
            context.output.answer(&format!("{verb} {}  {}", step.step.revision, step.revision.message));
            for description in &step.descriptions {
                context.output.answer(&format!("    {description}"));
            }
            for (_, loss) in &step.losses {
                context.output.answer(&format!("    loses data: {}", loss.what));
            }
        }
        Ok(())
    }

    /// Whether what would be lost is announced.
    fn announces(&self) -> bool {
        !(self.args.fake || self.settings.destructive == Destructive::Allow || self.args.dry_run)
    }

    /// Which of the first revisions that are to be applied the database has already, made by somebody else.
    async fn there_already(
        &self,
        database: &DatabaseConfig,
        session: &mut Session,
        history: &mut History,
    ) -> Result<BTreeSet<RevisionId>, Failure> {
        let status = self.context.status_of(session, history).await?;
        let steps = (self.planner)(&status)?;
        let sources = Sources {
            context: self.context,
            settings: self.settings,
            database,
            history,
            standing: &status.standing,
        };
        initial::there_already(&sources, session, &steps).await
    }

    /// Announces what would be lost, and asks where somebody can answer.
    fn approve(&self, database: &str, steps: &[Prepared]) -> Approval {
        if !self.announces() {
            return Approval::Go;
        }
        let losses = announced_losses(steps);
        if losses.is_empty() {
            return Approval::Go;
        }
        if self.settings.destructive == Destructive::Forbid && !self.args.allow_destructive {
            return Approval::Forbid;
        }
        let mut warning =
            Diagnostic::new("destructive", format!("{} would lose data", plural(losses.len(), "operation")));
        if self.several {
            warning = warning.with_note(format!("database: {database}"));
        }
        for loss in losses {
            warning = warning.with_note(loss);
        }
        self.bars.aside(|| self.context.output.warn(&warning));
        if self.args.allow_destructive || self.context.global.yes || !self.context.output.interactive {
            return Approval::Go;
        }
        match self.bars.aside(|| prompt::confirm("Go on?")) {
            Ok(true) => Approval::Go,
            Ok(false) => Approval::Decline,
            Err(_) => {
                self.context.interrupt.request();
                Approval::Decline
            }
        }
    }

    async fn conclude(
        &self,
        database: &DatabaseConfig,
        session: &mut Session,
        history: &mut History,
        done: usize,
    ) -> Result<(), Failure> {
        let output = self.context.output;
        let at = if self.several { format!("[{}] ", database.settings.name) } else { String::new() };
        let say = |line: &str| self.bars.aside(|| output.say(line));
        if self.args.dry_run {
            say(&format!("{at}{} tried and rolled back", plural(done, "revision")));
            return Ok(());
        }
        if done > 0 {
            return Ok(());
        }
        say(&format!("{at}nothing to do"));
        if self.direction == Direction::Upgrade {
            let status = self.context.status_of(session, history).await?;
            if let Some(target) = self.lies_behind(&status.standing.graph, &status.standing.applied) {
                say(&format!(
                    "{target} is applied already, with revisions after it; to go back: `limbeck downgrade {target}`"
                ));
            }
        }
        Ok(())
    }

    /// The target, if it is an applied revision with applied ones after it.
    fn lies_behind(&self, graph: &Graph, applied: &Applied) -> Option<String> {
        self.targets.iter().find_map(|target| {
            let revisions = graph.resolve(target, applied).ok()?.revisions(graph);
            let [revision] = revisions.as_slice() else { return None };
            let later = graph.children(revision).into_iter().any(|child| applied.contains(child));
            later.then(|| target.to_string())
        })
    }
}
