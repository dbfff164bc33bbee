//! How each tool calls its files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use limbeck_core::diag::Diagnostic;

use super::files::{Found, list};
use super::{Migration, Script, Version, sections};
use crate::args::ForeignTool;
use crate::exit::Failure;
use crate::settings::Settings;

/// What was found in a folder.
#[derive(Debug, Default)]
pub(crate) struct Project {
    /// The migrations, in the order in which the tool runs them.
    pub(crate) migrations: Vec<Migration>,
    /// What was passed over, and what else a reader should know.
    pub(crate) warnings: Vec<Diagnostic>,
}

/// Reads the migrations of `tool` in `dir`.
///
/// # Errors
/// What cannot be read or taken over, and a tool whose migrations are programs.
pub(crate) fn read(tool: ForeignTool, dir: &Path) -> Result<Project, Failure> {
    // In Flyway and refinery folders are for people only.
    let deep = matches!(tool, ForeignTool::Flyway | ForeignTool::Refinery);
    let mut names = BTreeMap::new();
    let mut project = Project::default();
    let mut problems = Vec::new();
    for found in list(dir, deep)? {
        match place(tool, &found) {
            Some(place) if place.is_program => problems.push(program(tool, &found)),
            Some(place) => {
                let slot = names.entry((place.version.clone(), place.is_way_back)).or_insert_with(Vec::new);
                slot.push((place, found));
            }
            None if found.name.ends_with(".sql") || (tool == ForeignTool::Diesel && found.is_folder) => {
                project.warnings.push(passed_over(tool, &found));
            }
            None => {}
        }
    }
    let mut forward = BTreeMap::new();
    let mut back = BTreeMap::new();
    for ((version, is_way_back), mut slot) in names {
        let Some((place, found)) = slot.pop() else { continue };
        if let Some((_, other)) = slot.first() {
            problems.push(twice(&version, &other.path, &found.path));
        }
        let ways = if is_way_back { &mut back } else { &mut forward };
        ways.insert(version, (place, found));
    }
    for (version, (place, found)) in forward {
        let undo = back.remove(&version);
        match migration(tool, place, &found, undo.map(|(_, found)| found.path).as_deref()) {
            Ok(migration) => project.migrations.push(migration),
            Err(failure) => problems.extend(failure.diagnostics),
        }
    }
    for (_, (_, found)) in back {
        project.warnings.push(
            Diagnostic::new(
                "foreign-file-left-out",
                format!(
                    "{} is left out: it undoes a migration that is not there",
                    Settings::shown(&found.path)
                ),
            )
            .with_help("put the migration beside it, and import anew"),
        );
    }
    if problems.is_empty() { Ok(project) } else { Err(Failure::all(problems)) }
}

/// What the name of a file or folder says.
struct Place {
    version: Version,
    title: String,
    stem: String,
    is_way_back: bool,
    /// It is no SQL.
    is_program: bool,
}

/// What a name says to the tool; `None` if it means nothing to it.
fn place(tool: ForeignTool, found: &Found) -> Option<Place> {
    let prefixed = matches!(tool, ForeignTool::Flyway | ForeignTool::Refinery);
    let (bare, ending) = match (tool, found.is_folder) {
        (ForeignTool::Diesel, true) => (found.name.as_str(), "sql"),
        (_, true) | (ForeignTool::Diesel, false) => return None,
        (_, false) => found.name.rsplit_once('.')?,
    };
    let (stem, is_way_back) = match tool {
        ForeignTool::GolangMigrate | ForeignTool::Sqlx => match bare.rsplit_once('.') {
            Some((stem, "up")) => (stem, false),
            Some((stem, "down")) => (stem, true),
            _ if tool == ForeignTool::Sqlx => (bare, false),
            _ => return None,
        },
        _ => (bare, prefixed && tool == ForeignTool::Flyway && bare.starts_with('U')),
    };
    let (version, title) = if prefixed {
        let (head, title) = stem.split_once("__")?;
        let number = head.strip_prefix(['V', 'U']).and_then(Version::numbers);
        match (tool, head, number) {
            (_, _, Some(version)) => (version, title),
            (ForeignTool::Flyway, "R", None) => (Version::name(title), title),
            _ => return None,
        }
    } else {
        let (head, title) = stem.split_once('_').unwrap_or((stem, ""));
        (Version::numbers(head)?, title)
    };
    let is_program = match ending {
        "sql" => false,
        "rs" | "go" | "java" | "kt" | "py" | "js" | "ts" => true,
        _ => return None,
    };
    let title = title.replace(['_', '-'], " ").trim().to_owned();
    Some(Place { version, title, stem: stem.to_owned(), is_way_back, is_program })
}

