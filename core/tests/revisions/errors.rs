use std::fmt::Write as _;

use limbeck_core::diag::Diagnose;
use limbeck_core::revision::{Format, ReadError, operation_from_json, parse};

/// Every error with its line and what of it is meant.
fn rendered(errors: &[ReadError]) -> String {
    let mut out = String::new();
    for error in errors {
        let diagnostic = error.diagnostic();
        let location = error.location.as_ref().expect("a place");
        writeln!(out, "{location}: {} [{}]", diagnostic.message, diagnostic.code).unwrap();
        let line = location.source.lines().nth(location.line as usize - 1).unwrap_or_default();
        let start = location.column as usize - 1;
        let meant = location.source[location.span.clone()].lines().next().unwrap_or_default();
        let width = meant.chars().count().max(1);
        writeln!(out, "  | {line}\n  | {}{}", " ".repeat(start), "^".repeat(width)).unwrap();
        writeln!(out, "  = {}", diagnostic.help.expect("a help")).unwrap();
    }
    out
}

fn all(cases: &[&str], file: &str, format: Format, head: &str) -> String {
    let mut out = String::new();
    for case in cases {
        let errors = parse(file, format!("{head}{case}"), format).expect_err(case);
        writeln!(out, "{}", rendered(&errors)).unwrap();
    }
    out
}

#[test]
fn headers() {
    insta::assert_snapshot!(all(
        &[
            "",
            "revision = 12",
            "revision = \"a b\"",
            "revision = \"head\"",
            "revison = \"a\"",
            "revision = \"a\"\nparents = \"b\"",
            "revision = \"a\"\nparents = [1, \"../b\"]",
            "revision = \"a\"\nmessage = 5",
            "revision = \"a\"\ncreated = 2026-11-22",
            "revision = \"a\"\ncreated = \"yesterday\"",
            "revision = \"a\"\ncreated = 5",
            "revision = \"a\"\nlabels = [\"1st\"]",
            "revision = \"a\"\ntransaction = \"non\"",
            "revision = \"a\"\ndatabases = []",
            "revision = \"a\"\ndowngrade = \"ireversible\"",
            "revision = \"a\"\ndowngrade = false",
            "revision = \"a\"\n[upgrade]\nop = \"drop_table\"",
            "revision = \"a\"\nfrobnicate = 1",
            "revision = \"a\"\nrevision = \"b\"",
            "revision = a",
            "revision = \"a",
        ],
        "a.toml",
        Format::Toml,
        ""
    ));
}

