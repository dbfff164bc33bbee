use super::{LexicalRules, Token, TokenKind, tokens};

/// What a statement changes, as far as its words tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    Query,
    /// The session's settings, locks, cursors and the like.
    Session,
    /// Nothing that shows in rows or definitions: statistics, storage. It can be run again; some of these refuse to
    /// run in a transaction.
    Maintenance,
    /// Rows.
    Data,
    /// Rows, all at once, with TRUNCATE: on some servers it cannot be rolled back.
    Truncate,
    /// Where a transaction begins or ends.
    Transaction(TransactionControl),
    /// Definitions, or nobody knows what. The safe answer, which makes the engine look.
    Schema,
}

/// What a statement does to the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionControl {
    /// Begins one.
    Begin,
    /// Ends it and keeps the changes; also what prepares that.
    Commit,
    /// Ends it and drops the changes.
    Rollback,
    /// Sets, releases or returns to a savepoint: the transaction goes on.
    Savepoint,
    /// Turns automatic commits on or off.
    Autocommit,
}

/// What one statement changes. A text that holds several, or is not closed, is taken to change the schema.
pub fn effect(rules: &LexicalRules, statement: &str) -> Effect {
    let mut code = Vec::new();
    let mut ended = false;
    let mut several = false;
    let mut executable = 0usize;
    for token in tokens(rules, statement) {
        match token.kind {
            TokenKind::Unterminated(_) | TokenKind::Command => return Effect::Schema,
            TokenKind::ExecutableOpen => executable += 1,
            TokenKind::ExecutableClose => executable -= 1,
            TokenKind::Terminator if executable == 0 => ended = true,
            _ if token.is_code() => {
                several |= ended;
                code.push(token);
            }
            _ => {}
        }
    }
    // Of several statements, each may do something else; a block of them is one that nobody looks into.
    if several { Effect::Schema } else { judge(rules, &code) }
}

