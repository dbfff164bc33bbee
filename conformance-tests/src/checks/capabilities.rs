//! Every claim of [`Capabilities`](limbeck_core::driver::Capabilities), tried on the server in both directions: what is
//! claimed must work, and what is not claimed must not, or must be refused by the dialect.

use limbeck_core::driver::{Connection, DriverErrorKind, RenderError, TransactionMode};
use limbeck_core::ident::{CaseFolding, Name};
use limbeck_core::operation::Operation;
use limbeck_core::schema::{
    Check, Column, Constraint, Deferrable, Enum, Exclusion, Generated, Index, KeyPart, Namespace, Object,
    ObjectKey, Options, Position, ReferentialAction, Schema, Sequence, SequenceOptions, Sql, Table, Type,
    Unique,
};

use super::{create, failed, foreign_key, made, run, table, value};
use crate::outcome::{Verdict, expect, expect_eq, fail, not_applicable};
use crate::run::Bench;

/// A name that is longer than this says nothing more of a server.
const LONGEST_NAME: usize = 100_000;

/// That the dialect refuses to plan this, where it does not claim that it could.
fn refused(bench: &Bench, capability: &str, operations: &[Operation]) -> Verdict {
    match bench.dialect.plan(operations, &Schema::new()) {
        Err(RenderError::Unsupported { help, .. }) => expect(!help.is_empty(), || {
            format!("without {capability}, the refusal says nothing to do instead")
        }),
        Err(error) => fail(format!("without {capability}, the plan is refused for another reason: {error}")),
        Ok(plan) => fail(format!("{capability} is not claimed, but planned: {plan:?}")),
    }
}

async fn seen(bench: &Bench, declared: &Schema) -> Verdict<Schema> {
    bench.observe(&bench.scope(declared)).await
}

async fn the_table(bench: &Bench, declared: &Schema, name: &str) -> Verdict<Table> {
    match seen(bench, declared).await?.tables.remove(&Name::new(name)) {
        Some(table) => Ok(table),
        None => fail(format!("table {name} is not seen")),
    }
}

/// That what is claimed is what was found.
fn agree(capability: &str, claimed: bool, found: bool) -> Verdict {
    expect(claimed == found, || {
        if claimed {
            format!("{capability} is claimed, and the server does not do it")
        } else {
            format!("{capability} is not claimed, and the server does it")
        }
    })
}

