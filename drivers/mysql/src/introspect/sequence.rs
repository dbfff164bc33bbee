//! Sequences, as MariaDB shows them.

use limbeck_core::driver::Row;
use limbeck_core::ident::Name;
use limbeck_core::schema::{Options, Sequence, SequenceOptions};
use limbeck_core::sql::{Token, tokens};

use crate::dialect::LEXICAL;
use crate::dialect::literal::unquoted_text;
use crate::dialect::lower::INNODB;
use crate::dialect::options::set_text;
use crate::flavour::Gates;
use crate::options::ENGINE;

/// A sequence by the row that says how it runs, and by the text that says where it is kept.
pub(super) fn sequence(gates: Gates, name: &str, row: &Row, text: &str) -> Sequence {
    let number = |at: usize| row.integer(at);
    let step = number(3).unwrap_or(1);
    // What holds without a word is left out.
    let (min, max) = if step < 0 { (-i64::MAX, -1) } else { (1, i64::MAX - 1) };
    let min_value = number(1).filter(|value| *value != min);
    let max_value = number(2).filter(|value| *value != max);
    let first = if step < 0 { number(2) } else { number(1) };
    let (engine, comment) = tail(text);
    let mut options = Options::default();
    set_text(gates, &mut options, ENGINE, engine.filter(|engine| engine != INNODB));
    Sequence {
        name: Name::new(name),
        ty: None,
        settings: SequenceOptions {
            start: number(0).filter(|start| Some(*start) != first),
            increment: Some(step).filter(|step| *step != 1),
            min: min_value,
            max: max_value,
            cache: number(4).filter(|cache| *cache != 1000),
            cycle: number(5) == Some(1),
        },
        owned_by: None,
        comment,
        options,
    }
}

/// The engine and the comment that the statement says which makes a sequence.
fn tail(text: &str) -> (Option<String>, Option<String>) {
    let code: Vec<Token<'_>> = tokens(&LEXICAL, text).filter(Token::is_code).collect();
    let value = |word: &str| {
        let found = code.windows(3).find(|words| words[0].is_word(word) && words[1].text == "=");
        found.map(|words| words[2].text)
    };
    (value("ENGINE").map(str::to_owned), value("COMMENT").and_then(unquoted_text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_sequence_is_kept_is_read() {
        let text = "CREATE SEQUENCE `a comment` start with 1 minvalue 1 nocycle ENGINE=Aria COMMENT='it''s'";
        assert_eq!(tail(text), (Some("Aria".to_owned()), Some("it's".to_owned())));
        assert_eq!(tail("CREATE SEQUENCE `s` nocycle ENGINE=InnoDB"), (Some("InnoDB".to_owned()), None));
    }
}
