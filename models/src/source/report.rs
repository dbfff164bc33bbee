use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use limbeck_core::diag::{Diagnostic, Location};
use limbeck_model_syntax::{Place, Problem};

use super::load::File;

/// The files read, for turning places into locations.
pub(super) struct Files(Vec<Named>);

struct Named {
    file: File,
    name: Arc<str>,
    /// The byte at which each line begins.
    lines: Vec<usize>,
}

impl Files {
    /// Names the files as the user knows them: relative to `base` where they are below it.
    pub(super) fn new(files: Vec<File>, base: &Path) -> Self {
        let named = files.into_iter().map(|file| {
            let shown = file.path.strip_prefix(base).unwrap_or(&file.path);
            let name = if shown.is_absolute() {
                shown.display().to_string()
            } else {
                // A path that is joined from `./src` keeps its dot.
                let parts = shown.components().filter(|part| *part != Component::CurDir);
                parts
                    .map(|part| part.as_os_str().to_string_lossy().into_owned())
                    .collect::<Vec<_>>()
                    .join("/")
            };
            let breaks = file.source.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            let lines = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
            Named { name: Arc::from(name), lines, file }
        });
        Self(named.collect())
    }

    /// The files' paths.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        self.0.iter().map(|named| named.file.path.clone()).collect()
    }

    /// Where a place is. As [`Location::new`] has it, but with the lines counted once for the whole file.
    pub(super) fn location(&self, place: Place) -> Option<Location> {
        let Named { file, name, lines } = self.0.get(place.file as usize)?;
        let span = file.ranges.get(place.span as usize)?;
        let span = span.start as usize..span.end as usize;
        let line = lines.partition_point(|start| *start <= span.start);
        let start = *lines.get(line.checked_sub(1)?)?;
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Some(Location {
            file: Arc::clone(name),
            line: count(line),
            column: count(file.source.get(start..span.start)?.chars().count() + 1),
            span,
            source: Arc::clone(&file.source),
        })
    }

    /// The problems as diagnostics, in the order of their places.
    pub(super) fn diagnostics(&self, mut problems: Vec<Problem>) -> Vec<Diagnostic> {
        problems.sort_by_cached_key(|problem| {
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
