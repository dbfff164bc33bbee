//! Changes by making tables anew: their rows are put aside, the tables dropped, made as they are to be, and filled again.
//!
//! A table that is referred to cannot be dropped: those that refer to it go before it and come back behind it. All of it
//! happens in one transaction, which DuckDB can undo.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::driver::{Guard, RenderError, Statement};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::Operation;
use limbeck_core::schema::{Column, ConstraintKind, Table};

use super::fault::Fault;
use super::lower::{lower, lower_leniently};
use super::plan::Planner;
use super::text::{name, quote, quote_all, text, text_all};
use super::{MAIN, sequence, table};

/// How the names of tables begin that hold rows meanwhile.
const PREFIX: &str = "_limbeck_copy_";

/// What becomes of one table.
#[derive(Debug, Clone)]
pub(super) struct Change {
    old: Name,
    new: Name,
    /// What columns are filled with that are not filled with what the column of their name held.
    pub(super) values: BTreeMap<Ident, String>,
    /// Which column an identity column was.
    sources: BTreeMap<Ident, Ident>,
    /// The condition of the rows that go.
    pub(super) gone: Option<String>,
    /// Words, as SQL lists them, that no row may hold in a column.
    pub(super) removed: Vec<(Ident, String)>,
}

impl Change {
    /// Of a table that keeps its name.
    pub(super) fn of(table: &Name) -> Self {
        Self {
            old: table.clone(),
            new: table.clone(),
            values: BTreeMap::new(),
            sources: BTreeMap::new(),
            gone: None,
            removed: Vec::new(),
        }
    }

    pub(super) fn renamed(mut self, to: &Name) -> Self {
        self.new = to.clone();
        self
    }

    pub(super) fn column_renamed(mut self, from: &Ident, to: &Ident) -> Self {
        self.values.insert(to.clone(), quote(from.as_str()));
        self.sources.insert(to.clone(), from.clone());
        self
    }
}

/// A table before and after.
struct Pair<'a> {
    before: Table,
    after: Table,
    change: Option<&'a Change>,
}

impl Pair<'_> {
    /// Where the rows are meanwhile.
    fn copy(&self) -> Name {
        self.before.name.sibling(format!("{PREFIX}{}", self.before.name.name))
    }

    /// The statement that fills the new table; `None`, if nothing can be filled.
    fn fill(&self) -> Option<String> {
        let mut columns = Vec::new();
        let mut values = Vec::new();
        for column in self.after.columns.iter().filter(|column| column.generated.is_none()) {
            let value = match self.change.and_then(|change| change.values.get(&column.name)) {
                Some(value) => value.clone(),
                None if self.before.column(&column.name).is_some() => quote(column.name.as_str()),
                None => match column.identity {
                    Some(_) => sequence::next(&sequence::usual(&self.after.name, &column.name)),
                    None => "NULL".to_owned(),
                },
            };
            columns.push(quote(column.name.as_str()));
            values.push(value);
        }
        if columns.is_empty() {
            return None;
        }
        let gone = self.change.and_then(|change| change.gone.as_ref());
        let kept = gone.map(|gone| format!(" WHERE NOT ({gone})")).unwrap_or_default();
        Some(format!(
            "INSERT INTO {} ({}) SELECT {} FROM {} AS {}{kept}",
            name(&self.after.name),
            columns.join(", "),
            values.join(", "),
            name(&self.copy()),
            quote(self.before.name.name.as_str())
        ))
    }

    /// The sequence of the column before that `column` is after.
    fn sequence_before(&self, column: &Column) -> Option<(&Column, Name)> {
        let source = self.change.and_then(|change| change.sources.get(&column.name)).unwrap_or(&column.name);
        let old = self.before.column(source).filter(|old| old.identity.is_some())?;
        Some((old, sequence::usual(&self.before.name, &old.name)))
    }
}

/// What all spellings of a name have in common: to DuckDB they are one.
fn folded(name: &Name) -> (String, String) {
    let schema = name.schema.as_ref().map_or(MAIN, Ident::as_str);
    (schema.to_ascii_lowercase(), name.name.as_str().to_ascii_lowercase())
}

/// Whether DuckDB takes two names for one.
fn same(left: &Name, right: &Name) -> bool {
    folded(left) == folded(right)
}

