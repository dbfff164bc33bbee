//! What looks like a rename among what is gone and what is new.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::{Ident, Name};
use crate::schema::{Column, Schema, Table, Type, TypeSpec};

use super::options::same_option;
use super::{Comparison, DiffOptions, Guess, Note, Question};

/// From how many percent on two tables are taken for one.
const TABLE_THRESHOLD: u8 = 70;
/// From how many points on two columns are taken for one.
const COLUMN_THRESHOLD: u32 = 60;
/// From how many thousandths on two names are taken for spellings of one thing.
const CLOSE: u32 = 850;
/// With how many new things one that is gone is compared at most. It keeps the guess linear where thousands look alike.
const CANDIDATES: usize = 64;

/// How alike two tables are, in percent: the columns that both have, those of one type whole and others half; and half
/// the columns of one type that only one of them has, in the same place: they may have been renamed, too.
pub(super) fn tables(from: &Table, to: &Table, rules: &dyn Comparison) -> u8 {
    let all = from.columns.len() + to.columns.len();
    if all == 0 {
        return 100;
    }
    let here: BTreeSet<&Ident> = from.columns.iter().map(|column| &column.name).collect();
    let there: BTreeMap<&Ident, &Column> = to.columns.iter().map(|column| (&column.name, column)).collect();
    let shared: usize = from
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| match (there.get(&column.name), to.columns.get(at)) {
            (Some(other), _) => 1 + usize::from(rules.same_type(&column.ty, &other.ty)),
            (None, Some(other)) if !here.contains(&other.name) => {
                usize::from(rules.same_type(&column.ty, &other.ty))
            }
            (None, _) => 0,
        })
        .sum();
    // At most `all` shared, so that it is at most 100.
    u8::try_from(shared * 100 / all).unwrap_or(100)
}

/// Tables that are gone and may be ones that are new, each at most once.
pub(super) fn guess_tables(
    from: &Schema,
    to: &Schema,
    options: &DiffOptions<'_>,
    notes: &mut Vec<Note>,
) -> Vec<Question> {
    if options.guess == Guess::Never {
        return Vec::new();
    }
    let gone: Vec<&Table> =
        from.tables.values().filter(|table| !to.tables.contains_key(&table.name)).collect();
    let new: Vec<&Table> =
        to.tables.values().filter(|table| !from.tables.contains_key(&table.name)).collect();
    if gone.is_empty() || new.is_empty() {
        return Vec::new();
    }
    // New tables by the names of their columns: only those that share one can be alike.
    let mut by_column: BTreeMap<&Ident, Vec<usize>> = BTreeMap::new();
    for (at, table) in new.iter().enumerate() {
        for column in &table.columns {
            by_column.entry(&column.name).or_default().push(at);
        }
    }
    let mut found = Vec::new();
    let mut skipped = 0;
    for (at, table) in gone.iter().enumerate() {
        // The rarest names first: they tell most, and `id` leads everywhere.
        let mut lists: Vec<&Vec<usize>> =
            table.columns.iter().filter_map(|column| by_column.get(&column.name)).collect();
        lists.sort_by_key(|list| list.len());
        let mut candidates = Vec::new();
        let mut more = false;
        for list in lists {
            for other in list {
                if candidates.contains(other) {
                    continue;
                }
                if candidates.len() == CANDIDATES {
                    more = true;
                    break;
                }
                candidates.push(*other);
            }
            if more {
                break;
            }
        }
        skipped += usize::from(more);
        for other in candidates {
            let score = tables(table, new[other], options.rules);
            if score >= TABLE_THRESHOLD {
                let name = closeness(table.name.name.as_str(), new[other].name.name.as_str());
                found.push((score, name, at, other));
            }
        }
    }
    if skipped > 0 {
        notes.push(Note::TooMuchToGuess { what: "tables".to_owned(), skipped });
    }
    let question = |at: usize, other: usize, score: u8| Question::RenameTable {
        from: gone[at].name.clone(),
        to: new[other].name.clone(),
        similarity: score,
    };
    found.retain(|(score, _, at, other)| !declined(options, &question(*at, *other, *score)));
    best(found).into_iter().map(|(score, _, at, other)| question(at, other, score)).collect()
}

/// Whether two tables have columns of the same names in the same places.
pub(super) fn same_names(from: &Table, to: &Table) -> bool {
    from.columns.iter().map(|column| &column.name).eq(to.columns.iter().map(|column| &column.name))
}

