//! Changes to one table that wait to be carried out together.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::driver::RenderError;
use limbeck_core::ident::Ident;
use limbeck_core::operation::EnumRename;

use super::LEXICAL;
use super::lower::{Lowered, is_name};
use limbeck_core::sql::tokens;

/// A part of a table that an operation changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// A column.
    Column(Ident),
    /// A constraint with a name.
    Constraint(Ident),
    /// An index.
    Index(Ident),
}

/// The operations on one table that wait, and what the table's two states do not tell of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    /// The last of the operations, by position.
    pub(super) last: usize,
    /// The table as the operations leave it.
    pub(super) after: Option<Lowered>,
    /// What of that SQLite cannot do, with the operation that brought it: later ones may still put it right.
    pub(super) fault: Option<RenderError>,
    /// Columns that the operations add, and that have no old values even where a column was called so.
    pub(super) fresh: BTreeSet<Ident>,
    /// Under which old name the values of a column are found that is renamed by the rebuild itself.
    pub(super) sources: BTreeMap<Ident, Ident>,
    /// What rows get in a column that has nothing for them.
    pub(super) fills: BTreeMap<Ident, String>,
    /// How old values of a column become new ones.
    pub(super) usings: BTreeMap<Ident, String>,
    /// How words in a column are spelt from now on, one round of renames after the other.
    pub(super) respelt: BTreeMap<Ident, Vec<Vec<EnumRename>>>,
    /// Which operation changes which part.
    pub(super) touched: BTreeMap<Part, usize>,
}

impl Group {
    /// Whether it holds expressions that name columns of the table as it is now.
    pub(super) fn has_expressions(&self) -> bool {
        !self.fills.is_empty() || !self.usings.is_empty()
    }

    /// Whether the expression `text` may name a column that is not there yet.
    pub(super) fn may_name_fresh(&self, text: &str) -> bool {
        tokens(&LEXICAL, text).any(|token| self.fresh.iter().any(|fresh| is_name(&token, fresh.as_str())))
    }

    /// Whether rows must be written anew, whatever the two states say.
    pub(super) fn rewrites_rows(&self) -> bool {
        self.has_expressions() || !self.respelt.is_empty() || !self.sources.is_empty()
    }

    /// Which operation changes `part`.
    pub(super) fn operation(&self, part: &Part) -> usize {
        self.touched.get(part).copied().unwrap_or(self.last)
    }

    /// Forgets what is to become of the values of a column that goes.
    pub(super) fn forget_column(&mut self, column: &Ident) {
        self.fresh.remove(column);
        self.sources.remove(column);
        self.fills.remove(column);
        self.usings.remove(column);
        self.respelt.remove(column);
    }

    /// Follows a column that gets another name.
    pub(super) fn rename_column(&mut self, from: &Ident, to: &Ident) {
        if self.fresh.remove(from) {
            self.fresh.insert(to.clone());
        }
        rekey(&mut self.sources, from, to);
        rekey(&mut self.fills, from, to);
        rekey(&mut self.usings, from, to);
        rekey(&mut self.respelt, from, to);
    }
}

/// Moves what stands under `from` to `to`.
pub(super) fn rekey<K: Ord + Clone, V>(map: &mut BTreeMap<K, V>, from: &K, to: &K) {
    if let Some(value) = map.remove(from) {
        map.insert(to.clone(), value);
    }
}
