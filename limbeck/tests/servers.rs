//! The library on the servers that variables of the environment lead to.

use limbeck::core::diag::Diagnose;
use limbeck::core::driver::{Drivers, Value};
use limbeck::core::execution::Transactions;
use limbeck::core::schema::OptionValue;
use limbeck::{Database, Error, FunctionError, Migrator, Revisions, Work};

/// What servers are called, and the variables that lead to them.
const SERVERS: [(&str, &str); 4] = [
    ("postgres", "LIMBECK_TEST_POSTGRES_URL"),
    ("postgres18", "LIMBECK_TEST_POSTGRES18_URL"),
    ("mariadb", "LIMBECK_TEST_MARIADB_URL"),
    ("mysql", "LIMBECK_TEST_MYSQL_URL"),
];

fn drivers() -> Drivers {
    Drivers::new()
        .with(limbeck::postgres::driver())
        .and_then(|drivers| drivers.with(limbeck::mysql::driver()))
        .expect("they have nothing in common")
}

/// A database of a test's own. It is taken away by [`Server::drop_database`].
struct Server {
    admin: Database,
    quoted: String,
    database: Database,
}

impl Server {
    /// One on each server that is there.
    async fn all(test: &str) -> Vec<Self> {
        let mut made = Vec::new();
        for (name, variable) in SERVERS {
            let Some(url) = std::env::var(variable).ok().filter(|url| !url.is_empty()) else {
                let required = std::env::var("LIMBECK_REQUIRE").unwrap_or_default();
                let must = required.split(',').any(|word| word.trim() == "all" || word.trim() == name);
                assert!(!must, "LIMBECK_REQUIRE asks for {name}, and {variable} is not set");
                eprintln!("left out: {variable} is not set");
                continue;
            };
            let admin = Database::open(&drivers(), &url).await.expect("the server answers");
            let called = format!("limbeck_library_{}_{test}", std::process::id());
            let quoted =
                if name.starts_with("postgres") { format!("\"{called}\"") } else { format!("`{called}`") };
            run(&admin, &format!("CREATE DATABASE {quoted}")).await;
            let (place, _) = url.rsplit_once('/').expect("the URL names a database");
            let database =
                Database::open(&drivers(), &format!("{place}/{called}")).await.expect("it was just made");
            made.push(Self { admin, quoted, database });
        }
        made
    }

    async fn drop_database(self) {
        let force = if self.quoted.starts_with('"') { " WITH (FORCE)" } else { "" };
        drop(self.database);
        run(&self.admin, &format!("DROP DATABASE {}{force}", self.quoted)).await;
    }
}

