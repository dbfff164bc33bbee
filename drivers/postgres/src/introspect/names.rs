//! What the catalog's names are to a schema.

use limbeck_core::ident::{Ident, Name};

use super::filter::Filter;

impl Filter<'_> {
    /// The name of something in the namespace `schema`. The one of what names none goes without saying.
    pub(super) fn name(&self, schema: &str, name: &str) -> Name {
        Name { schema: (schema != self.home).then(|| Ident::new(schema)), name: Ident::new(name) }
    }
}
