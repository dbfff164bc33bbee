use limbeck_core::execution::script_of;
use limbeck_core::plan::Direction;
use limbeck_core::sql;
use serde_json::json;

use crate::args::SqlmigrateArgs;
use crate::context::{Context, execution_failure, specifier};
use crate::exit::{Exit, Failure};

/// `sqlmigrate`
pub(super) async fn run(context: &Context, args: &SqlmigrateArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let wanted = specifier(&args.revision)?;
    for database in context.databases(&settings)? {
        let dialect = context.dialect(Some(&database.settings), args.dialect.as_deref())?;
        let mut history = context.history(database)?;
        let standing = context.standing_for(database, &mut history, &[&wanted]).await?;
        let revision = standing.graph.resolve_one(&wanted, &standing.applied)?;
        let direction = if args.backwards { Direction::Downgrade } else { Direction::Upgrade };
        let name = Some(database.settings.name.as_str());
        let made = script_of(&*dialect, &history, &standing, &revision, direction, name)
            .map_err(|error| execution_failure(&history, &error))?;
        context.output.object(&json!({
            "revision": revision,
            "dialect": dialect.name(),
            "statements": made.statements,
        }));
        if made.statements.is_empty() {
            context.output.say(&format!("-- revision {revision} has nothing to do here"));
        } else {
            let text = sql::join(dialect.lexical(), made.statements.iter().map(String::as_str));
            context.output.answer(text.trim_end());
        }
    }
    Ok(Exit::Done)
}
