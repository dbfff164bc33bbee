//! Views, functions, triggers and the like: dropped before what they need changes, and made again after it.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::{Ident, Name};
use crate::operation::{Operation, belongs_to};
use crate::schema::{Object, ObjectKey, Schema};

use super::mentions::Mentions;
use super::web::{Touched, Web, holds_rows, is_bound, is_routine, is_type};
use super::{Compared, Note};

/// What is done to objects.
#[derive(Debug, Default)]
pub(super) struct Objects {
    /// Dropped before anything else.
    pub(super) dropped_first: Vec<Operation>,
    /// Made before the tables, which need them.
    pub(super) made_first: Vec<Operation>,
    /// Dropped after the tables that needed them.
    pub(super) dropped_last: Vec<Operation>,
    /// Made when all else is done.
    pub(super) made_last: Vec<Operation>,
}

/// The objects of both schemas.
pub(super) struct Webs<'a> {
    pub(super) old: Web<'a>,
    pub(super) new: Web<'a>,
}

/// Old objects that make way for something, whatever of tables stands on them.
pub(super) struct Rebuilt<'a> {
    pub(super) web: &'a Web<'a>,
    /// They are dropped and made again.
    pub(super) objects: BTreeSet<usize>,
    /// Types whose place others take.
    pub(super) types: BTreeSet<usize>,
    /// Routines and operators that go. A text that names one and stays means another one of that name afterwards.
    pub(super) gone: BTreeSet<usize>,
}

impl Rebuilt<'_> {
    /// Whether one that is dropped is among the names.
    pub(super) fn are_named(&self, names: &Mentions) -> bool {
        if self.objects.is_empty() && self.gone.is_empty() {
            return false;
        }
        let used = self.web.used_by(names);
        !used.is_disjoint(&self.objects) || !used.is_disjoint(&self.gone)
    }

    /// Whether a type whose place another takes is among the names.
    pub(super) fn are_types(&self, names: &Mentions) -> bool {
        !self.types.is_empty() && !self.web.used_by(names).is_disjoint(&self.types)
    }

    /// Adds what stands on tables and columns that change.
    pub(super) fn extend(&mut self, touched: &Touched) {
        self.objects.append(&mut self.web.on(touched));
        self.web.add_dependents(&mut self.objects);
    }
}

impl<'a> Webs<'a> {
    pub(super) fn new(old: &'a Schema, new: &'a Schema) -> Self {
        Self { old: Web::new(old.objects.values()), new: Web::new(new.objects.values()) }
    }

    /// Whether neither schema has any.
    pub(super) fn is_empty(&self) -> bool {
        self.old.objects.is_empty() && self.new.objects.is_empty()
    }

