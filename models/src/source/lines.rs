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

/// The bytes of a byte order mark, of a `#!` line and of a script's frontmatter.
pub(super) fn preamble(source: &str) -> usize {
    let mut at = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let rest = &source[at..];
    // `#![attribute]` begins in the same way.
    if rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[') {
        at += rest.find('\n').unwrap_or(rest.len());
    }
    at + frontmatter(&source[at..]).unwrap_or(0)
}

/// What a script says of itself between two lines of dashes (RFC 3503), before all tokens.
fn frontmatter(text: &str) -> Option<usize> {
    let opened = text.trim_start();
    let dashes = opened.len() - opened.trim_start_matches('-').len();
    if dashes < 3 {
        return None;
    }
    let fence = &opened[..dashes];
    let begin = text.len() - opened.len() + opened.find('\n')?;
    let mut at = begin + 1;
    for line in text[at..].split_inclusive('\n') {
        if line.trim_end() == fence {
            return Some(at + line.trim_end_matches(['\r', '\n']).len());
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::preamble;

    #[test]
    fn what_comes_before_all_tokens_is_skipped() {
        for (before, behind) in [
            ("", "struct A;"),
            ("", "#![allow(x)]"),
            ("\u{feff}", "struct A;"),
            ("#!/usr/bin/env cargo", "\nstruct A;"),
            ("---\n[dependencies]\n---", "\nstruct A;"),
            ("\u{feff}#!/usr/bin/env cargo\n\n----cargo\r\na = \"---\"\r\n---\r\n----", "\r\nstruct A;"),
            ("", "---\nstruct A;"),
            ("", "--- struct A;"),
        ] {
            assert_eq!(preamble(&format!("{before}{behind}")), before.len(), "{before}{behind}");
        }
    }
}
