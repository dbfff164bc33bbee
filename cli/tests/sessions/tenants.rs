//! Tenants: many databases with the same revisions. On PostgreSQL they may be schemas of one database, on MySQL databases of
//! one server.

use super::support::{Project, Running, ServerDatabase, revision, table};

/// Names of schemas, some of which SQL would take for something else.
const TENANTS: [&str; 8] = [
    "acme",
    "O'Neil \"the\" 1st",
    "Größe 山",
    "a.b",
    "select",
    "x; DROP SCHEMA acme CASCADE; --",
    "back\\slash, \"$user\"",
    "ACME",
];

/// A project whose tenants are schemas of `database`.
fn project(database: &ServerDatabase, rest: &str) -> Project {
    let list = serde_json::to_string(&TENANTS).unwrap();
    Project::with_config(&format!(
        "[databases.tenants]\nurl = \"{}\"\nschema = \"{{each}}\"\neach = {{ list = {list} }}\n{rest}",
        database.url()
    ))
}

fn named(tenant: &str) -> String {
    format!("tenants/{tenant}")
}

/// The schemas that hold something called `name`.
fn schemas_with(database: &ServerDatabase, name: &str) -> Vec<String> {
    database.session().texts(&format!(
        "SELECT n.nspname::text COLLATE \"C\" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relname = '{name}' ORDER BY 1"
    ))
}

fn sorted(names: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    names.sort();
    names
}

const MODELS: &str = r#"
#[derive(limbeck::Enum)]
pub enum Mood { Happy, Sad }

#[derive(limbeck::Table)]
#[limbeck(table = "teams", check(name = "teams_named", sql = "title <> ''"))]
pub struct Team {
    #[limbeck(primary_key, identity)]
    pub id: i64,
    #[limbeck(length = 40, unique)]
    pub title: String,
    pub mood: Mood,
}

#[derive(limbeck::Table)]
#[limbeck(table = "members", index(team_id))]
pub struct Member {
    #[limbeck(primary_key)]
    pub id: i64,
    #[limbeck(references(Team.id, on_delete = cascade))]
    pub team_id: i64,
}
"#;

#[test]
fn schemas_of_one_database_are_migrated_side_by_side() {
    let Some(database) = ServerDatabase::postgres("side") else { return };
    let project = project(&database, "");
    project.write("src/lib.rs", MODELS);
    project.ok(&["makemigrations", "first", "-d", &named("acme"), "--rev-id", "one"]);
    // What is behind the models: objects whose text the server prints, with names in them.
    project.write(
        "migrations/two.toml",
        revision(
            "two",
            &["one"],
            "\n[[upgrade]]\nop = \"create_object\"\nkind = \"view\"\nname = \"happy\"\ndefinition = \"CREATE VIEW happy AS \
             SELECT id, title FROM teams WHERE mood = 'happy'\"\n\n\
             [[upgrade]]\nop = \"create_object\"\nkind = \"function\"\nname = \"teams_of()\"\ndefinition = \"CREATE FUNCTION \
             teams_of() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM teams'\"\n\n\
             [[upgrade]]\nop = \"add_column\"\ntable = \"members\"\ncolumn = { name = \"n\", type = \"bigint\", default = \"teams_of()\" }\n",
        ),
    );
    project.ok(&["migrate", "one", "-d", "tenants", "--jobs", "4"]);
    // What the server prints of them does not say which is which.
    for tenant in &TENANTS[1..] {
        let (from, to) = (format!("database:{}", named("acme")), format!("database:{}", named(tenant)));
        project.ok(&["diff", "--from", &from, "--to", &to, "-d", &named("acme"), "--exit-code"]);
    }
    let ran = project.ok(&["migrate", "-d", "tenants", "--jobs", "4"]);
    ran.says("[tenants/a.b] Applying two");
    // Each has its own, and nobody else has any of it.
    for name in ["teams", "members", "happy", "limbeck_revisions"] {
        assert_eq!(schemas_with(&database, name), sorted(&TENANTS), "{name}");
    }
    // Models do not say what stands in the second revision; the database is as the revisions say.
    let source = MODELS.replace(
        "    pub team_id: i64,\n",
        "    pub team_id: i64,\n    #[limbeck(default_sql = \"teams_of()\")]\n    pub n: i64,\n",
    );
    project.write("src/lib.rs", source);
    project.ok(&["check", "-d", "tenants", "--jobs", "3"]).says("[tenants/select] everything agrees");
    // What a schema holds is told without its name: it would go into revisions that are for all.
    let shown = project.ok(&[
        "inspect",
        &format!("database:{}", named("a.b")),
        "-d",
        &named("a.b"),
        "--format",
        "toml",
    ]);
    assert!(!shown.stdout.contains("a.b\".\"teams") && !shown.stdout.contains("\"a.b\".mood"), "{shown}");
    // By hand in one: only that one is told of.
    database.session().execute("ALTER TABLE \"a.b\".members ADD COLUMN by_hand text");
    let ran = project.run(&["check", "-d", "tenants", "--jobs", "8"]).exits(3);
    ran.says("[tenants/a.b] does not agree").says("[tenants/acme] everything agrees");
    database.session().execute("ALTER TABLE \"a.b\".members DROP COLUMN by_hand");
    project.ok(&["downgrade", "base", "-d", "tenants", "--jobs", "8", "-y"]);
    for name in ["teams", "members", "happy"] {
        assert!(schemas_with(&database, name).is_empty(), "{name}");
    }
    project.ok(&["migrate", "-d", "tenants", "--jobs", "8"]);
    project.ok(&["check", "-d", "tenants", "--jobs", "8"]);
}

