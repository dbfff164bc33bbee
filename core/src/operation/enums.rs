//! What the operations on enum types make of a schema.

use std::collections::BTreeMap;

use super::error::{ApplyError, Thing};
use super::{AlterEnum, EnumAddition, EnumPlace, EnumRename};
use crate::ident::Name;
use crate::schema::{Enum, Schema, Type};

pub(super) fn missing(schema: &Schema, name: &Name) -> ApplyError {
    ApplyError::missing(
        Thing::Enum(name.clone()),
        &name.to_string(),
        schema.enums.keys().map(Name::to_string),
    )
}

fn taken(name: &Name, value: &str) -> ApplyError {
    ApplyError::Exists { what: Thing::EnumValue(name.clone(), value.to_owned()) }
}

pub(super) fn create(schema: &mut Schema, made: &Enum) -> Result<(), ApplyError> {
    if schema.enums.contains_key(&made.name) {
        return Err(ApplyError::Exists { what: Thing::Enum(made.name.clone()) });
    }
    let mut seen = std::collections::BTreeSet::new();
    if let Some(twice) = made.values.iter().find(|value| !seen.insert(*value)) {
        return Err(taken(&made.name, twice));
    }
    schema.enums.insert(made.name.clone(), made.clone());
    Ok(())
}

/// Changes the words. A default that is a word that is renamed and nothing else follows, as it does where a server keeps it
/// by the word's number. One that says it among others stays: there it may be any string.
pub(super) fn alter(schema: &mut Schema, change: &AlterEnum) -> Result<(), ApplyError> {
    let Some(there) = schema.enums.get(&change.name) else { return Err(missing(schema, &change.name)) };
    let values = altered(&there.values, change)?;
    if let Some(there) = schema.enums.get_mut(&change.name) {
        there.values = values;
        if let Some(comment) = &change.comment {
            there.comment.clone_from(comment);
        }
    }
    let columns = schema.tables.values_mut().flat_map(|table| &mut table.columns);
    for column in
        columns.filter(|column| column.ty.default.as_ref().and_then(Type::enum_name) == Some(&change.name))
    {
        if let Some(default) = &mut column.default {
            *default = default.map(|text| respelt(text, &change.rename));
        }
    }
    Ok(())
}

/// A default with the new spelling of the word that it is, if it is one: `'word'`, also with a cast behind it.
fn respelt(text: &str, renames: &[EnumRename]) -> String {
    let quoted = |word: &str| format!("'{}'", word.replace('\'', "''"));
    let mut text = text.to_owned();
    for rename in renames {
        let new = text.trim().strip_prefix(&quoted(&rename.from)).and_then(|rest| {
            (rest.is_empty() || rest.starts_with("::")).then(|| format!("{}{rest}", quoted(&rename.to)))
        });
        text = new.unwrap_or(text);
    }
    text
}

/// The words after the change.
fn altered(values: &[String], change: &AlterEnum) -> Result<Vec<String>, ApplyError> {
    let mut values = values.to_vec();
    for rename in &change.rename {
        let at = find(&values, change, &rename.from)?;
        if values.contains(&rename.to) {
            return Err(taken(&change.name, &rename.to));
        }
        values[at].clone_from(&rename.to);
    }
    for value in &change.remove {
        let at = find(&values, change, value)?;
        values.remove(at);
    }
    for addition in &change.add {
        if values.contains(&addition.value) {
            return Err(taken(&change.name, &addition.value));
        }
        let at = match &addition.place {
            None => values.len(),
            Some(EnumPlace::Before(other)) => find(&values, change, other)?,
            Some(EnumPlace::After(other)) => find(&values, change, other)? + 1,
        };
        values.insert(at, addition.value.clone());
    }
    Ok(values)
}

fn find(values: &[String], change: &AlterEnum, value: &str) -> Result<usize, ApplyError> {
    values.iter().position(|other| other == value).ok_or_else(|| {
        let what = Thing::EnumValue(change.name.clone(), value.to_owned());
        ApplyError::missing(what, value, values)
    })
}

/// The changes that undo `change` to the enum `before`.
pub(super) fn inverse(before: &Enum, change: &AlterEnum) -> Result<Vec<AlterEnum>, ApplyError> {
    let mut steps = inverse_words(&before.values, change)?;
    if change.comment.is_some() {
        let comment = Some(before.comment.clone());
        match steps.first_mut() {
            Some(first) => first.comment = comment,
            None => steps.push(AlterEnum { comment, ..nothing(change) }),
        }
    }
    Ok(steps)
}

fn nothing(change: &AlterEnum) -> AlterEnum {
    AlterEnum {
        name: change.name.clone(),
        rename: Vec::new(),
        remove: Vec::new(),
        add: Vec::new(),
        comment: None,
    }
}

/// The changes that give the words `before` back. One, where its fixed order of renames, removals
/// and additions allows; else three that go the whole way back, because a word may have taken another's place.
fn inverse_words(before: &[String], change: &AlterEnum) -> Result<Vec<AlterEnum>, ApplyError> {
    let after = altered(before, change)?;
    // What each word of before is called after the renames.
    let mut renamed: BTreeMap<&str, &str> =
        before.iter().map(|word| (word.as_str(), word.as_str())).collect();
    let mut origin: BTreeMap<&str, &str> = renamed.clone();
    for rename in &change.rename {
        if let Some(first) = origin.remove(rename.from.as_str()) {
            renamed.insert(first, &rename.to);
            origin.insert(&rename.to, first);
        }
    }
    let gone = |word: &str| change.remove.iter().any(|removed| removed == word);
    let added: Vec<String> = change.add.iter().map(|addition| addition.value.clone()).collect();

    let direct = AlterEnum {
        rename: before
            .iter()
            .filter(|word| renamed[word.as_str()] != word.as_str() && !gone(renamed[word.as_str()]))
            .map(|word| EnumRename { from: renamed[word.as_str()].to_owned(), to: word.clone() })
            .collect(),
        remove: added.clone(),
        add: readd(before, |word| gone(renamed[word])),
        ..nothing(change)
    };
    if altered(&after, &direct).is_ok_and(|values| values == before) {
        return Ok(Some(direct).filter(AlterEnum::changes_words).into_iter().collect());
    }
    let between: Vec<String> = before.iter().map(|word| renamed[word.as_str()].to_owned()).collect();
    let none = nothing(change);
    let back = change.rename.iter().rev();
    let steps = [
        AlterEnum { remove: added, ..none.clone() },
        AlterEnum { add: readd(&between, gone), ..none.clone() },
        AlterEnum {
            rename: back
                .map(|rename| EnumRename { from: rename.to.clone(), to: rename.from.clone() })
                .collect(),
            ..none
        },
    ];
    Ok(steps.into_iter().filter(AlterEnum::changes_words).collect())
}

/// The additions that bring the words that are `gone` back to where they stand in `words`.
fn readd(words: &[String], gone: impl Fn(&str) -> bool) -> Vec<EnumAddition> {
    let first_left = words.iter().find(|word| !gone(word));
    let mut previous: Option<&String> = None;
    let mut made = Vec::new();
    for word in words {
        if gone(word) {
            let place = match (previous, first_left) {
                (Some(previous), _) => Some(EnumPlace::After(previous.clone())),
                (None, Some(next)) => Some(EnumPlace::Before(next.clone())),
                (None, None) => None,
            };
            made.push(EnumAddition { value: word.clone(), place });
        }
        previous = Some(word);
    }
    made
}
