//! Indexes, those behind constraints too.

use std::collections::BTreeMap;

use limbeck_core::driver::{Row, Unmanaged};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Index, KeyPart, Nulls, OptionValue, Options, Order, Sql};

use super::catalog::Catalog;
use super::columns::Seen as SeenColumn;
use super::filter::Filter;
use super::row::{Oid, flag, integer, lines, numbers, owned, text};
use super::tables::set_parameters;
use crate::dialect::{bare, index_name, text as quoted};
use crate::options;

/// A part that descends, and one whose NULLs come first, in `indoption`.
const DESCENDING: i64 = 1;
const NULLS_FIRST: i64 = 2;
/// The collation `default`, which goes without saying.
const DEFAULT_COLLATION: i64 = 100;

pub(super) fn query(filter: &Filter<'_>) -> String {
    let nulls = filter.column(15, "i.indnullsnotdistinct", "false");
    format!(
        "SELECT i.indexrelid::bigint, i.indrelid::bigint, x.relname::text, m.amname::text, i.indisunique, {nulls}, \
             i.indisvalid AND i.indisready, i.indisclustered, i.indnkeyatts::bigint, i.indkey::text, \
             i.indoption::text, i.indclass::text, i.indcollation::text, \
             pg_catalog.pg_get_expr(i.indpred, i.indrelid), pg_catalog.array_to_string(x.reloptions, E'\\n'), \
             s.spcname::text, d.description, k.oid::bigint, x.relkind::text, h.inhparent::bigint, k.contype::text, w.indisvalid \
         FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid \
         JOIN pg_catalog.pg_class c ON c.oid = i.indrelid \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         JOIN pg_catalog.pg_am m ON m.oid = x.relam \
         LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = x.reltablespace \
         LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x') \
         LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = i.indexrelid \
         LEFT JOIN pg_catalog.pg_index w ON w.indexrelid = h.inhparent \
         LEFT JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_class'::regclass \
             AND d.objoid = x.oid AND d.objsubid = 0 \
         WHERE c.relkind IN ('r', 'p', 'm') AND {} ORDER BY i.indrelid, x.relname",
        filter.table(),
    )
}

/// What some of the parts have beside their column: an expression, parameters of the operator class, statistics.
pub(super) fn parts_query(filter: &Filter<'_>) -> String {
    format!(
        "SELECT a.attrelid::bigint, a.attnum::bigint, \
             CASE WHEN i.indkey[a.attnum - 1] = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, a.attnum, false) END, \
             pg_catalog.array_to_string(a.attoptions, E'\\n'), a.attstattarget::bigint, a.attname::text \
         FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indexrelid \
         WHERE c.relkind IN ('r', 'p', 'm') AND (i.indexprs IS NOT NULL AND i.indkey[a.attnum - 1] = 0 \
             OR a.attoptions IS NOT NULL \
             OR a.attstattarget >= 0) AND {} ORDER BY a.attrelid, a.attnum",
        filter.table(),
    )
}

/// All operator classes: there are some hundreds.
pub(super) const OPERATOR_CLASSES: &str = "SELECT o.oid::bigint, CASE WHEN n.nspname = 'pg_catalog' \
     THEN pg_catalog.quote_ident(o.opcname) \
     ELSE pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(o.opcname) END, o.opcdefault \
     FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace";

/// The collations that indexes name.
pub(super) const COLLATIONS: &str = "SELECT l.oid::bigint, CASE WHEN n.nspname = 'pg_catalog' THEN l.collname::text \
     ELSE pg_catalog.concat('\"', replace(n.nspname, '\"', '\"\"'), '\".\"', replace(l.collname, '\"', '\"\"'), '\"') END \
     FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace \
     WHERE l.oid IN (SELECT DISTINCT pg_catalog.unnest(i.indcollation::oid[]) FROM pg_catalog.pg_index i \
         WHERE i.indrelid >= 16384)";

/// An index as the catalog has it.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) number: Oid,
    pub(super) index: Index,
    pub(super) method: String,
    /// The constraint that it stands behind.
    pub(super) constraint: Option<Oid>,
    /// It is a part of an index of the whole.
    is_part: bool,
    /// That of the whole was made only there, and not on all parts: each of them has to be told.
    attached: bool,
    /// Whether it has the name that the server gives to what has none.
    made_up: bool,
    /// What the server calls such a one.
    usual: String,
    /// Whether queries use it.
    valid: bool,
    /// It is one of a table that is divided: it holds nothing by itself.
    divided: bool,
}

