//! TOML → tree, with the place of every key and value.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::decode::{self, Problem};
use super::toml_plain;
use super::tree::{Entry, Node, Value};
use super::{Format, ReadError, ReadErrorKind, Revision, Source};

/// Reads a TOML revision.
pub(super) fn parse(file: Arc<str>, text: Arc<str>) -> Result<Revision, Vec<ReadError>> {
    let mut source = Source::new(file, text, Format::Toml);
    let text = Arc::clone(&source.text);
    let root = tree(&text).map_err(|problems| decode::errors(&source, problems))?;
    decode::revision(&root, &mut source)
}

/// The tree of a document.
fn tree(text: &str) -> Result<Node<'_>, Vec<Problem>> {
    let texts = Texts::of(text);
    match toml_plain::tree(text, &texts) {
        Some(root) => Ok(root),
        None => any_tree(text, &texts),
    }
}

/// The tree of a document, whatever of TOML it makes use of.
pub(super) fn any_tree<'a>(text: &'a str, texts: &Texts<'a>) -> Result<Node<'a>, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(errors
            .into_iter()
            .map(|error| Problem {
                kind: ReadErrorKind::Syntax { message: error.message().to_owned() },
                span: error.span().unwrap_or_default(),
            })
            .collect());
    }
    let span = table.span();
    Ok(texts.table(table.into_inner(), span))
}

/// How the texts of a document are read.
pub(super) struct Texts<'a> {
    text: &'a str,
    /// Tools for version control rewrite LF to CR LF, so a line end in a string is read as LF, whatever it is in the
    /// file; `\r\n` in escapes stays.
    unify_line_ends: bool,
}

impl<'a> Texts<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, unify_line_ends: text.contains("\r\n") }
    }

    fn table(&self, table: DeTable<'a>, span: Range<usize>) -> Node<'a> {
        let mut entries: Vec<Entry<'a>> = table
            .into_iter()
            .map(|(key, value)| {
                let key_span = key.span();
                Entry { key: key.into_inner(), key_span, node: self.node(value) }
            })
            .collect();
        // The parser's map is sorted by key, or not, as another crate's features will have it.
        entries.sort_by_key(|entry| entry.key_span.start);
        Node { value: Value::Table(entries), span }
    }

    fn node(&self, node: Spanned<DeValue<'a>>) -> Node<'a> {
        let span = node.span();
        let value = match node.into_inner() {
            DeValue::String(text) => Value::String(self.string(text, &span)),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Value::Integer(number),
                Err(_) => Value::Unfit(number.to_string()),
            },
            DeValue::Float(number) => match number.as_str().parse::<f64>() {
                Ok(value) if value.is_finite() || number.as_str().ends_with("inf") || value.is_nan() => {
                    Value::Float(value)
                }
                _ => Value::Unfit(number.to_string()),
            },
            DeValue::Boolean(value) => Value::Bool(value),
            DeValue::Datetime(value) => Value::Datetime(value.to_string()),
            DeValue::Array(items) => Value::Array(items.into_iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => return self.table(table, span),
        };
        Node { value, span }
    }

    /// The string `text`, which stands at `span`.
    pub(super) fn string(&self, text: Cow<'a, str>, span: &Range<usize>) -> Cow<'a, str> {
        if self.unify_line_ends
            && text.contains("\r\n")
            && self.text.get(span.clone()).is_some_and(|raw| raw.contains("\r\n"))
        {
            return Cow::Owned(text.replace("\r\n", "\n"));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_in_the_order_of_the_file_with_their_places() {
        let text = "\u{feff}b = 1\r\na = [\"x\"]\r\n[[t]]\r\nz = 0x10\r\ny = { d = 1.5, c = true }\r\n";
        let root = tree(text).unwrap();
        let Value::Table(entries) = &root.value else { panic!("a table") };
        let keys: Vec<&str> = entries.iter().map(|entry| entry.key.as_ref()).collect();
        assert_eq!(keys, ["b", "a", "t"]);
        assert_eq!(&text[entries[1].key_span.clone()], "a");
        assert_eq!(&text[entries[1].node.span.clone()], "[\"x\"]");
        let Value::Array(items) = &entries[2].node.value else { panic!("an array") };
        assert_eq!(&text[items[0].span.clone()], "[[t]]");
    }

    #[test]
    fn line_ends_within_strings_are_read_as_lf_and_escapes_stay() {
        let root = tree("a = \"\"\"x\r\ny\"\"\"\r\nb = \"x\\r\\ny\"\r\n").unwrap();
        let Value::Table(entries) = &root.value else { panic!("a table") };
        assert_eq!(entries[0].node.as_str(), Some("x\ny"));
        assert_eq!(entries[1].node.as_str(), Some("x\r\ny"));
    }
}