/// An INSERT, and whether a constraint refused it.
async fn is_refused(connection: &mut dyn Connection, sql: &str) -> Verdict<bool> {
    match connection.execute(sql, &[]).await {
        Ok(_) => Ok(false),
        Err(error) if error.kind == DriverErrorKind::Constraint => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// `transactional_ddl`: a CREATE TABLE can be rolled back.
pub(crate) async fn transactional_ddl(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let plan =
        bench.dialect.plan(&[create(table("t", &[]))], &Schema::new()).map_err(|error| error.to_string())?;
    connection.begin(TransactionMode::default()).await?;
    for statement in plan {
        run(&mut *connection, &statement.sql).await?;
    }
    connection.rollback().await?;
    let gone = !connection.has_table(&"t".into()).await?;
    agree("transactional_ddl", bench.capabilities().transactional_ddl, gone)
}

/// `namespaces`: tables live in namespaces that a user makes.
pub(crate) async fn namespaces(bench: &Bench) -> Verdict {
    let namespace = Namespace { name: "apart".into(), comment: None, options: Options::default() };
    let mut inside = table("t", &[]);
    inside.name = Name::qualified("apart", "t");
    let operations = [Operation::CreateNamespace(namespace), create(inside)];
    if !bench.capabilities().namespaces {
        return refused(bench, "namespaces", &operations);
    }
    let mut connection = bench.connect().await?;
    let declared = made(bench, &mut *connection, &operations).await?;
    let found = seen(bench, &declared).await?;
    expect(found.namespaces.contains_key("apart"), || "the namespace is not seen".to_owned())?;
    expect(found.tables.contains_key(&Name::qualified("apart", "t")), || "its table is not seen".to_owned())
}

/// `enum_types`: an enum has a name of its own on the server.
pub(crate) async fn enum_types(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let made_up = Enum {
        name: "mood".into(),
        values: vec!["sad".to_owned(), "glad".to_owned()],
        comment: None,
        options: Options::default(),
    };
    let operations = [Operation::CreateEnum(made_up), create(table("t", &[("mood", "enum(mood)")]))];
    let declared = made(bench, &mut *connection, &operations).await?;
    let found = seen(bench, &declared).await?.enums.contains_key(&Name::new("mood"));
    agree("enum_types", bench.capabilities().enum_types, found)?;
    run(&mut *connection, "INSERT INTO t (id, mood) VALUES (1, 'glad')").await?;
    let other = connection.execute("INSERT INTO t (id, mood) VALUES (2, 'mad')", &[]).await;
    expect(other.is_err(), || "a word that is none of the enum was taken".to_owned())
}

/// `sequences`: a sequence stands on its own.
pub(crate) async fn sequences(bench: &Bench) -> Verdict {
    let sequence = Sequence {
        name: "numbers".into(),
        ty: None,
        settings: SequenceOptions { start: Some(7), ..SequenceOptions::default() },
        owned_by: None,
        comment: None,
        options: Options::default(),
    };
    let operations = [Operation::CreateSequence(sequence)];
    if !bench.capabilities().sequences {
        return refused(bench, "sequences", &operations);
    }
    let declared = made(bench, &mut *bench.connect().await?, &operations).await?;
    let found = seen(bench, &declared).await?.sequences.contains_key(&Name::new("numbers"));
    expect(found, || "the sequence is not seen".to_owned())
}

/// `comments`: tables and columns keep theirs.
pub(crate) async fn comments(bench: &Bench) -> Verdict {
    let mut declared = table("t", &[("a", "integer")]);
    declared.comment = Some("it's \"a\" \\ table".to_owned());
    declared.columns[1].comment = Some("it's \"a\" \\ column".to_owned());
    let wanted = (declared.comment.clone(), declared.columns[1].comment.clone());
    let schema = made(bench, &mut *bench.connect().await?, &[create(declared)]).await?;
    let found = the_table(bench, &schema, "t").await?;
    let found = (found.comment.clone(), found.column(&"a".into()).and_then(|column| column.comment.clone()));
    let wanted = if bench.capabilities().comments { wanted } else { (None, None) };
    expect_eq("the comments", &found, &wanted)
}

/// `column_position`: an existing table gets a column in any place.
pub(crate) async fn column_position(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let mut schema = made(bench, &mut *connection, &[create(table("t", &[("a", "integer")]))]).await?;
    let add = Operation::AddColumn {
        table: "t".into(),
        column: Box::new(Column::new("b", "integer").nullable()),
        position: Some(Position::First),
        fill: None,
    };
    bench.apply(&mut *connection, &[add], &mut schema).await?;
    run(&mut *connection, "INSERT INTO t (id, a, b) VALUES (1, 2, 3)").await?;
    let row = super::rows(&mut *connection, "SELECT * FROM t").await?;
    let first = row.first().and_then(|row| row.first()).is_some_and(|value| value == "3");
    agree("column_position", bench.capabilities().column_position, first)
}

/// `unnamed_constraints`: a constraint may have no name.
pub(crate) async fn unnamed_constraints(bench: &Bench) -> Verdict {
    let mut declared = table("t", &[("a", "integer")]);
    let unique = Unique { columns: vec![KeyPart::column("a")], ..Unique::default() };
    declared.constraints.push(Constraint::new(None, unique));
    let operations = [create(declared)];
    let claimed = bench.capabilities().unnamed_constraints;
    if !claimed && bench.dialect.plan(&operations, &Schema::new()).is_err() {
        return refused(bench, "unnamed_constraints", &operations);
    }
    let schema = made(bench, &mut *bench.connect().await?, &operations).await?;
    let found = the_table(bench, &schema, "t").await?;
    let unnamed =
        found.constraints.iter().any(|constraint| constraint.name.is_none() && constraint.columns() == ["a"]);
    agree("unnamed_constraints", claimed, unnamed)
}

/// `primary_key_names`: a primary key keeps the name that it is given.
pub(crate) async fn primary_key_names(bench: &Bench) -> Verdict {
    let mut declared = table("t", &[]);
    declared.constraints[0].name = Some("my_own_key".into());
    let schema = made(bench, &mut *bench.connect().await?, &[create(declared)]).await?;
    let found = the_table(bench, &schema, "t").await?;
    let kept = found.primary_key().is_some_and(|(key, _)| key.name == Some("my_own_key".into()));
    agree("primary_key_names", bench.capabilities().primary_key_names, kept)
}

/// `exclusion_constraints`: EXCLUDE.
pub(crate) async fn exclusion_constraints(bench: &Bench) -> Verdict {
    let mut declared = table("t", &[("a", "integer")]);
    let mut part = KeyPart::column("a");
    part.operator = Some("=".to_owned());
    let exclusion = Exclusion {
        method: Some("btree".to_owned()),
        columns: vec![part],
        include: Vec::new(),
        predicate: None,
    };
    declared.constraints.push(Constraint::new(Some("t_a_excl".into()), exclusion));
    let operations = [create(declared)];
    if !bench.capabilities().exclusion_constraints {
        return refused(bench, "exclusion_constraints", &operations);
    }
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &operations).await?;
    run(&mut *connection, "INSERT INTO t (id, a) VALUES (1, 1)").await?;
    let again = connection.execute("INSERT INTO t (id, a) VALUES (2, 1)", &[]).await;
    failed("a row that is excluded", again, DriverErrorKind::Constraint)
}

/// `check_constraints`: a row that does not fit is refused.
pub(crate) async fn check_constraints(bench: &Bench) -> Verdict {
    let mut declared = table("t", &[("a", "integer")]);
    let check = Check { expression: Sql::from("a > 0") };
    declared.constraints.push(Constraint::new(Some("t_a_check".into()), check));
    let operations = [create(declared)];
    let claimed = bench.capabilities().check_constraints;
    if !claimed && bench.dialect.plan(&operations, &Schema::new()).is_err() {
        return refused(bench, "check_constraints", &operations);
    }
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &operations).await?;
    run(&mut *connection, "INSERT INTO t (id, a) VALUES (1, 1)").await?;
    let demanded = is_refused(&mut *connection, "INSERT INTO t (id, a) VALUES (2, 0)").await?;
    agree("check_constraints", claimed, demanded)
}

