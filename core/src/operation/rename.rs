//! Renames of tables and columns, carried to all that says the old name.
//!
//! What cannot be told for certain is an error and never a guess: a name in a view's text may be another table's
//! column. Names of constraints and indexes stay, as they do on a server.

use super::apply::table_mut;
use super::column::index;
use super::error::{ApplyError, Thing};
use super::text::{any_says, same_word, says, with_column, with_name, with_table};
use crate::ident::{Ident, Name};
use crate::schema::{ConstraintBody, KeyPart, KeyTarget, Object, ObjectKey, Schema, Sql, Table};
use crate::sql::ScanError;

/// Rewrites one expression.
type Rewrite<'a> = dyn Fn(&Sql) -> Result<Sql, ScanError> + 'a;

/// That nothing is called `to` and nothing refers to it.
fn check_new_name(schema: &Schema, from: &Name, to: &Name) -> Result<(), ApplyError> {
    if schema.tables.contains_key(to) {
        return Err(ApplyError::Exists { what: Thing::Table(to.clone()) });
    }
    let mut by = Vec::new();
    for other in schema.tables.values() {
        let points = other.foreign_keys().any(|(_, key)| key.references.table == *to);
        if points || other.partition_of.as_ref().is_some_and(|whole| whole.parent == *to) {
            by.push(Thing::Table(other.name.clone()).to_string());
        }
    }
    for sequence in schema.sequences.values() {
        if sequence.owned_by.as_ref().is_some_and(|(owner, _)| owner == to) {
            by.push(Thing::Sequence(sequence.name.clone()).to_string());
        }
    }
    for object in schema.objects.values() {
        let needs = object.depends_on.iter().any(|needed| needed.kind == "table" && needed.name == *to);
        if needs || object.key.table.as_ref() == Some(to) {
            by.push(object.key.to_string());
        }
    }
    if by.is_empty() {
        Ok(())
    } else {
        Err(ApplyError::NameReferred { what: Thing::Table(from.clone()), by })
    }
}

/// The table with its own expressions under the new name; its keys to itself still say the old one.
fn renamed_table(schema: &Schema, from: &Name, to: &Name) -> Result<Table, ApplyError> {
    let mut renamed = super::apply::table(schema, from)?.clone();
    if from.name != to.name {
        let rewrite = |sql: &Sql| with_table(sql, &from.name, &to.name);
        expressions(&mut renamed, &from.name, &rewrite)?;
    }
    renamed.name = to.clone();
    Ok(renamed)
}

/// Gives a table another name.
pub(super) fn table(schema: &mut Schema, from: &Name, to: &Name) -> Result<(), ApplyError> {
    super::apply::table(schema, from)?;
    check_new_name(schema, from, to)?;
    let renamed = renamed_table(schema, from, to)?;
    let mut objects = Vec::new();
    for object in schema.objects.values() {
        if let Some(changed) = object_of_table(schema, object, from, to)? {
            if changed.key != object.key && schema.objects.contains_key(&changed.key) {
                return Err(ApplyError::Exists { what: Thing::Object(Box::new(changed.key)) });
            }
            objects.push((object.key.clone(), changed));
        }
    }

    schema.tables.remove(from);
    schema.tables.insert(to.clone(), renamed);
    for other in schema.tables.values_mut() {
        for constraint in &mut other.constraints {
            if let ConstraintBody::ForeignKey(key) = &mut constraint.body {
                rename(&mut key.references.table, from, to);
            }
        }
        if let Some(whole) = &mut other.partition_of {
            rename(&mut whole.parent, from, to);
        }
    }
    for sequence in schema.sequences.values_mut() {
        if let Some((owner, _)) = &mut sequence.owned_by {
            rename(owner, from, to);
        }
    }
    replace(schema, objects);
    Ok(())
}

