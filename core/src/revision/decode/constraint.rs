use super::Decoder;
use super::fields::Fields;
use crate::diag::plural;
use crate::ident::{Ident, Name};
use crate::operation::ConstraintRef;
use crate::revision::ReadErrorKind;
use crate::revision::tree::{Node, Value};
use crate::schema::{
    Check, Constraint, ConstraintBody, ConstraintKind, Deferrable, Exclusion, ForeignKey, Index, KeyPart,
    Naming, Nulls, Order, PrimaryKey, References, ReferentialAction, Unique,
};

/// The keys of a constraint in three places: within `create_table`, as an operation, and by its body alone.
macro_rules! constraint_keys {
    ($($within:ident, $operation:ident, $body:ident: $($key:literal),*;)*) => {$(
        const $within: &[&str] =
            &[$($key,)* "name", "deferrable", "not_valid", "enforced", "comment", "options"];
        const $operation: &[&str] = &[
            "op", "table", "schema", $($key,)* "name", "deferrable", "not_valid", "enforced", "comment",
            "options",
        ];
        const $body: &[&str] = &[$($key),*];
    )*};
}
constraint_keys! {
    PRIMARY_KEY, ADD_PRIMARY_KEY, PRIMARY_KEY_BODY: "columns", "include";
    UNIQUE, ADD_UNIQUE, UNIQUE_BODY: "columns", "include", "nulls_not_distinct";
    FOREIGN_KEY, ADD_FOREIGN_KEY, FOREIGN_KEY_BODY:
        "columns", "references", "on_delete", "on_delete_columns", "on_update", "match";
    CHECK, ADD_CHECK, CHECK_BODY: "expression";
    EXCLUSION, ADD_EXCLUSION, EXCLUSION_BODY: "columns", "method", "include", "where";
}

const INDEX_KEYS: &[&str] =
    &["columns", "name", "unique", "where", "method", "include", "nulls_not_distinct", "comment", "options"];
pub(super) const CREATE_INDEX_KEYS: &[&str] = &[
    "op",
    "table",
    "schema",
    "columns",
    "name",
    "unique",
    "where",
    "method",
    "include",
    "nulls_not_distinct",
    "comment",
    "options",
    "concurrently",
];
const KEY_PART_KEYS: &[&str] =
    &["column", "expression", "order", "nulls", "opclass", "collation", "length", "operator"];
const REFERENCES_KEYS: &[&str] = &["table", "schema", "columns"];
pub(super) const DROP_CONSTRAINT_KEYS: &[&str] =
    &["op", "table", "schema", "name", "primary_key", "unique", "foreign_key", "check", "exclusion"];

/// The five kinds with the key that each has in `drop_constraint`.
const BODY_KEYS: [(&str, ConstraintKind); 5] = [
    ("primary_key", ConstraintKind::PrimaryKey),
    ("unique", ConstraintKind::Unique),
    ("foreign_key", ConstraintKind::ForeignKey),
    ("check", ConstraintKind::Check),
    ("exclusion", ConstraintKind::Exclusion),
];

/// The keys that `add_…` takes for a kind.
pub(super) const fn add_keys(kind: ConstraintKind) -> &'static [&'static str] {
    match kind {
        ConstraintKind::PrimaryKey => ADD_PRIMARY_KEY,
        ConstraintKind::Unique => ADD_UNIQUE,
        ConstraintKind::ForeignKey => ADD_FOREIGN_KEY,
        ConstraintKind::Check => ADD_CHECK,
        ConstraintKind::Exclusion => ADD_EXCLUSION,
    }
}

impl Decoder {
    /// A constraint within `create_table`.
    pub(super) fn inner_constraint(
        &mut self,
        node: &Node<'_>,
        kind: ConstraintKind,
        table: Option<&Name>,
    ) -> Option<Constraint> {
        let (what, keys, example) = match kind {
            ConstraintKind::PrimaryKey => ("a primary key", PRIMARY_KEY, "{ columns = [\"id\"] }"),
            ConstraintKind::Unique => ("a unique constraint", UNIQUE, "{ columns = [\"…\"] }"),
            ConstraintKind::ForeignKey => {
                ("a foreign key", FOREIGN_KEY, "{ columns = [\"…\"], references = { table = \"…\" } }")
            }
            ConstraintKind::Check => ("a check", CHECK, "{ name = \"…\", expression = \"…\" }"),
            ConstraintKind::Exclusion => (
                "an exclusion constraint",
                EXCLUSION,
                "{ columns = [{ column = \"…\", operator = \"&&\" }] }",
            ),
        };
        if !matches!(node.value, Value::Table(_)) {
            self.wrong_type(node, what, "a table", example);
            return None;
        }
        let fields = self.fields(node, what, keys)?;
        self.constraint(&fields, kind, table)
    }

