//! Whether what the parser made of a table is what SQLite says of it. A table of which it is not is left alone, since
//! making it anew from a wrong reading would lose something.

use limbeck_core::schema::{ConstraintBody, ForeignKey, Index, KeyPart, KeyTarget, Order, Table};

use super::catalog::{Catalog, ForeignKeyRow, IndexRow, PartRow};
use crate::options::{DIALECT, STRICT, WITHOUT_ROWID};

/// What of `table` SQLite says otherwise; `None` if all is well.
pub(super) fn difference(table: &Table, catalog: &Catalog) -> Option<String> {
    let name = table.name.name.as_str();
    options(table, catalog)
        .or_else(|| columns(table, catalog))
        .or_else(|| indexes(table, catalog.indexes.get(name).map_or(&[], Vec::as_slice)))
        .or_else(|| foreign_keys(table, catalog.foreign_keys.get(name).map_or(&[], Vec::as_slice)))
}

fn options(table: &Table, catalog: &Catalog) -> Option<String> {
    let kind = catalog.kinds.get(table.name.name.as_str())?;
    let read = (table.options.flag(&[DIALECT], WITHOUT_ROWID), table.options.flag(&[DIALECT], STRICT));
    (read != (kind.without_rowid, kind.strict)).then(|| "WITHOUT ROWID or STRICT".to_owned())
}

fn columns(table: &Table, catalog: &Catalog) -> Option<String> {
    let rows = catalog.columns.get(table.name.name.as_str()).map_or(&[][..], Vec::as_slice);
    if rows.len() != table.columns.len() {
        return Some(format!("the number of its columns ({} and {})", table.columns.len(), rows.len()));
    }
    for (column, row) in table.columns.iter().zip(rows) {
        let hidden = column.generated.as_ref().map_or(0, |generated| if generated.stored { 3 } else { 2 });
        // The columns of a key may be NOT NULL without a word.
        let nullable = if row.not_null { row.key_place > 0 || !column.nullable } else { column.nullable };
        if column.name != row.name.as_str() || hidden != row.hidden || !nullable {
            return Some(format!("its column {}", row.name));
        }
    }
    let mut key: Vec<(i64, &str)> =
        rows.iter().filter(|row| row.key_place > 0).map(|row| (row.key_place, row.name.as_str())).collect();
    key.sort_unstable();
    let read: Vec<&str> = table.primary_key().map_or_else(Vec::new, |(_, key)| names(&key.columns));
    let key: Vec<&str> = key.into_iter().map(|(_, name)| name).collect();
    let mut distinct: Vec<&str> = Vec::new();
    for name in read {
        // A column that is there twice counts once.
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    (key != distinct).then(|| "its primary key".to_owned())
}

fn names(parts: &[KeyPart]) -> Vec<&str> {
    parts.iter().filter_map(|part| Some(part.as_column()?.as_str())).collect()
}

fn indexes(table: &Table, rows: &[IndexRow]) -> Option<String> {
    let uniques: Vec<&[KeyPart]> = table
        .constraints
        .iter()
        .filter_map(|constraint| match &constraint.body {
            ConstraintBody::Unique(key) => Some(key.columns.as_slice()),
            _ => None,
        })
        .collect();
    let mut made = 0;
    for row in rows {
        let read = match row.origin.as_str() {
            "c" => {
                made += 1;
                table.indexes.get(row.name.as_str()).is_some_and(|index| is_index(index, row))
            }
            // Two constraints may share an index, so that they are not counted.
            "u" => uniques.iter().any(|parts| is_key(parts, &row.parts)),
            _ => true,
        };
        if !read {
            return Some(format!("its index {}", row.name));
        }
    }
    if made != table.indexes.len() {
        return Some("the number of its indexes".to_owned());
    }
    // A key that is the rowid's has no index.
    let has_index = |parts: &[KeyPart]| {
        rows.iter().any(|row| row.origin != "c" && is_key(parts, &row.parts))
            || table.primary_key().is_some_and(|(_, key)| names(&key.columns) == names(parts))
    };
    uniques
        .into_iter()
        .find(|parts| !has_index(parts))
        .map(|parts| format!("its unique constraint over {}", names(parts).join(", ")))
}

fn is_index(index: &Index, row: &IndexRow) -> bool {
    index.unique == row.unique
        && index.predicate.is_some() == row.partial
        && index.columns.len() == row.parts.len()
        && index
            .columns
            .iter()
            .zip(&row.parts)
            .all(|(part, row)| is_column(part, row) && (part.order == Order::Descending) == row.descending)
}

fn is_key(parts: &[KeyPart], rows: &[PartRow]) -> bool {
    parts.len() == rows.len() && parts.iter().zip(rows).all(|(part, row)| is_column(part, row))
}

fn is_column(part: &KeyPart, row: &PartRow) -> bool {
    let same = match &part.target {
        KeyTarget::Column(name) => row.column.as_deref() == Some(name.as_str()),
        KeyTarget::Expression(_) => row.column.is_none(),
    };
    same && part.collation.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(&row.collation))
}

fn foreign_keys(table: &Table, rows: &[ForeignKeyRow]) -> Option<String> {
    let mut read: Vec<String> = table.foreign_keys().map(|(_, key)| written(key)).collect();
    let mut there: Vec<String> = rows
        .iter()
        .map(|row| {
            // What SQLite calls by another spelling is the same.
            format!("{:?} {} {:?} {} {}", row.from, row.table, row.to, row.on_update, row.on_delete)
                .to_ascii_lowercase()
        })
        .collect();
    read.sort_unstable();
    there.sort_unstable();
    (read != there).then(|| "its foreign keys".to_owned())
}

fn written(key: &ForeignKey) -> String {
    let ForeignKey { columns, references, on_delete, on_update, .. } = key;
    format!(
        "{columns:?} {} {:?} {} {}",
        references.table.name,
        references.columns,
        on_update.sql(),
        on_delete.sql()
    )
    .to_ascii_lowercase()
}
