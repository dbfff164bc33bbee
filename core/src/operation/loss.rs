//! What data an operation would lose.

use std::collections::BTreeSet;
use std::fmt;

use super::describe::beginning;
use super::{AlterEnum, ColumnChange, Operation};
use crate::diag::list;
use crate::ident::{Ident, Name};
use crate::schema::{Column, DEFAULT_TIME_PRECISION, Object, Schema, Sql, Table, Type, TypeSpec};
use crate::sql::{self, LexicalRules, Token, tokens};

/// Data that an operation loses, or may lose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// What goes, for people: `all rows of table users`.
    pub what: String,
    /// The table; of an enum's words, the first one that has a column of it. Raw SQL names none that could be told.
    pub table: Option<Name>,
    /// The column, where it is one.
    pub column: Option<Ident>,
    /// In which way.
    pub kind: LossKind,
    /// How many rows or values, where somebody has looked.
    pub amount: Option<Amount>,
}

/// How many rows or values are lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// So many.
    Exactly(u64),
    /// So many that counting was stopped.
    AtLeast(u64),
}

/// `3`, or `1000000 or more`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(count) => write!(f, "{count}"),
            Self::AtLeast(count) => write!(f, "{count} or more"),
        }
    }
}

/// The line for people: `all rows of table users: 3 there now`.
impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match self.amount {
            Some(amount) => write!(f, ": {amount} there now"),
            None => Ok(()),
        }
    }
}

/// In which way data is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LossKind {
    /// A table goes with its rows.
    Table,
    /// A column goes with its values.
    Column,
    /// Values may not fit the column's new type.
    Narrowing,
    /// Values are computed anew in place of those that were there.
    Recomputed,
    /// Rows may hold a word of an enum that goes.
    EnumValue,
    /// Rows go.
    Rows,
}

impl Operation {
    /// What data this would lose in a database of the schema `before`; `None` if nothing, as far as is known of the
    /// operation. Raw SQL is for [`raw_loss`](Self::raw_loss), functions are not judged.
    pub fn loss(&self, before: &Schema) -> Option<Loss> {
        match self {
            Self::DropTable { table } => Some(Loss {
                what: format!("all rows of table {table}"),
                table: Some(table.clone()),
                column: None,
                kind: LossKind::Table,
                amount: None,
            }),
            Self::DropColumn { table, column } => {
                let there = before.table(table).and_then(|table| table.column(column));
                // What is computed when it is read holds nothing.
                if there.is_some_and(|there| there.generated.as_ref().is_some_and(|made| !made.stored)) {
                    return None;
                }
                Some(Loss {
                    what: format!("all values of column {table}.{column}"),
                    table: Some(table.clone()),
                    column: Some(column.clone()),
                    kind: LossKind::Column,
                    amount: None,
                })
            }
            Self::AlterColumn { table, column, change } => {
                let there = before.table(table).and_then(|table| table.column(column))?;
                altered(table, there, change)
            }
            Self::AlterEnum(change) => enum_values(before, change),
            Self::ReplaceObject(object) if object.key.kind == "composite_type" => attributes(before, object),
            Self::Delete { table, rows, .. } if !rows.is_empty() => Some(Loss {
                what: format!("{} of table {table}", crate::diag::plural(rows.len(), "row")),
                table: Some(table.clone()),
                column: None,
                kind: LossKind::Rows,
                amount: None,
            }),
            _ => None,
        }
    }

    /// What rows raw SQL would take away on a dialect that goes by `names` and writes as `rules` say, as far as its words
    /// tell ([`sql::losing_statements`]). A text that cannot be cut into statements may do anything.
    pub fn raw_loss(&self, rules: &LexicalRules, names: &[&str]) -> Option<Loss> {
        let Self::Execute { sql: text, .. } = self else { return None };
        let what = match sql::losing_statements(rules, text.resolve(names)?) {
            Ok(losing) if losing.is_empty() => return None,
            Ok(losing) => {
                let shown = losing.into_iter().map(|one| format!("`{}`", beginning(&Sql::from(one))));
                format!("the rows that raw SQL takes away: {}", list(shown))
            }
            Err(error) => format!("what raw SQL takes away cannot be told: {error}"),
        };
        Some(Loss { what, table: None, column: None, kind: LossKind::Rows, amount: None })
    }
}

