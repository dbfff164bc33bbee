//! A schema as somebody keeps it in mind who writes SQL by hand: enough to write the next statement. Names are kept apart
//! from texts, so that a rename is known everywhere: in a text, `«7»` stands for the name with the number 7.

use std::collections::BTreeMap;

/// A name by its number.
pub(super) type Id = usize;

/// A column as it was written.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) id: Id,
    pub(super) ty: String,
    /// NOT NULL, DEFAULT, CHECK, …, each with the columns and tables that it names.
    pub(super) clauses: Vec<String>,
}

/// A table as it was written.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) id: Id,
    pub(super) columns: Vec<Column>,
    /// Constraints behind the columns.
    pub(super) constraints: Vec<String>,
    /// What stands behind the closing parenthesis.
    pub(super) options: String,
}

/// What kind of thing stands beside tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Index,
    Trigger,
    View,
    Virtual,
}

/// An index, trigger, view or virtual table: its statement, which names what it needs.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    pub(super) kind: Kind,
    pub(super) id: Id,
    /// The table or view that it is on.
    pub(super) on: Option<Id>,
    pub(super) text: String,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub(super) struct World {
    pub(super) names: BTreeMap<Id, String>,
    pub(super) tables: Vec<Table>,
    pub(super) things: Vec<Thing>,
    next: Id,
}

/// A reference to a name within a text.
pub(super) fn mark(id: Id) -> String {
    format!("«{id}»")
}

/// A name in the quotes that SQLite prefers.
pub(super) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl World {
    /// A new name and its number, which makes the name unique.
    pub(super) fn name(&mut self, pattern: &str) -> Id {
        self.next += 1;
        self.names.insert(self.next, format!("{pattern}{}", self.next));
        self.next
    }

    /// A word as a name, if nothing has it; else a name that begins so.
    pub(super) fn word(&mut self, word: &str) -> Id {
        if self.names.values().any(|name| name.eq_ignore_ascii_case(word)) {
            return self.name(word);
        }
        self.next += 1;
        self.names.insert(self.next, word.to_owned());
        self.next
    }

    /// The text with every name in it.
    pub(super) fn said(&self, text: &str) -> String {
        let mut pieces = text.split('«');
        let mut made = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (number, rest) = piece.split_once('»').expect("a mark is closed");
            let id: Id = number.parse().expect("a mark holds a number");
            made.push_str(&quote(&self.names[&id]));
            made.push_str(rest);
        }
        made
    }

    pub(super) fn quoted(&self, id: Id) -> String {
        quote(&self.names[&id])
    }

    /// What stands on the table or view `id`.
    pub(super) fn on(&self, id: Id, kind: Kind) -> impl Iterator<Item = &Thing> {
        self.things.iter().filter(move |thing| thing.on == Some(id) && thing.kind == kind)
    }

    /// The CREATE TABLE of `table`, under the name `name`, in a form that `style` chooses.
    pub(super) fn create(&self, table: &Table, name: &str, style: usize) -> String {
        let mut lines: Vec<String> = table
            .columns
            .iter()
            .map(|column| {
                let name = styled(&self.names[&column.id], style);
                let words: Vec<&str> = [column.ty.as_str()]
                    .into_iter()
                    .chain(column.clauses.iter().map(String::as_str))
                    .filter(|word| !word.is_empty())
                    .collect();
                let gap = if style == 3 { "\t \n  " } else { " " };
                self.said(&format!("{name}{}{}", if words.is_empty() { "" } else { " " }, words.join(gap)))
            })
            .collect();
        lines.extend(table.constraints.iter().map(|text| self.said(text)));
        let between = match style {
            1 => ", -- a comment, with 'quotes' and (\n    ",
            2 => " , ",
            4 => "/* said; here */,\n",
            _ => ",\n    ",
        };
        let create = if style == 2 { "create   TABLE" } else { "CREATE TABLE" };
        let options = if table.options.is_empty() { String::new() } else { format!(" {}", table.options) };
        format!("{create} {}({}\n){options}", styled(name, style), lines.join(between))
    }
}

/// A name as some people write it; where a style cannot, in plain quotes.
fn styled(name: &str, style: usize) -> String {
    // A word without a number may be a keyword.
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.ends_with(|c: char| c.is_ascii_digit())
        && !name.starts_with(|c: char| c.is_ascii_digit());
    match style {
        0 if plain => name.to_owned(),
        1 if !name.contains(']') => format!("[{name}]"),
        2 if !name.contains('`') => format!("`{name}`"),
        4 => format!("'{}'", name.replace('\'', "''")),
        _ => quote(name),
    }
}
