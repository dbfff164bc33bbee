//! What models declare, as JSON: what a program of the user's prints, and `exec:` reads.

use std::collections::BTreeMap;

use limbeck_core::diff::{ColumnRename, EnumValueRename, Hints, TableRename};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::revision::{schema_from_json, schema_to_json};
use limbeck_core::schema::{Naming, Schema, Sql};
use serde_json::{Map, Value, json};

use crate::Declared;

/// The environment variable with which a program that prints its models is told the rules for names, as JSON.
pub const NAMING_VARIABLE: &str = "LIMBECK_NAMING";

/// Something that is no such document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentError(pub String);

impl std::fmt::Display for DocumentError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DocumentError {}

fn wrong(what: &str) -> DocumentError {
    DocumentError(format!("`{what}` is missing or not what it should be"))
}

impl Declared {
    /// As JSON: the schema, marked as that of models, with renames and fills. The places of structs are left out.
    pub fn to_json(&self) -> Value {
        let hints = &self.hints;
        let tables: Vec<Value> = hints
            .tables
            .iter()
            .map(|rename| json!({ "from": name(&rename.from), "to": name(&rename.to) }))
            .collect();
        let columns: Vec<Value> = hints
            .columns
            .iter()
            .map(|rename| {
                json!({ "table": name(&rename.table), "from": rename.from.as_str(), "to": rename.to.as_str() })
            })
            .collect();
        let values: Vec<Value> = hints
            .enum_values
            .iter()
            .map(|rename| json!({ "enum": name(&rename.name), "from": rename.from, "to": rename.to }))
            .collect();
        let sqls = |list: &BTreeMap<(Name, Ident), Sql>| -> Vec<Value> {
            let items = list.iter();
            items
                .map(|((table, column), text)| {
                    json!({ "table": name(table), "column": column.as_str(), "sql": sql(text) })
                })
                .collect()
        };
        let databases: Vec<Value> = self
            .databases
            .iter()
            .map(|(table, database)| json!({ "table": name(table), "database": database }))
            .collect();
        let mut unmanaged = Schema::new();
        for table in self.unmanaged.values() {
            unmanaged.insert_table(table.clone());
        }
        json!({
            "declared": true,
            "models": true,
            "schema": schema_to_json(&self.schema),
            "renamed_tables": tables,
            "renamed_columns": columns,
            "renamed_values": values,
            "fills": sqls(&hints.fills),
            "using": sqls(&hints.using),
            "databases": databases,
            "unmanaged": schema_to_json(&unmanaged),
        })
    }

    /// What [`Declared::to_json`] wrote.
    ///
    /// # Errors
    /// If it is something else.
    pub fn from_json(document: &Value) -> Result<Self, DocumentError> {
        let schema = |key: &str| {
            let value = document.get(key).ok_or_else(|| wrong(key))?;
            schema_from_json(value).map_err(|error| DocumentError(error.to_string()))
        };
        let mut hints = Hints::default();
        for item in items(document, "renamed_tables") {
            hints.tables.push(TableRename { from: read_name(item, "from")?, to: read_name(item, "to")? });
        }
        for item in items(document, "renamed_columns") {
            hints.columns.push(ColumnRename {
                table: read_name(item, "table")?,
                from: Ident::from(text(item, "from")?),
                to: Ident::from(text(item, "to")?),
            });
        }
        for item in items(document, "renamed_values") {
            hints.enum_values.push(EnumValueRename {
                name: read_name(item, "enum")?,
                from: text(item, "from")?.to_owned(),
                to: text(item, "to")?.to_owned(),
            });
        }
        for (key, list) in [("fills", &mut hints.fills), ("using", &mut hints.using)] {
            for item in items(document, key) {
                let place = (read_name(item, "table")?, Ident::from(text(item, "column")?));
                list.insert(place, read_sql(item.get("sql").ok_or_else(|| wrong("sql"))?)?);
            }
        }
        let mut databases = BTreeMap::new();
        for item in items(document, "databases") {
            databases.insert(read_name(item, "table")?, text(item, "database")?.to_owned());
        }
        Ok(Self {
            schema: schema("schema")?,
            hints,
            files: Vec::new(),
            models: BTreeMap::new(),
            databases,
            unmanaged: schema("unmanaged")?.tables,
        })
    }
}

fn name(name: &Name) -> Value {
    match &name.schema {
        Some(schema) => json!([schema.as_str(), name.name.as_str()]),
        None => json!([name.name.as_str()]),
    }
}

fn read_name(item: &Value, key: &str) -> Result<Name, DocumentError> {
    let parts: Option<Vec<&str>> =
        item.get(key).and_then(Value::as_array).and_then(|parts| parts.iter().map(Value::as_str).collect());
    match parts.as_deref() {
        Some([name]) => Ok(Name::new(*name)),
        Some([schema, name]) => Ok(Name::qualified(*schema, *name)),
        _ => Err(wrong(key)),
    }
}

fn sql(sql: &Sql) -> Value {
    json!({ "default": sql.default, "dialects": sql.dialects })
}

fn read_sql(value: &Value) -> Result<Sql, DocumentError> {
    let mut dialects = BTreeMap::new();
    for (dialect, text) in value.get("dialects").and_then(Value::as_object).into_iter().flatten() {
        dialects.insert(dialect.clone(), text.as_str().ok_or_else(|| wrong("sql"))?.to_owned());
    }
    Ok(Sql { default: value.get("default").and_then(Value::as_str).map(str::to_owned), dialects })
}

fn text<'v>(item: &'v Value, key: &str) -> Result<&'v str, DocumentError> {
    item.get(key).and_then(Value::as_str).ok_or_else(|| wrong(key))
}

fn items<'v>(document: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    document.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// The rules for names as JSON.
pub fn naming_to_json(naming: &Naming) -> Value {
    let Naming { primary_key, unique, foreign_key, check, index, exclusion } = naming;
    json!({
        "primary_key": primary_key,
        "unique": unique,
        "foreign_key": foreign_key,
        "check": check,
        "index": index,
        "exclusion": exclusion,
    })
}

/// The rules that [`naming_to_json`] wrote; those that are left out are the default ones.
///
/// # Errors
/// If it is something else.
pub fn naming_from_json(text: &str) -> Result<Naming, DocumentError> {
    let rules: Map<String, Value> =
        serde_json::from_str(text).map_err(|error| DocumentError(error.to_string()))?;
    let mut naming = Naming::default();
    for (key, rule) in rules {
        let rule = rule.as_str().ok_or_else(|| wrong(&key))?.to_owned();
        match key.as_str() {
            "primary_key" => naming.primary_key = rule,
            "unique" => naming.unique = rule,
            "foreign_key" => naming.foreign_key = rule,
            "check" => naming.check = rule,
            "index" => naming.index = rule,
            "exclusion" => naming.exclusion = rule,
            _ => return Err(wrong(&key)),
        }
    }
    Ok(naming)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_for_names_come_back() {
        let naming = Naming { index: "ix_{table}".to_owned(), ..Naming::default() };
        assert_eq!(naming_from_json(&naming_to_json(&naming).to_string()), Ok(naming));
        assert!(naming_from_json("{\"indx\": \"\"}").is_err());
        assert!(naming_from_json("[]").is_err());
    }
}
