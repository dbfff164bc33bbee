use crate::ident::Name;
use crate::schema::{
    Cast, Column, DEFAULT_TIME_PRECISION, Naming, Nulls, Object, Options, Order, PerDialect, Sql, Type,
    TypeSpec,
};
use crate::sql::{LexicalRules, same_tokens, strip_outer_parens};

use super::{Hints, Question};

/// What a comparison is told beside the two schemas.
#[derive(Clone, Copy)]
pub struct DiffOptions<'a> {
    /// What was renamed, and what old rows get.
    pub hints: &'a Hints,
    /// The configured rules for names: a name that they make is nobody's wish.
    pub naming: &'a Naming,
    /// What counts as the same.
    pub rules: &'a dyn Comparison,
    /// Whether to look for renames that no hint speaks of.
    pub guess: Guess,
    /// Whether to ask what old rows get.
    pub fills: FillPolicy,
    /// Whether to ask how old values become new ones.
    pub casts: CastPolicy,
    /// Questions that were answered with no: they are not asked again.
    pub declined: &'a [Question],
}

impl<'a> DiffOptions<'a> {
    /// Options that ask whatever there is to ask.
    pub fn new(hints: &'a Hints, naming: &'a Naming, rules: &'a dyn Comparison) -> Self {
        Self {
            hints,
            naming,
            rules,
            guess: Guess::default(),
            fills: FillPolicy::default(),
            casts: CastPolicy::default(),
            declined: &[],
        }
    }

    /// Options for a comparison where nobody is asked: no rename is looked for, no fill and no cast is wanted.
    pub fn unasked(hints: &'a Hints, naming: &'a Naming, rules: &'a dyn Comparison) -> Self {
        Self {
            guess: Guess::Never,
            fills: FillPolicy::Never,
            casts: CastPolicy::Never,
            ..Self::new(hints, naming, rules)
        }
    }
}

/// Whether to look for renames that no hint speaks of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Guess {
    /// Ask about what looks like one.
    #[default]
    Ask,
    /// Drop and add (`--no-rename`).
    Never,
}

/// Whether to ask what old rows get in a column that takes no NULL.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FillPolicy {
    /// Ask.
    #[default]
    Ask,
    /// Write the column plainly (`--no-fill`).
    Never,
}

/// Whether to ask how old values become new ones where a type changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CastPolicy {
    /// Ask where the server may not know.
    #[default]
    Ask,
    /// Ask only where there is no cast to try.
    Try,
    /// Leave it to the server.
    Never,
}

/// What counts as the same. The defaults are for two declared schemas and no dialect in particular; a dialect says more.
pub trait Comparison {
    /// Whether the order of columns counts, because the server can set it.
    fn column_order(&self) -> bool {
        false
    }

    /// Whether the server keeps a schema in the words in which it was made, and both schemas were read from it. Then
    /// what changes nothing of what a schema demands counts all the same: the case of letters in names, whether a
    /// constraint has a name, the order of a unique constraint's columns, NOT NULL on a column of a primary key.
    fn keeps_words(&self) -> bool {
        false
    }

    /// Whether both schemas were read from a server.
    fn observed(&self) -> bool {
        self.keeps_words()
    }

    /// Whether the new schema can speak of tables and the enums of their columns only, because it comes from models. Then
    /// all else stays as it is: it says nothing of it, which is no wish to drop it.
    fn tables_only(&self) -> bool {
        false
    }

    /// Whether the order of a unique constraint's columns counts, since its index has it, too.
    fn key_order(&self) -> bool {
        self.keeps_words()
    }

    /// What old rows get in `column` when it comes back, and its values are gone for good.
    fn stand_in(&self, column: &Column) -> Option<Sql> {
        let _ = column;
        None
    }

    /// Whether primary keys have names that last.
    fn primary_key_names(&self) -> bool {
        true
    }

    /// Whether the order of an enum's words counts.
    fn enum_order(&self) -> bool {
        true
    }

    /// Whether a column that a foreign key uses on either side keeps its type while the key is there.
    fn keys_hold_types(&self) -> bool {
        false
    }

    /// Whether a column keeps its type while another one is computed from it.
    fn computed_hold_types(&self) -> bool {
        false
    }

    /// What a table's options say between `from` and `to` where it must let go of something before all else changes, as of
    /// another table that it is made like. `None` if there is nothing of the kind.
    fn lets_go(&self, from: &Options, to: &Options) -> Option<Options> {
        let _ = (from, to);
        None
    }

    /// Whether a table takes hold of something, as of another table, when it has all that this demands.
    fn joins(&self, from: &Options, to: &Options) -> bool {
        let _ = (from, to);
        false
    }

    /// Whether the server can put `to`, which has the same kind and name, in the place of `from` while others stand on it.
    fn replaces(&self, from: &Object, to: &Object) -> bool {
        let _ = (from, to);
        true
    }

    /// Where NULLs stand in an index that does not say, if the server has one answer.
    fn nulls(&self, order: Order) -> Option<Nulls> {
        let _ = order;
        None
    }

    /// Whether two names mean the same thing. Names that differ by more than the case of letters never do.
    fn same_name(&self, from: &str, to: &str) -> bool {
        from == to
    }