impl Planner {
    /// Carries out `operation`, which changes tables as `changes` say, by making them anew with all that refer to them.
    pub(super) fn make_anew(
        &mut self,
        at: usize,
        operation: &Operation,
        changes: &[Change],
    ) -> Result<(), RenderError> {
        let affected = self.affected(changes);
        let before: Vec<(Name, Table)> = affected
            .iter()
            .filter_map(|name| {
                Some((name.clone(), lower_leniently(&self.logical, self.logical.table(name)?).0))
            })
            .collect();
        self.apply(at, operation)?;
        let mut pairs = Vec::with_capacity(before.len());
        for (name, before) in before {
            let change = changes.iter().find(|change| change.old == name);
            let missing = || Fault::DoesNotFit(format!("table {name} does not exist")).at(at);
            let now = self.logical.table(change.map_or(&name, |change| &change.new)).ok_or_else(missing)?;
            let after = match change {
                Some(_) => lower(&self.logical, now).map_err(|fault| fault.at(at))?,
                // What is there already is not refused any more.
                None => lower_leniently(&self.logical, now).0,
            };
            pairs.push(Pair { before, after, change });
        }
        let down = order(pairs.iter().map(|pair| &pair.before)).map_err(|fault| fault.at(at))?;
        let up = order(pairs.iter().map(|pair| &pair.after)).map_err(|fault| fault.at(at))?;
        self.statements.extend(guards(&pairs, at));
        for pair in &pairs {
            // A table that is new has no traces of indexes that it had, nor of rows.
            self.dropped_indexes.retain(|(table, _)| *table != pair.before.name);
            self.emptied.remove(&pair.before.name);
        }
        for pair in &pairs {
            let columns = quote_all(pair.before.columns.iter().map(|column| &column.name));
            let from = name(&pair.before.name);
            self.schema(at, format!("CREATE TABLE {} AS SELECT {columns} FROM {from}", name(&pair.copy())));
        }
        for index in down.iter().rev() {
            self.schema(at, format!("DROP TABLE {}", name(&pairs[*index].before.name)));
        }
        for index in &up {
            self.fill_anew(at, &pairs[*index]);
        }
        Ok(())
    }

    /// Makes the table after, and fills it.
    fn fill_anew(&mut self, at: usize, pair: &Pair<'_>) {
        let kept = |sequence: &Name, column: &Column| {
            let before = pair.sequence_before(column);
            before.is_some_and(|(old, there)| same(&there, sequence) && old.identity == column.identity)
        };
        let old: Vec<Name> = sequence::behind(&pair.before).map(|(_, name)| name).collect();
        let new: Vec<(&Column, Name)> = sequence::behind(&pair.after).collect();
        let made: Vec<&(&Column, Name)> =
            new.iter().filter(|(column, sequence)| !kept(sequence, column)).collect();
        // One that runs in another way under the old name makes room first.
        let replaced = |there: &Name| made.iter().any(|(_, sequence)| same(sequence, there));
        for there in old.iter().filter(|there| replaced(there)) {
            self.schema(at, sequence::drop_text(there));
        }
        for (column, sequence) in &made {
            self.statements.extend(sequence::create_behind(column, sequence, at));
            // Before the rows are filled in, which may ask it.
            match pair.sequence_before(column) {
                Some((_, there)) if !replaced(&there) => {
                    self.statements.push(sequence::catch_up_with(sequence, &there, column, at));
                }
                _ => {}
            }
        }
        self.schema(at, table::create(&pair.after));
        for index in pair.after.indexes.values().filter(|index| index.unique) {
            // Before the rows: DuckDB looks at rows of the same transaction as they come, or at its end only.
            self.schema(at, table::create_index(&pair.after.name, index));
        }
        if let Some(fill) = pair.fill() {
            self.statements.push(Statement::data(at, fill));
        }
        for (column, sequence) in &made {
            let source = pair.before.column(&column.name);
            let begins = pair.sequence_before(column).is_none_or(|(_, there)| replaced(&there));
            if begins && source.is_some() {
                self.statements.push(sequence::catch_up_with_values(sequence, &pair.after.name, column, at));
            }
        }
        for index in pair.after.indexes.values().filter(|index| !index.unique) {
            self.schema(at, table::create_index(&pair.after.name, index));
        }
        for comment in table::comments(&pair.after) {
            self.schema(at, comment);
        }
        self.schema(at, format!("DROP TABLE {}", name(&pair.copy())));
        let gone = |there: &&Name| !new.iter().any(|(_, sequence)| same(sequence, there));
        for there in old.iter().filter(gone) {
            self.schema(at, sequence::drop_text(there));
        }
    }

    /// The tables that change, and those that refer to them, directly or through others.
    fn affected(&self, changes: &[Change]) -> BTreeSet<Name> {
        let mut referring: BTreeMap<(String, String), Vec<&Name>> = BTreeMap::new();
        for (name, table) in &self.logical.tables {
            for (_, key) in table.foreign_keys() {
                referring.entry(folded(&key.references.table)).or_default().push(name);
            }
        }
        let mut affected: BTreeSet<Name> = BTreeSet::new();
        let mut waiting: Vec<&Name> = changes.iter().map(|change| &change.old).collect();
        while let Some(table) = waiting.pop() {
            if affected.insert(table.clone()) {
                waiting.extend(referring.get(&folded(table)).into_iter().flatten());
            }
        }
        affected
    }
}

