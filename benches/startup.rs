//! How long the smallest command takes, from the start of the process to its end.

use std::process::Command;

use crate::measure::{Failed, Table, limbeck, limbeck_in, medians_in_turn, python, ratio, run, shown};
use crate::project;

const ROUNDS: usize = 50;

pub(crate) fn measure(table: &mut Table) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    project::of_revisions(folder.path(), 10)?;
    let limbeck = limbeck()?;
    let mut heads = || run(&mut limbeck_in(&limbeck, folder.path(), ["heads"]));
    heads()?;
    let (what, goal) = ("`limbeck heads`, 10 revisions", "< 10 ms");
    let Some(python) = python() else {
        let [time] = medians_in_turn(ROUNDS, &mut [&mut heads])?;
        table.row(what, shown(time), None, goal);
        return Ok(());
    };
    // No tool in Python can be faster than Python itself.
    let mut nothing = || run(Command::new(&python).args(["-c", "pass"]));
    nothing()?;
    let [time, other] = medians_in_turn(ROUNDS, &mut [&mut heads, &mut nothing])?;
    table.row(what, shown(time), Some(("`python3 -c pass`", other, ratio(time, other))), goal);
    Ok(())
}
