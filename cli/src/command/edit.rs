use std::path::PathBuf;

use limbeck_core::diag::{Diagnose, Diagnostic};
use limbeck_core::revision::{Format, checksum, parse};

use crate::args::EditArgs;
use crate::context::{Context, specifier};
use crate::exit::{Exit, Failure};
use crate::settings::Settings;

/// `edit`
pub(super) async fn run(context: &Context, args: &EditArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    let wanted = specifier(&args.revision)?;
    for database in context.databases(&settings)? {
        let mut history = context.history(database)?;
        let standing = context.standing_for(database, &mut history, &[&wanted]).await?;
        let id = standing.graph.resolve_one(&wanted, &standing.applied)?;
        let Some(revision) = history.get(&id) else {
            return Err(Failure::new(
                Diagnostic::new("unknown-revision", format!("revision {id} has no file")).with_revision(&id),
            ));
        };
        let path = context.here.join(&*revision.source.file);
        open(&path)?;
        let shown = Settings::shown(&path);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            Failure::new(
                Diagnostic::new("unreadable-file", format!("cannot read {shown}: {error}"))
                    .with_revision(&id),
            )
        })?;
        let format = Format::of(&path).unwrap_or_default();
        let edited = parse(&*revision.source.file, text, format)
            .map_err(|errors| Failure::all(errors.iter().map(Diagnose::diagnostic).collect()))?;
        if checksum(&edited) != checksum(revision) {
            context.output.say(&format!(
                "{shown} says something else now; where it is applied already, `limbeck stamp {id} --accept-edits` records it as it is"
            ));
        }
    }
    Ok(Exit::Done)
}

/// Opens a file in the user's editor and waits for its end. The editor is started directly, without a shell.
fn open(path: &PathBuf) -> Result<(), Failure> {
    let editor = ["VISUAL", "EDITOR"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|editor| !editor.trim().is_empty()))
        .unwrap_or_else(|| "vi".to_owned());
    let failed = |why: String| {
        Failure::new(
            Diagnostic::new("editor-failed", format!("the editor `{editor}` {why}"))
                .with_help("name one in the environment variable VISUAL or EDITOR"),
        )
    };
    let mut words = editor.split_whitespace();
    let Some(program) = words.next() else { return Err(failed("is no program".to_owned())) };
    let status = std::process::Command::new(program)
        .args(words)
        .arg(path)
        .status()
        .map_err(|error| failed(format!("cannot be started: {error}")))?;
    if status.success() { Ok(()) } else { Err(failed(format!("failed ({status})"))) }
}
