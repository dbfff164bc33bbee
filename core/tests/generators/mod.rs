//! Random schemas, and random operations that fit them.
//!
//! Both are made by trying: an operation is put together from what a schema holds (and a little of what it does not),
//! and kept if it applies. A list of numbers decides, so that a failing case shrinks to a short one.

// Each test file has this as a module of its own and uses its part of it.
#![allow(dead_code, unreachable_pub)]

use indexmap::IndexMap;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{
    AlterEnum, ColumnChange, ConstraintRef, EnumAddition, EnumPlace, EnumRename, Literal, Operation,
};
use limbeck_core::schema::{
    Check, Column, Constraint, ConstraintBody, Deferrable, Enum, Exclusion, ForeignKey, Generated, Identity,
    Index, KeyPart, Namespace, Object, ObjectKey, ObjectRef, OptionValue, Options, Order, Position,
    PrimaryKey, References, ReferentialAction, Schema, Sequence, SequenceOptions, Sql, Table, Type, TypeSpec,
    Unique,
};
use proptest::prelude::*;

const TABLES: [&str; 5] = ["users", "teams", "orders", "items", "events"];
const COLUMNS: [&str; 8] = ["id", "label", "email", "age", "team_ref", "total", "note", "rank_no"];
const WORDS: [&str; 5] = ["draft", "open", "closed", "lost", "held"];

/// Numbers that decide, one after the other; 0 when they are used up.
pub struct Choices {
    numbers: std::vec::IntoIter<u16>,
}

impl Choices {
    pub fn new(numbers: Vec<u16>) -> Self {
        Self { numbers: numbers.into_iter() }
    }

    pub fn is_empty(&self) -> bool {
        self.numbers.len() == 0
    }

    /// A number below `count`, which is not 0.
    pub fn below(&mut self, count: usize) -> usize {
        usize::from(self.numbers.next().unwrap_or(0)) % count
    }

    pub fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == one_in - 1
    }

    pub fn of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        if items.is_empty() { None } else { items.get(self.below(items.len())) }
    }
}

/// A schema.
pub fn schema() -> impl Strategy<Value = Schema> {
    prop::collection::vec(any::<u16>(), 0..600).prop_map(|numbers| {
        let mut schema = Schema::new();
        grow(&mut schema, &mut Choices::new(numbers), false);
        schema
    })
}

/// A schema, and operations that apply to it one after the other. No reference points at nothing in between.
pub fn schema_and_operations() -> impl Strategy<Value = (Schema, Vec<Operation>)> {
    (schema(), prop::collection::vec(any::<u16>(), 0..900)).prop_map(|(schema, numbers)| {
        let mut after = schema.clone();
        let operations = grow(&mut after, &mut Choices::new(numbers), true);
        (schema, operations)
    })
}

/// A schema, and operations of which some do not apply to it.
pub fn schema_and_attempts() -> impl Strategy<Value = (Schema, Vec<Operation>)> {
    (schema(), prop::collection::vec(any::<u16>(), 0..300)).prop_map(|(schema, numbers)| {
        let mut choices = Choices::new(numbers);
        let mut operations = Vec::new();
        while !choices.is_empty() {
            operations.push(operation(&schema, &mut choices));
        }
        (schema, operations)
    })
}

/// Operations that make something of nothing and go on changing it: much for an optimiser to do.
pub fn operations_from_nothing() -> impl Strategy<Value = Vec<Operation>> {
    prop::collection::vec(any::<u16>(), 0..1500).prop_map(|numbers| {
        let mut schema = Schema::new();
        grow(&mut schema, &mut Choices::new(numbers), true)
    })
}

fn grow(schema: &mut Schema, choices: &mut Choices, with_rows: bool) -> Vec<Operation> {
    let mut kept = Vec::new();
    while !choices.is_empty() {
        let operation = operation(schema, choices);
        if !with_rows && operation.effect() == limbeck_core::operation::Effect::Data {
            continue;
        }
        let mut after = schema.clone();
        if operation.apply(&mut after).is_ok() && is_closed(&after) {
            *schema = after;
            kept.push(operation);
        }
    }
    kept
}

