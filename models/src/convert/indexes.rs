use limbeck_core::ident::Ident;
use limbeck_core::schema::{Index, KeyPart, Nulls, Order, Table};
use limbeck_model_syntax::ast;

use super::constraints::Taken;
use super::{Conversion, texts};
use crate::assemble::find_column;

impl Conversion<'_, '_> {
    /// The parts of a key or an index; `own` is the column of a field's own index. `None`, with a problem taken down, if
    /// one of them names no field.
    pub(super) fn parts(
        &mut self,
        parts: &[ast::IndexPart],
        own: Option<&Ident>,
        subject: &str,
    ) -> Option<Vec<KeyPart>> {
        let source = self.source();
        let mut found: Vec<KeyPart> = Vec::new();
        for part in parts {
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
            made.operator.clone_from(&part.operator);
            // A column may come twice, compared in two ways.
            if let Some(field) = part.field.as_ref().filter(|_| found.contains(&made)) {
                self.twice(field, subject);
            }
            found.push(made);
        }
        (found.len() == parts.len()).then_some(found)
    }

    pub(super) fn index(
        &mut self,
        table: &mut Table,
        taken: &mut Taken,
        subject: &str,
        index: &ast::Index,
        own: Option<&Ident>,
    ) {
        let source = self.source();
        let Some(parts) = self.parts(&index.parts, own, subject) else { return };
        let name = match &index.name {
            Some(name) => Ident::from(name.value.as_str()),
            None => self.naming.index(self.name(), &parts),
        };
        if !self.take_index(taken, &name, index.place, subject) {
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
}
