//! What the rules find, rule by rule, and what they leave alone.

use limbeck_core::driver::Version;
use limbeck_core::operation::replay;
use limbeck_core::revision::{Format, Revision, parse};
use limbeck_core::schema::Schema;
use limbeck_core::sql::LexicalRules;
use limbeck_lint::{Finding, RULES, Server, Severity, lint};

const BEFORE: &str = r#"
[[upgrade]]
op = "create_table"
table = "users"
columns = [
    { name = "id", type = "bigint", identity = true },
    { name = "name", type = "varchar(100)" },
    { name = "age", type = "integer", nullable = true },
    { name = "team_id", type = "bigint", nullable = true },
]
primary_key = { columns = ["id"] }
indexes = [{ name = "users_name_idx", columns = ["name", "age"] }]

[[upgrade]]
op = "create_table"
table = "teams"
columns = [{ name = "id", type = "bigint" }]
primary_key = { columns = ["id"] }
"#;

fn revision(header: &str, operations: &str) -> Revision {
    let text = format!("revision = \"r\"\nparents = []\nmessage = \"x\"\n{header}\n{operations}");
    parse("r.toml", text.as_str(), Format::Toml).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"))
}

fn before() -> Schema {
    let mut schema = Schema::new();
    replay(&revision("", BEFORE).upgrade, &mut schema).unwrap();
    schema
}

fn find(names: &[&str], version: Option<Version>, revision: &Revision) -> Vec<Finding> {
    let server = Server {
        names,
        version,
        lexical: &LexicalRules::NEUTRAL,
        identifier_bytes: 63,
        transactional_ddl: !names.contains(&"mysql"),
        dialect: None,
    };
    lint(revision, &before(), &server)
}

/// The codes of what is found in these operations.
fn codes(dialect: &str, header: &str, operations: &str) -> Vec<&'static str> {
    find(&[dialect], None, &revision(header, operations)).iter().map(|finding| finding.code).collect()
}

/// Operations from short lines: `op key=value …`, with a line each.
fn ops(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("[[upgrade]]\n{}\n", line.replace("; ", "\n"))).collect()
}

#[test]
fn what_loses_or_breaks_is_found_on_every_server() {
    for (operation, code) in [
        ("op = \"drop_table\"; table = \"teams\"", "drop-table"),
        ("op = \"drop_column\"; table = \"users\"; column = \"age\"", "drop-column"),
        ("op = \"rename_table\"; table = \"teams\"; to = \"groups\"", "rename-table"),
        ("op = \"rename_column\"; table = \"users\"; column = \"age\"; to = \"years\"", "rename-column"),
        (
            "op = \"alter_column\"; table = \"users\"; column = \"name\"; type = \"varchar(10)\"",
            "narrowing-type",
        ),
        (
            "op = \"add_column\"; table = \"users\"; column = { name = \"x\", type = \"integer\" }",
            "not-null-without-fill",
        ),
        (
            "op = \"alter_column\"; table = \"users\"; column = \"age\"; nullable = false",
            "set-not-null-without-fill",
        ),
        ("op = \"execute\"; sql = \"BEGIN;UPDATE users SET age = 1\"", "transaction-control"),
        ("op = \"execute\"; sql = \"TRUNCATE users\"", "truncate"),
        ("op = \"execute\"; sql = \"DROP TABLE users CASCADE\"", "drop-cascade"),
        ("op = \"execute\"; sql = \"DROP TABLE users\"", "raw-drop"),
        ("op = \"execute\"; sql = \"alter table users drop column age\"", "raw-drop"),
        (
            "op = \"create_table\"; table = \"logs\"; columns = [{ name = \"x\", type = \"text\" }]",
            "no-primary-key",
        ),
        (
            "op = \"create_index\"; table = \"users\"; name = \"again\"; columns = [\"name\"]",
            "redundant-index",
        ),
    ] {
        for dialect in ["sqlite", "postgres", "mysql"] {
            let found = codes(dialect, "", &ops(&[operation]));
            assert!(found.contains(&code), "{dialect}: {operation}: {found:?}");
        }
    }
    let long = "x".repeat(64);
    let found =
        codes("postgres", "", &ops(&[&format!("op = \"rename_table\"; table = \"teams\"; to = \"{long}\"")]));
    assert!(found.contains(&"identifier-too-long"));
    let found =
        codes("postgres", "downgrade = \"irreversible\"", &ops(&["op = \"execute\"; sql = \"SELECT 1\""]));
    assert_eq!(found, ["irreversible"]);
    let key = "op = \"add_foreign_key\"; table = \"users\"; name = \"k\"; columns = [\"team_id\"]; references = { table = \"teams\", columns = [\"id\"] }";
    assert!(codes("sqlite", "", &ops(&[key])).contains(&"foreign-key-without-index"));
    assert!(!codes("mysql", "", &ops(&[key])).contains(&"foreign-key-without-index"), "MySQL makes it");
    let index = "op = \"create_index\"; table = \"users\"; name = \"i\"; columns = [\"team_id\"]";
    assert!(!codes("sqlite", "", &ops(&[key, index])).contains(&"foreign-key-without-index"));
}