/// Whether everything that is referred to is there, the words of enums that defaults say among it.
pub fn is_closed(schema: &Schema) -> bool {
    let column = |table: &Name, column: &str| {
        schema.table(table).is_some_and(|table| table.column(&Ident::from(column)).is_some())
    };
    let keys = schema.tables.values().all(|table| {
        table.foreign_keys().all(|(_, key)| {
            let there = &key.references;
            schema.table(&there.table).is_some_and(|table| {
                there.columns.iter().all(|name| table.column(name).is_some())
                    && (!there.columns.is_empty() || table.primary_key().is_some())
            })
        })
    });
    let owners = schema
        .sequences
        .values()
        .all(|sequence| sequence.owned_by.as_ref().is_none_or(|(table, name)| column(table, name.as_str())));
    let objects = schema.objects.values().all(|object| {
        let Some(needed) = object.depends_on.first() else { return true };
        let text = object.definition.default.as_deref().unwrap_or_default();
        let words: Vec<&str> = text.split_whitespace().collect();
        let selected = words.iter().position(|word| *word == "SELECT").map(|at| words[at + 1]);
        schema.tables.contains_key(&needed.name) && selected.is_none_or(|name| column(&needed.name, name))
    });
    let namespaces = schema.tables.keys().all(|name| {
        name.schema.as_ref().is_none_or(|schema_name| schema.namespaces.contains_key(schema_name))
    });
    let words = schema.tables.values().flat_map(|table| &table.columns).all(|column| {
        let Some(name) = column.ty.default.as_ref().and_then(Type::enum_name) else { return true };
        let default = column.default.as_ref().and_then(|default| default.default.as_deref());
        let Some(word) = default.and_then(|text| text.strip_prefix('\'')?.strip_suffix('\'')) else {
            return true;
        };
        schema.enums.get(name).is_some_and(|there| there.values.iter().any(|value| value == word))
    });
    keys && owners && objects && namespaces && words
}

fn table_name(choices: &mut Choices) -> Name {
    let name = TABLES[choices.below(TABLES.len())];
    if choices.chance(12) { Name::qualified("auth", name) } else { Name::new(name) }
}

fn existing_table(schema: &Schema, choices: &mut Choices) -> Name {
    let names: Vec<&Name> = schema.tables.keys().collect();
    if choices.chance(20) {
        return table_name(choices);
    }
    choices.of(&names).map_or_else(|| Name::new("users"), |name| (*name).clone())
}

fn column_name(choices: &mut Choices) -> Ident {
    Ident::from(COLUMNS[choices.below(COLUMNS.len())])
}

fn existing_column(table: Option<&Table>, choices: &mut Choices) -> Ident {
    let there = table.and_then(|table| choices.of(&table.columns)).map(|column| column.name.clone());
    if choices.chance(20) { column_name(choices) } else { there.unwrap_or_else(|| column_name(choices)) }
}

fn column_type(choices: &mut Choices) -> TypeSpec {
    const TYPES: [&str; 18] = [
        "boolean",
        "smallint",
        "integer",
        "bigint",
        "double",
        "decimal(10,2)",
        "char(3)",
        "varchar(20)",
        "varchar(255)",
        "text",
        "blob",
        "date",
        "timestamp(3)",
        "timestamptz",
        "uuid",
        "jsonb",
        "array(integer)",
        "enum(status)",
    ];
    match choices.below(12) {
        0 => TypeSpec::only("postgres", "tsvector"),
        1 => {
            let mut ty = TypeSpec::from("text");
            ty.native.insert("mysql".to_owned(), "mediumtext".to_owned());
            ty
        }
        _ => TypeSpec::from(TYPES[choices.below(TYPES.len())]),
    }
}

fn options(choices: &mut Choices) -> Options {
    let mut options = Options::default();
    if choices.chance(6) {
        let value = match choices.below(4) {
            0 => OptionValue::Bool(true),
            1 => OptionValue::Integer(-3),
            2 => OptionValue::Array(vec![OptionValue::String("a \"b\"".to_owned())]),
            _ => OptionValue::String("x'y".to_owned()),
        };
        options.set("mysql", "engine", value);
    }
    options
}

fn comment(choices: &mut Choices) -> Option<String> {
    choices.chance(6).then(|| "What it's \"for\"".to_owned())
}

fn default(choices: &mut Choices) -> Option<Sql> {
    match choices.below(6) {
        0 => Some(Sql::from("0")),
        1 => Some(Sql::from("'draft'")),
        2 => {
            let mut sql = Sql::from("CURRENT_TIMESTAMP");
            sql.dialects.insert("sqlite".to_owned(), "(datetime('now'))".to_owned());
            Some(sql)
        }
        3 => Some(Sql::from("nextval('counter')")),
        _ => None,
    }
}

