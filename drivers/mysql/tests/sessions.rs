//! Sessions: what is said when one cannot be had, how statements are stopped, what is set back, and many at once.

#[path = "support/mod.rs"]
mod support;

use std::time::Duration;

use limbeck_core::driver::{
    Access, DatabaseSettings, DatabaseUrl, Definition, Driver, DriverError, DriverErrorKind, Introspector,
    LockKey, Scope,
};
use limbeck_core::ident::Name;
use limbeck_mysql::MysqlDriver;
use support::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

async fn refused(url: &str) -> DriverError {
    let mut settings = DatabaseSettings::new("default", DatabaseUrl::parse(url).unwrap());
    settings.connect_timeout = Duration::from_secs(5);
    match MysqlDriver.connect(&settings, Access::Write).await {
        Ok(_) => panic!("{} was reached", settings.url),
        Err(error) => error,
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_without_the_password() {
    for server in Server::all() {
        let db = server.make("wrong").await;
        let url = server.url(&db.name);
        let wrong = url.replace("limbeck@", "s3cret@");
        let error = refused(&wrong).await;
        assert_eq!(error.kind, DriverErrorKind::Authentication, "{error}");
        assert!(
            error.code.as_deref().is_some_and(|code| code.starts_with("1045, SQLSTATE 28000")),
            "{error}"
        );
        assert!(!format!("{error:?}").contains("s3cret"));
        let error = refused(&server.url("limbeck_there_is_no_such_database")).await;
        assert_eq!(error.kind, DriverErrorKind::Connect, "{error}");
        assert!(error.help.is_some_and(|help| help.contains("CREATE DATABASE")));
        db.drop().await;
    }
    let error = refused("mysql://root@127.0.0.1:1/app").await;
    assert_eq!(error.kind, DriverErrorKind::Connect, "{error}");
}

#[tokio::test]
async fn a_statement_is_stopped_in_the_server() {
    for server in Server::all() {
        let mut db = server.make("stopped").await;
        let canceller = db.connection.canceller();
        let mut work = Box::pin(db.connection.query(
            "SELECT count(*) FROM information_schema.COLUMNS a, information_schema.COLUMNS b, information_schema.COLUMNS c",
            &[],
        ));
        // The server may have been asked before it began; it is asked until it has stopped.
        let error = loop {
            tokio::select! {
                biased;
                result = &mut work => break result.unwrap_err(),
                asked = canceller.cancel() => asked.unwrap(),
            }
        };
        drop(work);
        assert_eq!(error.kind, DriverErrorKind::Cancelled, "{error}");
        assert_eq!(db.texts("SELECT 1", 0).await, ["1"]);
        db.drop().await;
    }
}

#[tokio::test]
async fn what_is_set_is_set_back_and_the_lock_stays() {
    for server in Server::all() {
        let mut db = server.make("reset").await;
        let key = LockKey { record: Name::new("limbeck_revisions") };
        assert!(db.connection.try_lock(&key).await.unwrap());
        let settings = "SELECT CONCAT_WS(',', @@sql_mode, @@foreign_key_checks, @@time_zone, @@character_set_client, \
                        @@lock_wait_timeout, DATABASE(), @@explicit_defaults_for_timestamp, @@innodb_strict_mode, \
                        @@completion_type, @@auto_increment_increment, @@sql_select_limit, NOW() > '2000-01-01')";
        let before = db.texts(settings, 0).await;
        db.load(
            "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'; SET foreign_key_checks = 0; SET time_zone = '+03:00'; \
             SET NAMES latin1; SET lock_wait_timeout = 77; SET explicit_defaults_for_timestamp = 0; \
             SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE; SET SESSION TRANSACTION READ ONLY; \
             SET innodb_strict_mode = 0; SET completion_type = 1; SET auto_increment_increment = 7; \
             SET timestamp = 1000; SET sql_select_limit = 0;",
        )
        .await
        .unwrap();
        db.run("USE information_schema").await.unwrap();
        assert_ne!(db.texts(settings, 0).await, before);
        db.connection.reset().await.unwrap();
        assert_eq!(db.texts(settings, 0).await, before);
        let mut other = support::open(&server.settings(&db.name)).await;
        assert!(!other.try_lock(&key).await.unwrap());
        assert!(other.lock_holder(&key).await.unwrap().is_some_and(|holder| holder.starts_with("session ")));
        db.connection.unlock(&key).await.unwrap();
        db.connection.unlock(&key).await.unwrap_err();
        assert!(other.try_lock(&key).await.unwrap());
        db.drop().await;
    }
}

#[tokio::test]
async fn of_thirty_two_at_once_one_has_the_lock() {
    for server in Server::all() {
        let db = server.make("crowd").await;
        let settings = server.settings(&db.name);
        let key = LockKey { record: Name::new("limbeck_revisions") };
        let mut crowd = Vec::new();
        for _ in 0..32 {
            let (settings, key) = (settings.clone(), key.clone());
            crowd.push(tokio::spawn(async move {
                let mut connection = support::open(&settings).await;
                let taken = connection.try_lock(&key).await.unwrap();
                (taken, connection)
            }));
        }
        let mut taken = 0;
        let mut connections = Vec::new();
        for one in crowd {
            let (has, connection) = one.await.unwrap();
            taken += usize::from(has);
            connections.push(connection);
        }
        assert_eq!(taken, 1);
        drop(connections);
        db.drop().await;
    }
}

#[tokio::test]
async fn scratch_schemas_are_made_likewise_and_taken_away() {
    for server in Server::all() {
        let mut db = server.make("beside").await;
        db.run(&format!("ALTER DATABASE `{}` CHARACTER SET latin1 COLLATE latin1_bin", db.name))
            .await
            .unwrap();
        let scratch = db.database.scratch().await.unwrap();
        let mut inside = scratch.acquire().await.unwrap();
        let rows = inside.query("SELECT DATABASE(), @@collation_database", &[]).await.unwrap();
        let name = rows[0].text(0).unwrap().to_owned();
        assert!(name.starts_with("limbeck_scratch_"), "{name}");
        assert_eq!(rows[0].text(1), Some("latin1_bin"));
        drop(inside);
        scratch.discard().await.unwrap();
        let left =
            format!("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '{name}'");
        assert!(db.texts(&left, 0).await.is_empty());
        db.drop().await;
    }
}

fn with_parameters(server: &Server, database: &str, parameters: &str) -> DatabaseSettings {
    let url = format!("{}?{parameters}", server.url(database));
    DatabaseSettings::new("default", DatabaseUrl::parse(&url).unwrap())
}

#[tokio::test]
async fn definers_are_kept_where_the_url_says_so() {
    for server in Server::all() {
        let mut db = server.make("definers").await;
        db.load(
            "CREATE TABLE t (a int);
             CREATE DEFINER=`somebody`@`else%where` SQL SECURITY INVOKER VIEW v AS SELECT a FROM t;
             CREATE DEFINER=`somebody`@`else%where` TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET @x = 1;",
        )
        .await
        .unwrap();
        let texts = |schema: &limbeck_core::schema::Schema| -> Vec<String> {
            schema.objects.values().filter_map(|object| object.definition.default.clone()).collect()
        };
        let without = texts(&db.observe().await);
        assert_eq!(without.len(), 2);
        assert!(without.iter().all(|text| !text.contains("somebody")), "{without:?}");
        let mut other = support::open(&with_parameters(&server, &db.name, "definers=keep")).await;
        let found =
            limbeck_mysql::MysqlIntrospector.introspect(&mut *other, &Scope::default()).await.unwrap();
        let kept = texts(&found.schema);
        assert!(kept.iter().all(|text| text.contains("DEFINER=`somebody`@`else%where`")), "{kept:?}");
        // What was read makes the same again.
        db.run("DROP TRIGGER tr").await.unwrap();
        db.run("DROP VIEW v").await.unwrap();
        for text in &kept {
            db.run(text).await.unwrap();
        }
        let again =
            limbeck_mysql::MysqlIntrospector.introspect(&mut *other, &Scope::default()).await.unwrap();
        assert_eq!(texts(&again.schema), kept);
        db.drop().await;
    }
}

#[tokio::test]
async fn what_is_asserted_of_alter_table_is_refused_where_it_cannot_be() {
    for server in Server::all() {
        let mut db = server.make("asserted").await;
        db.load("CREATE TABLE t (a int NOT NULL, PRIMARY KEY (a)); INSERT INTO t VALUES (1);").await.unwrap();
        let settings = with_parameters(&server, &db.name, "alter_algorithm=inplace&alter_lock=none");
        let mut careful = support::open(&settings).await;
        careful.execute("ALTER TABLE `t` ADD COLUMN `b` int DEFAULT NULL", &[]).await.unwrap();
        careful.execute("ALTER TABLE `t` ADD KEY `k` (`b`)", &[]).await.unwrap();
        let change = "ALTER TABLE `t` MODIFY COLUMN `a` bigint NOT NULL";
        let error = careful.execute(change, &[]).await.unwrap_err();
        assert_eq!(error.kind, DriverErrorKind::Statement, "{error}");
        assert!(error.message.contains("ALGORITHM") || error.message.contains("LOCK"), "{error}");
        let shown = db.texts("SHOW CREATE TABLE t", 1).await.concat();
        assert!(shown.contains("`a` int"), "{shown}");
        // Behind what a statement ends in, nothing could stand.
        for fits in [
            "ALTER TABLE t ADD COLUMN c int /*!80023 INVISIBLE */ /*M!100303 INVISIBLE */",
            "ALTER TABLE t COMMENT = 'x' /* a remark */",
        ] {
            careful.execute(fits, &[]).await.unwrap();
        }
        for sql in ["ALTER TABLE t PARTITION BY KEY (a) PARTITIONS 3", "ALTER TABLE t ORDER BY a"] {
            let error = careful.execute(sql, &[]).await.unwrap_err();
            assert!(error.code.as_deref().is_some_and(|code| code.starts_with("1845")), "{sql}: {error}");
            db.run(sql).await.unwrap();
        }
        // What takes neither word on MariaDB is run as it stands; MySQL refuses what it cannot do.
        let coalesce = careful.execute("ALTER TABLE t COALESCE PARTITION 1", &[]).await;
        assert_eq!(coalesce.is_ok(), server.name == "mariadb", "{coalesce:?}");
        let error = careful.execute("ALTER TABLE t REMOVE PARTITIONING", &[]).await.unwrap_err();
        assert!(error.code.as_deref().is_some_and(|code| code.starts_with("1845")), "{error}");
        db.run("ALTER TABLE t REMOVE PARTITIONING").await.unwrap();
        // A statement that says itself how it is to be carried out is run as it stands.
        careful.execute(&format!("{change}, ALGORITHM=COPY, LOCK=SHARED"), &[]).await.unwrap();
        db.drop().await;
    }
}

#[tokio::test]
async fn the_journal_reads_the_same_in_whatever_session_it_reads() {
    for server in Server::all() {
        let mut db = server.make("read").await;
        db.load(
            "CREATE TABLE `t ü` (`spalte ä` varchar(9) DEFAULT 'ö', KEY k (`spalte ä`)) COMMENT 'a\\\\b';\n\
             CREATE TRIGGER tr BEFORE INSERT ON `t ü` FOR EACH ROW SET NEW.`spalte ä` = 'ß';\n\
             CREATE VIEW v AS SELECT `spalte ä` FROM `t ü`;",
        )
        .await
        .unwrap();
        let names: Vec<Name> = ["t ü", "tr", "v", "trigger", "mode"].map(Name::new).into();
        let before = db.connection.definitions(&names).await.unwrap().unwrap();
        assert_eq!(before.len(), 3, "{before:?}");
        let settings = "SELECT CONCAT_WS(' ', @@sql_mode, @@sql_quote_show_create, @@character_set_client, \
                        @@character_set_results, @@collation_connection, @@time_zone)";
        for altered in [
            "SET sql_mode = 'ANSI'; SET sql_quote_show_create = 0",
            "SET sql_mode = 'NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT'; SET NAMES latin1",
            "SET character_set_client = latin1, collation_connection = latin1_german1_ci",
            "SET sql_mode = ''; SET NAMES utf8mb4 COLLATE utf8mb4_bin",
        ] {
            db.load(altered).await.unwrap();
            let set = db.texts(settings, 0).await;
            let now = db.connection.definitions(&names).await.unwrap().unwrap();
            assert_eq!(now, before, "{altered}");
            // And nobody notices.
            assert_eq!(db.texts(settings, 0).await, set, "{altered}");
            db.connection.reset().await.unwrap();
        }
        db.drop().await;
    }
}

#[tokio::test]
async fn the_journal_sees_what_there_is_under_a_name() {
    for server in Server::all() {
        let mut db = server.make("named").await;
        let mut other = server.make("named_other").await;
        db.load("CREATE TABLE t (a int); CREATE TABLE `SEQUENCE=1` (a int) COMMENT 'SEQUENCE=1'; CREATE VIEW v AS SELECT a FROM t;")
            .await
            .unwrap();
        other.load("CREATE TABLE t (b int); CREATE TABLE there (b int);").await.unwrap();
        let sequences = server.name == "mariadb";
        if sequences {
            db.run("CREATE SEQUENCE s").await.unwrap();
        }
        let long = "x".repeat(65);
        let own = ["t", "v", "s", "SEQUENCE=1", "there", "nowhere", "create", "a ", "😀", "", &long];
        let mut names: Vec<Name> = own.map(Name::new).into();
        names.extend(["t", "there", "v"].map(|name| Name::qualified(other.name.as_str(), name)));
        names.extend([Name::qualified(db.name.as_str(), "t"), Name::qualified("no_such_database", "t")]);
        names.sort();
        let there = |found: Vec<Definition>| -> Vec<String> {
            let shown = |one: &Definition| {
                let schema = one.schema.as_deref().map_or("", |_| "other.");
                format!("{} {schema}{}: {}", one.kind, one.name, one.lines.len())
            };
            found.iter().map(shown).collect()
        };
        let mut expected = vec![
            "table SEQUENCE=1: 3",
            "table t: 3",
            "view v: 1",
            "table other.t: 3",
            "table other.there: 3",
        ];
        if sequences {
            expected.insert(1, "sequence s: 1");
        }
        let found = db.connection.definitions(&names).await.unwrap().unwrap();
        assert_eq!(there(found), expected);
        // With tables locked, what is not there can still be told from what is not locked.
        db.run("LOCK TABLES t WRITE").await.unwrap();
        let found = db.connection.definitions(&["t", "nowhere"].map(Name::new)).await.unwrap().unwrap();
        assert_eq!(there(found), ["table t: 3"]);
        assert!(db.connection.definitions(&["t", "v"].map(Name::new)).await.is_err());
        db.run("UNLOCK TABLES").await.unwrap();
        other.drop().await;
        db.drop().await;
    }
}

#[tokio::test]
async fn the_journal_does_not_take_for_absent_what_the_user_may_not_see() {
    for server in Server::all() {
        let mut db = server.make("hidden").await;
        db.load("CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t;").await.unwrap();
        let user = format!("lb{}", std::process::id());
        for sql in [
            format!("CREATE USER {user} IDENTIFIED BY 'p4ss-Word'"),
            format!("GRANT SELECT, CREATE, ALTER, DROP, CREATE VIEW ON `{}`.* TO {user}", db.name),
        ] {
            db.run(&sql).await.unwrap();
        }
        let url = server.url(&db.name);
        let (scheme, rest) = url.split_once("://").unwrap();
        let (_, place) = rest.rsplit_once('@').unwrap();
        let url = DatabaseUrl::parse(&format!("{scheme}://{user}:p4ss-Word@{place}")).unwrap();
        let mut blind = support::open(&DatabaseSettings::new("default", url)).await;
        let found = blind.definitions(&["t", "nowhere"].map(Name::new)).await.unwrap().unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        let error = blind.definitions(&["t", "v"].map(Name::new)).await.unwrap_err();
        assert!(error.to_string().contains("denied"), "{error}");
        drop(blind);
        db.run(&format!("DROP USER {user}")).await.unwrap();
        db.drop().await;
    }
}

#[tokio::test]
async fn a_lock_in_the_way_is_said_at_once_and_not_tried_again_by_the_driver() {
    for server in Server::all() {
        let mut db = server.make("in_the_way").await;
        db.load("CREATE TABLE t (a int NOT NULL, PRIMARY KEY (a)); INSERT INTO t VALUES (1);").await.unwrap();
        let mut settings = server.settings(&db.name);
        settings.lock_timeout = Some(Duration::from_secs(1));
        let mut other = support::open(&settings).await;
        db.run("START TRANSACTION").await.unwrap();
        db.run("UPDATE t SET a = 2").await.unwrap();
        // How often the statement came to the server, the session itself counts.
        let counter = "SHOW SESSION STATUS LIKE 'Com_alter_table'";
        let error = other.execute("ALTER TABLE `t` ADD COLUMN `b` int", &[]).await.unwrap_err();
        assert_eq!(error.kind, DriverErrorKind::Busy, "{error}");
        assert!(error.code.is_some_and(|code| code.starts_with("1205")));
        let rows = other.query(counter, &[]).await.unwrap();
        assert_eq!(rows[0].text(1), Some("1"));
        db.run("ROLLBACK").await.unwrap();
        db.drop().await;
    }
}

#[tokio::test]
async fn tls_is_there_or_said_not_to_be() {
    for server in Server::all() {
        let mut db = server.make("tls").await;
        let certificate = db.texts("SHOW GLOBAL VARIABLES LIKE 'ssl_cert'", 1).await.concat();
        let cipher = "SHOW SESSION STATUS LIKE 'Ssl_cipher'";
        let settings = |mode: &str| with_parameters(&server, &db.name, &format!("tls={mode}"));
        let mut plain = support::open(&settings("disable")).await;
        assert_eq!(plain.query(cipher, &[]).await.unwrap()[0].text(1), Some(""));
        let mut preferred = support::open(&settings("prefer")).await;
        let used = preferred.query(cipher, &[]).await.unwrap()[0].text(1).unwrap().to_owned();
        assert_eq!(used.is_empty(), certificate.is_empty(), "{used}");
        let required = MysqlDriver.connect(&settings("require"), Access::Write).await;
        let verified = MysqlDriver.connect(&settings("verify-full"), Access::Write).await.err().unwrap();
        assert_eq!(verified.kind, DriverErrorKind::Connect, "{verified}");
        assert!(verified.message.contains("TLS"), "{verified}");
        if certificate.is_empty() {
            let error = required.err().unwrap();
            assert_eq!(error.kind, DriverErrorKind::Connect, "{error}");
            assert!(error.message.contains("does not speak TLS"), "{error}");
        } else {
            let mut required = required.unwrap().acquire().await.unwrap();
            let used = required.query(cipher, &[]).await.unwrap()[0].text(1).unwrap().to_owned();
            assert!(!used.is_empty());
        }
        drop((plain, preferred));
        db.drop().await;
    }
}

#[tokio::test]
async fn a_session_takes_leave_of_its_server() {
    /// `COM_QUIT`, a packet of one byte.
    const GOOD_BYE: [u8; 5] = [1, 0, 0, 0, 1];
    for server in Server::all() {
        let db = server.make("leave").await;
        let (url, heard) = overheard(&server.url(&db.name)).await;
        let settings = DatabaseSettings::new("default", DatabaseUrl::parse(&url).unwrap());
        let database = MysqlDriver.connect(&settings, Access::Read).await.unwrap();
        let mut session = database.acquire().await.unwrap();
        assert_eq!(session.query("SELECT 1", &[]).await.unwrap().len(), 1);
        drop((session, database));
        let heard = tokio::time::timeout(Duration::from_secs(60), heard).await.expect("it stays connected");
        assert!(heard.unwrap().ends_with(&GOOD_BYE));
        db.drop().await;
    }
}

/// A server in front of the one at `url` for one session: its URL, and all that the client has said, once it is gone.
async fn overheard(url: &str) -> (String, tokio::task::JoinHandle<Vec<u8>>) {
    let (login, rest) = url.rsplit_once('@').unwrap();
    let (place, database) = rest.split_once('/').unwrap();
    let place = place.to_owned();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (mut client, mut answers) = listener.accept().await.unwrap().0.into_split();
        let (mut said, mut server) = TcpStream::connect(place).await.unwrap().into_split();
        let answering = tokio::spawn(async move { tokio::io::copy(&mut said, &mut answers).await });
        let (mut heard, mut part) = (Vec::new(), [0; 4096]);
        loop {
            let length = client.read(&mut part).await.unwrap_or_default();
            if length == 0 {
                break;
            }
            heard.extend_from_slice(&part[..length]);
            // The server may hang up as soon as it has been taken leave of.
            server.write_all(&part[..length]).await.unwrap_or_default();
        }
        answering.abort();
        heard
    });
    (format!("{login}@127.0.0.1:{port}/{database}?tls=disable"), heard)
}
