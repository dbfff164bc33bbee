use indexmap::IndexMap;
use indexmap::map::Entry;

use super::Decoder;
use super::fields::Fields;
use crate::ident::Name;
use crate::revision::ReadErrorKind;
use crate::revision::tree::{Node, Value};
use crate::schema::{ConstraintKind, PartitionOf, Table};

pub(super) const CREATE_TABLE_KEYS: &[&str] = &[
    "op",
    "table",
    "schema",
    "columns",
    "primary_key",
    "unique",
    "foreign_keys",
    "checks",
    "exclusions",
    "indexes",
    "comment",
    "partition_by",
    "partition_of",
    "options",
];

/// The keys that hold lists of constraints.
const CONSTRAINT_LISTS: [(&str, ConstraintKind); 4] = [
    ("unique", ConstraintKind::Unique),
    ("foreign_keys", ConstraintKind::ForeignKey),
    ("checks", ConstraintKind::Check),
    ("exclusions", ConstraintKind::Exclusion),
];

impl Decoder {
    /// The table of `create_table`.
    pub(super) fn table(&mut self, fields: &Fields<'_>) -> Option<Table> {
        let name = self.table_name(fields);
        let columns = match fields.get("columns") {
            Some(node) => self.list(node, "columns", "{ name = \"id\", type = \"bigint\" }", Self::column),
            // A part of another table has that one's columns.
            None if fields.has("partition_of") => Some(Vec::new()),
            None => self
                .required(fields, "columns", "columns = [{ name = \"id\", type = \"bigint\" }]")
                .map(|_| Vec::new()),
        };
        let listed = CONSTRAINT_LISTS.iter().filter_map(|(key, _)| fields.get(key));
        let listed: usize = listed.map(Node::len).sum();
        let mut constraints = Vec::with_capacity(listed + usize::from(fields.has("primary_key")));
        if let Some(node) = fields.get("primary_key") {
            constraints.extend(self.inner_constraint(node, ConstraintKind::PrimaryKey, name.as_ref()));
        }
        for (key, kind) in CONSTRAINT_LISTS {
            constraints.extend(self.optional_list(fields, key, "{ … }", |this, item| {
                this.inner_constraint(item, kind, name.as_ref())
            }));
        }
        let mut indexes = IndexMap::new();
        self.optional_list(fields, "indexes", "{ columns = [\"…\"] }", |this, item| {
            let index = this.inner_index(item, name.as_ref())?;
            match indexes.entry(index.name.clone()) {
                Entry::Vacant(place) => {
                    place.insert(index);
                }
                Entry::Occupied(_) => {
                    let kind = ReadErrorKind::Duplicate {
                        what: "index",
                        name: index.name.to_string(),
                        within: "`indexes`".to_owned(),
                    };
                    this.problem(&item.span, kind);
                }
            }
            Some(())
        });
        let comment = self.optional_text(fields, "comment");
        let partition_by = self.optional_text(fields, "partition_by");
        let partition_of = fields.get("partition_of").and_then(|node| self.partition_of(node));
        let options = self.optional_options(fields);
        Some(Table {
            name: name?,
            columns: columns?,
            constraints,
            indexes,
            comment,
            partition_by,
            partition_of,
            options,
        })
    }

    pub(super) fn partition_of(&mut self, node: &Node<'_>) -> Option<PartitionOf> {
        if !matches!(node.value, Value::Table(_)) {
            let write = "partition_of = { parent = \"…\", bound = \"FOR VALUES FROM (…) TO (…)\" }";
            self.wrong_type(node, "partition_of", "a table", write);
            return None;
        }
        let fields = self.fields(node, "`partition_of`", &["parent", "schema", "bound"])?;
        let parent: Option<Name> = self.name_by(&fields, "parent", "schema");
        let bound = self
            .required(&fields, "bound", "bound = \"FOR VALUES FROM (…) TO (…)\" or bound = \"DEFAULT\"")
            .and_then(|node| self.filled_text(node, "bound"));
        Some(PartitionOf { parent: parent?, bound: bound? })
    }
}
