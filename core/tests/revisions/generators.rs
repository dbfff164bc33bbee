//! Any revision that a file can hold.

use limbeck_core::ident::{Ident, Label, Name, RevisionId};
use limbeck_core::operation::{
    AlterEnum, ColumnChange, ConstraintRef, Effect, EnumAddition, EnumPlace, EnumRename, Literal, Operation,
};
use limbeck_core::revision::{Downgrade, Revision, TransactionMode};
use limbeck_core::schema::{
    Check, Column, Constraint, ConstraintBody, Deferrable, Enum, Exclusion, ForeignKey, Generated, Identity,
    Index, KeyPart, KeyTarget, Namespace, Nulls, Object, ObjectKey, ObjectRef, OptionValue, Options, Order,
    PartitionOf, Position, PrimaryKey, References, ReferentialAction, Sequence, SequenceOptions, Sql, Table,
    Type, TypeSpec, Unique,
};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

pub(crate) fn text() -> BoxedStrategy<String> {
    prop_oneof!["[a-z ]{0,8}", "[\"'\\\\\n\r\t{}\\[\\]#=.ü\u{1}]{0,8}", any::<String>()].boxed()
}

fn filled() -> impl Strategy<Value = String> {
    text().prop_map(|text| format!("{text}x"))
}

fn ident() -> impl Strategy<Value = Ident> {
    prop_oneof![4 => "[a-z_]{1,6}", 1 => "[A-Z \".'$ü-]{1,5}", 1 => "[a-z]{70}"].prop_map(Ident::from)
}

fn name() -> impl Strategy<Value = Name> {
    (of(ident()), ident()).prop_map(|(schema, name)| Name { schema, name })
}

fn dialect() -> impl Strategy<Value = String> {
    select(vec!["postgres", "mysql", "mariadb", "sqlite", "x_1"]).prop_map(str::to_owned)
}

fn sql() -> impl Strategy<Value = Sql> {
    prop_oneof![
        3 => text().prop_map(Sql::from),
        1 => (of(text()), btree_map(dialect(), text(), 1..3))
            .prop_map(|(default, dialects)| Sql { default, dialects }),
    ]
}

fn ty() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![
        select(vec![Type::BigInt, Type::Text, Type::Uuid, Type::Jsonb, Type::Time(None)]),
        (1..999u32).prop_map(Type::Varchar),
        (1..40u32, 0..9u32).prop_map(|(digits, scale)| Type::Decimal(Some((digits, scale)))),
        name().prop_map(Type::Enum),
        select(vec!["tsvector", "text", " x", "enum(a)", "array(text", "enum('a','b')"])
            .prop_map(|text| Type::Native(text.to_owned())),
    ];
    leaf.prop_recursive(2, 4, 1, |item| item.prop_map(|item| Type::Array(Box::new(item))))
}

fn type_spec() -> impl Strategy<Value = TypeSpec> {
    prop_oneof![
        2 => ty().prop_map(TypeSpec::from),
        1 => (of(ty()), btree_map(dialect(), filled(), 1..3))
            .prop_map(|(default, native)| TypeSpec { default, native }),
    ]
}

fn option_value() -> impl Strategy<Value = OptionValue> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(OptionValue::Bool),
        any::<i64>().prop_map(OptionValue::Integer),
        float().prop_map(OptionValue::Float),
        text().prop_map(OptionValue::String),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(OptionValue::Array),
            btree_map(text(), inner, 0..3)
                .prop_map(|map| OptionValue::Table(Options(map.into_iter().collect()))),
        ]
    })
}

fn float() -> impl Strategy<Value = f64> {
    any::<f64>().prop_filter("a number", |number| number.is_finite())
}

fn options() -> impl Strategy<Value = Options> {
    prop_oneof![
        2 => Just(Options::default()),
        1 => btree_map(text(), option_value(), 0..3).prop_map(|map| Options(map.into_iter().collect())),
    ]
}

fn counter() -> impl Strategy<Value = SequenceOptions> {
    let number = || of(any::<i64>());
    (number(), number(), number(), number(), number(), any::<bool>()).prop_map(
        |(start, increment, min, max, cache, cycle)| SequenceOptions {
            start,
            increment,
            min,
            max,
            cache,
            cycle,
        },
    )
}

fn identity() -> impl Strategy<Value = Identity> {
    (any::<bool>(), prop_oneof![Just(SequenceOptions::default()), counter()])
        .prop_map(|(always, sequence)| Identity { always, sequence })
}

fn generated() -> impl Strategy<Value = Generated> {
    (sql(), any::<bool>()).prop_map(|(expression, stored)| Generated { expression, stored })
}

