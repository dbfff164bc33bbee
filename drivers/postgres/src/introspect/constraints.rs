//! Constraints, NOT NULL as one too.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::driver::Row;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{
    Check, Constraint, ConstraintBody, Deferrable, Exclusion, ForeignKey, KeyPart, Options, PrimaryKey,
    References, ReferentialAction, Sql, Unique,
};

use super::columns::Seen as SeenColumn;
use super::filter::Filter;
use super::indexes::Seen as SeenIndex;
use super::row::{Oid, flag, integer, lines, numbers, owned, text};
use crate::dialect::{bare, not_null_name};
use crate::options;

pub(super) fn query(filter: &Filter<'_>) -> String {
    let set_columns = filter.column(15, "pg_catalog.array_to_string(k.confdelsetcols, ' ')", "NULL::text");
    let enforced = filter.column(18, "k.conenforced", "true");
    let period = filter.column(18, "k.conperiod", "false");
    let escaped = "replace(replace(a.attname, '\\', '\\\\'), E'\\n', '\\n')";
    format!(
        "SELECT k.oid::bigint, k.conrelid::bigint, k.conname::text, k.contype::text, k.condeferrable, k.condeferred, \
             k.convalidated, {enforced}, k.connoinherit, pg_catalog.array_to_string(k.conkey, ' '), \
             rn.nspname::text, r.relname::text, \
             CASE WHEN pg_catalog.cardinality(k.confkey) = 1 THEN (SELECT {escaped} FROM pg_catalog.pg_attribute a \
                     WHERE a.attrelid = k.confrelid AND a.attnum = k.confkey[1]) \
                 WHEN k.contype = 'f' THEN (SELECT pg_catalog.string_agg({escaped}, E'\\n' ORDER BY f.place) \
                     FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY f (number, place) \
                     JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = f.number) END, \
             k.confupdtype::text, k.confdeltype::text, k.confmatchtype::text, {set_columns}, {period}, \
             pg_catalog.pg_get_expr(k.conbin, k.conrelid), k.conindid::bigint, \
             CASE WHEN k.contype = 'x' THEN (SELECT pg_catalog.string_agg(CASE WHEN opn.nspname = 'pg_catalog' \
                 THEN op.oprname::text ELSE 'OPERATOR(' || pg_catalog.quote_ident(opn.nspname) || '.' || op.oprname || ')' END, \
                 E'\\n' ORDER BY f.place) FROM pg_catalog.unnest(k.conexclop) WITH ORDINALITY f (number, place) \
                 JOIN pg_catalog.pg_operator op ON op.oid = f.number \
                 JOIN pg_catalog.pg_namespace opn ON opn.oid = op.oprnamespace) END, \
             k.conislocal, k.conparentid::bigint, d.description \
         FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         LEFT JOIN pg_catalog.pg_class r ON r.oid = k.confrelid AND k.contype = 'f' \
         LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace \
         LEFT JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_constraint'::regclass \
             AND d.objoid = k.oid AND d.objsubid = 0 \
         WHERE c.relkind IN ('r', 'p') AND k.contype IN ('p', 'u', 'f', 'c', 'x', 'n') AND {} \
         ORDER BY k.conrelid, k.conname",
        filter.table(),
    )
}

/// The constraints by their tables; what is said of NOT NULLs goes to the columns.
pub(super) fn read(
    rows: &[Row],
    filter: &Filter<'_>,
    tables: &BTreeMap<Oid, Name>,
    is_part: &BTreeSet<Oid>,
    columns: &mut BTreeMap<Oid, Vec<SeenColumn>>,
    indexes: &BTreeMap<Oid, Vec<SeenIndex>>,
) -> BTreeMap<Oid, Vec<Constraint>> {
    let behind: BTreeMap<Oid, &SeenIndex> =
        indexes.values().flatten().map(|index| (index.number, index)).collect();
    let mut found: BTreeMap<Oid, Vec<Constraint>> = BTreeMap::new();
    for row in rows {
        let table = integer(row, 1);
        let (Some(owner), Some(own)) = (tables.get(&table), columns.get_mut(&table)) else { continue };
        if text(row, 3) == "n" {
            if filter.since(18) {
                not_null(row, owner, own, is_part.contains(&table));
            }
            continue;
        }
        let index = behind.get(&integer(row, 19)).copied();
        // What comes from the whole or from a parent is said there; of a key that has a name of its own, that.
        let inherited = integer(row, 22) != 0 || !flag(row, 21);
        let named = matches!(text(row, 3), "p" | "u" | "x") && index.is_some_and(|index| !index.follows());
        if inherited && !named {
            continue;
        }
        let mut seen = constraint(row, filter, own, index);
        if let Some(seen) = seen.as_mut().filter(|_| inherited) {
            options::set_flag(&mut seen.options, options::INHERITED);
        }
        found.entry(table).or_default().extend(seen);
    }
    found
}