impl Seen {
    /// Whether the server makes it, and calls it so, when the index of the whole is made.
    pub(super) fn follows(&self) -> bool {
        self.is_part && !self.attached && self.made_up && self.index.comment.is_none()
    }

    /// What it is left alone for, if it is.
    pub(super) fn unusable(&self, table: &Name) -> Option<Unmanaged> {
        (!self.valid && !self.divided).then(|| Unmanaged {
            kind: "index".to_owned(),
            name: table.sibling(self.index.name.clone()),
            reason: format!(
                "it is invalid, as CREATE INDEX CONCURRENTLY leaves one behind when it fails: drop it, or REINDEX it (table {table})"
            ),
        })
    }
}

/// The indexes by their tables.
pub(super) fn read(
    catalog: &Catalog,
    tables: &BTreeMap<Oid, Name>,
    columns: &BTreeMap<Oid, Vec<SeenColumn>>,
) -> BTreeMap<Oid, Vec<Seen>> {
    let classes: BTreeMap<Oid, (&str, bool)> =
        catalog.operator_classes.iter().map(|row| (integer(row, 0), (text(row, 1), flag(row, 2)))).collect();
    let collations: BTreeMap<Oid, &str> =
        catalog.collations.iter().map(|row| (integer(row, 0), text(row, 1))).collect();
    let parts: BTreeMap<(Oid, i64), &Row> =
        catalog.index_parts.iter().map(|row| ((integer(row, 0), integer(row, 1)), row)).collect();
    let known = Known { tables, columns, classes, collations, parts };
    let mut found: BTreeMap<Oid, Vec<Seen>> = BTreeMap::new();
    for row in &catalog.indexes {
        found.entry(integer(row, 1)).or_default().push(known.index(row));
    }
    found.values_mut().for_each(|of_table| tell_twins(of_table));
    found
}

/// Of several indexes of a part that the server would call the same but for a number, each says how it is called: which of
/// them has which name depends on the order in which they were made.
fn tell_twins(indexes: &mut [Seen]) {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for index in indexes.iter().filter(|index| index.is_part) {
        *names.entry(index.usual.clone()).or_default() += 1;
    }
    for index in indexes {
        index.made_up &= names.get(&index.usual).is_none_or(|count| *count < 2);
    }
}

/// What indexes refer to.
struct Known<'a> {
    tables: &'a BTreeMap<Oid, Name>,
    columns: &'a BTreeMap<Oid, Vec<SeenColumn>>,
    classes: BTreeMap<Oid, (&'a str, bool)>,
    collations: BTreeMap<Oid, &'a str>,
    parts: BTreeMap<(Oid, i64), &'a Row>,
}

