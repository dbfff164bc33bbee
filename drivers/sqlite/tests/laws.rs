//! What holds of any plan: carried out on the real library, it leaves what building the schema at once gives, and the
//! rows as they were.

mod support;

use limbeck_core::driver::Dialect;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{ColumnChange, Operation};
use limbeck_core::schema::{
    Check, Column, Constraint, Generated, Index, KeyPart, OptionValue, Position, ReferentialAction, Schema,
    Sql,
};
use proptest::prelude::*;
use support::*;

/// A step, as numbers that are read against the schema at that moment.
#[derive(Debug, Clone)]
struct Step {
    kind: u8,
    table: bool,
    column: usize,
    name: u8,
    choice: u8,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..14u8, any::<bool>(), 0..8usize, 0..6u8, 0..8u8)
        .prop_map(|(kind, table, column, name, choice)| Step { kind, table, column, name, choice });
    prop::collection::vec(step, 1..9)
}

const NAMES: [&str; 6] = ["a", "B c", "select", "d\"e", "ü", "A"];
const TYPES: [&str; 4] = ["text", "varchar(20)", "integer", "blob"];

impl Step {
    fn operation(&self, schema: &Schema) -> Option<Operation> {
        let first = schema.tables.keys().next()?;
        let last = schema.tables.keys().next_back()?;
        let table = schema.table(if self.table { first } else { last })?;
        let (at, name) = (table.name.name.as_str(), NAMES[usize::from(self.name)]);
        // The columns `id`, `keep` and `parent` are what the test looks at.
        let free: Vec<&Column> =
            table.columns.iter().filter(|c| !["id", "keep", "parent"].contains(&c.name.as_str())).collect();
        let column = if free.is_empty() { None } else { Some(free[self.column % free.len()]) };
        let ty = TYPES[usize::from(self.choice % 4)];
        let same = |other: &str| other.eq_ignore_ascii_case(name);
        let taken = table.columns.iter().any(|column| same(column.name.as_str()));
        Some(match self.kind {
            0..=2 if !taken => {
                let mut new = Column::new(name, ty).nullable();
                match self.choice {
                    0 => new.default = Some(Sql::from("'x'")),
                    1 => new.default = Some(Sql::from("abs(-3)")),
                    2 => {
                        new.nullable = false;
                        new.default = Some(Sql::from("7"));
                    }
                    3 => {
                        new.ty = "integer".into();
                        let expression = Sql::from("keep + 1");
                        new.generated = Some(Generated { expression, stored: self.table });
                    }
                    4 => new.collation = Some("NOCASE".to_owned()),
                    _ => {}
                }
                let position = match self.column {
                    0 => Some(Position::First),
                    1 => Some(Position::After("keep".into())),
                    _ => None,
                };
                Operation::AddColumn { table: at.into(), column: Box::new(new), position, fill: None }
            }
            3 | 4 => drop(at, column?.name.as_str()),
            5 | 6 if !taken => rename(at, column?.name.as_str(), name),
            7 => {
                let column = column?;
                let nullable = column.nullable || self.choice.is_multiple_of(2);
                let fill = (!nullable).then(|| Sql::from("'f'"));
                let change = ColumnChange {
                    ty: Some(ty.into()),
                    nullable: Some(nullable),
                    fill,
                    ..ColumnChange::default()
                };
                alter(at, column.name.as_str(), change)
            }
            8 => {
                let index = Index {
                    unique: false,
                    ..Index::new(format!("ix {}", self.name), [column?.name.clone()])
                };
                create_index(at, index)
            }
            9 => drop_index(at, table.indexes.keys().next()?.as_str()),
            10 => {
                let quoted = linked().quote(&column?.name);
                constrain(
                    at,
                    check(&format!("ck {}", self.name), &format!("{quoted} IS NOT 'never' AND keep > 0")),
                )
            }
            11 => {
                let parts = vec!["keep", column?.name.as_str()];
                constrain(at, unique(&format!("uq {}", self.name), &parts))
            }
            12 => {
                let named = |c: &&Constraint| c.name.as_ref().filter(|n| n.as_str().contains(' ')).is_some();
                release(at, table.constraints.iter().find(named)?.name.as_ref()?.as_str())
            }
            13 if self.choice < 2 => {
                let to = if self.choice == 0 { format!("{at}x") } else { at.to_uppercase() };
                Operation::RenameTable { table: at.into(), to: Name::new(to) }
            }
            _ => return None,
        })
    }
}

/// A name counts in the whole database, and the model of a table only sees its own.
fn clashes(schema: &Schema, operation: &Operation) -> bool {
    match operation {
        Operation::CreateIndex { index, .. } => {
            schema.tables.values().any(|table| table.indexes.contains_key(&index.name))
        }
        Operation::RenameTable { table, to } => schema
            .tables
            .keys()
            .any(|other| other != table && other.name.as_str().eq_ignore_ascii_case(to.name.as_str())),
        _ => false,
    }
}

