//! What a session does beside transactions and locks.

use std::fmt::Write as _;
use std::time::Duration;

use limbeck_core::driver::{Access, DriverErrorKind, Scope, Value};
use limbeck_core::ident::Name;
use limbeck_core::schema::{Column, Constraint, KeyPart, Unique};

use super::{HOSTILE, create, failed, made, rows, run, table, value};
use crate::outcome::{Verdict, expect, expect_eq};
use crate::run::Bench;

/// Asking for a table makes none; one that is there is found, also by a name with a quote in it.
pub(crate) async fn has_table_only_looks(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let record = bench.record().table().clone();
    for _ in 0..2 {
        expect(!connection.has_table(&record).await?, || "the record is there at once".to_owned())?;
    }
    let seen = bench.driver.introspector().introspect(&mut *connection, &Scope::default()).await?;
    expect(seen.schema.is_empty(), || format!("asking has made {:?}", seen.schema))?;
    let name = "it's \"a\" `table` %_";
    made(bench, &mut *connection, &[create(table(name, &[]))]).await?;
    expect(connection.has_table(&Name::new(name)).await?, || "a table with quotes is not found".to_owned())?;
    let near = Name::new("it's \"a\" `table` xx");
    expect(!connection.has_table(&near).await?, || "% and _ count as patterns".to_owned())
}

/// A view is no table.
pub(crate) async fn a_view_is_no_table(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &[create(table("t", &[]))]).await?;
    run(&mut *connection, "CREATE VIEW v AS SELECT id FROM t").await?;
    expect(!connection.has_table(&"v".into()).await?, || "a view counts as a table".to_owned())
}

/// A reset leaves a session that can be used.
pub(crate) async fn a_reset_leaves_a_usable_session(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &[create(table("t", &[]))]).await?;
    for _ in 0..3 {
        connection.reset().await?;
        run(&mut *connection, "INSERT INTO t (id) SELECT count(*) FROM t").await?;
    }
    expect_eq("rows", &value(&mut *connection, "SELECT count(*) FROM t").await?, &"3".to_owned())
}

/// A statement that runs without end stops when it is cancelled, and the session goes on.
pub(crate) async fn a_running_statement_can_be_cancelled(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &[create(table("t", &[]))]).await?;
    let mut insert = "INSERT INTO t (id) VALUES (0)".to_owned();
    for number in 1..300 {
        // Writing to a String cannot fail.
        let _ = write!(insert, ", ({number})");
    }
    run(&mut *connection, &insert).await?;
    // Ten to the seventeenth combinations, none of which can be left out.
    let endless = "SELECT count(*) FROM t a, t b, t c, t d, t e, t f, t g \
                   WHERE a.id + b.id + c.id + d.id + e.id + f.id + g.id < 0";
    let canceller = connection.canceller();
    let stopped = {
        let work = connection.query(endless, &[]);
        tokio::pin!(work);
        // Again and again, because it counts only once the server has begun.
        loop {
            tokio::select! {
                answer = &mut work => break answer,
                () = tokio::time::sleep(Duration::from_millis(20)) => canceller.cancel().await?,
            }
        }
    };
    failed("the statement", stopped, DriverErrorKind::Cancelled)?;
    connection.rollback().await?;
    expect_eq("rows", &value(&mut *connection, "SELECT count(*) FROM t").await?, &"300".to_owned())
}

/// Cancelling a session that does nothing is no error and breaks nothing.
pub(crate) async fn cancelling_nothing_is_no_error(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &[create(table("t", &[]))]).await?;
    connection.canceller().cancel().await?;
    // The wish may reach a server so late that it stops the next statement; the one after that is out of its reach.
    match connection.query("SELECT count(*) FROM t", &[]).await {
        Ok(_) => {}
        Err(error) if error.kind == DriverErrorKind::Cancelled => {}
        Err(error) => return Err(error.into()),
    }
    expect_eq("rows", &value(&mut *connection, "SELECT count(*) FROM t").await?, &"0".to_owned())
}