async fn run(database: &Database, sql: &str) {
    let mut connection = database.acquire().await.expect("there is one");
    connection.execute(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

async fn texts(database: &Database, sql: &str) -> Vec<String> {
    let mut connection = database.acquire().await.expect("there is one");
    let rows = connection.query(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.iter().map(|row| row.text(0).unwrap_or("NULL").to_owned()).collect()
}

async fn fill_slugs(mut work: Work<'_>) -> Result<(), FunctionError> {
    let Some(OptionValue::String(prefix)) = work.argument("prefix").cloned() else {
        return Err("no prefix".into());
    };
    let sql = match work.server().dialect {
        "postgres" => "UPDATE books SET slug = $1 WHERE id = $2",
        _ => "UPDATE books SET slug = ? WHERE id = ?",
    };
    for row in work.query("SELECT id, title FROM books", &[]).await? {
        let [id, Value::Text(title)] = row.0.as_slice() else { return Err(format!("{row:?}").into()) };
        let slug = format!("{prefix}{}", title.to_lowercase().replace(' ', "-"));
        work.execute(sql, &[slug.into(), id.clone()]).await?;
    }
    Ok(())
}

async fn fails(mut work: Work<'_>) -> Result<(), FunctionError> {
    work.execute("UPDATE books SET slug = 'half'", &[]).await?;
    Err("the title says nothing".into())
}

async fn panics(mut work: Work<'_>) -> Result<(), FunctionError> {
    work.execute("UPDATE books SET slug = 'half'", &[]).await?;
    panic!("no more {}", "paper");
}

fn migrator() -> Migrator {
    Migrator::new(limbeck::embed!("tests/embedded"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_fails_or_panics_leaves_nothing_half_done() {
    for server in Server::all("functions").await {
        let database = &server.database;
        let rolls_back = database.server().dialect == "postgres";
        // Not linked in: nothing is begun.
        let error = migrator().migrate(database, "heads").await.expect_err("no such function");
        assert_eq!(error.diagnostic().code, "function-not-linked");
        assert!(migrator().current(database).await.expect("it can be read").is_empty());
        for (migrator, words) in [
            (migrator().function("fill_slugs", fails), "failed: the title says nothing"),
            (migrator().function("fill_slugs", panics), "panicked: no more paper"),
        ] {
            let error = migrator.migrate(database, "heads").await.expect_err("it fails");
            let diagnostic = error.diagnostic();
            assert_eq!(diagnostic.code, "function-failed", "{error}");
            assert!(diagnostic.message.contains(words), "{}", diagnostic.message);
            assert_eq!(diagnostic.revision.as_deref(), Some("slugs"));
            assert!(matches!(error, Error::Stopped { .. }), "{error:?}");
            // What the function did is rolled back. Where what stood before it in the revision is rolled back with it, no
            // row is there; where it is not, it is there once, and the next run goes on behind it.
            let there = texts(database, "SELECT coalesce(slug, 'none') FROM books").await;
            let wanted: &[&str] = if rolls_back { &[] } else { &["none"] };
            assert!(there == wanted || there.is_empty(), "{there:?} on {}", database.server());
        }
        let whole = migrator().function("fill_slugs", fill_slugs);
        whole.migrate(database, "heads").await.expect("it goes on");
        assert_eq!(texts(database, "SELECT slug FROM books").await, ["book-the-alembic"]);
        whole.downgrade(database, "base").await.expect("it is undone");
        server.drop_database().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_a_transaction_a_function_has_one_of_its_own() {
    for server in Server::all("outside").await {
        let database = &server.database;
        let migrator = || migrator().transactions(Transactions::None);
        let error = migrator()
            .function("fill_slugs", panics)
            .migrate(database, "heads")
            .await
            .expect_err("it panics");
        assert_eq!(error.diagnostic().code, "function-failed");
        assert_eq!(texts(database, "SELECT coalesce(slug, 'none') FROM books").await, ["none"]);
        migrator().function("fill_slugs", fill_slugs).migrate(database, "heads").await.expect("it goes on");
        assert_eq!(texts(database, "SELECT slug FROM books").await, ["book-the-alembic"]);
        server.drop_database().await;
    }
}

#[derive(limbeck::Table)]
#[limbeck(table = "notes", check(name = "notes_short", sql = "length(word) < 10"))]
#[allow(dead_code)]
struct Note {
    #[limbeck(primary_key)]
    id: i64,
    #[limbeck(length = 20, default = "x")]
    word: String,
}

/// A revision that was written from a database has the server's words; the models have a person's.
#[tokio::test(flavor = "multi_thread")]
async fn what_differs_in_words_alone_is_no_change() {
    for server in Server::all("words").await {
        let database = &server.database;
        if database.server().dialect != "postgres" {
            server.drop_database().await;
            continue;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let revision = |default: &str| {
            format!(
                "revision = \"one\"\nparents = []\nmessage = \"As found\"\nobserved = \"postgres\"\n\n[[upgrade]]\nop = \"create_table\"\n\
                 table = \"notes\"\ncolumns = [{{ name = \"id\", type = \"bigint\" }}, {{ name = \"word\", type = \"varchar(20)\", default = \"{default}\" }}]\n\
                 primary_key = {{ columns = [\"id\"] }}\nchecks = [{{ name = \"notes_short\", expression = \"(length((word)::text) < 10)\" }}]\n"
            )
        };
        let write = |default: &str| {
            std::fs::write(folder.path().join("one.toml"), revision(default)).expect("it is written");
        };
        let migrator = Migrator::new(Revisions::directory(folder.path())).tables(limbeck::tables![Note]);
        write("'x'::character varying");
        migrator.migrate(database, "heads").await.expect("it runs");
        assert_eq!(migrator.makemigrations(database, None).await.expect("it is compared"), None);
        let problems = migrator.check(database).await.expect("it can be looked at");
        assert!(problems.is_empty(), "{problems:?}");
        // What means something else is a change.
        write("'y'::character varying");
        let codes: Vec<&str> = migrator
            .check(database)
            .await
            .expect("it can be looked at")
            .iter()
            .map(|found| found.code)
            .collect();
        assert!(codes.contains(&"models-changed"), "{codes:?}");
        server.drop_database().await;
    }
}
