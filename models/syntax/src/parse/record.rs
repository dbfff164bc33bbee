use proc_macro2::{Ident, TokenTree};
use syn::{FieldsNamed, Generics};

use super::attributes::Cfg;
use super::entries::{Body, Entry};
use super::enums::comment;
use super::field::field;
use super::references::foreign_key;
use super::sections::{is_section, section};
use super::targets::{check, exclusion, index, partition_of, primary_key, unique};
use super::{Case, Context, Gathered, keys, plain, refuse_generics};
use crate::ast::{Field, Record};
use crate::{At, Problem};

/// A struct with named fields: a table, or a part of one.
pub fn record(
    context: &mut Context,
    attributes: &Gathered,
    ident: &Ident,
    generics: &Generics,
    fields: &FieldsNamed,
    cfg: Cfg<'_>,
) -> Record {
    let name = context.at(plain(ident), ident.span());
    refuse_generics(context, generics, &name.value);
    record_of(context, attributes, name, |context, case| {
        fields.named.iter().filter_map(|item| field(context, item, case, cfg)).collect()
    })
}

/// The struct `name` with what its attributes say. `fields` reads its fields, whose columns are written in the case that
/// it is given.
pub fn record_of(
    context: &mut Context,
    attributes: &Gathered,
    name: At<String>,
    fields: impl FnOnce(&mut Context, Option<Case>) -> Vec<Field>,
) -> Record {
    let mut record = Record {
        table: At::new(Case::Snake.apply(&name.value), name.place),
        name,
        schema: None,
        renamed_from: None,
        primary_key: None,
        uniques: Vec::new(),
        indexes: Vec::new(),
        foreign_keys: Vec::new(),
        checks: Vec::new(),
        exclusions: Vec::new(),
        partition_of: None,
        comment: None,
        embedded: None,
        unmanaged: false,
        database: None,
        options: Vec::new(),
        fields: Vec::new(),
    };
    let mut table = diesel_table(context, &attributes.diesel);
    let mut case = borrowed(context, &attributes.sqlx, "rename_all");
    for entry in &attributes.limbeck {
        key(context, attributes, entry, &mut record, &mut table, &mut case);
    }
    if let Some(table) = table {
        record.table = table;
    }
    let case = case.and_then(|case| rename_all(context, &case));
    record.fields = fields(context, case);
    record
}

fn key(
    context: &mut Context,
    attributes: &Gathered,
    entry: &Entry,
    record: &mut Record,
    table: &mut Option<At<String>>,
    case: &mut Option<At<String>>,
) {
    let Some(keyed) = entry.keyed() else {
        context
            .problem("invalid-attribute", entry.span(), "a key is wanted here")
            .help("write `#[limbeck(key = \"value\")]`");
        return;
    };
    match keyed.key.as_str() {
        "table" => {
            if let Some(text) = keyed.name(context) {
                agree(context, table, "table", text, "diesel");
            }
        }
        "schema" => {
            if let Some(text) = keyed.name(context) {
                context.set(&mut record.schema, "schema", text);
            }
        }
        "rename_all" => {
            if let Some(text) = keyed.text(context) {
                agree(context, case, "rename_all", text, "sqlx");
            }
        }
        "renamed_from" => {
            if let Some(text) = keyed.name(context) {
                context.set(&mut record.renamed_from, "renamed_from", text);
            }
        }
        "primary_key" => {
            if let Some(new) = primary_key(context, &keyed, false) {
                match &record.primary_key {
                    Some(old) => context.twice("primary_key", old.place, new.place),
                    None => record.primary_key = Some(new),
                }
            }
        }
        "unique" => record.uniques.extend(unique(context, &keyed, false)),
        "index" => record.indexes.extend(index(context, &keyed, false)),
        "foreign_key" => record.foreign_keys.extend(foreign_key(context, &keyed)),
        "exclude" => record.exclusions.extend(exclusion(context, &keyed)),
        "partition_of" => record.partition_of = partition_of(context, &keyed),
        "check" => record.checks.extend(check(context, &keyed)),
        "comment" => record.comment = comment(context, &keyed, attributes),
        "managed" => record.unmanaged = keyed.flag(context) == Some(false),
        "embedded" => {
            if keyed.bare(context) {
                record.embedded = Some(context.place(keyed.span));
            }
        }
        "database" => {
            if let Some(text) = keyed.name(context) {
                context.set(&mut record.database, "database", text);
            }
        }
        name if is_section(name) => section(context, &keyed, &mut [], &mut record.options),
        other => keys::unknown(context, other, keyed.span, "a table", keys::STRUCT),
    }
}

/// The case that `rename_all` names.
pub(crate) fn rename_all(context: &mut Context, text: &At<String>) -> Option<Case> {
    let case = Case::parse(&text.value);
    if case.is_none() {
        let names: Vec<&str> = Case::ALL.iter().map(|(name, _)| *name).collect();
        let problem = Problem::new(
            "invalid-attribute",
            text.place,
            format!("`rename_all` knows no case called `{}`", text.value),
        )
        .with_help(format!("the cases are {}", names.join(", ")));
        context.report(problem);
    }
    case
}

/// The text of a key that another crate's attribute gives.
pub(crate) fn borrowed(context: &mut Context, entries: &[Entry], key: &str) -> Option<At<String>> {
    entries.iter().filter_map(Entry::keyed).find(|keyed| keyed.key == key).and_then(|keyed| {
        match &keyed.body {
            Body::Value(value) => match value.as_slice() {
                [TokenTree::Literal(_)] => keyed.text(context),
                // diesel takes a word without quotes, too.
                [TokenTree::Ident(word)] => Some(context.at(plain(word), word.span())),
                _ => None,
            },
            Body::Flag | Body::List(_) | Body::Other => None,
        }
    })
}

/// `diesel(table_name = crate::schema::users)`.
fn diesel_table(context: &mut Context, entries: &[Entry]) -> Option<At<String>> {
    let keyed = entries.iter().filter_map(Entry::keyed).find(|keyed| keyed.key == "table_name")?;
    match &keyed.body {
        Body::Value(value) => match value.last()? {
            TokenTree::Ident(word) => Some(context.at(plain(word), word.span())),
            _ => None,
        },
        Body::Flag | Body::List(_) | Body::Other => None,
    }
}

/// Takes in what `limbeck(…)` says where another crate's attribute may have said it already: the two must agree.
pub(crate) fn agree(
    context: &mut Context,
    slot: &mut Option<At<String>>,
    key: &str,
    new: At<String>,
    other: &str,
) {
    if let Some(old) = slot
        && old.value != new.value
    {
        let problem = Problem::new(
            "contradiction",
            new.place,
            format!("`{key}` is `{}` here and `{}` in another attribute", new.value, old.value),
        )
        .with_help(format!("one place is enough: what `{other}(…)` says is read by limbeck, too"))
        .with_related(old.place, format!("here it is `{}`", old.value));
        context.report(problem);
    }
    *slot = Some(new);
}
