//! The grammar: from `syn` items to [`crate::ast`].
//!
//! Every function goes on after an error, so that one pass finds them all; what is wrong is collected in the
//! [`Context`], with its place.

mod attributes;
mod case;
mod context;
mod defaults;
mod details;
mod entries;
mod enums;
mod field;
mod keys;
mod misfit;
mod newtype;
mod parts;
mod record;
mod references;
mod sections;
mod targets;
mod ty;

pub use attributes::{Cfg, Gathered, gather};
pub use case::Case;
pub use context::{Context, Spot};
pub use enums::enum_item;
pub use field::column;
pub use misfit::{Derive, Shape, misfit};
pub use newtype::newtype;
pub use record::{record, record_of};
pub use ty::rust_type;

use proc_macro2::Span;
use syn::Generics;

/// A model's name without the `r#` of a raw identifier.
pub(crate) fn plain(ident: &proc_macro2::Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or_else(|| text.clone(), str::to_owned)
}

/// Refuses type parameters: a table's columns are known only once they are filled in.
pub(crate) fn refuse_generics(context: &mut Context, generics: &Generics, name: &str) {
    let mut parameters = generics.params.iter().filter(|p| !matches!(p, syn::GenericParam::Lifetime(_)));
    if parameters.next().is_some() {
        let span = generics.lt_token.map_or_else(Span::call_site, |token| token.span);
        context.problem("generic-model", span, format!("`{name}` has type parameters, a model cannot have any")).help(
            "write a struct of its own for each table; what they share can stand in a field with `#[limbeck(flatten)]`",
        );
    }
}