fn unique_index(parts: Vec<KeyPart>, predicate: Option<&str>) -> Operation {
    let mut index = Index::new("t_idx", Vec::<&str>::new());
    index.columns = parts;
    index.unique = true;
    index.predicate = predicate.map(Sql::from);
    let mut declared = table("t", &[("a", "integer"), ("b", "varchar(20)")]);
    declared.indexes.insert(index.name.clone(), index);
    create(declared)
}

/// `partial_indexes`: a unique index over some of the rows.
pub(crate) async fn partial_indexes(bench: &Bench) -> Verdict {
    let operations = [unique_index(vec![KeyPart::column("a")], Some("b = 'x'"))];
    if !bench.capabilities().partial_indexes {
        return refused(bench, "partial_indexes", &operations);
    }
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &operations).await?;
    run(&mut *connection, "INSERT INTO t (id, a, b) VALUES (1, 1, 'x'), (2, 1, 'y'), (3, 1, 'y')").await?;
    let again = connection.execute("INSERT INTO t (id, a, b) VALUES (4, 1, 'x')", &[]).await;
    failed("a row that the index is about", again, DriverErrorKind::Constraint)
}

/// `expression_indexes`: a unique index over an expression.
pub(crate) async fn expression_indexes(bench: &Bench) -> Verdict {
    let operations = [unique_index(vec![KeyPart::expression("a * a")], None)];
    if !bench.capabilities().expression_indexes {
        return refused(bench, "expression_indexes", &operations);
    }
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &operations).await?;
    run(&mut *connection, "INSERT INTO t (id, a) VALUES (1, 2)").await?;
    let again = connection.execute("INSERT INTO t (id, a) VALUES (2, -2)", &[]).await;
    failed("a row with the same square", again, DriverErrorKind::Constraint)
}

/// `stored_columns`: a computed column that is kept.
pub(crate) async fn stored_columns(bench: &Bench) -> Verdict {
    computed(bench, "stored_columns", bench.capabilities().stored_columns, true).await
}