    /// A constraint by its keys, which may stand among those of an operation.
    pub(super) fn constraint(
        &mut self,
        fields: &Fields<'_>,
        kind: ConstraintKind,
        table: Option<&Name>,
    ) -> Option<Constraint> {
        let body = self.body(fields, kind);
        let deferrable = fields.get("deferrable").and_then(|node| self.deferrable(node));
        let not_valid = self.flag(fields, "not_valid");
        let enforced = fields.get("enforced").and_then(|node| self.boolean(node, "enforced"));
        let comment = self.optional_text(fields, "comment");
        let options = self.optional_options(fields);
        let name = fields.get("name").map(|node| match node.as_str() {
            Some("") => None,
            _ => self.ident(node, "name"),
        });
        let mut constraint = Constraint::new(None, body?);
        constraint.deferrable = deferrable;
        constraint.not_valid = not_valid;
        constraint.not_enforced = enforced == Some(false);
        constraint.comment = comment;
        constraint.options = options;
        constraint.name = match (name, table) {
            (Some(name), _) => name,
            (None, Some(table)) => Some(Naming::standard().constraint(table, &constraint, None)),
            // The table's name is missing or wrong, which is noted.
            (None, None) => None,
        };
        Some(constraint)
    }

    fn body(&mut self, fields: &Fields<'_>, kind: ConstraintKind) -> Option<ConstraintBody> {
        Some(match kind {
            ConstraintKind::PrimaryKey => {
                let columns = self.key_parts(fields);
                let include = self.idents(fields, "include");
                PrimaryKey { columns: columns?, include }.into()
            }
            ConstraintKind::Unique => {
                let columns = self.key_parts(fields);
                let include = self.idents(fields, "include");
                let nulls_not_distinct = self.flag(fields, "nulls_not_distinct");
                Unique { columns: columns?, include, nulls_not_distinct }.into()
            }
            ConstraintKind::ForeignKey => self.foreign_key(fields)?.into(),
            ConstraintKind::Check => Check { expression: self.required_sql(fields, "expression")? }.into(),
            ConstraintKind::Exclusion => {
                let columns = self.key_parts(fields);
                let method = self.optional_text(fields, "method");
                let include = self.idents(fields, "include");
                let predicate = self.optional_sql(fields, "where");
                Exclusion { method, columns: columns?, include, predicate }.into()
            }
        })
    }

    fn foreign_key(&mut self, fields: &Fields<'_>) -> Option<ForeignKey> {
        let columns = self.required(fields, "columns", "columns = [\"…\"]").and_then(|node| {
            self.filled_list(node, "columns", "\"…\"", |this, item| this.ident(item, "columns"))
        });
        let references = self
            .required(fields, "references", "references = { table = \"…\" }")
            .and_then(|node| self.references(node));
        let on_delete = self.action(fields, "on_delete");
        let on_delete_columns = self.idents(fields, "on_delete_columns");
        let on_update = self.action(fields, "on_update");
        let match_type = fields
            .get("match")
            .and_then(|node| self.word(node, "match", &["simple", "full", "partial"]))
            .filter(|word| *word != "simple")
            .map(str::to_owned);
        let (columns, references) = (columns?, references?);
        if !references.columns.is_empty() && references.columns.len() != columns.len() {
            let message = format!(
                "the foreign key has {} here and {} there",
                plural(columns.len(), "column"),
                references.columns.len()
            );
            let help = "name as many columns in `references` as in `columns`".to_owned();
            self.problem(fields.span, ReadErrorKind::Conflict { message, help });
        }
        Some(ForeignKey { columns, references, on_delete, on_delete_columns, on_update, match_type })
    }

    fn references(&mut self, node: &Node<'_>) -> Option<References> {
        if !matches!(node.value, Value::Table(_)) {
            let table = node.as_str().unwrap_or("…");
            let write = format!("references = {{ table = {table:?}, columns = [\"id\"] }}");
            self.wrong_type(node, "references", "a table", write);
            return None;
        }
        let fields = self.fields(node, "`references`", REFERENCES_KEYS)?;
        let table = self.table_name(&fields);
        let columns = self.idents(&fields, "columns");
        Some(References { table: table?, columns })
    }

    fn action(&mut self, fields: &Fields<'_>, key: &'static str) -> ReferentialAction {
        let Some(node) = fields.get(key) else { return ReferentialAction::default() };
        let Some(word) = node.as_str() else {
            self.wrong_type(node, key, "a string", format!("{key} = \"cascade\""));
            return ReferentialAction::default();
        };
        ReferentialAction::parse(word).unwrap_or_else(|| {
            self.unknown_word(node, key, word, &ReferentialAction::ALL.map(ReferentialAction::word));
            ReferentialAction::default()
        })
    }

