//! How a statement names an object: behind DROP and COMMENT ON.

use limbeck_core::ident::Ident;
use limbeck_core::schema::ObjectKey;

use super::super::fault::{Fault, check_name, check_qualified};
use super::super::literal::{identifier, quote, quote_name};

/// A trigger.
pub(in crate::dialect) const TRIGGER: &str = "trigger";
/// What a partition says of a trigger that it has from the whole: that it is off there, or always on.
pub(in crate::dialect) const TRIGGER_STATE: &str = "trigger_state";

/// Kinds on which nothing else stands, so that they can be dropped and made again by themselves.
const ALONE: &[&str] = &[
    TRIGGER,
    TRIGGER_STATE,
    "policy",
    "rule",
    "event_trigger",
    "publication",
    "user_mapping",
    "index",
    "statistics",
    "conversion",
];

/// Whether nothing else stands on objects of this kind.
pub(super) fn stands_alone(kind: &str) -> bool {
    ALONE.contains(&kind)
}

/// Whether the key is that of a trigger, or of what a partition says of one.
pub(in crate::dialect) fn is_trigger(key: &ObjectKey) -> bool {
    [TRIGGER, TRIGGER_STATE].contains(&key.kind.as_str())
}

/// The object as DROP and COMMENT ON name it: `VIEW "public"."v"`.
pub(super) fn identity(key: &ObjectKey) -> Result<String, Fault> {
    let plain = |word: &str| {
        check_qualified(&key.name, &key.kind)?;
        Ok(format!("{word} {}", quote_name(&key.name)))
    };
    let on_table = |word: &str| {
        check_name(&key.name.name, &key.kind)?;
        match &key.table {
            Some(table) => Ok(format!("{word} {} ON {}", quote(&key.name.name), quote_name(table))),
            None => Err(Fault::unsupported(
                format!("{key} does not say on which table it is"),
                format!("add table = \"…\": the name of a {} counts within its table only", key.kind),
            )),
        }
    };
    match key.kind.as_str() {
        "view" => plain("VIEW"),
        "materialized_view" => plain("MATERIALIZED VIEW"),
        "foreign_table" => plain("FOREIGN TABLE"),
        "index" => plain("INDEX"),
        "domain" => plain("DOMAIN"),
        "composite_type" | "range_type" | "type" => plain("TYPE"),
        "collation" => plain("COLLATION"),
        "conversion" => plain("CONVERSION"),
        "statistics" => plain("STATISTICS"),
        "text_search_configuration" => plain("TEXT SEARCH CONFIGURATION"),
        "text_search_dictionary" => plain("TEXT SEARCH DICTIONARY"),
        "text_search_parser" => plain("TEXT SEARCH PARSER"),
        "text_search_template" => plain("TEXT SEARCH TEMPLATE"),
        "extension" => plain("EXTENSION"),
        "event_trigger" => plain("EVENT TRIGGER"),
        "publication" => plain("PUBLICATION"),
        "foreign_data_wrapper" => plain("FOREIGN DATA WRAPPER"),
        "server" => plain("SERVER"),
        TRIGGER | TRIGGER_STATE => on_table("TRIGGER"),
        "rule" => on_table("RULE"),
        "policy" => on_table("POLICY"),
        "function" => routine("FUNCTION", key),
        "procedure" => routine("PROCEDURE", key),
        "aggregate" => routine("AGGREGATE", key),
        "operator" => operator(key),
        "operator_class" => with_method("OPERATOR CLASS", key),
        "operator_family" => with_method("OPERATOR FAMILY", key),
        "cast" => Ok(format!("CAST ({})", key.name.name)),
        "user_mapping" => user_mapping(key),
        kind => Err(Fault::unsupported(
            format!("{key}: PostgreSQL has no objects of the kind {kind}"),
            "give it `definition = { postgres = \"\", … }`, which means that there is nothing to do on PostgreSQL",
        )),
    }
}

/// Has a partition switch a trigger in the given words: `ENABLE REPLICA`.
pub(super) fn switch(key: &ObjectKey, words: &str) -> Result<String, Fault> {
    let Some(table) = &key.table else { return identity(key) };
    check_name(&key.name.name, &key.kind)?;
    Ok(format!("ALTER TABLE {} {words} TRIGGER {}", quote_name(table), quote(&key.name.name)))
}

/// A name that ends in parentheses, and what stands between them.
fn split(key: &ObjectKey) -> Option<(Ident, &str)> {
    let inside = key.name.name.as_str().strip_suffix(')')?;
    // From the end: a parenthesis within quotes or within a type's own does not count.
    let (mut depth, mut quoted) = (1_usize, false);
    for (at, character) in inside.char_indices().rev() {
        match character {
            '"' => quoted = !quoted,
            ')' if !quoted => depth += 1,
            '(' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((Ident::new(&inside[..at]), &inside[at + 1..]));
        }
    }
    None
}

