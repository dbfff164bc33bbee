//! ALTER TABLE that must be carried out in a certain way: the server refuses what it cannot do so, instead of blocking.

use limbeck_core::sql::{Token, TokenKind, tokens};

use crate::dialect::LEXICAL;
use crate::flavour::Flavour;
use crate::url::Asserted;

/// What does one thing with some partitions, and on MariaDB takes neither word.
const PARTITIONS: [&str; 14] = [
    "ADD",
    "ANALYZE",
    "CHECK",
    "COALESCE",
    "CONVERT",
    "DISCARD",
    "DROP",
    "EXCHANGE",
    "IMPORT",
    "OPTIMIZE",
    "REBUILD",
    "REORGANIZE",
    "REPAIR",
    "TRUNCATE",
];

/// The statement with what is asserted of it; `None` if that is nothing: it is no ALTER TABLE, says itself how it is to
/// be carried out, or does what cannot be told how.
///
/// The words stand before all others: what a statement may end in (`ORDER BY`, `PARTITION BY`, an executable comment)
/// takes none behind it.
pub(crate) fn asserted(how: Asserted, flavour: Flavour, sql: &str) -> Option<String> {
    if how == Asserted::default() {
        return None;
    }
    let mut code = tokens(&LEXICAL, sql).filter(Token::is_code).peekable();
    if !code.peek()?.is_word("ALTER") {
        return None;
    }
    let code: Vec<Token<'_>> = code.collect();
    let says = |word: &str, given: Option<&str>| {
        given.is_some() && code.windows(2).any(|pair| pair[0].is_word(word) && is_how(&pair[1]))
    };
    if says("ALGORITHM", how.algorithm) || says("LOCK", how.lock) {
        return None;
    }
    let last = end_of_head(&code)?;
    let mut actions = code.get(last + 1..)?.iter();
    let first = actions.next().filter(|token| token.text != ";")?;
    let second = actions.next();
    let then = |words: &[&str]| second.is_some_and(|token| token.is_any(words));
    let untold = first.is_any(&["DISCARD", "IMPORT"]) && then(&["TABLESPACE", "PARTITION"])
        || flavour == Flavour::Mariadb
            && (first.is_any(&PARTITIONS) && then(&["PARTITION"])
                || first.is_word("CONVERT") && then(&["TABLE"]));
    if untold {
        return None;
    }
    // These two stand behind what is done to the table, and are no part of that list.
    let behind =
        first.is_word("PARTITION") && then(&["BY"]) || first.is_word("REMOVE") && then(&["PARTITIONING"]);
    // The server may pass over all that such a comment holds, and takes no list that ends in a comma.
    let between = code[last].span().end..first.span().start;
    let is_in_comment = tokens(&LEXICAL, sql)
        .any(|token| token.kind == TokenKind::ExecutableOpen && between.contains(&token.span().start));
    if !behind && is_in_comment {
        return None;
    }
    let algorithm = how.algorithm.map(|word| format!("ALGORITHM={}", word.to_ascii_uppercase()));
    let lock = how.lock.map(|word| format!("LOCK={}", word.to_ascii_uppercase()));
    let words: Vec<String> = algorithm.into_iter().chain(lock).collect();
    let end = code[last].span().end;
    let comma = if behind { "" } else { "," };
    Some(format!("{} {}{comma}{}", &sql[..end], words.join(", "), &sql[end..]))
}

