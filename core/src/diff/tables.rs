//! Tables: which come, which go, and what changes of those that are there.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use crate::ident::{Ident, Name};
use crate::operation::Operation;
use crate::schema::{
    Column, Constraint, ConstraintBody, ConstraintKind, ForeignKey, KeyPart, Options, Schema, Table, Type,
};

use super::arrange::without_default;
use super::columns::{self, Columns};
use super::constraints::{self, Matched, has_key, target};
use super::mentions::{Mentions, lower};
use super::moved::{Moved, above};
use super::objects::Rebuilt;
use super::rename::reference;
use super::web::{Names, Touched};
use super::{Compared, Note, Question, indexes, order};

/// What is done to tables, by stages: each one may count on those before it.
#[derive(Debug, Default)]
pub(super) struct Stages {
    /// Foreign keys to tables that are parts before or behind.
    pub(super) keys_loosed: Vec<Operation>,
    /// Parts that become tables of their own, or parts of something else.
    pub(super) detached: Vec<Operation>,
    /// Foreign keys that must be out of the way.
    pub(super) keys_dropped: Vec<Operation>,
    /// Tables that go, those that point at others first.
    pub(super) tables_dropped: Vec<Operation>,
    /// Indexes and constraints that go.
    pub(super) parts_dropped: Vec<Operation>,
    /// Tables that come, each with its indexes, those that others point at first.
    pub(super) tables_created: Vec<Operation>,
    /// Columns that come or change, and what is said of tables as a whole.
    pub(super) columns_changed: Vec<Operation>,
    /// Columns that go.
    pub(super) columns_dropped: Vec<Operation>,
    /// Constraints and indexes that get another name, or come; foreign keys apart.
    pub(super) parts_added: Vec<Operation>,
    /// Tables that become parts of others, when they have all that these demand.
    pub(super) attached: Vec<Operation>,
    /// Foreign keys that come.
    pub(super) keys_added: Vec<Operation>,
    /// Constraints that look at the rows now.
    pub(super) validated: Vec<Operation>,
}

/// A table that both schemas have.
struct Kept<'a> {
    old: &'a Table,
    new: &'a Table,
    columns: Columns,
    constraints: Matched,
    indexes: Matched,
    /// Foreign keys that must go before anything else does, by their places.
    early: BTreeSet<usize>,
}

/// What of the old tables foreign keys can no longer stand on.
#[derive(Default)]
struct Lost {
    tables: BTreeSet<Name>,
    /// Keys that go or change, by their tables.
    keys: BTreeMap<Name, Vec<BTreeSet<Ident>>>,
    columns: BTreeMap<Name, BTreeSet<Ident>>,
    moved: Moved,
}

impl Lost {
    fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.keys.is_empty() && self.columns.is_empty() && self.moved.is_empty()
    }

    /// Whether a foreign key to these columns of a table loses what it stands on.
    fn hits(&self, compared: &Compared<'_>, table: &Name, columns: &[Ident]) -> bool {
        self.tables.contains(table)
            || self.moved.hits(compared, table, columns)
            || self.columns.get(table).is_some_and(|lost| columns.iter().any(|column| lost.contains(column)))
            || self.keys.get(table).is_some_and(|keys| {
                keys.iter().any(|key| {
                    key.len() == columns.len() && columns.iter().all(|column| key.contains(column))
                })
            })
    }
}

