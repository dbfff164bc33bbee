//! Where the server keeps long values.

use limbeck_core::schema::{Schema, Type};

use super::{object, types};

/// Where the server keeps long values of the type, if nobody says; `None` if that is not known. `schema` holds the types
/// that are somebody's own.
pub(super) fn natural(ty: &Type, schema: &Schema) -> Option<&'static str> {
    // No domain is over more others than there are.
    within(ty, schema, schema.objects.len())
}

fn within(ty: &Type, schema: &Schema, left: usize) -> Option<&'static str> {
    match ty {
        Type::Decimal(_) => Some("MAIN"),
        Type::Char(_)
        | Type::Varchar(_)
        | Type::Text
        | Type::Json
        | Type::Jsonb
        | Type::Array(_)
        | Type::Binary(_)
        | Type::Varbinary(_)
        | Type::Blob => Some("EXTENDED"),
        Type::Native(text) => match text.split('(').next().unwrap_or_default().trim() {
            "inet" | "cidr" | "numeric" => Some("MAIN"),
            "character varying" | "bpchar" | "bit" | "bit varying" | "tsvector" | "tsquery" | "xml"
            | "path" | "polygon" | "jsonpath" | "int4range" | "int8range" | "numrange" | "tsrange"
            | "tstzrange" | "daterange" => Some("EXTENDED"),
            name if name.ends_with("[]") => Some("EXTENDED"),
            _ => own(text, schema, left),
        },
        _ => Some("PLAIN"),
    }
}

/// That of a type which is among the objects or the enums: a domain's is that of what it is over.
fn own(text: &str, schema: &Schema, left: usize) -> Option<&'static str> {
    if schema.enums.keys().any(|name| super::swap::names(text, name)) {
        return Some("PLAIN");
    }
    let is_type = |kind: &str| matches!(kind, "domain" | "composite_type" | "range_type");
    let mut types = schema.objects.values().filter(|object| is_type(&object.key.kind));
    let found = types.find(|object| super::swap::names(text, &object.key.name))?;
    if found.key.kind != "domain" {
        return Some("EXTENDED");
    }
    let base = object::domain_base(found)?;
    let over = types::parse(&types::spelt(&base));
    within(&over, schema, left.checked_sub(1)?)
}

#[cfg(test)]
mod tests {
    use limbeck_core::ident::Name;
    use limbeck_core::schema::{Enum, Object, ObjectKey, Options};

    use super::*;

    #[test]
    fn a_domain_is_kept_as_what_it_is_over() {
        let mut schema = Schema::new();
        for (kind, name, sql) in [
            ("domain", "mail", "CREATE DOMAIN public.mail AS character varying(20) CHECK (VALUE <> '')"),
            ("domain", "good_mail", "CREATE DOMAIN public.good_mail AS public.mail"),
            ("domain", "price", "CREATE DOMAIN price AS numeric(10,2) NOT NULL"),
            ("domain", "count", "CREATE DOMAIN count AS int"),
            ("domain", "fine", "CREATE DOMAIN fine AS public.mood"),
            ("domain", "many", "CREATE DOMAIN many AS public.mood[]"),
            ("domain", "a", "CREATE DOMAIN a AS public.b"),
            ("domain", "b", "CREATE DOMAIN b AS public.a"),
            ("composite_type", "pair", "CREATE TYPE pair AS (a integer)"),
        ] {
            let key = ObjectKey { kind: kind.to_owned(), name: Name::new(name), table: None };
            schema.objects.insert(
                key.clone(),
                Object {
                    key,
                    definition: sql.into(),
                    depends_on: Vec::new(),
                    comment: None,
                    options: Options::default(),
                },
            );
        }
        let mood =
            Enum { name: Name::new("mood"), values: Vec::new(), comment: None, options: Options::default() };
        schema.enums.insert(mood.name.clone(), mood);
        for (ty, storage) in [
            ("public.mail", Some("EXTENDED")),
            ("public.good_mail", Some("EXTENDED")),
            ("public.price", Some("MAIN")),
            ("public.count", Some("PLAIN")),
            ("public.fine", Some("PLAIN")),
            ("public.many", Some("EXTENDED")),
            ("public.pair", Some("EXTENDED")),
            ("public.pair[]", Some("EXTENDED")),
            ("public.unheard_of", None),
            ("public.a", None),
        ] {
            assert_eq!(natural(&Type::Native(ty.to_owned()), &schema), storage, "{ty}");
        }
    }
}
