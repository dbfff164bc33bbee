use std::collections::BTreeMap;

use limbeck_core::diag::nearest;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{
    Check, Constraint, ConstraintBody, Deferrable, ForeignKey, Index, KeyPart, Nulls, Order, PrimaryKey,
    References, ReferentialAction, Sql, Table, Unique,
};
use limbeck_model_syntax::ast::{self, Storage, Target};
use limbeck_model_syntax::{At, Place, Problem};

use super::defaults::quoted;
use super::{Conversion, names, texts};
use crate::assemble::{ColumnModel, TableModel, find_column};
use crate::resolve::Kind;

/// The names that a table's constraints and indexes have so far.
type Taken = BTreeMap<Ident, Place>;

impl<'a> Conversion<'a, '_> {
    /// Primary key, unique, foreign-key and check constraints and indexes: first those of fields, then those of the
    /// struct.
    pub(super) fn constraints(&mut self, table: &mut Table) {
        let source = self.source();
        let mut taken = Taken::new();
        self.primary_key(table, &mut taken);
        for column in &source.columns {
            self.of_field(table, &mut taken, column);
        }
        let subject = source.record.name.value.as_str();
        for unique in &source.record.uniques {
            let columns = self.idents(source, &unique.fields, subject);
            self.unique(table, &mut taken, subject, unique, columns);
        }
        for (key, target) in source.record.foreign_keys.iter().zip(&source.targets) {
            let columns = self.idents(source, &key.fields, subject);
            self.foreign_key(table, &mut taken, subject, key, columns, *target);
        }
        let mut unnamed: Option<Place> = None;
        for check in &source.record.checks {
            if check.name.is_none()
                && let Some(first) = unnamed.replace(check.place)
            {
                self.problem(
                    subject,
                    Problem::new("name-needed", check.place, "a second check of the struct needs a name")
                        .with_help("write `check(name = \"…\", sql = \"…\")`")
                        .with_related(first, "the first without a name is here"),
                );
                continue;
            }
            if let Some(sql) = texts::sql(&check.sql) {
                self.check(table, &mut taken, subject, check.name.as_ref(), check.place, sql, None);
            }
        }
        for index in &source.record.indexes {
            self.index(table, &mut taken, subject, index, None);
        }
    }

    fn of_field(&mut self, table: &mut Table, taken: &mut Taken, column: &'a ColumnModel) {
        let field = &column.field;
        let own = Ident::from(field.column.value.as_str());
        let subject = column.subject.as_str();
        if let Some(unique) = &field.unique {
            self.unique(table, taken, subject, unique, vec![own.clone()]);
        }
        if let Some(key) = &field.references {
            self.foreign_key(table, taken, subject, key, vec![own.clone()], column.target);
        }
        let about = Some(own.as_str());
        if let Some(sql) = texts::sql(&field.check_sql) {
            self.check(table, taken, subject, None, field.check_sql.place(), sql, about);
        }
        if let Some(sql) = self.words(column) {
            self.check(table, taken, subject, None, field.name.place, sql, about);
        }
        for index in &field.indexes {
            self.index(table, taken, subject, index, Some(&own));
        }
    }

    /// What a column may hold whose enum is kept as text or number.
    fn words(&self, column: &ColumnModel) -> Option<Sql> {
        let Some(Kind::Enum(number)) = column.ty.as_ref().map(|ty| &ty.kind) else { return None };
        let item = &self.model.enums[*number];
        let words: Vec<String> = match item.storage {
            Storage::Native => return None,
            Storage::Text => item.variants.iter().map(|variant| quoted(&variant.value.value)).collect(),
            Storage::Integer => item.variants.iter().map(|variant| variant.number.to_string()).collect(),
        };
        Some(names::about_column(&column.field.column.value, &format!("IN ({})", words.join(", "))))
    }

    fn primary_key(&mut self, table: &mut Table, taken: &mut Taken) {
        let source = self.source();
        let subject = source.record.name.value.as_str();
        let mut marked = source.columns.iter().filter_map(|column| Some((column, column.field.primary_key?)));
        let first = marked.next();
        if let (Some((_, first)), Some((_, second))) = (first, marked.next()) {
            self.problem(
                subject,
                Problem::new("two-primary-keys", second, "two fields are the primary key")
                    .with_help(
                        "a key of several fields stands on the struct: `#[limbeck(primary_key(a, b))]`",
                    )
                    .with_related(first, "the first is here"),
            );
            return;
        }
        let (columns, name, place) = match (first, &source.record.primary_key) {
            (Some((_, field)), Some(own)) => {
                self.problem(
                    subject,
                    Problem::new("two-primary-keys", field, "the struct has a primary key already")
                        .with_help("keep `primary_key(…)` on the struct or `primary_key` on the field")
                        .with_related(own.place, "it is here"),
                );
                return;
            }
            (Some((column, place)), None) => {
                (vec![Ident::from(column.field.column.value.as_str())], None, place)
            }
            (None, Some(own)) => (self.idents(source, &own.fields, subject), own.name.as_ref(), own.place),
            (None, None) => return,
        };
        for column in &columns {
            let nullable = table.column(column).is_some_and(|column| column.nullable);
            if nullable && source.record.primary_key.is_some() {
                self.problem(
                    subject,
                    Problem::new(
                        "invalid-attribute",
                        place,
                        format!("a primary key takes no NULL, and `{column}` does"),
                    )
                    .with_help("take the `Option` off, or write `#[limbeck(not_null)]` on the field"),
                );
            }
        }
        let body =
            PrimaryKey { columns: columns.into_iter().map(KeyPart::column).collect(), include: Vec::new() };
        self.add(table, taken, subject, Constraint::new(None, body), name, place, None);
    }

    /// The columns of the fields named.
    fn idents(&mut self, source: &TableModel, fields: &[At<String>], subject: &str) -> Vec<Ident> {
        let mut found = Vec::new();
        for field in fields {
            match find_column(&source.columns, field) {
                Some(column) => {
                    let ident = Ident::from(column.field.column.value.as_str());
                    if found.contains(&ident) {
                        self.problem(
                            subject,
                            Problem::new(
                                "invalid-attribute",
                                field.place,
                                format!("`{}` is named twice", field.value),
                            )
                            .with_help("name each field once"),
                        );
                    }
                    found.push(ident);
                }
                None => self.no_field(source, field, subject),
            }
        }
        found
    }

    fn no_field(&mut self, source: &TableModel, field: &At<String>, subject: &str) {
        let known = source.columns.iter().map(|column| column.field.name.value.as_str());
        let help = match nearest(&field.value, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its fields are {}", known.collect::<Vec<_>>().join(", ")),
        };
        let message = format!("`{}` has no column for a field `{}`", source.record.name.value, field.value);
        self.problem(subject, Problem::new("unknown-field", field.place, message).with_help(help));
    }

    fn unique(
        &mut self,
        table: &mut Table,
        taken: &mut Taken,
        subject: &str,
        unique: &ast::Unique,
        columns: Vec<Ident>,
    ) {
        let body = Unique {
            columns: columns.into_iter().map(KeyPart::column).collect(),
            include: self.idents(self.source(), &unique.include, subject),
            nulls_not_distinct: unique.nulls_not_distinct,
        };
        let mut constraint = Constraint::new(None, body);
        constraint.deferrable = deferrable(unique.deferrable);
        constraint.options = texts::options(&unique.options);
        self.add(table, taken, subject, constraint, unique.name.as_ref(), unique.place, None);
    }

    #[expect(clippy::too_many_arguments, reason = "each is a part of what a check is")]
    fn check(
        &mut self,
        table: &mut Table,
        taken: &mut Taken,
        subject: &str,
        name: Option<&At<String>>,
        place: Place,
        expression: Sql,
        about: Option<&str>,
    ) {
        let constraint = Constraint::new(None, Check { expression });
        self.add(table, taken, subject, constraint, name, place, about);
    }

    fn foreign_key(
        &mut self,
        table: &mut Table,
        taken: &mut Taken,
        subject: &str,
        key: &ast::ForeignKey,
        columns: Vec<Ident>,
        target: Option<usize>,
    ) {
        let references = match (&key.target, target) {
            (Target::Model(_), Some(target)) => {
                let Some(references) = self.there(key, target, subject) else { return };
                references
            }
            // The reader has said already that it knows no such model.
            (Target::Model(_), None) => return,
            (Target::Table(text), _) => References {
                table: match text.value.split_once('.') {
                    Some((schema, table)) => Name::qualified(schema, table),
                    None => Name::new(text.value.as_str()),
                },
                columns: key.target_fields.iter().map(|column| Ident::from(column.value.as_str())).collect(),
            },
        };
        if !references.columns.is_empty() && references.columns.len() != columns.len() {
            let message = format!(
                "{} here, and {} there",
                limbeck_core::diag::plural(columns.len(), "column"),
                references.columns.len()
            );
            self.problem(
                subject,
                Problem::new("invalid-attribute", key.place, message)
                    .with_help("a foreign key has as many columns as what it points at: `foreign_key(a, b => Org(x, y))`"),
            );
            return;
        }
        let action = |word: &Option<At<String>>| {
            word.as_ref().and_then(|word| ReferentialAction::parse(&word.value)).unwrap_or_default()
        };
        let body = ForeignKey {
            columns,
            references,
            on_delete: action(&key.on_delete),
            on_delete_columns: Vec::new(),
            on_update: action(&key.on_update),
            match_type: None,
        };
        let mut constraint = Constraint::new(None, body);
        constraint.deferrable = deferrable(key.deferrable);
        self.add(table, taken, subject, constraint, key.name.as_ref(), key.place, None);
    }

    /// The table and columns of a model that a foreign key points at.
    fn there(&mut self, key: &ast::ForeignKey, target: usize, subject: &str) -> Option<References> {
        let there = &self.model.tables[target];
        let before = self.problems.len();
        let columns = if key.target_fields.is_empty() {
            let marked = there.columns.iter().find(|column| column.field.primary_key.is_some());
            match (marked, &there.record.primary_key) {
                (Some(column), _) => vec![Ident::from(column.field.column.value.as_str())],
                (None, Some(own)) => own
                    .fields
                    .iter()
                    .filter_map(|field| find_column(&there.columns, field))
                    .map(|column| Ident::from(column.field.column.value.as_str()))
                    .collect(),
                (None, None) => {
                    let name = &there.record.name.value;
                    self.problem(
                        subject,
                        Problem::new("unknown-field", key.place, format!("`{name}` has no primary key"))
                            .with_help(format!("name the field: `references({name}.id)`")),
                    );
                    return None;
                }
            }
        } else {
            self.idents(there, &key.target_fields, subject)
        };
        (self.problems.len() == before).then(|| References { table: self.names[target].clone(), columns })
    }

    fn index(
        &mut self,
        table: &mut Table,
        taken: &mut Taken,
        subject: &str,
        index: &ast::Index,
        own: Option<&Ident>,
    ) {
        let source = self.source();
        let mut parts = Vec::new();
        for part in &index.parts {
            let mut made = match (&part.field, own, texts::sql(&part.sql)) {
                (Some(_), Some(own), _) => KeyPart::column(own.clone()),
                (Some(field), None, _) => match find_column(&source.columns, field) {
                    Some(column) => KeyPart::column(column.field.column.value.as_str()),
                    None => {
                        self.no_field(source, field, subject);
                        continue;
                    }
                },
                (None, _, Some(sql)) => KeyPart::expression(sql),
                (None, _, None) => continue,
            };
            made.order = if part.descending { Order::Descending } else { Order::Ascending };
            made.nulls = part.nulls_first.map(|first| if first { Nulls::First } else { Nulls::Last });
            made.opclass.clone_from(&part.opclass);
            made.collation.clone_from(&part.collate);
            made.length = part.length;
            parts.push(made);
        }
        if parts.len() != index.parts.len() {
            return;
        }
        let name = match &index.name {
            Some(name) => Ident::from(name.value.as_str()),
            None => self.naming.index(self.name(), &parts),
        };
        if !self.take(taken, &name, index.place, subject) {
            return;
        }
        let mut made = Index::new(name.clone(), Vec::<Ident>::new());
        made.columns = parts;
        made.unique = index.unique;
        made.predicate = texts::sql(&index.where_sql);
        made.method = index.method.as_ref().map(|method| method.value.clone());
        made.include = self.idents(source, &index.include, subject);
        made.nulls_not_distinct = index.nulls_not_distinct;
        made.comment.clone_from(&index.comment);
        made.options = texts::options(&index.options);
        table.indexes.insert(name, made);
    }

    #[expect(clippy::too_many_arguments, reason = "each is a part of what a constraint is")]
    fn add(
        &mut self,
        table: &mut Table,
        taken: &mut Taken,
        subject: &str,
        mut constraint: Constraint,
        name: Option<&At<String>>,
        place: Place,
        about: Option<&str>,
    ) {
        // With a column that was not found, there is a problem already, and the name would be a wrong one.
        if constraint.columns().is_empty() && !matches!(constraint.body, ConstraintBody::Check(_)) {
            return;
        }
        let name = match name {
            Some(name) => Ident::from(name.value.as_str()),
            None => self.naming.constraint(self.name(), &constraint, about),
        };
        if self.take(taken, &name, place, subject) {
            constraint.name = Some(name);
            table.constraints.push(constraint);
        }
    }

    fn take(&mut self, taken: &mut Taken, name: &Ident, place: Place, subject: &str) -> bool {
        match taken.get(name) {
            Some(first) => {
                let problem = Problem::new("duplicate-name", place, format!("two constraints or indexes are called `{name}`"))
                    .with_help("give one of them another name: `name = \"…\"` (a field's check: `check(name = \"…\", sql = \"…\")` on the struct)")
                    .with_related(*first, "the other is here");
                self.problem(subject, problem);
                false
            }
            None => {
                taken.insert(name.clone(), place);
                true
            }
        }
    }
}

fn deferrable(initially_deferred: Option<bool>) -> Option<Deferrable> {
    initially_deferred
        .map(|deferred| if deferred { Deferrable::InitiallyDeferred } else { Deferrable::InitiallyImmediate })
}
