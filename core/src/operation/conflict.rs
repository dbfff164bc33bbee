//! Which operations may change places: those of which none touches what the other changes.
//!
//! What an operation touches is found without a schema, so it is more rather than less: every word of an expression or
//! of an object's text may be a table, a type, a sequence or a function.

use std::collections::{BTreeMap, BTreeSet};

use super::text::names_in;
use super::{ConstraintRef, Literal, Operation, RowValues};
use crate::ident::{Ident, Name};
use crate::schema::{
    Column, Constraint, ConstraintBody, ForeignKey, Index, KeyPart, KeyTarget, ObjectKey, Position, Sql,
    Table, TypeSpec,
};

/// Something that operations touch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// All that is called so, whatever it is and in whatever namespace, with all that belongs to it; in lower case.
    Word(String),
    /// That there is a table called so.
    Table(Name),
    /// A part of a table.
    Part(Name, Part),
}

/// A part of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// A column, in lower case.
    Column(String),
    /// The order of its columns.
    Order,
    /// A constraint; all those without a name are one.
    Constraint(Option<Ident>),
    /// Whether there is a primary key.
    PrimaryKey,
    /// What keys of other tables can point at.
    Target,
    /// What goes with a column that is dropped.
    Dependents,
    /// An index.
    Index(Ident),
    /// What is said of the table as a whole.
    Whole,
}

/// In which way an operation touches something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    /// It needs it as it is. Others may, too.
    Read,
    /// It changes a piece of it that it names elsewhere. Others may, too, but nobody may need the whole.
    Share,
    /// It makes, changes or drops it.
    Write,
}

/// Everything that an operation touches.
pub(super) type Touched = Vec<(Key, Mode)>;

