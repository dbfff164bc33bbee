use crate::diff::{Comparison, Neutral};
use crate::driver::Dialect;
use crate::schema::Sql;
use crate::sql::without_needless_quotes;

/// What a dialect says of two declared schemas being the same. The order of columns of a declared table is the order of
/// a struct's fields, which says nothing of a table that is there.
#[derive(Clone, Copy)]
pub struct DialectComparison<'a> {
    dialect: &'a dyn Dialect,
}

impl<'a> DialectComparison<'a> {
    /// What `dialect` says.
    pub fn new(dialect: &'a dyn Dialect) -> Self {
        Self { dialect }
    }

    fn bare(&self, text: &Sql) -> Sql {
        text.map(|text| without_needless_quotes(self.dialect.lexical(), text))
    }
}

impl Comparison for DialectComparison<'_> {
    fn primary_key_names(&self) -> bool {
        self.dialect.capabilities().primary_key_names
    }

    fn enum_order(&self) -> bool {
        self.dialect.capabilities().enum_types
    }

    fn same_expression(&self, from: &Sql, to: &Sql) -> bool {
        Neutral.same_expression(&self.bare(from), &self.bare(to))
    }

    fn same_definition(&self, from: &Sql, to: &Sql) -> bool {
        Neutral.same_definition(&self.bare(from), &self.bare(to))
    }

    fn same_name(&self, from: &str, to: &str) -> bool {
        self.dialect.capabilities().case_folding.same(from, to)
    }
}