/// Compares the tables.
pub(super) fn compare(
    compared: &Compared<'_>,
    rebuilt: &mut Rebuilt<'_>,
    enums: BTreeSet<Name>,
    questions: &mut Vec<Question>,
    notes: &mut Vec<Note>,
) -> (Stages, Touched) {
    let (old, new) = (compared.old, compared.new);
    let mut stages = Stages::default();
    let mut touched = Touched { enums, ..Touched::default() };
    touched.dropped.extend(old.tables.keys().filter(|name| !new.tables.contains_key(*name)).cloned());
    touched.created.extend(new.tables.keys().filter(|name| !old.tables.contains_key(*name)).cloned());

    let taken = LazyCell::new(|| indexes::names(old));
    let mut kept: Vec<Kept<'_>> = Vec::new();
    for to in new.tables.values() {
        let Some(from) = old.table(&to.name) else { continue };
        cannot_change(from, to, notes);
        if from.partition_of != to.partition_of {
            if from.partition_of.is_some() {
                stages.detached.push(Operation::DetachPartition { table: to.name.clone() });
            }
            if let Some(of) = &to.partition_of {
                let of = Box::new(of.clone());
                stages.attached.push(Operation::AttachPartition { table: to.name.clone(), of });
            }
        }
        // Most tables are as they were: what is equal need not be matched.
        let same_constraints = from.constraints == to.constraints;
        let same_indexes = from.indexes.as_slice() == to.indexes.as_slice();
        kept.push(Kept {
            old: from,
            new: to,
            columns: if same_constraints && from.columns == to.columns {
                Columns::default()
            } else {
                columns::compare(from, to, compared.options, questions)
            },
            constraints: if same_constraints {
                Matched::all(from.constraints.len())
            } else {
                constraints::compare(compared, from, to)
            },
            indexes: if same_indexes {
                Matched::all(from.indexes.len())
            } else {
                indexes::compare(compared, || &taken, from, to)
            },
            early: BTreeSet::new(),
        });
    }
    let moved = Moved::of(compared, kept.iter().map(|table| (table.old, table.new)), &touched.dropped);
    let mut lost = Lost { tables: touched.dropped.clone(), moved, ..Lost::default() };
    lose_types(compared, rebuilt, &mut touched);
    if !rebuilt.web.objects.is_empty() {
        // What stands on columns that change makes way, and with it what of tables stands on that.
        let mut first = Touched { enums: touched.enums.clone(), ..Touched::default() };
        first.columns.clone_from(&touched.columns);
        first.dropped.clone_from(&touched.dropped);
        kept.iter().for_each(|table| lose(compared, table, &mut Lost::default(), &mut first));
        rebuilt.extend(&first);
        kept.iter_mut().for_each(|table| let_go(rebuilt, table, &mut stages));
    }
    for table in &kept {
        lose(compared, table, &mut lost, &mut touched);
    }
    let created_names = part_names(new, &touched.created);
    for table in &mut kept {
        rethink_foreign_keys(compared, table, &lost);
        leave_to_drop_column(table, &created_names);
    }

    drop_tables(old, &touched, &lost.moved, &mut stages);
    create_tables(compared, &touched, &lost, &mut stages);
    let (wholes_first, parts_first) = by_parts(&kept);
    for at in wholes_first {
        change(compared, &lost.moved, &kept[at], &mut stages);
    }
    // On the way back, too, the columns of the whole come first.
    for at in parts_first {
        let (table, dropped) = (&kept[at].new.name, &kept[at].columns.dropped);
        stages.columns_dropped.extend(dropped.iter().map(|column| drop_column(table, column)));
        add_parts(&kept[at], &mut stages);
    }
    (stages, touched)
}

fn cannot_change(from: &Table, to: &Table, notes: &mut Vec<Note>) {
    if from.partition_by != to.partition_by {
        notes.push(Note::CannotChange { what: format!("how table {} is partitioned", to.name) });
    }
}

