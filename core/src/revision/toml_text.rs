//! Tree → TOML, laid out for people: a line for each key and for each column, inline tables on one line each (TOML 1.0
//! allows no other), texts of several lines as such. The same revision always gives the same bytes.

use std::fmt::Write as _;

use super::tree::{Entry, Node, TableBuilder, Value};
use super::{Downgrade, Revision, encode};
use crate::operation::Operation;

/// How long a line may get before a list is put on several.
const WIDTH: usize = 110;

/// The text of a revision.
pub(super) fn revision(revision: &Revision) -> String {
    let mut out = String::with_capacity(1024);
    for entry in header(revision) {
        line(&mut out, &entry);
    }
    out.push_str(&operations(&revision.upgrade, "upgrade"));
    if let Downgrade::Operations(steps) = &revision.downgrade {
        out.push_str(&operations(steps, "downgrade"));
    }
    out
}

/// The header's keys, in their order.
fn header(revision: &Revision) -> Vec<Entry<'_>> {
    // Taken apart, so that a field that is added there cannot be forgotten here.
    let Revision {
        id,
        parents,
        message,
        created,
        depends_on,
        labels,
        replaces,
        transaction,
        databases,
        observed,
        upgrade: _,
        downgrade,
        source: _,
    } = revision;
    let mut keys = TableBuilder::default();
    keys.text("revision", id.as_str());
    keys.value("parents", Value::Array(parents.iter().map(|parent| Node::string(parent.as_str())).collect()));
    keys.optional_text("message", Some(message));
    if let Some(created) = created {
        // TOML's years have four digits.
        let text = created.to_string();
        let value =
            if text.starts_with(['-', '+']) { Value::String(text.into()) } else { Value::Datetime(text) };
        keys.value("created", value);
    }
    keys.texts("depends_on", depends_on);
    keys.list("labels", labels.iter().map(|label| Node::string(label.as_str())).collect());
    keys.list("replaces", replaces.iter().map(|id| Node::string(id.as_str())).collect());
    if let Some(transaction) = transaction {
        keys.text("transaction", transaction.word());
    }
    keys.texts("databases", databases);
    keys.optional_text("observed", observed.as_deref());
    match downgrade {
        Downgrade::Auto => {}
        Downgrade::Irreversible => keys.text("downgrade", "irreversible"),
        Downgrade::Operations(steps) if steps.is_empty() => keys.value("downgrade", Value::Array(Vec::new())),
        Downgrade::Operations(_) => {}
    }
    keys.entries()
}

/// Operations as blocks called `section`, a blank line before each.
pub(super) fn operations(operations: &[Operation], section: &str) -> String {
    let mut out = String::new();
    for operation in operations {
        let _ = writeln!(out, "\n[[{section}]]");
        let (tables, lines): (Vec<_>, Vec<_>) =
            encode::operation(operation).into_iter().partition(|entry| is_section(&entry.node));
        for entry in &lines {
            line(&mut out, entry);
        }
        // A table of its own ends the keys of the block, so these come last.
        for entry in &tables {
            let _ = writeln!(out, "\n[{section}.{}]", Key(&entry.key));
            if let Value::Table(texts) = &entry.node.value {
                texts.iter().for_each(|text| line(&mut out, text));
            }
        }
    }
    out
}

/// Whether it is a table of texts by dialect that have several lines, which no inline table shows well.
fn is_section(node: &Node<'_>) -> bool {
    matches!(&node.value, Value::Table(entries)
        if entries.iter().all(|entry| matches!(entry.node.value, Value::Sql(_)))
            && entries.iter().any(|entry| entry.node.as_str().is_some_and(has_lines)))
}

/// `key = value`, with its line end.
fn line(out: &mut String, entry: &Entry<'_>) {
    let start = out.len();
    let _ = write!(out, "{} = ", Key(&entry.key));
    match &entry.node.value {
        Value::String(text) | Value::Sql(text) if has_lines(text) => several_lines(out, text),
        Value::Array(items) if entry.key == "columns" && all_columns(items) => spread(out, items),
        Value::Array(items) => {
            let value = out.len();
            inline(out, &entry.node);
            if out[start..].chars().count() > WIDTH && !items.is_empty() {
                out.truncate(value);
                spread(out, items);
            }
        }
        _ => inline(out, &entry.node),
    }
    out.push('\n');
}

