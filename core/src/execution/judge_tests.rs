use proptest::prelude::*;

use super::*;
use crate::sql::Quotes;

const RULES: LexicalRules = LexicalRules {
    identifier_quotes: &[Quotes { open: '`', close: '`', doubled: true }],
    ..LexicalRules::STANDARD
};

fn table(name: &str, parts: &[&str]) -> Definition {
    let mut lines = vec![format!("CREATE TABLE `{name}` (")];
    lines.extend(parts.iter().map(|part| (*part).to_owned()));
    lines.push(") ENGINE=X".to_owned());
    Definition::new("table", name, lines)
}

fn t(parts: &[&str]) -> Vec<Definition> {
    vec![table("t", parts)]
}

fn seen(before: Vec<Definition>, now: Vec<Definition>) -> Seen {
    Seen { before: Some(before), now: Some(now), ..Seen::default() }
}

fn judged(sql: &str, before: Vec<Definition>, now: Vec<Definition>) -> Verdict {
    judge(&RULES, Proof::Definitions, sql, &seen(before, now))
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Run => "run",
        Verdict::Clear(_) => "clear",
        Verdict::Done => "done",
        Verdict::Unclear { .. } => "unclear",
    }
}

#[test]
fn a_change_to_the_schema_is_told_by_what_it_names() {
    let a = "`a` int";
    let cases: &[(&str, Vec<Definition>, Vec<Definition>, &str)] = &[
        ("CREATE TABLE `t` (`a` int)", vec![], vec![], "run"),
        ("CREATE TABLE `t` (`a` int)", vec![], t(&[a]), "done"),
        ("CREATE TABLE `t` (`a` int)", vec![], t(&[a, "`b` int"]), "unclear"),
        ("CREATE TABLE t AS SELECT * FROM u", vec![], t(&[a, "`b` int"]), "done"),
        ("ALTER TABLE \"t\" ADD COLUMN \"b\" int", t(&[a]), t(&[a, "`b` int"]), "done"),
        ("ALTER TABLE \"t\" ADD COLUMN \"b\" int", t(&[a]), t(&[a, "`c` int"]), "unclear"),
        ("DROP TABLE t", t(&[a]), t(&[a]), "run"),
        ("DROP TABLE t", t(&[a]), vec![], "done"),
        ("DROP TABLE t, u", vec![table("t", &[a]), table("u", &[a])], vec![table("u", &[a])], "unclear"),
        ("DROP TABLE t, u", vec![table("t", &[a]), table("u", &[a])], vec![], "done"),
        ("ALTER TABLE t ADD b int", t(&[a]), t(&[a, "`b` int"]), "done"),
        ("ALTER TABLE t ADD b int", t(&[a]), t(&[a, "`c` int"]), "unclear"),
        ("ALTER TABLE t ADD b int", t(&[a]), t(&[a, "`b` int", "`c` int"]), "unclear"),
        ("ALTER TABLE t ADD b int", t(&[a]), vec![], "unclear"),
        ("ALTER TABLE t MODIFY a bigint", t(&[a]), t(&["`a` bigint"]), "done"),
        ("ALTER TABLE t MODIFY a int AFTER b", t(&[a, "`b` int"]), t(&["`b` int", a]), "done"),
        ("ALTER TABLE t MODIFY a bigint", t(&[a, "`b` int"]), t(&["`b` int", a]), "unclear"),
        // What goes or comes with a column, and names that the server makes up.
        ("ALTER TABLE t DROP b", t(&[a, "KEY `k` (`a`,`b`)", "`b` int"]), t(&[a, "KEY `k` (`a`)"]), "done"),
        (
            "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (x)",
            t(&[a]),
            t(&[a, "KEY `a` (`a`)", "CONSTRAINT `t_ibfk_1` FOREIGN KEY (`a`) REFERENCES `u` (`x`)"]),
            "done",
        ),
        ("ALTER TABLE t DROP PRIMARY KEY", t(&[a, "PRIMARY KEY (`a`)"]), t(&[a]), "done"),
        ("ALTER TABLE t CONVERT TO CHARACTER SET y", t(&["`a` text X"]), t(&["`a` text Y"]), "done"),
        ("ALTER TABLE t RENAME TO u", t(&[a]), vec![table("u", &[a])], "done"),
        ("ALTER TABLE t RENAME TO u", t(&[a]), vec![table("u", &[a, "`z` int"])], "unclear"),
        // One that drops first what is there, and has come no further.
        ("CREATE OR REPLACE TABLE t (a int)", t(&[a]), vec![], "unclear"),
        ("COMMENT ON TABLE t IS 'x'", t(&[a]), t(&[a]), "run"),
    ];
    for (sql, before, now, expected) in cases {
        let verdict = judged(sql, before.clone(), now.clone());
        assert_eq!(word(&verdict), *expected, "{sql}: {verdict:?}");
    }
}

