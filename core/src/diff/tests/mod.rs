//! The known cases of comparing schemas, by their numbers in the design's list.

mod columns;
mod objects;
mod order;
mod parts;
mod renames;

use crate::ident::Ident;
use crate::operation::{ConstraintRef, Operation};
use crate::schema::{
    Check, Column, Constraint, Enum, ForeignKey, Index, KeyPart, Naming, Object, ObjectKey, Options,
    PrimaryKey, References, ReferentialAction, Schema, Table, Unique,
};

use super::{CastPolicy, Comparison, Diff, DiffOptions, FillPolicy, Guess, Hints, Neutral, diff};

/// A table with columns like `id bigint`, `name text null`, `age integer default 0`.
fn table(name: &str, columns: &[&str]) -> Table {
    let mut table = Table::new(name);
    table.columns = columns.iter().map(|text| column(text)).collect();
    table
}

fn column(text: &str) -> Column {
    let (text, default) = match text.split_once(" default ") {
        Some((text, default)) => (text, Some(default)),
        None => (text, None),
    };
    let (text, nullable) = match text.strip_suffix(" null") {
        Some(text) => (text, true),
        None => (text, false),
    };
    let (name, ty) = text.split_once(' ').expect("a column has a name and a type");
    let mut column = Column::new(name, ty);
    column.nullable = nullable;
    column.default = default.map(Into::into);
    column
}

fn names(text: &str) -> Vec<Ident> {
    text.split(',').map(|name| Ident::from(name.trim())).collect()
}

fn parts(text: &str) -> Vec<KeyPart> {
    names(text).into_iter().map(KeyPart::column).collect()
}

impl Table {
    fn pk(mut self, columns: &str) -> Self {
        let name = format!("{}_pkey", self.name.name);
        let key = PrimaryKey { columns: parts(columns), ..PrimaryKey::default() };
        self.constraints.push(Constraint::new(Some(name.into()), key));
        self
    }

    fn unique(mut self, name: &str, columns: &str) -> Self {
        let key = Unique { columns: parts(columns), ..Unique::default() };
        self.constraints.push(Constraint::new((!name.is_empty()).then(|| name.into()), key));
        self
    }

    fn check(mut self, name: &str, expression: &str) -> Self {
        let check = Check { expression: expression.into() };
        self.constraints.push(Constraint::new((!name.is_empty()).then(|| name.into()), check));
        self
    }

    /// A foreign key to `table` or `table(columns)`, named by the rules if `name` is empty.
    fn fk(self, name: &str, columns: &str, there: &str) -> Self {
        self.fk_with(name, columns, there, |_| {})
    }

    fn fk_with(mut self, name: &str, columns: &str, there: &str, change: impl Fn(&mut ForeignKey)) -> Self {
        let (there, referred) = match there.split_once('(') {
            Some((table, columns)) => (table, names(columns.trim_end_matches(')'))),
            None => (there, Vec::new()),
        };
        let mut key = ForeignKey {
            columns: names(columns),
            references: References { table: there.into(), columns: referred },
            on_delete: ReferentialAction::NoAction,
            on_delete_columns: Vec::new(),
            on_update: ReferentialAction::NoAction,
            match_type: None,
        };
        change(&mut key);
        let mut constraint = Constraint::new((!name.is_empty()).then(|| name.into()), key);
        if constraint.name.is_none() {
            constraint.name = Some(Naming::default().constraint(&self.name, &constraint, None));
        }
        self.constraints.push(constraint);
        self
    }

    fn index(self, name: &str, columns: &str) -> Self {
        self.index_with(name, columns, |_| {})
    }

    fn index_with(mut self, name: &str, columns: &str, change: impl Fn(&mut Index)) -> Self {
        let mut index = Index::new(name, names(columns));
        change(&mut index);
        self.indexes.insert(index.name.clone(), index);
        self
    }

