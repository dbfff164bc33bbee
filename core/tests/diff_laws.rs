//! What must hold of every comparison, tried on random schemas.

mod generators;

use generators::{Choices, is_closed, schema, schema_and_operations};
use limbeck_core::diff::{ColumnRename, Comparison, Diff, DiffOptions, Hints, Neutral, TableRename, diff};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{Operation, invert_all, replay};
use limbeck_core::schema::{
    Column, Constraint, ConstraintBody, Index, KeyPart, Namespace, Naming, Options, PrimaryKey, Schema, Table,
};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

/// Two declared schemas, compared for a server that can place a column.
struct Ordered;

impl Comparison for Ordered {
    fn column_order(&self) -> bool {
        true
    }
}

fn compare(from: &Schema, to: &Schema, rules: &dyn Comparison, hints: &Hints) -> Diff {
    let naming = Naming::default();
    let options = DiffOptions::unasked(hints, &naming, rules);
    diff(from, to, &options)
}

/// The schema with all that may differ where a comparison finds nothing made the same: names of constraints and indexes,
/// and what no operation changes.
fn shape(schema: &Schema, order: bool) -> Schema {
    let mut shape = schema.clone();
    for table in shape.tables.values_mut() {
        let key: Vec<Ident> = table
            .primary_key()
            .map(|(_, key)| key.columns.iter().filter_map(KeyPart::as_column).cloned().collect())
            .unwrap_or_default();
        for column in &mut table.columns {
            column.nullable &= !key.contains(&column.name);
        }
        if !order {
            table.columns.sort_by(|left, right| left.name.cmp(&right.name));
        }
        for constraint in &mut table.constraints {
            constraint.name = None;
            match &mut constraint.body {
                ConstraintBody::ForeignKey(key) if key.references.columns.is_empty() => {
                    let there = schema.table(&key.references.table).and_then(Table::primary_key);
                    let columns = there.into_iter().flat_map(|(_, key)| &key.columns);
                    key.references.columns = columns.filter_map(KeyPart::as_column).cloned().collect();
                }
                ConstraintBody::Unique(key) => key.columns.sort_by_key(|part| format!("{part:?}")),
                _ => {}
            }
        }
        let mut indexes: Vec<Index> = table.indexes.drain(..).map(|(_, index)| index).collect();
        indexes.sort_by_key(|index| format!("{:?}", Index { name: "".into(), ..index.clone() }));
        for (at, mut index) in indexes.into_iter().enumerate() {
            index.name = Ident::from(format!("{at}"));
            table.indexes.insert(index.name.clone(), index);
        }
    }
    for made in shape.enums.values_mut() {
        made.comment = None;
        made.options.0.clear();
    }
    for namespace in shape.namespaces.values_mut() {
        namespace.comment = None;
        namespace.options.0.clear();
    }
    for object in shape.objects.values_mut() {
        object.depends_on.clear();
    }
    shape
}

fn check(from: &Schema, to: &Schema, rules: &dyn Comparison, hints: &Hints) -> Result<(), TestCaseError> {
    let made = compare(from, to, rules, hints);
    prop_assert!(made.questions.is_empty());
    let list =
        || made.operations.iter().map(|op| op.describe(None).to_string()).collect::<Vec<_>>().join("\n");
    let mut after = from.clone();
    if let Err(error) = replay(&made.operations, &mut after) {
        return Err(TestCaseError::fail(format!("{error}: {:?}\n{}", error.source, list())));
    }
    let again = compare(&after, to, rules, hints);
    prop_assert!(again.operations.is_empty(), "again: {:#?}\nafter\n{}", again.operations, list());
    let order = rules.column_order();
    prop_assert_eq!(shape(&after, order), shape(to, order), "{}", list());

    let back = match invert_all(&made.operations, from) {
        Ok(back) => back,
        Err(error) => return Err(TestCaseError::fail(format!("{error}\n{}", list()))),
    };
    let mut before = after;
    if let Err(error) = replay(&back, &mut before) {
        return Err(TestCaseError::fail(format!("back: {error}: {:?}\n{}", error.source, list())));
    }
    prop_assert_eq!(shape(&before, true), shape(from, true), "back of\n{}", list());
    Ok(())
}

