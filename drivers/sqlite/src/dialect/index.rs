//! Indexes: what SQLite keeps of them, and how it writes them.

use limbeck_core::ident::Ident;
use limbeck_core::schema::{Index, KeyPart, KeyTarget, Order};

use super::default::{ends_in_comment, in_parens};
use super::fault::check_name;
use super::literal::quote;
use super::lower::{Lowering, sql_text};
use super::options::read;
use crate::introspect::is_one_operand;

/// The index as SQLite keeps it.
pub(super) fn lower(lowering: &mut Lowering<'_>, index: &Index) -> Option<Index> {
    let place = format!("index {} of {}", index.name, lowering.table);
    let named = check_name(&index.name, "index");
    lowering.keep(named);
    if let Some(method) = index.method.as_ref().filter(|method| !method.eq_ignore_ascii_case("btree")) {
        lowering.refuse(
            format!("{place} has the method {method}; SQLite's indexes are B-trees"),
            "leave `method` out; for full text or places make a virtual table (fts5, rtree) with create_object",
        );
    }
    if !index.include.is_empty() {
        lowering.refuse(
            format!("{place} has `include`, which SQLite has not"),
            "put the columns at the end of the index, or leave them out",
        );
    }
    if index.nulls_not_distinct {
        lowering.refuse(
            format!("{place} takes two NULLs for the same, which SQLite never does"),
            "index `ifnull(column, …)`",
        );
    }
    let options = read(&index.options, &[], &place);
    let options = lowering.keep(options).unwrap_or_default();
    let columns = index.columns.iter().filter_map(|part| lowering.key_part(part, &place)).collect();
    let predicate = index
        .predicate
        .as_ref()
        .and_then(|sql| lowering.index_expression(sql, || format!("the condition of {place}")));
    Some(Index {
        name: index.name.clone(),
        columns,
        unique: index.unique,
        predicate,
        method: None,
        include: Vec::new(),
        nulls_not_distinct: false,
        comment: None,
        options,
    })
}

/// The statement that makes a lowered index.
pub(super) fn create(table: &Ident, index: &Index) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let mut sql = format!(
        "CREATE {unique}INDEX {} ON {} ({})",
        quote(index.name.as_str()),
        quote(table.as_str()),
        render_keys(&index.columns)
    );
    if let Some(predicate) = &index.predicate {
        sql.push_str(&format!(" WHERE {}", sql_text(predicate)));
    }
    sql
}

/// The parts of a lowered key, with commas.
pub(super) fn render_keys(parts: &[KeyPart]) -> String {
    parts.iter().map(key).collect::<Vec<_>>().join(", ")
}

/// One part of a lowered key.
pub(super) fn key(part: &KeyPart) -> String {
    let mut sql = match &part.target {
        KeyTarget::Column(name) => quote(name.as_str()),
        KeyTarget::Expression(expression) => {
            let text = sql_text(expression);
            let stands = !ends_in_comment(text) && (part.collation.is_none() || is_one_operand(text));
            if stands { text.to_owned() } else { in_parens(text) }
        }
    };
    if let Some(collation) = &part.collation {
        sql.push_str(&format!(" COLLATE {}", collate(collation)));
    }
    if part.order == Order::Descending {
        sql.push_str(" DESC");
    }
    sql
}

/// A collation's name. The library's own stand without quotes, as everybody writes them.
pub(super) fn collate(name: &str) -> String {
    let own = ["BINARY", "NOCASE", "RTRIM"].iter().any(|own| name.eq_ignore_ascii_case(own));
    if own { name.to_owned() } else { quote(name) }
}
