//! Tables.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::driver::{Introspection, Row};
use limbeck_core::ident::Name;
use limbeck_core::schema::{Enum, OptionValue, Options, PartitionOf, Table};

use super::catalog::Catalog;
use super::filter::Filter;
use super::row::{Oid, flag, integer, lines, owned, text};
use super::sequences::Counters;
use super::{columns, constraints, indexes};
use crate::options;

pub(super) fn query(filter: &Filter<'_>) -> String {
    format!(
        "SELECT c.oid::bigint, n.nspname::text, c.relname::text, c.relpersistence = 'u', \
             pg_catalog.array_to_string(c.reloptions, E'\\n'), pg_catalog.array_to_string(o.reloptions, E'\\n'), \
             s.spcname::text, m.amname::text, c.relreplident::text, ri.relname::text, \
             c.relrowsecurity, c.relforcerowsecurity, \
             CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END, \
             pn.nspname::text, p.relname::text, pg_catalog.pg_get_expr(c.relpartbound, c.oid), d.description, \
             (SELECT pg_catalog.string_agg(hi.inhparent::pg_catalog.regclass::text, E'\n' ORDER BY hi.inhseqno) \
                 FROM pg_catalog.pg_inherits hi \
                 WHERE hi.inhrelid = c.oid AND NOT c.relispartition), \
             pg_catalog.format_type(nullif(c.reloftype, 0), NULL) \
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         LEFT JOIN pg_catalog.pg_class o ON o.oid = c.reltoastrelid \
         LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace \
         LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam AND m.amname <> 'heap' \
         LEFT JOIN pg_catalog.pg_index x ON x.indrelid = c.oid AND x.indisreplident \
         LEFT JOIN pg_catalog.pg_class ri ON ri.oid = x.indexrelid \
         LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = c.oid AND c.relispartition \
         LEFT JOIN pg_catalog.pg_class p ON p.oid = h.inhparent \
         LEFT JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace \
         LEFT JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_class'::regclass \
             AND d.objoid = c.oid AND d.objsubid = 0 \
         WHERE c.relkind IN ('r', 'p') AND {} ORDER BY n.nspname, c.relname",
        filter.table(),
    )
}

/// Adds the tables to what was seen.
pub(super) fn read(
    catalog: &Catalog,
    filter: &Filter<'_>,
    enums: &BTreeMap<Oid, Enum>,
    counters: &Counters,
    seen: &mut Introspection,
) {
    let names: BTreeMap<Oid, Name> =
        catalog.tables.iter().map(|row| (integer(row, 0), filter.name(text(row, 1), text(row, 2)))).collect();
    let parts: BTreeSet<Oid> =
        catalog.tables.iter().filter(|row| row.text(14).is_some()).map(|row| integer(row, 0)).collect();
    let mut columns = columns::read(&catalog.columns, &names, enums, counters);
    let indexes = indexes::read(catalog, &names, &columns);
    let mut constraints =
        constraints::read(&catalog.constraints, filter, &names, &parts, &mut columns, &indexes);
    for row in &catalog.tables {
        let number = integer(row, 0);
        let mut table = table(row, filter);
        let own = columns.remove(&number).unwrap_or_default();
        let is_part = table.partition_of.is_some();
        table.columns = own.into_iter().map(|seen| seen.of_table(is_part)).collect();
        table.constraints = constraints.remove(&number).unwrap_or_default();
        let own = indexes
            .get(&number)
            .into_iter()
            .flatten()
            .filter(|index| index.constraint.is_none() && !index.follows());
        for index in own {
            match index.unusable(&table.name) {
                Some(left) => seen.unmanaged.push(left),
                None => {
                    table.indexes.insert(index.index.name.clone(), index.index.clone());
                }
            }
        }
        seen.schema.insert_table(table);
    }
}

fn table(row: &Row, filter: &Filter<'_>) -> Table {
    let mut table = Table::new(filter.name(text(row, 1), text(row, 2)));
    let options = &mut table.options;
    if flag(row, 3) {
        options::set_flag(options, options::UNLOGGED);
    }
    set_parameters(options, &lines(row, 4), &lines(row, 5));
    if let Some(tablespace) = row.text(6) {
        options::set_text(options, options::TABLESPACE, tablespace);
    }
    if let Some(method) = row.text(7) {
        options::set_text(options, options::ACCESS_METHOD, method);
    }
    match (text(row, 8), row.text(9)) {
        ("f", _) => options::set_text(options, options::REPLICA_IDENTITY, "full"),
        ("n", _) => options::set_text(options, options::REPLICA_IDENTITY, "nothing"),
        ("i", Some(index)) => {
            options::set_text(options, options::REPLICA_IDENTITY, format!("index {index}"));
        }
        _ => {}
    }
    for (at, key) in [(10, options::ROW_SECURITY), (11, options::FORCE_ROW_SECURITY)] {
        if flag(row, at) {
            options::set_flag(options, key);
        }
    }
    table.partition_by = owned(row, 12);
    if let (Some(parent), Some(bound)) = (row.text(14), owned(row, 15)) {
        table.partition_of = Some(PartitionOf { parent: filter.name(text(row, 13), parent), bound });
    }
    let parents = lines(row, 17);
    if !parents.is_empty() {
        options::set_texts(options, options::INHERITS, parents);
    }
    if let Some(ty) = row.text(18) {
        options::set_text(options, options::OF_TYPE, ty);
    }
    table.comment = owned(row, 16);
    table
}

/// Sets the parameters that the catalog keeps as `key=value`; `toast` are those of the TOAST table.
pub(super) fn set_parameters(options: &mut Options, own: &[String], toast: &[String]) {
    let mut parameters = Options::default();
    let named = own.iter().map(|pair| ("", pair)).chain(toast.iter().map(|pair| ("toast.", pair)));
    for (namespace, pair) in named {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        parameters.0.insert(format!("{namespace}{key}"), OptionValue::String(value.to_owned()));
    }
    if !parameters.is_empty() {
        options.set(options::DIALECT, options::PARAMETERS, OptionValue::Table(parameters));
    }
}
