//! There is no way back.

use limbeck_core::revision::Downgrade;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule =
    Rule { code: "irreversible", severity: Severity::Note, about: "There is no way back.", check };

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    subject.whole()?;
    if subject.index > 0 || subject.revision.downgrade != Downgrade::Irreversible {
        return None;
    }
    Some((
        "the revision cannot be undone".to_owned(),
        "write `[[downgrade]]` steps, if there are any that help".to_owned(),
    ))
}
