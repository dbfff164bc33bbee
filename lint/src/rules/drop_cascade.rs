//! Raw SQL drops what it does not name.

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "drop-cascade",
    severity: Severity::Warning,
    about: "Raw SQL drops what it does not name.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let code = subject.code();
    let drops = code.iter().any(|token| token.is_any(&["DROP", "TRUNCATE"]));
    // `ON DELETE CASCADE` is another thing.
    let cascade = code.iter().enumerate().any(|(at, token)| {
        token.is_word("CASCADE")
            && !at.checked_sub(1).is_some_and(|at| code[at].is_any(&["DELETE", "UPDATE"]))
    });
    if !drops || !cascade {
        return None;
    }
    Some((
        "CASCADE drops whatever depends on it, without naming it".to_owned(),
        "name what is to go, one by one".to_owned(),
    ))
}
