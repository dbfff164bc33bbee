use limbeck_core::ident::Ident;
use limbeck_core::schema::{Column, Generated, Identity, SequenceOptions, TypeSpec};
use limbeck_model_syntax::Problem;

use super::{Conversion, enums, texts};
use crate::assemble::ColumnModel;
use crate::resolve::Kind;
use limbeck_model_syntax::names::Plain;

impl<'a> Conversion<'a, '_> {
    /// A field as a column; `None`, with a problem taken down, if its type cannot be said.
    pub(super) fn column(
        &mut self,
        column: &'a ColumnModel<'a>,
        used: &mut enums::Used<'a>,
    ) -> Option<Column> {
        let field = &column.field;
        let default = self.default(column);
        let ty: TypeSpec = self.column_type(column, used)?;
        let mut made = Column::new(Ident::from(field.column.value.as_str()), ty);
        made.nullable = match &field.null {
            Some(null) => null.value,
            None => column.ty.as_ref().map_or(column.optional, |ty| ty.nullable),
        };
        made.default = default;
        made.comment.clone_from(&field.comment);
        made.collation = field.collate.as_ref().map(|collate| collate.value.clone());
        made.options = texts::options(&field.options);
        self.computed(column, &mut made);
        if let Some(place) = field.primary_key.as_ref().map(|key| key.place)
            && made.nullable
        {
            self.problem(
                &column.subject,
                Problem::new("invalid-attribute", place, "a primary key takes no NULL, and this column does")
                    .with_help("take the `Option` off, or write `#[limbeck(not_null)]`"),
            );
        }
        Some(made)
    }

    fn computed(&mut self, column: &ColumnModel<'_>, made: &mut Column) {
        let field = &column.field;
        if let Some(generated) = &field.generated
            && let Some(expression) = texts::sql(&generated.sql)
        {
            if made.default.is_some() || field.identity.is_some() {
                self.problem(
                    &column.subject,
                    Problem::new(
                        "contradiction",
                        generated.place,
                        "a generated column has neither a default nor an identity",
                    )
                    .with_help("keep one of them"),
                );
            }
            made.generated = Some(Generated { expression, stored: generated.stored });
        }
        let Some(identity) = &field.identity else { return };
        let wrong = match column.ty.as_ref().map(|ty| &ty.kind) {
            Some(Kind::Plain(Plain::I16 | Plain::I32 | Plain::I64 | Plain::U8 | Plain::U64)) | None => None,
            Some(Kind::Named(_)) => None,
            Some(_) => Some(format!("`identity` is for integers, not for `{}`", field.ty.text)),
        };
        let wrong = if made.default.is_some() {
            Some("an identity column has no default of its own".to_owned())
        } else if made.nullable {
            Some("an identity column takes no NULL".to_owned())
        } else {
            wrong
        };
        if let Some(message) = wrong {
            self.problem(
                &column.subject,
                Problem::new("invalid-attribute", identity.place, message).with_help(
                    "`identity` stands alone on an integer: `#[limbeck(primary_key, identity)] id: i64`",
                ),
            );
        }
        made.identity = Some(Identity {
            always: identity.always,
            sequence: SequenceOptions {
                start: identity.start,
                increment: identity.increment,
                min: identity.min,
                max: identity.max,
                cache: identity.cache,
                cycle: identity.cycle,
            },
        });
    }
}
