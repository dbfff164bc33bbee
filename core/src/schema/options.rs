use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A value in an options map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OptionValue {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// A text.
    String(String),
    /// A list.
    Array(Vec<OptionValue>),
    /// A map within the map.
    Table(Options),
}

/// What only some dialect knows of a thing: `options = { sqlite = { strict = true }, mysql = { engine = "InnoDB" } }`.
///
/// A key that holds a map is a dialect's own section, and other dialects pass it over. Any other key is meant for
/// whatever dialect is in use, which refuses what it does not know.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Options(pub IndexMap<String, OptionValue>);

impl Options {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets `key` in the section of `dialect`.
    pub fn set(&mut self, dialect: &str, key: &str, value: OptionValue) {
        let section =
            self.0.entry(dialect.to_owned()).or_insert_with(|| OptionValue::Table(Options::default()));
        if !matches!(section, OptionValue::Table(_)) {
            *section = OptionValue::Table(Options::default());
        }
        if let OptionValue::Table(section) = section {
            section.0.insert(key.to_owned(), value);
        }
    }

    /// Takes `key` out, for a dialect that answers to `names`: from its sections and from what is for every dialect.
    pub fn unset(&mut self, names: &[&str], key: &str) {
        if !matches!(self.0.get(key), Some(OptionValue::Table(_))) {
            self.0.shift_remove(key);
        }
        for name in names {
            if let Some(OptionValue::Table(section)) = self.0.get_mut(*name) {
                section.0.shift_remove(key);
                if section.is_empty() {
                    self.0.shift_remove(*name);
                }
            }
        }
    }

    /// What holds for a dialect that answers to `names`, the most particular first: its own sections over the keys
    /// that are for every dialect.
    pub fn effective(&self, names: &[&str]) -> BTreeMap<&str, &OptionValue> {
        let mut found = BTreeMap::new();
        for (key, value) in &self.0 {
            if !matches!(value, OptionValue::Table(_)) {
                found.insert(key.as_str(), value);
            }
        }
        for name in names.iter().rev() {
            if let Some(OptionValue::Table(section)) = self.0.get(*name) {
                found.extend(section.0.iter().map(|(key, value)| (key.as_str(), value)));
            }
        }
        found
    }

    /// The text under `key` for a dialect that answers to `names`.
    pub fn text<'a>(&'a self, names: &[&str], key: &str) -> Option<&'a str> {
        match self.effective(names).remove(key) {
            Some(OptionValue::String(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether `key` is set to `true` for a dialect that answers to `names`.
    pub fn flag(&self, names: &[&str], key: &str) -> bool {
        matches!(self.effective(names).remove(key), Some(OptionValue::Bool(true)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_of_its_own_wins_over_what_is_for_all() {
        let mut options = Options::default();
        options.0.insert("engine".to_owned(), OptionValue::String("MyISAM".to_owned()));
        options.set("mysql", "engine", OptionValue::String("InnoDB".to_owned()));
        options.set("sqlite", "strict", OptionValue::Bool(true));
        assert_eq!(options.text(&["mariadb", "mysql"], "engine"), Some("InnoDB"));
        assert_eq!(options.text(&["postgres"], "engine"), Some("MyISAM"));
        assert!(options.flag(&["sqlite"], "strict"));
        assert!(!options.flag(&["mysql"], "strict"));
        options.unset(&["mariadb", "mysql"], "engine");
        assert_eq!(options.text(&["mariadb", "mysql"], "engine"), None);
        assert!(options.flag(&["sqlite"], "strict"));
    }
}