fn column(table: Option<&Table>, choices: &mut Choices) -> Column {
    let mut column = Column::new(column_name(choices), column_type(choices));
    column.nullable = choices.chance(2);
    match choices.below(8) {
        0 => column.identity = Some(Identity { always: choices.chance(2), sequence: settings(choices) }),
        1 => {
            if let Some(other) = table.and_then(|table| choices.of(&table.columns)) {
                let expression = Sql::from(format!("lower({})", other.name));
                column.generated = Some(Generated { expression, stored: choices.chance(2) });
            }
        }
        _ => column.default = default(choices),
    }
    column.collation = choices.chance(10).then(|| "nocase".to_owned());
    column.comment = comment(choices);
    column.options = options(choices);
    column
}

fn settings(choices: &mut Choices) -> SequenceOptions {
    SequenceOptions {
        start: choices.chance(2).then_some(10),
        increment: choices.chance(3).then_some(-1),
        min: None,
        max: choices.chance(3).then_some(i64::MAX),
        cache: None,
        cycle: choices.chance(4),
    }
}

/// An expression over columns that are there: replay does not look into expressions, so that one that names a column
/// of later would be caught up in what happens to that.
fn expression(table: &Table, choices: &mut Choices) -> Sql {
    let Some(column) = choices.of(&table.columns) else { return Sql::from("1 = 1") };
    let name = &column.name;
    Sql::from(match choices.below(3) {
        0 => format!("{name} IS NOT NULL"),
        1 => format!("{}.{name} > 0", table.name.name),
        _ => format!("({name})::text <> '{name}'"),
    })
}

fn key_part(table: &Table, choices: &mut Choices) -> KeyPart {
    let mut part = if choices.chance(5) {
        KeyPart::expression(expression(table, choices))
    } else {
        KeyPart::column(existing_column(Some(table), choices))
    };
    if choices.chance(5) {
        part.order = Order::Descending;
    }
    part
}

fn distinct(table: &Table, choices: &mut Choices) -> Vec<Ident> {
    let mut names = vec![existing_column(Some(table), choices)];
    if choices.chance(3) {
        let second = existing_column(Some(table), choices);
        if !names.contains(&second) {
            names.push(second);
        }
    }
    names
}

fn constraint(schema: &Schema, table: &Table, choices: &mut Choices) -> Constraint {
    let body: ConstraintBody = match choices.below(8) {
        0 | 1 => {
            let columns = distinct(table, choices).into_iter().map(KeyPart::column).collect();
            PrimaryKey { columns, include: Vec::new() }.into()
        }
        2 => {
            let columns = distinct(table, choices).into_iter().map(KeyPart::column).collect();
            let include =
                choices.chance(4).then(|| existing_column(Some(table), choices)).into_iter().collect();
            Unique { columns, include, nulls_not_distinct: choices.chance(4) }.into()
        }
        3 | 4 => Check { expression: expression(table, choices) }.into(),
        5 => Exclusion {
            method: Some("gist".to_owned()),
            columns: vec![KeyPart { operator: Some("&&".to_owned()), ..key_part(table, choices) }],
            include: Vec::new(),
            predicate: choices.chance(2).then(|| expression(table, choices)),
        }
        .into(),
        _ => {
            let there = existing_table(schema, choices);
            let columns = if choices.chance(3) {
                Vec::new()
            } else {
                vec![existing_column(schema.table(&there), choices)]
            };
            let own = existing_column(Some(table), choices);
            ForeignKey {
                on_delete_columns: choices.chance(5).then(|| own.clone()).into_iter().collect(),
                columns: vec![own],
                references: References { table: there, columns },
                on_delete: ReferentialAction::ALL[choices.below(5)],
                on_update: ReferentialAction::NoAction,
                match_type: None,
            }
            .into()
        }
    };
    let name = (!choices.chance(6)).then(|| Ident::from(format!("rule_{}", choices.below(6))));
    let mut constraint = Constraint::new(name, body);
    constraint.not_valid = choices.chance(5);
    constraint.not_enforced = choices.chance(12);
    constraint.deferrable = choices.chance(8).then_some(Deferrable::InitiallyDeferred);
    constraint.comment = comment(choices);
    constraint
}

fn index(table: &Table, choices: &mut Choices) -> Index {
    let mut index = Index::new(format!("idx_{}", choices.below(6)), Vec::<Ident>::new());
    index.columns = (0..=choices.below(2)).map(|_| key_part(table, choices)).collect();
    index.unique = choices.chance(3);
    index.predicate = choices.chance(3).then(|| expression(table, choices));
    index.method = choices.chance(6).then(|| "gin".to_owned());
    index.include = choices.chance(6).then(|| existing_column(Some(table), choices)).into_iter().collect();
    index.comment = comment(choices);
    index.options = options(choices);
    index
}

