use limbeck_core::diag::{Diagnostic, list};
use limbeck_core::ident::RevisionId;
use limbeck_core::revision::Format;
use serde_json::json;

use super::new_revision::{Header, assemble, resolve_all, store};
use crate::args::MergeArgs;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::settings::{NewFormat, Settings};

/// `merge`
pub(super) async fn run(context: &Context, args: &MergeArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    for database in context.databases(&settings)? {
        let history = context.history(database)?;
        let standing = context.graph(&history)?;
        let graph = &standing.graph;
        let parents: Vec<RevisionId> = if args.revisions.is_empty() {
            graph.heads().into_iter().cloned().collect()
        } else {
            resolve_all(graph, &args.revisions)?
        };
        if parents.len() < 2 {
            let message = match parents.as_slice() {
                [] => "there are no revisions to merge".to_owned(),
                heads => format!("there is nothing to merge: {} stands alone", list(heads)),
            };
            return Err(Failure::new(
                Diagnostic::new("nothing-to-merge", message)
                    .with_help("see `limbeck heads`; name two revisions or more"),
            ));
        }
        let inner: Vec<&RevisionId> =
            parents.iter().filter(|parent| !graph.children(parent).is_empty()).collect();
        if !args.splice && !inner.is_empty() {
            return Err(Failure::new(
                Diagnostic::new("not-a-head", format!("{} is not a head", list(inner)))
                    .with_help("see `limbeck heads`; to merge it all the same: `--splice`"),
            ));
        }
        let message = args.message.clone().unwrap_or_else(|| format!("merge {}", list(&parents)));
        let header = Header { labels: &args.label, depends_on: &[], rev_id: args.rev_id.as_deref() };
        let revision = assemble(&history, graph, parents, message, &header)?;
        let format = match settings.format {
            NewFormat::Toml => Format::Toml,
            NewFormat::Sql => Format::Sql,
        };
        let file = Settings::shown(&store(context, &settings, database, &revision, format)?);
        context.output.object(&json!({
            "database": database.settings.name,
            "revision": revision.id,
            "file": file,
            "operations": [],
        }));
        context.output.say(&format!("wrote {file}, which joins {}", list(&revision.parents)));
    }
    Ok(Exit::Done)
}
