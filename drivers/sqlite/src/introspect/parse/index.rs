use limbeck_core::schema::Index;

use super::cursor::{Cursor, Misread};

/// Reads a CREATE INDEX. Every name is as the text spells it.
pub(crate) fn index(sql: &str) -> Result<Index, Misread> {
    let cursor = &mut Cursor::new(sql);
    cursor.expect(&["CREATE"], "CREATE")?;
    let unique = cursor.eat(&["UNIQUE"]);
    cursor.expect(&["INDEX"], "INDEX")?;
    cursor.eat(&["IF", "NOT", "EXISTS"]);
    let mut index = Index::new(cursor.qualified_name()?, [""; 0]);
    index.unique = unique;
    cursor.expect(&["ON"], "ON")?;
    cursor.name()?;
    index.columns = cursor.key_parts()?.0;
    if cursor.eat(&["WHERE"]) {
        index.predicate = Some(cursor.rest().into());
    }
    if cursor.peek().is_some_and(|token| !token.is_mark(";")) {
        return cursor.misread("WHERE");
    }
    Ok(index)
}
