//! What the catalog's names are to a schema.

use limbeck_core::ident::{Ident, Name};

use crate::dialect::DEFAULT_SCHEMA;

/// The name of something in the namespace `schema`. The default one goes without saying.
pub(super) fn name(schema: &str, name: &str) -> Name {
    Name { schema: (schema != DEFAULT_SCHEMA).then(|| Ident::new(schema)), name: Ident::new(name) }
}