/// `virtual_columns`: a computed column that is not kept.
pub(crate) async fn virtual_columns(bench: &Bench) -> Verdict {
    computed(bench, "virtual_columns", bench.capabilities().virtual_columns, false).await
}

async fn computed(bench: &Bench, capability: &str, claimed: bool, stored: bool) -> Verdict {
    let mut declared = table("t", &[("a", "integer"), ("b", "integer")]);
    declared.columns[2].generated = Some(Generated { expression: Sql::from("a * 2"), stored });
    let operations = [create(declared)];
    if !claimed {
        return refused(bench, capability, &operations);
    }
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &operations).await?;
    run(&mut *connection, "INSERT INTO t (id, a) VALUES (1, 21)").await?;
    expect_eq("the computed value", &value(&mut *connection, "SELECT b FROM t").await?, &"42".to_owned())
}

/// `referential_actions`: a row goes with the one that it points at.
pub(crate) async fn referential_actions(bench: &Bench) -> Verdict {
    let mut child = table("child", &[("parent", "bigint")]);
    child.constraints.push(foreign_key("child_parent", "parent", "parent", ReferentialAction::Cascade));
    let operations = [create(table("parent", &[])), create(child)];
    if !bench.capabilities().referential_actions {
        return refused(bench, "referential_actions", &operations);
    }
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &operations).await?;
    run(&mut *connection, "INSERT INTO parent (id) VALUES (7)").await?;
    run(&mut *connection, "INSERT INTO child (id, parent) VALUES (1, 7)").await?;
    run(&mut *connection, "DELETE FROM parent").await?;
    expect_eq("children", &value(&mut *connection, "SELECT count(*) FROM child").await?, &"0".to_owned())
}

/// `circular_references`: two tables refer to each other, and one to itself.
pub(crate) async fn circular_references(bench: &Bench) -> Verdict {
    let key = |table: &str, to: &str| {
        let name = format!("{table}_{to}");
        foreign_key(&name, to, to, ReferentialAction::NoAction)
    };
    let mut tail = table("tail", &[("head", "bigint"), ("tail", "bigint")]);
    tail.constraints.push(key("tail", "head"));
    tail.constraints.push(key("tail", "tail"));
    let back = Operation::AddConstraint { table: "head".into(), constraint: Box::new(key("head", "tail")) };
    let operations = [create(table("head", &[("tail", "bigint")])), create(tail), back];
    if !bench.capabilities().circular_references {
        return refused(bench, "circular_references", &operations);
    }
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &operations).await?;
    run(&mut *connection, "INSERT INTO tail (id, tail) VALUES (2, NULL)").await?;
    run(&mut *connection, "INSERT INTO tail (id, tail) VALUES (1, 2)").await?;
    run(&mut *connection, "INSERT INTO head (id, tail) VALUES (1, 1)").await?;
    run(&mut *connection, "UPDATE tail SET head = 1").await?;
    expect_eq("heads", &value(&mut *connection, "SELECT count(*) FROM head").await?, &"1".to_owned())
}

/// `deferrable_constraints`: a foreign key waits until the commit.
pub(crate) async fn deferrable_constraints(bench: &Bench) -> Verdict {
    let mut child = table("child", &[("parent", "bigint")]);
    let mut key = foreign_key("child_parent", "parent", "parent", ReferentialAction::NoAction);
    key.deferrable = Some(Deferrable::InitiallyDeferred);
    child.constraints.push(key);
    let operations = [create(table("parent", &[])), create(child)];
    if !bench.capabilities().deferrable_constraints {
        return refused(bench, "deferrable_constraints", &operations);
    }
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &operations).await?;
    connection.begin(TransactionMode::default()).await?;
    run(&mut *connection, "INSERT INTO child (id, parent) VALUES (1, 7)").await?;
    run(&mut *connection, "INSERT INTO parent (id) VALUES (7)").await?;
    connection.commit().await?;
    connection.begin(TransactionMode::default()).await?;
    run(&mut *connection, "INSERT INTO child (id, parent) VALUES (2, 8)").await?;
    failed("a child without a parent", connection.commit().await, DriverErrorKind::Constraint)?;
    Ok(connection.rollback().await?)
}

