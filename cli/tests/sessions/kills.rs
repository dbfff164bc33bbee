//! Runs that are killed at moments of chance, and what stops one from outside: whoever runs the same again gets to the
//! same end, and finds no lock.
#![cfg(unix)]

use std::process::Stdio;
use std::time::{Duration, Instant};

use super::generated::catalog::{Catalog, catalog, differences, rows};
use super::generated::chance::Chance;
use super::support::{Project, revision};

/// Three revisions with rows and rebuilds among them.
fn project() -> Project {
    let tables = r#"
[[upgrade]]
op = "create_table"
table = "teams"
columns = [{ name = "id", type = "bigint" }, { name = "title", type = "varchar(20)" }, { name = "n", type = "integer", nullable = true }]
primary_key = { columns = ["id"] }

[[upgrade]]
op = "create_table"
table = "members"
columns = [{ name = "id", type = "bigint" }, { name = "team", type = "bigint", nullable = true }]
primary_key = { columns = ["id"] }
foreign_keys = [{ name = "members_team", columns = ["team"], references = { table = "teams", columns = ["id"] }, on_delete = "cascade" }]

[[upgrade]]
op = "create_object"
kind = "trigger"
name = "tr"
definition = "CREATE TRIGGER tr AFTER DELETE ON teams BEGIN SELECT 1; END"
"#;
    let filled = r#"
[[upgrade]]
op = "execute"
sql = """
WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3000)
INSERT INTO teams (id, title, n) SELECT n, 'team ' || n, n % 7 FROM c"""

[[upgrade]]
op = "execute"
sql = "INSERT INTO members (id, team) SELECT id, id FROM teams"

[[downgrade]]
op = "execute"
sql = "DELETE FROM teams"
"#;
    let changed = r#"
[[upgrade]]
op = "alter_column"
table = "teams"
column = "n"
type = "text"

[[upgrade]]
op = "add_check"
table = "teams"
name = "teams_title"
expression = "title <> ''"

[[upgrade]]
op = "create_index"
table = "teams"
name = "teams_n"
columns = ["n"]
"#;
    Project::with_revisions(&[
        ("a.toml", revision("a", &[], tables)),
        ("b.toml", revision("b", &["a"], filled)),
        ("c.toml", revision("c", &["b"], changed)),
    ])
}

/// All that is there: schema, rows, record.
fn state(project: &Project) -> (Catalog, Vec<Vec<String>>, Vec<String>) {
    let database = project.database();
    let sums = [
        "SELECT count(*), sum(id), group_concat(DISTINCT typeof(n)) FROM teams",
        "SELECT count(*), sum(team) FROM members",
    ];
    let there = project.tables();
    let contents = if there.is_empty() {
        Vec::new()
    } else {
        sums.iter().flat_map(|sql| rows(&database, sql)).collect()
    };
    (catalog(&database), contents, project.recorded())
}

/// Runs to `ends` in turn, each killed after a time of chance and then run again.
fn killed_at_random(seed: u64, kills: usize) {
    let project = project();
    let ends: [&[&str]; 2] = [&["migrate", "-y"], &["downgrade", "base", "-y"]];
    let mut wanted = Vec::new();
    let mut longest = Duration::ZERO;
    for arguments in ends {
        let begun = Instant::now();
        project.ok(arguments);
        longest = longest.max(begun.elapsed());
        wanted.push(state(&project));
    }
    let mut chance = Chance::new(seed);
    let micros = usize::try_from(longest.as_micros()).expect("it is short");
    let mut cut_off = 0;
    for number in 0..kills {
        let (arguments, wanted) = (ends[number % 2], &wanted[number % 2]);
        let moment = Duration::from_micros(u64::try_from(chance.below(micros)).expect("it fits"));
        let begun = Instant::now();
        let mut child =
            project.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while begun.elapsed() < moment && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        cut_off += usize::from(child.wait().unwrap().code().is_none());
        let what = format!("seed {seed}, kill {number} after {moment:?}");
        project.run(&[arguments, &["--wait", "0"]].concat()).exits(0);
        let (schema, contents, recorded) = state(&project);
        assert_eq!(differences(&wanted.0, &schema), Vec::<String>::new(), "{what}");
        assert_eq!((&contents, &recorded), (&wanted.1, &wanted.2), "{what}");
        assert_eq!(project.texts("PRAGMA integrity_check"), ["ok"], "{what}");
        assert_eq!(project.list("."), ["app.db", "limbeck.toml", "migrations"], "{what}");
    }
    println!("{cut_off} of {kills} runs were cut off");
    assert!(cut_off > 0, "no run was cut off");
}

#[test]
fn a_run_that_is_killed_gets_to_the_same_end() {
    killed_at_random(7, 10);
}

#[test]
#[ignore = "takes minutes"]
fn many_runs_that_are_killed_get_to_the_same_end() {
    let number = |name: &str, otherwise: u64| {
        std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
    };
    let kills = usize::try_from(number("LIMBECK_KILLS", 500)).expect("it fits");
    killed_at_random(number("LIMBECK_SEED", 1), kills);
}

#[test]
fn a_database_that_another_program_has_locked_is_left_as_it_was() {
    let project =
        Project::with_config("[databases.default]\nurl = \"sqlite://app.db\"\nlock_timeout = \"20ms\"\n");
    let source = self::project();
    for name in ["a.toml", "b.toml", "c.toml"] {
        project.write(&format!("migrations/{name}"), source.read(&format!("migrations/{name}")));
    }
    project.ok(&["migrate", "b"]);
    let before = state(&project);
    let other = project.database();
    // One that writes, and one that only reads: SQLite cannot commit while somebody reads, unless the file has a log.
    for begin in ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE", "BEGIN; SELECT count(*) FROM teams"] {
        other.execute_batch(begin).unwrap();
        let ran = project.run(&["migrate", "--wait", "0"]);
        assert!(matches!(ran.code, Some(1 | 4)), "{begin}: {ran}");
        other.execute_batch("ROLLBACK").unwrap();
        assert_eq!(state(&project), before, "{begin}");
        assert_eq!(project.list("."), ["app.db", "limbeck.toml", "migrations"], "{begin}");
    }
    project.ok(&["migrate", "--wait", "0"]);
    assert_eq!(project.recorded(), ["a", "b", "c"]);
}
