//! What stands in `primary_key(…)`, `unique(…)`, `index(…)`, `foreign_key(…)`, `references(…)` and `check(…)`.

use proc_macro2::{Delimiter, TokenTree};
use syn::Lit;

use super::entries::{Body, Entry, Keyed, is_sign, split};
use super::keys;
use super::sections::{is_section, section};
use super::{Context, plain};
use crate::ast::{Check, ForeignKey, Index, IndexPart, ModelPath, PrimaryKey, SqlText, Target, Unique};
use crate::{At, Place};

const ACTIONS: [&str; 5] = ["no_action", "restrict", "cascade", "set_null", "set_default"];

fn want_fields(context: &mut Context, entry: &Keyed, empty: bool) {
    if empty {
        entry.wrong(context, "the names of fields");
    }
}

fn not_a_field(context: &mut Context, entry: &Entry, what: &str) {
    context
        .problem("invalid-attribute", entry.span(), format!("{what} takes names of fields here"))
        .help("write the field's name as it stands in the struct");
}

/// `primary_key(a, b, name = "…")` on a struct.
pub(crate) fn primary_key(context: &mut Context, entry: &Keyed) -> Option<PrimaryKey> {
    let mut key = PrimaryKey { place: context.place(entry.span), fields: Vec::new(), name: None };
    for item in entry.list(context)? {
        if let Some(word) = item.word(context) {
            key.fields.push(word);
            continue;
        }
        match item.keyed() {
            Some(keyed) if keyed.key == "name" => {
                if let Some(name) = keyed.name(context) {
                    context.set(&mut key.name, "name", name);
                }
            }
            Some(keyed) => keys::unknown(context, &keyed.key, keyed.span, "`primary_key(…)`", &["name"]),
            None => not_a_field(context, &item, "`primary_key(…)`"),
        }
    }
    want_fields(context, entry, key.fields.is_empty());
    Some(key)
}

/// `unique(a, b, name = "…")` on a struct, `unique` or `unique(name = "…")` on a field.
pub(crate) fn unique(context: &mut Context, entry: &Keyed, on_field: bool) -> Option<Unique> {
    let mut unique = Unique {
        place: context.place(entry.span),
        fields: Vec::new(),
        name: None,
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: None,
        options: Vec::new(),
    };
    let known = ["name", "include", "nulls_not_distinct", "deferrable"];
    let items = if on_field { entry.list_or_bare(context)? } else { entry.list(context)? };
    for item in items {
        match item.keyed() {
            Some(keyed) if keyed.key == "nulls_not_distinct" => {
                unique.nulls_not_distinct = keyed.flag(context).unwrap_or_default();
            }
            Some(keyed) if keyed.key == "deferrable" => unique.deferrable = deferrable(context, &keyed),
            Some(keyed) if matches!(keyed.body, Body::Flag) && !on_field => {
                unique.fields.push(context.at(keyed.key, keyed.span));
            }
            Some(keyed) if keyed.key == "name" => {
                if let Some(name) = keyed.name(context) {
                    context.set(&mut unique.name, "name", name);
                }
            }
            Some(keyed) if keyed.key == "include" => unique.include.extend(fields(context, &keyed)),
            Some(keyed) if is_section(&keyed.key) => section(context, &keyed, &mut [], &mut unique.options),
            Some(keyed) => keys::unknown(context, &keyed.key, keyed.span, "`unique(…)`", &known),
            None => not_a_field(context, &item, "`unique(…)`"),
        }
    }
    want_fields(context, entry, !on_field && unique.fields.is_empty());
    Some(unique)
}

/// `include(a, b)`.
fn fields(context: &mut Context, entry: &Keyed) -> Vec<At<String>> {
    let mut found = Vec::new();
    for item in entry.list(context).unwrap_or_default() {
        match item.word(context) {
            Some(word) => found.push(word),
            None => not_a_field(context, &item, &format!("`{}(…)`", entry.key)),
        }
    }
    found
}

