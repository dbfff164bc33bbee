use std::collections::BTreeSet;

use crate::operation::Operation;

/// The longest message that is made up, in characters.
const LIMIT: usize = 52;
/// What stands for the operations that there was no room for.
const MORE: &str = "_and_more";

/// A revision's message made of what it does, as Django names migrations: `users_email_alter_users_name`. Nothing for
/// no operations.
pub fn message(operations: &[Operation]) -> String {
    let mut seen = BTreeSet::new();
    let mut made = String::new();
    for operation in operations {
        let fragment = operation.fragment();
        if fragment.is_empty() || !seen.insert(fragment.clone()) {
            continue;
        }
        let separator = if made.is_empty() { "" } else { "_" };
        let length = made.chars().count() + separator.len() + fragment.chars().count();
        if length > LIMIT {
            if made.is_empty() {
                return fragment.chars().take(LIMIT).collect();
            }
            made.push_str(MORE);
            return made;
        }
        made.push_str(separator);
        made.push_str(&fragment);
    }
    made
}
