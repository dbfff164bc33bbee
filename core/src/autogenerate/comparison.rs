use crate::diff::Comparison;
use crate::driver::Dialect;
use crate::schema::{Column, Sql};

/// What a dialect says of two schemas being the same.
#[derive(Debug, Clone, Copy)]
pub struct DialectComparison<'a> {
    pub(super) dialect: &'a dyn Dialect,
    /// The order of columns is a fact on both sides.
    pub(super) ordered: bool,
}

impl Comparison for DialectComparison<'_> {
    fn column_order(&self) -> bool {
        self.ordered && self.dialect.capabilities().column_position
    }

    fn keeps_words(&self) -> bool {
        self.ordered && self.dialect.capabilities().unnamed_constraints
    }

    fn stand_in(&self, column: &Column) -> Option<Sql> {
        self.dialect.stand_in(column).map(Sql::from)
    }

    fn primary_key_names(&self) -> bool {
        self.dialect.capabilities().primary_key_names
    }

    fn enum_order(&self) -> bool {
        self.dialect.capabilities().enum_types
    }

    fn same_name(&self, from: &str, to: &str) -> bool {
        self.dialect.capabilities().case_folding.same(from, to)
    }
}
