use std::collections::BTreeSet;

use limbeck_core::driver::{Introspection, Scope, Unmanaged};
use limbeck_core::ident::Name;
use limbeck_core::schema::Table;

use super::catalog::{Catalog, Entry};
use super::objects::{Ground, follow, keep_mode, keep_session, object, without_database};
use super::sequence::sequence;
use super::{parse, verify};
use crate::dialect::LEXICAL;
use crate::dialect::lower::{Among, lower};
use crate::flavour::Gates;
use crate::options::{CHARACTER_SET, COLLATION};

/// The schema that `catalog` tells of.
pub(super) fn assemble(gates: Gates, catalog: &Catalog, scope: &Scope) -> Introspection {
    let mut found = Introspection::default();
    for entry in &catalog.tables {
        match entry.kind.as_str() {
            "BASE TABLE" | "SYSTEM VERSIONED" => match table(gates, catalog, entry) {
                Ok(table) => found.schema.insert_table(table),
                Err(reason) => found.unmanaged.push(unmanaged("table", entry, reason)),
            },
            "VIEW" | "SEQUENCE" => {}
            other => {
                let reason = format!("limbeck does not know what a {other} is");
                found.unmanaged.push(unmanaged("table", entry, reason));
            }
        }
    }
    for (name, text, row) in &catalog.sequences {
        let sequence = sequence(gates, name, row, text);
        found.schema.sequences.insert(sequence.name.clone(), sequence);
    }
    let of_kind = |wanted: fn(&str) -> bool| -> BTreeSet<&str> {
        catalog.tables.iter().filter(|entry| wanted(&entry.kind)).map(|entry| entry.name.as_str()).collect()
    };
    let ground = Ground {
        database: &catalog.database,
        keeps_definers: catalog.keeps_definers,
        tables: of_kind(|kind| kind != "VIEW"),
        views: of_kind(|kind| kind == "VIEW"),
    };
    let mut put = |kind: &str, entry: &Entry, follows: Option<&str>| {
        let made = match &entry.text {
            Some(text) => object(kind, entry, text, &ground),
            None => Err("this user may not see the statement that makes it".to_owned()),
        };
        match made {
            Ok(mut object) => {
                // Views run in no mode of their own.
                if !entry.sql_mode.is_empty() || kind != "view" {
                    keep_mode(gates, &mut object, &entry.sql_mode);
                }
                keep_session(gates, &mut object, entry, &catalog.session_collation);
                if let Some(before) = follows {
                    follow(gates, &mut object, before);
                }
                found.schema.objects.insert(object.key.clone(), object);
            }
            Err(reason) => found.unmanaged.push(unmanaged(kind, entry, reason)),
        }
    };
    if scope.tables.is_none() {
        catalog.tables.iter().filter(|entry| entry.kind == "VIEW").for_each(|entry| put("view", entry, None));
    }
    for (at, trigger) in catalog.triggers.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| &catalog.triggers[at]);
        let before = before.filter(|before| before.table == trigger.table && before.moment == trigger.moment);
        put("trigger", &trigger.entry, before.map(|before| before.entry.name.as_str()));
    }
    for entry in &catalog.routines {
        match entry.kind.as_str() {
            "PROCEDURE" => put("procedure", entry, None),
            "FUNCTION" => put("function", entry, None),
            "PACKAGE" => put("package", entry, None),
            "PACKAGE BODY" => put("package body", entry, None),
            _ => {}
        }
    }
    catalog.events.iter().for_each(|entry| put("event", entry, None));
    let known = |kind: &str| matches!(kind, "PROCEDURE" | "FUNCTION" | "PACKAGE" | "PACKAGE BODY");
    for entry in catalog.routines.iter().filter(|entry| !known(&entry.kind)) {
        let reason = "limbeck does not manage these".to_owned();
        found.unmanaged.push(unmanaged(&entry.kind.to_ascii_lowercase(), entry, reason));
    }
    found
}

/// The table that `entry` shows; why not, if it is not understood.
fn table(gates: Gates, catalog: &Catalog, entry: &Entry) -> Result<Table, String> {
    let text = entry.text.as_deref().ok_or("this user may not see the statement that makes it")?;
    // A default may name a sequence of the database.
    let text = &without_database(&LEXICAL, text, &catalog.database)?;
    let mut table = parse::table(gates, text)
        .map_err(|reason| format!("its CREATE TABLE is not understood: {reason}"))?;
    let schema = limbeck_core::schema::Schema::new();
    let lowered = lower(Among::of(gates, &schema), &table)
        .map_err(|fault| format!("limbeck could not make it again: {fault:?}"))?;
    if let Some(what) = verify::difference(gates, &lowered, text) {
        return Err(format!("limbeck would write it otherwise than the server does: {what}"));
    }
    inherit(gates, catalog, &mut table);
    // What a lowered table leaves out says nothing.
    table.options = {
        let lowered = lower(Among::of(gates, &schema), &table)
            .map_err(|fault| format!("limbeck could not make it again: {fault:?}"))?;
        lowered.options
    };
    Ok(table)
}

/// Takes out the character set and collation that are the database's: they hold without a word.
fn inherit(gates: Gates, catalog: &Catalog, table: &mut Table) {
    let set = verify::said(gates, table, CHARACTER_SET).map(str::to_owned);
    let collation = verify::said(gates, table, COLLATION).map(str::to_owned);
    let same_set = set.as_ref() == Some(&catalog.character_set);
    // Without a collation, it is the usual one of the character set, which the database's is if the server shows none.
    let same_collation = collation.is_none() || collation.as_ref() == Some(&catalog.collation);
    if set.is_some() && same_set && same_collation {
        table.options.unset(&[gates.name()], CHARACTER_SET);
        table.options.unset(&[gates.name()], COLLATION);
    }
}

fn unmanaged(kind: &str, entry: &Entry, reason: String) -> Unmanaged {
    Unmanaged { kind: kind.to_owned(), name: Name::new(entry.name.as_str()), reason }
}