impl Known<'_> {
    fn index(&self, row: &Row) -> Seen {
        let (number, table) = (integer(row, 0), integer(row, 1));
        let method = text(row, 3).to_owned();
        let mut index = Index::new(text(row, 2), Vec::<Ident>::new());
        index.unique = flag(row, 4);
        index.nulls_not_distinct = flag(row, 5);
        index.method = (method != "btree").then(|| method.clone());
        let keys = numbers(row, 9);
        let (orders, classes, collations) = (numbers(row, 10), numbers(row, 11), numbers(row, 12));
        let count = usize::try_from(integer(row, 8)).unwrap_or_default();
        for (at, key) in keys.iter().enumerate() {
            let column = self.column(table, *key);
            if at >= count {
                index.include.extend(column.map(|column| column.column.name.clone()));
                continue;
            }
            let place = i64::try_from(at + 1).unwrap_or_default();
            let mut part = match column {
                Some(column) => KeyPart::column(column.column.name.clone()),
                None => {
                    let text = self.parts.get(&(number, place)).map_or("", |row| text(row, 2));
                    KeyPart::expression(Sql::from(bare(text)))
                }
            };
            let number_at = |list: &[i64]| list.get(at).copied().unwrap_or_default();
            order(&mut part, number_at(&orders));
            part.opclass = self.class(number_at(&classes), number, place);
            part.collation = self.collation(number_at(&collations), column);
            index.columns.push(part);
        }
        index.predicate = row.text(13).map(|text| Sql::from(bare(text)));
        let mut options = Options::default();
        set_parameters(&mut options, &lines(row, 14), &[]);
        if let Some(tablespace) = row.text(15) {
            options::set_text(&mut options, options::TABLESPACE, tablespace);
        }
        if flag(row, 7) {
            options::set_flag(&mut options, options::CLUSTER);
        }
        let (valid, divided) = (flag(row, 6), text(row, 18) == "I");
        if divided && !valid {
            options::set_flag(&mut options, options::ONLY);
        }
        self.statistics(number, count, &mut options);
        index.comment = owned(row, 16);
        index.options = options;
        let is_part = row.integer(19).is_some();
        let attached = is_part && !flag(row, 21);
        let usual = self.tables.get(&table).map_or_else(String::new, |owner| {
            let words = self.words(&index, number, &keys, table);
            let label = match row.text(20) {
                Some("p") => None,
                Some("u") => Some("key"),
                Some("x") => Some("excl"),
                _ => Some("idx"),
            };
            index_name(owner, &words, label)
        });
        let made_up = usual == index.name.as_str();
        if is_part {
            options::set_flag(&mut index.options, options::INHERITED);
        }
        Seen {
            number,
            index,
            method,
            constraint: row.integer(17),
            is_part,
            attached,
            made_up,
            usual,
            valid,
            divided,
        }
    }

    /// What the server calls the parts of an index: columns by their names, expressions by what they call.
    fn words(&self, index: &Index, number: Oid, keys: &[i64], table: Oid) -> String {
        let word = |at: usize, key: i64| match self.column(table, key) {
            Some(column) => column.column.name.as_str().to_owned(),
            None => {
                let place = i64::try_from(at + 1).unwrap_or_default();
                self.parts
                    .get(&(number, place))
                    .map_or_else(|| index.name.to_string(), |row| text(row, 5).to_owned())
            }
        };
        keys.iter().enumerate().map(|(at, key)| word(at, *key)).collect::<Vec<_>>().join("_")
    }

    fn column(&self, table: Oid, number: i64) -> Option<&SeenColumn> {
        let columns = self.columns.get(&table)?;
        let at = columns.binary_search_by_key(&number, |column| column.number).ok()?;
        columns.get(at)
    }

    fn class(&self, class: Oid, index: Oid, place: i64) -> Option<String> {
        let parameters = self.parts.get(&(index, place)).map(|row| lines(row, 3)).unwrap_or_default();
        let (name, is_default) = self.classes.get(&class).copied()?;
        if parameters.is_empty() {
            return (!is_default).then(|| name.to_owned());
        }
        let pairs: Vec<String> = parameters
            .iter()
            .map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                format!("{key}={}", quoted(value))
            })
            .collect();
        Some(format!("{name} ({})", pairs.join(", ")))
    }

    fn collation(&self, collation: Oid, column: Option<&SeenColumn>) -> Option<String> {
        let name = self.collations.get(&collation).copied();
        let own = column.and_then(|column| column.column.collation.as_deref());
        match (name, own) {
            (_, None) if collation == DEFAULT_COLLATION => None,
            (Some(name), own) if own != Some(name) => {
                // A type may have one of its own, as `name` has `C`, which only the type's number would tell: said
                // once more it changes nothing.
                Some(name.to_owned())
            }
            _ => None,
        }
    }

    fn statistics(&self, index: Oid, count: usize, options: &mut Options) {
        let number = |at: usize| {
            let place = i64::try_from(at + 1).unwrap_or_default();
            let row = self.parts.get(&(index, place))?;
            row.integer(4).filter(|number| *number >= 0)
        };
        let numbers: Vec<Option<i64>> = (0..count).map(number).collect();
        if numbers.iter().any(Option::is_some) {
            let items =
                numbers.into_iter().map(|number| OptionValue::Integer(number.unwrap_or(-1))).collect();
            options.set(options::DIALECT, options::STATISTICS, OptionValue::Array(items));
        }
    }
}

fn order(part: &mut KeyPart, bits: i64) {
    let (descends, first) = (bits & DESCENDING != 0, bits & NULLS_FIRST != 0);
    if descends {
        part.order = Order::Descending;
    }
    part.nulls = match (descends, first) {
        (false, true) => Some(Nulls::First),
        (true, false) => Some(Nulls::Last),
        _ => None,
    };
}