#[test]
fn a_session_that_goes_on_with_the_next_schema_brings_nothing_along() {
    let Some(database) = ServerDatabase::postgres("onwards") else { return };
    let project = project(&database, "lock_timeout = \"5s\"\n");
    let run = |sql: &str| format!("\n[[upgrade]]\nop = \"execute\"\nsql = \"{sql}\"\n");
    let left_behind = run("SET work_mem = '3MB'")
        + &run("CREATE TEMP TABLE left_over (a int)")
        + &run("PREPARE left_over AS SELECT 1")
        + &run("CREATE SEQUENCE s; SELECT nextval('s')")
        + &run("CREATE TABLE who AS SELECT pg_backend_pid() AS pid");
    let looked_at = "\n[[upgrade]]\nop = \"execute\"\nsql = \"SELECT pg_advisory_lock(77)\"\n";
    project.write("migrations/one.toml", revision("one", &[], &(left_behind + looked_at)));
    project.ok(&["migrate", "-d", "tenants", "--jobs", "1"]);
    assert_eq!(schemas_with(&database, "who"), sorted(&TENANTS));
    let mut of: Vec<String> = TENANTS
        .iter()
        .flat_map(|tenant| {
            let quoted = tenant.replace('"', "\"\"");
            database.session().texts(&format!("SELECT pid::text FROM \"{quoted}\".who"))
        })
        .collect();
    assert_eq!(of.len(), TENANTS.len());
    of.dedup();
    assert_eq!(of.len(), 1, "each schema had a session of its own: {of:?}");
    // Who failed is not handed on, and the others are done.
    project.write(
        "migrations/two.toml",
        revision(
            "two",
            &["one"],
            &run("DO 'BEGIN IF current_schema() = ''select'' THEN RAISE EXCEPTION ''no''; END IF; END'"),
        ),
    );
    project.run(&["migrate", "-d", "tenants", "--jobs", "1"]).exits(1).complains("no");
    let done = TENANTS.iter().filter(|tenant| {
        let quoted = tenant.replace('"', "\"\"");
        database.session().texts(&format!("SELECT count(*)::text FROM \"{quoted}\".limbeck_revisions"))
            == ["2"]
    });
    assert_eq!(done.count(), TENANTS.len() - 1);
}