/// Reads one migration.
fn migration(
    tool: ForeignTool,
    place: Place,
    found: &Found,
    undo: Option<&Path>,
) -> Result<Migration, Failure> {
    let Place { version, title, stem, .. } = place;
    let whole = |path: &Path| Script::read(path);
    let (up, down, outside_transaction) = match tool {
        ForeignTool::Diesel => {
            let down = found.path.join("down.sql");
            let down = if down.exists() { Some(whole(&down)?) } else { None };
            (whole(&found.path.join("up.sql"))?, down, diesel_runs_outside(&found.path)?)
        }
        ForeignTool::Goose => sections::goose(&whole(&found.path)?)?,
        ForeignTool::Dbmate => sections::dbmate(&whole(&found.path)?)?,
        _ => {
            let up = whole(&found.path)?;
            let outside = match tool {
                ForeignTool::Sqlx => up.text().starts_with("-- no-transaction"),
                ForeignTool::Refinery => up.text().lines().any(|line| {
                    let comment = line.trim_start().strip_prefix("--").unwrap_or_default();
                    comment.trim_start().starts_with("refinery:noTransaction")
                }),
                ForeignTool::Flyway => flyway_runs_outside(&found.path)?,
                _ => false,
            };
            (up, undo.map(whole).transpose()?, outside)
        }
    };
    if tool == ForeignTool::Flyway {
        for script in [Some(&up), down.as_ref()].into_iter().flatten() {
            refuse_placeholders(script)?;
        }
    }
    Ok(Migration { version, title, stem, up, down, outside_transaction })
}

/// Whether `metadata.toml` says so.
fn diesel_runs_outside(folder: &Path) -> Result<bool, Failure> {
    let path = folder.join("metadata.toml");
    if !path.exists() {
        return Ok(false);
    }
    let text = super::files::text(&path)?;
    let table: toml::Table = toml::from_str(&text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        let location = limbeck_core::diag::Location::new(Settings::shown(&path), text.clone(), span);
        Failure::new(Diagnostic::new("foreign-syntax", error.message().to_owned()).with_location(location))
    })?;
    Ok(table.get("run_in_transaction").and_then(toml::Value::as_bool) == Some(false))
}

/// Whether the script's own configuration says so.
fn flyway_runs_outside(file: &Path) -> Result<bool, Failure> {
    let mut path = file.as_os_str().to_owned();
    path.push(".conf");
    let path = PathBuf::from(path);
    if !path.exists() {
        return Ok(false);
    }
    let text = super::files::text(&path)?;
    Ok(text.lines().filter_map(|line| line.split_once('=')).any(|(key, value)| {
        key.trim() == "executeInTransaction" && value.trim().eq_ignore_ascii_case("false")
    }))
}

/// Flyway fills in what stands in `${…}`, out of settings that are not known here.
fn refuse_placeholders(script: &Script) -> Result<(), Failure> {
    let Some(at) = script.text().find("${") else { return Ok(()) };
    let length = script.text()[at..].find('}').map_or(2, |end| end + 1);
    Err(Failure::new(
        Diagnostic::new("foreign-syntax", "a placeholder, which only Flyway can fill in")
            .with_location(script.location(at..at + length))
            .with_help("write its value there, and import anew"),
    ))
}

fn program(tool: ForeignTool, found: &Found) -> Diagnostic {
    Diagnostic::new(
        "foreign-program",
        format!("{} is a program, and only {} can run it", Settings::shown(&found.path), tool.name()),
    )
    .with_help("write in SQL what it does, under the same name; or take the schema over as one revision: `limbeck makemigrations --to database:NAME` and `limbeck stamp heads`")
}

fn passed_over(tool: ForeignTool, found: &Found) -> Diagnostic {
    Diagnostic::new(
        "foreign-file-left-out",
        format!("{} is left out: {} has no migration of such a name", Settings::shown(&found.path), tool.name()),
    )
    .with_help("if it belongs to them, write a revision of it by hand: `limbeck makemigrations --empty --format sql`")
}

fn twice(version: &Version, one: &Path, other: &Path) -> Diagnostic {
    Diagnostic::new(
        "duplicate-revision",
        format!(
            "version {} is there twice: {} and {}",
            version.text,
            Settings::shown(one),
            Settings::shown(other)
        ),
    )
    .with_help("remove one of the two, or rename it; nothing was written")
}