/// Takes from a table what stands on objects that are dropped and made again, to give it back behind them.
fn let_go(rebuilt: &Rebuilt<'_>, table: &mut Kept<'_>, stages: &mut Stages) {
    let name = &table.new.name;
    let hits = |at: usize| rebuilt.are_named(&Mentions::of_constraint(&table.old.constraints[at]));
    let (again, kept) =
        std::mem::take(&mut table.constraints.kept).into_iter().partition(|(from, _)| hits(*from));
    table.constraints.kept = kept;
    again_from_scratch(&mut table.constraints, again, true);
    let hits = |at: usize| {
        let index = table.old.indexes.get_index(at);
        index.is_some_and(|(_, index)| rebuilt.are_named(&Mentions::of_index(index)))
    };
    let (again, kept) =
        std::mem::take(&mut table.indexes.kept).into_iter().partition(|(from, _)| hits(*from));
    table.indexes.kept = kept;
    again_from_scratch(&mut table.indexes, again, true);
    let old: BTreeMap<&Ident, &Column> =
        table.old.columns.iter().map(|column| (&column.name, column)).collect();
    for column in &table.new.columns {
        let Some(from) = old.get(&column.name).filter(|_| !table.columns.again.contains(&column.name)) else {
            continue;
        };
        if from.default.as_ref().is_some_and(|default| rebuilt.are_named(&Mentions::of(default))) {
            stages.parts_dropped.push(without_default(name, &column.name));
            table.columns.give_default(name, column);
        }
        let generated = from.generated.as_ref().zip(column.generated.as_ref());
        if generated.is_some_and(|(from, _)| rebuilt.are_named(&Mentions::of(&from.expression))) {
            table.columns.make_again(name, column);
        }
    }
}

/// The columns of a type that becomes another one.
fn lose_types(compared: &Compared<'_>, rebuilt: &Rebuilt<'_>, touched: &mut Touched) {
    if touched.enums.is_empty() && rebuilt.types.is_empty() {
        return;
    }
    for table in compared.old.tables.values().filter(|table| compared.new.tables.contains_key(&table.name)) {
        let of_them = |column: &&Column| {
            let ty = column.ty.default.as_ref();
            ty.and_then(Type::enum_name).is_some_and(|name| touched.enums.contains(name))
                || rebuilt.are_types(&Mentions::of_type(&column.ty))
        };
        let columns: BTreeSet<Ident> =
            table.columns.iter().filter(of_them).map(|column| column.name.clone()).collect();
        if !columns.is_empty() {
            touched.columns.entry(table.name.clone()).or_default().extend(columns);
        }
    }
}

/// Writes down what foreign keys and objects can no longer stand on.
fn lose(compared: &Compared<'_>, table: &Kept<'_>, lost: &mut Lost, touched: &mut Touched) {
    let name = &table.new.name;
    let columns = |parts: &[KeyPart]| -> BTreeSet<Ident> {
        parts.iter().filter_map(|part| part.as_column().cloned()).collect()
    };
    let constraints = table.constraints.gone.iter().filter_map(|at| match &table.old.constraints[*at].body {
        ConstraintBody::PrimaryKey(key) => Some(columns(&key.columns)),
        ConstraintBody::Unique(key) => Some(columns(&key.columns)),
        _ => None,
    });
    let gone = table.indexes.gone.iter().filter_map(|at| table.old.indexes.get_index(*at));
    let unique = gone.filter(|(_, index)| index.unique).map(|(_, index)| columns(&index.columns));
    let keys: Vec<BTreeSet<Ident>> = constraints.chain(unique).collect();
    if !keys.is_empty() {
        lost.keys.insert(name.clone(), keys);
    }
    let mut changed: BTreeSet<Ident> = table.columns.dropped.iter().cloned().collect();
    changed.extend(table.columns.again.iter().cloned());
    let held = compared.options.rules.keys_hold_types();
    if held {
        changed.extend(table.columns.retyped.iter().cloned());
    }
    if !changed.is_empty() {
        lost.columns.insert(name.clone(), changed.clone());
    }
    changed.extend(table.columns.retyped.iter().cloned());
    if !changed.is_empty() {
        touched.columns.entry(name.clone()).or_default().extend(changed);
    }
    let is_key = |at: &usize| table.old.constraints[*at].kind() == ConstraintKind::PrimaryKey;
    if table.constraints.gone.iter().any(is_key) {
        touched.keys.insert(name.clone());
    }
}

