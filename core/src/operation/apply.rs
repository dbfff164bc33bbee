//! Replay: what an operation makes of a schema.
//!
//! Within a table everything must fit; across tables a reference may point at what is not there, because raw SQL may
//! have made it and because servers let keys be added in any order.

use std::collections::BTreeSet;

use super::error::{ApplyError, Thing};
use super::{Operation, column, enums, part, rename};
use crate::ident::{Ident, Name};
use crate::schema::{ConstraintKind, NAMESPACE, Object, PartitionOf, Schema, Table};
use crate::sql::{LexicalRules, Quotes, Token, TokenKind, tokens};

impl Operation {
    /// Makes the change in `schema`.
    ///
    /// # Errors
    /// What does not fit; `schema` is then as it was.
    pub fn apply(&self, schema: &mut Schema) -> Result<(), ApplyError> {
        match self {
            Self::CreateTable(table) => create_table(schema, table),
            Self::DropTable { table } => drop_table(schema, table),
            Self::RenameTable { table, to } => rename::table(schema, table, to),
            Self::AlterTable { table, comment, options } => {
                let table = table_mut(schema, table)?;
                if let Some(comment) = comment {
                    table.comment.clone_from(comment);
                }
                if let Some(options) = options {
                    table.options.clone_from(options);
                }
                Ok(())
            }
            Self::AttachPartition { table, of } => attach(schema, table, of),
            Self::DetachPartition { table } => {
                table_mut(schema, table)?.partition_of = None;
                Ok(())
            }
            Self::AddColumn { table, column, position, fill: _ } => {
                column::add(table_mut(schema, table)?, column, position.as_ref())
            }
            Self::DropColumn { table, column } => column::remove(schema, table, column),
            Self::RenameColumn { table, column, to } => rename::column(schema, table, column, to),
            Self::AlterColumn { table, column, change } => {
                column::alter(table_mut(schema, table)?, column, change)
            }
            Self::AddConstraint { table, constraint } => {
                part::add_constraint(table_mut(schema, table)?, constraint)
            }
            Self::DropConstraint { table, constraint } => {
                part::drop_constraint(table_mut(schema, table)?, constraint)
            }
            Self::RenameConstraint { table, name, to } => {
                part::rename_constraint(table_mut(schema, table)?, name, to)
            }
            Self::ValidateConstraint { table, name } => {
                let table = table_mut(schema, table)?;
                let at = part::constraint_index(table, name)?;
                table.constraints[at].not_valid = false;
                Ok(())
            }
            Self::CreateIndex { table, index, concurrently: _ } => {
                part::create_index(table_mut(schema, table)?, index)
            }
            Self::DropIndex { table, name, concurrently: _ } => {
                part::drop_index(table_mut(schema, table)?, name)
            }
            Self::RenameIndex { table, name, to } => part::rename_index(table_mut(schema, table)?, name, to),
            Self::CreateEnum(made) => enums::create(schema, made),
            Self::AlterEnum(change) => enums::alter(schema, change),
            Self::DropEnum { name } => match schema.enums.remove(name) {
                // Columns of that type are left to the server, which refuses where it keeps types at all.
                Some(_) => Ok(()),
                None => Err(enums::missing(schema, name)),
            },
            Self::CreateSequence(sequence) => {
                if schema.sequences.contains_key(&sequence.name) {
                    return Err(ApplyError::Exists { what: Thing::Sequence(sequence.name.clone()) });
                }
                schema.sequences.insert(sequence.name.clone(), sequence.clone());
                Ok(())
            }
            Self::AlterSequence(sequence) => match schema.sequences.get_mut(&sequence.name) {
                Some(there) => {
                    there.clone_from(sequence);
                    Ok(())
                }
                None => Err(missing_sequence(schema, &sequence.name)),
            },
            Self::DropSequence { name } => match schema.sequences.remove(name) {
                Some(_) => Ok(()),
                None => Err(missing_sequence(schema, name)),
            },
            Self::CreateNamespace(namespace) => {
                if schema.namespaces.contains_key(&namespace.name) {
                    return Err(ApplyError::Exists { what: Thing::Namespace(namespace.name.clone()) });
                }
                schema.namespaces.insert(namespace.name.clone(), namespace.clone());
                Ok(())
            }
            Self::AlterNamespace(namespace) => match schema.namespaces.get_mut(&namespace.name) {
                Some(there) => {
                    there.clone_from(namespace);
                    Ok(())
                }
                None => Err(missing_namespace(schema, &namespace.name)),
            },
            Self::DropNamespace { name } => drop_namespace(schema, name),
            Self::CreateObject(object) => {
                if schema.objects.contains_key(&object.key) {
                    return Err(ApplyError::Exists { what: Thing::Object(Box::new(object.key.clone())) });
                }
                schema.objects.insert(object.key.clone(), object.clone());
                Ok(())
            }
            Self::ReplaceObject(object) => match schema.objects.get_mut(&object.key) {
                Some(there) => {
                    there.clone_from(object);
                    Ok(())
                }
                None => Err(missing_object(schema, &object.key)),
            },
            Self::DropObject { key } => match schema.objects.remove(key) {
                Some(_) => Ok(()),
                None => Err(missing_object(schema, key)),
            },
            // Rows are not part of a schema; nor does anybody but a server know what raw SQL and functions do.
            Self::Insert { .. } | Self::Delete { .. } | Self::Execute { .. } | Self::Run { .. } => Ok(()),
        }
    }
}

