//! Statements that a server refuses on which DDL commits by itself: what is done stays and is said, and the same command
//! goes on once the rows, or the file, are mended.

use super::support::{Project, ServerDatabase, revision};

const COLUMNS: &str = "SELECT column_name FROM information_schema.columns WHERE table_schema = database() \
                       AND table_name = 't' ORDER BY ordinal_position";

/// A project on the database, with a table `t` of two rows that are alike.
fn project(database: &ServerDatabase) -> Project {
    let project = Project::with_config(&format!(
        "[databases.default]\nurl = \"{}\"\nlock_timeout = \"1s\"\n",
        database.url()
    ));
    let table = "\n[[upgrade]]\nop = \"create_table\"\ntable = \"t\"\ncolumns = [\n\
                 { name = \"id\", type = \"integer\", identity = \"by_default\" },\n\
                 { name = \"body\", type = \"varchar(20)\" },\n]\nprimary_key = { columns = [\"id\"] }\n";
    project.write("migrations/a.toml", revision("a", &[], table));
    project.ok(&["migrate"]);
    database.session().execute("INSERT INTO t (body) VALUES ('x'), ('x')");
    project
}

fn recorded(database: &ServerDatabase) -> Vec<String> {
    database.session().texts("SELECT revision FROM limbeck_revisions ORDER BY revision")
}

fn in_flight(database: &ServerDatabase) -> Vec<String> {
    database.session().texts("SELECT CONCAT_WS(' ', revision, state) FROM limbeck_journal")
}

fn numbers(database: &ServerDatabase) -> Vec<String> {
    database.session().texts("SELECT CAST(n AS char) FROM t ORDER BY id")
}

/// A column, a change of its rows that must not happen twice, `then`, and another change.
fn with_step(then: &str) -> String {
    revision(
        "b",
        &["a"],
        &format!(
            "\n[[upgrade]]\nop = \"add_column\"\ntable = \"t\"\n\
             column = {{ name = \"n\", type = \"bigint\", nullable = true }}\n\n\
             [[upgrade]]\nop = \"execute\"\nsql = \"UPDATE t SET n = coalesce(n, 0) + 1\"\n\n\
             [[upgrade]]\n{then}\n\n\
             [[upgrade]]\nop = \"execute\"\nsql = \"UPDATE t SET n = n + 10\"\n"
        ),
    )
}

#[test]
fn rows_that_are_twice_under_a_new_unique() {
    for database in ServerDatabase::each_mysql("twice") {
        let project = project(&database);
        let text =
            with_step("op = \"add_unique\"\ntable = \"t\"\nname = \"body_once\"\ncolumns = [\"body\"]");
        let line = text.lines().position(|line| line.contains("add_unique")).unwrap();
        project.write("migrations/b.toml", text);
        for _ in 0..2 {
            let ran = project
                .run(&["migrate"])
                .exits(5)
                .complains("Duplicate entry 'x'")
                .complains("2 of 4 statements are done and stay")
                .complains("limbeck resolve");
            // The operation's first line or the one above, with its double brackets.
            assert!(
                [line, line + 1].iter().any(|line| ran.stderr.contains(&format!("migrations/b.toml:{line}"))),
                "{ran}"
            );
            assert_eq!(recorded(&database), ["a"]);
            assert_eq!(in_flight(&database), ["b failed"]);
            assert_eq!(numbers(&database), ["1", "1"]);
        }
        project
            .ok(&["resolve"])
            .says("2 of 4 statements are done")
            .says("Duplicate entry")
            .says("has not happened, and will be run");
        database.session().execute("UPDATE t SET body = 'y' WHERE id = 2");
        project.ok(&["migrate"]);
        assert_eq!(numbers(&database), ["11", "11"]);
        assert_eq!(recorded(&database), ["a", "b"]);
        assert_eq!(in_flight(&database), Vec::<String>::new());
        project.ok(&["check"]);
        project.ok(&["downgrade", "a"]);
        assert_eq!(database.session().texts(COLUMNS), ["id", "body"]);
    }
}

