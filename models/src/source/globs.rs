//! Paths with `*`, `?`, `[…]` and `{…}` in them: `crates/*/src/models`.

use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;
use limbeck_core::diag::Diagnostic;

/// The files and directories that `path` names, relative to `base`, sorted; none if there is no such thing. A star
/// stands for one directory; `**` for any number of them.
pub(super) fn expand(base: &Path, path: &Path) -> Result<Vec<PathBuf>, Box<Diagnostic>> {
    let mut found = vec![base.to_owned()];
    for part in path.components() {
        let text = part.as_os_str().to_string_lossy();
        let is_pattern = matches!(part, Component::Normal(_)) && text.contains(['*', '?', '[', '{']);
        // A directory may have such a name, and then it is meant.
        let found_as_is: Vec<PathBuf> =
            found.iter().map(|at| at.join(part)).filter(|at| at.exists()).collect();
        if !is_pattern || !found_as_is.is_empty() {
            found = if is_pattern { found_as_is } else { found.iter().map(|at| at.join(part)).collect() };
            continue;
        }
        let mut next = Vec::new();
        if text == "**" {
            for at in found {
                below(&at, &mut next)?;
            }
        } else {
            let matcher = GlobBuilder::new(&text).literal_separator(true).build();
            let matcher = matcher.map_err(|error| {
                Box::new(
                    Diagnostic::new("models-not-found", format!("`{text}` is no pattern for paths: {error}"))
                        .with_help(
                            "`*` stands for any letters, `?` for one, `[ab]` and `{a,b}` for a choice",
                        ),
                )
            })?;
            let matcher = matcher.compile_matcher();
            for at in found {
                for (name, path) in entries(&at)? {
                    if matcher.is_match(&name) && !name.starts_with('.') {
                        next.push(path);
                    }
                }
            }
        }
        found = next;
    }
    found.retain(|path| path.exists());
    found.sort();
    found.dedup();
    Ok(found)
}

/// A directory and all directories below it, but for hidden ones and what a build leaves behind.
fn below(directory: &Path, found: &mut Vec<PathBuf>) -> Result<(), Box<Diagnostic>> {
    found.push(directory.to_owned());
    for (name, path) in entries(directory)? {
        // A link may lead back to where it stands.
        if !name.starts_with('.') && name != "target" && !path.is_symlink() && path.is_dir() {
            below(&path, found)?;
        }
    }
    Ok(())
}

fn entries(directory: &Path) -> Result<Vec<(String, PathBuf)>, Box<Diagnostic>> {
    if !directory.is_dir() {
        return Ok(Vec::new());
    }
    let unreadable = |error: std::io::Error| {
        Box::new(Diagnostic::new(
            "models-unreadable",
            format!("`{}` cannot be read: {error}", directory.display()),
        ))
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        found.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_directories() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["crates/a/src/models", "crates/b/src/models", "crates/c/src", "crates/.d/src/models"] {
            std::fs::create_dir_all(folder.path().join(path)).unwrap();
        }
        let found = |pattern: &str| -> Vec<String> {
            let found = expand(folder.path(), Path::new(pattern)).unwrap();
            let shown =
                found.iter().map(|path| path.strip_prefix(folder.path()).unwrap().display().to_string());
            shown.collect()
        };
        assert_eq!(found("crates/*/src/models"), ["crates/a/src/models", "crates/b/src/models"]);
        assert_eq!(found("crates/{b,c}/src"), ["crates/b/src", "crates/c/src"]);
        assert_eq!(found("**/models"), ["crates/a/src/models", "crates/b/src/models"]);
        assert_eq!(found("crates/a"), ["crates/a"]);
        assert!(found("crates/z").is_empty() && found("crates/*/nothing").is_empty());
        assert!(expand(folder.path(), Path::new("crates/[")).is_err());
    }
}