fn altered(table: &Name, column: &Column, change: &ColumnChange) -> Option<Loss> {
    let loss = |what: String, kind: LossKind| {
        Some(Loss { what, table: Some(table.clone()), column: Some(column.name.clone()), kind, amount: None })
    };
    if let (None, Some(Some(_))) = (&column.generated, &change.generated) {
        return loss(
            format!("all values of column {table}.{}, which is computed from now on", column.name),
            LossKind::Recomputed,
        );
    }
    // Values that are computed are computed anew.
    let computed = column.generated.is_some() && change.generated != Some(None);
    match &change.ty {
        Some(ty) if !computed && !widens(&column.ty, ty) => loss(
            format!("values of column {table}.{} that do not fit {ty} (it is {})", column.name, column.ty),
            LossKind::Narrowing,
        ),
        _ => None,
    }
}

fn enum_values(before: &Schema, change: &AlterEnum) -> Option<Loss> {
    if change.remove.is_empty() {
        return None;
    }
    let of_it = |column: &&Column| {
        column.ty.default.as_ref().and_then(Type::enum_name).is_some_and(|name| *name == change.name)
    };
    let (table, column) = before
        .tables
        .values()
        .find_map(|table| table.columns.iter().find(of_it).map(|column| (table, column)))?;
    let words = list(change.remove.iter().map(|word| format!("'{word}'")));
    Some(Loss {
        what: format!("rows with {words} of enum {}, as in {}.{}", change.name, table.name, column.name),
        table: Some(table.name.clone()),
        column: Some(column.name.clone()),
        kind: LossKind::EnumValue,
        amount: None,
    })
}

/// What goes with the attributes that a composite type loses: columns may be of it.
fn attributes(before: &Schema, new: &Object) -> Option<Loss> {
    let old = before.objects.get(&new.key)?;
    let mut gone: Vec<String> = Vec::new();
    for (dialect, text) in old.definition.iter() {
        let now = new.definition.resolve(dialect.as_slice())?;
        let kept = attribute_names(now);
        let lost = attribute_names(text).into_iter().filter(|name| !kept.contains(name));
        gone.extend(lost);
    }
    if gone.is_empty() {
        return None;
    }
    let (table, column) = column_of(before, &new.key.name)?;
    let what = list(gone.iter().map(|name| format!("`{name}`")));
    Some(Loss {
        what: format!(
            "all values of {what} of composite type {}, as in {}.{}",
            new.key.name, table.name, column.name
        ),
        table: Some(table.name.clone()),
        column: Some(column.name.clone()),
        kind: LossKind::Column,
        amount: None,
    })
}

/// The names of the attributes in `CREATE TYPE name AS (a type, …)`, as they are written.
fn attribute_names(sql: &str) -> Vec<String> {
    let code: Vec<Token<'_>> = tokens(&LexicalRules::NEUTRAL, sql).filter(Token::is_code).collect();
    let (mut depth, mut first, mut names) = (0_usize, false, Vec::new());
    for token in code {
        match token.text {
            "(" => {
                first = depth == 0;
                depth += 1;
            }
            ")" if depth == 1 => break,
            ")" => depth -= 1,
            "," if depth == 1 => first = true,
            text if first && depth == 1 => {
                first = false;
                names.push(text.trim_matches('"').to_owned());
            }
            _ => {}
        }
    }
    names
}

