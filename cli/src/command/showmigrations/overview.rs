//! Several databases beside each other: revisions down, databases across.

use comfy_table::{Cell, CellAlignment, Table, presets};
use indexmap::{IndexMap, IndexSet};
use limbeck_core::diag::plural;
use limbeck_core::execution::Status;
use limbeck_core::history::History;
use limbeck_core::ident::RevisionId;
use limbeck_core::revision::stands_for;

use super::super::graph_facts::line;
use super::super::resolve::standing;
use super::{contradictions, mark, remark, shown};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::settings::DatabaseConfig;
use crate::several::{Answer, conclude, few};

/// With more databases than this, those that stand alike share a column.
const OWN_COLUMNS: usize = 12;

/// A database with what is applied to it.
type Read<'a> = (&'a DatabaseConfig, &'a (History, Status));

/// Shows a table for each set of folders that databases have their revisions in.
pub(super) fn show(context: &Context, answers: Vec<Answer<'_, (History, Status)>>) -> Result<Exit, Failure> {
    let mut sets: IndexMap<_, Vec<Read<'_>>> = IndexMap::new();
    for (database, answer) in &answers {
        if let Some(Ok(read)) = answer {
            sets.entry(&database.migrations).or_default().push((*database, read));
        }
    }
    for (number, databases) in sets.values().enumerate() {
        if number > 0 {
            context.output.answer("");
        }
        table(context, databases);
        for (_, (_, status)) in databases {
            if let Some(row) = &status.in_flight {
                context.output.warn(&standing(row));
            }
            contradictions(context, status);
        }
    }
    conclude(
        answers
            .into_iter()
            .map(|(database, answer)| (database, answer.map(|read| read.map(|_| Exit::Done))))
            .collect(),
    )
}

fn table(context: &Context, databases: &[Read<'_>]) {
    let ids: IndexSet<RevisionId> = databases.iter().flat_map(|(_, (_, status))| shown(status)).collect();
    let mut columns: Vec<(String, String)> = databases
        .iter()
        .map(|read| (read.0.settings.name.clone(), ids.iter().map(|id| sign(id, read)).collect()))
        .collect();
    let mut legend = Vec::new();
    if columns.len() > OWN_COLUMNS {
        let mut alike: IndexMap<String, Vec<&str>> = IndexMap::new();
        for (name, signs) in &columns {
            alike.entry(signs.clone()).or_default().push(name);
        }
        let named: Vec<(String, String)> = alike
            .iter()
            .enumerate()
            .map(|(index, (signs, names))| {
                let name = format!("({})", index + 1);
                legend.push(format!("{name} {}: {}", plural(names.len(), "database"), few(names)));
                (name, signs.clone())
            })
            .collect();
        columns = named;
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let mut header = vec![Cell::new("")];
    header.extend(columns.iter().map(|(name, _)| Cell::new(name)));
    table.set_header(header);
    let signs: Vec<Vec<char>> = columns.iter().map(|(_, signs)| signs.chars().collect()).collect();
    for (row, id) in ids.iter().enumerate() {
        let known = databases.iter().find(|(_, (history, _))| history.get(id).is_some());
        let text = known.map_or_else(
            || format!("{id} (file gone)"),
            |(_, (history, status))| line(history, &status.standing.graph, id, remark(status, id)),
        );
        let mut cells = vec![Cell::new(text)];
        cells.extend(signs.iter().map(|signs| Cell::new(signs[row]).set_alignment(CellAlignment::Center)));
        table.add_row(cells);
    }
    if ids.is_empty() {
        let names: Vec<&str> =
            databases.iter().map(|(database, _)| database.settings.name.as_str()).collect();
        context.output.answer(&format!("{}: no revisions", few(&names)));
        return;
    }
    for line in table.lines() {
        context.output.answer(line.trim_end());
    }
    for line in legend {
        context.output.answer(&line);
    }
}

/// `X`: applied, `?`: in flight, `-`: not for this database, `.`: not applied.
fn sign(id: &RevisionId, (database, (history, status)): &Read<'_>) -> char {
    let name = &database.settings.name;
    let others = history.get(id).is_some_and(|revision| {
        !revision.databases.is_empty() && !revision.databases.iter().any(|listed| stands_for(listed, name))
    });
    match mark(status, id) {
        _ if others => '-',
        ' ' if history.get(id).is_none() => '-',
        ' ' => '.',
        sign => sign,
    }
}
