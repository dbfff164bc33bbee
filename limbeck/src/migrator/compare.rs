//! What compares: models, revisions and database.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::autogenerate::{
    Proposal, comparison, materialise, materialise_beside, observe, propose, rerun, reword,
};
use limbeck_core::diag::{Diagnose, Diagnostic, list};
use limbeck_core::diff::{DiffOptions, Hints, complete, message};
use limbeck_core::execution::{Session, replay, verify_files};
use limbeck_core::graph::Applied;
use limbeck_core::history::{History, Standing};
use limbeck_core::ident::{Name, RevisionId};
use limbeck_core::operation::Operation;
use limbeck_core::revision::{Downgrade, FileTemplate, Format, Revision, stands_for, write, write_new};
use limbeck_core::schema::{Naming, Schema};
use limbeck_models::Declared;

use super::Migrator;
use crate::Error;
use crate::database::On;

/// How new files are named; limbeck.toml can say otherwise for the command line.
const FILE_TEMPLATE: &str = "{year}_{month}_{day}_{hour}{minute}-{revision}_{slug}";

/// A revision that was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The revision.
    pub revision: Revision,
    /// Its file.
    pub file: PathBuf,
}

/// Two schemas that are compared.
struct Pair {
    from: Schema,
    to: Schema,
    hints: Hints,
    tables_only: bool,
    ordered: bool,
}

impl Migrator {
    pub(super) fn folder(&self) -> Result<&Path, Error> {
        self.revisions.folder().ok_or_else(|| {
            Error::unsupported(
                "these revisions are in no folder",
                "make the migrator with `Revisions::directory(…)` where revisions are written",
            )
        })
    }

