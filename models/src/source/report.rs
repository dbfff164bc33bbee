use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::diag::{Diagnostic, Location};
use limbeck_model_syntax::{Place, Problem};

use super::load::File;

/// The files read, for turning places into locations.
pub(super) struct Files {
    files: Vec<(File, Arc<str>)>,
}

impl Files {
    /// Names the files as the user knows them: relative to `base` where they are below it.
    pub(super) fn new(files: Vec<File>, base: &Path) -> Self {
        let named = files.into_iter().map(|file| {
            let shown = file.path.strip_prefix(base).unwrap_or(&file.path);
            // `base.join("./src")` keeps its dot.
            let parts: Vec<String> =
                shown.components().filter(|part| !matches!(part, std::path::Component::CurDir)).map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
            let shown = if shown.is_absolute() { shown.display().to_string() } else { parts.join("/") };
            (file, Arc::from(shown))
        });
        Self { files: named.collect() }
    }

    /// The files' paths.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        self.files.iter().map(|(file, _)| file.path.clone()).collect()
    }

    /// Where a place is.
    pub(super) fn location(&self, place: Place) -> Option<Location> {
        let (file, name) = self.files.get(place.file as usize)?;
        let range = file.ranges.get(place.span as usize)?.clone();
        Some(Location::new(Arc::clone(name), Arc::clone(&file.source), range))
    }

    /// The problems as diagnostics, in the order of their places.
    pub(super) fn diagnostics(&self, mut problems: Vec<Problem>) -> Vec<Diagnostic> {
        problems.sort_by_key(|problem| {
            let start = self.location(problem.place).map(|location| location.span.start);
            (problem.place.file, start)
        });
        problems.dedup();
        problems.into_iter().map(|problem| self.diagnostic(problem)).collect()
    }

    fn diagnostic(&self, problem: Problem) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(problem.code, problem.message);
        diagnostic.help = problem.help;
        diagnostic.location = self.location(problem.place);
        diagnostic.related = problem
            .related
            .into_iter()
            .filter_map(|(place, why)| Some((self.location(place)?, why)))
            .collect();
        diagnostic
    }
}
