use super::*;

#[tokio::test]
async fn a_scope_bounds_what_is_read() {
    let mut connection = session(&[
        "CREATE TABLE a (x REFERENCES B)",
        "CREATE TABLE b (x)",
        "CREATE INDEX ia ON a (x)",
        "CREATE TRIGGER ta AFTER INSERT ON a BEGIN SELECT 1; END",
        "CREATE TRIGGER tb AFTER INSERT ON b BEGIN SELECT 1; END",
        "CREATE VIEW v AS SELECT * FROM a",
        "CREATE TABLE limbeck_revisions (x)",
        "CREATE INDEX ir ON limbeck_revisions (x)",
    ])
    .await;
    let scope = Scope { tables: Some(vec!["A".into(), "gone".into()]), ..Scope::default() };
    let found = SqliteIntrospector.introspect(&mut *connection, &scope).await.unwrap();
    assert_eq!(found.schema.tables.keys().collect::<Vec<_>>(), [&Name::new("a")]);
    let table = &found.schema.tables[&Name::new("a")];
    assert!(table.indexes.contains_key("ia"));
    assert_eq!(table.foreign_keys().next().unwrap().1.references.table, Name::new("b"));
    let objects: Vec<&str> = found.schema.objects.keys().map(|key| key.name.name.as_str()).collect();
    assert_eq!(objects, ["ta"]);
    let scope = Scope { tables: Some(Vec::new()), ..Scope::default() };
    assert!(SqliteIntrospector.introspect(&mut *connection, &scope).await.unwrap().schema.is_empty());
    let scope = Scope {
        except: vec!["LIMBECK_revisions".into()],
        schemas: vec!["Main".to_owned()],
        ..Scope::default()
    };
    let found = SqliteIntrospector.introspect(&mut *connection, &scope).await.unwrap();
    assert_eq!((found.schema.tables.len(), found.unmanaged.len()), (2, 0));
    let scope = Scope { schemas: vec!["public".to_owned()], ..Scope::default() };
    let error = SqliteIntrospector.introspect(&mut *connection, &scope).await.unwrap_err();
    assert!(error.message.contains("public"), "{error}");
}

/// Changes the text that SQLite keeps, so that it is another than what the table was made by.
async fn with_text(table: &str, name: &str, text: &str) -> Introspection {
    let text = text.replace('\'', "''");
    let mut connection = session(&[
        table,
        "PRAGMA writable_schema = ON",
        &format!("UPDATE sqlite_schema SET sql = '{text}' WHERE name = '{name}'"),
    ])
    .await;
    SqliteIntrospector.introspect(&mut *connection, &Scope::default()).await.unwrap()
}

#[tokio::test]
async fn what_does_not_agree_with_sqlite_is_left_alone() {
    for (made, text, reason) in [
        ("CREATE TABLE t (a, b)", "CREATE TABLE t (a)", "the number of its columns (1 and 2)"),
        ("CREATE TABLE t (a, b)", "CREATE TABLE t (a, c)", "its column b"),
        ("CREATE TABLE t (a NOT NULL)", "CREATE TABLE t (a)", "its column a"),
        ("CREATE TABLE t (a, b AS (a))", "CREATE TABLE t (a, b)", "its column b"),
        ("CREATE TABLE t (a TEXT PRIMARY KEY)", "CREATE TABLE t (a TEXT)", "its primary key"),
        ("CREATE TABLE t (a INT) STRICT", "CREATE TABLE t (a INT)", "WITHOUT ROWID or STRICT"),
        ("CREATE TABLE t (a UNIQUE)", "CREATE TABLE t (a)", "its index sqlite_autoindex_t_1"),
        ("CREATE TABLE t (a)", "CREATE TABLE t (a UNIQUE)", "its unique constraint over a"),
        ("CREATE TABLE t (a REFERENCES u)", "CREATE TABLE t (a REFERENCES v)", "its foreign keys"),
        ("CREATE TABLE t (a)", "CREATE TABLE t (a) WITH SUGAR", "found `WITH`"),
        ("CREATE TABLE t (a)", "CREATE TABLE t (a", "found the end"),
        ("CREATE TABLE t (a)", "", "expected CREATE"),
    ] {
        let found = with_text(made, "t", text).await;
        assert!(found.schema.is_empty(), "{text}");
        assert!(found.unmanaged[0].reason.contains(reason), "{text}: {}", found.unmanaged[0].reason);
    }
}

#[tokio::test]
async fn a_thousand_tables_take_as_many_queries_as_one() {
    use std::any::Any;
    use std::sync::Arc;

    use async_trait::async_trait;
    use limbeck_core::driver::{Canceller, DriverError, LockKey, Row, ServerInfo, TransactionMode, Value};

    /// Counts the queries.
    struct Counting {
        inner: Box<dyn Connection>,
        queries: usize,
    }

    #[async_trait]
    impl Connection for Counting {
        fn server(&self) -> &ServerInfo {
            self.inner.server()
        }
        async fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, DriverError> {
            self.queries += 1;
            self.inner.execute(sql, parameters).await
        }
        async fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DriverError> {
            self.queries += 1;
            self.inner.query(sql, parameters).await
        }
        async fn begin(&mut self, mode: TransactionMode) -> Result<(), DriverError> {
            self.inner.begin(mode).await
        }
        async fn commit(&mut self) -> Result<(), DriverError> {
            self.inner.commit().await
        }
        async fn rollback(&mut self) -> Result<(), DriverError> {
            self.inner.rollback().await
        }
        async fn try_lock(&mut self, key: &LockKey) -> Result<bool, DriverError> {
            self.inner.try_lock(key).await
        }
        async fn unlock(&mut self, key: &LockKey) -> Result<(), DriverError> {
            self.inner.unlock(key).await
        }
        async fn lock_holder(&mut self, key: &LockKey) -> Result<Option<String>, DriverError> {
            self.inner.lock_holder(key).await
        }
        async fn has_table(&mut self, table: &Name) -> Result<bool, DriverError> {
            self.inner.has_table(table).await
        }
        async fn reset(&mut self) -> Result<(), DriverError> {
            self.inner.reset().await
        }
        fn canceller(&self) -> Arc<dyn Canceller> {
            self.inner.canceller()
        }
        fn as_any(&mut self) -> &mut dyn Any {
            self.inner.as_any()
        }
    }

    let mut counts = Vec::new();
    for tables in [1, 1000] {
        let mut connection = session(&["BEGIN"]).await;
        for number in 0..tables {
            let sql = format!(
                "CREATE TABLE t{number} (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b INT REFERENCES t0 (id), CHECK (b > 0))"
            );
            connection.execute(&sql, &[]).await.unwrap();
            connection.execute(&format!("CREATE INDEX i{number} ON t{number} (b, a)"), &[]).await.unwrap();
        }
        connection.execute("COMMIT", &[]).await.unwrap();
        let mut connection = Counting { inner: connection, queries: 0 };
        let found = SqliteIntrospector.introspect(&mut connection, &Scope::default()).await.unwrap();
        assert_eq!((found.schema.tables.len(), found.unmanaged.len()), (tables, 0));
        counts.push(connection.queries);
    }
    assert_eq!(counts[0], counts[1]);
    assert!(counts[0] <= 7, "{counts:?}");
}
