//! Names inside texts: expressions and objects' definitions.
//!
//! A schema says nothing of the dialect that will read it, so the texts are cut by [`LexicalRules::NEUTRAL`].

use crate::ident::{Ident, Name};
use crate::schema::{ConstraintBody, Index, KeyPart, KeyTarget, Sql, Table};
use crate::sql::{
    ColumnReference, Folding, LexicalRules, ScanError, Token, TokenKind, references_column, rename_column,
    rename_table, tokens,
};

/// In a trigger's text and a rule's, a row of the table is called so.
const ROWS: [&str; 2] = ["new", "old"];

/// Which spellings mean the column `column` of `table`. Case does not count where no other column differs by it; a new
/// name with capitals must be quoted, which [`Folding::Lower`] does.
fn folding(table: &Table, column: &Ident, new: Option<&Ident>) -> Folding {
    let is_lower = |name: &Ident| !name.as_str().bytes().any(|byte| byte.is_ascii_uppercase());
    let twin = table
        .columns
        .iter()
        .any(|other| other.name != *column && other.name.as_str().eq_ignore_ascii_case(column.as_str()));
    if twin || (is_lower(column) && new.is_some_and(|new| !is_lower(new))) {
        Folding::Lower
    } else {
        Folding::AsciiInsensitive
    }
}

fn qualifiers(table: &Table) -> Vec<Ident> {
    ROWS.into_iter().map(Ident::from).chain([table.name.name.clone()]).collect()
}

/// Whether an expression of `table` names its column. One that cannot be read does if the word stands anywhere in it.
pub(super) fn names_column(table: &Table, sql: &Sql, column: &Ident) -> bool {
    let tables = qualifiers(table);
    let reference = ColumnReference { tables: &tables, column, folding: folding(table, column, None) };
    sql.iter().any(|(_, text)| {
        references_column(&LexicalRules::NEUTRAL, text, &reference)
            .unwrap_or_else(|_| says(text, column.as_str()))
    })
}

/// The expression of `table` with the column called `new`.
pub(super) fn with_column(table: &Table, sql: &Sql, column: &Ident, new: &Ident) -> Result<Sql, ScanError> {
    let tables = qualifiers(table);
    let reference = ColumnReference { tables: &tables, column, folding: folding(table, column, Some(new)) };
    each(sql, |text| {
        match rename_column(&LexicalRules::NEUTRAL, text, &reference, new, &|name| quoted(text, name)) {
            Ok(renamed) => Ok(renamed.unwrap_or_else(|| text.to_owned())),
            Err(_) if !says(text, column.as_str()) => Ok(text.to_owned()),
            Err(error) => Err(error),
        }
    })
}

/// The expression with the table called `new` where it stands before a column.
pub(super) fn with_table(sql: &Sql, table: &Ident, new: &Ident) -> Result<Sql, ScanError> {
    each(sql, |text| {
        let quote = |name: &str| quoted(text, name);
        match rename_table(&LexicalRules::NEUTRAL, text, table, new, Folding::AsciiInsensitive, &quote) {
            Ok(renamed) => Ok(renamed.unwrap_or_else(|| text.to_owned())),
            Err(_) if !says(text, table.as_str()) => Ok(text.to_owned()),
            Err(error) => Err(error),
        }
    })
}

fn each(sql: &Sql, f: impl Fn(&str) -> Result<String, ScanError>) -> Result<Sql, ScanError> {
    let mut made = Sql { default: None, dialects: std::collections::BTreeMap::new() };
    made.default = sql.default.as_deref().map(&f).transpose()?;
    for (dialect, text) in &sql.dialects {
        made.dialects.insert(dialect.clone(), f(text)?);
    }
    Ok(made)
}

/// Quotes as the text's own names are quoted.
fn quoted(text: &str, name: &str) -> String {
    let mark = if text.contains('`') { '`' } else { '"' };
    let mark_twice = mark.to_string().repeat(2);
    format!("{mark}{}{mark}", name.replace(mark, &mark_twice))
}

/// The name that a token is, without its quotes.
fn name_of(token: &Token<'_>) -> Option<String> {
    match token.kind {
        TokenKind::Word => Some(token.text.to_owned()),
        _ => {
            let mark = token.text.chars().next().filter(|mark| matches!(mark, '"' | '`'))?;
            let inner = token.text.strip_prefix(mark)?.strip_suffix(mark)?;
            Some(inner.replace(&mark.to_string().repeat(2), &mark.to_string()))
        }
    }
}

