//! Cases of Django and Alembic that only a server shows. `docs/cases.md` lists them by their numbers.

use serde_json::Value;

use super::support::{Project, ServerDatabase, revision};

/// A project on the database.
fn project(database: &ServerDatabase, rest: &str) -> Project {
    Project::with_config(&format!("[databases.default]\nurl = \"{}\"\n{rest}", database.url()))
}

/// What turns the database, as `there` makes it, into `desired`: descriptions of operations.
#[track_caller]
fn differences(database: &ServerDatabase, there: &[&str], desired: &str) -> Vec<String> {
    let mut session = database.session();
    for sql in there {
        session.execute(sql);
    }
    let project = project(database, "");
    project.write("desired.sql", desired);
    let ran = project.ok(&["-o", "json", "diff", "--from", "database:default", "--to", "desired.sql"]);
    let operations = ran.object()["operations"].as_array().unwrap().clone();
    operations.iter().map(|operation| operation["description"].as_str().unwrap().to_owned()).collect()
}

/// Each pair of a definition that is there and one that is desired, of a column `x`: with a difference or without.
fn columns(database: &ServerDatabase, cases: &[(&str, &str, bool)], after: &str) {
    let tables = |of: &dyn Fn(&(&str, &str, bool)) -> String| -> Vec<String> {
        let table = |(at, case)| {
            format!("CREATE TABLE t{at} (id integer NOT NULL PRIMARY KEY, x {}){after}", of(case))
        };
        cases.iter().enumerate().map(table).collect()
    };
    let there = tables(&|case| case.0.to_owned());
    let there: Vec<&str> = there.iter().map(String::as_str).collect();
    let desired = tables(&|case| case.1.to_owned()).join(";\n");
    let found = differences(database, &there, &desired);
    for (at, (one, other, differ)) in cases.iter().enumerate() {
        let of_it: Vec<&String> = found.iter().filter(|line| line.contains(&format!("t{at}."))).collect();
        assert_eq!(!of_it.is_empty(), *differ, "{one} → {other}: {of_it:?}");
    }
    assert_eq!(found.len(), cases.iter().filter(|case| case.2).count(), "{found:?}");
}

#[test]
fn d022_what_failed_goes_on_where_it_stopped() {
    for database in ServerDatabase::each_mysql("d022") {
        let project = project(&database, "");
        let create = |table: &str| {
            format!(
                "\n[[upgrade]]\nop = \"create_table\"\ntable = \"{table}\"\ncolumns = [{{ name = \"id\", type = \"integer\" }}]\n"
            )
        };
        project.write(
            "migrations/a.toml",
            revision("a", &[], &(create("one") + &create("two") + &create("three"))),
        );
        database.session().execute("CREATE TABLE two (other integer)");
        let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = database() \
                      AND table_name NOT LIKE 'limbeck%' ORDER BY 1";
        project.run(&["migrate"]).exits(5).complains("`two`");
        assert_eq!(database.session().texts(tables), ["one", "two"]);
        database.session().execute("DROP TABLE two");
        project.ok(&["migrate"]);
        assert_eq!(database.session().texts(tables), ["one", "three", "two"]);
        project.ok(&["downgrade", "base"]);
        assert_eq!(database.session().texts(tables), Vec::<String>::new());
    }
}

#[test]
fn a014_system_columns_are_no_columns() {
    for database in ServerDatabase::each_postgres("a014") {
        let table = "CREATE TABLE t (id integer NOT NULL PRIMARY KEY)";
        assert_eq!(differences(&database, &[table], table), Vec::<String>::new());
        let project = project(&database, "");
        let schema: Value = project.ok(&["-o", "json", "inspect"]).object();
        let text = schema.to_string();
        for name in ["xmin", "ctid", "tableoid"] {
            assert!(!text.contains(name), "{name}: {text}");
        }
    }
}

#[test]
fn a024_to_a027_schemas_are_managed_as_they_are_named() {
    for database in ServerDatabase::each_postgres("a024") {
        let mut session = database.session();
        for sql in [
            "CREATE SCHEMA other",
            "CREATE TABLE plain (id integer NOT NULL PRIMARY KEY)",
            "CREATE TABLE other.there (id integer NOT NULL PRIMARY KEY, plain_id integer NOT NULL REFERENCES plain (id))",
        ] {
            session.execute(sql);
        }
        let project = project(&database, "schemas = [\"public\"]\n");
        // A024: what is in no managed schema is neither shown nor dropped. A026: the default schema is the one that is meant
        // by no name.
        for desired in [
            "CREATE TABLE plain (id integer NOT NULL PRIMARY KEY)",
            "CREATE TABLE public.plain (id integer NOT NULL PRIMARY KEY)",
        ] {
            project.write("desired.sql", desired);
            project.ok(&["diff", "--from", "database:default", "--to", "desired.sql", "--exit-code"]);
        }
        // A025, A027: named, it is compared, and a key from one to the other is what it is.
        let both = self::project(&database, "schemas = [\"public\", \"other\"]\n");
        both.write("desired.sql", "CREATE TABLE plain (id integer NOT NULL PRIMARY KEY)");
        let ran = both.run(&["diff", "--from", "database:default", "--to", "desired.sql", "--exit-code"]);
        ran.exits(3).says("Drop table other.there");
        both.write(
            "desired.sql",
            "CREATE TABLE plain (id integer NOT NULL PRIMARY KEY);\nCREATE SCHEMA other;\n\
             CREATE TABLE other.there (id integer NOT NULL PRIMARY KEY, plain_id integer NOT NULL REFERENCES plain (id));",
        );
        both.ok(&["diff", "--from", "database:default", "--to", "desired.sql", "--exit-code"]);
    }
}