fn column_name(columns: &[SeenColumn], number: i64) -> Option<Ident> {
    let at = columns.binary_search_by_key(&number, |column| column.number).ok()?;
    columns.get(at).map(|column| column.column.name.clone())
}

/// A part has the NOT NULLs of the whole under the whole's names.
fn not_null(row: &Row, owner: &Name, columns: &mut [SeenColumn], is_part: bool) {
    let Some(number) = numbers(row, 9).first().copied() else { return };
    let Ok(at) = columns.binary_search_by_key(&number, |column| column.number) else { return };
    let Some(seen) = columns.get_mut(at) else { return };
    let also_inherited = !seen.local && !is_part;
    let column = &mut seen.column;
    if !flag(row, 21) && !is_part {
        return;
    }
    if also_inherited || text(row, 2) != not_null_name(owner, &column.name) {
        options::set_text(&mut column.options, options::NOT_NULL_NAME, text(row, 2));
    }
    if flag(row, 8) {
        options::set_flag(&mut column.options, options::NOT_NULL_NO_INHERIT);
    }
    if !flag(row, 6) {
        options::set_flag(&mut column.options, options::NOT_NULL_NOT_VALID);
    }
}

fn constraint(
    row: &Row,
    filter: &Filter<'_>,
    columns: &[SeenColumn],
    index: Option<&SeenIndex>,
) -> Option<Constraint> {
    let keys = |at: usize| -> Vec<Ident> {
        numbers(row, at).into_iter().filter_map(|number| column_name(columns, number)).collect()
    };
    let parts = || keys(9).into_iter().map(KeyPart::column).collect::<Vec<_>>();
    let include = || index.map(|index| index.index.include.clone()).unwrap_or_default();
    let mut options = Options::default();
    let period = flag(row, 17);
    let body: ConstraintBody = match text(row, 3) {
        "p" => {
            if period {
                options::set_flag(&mut options, options::WITHOUT_OVERLAPS);
            }
            PrimaryKey { columns: parts(), include: include() }.into()
        }
        "u" => {
            if period {
                options::set_flag(&mut options, options::WITHOUT_OVERLAPS);
            }
            let nulls_not_distinct = index.is_some_and(|index| index.index.nulls_not_distinct);
            Unique { columns: parts(), include: include(), nulls_not_distinct }.into()
        }
        "f" => {
            if period {
                options::set_flag(&mut options, options::PERIOD);
            }
            foreign_key(row, filter, keys(9), keys(16)).into()
        }
        "c" => {
            if flag(row, 8) {
                options::set_flag(&mut options, options::NO_INHERIT);
            }
            Check { expression: Sql::from(bare(text(row, 18))) }.into()
        }
        "x" => exclusion(row, index?).into(),
        _ => return None,
    };
    if let Some(index) = index.filter(|_| matches!(text(row, 3), "p" | "u" | "x")) {
        for (key, value) in index.index.options.effective(&[options::DIALECT]) {
            if [options::PARAMETERS, options::TABLESPACE, options::CLUSTER].contains(&key) {
                options.set(options::DIALECT, key, value.clone());
            }
        }
    }
    let deferrable = match (flag(row, 4), flag(row, 5)) {
        (false, _) => None,
        (true, false) => Some(Deferrable::InitiallyImmediate),
        (true, true) => Some(Deferrable::InitiallyDeferred),
    };
    Some(Constraint {
        name: Some(Ident::new(text(row, 2))),
        body,
        deferrable,
        not_valid: !flag(row, 6),
        not_enforced: !flag(row, 7),
        comment: owned(row, 23),
        options,
    })
}

fn foreign_key(
    row: &Row,
    filter: &Filter<'_>,
    columns: Vec<Ident>,
    on_delete_columns: Vec<Ident>,
) -> ForeignKey {
    let referenced = lines(row, 12).iter().map(|name| Ident::new(unescaped(name))).collect();
    ForeignKey {
        columns,
        references: References { table: filter.name(text(row, 10), text(row, 11)), columns: referenced },
        on_update: action(text(row, 13)),
        on_delete: action(text(row, 14)),
        on_delete_columns,
        match_type: (text(row, 15) == "f").then(|| "full".to_owned()),
    }
}

/// A name out of a list with a name in each line.
fn unescaped(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => name.extend(characters.next().map(|next| if next == 'n' { '\n' } else { next })),
            _ => name.push(character),
        }
    }
    name
}

fn action(letter: &str) -> ReferentialAction {
    match letter {
        "r" => ReferentialAction::Restrict,
        "c" => ReferentialAction::Cascade,
        "n" => ReferentialAction::SetNull,
        "d" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

fn exclusion(row: &Row, index: &SeenIndex) -> Exclusion {
    let operators = lines(row, 20);
    let mut columns = index.index.columns.clone();
    for (part, operator) in columns.iter_mut().zip(operators) {
        part.operator = Some(operator);
    }
    Exclusion {
        method: Some(index.method.clone()),
        columns,
        include: index.index.include.clone(),
        predicate: index.index.predicate.clone(),
    }
}
