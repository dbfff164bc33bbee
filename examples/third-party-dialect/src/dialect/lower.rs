//! A declared table as DuckDB will hold it: one type per column, only what DuckDB keeps, and no text for other dialects.

use std::collections::BTreeMap;

use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{
    Check, Column, Constraint, ConstraintBody, Enum, ForeignKey, Generated, Identity, Index, KeyPart,
    KeyTarget, Object, Options, PrimaryKey, ReferentialAction, Schema, Sql, Table, Type, TypeSpec, Unique,
};

use super::fault::{Fault, check_name};
use super::text::{bare, text_all};
use super::{MAIN, NAME, NAMES, sequence, types};

/// The name without the namespace that it has anyway.
pub(crate) fn home(name: &Name) -> Name {
    let schema = name.schema.clone().filter(|schema| !schema.as_str().eq_ignore_ascii_case(MAIN));
    Name { schema, name: name.name.clone() }
}

/// The text of a lowered piece of SQL.
pub(super) fn sql_text(sql: &Sql) -> &str {
    sql.default.as_deref().unwrap_or_default()
}

/// The type of a lowered column, as DuckDB writes it.
pub(super) fn type_text(column: &Column) -> String {
    // Lowering leaves a type that DuckDB has, so that rendering it cannot fail.
    column.ty.plain().and_then(|ty| types::render(ty).ok()).unwrap_or_default()
}

/// The table as DuckDB will hold it.
///
/// # Errors
/// The first thing in it that DuckDB cannot do.
pub(super) fn lower(among: &Schema, table: &Table) -> Result<Table, Fault> {
    let (lowered, faults) = lower_leniently(among, table);
    faults.into_iter().next().map_or(Ok(lowered), Err)
}

/// The table as DuckDB would hold it, without what it cannot do.
pub(super) fn lower_leniently(among: &Schema, table: &Table) -> (Table, Vec<Fault>) {
    let mut lowering = Lowering { enums: &among.enums, tables: &among.tables, faults: Vec::new() };
    let lowered = lowering.table(table);
    (lowered, lowering.faults)
}

/// What an introspector would see of `declared`.
pub(super) fn canonical(declared: &Schema) -> Schema {
    let mut seen = Schema::new();
    for (name, namespace) in &declared.namespaces {
        let mut namespace = namespace.clone();
        (namespace.comment, namespace.options) = (None, Options::default());
        seen.namespaces.insert(name.clone(), namespace);
    }
    for table in declared.tables.values() {
        let mut table = lower_leniently(declared, table).0;
        for column in &mut table.columns {
            if let Some(identity) = &mut column.identity {
                identity.sequence = sequence::as_seen(&identity.sequence);
            }
            // The server's own types are seen as its own.
            if let Some(Type::Native(text)) = column.ty.plain() {
                column.ty = TypeSpec::only(NAME, text.clone());
            }
        }
        seen.insert_table(table);
    }
    for found in declared.sequences.values() {
        let mut found = found.clone();
        found.name = home(&found.name);
        found.settings = sequence::as_seen(&found.settings);
        (found.ty, found.owned_by, found.options) = (None, None, Options::default());
        found.comment = found.comment.filter(|comment| !comment.is_empty());
        seen.sequences.insert(found.name.clone(), found);
    }
    for (key, object) in &declared.objects {
        let Some(text) = object.definition.resolve(NAMES).filter(|text| !text.trim().is_empty()) else {
            continue;
        };
        let mut key = key.clone();
        key.name = home(&key.name);
        let object = Object {
            key: key.clone(),
            definition: Sql::from(text.as_str()),
            depends_on: Vec::new(),
            comment: object.comment.clone().filter(|comment| !comment.is_empty()),
            options: Options::default(),
        };
        seen.objects.insert(key, object);
    }
    seen
}

/// Lowers a table, and gathers what DuckDB cannot do on the way; such a piece is left out.
struct Lowering<'a> {
    enums: &'a BTreeMap<Name, Enum>,
    tables: &'a BTreeMap<Name, Table>,
    faults: Vec<Fault>,
}