    /// The old objects that must be dropped so that what is to come of them can be made, with all that stands on them.
    pub(super) fn rebuilt(&self, compared: &Compared<'_>) -> Rebuilt<'_> {
        let rules = compared.options.rules;
        let standing = self.old.dependents();
        let now = |at: usize| self.new.place(&self.old.objects[at].key).map(|now| self.new.objects[now]);
        let mut found = BTreeSet::new();
        let mut types = BTreeSet::new();
        let mut gone = BTreeSet::new();
        for (at, object) in self.old.objects.iter().copied().enumerate() {
            let Some(new) = now(at) else {
                // What stays must not stand on what goes, unless it changes in place and leaves it so.
                let stays = standing[at].iter().copied().filter(|other| {
                    now(*other).is_some_and(|now| {
                        let other = self.old.objects[*other];
                        same(compared, other, now) || !rules.replaces(other, now)
                    })
                });
                found.extend(stays);
                if is_routine(&object.key.kind) {
                    gone.insert(at);
                }
                continue;
            };
            if same(compared, object, new) {
                continue;
            }
            if is_type(&object.key.kind) {
                // Columns may be of it, so that another takes its place, and what else stands on it makes way.
                if !rules.replaces(object, new) {
                    types.insert(at);
                    found.extend(
                        standing[at].iter().filter(|other| !is_type(&self.old.objects[**other].key.kind)),
                    );
                }
                continue;
            }
            // Of two views that change, the one on the other fits the old one or the new one, and on the way back the other
            // way round: it goes first and comes last.
            let is_view = |object: &Object| object.key.kind == "view";
            let changes_too = |other: &usize| {
                let on_it = self.old.objects[*other];
                is_view(object)
                    && is_view(on_it)
                    && now(*other).is_some_and(|now| !same(compared, on_it, now))
            };
            found.extend(standing[at].iter().copied().filter(changes_too));
            // The way back is the same in reverse.
            let both_ways =
                || rules.replaces(object, new) && (standing[at].is_empty() || rules.replaces(new, object));
            if holds_rows(&object.key.kind) || !both_ways() {
                found.insert(at);
            }
        }
        self.old.add_dependents(&mut found);
        Rebuilt { web: &self.old, objects: found, types, gone }
    }
}

/// The object and all that needs it, in the order in which they can be dropped.
pub(super) fn with_dependents(schema: &Schema, key: &ObjectKey) -> Vec<ObjectKey> {
    let web = Web::new(schema.objects.values());
    let mut found: BTreeSet<usize> = web.place(key).into_iter().collect();
    web.add_dependents(&mut found);
    web.ordered(&found).into_iter().rev().map(|at| web.objects[at].key.clone()).collect()
}

/// What must be dropped before a table can be, in that order.
pub(super) fn on_table(schema: &Schema, table: &Name) -> Vec<ObjectKey> {
    on(schema, &Touched { dropped: BTreeSet::from([table.clone()]), ..Touched::default() })
}

/// What must be dropped before several tables can be, in that order.
pub(super) fn on_tables(schema: &Schema, tables: &[&Name]) -> Vec<ObjectKey> {
    let dropped = tables.iter().map(|name| (*name).clone()).collect();
    on(schema, &Touched { dropped, ..Touched::default() })
}

/// What must be dropped before columns of a table can be, in that order.
pub(super) fn on_columns(schema: &Schema, table: &Name, columns: &BTreeSet<Ident>) -> Vec<ObjectKey> {
    let columns = BTreeMap::from([(table.clone(), columns.clone())]);
    on(schema, &Touched { columns, ..Touched::default() })
}

fn on(schema: &Schema, touched: &Touched) -> Vec<ObjectKey> {
    let web = Web::new(schema.objects.values());
    let mut found = web.on(touched);
    web.add_dependents(&mut found);
    let goes_along = |object: &Object| touched.dropped.iter().any(|table| belongs_to(object, table));
    let ordered = web.ordered(&found).into_iter().rev();
    ordered
        .map(|at| web.objects[at])
        .filter(|object| !goes_along(object))
        .map(|object| object.key.clone())
        .collect()
}

/// Compares the objects. `rebuilt` are those that must be dropped before they can be made as they are to be.
pub(super) fn compare(
    compared: &Compared<'_>,
    webs: &Webs<'_>,
    rebuilt: &BTreeSet<usize>,
    touched: &Touched,
    notes: &mut Vec<Note>,
) -> Objects {
    let mut made = Objects::default();
    if webs.is_empty() {
        return made;
    }
    let (there, coming) = (&webs.old, &webs.new);
    let out = drop_objects(compared, there, rebuilt, touched, &mut made);
    let mut changed: BTreeMap<usize, Operation> = BTreeMap::new();
    for (at, object) in coming.objects.iter().copied().enumerate() {
        let was = compared.old.objects.get(&object.key);
        let differs = was.is_some_and(|was| !same(compared, was, object));
        if was.is_none() || out.contains(&object.key) {
            if was.is_some() && !differs {
                notes.push(Note::Recreated { object: object.key.clone() });
            }
            changed.insert(at, Operation::CreateObject(object.clone()));
        } else if differs {
            changed.insert(at, Operation::ReplaceObject(object.clone()));
        }
    }
    if changed.is_empty() {
        return made;
    }
    let first = needed_first(compared, coming, &changed, touched);
    for at in coming.order() {
        if let Some(operation) = changed.remove(&at) {
            let stage = if first.contains(&at) { &mut made.made_first } else { &mut made.made_last };
            stage.push(operation);
        }
    }
    made
}

/// Drops what has to be out of the way before the tables change, with all that stands on it, and what is gone. Gives the
/// keys of all of these.
fn drop_objects<'a>(
    compared: &Compared<'_>,
    there: &Web<'a>,
    rebuilt: &BTreeSet<usize>,
    touched: &Touched,
    made: &mut Objects,
) -> BTreeSet<&'a ObjectKey> {
    let gone: BTreeSet<usize> = (0..there.objects.len())
        .filter(|at| !compared.new.objects.contains_key(&there.objects[*at].key))
        .collect();
    let goes_along: BTreeSet<usize> = (0..there.objects.len())
        .filter(|at| {
            let object = there.objects[*at];
            let known = object.depends_on.iter().map(|needed| &needed.name).chain(&object.key.table);
            known.filter(|name| touched.dropped.contains(*name)).any(|name| belongs_to(object, name))
        })
        .collect();
    let mut first = there.on(touched);
    first.extend(gone.iter().copied().filter(|at| is_bound(&there.objects[*at].key.kind)));
    first.extend(&goes_along);
    first.extend(rebuilt);
    there.add_dependents(&mut first);
    let dropped: BTreeSet<usize> = first.union(&gone).copied().collect();
    for at in there.ordered(&dropped).into_iter().rev() {
        if goes_along.contains(&at) {
            continue;
        }
        let operation = Operation::DropObject { key: there.objects[at].key.clone() };
        // What stands on something that goes last need not wait for it, but may not stay behind it either.
        if first.contains(&at) || !gone.contains(&at) {
            made.dropped_first.push(operation);
        } else {
            made.dropped_last.push(operation);
        }
    }
    dropped.iter().map(|at| &there.objects[*at].key).collect()
}

