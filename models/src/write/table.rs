//! A table as a struct.

use std::collections::BTreeSet;

use limbeck_core::ident::Ident;
use limbeck_core::schema::{KeyPart, Schema, Table};
use limbeck_model_syntax::parse::Case;

use super::Setting;
use super::attribute::{Item, attribute, comment};
use super::columns::{FieldText, Sections, field};
use super::names::{Fields, Names};

/// Writes one table.
pub(super) struct TableWriter<'a> {
    pub(super) schema: &'a Schema,
    pub(super) names: &'a Names,
    pub(super) setting: Setting<'a>,
    pub(super) table: &'a Table,
    pub(super) fields: Fields,
    pub(super) texts: Vec<FieldText>,
    /// What stands in attributes of their own on the struct.
    pub(super) own: Vec<Item>,
    /// What cannot be said.
    pub(super) left_out: &'a mut Vec<String>,
}

impl<'a> TableWriter<'a> {
    pub(super) fn new(
        schema: &'a Schema,
        names: &'a Names,
        setting: Setting<'a>,
        table: &'a Table,
        left_out: &'a mut Vec<String>,
    ) -> Self {
        let fields = Fields::new(table);
        Self { schema, names, setting, table, fields, texts: Vec::new(), own: Vec::new(), left_out }
    }

    /// Says that something of the table cannot be said.
    pub(super) fn leave_out(&mut self, what: &str) {
        self.left_out.push(format!("{what} of table {}", self.table.name));
    }

    pub(super) fn write(mut self) -> String {
        let table = self.table;
        let key: BTreeSet<&Ident> = table
            .primary_key()
            .map(|(_, key)| key.columns.iter().filter_map(KeyPart::as_column).collect())
            .unwrap_or_default();
        for column in &table.columns {
            let in_key = key.iter().any(|part| part.as_str().eq_ignore_ascii_case(column.name.as_str()));
            let mut left = Vec::new();
            self.texts.push(field(column, self.names, in_key, &mut left));
            for what in left {
                self.leave_out(&what);
            }
        }
        self.constraints();
        self.indexes();

        let rust = self.names.tables.get(&table.name).map_or("Unnamed", String::as_str);
        let mut head = Vec::new();
        if Case::Snake.apply(rust) != table.name.name.as_str() {
            head.push(Item::text("table", table.name.name.as_str()));
        }
        if let Some(schema) = &table.name.schema {
            head.push(Item::text("schema", schema.as_str()));
        }
        if let Some(case) = self.fields.case {
            head.push(Item::text("rename_all", case));
        }
        let doc = comment(table.comment.as_deref(), 0, &mut head);
        if let Some(part) = &table.partition_of {
            let items =
                vec![Item::text("parent", &part.parent.to_string()), Item::text("bound", &part.bound)];
            self.own.push(Item::List("partition_of".to_owned(), items));
        }
        let mut sections = Sections::default();
        if let Some(how) = &table.partition_by {
            sections.add(self.setting.dialect.name(), Item::text("partition_by", how));
        }
        for key in sections.options(&table.options) {
            self.leave_out(&format!("option {key}"));
        }
        head.extend(sections.into_items());

        let mut text = format!("{doc}#[derive(Debug, Clone, limbeck::Table)]\n");
        text.push_str(&attribute(&head, 0));
        for item in &self.own {
            text.push_str(&attribute(std::slice::from_ref(item), 0));
        }
        text.push_str(&format!("pub struct {rust} {{\n"));
        for (at, made) in std::mem::take(&mut self.texts).into_iter().enumerate() {
            let mut items = made.items;
            if !self.fields.told(at) {
                items.insert(0, Item::text("column", table.columns[at].name.as_str()));
            }
            items.extend(made.sections.into_items());
            text.push_str(&made.doc);
            text.push_str(&attribute(&items, 4));
            text.push_str(&format!("    pub {}: {},\n", self.fields.declared(at), made.rust));
        }
        text.push_str("}\n");
        text
    }
}
