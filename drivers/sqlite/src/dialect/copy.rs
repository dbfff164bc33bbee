//! How the rows of a table get into the one that takes its place.

use limbeck_core::ident::Ident;
use limbeck_core::schema::{Column, Sql};

use super::default::{self, in_parens};
use super::enums;
use super::group::Group;
use super::literal::{quote, quote_all};
use super::lower::{Lowered, sql_text, type_text};
use super::types::conversion;

/// The statement that copies the rows of `before` into the table called `target`, which is made as `after` says.
///
/// OR ABORT overrules the conflict clauses of the table: a row that does not fit must not be passed over or replace
/// another. A column is always named with its table: SQLite takes a name in double quotes that it does not know for a text.
pub(super) fn copy(before: &Lowered, after: &Lowered, group: &Group, target: &str) -> String {
    let source = quote(before.table.name.name.as_str());
    let mut columns = Vec::new();
    let mut values = Vec::new();
    let rowid = rowid_name(before);
    let alias = after.rowid_alias().map(|column| &column.name);
    for column in after.table.columns.iter().filter(|column| column.generated.is_none()) {
        let value = match old_column(before, group, &column.name) {
            Some(old) => Some(old_value(before, after, group, &source, old, column)),
            None => match (group.fills.get(&column.name), rowid) {
                (Some(fill), _) if column.default.is_none() => Some(in_parens(fill)),
                // A column that becomes another name for the rowid begins as what the rowid was.
                (None, Some(rowid)) if alias == Some(&column.name) => Some(format!("{source}.{rowid}")),
                // The default, or NULL, which NOT NULL then refuses.
                _ => None,
            },
        };
        if let Some(value) = value {
            columns.push(quote(column.name.as_str()));
            values.push(value);
        }
    }
    if alias.is_none()
        && let (Some(from), Some(to)) = (rowid, rowid_name(after))
    {
        columns.insert(0, to.to_owned());
        values.insert(0, format!("{source}.{from}"));
    }
    if columns.is_empty() {
        // Neither rowids nor values are left to copy, and yet each row must stay. An INSERT … SELECT names one column
        // at least: the first that can be written gets its default by name.
        return default_rows(after, &source, target);
    }
    format!(
        "INSERT OR ABORT INTO {} ({}) SELECT {} FROM {source}",
        quote(target),
        columns.join(", "),
        values.join(", ")
    )
}

fn default_rows(after: &Lowered, source: &str, target: &str) -> String {
    let column = after.table.columns.iter().find(|column| column.generated.is_none());
    let names = quote_all(column.map(|column| column.name.as_str()));
    let value = column
        .and_then(|column| column.default.as_ref())
        .map_or_else(|| "NULL".to_owned(), |sql| default::value(sql_text(sql)));
    format!("INSERT OR ABORT INTO {} ({names}) SELECT {value} FROM {source}", quote(target))
}

/// The column whose values a column takes over.
fn old_column<'a>(before: &'a Lowered, group: &Group, name: &Ident) -> Option<&'a Column> {
    if group.fresh.contains(name) {
        return None;
    }
    before.table.column(group.sources.get(name).unwrap_or(name))
}

fn old_value(
    before: &Lowered,
    after: &Lowered,
    group: &Group,
    source: &str,
    old: &Column,
    new: &Column,
) -> String {
    let mut value = format!("{source}.{}", quote(old.name.as_str()));
    if let Some(using) = group.usings.get(&new.name) {
        value = in_parens(using);
    } else {
        for renames in group.respelt.get(&new.name).into_iter().flatten() {
            value = enums::respell(&value, renames);
        }
        let (from, to) = (type_text(old), type_text(new));
        if let Some(cast) = conversion((&from, before.is_strict()), (&to, after.is_strict())) {
            value = format!("CAST({value} AS {cast})");
        }
    }
    match group.fills.get(&new.name) {
        Some(fill) if !new.nullable => return format!("coalesce({value}, {})", in_parens(fill)),
        _ => {}
    }
    match &new.default {
        // A row without a value gets the one that a row gets of which none is said.
        Some(default) if fills_with_default(old, new) => {
            format!("coalesce({value}, {})", default::value(sql_text(default)))
        }
        _ => value,
    }
}

/// Whether a column begins to refuse NULL and has something else to give.
pub(super) fn fills_with_default(old: &Column, new: &Column) -> bool {
    let given = |sql: &Sql| default::kind(sql_text(sql)) != default::Kind::Null;
    old.nullable && !new.nullable && new.default.as_ref().is_some_and(given)
}

/// What the rowid can be called.
const ROWID_NAMES: [&str; 3] = ["rowid", "_rowid_", "oid"];

/// Whether a column's name hides the rowid.
pub(super) fn is_rowid_name(name: &Ident) -> bool {
    ROWID_NAMES.iter().any(|rowid| name.as_str().eq_ignore_ascii_case(rowid))
}

/// A name of the rowid that no column has taken; `None` if there is no rowid, or none that can be named.
fn rowid_name(lowered: &Lowered) -> Option<&'static str> {
    if lowered.is_without_rowid() {
        return None;
    }
    let is_column = |name: &str| {
        lowered.table.columns.iter().any(|column| column.name.as_str().eq_ignore_ascii_case(name))
    };
    ROWID_NAMES.into_iter().find(|name| !is_column(name))
}
