//! What an operation is, in a line for people and in a piece of a file's name.

use std::fmt;

use super::{AlterEnum, ColumnChange, ConstraintRef, EnumPlace, Operation};
use crate::diag::plural;
use crate::ident::{Ident, Name};
use crate::schema::{
    Constraint, ConstraintBody, ConstraintKind, Index, KeyPart, KeyTarget, Position, Schema, Sql,
};

/// An operation in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// `+` where something comes, `-` where it goes, `~` where it changes, `!` where limbeck cannot tell.
    pub symbol: char,
    /// The line behind it: `Add column users.age`.
    pub text: String,
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.symbol, self.text)
    }
}

/// How many characters of raw SQL a line shows.
const SQL_SHOWN: usize = 40;

impl Operation {
    /// The operation in a line. With the schema before it, the line also says what changes from what.
    pub fn describe(&self, before: Option<&Schema>) -> Description {
        let (symbol, text) = match self {
            Self::CreateTable(table) => ('+', format!("Create table {}", table.name)),
            Self::DropTable { table } => ('-', format!("Drop table {table}")),
            Self::RenameTable { table, to } => ('~', format!("Rename table {table} → {to}")),
            Self::AlterTable { table, comment, options } => {
                let parts = [comment.as_ref().map(|_| "comment"), options.as_ref().map(|_| "options")];
                ('~', with_details(format!("Alter table {table}"), parts.into_iter().flatten()))
            }
            Self::AttachPartition { table, of } => {
                ('~', format!("Attach table {table} to {} as a partition", of.parent))
            }
            Self::DetachPartition { table } => ('~', format!("Detach partition {table}")),
            Self::AddColumn { table, column, .. } => ('+', format!("Add column {table}.{}", column.name)),
            Self::DropColumn { table, column } => ('-', format!("Drop column {table}.{column}")),
            Self::RenameColumn { table, column, to } => {
                ('~', format!("Rename column {table}.{column} → {to}"))
            }
            Self::AlterColumn { table, column, change } => {
                let old =
                    before.and_then(|schema| schema.table(table)).and_then(|table| table.column(column));
                ('~', with_details(format!("Alter column {table}.{column}"), column_details(old, change)))
            }
            Self::AddConstraint { table, constraint } => ('+', add_constraint(table, constraint)),
            Self::DropConstraint { table, constraint } => ('-', drop_constraint(before, table, constraint)),
            Self::RenameConstraint { table, name, to } => {
                ('~', format!("Rename constraint {name} → {to} on {table}"))
            }
            Self::ValidateConstraint { table, name } => {
                ('~', format!("Validate constraint {name} on {table}"))
            }
            Self::CreateIndex { table, index, .. } => ('+', create_index(table, index)),
            Self::DropIndex { table, name, .. } => ('-', format!("Drop index {name} on {table}")),
            Self::RenameIndex { table, name, to } => ('~', format!("Rename index {name} → {to} on {table}")),
            Self::CreateEnum(made) => {
                ('+', format!("Create enum {} ({})", made.name, made.values.join(", ")))
            }
            Self::AlterEnum(change) => {
                ('~', with_details(format!("Alter enum {}", change.name), enum_details(change)))
            }
            Self::DropEnum { name } => ('-', format!("Drop enum {name}")),
            Self::CreateSequence(sequence) => ('+', format!("Create sequence {}", sequence.name)),
            Self::AlterSequence(sequence) => ('~', format!("Alter sequence {}", sequence.name)),
            Self::DropSequence { name } => ('-', format!("Drop sequence {name}")),
            Self::CreateNamespace(namespace) => ('+', format!("Create schema {}", namespace.name)),
            Self::AlterNamespace(namespace) => ('~', format!("Alter schema {}", namespace.name)),
            Self::DropNamespace { name } => ('-', format!("Drop schema {name}")),
            Self::CreateObject(object) => ('+', format!("Create {}", object.key)),
            Self::ReplaceObject(object) => ('~', format!("Replace {}", object.key)),
            Self::DropObject { key } => ('-', format!("Drop {key}")),
            Self::Insert { table, rows, .. } => {
                ('+', format!("Insert {} into {table}", plural(rows.len(), "row")))
            }
            Self::Delete { table, rows, .. } => {
                ('-', format!("Delete {} from {table}", plural(rows.len(), "row")))
            }
            Self::Execute { sql, .. } => ('!', format!("Execute SQL ({})", beginning(sql))),
            Self::Run { function, .. } => ('!', format!("Run function {function}")),
        };
        Description { symbol, text }
    }

