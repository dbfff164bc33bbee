//! The texts of new revisions, where a project has a template of its own.

use std::path::{Path, PathBuf};

use limbeck_core::diag::{Diagnose, Diagnostic};
use limbeck_core::revision::{Downgrade, Format, Revision, operations_to_toml, parse, write};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, context};

use crate::exit::Failure;
use crate::settings::{DatabaseConfig, Settings};

/// The text of a new revision's file: as limbeck writes it, or as the template of the configuration makes it.
pub(super) fn text(
    settings: &Settings,
    database: &DatabaseConfig,
    revision: &Revision,
    format: Format,
) -> Result<String, Failure> {
    let plain = write(revision, format)?;
    let Some(file) = template(&settings.templates, format) else { return Ok(plain) };
    let source = std::fs::read_to_string(file).map_err(|error| {
        bad(file, &format!("cannot be read: {error}")).with_help("check `template` under `[migrations]`")
    });
    let text = render(file, &source.map_err(Failure::new)?, &plain, database, revision, format)?;
    let made = parse("(what the template makes)", text.as_str(), format).map_err(|errors| {
        let mut problem = bad(file, "makes what is no revision");
        for error in errors {
            problem = problem.with_note(error.diagnostic().to_string());
        }
        Failure::new(
            problem.with_help("let it print `{{ text }}`, or `{{ header }}{{ upgrade }}{{ downgrade }}`"),
        )
    })?;
    if (&made.id, &made.parents) != (&revision.id, &revision.parents) {
        let problem = bad(file, "makes a revision with another id or other parents");
        return Err(Failure::new(problem.with_help("let it print `{{ header }}`")));
    }
    Ok(text)
}

/// The template for a format: one whose name says it, before one for both.
fn template(files: &[PathBuf], format: Format) -> Option<&Path> {
    let of = |file: &&PathBuf| {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = name.strip_suffix(".j2").unwrap_or(&name);
        Format::of(Path::new(stem))
    };
    let own = files.iter().find(|file| of(file) == Some(format));
    own.or_else(|| files.iter().find(|file| of(file).is_none())).map(PathBuf::as_path)
}

fn render(
    file: &Path,
    source: &str,
    plain: &str,
    database: &DatabaseConfig,
    revision: &Revision,
    format: Format,
) -> Result<String, Failure> {
    let (header, upgrade, downgrade) = parts(plain, revision, format);
    let texts = |items: &mut dyn Iterator<Item = String>| -> Vec<String> { items.collect() };
    let values = context! {
        text => plain,
        header => header,
        upgrade => upgrade,
        downgrade => downgrade,
        revision => revision.id.as_str(),
        parents => texts(&mut revision.parents.iter().map(ToString::to_string)),
        depends_on => revision.depends_on.clone(),
        labels => texts(&mut revision.labels.iter().map(ToString::to_string)),
        message => revision.message.clone(),
        created => revision.created.map(|created| created.to_string()),
        format => format.extension(),
        database => database.settings.name.clone(),
    };
    environment().and_then(|environment| environment.render_str(source, values)).map_err(|error| {
        let at = error.line().map(|line| format!(", line {line}")).unwrap_or_default();
        Failure::new(
            bad(file, &format!("cannot be filled in{at}: {error}"))
                .with_help("what it may use is listed in docs/configuration.md"),
        )
    })
}

/// How templates are read: what is not there is an error, and every line end counts.
pub(super) fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().keep_trailing_newline(true).build()?);
    Ok(environment)
}

/// The header of a revision's text, and what it says of each direction.
fn parts(plain: &str, revision: &Revision, format: Format) -> (String, String, String) {
    match format {
        Format::Toml => {
            let upgrade = operations_to_toml(&revision.upgrade);
            let header_end = plain.find("\n[[").map_or(plain.len(), |at| at + 1);
            let (header, rest) = plain.split_at(header_end);
            let downgrade = match &revision.downgrade {
                Downgrade::Operations(_) => rest.find("\n[[downgrade]]").map_or("", |at| &rest[at..]),
                Downgrade::Auto | Downgrade::Irreversible => "",
            };
            (header.to_owned(), upgrade, downgrade.to_owned())
        }
        Format::Sql => {
            let up = plain.find("\n-- limbeck: upgrade").unwrap_or(plain.len());
            let down = plain.find("\n-- limbeck: downgrade").unwrap_or(plain.len());
            (plain[..up].to_owned(), plain[up..down].to_owned(), plain[down..].to_owned())
        }
    }
}

fn bad(file: &Path, why: &str) -> Diagnostic {
    Diagnostic::new("bad-template", format!("the template {} {why}", Settings::shown(file)))
}
