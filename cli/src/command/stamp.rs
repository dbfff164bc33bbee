use limbeck_core::diag::plural;
use limbeck_core::driver::Access;
use limbeck_core::execution::{accept_edits, stamp};
use serde_json::json;

use super::progress::Progress;
use crate::args::StampArgs;
use crate::context::{Context, execution_failure, specifier};
use crate::exit::{Exit, Failure};

/// `stamp`
pub(super) async fn run(context: &Context, args: &StampArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let mut targets = Vec::new();
    for text in &args.revisions {
        targets.push(specifier(text)?);
    }
    for database in context.databases(&settings)? {
        let mut history = context.history(database)?;
        context.graph(&history)?;
        let mut database_settings = database.settings.clone();
        if let Some(wait) = args.wait {
            database_settings.wait = wait;
        }
        let mut session = context.connect(&database_settings, Access::Write).await?;
        let progress = Progress::new(context.output, None);
        let interrupt = &context.interrupt;
        let result = if args.accept_edits {
            accept_edits(&mut session, &mut history, &targets, &progress, interrupt).await
        } else {
            let who = Context::who();
            stamp(&mut session, &mut history, &targets, args.purge, &who, &progress, interrupt).await
        };
        let stamped = result.map_err(|error| execution_failure(&history, &error))?;
        context.output.object(&json!({
            "database": database.settings.name,
            "added": stamped.added,
            "removed": stamped.removed,
        }));
        if args.accept_edits {
            context.output.say(&format!("{} recorded anew", plural(stamped.added.len(), "revision")));
        }
        for id in &stamped.removed {
            context.output.say(&format!("{id} is recorded as not applied"));
        }
        for id in stamped.added.iter().filter(|_| !args.accept_edits) {
            context.output.say(&format!("{id} is recorded as applied"));
        }
        if !args.accept_edits && stamped.added.is_empty() && stamped.removed.is_empty() {
            context.output.say("the record says so already");
        }
    }
    Ok(Exit::Done)
}
