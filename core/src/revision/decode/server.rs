//! Enums, sequences, namespaces, and objects known by their text.

use super::Decoder;
use super::fields::Fields;
use crate::ident::{Ident, Name};
use crate::operation::{AlterEnum, EnumAddition, EnumPlace, EnumRename};
use crate::revision::ReadErrorKind;
use crate::revision::tree::{Node, Value};
use crate::schema::{Enum, Namespace, Object, ObjectKey, ObjectRef, Sequence};

pub(super) const CREATE_ENUM_KEYS: &[&str] = &["op", "name", "schema", "values", "comment", "options"];
pub(super) const ALTER_ENUM_KEYS: &[&str] =
    &["op", "name", "schema", "rename", "remove", "add", "before", "after", "comment"];
pub(super) const SEQUENCE_KEYS: &[&str] = &[
    "op",
    "name",
    "schema",
    "type",
    "start",
    "increment",
    "min",
    "max",
    "cache",
    "cycle",
    "owned_by",
    "comment",
    "options",
];
pub(super) const CREATE_SCHEMA_KEYS: &[&str] = &["op", "name", "comment", "options"];
pub(super) const OBJECT_KEYS: &[&str] = &[
    "op",
    "kind",
    "name",
    "schema",
    "table",
    "table_schema",
    "definition",
    "depends_on",
    "comment",
    "options",
];
pub(super) const DROP_OBJECT_KEYS: &[&str] = &["op", "kind", "name", "schema", "table", "table_schema"];

impl Decoder {
    pub(super) fn create_enum(&mut self, fields: &Fields<'_>) -> Option<Enum> {
        let name = self.own_name(fields);
        let values = self
            .required(fields, "values", "values = [\"…\", \"…\"]")
            .and_then(|node| self.list(node, "values", "\"…\"", |this, item| this.text(item, "values")));
        let comment = self.optional_text(fields, "comment");
        let options = self.optional_options(fields);
        Some(Enum { name: name?, values: values?, comment, options })
    }

    pub(super) fn alter_enum(&mut self, fields: &Fields<'_>) -> Option<AlterEnum> {
        let name = self.own_name(fields);
        let rename = self.one_or_more(fields, "rename", Self::enum_rename);
        let remove = self.one_or_more(fields, "remove", |this, node| this.text(node, "remove"));
        let mut add = self.one_or_more(fields, "add", Self::enum_addition);
        if let Some(place) = self.enum_place(fields) {
            match add.as_mut_slice() {
                [one] if one.place.is_none() => one.place = Some(place),
                _ => self.problem(
                    fields.span,
                    ReadErrorKind::Conflict {
                        message: "`before` and `after` beside `add` are for one word".to_owned(),
                        help: "write add = [{ value = \"…\", after = \"…\" }, …]".to_owned(),
                    },
                ),
            }
        }
        let comment = self.change_of_text(fields, "comment");
        if !["rename", "remove", "add", "comment"].iter().any(|key| fields.has(key)) {
            self.problem(
                fields.span,
                ReadErrorKind::Conflict {
                    message: "alter_enum says nothing of what changes".to_owned(),
                    help: "add `add`, `rename`, `remove` or `comment`, or remove the operation".to_owned(),
                },
            );
        }
        Some(AlterEnum { name: name?, rename, remove, add, comment })
    }

