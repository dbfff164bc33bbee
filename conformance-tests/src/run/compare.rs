use limbeck_core::schema::{ConstraintBody, Generated, KeyPart, KeyTarget, Schema, Sql};

use crate::outcome::{Verdict, fail};

/// How many lines of a difference are shown.
const LINES: usize = 60;

/// That two schemas are the same.
pub(crate) fn same(what: &str, found: &Schema, wanted: &Schema) -> Verdict {
    if found == wanted {
        return Ok(());
    }
    let (found, wanted) = (format!("{found:#?}"), format!("{wanted:#?}"));
    let (found, wanted): (Vec<&str>, Vec<&str>) = (found.lines().collect(), wanted.lines().collect());
    let common = found.iter().zip(&wanted).take_while(|(left, right)| left == right).count();
    let (left, right) = (&found[common..], &wanted[common..]);
    let end = left.iter().rev().zip(right.iter().rev()).take_while(|(left, right)| left == right).count();
    let context = found[common.saturating_sub(12)..common].iter().map(|line| format!("  {line}"));
    let only = |sign: &'static str, lines: &[&str]| {
        lines[..lines.len() - end].iter().take(LINES).map(|line| format!("{sign} {line}")).collect::<Vec<_>>()
    };
    let lines: Vec<String> = context.chain(only("-", right)).chain(only("+", left)).collect();
    fail(format!("{what} (- wanted, + found):\n{}", lines.join("\n")))
}

/// A schema without the texts that a server prints in its own words.
pub(crate) fn without_texts(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    for table in schema.tables.values_mut() {
        for column in &mut table.columns {
            column.default.iter_mut().for_each(hide);
            column.generated.iter_mut().for_each(|Generated { expression, .. }| hide(expression));
        }
        for constraint in &mut table.constraints {
            match &mut constraint.body {
                ConstraintBody::Check(check) => hide(&mut check.expression),
                ConstraintBody::PrimaryKey(key) => key.columns.iter_mut().for_each(hide_part),
                ConstraintBody::Unique(key) => key.columns.iter_mut().for_each(hide_part),
                ConstraintBody::Exclusion(key) => {
                    key.columns.iter_mut().for_each(hide_part);
                    key.predicate.iter_mut().for_each(hide);
                }
                ConstraintBody::ForeignKey(_) => {}
            }
        }
        for index in table.indexes.values_mut() {
            index.columns.iter_mut().for_each(hide_part);
            index.predicate.iter_mut().for_each(hide);
        }
    }
    schema.objects.values_mut().for_each(|object| hide(&mut object.definition));
    schema
}

fn hide_part(part: &mut KeyPart) {
    if let KeyTarget::Expression(expression) = &mut part.target {
        hide(expression);
    }
}

fn hide(text: &mut Sql) {
    *text = Sql::from("…");
}

#[cfg(test)]
mod tests {
    use limbeck_core::schema::{Column, Table};

    use super::*;

    fn schema(default: &str) -> Schema {
        let mut table = Table::new("t");
        table.columns = vec![Column::new("a", "integer").with_default(default), Column::new("b", "text")];
        let mut schema = Schema::new();
        schema.insert_table(table);
        schema
    }

    #[test]
    fn a_difference_is_shown_where_it_is() {
        let error = same("x", &schema("1"), &schema("2")).unwrap_err().to_string();
        assert!(error.starts_with("x (- wanted, + found):\n"), "{error}");
        assert_eq!(error.matches("\n- ").count(), 1, "{error}");
        assert_eq!(error.matches("\n+ ").count(), 1, "{error}");
        same("x", &schema("1"), &schema("1")).unwrap();
    }

    #[test]
    fn texts_can_be_left_out() {
        same("x", &without_texts(&schema("1")), &without_texts(&schema("2"))).unwrap();
        same("x", &without_texts(&schema("1")), &without_texts(&Schema::new())).unwrap_err();
    }
}