/// `deferrable`, `deferrable(initially_deferred)`: whether it waits from the start.
fn deferrable(context: &mut Context, entry: &Keyed) -> Option<bool> {
    let words: Vec<String> =
        entry.list_or_bare(context)?.iter().map(|e| e.keyed().map(|k| k.key).unwrap_or_default()).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] | ["initially_immediate"] => Some(false),
        ["initially_deferred"] => Some(true),
        _ => {
            entry.wrong(context, "nothing, `initially_immediate` or `initially_deferred`");
            None
        }
    }
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
        let keyed = item.keyed();
        match keyed {
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
        let mut own = empty_part();
        own.field = Some(At::new(String::new(), index.place));
        modifiers(context, &mut own, &words);
        index.parts.push(own);
    }
    want_fields(context, entry, index.parts.is_empty());
    Some(index)
}

fn empty_part() -> IndexPart {
    IndexPart {
        field: None,
        sql: SqlText::NONE,
        descending: false,
        nulls_first: None,
        opclass: None,
        collate: None,
        length: None,
    }
}

/// `sql = "lower(email)" desc`.
fn expression(context: &mut Context, entry: &Keyed) -> Option<IndexPart> {
    let Body::Value(tokens) = &entry.body else { return None };
    let (first, rest) = tokens.split_first()?;
    let only = Keyed { key: entry.key.clone(), span: entry.span, body: Body::Value(vec![first.clone()]) };
    let mut part = empty_part();
    part.sql.default = Some(only.name(context)?);
    modifiers(context, &mut part, rest);
    Some(part)
}

/// `created_at desc`, `title(opclass = "text_pattern_ops") nulls_last`.
fn part(context: &mut Context, tokens: &[TokenTree]) -> Option<IndexPart> {
    let (TokenTree::Ident(name), rest) = tokens.split_first()? else { return None };
    let mut part = empty_part();
    part.field = Some(context.at(plain(name), name.span()));
    modifiers(context, &mut part, rest);
    Some(part)
}

fn modifiers(context: &mut Context, part: &mut IndexPart, tokens: &[TokenTree]) {
    let mut rest = tokens;
    while let Some((token, more)) = rest.split_first() {
        rest = more;
        match token {
            TokenTree::Ident(word) => match word.to_string().as_str() {
                "asc" => part.descending = false,
                "desc" => part.descending = true,
                "nulls_first" => part.nulls_first = Some(true),
                "nulls_last" => part.nulls_first = Some(false),
                // `opclass = "…"`, outside parentheses in a field's own index.
                "opclass" | "collate" | "length" if is_sign(rest.first(), '=') => {
                    let taken = rest.len().min(2);
                    let entry =
                        Entry { tokens: std::iter::once(token).chain(&rest[..taken]).cloned().collect() };
                    rest = &rest[taken..];
                    detail(context, part, &entry);
                }
                other => keys::unknown(
                    context,
                    other,
                    word.span(),
                    "an index's field",
                    &["asc", "desc", "nulls_first", "nulls_last"],
                ),
            },
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                for entry in split(group.stream()) {
                    detail(context, part, &entry);
                }
            }
            other => {
                context
                    .problem("invalid-attribute", other.span(), "this does not belong to an index's field")
                    .help("write `field desc` or `field(opclass = \"…\")`");
                return;
            }
        }
    }
}

fn detail(context: &mut Context, part: &mut IndexPart, entry: &Entry) {
    match entry.keyed() {
        Some(keyed) => match keyed.key.as_str() {
            "opclass" => part.opclass = keyed.name(context).map(|text| text.value),
            "collate" => part.collate = keyed.name(context).map(|text| text.value),
            "length" => part.length = keyed.number(context).map(|number| number.value),
            other => keys::unknown(
                context,
                other,
                keyed.span,
                "an index's field",
                &["opclass", "collate", "length"],
            ),
        },
        None => not_a_field(context, entry, "an index"),
    }
}

