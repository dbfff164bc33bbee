use std::path::PathBuf;

use jiff::Timestamp;
use limbeck_core::diag::{Diagnose, Diagnostic, list};
use limbeck_core::graph::{Applied, Graph, Node, Place};
use limbeck_core::history::History;
use limbeck_core::ident::{Label, RevisionId};
use limbeck_core::revision::{FileTemplate, Format, Revision, parse, write_new};

use super::{hooks, template};
use crate::context::{Context, specifier};
use crate::exit::Failure;
use crate::settings::{CONFIG_FILE, DatabaseConfig, Settings};

/// What a new revision is given besides its operations.
#[derive(Debug, Clone, Default)]
pub(super) struct Header<'a> {
    pub(super) labels: &'a [String],
    pub(super) depends_on: &'a [String],
    pub(super) rev_id: Option<&'a str>,
}

/// The parents of a new revision: the one head, or those that were named.
pub(super) fn parents(graph: &Graph, named: &[String], splice: bool) -> Result<Vec<RevisionId>, Failure> {
    if named.is_empty() {
        let heads = graph.heads();
        return match heads.as_slice() {
            [] => Ok(Vec::new()),
            [head] => Ok(vec![(*head).clone()]),
            heads => Err(Failure::new(
                Diagnostic::new("multiple-heads", format!("there are {} heads: {}", heads.len(), list(heads)))
                    .with_help(format!(
                        "join them with `limbeck merge -m \"…\"`, or choose the one to go on from with `--head {}`",
                        heads[0]
                    )),
            )),
        };
    }
    let mut parents: Vec<RevisionId> = Vec::new();
    for text in named {
        let wanted = specifier(text)?;
        let resolved = graph.resolve(&wanted, &Applied::new())?;
        if resolved.place == Place::Base {
            continue;
        }
        for parent in resolved.revisions(graph) {
            if !parents.contains(&parent) {
                parents.push(parent);
            }
        }
    }
    if !splice {
        for parent in &parents {
            let children = graph.children(parent);
            if !children.is_empty() {
                return Err(Failure::new(
                    Diagnostic::new(
                        "not-a-head",
                        format!("revision {parent} is not a head: {} builds on it", list(children)),
                    )
                    .with_revision(parent)
                    .with_help("begin a branch there with `--splice`"),
                ));
            }
        }
    }
    Ok(parents)
}

/// Makes a revision and checks that the graph is whole with it, before anything is written.
pub(super) fn assemble(
    history: &History,
    graph: &Graph,
    parents: Vec<RevisionId>,
    message: String,
    header: &Header<'_>,
) -> Result<Revision, Failure> {
    let id = match header.rev_id {
        Some(text) => RevisionId::new(text).map_err(|error| invalid_name(&error.to_string()))?,
        None => RevisionId::random().map_err(|error| {
            Failure::new(
                Diagnostic::new("no-randomness", format!("the system gives no random numbers: {error}"))
                    .with_help("name the revision with `--rev-id`"),
            )
        })?,
    };
    if history.get(&id).is_some() {
        return Err(Failure::new(
            Diagnostic::new("duplicate-revision", format!("there is a revision {id} already"))
                .with_revision(&id),
        ));
    }
    let mut revision = Revision::new(id, parents, message);
    revision.created = Some(Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default());
    for text in header.labels {
        revision.labels.push(Label::new(text).map_err(|error| invalid_name(&error.to_string()))?);
    }
    for text in header.depends_on {
        // A label stays a label; the beginning of an id becomes the whole.
        let name = match graph.labelled(text) {
            Some(_) => text.clone(),
            None => graph.resolve_one(&specifier(text)?, &Applied::new())?.to_string(),
        };
        revision.depends_on.push(name);
    }
    let mut nodes: Vec<Node> = graph.nodes().cloned().collect();
    nodes.push(Node {
        id: revision.id.clone(),
        parents: revision.parents.clone(),
        depends_on: revision.depends_on.clone(),
        labels: revision.labels.clone(),
        replaces: Vec::new(),
        origin: "the new revision".to_owned(),
    });
    if let Err(errors) = Graph::new(nodes) {
        return Err(Failure::all(errors.errors.iter().map(Diagnose::diagnostic).collect()));
    }
    Ok(revision)
}

fn invalid_name(message: &str) -> Failure {
    Failure::new(Diagnostic::new("invalid-name", message))
}

/// Writes a revision into the first of the database's folders, runs the hooks on it, and says which file it is.
pub(super) fn store(
    context: &Context,
    settings: &Settings,
    database: &DatabaseConfig,
    revision: &Revision,
    format: Format,
) -> Result<PathBuf, Failure> {
    let template = FileTemplate::parse(&settings.file_template)
        .map_err(|error| Failure::usage(vec![error.diagnostic()]))?;
    let created = revision.created.unwrap_or_default();
    let name = template.file_name(&revision.id, &revision.message, created, format);
    store_as(context, settings, database, revision, format, &name)
}

/// The same under this file name.
pub(super) fn store_as(
    context: &Context,
    settings: &Settings,
    database: &DatabaseConfig,
    revision: &Revision,
    format: Format,
    name: &str,
) -> Result<PathBuf, Failure> {
    let text = template::text(settings, database, revision, format)?;
    let Some(folder) = database.migrations.first() else {
        return Err(Failure::usage(vec![
            Diagnostic::new("no-migrations", "no folder for revisions is configured")
                .with_help(format!("write `dir = \"migrations\"` under `[migrations]` in {CONFIG_FILE}")),
        ]));
    };
    let path = write_new(folder, name, &text)?;
    let written = parse(path.to_string_lossy(), text, format)
        .map_err(|errors| Failure::all(errors.iter().map(Diagnose::diagnostic).collect()))?;
    hooks::run(settings, context.output, &path, &written)?;
    Ok(path)
}

/// The revisions that these words mean, each once.
pub(super) fn resolve_all(graph: &Graph, named: &[String]) -> Result<Vec<RevisionId>, Failure> {
    let mut found: Vec<RevisionId> = Vec::new();
    for text in named {
        for id in graph.resolve(&specifier(text)?, &Applied::new())?.revisions(graph) {
            if !found.contains(&id) {
                found.push(id);
            }
        }
    }
    Ok(found)
}
