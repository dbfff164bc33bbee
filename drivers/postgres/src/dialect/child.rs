//! Tables that have something from others: parts of a whole, those that inherit, those of a composite type.
//!
//! What comes from there is changed there, and the server carries it through. Here only what such a table may say for
//! itself is changed.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::driver::Statement;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{ColumnChange, Operation};
use limbeck_core::schema::{
    Column, Constraint, ConstraintBody, ConstraintKind, Object, ObjectKey, Options, Schema, Table,
};
use limbeck_core::sql::{Token, TokenKind, tokens};

use super::fault::{Fault, text_of};
use super::gates::Gates;
use super::literal::{do_block, identifier, quote, quote_name, text};
use super::object::TRIGGER_STATE;
use super::options::texts;
use super::{LEXICAL, NAMES, alter, column, comment, constraint, default, types};
use crate::options as key;

/// Whether what has these options comes from another table.
pub(super) fn is_followed(options: &Options) -> bool {
    options.flag(NAMES, key::INHERITED)
}

/// Whether the table has the column only from a parent.
pub(super) fn is_inherited(column: &Column) -> bool {
    is_followed(&column.options)
}

/// Whether the column comes, changes and goes with another table's or a type's. What a table had from one that it inherits
/// from no longer is its own.
pub(super) fn follows(table: &Table, column: &Column) -> bool {
    table.partition_of.is_some()
        || table.options.text(NAMES, key::OF_TYPE).is_some()
        || (is_inherited(column) && !parent_names(table).is_empty())
}

/// Whether a constraint can stand inside CREATE TABLE. A primary key there would say NOT NULL anew of what is inherited,
/// and of several keys over the same columns the server would make one.
pub(super) fn fits_create_table(table: &Table, item: &Constraint) -> bool {
    let inherits = || table.columns.iter().any(is_inherited);
    let is_key =
        |item: &Constraint| matches!(item.body, ConstraintBody::PrimaryKey(_) | ConstraintBody::Unique(_));
    let is_primary = matches!(item.body, ConstraintBody::PrimaryKey(_));
    let first = table.constraints.iter().find(|other| is_key(other) && other.columns() == item.columns());
    let twin = is_key(item) && first.is_some_and(|first| !std::ptr::eq(first, item));
    constraint::fits_create_table(item) && !twin && !(is_primary && inherits())
}

/// The names of the tables that a table inherits from.
pub(super) fn parent_names(table: &Table) -> Vec<Name> {
    let names = texts(&table.options, key::INHERITS);
    names.iter().filter_map(|name| name_of(name)).collect()
}

/// The tables that a table inherits from, as far as they are known.
fn parents<'s>(table: &Table, schema: &'s Schema) -> Vec<&'s Table> {
    parent_names(table).iter().filter_map(|name| schema.table(name)).collect()
}

/// What becomes of a table whose parents change, first of all else: it lets go of those that it does not keep. `None` if it
/// keeps all.
pub(super) fn lets_go(from: &Options, to: &Options) -> Option<Options> {
    let (parents, wanted) = (texts(from, key::INHERITS), texts(to, key::INHERITS));
    let kept: Vec<String> = parents.iter().filter(|parent| wanted.contains(parent)).cloned().collect();
    if kept.len() == parents.len() {
        return None;
    }
    let mut left = from.clone();
    key::unset(&mut left, key::INHERITS);
    if !kept.is_empty() {
        key::set_texts(&mut left, key::INHERITS, kept);
    }
    Some(left)
}

/// Whether a table gets parents that it has not had.
pub(super) fn joins(from: &Options, to: &Options) -> bool {
    let parents = texts(from, key::INHERITS);
    texts(to, key::INHERITS).iter().any(|parent| !parents.contains(parent))
}

