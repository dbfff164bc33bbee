//! Several revisions' work as that of one.

use limbeck_core::autogenerate::way_back;
use limbeck_core::diff::Comparison;
use limbeck_core::operation::{Operation, optimise, replay};
use limbeck_core::revision::Downgrade;
use limbeck_core::schema::Schema;

/// What one of several does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    /// What it does.
    pub(crate) upgrade: &'a [Operation],
    /// How it is undone.
    pub(crate) downgrade: &'a Downgrade,
}

/// What all `parts` do, one after the other on `before`, with as few operations as can be told without a database.
///
/// The way back is derived anew where each part's is what would be derived; else it is what the parts say, the last
/// first. Where one part has none, neither has the whole.
pub(crate) fn fold(
    before: &Schema,
    parts: &[Part<'_>],
    rules: &dyn Comparison,
) -> (Vec<Operation>, Downgrade) {
    let upgrade: Vec<Operation> = parts.iter().flat_map(|part| part.upgrade).cloned().collect();
    let upgrade = optimise(upgrade);
    let mut state = Some(before.clone());
    let mut ways_back = Vec::new();
    let mut all_derived = true;
    for part in parts {
        let derived = state.as_ref().and_then(|state| way_back(part.upgrade, state, rules).ok());
        let (way, is_derived) = match part.downgrade {
            Downgrade::Irreversible => (None, false),
            Downgrade::Auto => (derived, true),
            Downgrade::Operations(written) => {
                let same = derived.as_ref() == Some(written);
                (Some(written.clone()), same)
            }
        };
        let Some(way) = way else { return (upgrade, Downgrade::Irreversible) };
        all_derived &= is_derived;
        ways_back.push(way);
        if let Some(schema) = &mut state
            && replay(part.upgrade, schema).is_err()
        {
            // Raw SQL among them: what it has made, only a database knows.
            state = None;
        }
    }
    if all_derived && let Ok(derived) = way_back(&upgrade, before, rules) {
        return (upgrade, Downgrade::Operations(derived));
    }
    ways_back.reverse();
    (upgrade, Downgrade::Operations(optimise(ways_back.into_iter().flatten().collect())))
}
