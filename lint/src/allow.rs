//! Comments that switch rules off: `lint: allow drop-column, drop-table because nobody reads them`.

use std::collections::BTreeMap;

/// What a comment begins its list with.
const MARK: &str = "lint: allow ";

/// The rules that a file switches off, and whether each has had something to allow.
pub(crate) struct Allowed(BTreeMap<String, bool>);

impl Allowed {
    /// Reads a revision's file.
    pub(crate) fn read(text: &str) -> Self {
        let mut codes = BTreeMap::new();
        for line in text.lines() {
            let line = line.trim_start();
            // In TOML and in SQL; what stands in a text is none.
            let Some(comment) = line.strip_prefix('#').or_else(|| line.strip_prefix("--")) else { continue };
            let Some(list) = comment.trim_start().strip_prefix(MARK) else { continue };
            // A reason may follow behind the list.
            for item in list.split(',') {
                let code = item.split_whitespace().next().unwrap_or_default();
                if !code.is_empty() {
                    codes.insert(code.to_owned(), false);
                }
            }
        }
        Self(codes)
    }

    /// Whether the rule is switched off.
    pub(crate) fn takes(&mut self, code: &str) -> bool {
        match self.0.get_mut(code) {
            Some(used) => {
                *used = true;
                true
            }
            None => false,
        }
    }

    /// The codes that have allowed nothing.
    pub(crate) fn unused(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, used)| !**used).map(|(code, _)| code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_switch_rules_off() {
        let mut allowed =
            Allowed::read("# lint: allow a, b-c because\n  -- lint: allow d\nx = 'lint: allow e'\n");
        assert!(allowed.takes("a") && allowed.takes("b-c") && !allowed.takes("e"));
        assert_eq!(allowed.unused().collect::<Vec<_>>(), ["d"]);
    }
}
