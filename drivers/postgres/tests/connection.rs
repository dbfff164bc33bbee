//! Sessions, locks, errors and scratch databases on the servers that the variables lead to.

use std::time::Duration;

use limbeck_core::driver::{
    Access, Connection, Database, DatabaseSettings, DatabaseUrl, DriverError, DriverErrorKind, LockKey,
    Scope, TransactionMode, Value,
};
use limbeck_core::ident::Name;

/// The variables that lead to servers.
const SERVERS: [&str; 2] = ["LIMBECK_TEST_POSTGRES_URL", "LIMBECK_TEST_POSTGRES18_URL"];

fn servers() -> Vec<String> {
    SERVERS.iter().filter_map(|variable| std::env::var(variable).ok()).filter(|url| !url.is_empty()).collect()
}

fn settings(url: &str) -> DatabaseSettings {
    DatabaseSettings::new("default", DatabaseUrl::parse(url).unwrap())
}

async fn open(settings: &DatabaseSettings) -> Result<Box<dyn Database>, DriverError> {
    limbeck_postgres::driver().connect(settings, Access::Write).await
}

async fn session(settings: &DatabaseSettings) -> Box<dyn Connection> {
    open(settings).await.unwrap().acquire().await.unwrap()
}

async fn refused(settings: &DatabaseSettings) -> DriverError {
    match open(settings).await {
        Ok(_) => panic!("there is a connection"),
        Err(error) => error,
    }
}

