//! Columns as fields.

use std::collections::BTreeMap;

use limbeck_core::schema::{Column, Identity, OptionValue, Options, Sql};

use super::attribute::{Item, comment, literal};
use super::names::Names;
use super::types::{Literal, field_type};

/// A field, as far as its column says.
#[derive(Debug, Default)]
pub(super) struct FieldText {
    pub(super) doc: String,
    /// Between the parentheses of its attribute.
    pub(super) items: Vec<Item>,
    pub(super) sections: Sections,
    pub(super) rust: String,
}

/// Dialects' own sections, by the dialect.
#[derive(Debug, Default)]
pub(super) struct Sections(BTreeMap<String, Vec<Item>>);

/// The dialects that have a key of their own in attributes.
const KEYED: [&str; 4] = ["postgres", "mysql", "mariadb", "sqlite"];

impl Sections {
    /// Adds an item to the section of a dialect.
    pub(super) fn add(&mut self, dialect: &str, item: Item) {
        self.0.entry(dialect.to_owned()).or_default().push(item);
    }

    /// Adds `key = "…"` for each dialect that has a text of its own; gives the text for all others.
    pub(super) fn texts<'s>(&mut self, key: &str, sql: &'s Sql) -> Option<&'s str> {
        for (dialect, text) in &sql.dialects {
            self.add(dialect, Item::text(key, text));
        }
        sql.default.as_deref()
    }

    /// Adds options. What belongs to no dialect's section cannot be said: its keys come back.
    pub(super) fn options(&mut self, options: &Options) -> Vec<String> {
        let mut left = Vec::new();
        for (dialect, value) in &options.0 {
            let OptionValue::Table(section) = value else {
                left.push(dialect.clone());
                continue;
            };
            for (key, value) in &section.0 {
                match option(key, value) {
                    Some(item) => self.add(dialect, item),
                    None => left.push(format!("{dialect}.{key}")),
                }
            }
        }
        left
    }

    /// The sections as items.
    pub(super) fn into_items(self) -> Vec<Item> {
        let sections = self.0.into_iter();
        sections
            .map(|(dialect, mut items)| {
                if KEYED.contains(&dialect.as_str()) {
                    return Item::List(dialect, items);
                }
                items.insert(0, Item::raw(literal(&dialect)));
                Item::List("dialect".to_owned(), items)
            })
            .collect()
    }
}

/// A key of a dialect's section. `None` if it is no word, or holds what attributes cannot.
fn option(key: &str, value: &OptionValue) -> Option<Item> {
    // Without `r#`, so that any word stands there which can be one token.
    let is_word = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !is_word {
        return None;
    }
    match value {
        OptionValue::Bool(true) => Some(Item::word(key)),
        OptionValue::Bool(false) => Some(Item::value(key, "false")),
        OptionValue::Integer(number) => Some(Item::value(key, &number.to_string())),
        OptionValue::Float(number) => Some(Item::value(key, &format!("{number:?}"))),
        OptionValue::String(text) => Some(Item::text(key, text)),
        OptionValue::Array(items) => {
            let items: Option<Vec<Item>> = items
                .iter()
                .map(|item| match item {
                    OptionValue::Bool(value) => Some(Item::raw(value.to_string())),
                    OptionValue::Integer(number) => Some(Item::raw(number.to_string())),
                    OptionValue::Float(number) => Some(Item::raw(format!("{number:?}"))),
                    OptionValue::String(text) => Some(Item::raw(literal(text))),
                    OptionValue::Array(_) | OptionValue::Table(_) => None,
                })
                .collect();
            items.filter(|items| !items.is_empty()).map(|items| Item::List(key.to_owned(), items))
        }
        OptionValue::Table(map) => {
            let items: Option<Vec<Item>> = map.0.iter().map(|(key, value)| option(key, value)).collect();
            items.filter(|items| !items.is_empty()).map(|items| Item::List(key.to_owned(), items))
        }
    }
}

