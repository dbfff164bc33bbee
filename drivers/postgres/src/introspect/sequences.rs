//! Sequences: those that stand on their own, and those behind identities.

use std::collections::BTreeMap;

use limbeck_core::driver::{Introspection, Row};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Options, Sequence, SequenceOptions};

use super::catalog::Catalog;
use super::filter::{Filter, not_of_extension};
use super::row::{Oid, flag, integer, owned, text};
use crate::dialect::counter_settings;
use crate::options;

/// How the sequence behind an identity is called and runs, by the number of the table and the place of the column.
pub(super) type Counters = BTreeMap<(Oid, i64), Counter>;

/// The sequence behind an identity.
#[derive(Debug, Clone)]
pub(super) struct Counter {
    pub(super) name: Name,
    pub(super) settings: SequenceOptions,
}

pub(super) fn query(filter: &Filter<'_>) -> String {
    // Of some tables, only those that belong to them.
    let condition = if filter.is_whole() {
        format!("{} AND {}", filter.namespace(), not_of_extension("pg_class", "s.oid"))
    } else {
        format!(
            "d.refobjid IN (SELECT c.oid FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE {})",
            filter.table()
        )
    };
    format!(
        "SELECT n.nspname::text, s.relname::text, pg_catalog.format_type(q.seqtypid, NULL), \
             q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle, \
             s.relpersistence = 'u', c.description, d.refobjid::bigint, d.refobjsubid::bigint, d.deptype::text, \
             tn.nspname::text, t.relname::text, a.attname::text \
         FROM pg_catalog.pg_class s JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace \
         JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.oid \
         LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = s.oid \
             AND d.objsubid = 0 AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0 \
             AND d.deptype IN ('a', 'i') \
         LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid AND d.deptype = 'a' \
         LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace \
         LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid \
         LEFT JOIN pg_catalog.pg_description c ON c.classoid = 'pg_catalog.pg_class'::regclass \
             AND c.objoid = s.oid AND c.objsubid = 0 \
         WHERE {condition} ORDER BY n.nspname, s.relname"
    )
}

/// Adds the sequences to what was seen; gives back those behind identities.
pub(super) fn read(catalog: &Catalog, filter: &Filter<'_>, seen: &mut Introspection) -> Counters {
    let mut counters = Counters::new();
    for row in &catalog.sequences {
        let name = filter.name(text(row, 0), text(row, 1));
        let ty = text(row, 2);
        let settings = settings(row, ty);
        if text(row, 13) == "i" {
            counters.insert((integer(row, 11), integer(row, 12)), Counter { name, settings });
            continue;
        }
        let mut options = Options::default();
        if flag(row, 9) && filter.since(15) {
            options::set_flag(&mut options, options::UNLOGGED);
        }
        let owned_by =
            row.text(16).map(|column| (filter.name(text(row, 14), text(row, 15)), Ident::new(column)));
        let sequence = Sequence {
            name: name.clone(),
            ty: (ty != "bigint").then(|| ty.to_owned()),
            settings,
            owned_by,
            comment: owned(row, 10),
            options,
        };
        seen.schema.sequences.insert(name, sequence);
    }
    counters
}

fn settings(row: &Row, ty: &str) -> SequenceOptions {
    let number = |at: usize| row.integer(at);
    let given = SequenceOptions {
        start: number(3),
        increment: number(4),
        min: number(5),
        max: number(6),
        cache: number(7),
        cycle: flag(row, 8),
    };
    counter_settings(&given, ty)
}
