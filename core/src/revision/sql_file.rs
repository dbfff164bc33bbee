//! Revisions written in SQL.
//!
//! A line that begins with `-- limbeck:` in its first column is ours wherever it stands, even inside a string or a
//! dollar-quoted body: the dialect that could tell is not known here. Before the first section such lines are the
//! header, a key and its value each; `-- limbeck: upgrade` and `-- limbeck: downgrade` begin the sections. A comment
//! that is nearly such a line is an error rather than passed over.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use super::decode::{self, HEADER_KEYS, Problem};
use super::tree::{Entry, Node, Value, shorten};
use super::{Downgrade, Format, ReadError, ReadErrorKind, Revision, Source, WriteError};
use crate::diag::nearest;
use crate::ident::Direction;
use crate::operation::Operation;
use crate::schema::Sql;
use crate::sql::canonical;

const MARK: &str = "-- limbeck:";

/// The keys that are words or texts; the others are lists.
const SCALARS: [&str; 5] = ["revision", "message", "created", "transaction", "observed"];

/// Reads a SQL revision.
pub(super) fn parse(file: Arc<str>, text: Arc<str>) -> Result<Revision, Vec<ReadError>> {
    let mut source = Source::new(file, text, Format::Sql);
    let text = Arc::clone(&source.text);
    let mut reader = Reader::default();
    reader.read(&text);
    let Reader { header, sections, mut problems } = reader;

    let mut upgrade = Vec::new();
    let mut downgrade = None;
    for section in sections {
        let operation = operation(&text, &section.body);
        match section.kind {
            Kind::Upgrade => {
                source.upgrade.extend(operation.iter().map(|(_, span)| span.clone()));
                upgrade.extend(operation.map(|(operation, _)| operation));
            }
            Kind::Downgrade => {
                source.downgrade.extend(operation.iter().map(|(_, span)| span.clone()));
                downgrade = Some(Downgrade::Operations(
                    operation.map(|(operation, _)| operation).into_iter().collect(),
                ));
            }
            Kind::Irreversible | Kind::Auto => {
                if let Some((_, span)) = operation {
                    problems.push(layout(
                        span,
                        "statements follow a downgrade that has none",
                        "write `-- limbeck: downgrade` above them, or remove them",
                    ));
                }
                downgrade =
                    Some(if section.kind == Kind::Auto { Downgrade::Auto } else { Downgrade::Irreversible });
            }
        }
    }

    let root = Node { value: Value::Table(header), span: 0..0 };
    let mut errors = decode::errors(&source, problems);
    match decode::revision(
        &root,
        &mut Source { upgrade: Vec::new(), downgrade: Vec::new(), ..source.clone() },
    ) {
        Ok(mut revision) if errors.is_empty() => {
            source.id = revision.source.id.clone();
            revision.upgrade = upgrade;
            revision.downgrade = downgrade.unwrap_or(Downgrade::Irreversible);
            revision.source = source;
            Ok(revision)
        }
        Ok(_) => Err(errors),
        Err(more) => {
            errors.extend(more.into_iter().map(as_header_line));
            errors.sort_by_key(|error| error.location.as_ref().map(|location| location.span.start));
            Err(errors)
        }
    }
}

/// The same error with what to write as it is written here.
fn as_header_line(mut error: ReadError) -> ReadError {
    match &mut error.kind {
        ReadErrorKind::MissingKey { key, write, .. } => {
            *write = format!("`{MARK} {key} 3f9c2ab81d07` as the first line");
        }
        ReadErrorKind::Empty { key, help } => {
            *help = format!("put a value behind `{MARK} {key}`, or remove the line");
        }
        _ => {}
    }
    error
}

