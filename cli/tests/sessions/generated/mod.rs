//! Schemas and histories that a seeded program writes as plain SQL, carried over by the real program step by step: what is
//! reached is what SQLite itself holds, a second comparison finds nothing, no row is lost, and the way back leads back.
//!
//! The long history takes another seed from `LIMBECK_SEED`, another size from `LIMBECK_TABLES` and `LIMBECK_STEPS`, and
//! another build of the program from `LIMBECK_PROGRAM`.

mod author;
pub(crate) mod catalog;
pub(crate) mod chance;
mod draw;
mod world;

use std::collections::BTreeMap;

use rusqlite::Connection;

use self::author::{Author, Step};
use self::catalog::{Catalog, catalog, differences, rows};
use super::support::{Project, Ran};

/// The source, and a project whose database is led after it.
struct Pair {
    author: Author,
    project: Project,
    number: usize,
}

/// A number out of the environment.
fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name)
        .map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

impl Pair {
    fn new(seed: u64) -> Self {
        let mut project = Project::new();
        if let Some(program) = std::env::var_os("LIMBECK_PROGRAM") {
            project.set_program(program.into());
        }
        let source = Connection::open(project.path("source.db")).unwrap();
        source.execute_batch("PRAGMA synchronous = OFF").unwrap();
        Self { author: Author::new(source, seed), project, number: 0 }
    }

    fn found(&self) -> Catalog {
        if self.project.has("app.db") { catalog(&self.project.database()) } else { Catalog::new() }
    }

    /// Writes a revision towards the source and applies it; what was said, if that fails.
    fn follow(&mut self, renames: &[String]) -> Result<(), Ran> {
        self.number += 1;
        let message = format!("step {}", self.number);
        let id = format!("s{}", self.number);
        let mut arguments = vec!["makemigrations", &message, "--rev-id", &id, "--no-rename", "--no-fill"];
        arguments.extend(["--to", "sqlite://source.db"]);
        for rename in renames {
            arguments.extend(["--rename", rename]);
        }
        let ran = self.project.run(&arguments);
        if ran.code != Some(0) {
            return Err(ran);
        }
        self.migrate()
    }

    fn migrate(&self) -> Result<(), Ran> {
        let ran = self.project.run(&["migrate", "-y", "--allow-destructive"]);
        if ran.code == Some(0) { Ok(()) } else { Err(ran) }
    }

    #[track_caller]
    fn same(&self, wanted: &Catalog, what: &str) {
        let differing = differences(wanted, &self.found());
        assert!(differing.is_empty(), "{what}:\n{}", differing.join("\n"));
    }

    /// A comparison with the source finds nothing.
    fn nothing_more(&self, what: &str) {
        let ran =
            self.project.run(&["makemigrations", "--check", "--no-rename", "--to", "sqlite://source.db"]);
        assert_eq!(ran.code, Some(0), "{what}: no fixed point: {ran}");
    }

    /// One step of the source, followed there, back and there again.
    fn step(&mut self) {
        let before = catalog(&self.author.database);
        let step = self.author.step();
        let after = catalog(&self.author.database);
        if before == after {
            return;
        }
        let what = format!("step {}, {:?}\n{}", self.number + 1, step.renames, step.script);
        self.fill(&wants_more(&before, &after));
        let held = values(&self.project.database());
        self.forward(&step, &held, &what);
        self.same(&after, &what);
        if self.number.is_multiple_of(5) {
            self.nothing_more(&what);
        }
        let ran = self.project.run(&["downgrade", "-1", "-y", "--allow-destructive"]);
        assert_eq!(ran.code, Some(0), "{what}: downgrade: {ran}");
        self.same(&before, &format!("{what}: after the downgrade"));
        self.migrate().unwrap_or_else(|ran| panic!("{what}: up again: {ran}"));
        self.same(&after, &format!("{what}: up again"));
    }

    fn forward(&mut self, step: &Step, held: &Values, what: &str) {
        if let Err(ran) = self.follow(&step.renames) {
            // Rows may be in the way, rightly: a stricter constraint, a key that is not unique.
            let refused = ["constraint failed", "would lead nowhere", "cannot store", "datatype mismatch"];
            assert!(refused.iter().any(|text| ran.stderr.contains(text)), "{what}: {ran}");
            empty(&self.project.database(), None);
            self.migrate().unwrap_or_else(|ran| panic!("{what}: without rows: {ran}"));
            return;
        }
        let now = values(&self.project.database());
        for (column, values) in held {
            let left = now.get(column);
            assert!(left.is_none_or(|left| left == values), "{what}: {column}: {values:?} became {left:?}");
        }
    }