    /// A list, or its one item without the brackets.
    fn one_or_more<'n, T>(
        &mut self,
        fields: &Fields<'n>,
        key: &'static str,
        mut read: impl FnMut(&mut Self, &'n Node<'n>) -> Option<T>,
    ) -> Vec<T> {
        match fields.get(key) {
            None => Vec::new(),
            Some(Node { value: Value::Array(items), .. }) => {
                items.iter().filter_map(|item| read(self, item)).collect()
            }
            Some(node) => read(self, node).into_iter().collect(),
        }
    }

    fn enum_rename(&mut self, node: &Node<'_>) -> Option<EnumRename> {
        if !matches!(node.value, Value::Table(_)) {
            let write = "rename = [{ from = \"…\", to = \"…\" }]";
            self.wrong_type(node, "rename", "a table", write);
            return None;
        }
        let fields = self.fields(node, "`rename`", &["from", "to"])?;
        let from = self.required(&fields, "from", "from = \"…\"").and_then(|node| self.text(node, "from"));
        let to = self.required(&fields, "to", "to = \"…\"").and_then(|node| self.text(node, "to"));
        Some(EnumRename { from: from?, to: to? })
    }

    fn enum_addition(&mut self, node: &Node<'_>) -> Option<EnumAddition> {
        if !matches!(node.value, Value::Table(_)) {
            return self.text(node, "add").map(|value| EnumAddition { value, place: None });
        }
        let fields = self.fields(node, "`add`", &["value", "before", "after"])?;
        let value = self.required(&fields, "value", "value = \"…\"");
        let value = value.and_then(|node| self.text(node, "value"));
        let place = self.enum_place(&fields);
        Some(EnumAddition { value: value?, place })
    }

    fn enum_place(&mut self, fields: &Fields<'_>) -> Option<EnumPlace> {
        self.exclusive(fields, &["before", "after"]);
        if let Some(node) = fields.get("before") {
            return self.text(node, "before").map(EnumPlace::Before);
        }
        fields.get("after").and_then(|node| self.text(node, "after")).map(EnumPlace::After)
    }

    pub(super) fn sequence(&mut self, fields: &Fields<'_>) -> Option<Sequence> {
        let name = self.own_name(fields);
        let ty = self.optional_text(fields, "type");
        let settings = self.sequence_options(fields);
        let owned_by = fields.get("owned_by").and_then(|node| self.owned_by(node));
        let comment = self.optional_text(fields, "comment");
        let options = self.optional_options(fields);
        Some(Sequence { name: name?, ty, settings, owned_by, comment, options })
    }

    fn owned_by(&mut self, node: &Node<'_>) -> Option<(Name, Ident)> {
        if !matches!(node.value, Value::Table(_)) {
            let write = "owned_by = { table = \"…\", column = \"…\" }";
            self.wrong_type(node, "owned_by", "a table", write);
            return None;
        }
        let fields = self.fields(node, "`owned_by`", &["table", "schema", "column"])?;
        let table = self.table_name(&fields);
        let column = self.required_ident(&fields, "column");
        Some((table?, column?))
    }

    pub(super) fn namespace(&mut self, fields: &Fields<'_>) -> Option<Namespace> {
        let name = self.required_ident(fields, "name");
        let comment = self.optional_text(fields, "comment");
        let options = self.optional_options(fields);
        Some(Namespace { name: name?, comment, options })
    }

    pub(super) fn object_key(&mut self, fields: &Fields<'_>) -> Option<ObjectKey> {
        let kind = self
            .required(fields, "kind", "kind = \"view\", or another kind of object")
            .and_then(|node| self.filled_text(node, "kind"));
        let name = self.own_name(fields);
        let table = self.optional_ident(fields, "table");
        let table_schema = self.optional_ident(fields, "table_schema");
        if table.is_none()
            && table_schema.is_some()
            && let Some(node) = fields.get("table_schema")
        {
            let message = "`table_schema` stands without `table`".to_owned();
            let help = "add table = \"…\", or remove it".to_owned();
            self.problem(&node.span, ReadErrorKind::Conflict { message, help });
        }
        let table = table.map(|name| Name { schema: table_schema, name });
        Some(ObjectKey { kind: kind?, name: name?, table })
    }

    pub(super) fn object(&mut self, fields: &Fields<'_>) -> Option<Object> {
        let key = self.object_key(fields);
        let definition = self.required_sql(fields, "definition");
        let depends_on =
            self.optional_list(fields, "depends_on", "{ kind = \"table\", name = \"…\" }", Self::object_ref);
        let comment = self.optional_text(fields, "comment");
        let options = self.optional_options(fields);
        Some(Object { key: key?, definition: definition?, depends_on, comment, options })
    }

    fn object_ref(&mut self, node: &Node<'_>) -> Option<ObjectRef> {
        if !matches!(node.value, Value::Table(_)) {
            let name = node.as_str().unwrap_or("…");
            let write = format!("depends_on = [{{ kind = \"table\", name = {name:?} }}]");
            self.wrong_type(node, "depends_on", "a table", write);
            return None;
        }
        let fields = self.fields(node, "`depends_on`", &["kind", "name", "schema"])?;
        let kind = self
            .required(&fields, "kind", "kind = \"table\"")
            .and_then(|node| self.filled_text(node, "kind"));
        let name = self.own_name(&fields);
        Some(ObjectRef { kind: kind?, name: name? })
    }
}