#[test]
fn a_lock_that_somebody_keeps() {
    for database in ServerDatabase::each_mysql("kept") {
        let project = project(&database);
        // The second table is free, so that something is done when the first is not to be had.
        database.session().execute("CREATE TABLE u (id int PRIMARY KEY)");
        let text = revision(
            "b",
            &["a"],
            "\n[[upgrade]]\nop = \"execute\"\nsql = \"CREATE TABLE v (id int PRIMARY KEY)\"\n\n\
             [[upgrade]]\nop = \"execute\"\nsql = \"ALTER TABLE t ADD COLUMN n bigint\"\n\n\
             [[upgrade]]\nop = \"execute\"\nsql = \"UPDATE t SET n = 7\"\n",
        );
        project.write("migrations/b.toml", text);
        let mut holder = database.session();
        holder.execute("START TRANSACTION");
        assert_eq!(holder.texts("SELECT CAST(count(*) AS char) FROM t"), ["2"]);
        project
            .run(&["migrate"])
            .exits(5)
            .complains("Lock wait timeout exceeded")
            .complains("migrations/b.toml:")
            .complains("lock_timeout")
            .complains("its first operation is done")
            .complains("0 of 1 statements are done and stay");
        assert_eq!(in_flight(&database), ["b failed"]);
        assert_eq!(database.session().texts(COLUMNS), ["id", "body"]);
        holder.execute("ROLLBACK");
        project.ok(&["migrate"]);
        assert_eq!(database.session().texts(COLUMNS), ["id", "body", "n"]);
        assert_eq!(numbers(&database), ["7", "7"]);
        assert_eq!(in_flight(&database), Vec::<String>::new());
    }
}

#[test]
fn what_a_refused_statement_has_done_all_the_same_stops_a_corrected_file() {
    for database in ServerDatabase::each_mysql("halfway") {
        let project = project(&database);
        database.session().execute("CREATE TABLE gone (id int PRIMARY KEY)");
        let migrate = ["migrate", "-y", "--allow-destructive"];
        let step = |sql: &str| with_step(&format!("op = \"execute\"\nsql = \"{sql}\""));
        project.write("migrations/b.toml", step("DROP TABLE gone, missing"));
        project.run(&migrate).exits(5).complains("missing");
        // MariaDB has dropped the first of them, MySQL neither.
        let there = database.session().texts(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND table_name = 'gone'",
        );
        project.write("migrations/b.toml", step("UPDATE t SET body = 'z'"));
        let ran = project.run(&migrate);
        if there.is_empty() {
            ran.exits(5).complains("is not as it was before");
            assert_eq!(recorded(&database), ["a"]);
        } else {
            ran.exits(0);
            assert_eq!(recorded(&database), ["a", "b"]);
        }
    }
}

#[test]
fn what_the_server_cannot_read_is_pointed_at_and_goes_on_when_it_is_corrected() {
    for database in ServerDatabase::each_mysql("syntax") {
        let project = project(&database);
        let text = "-- limbeck: revision b\n-- limbeck: parents a\n-- limbeck: message x\n\n-- limbeck: upgrade\n\
                    ALTER TABLE t ADD COLUMN n bigint;\nUPDATE t SET n = coalesce(n, 0) + 1;\n\n\
                    CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW BEGIN\n  SET NEW.n = 'ü';\n  \
                    SET NEW.n == 5;\nEND;\nUPDATE t SET n = n + 10;\n";
        project.write("migrations/b.sql", text);
        project
            .run(&["migrate"])
            .exits(5)
            .complains("migrations/b.sql:11:1")
            .complains("error in your SQL syntax")
            .complains("2 of 4 statements are done and stay");
        assert_eq!(in_flight(&database), ["b failed"]);
        assert_eq!(numbers(&database), ["1", "1"]);
        // Corrected in what is done already: that would not be what stands in the database.
        project.write("migrations/b.sql", text.replace("==", "=").replace("+ 1;", "+ 2;"));
        project.run(&["migrate"]).exits(5).complains("changed in what is done already");
        assert_eq!(numbers(&database), ["1", "1"]);
        // Corrected by another mistake, which is said as well.
        project
            .write("migrations/b.sql", text.replace("==", "=").replace("SET NEW.n = 'ü'", "SET OLD.n = 1"));
        project.run(&["migrate"]).exits(5).complains("OLD");
        assert_eq!(in_flight(&database), ["b failed"]);
        project.write("migrations/b.sql", text.replace("==", "="));
        project.ok(&["migrate"]);
        assert_eq!(numbers(&database), ["11", "11"]);
        assert_eq!(recorded(&database), ["a", "b"]);
        assert_eq!(in_flight(&database), Vec::<String>::new());
        project.ok(&["check"]).hides("edited");
    }
}