/// What makes a table inherit from others than before. The server wants their checks of a table that is to inherit, and
/// leaves them to one that no longer does.
pub(super) fn inherit(
    gates: Gates,
    table: &Table,
    old: &Options,
    new: &Options,
    schema: &Schema,
) -> Result<Vec<String>, Fault> {
    let (parents, wanted) = (texts(old, key::INHERITS), texts(new, key::INHERITS));
    let own = |check: &Constraint| table.constraints.iter().any(|item| item.name == check.name);
    let kept: Vec<String> = parents.iter().filter(|parent| wanted.contains(parent)).cloned().collect();
    let still = checks_of(&kept, schema);
    let mut actions = Vec::new();
    for parent in parents.iter().filter(|parent| !wanted.contains(parent)) {
        actions.push(format!("NO INHERIT {parent}"));
        for check in checks_of(std::slice::from_ref(parent), schema) {
            if !own(check) && !still.iter().any(|other| other.name == check.name) {
                actions.push(format!("DROP CONSTRAINT {}", quote(&constraint::name(&table.name, check))));
            }
        }
    }
    let mut there: Vec<Option<Ident>> = still.iter().map(|check| check.name.clone()).collect();
    for parent in wanted.iter().filter(|parent| !parents.contains(parent)) {
        for check in checks_of(std::slice::from_ref(parent), schema) {
            if !own(check) && !there.contains(&check.name) {
                actions.push(format!("ADD {}", constraint::define(gates, &table.name, check)?));
                there.push(check.name.clone());
            }
        }
        actions.push(format!("INHERIT {parent}"));
    }
    Ok(actions)
}

/// Whether a table inherits from another one no longer.
pub(super) fn leaves(old: &Options, new: &Options) -> bool {
    let wanted = texts(new, key::INHERITS);
    texts(old, key::INHERITS).iter().any(|parent| !wanted.contains(parent))
}

/// The checks that tables of these names, and those that they inherit from, hand down.
fn checks_of<'s>(parents: &[String], schema: &'s Schema) -> Vec<&'s Constraint> {
    let mut found: Vec<&Constraint> = Vec::new();
    let mut waiting: Vec<&Table> =
        parents.iter().filter_map(|name| schema.table(&name_of(name)?)).rev().collect();
    let mut seen = BTreeSet::new();
    while let Some(table) = waiting.pop() {
        if seen.insert(&table.name) {
            let handed = |item: &&Constraint| {
                matches!(item.body, ConstraintBody::Check(_)) && !item.options.flag(NAMES, key::NO_INHERIT)
            };
            found.extend(table.constraints.iter().filter(handed));
            waiting.extend(self::parents(table, schema));
        }
    }
    found
}

/// The name that an SQL text says.
fn name_of(text: &str) -> Option<Name> {
    let word = |token: Token<'_>| match token.kind {
        TokenKind::QuotedIdentifier => {
            let inside = token.text.strip_prefix('"')?.strip_suffix('"')?;
            Some(inside.replace("\"\"", "\""))
        }
        TokenKind::Word => Some(token.text.to_lowercase()),
        _ => None,
    };
    let words: Vec<String> = tokens(&LEXICAL, text).filter(Token::is_code).filter_map(word).collect();
    match words.as_slice() {
        [name] => Some(Name::new(name.as_str())),
        [schema, name] if schema == super::DEFAULT_SCHEMA => Some(Name::new(name.as_str())),
        [schema, name] => Some(Name::qualified(schema.as_str(), name.as_str())),
        _ => None,
    }
}

/// Whether a column that the table says for itself would get the default of a parent that has it, too.
pub(super) fn takes_default(table: &Table, column: &Column, schema: &Schema) -> bool {
    column.default.is_none()
        && column.generated.is_none()
        && column.identity.is_none()
        && parents(table, schema)
            .iter()
            .any(|parent| parent.column(&column.name).is_some_and(|it| it.default.is_some()))
}

/// The NOT NULL that a table says for itself of a column that it inherits, under a name that need not be the parent's.
pub(super) fn own_not_null(gates: Gates, column: &Column) -> Option<String> {
    let name = column.options.text(NAMES, key::NOT_NULL_NAME).filter(|_| gates.named_not_null)?;
    (is_inherited(column) && !column.nullable)
        .then(|| format!("CONSTRAINT {} NOT NULL {}", identifier(name), quote(&column.name)))
}