/// The name with the schema that the key has.
fn qualified(key: &ObjectKey, name: &Ident) -> Result<String, Fault> {
    let name = key.name.sibling(name.clone());
    check_qualified(&name, &key.kind)?;
    Ok(quote_name(&name))
}

fn without_parentheses(key: &ObjectKey, form: &str) -> Fault {
    Fault::unsupported(
        format!("the name of {key} does not say {form}"),
        format!("write it as name = \"{}({form})\"", key.name.name),
    )
}

fn routine(word: &str, key: &ObjectKey) -> Result<String, Fault> {
    let Some((name, arguments)) = split(key) else {
        // Where the name is enough, the server takes it.
        check_qualified(&key.name, &key.kind)?;
        return Ok(format!("{word} {}", quote_name(&key.name)));
    };
    let arguments = if word == "AGGREGATE" && arguments.trim().is_empty() { "*" } else { arguments };
    Ok(format!("{word} {}({arguments})", qualified(key, &name)?))
}

fn operator(key: &ObjectKey) -> Result<String, Fault> {
    let (name, arguments) =
        split(key).ok_or_else(|| without_parentheses(key, "the types of its two sides"))?;
    let schema = key.name.schema.as_ref().map(|schema| format!("{}.", quote(schema))).unwrap_or_default();
    // An operator has no quotes, and nothing but these.
    if name.as_str().is_empty()
        || !name.as_str().chars().all(|character| "+-*/<>=~!@#%^&|`?".contains(character))
    {
        return Err(Fault::unsupported(
            format!("`{name}` is no name of an operator"),
            "write it in the characters + - * / < > = ~ ! @ # % ^ & | ` ?",
        ));
    }
    Ok(format!("OPERATOR {schema}{name} ({arguments})"))
}

fn with_method(word: &str, key: &ObjectKey) -> Result<String, Fault> {
    let (name, method) = split(key).ok_or_else(|| without_parentheses(key, "index method"))?;
    Ok(format!("{word} {} USING {}", qualified(key, &name)?, identifier(method)))
}

fn user_mapping(key: &ObjectKey) -> Result<String, Fault> {
    let Some(server) = &key.table else {
        return Err(Fault::unsupported(
            format!("{key} does not say to which server"),
            "add table = \"…\", the server's name",
        ));
    };
    let role = key.name.name.as_str();
    let role = if role == "PUBLIC" { role.to_owned() } else { identifier(role) };
    Ok(format!("USER MAPPING FOR {role} SERVER {}", quote(&server.name)))
}

#[cfg(test)]
mod tests {
    use limbeck_core::ident::Name;

    use super::*;

    fn named(kind: &str, name: &str, table: Option<&str>) -> String {
        let key = ObjectKey { kind: kind.to_owned(), name: Name::new(name), table: table.map(Name::new) };
        identity(&key).unwrap_or_else(|fault| format!("{fault:?}"))
    }

    #[test]
    fn each_kind_has_its_form() {
        assert_eq!(named("view", "v", None), "VIEW \"v\"");
        assert_eq!(named("trigger", "a b", Some("t")), "TRIGGER \"a b\" ON \"t\"");
        assert_eq!(named("function", "f(integer, text[])", None), "FUNCTION \"f\"(integer, text[])");
        assert_eq!(named("function", "f(x(numeric(3,2))", None), "FUNCTION \"f(x\"(numeric(3,2))");
        assert_eq!(named("function", "f(public.\"a)(b\")", None), "FUNCTION \"f\"(public.\"a)(b\")");
        assert_eq!(named("aggregate", "a()", None), "AGGREGATE \"a\"(*)");
        assert_eq!(named("operator", "===(text, NONE)", None), "OPERATOR === (text, NONE)");
        assert_eq!(named("operator_class", "c(gist)", None), "OPERATOR CLASS \"c\" USING \"gist\"");
        assert_eq!(named("cast", "a AS b", None), "CAST (a AS b)");
        assert_eq!(named("user_mapping", "PUBLIC", Some("s")), "USER MAPPING FOR PUBLIC SERVER \"s\"");
        assert!(named("trigger", "t", None).contains("does not say on which table"));
        assert!(named("operator", "; drop(text, text)", None).contains("no name of an operator"));
        assert!(named("gadget", "g", None).contains("no objects of the kind gadget"));
    }
}
