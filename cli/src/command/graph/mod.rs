//! `graph`: the revisions as a picture.

mod dot;
mod mermaid;
mod svg;

use limbeck_core::history::History;
use limbeck_core::ident::RevisionId;
use serde_json::json;

use super::graph_facts::line;
use crate::args::{GraphArgs, GraphFormat};
use crate::context::Context;
use crate::exit::{Exit, Failure};

/// `graph`
pub(super) fn run(context: &Context, args: &GraphArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    for database in context.databases(&settings)? {
        let history = context.history(database)?;
        let graph = context.graph(&history)?.graph;
        let text = match args.format {
            GraphFormat::Dot => dot::draw(&history, &graph),
            GraphFormat::Mermaid => mermaid::draw(&history, &graph),
            GraphFormat::Svg => svg::draw(&history, &graph),
            GraphFormat::Html => svg::page(&database.settings.name, &history, &graph),
        };
        context.output.object(&json!({ "database": database.settings.name, "graph": text }));
        context.output.answer(text.trim_end());
    }
    Ok(Exit::Done)
}

/// The first line of a revision's message.
fn title<'a>(history: &'a History, id: &RevisionId) -> &'a str {
    history.get(id).and_then(|revision| revision.message.lines().next()).unwrap_or_default()
}

/// A text inside of HTML, SVG or Mermaid.
fn escaped(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => made.push_str("&amp;"),
            '<' => made.push_str("&lt;"),
            '>' => made.push_str("&gt;"),
            '"' => made.push_str("&quot;"),
            other if other.is_control() => made.push(' '),
            other => made.push(other),
        }
    }
    made
}
