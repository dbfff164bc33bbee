//! Raw SQL begins or ends a transaction, which is the business of the run.

use limbeck_core::revision::TransactionMode;
use limbeck_core::sql::{Effect, TransactionControl, effect};

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "transaction-control",
    severity: Severity::Error,
    about: "Raw SQL begins or ends a transaction, which is the business of the run.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let statement = subject.statement?;
    let Effect::Transaction(control) = effect(subject.server.lexical, &statement.sql) else { return None };
    if control == TransactionControl::Savepoint || subject.revision.transaction == Some(TransactionMode::None)
    {
        return None;
    }
    Some((
        "raw SQL begins or ends a transaction: the revision and its record are no longer one".to_owned(),
        "take the statement out; or write `transaction = \"none\"` into the header".to_owned(),
    ))
}
