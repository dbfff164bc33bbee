//! `migrate` on SQLite, beside the program `sqlite3` that is fed the same statements.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::measure::{
    self, Failed, Table, limbeck, limbeck_in, medians_in_turn, output, ratio, run, shown, tool,
};
use crate::project;

const REVISIONS: usize = 1_000;
const ROUNDS: usize = 5;

pub(crate) fn measure(table: &mut Table) -> Result<(), Failed> {
    let limbeck = limbeck()?;
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    project::of_revisions(here, REVISIONS)?;
    let script = output(&mut limbeck_in(&limbeck, here, ["migrate", "--sql", "base:heads"]))?;
    let (with, without) = (here.join("with.sql"), here.join("without.sql"));
    fs::write(&with, &script)?;
    fs::write(&without, without_record(&script))?;
    let mut ours = || {
        afresh(here)?;
        run(&mut limbeck_in(&limbeck, here, ["migrate"]))
    };
    let what = format!("`migrate`, {REVISIONS} revisions, SQLite");
    let Some(sqlite) = tool("sqlite3", &["--version"]) else {
        let [time] = medians_in_turn(ROUNDS, &mut [&mut ours])?;
        table.row(what, shown(time), None, "≤ 1.3 ×");
        return Ok(());
    };
    let mut recorded = || fed(&sqlite, here, &with);
    let mut bare = || fed(&sqlite, here, &without);
    let [time, recorded, bare] = medians_in_turn(ROUNDS, &mut [&mut ours, &mut recorded, &mut bare])?;
    for (name, other) in [("`sqlite3`, same script", recorded), ("`sqlite3`, without the record", bare)] {
        table.row(what.clone(), shown(time), Some((name, other, ratio(time, other))), "≤ 1.3 ×");
    }
    Ok(())
}

/// Takes the database away.
fn afresh(here: &Path) -> Result<(), Failed> {
    for ending in ["", "-journal", "-wal", "-shm"] {
        match fs::remove_file(here.join(format!("app.db{ending}"))) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// How long `sqlite3` takes for a script on a new database.
fn fed(sqlite: &Path, here: &Path, script: &Path) -> Result<Duration, Failed> {
    afresh(here)?;
    measure::fed(Command::new(sqlite).args(["-bail", "app.db"]).current_dir(here), script)
}

/// The script without the lines that write down what was applied.
fn without_record(script: &str) -> String {
    const RECORD: &str = "INSERT INTO \"limbeck_revisions\"";
    // The text of the revision's file is the last value, and it ends with a line.
    const END: &str = "');";
    let mut kept = String::with_capacity(script.len());
    let mut within = false;
    for line in script.lines() {
        within |= line.starts_with(RECORD);
        if !within {
            kept.push_str(line);
            kept.push('\n');
        }
        within &= line != END;
    }
    kept
}