#[test]
fn operations() {
    insta::assert_snapshot!(all(
        &[
            "table = \"t\"",
            "op = 1",
            "op = \"creat_table\"",
            "op = \"frobnicate\"",
            "op = \"drop_table\"\ntabel = \"t\"",
            "op = \"drop_table\"\ntable = \"\"",
            "op = \"drop_table\"\ntable = \"a\\u0000\"",
            "op = \"drop_table\"\ntable = { name = \"t\" }",
            "op = \"drop_table\"\ntable = \"t\"\nmessage = \"x\"",
            "op = \"rename_table\"\ntable = \"t\"",
            "op = \"alter_table\"\ntable = \"t\"",
            "op = \"add_column\"\ntable = \"t\"\ncolumn = \"c\"",
            "op = \"add_column\"\ntable = \"t\"\ncolumn = { name = \"c\", type = \"text\" }\nfirst = true\nafter = \"b\"",
            "op = \"alter_column\"\ntable = \"t\"\ncolumn = \"c\"",
            "op = \"alter_column\"\ntable = \"t\"\ncolumn = \"c\"\ndefault = \"1\"\ndrop_default = true",
            "op = \"add_unique\"\ntable = \"t\"",
            "op = \"add_unique\"\ntable = \"t\"\ncolumns = []",
            "op = \"add_unique\"\ntable = \"t\"\ncolumns = \"a\"",
            "op = \"add_foreign_key\"\ntable = \"t\"\ncolumns = [\"a\"]\nreferences = \"u\"",
            "op = \"add_foreign_key\"\ntable = \"t\"\ncolumns = [\"a\"]\nreferences = { table = \"u\", columns = [\"b\", \"c\"] }\non_delete = \"cascad\"",
            "op = \"add_foreign_key\"\ntable = \"t\"\ncolumns = [{ column = \"a\" }]\nreferences = { tables = \"u\" }\nmatch = \"ful\"",
            "op = \"add_check\"\ntable = \"t\"\nexpression = true",
            "op = \"add_primary_key\"\ntable = \"t\"\ncolumns = [\"a\"]\ndeferrable = 1",
            "op = \"drop_constraint\"\ntable = \"t\"",
            "op = \"drop_constraint\"\ntable = \"t\"\nname = \"c\"\ncheck = { expression = \"a\" }",
            "op = \"create_index\"\ntable = \"t\"\ncolumns = [{ column = \"a\", expression = \"b\", order = \"down\", length = 0 }]\nname = \"\"",
            "op = \"create_index\"\ntable = \"t\"\ncolumns = [5]\nunique = \"yes\"",
            "op = \"create_enum\"\nname = \"e\"\nvalues = \"a\"",
            "op = \"alter_enum\"\nname = \"e\"",
            "op = \"alter_enum\"\nname = \"e\"\nadd = [\"a\", \"b\"]\nafter = \"c\"",
            "op = \"alter_enum\"\nname = \"e\"\nrename = \"a\"",
            "op = \"create_sequence\"\nname = \"s\"\nstart = \"5\"\nmin = 99999999999999999999\nowned_by = \"t.c\"",
            "op = \"create_object\"\nkind = \"view\"\nname = \"v\"\ntable_schema = \"s\"\ndepends_on = [\"t\"]",
            "op = \"insert\"\ntable = \"t\"\nrows = []",
            "op = \"insert\"\ntable = \"t\"\nrows = [{ a = 2026-01-01, b = [1], c = { slq = \"NULL\" }, d = {} }, 5, {}]",
            "op = \"execute\"\nsql = {}",
            "op = \"execute\"\nsql = { PostgreSQL = \"x\", mysql = 1 }",
            "op = \"execute\"\nsql = \"x\"\neffect = \"dat\"",
            "op = \"run\"\narguments = [1]",
        ],
        "a.toml",
        Format::Toml,
        "revision = \"a\"\n[[upgrade]]\n"
    ));
}

#[test]
fn tables() {
    insta::assert_snapshot!(all(
        &[
            "",
            "columns = \"id\"",
            "columns = [\"id\"]",
            "columns = [{ name = \"id\" }]",
            "columns = [{ name = \"id\", type = 5 }]",
            "columns = [{ name = \"id\", type = \"\" }]",
            "columns = [{ name = \"id\", type = {} }]",
            "columns = [{ name = \"id\", type = { default = { natve = \"x\" } } }]",
            "columns = [{ name = \"id\", typ = \"text\" }]",
            "columns = [{ name = \"id\", type = \"text\", nullable = 1 }]",
            "columns = [{ name = \"id\", type = \"text\", nullable = \"no\" }]",
            "columns = [{ name = \"n\", type = \"integer\", default = 5 }]",
            "columns = [{ name = \"n\", type = \"boolean\", default = true }]",
            "columns = [{ name = \"n\", type = \"text\", default = { postgres = 5 } }]",
            "columns = [{ name = \"n\", type = \"integer\", identity = \"allways\" }]",
            "columns = [{ name = \"n\", type = \"integer\", identity = { strat = 5 } }]",
            "columns = [{ name = \"n\", type = \"integer\", identity = 1 }]",
            "columns = [{ name = \"n\", type = \"text\", generated = \"lower(a)\" }]",
            "columns = [{ name = \"n\", type = \"text\", generated = { sql = \"a\", expression = \"b\" } }]",
            "columns = [{ name = \"n\", type = \"text\", options = \"x\" }]",
            "columns = []\nprimary_key = [\"id\"]",
            "columns = []\nindexes = [{ columns = [\"a\"] }, { columns = [\"a\"], unique = true }]",
            "columns = []\nindexes = [\"a\"]\nchecks = [\"a > 0\"]\npartition_of = \"p\"\noptions = { made = 2026-01-01 }",
            "column = []\nprimary_keys = { columns = [\"a\"] }\nuniqe = []",
        ],
        "a.toml",
        Format::Toml,
        "revision = \"a\"\n[[upgrade]]\nop = \"create_table\"\ntable = \"t\"\n"
    ));
}

