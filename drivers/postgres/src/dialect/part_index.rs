//! Indexes of parts that belong to one of the whole.
//!
//! The server makes them with that of the whole, under names of its own, or takes one that is there and the same. One
//! that is made only on the whole takes them when it is told to.

use limbeck_core::driver::Statement;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::Operation;
use limbeck_core::schema::{Index, KeyTarget, Schema, Table};

use super::fault::Fault;
use super::gates::Gates;
use super::literal::{do_block, quote, quote_name, text};
use super::{NAMES, child, comment, index, names};
use crate::options as key;

/// Makes an index, and the ties between it and those of the whole and of the parts.
pub(super) fn create(
    gates: Gates,
    owner: &Name,
    made: &Index,
    concurrently: bool,
    schema: &Schema,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let above = schema.table(owner).and_then(|part| of_whole(part, made, schema));
    if let Some((whole, above)) = above.filter(|(_, above)| !is_only(above)) {
        // It came with that of the whole.
        let mut statements = vec![renamed(owner, &whole.sibling(above.name.clone()), &made.name, at)];
        if let Some(said) = &made.comment {
            let name = quote_name(&owner.sibling(made.name.clone()));
            statements.push(comment::on(at, &format!("INDEX {name}"), Some(said)));
        }
        return Ok(statements);
    }
    let mut statements = index::create(gates, owner, made, concurrently, at)?;
    if let Some((whole, above)) = above {
        statements.push(attach(whole, &above.name, owner, &made.name, at));
    }
    if is_only(made) {
        let attached = of_parts(owner, made, schema);
        statements
            .extend(attached.map(|(part, below)| attach(owner, &made.name, &part.name, &below.name, at)));
    }
    Ok(statements)
}

/// Drops an index. One that belongs to the whole's goes with that; where that stays, it has the server's name again, or,
/// since the server lets none go by itself, that of the whole is made anew with the others.
pub(super) fn drop(
    gates: Gates,
    owner: &Table,
    gone: &Ident,
    concurrently: bool,
    schema: &Schema,
    later: &[Operation],
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let Some(there) = owner.indexes.get(gone).filter(|there| child::is_followed(&there.options)) else {
        return Ok(vec![index::drop(&owner.name, gone, concurrently, at)]);
    };
    let goes = |whole: &Name, name: &Ident| {
        later.iter().any(|operation| match operation {
            Operation::DropIndex { table, name: dropped, .. } => table == whole && dropped == name,
            Operation::DropTable { table } => table == whole || *table == owner.name,
            _ => false,
        })
    };
    let Some((whole, above)) =
        of_whole(owner, there, schema).filter(|(whole, above)| !goes(whole, &above.name))
    else {
        return Ok(Vec::new());
    };
    if is_only(above) {
        let mut statements = vec![index::drop(whole, &above.name, false, at)];
        statements.extend(index::create(gates, whole, above, false, at)?);
        for (part, below) in of_parts(whole, above, schema) {
            statements.extend(index::create(gates, &part.name, below, false, at)?);
            statements.push(attach(whole, &above.name, &part.name, &below.name, at));
        }
        return Ok(statements);
    }
    let name = Ident::new(names::index(&owner.name, &words(there), Some("idx")));
    let old = quote_name(&owner.name.sibling(gone.clone()));
    let mut statements = Vec::new();
    if there.comment.is_some() {
        statements.push(comment::on(at, &format!("INDEX {old}"), None));
    }
    statements.push(Statement::schema(at, format!("ALTER INDEX {old} RENAME TO {}", quote(&name))));
    Ok(statements)
}

/// The indexes of parts that belong to one of the whole and are told so.
fn of_parts<'s>(
    whole: &'s Name,
    above: &'s Index,
    schema: &'s Schema,
) -> impl Iterator<Item = (&'s Table, &'s Index)> {
    let is_part = move |part: &&Table| part.partition_of.as_ref().is_some_and(|of| of.parent == *whole);
    schema.tables.values().filter(is_part).flat_map(move |part| {
        let belongs = move |below: &&Index| child::is_followed(&below.options) && same(above, below);
        part.indexes.values().filter(belongs).map(move |below| (part, below))
    })
}

/// The index of the whole to which that of a part belongs, if it is there.
fn of_whole<'s>(part: &Table, of_part: &Index, schema: &'s Schema) -> Option<(&'s Name, &'s Index)> {
    let whole = schema.table(&part.partition_of.as_ref()?.parent)?;
    let found = whole.indexes.values().find(|above| same(above, of_part))?;
    child::is_followed(&of_part.options).then_some((&whole.name, found))
}

/// Whether the server takes one for a part of the other.
fn same(whole: &Index, part: &Index) -> bool {
    whole.columns == part.columns
        && whole.unique == part.unique
        && whole.method == part.method
        && whole.include == part.include
        && whole.predicate == part.predicate
        && whole.nulls_not_distinct == part.nulls_not_distinct
}

fn is_only(index: &Index) -> bool {
    index.options.flag(NAMES, key::ONLY)
}

fn attach(whole: &Name, above: &Ident, part: &Name, below: &Ident, at: usize) -> Statement {
    let (above, below) =
        (quote_name(&whole.sibling(above.clone())), quote_name(&part.sibling(below.clone())));
    Statement::schema(at, format!("ALTER INDEX {above} ATTACH PARTITION {below}"))
}

/// Gives another name to the index of a part that belongs to one of the whole, whatever its name is.
fn renamed(part: &Name, above: &Name, name: &Ident, at: usize) -> Statement {
    let (part, above) = (text(&quote_name(part)), text(&quote_name(above)));
    let to = text(&format!(" RENAME TO {}", quote(name)));
    Statement::schema(
        at,
        do_block(&format!(
            "BEGIN EXECUTE (SELECT 'ALTER INDEX ' || h.inhrelid::pg_catalog.regclass || {to} \
             FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid \
             WHERE h.inhparent = {above}::pg_catalog.regclass AND i.indrelid = {part}::pg_catalog.regclass); \
             END"
        )),
    )
}

/// What the server calls the parts of an index: columns by their names, expressions by the function that they call.
fn words(index: &Index) -> String {
    let word = |target: &KeyTarget| match target {
        KeyTarget::Column(name) => name.as_str().to_owned(),
        KeyTarget::Expression(sql) => {
            let text = sql.resolve(NAMES).map(ToString::to_string).unwrap_or_default();
            let name = text.split_once('(').filter(|_| text.ends_with(')')).map(|(name, _)| name);
            let name = name.map(|name| name.rsplit('.').next().unwrap_or(name).trim_matches('"'));
            let plain =
                |name: &&str| !name.is_empty() && name.chars().all(|it| it.is_alphanumeric() || it == '_');
            name.filter(plain).unwrap_or("expr").to_ascii_lowercase()
        }
    };
    let parts = index.columns.iter().map(|part| word(&part.target));
    parts.chain(index.include.iter().map(|name| name.as_str().to_owned())).collect::<Vec<_>>().join("_")
}