/// A foreign key whose key changes goes before it and comes again after it.
fn rethink_foreign_keys(compared: &Compared<'_>, table: &mut Kept<'_>, lost: &Lost) {
    if lost.is_empty() && table.columns.retyped.is_empty() {
        return;
    }
    let hits = |at: usize| match &table.old.constraints[at].body {
        ConstraintBody::ForeignKey(key) => {
            let retyped = compared.options.rules.keys_hold_types()
                && key.columns.iter().any(|column| table.columns.retyped.contains(column));
            retyped || lost.hits(compared, &key.references.table, &target(compared.old, key))
        }
        _ => false,
    };
    let hit: BTreeSet<usize> = (0..table.old.constraints.len()).filter(|at| hits(*at)).collect();
    let (again, kept) =
        std::mem::take(&mut table.constraints.kept).into_iter().partition(|(from, _)| hit.contains(from));
    table.constraints.kept = kept;
    again_from_scratch(&mut table.constraints, again, true);
    let holds_up = |at: &usize| match &table.old.constraints[*at].body {
        ConstraintBody::ForeignKey(key) => lost.moved.loses_parts(&key.references.table),
        _ => false,
    };
    let early = table.constraints.gone.iter().copied().filter(|at| hit.contains(at) || holds_up(at));
    table.early = early.collect();
}

/// Takes pairs that are the same for gone and new.
fn again_from_scratch(matched: &mut Matched, pairs: Vec<(usize, usize)>, drop: bool) {
    for (from, to) in pairs {
        matched.renamed.retain(|(old, _)| *old != from);
        if drop {
            matched.gone.push(from);
        }
        matched.new.push(to);
    }
    matched.gone.sort_unstable();
    matched.new.sort_unstable();
}

/// Dropping a column drops what its table has on it: that needs no operation of its own, unless it must go earlier. What
/// should stay must come again.
fn leave_to_drop_column(table: &mut Kept<'_>, taken: &BTreeSet<Ident>) {
    if table.columns.dropped.is_empty() && table.columns.again.is_empty() {
        return;
    }
    // The very operations that will run say what becomes of the rest of the table.
    let mut schema = Schema::new();
    schema.insert_table(table.old.clone());
    let drops = table.columns.dropped.iter().map(|column| drop_column(&table.new.name, column));
    for operation in table.columns.changed.iter().cloned().chain(drops) {
        if operation.apply(&mut schema).is_err() {
            // Then nothing can be left to it; who runs the operations is told why they do not fit.
            return;
        }
    }
    let Some(after) = schema.table(&table.new.name) else { return };
    let mut rest = after.constraints.iter().peekable();
    let mut constraints = BTreeSet::new();
    for (at, constraint) in table.old.constraints.iter().enumerate() {
        if rest.next_if(|left| *left == constraint).is_none() {
            constraints.insert(at);
        }
    }
    let indexes: BTreeSet<usize> = (0..table.old.indexes.len())
        .filter(|at| {
            table.old.indexes.get_index(*at).is_some_and(|(name, _)| !after.indexes.contains_key(name))
        })
        .collect();

    let early = &table.early;
    // On the way back, too, the parts must have theirs before the whole has its own.
    let parts = table.old.partition_by.is_some() || table.old.partition_of.is_some();
    let named = |at: usize| table.old.constraints[at].name.as_ref().is_some_and(|name| taken.contains(name));
    table
        .constraints
        .gone
        .retain(|at| parts || !constraints.contains(at) || early.contains(at) || named(*at));
    let named = |at: usize| table.old.indexes.get_index(at).is_some_and(|(name, _)| taken.contains(name));
    table.indexes.gone.retain(|at| parts || !indexes.contains(at) || named(*at));
    for (matched, gone) in [(&mut table.constraints, constraints), (&mut table.indexes, indexes)] {
        let (again, kept) =
            std::mem::take(&mut matched.kept).into_iter().partition(|(from, _)| gone.contains(from));
        matched.kept = kept;
        again_from_scratch(matched, again, false);
    }
}

/// The names of the constraints and indexes of tables that come.
fn part_names(schema: &Schema, created: &BTreeSet<Name>) -> BTreeSet<Ident> {
    let tables = created.iter().filter_map(|name| schema.table(name));
    tables
        .flat_map(|table| {
            let constraints = table.constraints.iter().filter_map(|constraint| constraint.name.clone());
            constraints.chain(table.indexes.keys().cloned())
        })
        .collect()
}

