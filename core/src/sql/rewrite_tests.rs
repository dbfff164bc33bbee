use proptest::prelude::*;

use super::super::rules::fixtures::{MYSQL, POSTGRES, SQLITE, any_rules, any_sql};
use super::*;

fn rename(rules: &LexicalRules, expression: &str, old: &str, new: &str) -> Option<String> {
    let folding = if rules.dollar_quotes { Folding::Lower } else { Folding::Insensitive };
    let mark = if rules.backslash_escapes { '`' } else { '"' };
    let tables = [Ident::new("t"), Ident::new("new")];
    let column = Ident::new(old);
    let reference = ColumnReference { tables: &tables, column: &column, folding };
    let renamed =
        rename_column(rules, expression, &reference, &Ident::new(new), &|name| format!("{mark}{name}{mark}"));
    let renamed = renamed.unwrap_or_else(|error| panic!("{error}: {expression}"));
    assert_eq!(renamed.is_some(), references_column(rules, expression, &reference).unwrap());
    renamed
}

fn becomes(rules: &LexicalRules, expression: &str, old: &str, new: &str, expected: &str) {
    assert_eq!(rename(rules, expression, old, new).as_deref(), Some(expected));
}

fn stays(rules: &LexicalRules, expression: &str, old: &str) {
    assert_eq!(rename(rules, expression, old, "changed"), None, "{expression}");
}

#[test]
fn columns_are_renamed_wherever_a_value_stands() {
    becomes(&POSTGRES, "age >= 0 AND (AGE < 200)", "age", "years", "years >= 0 AND (years < 200)");
    becomes(&POSTGRES, "\"Age\" > age", "Age", "years", "\"years\" > age");
    becomes(
        &POSTGRES,
        "lower((age)::text) = ANY (ARRAY['age'::text, age])",
        "age",
        "y",
        "lower((y)::text) = ANY (ARRAY['age'::text, y])",
    );
    becomes(&POSTGRES, "CASE WHEN a THEN a ELSE -a END", "a", "b", "CASE WHEN b THEN b ELSE -b END");
    becomes(&POSTGRES, "t.a + new.a + u.a", "a", "b", "t.b + new.b + u.a");
    becomes(&POSTGRES, "public.t.a IS NOT NULL", "a", "b", "public.t.b IS NOT NULL");
    becomes(&POSTGRES, "at AT TIME ZONE zone > zone", "zone", "z", "at AT TIME ZONE z > z");
    becomes(&POSTGRES, "a OPERATOR(pg_catalog.=) a", "a", "b", "b OPERATOR(pg_catalog.=) b");
    becomes(
        &POSTGRES,
        "a BETWEEN SYMMETRIC a AND a OR x IS DISTINCT FROM a",
        "a",
        "b",
        "b BETWEEN SYMMETRIC b AND b OR x IS DISTINCT FROM b",
    );
    becomes(&POSTGRES, "a DESC NULLS LAST", "a", "b", "b DESC NULLS LAST");
    becomes(&POSTGRES, "EXTRACT(year FROM year) > 1", "year", "y", "EXTRACT(year FROM y) > 1");
    becomes(&POSTGRES, "json IS JSON", "json", "doc", "doc IS JSON");
    becomes(&POSTGRES, "a[i] || a /* a */ = 'a'", "a", "b", "b[i] || b /* a */ = 'a'");
    becomes(
        &MYSQL,
        "(`a``b` is not null) and json_valid(`A``b`)",
        "a`b",
        "c",
        "(`c` is not null) and json_valid(`c`)",
    );
    becomes(
        &MYSQL,
        "cast(`a` as char charset utf8mb4) regexp _utf8mb4'a' + interval `a` day",
        "a",
        "b",
        "cast(`b` as char charset utf8mb4) regexp _utf8mb4'a' + interval `b` day",
    );
    becomes(&MYSQL, "x + interval a day > interval", "a", "b", "x + interval b day > interval");
    becomes(&MYSQL, "x + interval 1 day > interval", "interval", "b", "x + interval 1 day > b");
    becomes(&POSTGRES, "(x) frobs \"a\"", "a", "b", "(x) frobs \"b\"");
    becomes(&MYSQL, "delimiter > 1", "delimiter", "d", "d > 1");
    becomes(&SQLITE, "[A] = a AND \"a\" GLOB a", "a", "b", "\"b\" = b AND \"b\" GLOB b");
}

#[test]
fn other_things_of_the_same_name_stay() {
    stays(&POSTGRES, "length('length') > 0", "length");
    stays(&POSTGRES, "\"length\" (x)", "length");
    stays(&POSTGRES, "x::date > date '2020-01-01'", "date");
    stays(&POSTGRES, "CAST(x AS kind)", "kind");
    stays(&POSTGRES, "x COLLATE \"C\"", "C");
    stays(&POSTGRES, "x::\"kind\"", "kind");
    stays(&POSTGRES, "x \"a\"", "a");
    stays(&POSTGRES, "(x).a", "a");
    stays(&POSTGRES, "a.b + other.a", "a");
    stays(&POSTGRES, "x text_pattern_ops", "text_pattern_ops");
    stays(&POSTGRES, "$$a$$ || E'a' || $1", "a");
    stays(&MYSQL, "@a + 'a' + \"a\" + @`a` # a", "a");
    stays(&MYSQL, "timestampdiff(day, x, y)", "day");
    stays(&MYSQL, "x REGEXP 'a' collate a", "a");
    stays(&POSTGRES, "\"A\" > 1", "a");
}

