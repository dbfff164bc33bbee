use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A place in a file, with the file's text so that the line can be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Location {
    /// The file as the user knows it: relative to where they stand, if it can be.
    pub file: Arc<str>,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// The bytes meant, within `source`.
    pub span: Range<usize>,
    /// The file's whole text.
    pub source: Arc<str>,
}

impl Location {
    /// The place of `span` in `source`, which is the text of `file`. A span beyond the end is drawn in to the end.
    pub fn new(file: impl Into<Arc<str>>, source: impl Into<Arc<str>>, span: Range<usize>) -> Self {
        let source = source.into();
        let clamp = |at: usize| {
            let mut at = at.min(source.len());
            while !source.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = clamp(span.start);
        let span = start..clamp(span.end).max(start);
        let before = &source[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            file: file.into(),
            line: count(before.bytes().filter(|b| *b == b'\n').count() + 1),
            column: count(before[line_start..].chars().count() + 1),
            span,
            source,
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_spans_beyond_the_end_are_drawn_in() {
        let at = Location::new("a.toml", "x\nüb = 1", 4..5);
        assert_eq!((at.line, at.column), (2, 2));
        let beyond = Location::new("a.toml", "x\n", 90..95);
        assert_eq!((beyond.line, beyond.column, beyond.span), (2, 1, 2..2));
        let inside_a_character = Location::new("a.toml", "ü", 1..2);
        assert_eq!(inside_a_character.column, 1);
    }
}
