use limbeck_core::schema::{ConstraintBody, Generated, KeyPart, KeyTarget, Schema, Sql, Table};
use limbeck_core::sql::{LexicalRules, without_needless_quotes};

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
    each_text(&mut schema, &mut |text| *text = Sql::from("…"));
    schema
}

/// A schema without the quotes round names that mean the same without them.
pub(super) fn without_quotes(rules: &LexicalRules, schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    each_text(&mut schema, &mut |text| *text = text.map(|text| without_needless_quotes(rules, text)));
    schema
}

/// Puts what has no order into one.
pub(super) fn sort(table: &mut Table) {
    table.constraints.sort_by_key(|constraint| (constraint.kind(), constraint.name.clone()));
    table.indexes.sort_keys();
}

fn each_text(schema: &mut Schema, change: &mut dyn FnMut(&mut Sql)) {
    for table in schema.tables.values_mut() {
        for column in &mut table.columns {
            column.default.iter_mut().for_each(&mut *change);
            column.generated.iter_mut().for_each(|Generated { expression, .. }| change(expression));
        }
        for constraint in &mut table.constraints {
            match &mut constraint.body {
                ConstraintBody::Check(check) => change(&mut check.expression),
                ConstraintBody::PrimaryKey(key) => each_part(&mut key.columns, change),
                ConstraintBody::Unique(key) => each_part(&mut key.columns, change),
                ConstraintBody::Exclusion(key) => {
                    each_part(&mut key.columns, change);
                    key.predicate.iter_mut().for_each(&mut *change);
                }
                ConstraintBody::ForeignKey(_) => {}
            }
        }
        for index in table.indexes.values_mut() {
            each_part(&mut index.columns, change);
            index.predicate.iter_mut().for_each(&mut *change);
        }
    }
    schema.objects.values_mut().for_each(|object| change(&mut object.definition));
}

fn each_part(parts: &mut [KeyPart], change: &mut dyn FnMut(&mut Sql)) {
    for part in parts {
        if let KeyTarget::Expression(expression) = &mut part.target {
            change(expression);
        }
    }
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
