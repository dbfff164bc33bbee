use proptest::prelude::*;

use super::super::rules::fixtures::{ALL, MYSQL, POSTGRES, SQLITE, any_rules, any_sql};
use super::*;

fn cut(rules: &LexicalRules, script: &str) -> Vec<String> {
    let found = statements(rules, script).unwrap_or_else(|e| panic!("{e}: {script}"));
    for statement in &found {
        assert_eq!(&script[statement.span.clone()], statement.sql);
    }
    found.into_iter().map(|s| s.sql).collect()
}

/// The script is one statement, and another one follows it.
fn whole(rules: &LexicalRules, sql: &str) {
    assert_eq!(cut(rules, sql), [sql]);
    assert_eq!(cut(rules, &format!("{sql};\nSELECT 1;")), [sql, "SELECT 1"]);
    let joined = join(rules, [sql, "SELECT 1"]);
    assert_eq!(cut(rules, &joined), [sql, "SELECT 1"], "{joined}");
}

fn code(rules: &LexicalRules, script: &str) -> &'static str {
    use crate::diag::Diagnose;
    statements(rules, script).expect_err(script).diagnostic().code
}

#[test]
fn empty_statements_comments_and_line_ends_are_no_statements() {
    for rules in &ALL {
        assert_eq!(cut(rules, ""), [""; 0]);
        assert_eq!(cut(rules, "\u{feff};; -- only this\r\n/* ; */;"), [""; 0]);
        assert_eq!(
            cut(rules, "-- a\r\nSELECT 1 /* x */ + 2; -- b;\r\n\r\nSELECT ';'\r\n"),
            ["SELECT 1 /* x */ + 2", "SELECT ';'"]
        );
        assert_eq!(code(rules, "SELECT 'a\0b'"), "sql-nul");
    }
}

#[test]
fn dollar_quoted_bodies_stay_whole() {
    whole(
        &POSTGRES,
        "CREATE FUNCTION f() RETURNS void AS $body$\nBEGIN\n  EXECUTE $$SELECT 'it;'; $$; -- don't;\nEND\n$body$ LANGUAGE plpgsql",
    );
    whole(&POSTGRES, "DO $$ BEGIN PERFORM 1; END $$");
    whole(&POSTGRES, r"SELECT 'C:\', E'\';', U&'\0041', 1 /* /* ; */ ; */ + 1");
    assert_eq!(code(&POSTGRES, "DO $a$ BEGIN; $b$;\n"), "sql-unterminated-string");
    assert_eq!(statements(&POSTGRES, "SELECT 1;\nDO $a$ x\n y").unwrap_err().span(), 13..18);
}

#[test]
fn atomic_bodies_and_rules_keep_their_semicolons() {
    whole(
        &POSTGRES,
        "CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC\n  INSERT INTO t VALUES (CASE WHEN a > 1 THEN 2 ELSE 3 END);\n  SELECT a AS end;\n  SELECT (SELECT CASE a WHEN 1 THEN 2 END);\nEND",
    );
    whole(&POSTGRES, "CREATE PROCEDURE p() BEGIN ATOMIC END");
    whole(
        &POSTGRES,
        "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); INSERT INTO b VALUES (2))",
    );
    assert_eq!(
        cut(&POSTGRES, "BEGIN; CREATE FUNCTION f() RETURNS int RETURN 1; END;"),
        ["BEGIN", "CREATE FUNCTION f() RETURNS int RETURN 1", "END"]
    );
    assert_eq!(code(&POSTGRES, "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;"), "sql-open-body");
}

#[test]
fn what_is_for_the_client_is_refused_by_name() {
    assert_eq!(code(&POSTGRES, "SELECT 1;\n\\connect other\nSELECT 2;"), "sql-client-command");
    assert_eq!(code(&POSTGRES, "SELECT 'CREATE TABLE t ()' \\gexec\n"), "sql-client-command");
    assert_eq!(code(&SQLITE, ".mode csv\nSELECT 1;"), "sql-client-command");
    assert_eq!(code(&POSTGRES, "COPY public.t (a, b) FROM stdin;\n1\tit's\n\\.\n"), "sql-copy-from-stdin");
    assert_eq!(code(&POSTGRES, "copy t from STDIN WITH (FORMAT csv)"), "sql-copy-from-stdin");
    assert_eq!(cut(&POSTGRES, "COPY t FROM '/tmp/stdin'; COPY t TO STDOUT;").len(), 2);
    assert_eq!(code(&MYSQL, "DELIMITER\nSELECT 1"), "sql-delimiter");
    assert_eq!(code(&MYSQL, "DELIMITER 0123456789abcdef\nSELECT 1"), "sql-delimiter");
    assert_eq!(code(&MYSQL, "DELIMITER '\nSELECT 1"), "sql-delimiter");
}