/// What an operation touches; `None` if that can be anything.
pub(super) fn touched(operation: &Operation) -> Option<Touched> {
    let mut to = Collector::default();
    match operation {
        Operation::CreateTable(table) => to.create_table(table),
        Operation::DropTable { table } => to.table_itself(table),
        Operation::RenameTable { table, to: new } => {
            to.table_itself(table);
            to.table_itself(new);
        }
        Operation::AlterTable { table, .. } => to.part(table, Part::Whole, Mode::Write),
        Operation::AttachPartition { table, of } => {
            to.table_itself(table);
            to.table_itself(&of.parent);
        }
        Operation::DetachPartition { table } => to.table_itself(table),
        Operation::AddColumn { table, column, position, fill } => {
            to.part(table, Part::Order, Mode::Write);
            to.column(table, &column.name, Mode::Write);
            to.definition(table, column);
            to.position(table, position.as_ref());
            to.texts(table, fill.as_ref());
        }
        Operation::DropColumn { table, column } => {
            to.column(table, column, Mode::Write);
            to.part(table, Part::Dependents, Mode::Share);
        }
        Operation::RenameColumn { table, column, to: new } => {
            to.column(table, column, Mode::Write);
            to.column(table, new, Mode::Write);
        }
        Operation::AlterColumn { table, column, change } => {
            to.column(table, column, Mode::Write);
            if let Some(ty) = &change.ty {
                to.ty(ty);
            }
            if change.position.is_some() {
                to.part(table, Part::Order, Mode::Write);
                to.position(table, change.position.as_ref());
            }
            to.texts(table, change.using.as_ref());
            to.texts(table, change.fill.as_ref());
            to.texts(table, change.default.as_ref().and_then(Option::as_ref));
            let made = change.generated.as_ref().and_then(Option::as_ref);
            to.texts(table, made.map(|made| &made.expression));
        }
        Operation::AddConstraint { table, constraint } => {
            to.part(table, Part::Constraint(constraint.name.clone()), Mode::Write);
            to.constraint(table, constraint);
            if matches!(constraint.body, ConstraintBody::PrimaryKey(_)) {
                to.part(table, Part::PrimaryKey, Mode::Write);
            }
        }
        Operation::DropConstraint { table, constraint } => {
            match constraint {
                ConstraintRef::Named(name) => {
                    to.part(table, Part::Constraint(Some(name.clone())), Mode::Write);
                }
                ConstraintRef::Unnamed(body) => {
                    to.part(table, Part::Constraint(None), Mode::Write);
                    to.constraint_body(table, body);
                }
            }
            to.part(table, Part::PrimaryKey, Mode::Share);
            to.part(table, Part::Target, Mode::Share);
            to.part(table, Part::Dependents, Mode::Read);
        }
        Operation::RenameConstraint { table, name, to: new } => {
            to.part(table, Part::Constraint(Some(name.clone())), Mode::Write);
            to.part(table, Part::Constraint(Some(new.clone())), Mode::Write);
            to.part(table, Part::Dependents, Mode::Read);
        }
        Operation::ValidateConstraint { table, name } => {
            to.part(table, Part::Constraint(Some(name.clone())), Mode::Write);
            to.part(table, Part::Dependents, Mode::Read);
        }
        Operation::CreateIndex { table, index, .. } => {
            to.part(table, Part::Index(index.name.clone()), Mode::Write);
            to.index(table, index);
        }
        Operation::DropIndex { table, name, .. } => {
            to.part(table, Part::Index(name.clone()), Mode::Write);
            to.part(table, Part::Target, Mode::Share);
            to.part(table, Part::Dependents, Mode::Read);
        }
        Operation::RenameIndex { table, name, to: new } => {
            to.part(table, Part::Index(name.clone()), Mode::Write);
            to.part(table, Part::Index(new.clone()), Mode::Write);
            to.part(table, Part::Dependents, Mode::Read);
        }
        Operation::CreateEnum(made) => to.name(&made.name, Mode::Write),
        Operation::AlterEnum(change) => to.name(&change.name, Mode::Write),
        Operation::DropEnum { name } | Operation::DropSequence { name } => to.name(name, Mode::Write),
        Operation::CreateSequence(sequence) | Operation::AlterSequence(sequence) => {
            to.name(&sequence.name, Mode::Write);
            if let Some((table, column)) = &sequence.owned_by {
                to.add(Key::Table(table.clone()), Mode::Read);
                to.add(column_key(table, column), Mode::Read);
            }
        }
        Operation::CreateNamespace(namespace) | Operation::AlterNamespace(namespace) => {
            to.words(namespace.name.as_str(), Mode::Write);
        }
        Operation::DropNamespace { name } => to.words(name.as_str(), Mode::Write),
        Operation::CreateObject(object) | Operation::ReplaceObject(object) => {
            to.object(&object.key);
            for needed in &object.depends_on {
                to.name(&needed.name, Mode::Read);
            }
            to.sql(&object.definition);
        }
        Operation::DropObject { key } => to.object(key),
        Operation::Insert { table, rows, .. } | Operation::Delete { table, rows, .. } => {
            to.name(table, Mode::Read);
            to.rows(rows);
        }
        Operation::Execute { .. } | Operation::Run { .. } => return None,
    }
    Some(to.0.into_iter().collect())
}

fn column_key(table: &Name, column: &Ident) -> Key {
    Key::Part(table.clone(), Part::Column(column.as_str().to_ascii_lowercase()))
}

/// The words of a name: one, unless it needs quotes.
fn words(name: &str) -> impl Iterator<Item = String> {
    // Of a function's name, the types of its arguments do not count.
    let name = name.split('(').next().unwrap_or(name);
    let words = name.split(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == '$'));
    words.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase)
}

#[derive(Default)]
struct Collector(BTreeSet<(Key, Mode)>);

impl Collector {
    fn add(&mut self, key: Key, mode: Mode) {
        self.0.insert((key, mode));
    }

    fn words(&mut self, name: &str, mode: Mode) {
        for word in words(name) {
            // What it changes itself it need not find unchanged.
            let key = Key::Word(word);
            let own = [Mode::Share, Mode::Write].into_iter().any(|own| self.0.contains(&(key.clone(), own)));
            if mode != Mode::Read || !own {
                self.add(key, mode);
            }
        }
    }

