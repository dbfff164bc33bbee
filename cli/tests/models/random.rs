//! Schemas at random, from a number: the same number gives the same schema.

use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{
    Check, Column, Constraint, Deferrable, Enum, Exclusion, ForeignKey, Generated, Identity, Index, KeyPart,
    Nulls, OptionValue, Options, Order, PartitionOf, PrimaryKey, References, ReferentialAction, Schema,
    SequenceOptions, Sql, Table, Type, TypeSpec, Unique,
};

/// A stream of numbers.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap_or_default() % sides
    }

    fn once_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }
}

const WORDS: [&str; 36] = [
    "id",
    "type",
    "self",
    "Self",
    "crate",
    "user_id",
    "UserId",
    "createdAt",
    "2nd",
    "a b",
    "unique",
    "name",
    "desc",
    "include",
    "sql",
    "deferrable",
    "postgres",
    "été",
    "Été",
    "_",
    "__x",
    "x1",
    "line_1",
    "FOO",
    "FOO_BAR",
    "foo-bar",
    "match",
    "async",
    "r#odd",
    "say \"hi\"",
    "tick`s",
    "it's",
    "option",
    "order",
    "a.b",
    "Tab\tle",
];

const TEXTS: [&str; 9] = [
    "plain",
    "it's",
    "two\nlines",
    "  spaces ",
    "\"quoted\" \\ back",
    "*/ end",
    "/ slash",
    "ünïcode \u{1F600}",
    "a very long text that does not fit on one line of a hundred letters, whatever one does with it, and goes on",
];

const ACTIONS: [ReferentialAction; 5] = ReferentialAction::ALL;

/// A schema.
pub(crate) fn schema(seed: u64) -> Schema {
    let dice = &mut Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut schema = Schema::new();
    for number in 0..dice.roll(3) {
        let word = dice_word(dice);
        let name = maybe_qualified(dice, &format!("{word}_{number}"));
        let values =
            (0..1 + dice.roll(5)).map(|at| format!("{}{}", dice_word(dice), ["", "_x", " y", "Z", "9"][at]));
        let mut values: Vec<String> = values.collect();
        values.sort();
        values.dedup();
        let comment = text(dice, 3);
        schema.enums.insert(name.clone(), Enum { name, values, comment, options: Options::default() });
    }
    let enums: Vec<Name> = schema.enums.keys().cloned().collect();
    let mut tables: Vec<Table> = Vec::new();
    for number in 0..1 + dice.roll(4) {
        let word = dice_word(dice).replace('.', "_");
        let name = maybe_qualified(dice, &format!("{word}_{number}"));
        tables.push(table(dice, name, &enums, &tables));
    }
    for table in tables {
        schema.insert_table(table);
    }
    // Only enums that a column is of can be said.
    let used: Vec<Name> = schema
        .tables
        .values()
        .flat_map(|table| &table.columns)
        .filter_map(|column| column.ty.default.as_ref()?.enum_name().cloned())
        .collect();
    schema.enums.retain(|name, _| used.contains(name));
    schema
}

fn dice_word(dice: &mut Dice) -> &'static str {
    WORDS[dice.roll(WORDS.len())]
}

fn maybe_qualified(dice: &mut Dice, name: &str) -> Name {
    if dice.once_in(4) { Name::qualified("Some schema", name) } else { Name::new(name) }
}

fn text(dice: &mut Dice, sides: usize) -> Option<String> {
    dice.once_in(sides).then(|| (*dice.of(&TEXTS)).to_owned())
}

fn sql(dice: &mut Dice, text: &str) -> Sql {
    let mut sql = Sql::from(text);
    if dice.once_in(6) {
        sql.dialects.insert("mysql".to_owned(), format!("{text} -- mysql's"));
    }
    sql
}

fn options(dice: &mut Dice, sides: usize) -> Options {
    let mut options = Options::default();
    if dice.once_in(sides) {
        options.set("sqlite", "strict", OptionValue::Bool(true));
        options.set("cockroach", "level", OptionValue::Integer(-3));
        options.set(
            "postgres",
            "with",
            OptionValue::Array(vec![OptionValue::String("a".into()), OptionValue::Float(0.5)]),
        );
        let mut inner = Options::default();
        inner.0.insert("fill".to_owned(), OptionValue::Integer(70));
        inner.0.insert("off".to_owned(), OptionValue::Bool(false));
        options.set("postgres", "storage", OptionValue::Table(inner));
    }
    options
}