/// Tables in an order in which each stands behind those that it points at, or before them.
struct InOrder<'a> {
    tables: Vec<&'a Table>,
    places: BTreeMap<&'a Name, usize>,
    /// Where the tables that have parts among them have all of these.
    complete: BTreeMap<Name, usize>,
}

impl InOrder<'_> {
    /// The place of what a foreign key to the table stands on; `None` if that is not one of them.
    fn place_of(&self, table: &Name) -> Option<usize> {
        self.complete.get(table).or_else(|| self.places.get(table)).copied()
    }
}

/// The tables of `names` in order. Of a circle, the first by name comes first. Who points at a whole needs its parts, too:
/// the rows that it points at are theirs.
fn by_references<'a>(
    schema: &'a Schema,
    names: &BTreeSet<Name>,
    needs: impl Fn(usize, usize) -> (usize, usize),
) -> InOrder<'a> {
    let tables: Vec<&Table> = names.iter().filter_map(|name| schema.table(name)).collect();
    let numbers: BTreeMap<&Name, usize> =
        tables.iter().enumerate().map(|(at, table)| (&table.name, at)).collect();
    let wholes: Vec<Vec<Name>> = tables.iter().map(|table| above(schema, table)).collect();
    // That a whole has all its parts is a node of its own.
    let mut complete: BTreeMap<&Name, usize> = BTreeMap::new();
    for whole in wholes.iter().flatten() {
        let next = tables.len() + complete.len();
        complete.entry(whole).or_insert(next);
    }
    let mut edges = vec![Vec::new(); tables.len() + complete.len()];
    let mut need = |at: usize, other: usize| {
        let (node, needed) = needs(at, other);
        edges[node].push(needed);
    };
    for (whole, at) in &complete {
        if let Some(table) = numbers.get(*whole) {
            need(*at, *table);
        }
    }
    for (at, table) in tables.iter().enumerate() {
        for whole in &wholes[at] {
            need(complete[whole], at);
        }
        if let Some(whole) = table.partition_of.as_ref().and_then(|whole| numbers.get(&whole.parent)) {
            need(at, *whole);
        }
        for (_, key) in table.foreign_keys() {
            let there = &key.references.table;
            let within = *there == table.name || wholes[at].contains(there);
            let other = complete.get(there).filter(|_| !within).or_else(|| numbers.get(there)).copied();
            if let Some(other) = other.filter(|other| *other != at) {
                need(at, other);
            }
        }
    }
    let ordered = order::order(&edges);
    let mut of_nodes = vec![0; edges.len()];
    for (place, node) in ordered.iter().enumerate() {
        of_nodes[*node] = place;
    }
    let places = tables.iter().enumerate().map(|(at, table)| (&table.name, of_nodes[at])).collect();
    let complete = complete.into_iter().map(|(whole, at)| (whole.clone(), of_nodes[at])).collect();
    let tables = ordered.into_iter().filter_map(|node| tables.get(node).copied()).collect();
    InOrder { tables, places, complete }
}

fn drop_tables(old: &Schema, touched: &Touched, moved: &Moved, stages: &mut Stages) {
    // Those that point at others go first.
    let order = by_references(old, &touched.dropped, |table, other| (other, table));
    for table in order.tables.iter().copied() {
        for (constraint, key) in table.foreign_keys() {
            let there = &key.references.table;
            if moved.holds_up(there) {
                stages.keys_loosed.push(drop_constraint(&table.name, constraint));
            } else if order.place_of(there).is_some_and(|other| other < order.places[&table.name]) {
                stages.keys_dropped.push(drop_constraint(&table.name, constraint));
            }
        }
        stages.tables_dropped.push(Operation::DropTable { table: table.name.clone() });
    }
}

