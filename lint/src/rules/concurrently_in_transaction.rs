//! PostgreSQL: CONCURRENTLY is refused inside a transaction.

use limbeck_core::operation::Operation;
use limbeck_core::revision::TransactionMode;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "concurrently-in-transaction",
    severity: Severity::Error,
    about: "PostgreSQL: CONCURRENTLY is refused inside a transaction.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    if !subject.server.is("postgres") {
        return None;
    }
    let concurrent = match (subject.statement, subject.operation) {
        (Some(_), _) => {
            let code = subject.code();
            code.first().is_some_and(|first| first.is_any(&["CREATE", "DROP", "REINDEX"]))
                && code.iter().any(|token| token.is_word("CONCURRENTLY"))
        }
        (None, Operation::CreateIndex { concurrently, .. } | Operation::DropIndex { concurrently, .. }) => {
            *concurrently
        }
        (None, _) => false,
    };
    if !concurrent || subject.revision.transaction == Some(TransactionMode::None) {
        return None;
    }
    Some((
        "CONCURRENTLY cannot run inside a transaction".to_owned(),
        "write `transaction = \"none\"` into the header".to_owned(),
    ))
}
