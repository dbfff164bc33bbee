//! Which operation comes before which, where tables and objects need each other.
//!
//! The stages of the comparison give an order that is right for tables alone and for most of what stands on them. Here
//! each operation is moved before the first one that needs it: a table's default may call a function, which may look at
//! a view, which stands on another table. Where a table and an object need each other, the table is made without the
//! default or the check in question, which follows when the object is there; on the way out, it goes first.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::ident::{Ident, Name};
use crate::operation::{ColumnChange, ConstraintRef, Operation};
use crate::schema::{Column, Constraint, ConstraintBody, Object, ObjectKey, Schema, Table};

use super::loosen::loosen;
use super::mentions::{Mentions, lower};
use super::objects::Webs;
use super::web::{Names, is_bound, is_held, is_routine, word_for};
use super::{Compared, order};

/// Puts operations in an order in which each finds what it needs and leaves nothing behind that needs what it drops.
pub(super) fn arrange(
    compared: &Compared<'_>,
    webs: &Webs<'_>,
    operations: Vec<Operation>,
) -> Vec<Operation> {
    // What is a part of another table, or says in its options that it is made like one.
    let stands_on_others = |operation: &Operation| match operation {
        Operation::CreateTable(table) => table.partition_of.is_some() || !table.options.is_empty(),
        Operation::DropTable { table } => {
            compared.old.table(table).is_some_and(|table| !table.options.is_empty())
        }
        Operation::AlterTable { options, .. } => options.is_some(),
        _ => false,
    };
    if webs.is_empty() && !operations.iter().any(stands_on_others) {
        return operations;
    }
    let mut steps: Vec<Step> =
        operations.into_iter().map(|operation| Step::new(operation, compared.old)).collect();
    let mut needs = Needs::of(compared.old, webs, &steps);
    let circles = order::circles(&needs.known);
    if !circles.is_empty() {
        steps = loosen(compared.old, webs, steps, &circles);
        needs = Needs::of(compared.old, webs, &steps);
    }
    let mut steps: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    let ordered = order::order_with(&needs.known, &needs.seeming);
    ordered.into_iter().filter_map(|at| steps[at].take()).map(|step| step.operation).collect()
}

/// An operation with the names that matter for its place.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) operation: Operation,
    /// What that names which it makes.
    pub(super) names: Mentions,
    /// What that named which it takes away.
    pub(super) frees: Mentions,
}

impl Step {
    pub(super) fn new(operation: Operation, old: &Schema) -> Self {
        let names = match &operation {
            Operation::CreateTable(table) => Mentions::of_table(table),
            Operation::AddColumn { column, .. } => Mentions::of_column(column),
            Operation::AlterColumn { change, .. } => Mentions::of_change(change),
            Operation::AddConstraint { constraint, .. } => Mentions::of_constraint(constraint),
            Operation::CreateIndex { index, .. } => Mentions::of_index(index),
            Operation::AlterTable { options: Some(options), .. } => Mentions::of_options(options),
            _ => Mentions::default(),
        };
        let frees = freed(&operation, old);
        Self { operation, names, frees }
    }
}

/// What that named in the old schema which the operation takes away.
fn freed(operation: &Operation, old: &Schema) -> Mentions {
    let mut frees = Mentions::default();
    match operation {
        Operation::DropTable { table } => {
            old.table(table).iter().for_each(|table| frees.append(Mentions::of_table(table)));
        }
        Operation::AlterTable { table, options: Some(_), .. } => {
            old.table(table).iter().for_each(|table| frees.append(Mentions::of_options(&table.options)));
        }
        Operation::DropColumn { table, column } => {
            let Some(table) = old.table(table) else { return frees };
            table.column(column).iter().for_each(|column| frees.append(Mentions::of_column(column)));
            // Constraints and indexes go with it.
            let constraints = table.constraints.iter().map(Mentions::of_constraint);
            let parts = constraints.chain(table.indexes.values().map(Mentions::of_index));
            parts.filter(|names| names.column(column)).for_each(|names| frees.append(names));
        }
        Operation::AlterColumn { table, column, .. } => {
            let there = old.table(table).and_then(|table| table.column(column));
            there.iter().for_each(|column| frees.append(Mentions::of_column(column)));
        }
        Operation::DropConstraint { table, constraint } => {
            let there = old.table(table).and_then(|table| find(table, constraint));
            there.iter().for_each(|constraint| frees.append(Mentions::of_constraint(constraint)));
        }
        Operation::DropIndex { table, name, .. } => {
            let there = old.table(table).and_then(|table| table.indexes.get(name));
            there.iter().for_each(|index| frees.append(Mentions::of_index(index)));
        }
        _ => {}
    }
    frees
}

