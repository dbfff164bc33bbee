//! MySQL and MariaDB, where their variables lead to servers: beside their own dumpers and clients, which are looked for in
//! the folder that `LIMBECK_BENCH_PROGRAMS` names, or on PATH.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::measure::{Failed, Table, limbeck, tool};
use crate::server::{Migrating, Observing, Server, migrate, observe};

const FOLDER: &str = "LIMBECK_BENCH_PROGRAMS";

/// A server, with where its address stands and what its programs are called.
struct Mysql {
    name: &'static str,
    url: String,
    client: PathBuf,
    dumper: PathBuf,
}

impl Mysql {
    /// The server, or a loud word and `None` if something is missing.
    fn find(name: &'static str, variable: &str, client: &str, dumper: &str) -> Option<Self> {
        let Ok(url) = std::env::var(variable) else {
            eprintln!("\n*** SKIPPED: {variable} leads to no server\n");
            return None;
        };
        let (client, dumper) = (program(client)?, program(dumper)?);
        Some(Self { name, url, client, dumper })
    }

    /// A program that is told where the database of this address is. Passwords with marks that an address has to write
    /// otherwise are beyond it.
    fn at(program: &Path, url: &str) -> Command {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let (place, database) = rest.rsplit_once('/').unwrap_or((rest, ""));
        let (login, server) = place.rsplit_once('@').unwrap_or(("root", place));
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        let (host, port) = server.rsplit_once(':').unwrap_or((server, "3306"));
        let mut command = Command::new(program);
        command.args([
            "--no-defaults",
            "--default-character-set=utf8mb4",
            "-h",
            host,
            "-P",
            port,
            "-u",
            user,
        ]);
        command.env("MYSQL_PWD", password).arg(database);
        command
    }
}

/// A program by its name.
fn program(name: &str) -> Option<PathBuf> {
    match std::env::var_os(FOLDER) {
        Some(folder) => {
            let path = Path::new(&folder).join(name);
            tool(&path.to_string_lossy(), &["--version"]).map(|_| path)
        }
        None => tool(name, &["--version"]).map(|_| PathBuf::from(name)),
    }
}

impl Server for Mysql {
    fn name(&self) -> &str {
        self.name
    }

    fn url(&self) -> &str {
        &self.url
    }

    fn makes(&self, database: &str) -> String {
        format!("CREATE DATABASE {database};")
    }

    fn drops(&self, database: &str) -> String {
        format!("DROP DATABASE IF EXISTS {database};")
    }

    fn client(&self, url: &str) -> Command {
        Self::at(&self.client, url)
    }

    fn dumper(&self, url: &str) -> Command {
        let mut command = Self::at(&self.dumper, url);
        command.arg("--no-data");
        command
    }
}

pub(crate) fn measure(table: &mut Table) -> Result<(), Failed> {
    let found = [
        ("MariaDB", "LIMBECK_TEST_MARIADB_URL", "mariadb", "mariadb-dump"),
        ("MySQL", "LIMBECK_TEST_MYSQL_URL", "mysql", "mysqldump"),
    ]
    .map(|(name, variable, client, dumper)| (Mysql::find(name, variable, client, dumper), client, dumper));
    for (server, client, dumper) in found {
        let Some(server) = server else { continue };
        let limbeck = limbeck()?;
        let (goal, beside) = ("≤ 1.5 ×", format!("`{client}`, the same script"));
        migrate(table, &limbeck, &server, &Migrating { revisions: 300, rounds: 5, goal, beside: &beside })?;
        let beside = format!("`{dumper} --no-data`");
        // The dumper takes minutes for many tables.
        for (tables, rounds, goal) in [(1_000, 3, "≤ 0.5 ×"), (5_000, 1, "≤ 0.5 ×, linear")] {
            let schema = schema(tables);
            observe(table, &limbeck, &server, &Observing { tables, rounds, goal, schema, beside: &beside })?;
        }
    }
    Ok(())
}

/// Tables of eight columns with three indexes, a foreign key and a CHECK.
fn schema(tables: usize) -> String {
    let mut script = String::new();
    for n in 0..tables {
        let before = n.saturating_sub(1);
        script.push_str(&format!(
            "CREATE TABLE t{n} (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, `before` bigint, name varchar(100) NOT NULL \
             DEFAULT 'x', amount decimal(10, 2), made datetime NOT NULL DEFAULT CURRENT_TIMESTAMP, data json, flag tinyint(1) \
             NOT NULL DEFAULT 0, note text, KEY t{n}_before (`before`), UNIQUE KEY t{n}_name (name, amount), \
             KEY t{n}_note (note(20)), CONSTRAINT t{n}_fk FOREIGN KEY (`before`) REFERENCES t{before} (id) \
             ON DELETE CASCADE, CONSTRAINT t{n}_amount CHECK (amount >= 0));\n"
        ));
    }
    script
}