impl Lowering<'_> {
    fn refuse(&mut self, what: impl Into<String>, help: impl Into<String>) {
        self.faults.push(Fault::unsupported(what, help));
    }

    /// Refuses what is given, of a list.
    fn refuse_given(&mut self, place: &str, given: &[(bool, &str)]) {
        for (_, what) in given.iter().filter(|(given, _)| *given) {
            self.refuse(format!("{place} has {what}, which DuckDB has not"), "leave it out");
        }
    }

    fn name(&mut self, name: &Ident, what: &str) {
        self.faults.extend(check_name(name, what).err());
    }

    fn options(&mut self, options: &Options, place: &str) {
        if let Some(key) = options.effective(NAMES).keys().next() {
            self.refuse(
                format!("{place} has an unknown option `{key}`"),
                "take it out, or move it into the section of its dialect",
            );
        }
    }

    fn text(&mut self, sql: &Sql, what: impl FnOnce() -> String) -> Option<Sql> {
        match sql.resolve(NAMES) {
            Some(text) => Some(Sql::from(bare(text))),
            None => {
                self.faults.push(Fault::NoText(what()));
                None
            }
        }
    }

    fn table(&mut self, table: &Table) -> Table {
        let place = format!("table {}", table.name);
        self.name(&table.name.name, "table");
        self.options(&table.options, &place);
        self.refuse_given(
            &place,
            &[(table.partition_by.is_some() || table.partition_of.is_some(), "partitions")],
        );
        let mut lowered = Table::new(home(&table.name));
        lowered.comment = table.comment.clone().filter(|comment| !comment.is_empty());
        let key: Vec<&Ident> = table.primary_key().map(|(key, _)| key.columns()).unwrap_or_default();
        lowered.columns = table.columns.iter().map(|column| self.column(table, column, &key)).collect();
        lowered.constraints =
            table.constraints.iter().filter_map(|item| self.constraint(table, item)).collect();
        for item in table.indexes.values() {
            lowered.indexes.extend(self.index(item).map(|item| (item.name.clone(), item)));
        }
        lowered
    }

    fn column(&mut self, table: &Table, column: &Column, key: &[&Ident]) -> Column {
        let place = format!("column {}.{}", table.name, column.name);
        self.name(&column.name, "column");
        self.options(&column.options, &place);
        let ty = self.ty(column, &place);
        let default = column
            .default
            .as_ref()
            .and_then(|sql| self.text(sql, || format!("the default of {}.{}", table.name, column.name)));
        let identity = column.identity.as_ref().map(|identity| {
            if identity.always {
                self.refuse(
                    format!("{place} refuses values that are given (`identity = \"always\"`)"),
                    "write `identity = true`: DuckDB takes values that are given",
                );
            }
            if default.is_some() || column.generated.is_some() {
                self.refuse(format!("{place} is an identity and has a default"), "take one of them out");
            }
            Identity { always: false, sequence: identity.sequence.clone() }
        });
        let generated = column.generated.as_ref().and_then(|generated| {
            if generated.stored {
                self.refuse(
                    format!("{place} is computed and kept, and DuckDB keeps none"),
                    "write `stored = false`: it is then computed when it is read",
                );
            }
            let expression = self.text(&generated.expression, || {
                format!("the expression of {}.{}", table.name, column.name)
            })?;
            Some(Generated { expression, stored: false })
        });
        Column {
            name: column.name.clone(),
            ty: TypeSpec::from(ty),
            // No constraint can stand on a computed column.
            nullable: generated.is_some() || (column.nullable && !key.contains(&&column.name)),
            default: default.filter(|_| generated.is_none()),
            identity,
            generated,
            collation: column.collation.clone().filter(|collation| !collation.is_empty()),
            comment: column.comment.clone().filter(|comment| !comment.is_empty()),
            options: Options::default(),
        }
    }

    fn ty(&mut self, column: &Column, place: &str) -> Type {
        let Some(ty) = column.ty.resolve(NAMES) else {
            self.faults.push(Fault::NoText(format!("the type of {place}")));
            return Type::Text;
        };
        let ty = self.with_words(ty, place);
        match types::render(&ty) {
            Ok(text) => types::parse(&text),
            Err(help) => {
                self.refuse(format!("{place} has the type {ty}, which DuckDB has not"), help);
                Type::Text
            }
        }
    }

    /// An enum is written with its words.
    fn with_words(&mut self, ty: Type, place: &str) -> Type {
        match ty {
            Type::Enum(name) => match self.enums.get(&name) {
                Some(found) => Type::Native(format!("ENUM({})", text_all(&found.values))),
                None => {
                    self.faults.push(Fault::DoesNotFit(format!(
                        "{place} has the type enum({name}), and there is no enum {name}"
                    )));
                    Type::Text
                }
            },
            Type::Array(item) => match self.with_words(*item, place) {
                Type::Native(text) => Type::Native(format!("{text}[]")),
                item => Type::Array(Box::new(item)),
            },
            ty => ty,
        }
    }

    fn constraint(&mut self, table: &Table, item: &Constraint) -> Option<Constraint> {
        let place = match &item.name {
            Some(name) => format!("the {} {name} of {}", item.kind(), table.name),
            None => format!("a {} of {}", item.kind(), table.name),
        };
        item.name.iter().for_each(|name| self.name(name, "constraint"));
        self.options(&item.options, &place);
        self.refuse_given(
            &place,
            &[
                (item.deferrable.is_some(), "a check that waits for the commit"),
                (item.not_valid, "rows that it does not look at (`not_valid`)"),
                (item.not_enforced, "no force (`not_enforced`)"),
            ],
        );
        let body: ConstraintBody = match &item.body {
            ConstraintBody::PrimaryKey(key) => {
                self.refuse_given(&place, &[(!key.include.is_empty(), "columns beside the key")]);
                PrimaryKey { columns: self.plain_parts(&key.columns, &place), include: Vec::new() }.into()
            }
            ConstraintBody::Unique(key) => {
                self.refuse_given(
                    &place,
                    &[
                        (!key.include.is_empty(), "columns beside the key"),
                        (key.nulls_not_distinct, "NULLs that are the same"),
                    ],
                );
                Unique { columns: self.plain_parts(&key.columns, &place), ..Unique::default() }.into()
            }
            ConstraintBody::ForeignKey(key) => self.foreign_key(table, key, &place).into(),
            ConstraintBody::Check(check) => {
                Check { expression: self.text(&check.expression, || place.clone())? }.into()
            }
            ConstraintBody::Exclusion(_) => {
                self.refuse(format!("{place} is something that DuckDB has not"), "leave it out");
                return None;
            }
        };
        Some(Constraint::new(None, body))
    }

    fn foreign_key(&mut self, table: &Table, key: &ForeignKey, place: &str) -> ForeignKey {
        use ReferentialAction::{NoAction, Restrict};

        for (action, when) in [(key.on_delete, "deleted"), (key.on_update, "changed")] {
            if !matches!(action, NoAction | Restrict) {
                self.refuse(
                    format!("{place} acts when a row is {when} ({}), and in DuckDB none does", action.sql()),
                    "leave the action out, and do in the application what it would do",
                );
            }
        }
        let simple = key.match_type.as_deref().is_none_or(|word| word.eq_ignore_ascii_case("simple"));
        self.refuse_given(place, &[(!simple, "a MATCH of another kind")]);
        let mut lowered = key.clone();
        (lowered.on_delete, lowered.on_update, lowered.match_type) = (NoAction, NoAction, None);
        lowered.on_delete_columns.clear();
        lowered.references.table = home(&key.references.table);
        if lowered.references.table.schema != home(&table.name).schema {
            self.refuse(
                format!("{place} points into another schema"),
                "DuckDB has foreign keys within one only: leave it out",
            );
        }
        if lowered.references.columns.is_empty() {
            let found = self.tables.get(&key.references.table).and_then(Table::primary_key);
            lowered.references.columns =
                found.map(|(key, _)| key.columns().into_iter().cloned().collect()).unwrap_or_default();
        }
        lowered
    }

    /// The parts of a key, which are columns.
    fn plain_parts(&mut self, parts: &[KeyPart], place: &str) -> Vec<KeyPart> {
        let mut plain = Vec::new();
        for part in parts {
            match part.as_column() {
                Some(column) => plain.push(KeyPart::column(column.clone())),
                None => self.refuse(
                    format!("{place} is over an expression"),
                    "make a unique index over the expression instead",
                ),
            }
        }
        plain
    }

    fn index(&mut self, item: &Index) -> Option<Index> {
        let place = format!("index {}", item.name);
        self.name(&item.name, "index");
        self.options(&item.options, &place);
        self.refuse_given(
            &place,
            &[
                (item.predicate.is_some(), "a condition"),
                (!item.include.is_empty(), "columns beside the key"),
                (item.nulls_not_distinct, "NULLs that are the same"),
                (
                    item.method.as_deref().is_some_and(|method| !method.eq_ignore_ascii_case("art")),
                    "a method of its own",
                ),
            ],
        );
        let mut lowered = Index::new(item.name.clone(), Vec::<&str>::new());
        lowered.unique = item.unique;
        lowered.comment = item.comment.clone().filter(|comment| !comment.is_empty());
        for part in &item.columns {
            self.refuse_given(
                &place,
                &[
                    (part.opclass.is_some(), "an operator class"),
                    (part.length.is_some(), "a length"),
                    (part.collation.is_some(), "a collation"),
                    (part.nulls.is_some(), "a place for NULLs"),
                ],
            );
            // DuckDB's index has no order, and does not keep the one that it is given.
            lowered.columns.push(match &part.target {
                KeyTarget::Column(column) => KeyPart::column(column.clone()),
                KeyTarget::Expression(sql) => {
                    KeyPart::expression(self.text(sql, || format!("an expression of {place}"))?)
                }
            });
        }
        Some(lowered)
    }
}
