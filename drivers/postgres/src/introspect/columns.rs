//! Columns.

use std::collections::BTreeMap;

use limbeck_core::driver::Row;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Column, Enum, Generated, Identity, OptionValue, Options, Sql, Type, TypeSpec};

use super::filter::Filter;
use super::row::{Oid, flag, integer, owned, text};
use super::sequences::Counters;
use super::tables::set_parameters;
use crate::dialect::{bare, parse_type, sequence_name, type_spec};
use crate::options;

/// A default names no column: without its table's number the server need not open the table to print it.
pub(super) fn query(filter: &Filter<'_>) -> String {
    let compression = filter.column(14, "a.attcompression::text", "''");
    format!(
        "SELECT a.attrelid::bigint, a.attnum::bigint, a.attname::text, \
             pg_catalog.format_type(a.atttypid, a.atttypmod), \
             CASE WHEN t.typtype = 'e' THEN t.oid WHEN i.typtype = 'e' THEN i.oid END::bigint, \
             i.oid IS NOT NULL, a.attnotnull, \
             pg_catalog.pg_get_expr(e.adbin, CASE a.attgenerated WHEN '' THEN 0 ELSE e.adrelid END), \
             a.attidentity::text, a.attgenerated::text, \
             CASE WHEN ln.nspname = 'pg_catalog' THEN l.collname::text \
                 ELSE pg_catalog.concat('\"', replace(ln.nspname, '\"', '\"\"'), '\".\"', replace(l.collname, '\"', '\"\"'), '\"') END, \
             l.oid IS NOT NULL, \
             CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END, {compression}, \
             a.attstattarget::bigint, pg_catalog.array_to_string(a.attoptions, E'\\n'), d.description, \
             a.attislocal, a.attinhcount::bigint \
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
         JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
         LEFT JOIN pg_catalog.pg_type i ON i.oid = t.typelem AND t.typcategory = 'A' AND t.typlen = -1 \
         LEFT JOIN pg_catalog.pg_attrdef e ON e.adrelid = c.oid AND e.adnum = a.attnum \
         LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation AND a.attcollation <> t.typcollation \
         LEFT JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace \
         LEFT JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_class'::regclass \
             AND d.objoid = c.oid AND d.objsubid = a.attnum \
         WHERE c.relkind IN ('r', 'p') AND {} ORDER BY a.attrelid, a.attnum",
        filter.table(),
    )
}

/// A column with its place in the catalog.
pub(super) struct Seen {
    pub(super) number: i64,
    pub(super) column: Column,
    /// It is said in this table, and not only in one that it inherits from.
    pub(super) local: bool,
}

impl Seen {
    /// The column as its table has it. A part has all of the whole; what a table inherits is said by its parent.
    pub(super) fn of_table(self, is_part: bool) -> Column {
        let mut column = self.column;
        if is_part {
            column.identity = None;
            options::unset(&mut column.options, options::SEQUENCE);
        } else if !self.local {
            options::set_flag(&mut column.options, options::INHERITED);
        }
        column
    }
}

/// The columns by their tables.
pub(super) fn read(
    rows: &[Row],
    tables: &BTreeMap<Oid, Name>,
    enums: &BTreeMap<Oid, Enum>,
    counters: &Counters,
) -> BTreeMap<Oid, Vec<Seen>> {
    let mut found: BTreeMap<Oid, Vec<Seen>> = BTreeMap::new();
    for row in rows {
        let table = integer(row, 0);
        let Some(owner) = tables.get(&table) else { continue };
        let column = column(row, owner, enums, counters);
        found.entry(table).or_default().push(Seen { number: integer(row, 1), column, local: flag(row, 17) });
    }
    found
}

fn column(row: &Row, owner: &Name, enums: &BTreeMap<Oid, Enum>, counters: &Counters) -> Column {
    let name = Ident::new(text(row, 2));
    let mut column = Column::new(name.clone(), ty(row, enums));
    column.nullable = !flag(row, 6);
    let expression = row.text(7);
    match text(row, 9) {
        "" => column.default = expression.map(|text| Sql::from(bare(text))),
        kind => {
            column.generated =
                expression.map(|text| Generated { expression: Sql::from(bare(text)), stored: kind == "s" });
        }
    }
    let mut options = Options::default();
    let identity = text(row, 8);
    if !identity.is_empty() {
        let counter = counters.get(&(integer(row, 0), integer(row, 1)));
        let sequence = counter.map(|counter| counter.settings.clone()).unwrap_or_default();
        column.identity = Some(Identity { always: identity == "a", sequence });
        let called = counter.filter(|counter| counter.name.name != *sequence_name(owner, &name));
        if let Some(counter) = called {
            options::set_text(&mut options, options::SEQUENCE, counter.name.name.as_str());
        }
    }
    if flag(row, 11) {
        column.collation = owned(row, 10);
    }
    let storage = match row.text(12) {
        Some("p") => Some("plain"),
        Some("e") => Some("external"),
        Some("m") => Some("main"),
        Some("x") => Some("extended"),
        _ => None,
    };
    if let Some(word) = storage {
        options::set_text(&mut options, options::STORAGE, word);
    }
    let compression = match text(row, 13) {
        "p" => Some("pglz"),
        "l" => Some("lz4"),
        _ => None,
    };
    if let Some(word) = compression {
        options::set_text(&mut options, options::COMPRESSION, word);
    }
    // Older servers write -1 where newer ones write nothing.
    if let Some(number) = row.integer(14).filter(|number| *number >= 0) {
        options.set(options::DIALECT, options::STATISTICS, OptionValue::Integer(number));
    }
    set_parameters(&mut options, &super::row::lines(row, 15), &[]);
    column.comment = owned(row, 16);
    column.options = options;
    column
}

fn ty(row: &Row, enums: &BTreeMap<Oid, Enum>) -> TypeSpec {
    match row.integer(4).and_then(|number| enums.get(&number)) {
        Some(found) => {
            let ty = Type::Enum(found.name.clone());
            if flag(row, 5) { Type::Array(Box::new(ty)).into() } else { ty.into() }
        }
        None => type_spec(parse_type(text(row, 3))),
    }
}
