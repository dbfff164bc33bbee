//! Conditions of `cfg`. `test` does not hold, a feature holds if it was chosen, and what cannot be known (the platform,
//! a flag) is left open; what is left open is read.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::Lit;

/// Whether an item under the condition is to be read.
pub(super) fn holds(condition: TokenStream, features: &BTreeSet<String>) -> bool {
    let tokens: Vec<TokenTree> = condition.into_iter().collect();
    evaluate(&tokens, features, 0) != Some(false)
}

fn evaluate(tokens: &[TokenTree], features: &BTreeSet<String>, depth: usize) -> Option<bool> {
    // No one nests conditions so deeply; the bound keeps hostile input off the stack.
    if depth > 32 {
        return None;
    }
    let TokenTree::Ident(word) = tokens.first()? else { return None };
    match (word.to_string().as_str(), tokens.get(1..)?) {
        ("test" | "false", []) => Some(false),
        ("true", []) => Some(true),
        ("feature", [TokenTree::Punct(_), TokenTree::Literal(literal)]) => match Lit::new(literal.clone()) {
            Lit::Str(name) => Some(features.contains(&name.value())),
            _ => None,
        },
        (connective @ ("not" | "any" | "all"), [TokenTree::Group(group)]) => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let mut parts = inner
                .split(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ','))
                .filter(|part| !part.is_empty())
                .map(|part| evaluate(part, features, depth + 1));
            match connective {
                "not" => parts.next()?.map(|holds| !holds),
                "any" => join(parts, true),
                _ => join(parts, false),
            }
        }
        _ => None,
    }
}

/// `any` is decided by the first `true`, `all` by the first `false`; without one, what is open leaves it open.
fn join(parts: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let mut open = false;
    for part in parts {
        match part {
            Some(value) if value == decisive => return Some(decisive),
            Some(_) => {}
            None => open = true,
        }
    }
    if open { None } else { Some(!decisive) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_read() {
        let features = BTreeSet::from(["db".to_owned()]);
        for (condition, expected) in [
            ("test", false),
            ("not(test)", true),
            ("feature = \"db\"", true),
            ("feature = \"web\"", false),
            ("unix", true),
            ("not(unix)", true),
            ("any()", false),
            ("all()", true),
            ("all(unix, test)", false),
            ("any(unix, test)", true),
            ("any(feature = \"web\", test)", false),
        ] {
            let tokens: TokenStream = condition.parse().expect("a condition");
            assert_eq!(holds(tokens, &features), expected, "{condition}");
        }
    }
}
