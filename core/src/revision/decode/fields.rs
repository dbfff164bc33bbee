use std::ops::Range;

use super::{Decoder, HEADER_KEYS};
use crate::diag::nearest;
use crate::revision::ReadErrorKind;
use crate::revision::tree::{Entry, Node, Value};

/// The keys of one table that is being read.
pub(super) struct Fields<'n> {
    entries: &'n [Entry<'n>],
    pub(super) span: &'n Range<usize>,
    /// What the table is, for messages: `a column`, `create_table`.
    pub(super) what: &'n str,
    known: &'static [&'static str],
    /// Known keys that an unknown one was most likely meant to be: that they are missing needs no word more.
    meant: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    pub(super) fn get(&self, key: &str) -> Option<&'n Node<'n>> {
        debug_assert!(self.known.contains(&key), "{key} is not in the list of keys of {}", self.what);
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }
}

impl Decoder {
    /// The keys of `node`, if it is a table; those that are not in `known` are noted.
    pub(super) fn fields<'n>(
        &mut self,
        node: &'n Node<'n>,
        what: &'n str,
        known: &'static [&'static str],
    ) -> Option<Fields<'n>> {
        let Value::Table(entries) = &node.value else {
            self.wrong_type(node, what, "a table", format!("{{ {} = … }}", known.first().unwrap_or(&"…")));
            return None;
        };
        let mut fields = Fields { entries, span: &node.span, what, known, meant: Vec::new() };
        for entry in entries {
            if known.contains(&entry.key.as_ref()) {
                continue;
            }
            let near = nearest(&entry.key, known.iter().copied());
            let nearest = near.and_then(|word| known.iter().copied().find(|key| *key == word));
            fields.meant.extend(nearest);
            self.problem(
                &entry.key_span,
                ReadErrorKind::UnknownKey {
                    key: entry.key.clone().into_owned(),
                    within: what.to_owned(),
                    nearest,
                    known,
                    misplaced: known.first() == Some(&"op") && HEADER_KEYS.contains(&entry.key.as_ref()),
                },
            );
        }
        Some(fields)
    }

    /// The value of a key that must be there.
    pub(super) fn required<'n>(
        &mut self,
        fields: &Fields<'n>,
        key: &'static str,
        write: &str,
    ) -> Option<&'n Node<'n>> {
        let found = fields.get(key);
        if found.is_none() {
            self.missing(fields, key, || write.to_owned());
        }
        found
    }

    /// [`required`](Self::required), for a text.
    pub(super) fn required_text<'n>(
        &mut self,
        fields: &Fields<'n>,
        key: &'static str,
    ) -> Option<&'n Node<'n>> {
        let found = fields.get(key);
        if found.is_none() {
            self.missing(fields, key, || format!("{key} = \"…\""));
        }
        found
    }

    /// Notes that a key is missing.
    fn missing(&mut self, fields: &Fields<'_>, key: &'static str, write: impl FnOnce() -> String) {
        if !fields.meant.contains(&key) {
            self.problem(
                fields.span,
                ReadErrorKind::MissingKey { key, within: fields.what.to_owned(), write: write() },
            );
        }
    }

    /// A text.
    pub(super) fn str<'n>(&mut self, node: &'n Node<'_>, key: &str) -> Option<&'n str> {
        let text = node.as_str();
        if text.is_none() {
            let write = quoted_example(key, node);
            self.wrong_type(node, key, "a string", write);
        }
        text
    }

    /// A text of its own.
    pub(super) fn text(&mut self, node: &Node<'_>, key: &str) -> Option<String> {
        self.str(node, key).map(str::to_owned)
    }

    /// A text with something in it.
    pub(super) fn filled_str<'n>(&mut self, node: &'n Node<'_>, key: &str) -> Option<&'n str> {
        let text = self.str(node, key)?;
        if text.trim().is_empty() {
            let help = format!("write {key} = \"…\", or leave it out where it is not needed");
            self.problem(&node.span, ReadErrorKind::Empty { key: key.to_owned(), help });
            return None;
        }
        Some(text)
    }

    /// A text of its own with something in it.
    pub(super) fn filled_text(&mut self, node: &Node<'_>, key: &str) -> Option<String> {
        self.filled_str(node, key).map(str::to_owned)
    }

    pub(super) fn optional_text(&mut self, fields: &Fields<'_>, key: &'static str) -> Option<String> {
        // Empty is how a file says that there is none.
        fields.get(key).and_then(|node| self.text(node, key)).filter(|text| !text.is_empty())
    }

    /// A text that can be taken away: `Some(None)` for an empty one.
    pub(super) fn change_of_text(
        &mut self,
        fields: &Fields<'_>,
        key: &'static str,
    ) -> Option<Option<String>> {
        let text = fields.get(key).and_then(|node| self.text(node, key))?;
        Some(Some(text).filter(|text| !text.is_empty()))
    }

    pub(super) fn boolean(&mut self, node: &Node<'_>, key: &str) -> Option<bool> {
        if let Value::Bool(value) = node.value {
            return Some(value);
        }
        let meant = match &node.value {
            Value::Integer(0) => "false",
            Value::String(text) if matches!(text.as_ref(), "false" | "no" | "off" | "0") => "false",
            _ => "true",
        };
        self.wrong_type(node, key, "true or false", format!("{key} = {meant}"));
        None
    }

    /// Whether `key` is true; it is not, if it is not there.
    pub(super) fn flag(&mut self, fields: &Fields<'_>, key: &'static str) -> bool {
        fields.get(key).and_then(|node| self.boolean(node, key)).unwrap_or(false)
    }

    pub(super) fn integer(&mut self, node: &Node<'_>, key: &str) -> Option<i64> {
        if let Value::Integer(value) = node.value {
            return Some(value);
        }
        let write = match node.scalar_text().and_then(|text| text.trim().parse::<i64>().ok()) {
            Some(number) => format!("{key} = {number}"),
            None if matches!(node.value, Value::Unfit(_)) => {
                format!("a number from {} to {}", i64::MIN, i64::MAX)
            }
            None => format!("{key} = 1, without quotes"),
        };
        self.wrong_type(node, key, "a whole number of 64 bits", write);
        None
    }

    pub(super) fn optional_integer(&mut self, fields: &Fields<'_>, key: &'static str) -> Option<i64> {
        fields.get(key).and_then(|node| self.integer(node, key))
    }

    /// One of `words`.
    pub(super) fn word(
        &mut self,
        node: &Node<'_>,
        key: &str,
        words: &[&'static str],
    ) -> Option<&'static str> {
        let text = self.str(node, key)?;
        let found = words.iter().copied().find(|word| *word == text);
        if found.is_none() {
            self.unknown_word(node, key, text, words);
        }
        found
    }

    pub(super) fn unknown_word(&mut self, node: &Node<'_>, key: &str, found: &str, words: &[&'static str]) {
        let near = nearest(found, words.iter().copied());
        let kind = ReadErrorKind::UnknownWord {
            key: key.to_owned(),
            found: found.to_owned(),
            words: words.to_vec(),
            nearest: near.and_then(|near| words.iter().copied().find(|word| *word == near)),
        };
        self.problem(&node.span, kind);
    }

    /// A list, each item read by `read`.
    pub(super) fn list<'n, T>(
        &mut self,
        node: &'n Node<'n>,
        key: &str,
        example: &str,
        mut read: impl FnMut(&mut Self, &'n Node<'n>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Value::Array(items) = &node.value else {
            let item = match &node.value {
                Value::String(text) if !example.starts_with('{') => format!("{:?}", text.as_ref()),
                _ => example.to_owned(),
            };
            self.wrong_type(node, key, "a list", format!("{key} = [{item}]"));
            return None;
        };
        let mut found = Vec::with_capacity(items.len());
        for item in items {
            let known = self.problems.len();
            found.extend(read(self, item));
            // What to write for the item alone would read as if it were the whole list.
            for problem in &mut self.problems[known..] {
                if let ReadErrorKind::WrongType { write, .. } = &mut problem.kind
                    && problem.span == item.span
                    && let Some(value) = write.strip_prefix(key).and_then(|rest| rest.strip_prefix(" = "))
                {
                    *write = format!("{key} = [{value}]");
                }
            }
        }
        Some(found)
    }

    /// A list with something in it.
    pub(super) fn filled_list<'n, T>(
        &mut self,
        node: &'n Node<'n>,
        key: &str,
        example: &str,
        read: impl FnMut(&mut Self, &'n Node<'n>) -> Option<T>,
    ) -> Option<Vec<T>> {
        if matches!(&node.value, Value::Array(items) if items.is_empty()) {
            let help = format!("write {key} = [{example}]");
            self.problem(&node.span, ReadErrorKind::Empty { key: key.to_owned(), help });
            return None;
        }
        self.list(node, key, example, read)
    }

    /// A list that may be left out.
    pub(super) fn optional_list<'n, T>(
        &mut self,
        fields: &Fields<'n>,
        key: &'static str,
        example: &str,
        read: impl FnMut(&mut Self, &'n Node<'n>) -> Option<T>,
    ) -> Vec<T> {
        fields.get(key).and_then(|node| self.list(node, key, example, read)).unwrap_or_default()
    }

    /// Notes that no two of `keys` can stand together.
    pub(super) fn exclusive(&mut self, fields: &Fields<'_>, keys: &[&'static str]) {
        let there: Vec<&'static str> = keys.iter().copied().filter(|key| fields.has(key)).collect();
        if let [first, second, ..] = there.as_slice() {
            let span = fields.get(second).map_or(fields.span, |node| &node.span);
            let message = format!("`{first}` and `{second}` exclude each other in {}", fields.what);
            self.problem(span, ReadErrorKind::Conflict { message, help: "remove one of the two".to_owned() });
        }
    }
}

/// `key = "5"`, for a value that lacks its quotes.
pub(super) fn quoted_example(key: &str, node: &Node<'_>) -> String {
    match node.scalar_text() {
        Some(text) => format!("{key} = {}", crate::revision::toml_text::basic_string(&text)),
        None => format!("{key} = \"…\""),
    }
}