fn column() -> impl Strategy<Value = Column> {
    (
        (ident(), type_spec(), any::<bool>(), of(sql())),
        (of(identity()), of(generated()), of(filled()), of(filled()), options()),
    )
        .prop_map(
            |((name, ty, nullable, default), (identity, generated, collation, comment, options))| Column {
                name,
                ty,
                nullable,
                default,
                identity,
                generated,
                collation,
                comment,
                options,
            },
        )
}

fn key_part() -> impl Strategy<Value = KeyPart> {
    let target = prop_oneof![
        3 => ident().prop_map(KeyTarget::Column),
        1 => sql().prop_map(KeyTarget::Expression),
    ];
    let extra = (
        select(vec![Order::Ascending, Order::Descending]),
        of(select(vec![Nulls::First, Nulls::Last])),
        of(filled()),
        of(filled()),
        of(1..u32::MAX),
        of(filled()),
    );
    (target, of(extra)).prop_map(|(target, extra)| {
        let mut part = KeyPart { target, ..KeyPart::column("x") };
        if let Some((order, nulls, opclass, collation, length, operator)) = extra {
            (part.order, part.nulls, part.opclass) = (order, nulls, opclass);
            (part.collation, part.length, part.operator) = (collation, length, operator);
        }
        part
    })
}

fn key() -> impl Strategy<Value = Vec<KeyPart>> {
    vec(key_part(), 1..3)
}

fn idents() -> impl Strategy<Value = Vec<Ident>> {
    vec(ident(), 0..3)
}

fn foreign_key() -> impl Strategy<Value = ForeignKey> {
    let action = || select(ReferentialAction::ALL.to_vec());
    let word = select(vec!["full", "partial"]).prop_map(str::to_owned);
    (vec((ident(), ident()), 1..3), any::<bool>(), name(), action(), idents(), action(), of(word)).prop_map(
        |(pairs, named, table, on_delete, on_delete_columns, on_update, match_type)| {
            let (columns, there): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
            ForeignKey {
                columns,
                references: References { table, columns: if named { there } else { Vec::new() } },
                on_delete,
                on_delete_columns,
                on_update,
                match_type,
            }
        },
    )
}

fn body() -> impl Strategy<Value = ConstraintBody> {
    prop_oneof![
        (key(), idents()).prop_map(|(columns, include)| PrimaryKey { columns, include }.into()),
        (key(), idents(), any::<bool>()).prop_map(|(columns, include, nulls_not_distinct)| {
            Unique { columns, include, nulls_not_distinct }.into()
        }),
        foreign_key().prop_map(ConstraintBody::from),
        sql().prop_map(|expression| Check { expression }.into()),
        (of(filled()), key(), idents(), of(sql())).prop_map(|(method, columns, include, predicate)| {
            Exclusion { method, columns, include, predicate }.into()
        }),
    ]
}

fn constraint() -> impl Strategy<Value = Constraint> {
    let deferrable = select(vec![Deferrable::InitiallyImmediate, Deferrable::InitiallyDeferred]);
    (of(ident()), body(), of(deferrable), any::<bool>(), any::<bool>(), of(filled()), options()).prop_map(
        |(name, body, deferrable, not_valid, not_enforced, comment, options)| Constraint {
            name,
            body,
            deferrable,
            not_valid,
            not_enforced,
            comment,
            options,
        },
    )
}

fn index() -> impl Strategy<Value = Index> {
    (
        (ident(), key(), any::<bool>(), of(sql()), of(filled())),
        (idents(), any::<bool>(), of(filled()), options()),
    )
        .prop_map(
            |(
                (name, columns, unique, predicate, method),
                (include, nulls_not_distinct, comment, options),
            )| Index {
                name,
                columns,
                unique,
                predicate,
                method,
                include,
                nulls_not_distinct,
                comment,
                options,
            },
        )
}

fn table() -> impl Strategy<Value = Table> {
    let part = (name(), filled()).prop_map(|(parent, bound)| PartitionOf { parent, bound });
    (
        (name(), vec(column(), 0..4), vec(constraint(), 0..5), vec(index(), 0..3)),
        (of(filled()), of(filled()), of(part), options()),
    )
        .prop_map(
            |((name, columns, mut constraints, indexes), (comment, partition_by, partition_of, options))| {
                let mut keys = 0;
                constraints.retain(|constraint| {
                    keys += usize::from(matches!(constraint.body, ConstraintBody::PrimaryKey(_)));
                    keys < 2 || !matches!(constraint.body, ConstraintBody::PrimaryKey(_))
                });
                let indexes = indexes.into_iter().map(|index| (index.name.clone(), index)).collect();
                Table { name, columns, constraints, indexes, comment, partition_by, partition_of, options }
            },
        )
}