/// What the table says for itself of a column that it inherits.
pub(super) fn settings(gates: Gates, column: &Column) -> Result<Vec<String>, Fault> {
    let head = format!("ALTER COLUMN {}", quote(&column.name));
    let mut actions = Vec::new();
    if column.generated.is_none() {
        actions.push(match &column.default {
            Some(given) => {
                let text = text_of(given, || format!("the default of column {}", column.name))?;
                format!("{head} SET DEFAULT {}", default::render(text))
            }
            None => format!("{head} DROP DEFAULT"),
        });
    }
    // Since NOT NULL has a name, it is inherited with it.
    if !column.nullable && !gates.named_not_null {
        actions.push(format!("{head} SET NOT NULL"));
    }
    Ok(actions)
}

/// A column of a table of a type: what `defined` says beyond its name and type; `None` if that is nothing.
pub(super) fn of_type(table: &Name, item: &Column, defined: &str) -> Result<Option<String>, Fault> {
    let name = quote(&item.name);
    let plain = format!("{name} {}", types::render(&column::resolved_type(table, item)?));
    let rest = defined.strip_prefix(&plain).unwrap_or_default().trim();
    Ok((!rest.is_empty()).then(|| format!("{name} WITH OPTIONS {rest}")))
}

/// The checks that a part must have before it can be attached.
///
/// One that has not looked at the rows of the whole may as well look at those of the part.
pub(super) fn checks_of_whole(table: &Table, schema: &Schema) -> Vec<Constraint> {
    if table.columns.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<&Constraint> = Vec::new();
    let mut at = table;
    while let Some(whole) = at.partition_of.as_ref().and_then(|whole| schema.table(&whole.parent)) {
        let checks = whole.constraints.iter().filter(|item| {
            matches!(item.body, ConstraintBody::Check(_)) && !item.options.flag(NAMES, key::NO_INHERIT)
        });
        let new = |item: &&Constraint| {
            let same = |other: &&Constraint| other.name == item.name;
            !table.constraints.iter().any(|other| same(&other)) && !found.iter().any(same)
        };
        let new: Vec<&Constraint> = checks.filter(new).collect();
        found.extend(new);
        at = whole;
    }
    let looks = |item: &Constraint| Constraint { not_valid: item.not_enforced, ..item.clone() };
    found.into_iter().map(looks).collect()
}

/// The parts of each table that has some, by their names.
#[derive(Debug, Default)]
pub(super) struct Parts(BTreeMap<Name, Vec<Name>>);

impl Parts {
    pub(super) fn of(schema: &Schema) -> Self {
        let mut parts: BTreeMap<Name, Vec<Name>> = BTreeMap::new();
        for table in schema.tables.values() {
            if let Some(whole) = &table.partition_of {
                parts.entry(whole.parent.clone()).or_default().push(table.name.clone());
            }
        }
        Self(parts)
    }

