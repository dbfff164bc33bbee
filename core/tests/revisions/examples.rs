use limbeck_core::ident::Direction;
use limbeck_core::operation::Operation;
use limbeck_core::revision::{Downgrade, Format, parse, write};
use limbeck_core::schema::Sql;

const USERS: &str = include_str!("users.toml");

#[test]
fn the_example_of_the_contract_is_read_and_written_again() {
    let revision = parse("users.toml", USERS, Format::Toml).expect("a revision");
    assert_eq!(revision.upgrade.len(), 3);
    assert!(matches!(&revision.downgrade, Downgrade::Operations(steps) if steps.len() == 1));
    insta::assert_snapshot!(write(&revision, Format::Toml).unwrap());
}

#[test]
fn every_operation_knows_its_line() {
    let revision = parse("users.toml", USERS, Format::Toml).expect("a revision");
    let line = |direction, index| revision.location_of(direction, index).to_string();
    let block = |nth: usize, mark: &str| {
        let at = USERS.match_indices(mark).nth(nth).expect("a block").0;
        format!("users.toml:{}:1", USERS[..at].lines().count() + 1)
    };
    assert_eq!(line(Direction::Upgrade, 1), block(1, "[[upgrade]]"));
    assert_eq!(line(Direction::Downgrade, 0), block(0, "[[downgrade]]"));
    assert_eq!(line(Direction::Downgrade, 9), "users.toml:1:12");
}

#[test]
fn operations_without_words_are_laid_out_for_people() {
    let revision = parse("all.toml", include_str!("all.toml"), Format::Toml);
    let revision = revision.unwrap_or_else(|errors| {
        panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    });
    insta::assert_snapshot!(write(&revision, Format::Toml).unwrap());
}

#[test]
fn sql_revisions_are_read() {
    let text = "-- A licence, say\n-- limbeck: revision  b\n-- limbeck: parents a1, a2 a3\n\
                -- limbeck: message Add users\n-- limbeck: created 2026-11-22T14:30:05Z\n\n\
                -- limbeck: upgrade\n-- People\nCREATE TABLE users (a int);\r\nCREATE TABLE t (a int);\n\n\
                -- limbeck: downgrade\nDROP TABLE users;\n";
    let revision = parse("b.sql", text, Format::Sql).expect("a revision");
    assert_eq!(revision.parents.len(), 3);
    assert_eq!(revision.message, "Add users");
    let Operation::Execute { sql, effect: None } = &revision.upgrade[0] else { panic!("SQL") };
    let sql = sql.plain().expect("one text");
    assert_eq!(sql, "-- People\nCREATE TABLE users (a int);\nCREATE TABLE t (a int);");
    assert_eq!(revision.location_of(Direction::Upgrade, 0).to_string(), "b.sql:8:1");
    let at = sql.rfind("CREATE").expect("there");
    let place = revision.location_within(Direction::Upgrade, 0, at..at + 14);
    assert_eq!((place.to_string().as_str(), &text[place.span.clone()]), ("b.sql:10:1", "CREATE TABLE t"));
    let first = revision.location_within(Direction::Upgrade, 0, 10..16);
    assert_eq!(&text[first.span.clone()], "CREATE");
}

#[test]
fn a_sql_revision_without_a_way_back_has_none_and_an_empty_section_does_nothing() {
    let downgrade = |text: &str| {
        parse("a.sql", format!("-- limbeck: revision a\n{text}"), Format::Sql).map(|r| r.downgrade)
    };
    assert_eq!(downgrade("-- limbeck: upgrade\nSELECT 1").unwrap(), Downgrade::Irreversible);
    assert_eq!(downgrade("").unwrap(), Downgrade::Irreversible);
    assert_eq!(downgrade("-- limbeck: downgrade irreversible\n").unwrap(), Downgrade::Irreversible);
    assert_eq!(downgrade("-- limbeck: downgrade auto\n").unwrap(), Downgrade::Auto);
    assert_eq!(downgrade("-- limbeck: downgrade\n-- nothing\n").unwrap(), Downgrade::Operations(Vec::new()));
}

#[test]
fn toml_has_no_way_to_lose_the_way_back() {
    let downgrade =
        |text: &str| parse("a.toml", format!("revision = \"a\"\n{text}"), Format::Toml).unwrap().downgrade;
    assert_eq!(downgrade(""), Downgrade::Auto);
    assert_eq!(downgrade("downgrade = \"auto\""), Downgrade::Auto);
    assert_eq!(downgrade("downgrade = \"irreversible\""), Downgrade::Irreversible);
    assert_eq!(downgrade("downgrade = []"), Downgrade::Operations(Vec::new()));
}

#[test]
fn what_sql_cannot_say_is_not_written_as_sql() {
    let mut revision = parse("users.toml", USERS, Format::Toml).expect("a revision");
    assert!(write(&revision, Format::Sql).is_err());
    revision.downgrade = Downgrade::Auto;
    for sql in ["SELECT 1\n-- limbeck: downgrade", "--limbeck: x", "-- nothing", "SELECT '\r\n'"] {
        revision.upgrade = vec![Operation::Execute { sql: Sql::from(sql), effect: None }];
        assert!(write(&revision, Format::Sql).is_err(), "{sql:?}");
    }
    revision.upgrade =
        vec![Operation::Execute { sql: Sql::only("mysql", "SELECT 1".to_owned()), effect: None }];
    assert!(write(&revision, Format::Sql).is_err());
}

/// The documentation's examples, each read as what it is.
#[test]
fn every_example_in_the_documentation_is_read_and_every_operation_has_one() {
    let docs = include_str!("../../../docs/revision-files.md");
    let mut toml = String::new();
    let mut blocks = 0;
    for block in docs.split("```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').expect("a first line");
        match language {
            "toml" => toml.push_str(text),
            "sql" => drop(parse("docs.sql", text, Format::Sql).expect("a revision")),
            other => panic!("a block of {other:?}"),
        }
        blocks += 1;
    }
    assert!(blocks > 10);
    let read = parse("docs.toml", toml.as_str(), Format::Toml);
    let read = read.unwrap_or_else(|errors| panic!("{}\n{toml}", errors[0]));
    for operation in ALL {
        assert!(toml.contains(&format!("op = \"{operation}\"")), "{operation} has no example");
    }
    assert!(read.upgrade.len() > ALL.len());
}

const ALL: [&str; 35] = [
    "create_table",
    "drop_table",
    "rename_table",
    "alter_table",
    "add_column",
    "drop_column",
    "rename_column",
    "alter_column",
    "add_primary_key",
    "add_unique",
    "add_foreign_key",
    "add_check",
    "add_exclusion",
    "drop_constraint",
    "rename_constraint",
    "validate_constraint",
    "create_index",
    "drop_index",
    "rename_index",
    "create_enum",
    "alter_enum",
    "drop_enum",
    "create_sequence",
    "alter_sequence",
    "drop_sequence",
    "create_schema",
    "alter_schema",
    "drop_schema",
    "create_object",
    "replace_object",
    "drop_object",
    "insert",
    "delete",
    "execute",
    "run",
];