#[test]
fn a_killed_run_over_many_schemas_goes_on_where_each_stands() {
    let Some(database) = ServerDatabase::postgres("killed") else { return };
    let project = project(&database, "lock_timeout = \"60s\"\n");
    project.write("migrations/one.toml", table("one", &[], "t"));
    let gated = revision(
        "two",
        &["one"],
        "\n[[upgrade]]\nop = \"create_table\"\ntable = \"u\"\ncolumns = [{ name = \"a\", type = \"bigint\" }]\n\n\
         [[upgrade]]\nop = \"execute\"\nsql = \"INSERT INTO public.gate VALUES (1)\"\n\n\
         [[upgrade]]\nop = \"execute\"\nsql = \"INSERT INTO u VALUES (1)\"\n",
    );
    project.write("migrations/two.toml", gated);
    project.write(
        "migrations/three.toml",
        revision("three", &["two"], "transaction = \"none\"\n\n[[upgrade]]\nop = \"create_index\"\ntable = \"u\"\ncolumns = [\"a\"]\nconcurrently = true\n"),
    );
    database.session().execute("CREATE TABLE public.gate (a bigint)");
    let mut holder = database.session();
    holder.execute("BEGIN");
    holder.execute("LOCK TABLE public.gate IN ACCESS EXCLUSIVE MODE");
    let mut run = Running::start(project.command(&["-vv", "migrate", "-d", "tenants", "--jobs", "3"]));
    run.wait_for("INSERT INTO public.gate");
    run.signal("KILL");
    run.end();
    // Nothing is half done, and some stand further than others.
    assert!(schemas_with(&database, "u").is_empty());
    assert!(!schemas_with(&database, "t").is_empty());
    holder.execute("ROLLBACK");
    project.ok(&["migrate", "-d", "tenants", "--jobs", "8"]);
    for tenant in TENANTS {
        let schema = tenant.replace('"', "\"\"");
        let mut session = database.session();
        assert_eq!(
            session.texts(&format!("SELECT revision::text FROM \"{schema}\".limbeck_revisions ORDER BY 1")),
            ["one", "three", "two"],
            "{tenant}"
        );
        assert_eq!(session.texts(&format!("SELECT a::text FROM \"{schema}\".u")), ["1"], "{tenant}");
    }
    assert_eq!(database.session().texts("SELECT count(*)::text FROM public.gate"), ["8"]);
    project.ok(&["check", "-d", "tenants", "--jobs", "8"]);
}

#[test]
fn a_schema_is_made_by_whoever_changes_and_by_nobody_else() {
    let Some(database) = ServerDatabase::postgres("made") else { return };
    let config = format!("[databases.default]\nurl = \"{}\"\nschema = \"not yet\"\n", database.url());
    let project = Project::with_config(&config);
    project.write("migrations/one.toml", table("one", &[], "t"));
    let schemas = |database: &ServerDatabase| {
        database.session().texts("SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'not%'")
    };
    project.ok(&["showmigrations"]);
    project.ok(&["current"]);
    project.ok(&["check"]);
    project.ok(&["migrate", "--plan"]);
    project.run(&["inspect", "database:default"]).exits(1).complains("schema `not yet` does not exist");
    // A script goes into the same schema, and stops where there is none.
    project
        .ok(&["migrate", "--sql"])
        .says("SET search_path = \"not yet\"")
        .says("\"not yet\".\"limbeck_revisions\"");
    assert!(schemas(&database).is_empty());
    project.ok(&["migrate"]);
    assert_eq!(schemas_with(&database, "t"), ["not yet"]);
    assert_eq!(schemas_with(&database, "limbeck_revisions"), ["not yet"]);
    project.ok(&["check"]);
    // What is missing there is not looked for where all are.
    database.session().execute("CREATE TABLE public.t (a bigint)");
    database.session().execute("DROP TABLE \"not yet\".t");
    project.run(&["downgrade", "base", "-y"]).exits(1);
    assert_eq!(schemas_with(&database, "t"), ["public"]);
}

#[test]
fn schemas_come_from_a_file_or_a_query() {
    let Some(database) = ServerDatabase::postgres("query") else { return };
    let mut session = database.session();
    session.execute("CREATE TABLE public.tenants (name text)");
    session.execute("INSERT INTO public.tenants VALUES ('t1'), ('t2'), ('it''s')");
    let url = database.url();
    let project = Project::with_config(&format!(
        "[databases.main]\nurl = \"{url}\"\n[databases.asked]\nurl = \"{url}\"\nschema = \"{{each}}\"\n\
         each = {{ query = \"SELECT name FROM tenants\", database = \"main\" }}\n\
         [databases.listed]\nurl = \"{url}\"\nschema = \"f_{{each}}\"\neach = {{ file = \"tenants.txt\" }}\n"
    ));
    project.write("tenants.txt", "# ours\nx\n\ny\n");
    // An entry is told by its own name, not by the thousands that it may stand for.
    project.run(&["migrate"]).exits(2).complains("main").complains("listed").hides("listed/x");
    project.write("migrations/one.toml", table("one", &[], "t"));
    project.ok(&["migrate", "-d", "asked", "-d", "listed", "--jobs", "2"]);
    assert_eq!(schemas_with(&database, "t"), ["f_x", "f_y", "it's", "t1", "t2"]);
}