    /// The `op` of a revision file: `create_table`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CreateTable(_) => "create_table",
            Self::DropTable { .. } => "drop_table",
            Self::RenameTable { .. } => "rename_table",
            Self::AlterTable { .. } => "alter_table",
            Self::AttachPartition { .. } => "attach_partition",
            Self::DetachPartition { .. } => "detach_partition",
            Self::AddColumn { .. } => "add_column",
            Self::DropColumn { .. } => "drop_column",
            Self::RenameColumn { .. } => "rename_column",
            Self::AlterColumn { .. } => "alter_column",
            Self::AddConstraint { constraint, .. } => match constraint.kind() {
                ConstraintKind::PrimaryKey => "add_primary_key",
                ConstraintKind::Unique => "add_unique",
                ConstraintKind::ForeignKey => "add_foreign_key",
                ConstraintKind::Check => "add_check",
                ConstraintKind::Exclusion => "add_exclusion",
            },
            Self::DropConstraint { .. } => "drop_constraint",
            Self::RenameConstraint { .. } => "rename_constraint",
            Self::ValidateConstraint { .. } => "validate_constraint",
            Self::CreateIndex { .. } => "create_index",
            Self::DropIndex { .. } => "drop_index",
            Self::RenameIndex { .. } => "rename_index",
            Self::CreateEnum(_) => "create_enum",
            Self::AlterEnum(_) => "alter_enum",
            Self::DropEnum { .. } => "drop_enum",
            Self::CreateSequence(_) => "create_sequence",
            Self::AlterSequence(_) => "alter_sequence",
            Self::DropSequence { .. } => "drop_sequence",
            Self::CreateNamespace(_) => "create_schema",
            Self::AlterNamespace(_) => "alter_schema",
            Self::DropNamespace { .. } => "drop_schema",
            Self::CreateObject(_) => "create_object",
            Self::ReplaceObject(_) => "replace_object",
            Self::DropObject { .. } => "drop_object",
            Self::Insert { .. } => "insert",
            Self::Delete { .. } => "delete",
            Self::Execute { .. } => "execute",
            Self::Run { .. } => "run",
        }
    }

    /// A piece of an automatic message, as Django makes them: `users`, `users_age`, `remove_users_age`.
    pub fn fragment(&self) -> String {
        let of = |table: &Name, part: &str| {
            let table = table.name.as_str();
            // A constraint that a rule named says the table already.
            if part.starts_with(table) { part.to_owned() } else { format!("{table}_{part}") }
        };
        let text = match self {
            Self::CreateTable(table) => table.name.name.to_string(),
            Self::DropTable { table } => format!("delete_{}", table.name),
            Self::RenameTable { table, to } => format!("rename_{}_to_{}", table.name, to.name),
            Self::AlterTable { table, .. } => format!("alter_{}", table.name),
            Self::AttachPartition { table, .. } => format!("attach_{}", table.name),
            Self::DetachPartition { table } => format!("detach_{}", table.name),
            Self::AddColumn { table, column, .. } => format!("{}_{}", table.name, column.name),
            Self::DropColumn { table, column } => format!("remove_{}_{column}", table.name),
            Self::RenameColumn { column, to, .. } => format!("rename_{column}_to_{to}"),
            Self::AlterColumn { table, column, .. } => format!("alter_{}_{column}", table.name),
            Self::AddConstraint { table, constraint } => match &constraint.name {
                Some(name) => of(table, name.as_str()),
                None => of(table, kind_word(constraint.kind())),
            },
            Self::DropConstraint { table, constraint: ConstraintRef::Named(name) } => {
                format!("remove_{}", of(table, name.as_str()))
            }
            Self::DropConstraint { table, constraint: ConstraintRef::Unnamed(body) } => {
                format!("remove_{}", of(table, kind_word(super::part::kind(body))))
            }
            Self::RenameConstraint { name, to, .. } | Self::RenameIndex { name, to, .. } => {
                format!("rename_{name}_to_{to}")
            }
            Self::ValidateConstraint { table, name } => format!("validate_{}", of(table, name.as_str())),
            Self::CreateIndex { table, index, .. } => of(table, index.name.as_str()),
            Self::DropIndex { table, name, .. } => format!("remove_{}", of(table, name.as_str())),
            Self::CreateEnum(made) => made.name.name.to_string(),
            Self::AlterEnum(change) => format!("alter_{}", change.name.name),
            Self::CreateSequence(sequence) => sequence.name.name.to_string(),
            Self::AlterSequence(sequence) => format!("alter_{}", sequence.name.name),
            Self::DropEnum { name } | Self::DropSequence { name } => format!("delete_{}", name.name),
            Self::CreateNamespace(namespace) => namespace.name.to_string(),
            Self::AlterNamespace(namespace) => format!("alter_{}", namespace.name),
            Self::DropNamespace { name } => format!("delete_{name}"),
            Self::CreateObject(object) => object.key.name.name.to_string(),
            Self::ReplaceObject(object) => format!("alter_{}", object.key.name.name),
            Self::DropObject { key } => format!("delete_{}", key.name.name),
            Self::Insert { table, .. } => format!("insert_{}", table.name),
            Self::Delete { table, .. } => format!("delete_from_{}", table.name),
            Self::Execute { .. } => "execute".to_owned(),
            Self::Run { function, .. } => function.clone(),
        };
        snake(&text)
    }

    /// The tables that it changes; of a rename, by both names.
    pub fn tables(&self) -> Vec<&Name> {
        match self {
            Self::CreateTable(table) => vec![&table.name],
            Self::RenameTable { table, to } => vec![table, to],
            Self::AttachPartition { table, of } => vec![table, &of.parent],
            Self::DropTable { table }
            | Self::DetachPartition { table }
            | Self::AlterTable { table, .. }
            | Self::AddColumn { table, .. }
            | Self::DropColumn { table, .. }
            | Self::RenameColumn { table, .. }
            | Self::AlterColumn { table, .. }
            | Self::AddConstraint { table, .. }
            | Self::DropConstraint { table, .. }
            | Self::RenameConstraint { table, .. }
            | Self::ValidateConstraint { table, .. }
            | Self::CreateIndex { table, .. }
            | Self::DropIndex { table, .. }
            | Self::RenameIndex { table, .. }
            | Self::Insert { table, .. }
            | Self::Delete { table, .. } => vec![table],
            Self::CreateObject(object) | Self::ReplaceObject(object) => object.key.table.iter().collect(),
            Self::DropObject { key } => key.table.iter().collect(),
            Self::CreateEnum(_)
            | Self::AlterEnum(_)
            | Self::DropEnum { .. }
            | Self::CreateSequence(_)
            | Self::AlterSequence(_)
            | Self::DropSequence { .. }
            | Self::CreateNamespace(_)
            | Self::AlterNamespace(_)
            | Self::DropNamespace { .. }
            | Self::Execute { .. }
            | Self::Run { .. } => Vec::new(),
        }
    }
}

