//! Where each key of `limbeck.toml` stands.

use std::ops::Range;
use std::sync::Arc;

use limbeck_core::diag::Location;
use toml::de::{DeTable, DeValue};

use crate::redact::redact;

/// The file's text, as it may be shown, and the places of its keys.
pub(crate) struct Places {
    file: Arc<str>,
    text: Arc<str>,
    keys: Vec<(Vec<String>, Range<usize>)>,
}

impl Places {
    /// Finds the places in `text`, which is the content of `file`; or says what is wrong with it as TOML, and where.
    pub(crate) fn find(file: &str, text: &str) -> Result<Self, (String, Location)> {
        let mut places = Self { file: Arc::from(file), text: Arc::from(redact(text)), keys: Vec::new() };
        match DeTable::parse(text) {
            Ok(table) => {
                places.walk(table.get_ref(), &mut Vec::new());
                Ok(places)
            }
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                Err((error.message().to_owned(), places.at(span)))
            }
        }
    }

    fn walk(&mut self, table: &DeTable<'_>, path: &mut Vec<String>) {
        for (key, value) in table.iter() {
            path.push(key.get_ref().to_string());
            self.keys.push((path.clone(), key.span()));
            if let DeValue::Table(inner) = value.get_ref() {
                self.walk(inner, path);
            }
            path.pop();
        }
    }

    /// The place of a key; `None` if it is not in the file.
    pub(crate) fn of(&self, path: &[&str]) -> Option<Location> {
        let same = |key: &[String]| key.len() == path.len() && key.iter().zip(path).all(|(a, b)| a == b);
        self.keys.iter().find(|(key, _)| same(key)).map(|(_, span)| self.at(span.clone()))
    }

    fn at(&self, span: Range<usize>) -> Location {
        Location::new(self.file.clone(), self.text.clone(), span)
    }
}
