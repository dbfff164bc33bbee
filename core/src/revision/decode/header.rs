use jiff::Timestamp;

use super::Decoder;
use super::fields::Fields;
use crate::ident::{InvalidRevisionName, Label, RevisionId};
use crate::revision::tree::{Node, Value};
use crate::revision::{ReadErrorKind, Revision, Source, TransactionMode};

/// All keys of a revision, its operations' included.
pub(in crate::revision) const HEADER_KEYS: &[&str] = &[
    "revision",
    "parents",
    "message",
    "created",
    "depends_on",
    "labels",
    "replaces",
    "transaction",
    "databases",
    "observed",
    "downgrade",
    "upgrade",
];

impl Decoder {
    /// A revision without its operations.
    pub(super) fn header(&mut self, fields: &Fields<'_>, source: &mut Source) -> Option<Revision> {
        let node = self.required(fields, "revision", "revision = \"3f9c2ab81d07\", an id of your own");
        if let Some(node) = node {
            source.id = node.span.clone();
        }
        let id = node.and_then(|node| self.revision_name(node, "revision", RevisionId::new));
        let parents = self.ids(fields, "parents");
        let message = fields.get("message").and_then(|node| self.text(node, "message")).unwrap_or_default();
        let created = fields.get("created").and_then(|node| self.timestamp(node, "created"));
        // What names a revision or a label is checked as an id, which every label could be.
        let depends_on =
            self.ids(fields, "depends_on").into_iter().map(|id| id.as_str().to_owned()).collect();
        let labels = self.optional_list(fields, "labels", "\"billing\"", |this, item| {
            this.revision_name(item, "labels", Label::new)
        });
        let replaces = self.ids(fields, "replaces");
        let transaction = fields
            .get("transaction")
            .and_then(|node| self.word(node, "transaction", &["revision", "none"]))
            .map(|word| match word {
                "none" => TransactionMode::None,
                _ => TransactionMode::Revision,
            });
        let databases = match fields.get("databases") {
            Some(node) => self
                .filled_list(node, "databases", "\"default\"", |this, item| {
                    this.filled_text(item, "databases")
                })
                .unwrap_or_default(),
            None => Vec::new(),
        };
        let observed = fields.get("observed").and_then(|node| self.filled_text(node, "observed"));
        let mut revision = Revision::new(id?, parents, message);
        revision.created = created;
        revision.depends_on = depends_on;
        revision.labels = labels;
        revision.replaces = replaces;
        revision.transaction = transaction;
        revision.databases = databases;
        revision.observed = observed;
        Some(revision)
    }

    fn ids(&mut self, fields: &Fields<'_>, key: &'static str) -> Vec<RevisionId> {
        self.optional_list(fields, key, "\"3f9c2ab81d07\"", |this, item| {
            this.revision_name(item, key, RevisionId::new)
        })
    }

    fn revision_name<T>(
        &mut self,
        node: &Node<'_>,
        key: &'static str,
        check: fn(&str) -> Result<T, InvalidRevisionName>,
    ) -> Option<T> {
        let Some(text) = node.as_str() else {
            self.text(node, key);
            return None;
        };
        match check(text) {
            Ok(name) => Some(name),
            Err(error) => {
                self.problem(&node.span, ReadErrorKind::RevisionName { key: key.to_owned(), error });
                None
            }
        }
    }

    fn timestamp(&mut self, node: &Node<'_>, key: &'static str) -> Option<Timestamp> {
        let text = match &node.value {
            Value::Datetime(text) => text.as_str(),
            Value::String(text) => text,
            _ => {
                self.wrong_type(node, key, "a date and time", format!("{key} = 2026-11-22T14:30:05Z"));
                return None;
            }
        };
        if let Ok(time) = text.parse::<Timestamp>() {
            return Some(time);
        }
        self.problem(&node.span, ReadErrorKind::Time { key: key.to_owned(), found: text.to_owned() });
        None
    }
}