    /// Whether the server made this name of a constraint or an index of `table` up.
    fn made_up(&self, table: &str, name: &str) -> bool {
        let _ = (table, name);
        false
    }

    /// Whether two types are the same. An old one that speaks of some dialects only is that of a column which no other
    /// has: what the new one says of the others changes nothing that is there.
    fn same_type(&self, from: &TypeSpec, to: &TypeSpec) -> bool {
        let default = match (&from.default, &to.default) {
            (Some(from), Some(to)) => same_plain_type(from, to),
            (None, _) => true,
            (Some(_), None) => false,
        };
        default
            && from.native.len() == to.native.len()
            && from.native.iter().all(|(dialect, text)| {
                to.native.get(dialect).is_some_and(|other| same_tokens(&LexicalRules::NEUTRAL, text, other))
            })
    }

    /// Whether two expressions are the same: defaults, checks, generated columns, predicates.
    fn same_expression(&self, from: &Sql, to: &Sql) -> bool {
        same_sql(from, to, |from, to| {
            if self.keeps_words() {
                return same_tokens(&LexicalRules::NEUTRAL, from, to);
            }
            same_tokens(
                &LexicalRules::NEUTRAL,
                strip_outer_parens(&LexicalRules::NEUTRAL, from),
                strip_outer_parens(&LexicalRules::NEUTRAL, to),
            )
        })
    }

    /// Whether two texts that make an object are the same.
    fn same_definition(&self, from: &Sql, to: &Sql) -> bool {
        let bare = |text: &str| text.trim_end().trim_end_matches(';').to_owned();
        same_sql(from, to, |from, to| same_tokens(&LexicalRules::NEUTRAL, &bare(from), &bare(to)))
    }

    /// Whether two sets of options are the same.
    fn same_options(&self, from: &Options, to: &Options) -> bool {
        from == to
    }

    /// Whether the options of a column of `table` are the same before and after.
    fn same_column_options(&self, table: &Name, from: &Column, to: &Column) -> bool {
        let _ = table;
        self.same_options(&from.options, &to.options)
    }

    /// Who sees to it that old values become new ones, without `using`.
    fn cast(&self, from: &TypeSpec, to: &TypeSpec) -> Cast {
        match (from.plain(), to.plain()) {
            (Some(from), Some(to)) if !super::columns::sure_cast(from, to) => Cast::Unknown,
            // Where each dialect has a type of its own, only its server knows what it does with it.
            _ => Cast::Sure,
        }
    }
}

/// The rules for two declared schemas: what they say is compared as it stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Neutral;

impl Comparison for Neutral {}

fn same_sql(from: &Sql, to: &Sql, same: impl Fn(&str, &str) -> bool) -> bool {
    let PerDialect { default, dialects } = from;
    let defaults = match (default, &to.default) {
        (Some(from), Some(to)) => same(from, to),
        (None, None) => true,
        _ => false,
    };
    defaults
        && dialects.len() == to.dialects.len()
        && dialects.iter().all(|(name, text)| to.dialects.get(name).is_some_and(|other| same(text, other)))
}

fn same_plain_type(from: &Type, to: &Type) -> bool {
    let digits = |digits: &Option<u32>| digits.unwrap_or(DEFAULT_TIME_PRECISION);
    match (from, to) {
        (Type::Time(from), Type::Time(to))
        | (Type::Timestamp(from), Type::Timestamp(to))
        | (Type::TimestampTz(from), Type::TimestampTz(to)) => digits(from) == digits(to),
        (Type::Array(from), Type::Array(to)) => same_plain_type(from, to),
        (Type::Native(from), Type::Native(to)) => same_tokens(&LexicalRules::NEUTRAL, from, to),
        _ => from == to,
    }
}

/// Whether two things that may be absent are both absent, or the same.
pub(super) fn same_option<T>(from: Option<&T>, to: Option<&T>, same: impl Fn(&T, &T) -> bool) -> bool {
    match (from, to) {
        (None, None) => true,
        (Some(from), Some(to)) => same(from, to),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_type_are_the_same() {
        let same = |from: &str, to: &str| Neutral.same_type(&from.into(), &to.into());
        assert!(same("decimal(10)", "decimal(10,0)"));
        assert!(same("timestamp", "timestamp(6)"));
        assert!(same("array(time)", "array(time(6))"));
        assert!(same("TSVECTOR", "tsvector"));
        assert!(!same("varchar(30)", "varchar(40)"));
        let own = TypeSpec::only("one", "int");
        let both = TypeSpec { default: Some(Type::Integer), ..own.clone() };
        assert!(Neutral.same_type(&own, &both));
        assert!(!Neutral.same_type(&both, &own));
        assert!(!Neutral.same_type(&own, &"int".into()));
        assert!(!same("timestamp", "timestamptz"));
    }

    #[test]
    fn layout_and_outer_parentheses_do_not_count() {
        let same = |from: &str, to: &str| Neutral.same_expression(&from.into(), &to.into());
        assert!(same("((a > 0))", "A>0"));
        assert!(!same("'a'", "'A'"));
        assert!(Neutral.same_definition(&"SELECT 1 ;".into(), &"select 1".into()));
    }
}
