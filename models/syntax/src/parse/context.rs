use proc_macro2::Span;

use crate::{At, Place, Problem};

/// What a reading of one file or one item collects: places and problems.
#[derive(Debug, Default)]
pub struct Context {
    file: u32,
    spans: Vec<Span>,
    problems: Vec<Problem>,
}

impl Context {
    /// A context for the file that the reader counts as `file`.
    pub fn new(file: u32) -> Self {
        Self { file, spans: Vec::new(), problems: Vec::new() }
    }

    /// The place of `span`.
    pub fn place(&mut self, span: Span) -> Place {
        let count = u32::try_from(self.spans.len()).unwrap_or(u32::MAX - 1);
        self.spans.push(span);
        Place { file: self.file, span: count }
    }

    /// The span of a place of this context.
    pub fn span(&self, place: Place) -> Option<Span> {
        self.spans.get(place.span as usize).copied()
    }

    /// All spans, by the number in their places.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// A value with the place of `span`.
    pub(crate) fn at<T>(&mut self, value: T, span: Span) -> At<T> {
        At::new(value, self.place(span))
    }

    /// Takes down a problem, and gives it back for more to be said.
    pub fn problem(&mut self, code: &'static str, span: Span, message: impl Into<String>) -> Reported<'_> {
        let place = self.place(span);
        self.report(Problem::new(code, place, message))
    }

    /// Takes down a problem that is made already.
    pub fn report(&mut self, problem: Problem) -> Reported<'_> {
        let at = self.problems.len();
        self.problems.push(problem);
        Reported(&mut self.problems[at])
    }

    /// The problems so far, which are then forgotten.
    pub fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }

    /// Sets `slot`, unless it is set already: then that is an error at both places.
    pub(crate) fn set<T>(&mut self, slot: &mut Option<At<T>>, key: &str, new: At<T>) {
        match slot {
            Some(old) => self.twice(key, old.place, new.place),
            None => *slot = Some(new),
        }
    }

    /// Reports that `key` is given at both places.
    pub(crate) fn twice(&mut self, key: &str, old: Place, new: Place) {
        self.report(
            Problem::new("duplicate-key", new, format!("`{key}` is given twice"))
                .with_help("keep one of them")
                .with_related(old, "the first is here"),
        );
    }
}

/// A problem that was taken down.
#[derive(Debug)]
pub struct Reported<'a>(&'a mut Problem);

impl Reported<'_> {
    /// Says what to write instead.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }
}