/// Where `ALTER TABLE` ends, with the table's name and how long it is waited for: the number of the last token.
fn end_of_head(code: &[Token<'_>]) -> Option<usize> {
    // MariaDB takes a word or two between them.
    let table = code.iter().take(4).position(|token| token.is_word("TABLE"))?;
    if !code[1..table].iter().all(|token| token.is_any(&["ONLINE", "IGNORE"])) {
        return None;
    }
    let mut at = table + 1;
    if code.get(at)?.is_word("IF") && code.get(at + 1)?.is_word("EXISTS") {
        at += 2;
    }
    if code.get(at + 1)?.text == "." {
        at += 2;
    }
    match code.get(at + 1)? {
        wait if wait.is_word("WAIT") => at += 2,
        wait if wait.is_word("NOWAIT") => at += 1,
        _ => {}
    }
    Some(at)
}

/// What stands behind ALGORITHM and LOCK: where neither does, they are names.
fn is_how(token: &Token<'_>) -> bool {
    token.text == "="
        || token.is_any(&["DEFAULT", "INSTANT", "NOCOPY", "INPLACE", "COPY", "NONE", "SHARED", "EXCLUSIVE"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_takes_the_words_gets_them() {
        let how = Asserted { algorithm: Some("inplace"), lock: Some("none") };
        let with = |sql: &str| asserted(how, Flavour::Mysql, sql);
        for (sql, wanted) in [
            (
                "ALTER TABLE `t` ADD COLUMN `a` int -- at the end",
                "ALTER TABLE `t` ALGORITHM=INPLACE, LOCK=NONE, ADD COLUMN `a` int -- at the end",
            ),
            (
                "ALTER TABLE `d`.`t` DROP COLUMN `a`;",
                "ALTER TABLE `d`.`t` ALGORITHM=INPLACE, LOCK=NONE, DROP COLUMN `a`;",
            ),
            (
                "ALTER TABLE t ADD COLUMN a int /*!80023 INVISIBLE */",
                "ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE, ADD COLUMN a int /*!80023 INVISIBLE */",
            ),
            (
                "ALTER TABLE t PARTITION BY HASH (a)",
                "ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE PARTITION BY HASH (a)",
            ),
            (
                "ALTER TABLE t /*!50100 PARTITION BY HASH (a) */",
                "ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE /*!50100 PARTITION BY HASH (a) */",
            ),
            (
                "ALTER TABLE t REMOVE PARTITIONING",
                "ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE REMOVE PARTITIONING",
            ),
            (
                "ALTER TABLE t ADD PARTITION PARTITIONS 2",
                "ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE, ADD PARTITION PARTITIONS 2",
            ),
            (
                "ALTER ONLINE TABLE IF EXISTS t WAIT 5 ORDER BY a",
                "ALTER ONLINE TABLE IF EXISTS t WAIT 5 ALGORITHM=INPLACE, LOCK=NONE, ORDER BY a",
            ),
            (
                "ALTER TABLE t RENAME COLUMN algorithm TO b",
                "ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE, RENAME COLUMN algorithm TO b",
            ),
        ] {
            assert_eq!(with(sql).as_deref(), Some(wanted));
        }
        for sql in [
            "ALTER TABLE `t` ADD COLUMN `a` int, ALGORITHM=COPY",
            "ALTER TABLE `t` LOCK SHARED, DROP COLUMN a",
            "ALTER TABLE t DISCARD TABLESPACE",
            "ALTER TABLE t IMPORT PARTITION p TABLESPACE",
            "ALTER SEQUENCE `s` CACHE 5",
            "ALTER DATABASE d CHARACTER SET latin1",
            "ALTER TABLE t",
            "ALTER TABLE t;",
            "ALTER TABLE t /*!999999 ADD COLUMN z int */",
            "CREATE TABLE t (a int)",
            "UPDATE t SET a = 'ALTER TABLE'",
        ] {
            assert_eq!(with(sql), None, "{sql}");
        }
        for sql in [
            "ALTER TABLE t DROP PARTITION p",
            "ALTER TABLE t CONVERT PARTITION p TO TABLE u",
            "ALTER TABLE t CONVERT TABLE u TO PARTITION p VALUES LESS THAN (1)",
        ] {
            assert_eq!(asserted(how, Flavour::Mariadb, sql), None, "{sql}");
        }
        assert!(asserted(how, Flavour::Mariadb, "ALTER TABLE t DROP COLUMN p").is_some());
        assert!(with("-- Slow elsewhere.\nALTER TABLE t DROP COLUMN p").is_some());
        assert_eq!(asserted(Asserted::default(), Flavour::Mysql, "ALTER TABLE `t` DROP COLUMN a"), None);
    }
}