fn find<'a>(table: &'a Table, constraint: &ConstraintRef) -> Option<&'a Constraint> {
    match constraint {
        ConstraintRef::Named(name) => table.constraint(name),
        ConstraintRef::Unnamed(body) => {
            table.constraints.iter().find(|there| there.name.is_none() && there.body == **body)
        }
    }
}

/// What is done to a table that is there all the while, or was made before.
#[derive(Debug, Default)]
struct OnTable<'a> {
    /// Its columns, as they come, change and go.
    columns: Vec<(usize, &'a Ident)>,
    /// Its constraints and indexes that go.
    dropped: Vec<usize>,
    /// Keys that come, on which others may stand.
    keys: Vec<usize>,
    /// All of these and the others.
    all: Vec<usize>,
}

/// Where in the list what is made and dropped.
#[derive(Debug, Default)]
struct Places<'a> {
    made_tables: BTreeMap<&'a Name, usize>,
    dropped_tables: BTreeMap<&'a Name, usize>,
    /// By the places of the objects in the new web.
    made_objects: BTreeMap<usize, usize>,
    /// By the places of the objects in the old web.
    dropped_objects: BTreeMap<usize, usize>,
    /// Objects that change in place, by their places in the old web.
    replaced: BTreeMap<usize, usize>,
    /// Whatever is dropped, by name.
    dropped_names: BTreeMap<&'a Name, Vec<usize>>,
    on_tables: BTreeMap<&'a Name, OnTable<'a>>,
    /// Routines that go, by what texts call them, with their places.
    dropped_routines: BTreeMap<RoutineWord, Vec<(usize, usize)>>,
    /// Foreign keys that go, by the table that they point at.
    dropped_keys: BTreeMap<&'a Name, Vec<usize>>,
    /// Columns that go, by the word of their table, and what they are called.
    dropped_columns: Names,
    dropped: BTreeMap<usize, &'a Ident>,
    /// Tables that come, by word.
    made_words: Names,
    /// Tables that go or change, by word.
    old_words: Names,
}

impl<'a> Places<'a> {
    fn of(old: &'a Schema, webs: &Webs<'_>, steps: &'a [Step]) -> Self {
        let mut places = Self::default();
        for (at, step) in steps.iter().enumerate() {
            match &step.operation {
                Operation::CreateTable(table) => {
                    places.made_tables.insert(&table.name, at);
                    places.made_words.insert(lower(&table.name.name), table.name.schema.as_ref(), at);
                }
                Operation::DropTable { table } => {
                    places.dropped_tables.insert(table, at);
                    places.dropped_names.entry(table).or_default().push(at);
                    places.old_words.insert(lower(&table.name), table.schema.as_ref(), at);
                }
                Operation::CreateObject(object) => {
                    webs.new.place(&object.key).map(|place| places.made_objects.insert(place, at));
                }
                Operation::ReplaceObject(object) => {
                    webs.new.place(&object.key).map(|place| places.made_objects.insert(place, at));
                    webs.old.place(&object.key).map(|place| places.replaced.insert(place, at));
                }
                Operation::DropObject { key } => {
                    if let Some(place) = webs.old.place(key) {
                        places.dropped_objects.insert(place, at);
                        if is_routine(&key.kind) {
                            places.dropped_routines.entry(routine_word(key)).or_default().push((place, at));
                        }
                    }
                    places.dropped_names.entry(&key.name).or_default().push(at);
                }
                Operation::DropSequence { name } | Operation::DropEnum { name } => {
                    places.dropped_names.entry(name).or_default().push(at);
                }
                Operation::AddColumn { table, column, .. } => places.column(table, &column.name, at),
                Operation::AlterColumn { table, column, .. } => places.column(table, column, at),
                Operation::DropColumn { table, column } => {
                    places.column(table, column, at);
                    places.dropped_columns.insert(lower(&table.name), table.schema.as_ref(), at);
                    places.dropped.insert(at, column);
                }
                Operation::DropIndex { table, .. } => {
                    places.on_tables.entry(table).or_default().dropped.push(at);
                }
                Operation::DropConstraint { table, constraint } => {
                    places.on_tables.entry(table).or_default().dropped.push(at);
                    let there = old.table(table).and_then(|table| find(table, constraint));
                    if let Some(ConstraintBody::ForeignKey(key)) = there.map(|there| &there.body) {
                        places.dropped_keys.entry(&key.references.table).or_default().push(at);
                    }
                }
                Operation::CreateIndex { table, index, .. } if index.unique => {
                    places.on_tables.entry(table).or_default().keys.push(at);
                }
                Operation::AddConstraint { table, constraint } => {
                    if let ConstraintBody::PrimaryKey(_) | ConstraintBody::Unique(_) = constraint.body {
                        places.on_tables.entry(table).or_default().keys.push(at);
                    }
                }
                _ => {}
            }
            if let Some(table) = table_of(&step.operation) {
                places.on_tables.entry(table).or_default().all.push(at);
            }
        }
        places
    }