    /// The parts of a table, their parts, and so on, level by level.
    fn below<'s>(&'s self, whole: &'s Name) -> Vec<Vec<&'s Name>> {
        let next = |level: &[&'s Name]| -> Vec<&'s Name> {
            level.iter().filter_map(|whole| self.0.get(*whole)).flatten().collect()
        };
        let mut levels = Vec::new();
        let mut level = next(&[whole]);
        while !level.is_empty() {
            let below = next(&level);
            levels.push(std::mem::replace(&mut level, below));
        }
        levels
    }
}

/// What gives the parts of a table, whose column has another type now, their own defaults back: the server has turned them
/// into ones of the new type, in words of its own.
pub(super) fn defaults_of_parts(
    gates: Gates,
    whole: &Name,
    name: &Ident,
    schema: &Schema,
    parts: &Parts,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let mut statements = Vec::new();
    for part in parts.below(whole).into_iter().flatten().filter_map(|part| schema.table(part)) {
        if let Some(column) = part.column(name).filter(|column| column.default.is_some()) {
            let owner = quote_name(&part.name);
            let actions = settings(gates, &Column { nullable: true, ..column.clone() })?;
            let alter = |action: String| Statement::schema(at, format!("ALTER TABLE ONLY {owner} {action}"));
            statements.extend(actions.into_iter().map(alter));
        }
    }
    Ok(statements)
}

/// What makes a part of the table that was made for itself.
pub(super) fn attach(table: &Table, at: usize) -> Option<Statement> {
    let whole = table.partition_of.as_ref().filter(|_| !table.columns.is_empty())?;
    let (parent, name) = (quote_name(&whole.parent), quote_name(&table.name));
    Some(Statement::schema(at, format!("ALTER TABLE ONLY {parent} ATTACH PARTITION {name} {}", whole.bound)))
}

/// Makes a table that is there a part. It must have the checks of the whole.
pub(super) fn attach_table(
    gates: Gates,
    table: &Table,
    schema: &Schema,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let name = quote_name(&table.name);
    let mut statements = Vec::new();
    for check in checks_of_whole(table, schema) {
        let sql = format!("ALTER TABLE {name} ADD {}", constraint::define(gates, &table.name, &check)?);
        statements.push(Statement::schema(at, sql));
    }
    statements.extend(attach(table, at));
    Ok(statements)
}

/// Makes a part a table of its own. The server would leave it all that it had from the whole, under names that only the
/// server knows: it is taken away, so that the table has what it says for itself. What it calls by a name stays, which the
/// server holds for one with what the whole has, unless it is made anew `later`.
pub(super) fn detach_table(table: &Table, later: &[Operation], at: usize) -> Vec<Statement> {
    let Some(whole) = &table.partition_of else { return Vec::new() };
    let (parent, name) = (quote_name(&whole.parent), quote_name(&table.name));
    let (detach, part) = (text(&format!("ALTER TABLE {parent} DETACH PARTITION {name}")), text(&name));
    let head = text(&format!("ALTER TABLE {name} DROP CONSTRAINT "));
    let other_than = |column: &str, own: Vec<&Ident>| {
        if own.is_empty() {
            return String::new();
        }
        let own: Vec<String> = own.into_iter().map(|name| text(name.as_str())).collect();
        format!(" AND {column} NOT IN ({})", own.join(", "))
    };
    let comes = |name: &Ident| {
        later.iter().any(|operation| match operation {
            Operation::AddConstraint { table: of, constraint } => {
                *of == table.name && constraint.name.as_ref() == Some(name)
            }
            Operation::CreateIndex { table: of, index, .. } => *of == table.name && index.name == *name,
            _ => false,
        })
    };
    let named = table.constraints.iter().filter_map(|item| item.name.as_ref());
    let constraints = other_than("k.conname", named.filter(|name| !comes(name)).collect());
    // Of keys without a name the server knows the one, and of others that they are there.
    let unnamed = |kind: ConstraintKind| {
        table.constraints.iter().any(|item| item.name.is_none() && item.kind() == kind)
    };
    let kinds = [
        (ConstraintKind::PrimaryKey, 'p'),
        (ConstraintKind::Unique, 'u'),
        (ConstraintKind::Exclusion, 'x'),
        (ConstraintKind::ForeignKey, 'f'),
        (ConstraintKind::Check, 'c'),
    ];
    let own_kinds: String = kinds
        .iter()
        .filter(|(kind, _)| unnamed(*kind))
        .map(|(_, letter)| format!(" AND k.contype <> '{letter}'"))
        .collect();
    let indexes = other_than("n.relname", table.indexes.keys().filter(|name| !comes(name)).collect());
    let body = format!(
        "DECLARE drops text; BEGIN \
         SELECT pg_catalog.string_agg(d.sql, '; ' ORDER BY d.place) INTO drops FROM (\
         SELECT CASE k.contype WHEN 'f' THEN 1 ELSE 2 END, {head} || pg_catalog.quote_ident(k.conname) \
         FROM pg_catalog.pg_constraint k WHERE k.conrelid = {part}::pg_catalog.regclass \
         AND (k.contype IN ('p', 'u', 'x', 'f') AND k.conparentid <> 0 OR k.contype = 'c' AND NOT k.conislocal)\
         {constraints}{own_kinds} \
         UNION ALL SELECT 3, 'DROP INDEX ' || i.indexrelid::pg_catalog.regclass \
         FROM pg_catalog.pg_index i JOIN pg_catalog.pg_inherits h ON h.inhrelid = i.indexrelid \
         JOIN pg_catalog.pg_class n ON n.oid = i.indexrelid \
         WHERE i.indrelid = {part}::pg_catalog.regclass{indexes} AND NOT EXISTS (\
         SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))\
         ) AS d (place, sql); \
         EXECUTE {detach}; IF drops IS NOT NULL THEN EXECUTE drops; END IF; END"
    );
    vec![Statement::schema(at, do_block(&body))]
}

/// The objects that say how triggers of the whole are switched in a table and its parts, those above first: of the
/// trigger `name`, or of all. The server makes such triggers anew, and switched on.
pub(super) fn trigger_states<'s>(
    schema: &'s Schema,
    parts: &Parts,
    table: &Name,
    name: Option<&Ident>,
) -> Vec<&'s Object> {
    let first = ObjectKey { kind: TRIGGER_STATE.to_owned(), name: Name::new(""), table: None };
    let states: Vec<&Object> = schema
        .objects
        .range(first..)
        .map(|(_, object)| object)
        .take_while(|object| object.key.kind == TRIGGER_STATE)
        .filter(|object| name.is_none_or(|name| object.key.name.name == *name))
        .collect();
    if states.is_empty() {
        return states;
    }
    let mut found = Vec::new();
    for level in std::iter::once(vec![table]).chain(parts.below(table)) {
        let level: BTreeSet<&Name> = level.into_iter().collect();
        let is_there =
            |object: &&&Object| object.key.table.as_ref().is_some_and(|table| level.contains(table));
        found.extend(states.iter().filter(is_there).copied());
    }
    found
}