/// `foreign_key(a, b => Org(x, y), on_delete = cascade)` on a struct.
pub(crate) fn foreign_key(context: &mut Context, entry: &Keyed) -> Option<ForeignKey> {
    let place = context.place(entry.span);
    let mut key = blank(place);
    let mut target = None;
    for item in entry.list(context)? {
        let arrow = (1..item.tokens.len())
            .find(|at| is_sign(item.tokens.get(*at), '=') && is_sign(item.tokens.get(at + 1), '>'));
        if let Some(at) = arrow {
            let (field, there) = (&item.tokens[..at], &item.tokens[at + 2..]);
            match field {
                [TokenTree::Ident(field)] => key.fields.push(context.at(plain(field), field.span())),
                _ => not_a_field(context, &item, "`foreign_key(…)`"),
            }
            match whole_target(context, there, &mut key) {
                Some(found) => target = Some(found),
                None => {
                    entry.wrong(context, "a struct behind `=>`");
                    return None;
                }
            }
        } else if let Some(word) = item.word(context) {
            if word.value == "deferrable" {
                key.deferrable = Some(false);
            } else if target.is_none() {
                key.fields.push(word);
            } else {
                not_a_field(context, &item, "`foreign_key(…)` (fields stand before `=>`)");
            }
        } else {
            action(context, &item, &mut key);
        }
    }
    let Some(target) = target else {
        entry.wrong(context, "fields, `=>` and what they point at");
        return None;
    };
    key.target = target;
    Some(key)
}

/// `references(Org.id, on_delete = cascade)` on a field.
pub(crate) fn references(context: &mut Context, entry: &Keyed) -> Option<ForeignKey> {
    let items = entry.list(context)?;
    let mut key = blank(context.place(entry.span));
    let Some((first, rest)) = items.split_first() else {
        entry.wrong(context, "what the field points at");
        return None;
    };
    match field_target(context, &first.tokens, &mut key) {
        Some(target) => key.target = target,
        None => {
            entry.wrong(context, "a struct and its field");
            return None;
        }
    }
    for item in rest {
        action(context, item, &mut key);
    }
    Some(key)
}

fn blank(place: Place) -> ForeignKey {
    ForeignKey {
        place,
        fields: Vec::new(),
        target: Target::Table(At::new(String::new(), place)),
        target_fields: Vec::new(),
        name: None,
        on_delete: None,
        on_update: None,
        deferrable: None,
    }
}

/// The path at the beginning of `tokens`, and what follows it.
fn path<'t>(context: &mut Context, tokens: &'t [TokenTree]) -> Option<(ModelPath, &'t [TokenTree])> {
    let first = tokens.first()?;
    let mut segments = Vec::new();
    let mut rest = tokens;
    // `::krate::Org`
    if is_sign(rest.first(), ':') && is_sign(rest.get(1), ':') {
        segments.push(String::new());
        rest = &rest[2..];
    }
    while let Some((TokenTree::Ident(segment), more)) = rest.split_first() {
        segments.push(plain(segment));
        rest = more;
        if is_sign(rest.first(), ':') && is_sign(rest.get(1), ':') {
            rest = &rest[2..];
        } else {
            let place = context.place(first.span());
            return Some((ModelPath { path: segments, place }, rest));
        }
    }
    None
}