/// The table, or the error that says that it is not there.
pub(super) fn table<'a>(schema: &'a Schema, name: &Name) -> Result<&'a Table, ApplyError> {
    schema.tables.get(name).ok_or_else(|| missing_table(schema, name))
}

pub(super) fn table_mut<'a>(schema: &'a mut Schema, name: &Name) -> Result<&'a mut Table, ApplyError> {
    if !schema.tables.contains_key(name) {
        return Err(missing_table(schema, name));
    }
    schema
        .tables
        .get_mut(name)
        .ok_or_else(|| ApplyError::Missing { what: Thing::Table(name.clone()), nearest: None })
}

fn missing_table(schema: &Schema, name: &Name) -> ApplyError {
    ApplyError::missing(
        Thing::Table(name.clone()),
        &name.to_string(),
        schema.tables.keys().map(Name::to_string),
    )
}

pub(super) fn missing_sequence(schema: &Schema, name: &Name) -> ApplyError {
    ApplyError::missing(
        Thing::Sequence(name.clone()),
        &name.to_string(),
        schema.sequences.keys().map(Name::to_string),
    )
}

pub(super) fn missing_object(schema: &Schema, key: &crate::schema::ObjectKey) -> ApplyError {
    let of_kind = schema.objects.keys().filter(|other| other.kind == key.kind);
    ApplyError::missing(
        Thing::Object(Box::new(key.clone())),
        &key.name.to_string(),
        of_kind.map(|other| other.name.to_string()),
    )
}

pub(super) fn missing_namespace(schema: &Schema, name: &Ident) -> ApplyError {
    ApplyError::missing(Thing::Namespace(name.clone()), name.as_str(), schema.namespaces.keys())
}

/// Makes a table a part. It must be none yet, and not the whole of the one that it becomes a part of.
fn attach(schema: &mut Schema, name: &Name, of: &PartitionOf) -> Result<(), ApplyError> {
    if table_mut(schema, name)?.partition_of.is_some() {
        return Err(ApplyError::PartAlready { table: name.clone() });
    }
    table_mut(schema, &of.parent)?;
    refuse_circle(schema, name, of)?;
    table_mut(schema, name)?.partition_of = Some(of.clone());
    Ok(())
}

/// Refuses a table that would be a part of itself: whoever follows parts would never come to an end.
fn refuse_circle(schema: &Schema, name: &Name, of: &PartitionOf) -> Result<(), ApplyError> {
    let mut whole = Some(&of.parent);
    while let Some(at) = whole {
        if at == name {
            return Err(ApplyError::PartOfItself { table: name.clone() });
        }
        whole = schema.table(at).and_then(|table| table.partition_of.as_ref()).map(|of| &of.parent);
    }
    Ok(())
}

fn create_table(schema: &mut Schema, table: &Table) -> Result<(), ApplyError> {
    if schema.tables.contains_key(&table.name) {
        return Err(ApplyError::Exists { what: Thing::Table(table.name.clone()) });
    }
    if let Some(of) = &table.partition_of {
        refuse_circle(schema, &table.name, of)?;
    }
    let mut columns = BTreeSet::new();
    for column in &table.columns {
        if !columns.insert(&column.name) {
            let what = Thing::Column(table.name.clone(), column.name.clone());
            return Err(ApplyError::Exists { what });
        }
    }
    let mut names = BTreeSet::new();
    let mut keys = 0;
    for (at, constraint) in table.constraints.iter().enumerate() {
        part::check_constraint_columns(table, constraint)?;
        let taken = match &constraint.name {
            Some(name) => !names.insert(name),
            None => table.constraints[..at]
                .iter()
                .any(|other| other.name.is_none() && other.body == constraint.body),
        };
        if taken {
            return Err(ApplyError::Exists { what: part::thing(&table.name, constraint) });
        }
        keys += usize::from(constraint.kind() == ConstraintKind::PrimaryKey);
    }
    if keys > 1 {
        return Err(ApplyError::Exists { what: Thing::PrimaryKey(table.name.clone()) });
    }
    for index in table.indexes.values() {
        part::check_index_columns(table, index)?;
    }
    schema.insert_table(table.clone());
    Ok(())
}