#[test]
fn locks_are_found_on_postgresql_alone() {
    let add = |constraint: &str| format!("op = \"add_{constraint}");
    for (operation, code) in [
        (
            "op = \"create_index\"; table = \"users\"; name = \"i\"; columns = [\"age\"]".to_owned(),
            "index-locks-writers",
        ),
        ("op = \"drop_index\"; table = \"users\"; name = \"users_name_idx\"".to_owned(), "drop-index-locks"),
        (
            "op = \"create_index\"; table = \"users\"; name = \"i\"; columns = [\"age\"]; concurrently = true"
                .to_owned(),
            "concurrently-in-transaction",
        ),
        ("op = \"execute\"; sql = \"REINDEX TABLE CONCURRENTLY users\"".to_owned(), "concurrently-in-transaction"),
        (add("unique\"; table = \"users\"; columns = [\"name\"]"), "unique-locks"),
        (add("check\"; table = \"users\"; name = \"c\"; expression = \"age > 0\""), "constraint-scans"),
        (
            "op = \"alter_column\"; table = \"users\"; column = \"age\"; nullable = false; fill = \"0\"".to_owned(),
            "not-null-scans",
        ),
        (
            add("column\"; table = \"users\"; column = { name = \"u\", type = \"uuid\", default = \"gen_random_uuid()\" }"),
            "volatile-default",
        ),
        (
            add("column\"; table = \"users\"; column = { name = \"u\", type = \"bigint\", identity = true }"),
            "adding-rewrites",
        ),
        (
            "op = \"alter_column\"; table = \"users\"; column = \"age\"; type = \"bigint\"".to_owned(),
            "type-rewrites",
        ),
        (
            add("column\"; table = \"users\"; column = { name = \"j\", type = \"json\", nullable = true }"),
            "json-without-equality",
        ),
    ] {
        let found = codes("postgres", "", &ops(&[&operation]));
        assert!(found.contains(&code), "{operation}: {found:?}");
        assert!(!codes("sqlite", "", &ops(&[&operation])).contains(&code), "{operation} on SQLite");
    }
}

#[test]
fn the_safe_ways_are_left_alone() {
    let concurrent =
        "op = \"create_index\"; table = \"users\"; name = \"i\"; columns = [\"age\"]; concurrently = true";
    assert!(codes("postgres", "transaction = \"none\"", &ops(&[concurrent])).is_empty());
    let check =
        "op = \"add_check\"; table = \"users\"; name = \"c\"; expression = \"age > 0\"; not_valid = true";
    assert!(codes("postgres", "", &ops(&[check])).is_empty());
    let validate = "op = \"validate_constraint\"; table = \"users\"; name = \"c\"";
    assert_eq!(codes("postgres", "", &ops(&[check, validate])), ["validate-in-same-revision"]);
    for widening in ["varchar(200)", "text"] {
        let alter =
            format!("op = \"alter_column\"; table = \"users\"; column = \"name\"; type = \"{widening}\"");
        assert!(codes("postgres", "", &ops(&[&alter])).is_empty(), "{widening}");
    }
    let cascade = "op = \"execute\"; sql = \"ALTER TABLE users DROP CONSTRAINT k, ADD FOREIGN KEY (team_id) REFERENCES teams ON DELETE CASCADE\"";
    assert!(!codes("postgres", "", &ops(&[cascade])).contains(&"drop-cascade"));
}