fn base(counts: bool, strict: bool, without_rowid: bool) -> Db {
    let mut parent = table(
        "parent",
        [Column::new("id", "integer"), Column::new("keep", "integer"), Column::new("a", "text").nullable()],
    );
    if counts && !without_rowid {
        parent.columns[0].identity = Some(limbeck_core::schema::Identity::default());
    }
    if strict {
        parent.options.set("sqlite", "strict", OptionValue::Bool(true));
    }
    if without_rowid {
        parent.options.set("sqlite", "without_rowid", OptionValue::Bool(true));
    }
    let mut child = table(
        "child",
        [
            Column::new("id", "text"),
            Column::new("keep", "integer"),
            Column::new("parent", "integer"),
            Column::new("b", "text").nullable(),
        ],
    );
    child.constraints.push(key("child_fk", &["parent"], "parent", &["id"], ReferentialAction::Cascade));
    Db::with(linked(), [parent, child])
}

/// What must stay of the rows, whatever the tables are called.
fn rows(db: &Db) -> Vec<String> {
    let mut found = Vec::new();
    for table in db.schema.tables.values() {
        let quoted = db.dialect.quote(&table.name.name);
        let has = |name: &str| table.column(&Ident::from(name)).is_some();
        let rowid = if table.options.flag(&["sqlite"], "without_rowid") { "0" } else { "rowid" };
        let parent = if has("parent") { "parent" } else { "0" };
        found.push(
            db.rows(&format!("SELECT {rowid}, id, keep, {parent} FROM {quoted} ORDER BY id")).join(","),
        );
    }
    found.sort();
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_leads_to_the_schema_and_keeps_the_rows(
        steps in steps(), counts: bool, strict: bool, without_rowid: bool, old_gates: bool,
    ) {
        let mut db = base(counts, strict, without_rowid);
        if old_gates && !strict {
            db.dialect = old();
        }
        db.sql("INSERT INTO parent (id, keep, a) VALUES (1, 10, 'p'), (5, 50, NULL), (9, 90, 'q')");
        db.sql("INSERT INTO child (id, keep, parent, b) VALUES ('x', 1, 5, 'r'), ('w', 2, 5, NULL), ('v', 3, 9, 's')");
        db.sql("DELETE FROM child WHERE id = 'x'");
        let mut after = db.schema.clone();
        let mut operations = Vec::new();
        for step in steps {
            let Some(operation) = step.operation(&after) else { continue };
            if !clashes(&after, &operation) && operation.apply(&mut after).is_ok() {
                operations.push(operation);
            }
        }
        let (kept, seen) = (rows(&db), db.seen());
        match db.run(&operations) {
            Ok(plan) => {
                let per_table = rebuilds(&plan);
                prop_assert!(per_table <= operations.len());
                db.check();
            }
            // STRICT tables refuse values and defaults that are not of their column's type; nothing must have changed then.
            Err(error) => {
                let refusals = ["cannot store", "type mismatch on DEFAULT", "GENERATED ALWAYS"];
                let refused = refusals.iter().any(|word| error.contains(word));
                prop_assert!(strict && refused, "{error}\n{operations:#?}");
                prop_assert_eq!(db.seen(), seen);
            }
        }
        prop_assert_eq!(rows(&db), kept);
    }

    #[test]
    fn canonical_is_a_fixed_point(steps in steps(), strict: bool) {
        let db = base(true, strict, false);
        let mut schema = db.schema.clone();
        for step in steps {
            if let Some(operation) = step.operation(&schema) {
                // One that does not fit leaves the schema as it was.
                let _ = operation.apply(&mut schema);
            }
        }
        let once = db.dialect.canonical(&schema);
        prop_assert_eq!(&db.dialect.canonical(&once), &once);
    }
}

#[test]
fn canonical_says_what_the_library_will_show() {
    let dialect = linked();
    let mut schema = Schema::new();
    let mut users = table(
        "users",
        [
            Column::new("id", "bigint").with_identity(),
            Column::new("s", "uuid"),
            Column::new("t", "timestamptz(3)"),
        ],
    );
    users.comment = Some("people".to_owned());
    users.columns[1].default = Some(Sql::from("(lower('A'))"));
    users.columns.push(Column::new("mood", limbeck_core::schema::Type::Enum("mood".into())));
    schema.enums.insert(
        "mood".into(),
        limbeck_core::schema::Enum {
            name: "mood".into(),
            values: vec!["good".to_owned()],
            comment: None,
            options: limbeck_core::schema::Options::default(),
        },
    );
    schema.insert_table(users);
    let seen = dialect.canonical(&schema);
    assert!(seen.enums.is_empty());
    let users = seen.table(&"users".into()).unwrap();
    let types: Vec<String> = users.columns.iter().map(|column| column.ty.to_string()).collect();
    assert_eq!(types, ["integer", "text", "timestamp", "text"]);
    assert_eq!(users.columns[1].default, Some(Sql::from("lower('A')")));
    assert_eq!(users.comment, None);
    let check = Check { expression: Sql::from("\"mood\" IN ('good')") };
    assert!(users.constraints.contains(&Constraint::new(None, check)));
    assert!(users.primary_key().is_some_and(|(_, key)| key.columns == [KeyPart::column("id")]));
}