/// `unchecked_constraints`: a rule for rows that come, whatever the rows that are there.
pub(crate) async fn unchecked_constraints(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let mut schema = made(bench, &mut *connection, &[create(table("t", &[("a", "integer")]))]).await?;
    run(&mut *connection, "INSERT INTO t (id, a) VALUES (1, -1)").await?;
    let check = Check { expression: Sql::from("a > 0") };
    let mut constraint = Constraint::new(Some("t_a_check".into()), check);
    constraint.not_valid = true;
    let add = Operation::AddConstraint { table: "t".into(), constraint: Box::new(constraint) };
    let added = bench.apply(&mut *connection, &[add], &mut schema).await;
    let claimed = bench.capabilities().unchecked_constraints;
    agree("unchecked_constraints", claimed, added.is_ok())?;
    if claimed {
        let demanded = is_refused(&mut *connection, "INSERT INTO t (id, a) VALUES (2, 0)").await?;
        expect(demanded, || "a row that comes is not looked at".to_owned())?;
    }
    Ok(())
}

/// `intervals`: a column that holds spans of time.
pub(crate) async fn intervals(bench: &Bench) -> Verdict {
    let operations = [create(table("t", &[("a", "interval")]))];
    if !bench.capabilities().intervals {
        return refused(bench, "intervals", &operations);
    }
    made(bench, &mut *bench.connect().await?, &operations).await.map(|_| ())
}

/// `arrays`: a column whose items are lists.
pub(crate) async fn arrays(bench: &Bench) -> Verdict {
    let operations = [create(table("t", &[("a", "array(integer)")]))];
    let rendered = bench.dialect.render_type(&Type::Array(Box::new(Type::Integer)));
    agree("arrays", bench.capabilities().arrays, rendered.is_ok())?;
    if !bench.capabilities().arrays {
        return refused(bench, "arrays", &operations);
    }
    made(bench, &mut *bench.connect().await?, &operations).await.map(|_| ())
}

fn object(kind: &str, name: &str, definition: Sql) -> Operation {
    Operation::CreateObject(Object {
        key: ObjectKey { kind: kind.to_owned(), name: name.into(), table: None },
        definition,
        depends_on: Vec::new(),
        comment: None,
        options: Options::default(),
    })
}

/// `views`: a view can be queried, and is seen.
pub(crate) async fn views(bench: &Bench) -> Verdict {
    let view = object("view", "v", Sql::from("CREATE VIEW v AS SELECT id FROM t"));
    if !bench.capabilities().views {
        return refused(bench, "views", &[view]);
    }
    let mut connection = bench.connect().await?;
    let declared = made(bench, &mut *connection, &[create(table("t", &[])), view]).await?;
    run(&mut *connection, "INSERT INTO t (id) VALUES (7)").await?;
    expect_eq("the view's row", &value(&mut *connection, "SELECT id FROM v").await?, &"7".to_owned())?;
    let found = seen(bench, &declared).await?;
    expect(found.objects.keys().any(|key| key.kind == "view"), || "the view is not seen".to_owned())
}

/// `triggers`: a trigger acts, and is seen.
pub(crate) async fn triggers(bench: &Bench) -> Verdict {
    let mut text = Sql::only(
        "sqlite",
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO u (id) VALUES (NEW.id); END".to_owned(),
    );
    let mysql = "CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW INSERT INTO u (id) VALUES (NEW.id)";
    text.dialects.insert("mysql".to_owned(), mysql.to_owned());
    if let Some(own) = bench.definition("trigger") {
        text.dialects.extend(own.dialects);
    }
    let known = text.resolve(bench.dialect.names());
    if !bench.capabilities().triggers {
        let any = Sql::from(known.map_or(mysql, String::as_str));
        return refused(bench, "triggers", &[object("trigger", "tr", any)]);
    }
    if known.is_none() {
        return not_applicable(
            "the suite has no trigger in this dialect: give one with `Harness::definition`",
        );
    }
    let mut connection = bench.connect().await?;
    let operations = [create(table("t", &[])), create(table("u", &[])), object("trigger", "tr", text)];
    let declared = made(bench, &mut *connection, &operations).await?;
    run(&mut *connection, "INSERT INTO t (id) VALUES (7)").await?;
    expect_eq(
        "what the trigger wrote",
        &value(&mut *connection, "SELECT id FROM u").await?,
        &"7".to_owned(),
    )?;
    let found = seen(bench, &declared).await?;
    expect(found.objects.keys().any(|key| key.kind == "trigger"), || "the trigger is not seen".to_owned())
}

