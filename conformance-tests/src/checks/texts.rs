//! Names, values, types and scripts as texts.

use indexmap::IndexMap;
use limbeck_core::driver::TransactionMode;
use limbeck_core::operation::{Literal, Operation, RowValues};
use limbeck_core::schema::{Schema, Sql, Type};
use limbeck_core::sql::statements;

use super::{HOSTILE, create, made, rows, run, table, value};
use crate::outcome::{Verdict, expect, expect_eq};
use crate::run::Bench;

/// A text in its quotes is that text.
pub(crate) async fn quoted_texts_come_back(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &[create(table("t", &[("words", "text")]))]).await?;
    for (id, text) in HOSTILE.into_iter().enumerate() {
        let quoted = bench.dialect.quote_text(text);
        run(&mut *connection, &format!("INSERT INTO t (id, words) VALUES ({id}, {quoted})")).await?;
        let sql = format!("SELECT words FROM t WHERE id = {id}");
        expect_eq("the text", &value(&mut *connection, &sql).await?, &text.to_owned())?;
        let sql = format!("SELECT count(*) FROM t WHERE id = {id} AND words = {quoted}");
        expect_eq("rows with the text", &value(&mut *connection, &sql).await?, &"1".to_owned())?;
    }
    Ok(())
}

/// Values of rows come back, also as an insert renders them.
pub(crate) async fn literals_come_back(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let columns = [("words", "text"), ("number", "bigint"), ("fraction", "double"), ("truth", "boolean")];
    let mut schema = made(bench, &mut *connection, &[create(table("t", &columns))]).await?;
    let mut wanted = Vec::new();
    let mut inserted: Vec<RowValues> = Vec::new();
    for (id, text) in (0_i64..).zip(HOSTILE) {
        let number = if id % 2 == 0 { i64::MAX - id } else { -i64::MAX + id };
        let truth = id % 3 == 0;
        inserted.push(IndexMap::from([
            ("id".into(), Literal::Integer(id)),
            ("words".into(), Literal::String(text.to_owned())),
            ("number".into(), Literal::Integer(number)),
            ("fraction".into(), Literal::Float(-0.125)),
            ("truth".into(), Literal::Bool(truth)),
        ]));
        wanted.push(vec![
            text.to_owned(),
            number.to_string(),
            "-0.125".to_owned(),
            i64::from(truth).to_string(),
        ]);
    }
    let insert = Operation::Insert { table: "t".into(), rows: inserted.clone(), key: Vec::new() };
    bench.apply(&mut *connection, &[insert], &mut schema).await?;
    let found = rows(&mut *connection, "SELECT words, number, fraction, truth FROM t ORDER BY id").await?;
    expect_eq("the rows", &found, &wanted)?;
    let delete =
        Operation::Delete { table: "t".into(), rows: inserted, key: vec!["words".into(), "truth".into()] };
    bench.apply(&mut *connection, &[delete], &mut schema).await?;
    expect_eq("rows left", &value(&mut *connection, "SELECT count(*) FROM t").await?, &"0".to_owned())
}

/// A value that is given for another dialect is none.
pub(crate) async fn a_literal_for_another_dialect_is_none(bench: &Bench) -> Verdict {
    let only = Literal::Sql(Sql::only("nosuchdialect", "1".to_owned()));
    expect_eq("its text", &bench.dialect.literal(&only), &None)?;
    let here = Literal::Sql(Sql::only(bench.dialect.name(), "NULL".to_owned()));
    expect_eq("its text", &bench.dialect.literal(&here).as_deref(), &Some("NULL"))
}

/// The portable types.
fn portable() -> Vec<Type> {
    vec![
        Type::Boolean,
        Type::SmallInt,
        Type::Integer,
        Type::BigInt,
        Type::Real,
        Type::Double,
        Type::Decimal(None),
        Type::Decimal(Some((10, 2))),
        Type::Decimal(Some((10, 0))),
        Type::Char(3),
        Type::Varchar(100),
        Type::Text,
        Type::Binary(4),
        Type::Varbinary(20),
        Type::Blob,
        Type::Date,
        Type::Time(None),
        Type::Time(Some(3)),
        Type::Timestamp(None),
        Type::Timestamp(Some(0)),
        Type::TimestampTz(None),
        Type::TimestampTz(Some(3)),
        Type::Interval,
        Type::Uuid,
        Type::Json,
        Type::Jsonb,
        Type::Array(Box::new(Type::Integer)),
        Type::Array(Box::new(Type::Varchar(10))),
    ]
}

/// What a type renders to is read as a type that renders to the same.
pub(crate) async fn types_render_back(bench: &Bench) -> Verdict {
    let dialect = &bench.dialect;
    for ty in portable() {
        let Ok(text) = dialect.render_type(&ty) else { continue };
        let read = dialect.parse_type(&text);
        expect_eq(
            &format!("{ty} as {text}, read and rendered"),
            &dialect.render_type(&read),
            &Ok(text.clone()),
        )?;
    }
    for text in ["nonsense", "two words", "odd(1,2,3)", ""] {
        let read = dialect.parse_type(text);
        let back = dialect.render_type(&read);
        let same = back.as_ref().is_ok_and(|back| back.eq_ignore_ascii_case(text));
        expect(same, || format!("`{text}` is read as {read:?}, which renders to {back:?}"))?;
    }
    Ok(())
}

