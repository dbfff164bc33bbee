use limbeck_core::autogenerate::creation;
use limbeck_core::driver::StatementKind;
use limbeck_core::revision::{operations_to_toml, schema_to_json};
use limbeck_core::schema::Schema;
use limbeck_core::sql;
use limbeck_models::write::{Setting, write};
use serde_json::{Value, json};

use crate::args::{InspectArgs, InspectFormat};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::source::{Seen, Sources};
use crate::view::{dot, mermaid};

/// `inspect`
pub(super) async fn run(context: &Context, args: &InspectArgs) -> Result<Exit, Failure> {
    let named: Vec<&String> = args.source.iter().collect();
    let settings = context.settings_for(&named)?;
    for database in context.databases(&settings)? {
        let history = context.history_if_there(database)?;
        let standing = context.graph(&history)?;
        let sources =
            Sources { context, settings: &settings, database, history: &history, standing: &standing };
        let own = format!("database:{}", database.settings.name);
        let seen = sources.one(args.source.as_deref().unwrap_or(&own)).await?;
        let unmanaged: Vec<Value> = seen
            .unmanaged
            .iter()
            .map(|left| json!({ "kind": left.kind, "name": left.name.to_string(), "reason": left.reason }))
            .collect();
        let (schema, declared) = match seen.schema {
            Seen::Declared(schema) => (schema, true),
            Seen::Observed(schema) => (schema, false),
        };
        if context.output.json || args.format == InspectFormat::Json {
            let row = json!({
                "database": database.settings.name,
                "declared": declared,
                "schema": schema_to_json(&schema),
                "unmanaged": unmanaged,
            });
            context.output.object(&row);
            context.output.answer(&format!("{row:#}"));
            continue;
        }
        let dialect = context.dialect(Some(&database.settings), None)?;
        if args.format == InspectFormat::Rust {
            let setting =
                Setting { naming: &settings.naming, dialect: &*dialect, unmanaged: &seen.unmanaged };
            let written = write(&schema, setting);
            for line in &written.left_out {
                context.output.note(&format!("note: models cannot say {line}"));
            }
            context.output.answer(written.text.trim_end());
            continue;
        }
        for left in &seen.unmanaged {
            let kind = left.kind.replace('_', " ");
            context.output.note(&format!("note: {kind} {} is left alone: {}", left.name, left.reason));
        }
        match args.format {
            InspectFormat::Mermaid => {
                context.output.answer(mermaid(&schema, dialect.names()).trim_end());
                continue;
            }
            InspectFormat::Dot => {
                context.output.answer(dot(&schema, dialect.names()).trim_end());
                continue;
            }
            InspectFormat::Sql | InspectFormat::Json | InspectFormat::Toml | InspectFormat::Rust => {}
        }
        let operations = creation(&schema);
        if args.format == InspectFormat::Toml {
            context.output.answer(operations_to_toml(&operations).trim_end());
            continue;
        }
        let statements = dialect.plan(&operations, &Schema::new())?;
        let texts = statements
            .iter()
            .filter(|statement| !matches!(statement.kind, StatementKind::Guard(_)))
            .map(|statement| statement.sql.as_str());
        context.output.answer(sql::join(dialect.lexical(), texts).trim_end());
    }
    Ok(Exit::Done)
}
