//! What is known by its text: views, functions, triggers, policies and the like.

use limbeck_core::driver::Introspection;

use super::catalog::Catalog;
use super::filter::Filter;

/// The queries, in the order in which [`Catalog::objects`] has their answers.
pub(super) fn queries(_: &Filter<'_>) -> Vec<String> {
    Vec::new()
}

/// Adds the objects to what was seen.
pub(super) fn read(_: &Catalog, _: &Filter<'_>, _: &mut Introspection) {}
