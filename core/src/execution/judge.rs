//! What became of a statement that was cut off outside a transaction: told from what the server shows, never guessed.

use super::difference::{Change, TABLE, Words, changes, unquoted};
use super::unit::{Proof, code};
use crate::diag::list;
use crate::driver::Definition;
use crate::ident::Name;
use crate::sql::{Effect, LexicalRules, effect};

/// What is seen of a unit that was in flight.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Seen {
    /// What the server said of whatever the statement names, before it.
    pub(super) before: Option<Vec<Definition>>,
    /// What it says now.
    pub(super) now: Option<Vec<Definition>>,
    /// Whether the server has refused the statement: then it has not happened, but for what it left half made.
    pub(super) refused: bool,
    /// The tables that no rollback brings back.
    pub(super) untransactional: Vec<Name>,
}

/// What became of it, and so what is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It has not happened, or may happen again: run it.
    Run,
    /// It has left something half made: take that away with these statements, then run it.
    Clear(Vec<String>),
    /// It has happened: go on.
    Done,
    /// It cannot be told: stop.
    Unclear {
        /// Why not.
        reason: String,
        /// What differs.
        differences: Vec<String>,
    },
}

fn unclear(reason: impl Into<String>) -> Verdict {
    Verdict::Unclear { reason: reason.into(), differences: Vec::new() }
}

/// Judges the unit that begins with the statement `sql`.
pub(super) fn judge(rules: &LexicalRules, proof: Proof, sql: &str, seen: &Seen) -> Verdict {
    match proof {
        Proof::Repeatable => Verdict::Run,
        Proof::Transaction => in_transaction(rules, sql, seen),
        Proof::Definitions => by_definitions(rules, sql, seen),
        Proof::Nothing => match effect(rules, sql) {
            Effect::Truncate if seen.refused => Verdict::Run,
            Effect::Truncate => unclear(
                "an emptied table looks the same whether rows were never there, were taken away, or have come since",
            ),
            _ => unclear("nobody can tell from outside how far a statement like this has come"),
        },
    }
}

fn in_transaction(rules: &LexicalRules, sql: &str, seen: &Seen) -> Verdict {
    let words = Words::of(rules, sql);
    let named: Vec<&Name> =
        seen.untransactional.iter().filter(|table| words.has(table.name.as_str())).collect();
    if named.is_empty() {
        return Verdict::Run;
    }
    unclear(format!(
        "it changes rows of {}, which the server does not roll back: some of them may be changed already",
        list(named)
    ))
}

fn by_definitions(rules: &LexicalRules, sql: &str, seen: &Seen) -> Verdict {
    let (Some(before), Some(now)) = (&seen.before, &seen.now) else {
        return if seen.refused {
            Verdict::Run
        } else {
            unclear("this server does not tell what a statement has changed")
        };
    };
    let all = changes(before, now);
    let words = Words::of(rules, sql);
    let (half, whole): (Vec<&Change>, Vec<&Change>) =
        all.iter().partition(|change| change.now.as_ref().is_some_and(|now| now.leftover.is_some()));
    if seen.refused || !half.is_empty() {
        // What it would drop is dropped all the same, half made or not.
        if words.verb() == "drop" || half.is_empty() {
            return Verdict::Run;
        }
        if half.iter().all(|change| words.explain(change, &all)) {
            let leftovers = half.iter().filter_map(|change| change.now.as_ref()?.leftover.clone());
            return Verdict::Clear(leftovers.collect());
        }
    }
    if all.is_empty() {
        return Verdict::Run;
    }
    let stop = |reason: &str| Verdict::Unclear {
        reason: reason.to_owned(),
        differences: all
            .iter()
            .flat_map(|change| {
                let foreign = words.foreign_lines(change, &all).into_iter();
                let foreign = foreign.map(|line| format!("+ {}: {line}", change.thing));
                change.lines().into_iter().chain(foreign)
            })
            .collect(),
    };
    if !all.iter().all(|change| words.explain(change, &all)) {
        return stop(
            "what the statement names was changed meanwhile in a way that the statement does not explain",
        );
    }
    if is_half(&words, before, now, &whole) {
        return stop("a part of what the statement does is done, and a part is not");
    }
    Verdict::Done
}

/// Whether a statement that is not one change to the server has stopped on the way.
fn is_half(words: &Words<'_>, before: &[Definition], now: &[Definition], whole: &[&Change]) -> bool {
    match words.verb() {
        // One that first drops what is there.
        "create" => !whole.iter().any(|change| change.now.is_some()),
        "drop" => {
            let kinds = words.head.get(1..).unwrap_or_default();
            before.iter().any(|old| {
                kinds.contains(&old.kind) && words.has(&old.name) && now.iter().any(|new| new.is_of_same(old))
            })
        }
        // What it changes is gone, and nothing has come in its place.
        "alter" | "rename" => whole.iter().any(|change| {
            change.now.is_none()
                && change.before.as_ref().is_some_and(|old| {
                    let came = |other: &&Change| {
                        other.before.is_none() && other.now.as_ref().is_some_and(|new| new.kind == old.kind)
                    };
                    old.kind == TABLE && !whole.iter().copied().any(|other| came(&other))
                })
        }),
        _ => false,
    }
}

/// What has a body, of which a change to the schema changes nothing else.
const WITH_BODY: &[&str] = &["TRIGGER", "FUNCTION", "PROCEDURE", "EVENT", "VIEW", "PACKAGE"];
/// Where such a body begins, or what leads to it.
const BODY: &[&str] = &["AS", "BEGIN", "DO", "FOR", "RETURNS", "WHEN"];

/// Everything whose definition a statement may change, by name: all of its words, up to a body.
pub(super) fn names(rules: &LexicalRules, sql: &str) -> Vec<Name> {
    let mut found = Vec::new();
    let mut last: Option<String> = None;
    let mut dot = false;
    let mut creates = false;
    let mut body = false;
    for (at, token) in code(rules, sql).enumerate() {
        creates |= at == 0 && token.is_word("CREATE");
        body |= creates && token.is_any(WITH_BODY);
        if body && (token.is_any(BODY) || token.is_mark("(")) {
            break;
        }
        match unquoted(&token) {
            Some(name) => {
                if let Some(schema) = last.take().filter(|_| dot) {
                    found.push(Name::qualified(schema.as_str(), name.as_str()));
                }
                found.push(Name::new(name.as_str()));
                last = Some(name);
                dot = false;
            }
            None if token.is_mark(".") => dot = last.is_some(),
            None => {
                last = None;
                dot = false;
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
