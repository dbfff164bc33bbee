//! Enum types: made, dropped, and their words.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::Name;
use crate::operation::{AlterEnum, EnumAddition, EnumPlace, EnumRename, Operation};
use crate::schema::{Enum, Schema};

use super::{DiffOptions, Note, order};

/// What is done to enum types: before the tables, and after them.
#[derive(Default)]
pub(super) struct Enums {
    /// Made and altered.
    pub(super) before: Vec<Operation>,
    /// Dropped.
    pub(super) after: Vec<Operation>,
}

impl Enums {
    /// Those that lose a word, if only to get it back in another place.
    pub(super) fn losing(&self) -> BTreeSet<Name> {
        let altered = self.before.iter().filter_map(|operation| match operation {
            Operation::AlterEnum(change) if !change.remove.is_empty() => Some(change.name.clone()),
            _ => None,
        });
        altered.collect()
    }
}

/// Compares the enum types.
pub(super) fn compare(old: &Schema, new: &Schema, options: &DiffOptions<'_>, notes: &mut Vec<Note>) -> Enums {
    let mut made = Enums::default();
    for (name, to) in &new.enums {
        match old.enums.get(name) {
            None => made.before.push(Operation::CreateEnum(to.clone())),
            Some(from) => {
                made.before.extend(alter(from, to, options, notes).map(Operation::AlterEnum));
                if !options.rules.same_options(&from.options, &to.options) {
                    notes.push(Note::CannotChange { what: format!("the options of enum {name}") });
                }
            }
        }
    }
    let gone = old.enums.keys().filter(|name| !new.enums.contains_key(*name));
    made.after.extend(gone.map(|name| Operation::DropEnum { name: name.clone() }));
    made
}

fn alter(from: &Enum, to: &Enum, options: &DiffOptions<'_>, notes: &mut Vec<Note>) -> Option<AlterEnum> {
    let comment = (from.comment != to.comment).then(|| to.comment.clone());
    if from.values == to.values {
        let (rename, remove, add) = Default::default();
        return comment.is_some().then(|| AlterEnum { name: to.name.clone(), rename, remove, add, comment });
    }
    let rename = renames(from, to, options, notes);
    let mut values = from.values.clone();
    for step in &rename {
        if let Some(value) = values.iter_mut().find(|value| **value == step.from) {
            value.clone_from(&step.to);
        }
    }
    let wanted: BTreeMap<&String, usize> =
        to.values.iter().enumerate().map(|(at, value)| (value, at)).collect();
    let mut remove: Vec<String> =
        values.iter().filter(|value| !wanted.contains_key(value)).cloned().collect();
    let there: BTreeSet<&String> = values.iter().collect();
    for (gone, at) in
        remove.iter().filter_map(|gone| values.iter().position(|value| value == gone).map(|at| (gone, at)))
    {
        if let Some(came) = to.values.get(at).filter(|came| !there.contains(came)) {
            notes.push(Note::EnumValueMaybeRenamed {
                name: to.name.clone(),
                from: gone.clone(),
                to: came.clone(),
            });
        }
    }

    let kept: Vec<usize> = values.iter().filter_map(|value| wanted.get(value).copied()).collect();
    if options.rules.enum_order() {
        let still: BTreeSet<usize> = super::columns::longest_rise(&kept).into_iter().collect();
        let moved: Vec<String> =
            kept.iter().filter(|at| !still.contains(at)).map(|at| to.values[*at].clone()).collect();
        if !moved.is_empty() {
            remove.extend(moved.iter().cloned());
            notes.push(Note::EnumReordered { name: to.name.clone(), values: moved });
        }
    }
    let gone: BTreeSet<&String> = remove.iter().collect();
    let mut present: BTreeSet<&String> = values.iter().filter(|value| !gone.contains(value)).collect();
    let last_kept = to.values.iter().rposition(|value| present.contains(value));
    let first_kept = to.values.iter().find(|value| present.contains(value)).cloned();
    let mut add = Vec::new();
    for (at, value) in to.values.iter().enumerate() {
        if present.contains(value) {
            continue;
        }
        let place = match (at.checked_sub(1), &first_kept) {
            _ if last_kept.is_none_or(|last| last < at) => None,
            (Some(previous), _) => Some(EnumPlace::After(to.values[previous].clone())),
            (None, Some(first)) => Some(EnumPlace::Before(first.clone())),
            (None, None) => None,
        };
        add.push(EnumAddition { value: value.clone(), place });
        present.insert(value);
    }
    let change = AlterEnum { name: to.name.clone(), rename, remove, add, comment };
    (change.changes_words() || change.comment.is_some()).then_some(change)
}

/// The one word that stands in the place of another, if all the rest is the same.
///
/// Both lists are what a server holds, so that nobody is there to ask. As a rename it loses nothing, and can be undone.
fn respelt(from: &Enum, to: &Enum) -> Option<(String, String)> {
    if from.values.len() != to.values.len() {
        return None;
    }
    let mut differing = from.values.iter().zip(&to.values).filter(|(old, new)| old != new);
    let (old, new) = differing.next()?;
    let alone = differing.next().is_none() && !to.values.contains(old) && !from.values.contains(new);
    alone.then(|| (old.clone(), new.clone()))
}

/// The renames that the hints ask for, in an order in which each new spelling is free.
fn renames(from: &Enum, to: &Enum, options: &DiffOptions<'_>, notes: &mut Vec<Note>) -> Vec<EnumRename> {
    let hints = options.hints.enum_values.iter().filter(|hint| hint.name == to.name);
    let places = |made: &'_ Enum| -> BTreeMap<String, usize> {
        made.values.iter().enumerate().map(|(at, value)| (value.clone(), at)).collect()
    };
    let (old, new) = (places(from), places(to));
    let (active, ignored) = super::rename::decide(
        hints.map(|hint| (hint.from.clone(), hint.to.clone())),
        |value| old.contains_key(value),
        |value| new.contains_key(value),
        // Words are alike by their places.
        |word, other| u32::from(old.get(word) == new.get(other)),
    );
    notes.extend(ignored.into_iter().map(|(from, new)| Note::EnumValueRenameIgnored {
        name: to.name.clone(),
        from,
        to: new,
    }));
    let mut active = active;
    if active.is_empty() && options.rules.observed() {
        active.extend(respelt(from, to));
    }
    let mut used: BTreeSet<String> = from.values.iter().chain(&to.values).cloned().collect();
    let steps = order::renames(&active, |value| {
        let free = super::rename::spare(value, |name| used.contains(name));
        used.insert(free.clone());
        free
    });
    steps.into_iter().map(|(from, to)| EnumRename { from, to }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Options;

    fn words(list: &str) -> Enum {
        Enum {
            name: Name::new("mood"),
            values: list.split(' ').map(str::to_owned).collect(),
            comment: None,
            options: Options::default(),
        }
    }

    #[test]
    fn one_word_in_the_place_of_another_is_respelt() {
        let found = |from: &str, to: &str| respelt(&words(from), &words(to));
        assert_eq!(found("sad ok", "sad fine"), Some(("ok".to_owned(), "fine".to_owned())));
        assert_eq!(found("sad ok", "sad fine zen"), None);
        assert_eq!(found("sad ok", "fine zen"), None);
        assert_eq!(found("sad ok", "ok sad"), None);
        assert_eq!(found("sad ok", "sad ok"), None);
    }
}