#[test]
fn what_differs_is_said() {
    let verdict = judged("ALTER TABLE t ADD b int", t(&["`a` int"]), t(&["`a` bigint", "`c` int"]));
    let Verdict::Unclear { differences, .. } = verdict else { panic!("{verdict:?}") };
    assert_eq!(differences, ["- table t: `a` int", "+ table t: `a` bigint", "+ table t: `c` int"]);
}

#[test]
fn what_was_left_half_made_is_taken_away() {
    let half = |name: &str| {
        let leftover = Some(format!("DROP INDEX {name}"));
        Definition { leftover, ..Definition::new("index", name, vec!["`i` ON `t` (`a`)".to_owned()]) }
    };
    let sql = "CREATE INDEX CONCURRENTLY i ON t (a)";
    assert_eq!(judged(sql, vec![], vec![half("i")]), Verdict::Clear(vec!["DROP INDEX i".to_owned()]));
    // One that somebody else has left, and that the statement does not name.
    let other = Definition { lines: vec!["`x` ON `y` (`z`)".to_owned()], ..half("x") };
    assert_eq!(word(&judged(sql, vec![], vec![other.clone()])), "unclear");
    assert_eq!(word(&judged(sql, vec![other.clone()], vec![other])), "run");
    let whole = Definition { leftover: None, ..half("i") };
    assert_eq!(word(&judged("DROP INDEX CONCURRENTLY i", vec![whole.clone()], vec![half("i")])), "run");
    assert_eq!(word(&judged("DROP INDEX CONCURRENTLY i", vec![whole], vec![])), "done");
}

#[test]
fn a_refused_statement_has_not_happened() {
    let refused = |sql: &str, proof: Proof, before, now| {
        judge(&RULES, proof, sql, &Seen { refused: true, ..seen(before, now) })
    };
    // What was mended meanwhile is no reason to stop.
    let (before, now) = (t(&["`a` int"]), t(&["`a` bigint"]));
    assert_eq!(refused("ALTER TABLE t ADD UNIQUE (b)", Proof::Definitions, before, now), Verdict::Run);
    assert_eq!(refused("TRUNCATE t", Proof::Nothing, vec![], vec![]), Verdict::Run);
    assert_eq!(word(&refused("CALL p()", Proof::Nothing, vec![], vec![])), "unclear");
}

#[test]
fn rows_are_told_by_their_transaction() {
    let rows = |sql: &str, untransactional: &[&str]| {
        let untransactional = untransactional.iter().map(|name| Name::new(*name)).collect();
        judge(&RULES, Proof::Transaction, sql, &Seen { untransactional, ..Seen::default() })
    };
    assert_eq!(rows("UPDATE t SET a = 1", &[]), Verdict::Run);
    assert_eq!(rows("UPDATE t SET a = 1", &["u"]), Verdict::Run);
    assert_eq!(word(&rows("UPDATE `t` SET a = 1", &["T"])), "unclear");
}

