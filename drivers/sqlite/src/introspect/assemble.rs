use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::driver::{Introspection, Scope, Unmanaged};
use limbeck_core::ident::Name;
use limbeck_core::schema::{Constraint, Index, Table};

use super::catalog::{Catalog, Entry};
use super::names::{Spelling, fix_constraints};
use super::objects::{Ground, object, shadows};
use super::{parse, verify};

/// The schema that `catalog` tells of, as far as `scope` goes.
pub(super) fn assemble(catalog: &Catalog, scope: &Scope) -> Introspection {
    let sorted = Sorted::of(catalog, scope);
    let mut found = Introspection::default();
    let mut tables = Vec::new();
    for entry in &sorted.tables {
        match table(entry, &sorted) {
            Ok(table) => tables.push(table),
            Err(reason) => found.unmanaged.push(unmanaged("table", entry, reason)),
        }
    }
    let names = Spelling::of(sorted.all_tables.iter().copied());
    let columns: BTreeMap<_, _> =
        tables.iter().map(|table| (table.name.name.clone(), Spelling::of_columns(&table.columns))).collect();
    for mut table in tables {
        fix_constraints(&mut table, &names, &columns);
        match verify::difference(&table, catalog) {
            None => found.schema.insert_table(table),
            Some(what) => found.unmanaged.push(Unmanaged {
                kind: "table".to_owned(),
                name: table.name,
                reason: format!("its text was read otherwise than SQLite reads it: {what}"),
            }),
        }
    }
    let ground = Ground {
        tables: names,
        virtual_tables: Spelling::of(sorted.virtual_tables.iter().map(|entry| entry.name.as_str())),
        views: Spelling::of(sorted.views.iter().map(|entry| entry.name.as_str())),
    };
    // What belongs to certain tables is triggers; the rest stands on its own.
    let alone = scope.tables.is_none();
    for (kind, entries, wanted) in [
        ("virtual_table", &sorted.virtual_tables, alone),
        ("view", &sorted.views, alone),
        ("trigger", &sorted.triggers, true),
    ] {
        for entry in entries.iter().filter(|_| wanted) {
            match &entry.sql {
                Some(sql) => {
                    let object = object(kind, entry, sql, &ground);
                    found.schema.objects.insert(object.key.clone(), object);
                }
                None => {
                    let reason = "SQLite keeps no statement that makes it".to_owned();
                    found.unmanaged.push(unmanaged(kind, entry, reason));
                }
            }
        }
    }
    found
}

/// What is in the catalog, by what it is. SQLite's own things are left out, as is what the scope leaves out.
#[derive(Default)]
struct Sorted<'a> {
    tables: Vec<&'a Entry>,
    /// The names of all tables, those beyond the scope too: something may point at them.
    all_tables: Vec<&'a str>,
    virtual_tables: Vec<&'a Entry>,
    views: Vec<&'a Entry>,
    triggers: Vec<&'a Entry>,
    /// The indexes that a statement has made, by their table in lower case.
    indexes: BTreeMap<String, Vec<&'a Entry>>,
}

impl<'a> Sorted<'a> {
    fn of(catalog: &'a Catalog, scope: &Scope) -> Self {
        let lower = |name: &Name| name.name.as_str().to_ascii_lowercase();
        let except: BTreeSet<String> = scope.except.iter().map(lower).collect();
        let only: Option<BTreeSet<String>> =
            scope.tables.as_ref().map(|tables| tables.iter().map(lower).collect());
        let mut hidden: BTreeSet<String> = catalog
            .kinds
            .iter()
            .filter(|(_, kind)| kind.is_shadow)
            .map(|(name, _)| name.to_ascii_lowercase())
            .collect();
        hidden.extend(catalog.entries.iter().filter(|entry| entry.is_virtual).flat_map(shadows));
        let mut sorted = Self::default();
        for entry in &catalog.entries {
            let name = entry.name.to_ascii_lowercase();
            let table = entry.table.to_ascii_lowercase();
            // `sqlite_sequence`, `sqlite_stat1`, `sqlite_autoindex_…`: nobody else may use the prefix.
            if name.starts_with("sqlite_") || hidden.contains(&table) || except.contains(&table) {
                continue;
            }
            let within = only.as_ref().is_none_or(|only| only.contains(&table));
            match entry.kind.as_str() {
                "table" if entry.is_virtual => sorted.virtual_tables.push(entry),
                "table" => {
                    sorted.all_tables.push(&entry.name);
                    if within {
                        sorted.tables.push(entry);
                    }
                }
                "view" => sorted.views.push(entry),
                "trigger" if within => sorted.triggers.push(entry),
                "index" if within => sorted.indexes.entry(table).or_default().push(entry),
                _ => {}
            }
        }
        sorted
    }
}

/// The table that `entry` makes, with its indexes; why not, if it is not understood.
fn table(entry: &Entry, sorted: &Sorted<'_>) -> Result<Table, String> {
    let sql = entry.sql.as_deref().ok_or("SQLite keeps no statement that makes it")?;
    let parsed = parse::table(sql).map_err(|error| format!("its CREATE TABLE is not understood: {error}"))?;
    if let Some(beyond) = parsed.beyond {
        return Err(beyond);
    }
    let mut table = parsed.table;
    without_twins(&mut table)?;
    table.name = Name::new(entry.name.as_str());
    let columns = Spelling::of_columns(&table.columns);
    let indexes = sorted.indexes.get(&entry.name.to_ascii_lowercase()).map_or(&[][..], Vec::as_slice);
    for entry in indexes {
        // A table is made anew with its indexes, or not at all.
        let index = index(entry, &columns)
            .map_err(|reason| format!("its index {} is not understood: {reason}", entry.name))?;
        table.indexes.insert(index.name.clone(), index);
    }
    Ok(table)
}

/// Takes out constraints that say what another one says already. SQLite also takes several that have one name, which
/// limbeck could not tell apart.
fn without_twins(table: &mut Table) -> Result<(), String> {
    let mut names = BTreeSet::new();
    let mut kept: Vec<Constraint> = Vec::with_capacity(table.constraints.len());
    for constraint in table.constraints.drain(..) {
        if kept.contains(&constraint) {
            continue;
        }
        if let Some(name) = &constraint.name
            && !names.insert(name.clone())
        {
            return Err(format!("more than one of its constraints is called {name}"));
        }
        kept.push(constraint);
    }
    table.constraints = kept;
    Ok(())
}

fn index(entry: &Entry, columns: &Spelling) -> Result<Index, String> {
    let sql = entry.sql.as_deref().ok_or("SQLite keeps no statement that makes it")?;
    let mut index = parse::index(sql).map_err(|error| error.to_string())?;
    index.name = entry.name.as_str().into();
    columns.fix_parts(&mut index.columns);
    Ok(index)
}

fn unmanaged(kind: &str, entry: &Entry, reason: String) -> Unmanaged {
    Unmanaged { kind: kind.to_owned(), name: Name::new(entry.name.as_str()), reason }
}