#[test]
fn all_errors_of_a_file_are_told_in_its_order() {
    let text = "revision = 1\n[[upgrade]]\nop = \"drop_tabel\"\n[[upgrade]]\nop = \"drop_table\"\n\
                [[downgrade]]\nop = \"execute\"\nsql = 5\n";
    let errors = parse("a.toml", text, Format::Toml).unwrap_err();
    let lines: Vec<u32> = errors.iter().map(|error| error.location.as_ref().unwrap().line).collect();
    assert_eq!(lines, [1, 3, 4, 8]);
}

#[test]
fn sql() {
    insta::assert_snapshot!(all(
        &[
            "",
            "-- limbeck: parents a\n",
            "-- limbeck: revision\n",
            "-- limbeck: revision a b\n",
            "-- limbeck: revison a\n",
            "-- limbeck: revision a\n-- limbeck: revision b\n",
            "-- limbeck: revision a\n-- limbeck:\n",
            "-- limbeck: revision a\n-- limbeck: parents b, c/d\n",
            "-- limbeck: revision a\n-- limbeck: created now\n",
            "-- limbeck: revision a\n-- limbeck: upgrde\n",
            "-- limbeck: revision a\nSELECT 1;\nSELECT 2;\n",
            "SELECT 1;\n-- limbeck: revision a\n",
            "-- limbeck: revision a\n-- limbeck: upgrade\n-- limbeck: downgrad\n",
            "-- limbeck: revision a\n-- limbeck: upgrade\n-- limbeck: note this\n",
            "-- limbeck: revision a\n-- limbeck: upgrade\n-- limbeck: message x\n",
            "-- limbeck: revision a\n-- limbeck: upgrade\nSELECT 1;\n-- limbeck: upgrade\nSELECT 2;\n",
            "-- limbeck: revision a\n-- limbeck: downgrade\n-- limbeck: downgrade irreversible\n",
            "-- limbeck: revision a\n-- limbeck: downgrade ireversible\n",
            "-- limbeck: revision a\n-- limbeck: upgrade now\n",
            "-- limbeck: revision a\n-- limbeck: downgrade irreversible\nDROP TABLE t;\n",
            "-- limbeck: revision a\n-- limbeck: upgrade\nSELECT 1;\n--Limbeck : downgrade\nSELECT 2;\n",
            "-- limbeck: revision a\n-- limbeck: transaction off\n-- limbeck: labels 1x\n",
        ],
        "a.sql",
        Format::Sql,
        ""
    ));
}

#[test]
fn json_says_what_is_wrong_without_places() {
    for (json, expected) in [
        (r#"{"op": "drop_table"}"#, "drop_table needs `table`"),
        (r#"{"op": "insert", "table": "t", "rows": [{"a": null}]}"#, "`a` must be a value, but it is null"),
        (r#"[]"#, "`operation` must be a table, but it is an array"),
        (r#"{"op": "drop_table", "table": "t", "cascade": true}"#, "unknown key `cascade` in drop_table"),
    ] {
        let errors = operation_from_json(&serde_json::from_str(json).unwrap()).unwrap_err();
        assert_eq!(errors[0].to_string(), expected);
    }
}
