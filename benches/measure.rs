//! Times, medians, other programs, and the table that comes out.

use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Why something was not measured.
pub(crate) type Failed = Box<dyn std::error::Error>;

/// How long `work` takes, and what it gives back.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let begun = Instant::now();
    let result = work();
    (begun.elapsed(), result)
}

/// The medians of several things that are measured in turn, each time in another order: what the machine does
/// meanwhile meets them all alike.
pub(crate) fn medians_in_turn<const N: usize>(
    rounds: usize,
    things: &mut [&mut dyn FnMut() -> Result<Duration, Failed>; N],
) -> Result<[Duration; N], Failed> {
    let mut times: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::with_capacity(rounds));
    for round in 0..rounds {
        for step in 0..N {
            let which = (round + step) % N;
            times[which].push(things[which]()?);
        }
    }
    Ok(times.map(median))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// How long a program runs until it has ended well.
pub(crate) fn run(command: &mut Command) -> Result<Duration, Failed> {
    ended(command.stdin(Stdio::null()))
}

/// The same for a program that reads a script.
pub(crate) fn fed(command: &mut Command, script: &Path) -> Result<Duration, Failed> {
    ended(command.stdin(File::open(script)?))
}

fn ended(command: &mut Command) -> Result<Duration, Failed> {
    let (time, output) = timed(|| command.output());
    let output = output.map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("{command:?}: {}\n{said}", output.status).into());
    }
    Ok(time)
}

/// What a program prints.
pub(crate) fn output(command: &mut Command) -> Result<String, Failed> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("{command:?}: {}\n{said}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The program itself and not what starts it (pyenv's python3 is a shell script that takes longer than Python), or a
/// loud word and `None` if it is not there.
pub(crate) fn tool(name: &str, arguments_that_tell_its_path: &[&str]) -> Option<PathBuf> {
    match output(Command::new(name).args(arguments_that_tell_its_path)) {
        Ok(path) if path.trim_start().starts_with('/') => Some(PathBuf::from(path.trim())),
        Ok(_) => Some(PathBuf::from(name)),
        Err(error) => {
            eprintln!("\n*** SKIPPED: `{name}` cannot be run, so nothing is set beside limbeck: {error}\n");
            None
        }
    }
}

/// Python 3.11 or later.
pub(crate) fn python() -> Option<PathBuf> {
    tool("python3", &["-c", "import sys, tomllib; print(sys.executable)"])
}

/// The program `limbeck`: the one that `LIMBECK_PROGRAM` names, or that of this source, built for release.
pub(crate) fn limbeck() -> Result<PathBuf, Failed> {
    if let Some(program) = std::env::var_os("LIMBECK_PROGRAM") {
        return Ok(std::path::absolute(program)?);
    }
    let this = std::env::current_exe()?;
    let target = this.ancestors().nth(3).ok_or("this program is in no target directory")?;
    run(Command::new(env!("CARGO"))
        .args(["build", "--release", "-p", "limbeck-cli", "--bin", "limbeck", "--target-dir"])
        .arg(target))?;
    Ok(target.join("release").join(format!("limbeck{}", std::env::consts::EXE_SUFFIX)))
}

/// `limbeck` with these arguments in `folder`, and without what the user's environment says about databases.
pub(crate) fn limbeck_in(
    program: &Path,
    folder: &Path,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("LIMBECK_") || text == "DATABASE_URL" || text == "RUST_LOG" {
            command.env_remove(&name);
        }
    }
    command.current_dir(folder).args(arguments);
    command
}

/// Rows of what was measured.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<[String; 5]>);

impl Table {
    /// Adds a row. `goal` is what the project wants of it.
    pub(crate) fn row(
        &mut self,
        what: impl Into<String>,
        limbeck: impl Into<String>,
        beside: Option<(&str, Duration, f64)>,
        goal: impl Into<String>,
    ) {
        let (beside, ratio) = match beside {
            Some((name, time, ratio)) => (format!("{name}: {}", shown(time)), format!("{ratio:.2} ×")),
            None => ("–".to_owned(), "–".to_owned()),
        };
        let row = [what.into(), limbeck.into(), beside, ratio, goal.into()];
        eprintln!("  {}", row.join(" | "));
        self.0.push(row);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["what", "limbeck", "beside", "limbeck ÷ beside", "goal"].map(str::to_owned);
        let all = || std::iter::once(&head).chain(&self.0);
        let widths: [usize; 5] =
            std::array::from_fn(|at| all().map(|row| row[at].chars().count()).max().unwrap_or_default());
        for (number, row) in all().enumerate() {
            for (cell, width) in row.iter().zip(widths) {
                write!(f, "| {cell:width$} ")?;
            }
            writeln!(f, "|")?;
            if number == 0 {
                for width in widths {
                    write!(f, "|{:-<width$}", "", width = width + 2)?;
                }
                writeln!(f, "|")?;
            }
        }
        Ok(())
    }
}

/// A time for people.
pub(crate) fn shown(time: Duration) -> String {
    match time.as_secs_f64() * 1000.0 {
        ms if ms < 10.0 => format!("{ms:.1} ms"),
        ms => format!("{ms:.0} ms"),
    }
}

/// A time for `count` things, and for each of them.
pub(crate) fn spent(time: Duration, count: usize) -> String {
    let each = time.as_secs_f64() * 1e6 / count as f64;
    format!("{} ({each:.0} µs each)", shown(time))
}

/// How many times as long as `other` it took.
pub(crate) fn ratio(time: Duration, other: Duration) -> f64 {
    time.as_secs_f64() / other.as_secs_f64()
}
