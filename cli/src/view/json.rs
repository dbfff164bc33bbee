use limbeck_core::diag::{Diagnostic, Location};
use serde_json::{Map, Value, json};

/// The JSON of a failure: `{"error": {…}}`, the further diagnostics under `"others"`.
pub fn error_json(diagnostics: &[Diagnostic]) -> Value {
    let mut rows = diagnostics_json(diagnostics);
    let mut first = match rows.is_empty() {
        true => json!({ "code": "unknown", "message": "it failed" }),
        false => rows.remove(0),
    };
    if let (Value::Object(first), false) = (&mut first, rows.is_empty()) {
        first.insert("others".to_owned(), Value::Array(rows));
    }
    json!({ "error": first })
}

/// The JSON of each diagnostic.
pub fn diagnostics_json(diagnostics: &[Diagnostic]) -> Vec<Value> {
    diagnostics.iter().map(diagnostic).collect()
}

fn diagnostic(diagnostic: &Diagnostic) -> Value {
    let mut row = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            row.insert(key.to_owned(), value);
        }
    };
    put("code", Some(diagnostic.code.into()));
    put("message", Some(diagnostic.message.clone().into()));
    put("help", diagnostic.help.clone().map(Value::from));
    put("location", diagnostic.location.as_ref().map(place));
    put("revision", diagnostic.revision.clone().map(Value::from));
    put("statement", diagnostic.statement.clone().map(Value::from));
    if !diagnostic.notes.is_empty() {
        put("notes", Some(diagnostic.notes.clone().into()));
    }
    if !diagnostic.related.is_empty() {
        let rows: Vec<Value> = diagnostic
            .related
            .iter()
            .map(|(location, why)| json!({ "location": place(location), "message": why }))
            .collect();
        put("related", Some(rows.into()));
    }
    Value::Object(row)
}

fn place(location: &Location) -> Value {
    json!({ "file": &*location.file, "line": location.line, "column": location.column })
}
