//! From a schema to Rust source: the other way round, for a database that is there before its models.
//!
//! What is written is read back and compared, so that whatever models cannot say is named and not lost.

mod attribute;
mod columns;
mod constraints;
mod enums;
mod indexes;
mod keys;
mod names;
mod table;
mod types;
mod verify;

use limbeck_core::driver::{Dialect, Unmanaged};
use limbeck_core::schema::{Naming, Schema};

use names::Names;
use table::TableWriter;

/// Rust source for a schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// A module.
    pub text: String,
    /// What models cannot say, in the words of the module's own comment.
    pub left_out: Vec<String>,
}

/// What a schema is written with.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The rules for names: a name that they make is left out.
    pub naming: &'a Naming,
    /// The dialect that the schema is of.
    pub dialect: &'a dyn Dialect,
    /// What else the database holds.
    pub unmanaged: &'a [Unmanaged],
}

/// Writes a schema as a module of structs and enums, laid out as rustfmt does.
pub fn write(schema: &Schema, setting: Setting<'_>) -> Written {
    let names = Names::new(schema);
    let mut left_out = others(schema, setting.unmanaged);
    let mut body = String::new();
    for table in schema.tables.values() {
        body.push('\n');
        body.push_str(&TableWriter::new(schema, &names, setting, table, &mut left_out).write());
    }
    for item in schema.enums.values() {
        if let Some(name) = names.enums.get(&item.name) {
            body.push('\n');
            body.push_str(&enums::write(item, name));
        }
    }
    left_out.extend(verify::differences(schema, &body, setting));
    let mut text = String::from("//! Written by `limbeck inspect --format rust`.\n");
    if !left_out.is_empty() {
        text.push_str("//!\n//! Not said here:\n");
        for line in &left_out {
            // One line each: a comment must not end where a name has a line break.
            text.push_str(&format!("//! - {}\n", line.split_whitespace().collect::<Vec<_>>().join(" ")));
        }
    }
    text.push_str(&body);
    Written { text, left_out }
}

/// What a schema holds beside tables and the enums of their columns.
fn others(schema: &Schema, unmanaged: &[Unmanaged]) -> Vec<String> {
    let used: std::collections::BTreeSet<_> = schema
        .tables
        .values()
        .flat_map(|table| &table.columns)
        .filter_map(|column| column.ty.default.as_ref()?.enum_name())
        .collect();
    let namespaces = schema.namespaces.keys().map(|name| format!("schema {name}"));
    let enums = schema.enums.keys().filter(|name| !used.contains(name));
    let enums = enums.map(|name| format!("enum {name}, which no column is of"));
    let sequences = schema.sequences.keys().map(|name| format!("sequence {name}"));
    let objects = schema.objects.keys().map(ToString::to_string);
    let left = unmanaged
        .iter()
        .map(|left| format!("{} {}: {}", left.kind.replace('_', " "), left.name, left.reason));
    namespaces.chain(enums).chain(sequences).chain(objects).chain(left).collect()
}