/// Columns of one table that are gone and may be ones that are new, each at most once.
pub(super) fn guess_columns(
    name: &Name,
    from: &Table,
    to: &Table,
    options: &DiffOptions<'_>,
    notes: &mut Vec<Note>,
) -> Vec<Question> {
    if options.guess == Guess::Never {
        return Vec::new();
    }
    if same_names(from, to) {
        return Vec::new();
    }
    let old: BTreeMap<&Ident, usize> = positions(from);
    let there: BTreeMap<&Ident, usize> = positions(to);
    let gone: Vec<&Column> = from.columns.iter().filter(|column| !there.contains_key(&column.name)).collect();
    let new: Vec<&Column> = to.columns.iter().filter(|column| !old.contains_key(&column.name)).collect();
    // One that goes and one that comes of one kind are always worth a question.
    let alone = gone.len() == 1 && new.len() == 1;
    let mut found = Vec::new();
    let mut skipped = 0;
    for (at, column) in gone.iter().enumerate() {
        skipped += usize::from(new.len() > CANDIDATES);
        for (other, candidate) in new.iter().enumerate().take(CANDIDATES) {
            let same_place = old.get(&column.name) == there.get(&candidate.name);
            if let Some(score) = columns(column, candidate, same_place, options.rules) {
                let name = closeness(column.name.as_str(), candidate.name.as_str());
                // The name decides among what is else the same.
                let score = score + name * 25 / 1000;
                if alone || score >= COLUMN_THRESHOLD {
                    found.push((score, name, at, other));
                }
            }
        }
    }
    if skipped > 0 {
        notes.push(Note::TooMuchToGuess { what: format!("columns of {name}"), skipped });
    }
    let question = |at: usize, other: usize| Question::RenameColumn {
        table: name.clone(),
        from: gone[at].name.clone(),
        to: new[other].name.clone(),
    };
    found.retain(|(_, _, at, other)| !declined(options, &question(*at, *other)));
    best(found).into_iter().map(|(_, _, at, other)| question(at, other)).collect()
}

/// How alike two columns are, in points; `None` if one cannot be the other without more being said.
///
/// A rename may come with a change of the type. Within one kind of types that is likely enough; from one kind to
/// another only a name that is close says so.
fn columns(from: &Column, to: &Column, same_place: bool, rules: &dyn Comparison) -> Option<u32> {
    let possible = from.generated.is_some() == to.generated.is_some()
        && from.identity.is_some() == to.identity.is_some();
    let by_type = if rules.same_type(&from.ty, &to.ty) {
        40
    } else if kind(&from.ty).is_some_and(|old| kind(&to.ty) == Some(old)) {
        30
    } else if closeness(from.name.as_str(), to.name.as_str()) >= CLOSE {
        20
    } else {
        return None;
    };
    let same_default =
        same_option(from.default.as_ref(), to.default.as_ref(), |from, to| rules.same_expression(from, to));
    possible.then(|| {
        by_type
            + 20 * u32::from(from.nullable == to.nullable)
            + 10 * u32::from(same_default)
            + 5 * u32::from(same_place)
    })
}

/// What sort of values a type holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Text,
    Bytes,
    Time,
    Json,
}

fn kind(ty: &TypeSpec) -> Option<Kind> {
    match ty.plain()? {
        Type::SmallInt | Type::Integer | Type::BigInt | Type::Real | Type::Double | Type::Decimal(_) => {
            Some(Kind::Number)
        }
        Type::Char(_) | Type::Varchar(_) | Type::Text => Some(Kind::Text),
        Type::Binary(_) | Type::Varbinary(_) | Type::Blob => Some(Kind::Bytes),
        Type::Date | Type::Timestamp(_) | Type::TimestampTz(_) => Some(Kind::Time),
        Type::Json | Type::Jsonb => Some(Kind::Json),
        _ => None,
    }
}

/// Whether a question was answered with no.
pub(super) fn declined(options: &DiffOptions<'_>, question: &Question) -> bool {
    options.declined.iter().any(|declined| declined.same(question))
}

fn positions(table: &Table) -> BTreeMap<&Ident, usize> {
    table.columns.iter().enumerate().map(|(at, column)| (&column.name, at)).collect()
}

/// How close two names are, in thousandths.
fn closeness(from: &str, to: &str) -> u32 {
    // The measure lies between 0 and 1.
    (strsim::jaro_winkler(from, to) * 1000.0) as u32
}

/// The best pairs, each thing in one at most; on a tie the closer names, then the first.
fn best<S: Ord + Copy>(mut found: Vec<(S, u32, usize, usize)>) -> Vec<(S, u32, usize, usize)> {
    found.sort_by(|left, right| (right.0, right.1, left.2, left.3).cmp(&(left.0, left.1, right.2, right.3)));
    let mut taken = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    found.retain(|(_, _, from, to)| {
        let free = !taken.0.contains(from) && !taken.1.contains(to);
        if free {
            taken.0.insert(*from);
            taken.1.insert(*to);
        }
        free
    });
    found.sort_by_key(|(_, _, from, _)| *from);
    found
}