fn table(schema: &Schema, choices: &mut Choices) -> Table {
    let mut table = Table::new(table_name(choices));
    for _ in 0..=choices.below(5) {
        let column = column(Some(&table), choices);
        if table.column(&column.name).is_none() {
            table.columns.push(column);
        }
    }
    for _ in 0..choices.below(3) {
        let constraint = constraint(schema, &table, choices);
        table.constraints.push(constraint);
    }
    if choices.chance(3) {
        let index = index(&table, choices);
        table.indexes.insert(index.name.clone(), index);
    }
    table.comment = comment(choices);
    table.options = options(choices);
    table
}

fn object(schema: &Schema, choices: &mut Choices) -> Object {
    let table = existing_table(schema, choices);
    let column = existing_column(schema.table(&table), choices);
    let number = choices.below(3);
    let needed = vec![ObjectRef { kind: "table".to_owned(), name: table.clone() }];
    let (kind, owner, definition, depends_on) = match choices.below(3) {
        0 => ("view", None, format!("CREATE VIEW view_{number} AS SELECT {column} FROM {table}"), needed),
        1 => (
            "trigger",
            Some(table.clone()),
            format!(
                "CREATE TRIGGER trigger_{number} AFTER UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION f()"
            ),
            needed,
        ),
        _ => {
            let body = choices.below(9);
            let text = format!("CREATE FUNCTION function_{number}() RETURNS int RETURN {body}");
            ("function", None, text, Vec::new())
        }
    };
    Object {
        key: ObjectKey { kind: kind.to_owned(), name: Name::new(format!("{kind}_{number}")), table: owner },
        definition: Sql::from(definition),
        depends_on,
        comment: comment(choices),
        options: Options::default(),
    }
}

fn change(table: Option<&Table>, choices: &mut Choices) -> ColumnChange {
    let mut change = ColumnChange::default();
    match choices.below(9) {
        0 | 1 => change.ty = Some(column_type(choices)),
        2 => {
            change.nullable = Some(choices.chance(2));
            change.fill = choices.chance(2).then(|| Sql::from("0"));
        }
        3 => change.default = Some(default(choices)),
        4 => change.identity = Some(choices.chance(2).then(Identity::default)),
        5 => change.collation = Some(choices.chance(2).then(|| "binary".to_owned())),
        6 => change.comment = Some(comment(choices)),
        7 => change.position = Some(position(table, choices)),
        _ => change.options = Some(options(choices)),
    }
    change
}

fn position(table: Option<&Table>, choices: &mut Choices) -> Position {
    if choices.chance(3) { Position::First } else { Position::After(existing_column(table, choices)) }
}

fn enum_change(schema: &Schema, choices: &mut Choices) -> AlterEnum {
    let name = Name::new(["status", "mood"][choices.below(2)]);
    let values: Vec<String> = schema.enums.get(&name).map(|there| there.values.clone()).unwrap_or_default();
    let word = |choices: &mut Choices| WORDS[choices.below(WORDS.len())].to_owned();
    let there = |choices: &mut Choices| choices.of(&values).cloned().unwrap_or_else(|| "draft".to_owned());
    let rename =
        (0..choices.below(3)).map(|_| EnumRename { from: there(choices), to: word(choices) }).collect();
    let remove = (0..choices.below(2)).map(|_| there(choices)).collect();
    let add = (0..choices.below(3))
        .map(|_| EnumAddition {
            value: word(choices),
            place: match choices.below(3) {
                0 => None,
                1 => Some(EnumPlace::Before(there(choices))),
                _ => Some(EnumPlace::After(there(choices))),
            },
        })
        .collect();
    let comment = choices.chance(3).then(|| comment(choices));
    AlterEnum { name, rename, remove, add, comment }
}

fn sequence(schema: &Schema, choices: &mut Choices) -> Sequence {
    let owner = existing_table(schema, choices);
    Sequence {
        name: Name::new(["counter", "ticket"][choices.below(2)]),
        ty: choices.chance(3).then(|| "bigint".to_owned()),
        settings: settings(choices),
        owned_by: choices.chance(3).then(|| {
            let column = existing_column(schema.table(&owner), choices);
            (owner, column)
        }),
        comment: comment(choices),
        options: Options::default(),
    }
}

fn constraint_name(table: Option<&Table>, choices: &mut Choices) -> Option<ConstraintRef> {
    let constraint = choices.of(&table?.constraints)?;
    Some(match &constraint.name {
        Some(name) => ConstraintRef::Named(name.clone()),
        None => ConstraintRef::Unnamed(Box::new(constraint.body.clone())),
    })
}

