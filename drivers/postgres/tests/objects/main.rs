//! From one schema to another and back, on every server that a variable leads to: `cases/*.sql` each hold a schema, with
//! rows, and behind `-- after` the one that is to come of it. What is reached must be what the server itself makes of the
//! other text, and the way back must lead back. Lines that begin with `-- holds` say what must be true of the rows, there
//! and back again.

use std::path::{Path, PathBuf};

use limbeck_core::autogenerate::{comparison, propose};
use limbeck_core::diff::{CastPolicy, DiffOptions, FillPolicy, Guess, Hints};
use limbeck_core::driver::{
    Access, Connection, Database, DatabaseSettings, DatabaseUrl, Dialect, Scope, TransactionMode,
};
use limbeck_core::operation::Operation;
use limbeck_core::schema::{Naming, Rights, Schema};
use limbeck_core::sql::statements;

/// What parts the two schemas of a case.
const AFTER: &str = "\n-- after\n";
/// What begins a condition on the rows of a schema.
const HOLDS: &str = "-- holds ";
/// The variables that lead to servers.
const SERVERS: [&str; 2] = ["LIMBECK_TEST_POSTGRES_URL", "LIMBECK_TEST_POSTGRES18_URL"];

/// Roles, as SQL writes them.
const ROLES: [&str; 3] = ["limbeck_reader", "limbeck_owner", "\"limbeck \"\"odd.One\""];

/// A server, at the URL of a database that is there.
#[derive(Clone)]
struct Server {
    url: String,
}

/// A database of one's own.
struct Own {
    server: Server,
    name: String,
    database: Box<dyn Database>,
}

impl Server {
    fn all() -> Vec<Self> {
        SERVERS.iter().filter_map(|variable| std::env::var(variable).ok()).map(|url| Self { url }).collect()
    }

    fn settings(&self, name: Option<&str>) -> DatabaseSettings {
        let url = match name {
            Some(name) => format!("{}/{name}", self.url.rsplit_once('/').unwrap().0),
            None => self.url.clone(),
        };
        DatabaseSettings::new("default", DatabaseUrl::parse(&url).unwrap())
    }

    /// Whether the server is new enough for the case: one that ends in a number says since which it can be.
    async fn takes(&self, case: &str) -> bool {
        let Some(since) = case.rsplit_once('_').and_then(|(_, number)| number.parse::<u32>().ok()) else {
            return true;
        };
        let driver = limbeck_postgres::driver();
        let database = driver.connect(&self.settings(None), Access::Read).await.unwrap();
        database.server().version.major >= since
    }

