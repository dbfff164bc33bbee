//! Lines of the configuration as they may be shown: without what could be a password.

use crate::keys;

/// Whether a key's value is no secret. What an unknown key has, a misspelt one too, is hidden.
fn is_harmless(key: &str) -> bool {
    !keys::SECRET.contains(&key) && keys::ALL.iter().any(|table| table.contains(&key))
}

/// The text with everything replaced by `*` that could be a password, byte for byte, so that places stay what they are.
///
/// It goes by lines and not by what TOML makes of them, because a file that is no TOML is shown too.
pub(crate) fn redact(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut hiding = false;
    for line in text.split_inclusive('\n') {
        let plain = line.trim_start_matches(['#', ' ', '\t']);
        if plain.starts_with('[') && !plain.contains('=') && !line.contains(['@', '"', '\'']) {
            hiding = false;
            shown.push_str(line);
            continue;
        }
        let value = match line.split_once('=') {
            Some((key, value)) if is_key(key) => {
                let last = key.trim_matches(['#', ' ', '\t']).rsplit('.').next().unwrap_or_default();
                hiding = !is_harmless(last.trim_matches([' ', '\t', '"', '\'']));
                shown.push_str(&line[..line.len() - value.len()]);
                value
            }
            // The value of the line before goes on.
            _ => line,
        };
        if hiding || value.contains('@') || value.contains("://") {
            hide(value, &mut shown);
        } else {
            shown.push_str(value);
        }
    }
    shown
}

/// Whether what stands before a `=` can be a key.
fn is_key(text: &str) -> bool {
    let plain = text.trim_matches(['#', ' ', '\t']);
    !plain.is_empty() && plain.chars().all(|c| c.is_alphanumeric() || "_-.\"' ".contains(c))
}

/// Adds `value` with everything hidden but space, quotes at its ends, and a URL's scheme.
fn hide(value: &str, shown: &mut String) {
    let start = value.len() - value.trim_start_matches([' ', '\t', '"', '\'', '[']).len();
    let end = value.trim_end_matches(['\n', '\r', ' ', '\t', '"', '\'', ']']).len().max(start);
    let inner = &value[start..end];
    let scheme = inner.split_once("://").map_or(0, |(scheme, _)| {
        if scheme.chars().all(|c| c.is_ascii_alphanumeric()) { scheme.len() + 3 } else { 0 }
    });
    shown.push_str(&value[..start + scheme]);
    shown.extend(std::iter::repeat_n('*', end - start - scheme));
    shown.push_str(&value[end..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_password_is_hidden() {
        let text = "# password = \"sesame\"\n[databases.default]\nurl = \"postgres://me:sesame@host/app\"\n\
                    urll = 'postgres//sesame'\npasswort = \"sesame\"\npool_size = \"sesame@x\"\n\
                    password = \"\"\"\nsesame\n\"\"\"\ndefault = { url = \"mysql://me:sesame@h\" }\nsecret = sesame\n";
        let shown = redact(text);
        assert_eq!(shown.len(), text.len());
        assert!(!shown.contains("sesame"), "{shown}");
        assert!(shown.contains("url = \"postgres://*******"), "{shown}");
    }

    #[test]
    fn all_else_is_shown() {
        let text = "default = \"a\"\n\n[databases.a]\nlock_timeout = \"soon\"\r\nmigrations = [\"x\",\n  \"y\"]\n\
                    [migrations]\ndestructive = \"never\"\nmodels.source = 5\n";
        assert_eq!(redact(text), text);
    }

    #[test]
    fn letters_of_several_bytes_keep_their_room() {
        let text = "password = \"größe\"\nhost = 5\n";
        let shown = redact(text);
        assert_eq!((shown.len(), shown.find("host")), (text.len(), text.find("host")));
    }
}