#[test]
fn a037_character_sets_and_collations_are_seen() {
    for database in ServerDatabase::each_mysql("a037") {
        columns(
            &database,
            &[
                ("varchar(200) CHARACTER SET latin1", "varchar(200) CHARACTER SET utf8mb4", true),
                (
                    "varchar(200) COLLATE utf8mb4_bin",
                    "varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
                    false,
                ),
                ("varchar(200) COLLATE utf8mb4_bin", "varchar(200) COLLATE latin1_bin", true),
                ("int(10) unsigned", "int unsigned", false),
            ],
            " CHARACTER SET utf8mb4",
        );
    }
}

#[test]
fn a059_serials_and_literals_of_postgres() {
    for database in ServerDatabase::each_postgres("a059") {
        columns(
            &database,
            &[
                ("serial", "serial", false),
                ("float8 DEFAULT '1.0'", "double precision DEFAULT '1'::float8", false),
                ("numeric(8, 2) DEFAULT 2.50", "decimal(8, 2) DEFAULT 2.50", false),
                ("interval DEFAULT '14 days'", "interval DEFAULT '14 days'::interval", false),
                (
                    "uuid DEFAULT '00000000-0000-0000-0000-000000000001'",
                    "uuid DEFAULT '00000000-0000-0000-0000-000000000001'::uuid",
                    false,
                ),
                ("integer[] DEFAULT '{}'", "int[] DEFAULT '{}'::integer[]", false),
                ("varchar(20) DEFAULT 'x'", "varchar(20) DEFAULT 'x'::varchar", false),
                ("varchar(20) DEFAULT 'x'", "varchar(20) DEFAULT 'y'", true),
                ("timestamp", "timestamp without time zone", false),
                ("timestamp", "timestamptz", true),
            ],
            "",
        );
    }
}

#[test]
fn a075_the_index_behind_a_key_is_none_of_its_own() {
    for database in ServerDatabase::each_mysql("a075") {
        let tables = [
            "CREATE TABLE parent (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b), UNIQUE KEY only_a (a))",
            "CREATE TABLE child (id int NOT NULL PRIMARY KEY, a int, b int, \
             CONSTRAINT one FOREIGN KEY (a) REFERENCES parent (a), CONSTRAINT two FOREIGN KEY (a, b) REFERENCES parent (a, b))",
        ];
        assert_eq!(differences(&database, &tables, &tables.join(";\n")), Vec::<String>::new());
    }
}

#[test]
fn a084_the_index_behind_a_constraint_is_none_of_its_own() {
    for database in ServerDatabase::each_postgres("a084") {
        let table = "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, a int4range, b integer, \
                     CONSTRAINT apart EXCLUDE USING gist (a WITH &&), CONSTRAINT b_once UNIQUE (b))";
        assert_eq!(differences(&database, &[table], table), Vec::<String>::new());
        let shown = project(&database, "").ok(&["inspect", "--format", "sql"]);
        shown.says("EXCLUDE").says("UNIQUE").hides("CREATE INDEX").hides("CREATE UNIQUE INDEX");
    }
}

/// Revisions that make a partitioned table, a table with a key, an index and a check of its own, and join the two.
fn whole_and_part(project: &Project) {
    let columns = "columns = [{ name = \"id\", type = \"integer\" }, { name = \"b\", type = \"text\", nullable = true }]\n";
    let create = format!(
        "\n[[upgrade]]\nop = \"create_table\"\ntable = \"whole\"\n{columns}primary_key = {{ columns = [\"id\"] }}\n\
         indexes = [{{ name = \"whole_b\", columns = [\"b\"] }}]\nchecks = [{{ name = \"positive\", expression = \"id > 0\" }}]\n\
         partition_by = \"RANGE (id)\"\n\n\
         [[upgrade]]\nop = \"create_table\"\ntable = \"part\"\n{columns}primary_key = {{ columns = [\"id\"], name = \"own_key\" }}\n\
         indexes = [{{ name = \"own_b\", columns = [\"b\"] }}]\nchecks = [{{ name = \"positive\", expression = \"id > 0\" }}]\n"
    );
    project.write("migrations/a.toml", revision("a", &[], &create));
    let attach = "\n[[upgrade]]\nop = \"attach_partition\"\ntable = \"part\"\n\
                  partition_of = { parent = \"whole\", bound = \"FOR VALUES FROM (1) TO (10)\" }\n";
    project.write("migrations/b.toml", revision("b", &["a"], attach));
}

