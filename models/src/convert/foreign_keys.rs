use limbeck_core::ident::Ident;
use limbeck_core::schema::{Constraint, ForeignKey, References, ReferentialAction, Table};
use limbeck_model_syntax::ast::{self, Target};
use limbeck_model_syntax::{At, Problem};

use super::constraints::Taken;
use super::{Conversion, named};
use crate::assemble::find_column;

impl Conversion<'_, '_> {
    pub(super) fn foreign_key(
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
                table: named(&text.value),
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
            on_delete_columns: self.idents(self.source(), &key.set_columns, subject),
            on_update: action(&key.on_update),
            match_type: key
                .match_type
                .as_ref()
                .map(|word| word.value.clone())
                .filter(|word| word != "simple"),
        };
        let constraint = Constraint::new(None, body);
        self.add(table, taken, subject, constraint, &key.details, key.place, None);
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
                    .parts
                    .iter()
                    .filter_map(|part| find_column(&there.columns, part.field.as_ref()?))
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
}