/// What a table says for itself of a column that has come with another table's.
pub(super) fn add_column(
    gates: Gates,
    table: &Name,
    new: &Column,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let owner = quote_name(table);
    let alter = |action: String| Statement::schema(at, format!("ALTER TABLE ONLY {owner} {action}"));
    let mut statements: Vec<Statement> = settings(gates, new)?.into_iter().map(alter).collect();
    statements.extend(column::settings(table, new)?.into_iter().map(alter));
    if let Some(said) = &new.comment {
        statements.push(comment::on(at, &format!("COLUMN {owner}.{}", quote(&new.name)), Some(said)));
    }
    Ok(statements)
}

/// What changes of a column that follows another table's: what that does not bring along. `whole_takes_null`: whether the
/// column takes NULL in the table that this one is a part of.
pub(super) fn alter_column(
    gates: Gates,
    before: &Table,
    after: &Table,
    name: &Ident,
    change: &ColumnChange,
    whole_takes_null: bool,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let mut own = ColumnChange {
        ty: None,
        using: None,
        generated: None,
        collation: None,
        identity: None,
        ..change.clone()
    };
    // Beside a whole that takes NULL, it is the part's own whether it does. That NULL is taken again, the server carries
    // through; since NOT NULL has a name, that it is not, too.
    if !whole_takes_null && (gates.named_not_null || own.nullable == Some(true)) {
        own.nullable = None;
        own.fill = None;
    }
    // As if the other table had been changed before.
    let mut changed = before.clone();
    for column in &mut changed.columns {
        if let Some(now) = after.column(name).filter(|_| column.name == *name) {
            column.ty = now.ty.clone();
            column.generated.clone_from(&now.generated);
            column.collation.clone_from(&now.collation);
            column.identity.clone_from(&now.identity);
            // The name of a NOT NULL comes with it.
            for option in [key::NOT_NULL_NAME, key::NOT_NULL_NO_INHERIT, key::NOT_NULL_NOT_VALID] {
                let value = now.options.effective(NAMES).remove(option).cloned();
                key::unset(&mut column.options, option);
                value.into_iter().for_each(|value| column.options.set(key::DIALECT, option, value));
            }
            if own.nullable.is_none() {
                column.nullable = now.nullable;
            }
        }
    }
    let nothing = Schema::new();
    let around = alter::Around { schema: &nothing, later: &[] };
    let mut statements = alter::alter_column(gates, &changed, after, name, &own, around, at)?;
    // The server has turned its default into one of the new type, in words of its own.
    if let Some(now) = after.column(name).filter(|_| change.ty.is_some()) {
        let owner = quote_name(&after.name);
        let alter = |action: String| Statement::schema(at, format!("ALTER TABLE ONLY {owner} {action}"));
        statements.extend(settings(gates, now)?.into_iter().map(alter));
    }
    Ok(statements)
}
