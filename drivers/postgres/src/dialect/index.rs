//! Indexes.

use limbeck_core::driver::Statement;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Index, KeyPart, KeyTarget, Nulls, OptionValue, Order};

use super::constraint::predicate;
use super::fault::{Fault, check_name, expression_of};
use super::gates::Gates;
use super::literal::{identifier, name_or_sql, quote, quote_all, quote_name};
use super::options::{INDEX, read, with};
use super::{NAMES, comment};
use crate::options as key;

/// The statements that make an index.
pub(super) fn create(
    gates: Gates,
    table: &Name,
    index: &Index,
    concurrently: bool,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    check_name(&index.name, "index")?;
    let place = format!("index {} of {table}", index.name);
    let given = read(&index.options, INDEX, &place)?;
    let mut parts = Vec::with_capacity(index.columns.len());
    for item in &index.columns {
        if item.operator.is_some() {
            return Err(Fault::unsupported(
                format!("{place} has a part with an operator, which exclusion constraints have"),
                "leave it out",
            ));
        }
        parts.push(part(item, &place)?);
    }
    let mut sql = String::from("CREATE ");
    if index.unique {
        sql.push_str("UNIQUE ");
    }
    sql.push_str("INDEX ");
    if concurrently {
        sql.push_str("CONCURRENTLY ");
    }
    sql.push_str(&format!("{} ON ", quote(&index.name)));
    if given.flag(NAMES, key::ONLY) {
        sql.push_str("ONLY ");
    }
    sql.push_str(&quote_name(table));
    if let Some(method) = &index.method {
        sql.push_str(&format!(" USING {}", identifier(method)));
    }
    sql.push_str(&format!(" ({})", parts.join(", ")));
    if !index.include.is_empty() {
        sql.push_str(&format!(" INCLUDE ({})", quote_all(&index.include)));
    }
    if index.nulls_not_distinct {
        if !gates.nulls_not_distinct {
            return Err(Fault::too_old(format!("{place} takes two NULLs for the same"), 15));
        }
        sql.push_str(" NULLS NOT DISTINCT");
    }
    sql.push_str(&with(&given));
    if let Some(tablespace) = given.text(NAMES, key::TABLESPACE) {
        sql.push_str(&format!(" TABLESPACE {}", identifier(tablespace)));
    }
    if let Some(predicate) = predicate(index.predicate.as_ref(), &place)? {
        sql.push_str(&format!(" WHERE ({predicate})"));
    }
    let made = Statement::schema(at, sql);
    let mut statements = vec![if concurrently { made.outside_transaction() } else { made }];
    let name = quote_name(&table.sibling(index.name.clone()));
    if let Some(OptionValue::Array(numbers)) = given.effective(NAMES).get(key::STATISTICS) {
        for (place, number) in numbers.iter().enumerate() {
            if let OptionValue::Integer(number @ 0..) = number {
                let sql = format!("ALTER INDEX {name} ALTER COLUMN {} SET STATISTICS {number}", place + 1);
                statements.push(Statement::schema(at, sql));
            }
        }
    }
    if given.flag(NAMES, key::CLUSTER) {
        statements.push(cluster_on(table, &index.name, at));
    }
    if let Some(text) = &index.comment {
        statements.push(comment::on(at, &format!("INDEX {name}"), Some(text)));
    }
    Ok(statements)
}

/// Has CLUSTER sort the table by an index.
pub(super) fn cluster_on(table: &Name, index: &Ident, at: usize) -> Statement {
    Statement::schema(at, format!("ALTER TABLE {} CLUSTER ON {}", quote_name(table), quote(index)))
}

/// The statement that drops an index.
pub(super) fn drop(table: &Name, name: &Ident, concurrently: bool, at: usize) -> Statement {
    let word = if concurrently { " CONCURRENTLY" } else { "" };
    let statement =
        Statement::schema(at, format!("DROP INDEX{word} {}", quote_name(&table.sibling(name.clone()))));
    if concurrently { statement.outside_transaction() } else { statement }
}

/// A part of an index or of an exclusion constraint, without its operator.
pub(super) fn part(part: &KeyPart, place: &str) -> Result<String, Fault> {
    if part.length.is_some() {
        return Err(Fault::unsupported(
            format!("{place} has a part with a length, which PostgreSQL has not"),
            "index an expression such as left(column, 10)",
        ));
    }
    let mut sql = match &part.target {
        KeyTarget::Column(name) => quote(name),
        KeyTarget::Expression(sql) => {
            format!("({})", expression_of(sql, || format!("an expression of {place}"))?)
        }
    };
    if let Some(collation) = &part.collation {
        sql.push_str(&format!(" COLLATE {}", name_or_sql(collation)));
    }
    if let Some(opclass) = &part.opclass {
        sql.push_str(&format!(" {opclass}"));
    }
    if part.order == Order::Descending {
        sql.push_str(" DESC");
    }
    // What the order means by itself is not written.
    match (part.order, part.nulls) {
        (Order::Ascending, Some(Nulls::First)) => sql.push_str(" NULLS FIRST"),
        (Order::Descending, Some(Nulls::Last)) => sql.push_str(" NULLS LAST"),
        _ => {}
    }
    Ok(sql)
}
