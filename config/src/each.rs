//! A database entry that stands for many: a template, and what is put into it.

use std::collections::BTreeSet;
use std::path::Path;

use limbeck_core::diag::Diagnostic;

use crate::interpret::encode;
use crate::load::Reader;
use crate::raw::{RawDatabase, RawEach};

/// What each value stands in the place of.
const PLACE: &str = "{each}";

/// What stands between the name of a template and the value, in the name of one of its databases.
pub const SEPARATOR: char = '/';

/// A template whose values only a database can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The template's name.
    pub name: String,
    /// What gives the values, in its first column.
    pub query: String,
    /// The database that is asked.
    pub database: String,
}

/// Where the values of a template come from.
pub(crate) enum Values {
    Known(Vec<String>),
    Pending(Pending),
}

/// The values of the template `name`.
pub(crate) fn values(
    reader: &Reader,
    directory: &Path,
    name: &str,
    database: &RawDatabase,
    each: &RawEach,
) -> Result<Values, Diagnostic> {
    let wrong = |message: String, help: &str| {
        reader.problem("invalid-configuration", &["databases", name, "each"], message).with_help(help)
    };
    if !texts(database).any(|text| text.contains(PLACE)) {
        let message =
            format!("`{PLACE}` stands nowhere in database `{name}`, so that each would be the same one");
        return Err(wrong(message, "write it into `url`, `database` or `schema`"));
    }
    // Tenants that are schemas of one database have a record each: its tables must not be the same ones for all.
    let names_it = database.url.is_some() || database.database.is_some();
    let in_one_database = ![
        database.url.as_deref().map(place),
        database.host.as_deref(),
        database.database.as_deref(),
        // Who says no database gets that of the user's name.
        database.username.as_deref().filter(|_| !names_it),
    ]
    .into_iter()
    .flatten()
    .any(|text| text.contains(PLACE));
    let told_apart = |text: &Option<String>| text.as_ref().is_some_and(|text| text.contains(PLACE));
    let elsewhere = database.version_schema.as_ref().is_some_and(|schema| !schema.contains(PLACE));
    let fixed_tables = !(told_apart(&database.version_table) && told_apart(&database.journal_table));
    if in_one_database && (elsewhere || !told_apart(&database.schema)) && fixed_tables {
        let message = format!(
            "all that `each` of database `{name}` stands for would share one record of what is applied"
        );
        return Err(wrong(message, "leave `version_schema` out, or let it hold `{each}`, too"));
    }
    match (&each.list, &each.file, &each.query, &each.database) {
        (Some(list), None, None, None) => Ok(Values::Known(list.clone())),
        (None, Some(file), None, None) => {
            let path = directory.join(file);
            let text = std::fs::read_to_string(&path).map_err(|error| {
                wrong(format!("cannot read {}: {error}", path.display()), "correct `file`")
            })?;
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
            Ok(Values::Known(lines.map(str::to_owned).collect()))
        }
        (None, None, Some(query), Some(database)) => Ok(Values::Pending(Pending {
            name: name.to_owned(),
            query: query.clone(),
            database: database.clone(),
        })),
        _ => Err(wrong(
            format!("`each` of database `{name}` must say where the values come from, in one way"),
            "write `{ list = [\"a\", \"b\"] }`, `{ file = \"names.txt\" }`, or `{ query = \"SELECT …\", database = \
             \"NAME\" }`",
        )),
    }
}

/// The entries that a template makes, each with its name.
pub(crate) fn entries(
    reader: &Reader,
    name: &str,
    template: &RawDatabase,
    values: &[String],
) -> Result<Vec<(String, RawDatabase)>, Diagnostic> {
    let mut seen = BTreeSet::new();
    let mut made = Vec::with_capacity(values.len());
    for value in values {
        let wrong = match value.as_str() {
            "" => Some("is empty".to_owned()),
            text if text.contains(SEPARATOR) || text.contains(char::is_control) => {
                Some(format!("holds a character that the name of a database cannot have: {text:?}"))
            }
            text if !seen.insert(text) => Some(format!("is there twice: {text:?}")),
            _ => None,
        };
        if let Some(wrong) = wrong {
            let message = format!("a value of `each` of database `{name}` {wrong}");
            return Err(reader.problem("invalid-configuration", &["databases", name, "each"], message));
        }
        made.push((format!("{name}{SEPARATOR}{value}"), filled(template, value)));
    }
    Ok(made)
}

/// What of a URL says which database it is: neither who connects nor how, where a path names the database.
fn place(url: &str) -> &str {
    let Some((_, rest)) = url.split_once("://") else { return url };
    let rest = rest.split_once('?').map_or(rest, |(rest, _)| rest);
    match rest.split_once('/') {
        Some((authority, path)) if !path.is_empty() && authority.contains('@') => {
            rest.rsplit_once('@').map_or(rest, |(_, place)| place)
        }
        _ => rest,
    }
}

/// The texts of an entry that may differ from one to the other.
fn texts(database: &RawDatabase) -> impl Iterator<Item = &String> {
    [&database.url, &database.host, &database.database, &database.username, &database.schema]
        .into_iter()
        .flatten()
}

/// The entry for one value.
fn filled(template: &RawDatabase, value: &str) -> RawDatabase {
    let mut made = template.clone();
    // Within a URL it must stay one part of it, whatever letters it has.
    let encoded = encode(value).to_string();
    for url in [&mut made.url, &mut made.scratch_url].into_iter().flatten() {
        *url = url.replace(PLACE, &encoded);
    }
    let plain = [
        &mut made.host,
        &mut made.database,
        &mut made.username,
        &mut made.password,
        &mut made.password_file,
        &mut made.version_table,
        &mut made.journal_table,
        &mut made.version_schema,
        &mut made.schema,
    ];
    for text in plain.into_iter().flatten() {
        *text = text.replace(PLACE, value);
    }
    for schema in &mut made.schemas {
        *schema = schema.replace(PLACE, value);
    }
    made
}