/// What cannot be rendered says what to choose instead.
pub(crate) async fn a_missing_type_says_what_to_choose(bench: &Bench) -> Verdict {
    for ty in portable() {
        if let Err(help) = bench.dialect.render_type(&ty) {
            expect(help.len() > 10, || format!("{ty}: `{help}` is no help"))?;
        }
    }
    Ok(())
}

/// What the server says of a column of each portable type is what the dialect predicted.
pub(crate) async fn types_are_seen_as_predicted(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let types: Vec<(String, String)> = portable()
        .iter()
        .filter(|ty| bench.dialect.render_type(ty).is_ok())
        .enumerate()
        .map(|(number, ty)| (format!("c{number}"), ty.to_string()))
        .collect();
    let columns: Vec<(&str, &str)> = types.iter().map(|(name, ty)| (name.as_str(), ty.as_str())).collect();
    let declared = made(bench, &mut *connection, &[create(table("t", &columns))]).await?;
    let seen = bench.observe(&bench.scope(&Schema::new())).await?;
    crate::run::same("what is seen", &seen, &bench.predict(&declared))
}

/// A script is cut into statements that the server takes.
pub(crate) async fn a_script_is_cut_and_runs(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &[create(table("t", &[("words", "text")]))]).await?;
    let dialect = &bench.dialect;
    let quoted = |text: &str| dialect.quote_text(text);
    let script = format!(
        "-- a comment; with a semicolon\nINSERT INTO t (id, words) VALUES (1, {});\n\n/* another; one */\n\
         INSERT INTO {} (id, words)\n  VALUES (2, {}) -- behind it; too\n;\n;;\n\
         UPDATE t SET words = {} WHERE id = 1; INSERT INTO t (id, words) VALUES (3, {})\n-- the end;",
        quoted("a;b -- no comment"),
        bench.quote("t"),
        quoted("it's; \"so\" \\ /* */"),
        quoted("changed; 'twice'"),
        quoted("one\n;\ntwo"),
    );
    let found = statements(dialect.lexical(), &script).map_err(|error| error.to_string())?;
    expect_eq("how many statements", &found.len(), &4)?;
    connection.begin(TransactionMode::default()).await?;
    for statement in &found {
        run(&mut *connection, &statement.sql).await?;
    }
    connection.commit().await?;
    let wanted = ["changed; 'twice'", "it's; \"so\" \\ /* */", "one\n;\ntwo"];
    let found = rows(&mut *connection, "SELECT words FROM t ORDER BY id").await?;
    expect_eq("the rows", &found, &wanted.iter().map(|text| vec![(*text).to_owned()]).collect())
}

/// A script that does not end is an error, not a guess.
pub(crate) async fn a_broken_script_is_an_error(bench: &Bench) -> Verdict {
    for script in ["INSERT INTO t VALUES ('a; b", "SELECT 1; /* no end", "SELECT \"a FROM t"] {
        let found = statements(bench.dialect.lexical(), script);
        expect(found.is_err(), || format!("`{script}` was cut into {found:?}"))?;
    }
    Ok(())
}

/// The quotes of a name hold whatever stands in it.
pub(crate) async fn quoted_names_hold(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let mut held = 0;
    for (number, text) in HOSTILE.into_iter().enumerate() {
        // Names end at a line nowhere, but servers differ in what else may stand in one: no name is empty or ends in a
        // space.
        let name = format!("{}{number}", text.replace(['\n', '\r', '\t'], " "));
        let mut declared = limbeck_core::schema::Table::new(name.as_str());
        declared.columns.push(limbeck_core::schema::Column::new("a", "integer"));
        let create = limbeck_core::operation::Operation::CreateTable(Box::new(declared));
        if bench.dialect.plan(&[create], &Schema::new()).is_err() {
            // A name that the server does not take is refused before it is asked.
            continue;
        }
        held += 1;
        let (table, column) = (bench.quote(&name), bench.quote(&format!("{name}c")));
        run(&mut *connection, &format!("CREATE TABLE {table} ({column} integer)")).await?;
        run(&mut *connection, &format!("INSERT INTO {table} ({column}) VALUES ({number})")).await?;
        let sql = format!("SELECT {column} FROM {table} WHERE {column} = {number}");
        expect_eq("the row", &value(&mut *connection, &sql).await?, &number.to_string())?;
        let name = limbeck_core::ident::Name::new(name);
        expect(connection.has_table(&name).await?, || format!("{name} is not found"))?;
    }
    let seen = bench.observe(&bench.scope(&Schema::new())).await?;
    expect(held * 2 > HOSTILE.len(), || "most names are refused".to_owned())?;
    expect_eq("how many tables", &seen.tables.len(), &held)
}