/// Gives a column another name.
pub(super) fn column(schema: &mut Schema, name: &Name, from: &Ident, to: &Ident) -> Result<(), ApplyError> {
    let owner = super::apply::table(schema, name)?;
    let at = index(owner, from)?;
    let what = || Thing::Column(name.clone(), from.clone());
    if owner.column(to).is_some() {
        return Err(ApplyError::Exists { what: Thing::Column(name.clone(), to.clone()) });
    }
    let mut by = Vec::new();
    for other in schema.tables.values() {
        let mut keys = other.foreign_keys();
        if keys.any(|(_, key)| key.references.table == *name && key.references.columns.contains(to)) {
            by.push(Thing::Table(other.name.clone()).to_string());
        }
    }
    for sequence in schema.sequences.values() {
        if sequence.owned_by.as_ref().is_some_and(|(table, column)| table == name && column == to) {
            by.push(Thing::Sequence(sequence.name.clone()).to_string());
        }
    }
    if !by.is_empty() {
        return Err(ApplyError::NameReferred { what: what(), by });
    }

    let mut renamed = owner.clone();
    let rewrite = |sql: &Sql| with_column(owner, sql, from, to);
    expressions(&mut renamed, from, &rewrite)?;
    renamed.columns[at].name = to.clone();
    for constraint in &mut renamed.constraints {
        match &mut constraint.body {
            ConstraintBody::PrimaryKey(key) => parts(&mut key.columns, &mut key.include, from, to),
            ConstraintBody::Unique(key) => parts(&mut key.columns, &mut key.include, from, to),
            ConstraintBody::Exclusion(key) => parts(&mut key.columns, &mut key.include, from, to),
            ConstraintBody::ForeignKey(key) => {
                rename_all(&mut key.columns, from, to);
                rename_all(&mut key.on_delete_columns, from, to);
            }
            ConstraintBody::Check(_) => {}
        }
    }
    for index in renamed.indexes.values_mut() {
        parts(&mut index.columns, &mut index.include, from, to);
    }
    let mut objects = Vec::new();
    for object in schema.objects.values() {
        if let Some(changed) = object_of_column(schema, object, name, from, to)? {
            objects.push((object.key.clone(), changed));
        }
    }

    *table_mut(schema, name)? = renamed;
    for other in schema.tables.values_mut() {
        for constraint in &mut other.constraints {
            if let ConstraintBody::ForeignKey(key) = &mut constraint.body
                && key.references.table == *name
            {
                rename_all(&mut key.references.columns, from, to);
            }
        }
    }
    for sequence in schema.sequences.values_mut() {
        if let Some((table, column)) = &mut sequence.owned_by
            && table == name
        {
            rename(column, from, to);
        }
    }
    replace(schema, objects);
    Ok(())
}

fn rename<T: PartialEq + Clone>(place: &mut T, from: &T, to: &T) {
    if place == from {
        place.clone_from(to);
    }
}

fn rename_all(names: &mut [Ident], from: &Ident, to: &Ident) {
    names.iter_mut().for_each(|name| rename(name, from, to));
}

fn parts(columns: &mut [KeyPart], include: &mut [Ident], from: &Ident, to: &Ident) {
    for part in columns {
        if let KeyTarget::Column(name) = &mut part.target {
            rename(name, from, to);
        }
    }
    rename_all(include, from, to);
}

/// Rewrites every expression of a table over its own rows. Defaults are none: no server lets them name a column that
/// all others would know.
fn expressions(table: &mut Table, from: &Ident, rewrite: &Rewrite<'_>) -> Result<(), ApplyError> {
    let name = table.name.clone();
    let apply = |sql: &mut Sql, place: &dyn Fn() -> String| match rewrite(sql) {
        Ok(new) => {
            *sql = new;
            Ok(())
        }
        Err(reason) => Err(ApplyError::UnreadableExpression { place: place(), from: from.clone(), reason }),
    };
    for column in &mut table.columns {
        if let Some(made) = &mut column.generated {
            apply(&mut made.expression, &|| format!("column {name}.{}", column.name))?;
        }
    }
    for constraint in &mut table.constraints {
        let place = super::part::thing(&name, constraint);
        let place = || place.to_string();
        let key = match &mut constraint.body {
            ConstraintBody::Check(check) => {
                apply(&mut check.expression, &place)?;
                continue;
            }
            ConstraintBody::ForeignKey(_) => continue,
            ConstraintBody::PrimaryKey(key) => &mut key.columns,
            ConstraintBody::Unique(key) => &mut key.columns,
            ConstraintBody::Exclusion(key) => {
                if let Some(predicate) = &mut key.predicate {
                    apply(predicate, &place)?;
                }
                &mut key.columns
            }
        };
        for part in key {
            if let KeyTarget::Expression(sql) = &mut part.target {
                apply(sql, &place)?;
            }
        }
    }
    for index in table.indexes.values_mut() {
        let place = format!("index {} of table {name}", index.name);
        if let Some(predicate) = &mut index.predicate {
            apply(predicate, &|| place.clone())?;
        }
        for part in &mut index.columns {
            if let KeyTarget::Expression(sql) = &mut part.target {
                apply(sql, &|| place.clone())?;
            }
        }
    }
    Ok(())
}

