use limbeck_core::diag::Diagnostic;
use limbeck_core::execution::{ScriptStep, script};
use limbeck_core::graph::{Applied, Range, Specifier};
use limbeck_core::history::Standing;
use limbeck_core::plan::{Direction, Step, assumed, downgrade, range};
use limbeck_core::sql;
use serde_json::json;

use crate::context::{Context, execution_failure, specifier};
use crate::exit::{Exit, Failure};
use crate::settings::Settings;

/// `migrate --sql` and `downgrade --sql`: a script with its own record, without a connection.
pub(super) fn run(
    context: &Context,
    settings: &Settings,
    wanted: &[String],
    direction: Direction,
) -> Result<Exit, Failure> {
    for database in context.databases(settings)? {
        let history = context.history(database)?;
        let standing = context.graph(&history)?;
        let dialect = context.dialect(Some(&database.settings), None)?;
        let (applied, steps) = steps(&standing, wanted, direction)?;
        let standing = Standing { applied, ..standing };
        let record = &database.settings.record;
        let name = Some(database.settings.name.as_str());
        let made = script(&*dialect, record, &history, &standing, &steps, name, &Context::who())
            .map_err(|error| execution_failure(&history, &error))?;
        let rows: Vec<_> = made
            .iter()
            .map(|step| {
                json!({
                    "revision": step.step.revision.as_str(),
                    "direction": step.step.direction.to_string(),
                    "message": step.message,
                    "statements": step.statements,
                })
            })
            .collect();
        context.output.object(&json!({ "database": database.settings.name, "steps": rows }));
        if let Some(line) = dialect.script_stops_on_error().filter(|_| !made.is_empty()) {
            context.output.answer(line);
        }
        for step in &made {
            context.output.answer(&text(step, &|statements| {
                sql::join(dialect.lexical(), statements.iter().map(String::as_str))
            }));
        }
    }
    Ok(Exit::Done)
}

fn steps(
    standing: &Standing,
    wanted: &[String],
    direction: Direction,
) -> Result<(Applied, Vec<Step>), Failure> {
    let usage = |message: &str, help: &str| {
        Failure::usage(vec![Diagnostic::new("invalid-range", message).with_help(help)])
    };
    let text = match wanted {
        [] => "heads",
        [one] => one.as_str(),
        _ => return Err(usage("a script is for one target or one range", "write `A:B`, or one revision")),
    };
    let (from, to) = match text.contains(':') {
        true => {
            let range: Range = text.parse()?;
            (range.lower, range.upper)
        }
        false => (None, Some(specifier(text)?)),
    };
    match direction {
        Direction::Upgrade => {
            let to = to.unwrap_or_else(Specifier::heads);
            // A symbol for "nothing": the script begins with an empty database.
            let from = from.filter(|from| *from != Specifier::base());
            let applied = assumed(&standing.graph, from.as_ref())?;
            Ok((applied, range(&standing.graph, from.as_ref(), &to)?))
        }
        Direction::Downgrade => {
            let (Some(from), Some(to)) = (from, to) else {
                return Err(usage(
                    "a script that goes back needs to know where it begins",
                    "write `FROM:TO`",
                ));
            };
            let applied = assumed(&standing.graph, Some(&from))?;
            let steps = downgrade(&standing.graph, &applied, &to)?;
            Ok((applied, steps))
        }
    }
}

fn text(step: &ScriptStep, join: &dyn Fn(&[String]) -> String) -> String {
    let title = step.message.lines().next().unwrap_or_default();
    let head = format!("-- {} {} {title}", step.step.direction, step.step.revision);
    format!("{}\n{}", head.trim_end(), join(&step.statements))
}
