//! Reading revisions and planning an upgrade to the heads, beside what Python's tomllib takes to parse the same files.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use limbeck_core::diag::Diagnose;
use limbeck_core::graph::{Applied, Specifier};
use limbeck_core::history::History;
use limbeck_core::plan;
use limbeck_core::revision::read_directories;

use crate::measure::{Failed, Table, medians_in_turn, output, python, ratio, shown, timed};
use crate::project;

const SIZES: [usize; 3] = [1_000, 10_000, 20_000];
const ROUNDS: usize = 5;

/// Prints the seconds that the parsing alone takes, without what Python takes to start.
const TOMLLIB: &str = "\
import glob, sys, time, tomllib
files = glob.glob(sys.argv[1] + '/*.toml')
begun = time.perf_counter()
for name in files:
    with open(name, 'rb') as file:
        tomllib.load(file)
print(time.perf_counter() - begun)
";

pub(crate) fn measure(table: &mut Table) -> Result<(), Failed> {
    let python = python();
    for size in SIZES {
        let folder = tempfile::tempdir()?;
        project::of_revisions(folder.path(), size)?;
        let migrations = folder.path().join("migrations");
        let mut ours = || load_and_plan(&migrations, size);
        ours()?;
        let mut theirs = || match &python {
            Some(python) => {
                let seconds = output(Command::new(python).args(["-c", TOMLLIB]).arg(&migrations))?;
                Ok(Duration::from_secs_f64(seconds.trim().parse()?))
            }
            None => Ok(Duration::ZERO),
        };
        let [time, other] = medians_in_turn(ROUNDS, &mut [&mut ours, &mut theirs])?;
        let each = time.as_secs_f64() * 1e6 / size as f64;
        let beside = python.as_ref().map(|_| ("tomllib", other, ratio(time, other)));
        let shown = format!("{} ({each:.1} µs each)", shown(time));
        table.row(format!("load and plan {size} revisions"), shown, beside, "≤ 0.10 ×, linear");
    }
    Ok(())
}

fn load_and_plan(migrations: &Path, size: usize) -> Result<Duration, Failed> {
    let (time, steps) = timed(|| -> Result<usize, Failed> {
        let revisions = read_directories(&[migrations.to_owned()]).map_err(|errors| {
            errors.iter().map(|error| error.diagnostic().to_string()).collect::<Vec<_>>().join("\n")
        })?;
        let standing = History::new(revisions).standing(&Applied::new())?;
        Ok(plan::upgrade(&standing.graph, &standing.applied, &[Specifier::heads()])?.len())
    });
    match steps? {
        steps if steps == size => Ok(time),
        steps => Err(format!("{steps} steps were planned for {size} revisions").into()),
    }
}