/// The first column that is of the type called `name`, or of one that is made of it.
fn column_of<'s>(schema: &'s Schema, name: &Name) -> Option<(&'s Table, &'s Column)> {
    let mut names = BTreeSet::from([name]);
    loop {
        let count = names.len();
        let over = |object: &&Object| {
            matches!(object.key.kind.as_str(), "domain" | "composite_type")
                && object.depends_on.iter().any(|needed| names.contains(&needed.name))
        };
        let found: Vec<&Name> = schema.objects.values().filter(over).map(|object| &object.key.name).collect();
        names.extend(found);
        if names.len() == count {
            break;
        }
    }
    let words: BTreeSet<String> = names.iter().map(|name| name.name.as_str().to_lowercase()).collect();
    let says = |text: &str| {
        let mut code = tokens(&LexicalRules::NEUTRAL, text).filter(Token::is_code);
        code.any(|token| words.contains(&token.text.trim_matches('"').to_lowercase()))
    };
    let of_it = |column: &&Column| {
        let portable = column.ty.default.as_ref().map(Type::to_string);
        column.ty.native.values().chain(&portable).any(|text| says(text))
    };
    let mut tables = schema.tables.values();
    tables.find_map(|table| table.columns.iter().find(of_it).map(|column| (table, column)))
}

/// Whether every value of a column of the type `old` is known to fit `new`, on each dialect that either names.
pub(super) fn widens(old: &TypeSpec, new: &TypeSpec) -> bool {
    let named = old.native.keys().chain(new.native.keys());
    let mut pairs: Vec<(Option<Type>, Option<Type>)> =
        named.map(|dialect| (old.resolve(&[dialect]), new.resolve(&[dialect]))).collect();
    pairs.push((old.default.clone(), new.default.clone()));
    pairs.iter().all(|pair| match pair {
        (Some(old), Some(new)) => fits(old, new),
        // A dialect for which there is no type has no such column.
        _ => true,
    })
}

/// Digits of the greatest value of a whole-number type.
fn digits(ty: &Type) -> Option<u32> {
    match ty {
        Type::SmallInt => Some(5),
        Type::Integer => Some(10),
        Type::BigInt => Some(19),
        _ => None,
    }
}

fn time(old: Option<u32>, new: Option<u32>) -> bool {
    new.unwrap_or(DEFAULT_TIME_PRECISION) >= old.unwrap_or(DEFAULT_TIME_PRECISION)
}

fn fits(old: &Type, new: &Type) -> bool {
    use Type::{
        Array, BigInt, Binary, Blob, Boolean, Char, Date, Decimal, Double, Enum, Integer, Json, Jsonb,
        Native, Real, SmallInt, Text, Time, Timestamp, TimestampTz, Uuid, Varbinary, Varchar,
    };
    if old == new {
        return true;
    }
    match (old, new) {
        (Boolean, SmallInt | Integer | BigInt)
        | (SmallInt, Integer | BigInt | Real | Double)
        | (Integer, BigInt | Double)
        | (Real, Double) => true,
        // How many digits a decimal has that does not say differs: none are lost of what fits the fewest, 10.
        (SmallInt | Integer, Decimal(None)) => true,
        (SmallInt | Integer | BigInt, Decimal(Some((precision, scale)))) => {
            digits(old).is_some_and(|digits| precision.saturating_sub(*scale) >= digits)
        }
        (Decimal(Some((old, old_scale))), Decimal(Some((new, new_scale)))) => {
            new_scale >= old_scale && new.saturating_sub(*new_scale) >= old.saturating_sub(*old_scale)
        }
        // From varchar to char is another matter: blanks at the end are lost.
        (Char(old), Char(new) | Varchar(new)) | (Varchar(old), Varchar(new)) => new >= old,
        (Binary(old), Binary(new) | Varbinary(new)) | (Varbinary(old), Varbinary(new)) => new >= old,
        (Binary(_) | Varbinary(_), Blob) => true,
        (Date, Timestamp(_)) => true,
        (Time(old), Time(new)) | (Timestamp(old), Timestamp(new)) | (TimestampTz(old), TimestampTz(new)) => {
            time(*old, *new)
        }
        (Uuid, Char(length) | Varchar(length)) => *length >= 36,
        (
            Boolean | SmallInt | Integer | BigInt | Decimal(_) | Char(_) | Varchar(_) | Date | Time(_)
            | Timestamp(_) | Uuid | Json | Jsonb | Enum(_),
            Text,
        ) => true,
        (Jsonb, Json) => true,
        (Array(old), Array(new)) => fits(old, new),
        (Native(old), Native(new)) => old.eq_ignore_ascii_case(new),
        _ => false,
    }
}
