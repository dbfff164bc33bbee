use std::cmp::Ordering;

/// What a tool calls a migration by: numbers with dots, or, for one that is run after all others, a name.
///
/// Two versions are the same if their numbers are: `0001` in a file's name is 1 in a record of whole numbers.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    /// As the file's name has it.
    pub(crate) text: String,
    key: Key,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// Each number as its length and its digits, without zeros before it: in this order they compare as numbers do, however
    /// long they are.
    Numbers(Vec<(usize, String)>),
    /// It comes behind all numbers.
    Name(String),
}

impl Version {
    /// Reads `20240131120000`, `1.2`, `1_2` or `2024-01-31-120000`; `None` if it holds anything but digits and single
    /// marks between them.
    pub(crate) fn numbers(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        // Diesel writes marks for people within one number.
        let plain = text.replace('-', "");
        for part in plain.split(['.', '_']) {
            if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let digits = part.trim_start_matches('0');
            parts.push((digits.len(), digits.to_owned()));
        }
        // 1 and 1.0 are one version.
        while parts.len() > 1 && parts.last().is_some_and(|(length, _)| *length == 0) {
            parts.pop();
        }
        Some(Self { text: plain.replace('_', "."), key: Key::Numbers(parts) })
    }

    /// One without a number.
    pub(crate) fn name(text: &str) -> Self {
        Self { text: text.to_owned(), key: Key::Name(text.to_owned()) }
    }

    /// Whether it has a number.
    pub(crate) fn is_number(&self) -> bool {
        matches!(self.key, Key::Numbers(_))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_compare_as_numbers() {
        let sorted = ["1", "1.1", "1_2", "1.10", "2", "10", "20240131120000"];
        let versions: Vec<Version> = sorted.iter().map(|text| Version::numbers(text).unwrap()).collect();
        assert!(versions.is_sorted() && versions.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(versions.iter().all(|version| version < &Version::name("0")));
        for (one, other) in
            [("0001", "1"), ("1.0", "1"), ("2024-01-31-120000", "20240131120000"), ("000", "0")]
        {
            assert_eq!(Version::numbers(one), Version::numbers(other), "{one} {other}");
        }
        for text in ["", "a", "1.", "1..2", "_1", "1a"] {
            assert_eq!(Version::numbers(text), None, "{text}");
        }
    }
}
