//! Another domain in the place of one: the server does not change what a domain is over, while columns are of it.

use limbeck_core::driver::Statement;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Column, Object, Schema};
use limbeck_core::sql::{TokenKind, tokens};

use super::super::fault::{Fault, text_of};
use super::super::literal::{quote, quote_name};
use super::super::{DEFAULT_SCHEMA, LEXICAL, LONGEST_NAME, child, column, default, types};
use super::create;

/// How the name of a domain begins whose place another takes.
const PREFIX: &str = "_limbeck_old_";

/// The statements that put `new` in the place of the domain of its name, and have the columns of the old one follow.
pub(super) fn domain(new: &Object, schema: &Schema, at: usize) -> Result<Vec<Statement>, Fault> {
    let mut spare = format!("{PREFIX}{}", new.key.name.name);
    while spare.len() > LONGEST_NAME {
        spare.pop();
    }
    let spare = Ident::new(spare);
    let old = quote_name(&new.key.name.sibling(spare.clone()));
    let rename = format!("ALTER DOMAIN {} RENAME TO {}", quote_name(&new.key.name), quote(&spare));
    let mut statements = vec![Statement::schema(at, rename)];
    statements.extend(create(new, at)?);
    for table in schema.tables.values() {
        let owner = quote_name(&table.name);
        for item in &table.columns {
            let ty = types::render(&column::resolved_type(&table.name, item)?);
            if !names(&ty, &new.key.name) {
                continue;
            }
            let mut alter = |action: String| {
                let sql = format!("ALTER TABLE {owner} ALTER COLUMN {} {action}", quote(&item.name));
                statements.push(Statement::schema(at, sql));
            };
            if item.default.is_some() {
                alter("DROP DEFAULT".to_owned());
            }
            if !child::follows(table, item) {
                alter(format!("TYPE {ty} USING {}::{ty}", quote(&item.name)));
            }
            if let Some(text) = given_default(table, item)? {
                alter(format!("SET DEFAULT {}", default::render(text)));
            }
        }
    }
    statements.push(Statement::schema(at, format!("DROP DOMAIN {old}")));
    Ok(statements)
}

fn given_default<'a>(
    table: &limbeck_core::schema::Table,
    item: &'a Column,
) -> Result<Option<&'a str>, Fault> {
    let place = || format!("the default of {}", column::place(&table.name, &item.name));
    item.default.as_ref().map(|given| text_of(given, place)).transpose()
}

/// Whether a type as SQL writes it is the one called `name`, or an array of it.
pub(in super::super) fn names(ty: &str, name: &Name) -> bool {
    let parts: Vec<String> = tokens(&LEXICAL, ty)
        .filter_map(|token| match token.kind {
            TokenKind::Word => Some(token.text.to_ascii_lowercase()),
            TokenKind::QuotedIdentifier => {
                let inner = token.text.strip_prefix('"')?.strip_suffix('"')?;
                Some(inner.replace("\"\"", "\""))
            }
            _ => None,
        })
        .collect();
    let schema = name.schema.as_ref().map_or(DEFAULT_SCHEMA, Ident::as_str);
    match parts.as_slice() {
        [word] => *word == *name.name.as_str() && name.schema.is_none(),
        [qualifier, word] => qualifier == schema && *word == *name.name.as_str(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_found_by_its_name() {
        let name = Name::new("amount");
        assert!(names("public.amount", &name));
        assert!(names("amount[]", &name));
        assert!(names("\"public\".\"amount\"[]", &name));
        assert!(!names("app.amount", &name));
        assert!(names("app.\"A b\"", &Name::qualified("app", "A b")));
        assert!(!names("double precision", &Name::new("precision")));
    }
}
