//! The names that the server makes up.

use limbeck_core::ident::{Ident, Name};

use super::LONGEST_NAME;

/// The name that the server gives to what belongs to a column: `TABLE_COLUMN_LABEL`, both cut so that it fits.
pub(crate) fn made_up(table: &Ident, column: &Ident, label: &str) -> String {
    let room = LONGEST_NAME - label.len() - 2;
    let (mut first, mut second) = (table.as_str().len(), column.as_str().len());
    while first + second > room {
        if first > second { first -= 1 } else { second -= 1 }
    }
    format!("{}_{}_{label}", clip(table.as_str(), first), clip(column.as_str(), second))
}

/// As much of a text as fits into `bytes` without cutting a character.
fn clip(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The name of the sequence behind an identity that names none.
pub(crate) fn sequence(table: &Name, column: &Ident) -> String {
    made_up(&table.name, column, "seq")
}

/// The name of an index that has none, over parts that are called `words`; of a primary key without a label.
pub(crate) fn index(table: &Name, words: &str, label: Option<&str>) -> String {
    match label {
        Some(label) => made_up(&table.name, &Ident::new(words), label),
        None => {
            let label = "pkey";
            format!("{}_{label}", clip(table.name.as_str(), LONGEST_NAME - label.len() - 1))
        }
    }
}

/// The name of a NOT NULL that has none.
pub(crate) fn not_null(table: &Name, column: &Ident) -> String {
    made_up(&table.name, column, "not_null")
}

/// Whether the server may have made `name` up for what belongs to a column and has no name: with a number behind it where
/// something else of the schema had the plain one.
pub(crate) fn may_be(table: &Name, column: &Ident, label: &str, name: &str) -> bool {
    let plain = name.trim_end_matches(|last: char| last.is_ascii_digit());
    let number = &name[plain.len()..];
    let well_formed = plain.ends_with(label) && !number.starts_with('0') && number.len() < 6;
    well_formed && name == made_up(&table.name, column, &format!("{label}{number}"))
}

/// The name of the sequence behind an identity that waits for its own.
pub(crate) fn waiting(table: &Name, column: &Ident) -> String {
    made_up(&table.name, column, "limbeck_new")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_as_the_server_cuts_them() {
        let name = |table: &str, column: &str| made_up(&table.into(), &column.into(), "seq");
        assert_eq!(name("users", "id"), "users_id_seq");
        let long = "a".repeat(63);
        assert_eq!(name(&long, "id").len(), 63);
        assert!(name(&long, "id").ends_with("_id_seq"));
        let both = name(&long, &"b".repeat(63));
        assert_eq!(both.len(), 63);
        assert_eq!(both.matches('a').count(), 29);
        assert_eq!(both.matches('b').count(), 29);
        let not_null = |name: &str| may_be(&"a".into(), &"b_c".into(), "not_null", name);
        assert!(not_null("a_b_c_not_null") && not_null("a_b_c_not_null1") && not_null("a_b_c_not_null12"));
        assert!(!not_null("a_b_c_not_null0") && !not_null("a_b_not_null1") && !not_null("a_b_c_not_null_1"));
        let unicode = name(&"ü".repeat(31), "identifier");
        assert!(unicode.len() <= 63);
    }
}
