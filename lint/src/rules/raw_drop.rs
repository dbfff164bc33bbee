//! Raw SQL drops tables, columns or more.

use super::Rule;
use crate::subject::{begins, has_words};
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "raw-drop",
    severity: Severity::Warning,
    about: "Raw SQL drops tables, columns or more.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let code = subject.code();
    let what = if begins(&code, &["DROP", "TABLE"]) {
        "a table"
    } else if begins(&code, &["DROP", "DATABASE"]) || begins(&code, &["DROP", "SCHEMA"]) {
        "a whole schema"
    } else if begins(&code, &["ALTER", "TABLE"]) && has_words(&code, &["DROP", "COLUMN"]) {
        "a column"
    } else {
        return None;
    };
    Some((
        format!("raw SQL drops {what}, and nobody is asked before it is lost"),
        "write it as an operation, which announces what is lost and can be undone".to_owned(),
    ))
}
