use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::session::Status;
use crate::ident::RevisionId;
use crate::record::Recorded;
use crate::revision::{Revision, checksum};

/// The rows that stand for a revision: its own, or those of what a squash stands for.
pub(super) fn rows_of(status: &Status, revision: &RevisionId) -> Vec<RevisionId> {
    let stands_for = status.standing.replacements.in_use.get(revision);
    let adopted = status.standing.replacements.adopted.contains(revision);
    std::iter::once(revision)
        .chain(stands_for.into_iter().flatten())
        .filter(|id| status.applied.contains_key(*id) || (adopted && *id == revision))
        .cloned()
        .collect()
}

/// What is recorded of a revision now.
pub(super) fn recorded(revision: &Revision, duration: Option<Duration>, applied_by: &str) -> Recorded {
    Recorded {
        revision: revision.id.clone(),
        message: revision.message.clone(),
        checksum: checksum(revision).to_string(),
        applied_at: Some(Timestamp::now()),
        duration_ms: duration.map(|duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        applied_by: applied_by.to_owned(),
        limbeck_version: env!("CARGO_PKG_VERSION").to_owned(),
        file: file_name(revision),
    }
}

/// The name of a revision's file, without its folder.
pub(super) fn file_name(revision: &Revision) -> String {
    let path = Path::new(&*revision.source.file);
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
