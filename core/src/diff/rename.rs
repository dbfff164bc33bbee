//! What was renamed: the old schema is brought to the new names by the very operations that will do it, so that
//! everything after this compares like with like.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::ident::{Ident, Name};
use crate::operation::{ApplyError, ConstraintRef, Operation};
use crate::schema::{Column, ConstraintBody, Schema, Table};

use super::options::same_option;
use super::{DiffOptions, Note, objects, order, similarity};

/// The old schema under the new names.
pub(super) struct Renamed<'a> {
    /// The old schema as it is after `operations`.
    pub(super) schema: Cow<'a, Schema>,
    /// What has brought it there.
    pub(super) operations: Vec<Operation>,
    /// What could not be done.
    pub(super) notes: Vec<Note>,
    /// The old names of tables that have another one now, by the new one.
    tables: BTreeMap<Name, Name>,
}

/// Does the renames that the hints ask for.
pub(super) fn rename<'a>(from: &'a Schema, to: &Schema, options: &DiffOptions<'_>) -> Renamed<'a> {
    let mut renamed = Renamed {
        schema: Cow::Borrowed(from),
        operations: Vec::new(),
        notes: Vec::new(),
        tables: BTreeMap::new(),
    };
    renamed.rename_tables(to, options);
    renamed.rename_columns(to, options);
    renamed
}

/// Old names with their new ones.
pub(super) type Pairs<K> = Vec<(K, K)>;

/// Which of the renames that hints speak of are ones, and which cannot be because both names are there.
/// `alike` says how much an old thing and a new one have in common: it decides where names alone do not tell whether a
/// rename is still to be done or has long been, because the old schema has both.
pub(super) fn decide<K: Ord + Clone>(
    hints: impl Iterator<Item = (K, K)>,
    is_old: impl Fn(&K) -> bool,
    is_new: impl Fn(&K) -> bool,
    alike: impl Fn(&K, &K) -> u32,
) -> (Pairs<K>, Pairs<K>) {
    // By the old name; the first hint that speaks of a name wins.
    let mut active: BTreeMap<K, K> = BTreeMap::new();
    let mut targets = BTreeSet::new();
    for (from, to) in hints {
        if from != to
            && is_old(&from)
            && is_new(&to)
            && !active.contains_key(&from)
            && targets.insert(to.clone())
        {
            active.insert(from, to);
        }
    }
    let mut ignored = Vec::new();
    loop {
        let mut wrong: Vec<K> = active
            .iter()
            .filter(|(from, to)| {
                let stays = is_new(from) && !targets.contains(*from);
                let replaces = || !is_new(from) && alike(from, to) > alike(to, to);
                stays || (is_old(to) && !active.contains_key(*to) && !replaces())
            })
            .map(|(from, _)| from.clone())
            .collect();
        if wrong.is_empty() {
            wrong = idle_circles(&active, &alike);
        }
        if wrong.is_empty() {
            return (active.into_iter().collect(), ignored);
        }
        for from in wrong {
            if let Some(to) = active.remove(&from) {
                targets.remove(&to);
                ignored.push((from, to));
            }
        }
    }
}