#[test]
fn what_became_of_an_object_with_settings_of_its_own_is_told() {
    let body = "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.\"body\" = 'a' || 'b'";
    let text = revision(
        "b",
        &["a"],
        &format!(
            "\n[[upgrade]]\nop = \"create_table\"\ntable = \"u\"\n\
             columns = [{{ name = \"id\", type = \"integer\" }}]\nprimary_key = {{ columns = [\"id\"] }}\n\n\
             [[upgrade]]\nop = \"create_object\"\nkind = \"trigger\"\nname = \"tr\"\ntable = \"t\"\n\
             definition = '''{body}'''\noptions = {{ sql_mode = \"ANSI_QUOTES,PIPES_AS_CONCAT\" }}\n\n\
             [[upgrade]]\nop = \"execute\"\nsql = \"INSERT INTO t (body) VALUES ('z')\"\n"
        ),
    );
    for happened in [false, true] {
        for database in ServerDatabase::each_mysql("object") {
            let project = project(&database);
            project.write("migrations/b.toml", &text);
            // The trigger's table is not to be had, so that the statement that makes it is in flight.
            let mut holder = database.session();
            holder.execute("START TRANSACTION");
            assert_eq!(holder.texts("SELECT CAST(count(*) AS char) FROM t"), ["2"]);
            project.run(&["migrate"]).exits(5).complains("Lock wait timeout");
            holder.execute("ROLLBACK");
            // As if the server's answer had never come.
            let mut session = database.session();
            session.execute("UPDATE limbeck_journal SET state = 'running', error = NULL");
            if happened {
                session.execute("SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT'");
                session.execute(body);
            }
            project.ok(&["resolve"]).says(if happened {
                "the statement in flight has happened"
            } else {
                "the statement in flight has not happened"
            });
            project.ok(&["migrate"]);
            let bodies = "SELECT body FROM t ORDER BY id";
            assert_eq!(database.session().texts(bodies), ["x", "x", "ab"]);
            project.ok(&["check"]);
        }
    }
}

#[test]
fn what_somebody_else_has_done_is_seen_in_a_session_that_was_set() {
    for database in ServerDatabase::each_mysql("somebody") {
        let project = project(&database);
        let text = "-- limbeck: revision b\n-- limbeck: parents a\n-- limbeck: message x\n\n-- limbeck: upgrade\n\
                    CREATE TABLE u (id int PRIMARY KEY);\nSET sql_mode = 'ANSI_QUOTES';\n\
                    ALTER TABLE \"t\" ADD COLUMN \"n\" bigint;\n";
        project.write("migrations/b.sql", text);
        let mut holder = database.session();
        holder.execute("START TRANSACTION");
        assert_eq!(holder.texts("SELECT CAST(count(*) AS char) FROM t"), ["2"]);
        project.run(&["migrate"]).exits(5).complains("Lock wait timeout");
        holder.execute("ROLLBACK");
        let mut session = database.session();
        session.execute("UPDATE limbeck_journal SET state = 'running', error = NULL");
        session.execute("ALTER TABLE t ADD COLUMN theirs int");
        project.run(&["migrate"]).exits(5).complains("theirs");
        session.execute("ALTER TABLE t DROP COLUMN theirs");
        session.execute("ALTER TABLE t ADD COLUMN n bigint");
        project.ok(&["resolve"]).says("the statement in flight has happened");
        project.ok(&["migrate"]);
        assert_eq!(database.session().texts(COLUMNS), ["id", "body", "n"]);
    }
}

#[test]
fn a_script_says_how_tables_are_altered_as_a_run_does() {
    for database in ServerDatabase::each_mysql("alter") {
        let project = project(&database);
        let url = format!("{}?alter_algorithm=inplace&alter_lock=none", database.url());
        let config = |url: &str| format!("[databases.default]\nurl = \"{url}\"\n");
        project.write("limbeck.toml", config(&url));
        project.write(
            "migrations/b.toml",
            with_step("op = \"execute\"\nsql = \"ALTER TABLE t ADD KEY k (body) /*! COMMENT 'x' */\""),
        );
        for arguments in [&["sqlmigrate", "b"][..], &["migrate", "--sql", "a:b"]] {
            project
                .ok(arguments)
                .says("ALTER TABLE `t` ALGORITHM=INPLACE, LOCK=NONE, ADD COLUMN `n`")
                .says("ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE, ADD KEY k (body) /*! COMMENT 'x' */");
        }
        project.ok(&["migrate"]);
        assert_eq!(numbers(&database), ["11", "11"]);
        project.write("limbeck.toml", config(&url.replace("=none", "=some")));
        project.run(&["sqlmigrate", "b"]).exits(2).complains("`alter_lock` cannot be `some`");
    }
}

#[test]
fn a_syntax_error_of_the_first_statement_leaves_nothing() {
    for database in ServerDatabase::each_mysql("first") {
        let project = project(&database);
        let raw =
            "\n[[upgrade]]\nop = \"execute\"\nsql = '''\nALTER TABLE t\n  ADD COLUMN n bigint NUT NULL'''\n";
        let text = revision("b", &["a"], raw);
        // In TOML, where escapes come between, the operation's place.
        let line = text.lines().position(|line| line == "[[upgrade]]").unwrap() + 1;
        project.write("migrations/b.toml", &text);
        project
            .run(&["migrate"])
            .exits(1)
            .complains(&format!("migrations/b.toml:{line}:"))
            .complains("error in your SQL syntax")
            .complains("nothing of it is done");
        assert_eq!(in_flight(&database), Vec::<String>::new());
        project.write("migrations/b.toml", text.replace("NUT", "NOT"));
        project.ok(&["migrate"]);
        assert_eq!(database.session().texts(COLUMNS), ["id", "body", "n"]);
    }
}