#[test]
fn what_nothing_shows_is_for_the_user() {
    for sql in ["TRUNCATE t", "CALL p()", "DO $$ x $$"] {
        assert_eq!(word(&judge(&RULES, Proof::Nothing, sql, &Seen::default())), "unclear", "{sql}");
    }
    assert_eq!(judge(&RULES, Proof::Repeatable, "VACUUM", &Seen::default()), Verdict::Run);
    // A driver that cannot tell.
    assert_eq!(word(&judge(&RULES, Proof::Definitions, "DROP TABLE t", &Seen::default())), "unclear");
}

#[test]
fn names_are_found_with_and_without_their_namespace() {
    let found = names(&RULES, "ALTER TABLE `s`.`a b` ADD c int, ADD KEY (d)");
    for name in [Name::qualified("s", "a b"), Name::new("a b"), Name::new("c"), Name::new("d")] {
        assert!(found.contains(&name), "{name}: {found:?}");
    }
}

#[test]
fn what_stands_in_a_body_is_not_asked_for() {
    let found =
        names(&RULES, "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN UPDATE u SET a = 1; END");
    assert!(found.contains(&Name::new("x")) && found.contains(&Name::new("t")), "{found:?}");
    assert!(!found.contains(&Name::new("u")), "{found:?}");
    let found = names(&RULES, "CREATE OR REPLACE FUNCTION f(a int) RETURNS int RETURN (SELECT b FROM c)");
    assert!(found.contains(&Name::new("f")) && !found.contains(&Name::new("c")), "{found:?}");
}

/// A change to a table as a statement, and what it makes of the table.
fn change() -> impl Strategy<Value = (String, Vec<String>)> {
    let columns = prop::collection::vec("[a-d]", 1..4);
    (columns, 0..4usize).prop_map(|(mut columns, kind)| {
        columns.sort();
        columns.dedup();
        let first = columns[0].clone();
        let mut lines: Vec<String> = columns.iter().map(|name| format!("`{name}` int")).collect();
        let sql = match kind {
            0 => {
                lines.push("`new` text".to_owned());
                "ALTER TABLE `t` ADD `new` text".to_owned()
            }
            1 => {
                lines[0] = format!("`{first}` bigint");
                format!("ALTER TABLE `t` MODIFY `{first}` bigint")
            }
            2 => {
                lines.push(format!("KEY `by_it` (`{first}`)"));
                format!("CREATE INDEX `by_it` ON `t` (`{first}`)")
            }
            _ => {
                lines.retain(|line| !line.starts_with(&format!("`{first}`")));
                format!("ALTER TABLE `t` DROP `{first}`")
            }
        };
        (sql, lines)
    })
}

proptest! {
    /// A server whose changes happen wholly or not at all is cut off: whoever looks knows which, and is not taken in by
    /// what somebody else has done to the table since.
    #[test]
    fn one_that_happens_wholly_or_not_at_all_is_never_mistaken(
        (sql, after) in change(),
        foreign in "z[a-z]{1,5}",
    ) {
        let as_table = |lines: &[String]| {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            t(&lines)
        };
        // The table before has the columns of the one after, but for what the statement changes.
        let before: Vec<String> = {
            let mut lines: Vec<String> = after
                .iter()
                .filter(|line| !line.starts_with("`new`") && !line.starts_with("KEY"))
                .map(|line| line.replace("bigint", "int"))
                .collect();
            if let Some(dropped) = sql.strip_prefix("ALTER TABLE `t` DROP ") {
                lines.insert(0, format!("{dropped} int"));
            }
            lines
        };
        let with = |lines: &[String]| {
            let mut lines = lines.to_vec();
            lines.push(format!("`{foreign}` int"));
            as_table(&lines)
        };
        prop_assert_eq!(judged(&sql, as_table(&before), as_table(&before)), Verdict::Run);
        prop_assert_eq!(judged(&sql, as_table(&before), as_table(&after)), Verdict::Done);
        for now in [with(&before), with(&after)] {
            let verdict = judged(&sql, as_table(&before), now);
            let said = matches!(
                &verdict,
                Verdict::Unclear { differences, .. } if differences.iter().any(|line| line.contains(&foreign))
            );
            prop_assert!(said, "{sql}: {verdict:?}");
        }
    }
}