/// Whether an object goes when its table does.
pub(crate) fn belongs_to(object: &Object, table: &Name) -> bool {
    object.key.table.as_ref() == Some(table)
        || (object.key.kind == "trigger"
            && object.key.table.is_none()
            && object.depends_on.iter().any(|needed| needed.kind == "table" && needed.name == *table)
            && may_watch(object, table))
}

/// Whether an object is a trigger that says only in its text, and there for certain, that it is one of this table or view.
pub(crate) fn watches(object: &Object, table: &Name) -> bool {
    let mut texts = object.definition.default.iter().chain(object.definition.dialects.values());
    let is_of = |text: &String| {
        watched(text).is_some_and(|watched| watched.eq_ignore_ascii_case(table.name.as_str()))
    };
    object.key.kind == "trigger" && object.key.table.is_none() && texts.any(is_of)
}

/// Whether a trigger, whose text may name many tables, can be one of this table. A text that is not understood can.
fn may_watch(trigger: &Object, table: &Name) -> bool {
    let mut texts = trigger.definition.default.iter().chain(trigger.definition.dialects.values());
    texts.any(|text| watched(text).is_none_or(|watched| watched.eq_ignore_ascii_case(table.name.as_str())))
}

/// The standard's words, with the quotes of all dialects.
const QUOTED: LexicalRules = LexicalRules {
    identifier_quotes: &[
        Quotes { open: '"', close: '"', doubled: true },
        Quotes { open: '`', close: '`', doubled: true },
        Quotes { open: '[', close: ']', doubled: false },
    ],
    ..LexicalRules::STANDARD
};

/// The table that a CREATE TRIGGER is for: the name behind the first ON.
fn watched(text: &str) -> Option<String> {
    let code: Vec<Token<'_>> = tokens(&QUOTED, text).filter(Token::is_code).collect();
    let made = code.iter().position(|token| token.is_word("TRIGGER"))?;
    // The trigger's own name may be any word.
    let on = code.iter().enumerate().skip(made + 2).find(|(_, token)| token.is_word("ON"))?.0;
    let in_schema = code.get(on + 2).is_some_and(|token| token.text == ".");
    let token = code.get(if in_schema { on + 3 } else { on + 1 })?;
    match token.kind {
        TokenKind::Word => Some(token.text.to_owned()),
        TokenKind::QuotedIdentifier => {
            let mut inner = token.text.chars();
            let (open, _) = (inner.next()?, inner.next_back()?);
            Some(inner.as_str().replace(&format!("{open}{open}"), &open.to_string()))
        }
        _ => None,
    }
}

fn drop_table(schema: &mut Schema, name: &Name) -> Result<(), ApplyError> {
    table(schema, name)?;
    let is_part = |table: &&Table| table.partition_of.as_ref().is_some_and(|whole| whole.parent == *name);
    let parts: Vec<String> =
        schema.tables.values().filter(is_part).map(|part| format!("its partition {}", part.name)).collect();
    if !parts.is_empty() {
        return Err(ApplyError::InUse { what: Thing::Table(name.clone()), by: parts });
    }
    schema.tables.remove(name);
    schema.objects.retain(|_, object| !belongs_to(object, name));
    schema.sequences.retain(|_, sequence| sequence.owned_by.as_ref().is_none_or(|(table, _)| table != name));
    Ok(())
}

fn drop_namespace(schema: &mut Schema, name: &Ident) -> Result<(), ApplyError> {
    if !schema.namespaces.contains_key(name) {
        return Err(missing_namespace(schema, name));
    }
    let within = |other: &&Name| other.schema.as_ref() == Some(name);
    let things = schema.tables.keys().filter(within).cloned().map(Thing::Table);
    let things = things.chain(schema.enums.keys().filter(within).cloned().map(Thing::Enum));
    let things = things.chain(schema.sequences.keys().filter(within).cloned().map(Thing::Sequence));
    let is_its_own = |object: &&Object| {
        object.depends_on.iter().any(|needed| needed.kind == NAMESPACE && needed.name.name == *name)
    };
    let of_it = |object: &&Object| object.key.name.schema.as_ref() == Some(name) || is_its_own(object);
    let objects = schema.objects.values().filter(of_it).map(|object| &object.key);
    let by: Vec<String> = things
        .chain(objects.cloned().map(|key| Thing::Object(Box::new(key))))
        .map(|thing| thing.to_string())
        .collect();
    if !by.is_empty() {
        return Err(ApplyError::InUse { what: Thing::Namespace(name.clone()), by });
    }
    schema.namespaces.remove(name);
    Ok(())
}