    fn name(&mut self, name: &Name, mode: Mode) {
        self.words(name.name.as_str(), mode);
        if let Some(schema) = &name.schema {
            self.words(schema.as_str(), Mode::Read);
        }
    }

    fn table_itself(&mut self, table: &Name) {
        self.name(table, Mode::Write);
        self.add(Key::Table(table.clone()), Mode::Write);
    }

    fn part(&mut self, table: &Name, part: Part, mode: Mode) {
        self.name(table, Mode::Share);
        self.add(Key::Part(table.clone(), part), mode);
    }

    fn column(&mut self, table: &Name, column: &Ident, mode: Mode) {
        self.name(table, Mode::Share);
        self.add(column_key(table, column), mode);
    }

    fn object(&mut self, key: &ObjectKey) {
        self.name(&key.name, Mode::Write);
        if let Some(table) = &key.table {
            self.name(table, Mode::Read);
        }
    }

    fn sql(&mut self, sql: &Sql) {
        for (_, text) in sql.iter() {
            names_in(text, &mut |name| self.words(name, Mode::Read));
            // A function's name may stand in a string, as in nextval('orders_id_seq').
            for word in words_of_strings(text) {
                self.words(word, Mode::Read);
            }
        }
    }

    /// An expression of a table: its words may be columns as well.
    fn texts(&mut self, table: &Name, sql: Option<&Sql>) {
        let Some(sql) = sql else { return };
        self.sql(sql);
        for (_, text) in sql.iter() {
            names_in(text, &mut |name| {
                let key = column_key(table, &Ident::from(name));
                // A column's own definition may say its name.
                if !self.0.contains(&(key.clone(), Mode::Write)) {
                    self.add(key, Mode::Read);
                }
            });
        }
    }

    fn position(&mut self, table: &Name, position: Option<&Position>) {
        if let Some(Position::After(other)) = position {
            self.add(column_key(table, other), Mode::Read);
        }
    }

    fn ty(&mut self, ty: &TypeSpec) {
        if let Some(ty) = &ty.default {
            match ty.enum_name() {
                Some(name) => self.name(name, Mode::Read),
                None => self.sql(&Sql::same(ty.to_string())),
            }
        }
        for text in ty.native.values() {
            self.sql(&Sql::same(text.clone()));
        }
    }

    fn definition(&mut self, table: &Name, column: &Column) {
        self.ty(&column.ty);
        self.texts(table, column.default.as_ref());
        self.texts(table, column.generated.as_ref().map(|made| &made.expression));
        if let Some(collation) = &column.collation {
            self.words(collation, Mode::Read);
        }
    }

    fn create_table(&mut self, table: &Table) {
        self.table_itself(&table.name);
        for column in &table.columns {
            self.definition(&table.name, column);
        }
        for constraint in &table.constraints {
            self.constraint(&table.name, constraint);
        }
        for index in table.indexes.values() {
            self.index(&table.name, index);
        }
        if let Some(whole) = &table.partition_of {
            self.add(Key::Table(whole.parent.clone()), Mode::Read);
            self.name(&whole.parent, Mode::Read);
        }
        if let Some(text) = &table.partition_by {
            self.texts(&table.name, Some(&Sql::same(text.clone())));
        }
    }

    fn constraint(&mut self, table: &Name, constraint: &Constraint) {
        self.constraint_body(table, &constraint.body);
    }

    fn constraint_body(&mut self, table: &Name, body: &ConstraintBody) {
        match body {
            ConstraintBody::PrimaryKey(key) => self.key_parts(table, &key.columns, &key.include),
            ConstraintBody::Unique(key) => self.key_parts(table, &key.columns, &key.include),
            ConstraintBody::Exclusion(key) => {
                self.key_parts(table, &key.columns, &key.include);
                self.texts(table, key.predicate.as_ref());
            }
            ConstraintBody::Check(check) => self.texts(table, Some(&check.expression)),
            ConstraintBody::ForeignKey(key) => self.foreign_key(table, key),
        }
    }