    fn deferrable(&mut self, node: &Node<'_>) -> Option<Deferrable> {
        match &node.value {
            Value::Bool(false) => None,
            Value::Bool(true) => Some(Deferrable::InitiallyImmediate),
            Value::String(_) => match self.word(node, "deferrable", &["immediate", "deferred"])? {
                "deferred" => Some(Deferrable::InitiallyDeferred),
                _ => Some(Deferrable::InitiallyImmediate),
            },
            _ => {
                let expected = "true, false, \"immediate\" or \"deferred\"";
                self.wrong_type(node, "deferrable", expected, "deferrable = true");
                None
            }
        }
    }

    fn key_parts(&mut self, fields: &Fields<'_>) -> Option<Vec<KeyPart>> {
        let node = self.required(fields, "columns", "columns = [\"…\"]")?;
        self.filled_list(node, "columns", "\"…\"", Self::key_part)
    }

    fn key_part(&mut self, node: &Node<'_>) -> Option<KeyPart> {
        if !matches!(node.value, Value::Table(_)) {
            return self.ident(node, "columns").map(KeyPart::column);
        }
        let fields = self.fields(node, "a part of a key", KEY_PART_KEYS)?;
        self.exclusive(&fields, &["column", "expression"]);
        let part = match fields.get("expression") {
            Some(node) => self.sql(node, "expression").map(KeyPart::expression),
            None => self.required_ident(&fields, "column").map(KeyPart::column),
        };
        let order = fields.get("order").and_then(|node| self.word(node, "order", &["asc", "desc"]));
        let nulls = fields.get("nulls").and_then(|node| self.word(node, "nulls", &["first", "last"]));
        let opclass = self.optional_text(&fields, "opclass");
        let collation = self.optional_text(&fields, "collation");
        let length = fields.get("length").and_then(|node| self.length(node));
        let operator = self.optional_text(&fields, "operator");
        let mut part = part?;
        part.order = if order == Some("desc") { Order::Descending } else { Order::Ascending };
        part.nulls = nulls.map(|word| if word == "first" { Nulls::First } else { Nulls::Last });
        part.opclass = opclass;
        part.collation = collation;
        part.length = length;
        part.operator = operator;
        Some(part)
    }

    fn length(&mut self, node: &Node<'_>) -> Option<u32> {
        let found = self.integer(node, "length")?;
        match u32::try_from(found) {
            Ok(length) if length > 0 => Some(length),
            _ => {
                let expected = "a number from 1 to 4294967295";
                let kind = ReadErrorKind::Range { key: "length".to_owned(), expected, found };
                self.problem(&node.span, kind);
                None
            }
        }
    }

    /// An item of `indexes`.
    pub(super) fn inner_index(&mut self, node: &Node<'_>, table: Option<&Name>) -> Option<Index> {
        if !matches!(node.value, Value::Table(_)) {
            self.wrong_type(node, "an index", "a table", "{ columns = [\"…\"] }");
            return None;
        }
        let fields = self.fields(node, "an index", INDEX_KEYS)?;
        self.index(&fields, table)
    }

    /// An index by its keys, which may stand among those of an operation.
    pub(super) fn index(&mut self, fields: &Fields<'_>, table: Option<&Name>) -> Option<Index> {
        let columns = self.key_parts(fields);
        let name = fields.get("name").map(|node| self.ident(node, "name"));
        let unique = self.flag(fields, "unique");
        let predicate = self.optional_sql(fields, "where");
        let method = self.optional_text(fields, "method");
        let include = self.idents(fields, "include");
        let nulls_not_distinct = self.flag(fields, "nulls_not_distinct");
        let comment = self.optional_text(fields, "comment");
        let options = self.optional_options(fields);
        let columns = columns?;
        let name: Ident = match name {
            Some(name) => name?,
            None => Naming::standard().index(table?, &columns),
        };
        Some(Index {
            name,
            columns,
            unique,
            predicate,
            method,
            include,
            nulls_not_distinct,
            comment,
            options,
        })
    }

    /// Which constraint `drop_constraint` means.
    pub(super) fn constraint_ref(&mut self, fields: &Fields<'_>) -> Option<ConstraintRef> {
        self.exclusive(fields, &["name", "primary_key", "unique", "foreign_key", "check", "exclusion"]);
        for (key, kind) in BODY_KEYS {
            let Some(node) = fields.get(key) else { continue };
            let keys = match kind {
                ConstraintKind::PrimaryKey => PRIMARY_KEY_BODY,
                ConstraintKind::Unique => UNIQUE_BODY,
                ConstraintKind::ForeignKey => FOREIGN_KEY_BODY,
                ConstraintKind::Check => CHECK_BODY,
                ConstraintKind::Exclusion => EXCLUSION_BODY,
            };
            let body = self.fields(node, key, keys)?;
            return self.body(&body, kind).map(|body| ConstraintRef::Unnamed(Box::new(body)));
        }
        self.required_ident(fields, "name").map(ConstraintRef::Named)
    }
}