    fn column(&mut self, table: &'a Name, column: &'a Ident, at: usize) {
        self.on_tables.entry(table).or_default().columns.push((at, column));
        self.old_words.insert(lower(&table.name), table.schema.as_ref(), at);
    }
}

/// The table that an operation changes, without making or dropping it.
fn table_of(operation: &Operation) -> Option<&Name> {
    match operation {
        Operation::AddColumn { table, .. }
        | Operation::AlterColumn { table, .. }
        | Operation::DropColumn { table, .. }
        | Operation::AlterTable { table, .. }
        | Operation::AttachPartition { table, .. }
        | Operation::DetachPartition { table }
        | Operation::AddConstraint { table, .. }
        | Operation::DropConstraint { table, .. }
        | Operation::RenameConstraint { table, .. }
        | Operation::ValidateConstraint { table, .. }
        | Operation::CreateIndex { table, .. }
        | Operation::DropIndex { table, .. }
        | Operation::RenameIndex { table, .. } => Some(table),
        _ => None,
    }
}

/// By the places of the operations: what each needs to have come before it.
struct Needs {
    known: Vec<Vec<usize>>,
    /// What gives way in a circle.
    seeming: Vec<Vec<usize>>,
}

impl Needs {
    fn of(old: &Schema, webs: &Webs<'_>, steps: &[Step]) -> Self {
        let places = Places::of(old, webs, steps);
        let without_default = steps_without_default(steps);
        let mut made = Self { known: vec![Vec::new(); steps.len()], seeming: vec![Vec::new(); steps.len()] };
        for (at, step) in steps.iter().enumerate() {
            match &step.operation {
                Operation::CreateObject(object) | Operation::ReplaceObject(object) => {
                    made.make_object(at, object, webs, &places);
                }
                Operation::CreateTable(table) => made.make_table(at, table, old, &places),
                Operation::DropTable { table } => made.drop_table(at, table, old, &places),
                Operation::DropObject { key } => {
                    webs.old.place(key).iter().for_each(|place| made.drop_object(at, *place, webs, &places));
                }
                other => {
                    made.change_table(at, other, &places);
                    made.follow_whole(at, other, old, &places);
                }
            }
            let used = webs.new.used_by(&step.names);
            made.known[at].extend(used.iter().filter_map(|object| places.made_objects.get(object)));
            // A column of a table's row type; in an expression the word may be a column.
            let tables = step.names.iter().flat_map(|mention| places.made_words.find(mention));
            made.seeming[at].extend(tables);
            // What it frees can be dropped only after it.
            let frees = frees_of(step, old, &without_default);
            for freed in webs.old.used_by(&frees) {
                places.dropped_objects.get(&freed).iter().for_each(|drop| made.known[**drop].push(at));
                // Backwards, what named the old one finds it again.
                places.replaced.get(&freed).iter().for_each(|step| made.seeming[**step].push(at));
            }
        }
        for needs in made.known.iter_mut().chain(&mut made.seeming) {
            needs.sort_unstable();
            needs.dedup();
        }
        for (at, needs) in made.known.iter_mut().enumerate() {
            needs.retain(|other| *other != at);
        }
        for (at, needs) in made.seeming.iter_mut().enumerate() {
            needs.retain(|other| *other != at);
        }
        made
    }