/// What a column says, its name and its keys apart. `left` takes what cannot be said.
pub(super) fn field(column: &Column, names: &Names, in_key: bool, left: &mut Vec<String>) -> FieldText {
    let ty = field_type(&column.ty, names);
    let optional = column.nullable && !in_key;
    let mut made = FieldText {
        rust: if optional { format!("Option<{}>", ty.rust) } else { ty.rust.clone() },
        ..FieldText::default()
    };
    if let Some(identity) = &column.identity {
        made.items.push(counter(identity));
    }
    made.items.extend(ty.items);
    for (dialect, text) in &column.ty.native {
        made.sections.add(dialect, Item::text("type", text));
    }
    if let Some(default) = &column.default {
        let item = made.sections.texts("default_sql", default).map(|text| value(text, ty.literal));
        made.items.extend(item);
    }
    if let Some(generated) = &column.generated {
        let mut inner = Sections::default();
        let mut items = Vec::new();
        items.extend(inner.texts("sql", &generated.expression).map(|text| Item::text("sql", text)));
        items.extend(generated.stored.then(|| Item::word("stored")));
        items.extend(inner.into_items());
        made.items.push(Item::List("generated".to_owned(), items));
    }
    if let Some(collation) = &column.collation {
        made.items.push(Item::text("collate", collation));
    }
    made.doc = comment(column.comment.as_deref(), 4, &mut made.items);
    let name = &column.name;
    left.extend(
        made.sections
            .options(&column.options)
            .into_iter()
            .map(|key| format!("option {key} of column {name}")),
    );
    made
}

fn counter(identity: &Identity) -> Item {
    let sequence = &identity.sequence;
    let mut items = Vec::new();
    items.extend(identity.always.then(|| Item::word("always")));
    let numbers = [
        ("start", sequence.start),
        ("increment", sequence.increment),
        ("min", sequence.min),
        ("max", sequence.max),
        ("cache", sequence.cache),
    ];
    items
        .extend(numbers.into_iter().filter_map(|(key, number)| Some(Item::value(key, &number?.to_string()))));
    items.extend(sequence.cycle.then(|| Item::word("cycle")));
    Item::list_or_word("identity", items)
}

/// A default: as a literal of Rust if that comes to the very same text.
fn value(text: &str, literal: Literal) -> Item {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let whole = |digits: &str| {
        !digits.is_empty()
            && digits.len() <= 18
            && digits.bytes().all(|b| b.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'))
    };
    let plain = match literal {
        Literal::Bool => matches!(text, "TRUE" | "FALSE"),
        Literal::Whole => whole(digits),
        Literal::Number => {
            whole(digits)
                || digits.split_once('.').is_some_and(|(before, behind)| {
                    whole(before) && !behind.is_empty() && behind.bytes().all(|b| b.is_ascii_digit())
                })
        }
        Literal::Text | Literal::None => false,
    };
    if plain {
        return Item::value("default", &text.to_ascii_lowercase());
    }
    if literal == Literal::Text
        && let Some(inner) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''))
        && !inner.replace("''", "").contains('\'')
        && !inner.contains('\\')
    {
        return Item::text("default", &inner.replace("''", "'"));
    }
    Item::text("default_sql", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_comes_back_is_a_literal() {
        let said = |text: &str, kind| match value(text, kind) {
            Item::Plain(text, _) => text,
            Item::List(..) => unreachable!("a default is no list"),
        };
        assert_eq!(said("0", Literal::Whole), "default = 0");
        assert_eq!(said("-1.50", Literal::Number), "default = -1.50");
        assert_eq!(said("007", Literal::Whole), "default_sql = \"007\"");
        assert_eq!(said("TRUE", Literal::Bool), "default = true");
        assert_eq!(said("1", Literal::Bool), "default_sql = \"1\"");
        assert_eq!(said("'it''s'", Literal::Text), "default = \"it's\"");
        assert_eq!(said("'a' || 'b'", Literal::Text), "default_sql = \"'a' || 'b'\"");
        assert_eq!(said("CURRENT_TIMESTAMP", Literal::None), "default_sql = \"CURRENT_TIMESTAMP\"");
    }
}
