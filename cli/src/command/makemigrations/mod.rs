mod as_sql;
mod flags;
mod merge;
mod settle;
mod update;

use std::collections::BTreeSet;
use std::sync::Arc;

use limbeck_core::autogenerate::Proposal;
use limbeck_core::diff::{Hints, message};
use limbeck_core::driver::Dialect;
use limbeck_core::history::{History, Standing};
use limbeck_core::ident::{Name, RevisionId};
use limbeck_core::operation::Operation;
use limbeck_core::revision::{Downgrade, Format, Revision};
use limbeck_core::schema::Schema;
use serde_json::{Value, json};

use super::new_revision::{Header, assemble, parents, store};
use super::{rows, template};
use crate::args::{MakemigrationsArgs, RevisionFormat};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::settings::{DatabaseConfig, NewFormat, Settings};
use crate::source::{Seen, Sources};

/// `makemigrations`
pub(super) async fn run(context: &Context, args: &MakemigrationsArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let flags = flags::hints(args)?;
    let mut exit = Exit::Done;
    for database in context.databases(&settings)? {
        let history = context.history(database)?;
        let standing = context.graph(&history)?;
        let one =
            One { context, args, settings: &settings, database, history: &history, standing: &standing };
        exit = exit.max(if args.empty {
            one.empty()?
        } else if args.merge {
            one.merge()?
        } else if args.update {
            one.update(&flags).await?
        } else {
            one.compare(&flags).await?
        });
    }
    Ok(exit)
}

/// What a comparison found.
struct Found {
    /// What it began with.
    before: Schema,
    /// What leads from there to the models.
    proposal: Proposal,
    /// For which database.
    dialect: Arc<dyn Dialect>,
    /// Whether the operations are in the words of a server.
    observed: bool,
}

/// The work on one database.
struct One<'a> {
    context: &'a Context,
    args: &'a MakemigrationsArgs,
    settings: &'a Settings,
    database: &'a DatabaseConfig,
    history: &'a History,
    standing: &'a Standing,
}

