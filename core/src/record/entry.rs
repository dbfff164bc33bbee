use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::ident::RevisionId;

/// One applied revision, as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its id.
    pub revision: RevisionId,
    /// What it was about.
    pub message: String,
    /// The checksum of its meaning when it was applied.
    pub checksum: String,
    /// When it was applied; `None` if what stands there is no time.
    pub applied_at: Option<Timestamp>,
    /// How long it took, in milliseconds; `None` if it was recorded without running.
    pub duration_ms: Option<i64>,
    /// By whom: `user@host`.
    pub applied_by: String,
    /// With which version of limbeck.
    pub limbeck_version: String,
    /// The name of its file.
    pub file: String,
}

/// What is applied, by id.
pub type Applied = BTreeMap<RevisionId, Recorded>;
