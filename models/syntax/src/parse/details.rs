//! What may be said of any constraint: its name, its comment, when it is looked at, options of a dialect.

use super::entries::{Body, Keyed};
use super::sections::{is_section, section};
use super::{Context, keys};
use crate::ast::Details;

/// Takes in a key that `known` lists; any other is reported, as one of `what`.
pub(super) fn detail(
    context: &mut Context,
    keyed: &Keyed,
    details: &mut Details,
    known: &[&str],
    what: &str,
) {
    let key = keyed.key.as_str();
    if is_section(key) && matches!(keyed.body, Body::List(_)) {
        return section(context, keyed, &mut [], &mut details.options);
    }
    if !known.contains(&key) {
        return keys::unknown(context, key, keyed.span, what, known);
    }
    match key {
        // An empty name says that the constraint has none.
        "name" => {
            if let Some(name) = keyed.text(context) {
                context.set(&mut details.name, "name", name);
            }
        }
        "comment" => details.comment = keyed.text(context).map(|text| text.value),
        "deferrable" => details.deferrable = deferrable(context, keyed),
        "not_valid" => details.not_valid = keyed.flag(context).unwrap_or_default(),
        "not_enforced" => details.not_enforced = keyed.flag(context).unwrap_or_default(),
        // What a caller lists beside these, it takes itself; in this form it is no use of the key.
        _ => keyed.wrong(context, "something else"),
    }
}

/// Whether an entry without a value is one of the keys above, and no field of that name.
pub(super) fn is_flag(key: &str, known: &[&str]) -> bool {
    matches!(key, "deferrable" | "not_valid" | "not_enforced") && known.contains(&key)
}

/// `deferrable`, `deferrable(initially_deferred)`: whether it waits from the start.
fn deferrable(context: &mut Context, entry: &Keyed) -> Option<bool> {
    let words: Vec<String> =
        entry.list_or_bare(context)?.iter().map(|e| e.keyed().map(|k| k.key).unwrap_or_default()).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] | ["initially_immediate"] => Some(false),
        ["initially_deferred"] => Some(true),
        _ => {
            entry.wrong(context, "nothing, `initially_immediate` or `initially_deferred`");
            None
        }
    }
}