/// Which of the objects that come or change are made before the tables: types, and what tables name.
fn needed_first(
    compared: &Compared<'_>,
    coming: &Web<'_>,
    changed: &BTreeMap<usize, Operation>,
    touched: &Touched,
) -> BTreeSet<usize> {
    let named = coming.used_by(&mentions_of_tables(compared, touched));
    let mut first: BTreeSet<usize> = changed
        .keys()
        .copied()
        .filter(|at| {
            let kind = &coming.objects[*at].key.kind;
            // An index takes the default operator class of its column's type without naming it.
            is_type(kind) || kind == "operator_class" || (!is_bound(kind) && named.contains(at))
        })
        .collect();
    let mut waiting: Vec<usize> = first.iter().copied().collect();
    while let Some(at) = waiting.pop() {
        for needed in coming.known[at].iter().chain(&coming.seeming[at]) {
            if changed.contains_key(needed) && first.insert(*needed) {
                waiting.push(*needed);
            }
        }
    }
    // What needs a table that comes, itself or through others, cannot be there before it.
    let mut later: BTreeSet<usize> = changed
        .keys()
        .copied()
        .filter(|at| {
            let object = coming.objects[*at];
            let mut needs = object.depends_on.iter().filter(|needed| needed.kind == "table");
            is_bound(&object.key.kind) || needs.any(|needed| touched.created.contains(&needed.name))
        })
        .collect();
    coming.add_dependents(&mut later);
    first.retain(|at| !later.contains(at));
    first
}

/// Whether two objects are the same. What they depend on follows from their text.
fn same(compared: &Compared<'_>, from: &Object, to: &Object) -> bool {
    let rules = compared.options.rules;
    from.comment == to.comment
        && rules.same_options(&from.options, &to.options)
        && rules.same_definition(&from.definition, &to.definition)
}

/// The names in the expressions and types of tables that come and of those that change: a function among them must be
/// made before they are.
fn mentions_of_tables(compared: &Compared<'_>, touched: &Touched) -> Mentions {
    let mut mentions = Mentions::default();
    for table in compared.new.tables.values() {
        if touched.created.contains(&table.name) || compared.old.tables.get(&table.name) != Some(table) {
            mentions.append(Mentions::of_table(table));
        }
    }
    mentions
}
