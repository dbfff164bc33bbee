//! The neutral tree between operations and any text of theirs: TOML, JSON, the checksum's bytes.

use std::borrow::Cow;
use std::ops::Range;

/// A value and where it stands; at `0..0` if it was not read from a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node<'a> {
    pub(super) value: Value<'a>,
    pub(super) span: Range<usize>,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    /// JSON has it; no key takes it.
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    String(Cow<'a, str>),
    /// A text that is SQL, of which the layout does not count. Only encoders make it.
    Sql(Cow<'a, str>),
    /// A date or time outside of quotes, as it stands.
    Datetime(String),
    /// A number beyond 64 bits, as it stands.
    Unfit(String),
    Array(Vec<Node<'a>>),
    /// In the order of the file.
    Table(Vec<Entry<'a>>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry<'a> {
    pub(super) key: Cow<'a, str>,
    pub(super) key_span: Range<usize>,
    pub(super) node: Node<'a>,
}

impl<'a> Node<'a> {
    pub(super) fn new(value: Value<'a>) -> Self {
        Self { value, span: 0..0 }
    }

    pub(super) fn string(text: impl Into<Cow<'a, str>>) -> Self {
        Self::new(Value::String(text.into()))
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) | Value::Sql(text) => Some(text),
            _ => None,
        }
    }

    /// How many items it has, if it is a list; none, if it is something else.
    pub(super) fn len(&self) -> usize {
        match &self.value {
            Value::Array(items) => items.len(),
            _ => 0,
        }
    }

    /// What it is, for a message: `the number 5`, `a table`.
    pub(super) fn found(&self) -> String {
        match &self.value {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Integer(value) => format!("the number {value}"),
            Value::Float(value) => format!("the number {value:?}"),
            Value::String(text) | Value::Sql(text) => format!("the string {:?}", shorten(text)),
            Value::Datetime(text) => format!("the date {text}"),
            Value::Unfit(text) => format!("the number {text}, which is too large"),
            Value::Array(_) => "an array".to_owned(),
            Value::Table(_) => "a table".to_owned(),
        }
    }

    /// Its text, if it is something that someone may have meant as a string.
    pub(super) fn scalar_text(&self) -> Option<String> {
        match &self.value {
            Value::Bool(value) => Some(value.to_string()),
            Value::Integer(value) => Some(value.to_string()),
            Value::Float(value) => Some(format!("{value:?}")),
            Value::String(text) | Value::Sql(text) => Some(text.clone().into_owned()),
            Value::Datetime(text) | Value::Unfit(text) => Some(text.clone()),
            Value::Null | Value::Array(_) | Value::Table(_) => None,
        }
    }
}

/// The beginning of a text, for a message.
pub(super) fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Puts the keys of a table down in order, leaving out what is not set.
#[derive(Debug, Default)]
pub(super) struct TableBuilder<'a>(Vec<Entry<'a>>);

impl<'a> TableBuilder<'a> {
    pub(super) fn node(&mut self, key: impl Into<Cow<'a, str>>, node: Node<'a>) {
        self.0.push(Entry { key: key.into(), key_span: 0..0, node });
    }

    pub(super) fn value(&mut self, key: impl Into<Cow<'a, str>>, value: Value<'a>) {
        self.node(key, Node::new(value));
    }

    pub(super) fn text(&mut self, key: &'static str, text: impl Into<Cow<'a, str>>) {
        self.node(key, Node::string(text));
    }

    /// A text, unless there is none or it is empty.
    pub(super) fn optional_text(&mut self, key: &'static str, text: Option<&'a str>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.text(key, text);
        }
    }

    pub(super) fn optional_integer(&mut self, key: &'static str, number: Option<i64>) {
        if let Some(number) = number {
            self.value(key, Value::Integer(number));
        }
    }

    /// `key = true`, unless it is false.
    pub(super) fn flag(&mut self, key: &'static str, set: bool) {
        if set {
            self.value(key, Value::Bool(true));
        }
    }

    /// A list, unless it is empty.
    pub(super) fn list(&mut self, key: &'static str, items: Vec<Node<'a>>) {
        if !items.is_empty() {
            self.value(key, Value::Array(items));
        }
    }

    pub(super) fn texts<T: AsRef<str> + 'a>(&mut self, key: &'static str, items: &'a [T]) {
        self.list(key, items.iter().map(|item| Node::string(item.as_ref())).collect());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn done(self) -> Node<'a> {
        Node::new(Value::Table(self.0))
    }

    pub(super) fn entries(self) -> Vec<Entry<'a>> {
        self.0
    }
}
