//! `--update`: what has changed goes into the last revision, as long as nobody has applied it.

use std::collections::BTreeSet;

use limbeck_core::autogenerate::comparison;
use limbeck_core::diag::{Diagnostic, list};
use limbeck_core::diff::{Hints, message};
use limbeck_core::ident::{Name, RevisionId};
use limbeck_core::operation::Operation;
use limbeck_core::revision::{Downgrade, Format, Revision, rewrite, write};
use limbeck_core::schema::Sql;
use serde_json::json;

use super::{Found, One, as_sql};
use crate::command::new_revision::parents;
use crate::command::{hooks, rows};
use crate::exit::{Exit, Failure};
use crate::fold::{Part, fold};
use crate::settings::Settings;

impl One<'_> {
    /// Folds what has changed into the last revision. It keeps its id, its place in the graph and its file; its message
    /// is made anew if it was made from the operations.
    pub(super) async fn update(&self, flags: &Hints) -> Result<Exit, Failure> {
        let last = self.last().await?;
        let made = |operation: &Operation| match operation {
            Operation::CreateTable(table) => Some(table.name.clone()),
            _ => None,
        };
        let unborn: BTreeSet<Name> = last.upgrade.iter().filter_map(made).collect();
        let Found { before, proposal, dialect, observed } =
            self.find(std::slice::from_ref(&last.id), flags, &unborn).await?;
        if self.args.check || proposal.operations.is_empty() {
            return Ok(self.report(&before, &proposal));
        }
        let mut addition = Revision::new(last.id.clone(), Vec::new(), "");
        addition.upgrade.clone_from(&proposal.operations);
        addition.downgrade = match proposal.downgrade {
            Ok(operations) => Downgrade::Operations(operations),
            Err(_) => Downgrade::Irreversible,
        };
        let format = last.source.format;
        let mut revision = Revision::clone(last);
        if format == Format::Sql {
            as_sql::into_sql(&mut addition, &before, &*dialect)?;
            revision.upgrade = joined(&last.upgrade, &addition.upgrade);
            revision.downgrade = match (&last.downgrade, &addition.downgrade) {
                (Downgrade::Operations(last), Downgrade::Operations(added)) => {
                    Downgrade::Operations(joined(added, last))
                }
                _ => Downgrade::Irreversible,
            };
        } else {
            let start = self.sources().up_to(&last.parents).await?;
            let rules = comparison(&*dialect, true);
            let parts =
                [last, &addition].map(|part| Part { upgrade: &part.upgrade, downgrade: &part.downgrade });
            (revision.upgrade, revision.downgrade) = fold(start.schema.schema(), &parts, &rules);
        }
        if observed {
            revision.observed = Some(dialect.name().to_owned());
        }
        let automatic = last.message == message(&last.upgrade);
        if let Some(message) = self.message() {
            message.clone_into(&mut revision.message);
        } else if automatic && !revision.upgrade.is_empty() {
            revision.message = message(&revision.upgrade);
        }
        self.describe(&before, &proposal.operations);
        self.accept_losses(&before, &proposal.operations)?;
        self.context.go_on()?;
        let output = self.context.output;
        let text = write(&revision, format)?;
        let mut file = None;
        if self.args.dry_run {
            output.answer(text.trim_end());
        } else {
            let path = self.context.here.join(&*last.source.file);
            if has_comments(last) {
                output.note(&format!(
                    "note: the comments of {} are gone: its text was made anew",
                    Settings::shown(&path)
                ));
            }
            rewrite(&path, &text)?;
            hooks::run(self.settings, output, &path, &revision)?;
            file = Some(Settings::shown(&path));
        }
        output.object(&json!({
            "database": self.name(),
            "revision": file.as_ref().map(|_| &revision.id),
            "file": file,
            "operations": rows::operations(&proposal.operations, &before),
        }));
        if let Some(file) = file {
            output.say(&format!("wrote {file} anew: revision {} now does this, too", revision.id));
        }
        Ok(Exit::Done)
    }

    /// The last revision, if it may still be changed.
    async fn last(&self) -> Result<&Revision, Failure> {
        let graph = &self.standing.graph;
        let refused = |revision: &RevisionId, why: String| {
            Failure::new(
                Diagnostic::new("cannot-update", format!("revision {revision} cannot be changed: {why}"))
                    .with_revision(revision)
                    .with_help("leave `--update` out: a new revision is written"),
            )
        };
        let parents = parents(graph, &self.args.head, false)?;
        let last = match parents.as_slice() {
            [last] => last,
            [] => {
                return Err(Failure::new(
                    Diagnostic::new("cannot-update", "there is no revision to change")
                        .with_help("leave `--update` out: the first one is written"),
                ));
            }
            several => {
                return Err(Failure::new(
                    Diagnostic::new("cannot-update", format!("`--head` names {}", list(several)))
                        .with_help("name one"),
                ));
            }
        };
        let Some(revision) = self.history.get(last) else {
            return Err(refused(last, "it has no file".to_owned()));
        };
        if !revision.replaces.is_empty() {
            return Err(refused(last, format!("it is a squash of {}", list(&revision.replaces))));
        }
        let dependents = graph.dependents(last);
        if !dependents.is_empty() {
            return Err(refused(last, format!("{} depends on it", list(dependents))));
        }
        let mut history = self.history.clone();
        let status = self.context.status(self.database, &mut history).await?;
        if status.applied.contains_key(last) {
            return Err(refused(last, format!("it is applied to database {}", self.name())));
        }
        Ok(revision)
    }
}

/// Two runs of raw SQL as one.
fn joined(first: &[Operation], second: &[Operation]) -> Vec<Operation> {
    let texts: Vec<&str> = first
        .iter()
        .chain(second)
        .filter_map(|operation| match operation {
            Operation::Execute { sql, .. } => sql.plain().map(|text| text.trim_end()),
            _ => None,
        })
        .collect();
    if texts.is_empty() {
        return Vec::new();
    }
    vec![Operation::Execute { sql: Sql::from(texts.join("\n")), effect: None }]
}

/// Whether the file holds remarks that its revision does not keep.
fn has_comments(revision: &Revision) -> bool {
    let sign = match revision.source.format {
        Format::Toml => "#",
        // Those of SQL are part of its statements.
        Format::Sql => return false,
    };
    revision.source.text.lines().any(|line| line.trim_start().starts_with(sign))
}