fn create_tables(compared: &Compared<'_>, touched: &Touched, lost: &Lost, stages: &mut Stages) {
    let order = by_references(compared.new, &touched.created, |table, other| (table, other));
    let mut of_wholes = Vec::new();
    for table in order.tables.iter().copied() {
        let stands = |key: &ForeignKey| {
            let there = &key.references.table;
            let columns = target(compared.new, key);
            if lost.moved.waits(there) {
                return false;
            }
            if *there == table.name && !order.complete.contains_key(there) {
                // Its indexes come only after it.
                return has_key(table, &columns, false) || !has_key(table, &columns, true);
            }
            // What a table that is there gets only now is not there yet.
            let has_now = compared
                .old
                .table(there)
                .is_none_or(|now| has_key(now, &columns, true) && !lost.hits(compared, there, &columns));
            has_now && order.place_of(there).is_none_or(|place| place < order.places[&table.name])
        };
        let (inside, later): (Vec<&Constraint>, Vec<&Constraint>) =
            table.constraints.iter().partition(|constraint| match &constraint.body {
                ConstraintBody::ForeignKey(key) => stands(key),
                _ => true,
            });
        let mut created = table.clone();
        created.constraints = inside.into_iter().cloned().collect();
        // A part has its indexes before it becomes one: else it would get those of the whole beside its own.
        let indexes =
            if table.partition_of.is_some() { IndexMap::new() } else { std::mem::take(&mut created.indexes) };
        stages.tables_created.push(Operation::CreateTable(Box::new(created)));
        for index in indexes.into_values() {
            // The whole has them behind its parts, which may have their own of it or none; keys stand on unique ones.
            let waits = table.partition_by.is_some() && !index.unique;
            let create = Operation::CreateIndex {
                table: table.name.clone(),
                index: Box::new(index),
                concurrently: false,
            };
            if waits { &mut of_wholes } else { &mut stages.tables_created }.push(create);
        }
        stages.keys_added.extend(later.into_iter().map(|constraint| add_constraint(&table.name, constraint)));
    }
    stages.tables_created.append(&mut of_wholes);
}

