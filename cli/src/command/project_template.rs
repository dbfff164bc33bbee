//! `init --template`: a folder whose files become those of a new project.

use std::fs;
use std::path::{Path, PathBuf};

use limbeck_core::diag::Diagnostic;
use minijinja::context;

use super::template::environment;
use crate::args::RevisionFormat;
use crate::exit::Failure;
use crate::settings::{CONFIG_FILE, Settings};

/// The files of a template, by their paths in the project.
pub(super) struct ProjectTemplate {
    /// `limbeck.toml.j2`, which is filled in.
    config: Option<String>,
    /// All others, as they are.
    pub(super) files: Vec<(PathBuf, Vec<u8>)>,
}

impl ProjectTemplate {
    /// Reads all files of a folder, hidden ones apart.
    pub(super) fn read(folder: &Path) -> Result<Self, Failure> {
        let failed = |path: &Path, error: &std::io::Error| {
            Failure::new(
                Diagnostic::new(
                    "bad-template",
                    format!("the template {} cannot be read: {error}", Settings::shown(path)),
                )
                .with_help("give a folder with `--template DIR`; nothing was touched"),
            )
        };
        let mut template = Self { config: None, files: Vec::new() };
        let mut folders = vec![PathBuf::new()];
        while let Some(below) = folders.pop() {
            let here = folder.join(&below);
            let mut entries = fs::read_dir(&here)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map_err(|error| failed(&here, &error))?;
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                let name = entry.file_name();
                if name.to_string_lossy().starts_with('.') {
                    continue;
                }
                let (path, place) = (entry.path(), below.join(&name));
                let kind = fs::metadata(&path).map_err(|error| failed(&path, &error))?;
                if kind.is_dir() {
                    folders.push(place);
                } else if place == Path::new("limbeck.toml.j2") {
                    template.config = Some(fs::read_to_string(&path).map_err(|error| failed(&path, &error))?);
                } else {
                    let bytes = fs::read(&path).map_err(|error| failed(&path, &error))?;
                    template.files.push((place, bytes));
                }
            }
        }
        template.files.sort();
        Ok(template)
    }

    /// Whether it brings a configuration that is taken as it is.
    pub(super) fn has_config(&self) -> bool {
        self.files.iter().any(|(place, _)| place == Path::new(CONFIG_FILE))
    }

    /// The configuration, filled in; `None` if the template has none to fill in.
    pub(super) fn config(
        &self,
        url: &str,
        migrations: &str,
        format: RevisionFormat,
    ) -> Result<Option<String>, Failure> {
        let Some(source) = &self.config else { return Ok(None) };
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let format = match format {
            RevisionFormat::Toml => "toml",
            RevisionFormat::Sql => "sql",
        };
        let values =
            context! { url => quoted(url), migrations => quoted(migrations), format => quoted(format) };
        let filled = environment().and_then(|environment| environment.render_str(source, values));
        filled.map(Some).map_err(|error| {
            Failure::new(
                Diagnostic::new("bad-template", format!("limbeck.toml.j2 cannot be filled in: {error}"))
                    .with_help(
                        "it may use `{{ url }}`, `{{ migrations }}` and `{{ format }}`; nothing was touched",
                    ),
            )
        })
    }
}