fn types(dice: &mut Dice, enums: &[Name]) -> TypeSpec {
    let digits = |dice: &mut Dice| [None, Some(0), Some(3)][dice.roll(3)];
    let ty = match dice.roll(26) {
        0 => Type::Boolean,
        1 => Type::SmallInt,
        2 => Type::Integer,
        3 => Type::BigInt,
        4 => Type::Real,
        5 => Type::Double,
        6 => Type::Decimal(None),
        7 => Type::Decimal(Some((10, 2))),
        8 => Type::Char(3),
        9 => Type::Varchar(40),
        10 | 11 => Type::Text,
        12 => Type::Binary(16),
        13 => Type::Varbinary(20),
        14 => Type::Blob,
        15 => Type::Date,
        16 => Type::Time(digits(dice)),
        17 => Type::Timestamp(digits(dice)),
        18 => Type::TimestampTz(digits(dice)),
        19 => Type::Interval,
        20 => Type::Uuid,
        21 => Type::Json,
        22 => Type::Jsonb,
        23 => match enums {
            [] => Type::Text,
            enums => Type::Enum(dice.of(enums).clone()),
        },
        24 => Type::Array(Box::new(
            [Type::Text, Type::SmallInt, Type::Varchar(3), Type::Blob][dice.roll(4)].clone(),
        )),
        _ => Type::Native("tsvector".to_owned()),
    };
    let mut spec = TypeSpec::from(ty);
    if dice.once_in(8) {
        spec.native.insert("postgres".to_owned(), "citext".to_owned());
    }
    spec
}

fn column(dice: &mut Dice, name: String, enums: &[Name]) -> Column {
    let mut column = Column::new(name, types(dice, enums));
    column.nullable = dice.once_in(3);
    column.comment = text(dice, 5);
    column.options = options(dice, 9);
    match dice.roll(7) {
        0 => {
            let default = *dice.of(&[
                "0",
                "-1",
                "1.50",
                "TRUE",
                "'x'",
                "'it''s'",
                "CURRENT_TIMESTAMP",
                "'a' || 'b'",
                "007",
                "''",
            ]);
            column.default = Some(sql(dice, default));
        }
        1 => {
            let expression = sql(dice, "lower(\"a\") || 'x'");
            column.generated = Some(Generated { expression, stored: dice.once_in(2) });
        }
        2 => column.collation = Some("de-DE".to_owned()),
        _ => {}
    }
    column
}

fn table(dice: &mut Dice, name: Name, enums: &[Name], others: &[Table]) -> Table {
    let mut table = Table::new(name);
    let mut names: Vec<String> = (0..2 + dice.roll(6)).map(|_| dice_word(dice).to_owned()).collect();
    let mut seen = std::collections::BTreeSet::new();
    // Names that differ by the case of letters only are one name on some servers.
    names.retain(|name| seen.insert(name.to_lowercase()));
    for name in names {
        table.columns.push(column(dice, name, enums));
    }
    table.comment = text(dice, 3);
    table.options = options(dice, 5);
    if dice.once_in(6) {
        table.partition_by = Some("range (\"id\")".to_owned());
    }
    if dice.once_in(8) {
        let bound = "FOR VALUES FROM (1) TO (2)".to_owned();
        table.partition_of = Some(PartitionOf { parent: Name::new("whole"), bound });
    }
    let own: Vec<Ident> = table.columns.iter().map(|column| column.name.clone()).collect();
    if dice.once_in(2) {
        primary_key(dice, &mut table, &own);
    }
    let mut number = 0;
    let mut named = |dice: &mut Dice| -> Option<Ident> {
        number += 1;
        match dice.roll(4) {
            0 => None,
            _ => Some(Ident::from(format!("c {number}"))),
        }
    };
    for _ in 0..dice.roll(3) {
        let body = Unique {
            columns: parts(dice, &own, false),
            include: some(dice, &own, 5),
            nulls_not_distinct: dice.once_in(4),
        };
        let made = Constraint::new(named(dice), body);
        table.constraints.push(detailed(dice, made, true, false));
    }
    for _ in 0..dice.roll(4) {
        let text = *dice.of(&["\"id\" > 0", "a > 0 AND b < 10", "length(\"say \"\"hi\"\"\") > 3"]);
        let made = Constraint::new(named(dice), Check { expression: sql(dice, text) });
        table.constraints.push(detailed(dice, made, false, true));
    }
    for _ in 0..dice.roll(3) {
        let body = foreign_key(dice, &own, others);
        let made = Constraint::new(named(dice), body);
        table.constraints.push(detailed(dice, made, true, true));
    }
    if dice.once_in(5) {
        let mut columns = parts(dice, &own, true);
        for part in &mut columns {
            part.operator = Some("&&".to_owned());
        }
        let predicate = dice.once_in(2).then(|| Sql::from("\"id\" > 0"));
        let include = some(dice, &own, 4);
        let body = Exclusion { method: Some("gist".to_owned()), columns, include, predicate };
        let made = Constraint::new(named(dice), body);
        table.constraints.push(detailed(dice, made, true, false));
    }
    for number in 0..dice.roll(4) {
        let mut index = Index::new(format!("i {number}"), Vec::<Ident>::new());
        index.columns = parts(dice, &own, true);
        index.unique = dice.once_in(3);
        index.predicate = dice.once_in(3).then(|| sql(dice, "\"id\" IS NOT NULL"));
        index.method = dice.once_in(4).then(|| "gin".to_owned());
        index.include = some(dice, &own, 4);
        index.nulls_not_distinct = dice.once_in(6);
        index.comment = text(dice, 6);
        index.options = options(dice, 6);
        table.indexes.insert(index.name.clone(), index);
    }
    table
}