/// The places of tables with what each is a part of or says to be made like before it, and the other way round. Columns
/// come and go with those of the whole; its keys and indexes find those of the parts.
fn by_parts(kept: &[Kept<'_>]) -> (Vec<usize>, Vec<usize>) {
    if kept.iter().all(|table| table.new.partition_of.is_none() && table.new.options.is_empty()) {
        return ((0..kept.len()).collect(), (0..kept.len()).collect());
    }
    let mut places = Names::default();
    for (at, table) in kept.iter().enumerate() {
        places.insert(lower(&table.new.name.name), table.new.name.schema.as_ref(), at);
    }
    let mut wholes = vec![Vec::new(); kept.len()];
    let mut parts = vec![Vec::new(); kept.len()];
    let exact: BTreeMap<&Name, usize> =
        kept.iter().enumerate().map(|(at, table)| (&table.new.name, at)).collect();
    for (at, table) in kept.iter().enumerate() {
        let whole = table.new.partition_of.as_ref().and_then(|whole| exact.get(&whole.parent)).copied();
        let names = Mentions::of_options(&table.new.options);
        let named: Vec<usize> = names.iter().flat_map(|mention| places.find(mention)).collect();
        for other in whole.into_iter().chain(named).filter(|other| *other != at) {
            wholes[at].push(other);
            parts[other].push(at);
        }
    }
    (order::order(&wholes), order::order(&parts))
}

fn change(compared: &Compared<'_>, moved: &Moved, table: &Kept<'_>, stages: &mut Stages) {
    let (old, new, name) = (table.old, table.new, &table.new.name);
    for at in &table.indexes.gone {
        if let Some((index, _)) = old.indexes.get_index(*at) {
            stages.parts_dropped.push(Operation::DropIndex {
                table: name.clone(),
                name: index.clone(),
                concurrently: false,
            });
        }
    }
    // What foreign keys stand on goes last.
    let mut gone: Vec<&usize> = table.constraints.gone.iter().collect();
    gone.sort_by_key(|at| std::cmp::Reverse(old.constraints[**at].kind()));
    for at in gone {
        let constraint = &old.constraints[*at];
        let stage = match &constraint.body {
            ConstraintBody::ForeignKey(key) if moved.holds_up(&key.references.table) => {
                &mut stages.keys_loosed
            }
            ConstraintBody::ForeignKey(_) => &mut stages.keys_dropped,
            _ => &mut stages.parts_dropped,
        };
        stage.push(drop_constraint(name, constraint));
    }

    let comment = (old.comment != new.comment).then(|| new.comment.clone());
    let same_options = compared.options.rules.same_options(&old.options, &new.options);
    let mut options = (!same_options).then(|| new.options.clone());
    if options.is_some() {
        let alter = |options: Options| Operation::AlterTable {
            table: name.clone(),
            comment: None,
            options: Some(options),
        };
        let rules = compared.options.rules;
        let between = rules.lets_go(&old.options, &new.options);
        if rules.joins(&old.options, &new.options) {
            stages.attached.extend(options.take().map(alter));
        } else if between.as_ref().is_some_and(|between| rules.same_options(between, &new.options)) {
            options = None;
        }
        stages.detached.extend(between.map(alter));
    }
    if comment.is_some() || options.is_some() {
        stages.columns_changed.push(Operation::AlterTable { table: name.clone(), comment, options });
    }
    stages.columns_changed.extend(table.columns.changed.iter().cloned());

    let names: BTreeMap<usize, &Ident> = table
        .constraints
        .renamed
        .iter()
        .filter_map(|(from, to)| Some((*from, new.constraints[*to].name.as_ref()?)))
        .collect();
    for (from, to) in &table.constraints.kept {
        let constraint = &old.constraints[*from];
        if constraint.not_valid && !new.constraints[*to].not_valid {
            let now = names.get(from).copied().or(constraint.name.as_ref());
            stages.validated.extend(
                now.map(|now| Operation::ValidateConstraint { table: name.clone(), name: now.clone() }),
            );
        }
    }
}

/// Renames and adds constraints and indexes.
fn add_parts(table: &Kept<'_>, stages: &mut Stages) {
    let (old, new, name) = (table.old, table.new, &table.new.name);
    // No new name is an old one: those that are both have been matched before.
    for (from, to) in &table.constraints.renamed {
        if let (Some(from_name), Some(to)) = (&old.constraints[*from].name, &new.constraints[*to].name) {
            stages.parts_added.push(Operation::RenameConstraint {
                table: name.clone(),
                name: from_name.clone(),
                to: to.clone(),
            });
        }
    }
    for (from, to) in &table.indexes.renamed {
        if let (Some((from, _)), Some((to, _))) = (old.indexes.get_index(*from), new.indexes.get_index(*to)) {
            stages.parts_added.push(Operation::RenameIndex {
                table: name.clone(),
                name: from.clone(),
                to: to.clone(),
            });
        }
    }
    let mut coming: Vec<&Constraint> = table.constraints.new.iter().map(|at| &new.constraints[*at]).collect();
    coming.sort_by_key(|constraint| constraint.kind());
    for constraint in coming {
        let stage = if constraint.kind() == ConstraintKind::ForeignKey {
            &mut stages.keys_added
        } else {
            &mut stages.parts_added
        };
        stage.push(add_constraint(name, constraint));
    }
    for (_, index) in table.indexes.new.iter().filter_map(|at| new.indexes.get_index(*at)) {
        stages.parts_added.push(Operation::CreateIndex {
            table: name.clone(),
            index: Box::new(index.clone()),
            concurrently: false,
        });
    }
}

fn drop_constraint(table: &Name, constraint: &Constraint) -> Operation {
    Operation::DropConstraint { table: table.clone(), constraint: reference(constraint) }
}

fn add_constraint(table: &Name, constraint: &Constraint) -> Operation {
    Operation::AddConstraint { table: table.clone(), constraint: Box::new(constraint.clone()) }
}

fn drop_column(table: &Name, column: &Ident) -> Operation {
    Operation::DropColumn { table: table.clone(), column: column.clone() }
}