/// The schema with every namespace that a table is said to be in.
fn housed(mut schema: Schema) -> Schema {
    let names: Vec<Ident> = schema.tables.keys().filter_map(|name| name.schema.clone()).collect();
    for name in names {
        let made = Namespace { name: name.clone(), comment: None, options: Options::default() };
        schema.namespaces.entry(name).or_insert(made);
    }
    schema
}

fn random_hints() -> impl Strategy<Value = Hints> {
    prop::collection::vec(any::<u16>(), 0..24).prop_map(|numbers| {
        const TABLES: [&str; 5] = ["users", "teams", "orders", "items", "events"];
        const COLUMNS: [&str; 8] = ["id", "label", "email", "age", "team_ref", "total", "note", "rank_no"];
        let mut choices = Choices::new(numbers);
        let mut hints = Hints::default();
        while !choices.is_empty() {
            let table = |choices: &mut Choices| Name::new(TABLES[choices.below(5)]);
            let column = |choices: &mut Choices| Ident::from(COLUMNS[choices.below(8)]);
            if choices.chance(2) {
                hints.tables.push(TableRename { from: table(&mut choices), to: table(&mut choices) });
            } else {
                hints.columns.push(ColumnRename {
                    table: table(&mut choices),
                    from: column(&mut choices),
                    to: column(&mut choices),
                });
            }
        }
        hints
    })
}

proptest! {
    #[test]
    fn a_schema_does_not_differ_from_itself(schema in schema()) {
        for rules in [&Neutral as &dyn Comparison, &Ordered] {
            let made = compare(&schema, &schema, rules, &Hints::default());
            prop_assert_eq!(made, Diff::default());
        }
    }

    #[test]
    fn the_operations_lead_from_one_to_the_other_and_back(from in schema(), to in schema()) {
        let (from, to) = (housed(from), housed(to));
        check(&from, &to, &Ordered, &Hints::default())?;
        check(&from, &to, &Neutral, &Hints::default())?;
    }

    #[test]
    fn so_they_do_between_neighbours((from, operations) in schema_and_operations()) {
        let mut to = from.clone();
        prop_assert!(replay(&operations, &mut to).is_ok());
        prop_assert!(is_closed(&to));
        check(&housed(from), &housed(to), &Ordered, &Hints::default())?;
    }

    #[test]
    fn so_they_do_whatever_the_hints_say(from in schema(), to in schema(), hints in random_hints()) {
        check(&housed(from), &housed(to), &Ordered, &hints)?;
    }
}

/// A table that points at the one before it.
fn chained(at: usize) -> Table {
    let mut table = Table::new(format!("table_{at:05}").as_str());
    table.columns = vec![Column::new("id", "bigint"), Column::new("previous", "bigint").nullable()];
    let key = PrimaryKey { columns: vec![KeyPart::column("id")], ..PrimaryKey::default() };
    table.constraints.push(Constraint::new(Some(format!("table_{at:05}_pkey").into()), key));
    table
}

#[test]
fn thousands_of_tables_are_no_special_case() {
    let mut from = Schema::new();
    let mut to = Schema::new();
    for at in 0..5_000 {
        from.insert_table(chained(at));
        // All others are gone and new under other names, and look alike.
        to.insert_table(chained(at + 2_500));
    }
    let naming = Naming::default();
    let hints = Hints::default();
    let options = DiffOptions::new(&hints, &naming, &Neutral);
    let made = diff(&from, &to, &options);
    let drops = made.operations.iter().filter(|made| matches!(made, Operation::DropTable { .. })).count();
    let creates = made.operations.iter().filter(|made| matches!(made, Operation::CreateTable(_))).count();
    assert_eq!((made.operations.len(), drops, creates), (5_000, 2_500, 2_500));
    assert!(!made.questions.is_empty());
    assert!(made.notes.iter().any(|note| note.to_string().contains("too many tables")));
    assert_eq!(diff(&from, &from, &options), Diff::default());
}