    /// Compares the application's tables with the revisions and writes what differs into a new revision, with `message`
    /// or one that is made from the operations. `None`: nothing differs.
    ///
    /// # Errors
    /// [`Error::Questions`] where only a person can know, for instance whether something was renamed: the models answer
    /// that with `renamed_from`, `fill_sql` and `using_sql`. Also if no tables were given, or there are several heads.
    pub async fn makemigrations<'a>(
        &self,
        on: impl Into<On<'a>>,
        message: Option<&str>,
    ) -> Result<Option<Made>, Error> {
        let folder = self.folder()?.to_path_buf();
        let declared = self.declared()?.ok_or_else(|| {
            Error::unsupported("the migrator knows no tables", "give it them: `.tables(limbeck::tables![…])`")
        })?;
        self.with(on.into(), async move |session, history| {
            let standing = history.standing(&Applied::new())?;
            let parents: Vec<RevisionId> = standing.graph.heads().into_iter().cloned().collect();
            if parents.len() > 1 {
                return Err(Error::unsupported(
                    format!("there are {} heads: {}", parents.len(), list(&parents)),
                    "join them with `limbeck merge`",
                ));
            }
            let pair = self.models_and_revisions(session, history, &standing, declared).await?;
            let (proposal, dialect) = (self.proposal(session, &pair, true), session.dialect.name());
            if !proposal.questions.is_empty() {
                return Err(Error::Questions(proposal.questions.iter().map(ToString::to_string).collect()));
            }
            if proposal.operations.is_empty() {
                return Ok(None);
            }
            tracing::debug!(dialect, operations = proposal.operations.len(), "the models have changed");
            Ok(Some(store(&folder, parents, message, proposal)?))
        })
        .await
    }

    /// Whether models, revisions and database agree, and all that does not: several heads, models that say something
    /// else, files that were edited after they were applied or are gone, a database that somebody changed.
    ///
    /// # Errors
    /// If something cannot be looked at.
    pub async fn check<'a>(&self, on: impl Into<On<'a>>) -> Result<Vec<Diagnostic>, Error> {
        let declared = self.declared()?;
        self.with(on.into(), async move |session, history| {
            let status = session.status(history).await?;
            let mut problems = Vec::new();
            let heads = status.standing.graph.heads();
            if heads.len() > 1 {
                let message = format!("there are {} heads: {}", heads.len(), list(heads));
                problems.push(
                    Diagnostic::new("multiple-heads", message).with_help("join them with `limbeck merge`"),
                );
            }
            if let Some(row) = &status.in_flight {
                let message = format!("revision {} is in flight ({})", row.revision, row.direction);
                problems.push(
                    Diagnostic::new("revision-in-flight", message)
                        .with_revision(&row.revision)
                        .with_help("go on with the same command, or see `limbeck resolve`"),
                );
            }
            for (id, location) in verify_files(history, &status) {
                problems.push(
                    Diagnostic::new(
                        "edited-revision",
                        format!("revision {id} was edited after being applied"),
                    )
                    .with_revision(&id)
                    .with_location(location)
                    .with_help(format!("take the edit back, or `limbeck stamp {id} --accept-edits`")),
                );
            }
            for id in status.standing.graph.missing(&status.standing.applied) {
                let message = format!("revision {id} is applied, but its file is gone");
                problems.push(
                    Diagnostic::new("revision-file-gone", message)
                        .with_revision(id)
                        .with_help("bring the file back, or undo the revision with `limbeck downgrade`"),
                );
            }
            if let Some(declared) = declared {
                let standing = history.standing(&Applied::new())?;
                let pair = self.models_and_revisions(session, history, &standing, declared).await?;
                let operations = self.proposal(session, &pair, false).operations;
                problems.extend(differing(
                    &operations,
                    &pair.from,
                    Diagnostic::new("models-changed", "the models say something else than the revisions")
                        .with_help("write a revision with `limbeck makemigrations`"),
                ));
            }
            let pair = self.revisions_and_database(session, history, &status.standing).await?;
            let operations = self.proposal(session, &pair, false).operations;
            problems.extend(differing(
                &operations,
                &pair.from,
                Diagnostic::new("drift", "the database is not as the applied revisions leave it")
                    .with_help("somebody changed it by hand: take that back, or put it into a revision"),
            ));
            Ok(problems)
        })
        .await
    }

    fn declared(&self) -> Result<Option<Declared>, Error> {
        self.tables.as_ref().map(|tables| tables.declare().map_err(Error::Declared)).transpose()
    }

    fn proposal(&self, session: &Session, pair: &Pair, ask: bool) -> Proposal {
        let rules = comparison(&*session.dialect, pair.ordered).tables_only(pair.tables_only);
        let naming = Naming::default();
        let unasked = DiffOptions::unasked(&pair.hints, &naming, &rules);
        let asked = DiffOptions {
            guess: limbeck_core::diff::Guess::Ask,
            fills: limbeck_core::diff::FillPolicy::Ask,
            casts: limbeck_core::diff::CastPolicy::Ask,
            ..DiffOptions::unasked(&pair.hints, &naming, &rules)
        };
        propose(&pair.from, &pair.to, if ask { &asked } else { &unasked })
    }

    /// What all revisions leave behind, and what the models declare of this database.
    async fn models_and_revisions(
        &self,
        session: &Session,
        history: &History,
        standing: &Standing,
        declared: Declared,
    ) -> Result<Pair, Error> {
        let everything: Applied = standing.graph.order().cloned().collect();
        let Declared { schema: mut to, hints, databases, unmanaged, .. } = declared;
        let name = &session.settings.name;
        to.tables.retain(|table, _| databases.get(table).is_none_or(|database| stands_for(database, name)));
        let state = replay(history, &standing.graph, |id| everything.contains(id), Some(name))?;
        let state_is_declared = state.uncertain.is_none();
        let (mut from, to, ordered) = match state.uncertain {
            None => (state.schema, to, false),
            // Raw SQL has changed the schema: only a database can tell how, and then both must be as one shows them.
            Some(_) => {
                let (driver, settings) = (&session.driver, &session.settings);
                let from = rerun(driver, history, standing, &everything, settings).await?;
                let whole = complete(&from, &to);
                let rules = comparison(&*session.dialect, false).tables_only(true);
                let to = materialise_beside(driver, settings, &rules, &hints, &from, &whole).await?;
                (from, to, false)
            }
        };
        let described: Vec<&Name> = unmanaged.keys().collect();
        from.tables.retain(|table, _| !described.contains(&table));
        session.settings.managed.retain(&mut from);
        let mut to = to;
        session.settings.managed.retain(&mut to);
        // Texts that a server wrote are held against those of the models by a server.
        if state_is_declared && history.iter().any(|revision| revision.observed.is_some()) {
            to = self.reworded(session, &hints, &from, to).await;
        }
        Ok(Pair { from, to, hints, tables_only: true, ordered })
    }

    /// `to` with the texts of `from` where the server shows the same of both.
    async fn reworded(&self, session: &Session, hints: &Hints, from: &Schema, to: Schema) -> Schema {
        let rules = comparison(&*session.dialect, false).tables_only(true);
        let Some(made) = reword(&session.driver, &session.settings, &rules, hints, from, &to).await else {
            return to;
        };
        if let Some(reason) = made.reason {
            self.warn(reason.diagnostic().with_note(format!(
                "differs in words from what the server wrote, which only a scratch database can settle; taken for the \
                 same: {}",
                list(&made.unconfirmed)
            )));
        }
        made.schema
    }

    /// What the applied revisions leave behind, and what is in the database, both as the server shows them.
    async fn revisions_and_database(
        &self,
        session: &mut Session,
        history: &History,
        standing: &Standing,
    ) -> Result<Pair, Error> {
        let driver = Arc::clone(&session.driver);
        let seen = observe(&*driver, &mut *session.connection, &session.settings).await?;
        let (settings, applied) = (&session.settings, &standing.applied);
        let state = replay(history, &standing.graph, |id| applied.contains(id), Some(&settings.name))?;
        let mut from = match state.uncertain {
            None => materialise(&driver, settings, &state.schema).await?,
            Some(_) => rerun(&driver, history, standing, applied, settings).await?,
        };
        settings.managed.retain(&mut from);
        Ok(Pair { from, to: seen.schema, hints: Hints::default(), tables_only: false, ordered: true })
    }
}

