/// When two spellings of a quoted name mean the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseFolding {
    /// Only if they are equal.
    Sensitive,
    /// If they differ in the case of ASCII letters at most.
    AsciiInsensitive,
}

impl CaseFolding {
    /// What two spellings of one name have in common.
    pub fn fold(self, name: &str) -> String {
        match self {
            Self::Sensitive => name.to_owned(),
            Self::AsciiInsensitive => name.to_ascii_lowercase(),
        }
    }

    /// Whether the two are one name.
    pub fn same(self, left: &str, right: &str) -> bool {
        match self {
            Self::Sensitive => left == right,
            Self::AsciiInsensitive => left.eq_ignore_ascii_case(right),
        }
    }
}
