//! What is measured on a server: reading a database beside the server's own dumper, and applying revisions beside its
//! client. Each works on a database of its own, which is dropped again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::measure::{Failed, Table, fed, limbeck_in, medians_in_turn, output, ratio, run, shown, spent};
use crate::project;

/// A server with what its users have without limbeck.
pub(crate) trait Server {
    /// Its name, for people.
    fn name(&self) -> &str;
    /// The address of a database of it.
    fn url(&self) -> &str;
    /// Statements that make a database, or drop it if it is there.
    fn makes(&self, database: &str) -> String;
    fn drops(&self, database: &str) -> String;
    /// Its client at the database of this address, which reads statements and stops at the first error.
    fn client(&self, url: &str) -> Command;
    /// The program that prints the statements that make the schema of that database.
    fn dumper(&self, url: &str) -> Command;
}

/// A database of one's own.
struct Own<'a> {
    server: &'a dyn Server,
    name: String,
}

impl<'a> Own<'a> {
    fn new(server: &'a dyn Server, name: &str) -> Result<Self, Failed> {
        let own = Self { server, name: format!("limbeck_bench_{}_{name}", std::process::id()) };
        own.afresh()?;
        Ok(own)
    }

    fn url(&self) -> String {
        let server = self.server.url();
        let place = server.rsplit_once('/').map_or(server, |(place, _)| place);
        format!("{place}/{}", self.name)
    }

    fn afresh(&self) -> Result<(), Failed> {
        self.drop_it()?;
        self.tell(&self.server.makes(&self.name))
    }

    fn drop_it(&self) -> Result<(), Failed> {
        self.tell(&self.server.drops(&self.name))
    }

    /// Has the server do something with the database, from another one.
    fn tell(&self, sql: &str) -> Result<(), Failed> {
        let script = tempfile::NamedTempFile::new()?;
        fs::write(script.path(), sql)?;
        fed(&mut self.server.client(self.server.url()), script.path())?;
        Ok(())
    }
}

impl Drop for Own<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.drop_it() {
            eprintln!("database {} is left behind: {error}", self.name);
        }
    }
}

/// How a database is read.
pub(crate) struct Observing<'a> {
    pub(crate) tables: usize,
    pub(crate) rounds: usize,
    pub(crate) goal: &'a str,
    /// The statements that make the tables.
    pub(crate) schema: String,
    /// What stands beside limbeck.
    pub(crate) beside: &'a str,
}

pub(crate) fn observe(
    table: &mut Table,
    limbeck: &Path,
    server: &dyn Server,
    observing: &Observing<'_>,
) -> Result<(), Failed> {
    let Observing { tables, rounds, goal, schema, beside } = observing;
    let own = Own::new(server, &format!("observe_{tables}"))?;
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    let script = here.join("script.sql");
    fs::write(&script, schema)?;
    let url = own.url();
    fed(&mut server.client(&url), &script)?;
    let mut ours = || run(&mut limbeck_in(limbeck, here, ["inspect", url.as_str(), "--format", "json"]));
    let mut theirs = || run(&mut server.dumper(&url));
    let [time, other] = medians_in_turn(*rounds, &mut [&mut ours, &mut theirs])?;
    table.row(
        format!("`inspect --format json`, {}, {tables} tables", server.name()),
        spent(time, *tables),
        Some((beside, other, ratio(time, other))),
        *goal,
    );
    Ok(())
}

/// How revisions are applied.
pub(crate) struct Migrating<'a> {
    pub(crate) revisions: usize,
    pub(crate) rounds: usize,
    pub(crate) goal: &'a str,
    /// What stands beside limbeck.
    pub(crate) beside: &'a str,
}

pub(crate) fn migrate(
    table: &mut Table,
    limbeck: &Path,
    server: &dyn Server,
    migrating: &Migrating<'_>,
) -> Result<(), Failed> {
    let Migrating { revisions, rounds, goal, beside } = migrating;
    let own = Own::new(server, "migrate")?;
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    project::of_revisions(here, *revisions)?;
    let url = own.url();
    fs::write(here.join("limbeck.toml"), format!("[databases.default]\nurl = \"{url}\"\n"))?;
    let file = script(limbeck, here)?;
    let mut ours = || {
        own.afresh()?;
        run(&mut limbeck_in(limbeck, here, ["migrate"]))
    };
    let mut theirs = || {
        own.afresh()?;
        fed(&mut server.client(&url), &file)
    };
    let [time, other] = medians_in_turn(*rounds, &mut [&mut ours, &mut theirs])?;
    table.row(
        format!("`migrate`, {revisions} revisions, {}", server.name()),
        shown(time),
        Some((beside, other, ratio(time, other))),
        *goal,
    );
    Ok(())
}

/// The statements of all revisions, in a file.
fn script(limbeck: &Path, here: &Path) -> Result<PathBuf, Failed> {
    let file = here.join("script.sql");
    fs::write(&file, output(&mut limbeck_in(limbeck, here, ["migrate", "--sql", "base:heads"]))?)?;
    Ok(file)
}