    fn with(mut self, change: impl Fn(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
    let mut schema = Schema::new();
    tables.into_iter().for_each(|table| schema.insert_table(table));
    schema
}

fn view(name: &str, text: &str) -> Object {
    object("view", name, text)
}

fn object(kind: &str, name: &str, text: &str) -> Object {
    Object {
        key: ObjectKey { kind: kind.to_owned(), name: name.into(), table: None },
        definition: text.into(),
        depends_on: Vec::new(),
        comment: None,
        options: Options::default(),
    }
}

fn with_object(mut schema: Schema, object: Object) -> Schema {
    schema.objects.insert(object.key.clone(), object);
    schema
}

fn with_enum(mut schema: Schema, name: &str, values: &[&str]) -> Schema {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    let made = Enum { name: name.into(), values, comment: None, options: Options::default() };
    schema.enums.insert(made.name.clone(), made);
    schema
}

fn compare(from: &Schema, to: &Schema, hints: &Hints, rules: &dyn Comparison, ask: bool) -> Diff {
    let naming = Naming::default();
    let options = DiffOptions {
        hints,
        naming: &naming,
        rules,
        guess: if ask { Guess::Ask } else { Guess::Never },
        fills: if ask { FillPolicy::Ask } else { FillPolicy::Never },
        casts: if ask { CastPolicy::Ask } else { CastPolicy::Never },
        declined: &[],
    };
    let made = diff(from, to, &options);
    // Whatever the case is about: the operations fit, and nothing is left to do after them.
    let mut after = from.clone();
    crate::operation::replay(&made.operations, &mut after).expect("the operations fit");
    let again = diff(&after, to, &DiffOptions { guess: Guess::Never, ..options });
    assert_eq!(again.operations, [], "after {:#?}", made.operations);
    made
}

/// The operations in short, with nothing asked.
fn plan(from: &Schema, to: &Schema) -> Vec<String> {
    short(&compare(from, to, &Hints::default(), &Neutral, false))
}

/// The operations in short for two versions of one table.
fn plan_of(from: Table, to: Table) -> Vec<String> {
    plan(&schema([from]), &schema([to]))
}

fn short(made: &Diff) -> Vec<String> {
    made.operations.iter().map(shortly).collect()
}

/// The flags that answer the questions.
fn flags(made: &Diff) -> Vec<String> {
    made.questions.iter().map(super::Question::flag).collect()
}

fn name_of(name: Option<&Ident>) -> &str {
    name.map_or("?", Ident::as_str)
}

fn shortly(operation: &Operation) -> String {
    match operation {
        Operation::CreateTable(table) => format!("+table {}", table.name),
        Operation::DropTable { table } => format!("-table {table}"),
        Operation::RenameTable { table, to } => format!("{table} > {to}"),
        Operation::AlterTable { table, .. } => format!("~table {table}"),
        Operation::AddColumn { table, column, fill, .. } => {
            format!("+{table}.{}{}", column.name, if fill.is_some() { " filled" } else { "" })
        }
        Operation::DropColumn { table, column } => format!("-{table}.{column}"),
        Operation::RenameColumn { table, column, to } => format!("{table}.{column} > {to}"),
        Operation::AlterColumn { table, column, change } => {
            let parts = [
                change.ty.as_ref().map(|_| "type"),
                change.nullable.map(|_| "null"),
                change.fill.as_ref().map(|_| "fill"),
                change.default.as_ref().map(|_| "default"),
                change.identity.as_ref().map(|_| "identity"),
                change.generated.as_ref().map(|_| "generated"),
                change.collation.as_ref().map(|_| "collation"),
                change.comment.as_ref().map(|_| "comment"),
                change.options.as_ref().map(|_| "options"),
                change.position.as_ref().map(|_| "place"),
            ];
            let parts: Vec<&str> = parts.into_iter().flatten().collect();
            format!("~{table}.{column} {}", parts.join(" "))
        }
        Operation::AddConstraint { constraint, .. } => format!("+{}", name_of(constraint.name.as_ref())),
        Operation::DropConstraint { constraint: ConstraintRef::Named(name), .. } => format!("-{name}"),
        Operation::DropConstraint { .. } => "-?".to_owned(),
        Operation::RenameConstraint { name, to, .. } => format!("{name} > {to}"),
        Operation::ValidateConstraint { name, .. } => format!("validate {name}"),
        Operation::CreateIndex { index, .. } => format!("+index {}", index.name),
        Operation::DropIndex { name, .. } => format!("-index {name}"),
        Operation::RenameIndex { name, to, .. } => format!("index {name} > {to}"),
        Operation::CreateEnum(made) => format!("+enum {}", made.name),
        Operation::AlterEnum(change) => {
            let renames = change.rename.iter().map(|step| format!(" {}>{}", step.from, step.to));
            let removes = change.remove.iter().map(|word| format!(" -{word}"));
            let adds = change.add.iter().map(|addition| format!(" +{}", addition.value));
            format!("~enum {}{}", change.name, renames.chain(removes).chain(adds).collect::<String>())
        }
        Operation::DropEnum { name } => format!("-enum {name}"),
        Operation::CreateSequence(sequence) => format!("+sequence {}", sequence.name),
        Operation::AlterSequence(sequence) => format!("~sequence {}", sequence.name),
        Operation::DropSequence { name } => format!("-sequence {name}"),
        Operation::CreateNamespace(namespace) => format!("+schema {}", namespace.name),
        Operation::AlterNamespace(namespace) => format!("~schema {}", namespace.name),
        Operation::DropNamespace { name } => format!("-schema {name}"),
        Operation::CreateObject(object) => format!("+{} {}", object.key.kind, object.key.name),
        Operation::ReplaceObject(object) => format!("~{} {}", object.key.kind, object.key.name),
        Operation::DropObject { key } => format!("-{} {}", key.kind, key.name),
        other => format!("{other:?}"),
    }
}

const NOTHING: [&str; 0] = [];
