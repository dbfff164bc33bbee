use std::collections::BTreeMap;

/// Something that is the same everywhere, or differs from dialect to dialect.
///
/// In a file: `x = "text"`, or `x = { postgres = "…", mysql = "…", default = "…" }`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PerDialect<T> {
    /// For every dialect that `dialects` does not name.
    pub default: Option<T>,
    /// By the dialect's name.
    pub dialects: BTreeMap<String, T>,
}

impl<T> PerDialect<T> {
    /// The same for every dialect.
    pub fn same(value: T) -> Self {
        Self { default: Some(value), dialects: BTreeMap::new() }
    }

    /// Only for the dialect called `name`.
    pub fn only(name: impl Into<String>, value: T) -> Self {
        Self { default: None, dialects: BTreeMap::from([(name.into(), value)]) }
    }

    /// What holds for a dialect that answers to `names`, the most particular first.
    pub fn resolve(&self, names: &[&str]) -> Option<&T> {
        names.iter().find_map(|name| self.dialects.get(*name)).or(self.default.as_ref())
    }

    /// The one value, if no dialect has one of its own.
    pub fn plain(&self) -> Option<&T> {
        if self.dialects.is_empty() { self.default.as_ref() } else { None }
    }

    /// Every value with the dialect that it is for.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&str>, &T)> {
        self.dialects
            .iter()
            .map(|(name, value)| (Some(name.as_str()), value))
            .chain(self.default.iter().map(|value| (None, value)))
    }

    /// The same shape with each value mapped.
    pub fn map<U>(&self, mut f: impl FnMut(&T) -> U) -> PerDialect<U> {
        PerDialect {
            default: self.default.as_ref().map(&mut f),
            dialects: self.dialects.iter().map(|(name, value)| (name.clone(), f(value))).collect(),
        }
    }
}

/// A piece of SQL as the user or a server wrote it: a default, a CHECK, a view's text.
pub type Sql = PerDialect<String>;

impl From<&str> for Sql {
    fn from(text: &str) -> Self {
        Self::same(text.to_owned())
    }
}

impl From<String> for Sql {
    fn from(text: String) -> Self {
        Self::same(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_particular_name_wins() {
        let sql = Sql {
            default: Some("d".to_owned()),
            dialects: BTreeMap::from([("mysql".to_owned(), "m".to_owned())]),
        };
        assert_eq!(sql.resolve(&["mariadb", "mysql"]).map(String::as_str), Some("m"));
        assert_eq!(sql.resolve(&["sqlite"]).map(String::as_str), Some("d"));
        assert_eq!(Sql::only("mysql", "m".to_owned()).resolve(&["sqlite"]), None);
    }
}