fn text(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Literal(literal) => match Lit::new(literal.clone()) {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// `Org`, `Org(x, y)`, `"orgs"(x, y)`.
fn whole_target(context: &mut Context, tokens: &[TokenTree], key: &mut ForeignKey) -> Option<Target> {
    let (target, rest) = match tokens.split_first() {
        Some((first, rest)) if text(first).is_some() => {
            (Target::Table(context.at(text(first)?, first.span())), rest)
        }
        _ => {
            let (path, rest) = path(context, tokens)?;
            (Target::Model(path), rest)
        }
    };
    match rest {
        [] => {}
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            for item in split(group.stream()) {
                match item.word(context) {
                    Some(word) => key.target_fields.push(word),
                    None => not_a_field(context, &item, "`foreign_key(…)`"),
                }
            }
        }
        _ => return None,
    }
    Some(target)
}

/// `Org`, `Org.id`, `path::Org.id`, `"orgs.id"`, `"auth.orgs.id"`.
fn field_target(context: &mut Context, tokens: &[TokenTree], key: &mut ForeignKey) -> Option<Target> {
    if let [only] = tokens
        && let Some(text) = text(only)
    {
        let (table, column) = match text.rsplit_once('.') {
            Some((table, column)) => (table.to_owned(), Some(column.to_owned())),
            None => (text, None),
        };
        if table.is_empty() || column.as_ref().is_some_and(String::is_empty) {
            return None;
        }
        key.target_fields.extend(column.map(|column| context.at(column, only.span())));
        return Some(Target::Table(context.at(table, only.span())));
    }
    let (path, rest) = path(context, tokens)?;
    match rest {
        [] => {}
        [dot, TokenTree::Ident(field)] if is_sign(Some(dot), '.') => {
            key.target_fields.push(context.at(plain(field), field.span()));
        }
        _ => return None,
    }
    Some(Target::Model(path))
}

fn action(context: &mut Context, item: &Entry, key: &mut ForeignKey) {
    let known = ["name", "on_delete", "on_update", "deferrable"];
    let Some(keyed) = item.keyed() else {
        not_a_field(context, item, "a foreign key");
        return;
    };
    match keyed.key.as_str() {
        "name" => {
            if let Some(name) = keyed.name(context) {
                context.set(&mut key.name, "name", name);
            }
        }
        "on_delete" | "on_update" => {
            let Some(word) = keyed.word(context) else { return };
            let spelt = word.value.to_lowercase().replace([' ', '-'], "_");
            if !ACTIONS.contains(&spelt.as_str()) {
                let help = keys::nearest(&spelt, &ACTIONS).map_or_else(
                    || format!("the actions are {}", ACTIONS.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                let span = context.span(word.place).unwrap_or(keyed.span);
                context
                    .problem("invalid-attribute", span, format!("unknown action `{}`", word.value))
                    .help(help);
                return;
            }
            let word = At::new(spelt, word.place);
            let slot = if keyed.key == "on_delete" { &mut key.on_delete } else { &mut key.on_update };
            context.set(slot, &keyed.key, word);
        }
        "deferrable" => key.deferrable = deferrable(context, &keyed),
        other => keys::unknown(context, other, keyed.span, "a foreign key", &known),
    }
}

/// `check(name = "…", sql = "…")` on a struct.
pub(crate) fn check(context: &mut Context, entry: &Keyed) -> Option<Check> {
    let mut check = Check { place: context.place(entry.span), name: None, sql: SqlText::NONE };
    let mut options = Vec::new();
    for item in entry.list(context)? {
        match item.keyed() {
            Some(keyed) if keyed.key == "name" => {
                if let Some(name) = keyed.name(context) {
                    context.set(&mut check.name, "name", name);
                }
            }
            Some(keyed) if keyed.key == "sql" => {
                if let Some(sql) = keyed.name(context) {
                    context.set(&mut check.sql.default, "sql", sql);
                }
            }
            Some(keyed) if is_section(&keyed.key) => {
                section(context, &keyed, &mut [("sql", &mut check.sql)], &mut options);
            }
            Some(keyed) => keys::unknown(context, &keyed.key, keyed.span, "`check(…)`", &["name", "sql"]),
            None => not_a_field(context, &item, "`check(…)`"),
        }
    }
    if let Some(option) = options.first() {
        let span = context.span(option.key.place).unwrap_or(entry.span);
        keys::unknown(context, &option.key.value, span, "a dialect's section of `check(…)`", &["sql"]);
    }
    if check.sql.is_none() {
        entry.wrong(context, "an expression");
        return None;
    }
    Some(check)
}
