use syn::Field as SynField;

use super::attributes::Cfg;
use super::defaults::default_value;
use super::entries::{Body, Entry, Keyed, number};
use super::enums::comment;
use super::record::{agree, borrowed};
use super::references::references;
use super::sections::{is_section, section};
use super::targets::{index, primary_key, unique};
use super::{Case, Context, Gathered, Spot, gather, keys, plain, rust_type};
use crate::At;
use crate::ast::{Field, Generated, Identity, Precision, RustType, Said, SqlText};

/// A field as a column; `None` if it is skipped.
pub(crate) fn field(
    context: &mut Context,
    field: &SynField,
    case: Option<Case>,
    cfg: Cfg<'_>,
) -> Option<Field> {
    let attributes = gather(context, &field.attrs, cfg);
    let ident = field.ident.as_ref()?;
    column(context, &attributes, &plain(ident), ident.span().into(), case, |context| {
        rust_type(context, &field.ty)
    })
}

/// The field `name` as a column, with what its attributes say; `None` if it is skipped. `ty` reads its type.
pub fn column(
    context: &mut Context,
    attributes: &Gathered,
    name: &str,
    spot: Spot,
    case: Option<Case>,
    ty: impl FnOnce(&mut Context) -> RustType,
) -> Option<Field> {
    if !attributes.enabled || is_skipped(attributes) {
        return None;
    }
    let ty = ty(context);
    let read = context.at(name.to_owned(), spot);
    let mut said = Said::NOTHING;
    let mut column = borrowed(context, &attributes.sqlx, "rename");
    if let Some(diesel) = borrowed(context, &attributes.diesel, "column_name") {
        agree(context, &mut column, "column_name", diesel, "sqlx");
    }
    if has(&attributes.sqlx, "flatten") {
        said.flatten = Some(context.at(String::new(), spot));
    }
    for entry in &attributes.limbeck {
        let Some(keyed) = entry.keyed() else {
            context
                .problem("invalid-attribute", entry.span(), "a key is wanted here")
                .help("write `#[limbeck(key = \"value\")]`");
            continue;
        };
        key(context, attributes, &keyed, &mut said, &mut column);
    }
    let column = match (column, case) {
        (Some(column), _) => column,
        (None, Some(case)) => At::new(case.apply(name), read.place),
        (None, None) => read.clone(),
    };
    let said = (said != Said::NOTHING).then(|| Box::new(said));
    Some(Field { name: read, column, ty, said })
}

fn has(entries: &[Entry], key: &str) -> bool {
    entries.iter().filter_map(Entry::keyed).any(|keyed| keyed.key == key)
}

fn is_skipped(attributes: &Gathered) -> bool {
    has(&attributes.limbeck, "skip") || has(&attributes.sqlx, "skip")
}

fn key(
    context: &mut Context,
    attributes: &Gathered,
    keyed: &Keyed,
    field: &mut Said,
    column: &mut Option<At<String>>,
) {
    match keyed.key.as_str() {
        "primary_key" => {
            if let Some(new) = primary_key(context, keyed, true) {
                match &field.primary_key {
                    Some(old) => context.twice("primary_key", old.place, new.place),
                    None => field.primary_key = Some(Box::new(new)),
                }
            }
        }
        "identity" => field.identity = identity(context, keyed).map(Box::new),
        "column" => {
            if let Some(text) = keyed.name(context) {
                agree(context, column, "column", text, "sqlx(…)` or `diesel");
            }
        }
        "renamed_from" => {
            if let Some(text) = keyed.name(context) {
                context.set(&mut field.renamed_from, "renamed_from", text);
            }
        }
        "type" => sql(context, keyed, &mut field.type_text),
        "default_sql" => sql(context, keyed, &mut field.default_sql),
        "fill_sql" => sql(context, keyed, &mut field.fill_sql),
        "check_sql" => sql(context, keyed, &mut field.check_sql),
        "length" => {
            if let Some(length) = keyed.number(context) {
                context.set(&mut field.length, "length", length);
            }
        }
        "precision" => field.precision = precision(context, keyed),
        "null" | "not_null" => {
            if keyed.bare(context) {
                let value = context.at(keyed.key == "null", keyed.span);
                context.set(&mut field.null, &keyed.key, value);
            }
        }
        "default" => {
            if let Some(value) = default_value(context, keyed) {
                context.set(&mut field.default, "default", value);
            }
        }
        "generated" => field.generated = generated(context, keyed).map(Box::new),
        "unique" => {
            if let Some(new) = unique(context, keyed, true) {
                match &field.unique {
                    Some(old) => context.twice("unique", old.place, new.place),
                    None => field.unique = Some(Box::new(new)),
                }
            }
        }
        "index" => field.indexes.extend(index(context, keyed, true)),
        "references" => {
            if let Some(new) = references(context, keyed) {
                match &field.references {
                    Some(old) => context.twice("references", old.place, new.place),
                    None => field.references = Some(Box::new(new)),
                }
            }
        }
        "collate" => {
            if let Some(text) = keyed.name(context) {
                context.set(&mut field.collate, "collate", text);
            }
        }
        "comment" => field.comment = comment(context, keyed, attributes),
        "json" => {
            if keyed.bare(context) {
                field.json = Some(context.place(keyed.span));
            }
        }
        "flatten" => field.flatten = flatten(context, keyed),
        name if is_section(name) => {
            let Said { type_text, default_sql, fill_sql, check_sql, options, .. } = field;
            let mut known = [
                ("type", type_text),
                ("default_sql", default_sql),
                ("fill_sql", fill_sql),
                ("check_sql", check_sql),
            ];
            section(context, keyed, &mut known, options);
        }
        other => keys::unknown(context, other, keyed.span, "a column", keys::FIELD),
    }
}

