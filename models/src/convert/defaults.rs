use limbeck_core::schema::Sql;
use limbeck_model_syntax::Problem;
use limbeck_model_syntax::ast::{DefaultValue, Storage};
use limbeck_model_syntax::names::Plain;

use super::{Conversion, texts};
use crate::assemble::ColumnModel;
use crate::resolve::Kind;

/// A text in SQL's quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

impl Conversion<'_, '_> {
    /// What a row gets that does not say.
    pub(super) fn default(&mut self, column: &ColumnModel<'_>) -> Option<Sql> {
        let field = &column.field;
        let mut sql = texts::sql(&field.default_sql);
        let Some(literal) = &field.default else { return sql };
        if let Some(other) = &field.default_sql.default {
            self.problem(
                &column.subject,
                Problem::new("contradiction", literal.place, "`default` and `default_sql` are both given")
                    .with_help("keep one of them")
                    .with_related(other.place, "the other is here"),
            );
            return sql;
        }
        match self.literal(column, &literal.value) {
            Ok(text) => match &mut sql {
                Some(sql) => sql.default = Some(text),
                None => sql = Some(Sql::from(text)),
            },
            Err((message, help)) => {
                let problem = Problem::new("invalid-default", literal.place, message).with_help(help);
                self.problem(&column.subject, problem);
            }
        }
        sql
    }

    fn literal(&self, column: &ColumnModel<'_>, value: &DefaultValue) -> Result<String, (String, String)> {
        let kind = column.ty.as_ref().map(|ty| &ty.kind);
        if let Some(Kind::Enum(number)) = kind {
            return self.variant(*number, value);
        }
        let wrong = |what: &str, wanted: &str| {
            Err((
                format!("{what} is no default for `{}`", column.field.ty.text),
                format!("write {wanted}, or SQL: `default_sql = \"…\"`"),
            ))
        };
        use Plain::{Bool, Decimal, F32, F64, I16, I32, I64, Text, U8, U64};
        let is = |plains: &[Plain]| matches!(kind, Some(Kind::Plain(plain)) if plains.contains(plain));
        let numbers = [I16, I32, I64, U8, U64, F32, F64, Decimal];
        match value {
            DefaultValue::Variant(word) => Err((
                format!("`{word}` is no literal, and `{}` no enum of the models", column.field.ty.text),
                "write a literal, or SQL: `default_sql = \"…\"`".to_owned(),
            )),
            DefaultValue::Text(_) if is(&numbers) => wrong("a text", "a number: `default = 0`"),
            DefaultValue::Text(_) if is(&[Bool]) => wrong("a text", "`default = false`"),
            DefaultValue::Text(text) => Ok(quoted(text)),
            DefaultValue::Bool(_) if is(&numbers) => wrong("a bool", "a number: `default = 0`"),
            DefaultValue::Bool(_) if is(&[Text]) => wrong("a bool", "a text: `default = \"…\"`"),
            DefaultValue::Bool(value) => Ok(if *value { "TRUE" } else { "FALSE" }.to_owned()),
            DefaultValue::Number(_) if is(&[Text]) => wrong("a number", "a text: `default = \"…\"`"),
            DefaultValue::Number(_) if is(&[Bool]) => wrong("a number", "`default = false`"),
            DefaultValue::Number(digits) if is(&numbers[..5]) && !whole(digits) => {
                wrong("a number with a fraction", "a whole number")
            }
            DefaultValue::Number(digits) => Ok(digits.clone()),
        }
    }

    fn variant(&self, number: usize, value: &DefaultValue) -> Result<String, (String, String)> {
        let item = &self.model.enums[number];
        let found = match value {
            DefaultValue::Variant(name) => item.variants.iter().find(|variant| variant.name.value == *name),
            DefaultValue::Text(text) => item.variants.iter().find(|variant| variant.value.value == *text),
            DefaultValue::Number(digits) => item
                .variants
                .iter()
                .find(|variant| item.storage == Storage::Integer && variant.number.to_string() == *digits),
            DefaultValue::Bool(_) => None,
        };
        let Some(found) = found else {
            let written = match value {
                DefaultValue::Text(text) | DefaultValue::Variant(text) | DefaultValue::Number(text) => {
                    text.clone()
                }
                DefaultValue::Bool(value) => value.to_string(),
            };
            let names: Vec<&str> = item.variants.iter().map(|variant| variant.name.value.as_str()).collect();
            let help = match limbeck_core::diag::nearest(&written, names.iter().copied()) {
                Some(near) => format!("did you mean `{}::{near}`?", item.rust_name.value),
                None => format!("the variants are {}", limbeck_core::diag::list(names)),
            };
            return Err((format!("`{}` has no variant `{written}`", item.rust_name.value), help));
        };
        Ok(match item.storage {
            Storage::Integer => found.number.to_string(),
            Storage::Native | Storage::Text => quoted(&found.value.value),
        })
    }
}

fn whole(digits: &str) -> bool {
    digits.trim_start_matches('-').bytes().all(|digit| digit.is_ascii_digit())
}