    /// The roles that cases name. They are of the whole server, and other tests make them at the same time.
    async fn make_roles(&self) {
        for role in ROLES {
            self.administer(&format!(
                "DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            ))
            .await;
        }
    }

    async fn administer(&self, sql: &str) {
        let database = limbeck_postgres::driver().connect(&self.settings(None), Access::Write).await.unwrap();
        database.acquire().await.unwrap().execute(sql, &[]).await.unwrap();
    }

    /// A database that holds what `sql` makes.
    async fn database(&self, name: &str, sql: &str) -> Own {
        let name = format!("limbeck_objects_{}_{name}", std::process::id());
        self.administer(&format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")).await;
        self.administer(&format!("CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")).await;
        let database =
            limbeck_postgres::driver().connect(&self.settings(Some(&name)), Access::Write).await.unwrap();
        let own = Own { server: self.clone(), name, database };
        let mut connection = own.connection().await;
        connection.execute("SET check_function_bodies = off", &[]).await.unwrap();
        for statement in statements(own.dialect().lexical(), sql).unwrap() {
            run(&mut *connection, &statement.sql, "the case itself").await;
        }
        own
    }
}

impl Own {
    fn dialect(&self) -> std::sync::Arc<dyn Dialect> {
        limbeck_postgres::driver().dialect(self.database.server())
    }

    async fn connection(&self) -> Box<dyn Connection> {
        self.database.acquire().await.unwrap()
    }

    async fn observe(&self) -> Schema {
        let mut connection = self.connection().await;
        let driver = limbeck_postgres::driver();
        let scope = Scope { rights: Rights { owners: true, grants: true }, ..Scope::default() };
        let found = driver.introspector().introspect(&mut *connection, &scope).await.unwrap();
        assert_eq!(found.unmanaged, []);
        found.schema
    }

    /// Carries operations out as the engine does.
    async fn apply(&self, operations: &[Operation], before: &Schema, case: &str) {
        let plan = self.dialect().plan(operations, before).unwrap_or_else(|error| panic!("{case}: {error}"));
        let mut connection = self.connection().await;
        connection.begin(TransactionMode::default()).await.unwrap();
        for statement in plan {
            run(&mut *connection, &statement.sql, case).await;
        }
        connection.commit().await.unwrap();
    }

    async fn rows(&self, table: &str) -> i64 {
        let mut connection = self.connection().await;
        let rows = connection.query(&format!("SELECT count(*) FROM ONLY {table}"), &[]).await.unwrap();
        rows[0].integer(0).unwrap()
    }

    /// What a case says of its rows, in lines `-- holds condition`.
    async fn holds(&self, text: &str, case: &str) {
        let mut connection = self.connection().await;
        for condition in text.lines().filter_map(|line| line.strip_prefix(HOLDS)) {
            let rows = connection.query(&format!("SELECT ({condition})::text"), &[]).await;
            let rows = rows.unwrap_or_else(|error| panic!("{case}: {error}\n{condition}"));
            assert_eq!(rows[0].text(0).unwrap(), "true", "{case}: {condition}");
        }
    }

    async fn discard(self) {
        let Self { server, name, database } = self;
        drop(database);
        server.administer(&format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")).await;
    }
}

async fn run(connection: &mut dyn Connection, sql: &str, case: &str) {
    if let Err(error) = connection.execute(sql, &[]).await {
        panic!("{case}: {error}\n{sql}");
    }
}

/// All of a schema in lines, in which the order of what has none does not count, nor that of columns.
fn lines(schema: &Schema) -> Vec<String> {
    let mut lines = Vec::new();
    for table in schema.tables.values() {
        let name = &table.name;
        lines.extend(table.columns.iter().map(|column| format!("{name} {column:?}")));
        lines.extend(table.constraints.iter().map(|constraint| format!("{name} {constraint:?}")));
        lines.extend(table.indexes.values().map(|index| format!("{name} {index:?}")));
        lines.push(format!(
            "{name} {:?} {:?} {:?} {:?}",
            table.comment, table.partition_by, table.partition_of, table.options
        ));
    }
    lines.extend(schema.objects.values().map(|object| format!("{object:?}")));
    lines.extend(schema.enums.values().map(|made| format!("{made:?}")));
    lines.extend(schema.sequences.values().map(|made| format!("{made:?}")));
    lines.extend(schema.namespaces.values().map(|made| format!("{made:?}")));
    lines.sort();
    lines
}

fn same(left: &Schema, right: &Schema, what: &str) {
    let (left, right) = (lines(left), lines(right));
    let only = |these: &[String], those: &[String]| {
        these.iter().filter(|line| !those.contains(line)).cloned().collect::<Vec<_>>()
    };
    let (more, less) = (only(&left, &right), only(&right, &left));
    assert!(left == right, "{what}: there is {more:#?} instead of {less:#?}");
}

async fn check(server: &Server, case: &str, text: &str) {
    let (before, after) = text.split_once(AFTER).unwrap_or_else(|| panic!("{case} has no `-- after`"));
    let subject = server.database(&format!("{case}_a"), before).await;
    let wanted = server.database(&format!("{case}_b"), after).await;
    let made = server.database(&format!("{case}_c"), "").await;
    let dialect = subject.dialect();
    let rules = comparison(&*dialect, true);
    let (naming, hints) = (Naming::default(), Hints::default());
    let options = DiffOptions {
        hints: &hints,
        naming: &naming,
        rules: &rules,
        guess: Guess::Never,
        fills: FillPolicy::Never,
        casts: CastPolicy::Never,
        declined: &[],
    };
    let (from, to) = (subject.observe().await, wanted.observe().await);
    let tables: Vec<String> = from
        .tables
        .keys()
        .filter(|name| to.tables.contains_key(*name))
        .map(|name| dialect.quote_name(name))
        .collect();
    let mut counts = Vec::new();
    for table in &tables {
        counts.push(subject.rows(table).await);
    }

    // Out of nothing, and back to it.
    for schema in [&from, &to] {
        let creation = propose(&Schema::new(), schema, &options);
        made.apply(&creation.operations, &Schema::new(), &format!("{case}, out of nothing")).await;
        same(&made.observe().await, schema, &format!("{case}, out of nothing"));
        made.apply(&creation.downgrade.unwrap(), schema, &format!("{case}, to nothing")).await;
        same(&made.observe().await, &Schema::new(), &format!("{case}, to nothing"));
    }

    let proposal = propose(&from, &to, &options);
    let downgrade = proposal.downgrade.unwrap_or_else(|error| panic!("{case}: {error}"));
    subject.apply(&proposal.operations, &from, &format!("{case}, forward")).await;
    let there = subject.observe().await;
    same(&there, &to, &format!("{case}, forward"));
    subject.holds(after, &format!("{case}, forward")).await;
    assert_eq!(propose(&there, &to, &options).operations, [], "{case}, a second time");
    for (table, count) in tables.iter().zip(counts) {
        assert!(subject.rows(table).await >= count, "{case}: rows of {table} are lost");
    }
    subject.apply(&downgrade, &to, &format!("{case}, back")).await;
    same(&subject.observe().await, &from, &format!("{case}, back"));
    subject.holds(before, &format!("{case}, back")).await;
    subject.apply(&proposal.operations, &from, &format!("{case}, forward again")).await;
    same(&subject.observe().await, &to, &format!("{case}, forward again"));
    for database in [subject, wanted, made] {
        database.discard().await;
    }
}

/// The files of the cases, in order.
fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/objects/cases");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

async fn leads_there_and_back(case: &str) {
    let file = files().into_iter().find(|file| file.file_stem().unwrap() == case).unwrap();
    let text = std::fs::read_to_string(file).unwrap();
    for server in Server::all() {
        if server.takes(case).await {
            server.make_roles().await;
            check(&server, case, &text).await;
        }
    }
}

/// A test for each case, so that they run beside each other.
macro_rules! cases {
    ($($case:ident)*) => {
        $(
            #[tokio::test]
            async fn $case() {
                leads_there_and_back(stringify!($case)).await;
            }
        )*

        #[test]
        fn every_case_is_a_test() {
            let there: Vec<String> =
                files().iter().map(|file| file.file_stem().unwrap().to_string_lossy().into_owned()).collect();
            assert_eq!(there, [$(stringify!($case)),*]);
        }
    };
}

cases! {
    casts
    circles
    columns
    comments
    computed
    constraints
    detached
    detached_referred
    enum_words
    enums
    foreign
    functions
    hostile
    indexes
    inheritance
    inherited_settings
    inherited_values
    inherits_alone
    inherits_changed
    not_null_18
    not_null_alone_18
    operators
    part_checks
    part_columns
    part_indexes
    part_trigger_states
    part_triggers
    partitions
    parts_referred
    rights
    row_types
    schemas
    sequences
    signatures
    storage
    swapped_types
    tables
    triggers
    twin_indexes
    twin_keys
    typed_table
    types
    types_within
    views
}