fn kind_word(kind: ConstraintKind) -> &'static str {
    match kind {
        ConstraintKind::PrimaryKey => "pkey",
        ConstraintKind::Unique => "key",
        ConstraintKind::ForeignKey => "fkey",
        ConstraintKind::Check => "check",
        ConstraintKind::Exclusion => "excl",
    }
}

/// Letters and digits in lower case, with one `_` between them where something else stands.
fn snake(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_alphanumeric() {
            made.extend(character.to_lowercase());
        } else if !made.is_empty() && !made.ends_with('_') {
            made.push('_');
        }
    }
    made.truncate(made.trim_end_matches('_').len());
    made
}

/// How a text begins, on one line.
pub(super) fn beginning(sql: &Sql) -> String {
    let Some((_, text)) = sql.iter().find(|(_, text)| !text.trim().is_empty()) else {
        return "nothing".to_owned();
    };
    let mut made = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if count > 0 {
            if count + 1 + length > SQL_SHOWN {
                made.push_str(" …");
                return made;
            }
            made.push(' ');
            count += 1;
        }
        if length > SQL_SHOWN {
            made.extend(word.chars().take(SQL_SHOWN));
            made.push('…');
            return made;
        }
        made.push_str(word);
        count += length;
    }
    made
}

fn with_details<T: AsRef<str>>(text: String, details: impl IntoIterator<Item = T>) -> String {
    let details: Vec<T> = details.into_iter().collect();
    if details.is_empty() {
        return text;
    }
    let details: Vec<&str> = details.iter().map(AsRef::as_ref).collect();
    format!("{text} ({})", details.join(", "))
}

