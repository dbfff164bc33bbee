//! What stands in `foreign_key(…)` and `references(…)`.

use proc_macro2::{Delimiter, TokenTree};
use syn::Lit;

use super::details::{detail, is_flag};
use super::entries::{Entry, Keyed, is_sign, split};
use super::parts::{fields, not_a_field};
use super::{Context, keys, plain};
use crate::ast::{Details, ForeignKey, ModelPath, Target};
use crate::{At, Place};

const ACTIONS: [&str; 5] = ["no_action", "restrict", "cascade", "set_null", "set_default"];
const MATCHES: [&str; 3] = ["simple", "full", "partial"];
const KNOWN: [&str; 9] = [
    "name",
    "on_delete",
    "on_update",
    "set_columns",
    "match",
    "deferrable",
    "not_valid",
    "not_enforced",
    "comment",
];

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
        } else if let Some(word) =
            item.word(context).filter(|word| item.is_raw() || !is_flag(&word.value, &KNOWN))
        {
            if target.is_none() {
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
        on_delete: None,
        set_columns: Vec::new(),
        on_update: None,
        match_type: None,
        details: Details::NONE,
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
    let Some(keyed) = item.keyed() else {
        not_a_field(context, item, "a foreign key");
        return;
    };
    match keyed.key.as_str() {
        "set_columns" => key.set_columns = fields(context, &keyed),
        "match" => {
            let Some(word) = keyed.word(context) else { return };
            let spelt = word.value.to_lowercase();
            if !MATCHES.contains(&spelt.as_str()) {
                keyed.wrong(context, "`simple`, `full` or `partial`");
                return;
            }
            context.set(&mut key.match_type, "match", At::new(spelt, word.place));
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
        _ => detail(context, &keyed, &mut key.details, &KNOWN, "a foreign key"),
    }
}