fn position() -> impl Strategy<Value = Position> {
    prop_oneof![Just(Position::First), ident().prop_map(Position::After)]
}

fn change() -> impl Strategy<Value = ColumnChange> {
    (
        (of(type_spec()), of(sql()), any::<bool>(), of(sql()), of(of(sql())), of(of(identity()))),
        (of(of(generated())), of(of(filled())), of(of(filled())), of(options()), of(position())),
    )
        .prop_map(
            |(
                (ty, using, nullable, fill, default, identity),
                (generated, collation, comment, options, position),
            )| {
                ColumnChange {
                    ty,
                    using,
                    nullable: Some(nullable),
                    fill,
                    default,
                    identity,
                    generated,
                    collation,
                    comment,
                    options,
                    position,
                }
            },
        )
}

fn alter_enum() -> impl Strategy<Value = AlterEnum> {
    let place = prop_oneof![text().prop_map(EnumPlace::Before), text().prop_map(EnumPlace::After)];
    let addition = (text(), of(place)).prop_map(|(value, place)| EnumAddition { value, place });
    let rename = (text(), text()).prop_map(|(from, to)| EnumRename { from, to });
    (name(), vec(rename, 0..2), vec(text(), 0..2), vec(addition, 1..3), of(of(filled())))
        .prop_map(|(name, rename, remove, add, comment)| AlterEnum { name, rename, remove, add, comment })
}

fn sequence() -> impl Strategy<Value = Sequence> {
    (name(), of(filled()), counter(), of((name(), ident())), of(filled()), options()).prop_map(
        |(name, ty, settings, owned_by, comment, options)| Sequence {
            name,
            ty,
            settings,
            owned_by,
            comment,
            options,
        },
    )
}

fn object_key() -> impl Strategy<Value = ObjectKey> {
    (filled(), name(), of(name())).prop_map(|(kind, name, table)| ObjectKey { kind, name, table })
}

fn object() -> impl Strategy<Value = Object> {
    let needed = (filled(), name()).prop_map(|(kind, name)| ObjectRef { kind, name });
    (object_key(), sql(), vec(needed, 0..3), of(filled()), options()).prop_map(
        |(key, definition, depends_on, comment, options)| Object {
            key,
            definition,
            depends_on,
            comment,
            options,
        },
    )
}

fn rows() -> impl Strategy<Value = Vec<limbeck_core::operation::RowValues>> {
    let literal = prop_oneof![
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(Literal::Integer),
        float().prop_map(Literal::Float),
        text().prop_map(Literal::String),
        sql().prop_map(Literal::Sql),
    ];
    vec(vec((ident(), literal), 1..4).prop_map(|row| row.into_iter().collect()), 1..3)
}

