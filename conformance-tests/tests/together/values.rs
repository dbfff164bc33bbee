//! Rows as texts that are the same whatever types a server gives values in.

use std::collections::BTreeMap;

use limbeck_core::driver::{Connection, Dialect, DriverError, Value};
use limbeck_core::schema::{Schema, Type};

/// The rows of each table, and what the views show.
pub(crate) async fn rows(
    connection: &mut dyn Connection,
    dialect: &dyn Dialect,
    declared: &Schema,
) -> Result<BTreeMap<String, Vec<String>>, DriverError> {
    let mut found = BTreeMap::new();
    for table in declared.tables.values() {
        // In an order that no server's order of columns decides.
        let mut columns: Vec<_> = table.columns.iter().collect();
        columns.sort_by(|left, right| left.name.cmp(&right.name));
        let names: Vec<String> = columns.iter().map(|column| dialect.quote(&column.name)).collect();
        let sql = format!("SELECT {} FROM {}", names.join(", "), dialect.quote_name(&table.name));
        let mut texts: Vec<String> = Vec::new();
        for row in connection.query(&sql, &[]).await? {
            let values = row.0.iter().zip(&columns).map(|(value, column)| {
                let ty = column.ty.resolve(&["neutral"]).or_else(|| column.ty.resolve(dialect.names()));
                format!("{}={}", column.name, text(value, ty.as_ref()))
            });
            texts.push(values.collect::<Vec<_>>().join(" | "));
        }
        texts.sort();
        found.insert(table.name.to_string(), texts);
    }
    for object in declared.objects.values().filter(|object| object.key.kind == "view") {
        let sql = format!("SELECT * FROM {}", dialect.quote_name(&object.key.name));
        let mut texts: Vec<String> = Vec::new();
        for row in connection.query(&sql, &[]).await? {
            texts.push(row.0.iter().map(|value| text(value, None)).collect::<Vec<_>>().join(" | "));
        }
        texts.sort();
        found.insert(format!("view {}", object.key.name), texts);
    }
    Ok(found)
}

fn text(value: &Value, ty: Option<&Type>) -> String {
    let shown = match value {
        Value::Null => return "NULL".to_owned(),
        Value::Bool(truth) => i64::from(*truth).to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Bytes(bytes) => match (ty, std::str::from_utf8(bytes)) {
            (Some(Type::Binary(_) | Type::Varbinary(_) | Type::Blob), _) | (_, Err(_)) => {
                bytes.iter().map(|byte| format!("{byte:02x}")).collect()
            }
            (_, Ok(text)) => text.to_owned(),
        },
    };
    match ty {
        Some(Type::Time(_) | Type::Timestamp(_) | Type::TimestampTz(_)) => moment(&shown),
        Some(Type::Decimal(_)) => shown.trim_end_matches('0').trim_end_matches('.').to_owned(),
        Some(Type::Real | Type::Double) => {
            shown.parse::<f64>().map_or_else(|_| shown.clone(), |number| format!("{number:e}"))
        }
        Some(Type::Json | Type::Jsonb) => json(&shown),
        _ => shown,
    }
}

/// Without the zone, which is UTC in every session, and without zeros behind the second.
fn moment(text: &str) -> String {
    let text = text.replace('T', " ");
    let text = text.trim_end_matches("+00").trim_end_matches("+00:00").trim_end_matches('Z');
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text.to_owned()
    }
}

/// Without white space outside texts.
fn json(text: &str) -> String {
    let mut within = false;
    let mut escaped = false;
    text.chars()
        .filter(|letter| {
            if *letter == '"' && !escaped {
                within = !within;
            }
            escaped = *letter == '\\' && !escaped;
            within || !letter.is_whitespace()
        })
        .collect()
}
