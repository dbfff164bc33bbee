use std::ops::Range;

use proc_macro2::Span;

use crate::{At, Place, Problem};

/// Where something stands, as the reader has it.
#[derive(Debug, Clone, Copy)]
pub enum Spot {
    /// A token of `proc_macro2`.
    Span(Span),
    /// Bytes of the file.
    Bytes {
        /// The first.
        start: u32,
        /// Behind the last.
        end: u32,
    },
}

impl From<Span> for Spot {
    fn from(span: Span) -> Self {
        Self::Span(span)
    }
}

/// What a reading of one file or one item collects: places and problems.
#[derive(Debug, Default)]
pub struct Context {
    file: u32,
    spots: Vec<Spot>,
    /// Up to where all spots are bytes.
    settled: usize,
    problems: Vec<Problem>,
}

impl Context {
    /// A context for the file that the reader counts as `file`.
    pub fn new(file: u32) -> Self {
        Self { file, spots: Vec::new(), settled: 0, problems: Vec::new() }
    }

    /// The place of a spot.
    pub fn place(&mut self, spot: impl Into<Spot>) -> Place {
        let count = u32::try_from(self.spots.len()).unwrap_or(u32::MAX - 1);
        self.spots.push(spot.into());
        Place { file: self.file, span: count }
    }

    /// The span of a place of this context, if it is a token's.
    pub fn span(&self, place: Place) -> Option<Span> {
        match self.spots.get(place.span as usize)? {
            Spot::Span(span) => Some(*span),
            Spot::Bytes { .. } => None,
        }
    }

    /// Turns the tokens among the spots since the last time into bytes.
    pub fn settle(&mut self, bytes: impl Fn(Span) -> Range<u32>) {
        for spot in &mut self.spots[self.settled..] {
            if let Spot::Span(span) = spot {
                let Range { start, end } = bytes(*span);
                *spot = Spot::Bytes { start, end };
            }
        }
        self.settled = self.spots.len();
    }

    /// The bytes of all spots, by the number in their places. Of tokens that were not settled, none.
    pub fn ranges(&self) -> impl Iterator<Item = Range<u32>> {
        self.spots.iter().map(|spot| match spot {
            Spot::Bytes { start, end } => *start..*end,
            Spot::Span(_) => 0..0,
        })
    }

    /// A value with the place of a spot.
    pub(crate) fn at<T>(&mut self, value: T, spot: impl Into<Spot>) -> At<T> {
        At::new(value, self.place(spot))
    }

    /// Takes down a problem, and gives it back for more to be said.
    pub fn problem(
        &mut self,
        code: &'static str,
        spot: impl Into<Spot>,
        message: impl Into<String>,
    ) -> Reported<'_> {
        let place = self.place(spot);
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
