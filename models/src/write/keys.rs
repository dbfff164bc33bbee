//! The parts of keys and indexes.

use limbeck_core::schema::{KeyPart, KeyTarget, Nulls, Order};

use super::attribute::{Item, literal};
use super::columns::Sections;
use super::table::TableWriter;

/// Words that lists of fields take for keys when they stand alone or before a list; a field of such a name is written as
/// a raw identifier.
const KEYS: [&str; 11] = [
    "unique",
    "nulls_not_distinct",
    "deferrable",
    "not_valid",
    "not_enforced",
    "include",
    "dialect",
    "postgres",
    "mysql",
    "mariadb",
    "sqlite",
];

/// A field's name within a list.
pub(super) fn listed(field: &str) -> String {
    if KEYS.contains(&field) { format!("r#{field}") } else { field.to_owned() }
}

/// What is said of a part beside its field: words, and what stands in parentheses.
fn said(part: &KeyPart) -> (Vec<&'static str>, Vec<Item>) {
    let mut words = Vec::new();
    if part.order == Order::Descending {
        words.push("desc");
    }
    match part.nulls {
        Some(Nulls::First) => words.push("nulls_first"),
        Some(Nulls::Last) => words.push("nulls_last"),
        None => {}
    }
    let mut items = Vec::new();
    items.extend(part.opclass.as_ref().map(|text| Item::text("opclass", text)));
    items.extend(part.collation.as_ref().map(|text| Item::text("collate", text)));
    items.extend(part.length.map(|length| Item::value("length", &length.to_string())));
    items.extend(part.operator.as_ref().map(|text| Item::text("operator", text)));
    (words, items)
}

impl TableWriter<'_> {
    /// Parts in a list on the struct. `None` if one of them cannot be said.
    pub(super) fn parts(&self, parts: &[KeyPart]) -> Option<Vec<Item>> {
        parts.iter().map(|part| self.part(part)).collect()
    }

    fn part(&self, part: &KeyPart) -> Option<Item> {
        let (words, items) = said(part);
        let words: String = words.iter().map(|word| format!(" {word}")).collect();
        match &part.target {
            KeyTarget::Column(name) => {
                let field = listed(self.fields.plain(self.fields.at(name)?));
                Some(match (items.is_empty(), words.is_empty()) {
                    (true, true) => Item::word(&field),
                    (false, true) => Item::List(field, items),
                    (true, false) => Item::raw(format!("{field}{words}")),
                    (false, false) => Item::raw(format!("{field}({}){words}", line(&items))),
                })
            }
            KeyTarget::Expression(sql) => {
                let text = sql.plain()?;
                let more = if items.is_empty() { String::new() } else { format!(" ({})", line(&items)) };
                let plain = words.is_empty() && more.is_empty();
                Some(match plain {
                    true => Item::text("sql", text),
                    false => Item::raw(format!("sql = {}{words}{more}", literal(text))),
                })
            }
        }
    }

    /// What a field's own index says of the field.
    pub(super) fn own_part(&self, part: &KeyPart) -> Vec<Item> {
        let (words, mut items) = said(part);
        items.extend(words.into_iter().map(Item::word));
        items
    }

    /// Fields in a list, as `include(a, b)`. `None` if there is no such field.
    pub(super) fn field_list(
        &self,
        key: &str,
        columns: &[limbeck_core::ident::Ident],
    ) -> Option<Option<Item>> {
        if columns.is_empty() {
            return Some(None);
        }
        let fields: Option<Vec<Item>> =
            columns.iter().map(|name| Some(Item::word(self.fields.plain(self.fields.at(name)?)))).collect();
        Some(Some(Item::List(key.to_owned(), fields?)))
    }
}

fn line(items: &[Item]) -> String {
    let texts = items.iter().map(|item| match item {
        Item::Plain(text, _) => text.as_str(),
        Item::List(key, _) => key.as_str(),
    });
    texts.collect::<Vec<_>>().join(", ")
}

/// Options as sections; what cannot be said comes back.
pub(super) fn sections(options: &limbeck_core::schema::Options, items: &mut Vec<Item>) -> Vec<String> {
    let mut sections = Sections::default();
    let left = sections.options(options);
    items.extend(sections.into_items());
    left
}
