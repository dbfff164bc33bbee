//! What changes of the options of foreign servers and the like.

use std::collections::BTreeMap;

use super::definition::{code, same, slice};

/// A statement without its `OPTIONS (…)`, and what stands in there: names with their values as SQL writes them.
fn apart(sql: &str) -> Option<(String, BTreeMap<String, String>)> {
    let code = code(sql);
    let Some(at) = code.iter().position(|token| token.is_word("OPTIONS")) else {
        return Some((sql.to_owned(), BTreeMap::new()));
    };
    let mut found = BTreeMap::new();
    let inside = code.get(at + 2..code.len().checked_sub(1)?)?;
    for pair in inside.split(|token| token.text == ",") {
        let [name, value] = pair else { return None };
        found.insert(name.text.to_owned(), value.text.to_owned());
    }
    Some((slice(sql, &code, 0, at).to_owned(), found))
}

/// What makes the options of `from` those of `to`; `None` if something else differs.
pub(super) fn change(from: &str, to: &str) -> Option<Vec<String>> {
    let ((head, old), (other, new)) = (apart(from)?, apart(to)?);
    if !same(&head, &other) {
        return None;
    }
    let code = code(&head);
    // What is altered is named as what is made, up to where it says what it is like.
    let end = match code.get(1) {
        Some(token) if token.is_word("USER") => code.len(),
        Some(token) if token.is_word("SERVER") => 3,
        _ => 5,
    };
    let mut actions = Vec::new();
    actions.extend(old.keys().filter(|name| !new.contains_key(*name)).map(|name| format!("DROP {name}")));
    for (name, value) in &new {
        match old.get(name) {
            None => actions.push(format!("ADD {name} {value}")),
            Some(there) if there != value => actions.push(format!("SET {name} {value}")),
            Some(_) => {}
        }
    }
    if actions.is_empty() {
        return Some(Vec::new());
    }
    Some(vec![format!("ALTER {} OPTIONS ({})", slice(&head, &code, 1, end), actions.join(", "))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_added_set_and_dropped() {
        let server = |rest: &str| format!("CREATE SERVER s TYPE 'x' FOREIGN DATA WRAPPER w{rest}");
        assert_eq!(
            change(&server(" OPTIONS (a '1', b 'x, y')"), &server(" OPTIONS (b 'z', \"c\" '3')")).unwrap(),
            ["ALTER SERVER s OPTIONS (DROP a, ADD \"c\" '3', SET b 'z')"]
        );
        assert_eq!(
            change(
                "CREATE USER MAPPING FOR PUBLIC SERVER s",
                "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (a 'b')"
            )
            .unwrap(),
            ["ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (ADD a 'b')"]
        );
        assert_eq!(
            change("CREATE FOREIGN DATA WRAPPER w OPTIONS (a 'b')", "CREATE FOREIGN DATA WRAPPER w").unwrap(),
            ["ALTER FOREIGN DATA WRAPPER w OPTIONS (DROP a)"]
        );
        assert_eq!(change(&server(""), "CREATE SERVER s FOREIGN DATA WRAPPER w"), None);
    }
}