/// Parameters of every kind come back as they went.
pub(crate) async fn parameters_come_back(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let columns = [("number", "bigint"), ("fraction", "double"), ("words", "text"), ("bytes", "blob")];
    made(bench, &mut *connection, &[create(table("t", &columns))]).await?;
    let places: Vec<String> = (1..=5).map(|at| bench.dialect.placeholder(at)).collect();
    let insert = format!("INSERT INTO t (id, number, fraction, words, bytes) VALUES ({})", places.join(", "));
    let mut wanted = Vec::new();
    for (id, text) in (0_i64..).zip(HOSTILE) {
        let number = if id % 2 == 0 { i64::MAX - id } else { i64::MIN + id };
        let values = vec![
            Value::Integer(id),
            Value::Integer(number),
            Value::Float(0.5 - f64::from(i32::try_from(id).unwrap_or_default())),
            Value::Text(text.to_owned()),
            Value::Bytes(vec![0, 255, 39, 92]),
        ];
        expect_eq("rows inserted", &connection.execute(&insert, &values).await?, &1)?;
        wanted.push(values);
    }
    let nulls = [Value::Integer(99), Value::Null, Value::Null, Value::Null, Value::Null];
    connection.execute(&insert, &nulls).await?;
    wanted.push(nulls.to_vec());
    let found = connection.query("SELECT id, number, fraction, words, bytes FROM t ORDER BY id", &[]).await?;
    let found: Vec<Vec<Value>> = found.into_iter().map(|row| row.0).collect();
    expect_eq("rows", &found, &wanted)?;
    let one = format!("SELECT id FROM t WHERE words = {} AND id = {}", places[0], places[1]);
    let answer = connection.query(&one, &[HOSTILE[2].into(), Value::Integer(2)]).await?;
    expect_eq("the row of a hostile text", &answer.first().and_then(|row| row.integer(0)), &Some(2))
}

/// How many rows a statement changed is said.
pub(crate) async fn changed_rows_are_counted(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &[create(table("t", &[("a", "integer")]))]).await?;
    let mut counts = Vec::new();
    for sql in [
        "INSERT INTO t (id, a) VALUES (1, 1), (2, 1), (3, 2)",
        "UPDATE t SET a = 9 WHERE a = 1",
        "DELETE FROM t WHERE a = 2",
        "DELETE FROM t WHERE a = 77",
    ] {
        counts.push(run(&mut *connection, sql).await?);
    }
    expect_eq("changed rows", &counts, &vec![3, 2, 1, 0])
}

/// Errors are of the right kind.
pub(crate) async fn errors_are_told_apart(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let mut plain = table("t", &[("word", "varchar(20)")]);
    plain.columns.push(Column::new("must", "integer").with_default("0"));
    let unique = Unique { columns: vec![KeyPart::column("word")], ..Unique::default() };
    plain.constraints.push(Constraint::new(Some("t_word".into()), unique));
    made(bench, &mut *connection, &[create(plain)]).await?;
    run(&mut *connection, "INSERT INTO t (id, word) VALUES (1, 'a')").await?;
    for (what, sql, kind) in [
        ("no SQL", "SELEC 1", DriverErrorKind::Statement),
        ("no such table", "SELECT * FROM nowhere", DriverErrorKind::Statement),
        ("no such column", "SELECT nope FROM t", DriverErrorKind::Statement),
        ("a key twice", "INSERT INTO t (id) VALUES (1)", DriverErrorKind::Constraint),
        ("a unique value twice", "INSERT INTO t (id, word) VALUES (2, 'a')", DriverErrorKind::Constraint),
        (
            "NULL where it may not be",
            "INSERT INTO t (id, must) VALUES (2, NULL)",
            DriverErrorKind::Constraint,
        ),
    ] {
        failed(what, connection.execute(sql, &[]).await, kind)?;
    }
    expect_eq("rows", &rows(&mut *connection, "SELECT id FROM t").await?.len(), &1)
}

/// Several sessions of one database at once.
pub(crate) async fn sessions_are_apart(bench: &Bench) -> Verdict {
    let mut connections = Vec::new();
    for _ in 0..4 {
        connections.push(bench.connect().await?);
    }
    made(bench, &mut *connections[0], &[create(table("t", &[]))]).await?;
    for (id, connection) in connections.iter_mut().enumerate() {
        run(&mut **connection, &format!("INSERT INTO t (id) VALUES ({id})")).await?;
    }
    for connection in &mut connections {
        expect_eq("rows", &value(&mut **connection, "SELECT count(*) FROM t").await?, &"4".to_owned())?;
    }
    Ok(())
}

/// A database that is opened to be read can be read.
pub(crate) async fn reading_access_reads(bench: &Bench) -> Verdict {
    let mut writer = bench.connect().await?;
    made(bench, &mut *writer, &[create(table("t", &[]))]).await?;
    for access in [Access::Read, Access::Source] {
        let database = bench.driver.connect(&bench.settings, access).await?;
        let mut connection = database.acquire().await?;
        expect(connection.has_table(&"t".into()).await?, || format!("{access:?} does not see the table"))?;
        expect_eq("the server", connection.server(), bench.server())?;
    }
    Ok(())
}
