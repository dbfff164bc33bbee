//! `${NAME}` and `${NAME:-default}` in the strings of the configuration.

/// Why a string could not be expanded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ExpandError {
    /// The variable is not set and has no default.
    Unset(String),
    /// There is no `}` behind a `${`.
    Unclosed,
    /// What stands in the braces is no variable's name.
    BadName(String),
}

/// The text with its variables filled in; `$${` is a literal `${`.
pub(crate) fn expand(text: &str, get: &dyn Fn(&str) -> Option<String>) -> Result<String, ExpandError> {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let before = &rest[..at];
        let inside = &rest[at + 2..];
        if let Some(before) = before.strip_suffix('$') {
            made.push_str(before);
            made.push_str("${");
            rest = inside;
            continue;
        }
        made.push_str(before);
        let close = inside.find('}').ok_or(ExpandError::Unclosed)?;
        let (name, default) = match inside[..close].split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (&inside[..close], None),
        };
        let good = !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !good {
            return Err(ExpandError::BadName(name.to_owned()));
        }
        match (get(name), default) {
            // As in a shell: `:-` also stands in for a variable that is empty.
            (Some(value), Some(default)) if value.is_empty() => made.push_str(default),
            (Some(value), _) => made.push_str(&value),
            (None, Some(default)) => made.push_str(default),
            (None, None) => return Err(ExpandError::Unset(name.to_owned())),
        }
        rest = &inside[close + 1..];
    }
    made.push_str(rest);
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str) -> Result<String, ExpandError> {
        expand(text, &|name| match name {
            "HOST" => Some("db".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        })
    }

    #[test]
    fn variables_are_filled_in() {
        assert_eq!(with("postgres://${HOST}/app").as_deref(), Ok("postgres://db/app"));
        assert_eq!(with("${NONE:-x}${EMPTY:-y}${HOST:-z}").as_deref(), Ok("xydb"));
        assert_eq!(with("$${HOST} $HOST 5$").as_deref(), Ok("${HOST} $HOST 5$"));
        assert_eq!(with("${NONE}"), Err(ExpandError::Unset("NONE".to_owned())));
        assert_eq!(with("${HOST"), Err(ExpandError::Unclosed));
        assert_eq!(with("${}"), Err(ExpandError::BadName(String::new())));
        assert_eq!(with("${a b}"), Err(ExpandError::BadName("a b".to_owned())));
    }
}