fn judge(rules: &LexicalRules, code: &[Token<'_>]) -> Effect {
    use TransactionControl::{Autocommit, Begin, Commit, Rollback, Savepoint};
    let Some(first) = code.iter().position(|t| !t.is_mark("(")) else { return Effect::Query };
    let code = &code[first..];
    let verb = code[0];
    if verb.kind != TokenKind::Word {
        return Effect::Schema;
    }
    let second = |words: &[&str]| code.get(1).is_some_and(|t| t.is_any(words));
    let has = |words: &[&str]| code.iter().any(|t| t.is_any(words));
    let rows = || if writes_catalog(rules, code) { Effect::Schema } else { Effect::Data };
    match verb.text.to_ascii_uppercase().as_str() {
        "SELECT" | "VALUES" | "TABLE" => query(code),
        "WITH" => with(rules, code),
        "SHOW" | "DESCRIBE" | "DESC" | "HELP" | "FETCH" | "HANDLER" | "CHECKSUM" => Effect::Query,
        "EXPLAIN" => explain(rules, code),
        "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "REPLACE" | "UPSERT" => rows(),
        "COPY" if !has(&["FROM", "PROGRAM"]) || copies_query(code) => Effect::Query,
        "COPY" => rows(),
        "LOAD" if second(&["DATA", "XML"]) => rows(),
        "TRUNCATE" => Effect::Truncate,
        "SET" if sets_autocommit(code) => Effect::Transaction(Autocommit),
        // Through such a setting, definitions can be written as rows.
        "PRAGMA" if has(&["WRITABLE_SCHEMA"]) => Effect::Schema,
        "PRAGMA" if has(&["USER_VERSION", "APPLICATION_ID"]) => Effect::Data,
        "SET" | "RESET" | "DISCARD" | "USE" | "PRAGMA" | "LISTEN" | "UNLISTEN" | "NOTIFY" | "CLOSE"
        | "DECLARE" | "LOCK" | "UNLOCK" | "ATTACH" | "DETACH" | "DEALLOCATE" | "FLUSH" | "KILL" | "MOVE" => {
            Effect::Session
        }
        "ANALYZE" | "ANALYSE" | "VACUUM" | "REINDEX" | "OPTIMIZE" | "CHECKPOINT" | "REFRESH" => {
            Effect::Maintenance
        }
        "BEGIN" if plain_begin(code) => Effect::Transaction(Begin),
        "START" if second(&["TRANSACTION"]) => Effect::Transaction(Begin),
        "XA" => Effect::Transaction(if second(&["START", "BEGIN"]) { Begin } else { Commit }),
        "COMMIT" | "END" => Effect::Transaction(Commit),
        "PREPARE" if second(&["TRANSACTION"]) => Effect::Transaction(Commit),
        "PREPARE" => Effect::Session,
        "ROLLBACK" if has(&["TO"]) => Effect::Transaction(Savepoint),
        "ROLLBACK" | "ABORT" => Effect::Transaction(Rollback),
        "SAVEPOINT" | "RELEASE" => Effect::Transaction(Savepoint),
        _ => Effect::Schema,
    }
}

/// `SET autocommit = 0` in its several spellings, and not `SET @old = @@autocommit`.
fn sets_autocommit(code: &[Token<'_>]) -> bool {
    code.windows(2).any(|pair| {
        let name = pair[0].text.trim_start_matches('@').eq_ignore_ascii_case("autocommit");
        name && (pair[1].kind == TokenKind::Operator || pair[1].is_any(&["TO", "ON", "OFF"]))
    })
}

/// BEGIN and the words that may follow it where it begins a transaction and no block.
fn plain_begin(code: &[Token<'_>]) -> bool {
    const MODES: &[&str] = &[
        "WORK",
        "TRANSACTION",
        "TRAN",
        "DEFERRED",
        "IMMEDIATE",
        "EXCLUSIVE",
        "CONCURRENT",
        "ISOLATION",
        "READ",
        "DEFERRABLE",
    ];
    match code.get(1) {
        None => true,
        Some(word) if word.is_word("NOT") => code.get(2).is_some_and(|t| t.is_word("DEFERRABLE")),
        Some(word) => word.is_any(MODES) && !code.iter().any(|t| t.kind == TokenKind::Terminator),
    }
}

/// Functions that every dialect has and none lets change anything. What calls another one may do anything.
const HARMLESS: &[&str] = &[
    "COUNT",
    "SUM",
    "MIN",
    "MAX",
    "AVG",
    "COALESCE",
    "NULLIF",
    "LOWER",
    "UPPER",
    "LENGTH",
    "CHAR_LENGTH",
    "TRIM",
    "SUBSTRING",
    "SUBSTR",
    "CONCAT",
    "ABS",
    "ROUND",
    "FLOOR",
    "CEIL",
    "CEILING",
    "MOD",
    "POWER",
    "SQRT",
    "CAST",
    "EXTRACT",
    "POSITION",
    "REPLACE",
    "ROW_NUMBER",
    "RANK",
    "DENSE_RANK",
    "LAG",
    "LEAD",
    "FIRST_VALUE",
    "LAST_VALUE",
    "GREATEST",
    "LEAST",
    "NOW",
    "CURRENT_TIMESTAMP",
    "VERSION",
    "DATE",
    "IF",
    "IFNULL",
];

/// Words before a parenthesis that call nothing.
const NO_CALL: &[&str] = &[
    "SELECT",
    "FROM",
    "WHERE",
    "IN",
    "AND",
    "OR",
    "NOT",
    "EXISTS",
    "ON",
    "USING",
    "AS",
    "OVER",
    "VALUES",
    "BY",
    "HAVING",
    "UNION",
    "ALL",
    "ANY",
    "SOME",
    "EXCEPT",
    "INTERSECT",
    "JOIN",
    "LATERAL",
    "DISTINCT",
    "WHEN",
    "THEN",
    "ELSE",
    "CASE",
    "LIKE",
    "BETWEEN",
    "FILTER",
    "LIMIT",
    "OFFSET",
    "WITH",
    "MATERIALIZED",
    "RECURSIVE",
    "ROW",
    "ARRAY",
    "IS",
    "VARCHAR",
    "CHAR",
    "NUMERIC",
    "DECIMAL",
    "PARTITION",
];

/// A SELECT: it may create a table with INTO, or call a function that does anything.
fn query(code: &[Token<'_>]) -> Effect {
    let mut found = Effect::Query;
    for (at, token) in code.iter().enumerate() {
        let next = code.get(at + 1);
        let name = matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier);
        if token.is_word("INTO") {
            // INTO @variable; into a file or a table is not for the session alone.
            if !next.is_some_and(|t| t.kind == TokenKind::Parameter) {
                return Effect::Schema;
            }
            found = Effect::Session;
        } else if name
            && next.is_some_and(|t| t.is_mark("("))
            && ((at > 0 && code[at - 1].is_mark("."))
                || !(token.is_any(HARMLESS) || token.is_any(NO_CALL) || names_cte(code, at)))
        {
            return Effect::Schema;
        }
    }
    found
}

/// `WITH name (columns) AS (`, `, name (columns) AS (`: no call. Only after WITH can it be one; what else looks so is
/// taken for a call.
fn names_cte(code: &[Token<'_>], at: usize) -> bool {
    at > 0 && code[0].is_word("WITH") && code[at - 1].is_any(&["WITH", "RECURSIVE"])
}

/// The statement after the common table expressions, and those of them that change rows.
fn with(rules: &LexicalRules, code: &[Token<'_>]) -> Effect {
    let mut depth = 0usize;
    let mut writes = false;
    for (at, token) in code.iter().enumerate() {
        if token.is_mark("(") {
            depth += 1;
        } else if token.is_mark(")") {
            depth = depth.saturating_sub(1);
        }
        let begins = depth == 0 || (at > 0 && code[at - 1].is_mark("("));
        writes |= begins && token.is_any(&["INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"])
            && !code.get(at + 1).is_some_and(|t| t.is_mark("("))
            // The lock of a SELECT.
            && !(at > 0 && code[at - 1].is_any(&["FOR", "KEY"]));
    }
    if writes {
        return if writes_catalog(rules, code) { Effect::Schema } else { Effect::Data };
    }
    query(code)
}

/// EXPLAIN runs the statement only with ANALYZE.
fn explain(rules: &LexicalRules, code: &[Token<'_>]) -> Effect {
    const VERBS: &[&str] = &[
        "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES", "CREATE", "EXECUTE",
        "REFRESH", "DECLARE", "TABLE",
    ];
    let verb = code.iter().position(|t| t.is_any(VERBS)).unwrap_or(code.len());
    let runs = code[1..verb.max(1)].iter().any(|t| t.is_any(&["ANALYZE", "ANALYSE"]));
    if !runs {
        return Effect::Query;
    }
    // None of the verbs is EXPLAIN, so this goes no deeper.
    if verb == code.len() { Effect::Schema } else { judge(rules, &code[verb..]) }
}

/// `COPY (SELECT …) TO`: the FROM is the query's.
fn copies_query(code: &[Token<'_>]) -> bool {
    code.get(1).is_some_and(|t| t.is_mark("("))
        && !code.iter().any(|t| t.is_word("PROGRAM"))
        && query(&code[2..]) == Effect::Query
}

/// Whether one of the server's own tables is named, other than to call a function of such a name.
fn writes_catalog(rules: &LexicalRules, code: &[Token<'_>]) -> bool {
    let named = |token: &Token<'_>| {
        let name = token.text.trim_start_matches(['"', '`', '[']).as_bytes();
        let begins = |prefix: &&str| {
            name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
        };
        matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier)
            && rules.catalog_prefixes.iter().any(begins)
    };
    code.iter().enumerate().filter(|(_, token)| named(token)).any(|(at, _)| {
        let qualified = code.get(at + 1).is_some_and(|t| t.is_mark("."));
        let called = code.get(if qualified { at + 3 } else { at + 1 }).is_some_and(|t| t.is_mark("("));
        // The parentheses after a table that is written to are those of its columns.
        let written = at > 0 && code[at - 1].is_any(&["INTO", "COPY"]);
        !called || written
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rules::fixtures::{ALL, MYSQL, POSTGRES, SQLITE, any_rules, any_sql};
    use super::*;
    use Effect::*;

    #[test]
    fn the_verb_tells_the_effect() {
        for rules in &ALL {
            for (sql, expected) in [
                ("", Query),
                ("-- x\n SELECT 1;", Query),
                ("(SELECT count(*) FROM t) UNION (SELECT 2)", Query),
                ("SELECT f(1)", Schema),
                ("SELECT s.count(1)", Schema),
                ("SELECT a INTO t FROM b", Schema),
                ("insert into t values (f(1))", Data),
                ("UPDATE t SET a = lower(a)", Data),
                ("WITH x AS (SELECT 1) SELECT * FROM x FOR UPDATE", Query),
                ("WITH x AS (DELETE FROM t RETURNING a) SELECT * FROM x", Data),
                ("WITH x (a) AS (SELECT 1), y AS (SELECT 2) INSERT INTO t SELECT * FROM x", Data),
                ("TRUNCATE t", Truncate),
                ("CALL p()", Schema),
                ("DO $$ x $$", Schema),
                ("COMMENT ON TABLE t IS 'x'", Schema),
                ("GRANT SELECT ON t TO u", Schema),
                ("SELECT 1; DROP TABLE t", Schema),
                ("SELECT 'a", Schema),
                ("EXPLAIN DELETE FROM t", Query),
                ("EXPLAIN ANALYZE DELETE FROM t", Data),
                ("EXPLAIN (ANALYZE, BUFFERS) SELECT 1", Query),
                ("VACUUM", Maintenance),
                ("SET x = 1", Session),
                ("'x'", Schema),
            ] {
                assert_eq!(effect(rules, sql), expected, "{sql}");
            }
        }
    }

    #[test]
    fn dialects_differ() {
        assert_eq!(effect(&MYSQL, "/*!40101 SET NAMES utf8 */"), Session);
        assert_eq!(effect(&POSTGRES, "/*!40101 SET NAMES utf8 */ SELECT 1"), Query);
        assert_eq!(effect(&POSTGRES, "SELECT \"f\"(1) FROM t"), Schema);
        assert_eq!(effect(&MYSQL, "SET @@session.autocommit=0"), Transaction(TransactionControl::Autocommit));
        assert_eq!(effect(&MYSQL, "SET @@AUTOCOMMIT := 0"), Transaction(TransactionControl::Autocommit));
        assert_eq!(effect(&MYSQL, "SET @OLD_AUTOCOMMIT=@@AUTOCOMMIT"), Session);
        assert_eq!(effect(&MYSQL, "SELECT 1 INTO @a"), Session);
        assert_eq!(effect(&MYSQL, "SELECT 1 INTO OUTFILE 'x'"), Schema);
        assert_eq!(effect(&SQLITE, "UPDATE sqlite_schema SET sql = 'x'"), Schema);
        assert_eq!(effect(&SQLITE, "UPDATE \"sqlite_master\" SET sql = 'x'"), Schema);
        assert_eq!(effect(&SQLITE, "INSERT INTO sqlite_schema (name) VALUES ('x')"), Schema);
        assert_eq!(
            effect(&POSTGRES, "UPDATE t SET a = pg_input_is_valid(a, 'b'), c = pg_catalog.now()"),
            Data
        );
        assert_eq!(effect(&POSTGRES, "DELETE FROM pg_catalog.pg_depend"), Schema);
        assert_eq!(effect(&SQLITE, "PRAGMA writable_schema = ON"), Schema);
        assert_eq!(effect(&SQLITE, "PRAGMA foreign_keys = OFF"), Session);
        assert_eq!(effect(&POSTGRES, "COPY (SELECT a FROM t) TO STDOUT"), Query);
        assert_eq!(effect(&POSTGRES, "COPY t FROM '/x'"), Data);
        assert_eq!(
            effect(
                &MYSQL,
                "/*!50003 CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @a = 1; SET @b = 2; END */"
            ),
            Schema
        );
        assert_eq!(effect(&SQLITE, "REPLACE INTO t VALUES (1)"), Data);
    }

    #[test]
    fn the_ends_of_transactions_are_seen() {
        use TransactionControl as Control;
        for rules in &ALL {
            for (sql, control) in [
                ("BEGIN", Control::Begin),
                ("/* x */ begin work", Control::Begin),
                ("BEGIN IMMEDIATE TRANSACTION", Control::Begin),
                ("START TRANSACTION READ ONLY", Control::Begin),
                ("COMMIT AND CHAIN", Control::Commit),
                ("END", Control::Commit),
                ("PREPARE TRANSACTION 'x'", Control::Commit),
                ("ROLLBACK", Control::Rollback),
                ("ABORT", Control::Rollback),
                ("ROLLBACK TO SAVEPOINT a", Control::Savepoint),
                ("SAVEPOINT a", Control::Savepoint),
                ("SET autocommit = 0", Control::Autocommit),
            ] {
                assert_eq!(effect(rules, sql), Transaction(control), "{sql}");
            }
            assert_eq!(effect(rules, "BEGIN NOT ATOMIC SELECT 1; END"), Schema);
            assert_eq!(effect(rules, "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; END"), Schema);
            assert_eq!(effect(rules, "START REPLICA"), Schema);
        }
    }

    proptest! {
        #[test]
        fn a_comment_before_it_changes_no_effect(rules in any_rules(), sql in any_sql(), other in any::<String>()) {
            for sql in [sql, other] {
                let sql = sql.trim_start_matches('\u{feff}');
                prop_assert_eq!(effect(&rules, &format!("\n/* x; */ {sql}")), effect(&rules, sql));
            }
        }
    }
}
