//! A schema as a picture: the source of a Mermaid or a Graphviz diagram.

use std::collections::BTreeSet;
use std::fmt::Write;

use limbeck_core::ident::Ident;
use limbeck_core::schema::{Column, ConstraintBody, KeyPart, Schema, Table};

/// The marks that a column has in a picture.
struct Marks<'a> {
    primary: BTreeSet<&'a Ident>,
    unique: BTreeSet<&'a Ident>,
    foreign: BTreeSet<&'a Ident>,
}

impl<'a> Marks<'a> {
    fn of(table: &'a Table) -> Self {
        let mut marks = Self { primary: BTreeSet::new(), unique: BTreeSet::new(), foreign: BTreeSet::new() };
        for constraint in &table.constraints {
            match &constraint.body {
                ConstraintBody::PrimaryKey(key) => {
                    marks.primary.extend(key.columns.iter().filter_map(KeyPart::as_column));
                }
                ConstraintBody::Unique(key) => marks.unique.extend(single(&key.columns)),
                ConstraintBody::ForeignKey(key) => marks.foreign.extend(&key.columns),
                ConstraintBody::Check(_) | ConstraintBody::Exclusion(_) => {}
            }
        }
        let unique = table.indexes.values().filter(|index| index.unique && index.predicate.is_none());
        marks.unique.extend(unique.filter_map(|index| single(&index.columns)));
        marks
    }

    fn words(&self, column: &Column) -> Vec<&'static str> {
        let mut words = Vec::new();
        words.extend(self.primary.contains(&column.name).then_some("PK"));
        words.extend(self.foreign.contains(&column.name).then_some("FK"));
        words.extend(self.unique.contains(&column.name).then_some("UK"));
        words
    }

    /// Whether a row of the other table has at most one here.
    fn at_most_one(&self, columns: &[Ident]) -> bool {
        let whole_key =
            self.primary.len() == columns.len() && columns.iter().all(|c| self.primary.contains(c));
        whole_key || matches!(columns, [only] if self.unique.contains(only))
    }
}

fn single(parts: &[KeyPart]) -> Option<&Ident> {
    match parts {
        [part] => part.as_column(),
        _ => None,
    }
}

/// An entity-relationship diagram for Mermaid.
pub(crate) fn mermaid(schema: &Schema, dialect: &[&str]) -> String {
    let mut text = String::from("erDiagram\n");
    for table in schema.tables.values() {
        let marks = Marks::of(table);
        let _ = writeln!(text, "    {} {{", quoted(&table.name.to_string()));
        for column in &table.columns {
            let (name, ty) = (word(column.name.as_str()), word(&type_of(column, dialect)));
            let mut line = format!("        {ty} {name}");
            let words = marks.words(column);
            if !words.is_empty() {
                let _ = write!(line, " {}", words.join(", "));
            }
            // Mermaid takes only letters and digits there; the name in full is said beside it.
            if name != column.name.as_str() {
                let _ = write!(line, " {}", quoted(column.name.as_str()));
            }
            let _ = writeln!(text, "{line}");
        }
        text.push_str("    }\n");
    }
    for table in schema.tables.values() {
        let marks = Marks::of(table);
        for (_, key) in table.foreign_keys() {
            let here = if marks.at_most_one(&key.columns) { "|o" } else { "}o" };
            let optional =
                key.columns.iter().any(|name| table.column(name).is_some_and(|column| column.nullable));
            let there = if optional { "o|" } else { "||" };
            let columns: Vec<&str> = key.columns.iter().map(Ident::as_str).collect();
            let _ = writeln!(
                text,
                "    {} {here}--{there} {} : {}",
                quoted(&table.name.to_string()),
                quoted(&key.references.table.to_string()),
                quoted(&columns.join(", ")),
            );
        }
    }
    text
}

/// The type of a column on one dialect.
fn type_of(column: &Column, dialect: &[&str]) -> String {
    column.ty.resolve(dialect).map(|ty| ty.to_string()).unwrap_or_default()
}

fn quoted(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c == '"' || c.is_control() { '\'' } else { c }).collect();
    format!("\"{plain}\"")
}

/// A text as a word of Mermaid's.
fn word(text: &str) -> String {
    let made: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '(' | ')' | '[' | ']') { c } else { '_' }
        })
        .collect();
    match made.chars().next() {
        Some(first) if first.is_ascii_alphabetic() || first == '_' => made,
        _ => format!("_{made}"),
    }
}

/// A directed graph for Graphviz.
pub(crate) fn dot(schema: &Schema, dialect: &[&str]) -> String {
    let mut text = String::from("digraph schema {\n    rankdir = LR;\n    node [shape = plain];\n");
    for table in schema.tables.values() {
        let marks = Marks::of(table);
        let name = table.name.to_string();
        let mut rows = format!("<tr><td colspan=\"2\"><b>{}</b></td></tr>", escaped(&name));
        for (at, column) in table.columns.iter().enumerate() {
            let words = marks.words(column);
            let mark = if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) };
            let null = if column.nullable && !marks.primary.contains(&column.name) { "?" } else { "" };
            let _ = write!(
                rows,
                "<tr><td align=\"left\" port=\"c{at}\">{}{mark}</td><td align=\"left\">{}{null}</td></tr>",
                escaped(column.name.as_str()),
                escaped(&type_of(column, dialect)),
            );
        }
        let label = format!("<table border=\"0\" cellborder=\"1\" cellspacing=\"0\">{rows}</table>");
        let _ = writeln!(text, "    {} [label = <{label}>];", id(&name));
    }
    for table in schema.tables.values() {
        for (_, key) in table.foreign_keys() {
            let port = |table: &Table, column: Option<&Ident>| {
                column.and_then(|name| table.column_index(name)).map_or(String::new(), |at| format!(":c{at}"))
            };
            let from = port(table, key.columns.first());
            let there = schema.table(&key.references.table);
            let to = there.map_or(String::new(), |there| port(there, key.references.columns.first()));
            let _ = writeln!(
                text,
                "    {}{from} -> {}{to};",
                id(&table.name.to_string()),
                id(&key.references.table.to_string()),
            );
        }
    }
    text.push_str("}\n");
    text
}

fn id(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