#[test]
fn a_table_that_the_revision_makes_itself_has_no_rows_and_no_readers() {
    let table = "op = \"create_table\"; table = \"new\"; columns = [{ name = \"id\", type = \"bigint\" }]; primary_key = { columns = [\"id\"] }";
    let lines = [
        table,
        "op = \"add_column\"; table = \"new\"; column = { name = \"x\", type = \"integer\" }",
        "op = \"create_index\"; table = \"new\"; name = \"i\"; columns = [\"x\"]",
        "op = \"rename_table\"; table = \"new\"; to = \"newer\"",
        "op = \"drop_column\"; table = \"newer\"; column = \"x\"",
    ];
    for dialect in ["sqlite", "postgres"] {
        assert!(codes(dialect, "", &ops(&lines)).is_empty(), "{dialect}");
    }
}

#[test]
fn copies_are_found_on_mysql() {
    let alter = |ty: &str| {
        ops(&[&format!("op = \"alter_column\"; table = \"users\"; column = \"name\"; type = \"{ty}\"")])
    };
    assert_eq!(codes("mysql", "", &alter("text")), ["alter-copies-table"]);
    assert!(codes("mysql", "", &alter("varchar(255)")).is_empty(), "both lengths take two bytes");
    let two = ops(&[
        "op = \"add_column\"; table = \"users\"; column = { name = \"a\", type = \"text\", nullable = true }",
        "op = \"add_column\"; table = \"users\"; column = { name = \"b\", type = \"text\", nullable = true }",
    ]);
    assert_eq!(codes("mysql", "", &two), ["several-statements"]);
    let mixed = ops(&[
        "op = \"add_column\"; table = \"users\"; column = { name = \"a\", type = \"text\", nullable = true }",
        "op = \"execute\"; sql = \"UPDATE users SET a = name\"",
    ]);
    assert_eq!(codes("postgres", "", &mixed), ["schema-and-data"]);
}

#[test]
fn sqlite_is_told_of_copies_and_decimals() {
    let driver = limbeck_sqlite::driver();
    let dialect = driver.offline_dialect("sqlite").unwrap();
    let server = Server::new(&*dialect, None);
    let operations = ops(&[
        "op = \"alter_column\"; table = \"users\"; column = \"age\"; type = \"bigint\"",
        "op = \"add_check\"; table = \"users\"; name = \"c\"; expression = \"age > 0\"",
        "op = \"add_column\"; table = \"teams\"; column = { name = \"price\", type = \"decimal(8,2)\", nullable = true }",
    ]);
    let found = lint(&revision("", &operations), &before(), &server);
    let codes: Vec<&str> = found.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["table-rebuild", "decimal-is-float"], "one rebuild is said once");
}

#[test]
fn a_comment_allows_a_rule_and_one_that_allows_nothing_is_found() {
    let drop = ops(&["op = \"drop_table\"; table = \"teams\""]);
    assert!(codes("sqlite", "# lint: allow drop-table nobody reads it", &drop).is_empty());
    assert_eq!(codes("sqlite", "# lint: allow drop-column", &drop), ["drop-table", "unused-allow"]);
}

#[test]
fn a_finding_has_its_place_and_the_safe_way() {
    let text =
        "-- limbeck: revision r\n-- limbeck: parents\n\n-- limbeck: upgrade\nSELECT 1;\nDROP TABLE users;\n";
    let revision = parse("r.sql", text, Format::Sql).unwrap();
    let found = find(&["postgres"], None, &revision);
    let drop = found.iter().find(|finding| finding.code == "raw-drop").unwrap();
    assert_eq!((drop.location.line, drop.severity), (6, Severity::Warning));
    assert!(!drop.help.is_empty());
}

#[test]
fn every_rule_is_documented_and_listed_once() {
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/lint.md")).unwrap();
    let rows: Vec<&str> = docs
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(code, _)| code)
        .collect();
    let mut codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
    codes.push("unused-allow");
    let mut sorted = rows.clone();
    sorted.sort_unstable();
    codes.sort_unstable();
    assert_eq!(sorted, codes);
}