fn sql(context: &mut Context, keyed: &Keyed, text: &mut SqlText) {
    if let Some(new) = keyed.name(context) {
        context.set(&mut text.default, &keyed.key, new);
    }
}

/// `identity`, `identity(always, start = 100)`.
fn identity(context: &mut Context, keyed: &Keyed) -> Option<Identity> {
    let mut identity = Identity {
        place: context.place(keyed.span),
        always: false,
        start: None,
        increment: None,
        min: None,
        max: None,
        cache: None,
        cycle: false,
    };
    let known = ["always", "start", "increment", "min", "max", "cache", "cycle"];
    for entry in keyed.list_or_bare(context)? {
        let Some(option) = entry.keyed() else {
            keyed.wrong(context, "nothing, or `always` and what its counter does");
            continue;
        };
        match option.key.as_str() {
            "always" => identity.always = option.flag(context).unwrap_or_default(),
            "cycle" => identity.cycle = option.flag(context).unwrap_or_default(),
            "start" => identity.start = option.number(context).map(|number| number.value),
            "increment" => identity.increment = option.number(context).map(|number| number.value),
            "min" => identity.min = option.number(context).map(|number| number.value),
            "max" => identity.max = option.number(context).map(|number| number.value),
            "cache" => identity.cache = option.number(context).map(|number| number.value),
            other => keys::unknown(context, other, option.span, "`identity(…)`", &known),
        }
    }
    Some(identity)
}

/// `precision(10, 2)`, `precision(3)`.
fn precision(context: &mut Context, keyed: &Keyed) -> Option<Precision> {
    let place = context.place(keyed.span);
    let digits: Option<Vec<u32>> = keyed
        .list(context)?
        .iter()
        .map(|entry| number(&entry.tokens).and_then(|digits| digits.parse().ok()))
        .collect();
    match digits.as_deref() {
        Some([digits]) => Some(Precision { digits: *digits, scale: None, place }),
        Some([digits, scale]) if scale <= digits => {
            Some(Precision { digits: *digits, scale: Some(*scale), place })
        }
        _ => {
            keyed.wrong(context, "digits in all, and digits behind the point, which are not more");
            None
        }
    }
}

/// `generated(sql = "…", stored)`.
fn generated(context: &mut Context, keyed: &Keyed) -> Option<Generated> {
    let mut generated = Generated { sql: SqlText::NONE, stored: false, place: context.place(keyed.span) };
    let mut options = Vec::new();
    let known = ["sql", "stored", "virtual"];
    for entry in keyed.list(context)? {
        match entry.keyed() {
            Some(option) if option.key == "sql" => sql(context, &option, &mut generated.sql),
            Some(option) if option.key == "stored" => {
                generated.stored = option.flag(context).unwrap_or_default();
            }
            Some(option) if option.key == "virtual" => {
                generated.stored = !option.flag(context).unwrap_or_default();
            }
            Some(option) if is_section(&option.key) => {
                section(context, &option, &mut [("sql", &mut generated.sql)], &mut options);
            }
            Some(option) => keys::unknown(context, &option.key, option.span, "`generated(…)`", &known),
            None => keyed.wrong(context, "an expression"),
        }
    }
    if let Some(option) = options.first() {
        let span = context.span(option.key.place).unwrap_or(keyed.span);
        keys::unknown(context, &option.key.value, span, "a dialect's section of `generated(…)`", &["sql"]);
    }
    if generated.sql.is_none() {
        keyed.wrong(context, "an expression");
        return None;
    }
    Some(generated)
}

/// `flatten`, `flatten(prefix = "…")`.
fn flatten(context: &mut Context, keyed: &Keyed) -> Option<At<String>> {
    let mut prefix = context.at(String::new(), keyed.span);
    if let Body::Flag = keyed.body {
        return Some(prefix);
    }
    for entry in keyed.list(context)? {
        match entry.keyed() {
            Some(option) if option.key == "prefix" => {
                if let Some(text) = option.text(context) {
                    prefix.value = text.value;
                }
            }
            Some(option) => keys::unknown(context, &option.key, option.span, "`flatten(…)`", &["prefix"]),
            None => keyed.wrong(context, "nothing, or a prefix"),
        }
    }
    Some(prefix)
}
