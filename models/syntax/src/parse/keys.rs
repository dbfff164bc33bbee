//! The words of the grammar, and what is said of a word that is none of them.

use proc_macro2::Span;

use super::Context;

/// Keys of a struct.
pub(crate) const STRUCT: &[&str] = &[
    "table",
    "schema",
    "rename_all",
    "renamed_from",
    "primary_key",
    "unique",
    "index",
    "foreign_key",
    "check",
    "exclude",
    "partition_of",
    "comment",
    "managed",
    "embedded",
    "database",
    "postgres",
    "mysql",
    "mariadb",
    "sqlite",
    "dialect",
];

/// Keys of a field.
pub(crate) const FIELD: &[&str] = &[
    "primary_key",
    "identity",
    "column",
    "renamed_from",
    "type",
    "length",
    "precision",
    "null",
    "not_null",
    "default",
    "default_sql",
    "fill_sql",
    "generated",
    "unique",
    "index",
    "references",
    "check_sql",
    "collate",
    "comment",
    "json",
    "flatten",
    "skip",
    "postgres",
    "mysql",
    "mariadb",
    "sqlite",
    "dialect",
];

/// What a use of the key looks like.
pub(crate) fn usage(key: &str) -> Option<&'static str> {
    Some(match key {
        "table" => "table = \"users\"",
        "schema" => "schema = \"auth\"",
        "rename_all" => "rename_all = \"snake_case\"",
        "renamed_from" => "renamed_from = \"old_name\"",
        "primary_key" => "primary_key(a, b)` on a struct, `primary_key` on a field",
        "unique" => "unique(a, b)` on a struct, `unique` on a field",
        "index" => "index(a, b desc)` on a struct, on a field `index",
        "include" => "include(a, b)",
        "where_sql" => "where_sql = \"deleted_at IS NULL\"",
        "method" => "method = \"gin\"",
        "foreign_key" => "foreign_key(a, b => Org(x, y), on_delete = cascade)",
        "check" => "check(name = \"age_positive\", sql = \"age >= 0\")",
        "comment" => "comment` for the doc comment, or `comment = \"…\"",
        "exclude" => "exclude(room(operator = \"=\"), during(operator = \"&&\"), method = \"gist\")",
        "partition_of" => "partition_of(parent = \"events\", bound = \"FOR VALUES IN (1)\")",
        "set_columns" => "set_columns(a, b)",
        "match" => "match = full",
        "not_valid" => "not_valid",
        "not_enforced" => "not_enforced",
        "managed" => "managed = false",
        "embedded" => "embedded",
        "database" => "database = \"audit\"",
        "postgres" | "mysql" | "mariadb" | "sqlite" => "postgres(type = \"citext\")",
        "dialect" => "dialect(oracle, type = \"number(10)\")",
        "identity" => "identity` or `identity(always)",
        "column" => "column = \"email_addr\"",
        "type" => "type = \"varchar(320)\"",
        "length" => "length = 320",
        "precision" => "precision(10, 2)",
        "null" => "null",
        "not_null" => "not_null",
        "default" => "default = 0",
        "default_sql" => "default_sql = \"CURRENT_TIMESTAMP\"",
        "fill_sql" => "fill_sql = \"0\"",
        "generated" => "generated(sql = \"lower(email)\", stored)",
        "references" => "references(Org.id, on_delete = cascade)",
        "on_delete" => "on_delete = cascade",
        "on_update" => "on_update = cascade",
        "deferrable" => "deferrable` or `deferrable(initially_deferred)",
        "check_sql" => "check_sql = \"age >= 0\"",
        "collate" => "collate = \"de_DE\"",
        "json" => "json",
        "flatten" => "flatten` or `flatten(prefix = \"home_\")",
        "skip" => "skip",
        "sql" => "sql = \"age >= 0\"",
        "name" => "name = \"users_email_idx\"",
        "storage" => "storage = native",
        "value" => "value = \"on_hold\"",
        "opclass" => "opclass = \"text_pattern_ops\"",
        _ => return None,
    })
}

/// Reports a word that is no key there.
pub(crate) fn unknown(context: &mut Context, key: &str, span: Span, what: &str, known: &[&str]) {
    let help = nearest(key, known).map_or_else(
        || format!("the keys of {what} are {}", known.join(", ")),
        |near| match usage(near) {
            Some(usage) => format!("did you mean `{near}`? Write `{usage}`"),
            None => format!("did you mean `{near}`?"),
        },
    );
    context.problem("unknown-key", span, format!("unknown key `{key}` of {what}")).help(help);
}

/// The known word that `word` is most likely a misspelling of: a third of its letters may be wrong.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), *candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.len().max(word.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