    fn make_object(&mut self, at: usize, object: &Object, webs: &Webs<'_>, places: &Places<'_>) {
        let Some(place) = webs.new.place(&object.key) else { return };
        let steps = |needs: &[usize]| -> Vec<usize> {
            needs.iter().filter_map(|other| places.made_objects.get(other).copied()).collect()
        };
        self.known[at].extend(steps(&webs.new.known[place]));
        self.seeming[at].extend(steps(&webs.new.seeming[place]));
        if let Some(drop) = webs.old.place(&object.key).and_then(|old| places.dropped_objects.get(&old)) {
            self.known[at].push(*drop);
        }
        // Those of many things have one name, and none takes another's.
        if !object.is_right() {
            self.known[at].extend(places.dropped_names.get(&object.key.name).into_iter().flatten());
        }
        // Beside one of the same name that goes, it would not be clear which one is meant.
        if is_routine(&object.key.kind) {
            let twins = places.dropped_routines.get(&routine_word(&object.key)).into_iter().flatten();
            let twins = twins.filter(|(old, _)| webs.old.objects[*old].key != object.key);
            self.seeming[at].extend(twins.map(|(_, drop)| *drop));
        }
        let bound = is_bound(&object.key.kind);
        let held = bound || is_held(object);
        let needed =
            object.depends_on.iter().filter(|needed| needed.kind == "table").map(|needed| &needed.name);
        for table in needed.chain(&object.key.table) {
            self.known[at].extend(places.made_tables.get(table));
            if let Some(on) = places.on_tables.get(table).filter(|_| held) {
                let steps = on.columns.iter().map(|(step, _)| *step).chain(on.keys.iter().copied());
                let needs = if bound { &mut self.known[at] } else { &mut self.seeming[at] };
                needs.extend(steps);
            }
        }
        if bound {
            let names = webs.new.mentions[place].iter();
            let tables: Vec<usize> = names.flat_map(|mention| places.made_words.find(mention)).collect();
            let needs =
                if object.depends_on.is_empty() { &mut self.known[at] } else { &mut self.seeming[at] };
            needs.extend(tables);
        }
    }

    fn make_table(&mut self, at: usize, table: &Table, old: &Schema, places: &Places<'_>) {
        let whole = table.partition_of.as_ref().map(|whole| &whole.parent);
        // A part has the columns that the whole has by then, and those have come from what that is a part of.
        let above = |name: &&Name| old.table(name)?.partition_of.as_ref();
        let mut next = whole;
        for _ in 0..=old.tables.len() {
            let Some(name) = next else { break };
            let columns = places.on_tables.get(name).into_iter().flat_map(|on| &on.columns);
            self.known[at].extend(columns.map(|(step, _)| *step));
            next = above(&name).map(|whole| &whole.parent);
        }
        let there = table.foreign_keys().map(|(_, key)| &key.references.table);
        for other in whole.into_iter().chain(there) {
            if let Some(step) = places.made_tables.get(other).filter(|step| **step != at) {
                self.known[at].push(*step);
                // A key may stand on a unique index.
                let keys = places.on_tables.get(other).into_iter().flat_map(|on| &on.keys);
                self.known[at].extend(keys.filter(|key| **key < at));
            }
        }
        self.known[at].extend(places.dropped_names.get(&table.name).into_iter().flatten());
    }

    fn drop_table(&mut self, at: usize, name: &Name, old: &Schema, places: &Places<'_>) {
        self.known[at].extend(places.dropped_keys.get(name).into_iter().flatten());
        let before = places.on_tables.get(name).into_iter().flat_map(|on| &on.all);
        self.known[at].extend(before.filter(|step| **step < at));
        let Some(table) = old.table(name) else { return };
        // What it is a part of, or made like, goes after it.
        if let Some(step) =
            table.partition_of.as_ref().and_then(|whole| places.dropped_tables.get(&whole.parent))
        {
            self.known[*step].push(at);
        }
        for step in
            Mentions::of_options(&table.options).iter().flat_map(|mention| places.old_words.find(mention))
        {
            self.seeming[step].push(at);
        }
    }

    fn drop_object(&mut self, at: usize, place: usize, webs: &Webs<'_>, places: &Places<'_>) {
        let object = webs.old.objects[place];
        // This one goes before what it needs.
        for needed in &webs.old.known[place] {
            places.dropped_objects.get(needed).iter().for_each(|step| self.known[**step].push(at));
        }
        for needed in &webs.old.seeming[place] {
            places.dropped_objects.get(needed).iter().for_each(|step| self.seeming[**step].push(at));
        }
        // What changes in place needed it before, and may no longer.
        for (other, step) in &places.replaced {
            if webs.old.known[*other].contains(&place) {
                self.known[at].push(*step);
            }
        }
        let needed =
            object.depends_on.iter().filter(|needed| needed.kind == "table").map(|needed| &needed.name);
        for table in needed.chain(&object.key.table) {
            places.dropped_tables.get(table).iter().for_each(|step| self.known[**step].push(at));
            if is_held(object) {
                let columns = places.on_tables.get(table).into_iter().flat_map(|on| &on.columns);
                columns.for_each(|(step, _)| self.seeming[*step].push(at));
            }
        }
        if is_bound(&object.key.kind) {
            let names = webs.old.mentions[place].iter();
            names
                .flat_map(|mention| places.old_words.find(mention))
                .for_each(|step| self.seeming[step].push(at));
        }
    }

