//! Entries of the configuration that stand for many databases, whose names only a database can tell.

use std::collections::BTreeMap;

use limbeck_core::diag::{Diagnose, Diagnostic};
use limbeck_core::driver::{Access, DriverError, Value};

use crate::context::Context;
use crate::exit::Failure;
use crate::idle::take_leave;
use crate::settings::{Pending, Settings};

/// Asks for the values of each template.
pub(crate) fn ask(
    context: &Context,
    settings: &Settings,
    wanted: &[Pending],
) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    // The configuration is read before anything else is done, in the middle of a runtime that must not be blocked by
    // waiting for itself.
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
                    Failure::new(Diagnostic::new("no-runtime", format!("the program cannot start: {error}")))
                })?;
            runtime.block_on(async {
                let answers = ask_all(context, settings, wanted).await;
                take_leave().await;
                answers
            })
        });
        match asked.join() {
            Ok(answer) => answer,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

async fn ask_all(
    context: &Context,
    settings: &Settings,
    wanted: &[Pending],
) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let mut answers = BTreeMap::new();
    for pending in wanted {
        let Some(database) = settings.databases.get(&pending.database) else { continue };
        let failed = |error: DriverError| {
            let mut diagnostic = error.diagnostic().with_statement(pending.query.clone());
            diagnostic.message =
                format!("`each` of database `{}` cannot be asked for: {}", pending.name, diagnostic.message);
            Failure::new(diagnostic)
        };
        let mut session = context.connect(&database.settings, Access::Source).await?;
        let rows = session.connection.query(&pending.query, &[]).await.map_err(failed)?;
        let mut values = Vec::with_capacity(rows.len());
        for row in rows {
            match row.0.into_iter().next() {
                Some(Value::Text(text)) => values.push(text),
                Some(Value::Integer(number)) => values.push(number.to_string()),
                _ => {
                    let message =
                        format!("`each` of database `{}` gives a value that is no text", pending.name);
                    return Err(Failure::new(
                        Diagnostic::new("invalid-configuration", message)
                            .with_statement(pending.query.clone())
                            .with_help("let the first column of the query be the names"),
                    ));
                }
            }
        }
        answers.insert(pending.name.clone(), values);
    }
    Ok(answers)
}