/// The URL with another user, password or database.
fn with(url: &str, user: Option<&str>, password: Option<&str>, database: Option<&str>) -> String {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (login, place) = rest.rsplit_once('@').unwrap();
    let (old_user, old_password) = login.split_once(':').unwrap();
    let (host, old_database) = place.rsplit_once('/').unwrap();
    format!(
        "{scheme}://{}:{}@{host}/{}",
        user.unwrap_or(old_user),
        password.unwrap_or(old_password),
        database.unwrap_or(old_database)
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_is_told_why_and_no_secret() {
    for url in servers() {
        for (url, kind) in [
            (with(&url, None, Some("wr0ng-s3cret"), None), DriverErrorKind::Authentication),
            (with(&url, None, None, Some("no_such_database")), DriverErrorKind::Connect),
        ] {
            let error = refused(&settings(&url)).await;
            assert_eq!(error.kind, kind, "{error}");
            assert!(error.help.is_some(), "{error}");
            assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
        }
        let mut nowhere = settings("postgres://ann:s3cret@127.0.0.1:1/app");
        nowhere.connect_timeout = Duration::from_secs(5);
        let error = refused(&nowhere).await;
        assert_eq!(error.kind, DriverErrorKind::Connect, "{error}");
        assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_says_comes_through() {
    for url in servers() {
        let mut connection = session(&settings(&url)).await;
        let sql = "SELECT 'ü', nope FROM pg_catalog.pg_class";
        let error = connection.execute(sql, &[]).await.unwrap_err();
        assert_eq!(error.kind, DriverErrorKind::Statement);
        assert_eq!(error.code.as_deref(), Some("42703"));
        assert_eq!(error.position, sql.find("nope"));
        let error = connection.execute("SELECT relnam FROM pg_catalog.pg_class", &[]).await.unwrap_err();
        assert!(error.notes.iter().any(|note| note.starts_with("hint: ")), "{error:?}");
        let error = connection.execute("SELECT 1; SELECT 2", &[]).await.unwrap_err();
        assert_eq!(error.kind, DriverErrorKind::Statement);
        let rows =
            connection.query("SELECT 1.50, NULL::uuid, '{1,2}'::int[], true, 7::int8", &[]).await.unwrap();
        let wanted = [
            Value::Text("1.50".to_owned()),
            Value::Null,
            Value::Text("{1,2}".to_owned()),
            Value::Bool(true),
            Value::Integer(7),
        ];
        assert_eq!(rows.first().map(|row| row.0.as_slice()), Some(wanted.as_slice()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_in_which_something_failed_cannot_be_committed() {
    for url in servers() {
        let mut connection = session(&settings(&url)).await;
        connection.begin(TransactionMode::default()).await.unwrap();
        connection.execute("SELECT 1/0", &[]).await.unwrap_err();
        connection.commit().await.unwrap_err();
        connection.rollback().await.unwrap();
        connection.execute("SELECT 1", &[]).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_hold_and_come_back_with_a_reset() {
    for url in servers() {
        let mut limited = settings(&url);
        limited.lock_timeout = Some(Duration::from_millis(50));
        limited.statement_timeout = Some(Duration::from_millis(300));
        let (mut holder, mut other) = (session(&settings(&url)).await, session(&limited).await);
        let table = format!("limbeck_limits_{}", std::process::id());
        holder.execute(&format!("CREATE TABLE IF NOT EXISTS {table} ()"), &[]).await.unwrap();
        holder.begin(TransactionMode::default()).await.unwrap();
        holder.execute(&format!("LOCK TABLE {table}"), &[]).await.unwrap();
        for _ in 0..2 {
            let error =
                other.execute(&format!("ALTER TABLE {table} ADD COLUMN a int"), &[]).await.unwrap_err();
            assert_eq!(error.kind, DriverErrorKind::Busy, "{error}");
            let error = other.execute("SELECT pg_sleep(20)", &[]).await.unwrap_err();
            assert_eq!(error.kind, DriverErrorKind::Timeout, "{error}");
            other.execute("SET lock_timeout = 0", &[]).await.unwrap();
            other.execute("SET search_path = ''", &[]).await.unwrap();
            other.reset().await.unwrap();
            let rows = other.query("SELECT current_schema()::text", &[]).await.unwrap();
            assert_eq!(rows.first().and_then(|row| row.text(0)), Some("public"));
        }
        holder.rollback().await.unwrap();
        holder.execute(&format!("DROP TABLE {table}"), &[]).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_the_lock_is_said() {
    for url in servers() {
        let key = LockKey { record: Name::qualified("public", format!("record_{}", std::process::id())) };
        let named = format!("{url}?application_name=migrator%201");
        let (mut first, mut second) = (session(&settings(&named)).await, session(&settings(&url)).await);
        assert!(first.try_lock(&key).await.unwrap());
        assert!(!second.try_lock(&key).await.unwrap());
        let holder = second.lock_holder(&key).await.unwrap().unwrap();
        assert!(holder.starts_with("pid ") && holder.contains("(migrator 1), user "), "{holder}");
        first.reset().await.unwrap();
        assert!(!second.try_lock(&key).await.unwrap());
        first.unlock(&key).await.unwrap();
        assert_eq!(first.unlock(&key).await.unwrap_err().kind, DriverErrorKind::Other);
    }
}

async fn databases(connection: &mut dyn Connection, like: &str) -> i64 {
    let sql = "SELECT count(*) FROM pg_catalog.pg_database WHERE datname = $1";
    connection.query(sql, &[like.into()]).await.unwrap()[0].integer(0).unwrap()
}

async fn name_of(database: &dyn Database) -> String {
    let mut connection = database.acquire().await.unwrap();
    let rows = connection.query("SELECT current_database()::text", &[]).await.unwrap();
    rows[0].text(0).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn scratch_databases_are_dropped_on_every_way_out() {
    for url in servers() {
        let database = open(&settings(&url)).await.unwrap();
        let mut connection = database.acquire().await.unwrap();
        let left_over = format!("limbeck_scratch_1000_{:x}", std::process::id());
        connection.execute(&format!("CREATE DATABASE {left_over} TEMPLATE template0"), &[]).await.unwrap();
        let scratch = database.scratch().await.unwrap();
        assert_eq!(databases(&mut *connection, &left_over).await, 0, "a left-over is still there");
        let name = name_of(&*scratch).await;
        assert!(name.starts_with("limbeck_scratch_"), "{name}");
        // Whoever is still connected is sent away.
        let _busy = scratch.acquire().await.unwrap();
        scratch.discard().await.unwrap();
        assert_eq!(databases(&mut *connection, &name).await, 0);
        let scratch = database.scratch().await.unwrap();
        let name = name_of(&*scratch).await;
        drop(scratch);
        assert_eq!(databases(&mut *connection, &name).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_not_is_told_what_to_do() {
    for url in servers() {
        let mut connection = session(&settings(&url)).await;
        let role = format!("limbeck_role_{}", std::process::id());
        connection.execute(&format!("CREATE ROLE {role} LOGIN PASSWORD 'p4ss'"), &[]).await.unwrap();
        let tested = async {
            let database = open(&settings(&with(&url, Some(&role), Some("p4ss"), None))).await?;
            let Err(error) = database.scratch().await else { panic!("the role may create databases") };
            let denied = database.acquire().await?.execute("CREATE SCHEMA mine", &[]).await.unwrap_err();
            Ok::<_, DriverError>((error, denied))
        }
        .await;
        connection.execute(&format!("DROP ROLE {role}"), &[]).await.unwrap();
        let (error, denied) = tested.unwrap();
        assert_eq!(error.kind, DriverErrorKind::Permission);
        assert!(error.help.as_deref().unwrap_or_default().contains("scratch_url"), "{error:?}");
        assert_eq!(denied.kind, DriverErrorKind::Permission);
    }
}

/// A large catalog is read by two sessions, and by one where there is no place for a second: what is seen is the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_catalog_is_read_with_as_many_sessions_as_there_may_be() {
    for url in servers() {
        let (name, role) = (
            format!("limbeck_large_{}", std::process::id()),
            format!("limbeck_single_{}", std::process::id()),
        );
        let mut connection = session(&settings(&url)).await;
        for sql in [
            format!("CREATE ROLE {role} LOGIN PASSWORD 'p4ss' CONNECTION LIMIT 1"),
            format!("CREATE DATABASE {name} TEMPLATE template0"),
        ] {
            connection.execute(&sql, &[]).await.unwrap();
        }
        let of_all = settings(&with(&url, None, None, Some(&name)));
        let mut everybody = session(&of_all).await;
        // Many columns of few tables: what is counted is how much there is to read.
        let checked = |n| if n % 20 == 0 { format!(" CHECK (c{n} > 0)") } else { String::new() };
        let columns: Vec<String> =
            (0..400).map(|n| format!("c{n} integer DEFAULT {n}{}", checked(n))).collect();
        for n in 0..30 {
            let sql = format!("CREATE TABLE t{n} ({})", columns.join(", "));
            everybody.execute(&sql, &[]).await.unwrap();
        }
        let rows = everybody.query("SELECT pg_relation_size('pg_attribute') > 2000000", &[]).await.unwrap();
        assert_eq!(rows[0].integer(0), Some(1), "the catalog is not large enough for a second session");
        let of_one = settings(&with(&url, Some(&role), Some("p4ss"), Some(&name)));
        let mut single = session(&of_one).await;
        refused(&of_one).await;
        let driver = limbeck_postgres::driver();
        let (introspector, scope) = (driver.introspector(), Scope::default());
        let both = introspector.introspect(&mut *everybody, &scope).await.unwrap();
        let alone = introspector.introspect(&mut *single, &scope).await.unwrap();
        assert_eq!(both.schema.tables.len(), 30);
        assert!(both.schema.tables.values().all(|t| t.columns.len() == 400 && t.constraints.len() == 20));
        assert_eq!(both.schema, alone.schema);
        // Nor is it otherwise within a transaction, of which another session sees nothing.
        everybody.begin(TransactionMode::default()).await.unwrap();
        everybody.execute("CREATE TABLE more (id integer PRIMARY KEY)", &[]).await.unwrap();
        let inside = introspector.introspect(&mut *everybody, &scope).await.unwrap();
        assert_eq!(inside.schema.tables.len(), 31);
        everybody.rollback().await.unwrap();
        // Nor where nobody may show others what it sees; and the session lives on.
        everybody
            .execute("REVOKE EXECUTE ON FUNCTION pg_catalog.pg_export_snapshot() FROM PUBLIC", &[])
            .await
            .unwrap();
        let refused = introspector.introspect(&mut *single, &scope).await.unwrap();
        assert_eq!(refused.schema, both.schema);
        single.execute("SELECT 1", &[]).await.unwrap();
        drop((everybody, single));
        connection.execute(&format!("DROP DATABASE {name} WITH (FORCE)"), &[]).await.unwrap();
        connection.execute(&format!("DROP ROLE {role}"), &[]).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_handed_on_to_another_schema_of_its_database_only() {
    for url in servers() {
        let driver = limbeck_postgres::driver();
        let of = |schema: &str| {
            let mut settings = settings(&url);
            settings.schema =
                Some(format!("limbeck_onwards_{}_{schema}", std::process::id()).as_str().into());
            settings
        };
        let (one, mut two) = (of("one"), of("two \"x\""));
        two.lock_timeout = Some(Duration::from_millis(1500));
        let mut connection = session(&one).await;
        for sql in [
            "SET work_mem = '3MB'",
            "CREATE TEMP TABLE left_over (a int)",
            "CREATE SEQUENCE s",
            "SELECT nextval('s')",
            "SELECT pg_advisory_lock(99)",
        ] {
            connection.execute(sql, &[]).await.unwrap();
        }
        let backend = "SELECT pg_backend_pid()::bigint";
        let before = connection.query(backend, &[]).await.unwrap();
        let mut connection =
            driver.hand_on(connection, &two, Access::Write).await.unwrap().expect("it goes on");
        assert_eq!(connection.query(backend, &[]).await.unwrap(), before);
        assert_eq!(connection.server().schema, two.schema);
        let now = "SELECT current_schema()::text || ' ' || current_setting('work_mem') || ' ' || \
                   current_setting('lock_timeout') || ' ' || coalesce(to_regclass('left_over')::text, 'none') || ' ' || \
                   (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())";
        let rows = connection.query(now, &[]).await.unwrap();
        let shown = rows[0].text(0).unwrap();
        assert!(shown.ends_with("two \"x\" 4MB 1500ms none 0"), "{shown}");
        assert!(connection.query("SELECT lastval()", &[]).await.is_err());
        // Not within a transaction, and not to another user's or database's.
        connection.begin(TransactionMode::default()).await.unwrap();
        assert!(driver.hand_on(connection, &one, Access::Write).await.unwrap().is_none());
        let other = settings(&with(&url, None, None, Some("template1")));
        assert!(driver.hand_on(session(&one).await, &other, Access::Read).await.unwrap().is_none());
        let mut connection = session(&settings(&url)).await;
        for of in [one, two] {
            let schema = of.schema.unwrap().as_str().replace('"', "\"\"");
            connection.execute(&format!("DROP SCHEMA \"{schema}\" CASCADE"), &[]).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_file_is_read() {
    for url in servers() {
        let folder = tempfile::tempdir().unwrap();
        let (login, place) = url.rsplit_once('@').unwrap();
        let (login, password) = login.rsplit_once(':').unwrap();
        let file = folder.path().join("passes");
        std::fs::write(&file, format!("*:*:*:*:{password}\n")).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        let mut settings = settings(&format!("{login}@{place}?passfile=passes"));
        settings.directory = folder.path().to_owned();
        session(&settings).await.execute("SELECT 1", &[]).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_that_the_server_has_not_is_an_error_unless_it_is_only_preferred() {
    for url in servers() {
        let mut connection = session(&settings(&format!("{url}?sslmode=prefer"))).await;
        let rows = connection.query("SELECT current_setting('ssl')", &[]).await.unwrap();
        if rows[0].text(0) == Some("off") {
            let error = refused(&settings(&format!("{url}?sslmode=require"))).await;
            assert_eq!(error.kind, DriverErrorKind::Connect);
            assert!(error.help.as_deref().unwrap_or_default().contains("TLS"), "{error:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn half_made_indexes_are_known_for_what_they_are() {
    for url in servers() {
        let scratch = open(&settings(&url)).await.unwrap().scratch().await.unwrap();
        let (mut connection, mut other) =
            (scratch.acquire().await.unwrap(), scratch.acquire().await.unwrap());
        connection.execute("CREATE TABLE t (a int)", &[]).await.unwrap();
        connection.execute("INSERT INTO t VALUES (1), (1)", &[]).await.unwrap();
        let names = [Name::new("t"), Name::new("t_a"), Name::new("nothing")];
        let before = connection.definitions(&names).await.unwrap().unwrap();
        other.execute("CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a)", &[]).await.unwrap_err();
        let after = connection.definitions(&names).await.unwrap().unwrap();
        assert_eq!(before.len(), 1);
        let left: Vec<&str> = after.iter().filter_map(|thing| thing.leftover.as_deref()).collect();
        assert_eq!(left.len(), 1, "{after:?}");
        assert!(left[0].starts_with("DROP INDEX ") && left[0].contains("t_a"), "{left:?}");
        assert!(before.iter().all(|thing| after.contains(thing)));
        drop((connection, other));
        scratch.discard().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_reset_still_reads_types_it_has_not_met() {
    for url in servers() {
        let mut connection = session(&settings(&url)).await;
        connection.begin(TransactionMode::default()).await.unwrap();
        for (name, word) in [("pg_temp.one", "a"), ("pg_temp.two", "b")] {
            connection.execute(&format!("CREATE TYPE {name} AS ENUM ('{word}')"), &[]).await.unwrap();
        }
        // The client asks the server what such a type is, with a statement that it keeps.
        let rows = connection.query("SELECT 'a'::pg_temp.one", &[]).await.unwrap();
        assert_eq!(rows[0].text(0), Some("a"));
        connection.execute("PREPARE mine AS SELECT 1", &[]).await.unwrap();
        connection.execute("PREPARE \"Mine too\" AS SELECT 1", &[]).await.unwrap();
        connection.commit().await.unwrap();
        connection
            .execute("SELECT pg_catalog.set_config('search_path', 'nowhere', false)", &[])
            .await
            .unwrap();
        connection.reset().await.unwrap();
        connection.execute("CREATE TYPE pg_temp.three AS ENUM ('c')", &[]).await.unwrap();
        let rows = connection.query("SELECT 'c'::pg_temp.three", &[]).await.unwrap();
        assert_eq!(rows[0].text(0), Some("c"));
        // What SQL has prepared and set is gone.
        let left = "SELECT name FROM pg_catalog.pg_prepared_statements WHERE from_sql";
        assert_eq!(connection.query(left, &[]).await.unwrap().len(), 0);
        let path = connection.query("SHOW search_path", &[]).await.unwrap();
        assert!(path[0].text(0).unwrap().starts_with("public"), "{path:?}");
    }
}

/// `CREATE INDEX CONCURRENTLY` waits for every transaction that could still see the table without it. One who waits for
/// the lock has none.
#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_the_lock_does_not_hold_up_an_index_made_concurrently() {
    for url in servers() {
        let scratch = open(&settings(&url)).await.unwrap().scratch().await.unwrap();
        let (mut holder, mut waiting) = (scratch.acquire().await.unwrap(), scratch.acquire().await.unwrap());
        let key = LockKey { record: Name::new("limbeck_revisions") };
        assert!(holder.try_lock(&key).await.unwrap());
        holder.execute("CREATE TABLE t (a int)", &[]).await.unwrap();
        holder.execute("INSERT INTO t SELECT generate_series(1, 1000)", &[]).await.unwrap();
        let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let stopped = std::sync::Arc::clone(&stop);
        let asked = tokio::spawn(async move {
            let mut times = 0_u32;
            while !stopped.load(std::sync::atomic::Ordering::Relaxed) || times == 0 {
                assert!(
                    !waiting.try_lock(&LockKey { record: Name::new("limbeck_revisions") }).await.unwrap()
                );
                waiting.lock_holder(&LockKey { record: Name::new("limbeck_revisions") }).await.unwrap();
                times += 1;
            }
        });
        // If it had to wait, it would be for ever.
        holder.execute("SET statement_timeout = '60s'", &[]).await.unwrap();
        for name in ["t_a", "t_b", "t_c"] {
            let sql = format!("CREATE INDEX CONCURRENTLY {name} ON t (a)");
            holder.execute(&sql, &[]).await.unwrap();
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        asked.await.unwrap();
        drop(holder);
        scratch.discard().await.unwrap();
    }
}