    /// What is done to one table keeps its order as far as one thing may need the other.
    fn change_table(&mut self, at: usize, operation: &Operation, places: &Places<'_>) {
        let Some(table) = table_of(operation) else { return };
        self.known[at].extend(places.made_tables.get(table));
        let Some(on) = places.on_tables.get(table) else { return };
        let before = |step: &&usize| **step < at;
        match operation {
            Operation::DropIndex { .. } | Operation::DropConstraint { .. } => {}
            Operation::AddColumn { column, .. } => {
                let all = column.generated.is_some();
                self.columns_before(at, on, &column.name, all);
            }
            Operation::AlterColumn { column, change, .. } => {
                self.columns_before(at, on, column, change.generated.is_some());
            }
            Operation::DropColumn { column, .. } => self.columns_before(at, on, column, false),
            _ => {
                let columns = on.columns.iter().map(|(step, _)| step);
                self.known[at].extend(columns.chain(&on.dropped).filter(before));
                if let Operation::AddConstraint { constraint, .. } = operation
                    && let ConstraintBody::ForeignKey(key) = &constraint.body
                {
                    let there = &key.references.table;
                    self.known[at].extend(places.made_tables.get(there));
                    let keys = places.on_tables.get(there).into_iter().flat_map(|on| &on.keys);
                    self.known[at].extend(keys.filter(before));
                }
            }
        }
    }

    /// A column of a part, or of a table that says in its options that it is made like another, comes behind that of the
    /// whole, and goes before it.
    fn follow_whole(&mut self, at: usize, operation: &Operation, old: &Schema, places: &Places<'_>) {
        let (table, column, goes) = match operation {
            Operation::AddColumn { table, column, .. } => (table, &column.name, false),
            Operation::DropColumn { table, column } => (table, column, true),
            _ => return,
        };
        let Some(part) = old.table(table) else { return };
        let whole = part.partition_of.iter().map(|whole| &whole.parent);
        let steps = whole.filter_map(|whole| places.on_tables.get(whole)).flat_map(|on| &on.columns);
        for (step, _) in steps.filter(|(step, other)| *step != at && *other == column) {
            if goes {
                self.known[*step].push(at);
            } else {
                self.known[at].push(*step);
            }
        }
        if !goes || part.options.is_empty() {
            return;
        }
        for mention in Mentions::of_options(&part.options).iter() {
            let steps = places.dropped_columns.find(mention).filter(|step| *step != at);
            let same = steps.filter(|step| places.dropped[step] == column);
            same.for_each(|step| self.seeming[step].push(at));
        }
    }

    fn columns_before(&mut self, at: usize, on: &OnTable<'_>, column: &Ident, all: bool) {
        let before = on.columns.iter().filter(|(step, other)| *step < at && (all || *other == column));
        self.known[at].extend(before.map(|(step, _)| *step));
        self.known[at].extend(on.dropped.iter().filter(|step| **step < at));
    }
}

/// The word and the schema of a routine.
type RoutineWord = (Option<String>, Option<Ident>);

/// What texts call a routine, whatever its arguments are.
fn routine_word(key: &ObjectKey) -> RoutineWord {
    (word_for(key), key.name.schema.clone())
}

/// The columns that lose their defaults in a step of its own, to get them again later.
fn steps_without_default(steps: &[Step]) -> BTreeSet<(&Name, &Ident)> {
    let columns = steps.iter().filter_map(|step| match &step.operation {
        Operation::AlterColumn { table, column, change } if change.default == Some(None) => {
            Some((table, column))
        }
        _ => None,
    });
    columns.collect()
}

/// What a step takes away: not the default that another one has taken before it.
fn frees_of<'s>(
    step: &'s Step,
    old: &Schema,
    without_default: &BTreeSet<(&Name, &Ident)>,
) -> Cow<'s, Mentions> {
    if let Operation::AlterColumn { table, column, change } = &step.operation
        && matches!(change.default, Some(Some(_)))
        && without_default.contains(&(table, column))
        && let Some(there) = old.table(table).and_then(|table| table.column(column))
    {
        return Cow::Owned(Mentions::of_column(&Column { default: None, ..there.clone() }));
    }
    Cow::Borrowed(&step.frees)
}

/// That a column has no default from now on.
pub(super) fn without_default(table: &Name, column: &Ident) -> Operation {
    Operation::AlterColumn {
        table: table.clone(),
        column: column.clone(),
        change: Box::new(ColumnChange { default: Some(None), ..ColumnChange::default() }),
    }
}

/// The steps of some circles.
pub(super) fn among(circles: &[Vec<usize>]) -> BTreeSet<usize> {
    circles.iter().flatten().copied().collect()
}
