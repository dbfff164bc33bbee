//! Programs that are run on each file that limbeck has written: formatters and the like.

use std::path::Path;
use std::process::{Command, Stdio};

use limbeck_core::diag::{Diagnose, Diagnostic};
use limbeck_core::revision::{Format, Revision, checksum, parse};

use crate::exit::Failure;
use crate::settings::Settings;
use crate::view::Output;

/// Runs all hooks on the file, one after the other, in the folder of the configuration and without a shell.
///
/// # Errors
/// If one fails, or leaves something else than the revision behind. The file stays as it is then.
pub(super) fn run(
    settings: &Settings,
    output: Output,
    file: &Path,
    written: &Revision,
) -> Result<(), Failure> {
    for command in &settings.hooks {
        let shown = command.join(" ");
        let failed = |why: String| {
            Failure::new(
                Diagnostic::new("hook-failed", format!("the hook `{shown}` {why}"))
                    .with_help("see `[[migrations.hooks]]` in the configuration")
                    .with_note(format!("{} is written", Settings::shown(file))),
            )
        };
        let path = file.to_string_lossy();
        let mut words: Vec<String> = command.iter().map(|word| word.replace("{file}", &path)).collect();
        if !command.iter().any(|word| word.contains("{file}")) {
            words.push(path.into_owned());
        }
        let (program, arguments) =
            words.split_first().ok_or_else(|| failed("names no program".to_owned()))?;
        let done = Command::new(program)
            .args(arguments)
            .current_dir(&settings.directory)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| failed(format!("cannot be started: {error}")))?;
        // Standard output is for answers.
        for line in String::from_utf8_lossy(&done.stdout).lines() {
            output.note(line);
        }
        if !done.status.success() {
            return Err(failed(format!("failed ({})", done.status)));
        }
        let text =
            std::fs::read_to_string(file).map_err(|error| failed(format!("took the file away: {error}")))?;
        let format = Format::of(file).unwrap_or_default();
        let left = parse(file.to_string_lossy(), text, format).map_err(|errors| {
            let problem = failed("left what is no revision".to_owned());
            let notes = errors.iter().map(|error| error.diagnostic().to_string());
            let diagnostics = problem
                .diagnostics
                .into_iter()
                .map(|diagnostic| notes.clone().fold(diagnostic, Diagnostic::with_note))
                .collect();
            Failure::all(diagnostics)
        })?;
        if checksum(&left) != checksum(written) {
            output.note(&format!("note: the hook `{shown}` has changed what the revision does"));
        }
    }
    Ok(())
}