/// Whether these are the columns of a new table: tables with a name and a type.
fn all_columns(items: &[Node<'_>]) -> bool {
    !items.is_empty()
        && items.iter().all(|item| {
            matches!(&item.value, Value::Table(entries) if entries.iter().any(|entry| entry.key == "type"))
        })
}

/// A list with a line for each item.
fn spread(out: &mut String, items: &[Node<'_>]) {
    out.push_str("[\n");
    for item in items {
        out.push_str("    ");
        inline(out, item);
        out.push_str(",\n");
    }
    out.push(']');
}

/// A value on one line.
fn inline(out: &mut String, node: &Node<'_>) {
    match &node.value {
        // TOML has no null, and no encoder makes one.
        Value::Null => out.push_str("\"\""),
        Value::Bool(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Integer(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Float(value) => float(out, *value),
        Value::String(text) | Value::Sql(text) => push_basic(out, text),
        Value::Datetime(text) | Value::Unfit(text) => out.push_str(text),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                inline(out, item);
            }
            out.push(']');
        }
        Value::Table(entries) if entries.is_empty() => out.push_str("{}"),
        Value::Table(entries) => {
            out.push_str("{ ");
            for (at, entry) in entries.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                let _ = write!(out, "{} = ", Key(&entry.key));
                inline(out, &entry.node);
            }
            out.push_str(" }");
        }
    }
}

/// Rust's shortest form that reads back as the same number is TOML's as well, but for the words.
fn float(out: &mut String, value: f64) {
    if value.is_nan() {
        out.push_str(if value.is_sign_negative() { "-nan" } else { "nan" });
    } else {
        let _ = write!(out, "{value:?}");
    }
}

/// A key, in quotes if it must be.
struct Key<'a>(&'a str);

impl std::fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bare = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if !self.0.is_empty() && self.0.bytes().all(bare) {
            return f.write_str(self.0);
        }
        f.write_str(&basic_string(self.0))
    }
}

/// A text in quotes on one line.
pub(super) fn basic_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_basic(&mut out, text);
    out
}

fn push_basic(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            _ => push_escaped(out, c),
        }
    }
    out.push('"');
}

/// A character, escaped where every form of string with escapes asks for it.
fn push_escaped(out: &mut String, c: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        c if c.is_control() => {
            let _ = write!(out, "\\u{:04X}", u32::from(c));
        }
        c => out.push(c),
    }
}

/// Whether a text is shown on several lines. One with a carriage return is not: in a file that is rewritten with other
/// line ends it would be lost.
fn has_lines(text: &str) -> bool {
    text.contains('\n') && !text.contains('\r')
}

/// A text of several lines: as it stands if it can be, else with escapes.
fn several_lines(out: &mut String, text: &str) {
    let plain = !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
    if plain && !text.contains('\\') && !text.contains("\"\"\"") && !text.ends_with('"') {
        let _ = write!(out, "\"\"\"\n{text}\"\"\"");
    } else if plain && !text.contains("'''") && !text.ends_with('\'') {
        let _ = write!(out, "'''\n{text}'''");
    } else {
        out.push_str("\"\"\"\n");
        let mut quotes = 0;
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            // The third quote in a row would end the text, and so would one right before the end.
            quotes = if c == '"' { quotes + 1 } else { 0 };
            match c {
                '"' if quotes % 3 == 0 || characters.peek().is_none() => out.push_str("\\\""),
                '"' | '\n' | '\t' => out.push(c),
                _ => push_escaped(out, c),
            }
        }
        out.push_str("\"\"\"");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> String {
        let table: toml::Table = toml::from_str(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
        table["a"].as_str().expect("a string").to_owned()
    }

    fn written(text: &str) -> String {
        let mut out = String::new();
        line(&mut out, &Entry { key: "a".into(), key_span: 0..0, node: Node::string(text) });
        out
    }

    #[test]
    fn texts_of_several_lines_are_kept_readable() {
        assert_eq!(written("a\nb"), "a = \"\"\"\na\nb\"\"\"\n");
        assert_eq!(written("\\d\nb"), "a = '''\n\\d\nb'''\n");
        assert_eq!(written("\\d'''\n\"\"\""), "a = \"\"\"\n\\\\d'''\n\"\"\\\"\"\"\"\n");
        assert_eq!(written("a\r\nb"), "a = \"a\\r\\nb\"\n");
    }

    proptest! {
        #[test]
        fn every_string_is_read_back(text in any::<String>()) {
            prop_assert_eq!(read(&written(&text)), text);
        }

        #[test]
        fn quotes_and_line_ends_are_read_back(text in "[\"'\\\\\n\r\ta\u{1}\u{7f}\u{85}]{0,12}") {
            prop_assert_eq!(read(&written(&text)), text);
        }

        #[test]
        fn every_key_is_read_back(key in any::<String>()) {
            let table: toml::Table = toml::from_str(&format!("{} = 1", Key(&key))).unwrap();
            prop_assert!(table.contains_key(&key));
        }

        #[test]
        fn every_number_is_read_back(number in any::<f64>()) {
            let mut out = "a = ".to_owned();
            float(&mut out, number);
            let table: toml::Table = toml::from_str(&out).unwrap();
            let read = table["a"].as_float().unwrap();
            prop_assert!(read.to_bits() == number.to_bits() || read.is_nan() && number.is_nan());
        }
    }
}