#[test]
fn delimiter_lines_say_what_ends_a_statement() {
    let script = "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; SELECT '//'; END//\r\nDROP TABLE a; //\ndelimiter $$\nSELECT 1; END$$\nDELIMITER ;\nSELECT 2;";
    assert_eq!(
        cut(&MYSQL, script),
        [
            "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT '//'; END",
            "DROP TABLE a",
            "SELECT 1; END",
            "SELECT 2"
        ]
    );
    let dumped = "DELIMITER ;;\n/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN\n SET NEW.b = 1;\nEND */;;\nDELIMITER ;\n/*!50003 SET sql_mode = 'x' */ ;";
    assert_eq!(cut(&MYSQL, dumped).len(), 2);
    assert_eq!(cut(&MYSQL, "SELECT delimiter FROM t;\nUPDATE t SET a = 1, \ndelimiter = 2;").len(), 2);
}

#[test]
fn quotes_and_comments_of_backslash_dialects() {
    assert_eq!(
        cut(&MYSQL, "SELECT 'it\\'s;', \"a\\\";\", `b``;`; # don't;\nSELECT 5--1; -- it's;\n"),
        ["SELECT 'it\\'s;', \"a\\\";\", `b``;`", "SELECT 5--1"]
    );
    whole(&MYSQL, "/*!50003 CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b = 1; END */");
    assert_eq!(code(&MYSQL, "/*!40101 SET NAMES utf8;"), "sql-unterminated-comment");
}

#[test]
fn routines_need_no_delimiter() {
    for sql in [
        "CREATE DEFINER=`root`@`localhost` PROCEDURE IF NOT EXISTS p(IN a DECIMAL(10,2), OUT b INT)\nCOMMENT 'x;' SQL SECURITY INVOKER\nmain: BEGIN\n  DECLARE done INT DEFAULT IF(a > 1, 0, 1);\n  DECLARE c CURSOR FOR SELECT id FROM t;\n  DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1;\n  DECLARE EXIT HANDLER FOR SQLEXCEPTION, SQLSTATE '23000' BEGIN ROLLBACK; END;\n  OPEN c;\n  l: LOOP\n    FETCH c INTO b;\n    IF done THEN LEAVE l; ELSEIF b > 2 THEN ITERATE l; ELSE SET b = IF(b, 1, 2); END IF;\n    CASE b WHEN 1 THEN SELECT 1; ELSE BEGIN END; END CASE;\n    SET b = CASE WHEN b THEN IF(a, 1, 2) ELSE REPEAT('x', 2) END;\n  END LOOP l;\n  WHILE b > 0 DO SET b = b - 1; END WHILE;\n  REPEAT SET b = b + 1; UNTIL b > 5 END REPEAT;\n  SELECT end FROM t;\n  INSERT INTO t (`begin`) VALUES (1);\nEND main",
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = IF(NEW.b > 0, 1, 2)",
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW FOLLOWS u IF (NEW.b IS NULL) THEN SET NEW.b = 1; END IF",
        "CREATE FUNCTION f(a INT) RETURNS CHAR(10) CHARACTER SET utf8 DETERMINISTIC RETURN CASE a WHEN 1 THEN 'a' ELSE 'b' END",
        "CREATE FUNCTION f(a INT) RETURNS SET('a','b') IF a THEN RETURN 1; END IF",
        "CREATE EVENT IF NOT EXISTS e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM a; DELETE FROM b; END",
        "ALTER EVENT e DO BEGIN DELETE FROM a; END",
        "BEGIN NOT ATOMIC DECLARE x INT; IF x THEN SELECT 1; END IF; END",
        "CREATE PROCEDURE p() FOR i IN 1..10 DO SELECT i; END FOR",
        "CREATE FUNCTION f RETURNS STRING SONAME 'x.so'",
    ] {
        whole(&MYSQL, sql);
    }
    assert_eq!(
        cut(&MYSQL, "BEGIN; DROP TABLE IF EXISTS t; CREATE TABLE IF NOT EXISTS t (`if` INT); END;").len(),
        4
    );
    assert_eq!(code(&MYSQL, "CREATE PROCEDURE p() BEGIN IF 1 THEN SELECT 1; END;"), "sql-open-body");
    let open = statements(&MYSQL, "SELECT 1; CREATE PROCEDURE p() BEGIN SELECT 1;").unwrap_err();
    assert_eq!(open, ScanError::OpenBody { opener: "BEGIN".to_owned(), span: 31..36 });
}