#[test]
fn the_new_name_is_quoted_where_it_must_be() {
    becomes(&POSTGRES, "a > 1", "a", "User", "\"User\" > 1");
    becomes(&POSTGRES, "a > 1", "a", "order", "\"order\" > 1");
    becomes(&POSTGRES, "a > 1", "a", "x y", "\"x y\" > 1");
    becomes(&POSTGRES, "a > 1", "a", "1x", "\"1x\" > 1");
    becomes(&MYSQL, "a > 1", "a", "User2", "User2 > 1");
}

#[test]
fn tables_are_renamed_before_their_columns_only() {
    let (old, new) = (Ident::new("a"), Ident::new("b"));
    let rename = |sql: &str| {
        rename_table(&POSTGRES, sql, &old, &new, Folding::Lower, &|n| format!("\"{n}\"")).unwrap()
    };
    assert_eq!(
        rename("a.a > s.a.x AND \"a\".y AND a.* IS NULL").as_deref(),
        Some("b.a > s.b.x AND \"b\".y AND b.* IS NULL")
    );
    assert_eq!(rename("a > 1 AND a.f(x) AND 'a.x' <> a.t.x"), None);
    assert!(references_table(&POSTGRES, "A.x", &old, Folding::Lower).unwrap());
}

#[test]
fn what_cannot_be_told_is_an_error() {
    let column = Ident::new("a");
    let reference = ColumnReference { tables: &[], column: &column, folding: Folding::Lower };
    assert!(matches!(
        references_column(&POSTGRES, "x IN (SELECT a FROM b)", &reference),
        Err(ScanError::Subquery { span }) if span == (6..12)
    ));
    assert!(references_column(&POSTGRES, "a = 'x", &reference).is_err());
}

#[test]
fn case_counts_as_the_dialect_says() {
    assert!(Folding::Lower.same("ABC", false, "abc") && !Folding::Lower.same("ABC", true, "abc"));
    assert!(Folding::Upper.same("abc", false, "ABC") && !Folding::Upper.same("abc", true, "ABC"));
    assert!(Folding::Insensitive.same("É", true, "é") && !Folding::AsciiInsensitive.same("É", true, "é"));
    assert!(Folding::AsciiInsensitive.same("A", true, "a") && !Folding::Sensitive.same("A", false, "a"));
}

#[test]
fn hostile_texts_take_linear_time() {
    use super::super::{effect, same_tokens, strip_outer_parens};
    let column = Ident::new("a");
    let reference = ColumnReference { tables: &[], column: &column, folding: Folding::Lower };
    for piece in [
        "(",
        ")",
        "a.",
        "a ",
        "a,",
        "\"a\" ",
        "::a",
        "IS NOT ",
        "WITH (",
        "EXPLAIN ANALYZE ",
        "OPERATOR(",
        "1 ",
        "INTERVAL ",
    ] {
        let text = piece.repeat((1 << 18) / piece.len());
        let renamed =
            rename_column(&POSTGRES, &text, &reference, &Ident::new("bb"), &|name| name.to_owned()).unwrap();
        assert!(renamed.is_none_or(|renamed| renamed.contains("bb")), "{piece}");
        let _ = effect(&POSTGRES, &text);
        assert!(same_tokens(&POSTGRES, &text, &text));
        assert_eq!(strip_outer_parens(&POSTGRES, &text), text.trim_end());
    }
}

proptest! {
    #[test]
    fn any_text_is_rewritten_or_refused(rules in any_rules(), sql in any_sql(), other in any::<String>()) {
        let (old, fresh) = (Ident::new("old"), Ident::new("zzz"));
        let tables = [Ident::new("t")];
        for sql in [sql, other] {
            let reference = |column| ColumnReference { tables: &tables, column, folding: Folding::AsciiInsensitive };
            if let Ok(Some(renamed)) = rename_column(&rules, &sql, &reference(&old), &fresh, &|name| name.to_owned()) {
                // What was the old column is the new one, and nothing is the old one any more.
                prop_assert!(references_column(&rules, &renamed, &reference(&fresh)).unwrap());
                prop_assert!(!references_column(&rules, &renamed, &reference(&old)).unwrap());
                let back = rename_column(&rules, &renamed, &reference(&fresh), &old, &|name| name.to_owned()).unwrap().unwrap();
                prop_assert_eq!(back.to_lowercase(), sql.to_lowercase());
            }
        }
    }
}