fn column_details(old: Option<&crate::schema::Column>, change: &ColumnChange) -> Vec<String> {
    let mut details = Vec::new();
    if let Some(ty) = &change.ty {
        details.push(match old {
            Some(old) => format!("{} → {ty}", old.ty),
            None => format!("→ {ty}"),
        });
    }
    if let Some(nullable) = change.nullable {
        details.push(if nullable { "nullable" } else { "not null" }.to_owned());
    }
    if let Some(default) = &change.default {
        let was = old.and_then(|old| old.default.as_ref());
        details.push(match (was, default) {
            (Some(was), Some(new)) => format!("default {} → {}", beginning(was), beginning(new)),
            (None, Some(new)) => format!("default {}", beginning(new)),
            (_, None) => "no default".to_owned(),
        });
    }
    if let Some(identity) = &change.identity {
        details.push(if identity.is_some() { "identity" } else { "no identity" }.to_owned());
    }
    if let Some(generated) = &change.generated {
        details.push(match generated {
            Some(made) => format!("generated as {}", beginning(&made.expression)),
            None => "not generated".to_owned(),
        });
    }
    if let Some(collation) = &change.collation {
        details.push(match collation {
            Some(name) => format!("collation {name}"),
            None => "no collation".to_owned(),
        });
    }
    if change.comment.is_some() {
        details.push("comment".to_owned());
    }
    if change.options.is_some() {
        details.push("options".to_owned());
    }
    match &change.position {
        None => {}
        Some(Position::First) => details.push("first".to_owned()),
        Some(Position::After(other)) => details.push(format!("after {other}")),
    }
    details
}

fn enum_details(change: &AlterEnum) -> Vec<String> {
    let renames = change.rename.iter().map(|rename| format!("{} → {}", rename.from, rename.to));
    let removals = change.remove.iter().map(|value| format!("remove {value}"));
    let additions = change.add.iter().map(|addition| match &addition.place {
        None => format!("add {}", addition.value),
        Some(EnumPlace::Before(other)) => format!("add {} before {other}", addition.value),
        Some(EnumPlace::After(other)) => format!("add {} after {other}", addition.value),
    });
    let comment = change.comment.iter().map(|_| "comment".to_owned());
    renames.chain(removals).chain(additions).chain(comment).collect()
}

fn columns<'a>(names: impl IntoIterator<Item = &'a Ident>) -> String {
    names.into_iter().map(Ident::as_str).collect::<Vec<_>>().join(", ")
}

fn parts(parts: &[KeyPart]) -> String {
    let part = |part: &KeyPart| match &part.target {
        KeyTarget::Column(name) => name.to_string(),
        KeyTarget::Expression(sql) => beginning(sql),
    };
    parts.iter().map(part).collect::<Vec<_>>().join(", ")
}

fn add_constraint(table: &Name, constraint: &Constraint) -> String {
    let name = constraint.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    let about = match &constraint.body {
        ConstraintBody::PrimaryKey(key) => parts(&key.columns),
        ConstraintBody::Unique(key) => parts(&key.columns),
        ConstraintBody::Exclusion(key) => parts(&key.columns),
        ConstraintBody::Check(check) => beginning(&check.expression),
        ConstraintBody::ForeignKey(key) => {
            let there = &key.references;
            let there = match there.columns.as_slice() {
                [] => there.table.to_string(),
                [one] => format!("{}.{one}", there.table),
                several => format!("{}.({})", there.table, columns(several)),
            };
            format!("{} → {there}", columns(&key.columns))
        }
    };
    format!("Add {}{name} on {table} ({about})", constraint.kind())
}

fn drop_constraint(before: Option<&Schema>, table: &Name, constraint: &ConstraintRef) -> String {
    match constraint {
        ConstraintRef::Named(name) => {
            let there =
                before.and_then(|schema| schema.table(table)).and_then(|table| table.constraint(name));
            match there {
                Some(there) => format!("Drop {} {name} on {table}", there.kind()),
                None => format!("Drop constraint {name} on {table}"),
            }
        }
        ConstraintRef::Unnamed(body) => format!("Drop {} on {table}", super::part::kind(body)),
    }
}

fn create_index(table: &Name, index: &Index) -> String {
    let unique = if index.unique { "unique " } else { "" };
    format!("Create {unique}index {} on {table} ({})", index.name, parts(&index.columns))
}
