use crate::diff::{Comparison, Neutral};
use crate::driver::Dialect;
use crate::ident::Name;
use crate::schema::{Cast, Column, Object, Options, Sql, TypeSpec};
use crate::sql::without_needless_quotes;

/// What a dialect says of two schemas being the same.
#[derive(Debug, Clone, Copy)]
pub struct DialectComparison<'a> {
    pub(super) dialect: &'a dyn Dialect,
    /// The order of columns is a fact on both sides.
    pub(super) ordered: bool,
    /// The new schema speaks of tables only.
    pub(super) tables_only: bool,
}

/// The neutral rules where the server keeps the user's words.
struct Wordy;

impl Comparison for Wordy {
    fn keeps_words(&self) -> bool {
        true
    }
}

impl DialectComparison<'_> {
    /// Whether the new schema comes from models, which speak of tables and their enums only: what else the old one holds
    /// stays.
    #[must_use]
    pub fn tables_only(mut self, yes: bool) -> Self {
        self.tables_only = yes;
        self
    }

    fn bare(&self, text: &Sql) -> Sql {
        text.map(|text| without_needless_quotes(self.dialect.lexical(), text))
    }

    fn plain(&self) -> &'static dyn Comparison {
        if self.keeps_words() { &Wordy } else { &Neutral }
    }
}

impl Comparison for DialectComparison<'_> {
    fn column_order(&self) -> bool {
        self.ordered && self.dialect.capabilities().column_position
    }

    fn observed(&self) -> bool {
        self.ordered
    }

    fn keeps_words(&self) -> bool {
        self.ordered && self.dialect.capabilities().unnamed_constraints
    }

    fn tables_only(&self) -> bool {
        self.tables_only
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

    fn key_order(&self) -> bool {
        self.ordered
    }

    fn keys_hold_types(&self) -> bool {
        self.dialect.keys_hold_types()
    }

    fn computed_hold_types(&self) -> bool {
        self.dialect.computed_hold_types()
    }

    fn lets_go(&self, from: &Options, to: &Options) -> Option<Options> {
        self.dialect.lets_go(from, to)
    }

    fn joins(&self, from: &Options, to: &Options) -> bool {
        self.dialect.joins(from, to)
    }

    fn replaces(&self, from: &Object, to: &Object) -> bool {
        self.dialect.replaces(from, to)
    }

    fn same_expression(&self, from: &Sql, to: &Sql) -> bool {
        self.plain().same_expression(&self.bare(from), &self.bare(to))
    }

    fn same_definition(&self, from: &Sql, to: &Sql) -> bool {
        self.plain().same_definition(&self.bare(from), &self.bare(to))
    }

    fn cast(&self, from: &TypeSpec, to: &TypeSpec) -> Cast {
        let names = self.dialect.names();
        match (from.resolve(names), to.resolve(names)) {
            (Some(from), Some(to)) => self.dialect.cast(&from, &to),
            // What is not there for this dialect is not cast.
            _ => Cast::Sure,
        }
    }

    fn same_column_options(&self, table: &Name, from: &Column, to: &Column) -> bool {
        let mut options = [from.options.clone(), to.options.clone()];
        for (at, column) in [from, to].into_iter().enumerate() {
            for key in self.dialect.made_up_options(table, column) {
                let names = self.dialect.names();
                let [this, other] = [at, 1 - at].map(|at| options[at].effective(names).contains_key(key));
                if this && !other {
                    options[at].unset(names, key);
                }
            }
        }
        let [from, to] = options;
        self.same_options(&from, &to)
    }

    fn same_name(&self, from: &str, to: &str) -> bool {
        self.dialect.capabilities().case_folding.same(from, to)
    }
}