/// The tables that a text says, by their names without the namespace.
fn tables_in<'a>(schema: &'a Schema, text: &str) -> Vec<&'a Table> {
    let mut words = std::collections::BTreeSet::new();
    super::text::names_in(text, &mut |name| {
        words.insert(name.to_ascii_lowercase());
    });
    schema
        .tables
        .values()
        .filter(|table| words.contains(&table.name.name.as_str().to_ascii_lowercase()))
        .collect()
}

fn has_column(table: &Table, name: &Ident) -> bool {
    table.columns.iter().any(|column| column.name.as_str().eq_ignore_ascii_case(name.as_str()))
}

/// The object with the column renamed in its text; `None` if that does not say it.
fn object_of_column(
    schema: &Schema,
    object: &Object,
    table: &Name,
    from: &Ident,
    to: &Ident,
) -> Result<Option<Object>, ApplyError> {
    if is_of_namesake(object, table) {
        return Ok(None);
    }
    let speaks = |text: &str| says(text, from.as_str()) && says(text, table.name.as_str());
    if !object.definition.iter().any(|(_, text)| speaks(text)) {
        return Ok(None);
    }
    let ambiguous = |text: &str| {
        speaks(text)
            && (same_text(&object.key.name.name, from)
                || tables_in(schema, text).into_iter().any(|other| {
                    let other_column = |name: &Ident| other.name != *table && has_column(other, name);
                    // The new name as another table's would be one with this one's from now on.
                    other_column(from)
                        || (says(text, to.as_str()) && other_column(to))
                        || same_text(&other.name.name, from)
                }))
    };
    if object.definition.iter().any(|(_, text)| ambiguous(text)) {
        return Err(ApplyError::AmbiguousRename {
            object: Box::new(object.key.clone()),
            what: Thing::Column(table.clone(), from.clone()),
            from: from.clone(),
            to: to.clone(),
        });
    }
    let mut changed = object.clone();
    changed.definition = object
        .definition
        .map(|text| if speaks(text) { with_name(text, from.as_str(), to.as_str()) } else { text.clone() });
    Ok(Some(changed))
}

/// Whether the object says that it needs a table of the same name in another namespace, and not this one.
fn is_of_namesake(object: &Object, table: &Name) -> bool {
    let mut needed =
        object.depends_on.iter().filter(|needed| needed.kind == "table").map(|needed| &needed.name);
    let namesake = |name: &&Name| *name != table && same_word(name, table);
    needed.clone().any(|name| namesake(&name)) && !needed.any(|name| name == table)
}

fn same_text(left: &Ident, right: &Ident) -> bool {
    left.as_str().eq_ignore_ascii_case(right.as_str())
}

/// The object with the table renamed; `None` if it has nothing to do with it.
fn object_of_table(
    schema: &Schema,
    object: &Object,
    from: &Name,
    to: &Name,
) -> Result<Option<Object>, ApplyError> {
    let mut changed = object.clone();
    if let Some(owner) = &mut changed.key.table {
        rename(owner, from, to);
    }
    for needed in changed.depends_on.iter_mut().filter(|needed| needed.kind == "table") {
        rename(&mut needed.name, from, to);
    }
    if !is_of_namesake(object, from) && any_says(&object.definition, from.name.as_str()) {
        let ambiguous = |text: &str| {
            says(text, from.name.as_str())
                // A namespace is said elsewhere in the text, or not at all where the search path finds the table.
                && (from.schema != to.schema
                    || says(text, to.name.as_str())
                    || same_text(&object.key.name.name, &from.name)
                    || tables_in(schema, text).into_iter().any(|other| {
                        (other.name != *from && same_word(&other.name, from)) || has_column(other, &from.name)
                    }))
        };
        if object.definition.iter().any(|(_, text)| ambiguous(text)) {
            return Err(ApplyError::AmbiguousRename {
                object: Box::new(object.key.clone()),
                what: Thing::Table(from.clone()),
                from: from.name.clone(),
                to: to.name.clone(),
            });
        }
        changed.definition =
            object.definition.map(|text| with_name(text, from.name.as_str(), to.name.as_str()));
    }
    Ok((changed != *object).then_some(changed))
}

/// Puts objects in the place of those that had the keys.
fn replace(schema: &mut Schema, objects: Vec<(ObjectKey, Object)>) {
    for (key, object) in objects {
        schema.objects.remove(&key);
        schema.objects.insert(object.key.clone(), object);
    }
}