/// Whether `name` stands in the text as a word or a quoted name, whatever the case of its letters. Bodies in dollar
/// quotes are looked into.
pub(super) fn says(text: &str, name: &str) -> bool {
    let mut found = false;
    names_in(text, &mut |said| found |= said.eq_ignore_ascii_case(name));
    found
}

/// Calls `f` with every name that the text says.
pub(super) fn names_in(text: &str, f: &mut dyn FnMut(&str)) {
    for token in tokens(&LexicalRules::NEUTRAL, text) {
        if let Some(name) = name_of(&token) {
            f(&name);
        } else if let Some((_, body, _)) = dollar_body(token.text) {
            names_in(body, f);
        }
    }
}

/// The text with every word and quoted name `from` made `to`.
pub(super) fn with_name(text: &str, from: &str, to: &str) -> String {
    let plain = !to.is_empty()
        && !to.bytes().any(|byte| !(byte == b'_' || byte.is_ascii_lowercase() || byte.is_ascii_digit()))
        && !to.starts_with(|first: char| first.is_ascii_digit());
    let mut made = String::with_capacity(text.len());
    let mut done = 0;
    for token in tokens(&LexicalRules::NEUTRAL, text) {
        let new = match name_of(&token) {
            Some(name) if name.eq_ignore_ascii_case(from) => {
                if plain && token.kind == TokenKind::Word {
                    to.to_owned()
                } else {
                    quoted(token.text, to)
                }
            }
            Some(_) => continue,
            None => match dollar_body(token.text) {
                Some((open, body, close)) => format!("{open}{}{close}", with_name(body, from, to)),
                None => continue,
            },
        };
        made.push_str(&text[done..token.start]);
        made.push_str(&new);
        done = token.start + token.text.len();
    }
    made.push_str(&text[done..]);
    made
}

/// The mark, the body and the mark of a text in dollar quotes.
fn dollar_body(text: &str) -> Option<(&str, &str, &str)> {
    let rest = text.strip_prefix('$')?;
    let mark = &text[..rest.find('$')? + 2];
    let body = text[mark.len()..].strip_suffix(mark)?;
    Some((mark, body, mark))
}

/// Whether any text of `sql` says `name`.
pub(super) fn any_says(sql: &Sql, name: &str) -> bool {
    sql.iter().any(|(_, text)| says(text, name))
}

/// Whether a part of a key is the column or an expression that names it.
pub(super) fn part_names(table: &Table, part: &KeyPart, column: &Ident) -> bool {
    match &part.target {
        KeyTarget::Column(name) => name == column,
        KeyTarget::Expression(sql) => names_column(table, sql, column),
    }
}

/// Whether a constraint of `table` needs its column.
pub(super) fn constraint_names(table: &Table, body: &ConstraintBody, column: &Ident) -> bool {
    let part = |part: &KeyPart| part_names(table, part, column);
    match body {
        ConstraintBody::PrimaryKey(key) => key.columns.iter().any(part) || key.include.contains(column),
        ConstraintBody::Unique(key) => key.columns.iter().any(part) || key.include.contains(column),
        ConstraintBody::ForeignKey(key) => {
            key.columns.contains(column)
                || key.on_delete_columns.contains(column)
                || (key.references.table == table.name && points_at(table, &key.references.columns, column))
        }
        ConstraintBody::Check(check) => names_column(table, &check.expression, column),
        ConstraintBody::Exclusion(key) => {
            key.columns.iter().any(part)
                || key.include.contains(column)
                || key.predicate.as_ref().is_some_and(|sql| names_column(table, sql, column))
        }
    }
}

/// Whether a foreign key that points at `columns` of `table` (its primary key, if empty) needs the column.
pub(super) fn points_at(table: &Table, columns: &[Ident], column: &Ident) -> bool {
    if !columns.is_empty() {
        return columns.contains(column);
    }
    table
        .primary_key()
        .is_some_and(|(_, key)| key.columns.iter().any(|part| part.as_column() == Some(column)))
}

/// Whether an index of `table` needs its column.
pub(super) fn index_names(table: &Table, index: &Index, column: &Ident) -> bool {
    index.columns.iter().any(|part| part_names(table, part, column))
        || index.include.contains(column)
        || index.predicate.as_ref().is_some_and(|sql| names_column(table, sql, column))
}

/// Whether two names differ in their namespaces at most: in a text they may be one.
pub(super) fn same_word(left: &Name, right: &Name) -> bool {
    left.name.as_str().eq_ignore_ascii_case(right.name.as_str())
}
