//! Owners and grants, where the settings say that they are managed.

use super::support::{Project, ServerDatabase};

const RIGHTS: &str = "owners = true\ngrants = true\n";

/// What makes a role of the server that other tests may make at the same time.
fn role(name: &str) -> String {
    format!(
        "DO $$ BEGIN CREATE ROLE {name}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
}

/// The text of the one revision that there is.
fn only_revision(project: &Project) -> String {
    let files: Vec<_> =
        std::fs::read_dir(project.path("migrations")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    std::fs::read_to_string(&files[0]).unwrap()
}

fn project(database: &ServerDatabase, rest: &str) -> Project {
    Project::with_config(&format!("[databases.default]\nurl = \"{}\"\n{rest}", database.url()))
}

#[test]
fn owners_and_grants_are_taken_over_and_watched() {
    for (first, second) in
        ServerDatabase::each_postgres("rights_a").zip(ServerDatabase::each_postgres("rights_b"))
    {
        first.administer(&role("limbeck_reader"));
        first.administer(&role("limbeck_owner"));
        let mut session = first.session();
        for sql in [
            "CREATE TABLE users (id bigint NOT NULL, email text NOT NULL, CONSTRAINT users_pkey PRIMARY KEY (id))",
            "CREATE FUNCTION code(a integer) RETURNS integer LANGUAGE sql AS 'select a'",
            "GRANT SELECT ON users TO limbeck_reader",
            "GRANT UPDATE (email) ON users TO limbeck_reader WITH GRANT OPTION",
            "REVOKE ALL ON FUNCTION code(integer) FROM PUBLIC",
            "ALTER TABLE users OWNER TO limbeck_owner",
        ] {
            session.execute(sql);
        }

        // Without the settings nothing is said of them.
        let plain = project(&first, "");
        plain.ok(&["makemigrations", "--to", "database:default", "-m", "all"]);
        let written = only_revision(&plain);
        assert!(!written.contains("limbeck_reader"), "{written}");

        let project = project(&first, RIGHTS);
        project.ok(&["makemigrations", "--to", "database:default", "-m", "all"]);
        let written = only_revision(&project);
        for text in [
            "GRANT SELECT ON TABLE \"users\" TO \"limbeck_reader\"",
            "GRANT UPDATE (\"email\") ON TABLE \"users\" TO \"limbeck_reader\" WITH GRANT OPTION",
            "REVOKE EXECUTE ON FUNCTION \"code\"(integer) FROM PUBLIC",
            "ALTER TABLE \"users\" OWNER TO \"limbeck_owner\"",
        ] {
            assert!(
                written.contains(&text.replace('"', "\\\"")) || written.contains(text),
                "{text}: {written}"
            );
        }

        // Another database becomes the same.
        project.write("limbeck.toml", format!("[databases.default]\nurl = \"{}\"\n{RIGHTS}", second.url()));
        project.ok(&["migrate"]);
        project.ok(&["check"]);
        project.ok(&["diff", "--from", &first.url(), "--to", "database:default", "--exit-code"]);

        // Models say nothing of them, and take nothing from them.
        project.write(
            "src/lib.rs",
            "#[derive(limbeck::Table)]\n#[limbeck(table = \"users\")]\nstruct User { #[limbeck(primary_key)] id: i64, email: String }\n",
        );
        project.ok(&["makemigrations", "--check"]);

        // What somebody does by hand is seen, and what puts it right is shown.
        let mut session = second.session();
        session.execute("GRANT INSERT ON users TO limbeck_reader");
        session.execute("GRANT EXECUTE ON FUNCTION code(integer) TO PUBLIC");
        session.execute("ALTER TABLE users OWNER TO CURRENT_USER");
        let ran = project.run(&["check"]).exits(3);
        ran.says("grant limbeck_reader on users")
            .says("grant PUBLIC on function code(integer)")
            .says("owner role on users");
        session.execute("ALTER TABLE users OWNER TO limbeck_owner");
        session.execute("REVOKE INSERT ON users FROM limbeck_reader");
        session.execute("REVOKE EXECUTE ON FUNCTION code(integer) FROM PUBLIC");
        project.ok(&["check"]);

        // The way back takes them along.
        project.ok(&["downgrade", "base"]);
        project.ok(&["migrate"]);
        project.ok(&["check"]);
        project.ok(&["downgrade", "base"]);
    }
}

#[test]
fn a_driver_without_rights_refuses_them() {
    let with = |url: &str, key: &str| {
        let config = format!("[databases.default]\nurl = \"{url}\"\n{key} = true\n");
        Project::with_config(&config).run(&["check"]).exits(1).complains(key).complains("reads none");
    };
    with("sqlite://app.db", "owners");
    with("sqlite://app.db", "grants");
    with("mysql://nobody@127.0.0.1:1/app", "grants");
    Project::with_config("[databases.default]\nurl = \"sqlite://app.db\"\ngrants = \"perhaps\"\n")
        .run(&["check"])
        .exits(2)
        .complains("true or false");
    Project::with_config("[databases.default]\nurl = \"sqlite://app.db\"\ngrants = false\nowners = false\n")
        .ok(&["migrate"]);
}
