//! ALTER TABLE that must be carried out in a certain way: the server refuses what it cannot do so, instead of blocking.

use limbeck_core::sql::{Token, tokens};

use crate::dialect::LEXICAL;
use crate::url::Asserted;

/// What divides a table anew, with which the servers take neither word.
const PARTITIONS: [[&str; 2]; 5] = [
    ["REMOVE", "PARTITIONING"],
    ["PARTITION", "BY"],
    ["ADD", "PARTITION"],
    ["DROP", "PARTITION"],
    ["REORGANIZE", "PARTITION"],
];

/// The statement with what is asserted of it; `None` if that is nothing: it is no ALTER TABLE, says itself how it is to
/// be carried out, or is about partitions.
pub(crate) fn asserted(how: Asserted, sql: &str) -> Option<String> {
    if how == Asserted::default() || !sql.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("ALTER")) {
        return None;
    }
    let code: Vec<Token<'_>> = tokens(&LEXICAL, sql).filter(Token::is_code).collect();
    let mut words = vec![code.get(1)?];
    // The name of the table, which may have its database before it.
    let mut at = 3;
    if code.get(at)?.text == "." {
        at += 2;
    }
    words.extend(code.get(at..)?);
    let partitions = |pair: &[&Token<'_>]| {
        PARTITIONS.iter().any(|[first, second]| pair[0].is_word(first) && pair[1].is_word(second))
    };
    let says = |word: &str, given: Option<&str>| {
        given.is_some() && code.windows(2).any(|pair| pair[0].is_word(word) && pair[1].text == "=")
    };
    if !words[0].is_word("TABLE")
        || words.windows(2).any(partitions)
        || says("ALGORITHM", how.algorithm)
        || says("LOCK", how.lock)
    {
        return None;
    }
    let algorithm = how.algorithm.map(|word| format!("ALGORITHM={}", word.to_ascii_uppercase()));
    let lock = how.lock.map(|word| format!("LOCK={}", word.to_ascii_uppercase()));
    let asserted: Vec<String> = algorithm.into_iter().chain(lock).collect();
    // A comment at the end must not swallow it.
    let end = code.iter().rev().find(|token| token.text != ";")?.span().end;
    Some(format!("{}, {}", &sql[..end], asserted.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_takes_the_words_gets_them() {
        let how = Asserted { algorithm: Some("inplace"), lock: Some("none") };
        let with = |sql: &str| asserted(how, sql);
        assert_eq!(
            with("ALTER TABLE `t` ADD COLUMN `a` int -- at the end").as_deref(),
            Some("ALTER TABLE `t` ADD COLUMN `a` int, ALGORITHM=INPLACE, LOCK=NONE")
        );
        assert!(with("ALTER TABLE `d`.`t` DROP COLUMN `a`;").is_some());
        for sql in [
            "ALTER TABLE `t` ADD COLUMN `a` int, ALGORITHM=COPY",
            "ALTER TABLE `t` LOCK=SHARED, DROP COLUMN a",
            "ALTER TABLE `t` REMOVE PARTITIONING",
            "ALTER TABLE `t` PARTITION BY HASH (a)",
            "ALTER SEQUENCE `s` CACHE 5",
            "ALTER DATABASE d CHARACTER SET latin1",
            "CREATE TABLE t (a int)",
            "UPDATE t SET a = 'ALTER TABLE'",
        ] {
            assert_eq!(with(sql), None, "{sql}");
        }
        assert_eq!(asserted(Asserted::default(), "ALTER TABLE `t` DROP COLUMN a"), None);
    }
}