#[test]
fn what_cannot_be_a_schema_is_refused() {
    let config = |rest: &str| {
        let config = format!("[databases.default]\nurl = \"postgres://app@127.0.0.1:1/app\"\n{rest}");
        let project = Project::with_config(&config);
        project.write("migrations/one.toml", table("one", &[], "t"));
        project
    };
    for (name, why) in
        [("", "empty"), ("pg_x", "for itself"), ("$user", "role"), (&"x".repeat(64), "63 bytes")]
    {
        config(&format!("schema = \"{name}\"\n"))
            .run(&["migrate"])
            .exits(1)
            .complains("schema")
            .complains(why);
    }
    for url in ["sqlite://app.db", "mysql://app@127.0.0.1:1/app"] {
        let project =
            Project::with_config(&format!("[databases.default]\nurl = \"{url}\"\nschema = \"a\"\n"));
        project.write("migrations/one.toml", table("one", &[], "t"));
        project.run(&["migrate"]).exits(1).complains("has no schemas within a database");
    }
    // One record for all would say of each what was done to another.
    let shared = "schema = \"{each}\"\nversion_schema = \"public\"\neach = { list = [\"a\", \"b\"] }\n";
    config(shared).run(&["migrate"]).exits(2).complains("would share one record");
    // Who connects, and how, makes no other database of it.
    for url in ["postgres://r{each}@127.0.0.1:1/app", "postgres://r@127.0.0.1:1/app?application_name={each}"]
    {
        let config = format!("[databases.t]\nurl = \"{url}\"\n{shared}");
        Project::with_config(&config).run(&["migrate"]).exits(2).complains("would share one record");
    }
}

#[test]
fn on_mysql_a_tenant_is_a_database() {
    let Some(database) = ServerDatabase::mysql("tenants") else { return };
    let tenants: Vec<String> =
        ["a", "b", "c-d"].iter().map(|end| format!("{}_{end}", database.name())).collect();
    for tenant in &tenants {
        database.administer(&format!("CREATE DATABASE `{tenant}`"));
    }
    let project = Project::with_config(&format!(
        "[databases.tenants]\nurl = \"{}\"\neach = {{ list = {} }}\n",
        database.url_of("{each}"),
        serde_json::to_string(&tenants).unwrap()
    ));
    project.write("migrations/one.toml", table("one", &[], "t"));
    project.write("migrations/two.toml", table("two", &["one"], "u"));
    project.ok(&["migrate", "-d", "tenants", "--jobs", "3"]);
    project.ok(&["check", "-d", "tenants", "--jobs", "3"]);
    let made = database.session().texts(&format!(
        "SELECT table_schema FROM information_schema.tables WHERE table_name = 'u' AND table_schema LIKE '{}%' ORDER BY 1",
        database.name()
    ));
    project.ok(&["downgrade", "base", "-d", "tenants", "-y"]);
    for tenant in &tenants {
        database.administer(&format!("DROP DATABASE `{tenant}`"));
    }
    assert_eq!(made, tenants);
}

#[test]
fn what_is_the_databases_is_no_tenants() {
    let Some(database) = ServerDatabase::postgres("shared") else { return };
    let mut session = database.session();
    for sql in ["CREATE EXTENSION citext", "CREATE PUBLICATION everything FOR ALL TABLES"] {
        session.execute(sql);
    }
    let project = project(&database, "");
    project.write(
        "migrations/one.toml",
        revision(
            "one",
            &[],
            "\n[[upgrade]]\nop = \"create_table\"\ntable = \"people\"\ncolumns = [{ name = \"id\", type = \"integer\" }, \
             { name = \"mail\", type = { postgres = \"public.citext\" }, nullable = true }]\nprimary_key = { columns = [\"id\"] }\n",
        ),
    );
    project.ok(&["migrate", "-d", "tenants", "--jobs", "2"]);
    project.ok(&["check", "-d", &named("acme"), "-d", &named("select")]);
}
