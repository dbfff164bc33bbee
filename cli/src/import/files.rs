//! What lies in a folder of migrations.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::diag::Diagnostic;

use crate::exit::Failure;
use crate::settings::Settings;

/// A file or folder, with its name.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) is_folder: bool,
}

/// What lies in `dir` and, if `deep`, in the folders below it, by name; hidden things are passed over.
pub(super) fn list(dir: &Path, deep: bool) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))? {
            let path = entry.map_err(|error| unreadable(&folder, &error))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            // Of the entry, not of what a link leads to: a link to a folder above would never end.
            let is_folder = path.symlink_metadata().is_ok_and(|what| what.is_dir());
            if deep && is_folder {
                folders.push(path);
            } else {
                found.push(Found { name, path, is_folder });
            }
        }
    }
    found.sort_by(|left, right| (&left.name, &left.path).cmp(&(&right.name, &right.path)));
    Ok(found)
}

/// The text of a file with LF at the ends of its lines.
pub(super) fn text(path: &Path) -> Result<Arc<str>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(text.replace("\r\n", "\n").into())
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        Diagnostic::new("unreadable-file", format!("cannot read {}: {error}", Settings::shown(path)))
            .with_help("check that it is there, that it is UTF-8, and that you may read it"),
    )
}
