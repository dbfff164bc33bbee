//! Operations as JSON: the same keys as in TOML, in the same order.

use serde_json::{Map, Number, Value as Json};

use super::tree::{Entry, Node, Value};
use super::{ReadError, decode, encode};
use crate::operation::Operation;

/// An operation as JSON. A number that JSON has not (`nan`, `inf`) is written as a string.
pub fn operation_to_json(operation: &Operation) -> Json {
    to_json(&encode::node(operation))
}

/// Reads what [`operation_to_json`] wrote.
///
/// # Errors
/// Everything that is wrong with it; there are no places.
pub fn operation_from_json(json: &Json) -> Result<Operation, Vec<ReadError>> {
    decode::operation(&from_json(json))
}

fn to_json(node: &Node<'_>) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Integer(value) => Json::from(*value),
        Value::Float(value) => {
            Number::from_f64(*value).map_or_else(|| Json::String(value.to_string()), Json::Number)
        }
        Value::String(text) | Value::Sql(text) => Json::String(text.clone().into_owned()),
        Value::Datetime(text) | Value::Unfit(text) => Json::String(text.clone()),
        Value::Array(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Table(entries) => {
            let mut map = Map::new();
            for entry in entries {
                map.insert(entry.key.clone().into_owned(), to_json(&entry.node));
            }
            Json::Object(map)
        }
    }
}

fn from_json(json: &Json) -> Node<'_> {
    Node::new(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::Integer(whole),
            (None, Some(fraction)) if !number.is_u64() => Value::Float(fraction),
            _ => Value::Unfit(number.to_string()),
        },
        Json::String(text) => Value::String(text.as_str().into()),
        Json::Array(items) => Value::Array(items.iter().map(from_json).collect()),
        Json::Object(map) => Value::Table(
            map.iter()
                .map(|(key, value)| Entry {
                    key: key.as_str().into(),
                    key_span: 0..0,
                    node: from_json(value),
                })
                .collect(),
        ),
    })
}
