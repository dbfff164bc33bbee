//! Raw SQL empties a table.

use limbeck_core::sql::{Effect, effect};

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule =
    Rule { code: "truncate", severity: Severity::Warning, about: "Raw SQL empties a table.", check };

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let statement = subject.statement?;
    if effect(subject.server.lexical, &statement.sql) != Effect::Truncate {
        return None;
    }
    Some((
        "raw SQL empties a table, and its lock keeps readers out".to_owned(),
        "delete the rows that are meant, in batches".to_owned(),
    ))
}
