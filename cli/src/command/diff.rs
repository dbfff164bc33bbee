use limbeck_core::autogenerate::propose;
use limbeck_core::diff::DiffOptions;
use limbeck_core::driver::StatementKind;
use limbeck_core::revision::operations_to_toml;
use limbeck_core::sql;
use serde_json::json;

use super::rows;
use crate::args::{DiffArgs, DiffFormat};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::source::Sources;

/// `diff`
pub(super) async fn run(context: &Context, args: &DiffArgs) -> Result<Exit, Failure> {
    let settings = context.settings_for(&[&args.from, &args.to])?;
    let mut exit = Exit::Done;
    for database in context.databases(&settings)? {
        let history = context.history_if_there(database)?;
        let standing = context.graph(&history)?;
        let sources =
            Sources { context, settings: &settings, database, history: &history, standing: &standing };
        let from = sources.one(&args.from).await?;
        let to = sources.one(&args.to).await?;
        let hints = to.hints.clone();
        let pair = sources.alike(from, to).await?;
        let dialect = context.dialect(Some(&database.settings), None)?;
        let rules = pair.rules(&*dialect);
        let (before, after) = (&pair.from, &pair.to);
        let options = DiffOptions::unasked(&hints, &settings.naming, &rules);
        let proposal = propose(before, after, &options);
        for note in &proposal.notes {
            context.output.note(&format!("note: {note}"));
        }
        let operations = &proposal.operations;
        if args.exit_code && !operations.is_empty() {
            exit = Exit::Found;
        }
        let row = json!({ "operations": rows::operations(operations, before) });
        context.output.object(&row);
        if context.output.json {
            continue;
        }
        match args.format {
            DiffFormat::Json => context.output.answer(&row.to_string()),
            DiffFormat::Toml => context.output.answer(operations_to_toml(operations).trim_end()),
            DiffFormat::Sql => {
                let statements = dialect.plan(operations, before)?;
                let texts = statements
                    .iter()
                    .filter(|statement| !matches!(statement.kind, StatementKind::Guard(_)))
                    .map(|statement| statement.sql.as_str());
                context.output.answer(sql::join(dialect.lexical(), texts).trim_end());
            }
            DiffFormat::Text => {
                for line in rows::lines(operations, before) {
                    context.output.answer(&line);
                }
                if operations.is_empty() {
                    context.output.say("no differences");
                }
            }
        }
    }
    Ok(exit)
}
