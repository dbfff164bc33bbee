//! Tree → [`Revision`]. Whatever is wrong is noted and reading goes on, so that one run shows all of it; a value that
//! is wrong is read as if it were not there, which does no harm because nothing comes out once something is noted.

mod column;
mod constraint;
mod fields;
mod header;
mod operation;
mod rows;
mod server;
mod table;
mod values;

use std::ops::Range;

pub(super) use header::HEADER_KEYS;

use super::tree::{Node, Value};
use super::{Downgrade, ReadError, ReadErrorKind, Revision, Source};
use crate::operation::Operation;

/// Something wrong, and the bytes it is in.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) kind: ReadErrorKind,
    pub(super) span: Range<usize>,
}

/// Notes what is wrong.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    problems: Vec<Problem>,
}

impl Decoder {
    pub(super) fn problem(&mut self, span: &Range<usize>, kind: ReadErrorKind) {
        self.problems.push(Problem { kind, span: span.clone() });
    }

    fn wrong_type(&mut self, node: &Node<'_>, key: &str, expected: &'static str, write: impl Into<String>) {
        self.problem(
            &node.span,
            ReadErrorKind::WrongType {
                key: key.to_owned(),
                expected,
                found: node.found(),
                write: write.into(),
            },
        );
    }
}

/// A revision out of the tree of its file.
pub(super) fn revision(root: &Node<'_>, source: &mut Source) -> Result<Revision, Vec<ReadError>> {
    let mut decoder = Decoder::default();
    let decoded = decoder.revision(root, source);
    match decoded {
        Some(mut revision) if decoder.problems.is_empty() => {
            revision.source = std::mem::take(source);
            Ok(revision)
        }
        _ => Err(errors(source, decoder.problems)),
    }
}

/// One operation, out of a tree without places.
pub(super) fn operation(node: &Node<'_>) -> Result<Operation, Vec<ReadError>> {
    let mut decoder = Decoder::default();
    match decoder.operation(node) {
        Some(operation) if decoder.problems.is_empty() => Ok(operation),
        _ => Err(decoder
            .problems
            .into_iter()
            .map(|problem| ReadError { kind: problem.kind, location: None })
            .collect()),
    }
}

/// What is wrong, in the order of the file and with places for people.
pub(super) fn errors(source: &Source, mut problems: Vec<Problem>) -> Vec<ReadError> {
    problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
    problems
        .into_iter()
        .map(|problem| ReadError { kind: problem.kind, location: Some(source.location(problem.span)) })
        .collect()
}

impl Decoder {
    fn revision(&mut self, root: &Node<'_>, source: &mut Source) -> Option<Revision> {
        let fields = self.fields(root, "a revision", HEADER_KEYS)?;
        let revision = self.header(&fields, source);
        let upgrade = match fields.get("upgrade") {
            Some(node) => self.operations(node, "upgrade", &mut source.upgrade),
            None => Vec::new(),
        };
        let downgrade = match fields.get("downgrade") {
            None => Downgrade::Auto,
            Some(node) => self.downgrade(node, &mut source.downgrade),
        };
        let mut revision = revision?;
        revision.upgrade = upgrade;
        revision.downgrade = downgrade;
        Some(revision)
    }

    fn operations(
        &mut self,
        node: &Node<'_>,
        key: &'static str,
        spans: &mut Vec<Range<usize>>,
    ) -> Vec<Operation> {
        let Value::Array(items) = &node.value else {
            self.wrong_type(node, key, "a list of operations", format!("[[{key}]], with two brackets"));
            return Vec::new();
        };
        spans.extend(items.iter().map(|item| item.span.clone()));
        // Not collected: that would make room for four operations, and most revisions have one.
        let mut operations = Vec::with_capacity(items.len());
        for item in items {
            operations.extend(self.operation(item));
        }
        operations
    }

    fn downgrade(&mut self, node: &Node<'_>, spans: &mut Vec<Range<usize>>) -> Downgrade {
        match &node.value {
            Value::String(_) => match self.word(node, "downgrade", &["auto", "irreversible"]) {
                Some("irreversible") => Downgrade::Irreversible,
                _ => Downgrade::Auto,
            },
            Value::Bool(_) | Value::Integer(_) => {
                self.wrong_type(
                    node,
                    "downgrade",
                    "a word or a list of operations",
                    "downgrade = \"auto\", downgrade = \"irreversible\" or [[downgrade]] blocks",
                );
                Downgrade::Auto
            }
            _ => Downgrade::Operations(self.operations(node, "downgrade", spans)),
        }
    }
}