fn primary_key(dice: &mut Dice, table: &mut Table, own: &[Ident]) {
    let columns = parts(dice, own, false);
    for part in &columns {
        let name = part.as_column().expect("a key has columns").clone();
        for column in table.columns.iter_mut().filter(|column| column.name == name) {
            column.nullable = false;
        }
    }
    if let [part] = columns.as_slice()
        && dice.once_in(2)
    {
        let name = part.as_column().expect("a key has columns").clone();
        for column in table.columns.iter_mut().filter(|column| column.name == name) {
            *column = Column::new(name.clone(), Type::BigInt);
            column.identity = Some(Identity {
                always: dice.once_in(2),
                sequence: SequenceOptions {
                    start: dice.once_in(2).then_some(100),
                    increment: dice.once_in(3).then_some(-1),
                    cycle: dice.once_in(3),
                    ..SequenceOptions::default()
                },
            });
        }
    }
    let name = dice.once_in(2).then(|| Ident::from("the key"));
    let include = some(dice, own, 5);
    let made = Constraint::new(name, PrimaryKey { columns, include });
    table.constraints.push(detailed(dice, made, true, false));
}

fn detailed(dice: &mut Dice, mut made: Constraint, waits: bool, checks: bool) -> Constraint {
    made.comment = text(dice, 8);
    made.options = options(dice, 8);
    if waits && dice.once_in(5) {
        made.deferrable = Some(*dice.of(&[Deferrable::InitiallyDeferred, Deferrable::InitiallyImmediate]));
    }
    if checks {
        made.not_valid = dice.once_in(8);
        made.not_enforced = dice.once_in(8);
    }
    made
}

fn some(dice: &mut Dice, own: &[Ident], sides: usize) -> Vec<Ident> {
    if dice.once_in(sides) { vec![dice.of(own).clone()] } else { Vec::new() }
}

fn parts(dice: &mut Dice, own: &[Ident], expressions: bool) -> Vec<KeyPart> {
    let mut columns: Vec<Ident> = own.to_vec();
    let mut parts = Vec::new();
    for _ in 0..1 + dice.roll(columns.len().min(3)) {
        let column = columns.remove(dice.roll(columns.len()));
        let mut part = KeyPart::column(column);
        if expressions && dice.once_in(4) {
            part = KeyPart::expression("lower(\"id\")");
        }
        if dice.once_in(4) {
            part.order = Order::Descending;
            part.nulls = dice.once_in(2).then_some(Nulls::Last);
            part.collation = dice.once_in(2).then(|| "C".to_owned());
            part.opclass = dice.once_in(2).then(|| "text_ops".to_owned());
            part.length = dice.once_in(2).then_some(10);
        }
        parts.push(part);
    }
    parts
}

fn foreign_key(dice: &mut Dice, own: &[Ident], others: &[Table]) -> ForeignKey {
    let count = 1 + dice.roll(own.len().min(2));
    let columns: Vec<Ident> = own[..count].to_vec();
    let there = others.iter().filter(|table| table.columns.len() >= count).collect::<Vec<_>>();
    let references = match there.as_slice() {
        [] => References { table: Name::new("elsewhere"), columns: Vec::new() },
        there => {
            let table = dice.of(there);
            let key = table.primary_key().map(|(_, key)| key.columns.len());
            let columns = table.columns[..count].iter().map(|column| column.name.clone()).collect();
            let bare = key == Some(count) && dice.once_in(3);
            References { table: table.name.clone(), columns: if bare { Vec::new() } else { columns } }
        }
    };
    ForeignKey {
        on_delete_columns: some(dice, &columns, 5),
        columns,
        references,
        on_delete: *dice.of(&ACTIONS),
        on_update: *dice.of(&ACTIONS),
        match_type: dice.once_in(4).then(|| "full".to_owned()),
    }
}
