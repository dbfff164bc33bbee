//! Values out of rows.

use limbeck_core::driver::Row;

/// The number of something in the catalog.
pub(super) type Oid = i64;

pub(super) fn text(row: &Row, at: usize) -> &str {
    row.text(at).unwrap_or_default()
}

pub(super) fn owned(row: &Row, at: usize) -> Option<String> {
    row.text(at).map(str::to_owned)
}

pub(super) fn integer(row: &Row, at: usize) -> i64 {
    row.integer(at).unwrap_or_default()
}

pub(super) fn flag(row: &Row, at: usize) -> bool {
    integer(row, at) != 0
}

/// The numbers of a list that is written with spaces: `1 2 0`.
pub(super) fn numbers(row: &Row, at: usize) -> Vec<i64> {
    text(row, at).split_ascii_whitespace().filter_map(|number| number.parse().ok()).collect()
}

/// The lines of a text.
pub(super) fn lines(row: &Row, at: usize) -> Vec<String> {
    row.text(at).map(|text| text.split('\n').map(str::to_owned).collect()).unwrap_or_default()
}