impl One<'_> {
    fn name(&self) -> &str {
        &self.database.settings.name
    }

    fn message(&self) -> Option<&str> {
        self.args.message.as_deref().or(self.args.message_option.as_deref())
    }

    fn format(&self) -> Format {
        match (self.args.format, self.settings.format) {
            (Some(RevisionFormat::Sql), _) | (None, NewFormat::Sql) => Format::Sql,
            (Some(RevisionFormat::Toml), _) | (None, NewFormat::Toml) => Format::Toml,
        }
    }

    fn assemble(&self, parents: Vec<RevisionId>, message: String) -> Result<Revision, Failure> {
        let header = Header {
            labels: &self.args.label,
            depends_on: &self.args.depends_on,
            rev_id: self.args.rev_id.as_deref(),
        };
        assemble(self.history, &self.standing.graph, parents, message, &header)
    }

    /// A revision without operations.
    fn empty(&self) -> Result<Exit, Failure> {
        let parents = parents(&self.standing.graph, &self.args.head, self.args.splice)?;
        let message = self.message().unwrap_or("empty").to_owned();
        let revision = self.assemble(parents, message)?;
        self.finish(&revision, &[], &Schema::new())
    }

    /// What turns the revisions into the models, in a revision of its own.
    async fn compare(&self, flags: &Hints) -> Result<Exit, Failure> {
        let parents = parents(&self.standing.graph, &self.args.head, self.args.splice)?;
        let Found { before, proposal, dialect, observed } =
            self.find(&parents, flags, &BTreeSet::new()).await?;
        if self.args.check || proposal.operations.is_empty() {
            return Ok(self.report(&before, &proposal));
        }
        let made = message(&proposal.operations);
        let message = self
            .message()
            .map_or(if parents.is_empty() { "initial".to_owned() } else { made }, str::to_owned);
        let mut revision = self.assemble(parents, message)?;
        revision.upgrade.clone_from(&proposal.operations);
        revision.observed = observed.then(|| dialect.name().to_owned());
        revision.downgrade = match &proposal.downgrade {
            Ok(operations) => Downgrade::Operations(operations.clone()),
            Err(_) => Downgrade::Irreversible,
        };
        if self.format() == Format::Sql {
            as_sql::into_sql(&mut revision, &before, &*dialect)?;
        }
        self.describe(&before, &proposal.operations);
        self.accept_losses(&before, &proposal.operations)?;
        self.finish(&revision, &proposal.operations, &before)
    }

    /// What turns `parents` and all that they need into the models. `unborn` are tables that no database has yet.
    async fn find(
        &self,
        parents: &[RevisionId],
        flags: &Hints,
        unborn: &BTreeSet<Name>,
    ) -> Result<Found, Failure> {
        let sources = self.sources();
        let from = match &self.args.from {
            Some(text) => sources.one(text).await?,
            None => sources.up_to(parents).await?,
        };
        let mut to = match &self.args.to {
            Some(text) => sources.one(text).await?,
            None => sources.all(&self.database.models).await?,
        };
        to.hints.extend(flags.clone());
        for left in &to.unmanaged {
            let kind = left.kind.replace('_', " ");
            self.context.output.note(&format!("note: {kind} {} is left alone: {}", left.name, left.reason));
        }
        let hints = to.hints.clone();
        let observed = matches!(to.schema, Seen::Observed(_));
        let pair = sources.alike(from, to).await?;
        let dialect = self.context.dialect(Some(&self.database.settings), None)?;
        let proposal = self.settle(&pair, hints, &*dialect, unborn)?;
        Ok(Found { before: pair.from, proposal, dialect, observed })
    }

    fn sources(&self) -> Sources<'_> {
        Sources {
            context: self.context,
            settings: self.settings,
            database: self.database,
            history: self.history,
            standing: self.standing,
        }
    }

    /// Says what there is, without writing.
    fn report(&self, before: &Schema, proposal: &Proposal) -> Exit {
        let output = self.context.output;
        let mut row = json!({
            "database": self.name(),
            "revision": null,
            "file": null,
            "operations": rows::operations(&proposal.operations, before),
        });
        if let (Value::Object(row), false) = (&mut row, proposal.questions.is_empty()) {
            let questions: Vec<Value> = proposal
                .questions
                .iter()
                .map(|question| json!({ "message": question.to_string(), "flag": question.flag() }))
                .collect();
            row.insert("questions".to_owned(), questions.into());
        }
        output.object(&row);
        if proposal.operations.is_empty() {
            output.say("no changes");
            return Exit::Done;
        }
        self.describe(before, &proposal.operations);
        for question in &proposal.questions {
            output.say(&format!("  ? {question} ({})", question.flag()));
        }
        Exit::Found
    }

    fn describe(&self, before: &Schema, operations: &[Operation]) {
        for line in rows::lines(operations, before) {
            self.context.output.say(&format!("  {line}"));
        }
    }

    /// Writes the revision, or prints it.
    fn finish(
        &self,
        revision: &Revision,
        operations: &[Operation],
        before: &Schema,
    ) -> Result<Exit, Failure> {
        let output = self.context.output;
        self.context.go_on()?;
        let file = if self.args.dry_run {
            output.answer(template::text(self.settings, self.database, revision, self.format())?.trim_end());
            None
        } else {
            Some(Settings::shown(&store(
                self.context,
                self.settings,
                self.database,
                revision,
                self.format(),
            )?))
        };
        output.object(&json!({
            "database": self.name(),
            "revision": if file.is_some() { Some(&revision.id) } else { None },
            "file": file,
            "operations": rows::operations(operations, before),
        }));
        if let Some(file) = file {
            output.say(&format!("wrote {file}"));
            output.say("look it over, then `limbeck migrate`");
        }
        Ok(Exit::Done)
    }
}