/// The positions of `tables` so that each comes behind those that it refers to.
fn order<'a>(tables: impl Iterator<Item = &'a Table>) -> Result<Vec<usize>, Fault> {
    let tables: Vec<&Table> = tables.collect();
    let positions: BTreeMap<(String, String), usize> =
        tables.iter().enumerate().map(|(at, table)| (folded(&table.name), at)).collect();
    let mut waits = vec![0_usize; tables.len()];
    let mut frees: Vec<Vec<usize>> = vec![Vec::new(); tables.len()];
    for (at, table) in tables.iter().enumerate() {
        for (_, key) in table.foreign_keys() {
            if let Some(other) = positions.get(&folded(&key.references.table)).filter(|other| **other != at) {
                waits[at] += 1;
                frees[*other].push(at);
            }
        }
    }
    let mut ordered: Vec<usize> = (0..tables.len()).filter(|at| waits[*at] == 0).collect();
    let mut next = 0;
    while let Some(at) = ordered.get(next).copied() {
        next += 1;
        for other in &frees[at] {
            waits[*other] -= 1;
            if waits[*other] == 0 {
                ordered.push(*other);
            }
        }
    }
    if ordered.len() == tables.len() {
        return Ok(ordered);
    }
    let left: Vec<String> =
        (0..tables.len()).filter(|at| waits[*at] > 0).map(|at| tables[at].name.to_string()).collect();
    Err(Fault::unsupported(
        format!("foreign keys go in a circle: {}", left.join(", ")),
        "DuckDB takes a foreign key only to a table that is there when the other is made: leave one of them out",
    ))
}

/// What would be lost or go wrong, because the plan does not know it.
fn guards(pairs: &[Pair<'_>], at: usize) -> Vec<Statement> {
    let mut made = Vec::new();
    let of = |pair: &Pair<'_>| sequence::is(&pair.before.name, "table_name");
    let fold = |names: &mut dyn Iterator<Item = &Ident>| {
        let known = text_all(names.map(|name| name.as_str().to_ascii_lowercase()));
        if known.is_empty() { "''".to_owned() } else { known }
    };
    let mut guard = |parts: Vec<String>, message: &str, help: &str| {
        if !parts.is_empty() {
            let guard = Guard { message: message.to_owned(), help: help.to_owned() };
            made.push(Statement::guard(at, parts.join(" UNION ALL "), guard));
        }
    };
    let help = "write a revision that makes them (`makemigrations` finds them), or drop them";
    guard(
        pairs
            .iter()
            .map(|pair| {
                let known = fold(&mut pair.before.columns.iter().map(|column| &column.name));
                format!(
                    "SELECT table_name || '.' || column_name FROM duckdb_columns() WHERE {} AND lower(column_name) NOT IN ({known})",
                    of(pair)
                )
            })
            .collect(),
        "a table is to be made anew, and has columns that no revision knows",
        help,
    );
    guard(
        pairs
            .iter()
            .map(|pair| {
                let known = fold(&mut pair.before.indexes.keys());
                format!(
                    "SELECT index_name FROM duckdb_indexes() WHERE {} AND lower(index_name) NOT IN ({known})",
                    of(pair)
                )
            })
            .collect(),
        "a table is to be made anew, and has indexes that no revision knows",
        help,
    );
    guard(
        pairs
            .iter()
            .map(|pair| {
                let known = pair.before.constraints.iter().filter(|item| item.kind() != ConstraintKind::Exclusion).count();
                format!(
                    "SELECT table_name || ': ' || string_agg(constraint_text, '; ') FROM duckdb_constraints() WHERE {} \
                     AND constraint_type <> 'NOT NULL' GROUP BY table_name HAVING count(*) > {known}",
                    of(pair)
                )
            })
            .collect(),
        "a table is to be made anew, and has constraints that no revision knows",
        help,
    );
    guard(
        pairs
            .iter()
            .flat_map(|pair| {
                let itself = pair
                    .after
                    .foreign_keys()
                    .filter(|(_, key)| same(&key.references.table, &pair.after.name));
                itself.map(move |(_, key)| {
                    let there = key.columns.iter().filter(|column| pair.before.column(column).is_some());
                    let there: Vec<String> =
                        there.map(|column| format!("{} IS NOT NULL", quote(column.as_str()))).collect();
                    let condition = if there.is_empty() { "FALSE".to_owned() } else { there.join(" AND ") };
                    format!(
                        "(SELECT {} FROM {} WHERE {condition} LIMIT 1)",
                        text(pair.before.name.name.as_str()),
                        name(&pair.before.name)
                    )
                })
            })
            .collect(),
        "a table is to be made anew, and rows of it refer to rows of it, which DuckDB takes only one by one",
        "empty the columns that refer, migrate, and write them again",
    );
    guard(
        pairs
            .iter()
            .flat_map(|pair| {
                pair.change.into_iter().flat_map(|change| &change.removed).map(|(column, words)| {
                    let value = format!("CAST({} AS VARCHAR)", quote(column.as_str()));
                    format!(
                        "(SELECT DISTINCT {value} FROM {} WHERE {value} IN ({words}))",
                        name(&pair.before.name)
                    )
                })
            })
            .collect(),
        "words of an enum are to go, and rows hold them",
        "give these rows another word first",
    );
    made
}
