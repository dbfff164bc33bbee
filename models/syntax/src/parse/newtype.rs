use proc_macro2::Ident;
use syn::{Fields, Generics};

use super::sections::{is_section, section};
use super::{Context, Derive, Gathered, Shape, keys, misfit, plain, refuse_generics, rust_type};
use crate::Problem;
use crate::ast::{Newtype, SqlText};

/// A struct round one value: `#[derive(limbeck::Type)] #[limbeck(type = "uuid")] struct UserId(Uuid);`. `None`, with a
/// problem taken down, if it is not such a struct.
pub fn newtype(
    context: &mut Context,
    attributes: &Gathered,
    ident: &Ident,
    generics: &Generics,
    fields: &Fields,
) -> Option<Newtype> {
    let name = context.at(plain(ident), ident.span());
    refuse_generics(context, generics, &name.value);
    if let Some((what, help)) = misfit(Derive::Type, Shape::Tuple { fields: fields.len() }, &name.value) {
        context.problem("invalid-attribute", ident.span(), what).help(help);
        return None;
    }
    let inner = fields.iter().next()?;
    let inner = rust_type(context, &inner.ty);
    let mut newtype = Newtype { name, type_text: SqlText::NONE, inner };
    let mut options = Vec::new();
    let known = ["type", "postgres", "mysql", "mariadb", "sqlite", "dialect"];
    for entry in &attributes.limbeck {
        match entry.keyed() {
            Some(keyed) if keyed.key == "type" => {
                if let Some(text) = keyed.name(context) {
                    context.set(&mut newtype.type_text.default, "type", text);
                }
            }
            Some(keyed) if is_section(&keyed.key) => {
                section(context, &keyed, &mut [("type", &mut newtype.type_text)], &mut options);
            }
            Some(keyed) => keys::unknown(context, &keyed.key, keyed.span, "a newtype", &known),
            None => {
                context
                    .problem("invalid-attribute", entry.span(), "a key is wanted here")
                    .help("write `type = \"uuid\"`");
            }
        }
    }
    if newtype.type_text.default.is_none() && !newtype.type_text.dialects.is_empty() {
        let place = newtype.type_text.place();
        let problem =
            Problem::new("invalid-attribute", place, "a type for one dialect needs one for the others")
                .with_help("write `type = \"…\"` beside it");
        context.report(problem);
    }
    if let Some(option) = options.first() {
        let span = context.span(option.key.place).unwrap_or_else(|| ident.span());
        keys::unknown(context, &option.key.value, span, "a dialect's section of a newtype", &["type"]);
    }
    Some(newtype)
}