#[test]
fn triggers_end_with_the_end_that_follows_a_semicolon() {
    for sql in [
        "CREATE TEMP TRIGGER IF NOT EXISTS t AFTER UPDATE OF a ON b WHEN NEW.a > (CASE WHEN 1 THEN 2 END)\nBEGIN\n  UPDATE b SET \"end\" = CASE a WHEN 1 THEN 'x;' ELSE 2 END;\n  -- a note;\n  UPDATE b SET a = [end];\n  INSERT INTO log(begin, end) SELECT begin, end FROM b;\nEND",
        "create trigger t after insert on a begin select case when 1 then 2 end; end",
    ] {
        whole(&SQLITE, sql);
    }
    assert_eq!(cut(&SQLITE, "CREATE TABLE t (begin INT, end INT); BEGIN; SELECT end FROM t; END;").len(), 4);
    assert_eq!(
        code(&SQLITE, "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2;"),
        "sql-open-body"
    );
}

#[test]
fn scripts_hold_statements_apart() {
    let parts = ["SELECT 1 -- x", "CREATE PROCEDURE p() BEGIN SELECT '//', '$$'; END"];
    assert_eq!(
        join(&MYSQL, parts),
        "SELECT 1 -- x\n;\nDELIMITER ||\nCREATE PROCEDURE p() BEGIN SELECT '//', '$$'; END\n||\nDELIMITER ;\n"
    );
    let crowded = "BEGIN NOT ATOMIC SELECT '// $$ || @@ %% ///0//1//'; END";
    assert!(join(&MYSQL, [crowded]).starts_with("DELIMITER //2//\n"));
    whole(&MYSQL, crowded);
}

#[test]
fn long_scripts_take_linear_time() {
    for (rules, piece) in [
        (&MYSQL, "BEGIN NOT ATOMIC "),
        (&MYSQL, "IF a THEN "),
        (&SQLITE, "CREATE TRIGGER a BEGIN;"),
        (&POSTGRES, "COPY a;"),
    ] {
        let text = piece.repeat((1 << 18) / piece.len());
        let cut = statements(rules, &text);
        assert!(cut.is_ok() || matches!(cut, Err(ScanError::OpenBody { .. })));
    }
}

proptest! {
    #[test]
    fn joined_statements_are_cut_where_they_were_joined(rules in any_rules(), script in any_sql()) {
        // A byte order mark is one at the beginning only, where none stood in the script that a statement is cut from.
        let script = script.replace('\u{feff}', "");
        if let Ok(found) = statements(&rules, &script) {
            // Two signs that end a text, where they would have begun no comment within one, are no SQL anyway.
            prop_assume!(!found.iter().any(|s| s.sql.ends_with("--")));
            let parts: Vec<&str> = found.iter().map(|s| s.sql.as_str()).collect();
            let again = statements(&rules, &join(&rules, parts.iter().copied()));
            let again = again.map(|found| found.into_iter().map(|s| s.sql).collect::<Vec<_>>());
            prop_assert_eq!(again, Ok(found.iter().map(|s| s.sql.clone()).collect()));
        }
    }

    #[test]
    fn any_text_is_cut_or_refused_with_a_place(rules in any_rules(), script in any::<String>()) {
        match statements(&rules, &script) {
            Ok(found) => for statement in found {
                prop_assert_eq!(&script[statement.span], statement.sql.as_str());
            },
            Err(error) => prop_assert!(script.get(error.span()).is_some()),
        }
    }
}