/// The problem with what would mend it, if there is anything to mend.
fn differing(operations: &[Operation], before: &Schema, problem: Diagnostic) -> Option<Diagnostic> {
    if operations.is_empty() {
        return None;
    }
    let mut state = Some(before.clone());
    Some(operations.iter().fold(problem, |problem, operation| {
        let line = operation.describe(state.as_ref()).to_string();
        if let Some(schema) = &mut state
            && operation.apply(schema).is_err()
        {
            // What comes after cannot be told against a state that is not known.
            state = None;
        }
        problem.with_note(line)
    }))
}

/// Writes a revision of what was found.
fn store(
    folder: &Path,
    parents: Vec<RevisionId>,
    given: Option<&str>,
    proposal: Proposal,
) -> Result<Made, Error> {
    let id = RevisionId::random().map_err(|error| {
        Error::unsupported(format!("the system gives no random numbers: {error}"), "try again later")
    })?;
    let about = match given {
        Some(text) => text.to_owned(),
        None if parents.is_empty() => "initial".to_owned(),
        None => message(&proposal.operations),
    };
    let now = jiff::Timestamp::now();
    let mut revision = Revision::new(id, parents, about);
    revision.created = Some(jiff::Timestamp::from_second(now.as_second()).unwrap_or(now));
    revision.upgrade = proposal.operations;
    revision.downgrade = match proposal.downgrade {
        Ok(operations) => Downgrade::Operations(operations),
        Err(_) => Downgrade::Irreversible,
    };
    let template =
        FileTemplate::parse(FILE_TEMPLATE).map_err(|error| Error::Declared(vec![error.diagnostic()]))?;
    let name = template.file_name(&revision.id, &revision.message, now, Format::Toml);
    let file = write_new(folder, &name, &write(&revision, Format::Toml)?)?;
    Ok(Made { revision, file })
}