    fn foreign_key(&mut self, table: &Name, key: &ForeignKey) {
        for column in key.columns.iter().chain(&key.on_delete_columns) {
            self.add(column_key(table, column), Mode::Read);
        }
        let there = &key.references;
        if there.table != *table {
            self.add(Key::Table(there.table.clone()), Mode::Read);
        }
        self.add(Key::Part(there.table.clone(), Part::Target), Mode::Read);
        for column in &there.columns {
            self.add(column_key(&there.table, column), Mode::Read);
        }
    }

    fn index(&mut self, table: &Name, index: &Index) {
        self.key_parts(table, &index.columns, &index.include);
        self.texts(table, index.predicate.as_ref());
    }

    fn key_parts(&mut self, table: &Name, parts: &[KeyPart], include: &[Ident]) {
        for part in parts {
            match &part.target {
                KeyTarget::Column(name) => self.add(column_key(table, name), Mode::Read),
                KeyTarget::Expression(sql) => self.texts(table, Some(sql)),
            }
            for name in [&part.opclass, &part.collation].into_iter().flatten() {
                self.words(name, Mode::Read);
            }
        }
        for column in include {
            self.add(column_key(table, column), Mode::Read);
        }
    }

    fn rows(&mut self, rows: &[RowValues]) {
        for value in rows.iter().flat_map(indexmap::IndexMap::values) {
            if let Literal::Sql(sql) = value {
                self.sql(sql);
            }
        }
    }
}

/// The words in the strings of a text.
fn words_of_strings(text: &str) -> impl Iterator<Item = &str> {
    text.split('\'').skip(1).step_by(2)
}

/// Where the operations stand that touch a thing, by the way in which they do.
#[derive(Debug, Default)]
struct Places([BTreeSet<usize>; 3]);

/// Which operations touch what.
#[derive(Debug, Default)]
pub(super) struct Touches {
    places: BTreeMap<Key, Places>,
    anything: BTreeSet<usize>,
}

impl Touches {
    /// Notes that the operation at `at` touches these.
    pub(super) fn insert(&mut self, at: usize, touched: &[(Key, Mode)]) {
        for (key, mode) in touched {
            self.places.entry(key.clone()).or_default().0[*mode as usize].insert(at);
        }
    }

    /// Notes that the operation at `at` may touch anything.
    pub(super) fn insert_barrier(&mut self, at: usize) {
        self.anything.insert(at);
    }

    /// Forgets that the operation at `at` touches these.
    pub(super) fn remove(&mut self, at: usize, touched: &[(Key, Mode)]) {
        for (key, mode) in touched {
            if let Some(places) = self.places.get_mut(key) {
                places.0[*mode as usize].remove(&at);
            }
        }
    }

    /// The last operation that may not change places with one that touches these.
    pub(super) fn last(&self, touched: &[(Key, Mode)]) -> Option<usize> {
        let last = self.conflicting(touched).filter_map(|places| places.last()).max();
        last.max(self.anything.last()).copied()
    }

    /// Whether any operation behind `at`, which touches these, may not change places with it.
    pub(super) fn any_behind(&self, at: usize, touched: &[(Key, Mode)]) -> bool {
        let behind = |places: &BTreeSet<usize>| places.last().is_some_and(|last| *last > at);
        self.conflicting(touched).any(behind) || behind(&self.anything)
    }

    fn conflicting<'a>(&'a self, touched: &'a [(Key, Mode)]) -> impl Iterator<Item = &'a BTreeSet<usize>> {
        touched.iter().flat_map(|(key, mode)| {
            let others: &[Mode] = match mode {
                Mode::Read => &[Mode::Share, Mode::Write],
                Mode::Share => &[Mode::Read, Mode::Write],
                Mode::Write => &[Mode::Read, Mode::Share, Mode::Write],
            };
            let places = self.places.get(key);
            others.iter().filter_map(move |other| places.map(|places| &places.0[*other as usize]))
        })
    }
}