/// What the part has: constraints and indexes.
fn of_part(database: &ServerDatabase) -> Vec<String> {
    database.session().texts(
        "SELECT conname::text FROM pg_constraint WHERE conrelid = 'part'::regclass AND contype <> 'n' \
         UNION SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'part'::regclass ORDER BY 1",
    )
}

#[test]
fn a_part_that_leaves_keeps_what_it_says_for_itself() {
    for database in ServerDatabase::each_postgres("part") {
        let project = project(&database, "");
        whole_and_part(&project);
        project.ok(&["migrate"]);
        assert_eq!(of_part(&database), ["own_b", "own_key", "positive"]);
        project.ok(&["downgrade", "a"]);
        assert_eq!(of_part(&database), ["own_b", "own_key", "positive"]);
        project.ok(&["migrate"]);
        assert_eq!(of_part(&database), ["own_b", "own_key", "positive"]);
        project.ok(&["check"]);
        project.ok(&["downgrade", "base"]);
    }
}

#[test]
fn a_trigger_that_a_part_has_switched_off_stays_off() {
    for database in ServerDatabase::each_postgres("switched") {
        let project = project(&database, "");
        let trigger = |events: &str| {
            format!(
                "CREATE TABLE whole (id integer NOT NULL) PARTITION BY RANGE (id);\n\
                 CREATE TABLE part PARTITION OF whole FOR VALUES FROM (1) TO (10);\n\
                 CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ begin return new; end $$;\n\
                 CREATE TRIGGER tr BEFORE {events} ON whole FOR EACH ROW EXECUTE FUNCTION f();\n\
                 ALTER TABLE part DISABLE TRIGGER tr;\n"
            )
        };
        let enabled = "SELECT tgenabled::text FROM pg_trigger WHERE tgrelid = 'part'::regclass";
        let mut parent = "base";
        let other_bound = trigger("INSERT OR UPDATE").replace("TO (10)", "TO (20)");
        for (id, text) in [("a", trigger("INSERT")), ("b", trigger("INSERT OR UPDATE")), ("c", other_bound)] {
            project.write("desired.sql", text);
            project.ok(&["makemigrations", id, "--rev-id", id, "--to", "desired.sql"]);
            project.ok(&["migrate"]);
            assert_eq!(database.session().texts(enabled), ["D"], "{id} behind {parent}");
            parent = id;
        }
        project.ok(&["check"]);
        project.ok(&["downgrade", "a"]);
        assert_eq!(database.session().texts(enabled), ["D"]);
        project.ok(&["downgrade", "base"]);
    }
}

#[test]
fn a_key_that_divides_a_table_is_another_column() {
    let table = |key: &str, rest: &str, by: &str| {
        format!(
            "CREATE TABLE t ({key} int NOT NULL, body varchar(9), {rest}PRIMARY KEY ({key})) PARTITION BY KEY ({by}) PARTITIONS 3"
        )
    };
    for database in ServerDatabase::each_mysql("divided") {
        let project = project(&database, "");
        let steps = [
            ("a", table("id", "", ""), None),
            // By its name alone nothing shows that it is the same column.
            ("b", table("code", "", ""), Some("t.code=7")),
            ("c", table("code", "extra int, ", "code"), None),
            ("d", table("other", "", "other"), Some("t.other=8")),
            ("e", table("last", "", ""), Some("t.last=9")),
        ];
        let mut parent = None;
        for (id, text, fill) in &steps {
            project.write("desired.sql", text);
            let mut arguments =
                vec!["makemigrations", id, "--rev-id", id, "--to", "desired.sql", "--no-rename"];
            arguments.extend(fill.iter().flat_map(|fill| ["--fill", *fill]));
            project.ok(&arguments);
            project.ok(&["migrate", "--allow-destructive"]);
            project.ok(&["diff", "--from", "database:default", "--to", "desired.sql", "--exit-code"]);
            if parent.is_none() {
                database.session().execute("INSERT INTO t (id, body) VALUES (1, 'x')");
            }
            parent = Some(id);
        }
        project.ok(&["downgrade", "a", "--allow-destructive"]);
        project.write("desired.sql", &steps[0].1);
        project.ok(&["diff", "--from", "database:default", "--to", "desired.sql", "--exit-code"]);
        project.ok(&["downgrade", "base", "--allow-destructive"]);
    }
}

#[test]
fn a_server_that_does_not_show_who_it_is_gets_nothing() {
    for database in ServerDatabase::each_mysql("unknown") {
        for tls in [
            "tls = \"verify-full\"",
            "tls = \"verify-ca\"\nroot_cert = \"nowhere.pem\"",
            "root_cert = \"nowhere.pem\"",
        ] {
            let project = project(&database, tls);
            project.write("migrations/a.toml", revision("a", &[], ""));
            let said = if tls.contains("nowhere") { "nowhere.pem" } else { "TLS" };
            for command in ["current", "migrate", "check"] {
                project.run(&[command]).exits(1).complains(said);
            }
        }
        let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = database()";
        assert_eq!(database.session().texts(tables), Vec::<String>::new());
    }
}
