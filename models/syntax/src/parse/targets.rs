//! What stands in `primary_key(…)`, `unique(…)`, `exclude(…)`, `check(…)` and `index(…)`.

use super::details::{detail, is_flag};
use super::entries::{Body, Entry, Keyed};
use super::parts::{expression, fields, modifiers, not_a_field, part, want_fields};
use super::sections::{is_section, section};
use super::{Context, keys};
use crate::At;
use crate::ast::{Check, Details, Exclusion, Index, IndexPart, PartitionOf, PrimaryKey, SqlText, Unique};

/// A field or an expression in a list whose other entries are the keys that `known` has.
fn parts(context: &mut Context, item: &Entry, known: &[&str]) -> Option<IndexPart> {
    if item.is_raw() {
        return part(context, &item.tokens);
    }
    let keyed = item.keyed()?;
    match &keyed.body {
        Body::Value(_) if keyed.key == "sql" => expression(context, &keyed),
        Body::Value(_) => None,
        Body::List(_) if keyed.key == "include" || keyed.key == "deferrable" || is_section(&keyed.key) => {
            None
        }
        Body::Flag if keyed.key == "nulls_not_distinct" || is_flag(&keyed.key, known) => None,
        _ => part(context, &item.tokens),
    }
}

/// `primary_key(a, b, name = "…")` on a struct, `primary_key` or `primary_key(name = "…")` on a field.
pub(crate) fn primary_key(context: &mut Context, entry: &Keyed, on_field: bool) -> Option<PrimaryKey> {
    let mut key = PrimaryKey {
        place: context.place(entry.span),
        parts: Vec::new(),
        include: Vec::new(),
        details: Details::NONE,
    };
    let known = ["name", "include", "deferrable", "comment"];
    let items = if on_field { entry.list_or_bare(context)? } else { entry.list(context)? };
    for item in items {
        if !on_field && let Some(part) = parts(context, &item, &known) {
            key.parts.push(part);
            continue;
        }
        match item.keyed() {
            Some(keyed) if keyed.key == "include" && matches!(keyed.body, Body::List(_)) => {
                key.include.extend(fields(context, &keyed));
            }
            Some(keyed) => detail(context, &keyed, &mut key.details, &known, "`primary_key(…)`"),
            None => not_a_field(context, &item, "`primary_key(…)`"),
        }
    }
    want_fields(context, entry, !on_field && key.parts.is_empty());
    Some(key)
}

/// `unique(a, b, name = "…")` on a struct, `unique` or `unique(name = "…")` on a field.
pub(crate) fn unique(context: &mut Context, entry: &Keyed, on_field: bool) -> Option<Unique> {
    let mut unique = Unique {
        place: context.place(entry.span),
        parts: Vec::new(),
        include: Vec::new(),
        nulls_not_distinct: false,
        details: Details::NONE,
    };
    let known = ["name", "include", "nulls_not_distinct", "deferrable", "comment"];
    let items = if on_field { entry.list_or_bare(context)? } else { entry.list(context)? };
    for item in items {
        if !on_field && let Some(part) = parts(context, &item, &known) {
            unique.parts.push(part);
            continue;
        }
        match item.keyed() {
            Some(keyed) if keyed.key == "nulls_not_distinct" => {
                unique.nulls_not_distinct = keyed.flag(context).unwrap_or_default();
            }
            Some(keyed) if keyed.key == "include" && matches!(keyed.body, Body::List(_)) => {
                unique.include.extend(fields(context, &keyed));
            }
            Some(keyed) => detail(context, &keyed, &mut unique.details, &known, "`unique(…)`"),
            None => not_a_field(context, &item, "`unique(…)`"),
        }
    }
    want_fields(context, entry, !on_field && unique.parts.is_empty());
    Some(unique)
}

/// `exclude(room(operator = "="), during(operator = "&&"), method = "gist")` on a struct.
pub(crate) fn exclusion(context: &mut Context, entry: &Keyed) -> Option<Exclusion> {
    let mut exclusion = Exclusion {
        place: context.place(entry.span),
        parts: Vec::new(),
        method: None,
        include: Vec::new(),
        where_sql: SqlText::NONE,
        details: Details::NONE,
    };
    let known = ["name", "method", "where_sql", "include", "deferrable", "comment"];
    for item in entry.list(context)? {
        if let Some(part) = parts(context, &item, &known) {
            if part.operator.is_none() {
                context
                    .problem(
                        "invalid-attribute",
                        item.span(),
                        "what is compared in `exclude(…)` needs an operator",
                    )
                    .help("write `field(operator = \"=\")`");
            }
            exclusion.parts.push(part);
            continue;
        }
        match item.keyed() {
            Some(keyed) if keyed.key == "include" && matches!(keyed.body, Body::List(_)) => {
                exclusion.include.extend(fields(context, &keyed));
            }
            Some(keyed) if keyed.key == "method" => {
                if let Some(method) = keyed.word(context) {
                    context.set(&mut exclusion.method, "method", method);
                }
            }
            Some(keyed) if keyed.key == "where_sql" => {
                if let Some(sql) = keyed.name(context) {
                    context.set(&mut exclusion.where_sql.default, "where_sql", sql);
                }
            }
            Some(keyed) => detail(context, &keyed, &mut exclusion.details, &known, "`exclude(…)`"),
            None => not_a_field(context, &item, "`exclude(…)`"),
        }
    }
    want_fields(context, entry, exclusion.parts.is_empty());
    Some(exclusion)
}

