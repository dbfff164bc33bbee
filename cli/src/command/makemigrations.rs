use std::collections::BTreeMap;

use limbeck_core::autogenerate::{Proposal, comparison, propose};
use limbeck_core::diag::Diagnostic;
use limbeck_core::diff::{
    CastPolicy, ColumnRename, DiffOptions, FillPolicy, Guess, Hints, Question, TableRename, message,
};
use limbeck_core::driver::{Dialect, StatementKind};
use limbeck_core::history::{History, Standing};
use limbeck_core::ident::{Ident, Name, RevisionId};
use limbeck_core::operation::Operation;
use limbeck_core::revision::{Downgrade, Format, Revision};
use limbeck_core::schema::{Schema, Sql};
use limbeck_core::sql;
use serde_json::{Value, json};

use super::new_revision::{Header, assemble, parents, store, text};
use super::rows;
use crate::args::{MakemigrationsArgs, RevisionFormat};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::prompt;
use crate::settings::{DatabaseConfig, NewFormat, Settings};
use crate::source::{Seen, Sources};

/// `makemigrations`
pub(super) async fn run(context: &Context, args: &MakemigrationsArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let flags = hints(args)?;
    let mut exit = Exit::Done;
    for database in context.databases(&settings)? {
        let history = context.history(database)?;
        let standing = context.graph(&history)?;
        let one =
            One { context, args, settings: &settings, database, history: &history, standing: &standing };
        exit = exit.max(if args.empty { one.empty()? } else { one.compare(&flags).await? });
    }
    Ok(exit)
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

    /// What turns the revisions into the models.
    async fn compare(&self, flags: &Hints) -> Result<Exit, Failure> {
        let graph = &self.standing.graph;
        let parents = parents(graph, &self.args.head, self.args.splice)?;
        let sources = Sources {
            context: self.context,
            settings: self.settings,
            database: self.database,
            history: self.history,
            standing: self.standing,
        };
        let from = match &self.args.from {
            Some(text) => sources.one(text).await?,
            None => sources.up_to(&parents).await?,
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
        let (before, after, ordered) = sources.alike(from, to).await?;
        let dialect = self.context.dialect(Some(&self.database.settings), None)?;
        let proposal = self.settle(&before, &after, hints, &*dialect, ordered)?;
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
            into_sql(&mut revision, &before, &*dialect)?;
        }
        self.describe(&before, &proposal.operations);
        self.finish(&revision, &proposal.operations, &before)
    }

    /// Asks what the schemas leave open, until nothing is.
    fn settle(
        &self,
        from: &Schema,
        to: &Schema,
        mut hints: Hints,
        dialect: &dyn Dialect,
        ordered: bool,
    ) -> Result<Proposal, Failure> {
        let rules = comparison(dialect, ordered);
        let mut declined: Vec<Question> = Vec::new();
        loop {
            let options = DiffOptions {
                hints: &hints,
                naming: &self.settings.naming,
                rules: &rules,
                guess: if self.args.no_rename { Guess::Never } else { Guess::Ask },
                fills: if self.args.no_fill { FillPolicy::Never } else { FillPolicy::Ask },
                casts: CastPolicy::Never,
                declined: &declined,
            };
            let proposal = propose(from, to, &options);
            let Some(question) = proposal.questions.first() else {
                for note in &proposal.notes {
                    self.context.output.note(&format!("note: {note}"));
                }
                return Ok(proposal);
            };
            if self.args.check {
                // That there is something to ask is a difference.
                return Ok(proposal);
            }
            if !self.context.output.interactive {
                return Err(unanswered(&proposal.questions));
            }
            match prompt::ask(question)? {
                Some(answer) => hints.extend(answer),
                None => declined.push(question.clone()),
            }
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
        let file = if self.args.dry_run {
            output.answer(text(revision, self.format())?.trim_end());
            None
        } else {
            Some(Settings::shown(&store(self.settings, self.database, revision, self.format())?))
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

/// The revision's operations as the statements of one dialect.
fn into_sql(revision: &mut Revision, before: &Schema, dialect: &dyn Dialect) -> Result<(), Failure> {
    let render = |operations: &[Operation], before: &Schema| -> Result<Vec<Operation>, Failure> {
        let statements = dialect.plan(operations, before)?;
        let texts: Vec<&str> = statements
            .iter()
            .filter(|statement| !matches!(statement.kind, StatementKind::Guard(_)))
            .map(|statement| statement.sql.as_str())
            .collect();
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![Operation::Execute { sql: Sql::from(sql::join(dialect.lexical(), texts)), effect: None }])
    };
    let mut after = before.clone();
    for operation in &revision.upgrade {
        operation.apply(&mut after)?;
    }
    if let Downgrade::Operations(operations) = &revision.downgrade {
        revision.downgrade = Downgrade::Operations(render(operations, &after)?);
    }
    revision.upgrade = render(&revision.upgrade, before)?;
    Ok(())
}

/// What the flags say.
fn hints(args: &MakemigrationsArgs) -> Result<Hints, Failure> {
    let wrong = |flag: &str, text: &str, form: &str| {
        Failure::usage(vec![
            Diagnostic::new("invalid-flag", format!("`{text}` cannot be taken for a `{flag}`"))
                .with_help(format!("write `{flag} {form}`")),
        ])
    };
    let mut hints = Hints::default();
    for text in &args.rename {
        let form = "table:old=new` or `--rename column:table.old=new";
        let parsed = text.split_once(':').and_then(|(what, rest)| Some((what, rest.split_once('=')?)));
        match parsed {
            Some(("table", (from, to))) if !from.is_empty() && !to.is_empty() => {
                hints.tables.push(TableRename { from: name(from), to: name(to) });
            }
            Some(("column", (from, to))) if !to.is_empty() => {
                let (table, from) = from.rsplit_once('.').ok_or_else(|| wrong("--rename", text, form))?;
                hints.columns.push(ColumnRename {
                    table: name(table),
                    from: Ident::new(from),
                    to: Ident::new(to),
                });
            }
            _ => return Err(wrong("--rename", text, form)),
        }
    }
    let pairs = |flag: &str, texts: &[String]| -> Result<BTreeMap<(Name, Ident), Sql>, Failure> {
        texts
            .iter()
            .map(|text| {
                let (column, sql) =
                    text.split_once('=').ok_or_else(|| wrong(flag, text, "table.column=SQL"))?;
                let (table, column) =
                    column.rsplit_once('.').ok_or_else(|| wrong(flag, text, "table.column=SQL"))?;
                Ok(((name(table), Ident::new(column)), Sql::from(sql)))
            })
            .collect()
    };
    hints.fills.extend(pairs("--fill", &args.fill)?);
    hints.using.extend(pairs("--using", &args.using)?);
    Ok(hints)
}

/// `table` or `schema.table`.
fn name(text: &str) -> Name {
    match text.split_once('.') {
        Some((schema, name)) => Name::qualified(schema, name),
        None => Name::new(text),
    }
}
