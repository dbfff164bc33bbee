use std::collections::BTreeSet;

use limbeck_core::schema::Enum;
use limbeck_model_syntax::parse::Case;

use super::attribute::{Item, attribute, comment};
use super::names::{free, pascal};

/// An enum as a Rust enum.
pub(super) fn write(item: &Enum, name: &str) -> String {
    let mut items = Vec::new();
    if Case::Snake.apply(name) != item.name.name.as_str() {
        items.push(Item::text("name", item.name.name.as_str()));
    }
    if let Some(schema) = &item.name.schema {
        items.push(Item::text("schema", schema.as_str()));
    }
    let doc = comment(item.comment.as_deref(), 0, &mut items);
    let mut text = format!("{doc}#[derive(Debug, Clone, Copy, PartialEq, Eq, limbeck::Enum)]\n");
    text.push_str(&attribute(&items, 0));
    text.push_str(&format!("pub enum {name} {{\n"));
    let mut taken = BTreeSet::new();
    for value in &item.values {
        let variant = free(&pascal(value), "", &mut taken);
        if Case::Snake.apply(&variant) != *value {
            text.push_str(&attribute(&[Item::text("value", value)], 4));
        }
        text.push_str(&format!("    {variant},\n"));
    }
    text.push_str("}\n");
    text
}