fn layout(span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Problem {
    Problem { kind: ReadErrorKind::SqlLayout { message: message.into(), help: help.into() }, span }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Upgrade,
    Downgrade,
    Irreversible,
    Auto,
}

impl Kind {
    fn direction(self) -> Direction {
        match self {
            Self::Upgrade => Direction::Upgrade,
            Self::Downgrade | Self::Irreversible | Self::Auto => Direction::Downgrade,
        }
    }
}

struct Section {
    kind: Kind,
    body: Range<usize>,
}

#[derive(Default)]
struct Reader<'a> {
    header: Vec<Entry<'a>>,
    sections: Vec<Section>,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn read(&mut self, text: &'a str) {
        let mut stray = false;
        let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        for line in text[at..].split_inclusive('\n') {
            let start = at;
            at += line.len();
            let content = line.trim_end_matches(['\n', '\r']);
            if let Some(rest) = content.strip_prefix(MARK) {
                self.mark(rest, start + MARK.len(), start, at);
                continue;
            }
            if let Some(section) = self.sections.last_mut() {
                section.body.end = at;
            } else if !stray && !content.trim().is_empty() && !content.trim_start().starts_with("--") {
                stray = true;
                self.problems.push(layout(
                    start..start + content.len(),
                    format!("text before the first section: {:?}", shorten(content.trim())),
                    "put statements below `-- limbeck: upgrade` or `-- limbeck: downgrade`",
                ));
            }
            if is_nearly_mark(content) {
                self.problems.push(layout(
                    start..start + content.len(),
                    format!("{:?} is nearly a line for limbeck", shorten(content.trim())),
                    format!("begin the line with `{MARK}`, or reword the comment"),
                ));
            }
        }
    }

    /// A line of ours. `at` is where `rest` begins, `start` and `end` are the line's.
    fn mark(&mut self, rest: &'a str, at: usize, start: usize, end: usize) {
        let leading = rest.len() - rest.trim_start().len();
        let (at, rest) = (at + leading, rest.trim());
        let (key, value) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let key_span = at..at + key.len();
        let value_start = at + rest.len() - value.trim_start().len();
        let value = value.trim();
        let line = start..at + rest.len();
        let kind = match (key, value) {
            ("upgrade", "") => Kind::Upgrade,
            ("downgrade", "") => Kind::Downgrade,
            ("downgrade", "irreversible") => Kind::Irreversible,
            ("downgrade", "auto") => Kind::Auto,
            ("upgrade" | "downgrade", _) => {
                let message = format!("`{key}` takes no {value:?}");
                let help = match (key, nearest(value, ["irreversible", "auto"])) {
                    ("downgrade", Some(word)) => format!("did you mean `-- limbeck: downgrade {word}`?"),
                    _ => format!("write `-- limbeck: {key}` and the statements below it"),
                };
                self.problems.push(layout(line, message, help));
                return;
            }
            _ if self.sections.is_empty() => return self.header_line(key, key_span, value, value_start),
            _ => {
                let (message, help) = if HEADER_KEYS.contains(&key) {
                    (
                        format!("`{key}` stands below the first section"),
                        "header lines stand above `-- limbeck: upgrade`: move it there".to_owned(),
                    )
                } else {
                    let help = match nearest(key, ["upgrade", "downgrade"]) {
                        Some(word) => format!("did you mean `{word}`?"),
                        None => "the sections are `upgrade` and `downgrade`; a line that begins with \
                                 `-- limbeck:` cannot be a comment of your own"
                            .to_owned(),
                    };
                    (format!("unknown section `{key}`"), help)
                };
                self.problems.push(layout(line, message, help));
                return;
            }
        };
        if self.sections.iter().any(|section| section.kind.direction() == kind.direction()) {
            let message = format!("the section `{}` stands twice", kind.direction());
            self.problems.push(layout(line, message, "put all its statements below the first one"));
        }
        self.sections.push(Section { kind, body: end..end });
    }

    fn header_line(&mut self, key: &'a str, key_span: Range<usize>, value: &'a str, at: usize) {
        if key.is_empty() {
            let help = "write `-- limbeck: revision 3f9c2ab81d07`, or remove the line";
            self.problems.push(layout(key_span, "a header line without a key", help));
            return;
        }
        if self.header.iter().any(|entry| entry.key == key) {
            let message = format!("`{key}` stands twice in the header");
            self.problems.push(layout(key_span, message, "remove one of the two lines"));
            return;
        }
        let span = at..at + value.len();
        let value = if SCALARS.contains(&key) || !HEADER_KEYS.contains(&key) {
            Value::String(quoted(value).map_or(value.into(), Into::into))
        } else {
            let mut items = Vec::new();
            let mut start = at;
            for word in value.split([' ', '\t', ',']) {
                if !word.is_empty() {
                    let span = start..start + word.len();
                    items.push(Node { value: Value::String(word.into()), span });
                }
                start += word.len() + 1;
            }
            Value::Array(items)
        };
        self.header.push(Entry { key: key.into(), key_span, node: Node { value, span } });
    }
}

/// The text of a value that is a TOML string, which is how one of several lines is written.
fn quoted(value: &str) -> Option<String> {
    if value.len() < 2 || !value.starts_with('"') || !value.ends_with('"') {
        return None;
    }
    match toml::de::DeValue::parse(value).ok()?.into_inner() {
        toml::de::DeValue::String(text) => Some(text.into_owned()),
        _ => None,
    }
}