/// One operation that may fit.
pub fn operation(schema: &Schema, choices: &mut Choices) -> Operation {
    let kind = choices.below(40);
    let table = existing_table(schema, choices);
    let there = schema.table(&table);
    let nothing = Table::new(table.clone());
    let shape = there.unwrap_or(&nothing);
    let named = |choices: &mut Choices| match constraint_name(there, choices) {
        Some(ConstraintRef::Named(name)) => name,
        _ => Ident::from(format!("rule_{}", choices.below(6))),
    };
    let indexed = |choices: &mut Choices| {
        let names: Vec<&Ident> = shape.indexes.keys().collect();
        choices.of(&names).map_or_else(|| Ident::from("idx_0"), |name| (*name).clone())
    };
    match kind {
        0..=4 => Operation::CreateTable(Box::new(self::table(schema, choices))),
        5 => Operation::DropTable { table },
        6 => Operation::RenameTable { table, to: table_name(choices) },
        7 => Operation::AlterTable {
            table,
            comment: choices.chance(2).then(|| comment(choices)),
            options: choices.chance(2).then(|| options(choices)),
        },
        8..=11 => Operation::AddColumn {
            column: Box::new(column(there, choices)),
            position: choices.chance(3).then(|| position(there, choices)),
            fill: choices.chance(4).then(|| Sql::from("1")),
            table,
        },
        12 | 13 => Operation::DropColumn { column: existing_column(there, choices), table },
        14 | 15 => Operation::RenameColumn {
            column: existing_column(there, choices),
            to: column_name(choices),
            table,
        },
        16..=18 => Operation::AlterColumn {
            column: existing_column(there, choices),
            change: Box::new(change(there, choices)),
            table,
        },
        19..=21 => {
            Operation::AddConstraint { constraint: Box::new(constraint(schema, shape, choices)), table }
        }
        22 => match constraint_name(there, choices) {
            Some(constraint) => Operation::DropConstraint { table, constraint },
            None => Operation::DropConstraint { table, constraint: ConstraintRef::Named("rule_1".into()) },
        },
        23 => Operation::RenameConstraint {
            name: named(choices),
            to: Ident::from(format!("rule_{}", choices.below(6))),
            table,
        },
        24 => Operation::ValidateConstraint { name: named(choices), table },
        25 | 26 => Operation::CreateIndex {
            index: Box::new(index(shape, choices)),
            concurrently: choices.chance(2),
            table,
        },
        27 => Operation::DropIndex { name: indexed(choices), concurrently: choices.chance(2), table },
        28 => Operation::RenameIndex {
            name: indexed(choices),
            to: Ident::from(format!("idx_{}", choices.below(6))),
            table,
        },
        29 => Operation::CreateEnum(Enum {
            name: Name::new(["status", "mood"][choices.below(2)]),
            values: WORDS[choices.below(3)..].iter().map(|word| (*word).to_owned()).collect(),
            comment: comment(choices),
            options: Options::default(),
        }),
        30 => Operation::AlterEnum(enum_change(schema, choices)),
        31 => Operation::DropEnum { name: Name::new(["status", "mood"][choices.below(2)]) },
        32 => Operation::CreateSequence(sequence(schema, choices)),
        33 => Operation::AlterSequence(sequence(schema, choices)),
        34 => Operation::DropSequence { name: Name::new(["counter", "ticket"][choices.below(2)]) },
        35 => Operation::CreateObject(object(schema, choices)),
        36 => {
            let objects: Vec<&Object> = schema.objects.values().collect();
            match choices.of(&objects) {
                Some(there) if choices.chance(2) => Operation::DropObject { key: there.key.clone() },
                Some(there) => {
                    Operation::ReplaceObject(Object { comment: comment(choices), ..(*there).clone() })
                }
                None => Operation::ReplaceObject(object(schema, choices)),
            }
        }
        37 => {
            let name = Ident::from("auth");
            if choices.chance(2) {
                Operation::DropNamespace { name }
            } else {
                let namespace = Namespace { name, comment: comment(choices), options: Options::default() };
                if choices.chance(2) {
                    Operation::AlterNamespace(namespace)
                } else {
                    Operation::CreateNamespace(namespace)
                }
            }
        }
        38 => Operation::Insert {
            rows: vec![IndexMap::from([
                (Ident::from("id"), Literal::Integer(7)),
                (Ident::from("label"), Literal::String("it's".to_owned())),
                (Ident::from("note"), Literal::Sql(Sql::from("NULL"))),
            ])],
            key: if choices.chance(2) { vec![Ident::from("id")] } else { Vec::new() },
            table,
        },
        _ => Operation::Execute { sql: Sql::from(format!("UPDATE {table} SET note = 'x'")), effect: None },
    }
}