/// Any operation.
pub(crate) fn operation() -> impl Strategy<Value = Operation> {
    let flag = any::<bool>;
    let tables = prop_oneof![
        4 => table().prop_map(|table| Operation::CreateTable(Box::new(table))),
        1 => name().prop_map(|table| Operation::DropTable { table }),
        1 => (name(), name()).prop_map(|(table, to)| Operation::RenameTable { table, to }),
        1 => (name(), of(of(filled())), options()).prop_map(|(table, comment, options)| {
            Operation::AlterTable { table, comment, options: Some(options) }
        }),
    ];
    let columns = prop_oneof![
        (name(), column(), of(position()), of(sql())).prop_map(|(table, column, position, fill)| {
            Operation::AddColumn { table, column: Box::new(column), position, fill }
        }),
        (name(), ident()).prop_map(|(table, column)| Operation::DropColumn { table, column }),
        (name(), ident(), ident()).prop_map(|(table, column, to)| Operation::RenameColumn {
            table,
            column,
            to
        }),
        (name(), ident(), change()).prop_map(|(table, column, change)| Operation::AlterColumn {
            table,
            column,
            change: Box::new(change)
        }),
    ];
    let which = prop_oneof![
        ident().prop_map(ConstraintRef::Named),
        body().prop_map(|body| ConstraintRef::Unnamed(Box::new(body))),
    ];
    let keys = prop_oneof![
        3 => (name(), constraint()).prop_map(|(table, constraint)| Operation::AddConstraint {
            table,
            constraint: Box::new(constraint)
        }),
        1 => (name(), which)
            .prop_map(|(table, constraint)| Operation::DropConstraint { table, constraint }),
        1 => (name(), ident(), ident())
            .prop_map(|(table, name, to)| Operation::RenameConstraint { table, name, to }),
        1 => (name(), ident())
            .prop_map(|(table, name)| Operation::ValidateConstraint { table, name }),
        1 => (name(), index(), flag()).prop_map(|(table, index, concurrently)| Operation::CreateIndex {
            table,
            index: Box::new(index),
            concurrently
        }),
        1 => (name(), ident(), flag())
            .prop_map(|(table, name, concurrently)| Operation::DropIndex { table, name, concurrently }),
        1 => (name(), ident(), ident())
            .prop_map(|(table, name, to)| Operation::RenameIndex { table, name, to }),
    ];
    let made = (name(), vec(text(), 0..3), of(filled()), options())
        .prop_map(|(name, values, comment, options)| Enum { name, values, comment, options });
    let namespace = || {
        (ident(), of(filled()), options()).prop_map(|(name, comment, options)| Namespace {
            name,
            comment,
            options,
        })
    };
    let server = prop_oneof![
        made.prop_map(Operation::CreateEnum),
        alter_enum().prop_map(Operation::AlterEnum),
        name().prop_map(|name| Operation::DropEnum { name }),
        sequence().prop_map(Operation::CreateSequence),
        sequence().prop_map(Operation::AlterSequence),
        name().prop_map(|name| Operation::DropSequence { name }),
        namespace().prop_map(Operation::CreateNamespace),
        namespace().prop_map(Operation::AlterNamespace),
        ident().prop_map(|name| Operation::DropNamespace { name }),
        object().prop_map(Operation::CreateObject),
        object().prop_map(Operation::ReplaceObject),
        object_key().prop_map(|key| Operation::DropObject { key }),
    ];
    let effect = of(select(vec![Effect::Data, Effect::Schema]));
    let data = prop_oneof![
        (name(), rows(), idents()).prop_map(|(table, rows, key)| Operation::Insert { table, rows, key }),
        (name(), rows(), idents()).prop_map(|(table, rows, key)| Operation::Delete { table, rows, key }),
        (sql(), effect).prop_map(|(sql, effect)| Operation::Execute { sql, effect }),
        (filled(), btree_map(text(), option_value(), 0..3)).prop_map(|(function, arguments)| {
            Operation::Run { function, arguments: arguments.into_iter().collect() }
        }),
    ];
    prop_oneof![3 => tables, 2 => columns, 2 => keys, 2 => server, 2 => data]
}

pub(crate) fn id() -> impl Strategy<Value = RevisionId> {
    "[a-z0-9_.]{1,12}x".prop_map(|text| RevisionId::new(&text).expect("an id"))
}

/// A revision with these operations forth and back.
fn revision_of(
    steps: impl Strategy<Value = Operation> + Clone,
    most: usize,
) -> impl Strategy<Value = Revision> {
    let label = "[a-z_]{1,8}x".prop_map(|text| Label::new(&text).expect("a label"));
    let seconds = -50_000_000_000i64..200_000_000_000;
    let created = (seconds, prop_oneof![Just(0), 1..999_999_999i32])
        .prop_map(|(second, nanos)| jiff::Timestamp::new(second, nanos).expect("in range"));
    let downgrade = prop_oneof![
        Just(Downgrade::Auto),
        Just(Downgrade::Irreversible),
        vec(steps.clone(), 0..=most).prop_map(Downgrade::Operations),
    ];
    (
        (id(), vec(id(), 0..3), text(), of(created), vec(id(), 0..2), vec(label, 0..2), vec(id(), 0..2)),
        (
            of(select(vec![TransactionMode::Revision, TransactionMode::None])),
            vec("[a-z]{1,6}", 0..2),
            of("[a-z]{1,6}"),
            vec(steps, 0..=most),
            downgrade,
        ),
    )
        .prop_map(
            |(
                (id, parents, message, created, depends_on, labels, replaces),
                (transaction, databases, observed, upgrade, downgrade),
            )| {
                let mut revision = Revision::new(id, parents, message);
                revision.created = created;
                revision.depends_on = depends_on.iter().map(ToString::to_string).collect();
                revision.labels = labels;
                revision.replaces = replaces;
                revision.transaction = transaction;
                revision.databases = databases;
                revision.observed = observed;
                revision.upgrade = upgrade;
                revision.downgrade = downgrade;
                revision
            },
        )
}

/// Any revision.
pub(crate) fn revision() -> impl Strategy<Value = Revision> {
    revision_of(operation().boxed(), 3)
}

/// Any revision that SQL can say.
pub(crate) fn sql_revision() -> impl Strategy<Value = Revision> {
    let words = vec(
        select(vec!["SELECT 1", ";", "\n", " ", "-- limbeck", "'a\n b'", "$$ x $$", "é", "/* c */"]),
        0..6,
    );
    let step = words.prop_map(|words| Operation::Execute {
        sql: Sql::from(format!("SELECT {}", words.concat()).trim()),
        effect: None,
    });
    revision_of(step.boxed(), 1).boxed()
}