    /// Puts a row into every table that takes one; those in `strict` get none.
    fn fill(&self, strict: &[String]) {
        let database = self.project.database();
        empty(&database, Some(strict));
        database.execute_batch("PRAGMA foreign_keys = ON; BEGIN").unwrap();
        for table in tables(&database).iter().filter(|table| !strict.contains(table)) {
            let columns = rows(
                &database,
                &format!(
                    "SELECT name, type, \"notnull\" AND dflt_value IS NULL FROM pragma_table_xinfo('{}') WHERE hidden = 0",
                    table.replace('\'', "''")
                ),
            );
            let number = self.number;
            let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
            let (names, values): (Vec<String>, Vec<String>) = columns
                .iter()
                .enumerate()
                .filter(|(at, column)| column[2] == "1" || (at + number).is_multiple_of(2))
                .map(|(at, column)| (quoted(&column[0]), plain(&column[1], number * 100 + at)))
                .unzip();
            let insert = if names.is_empty() {
                format!("INSERT INTO {} DEFAULT VALUES", quoted(table))
            } else {
                format!("INSERT INTO {} ({}) VALUES ({})", quoted(table), names.join(", "), values.join(", "))
            };
            // A key, a check or a trigger may want more than a plain row: the table then stays as it is.
            if database.execute_batch(&format!("SAVEPOINT one; {insert}; RELEASE one")).is_err()
                && !database.is_autocommit()
            {
                database.execute_batch("ROLLBACK TO one; RELEASE one").unwrap();
            }
        }
        if database.execute_batch("COMMIT").is_err() {
            // A deferred key: no row, then.
            database.execute_batch("ROLLBACK").unwrap();
        }
    }
}

/// A plain value for a column of the type `ty`.
fn plain(ty: &str, number: usize) -> String {
    let ty = ty.to_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| ty.contains(word));
    if is(&["char", "text", "json", "date", "time"]) {
        format!("'{number} it''s'")
    } else if is(&["blob"]) {
        format!("x'{number:08x}'")
    } else {
        number.to_string()
    }
}

fn tables(database: &Connection) -> Vec<String> {
    rows(
        database,
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
         AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'limbeck%' ORDER BY name",
    )
    .into_iter()
    .flatten()
    .collect()
}

/// Takes the rows out of these tables, or of all.
fn empty(database: &Connection, which: Option<&[String]>) {
    let keys = if which.is_some() { "ON" } else { "OFF" };
    database.execute_batch(&format!("PRAGMA foreign_keys = {keys}")).unwrap();
    for table in tables(database) {
        if which.is_none_or(|which| which.contains(&table)) {
            // A key that restricts may forbid it, or one that would set a computed column: what then is refused, is tried
            // without any rows.
            let delete = format!("DELETE FROM \"{}\"", table.replace('"', "\"\""));
            if let Err(error) = database.execute_batch(&delete) {
                let rightly = ["constraint failed", "cannot UPDATE generated column"];
                assert!(rightly.iter().any(|text| error.to_string().contains(text)), "{error}");
            }
        }
    }
}

type Values = BTreeMap<String, Vec<String>>;

/// The values of each column, by table, column and what the column is.
fn values(database: &Connection) -> Values {
    let mut found = Values::new();
    for table in tables(database) {
        let name = table.replace('\'', "''");
        let columns =
            rows(database, &format!("SELECT name, type FROM pragma_table_xinfo('{name}') WHERE hidden = 0"));
        for column in columns {
            let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
            let sql = format!("SELECT quote({}) FROM {} ORDER BY 1", quoted(&column[0]), quoted(&table));
            let values = rows(database, &sql).into_iter().flatten().collect();
            found.insert(format!("{table}.{} {}", column[0], column[1].to_lowercase()), values);
        }
    }
    found
}

/// The tables of which rows may rightly be refused: they get a constraint, or a NOT NULL column without a default.
fn wants_more(before: &Catalog, after: &Catalog) -> Vec<String> {
    let mut tables = Vec::new();
    for key in after.keys().filter(|key| key.starts_with("table ")) {
        let name = &key["table ".len()..];
        let of = |key: &String| {
            ["clauses", "uniques", "keys", "table"].iter().any(|kind| *key == format!("{kind} {name}"))
                || key.starts_with(&format!("column {name} "))
                || key.starts_with(&format!("index {name} "))
        };
        let part = |catalog: &Catalog| -> Vec<String> {
            catalog.iter().filter(|(key, _)| of(key)).map(|(key, text)| format!("{key} {text}")).collect()
        };
        let (old, new) = (part(before), part(after));
        let more = new.iter().filter(|line| !old.contains(line));
        if before.contains_key(key) && more.clone().any(|line| is_strict(line)) {
            tables.push(name.to_owned());
        }
    }
    tables
}

fn is_strict(line: &str) -> bool {
    let column = line.strip_prefix("column ");
    match column {
        // … type, NOT NULL, default, place in the key, whether it is computed
        Some(_) => line.contains(" 1 ∅ ") || line.contains(" 1  "),
        None => !line.starts_with("index ") || line.contains("unique"),
    }
}

fn history(seed: usize, tables: usize, steps: usize) {
    let mut pair = Pair::new(u64::try_from(seed).expect("it fits"));
    println!("seed {seed}");
    pair.author.begin(tables);
    pair.follow(&[]).unwrap_or_else(|ran| panic!("out of nothing: {ran}"));
    pair.same(&catalog(&pair.author.database), "out of nothing");
    pair.nothing_more("out of nothing");
    for step in 0..steps {
        pair.step();
        if step.is_multiple_of(50) {
            println!("step {step}");
        }
    }
    pair.nothing_more("at the end");
    empty(&pair.project.database(), None);
    pair.project.ok(&["downgrade", "base", "-y", "--allow-destructive"]);
    pair.same(&Catalog::new(), "back at the beginning");
}

#[test]
fn a_generated_history_leads_there_and_back() {
    history(3, 10, 10);
}

#[test]
#[ignore = "takes minutes"]
fn a_long_history_leads_there_and_back() {
    history(number("LIMBECK_SEED", 1), number("LIMBECK_TABLES", 90), number("LIMBECK_STEPS", 700));
}