/// `routines`: a function can be called, and is seen.
pub(crate) async fn routines(bench: &Bench) -> Verdict {
    let mut text = Sql::only(
        "postgres",
        "CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT n * 2 $$"
            .to_owned(),
    );
    let mysql = "CREATE FUNCTION twice(n integer) RETURNS integer DETERMINISTIC RETURN n * 2";
    text.dialects.insert("mysql".to_owned(), mysql.to_owned());
    if let Some(own) = bench.definition("function") {
        text.dialects.extend(own.dialects);
    }
    if !bench.capabilities().routines {
        let any = Sql::from(text.resolve(bench.dialect.names()).map_or(mysql, String::as_str));
        return refused(bench, "routines", &[object("function", "twice", any)]);
    }
    let Some(definition) = text.resolve(bench.dialect.names()) else {
        return not_applicable(
            "the suite has no function in this dialect: give one with `Harness::definition`",
        );
    };
    let name = if definition.starts_with("CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE") {
        "twice(integer)"
    } else {
        "twice"
    };
    let mut connection = bench.connect().await?;
    let declared = made(bench, &mut *connection, &[object("function", name, text.clone())]).await?;
    expect_eq("its value", &value(&mut *connection, "SELECT twice(21)").await?, &"42".to_owned())?;
    let found = seen(bench, &declared).await?;
    expect(found.objects.keys().any(|key| key.kind == "function"), || "the function is not seen".to_owned())
}

/// `index_names_per_table`: two tables may have an index of one name.
pub(crate) async fn index_names_per_table(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    made(
        bench,
        &mut *connection,
        &[create(table("t", &[("a", "integer")])), create(table("u", &[("a", "integer")]))],
    )
    .await?;
    let index = bench.quote("same_name");
    run(&mut *connection, &format!("CREATE INDEX {index} ON t (a)")).await?;
    let twice = connection.execute(&format!("CREATE INDEX {index} ON u (a)"), &[]).await.is_ok();
    agree("index_names_per_table", bench.capabilities().index_names_per_table, twice)
}

/// `identifier_bytes`: the longest name is kept whole, a longer one refused.
pub(crate) async fn identifier_bytes(bench: &Bench) -> Verdict {
    let most = bench.capabilities().identifier_bytes;
    if most > LONGEST_NAME {
        return fail(format!("{most} bytes of a name are claimed; no server has so many"));
    }
    let mut connection = bench.connect().await?;
    let name = "n".repeat(most);
    let mut longest = table("t", &[(&name, "integer")]);
    longest.name = Name::new(name.as_str());
    let mut other = longest.clone();
    other.name = Name::new(format!("{}o", &name[1..]));
    // Where a key has an index, its name counts beyond its table.
    other.constraints.iter_mut().for_each(|key| key.name = Some("o_pkey".into()));
    let schema = made(bench, &mut *connection, &[create(longest), create(other)]).await?;
    let found = seen(bench, &schema).await?;
    crate::run::same("tables with the longest names", &found, &bench.predict(&schema))?;
    let too_long = create(table(&"n".repeat(most + 1), &[]));
    match bench.dialect.plan(&[too_long], &Schema::new()) {
        Err(RenderError::Unsupported { .. }) => Ok(()),
        Err(error) => fail(format!("a longer name is refused for another reason: {error}")),
        Ok(_) => fail("a longer name is not refused"),
    }
}

/// `case_folding`: when two spellings mean one table.
pub(crate) async fn case_folding(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &[create(table("Abc", &[]))]).await?;
    let other = bench.quote("aBC");
    let separate = connection.execute(&format!("CREATE TABLE {other} (id integer)"), &[]).await.is_ok();
    let found = if separate { CaseFolding::Sensitive } else { CaseFolding::AsciiInsensitive };
    expect_eq("case_folding", &bench.capabilities().case_folding, &found)?;
    let there = connection.has_table(&"aBC".into()).await?;
    expect(there, || "has_table and the server do not agree on case".to_owned())
}