/// Whether a line looks as if it was meant for us: `--limbeck: …`, `-- Limbeck : …`.
fn is_nearly_mark(line: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix("--") else { return false };
    let comment = comment.trim_start_matches(['-', ' ', '\t']);
    let word = comment.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("limbeck"));
    word && comment[7..].trim_start().starts_with(':')
}

/// The statements of a section as one operation with its place; `None` if there is none.
fn operation(text: &str, body: &Range<usize>) -> Option<(Operation, Range<usize>)> {
    let section = &text[body.clone()];
    let trimmed = section.trim_start();
    let start = body.start + section.len() - trimmed.len();
    let trimmed = trimmed.trim_end();
    if !has_statement(trimmed) {
        return None;
    }
    // Line ends are LF whatever a tool for version control made of them.
    let sql = trimmed.replace("\r\n", "\n");
    Some((Operation::Execute { sql: Sql::from(sql), effect: None }, start..start + trimmed.len()))
}

/// Whether there is anything but space and comments.
fn has_statement(sql: &str) -> bool {
    let mut bytes = 0;
    canonical(sql, &mut |part| bytes += part.len());
    // The canonical form of nothing is its end mark.
    bytes > size_of::<u64>()
}

/// A text as a header line holds it.
fn scalar(text: &str) -> String {
    let plain = text.trim() == text && !text.contains(char::is_control) && !text.starts_with('"');
    if plain { text.to_owned() } else { super::toml_text::basic_string(text) }
}

/// The text of a SQL revision.
pub(super) fn write(revision: &Revision) -> Result<String, WriteError> {
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
        upgrade,
        downgrade,
        source: _,
    } = revision;
    let mut out = String::with_capacity(512);
    let mut line = |key: &str, value: String| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}", format!("{MARK} {key} {value}").trim_end());
    };
    line("revision", id.to_string());
    line("parents", joined(parents.iter().map(ToString::to_string)));
    if !message.is_empty() {
        line("message", scalar(message));
    }
    if let Some(created) = created {
        line("created", created.to_string());
    }
    let lists = [
        ("depends_on", joined(depends_on.iter().cloned())),
        ("labels", joined(labels.iter().map(ToString::to_string))),
        ("replaces", joined(replaces.iter().map(ToString::to_string))),
    ];
    for (key, value) in lists {
        if !value.is_empty() {
            line(key, value);
        }
    }
    if let Some(transaction) = transaction {
        line("transaction", transaction.word().to_owned());
    }
    if databases.iter().any(|name| name.contains([' ', '\t', ','])) {
        return Err(WriteError::NotSql {
            revision: id.to_string(),
            direction: Direction::Upgrade,
            why: "the name of a database holds a space or a comma",
        });
    }
    if !databases.is_empty() {
        line("databases", joined(databases.iter().cloned()));
    }
    if let Some(observed) = observed {
        line("observed", scalar(observed));
    }
    section(&mut out, id.as_str(), Direction::Upgrade, upgrade)?;
    match downgrade {
        Downgrade::Auto => out.push_str("\n-- limbeck: downgrade auto\n"),
        Downgrade::Irreversible => out.push_str("\n-- limbeck: downgrade irreversible\n"),
        Downgrade::Operations(steps) => section(&mut out, id.as_str(), Direction::Downgrade, steps)?,
    }
    Ok(out)
}

fn joined(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

fn section(
    out: &mut String,
    revision: &str,
    direction: Direction,
    operations: &[Operation],
) -> Result<(), WriteError> {
    let cannot = |why| WriteError::NotSql { revision: revision.to_owned(), direction, why };
    let _ = writeln!(out, "\n{MARK} {direction}");
    let sql = match operations {
        [] => return Ok(()),
        [Operation::Execute { sql, effect: None }] => {
            sql.plain().ok_or_else(|| cannot("its SQL differs from dialect to dialect"))?
        }
        [Operation::Execute { effect: Some(_), .. }] => return Err(cannot("SQL has no place for `effect`")),
        [_] => return Err(cannot("it is no raw SQL")),
        _ => return Err(cannot("it has several operations")),
    };
    if sql.lines().any(|line| line.starts_with(MARK) || is_nearly_mark(line)) {
        return Err(cannot("a line of it would be read as one for limbeck"));
    }
    if sql.contains("\r\n") {
        return Err(cannot("it holds carriage returns, which a SQL file does not keep"));
    }
    if !has_statement(sql) {
        return Err(cannot("it has no statement"));
    }
    out.push_str(sql.trim());
    out.push('\n');
    Ok(())
}
