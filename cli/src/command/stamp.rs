use limbeck_core::diag::plural;
use limbeck_core::driver::Access;
use limbeck_core::execution::{accept_edits, stamp};
use limbeck_core::graph::Specifier;
use serde_json::json;

use super::progress::{Bars, Progress};
use crate::args::StampArgs;
use crate::context::{Context, execution_failure, specifier};
use crate::exit::{Exit, Failure};
use crate::settings::DatabaseConfig;
use crate::several::{conclude, gather};

/// `stamp`
pub(super) async fn run(context: &Context, args: &StampArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let mut targets = Vec::new();
    for text in &args.revisions {
        targets.push(specifier(text)?);
    }
    let databases = context.databases(&settings)?;
    let several = databases.len() > 1;
    let targets = &targets;
    let answers = gather(context, &databases, |database| async move {
        one(context, args, targets, database, several).await
    });
    conclude(answers.await)
}

async fn one(
    context: &Context,
    args: &StampArgs,
    targets: &[Specifier],
    database: &DatabaseConfig,
    several: bool,
) -> Result<Exit, Failure> {
    let name = several.then_some(database.settings.name.as_str());
    let at = name.map(|name| format!("[{name}] ")).unwrap_or_default();
    let mut history = context.history(database)?;
    context.graph(&history)?;
    let mut database_settings = database.settings.clone();
    if let Some(wait) = args.wait {
        database_settings.wait = wait;
    }
    let mut session = context.connect(&database_settings, Access::Write).await?;
    let bars = Bars::new(false);
    let progress = Progress::new(context.output, name, &bars);
    let interrupt = &context.interrupt;
    let say = |line: &str| context.output.say(&format!("{at}{line}"));
    let result = if args.accept_edits {
        accept_edits(&mut session, &mut history, targets, &progress, interrupt).await
    } else {
        let who = Context::who();
        stamp(&mut session, &mut history, targets, args.purge, &who, &progress, interrupt).await
    };
    let stamped = result.map_err(|error| execution_failure(&history, &error))?;
    context.output.object(&json!({
        "database": database.settings.name,
        "added": stamped.added,
        "removed": stamped.removed,
    }));
    if args.accept_edits {
        say(&format!("{} recorded anew", plural(stamped.added.len(), "revision")));
    }
    for id in &stamped.removed {
        say(&format!("{id} is recorded as not applied"));
    }
    for id in stamped.added.iter().filter(|_| !args.accept_edits) {
        say(&format!("{id} is recorded as applied"));
    }
    if !args.accept_edits && stamped.added.is_empty() && stamped.removed.is_empty() {
        say("the record says so already");
    }
    Ok(Exit::Done)
}
