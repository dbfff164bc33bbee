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
use super::plan::All;
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
    // Each of twins belongs to another one of the whole's; where there is none left, that comes later and takes it.
    let above = schema.table(owner).and_then(|part| {
        let twin = |other: &&Index| {
            other.name != made.name && child::is_followed(&other.options) && same(made, other)
        };
        of_whole(part, made, schema).nth(part.indexes.values().filter(twin).count())
    });
    if let Some((whole, _)) = above.filter(|(_, above)| !is_only(above)) {
        // It came with that of the whole.
        let mut statements = vec![renamed(owner, whole, made, schema, at)];
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
    all: &All<'_>,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    // A table that ceases to be a part here keeps those that it knows, but for those whose names are wanted: they went then.
    let is_part = owner.partition_of.is_some();
    let detached = || {
        let mut earlier = all.earlier(&owner.name, at);
        earlier.any(|operation| matches!(operation, Operation::DetachPartition { .. }))
    };
    let comes = || {
        detached()
            && all.later(&owner.name, at).any(|operation| {
                matches!(operation, Operation::CreateIndex { table, index, .. }
                if *table == owner.name && index.name == *gone)
            })
    };
    let followed = |there: &&Index| child::is_followed(&there.options) && (is_part || comes());
    let Some(there) = owner.indexes.get(gone).filter(followed) else {
        return Ok(vec![index::drop(&owner.name, gone, concurrently, at)]);
    };
    let goes = |whole: &Name, name: &Ident| {
        all.later(whole, at).chain(all.later(&owner.name, at)).any(|operation| match operation {
            Operation::DropIndex { table, name: dropped, .. } => table == whole && dropped == name,
            Operation::DropTable { table } => table == whole || *table == owner.name,
            _ => false,
        })
    };
    let stay: Vec<_> =
        of_whole(owner, there, schema).filter(|(whole, above)| !goes(whole, &above.name)).collect();
    // Of twins, others may be those that belong to what stays.
    let others = schema.table(&owner.name).map_or(0, |now| {
        let twin =
            |other: &&Index| other.name != *gone && child::is_followed(&other.options) && same(there, other);
        now.indexes.values().filter(twin).filter(|other| !goes(&owner.name, &other.name)).count()
    });
    let Some(&(whole, above)) = stay.first().filter(|_| others < stay.len()) else {
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
    // One that is made later has the other name; until then nobody is to want this one.
    let comes = all.later(&owner.name, at).any(|operation| {
        matches!(operation, Operation::CreateIndex { table, index, .. }
            if *table == owner.name && child::is_followed(&index.options) && same(there, index))
    });
    let name = if comes { waiting(&owner.name, gone) } else { name };
    if name != *gone {
        // Of twins, it may be this one that has gone with that of the whole.
        let mine = format!("pg_catalog.to_regclass({})", text(&old));
        statements.push(rename(&owner.name, &mine, " AND mine IS NOT NULL", &name, at));
    }
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

/// The indexes of the whole to one of which that of a part belongs: several, if they are the same but for their names. Where
/// the whole is itself a part and has none that is known yet, those of the one above it.
fn of_whole<'s>(
    part: &Table,
    of_part: &Index,
    schema: &'s Schema,
) -> impl Iterator<Item = (&'s Name, &'s Index)> {
    let above = |table: &Table| table.partition_of.as_ref().and_then(|of| schema.table(&of.parent));
    let first = above(part).filter(|_| child::is_followed(&of_part.options));
    // A circle of parts is no schema, but must not be run round in.
    let mut wholes = std::iter::successors(first, |whole| above(whole)).take(schema.tables.len());
    let whole = wholes.find(|whole| whole.indexes.values().any(|above| same(above, of_part)));
    let same: Vec<_> = whole
        .into_iter()
        .flat_map(|whole| whole.indexes.values().map(|above| (&whole.name, above)))
        .filter(|(_, above)| same(above, of_part))
        .collect();
    same.into_iter()
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

/// Gives its name to the index of a part that has come with one of the whole, whatever it is called. Of several whose
/// wholes are the same, one that has no name yet that is known.
fn renamed(part: &Name, whole: &Name, made: &Index, schema: &Schema, at: usize) -> Statement {
    let now = schema.table(part);
    let above: Vec<String> = now
        .into_iter()
        .flat_map(|part| of_whole(part, made, schema))
        .map(|(_, above)| {
            format!("{}::pg_catalog.regclass", text(&quote_name(&whole.sibling(above.name.clone()))))
        })
        .collect();
    let known = now.into_iter().flat_map(|part| part.indexes.values());
    let known: Vec<String> = known
        .filter(|other| other.name != made.name && same(made, other))
        .map(|other| text(other.name.as_str()))
        .collect();
    let known = if known.is_empty() {
        String::new()
    } else {
        format!(" AND c.relname NOT IN ({})", known.join(", "))
    };
    let mine = format!(
        "(SELECT i.indexrelid FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
         WHERE EXISTS (SELECT FROM pg_catalog.pg_partition_ancestors(i.indexrelid) a WHERE a.relid IN ({})) \
         AND i.indrelid = {}::pg_catalog.regclass{known} \
         ORDER BY c.relname <> {}, c.relname LIMIT 1)",
        above.join(", "),
        text(&quote_name(part)),
        text(made.name.as_str()),
    );
    rename(part, &mine, " OR mine IS NULL", &made.name, at)
}

/// Calls the index `mine`, an expression, of a part `to`; `more` says what of one that is not there. Another one of the part that is called so waits
/// for its own name.
fn rename(part: &Name, mine: &str, more: &str, to: &Ident, at: usize) -> Statement {
    let (part_text, name) = (text(&quote_name(part)), text(to.as_str()));
    let (to_it, waits) = (text(&quote(to)), text(&quote(&waiting(part, to))));
    Statement::schema(
        at,
        do_block(&format!(
            "DECLARE mine pg_catalog.regclass := {mine}; other pg_catalog.regclass := (\
             SELECT i.indexrelid FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
             WHERE i.indrelid = {part_text}::pg_catalog.regclass AND c.relname = {name}); \
             BEGIN IF other IS DISTINCT FROM mine{more} THEN \
             IF other IS NOT NULL THEN EXECUTE 'ALTER INDEX ' || other || ' RENAME TO ' || {waits}; END IF; \
             EXECUTE 'ALTER INDEX ' || mine || ' RENAME TO ' || {to_it}; END IF; END"
        )),
    )
}

/// The name of an index that is to have another one.
fn waiting(part: &Name, name: &Ident) -> Ident {
    Ident::new(names::waiting(part, name))
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
