use limbeck_core::autogenerate::comparison;
use limbeck_core::diag::{Diagnostic, plural};
use limbeck_core::revision::{Format, Revision, rewrite, write};
use serde_json::json;

use super::squash::{Change, verify};
use super::{hooks, rows};
use crate::args::OptimizemigrationArgs;
use crate::context::{Context, specifier};
use crate::exit::{Exit, Failure};
use crate::fold::{Part, fold};
use crate::settings::Settings;
use crate::source::Sources;

/// `optimizemigration`
pub(super) async fn run(context: &Context, args: &OptimizemigrationArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let wanted = specifier(&args.revision)?;
    let mut exit = Exit::Done;
    for database in context.databases(&settings)? {
        let mut history = context.history(database)?;
        let standing = context.standing_for(database, &mut history, &[&wanted]).await?;
        let id = standing.graph.resolve_one(&wanted, &standing.applied)?;
        let Some(old) = history.get(&id).cloned() else {
            return Err(Failure::new(
                Diagnostic::new("unknown-revision", format!("revision {id} has no file")).with_revision(&id),
            ));
        };
        let sources =
            Sources { context, settings: &settings, database, history: &history, standing: &standing };
        let before = sources.up_to(&old.parents).await?.schema.schema().clone();
        let dialect = context.dialect(Some(&database.settings), None)?;
        let rules = comparison(&*dialect, true);
        let part = Part { upgrade: &old.upgrade, downgrade: &old.downgrade };
        let mut made = Revision::clone(&old);
        if old.source.format == Format::Toml {
            (made.upgrade, made.downgrade) = fold(&before, &[part], &rules);
        }
        let output = context.output;
        let shorter = made.upgrade.len() < old.upgrade.len();
        let answer = |file: Option<&str>| {
            output.object(&json!({
                "database": database.settings.name,
                "revision": file.map(|_| &id),
                "file": file,
                "operations": rows::operations(&made.upgrade, &before),
            }));
        };
        if !shorter {
            answer(None);
            output.say(&format!("revision {id} cannot be made shorter"));
            continue;
        }
        let change = Change { made: &made, replaced: std::slice::from_ref(&id), last: &id };
        verify(&sources, &change).await?;
        let summary = format!("{} became {}", plural(old.upgrade.len(), "operation"), made.upgrade.len());
        if args.check {
            answer(None);
            output.say(&summary);
            exit = Exit::Found;
            continue;
        }
        let new_text = write(&made, Format::Toml)?;
        if args.dry_run {
            answer(None);
            output.answer(new_text.trim_end());
            continue;
        }
        let mut known = history.clone();
        if context.status(database, &mut known).await?.applied.contains_key(&id) {
            return Err(Failure::new(
                Diagnostic::new(
                    "cannot-update",
                    format!(
                        "revision {id} cannot be changed: it is applied to database {}",
                        database.settings.name
                    ),
                )
                .with_revision(&id)
                .with_help(format!("write one that stands for it: `limbeck squashmigrations {id} {id}`")),
            ));
        }
        context.go_on()?;
        let path = context.here.join(&*old.source.file);
        rewrite(&path, &new_text)?;
        hooks::run(&settings, output, &path, &made)?;
        let file = Settings::shown(&path);
        answer(Some(&file));
        output.say(&format!("wrote {file} anew: {summary}"));
    }
    Ok(exit)
}
