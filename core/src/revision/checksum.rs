use std::fmt;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::tree::{Entry, Node, Value};
use super::{Downgrade, Revision, encode};
use crate::ident::RevisionId;
use crate::operation::Operation;
use crate::sql::canonical;

/// What is hashed, and how: a revision recorded with another scheme cannot be compared.
const SCHEME: &str = "v1";

/// A revision's meaning as a hash: `v1:` and 64 hex digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Checksum(String);

impl Checksum {
    /// A checksum as a record has it.
    pub fn recorded(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text that a record keeps.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it was made by the scheme that [`checksum`] uses. If not, that it differs says nothing.
    pub fn is_comparable(&self) -> bool {
        self.0.split_once(':').is_some_and(|(scheme, _)| scheme == SCHEME)
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The checksum of what a revision means.
///
/// It means its id, parents, dependencies, replacements, transaction, databases, and the operations of both ways, as
/// they are after reading: the order of keys, white space, comments and keys that say what holds anyway do not count,
/// nor do they in SQL. Its message, labels and time are for people and do not count, nor does
/// who chose its words. Of parents and the other lists of
/// the header, the order does not count.
pub fn checksum(revision: &Revision) -> Checksum {
    // Taken apart, so that a field that is added there cannot be forgotten here.
    let Revision {
        id,
        parents,
        message: _,
        created: _,
        depends_on,
        labels: _,
        replaces,
        transaction,
        databases,
        observed: _,
        upgrade,
        downgrade,
        source: _,
    } = revision;
    let mut hash = Hash(Sha256::new());
    hash.text(id.as_str());
    hash.set(parents.iter().map(RevisionId::as_str).collect());
    hash.set(depends_on.iter().map(String::as_str).collect());
    hash.set(replaces.iter().map(RevisionId::as_str).collect());
    hash.text(transaction.map_or("", super::TransactionMode::word));
    hash.set(databases.iter().map(String::as_str).collect());
    hash.operations(upgrade);
    match downgrade {
        Downgrade::Auto => hash.0.update(b"a"),
        Downgrade::Irreversible => hash.0.update(b"i"),
        Downgrade::Operations(steps) => {
            hash.0.update(b"o");
            hash.operations(steps);
        }
    }
    let mut text = format!("{SCHEME}:");
    for byte in hash.0.finalize() {
        text.push_str(&format!("{byte:02x}"));
    }
    Checksum(text)
}

/// Feeds values such that no two different sequences of them give the same bytes: each has its kind and its length.
struct Hash(Sha256);

impl Hash {
    fn length(&mut self, length: usize) {
        self.0.update((length as u64).to_le_bytes());
    }

    /// A text, with LF for CR LF.
    fn text(&mut self, text: &str) {
        self.length(text.len() - text.matches("\r\n").count());
        for (at, line) in text.split("\r\n").enumerate() {
            if at > 0 {
                self.0.update(b"\n");
            }
            self.0.update(line.as_bytes());
        }
    }

    fn set(&mut self, mut items: Vec<&str>) {
        items.sort_unstable();
        items.dedup();
        self.length(items.len());
        items.into_iter().for_each(|item| self.text(item));
    }

    fn operations(&mut self, operations: &[Operation]) {
        self.length(operations.len());
        operations.iter().for_each(|operation| self.node(&encode::node(operation)));
    }

    fn node(&mut self, node: &Node<'_>) {
        match &node.value {
            Value::Null => self.0.update(b"n"),
            Value::Bool(value) => self.0.update([b'b', u8::from(*value)]),
            Value::Integer(value) => {
                self.0.update(b"i");
                self.0.update(value.to_le_bytes());
            }
            Value::Float(value) => {
                self.0.update(b"f");
                // Both zeros are one number, and so are all that are none.
                let value = if value.is_nan() { f64::NAN } else { value + 0.0 };
                self.0.update(value.to_bits().to_le_bytes());
            }
            Value::String(text) => {
                self.0.update(b"s");
                self.text(text);
            }
            Value::Sql(text) => {
                self.0.update(b"q");
                canonical(text, &mut |part| self.0.update(part));
            }
            Value::Datetime(text) | Value::Unfit(text) => {
                self.0.update(b"d");
                self.text(text);
            }
            Value::Array(items) => {
                self.0.update(b"a");
                self.length(items.len());
                items.iter().for_each(|item| self.node(item));
            }
            Value::Table(entries) => {
                self.0.update(b"t");
                self.length(entries.len());
                let mut sorted: Vec<&Entry<'_>> = entries.iter().collect();
                sorted.sort_by(|left, right| left.key.cmp(&right.key));
                for entry in sorted {
                    self.text(&entry.key);
                    self.node(&entry.node);
                }
            }
        }
    }
}