/// The members of circles of renames that make nothing more alike: those that were done before.
fn idle_circles<K: Ord + Clone>(active: &BTreeMap<K, K>, alike: impl Fn(&K, &K) -> u32) -> Vec<K> {
    let mut seen = BTreeSet::new();
    let mut idle = Vec::new();
    for start in active.keys() {
        let mut path = Vec::new();
        let mut at = start;
        while seen.insert(at) {
            path.push(at);
            match active.get(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        let Some(first) = path.iter().position(|member| *member == at).filter(|_| active.contains_key(at))
        else {
            continue;
        };
        let circle = &path[first..];
        let moved: u32 = circle.iter().filter_map(|from| active.get(*from).map(|to| alike(from, to))).sum();
        let unmoved: u32 = circle.iter().map(|name| alike(name, name)).sum();
        if moved <= unmoved {
            idle.extend(circle.iter().map(|name| (*name).clone()));
        }
    }
    idle
}

impl Renamed<'_> {
    fn rename_tables(&mut self, to: &Schema, options: &DiffOptions<'_>) {
        let hints = options.hints.tables.iter().map(|hint| (hint.from.clone(), hint.to.clone()));
        let schema = &self.schema;
        let (active, ignored) = decide(
            hints,
            |name| schema.tables.contains_key(name),
            |name| to.tables.contains_key(name),
            |from, to_name| match (schema.table(from), to.table(to_name)) {
                (Some(from), Some(to)) => u32::from(similarity::tables(from, to, options.rules)),
                _ => 0,
            },
        );
        self.notes.extend(ignored.into_iter().map(|(from, to)| Note::TableRenameIgnored { from, to }));

        let leaving: BTreeSet<&Name> = active.iter().map(|(from, _)| from).collect();
        let in_the_way: Vec<Name> = active
            .iter()
            .map(|(_, to)| to)
            .filter(|to| self.schema.tables.contains_key(*to) && !leaving.contains(to))
            .cloned()
            .collect();
        for table in in_the_way {
            if let Err(error) = self.drop_table(&table) {
                self.impossible(&format!("a table to {table}"), &error);
            }
        }
        let taken = |name: &Name| self.schema.tables.contains_key(name) || to.tables.contains_key(name);
        let mut used = BTreeSet::new();
        let steps = order::renames(&active, |name| {
            let free = spare(name.name.as_str(), |spare| {
                let name = name.sibling(spare);
                taken(&name) || used.contains(&name)
            });
            let free = name.sibling(free);
            used.insert(free.clone());
            free
        });
        let mut failed = false;
        for (old, new) in steps {
            if let Err(error) = self.run(Operation::RenameTable { table: old.clone(), to: new.clone() }) {
                failed = true;
                self.impossible(&format!("table {old} to {new}"), &error);
            }
        }
        let done = active.into_iter().filter(|(from, to)| {
            !failed || (self.schema.tables.contains_key(to) && !self.schema.tables.contains_key(from))
        });
        self.tables = done.map(|(from, to)| (to, from)).collect();
    }

    fn rename_columns(&mut self, to: &Schema, options: &DiffOptions<'_>) {
        let new_names: BTreeMap<&Name, &Name> = self.tables.iter().map(|(new, old)| (old, new)).collect();
        let mut by_table: BTreeMap<Name, Vec<(Ident, Ident)>> = BTreeMap::new();
        for hint in &options.hints.columns {
            // A user may well name the table as it was.
            let table = match new_names.get(&hint.table) {
                Some(new) if !to.tables.contains_key(&hint.table) => (*new).clone(),
                _ => hint.table.clone(),
            };
            by_table.entry(table).or_default().push((hint.from.clone(), hint.to.clone()));
        }
        for (name, hints) in by_table {
            if let (Some(new), true) = (to.table(&name), self.schema.tables.contains_key(&name)) {
                self.rename_columns_of(&name, hints, new, options);
            }
        }
    }

    fn rename_columns_of(
        &mut self,
        name: &Name,
        hints: Vec<(Ident, Ident)>,
        new: &Table,
        options: &DiffOptions<'_>,
    ) {
        let Some(old) = self.schema.table(name) else { return };
        let old_columns: BTreeMap<&Ident, &Column> =
            old.columns.iter().map(|column| (&column.name, column)).collect();
        let new_columns: BTreeMap<&Ident, &Column> =
            new.columns.iter().map(|column| (&column.name, column)).collect();
        let (active, ignored) = decide(
            hints.into_iter(),
            |column| old_columns.contains_key(column),
            |column| new_columns.contains_key(column),
            |from, to| match (old_columns.get(from), new_columns.get(to)) {
                (Some(from), Some(to)) => alike(from, to, options),
                _ => 0,
            },
        );
        let all: BTreeSet<Ident> =
            old_columns.keys().chain(new_columns.keys()).map(|name| (*name).clone()).collect();
        let leaving: BTreeSet<&Ident> = active.iter().map(|(from, _)| from).collect();
        let in_the_way: Vec<Ident> = active
            .iter()
            .map(|(_, to)| to)
            .filter(|to| old_columns.contains_key(to) && !leaving.contains(to))
            .cloned()
            .collect();
        self.notes.extend(ignored.into_iter().map(|(from, to)| Note::ColumnRenameIgnored {
            table: name.clone(),
            from,
            to,
        }));

        let mut used = all;
        let mut free = |column: &Ident| {
            let made = Ident::from(spare(column.as_str(), |name| used.contains(name)));
            used.insert(made.clone());
            made
        };
        for column in in_the_way {
            if self.drop_column(name, &column).is_err() {
                // Something that will change later needs it still: out of the way it goes, to be dropped with the rest.
                let away = Operation::RenameColumn {
                    table: name.clone(),
                    column: column.clone(),
                    to: free(&column),
                };
                if let Err(error) = self.run(away) {
                    self.impossible(&format!("a column to {name}.{column}"), &error);
                }
            }
        }
        let steps = order::renames(&active, &mut free);
        for (from, to) in steps {
            let step = Operation::RenameColumn { table: name.clone(), column: from.clone(), to: to.clone() };
            if let Err(error) = self.run(step) {
                self.impossible(&format!("column {name}.{from} to {to}"), &error);
            }
        }
    }

    fn impossible(&mut self, rename: &str, error: &ApplyError) {
        self.notes.push(Note::RenameImpossible {
            rename: format!("the rename of {rename}"),
            reason: error.to_string(),
        });
    }

    /// Makes the change. An object in whose text a name cannot be replaced for certain is dropped before; where the new
    /// schema has it, it is made anew later.
    fn run(&mut self, operation: Operation) -> Result<(), ApplyError> {
        let mut before = Vec::new();
        let mut state = None;
        loop {
            let schema = match &mut state {
                Some(state) => state,
                None => self.schema.to_mut(),
            };
            match operation.apply(schema) {
                Ok(()) => break,
                Err(ApplyError::AmbiguousRename { object, .. }) => {
                    // On a copy, so that nothing has happened if it fails in the end.
                    let mut copy = schema.clone();
                    for key in objects::with_dependents(&copy, &object) {
                        let drop = Operation::DropObject { key };
                        drop.apply(&mut copy)?;
                        before.push(drop);
                    }
                    state = Some(copy);
                }
                Err(error) => return Err(error),
            }
        }
        if let Some(state) = state {
            self.schema = Cow::Owned(state);
        }
        self.operations.append(&mut before);
        self.operations.push(operation);
        Ok(())
    }

    /// Drops a table whose name another one takes.
    fn drop_table(&mut self, name: &Name) -> Result<(), ApplyError> {
        let keys = self.keys_to(name, |_| true);
        for key in keys {
            self.run(key)?;
        }
        for key in objects::on_table(&self.schema, name) {
            self.run(Operation::DropObject { key })?;
        }
        self.run(Operation::DropTable { table: name.clone() })
    }

    /// Drops a column whose name another one takes.
    fn drop_column(&mut self, name: &Name, column: &Ident) -> Result<(), ApplyError> {
        let before = (self.schema.clone(), self.operations.len());
        let result = self.try_drop_column(name, column);
        if result.is_err() {
            self.schema = before.0;
            self.operations.truncate(before.1);
        }
        result
    }

    fn try_drop_column(&mut self, name: &Name, column: &Ident) -> Result<(), ApplyError> {
        let primary: Vec<Ident> = self.schema.table(name).map(primary_columns).unwrap_or_default();
        let keys = self.keys_to(name, |columns| {
            if columns.is_empty() { primary.contains(column) } else { columns.contains(column) }
        });
        for key in keys {
            self.run(key)?;
        }
        for key in objects::on_columns(&self.schema, name, &BTreeSet::from([column.clone()])) {
            self.run(Operation::DropObject { key })?;
        }
        self.run(Operation::DropColumn { table: name.clone(), column: column.clone() })
    }

    /// What drops the foreign keys of other tables that point at certain columns of `name`.
    fn keys_to(&self, name: &Name, points: impl Fn(&[Ident]) -> bool) -> Vec<Operation> {
        let others = self.schema.tables.values().filter(|other| other.name != *name);
        others
            .flat_map(|other| other.foreign_keys().map(move |(constraint, key)| (other, constraint, key)))
            .filter(|(_, _, key)| key.references.table == *name && points(&key.references.columns))
            .map(|(other, constraint, _)| Operation::DropConstraint {
                table: other.name.clone(),
                constraint: reference(constraint),
            })
            .collect()
    }
}

/// How a `DropConstraint` names the constraint.
pub(super) fn reference(constraint: &crate::schema::Constraint) -> ConstraintRef {
    match &constraint.name {
        Some(name) => ConstraintRef::Named(name.clone()),
        None => ConstraintRef::Unnamed(Box::new(constraint.body.clone())),
    }
}

/// The columns of the primary key.
pub(super) fn primary_columns(table: &Table) -> Vec<Ident> {
    table
        .constraints
        .iter()
        .find_map(|constraint| match &constraint.body {
            ConstraintBody::PrimaryKey(key) => {
                Some(key.columns.iter().filter_map(|part| part.as_column().cloned()).collect())
            }
            _ => None,
        })
        .unwrap_or_default()
}

/// How much two columns have in common, whatever they are called.
fn alike(from: &Column, to: &Column, options: &DiffOptions<'_>) -> u32 {
    let rules = options.rules;
    4 * u32::from(rules.same_type(&from.ty, &to.ty))
        + u32::from(from.nullable == to.nullable)
        + u32::from(same_option(from.default.as_ref(), to.default.as_ref(), |from, to| {
            rules.same_expression(from, to)
        }))
        + u32::from(from.identity == to.identity)
        + u32::from(from.generated.is_some() == to.generated.is_some())
}

/// A name like `name` that nothing has.
pub(super) fn spare(name: &str, taken: impl Fn(&str) -> bool) -> String {
    // Short enough for every server, whatever the name; cut at a character.
    let stem: String = name.chars().take(12).collect();
    let mut count = 0_usize;
    loop {
        let made = if count == 0 { format!("{stem}__spare") } else { format!("{stem}__spare{count}") };
        if !taken(&made) {
            return made;
        }
        count += 1;
    }
}
