//! Lines and columns as bytes, and what comes before all tokens.

use proc_macro2::LineColumn;

/// Where lines begin. `Span::byte_range` counts characters anew for each span, this does so once.
pub(super) struct Lines<'s> {
    text: &'s str,
    ascii: bool,
    starts: Vec<usize>,
}

impl<'s> Lines<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        Self { text, ascii: text.is_ascii(), starts }
    }

    /// The byte of a line, from 1, and column, from 0.
    pub(super) fn byte(&self, place: LineColumn) -> usize {
        let start = self.starts.get(place.line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let within = if self.ascii {
            place.column
        } else {
            self.text[start..].char_indices().nth(place.column).map_or(self.text.len() - start, |(at, _)| at)
        };
        (start + within).min(self.text.len())
    }
}

/// The bytes of a byte order mark and of a `#!` line.
pub(super) fn preamble(source: &str) -> usize {
    let mark = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let rest = &source[mark..];
    // `#![attribute]` begins in the same way.
    if rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[') {
        return mark + rest.find('\n').unwrap_or(rest.len());
    }
    mark
}
