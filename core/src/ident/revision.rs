use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::Serialize;

/// Words that mean something in a revision specifier and so are no id and no label.
pub const RESERVED_WORDS: [&str; 4] = ["head", "heads", "base", "current"];

const ID_LENGTH: usize = 64;

/// Why a text is no revision id or label.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {what}: {why}")]
pub struct InvalidRevisionName {
    /// `revision id` or `label`.
    pub what: &'static str,
    /// What was given.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// The id of a revision: `[A-Za-z0-9_.]{1,64}`, neither `.` nor `..` nor a reserved word.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RevisionId(Arc<str>);

impl RevisionId {
    /// Checks `text` and makes an id of it.
    pub fn new(text: &str) -> Result<Self, InvalidRevisionName> {
        let wrong = |why| InvalidRevisionName { what: "revision id", text: text.to_owned(), why };
        if text.is_empty() {
            return Err(wrong("it is empty"));
        }
        if text.len() > ID_LENGTH {
            return Err(wrong("it is longer than 64 characters"));
        }
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.') {
            return Err(wrong("only A-Z, a-z, 0-9, `_` and `.` may stand in it"));
        }
        if text == "." || text == ".." {
            return Err(wrong("that is a folder"));
        }
        if RESERVED_WORDS.contains(&text) {
            return Err(wrong("the word has a meaning of its own on the command line"));
        }
        Ok(Self(Arc::from(text)))
    }

    /// A new id of 12 hex digits from the system's source of randomness.
    ///
    /// # Errors
    /// What the system said, where it has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        // An id of digits alone would read as a number in other tools' YAML and spreadsheets; git's short hashes have
        // taught people to expect a letter. The chance of needing a second draw is 0.36 %.
        loop {
            let mut bytes = [0u8; 6];
            getrandom::fill(&mut bytes)?;
            let text: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
            if text.bytes().any(|b| b.is_ascii_alphabetic()) {
                return Ok(Self(Arc::from(text)));
            }
        }
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RevisionId {
    type Err = InvalidRevisionName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl Borrow<str> for RevisionId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RevisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for RevisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a branch: `[A-Za-z_][A-Za-z0-9_]*`, no reserved word. That it is no revision's id, the graph checks.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Label(Arc<str>);

impl Label {
    /// Checks `text` and makes a label of it.
    pub fn new(text: &str) -> Result<Self, InvalidRevisionName> {
        let wrong = |why| InvalidRevisionName { what: "label", text: text.to_owned(), why };
        let mut bytes = text.bytes();
        match bytes.next() {
            None => return Err(wrong("it is empty")),
            Some(b) if b.is_ascii_alphabetic() || b == b'_' => {}
            Some(_) => return Err(wrong("it must begin with a letter or `_`")),
        }
        if !bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(wrong("only A-Z, a-z, 0-9 and `_` may stand in it"));
        }
        if RESERVED_WORDS.contains(&text) {
            return Err(wrong("the word has a meaning of its own on the command line"));
        }
        Ok(Self(Arc::from(text)))
    }

    /// The label's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Label {
    type Err = InvalidRevisionName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl Borrow<str> for Label {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_would_leave_the_folder_or_mean_something_else_are_refused() {
        for bad in
            ["", ".", "..", "../x", "a/b", "head", "heads", "base", "current", "a b", "a-b", "a@b", "ü"]
        {
            assert!(RevisionId::new(bad).is_err(), "{bad:?}");
        }
        assert!(RevisionId::new(&"a".repeat(65)).is_err());
        for good in ["a", "0001", "v1.2", "..a", &"a".repeat(64)] {
            assert!(RevisionId::new(good).is_ok(), "{good:?}");
        }
    }

    #[test]
    fn labels_look_like_words() {
        for bad in ["", "1a", "a.b", "a-b", "head", "é"] {
            assert!(Label::new(bad).is_err(), "{bad:?}");
        }
        assert!(Label::new("_billing2").is_ok());
    }

    #[test]
    fn a_random_id_is_an_id_and_holds_a_letter() {
        let id = RevisionId::random().unwrap();
        assert_eq!(id.as_str().len(), 12);
        assert!(RevisionId::new(id.as_str()).is_ok());
        assert!(id.as_str().bytes().any(|b| b.is_ascii_alphabetic()));
    }
}
