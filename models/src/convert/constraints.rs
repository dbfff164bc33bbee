use std::collections::BTreeMap;

use limbeck_core::diag::nearest;
use limbeck_core::ident::Ident;
use limbeck_core::schema::{
    Check, Constraint, ConstraintBody, Deferrable, Exclusion, KeyPart, PrimaryKey, Sql, Table, Unique,
};
use limbeck_model_syntax::ast::{self, Details, Storage};
use limbeck_model_syntax::{At, Place, Problem};

use super::defaults::quoted;
use super::{Conversion, names, texts};
use crate::assemble::{ColumnModel, TableModel, find_column};
use crate::resolve::Kind;

/// The names that a table's constraints and indexes have so far. They do not meet: what has both under one name is for
/// the server to say.
#[derive(Default)]
pub(super) struct Taken {
    constraints: BTreeMap<Ident, Place>,
    indexes: BTreeMap<Ident, Place>,
}

impl<'a> Conversion<'a, '_> {
    /// Primary key, unique, foreign-key and check constraints and indexes: first those of fields, then those of the
    /// struct.
    pub(super) fn constraints(&mut self, table: &mut Table) {
        let source = self.source();
        let mut taken = Taken::default();
        self.primary_key(table, &mut taken);
        for column in &source.columns {
            self.of_field(table, &mut taken, column);
        }
        let subject = source.record.name.value.as_str();
        for unique in &source.record.uniques {
            if let Some(columns) = self.parts(&unique.parts, None, subject) {
                self.unique(table, &mut taken, subject, unique, columns);
            }
        }
        for (key, target) in source.record.foreign_keys.iter().zip(&source.targets) {
            let columns = self.idents(source, &key.fields, subject);
            self.foreign_key(table, &mut taken, subject, key, columns, *target);
        }
        let mut unnamed: Option<Place> = None;
        for check in &source.record.checks {
            if check.details.name.is_none()
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
                let constraint = Constraint::new(None, Check { expression: sql });
                self.add(table, &mut taken, subject, constraint, &check.details, check.place, None);
            }
        }
        for exclusion in &source.record.exclusions {
            self.exclusion(table, &mut taken, subject, exclusion);
        }
        for index in &source.record.indexes {
            self.index(table, &mut taken, subject, index, None);
        }
    }

    fn of_field(&mut self, table: &mut Table, taken: &mut Taken, column: &'a ColumnModel<'a>) {
        let field = &column.field;
        let own = Ident::from(field.column.value.as_str());
        let subject = column.subject.as_str();
        if let Some(unique) = &field.unique {
            self.unique(table, taken, subject, unique, vec![KeyPart::column(own.clone())]);
        }
        if let Some(key) = &field.references {
            self.foreign_key(table, taken, subject, key, vec![own.clone()], column.target);
        }
        let about = Some(own.as_str());
        if let Some(sql) = texts::sql(&field.check_sql) {
            let constraint = Constraint::new(None, Check { expression: sql });
            let place = field.check_sql.place();
            self.add(table, taken, subject, constraint, &Details::NONE, place, about);
        }
        if let Some(sql) = self.words(column) {
            let constraint = Constraint::new(None, Check { expression: sql });
            self.add(table, taken, subject, constraint, &Details::NONE, field.name.place, about);
        }
        for index in &field.indexes {
            self.index(table, taken, subject, index, Some(&own));
        }
    }

    /// What a column may hold whose enum is kept as text or number.
    fn words(&self, column: &ColumnModel<'_>) -> Option<Sql> {
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
        let mut marked =
            source.columns.iter().filter_map(|column| Some((column, column.field.primary_key.as_deref()?)));
        let first = marked.next();
        if let (Some((_, first)), Some((_, second))) = (first, marked.next()) {
            self.problem(
                subject,
                Problem::new("two-primary-keys", second.place, "two fields are the primary key")
                    .with_help(
                        "a key of several fields stands on the struct: `#[limbeck(primary_key(a, b))]`",
                    )
                    .with_related(first.place, "the first is here"),
            );
            return;
        }
        let (columns, key) = match (first, &source.record.primary_key) {
            (Some((_, field)), Some(own)) => {
                self.problem(
                    subject,
                    Problem::new("two-primary-keys", field.place, "the struct has a primary key already")
                        .with_help("keep `primary_key(…)` on the struct or `primary_key` on the field")
                        .with_related(own.place, "it is here"),
                );
                return;
            }
            (Some((column, own)), None) => (vec![KeyPart::column(column.field.column.value.as_str())], own),
            (None, Some(own)) => match self.parts(&own.parts, None, subject) {
                Some(parts) => (parts, own),
                None => return,
            },
            (None, None) => return,
        };
        for column in columns.iter().filter_map(KeyPart::as_column) {
            let nullable = table.column(column).is_some_and(|column| column.nullable);
            if nullable && source.record.primary_key.is_some() {
                self.problem(
                    subject,
                    Problem::new(
                        "invalid-attribute",
                        key.place,
                        format!("a primary key takes no NULL, and `{column}` does"),
                    )
                    .with_help("take the `Option` off, or write `#[limbeck(not_null)]` on the field"),
                );
            }
        }
        let body = PrimaryKey { columns, include: self.idents(source, &key.include, subject) };
        self.add(table, taken, subject, Constraint::new(None, body), &key.details, key.place, None);
    }

    /// The columns of the fields named.
    pub(super) fn idents(
        &mut self,
        source: &TableModel<'_>,
        fields: &[At<String>],
        subject: &str,
    ) -> Vec<Ident> {
        let mut found = Vec::new();
        for field in fields {
            match find_column(&source.columns, field) {
                Some(column) => {
                    let ident = Ident::from(column.field.column.value.as_str());
                    if found.contains(&ident) {
                        self.twice(field, subject);
                    }
                    found.push(ident);
                }
                None => self.no_field(source, field, subject),
            }
        }
        found
    }

    pub(super) fn twice(&mut self, field: &At<String>, subject: &str) {
        let message = format!("`{}` is named twice", field.value);
        self.problem(
            subject,
            Problem::new("invalid-attribute", field.place, message).with_help("name each field once"),
        );
    }

    pub(super) fn no_field(&mut self, source: &TableModel<'_>, field: &At<String>, subject: &str) {
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
        columns: Vec<KeyPart>,
    ) {
        let body = Unique {
            columns,
            include: self.idents(self.source(), &unique.include, subject),
            nulls_not_distinct: unique.nulls_not_distinct,
        };
        let constraint = Constraint::new(None, body);
        self.add(table, taken, subject, constraint, &unique.details, unique.place, None);
    }

    fn exclusion(&mut self, table: &mut Table, taken: &mut Taken, subject: &str, exclusion: &ast::Exclusion) {
        let Some(columns) = self.parts(&exclusion.parts, None, subject) else { return };
        let body = Exclusion {
            method: exclusion.method.as_ref().map(|method| method.value.clone()),
            columns,
            include: self.idents(self.source(), &exclusion.include, subject),
            predicate: texts::sql(&exclusion.where_sql),
        };
        let constraint = Constraint::new(None, body);
        self.add(table, taken, subject, constraint, &exclusion.details, exclusion.place, None);
    }

    #[expect(clippy::too_many_arguments, reason = "each is a part of what a constraint is")]
    pub(super) fn add(
        &mut self,
        table: &mut Table,
        taken: &mut Taken,
        subject: &str,
        mut constraint: Constraint,
        details: &Details,
        place: Place,
        about: Option<&str>,
    ) {
        // With a column that was not found, there is a problem already, and the name would be a wrong one.
        if matches!(&constraint.body, ConstraintBody::ForeignKey(key) if key.columns.is_empty()) {
            return;
        }
        constraint.comment.clone_from(&details.comment);
        constraint.deferrable = deferrable(details.deferrable);
        constraint.not_valid = details.not_valid;
        constraint.not_enforced = details.not_enforced;
        constraint.options = texts::options(&details.options);
        let name = match &details.name {
            Some(none) if none.value.is_empty() => {
                table.constraints.push(constraint);
                return;
            }
            Some(name) => Ident::from(name.value.as_str()),
            None => self.naming.constraint(self.name(), &constraint, about),
        };
        if self.take(taken, &name, place, subject) {
            constraint.name = Some(name);
            table.constraints.push(constraint);
        }
    }

    fn take(&mut self, taken: &mut Taken, name: &Ident, place: Place, subject: &str) -> bool {
        self.free(taken.constraints.insert(name.clone(), place), name, place, "constraints", subject)
    }

    /// Whether no other index of the table is called so.
    pub(super) fn take_index(
        &mut self,
        taken: &mut Taken,
        name: &Ident,
        place: Place,
        subject: &str,
    ) -> bool {
        self.free(taken.indexes.insert(name.clone(), place), name, place, "indexes", subject)
    }

    fn free(&mut self, first: Option<Place>, name: &Ident, place: Place, what: &str, subject: &str) -> bool {
        let Some(first) = first else { return true };
        let problem = Problem::new("duplicate-name", place, format!("two {what} are called `{name}`"))
            .with_help("give one of them another name: `name = \"…\"` (a field's check: `check(name = \"…\", sql = \"…\")` on the struct)")
            .with_related(first, "the other is here");
        self.problem(subject, problem);
        false
    }
}

fn deferrable(initially_deferred: Option<bool>) -> Option<Deferrable> {
    initially_deferred
        .map(|deferred| if deferred { Deferrable::InitiallyDeferred } else { Deferrable::InitiallyImmediate })
}