/// `check(name = "…", sql = "…")` on a struct.
pub(crate) fn check(context: &mut Context, entry: &Keyed) -> Option<Check> {
    let mut check = Check { place: context.place(entry.span), sql: SqlText::NONE, details: Details::NONE };
    let known = ["name", "sql", "not_valid", "not_enforced", "comment"];
    for item in entry.list(context)? {
        match item.keyed() {
            Some(keyed) if keyed.key == "sql" => {
                if let Some(sql) = keyed.name(context) {
                    context.set(&mut check.sql.default, "sql", sql);
                }
            }
            Some(keyed) if is_section(&keyed.key) => {
                let Check { sql, details, .. } = &mut check;
                section(context, &keyed, &mut [("sql", sql)], &mut details.options);
            }
            Some(keyed) => detail(context, &keyed, &mut check.details, &known, "`check(…)`"),
            None => not_a_field(context, &item, "`check(…)`"),
        }
    }
    if check.sql.is_none() {
        entry.wrong(context, "an expression");
        return None;
    }
    Some(check)
}

/// `partition_of(parent = "events", bound = "FOR VALUES IN (1)")` on a struct.
pub(crate) fn partition_of(context: &mut Context, entry: &Keyed) -> Option<PartitionOf> {
    let (mut parent, mut bound) = (None, None);
    for item in entry.list(context)? {
        match item.keyed() {
            Some(keyed) if keyed.key == "parent" => parent = keyed.name(context),
            Some(keyed) if keyed.key == "bound" => bound = keyed.name(context),
            Some(keyed) => {
                keys::unknown(context, &keyed.key, keyed.span, "`partition_of(…)`", &["parent", "bound"]);
            }
            None => not_a_field(context, &item, "`partition_of(…)`"),
        }
    }
    let (Some(parent), Some(bound)) = (parent, bound) else {
        entry.wrong(context, "the whole table and which rows are in this one");
        return None;
    };
    Some(PartitionOf { parent, bound })
}

/// `index(a, b desc, name = "…")` on a struct, `index` or `index(name = "…")` on a field.
pub(crate) fn index(context: &mut Context, entry: &Keyed, on_field: bool) -> Option<Index> {
    let mut index = Index {
        place: context.place(entry.span),
        parts: Vec::new(),
        name: None,
        unique: false,
        where_sql: SqlText::NONE,
        method: None,
        include: Vec::new(),
        nulls_not_distinct: false,
        comment: None,
        options: Vec::new(),
    };
    let known = ["name", "unique", "where_sql", "method", "include", "nulls_not_distinct", "comment", "sql"];
    let items = if on_field { entry.list_or_bare(context)? } else { entry.list(context)? };
    let mut words = Vec::new();
    for item in items {
        if !on_field && item.is_raw() {
            index.parts.extend(part(context, &item.tokens));
            continue;
        }
        match item.keyed() {
            Some(keyed) if keyed.key == "unique" => index.unique = keyed.flag(context).unwrap_or_default(),
            Some(keyed) if keyed.key == "nulls_not_distinct" => {
                index.nulls_not_distinct = keyed.flag(context).unwrap_or_default();
            }
            Some(keyed) if keyed.key == "include" && matches!(keyed.body, Body::List(_)) => {
                index.include.extend(fields(context, &keyed));
            }
            Some(keyed) if is_section(&keyed.key) && matches!(keyed.body, Body::List(_)) => {
                section(context, &keyed, &mut [("where_sql", &mut index.where_sql)], &mut index.options);
            }
            Some(keyed) if matches!(keyed.body, Body::Value(_)) => match keyed.key.as_str() {
                "sql" if !on_field => index.parts.extend(expression(context, &keyed)),
                "name" => {
                    if let Some(name) = keyed.name(context) {
                        context.set(&mut index.name, "name", name);
                    }
                }
                "where_sql" => {
                    if let Some(sql) = keyed.name(context) {
                        context.set(&mut index.where_sql.default, "where_sql", sql);
                    }
                }
                "method" => {
                    if let Some(method) = keyed.word(context) {
                        context.set(&mut index.method, "method", method);
                    }
                }
                "comment" => index.comment = keyed.text(context).map(|text| text.value),
                // Of a field's own index: what is said of the one part.
                "opclass" | "collate" | "length" if on_field => words.extend(item.tokens.iter().cloned()),
                _ => keys::unknown(context, &keyed.key, keyed.span, "`index(…)`", &known),
            },
            Some(_) if on_field => words.extend(item.tokens.iter().cloned()),
            Some(_) => index.parts.extend(part(context, &item.tokens)),
            None => not_a_field(context, &item, "`index(…)`"),
        }
    }
    if on_field {
        let mut own = IndexPart::plain(Some(At::new(String::new(), index.place)));
        modifiers(context, &mut own, &words);
        index.parts.push(own);
    }
    want_fields(context, entry, index.parts.is_empty());
    Some(index)
}
