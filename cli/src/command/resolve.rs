use limbeck_core::diag::{Diagnostic, plural};
use limbeck_core::driver::Access;
use limbeck_core::execution::{Assumed, Fate, Found, Outcome, Settlement, look, settle};
use limbeck_core::plan::Direction;
use limbeck_core::record::{Aim, Condition, InFlight};
use serde_json::{Value, json};

use super::progress::{Bars, Progress};
use super::rows;
use crate::args::{ResolveArgs, StatementFate};
use crate::context::{Context, execution_failure};
use crate::exit::{Exit, Failure};
use crate::settings::DatabaseConfig;
use crate::several::{conclude, gather};

/// `resolve`
pub(super) async fn run(context: &Context, args: &ResolveArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let assumed = args.statement.map(|fate| match fate {
        StatementFate::Done => Assumed::Done,
        StatementFate::Again => Assumed::Again,
    });
    let settlement = match (args.continue_, args.mark_applied, args.mark_unapplied, args.rollback) {
        (true, ..) => Some(Settlement::Continue { assumed }),
        (_, true, ..) => Some(Settlement::Applied),
        (_, _, true, _) => Some(Settlement::Unapplied),
        (_, _, _, true) => Some(Settlement::Rollback),
        _ => None,
    };
    let databases = context.databases(&settings)?;
    let answers = gather(context, &databases, |database| async move {
        match settlement {
            Some(settlement) => settle_one(context, args, database, settlement).await?,
            None => show(context, database).await?,
        }
        Ok(Exit::Done)
    });
    conclude(answers.await)
}

async fn show(context: &Context, database: &DatabaseConfig) -> Result<(), Failure> {
    let mut history = context.history(database)?;
    let mut session = context.connect(&database.settings, Access::Read).await?;
    let found =
        look(&mut session, &mut history).await.map_err(|error| execution_failure(&history, &error))?;
    context.output.object(&json!({
        "database": database.settings.name,
        "in_flight": found.as_ref().map(row),
    }));
    let Some(found) = found else {
        context.output.say("no revision is in flight");
        return Ok(());
    };
    for line in text(&found) {
        context.output.answer(&line);
    }
    Ok(())
}

async fn settle_one(
    context: &Context,
    args: &ResolveArgs,
    database: &DatabaseConfig,
    settlement: Settlement,
) -> Result<(), Failure> {
    let mut history = context.history(database)?;
    let mut database_settings = database.settings.clone();
    if let Some(wait) = args.wait {
        database_settings.wait = wait;
    }
    let mut session = context.connect(&database_settings, Access::Write).await?;
    let bars = Bars::new(false);
    let progress = Progress::new(context.output, None, &bars);
    let who = Context::who();
    let Outcome { done, result } =
        settle(&mut session, &mut history, settlement, &who, &progress, &context.interrupt).await;
    drop(progress);
    let steps: Vec<_> = done.iter().map(rows::done).collect();
    context.output.object(&json!({ "database": database.settings.name, "steps": steps }));
    result.map_err(|error| execution_failure(&history, &error))?;
    context.output.say(match settlement {
        Settlement::Continue { .. } => "it is done",
        Settlement::Applied => "it is recorded as applied",
        Settlement::Unapplied => "it is recorded as not applied",
        Settlement::Rollback => "it is put back to where it was begun",
    });
    Ok(())
}

/// What is said of a revision in flight beside other answers.
pub(super) fn standing(row: &InFlight) -> Diagnostic {
    let command = match row.direction {
        Direction::Upgrade => "migrate",
        Direction::Downgrade => "downgrade",
    };
    let back = match row.aim {
        Aim::Finish => "",
        Aim::Back => ", on its way back",
    };
    Diagnostic::new(
        "revision-in-flight",
        format!(
            "revision {} is in flight ({}{back}): {} of {} are done",
            row.revision,
            row.direction,
            row.position,
            plural(row.statements.len(), "statement"),
        ),
    )
    .with_revision(&row.revision)
    .with_help(format!("go on with `limbeck {command}`, or see `limbeck resolve`"))
}

fn fate(fate: &Fate) -> &'static str {
    match fate {
        Fate::NotDone => "not-done",
        Fate::HalfMade => "half-made",
        Fate::Done => "done",
        Fate::Unclear { .. } => "unclear",
    }
}

fn row(found: &Found) -> Value {
    let InFlight { revision, direction, aim, segment, statements, position, condition, .. } = &found.row;
    let statements: Vec<Value> = statements
        .iter()
        .enumerate()
        .map(|(at, statement)| {
            let state = if at < *position {
                "done"
            } else if at == *position {
                "in-flight"
            } else {
                "pending"
            };
            json!({ "sql": statement.sql, "state": state })
        })
        .collect();
    let (reason, differences) = match &found.fate {
        Fate::Unclear { reason, differences } => (Some(reason), differences.clone()),
        _ => (None, Vec::new()),
    };
    json!({
        "revision": revision.as_str(),
        "direction": direction.to_string(),
        "message": found.message,
        "back": *aim == Aim::Back,
        "operations_done": segment,
        "statements": statements,
        "fate": fate(&found.fate),
        "reason": reason,
        "differences": differences,
        "error": match condition {
            Condition::Failed(message) => Some(message),
            Condition::Running | Condition::Stopped => None,
        },
        "edited": found.edited,
        "started_at": found.row.started_at.map(|at| at.to_string()),
        "started_by": found.row.started_by,
        "lock_held_by": found.holder,
    })
}

fn text(found: &Found) -> Vec<String> {
    let row = &found.row;
    let mut lines = vec![format!("{}  {}", standing(row).message, found.message).trim_end().to_owned()];
    let at = row.started_at.map(|at| at.to_string()).unwrap_or_default();
    lines.push(format!("begun {at} by {}", row.started_by));
    if let Some(holder) = &found.holder {
        lines.push(format!("the migration lock is held by {holder}: its run may be under way"));
    }
    if found.edited {
        lines.push("its file was changed since".to_owned());
    }
    match row.segment {
        0 => {}
        segment => lines.push(format!("{} before these are done", plural(segment, "operation"))),
    }
    for (index, statement) in row.statements.iter().enumerate() {
        let mark = if index < row.position {
            "[X]"
        } else if index == row.position {
            "[?]"
        } else {
            "[ ]"
        };
        let mut text = statement.sql.lines();
        lines.push(format!("  {mark} {}", text.next().unwrap_or_default()));
        lines.extend(text.map(|line| format!("      {line}")));
    }
    if let Condition::Failed(message) = &row.condition {
        lines.push(format!("the server said: {message}"));
    }
    if row.statement().is_some() {
        let said = match &found.fate {
            Fate::NotDone => "the statement in flight has not happened, and will be run".to_owned(),
            Fate::HalfMade => {
                "the statement in flight has left something half made, which is taken away before it is run again"
                    .to_owned()
            }
            Fate::Done => "the statement in flight has happened".to_owned(),
            Fate::Unclear { reason, .. } => {
                format!("it cannot be told what became of the statement in flight: {reason}")
            }
        };
        lines.push(said);
    }
    if let Fate::Unclear { differences, .. } = &found.fate {
        lines.extend(differences.iter().map(|line| format!("  {line}")));
        lines.push("say so with `--continue --statement done` or `--continue --statement again`".to_owned());
    }
    lines
}
