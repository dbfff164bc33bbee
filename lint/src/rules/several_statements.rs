//! Where DDL is not rolled back, a failure leaves a part of the revision done.

use limbeck_core::operation::Effect;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "several-statements",
    severity: Severity::Note,
    about: "Where DDL is not rolled back, a failure leaves a part of the revision done.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    subject.whole()?;
    let changes = subject.revision.upgrade.iter().filter(|other| other.effect() == Effect::Schema).count();
    if subject.server.transactional_ddl || subject.index > 0 || changes < 2 {
        return None;
    }
    Some((
        "this server does not roll back DDL: after a failure, a part of the revision is done".to_owned(),
        "run the command again, it goes on where it stopped; or write one change a revision".to_owned(),
    ))
}
