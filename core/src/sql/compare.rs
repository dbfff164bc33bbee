use super::lexer::expression_tokens;
use super::{LexicalRules, Token, TokenKind};

/// Whether two expressions are the same but for white space, comments and the case of words outside of quotes.
pub fn same_tokens(rules: &LexicalRules, a: &str, b: &str) -> bool {
    let counts = |token: &Token<'_>| !matches!(token.kind, TokenKind::Space | TokenKind::Comment);
    let same = |a: Token<'_>, b: Token<'_>| {
        a.kind == b.kind
            && if a.kind == TokenKind::Word { a.text.eq_ignore_ascii_case(b.text) } else { a.text == b.text }
    };
    let (mut a, mut b) =
        (expression_tokens(rules, a).filter(counts), expression_tokens(rules, b).filter(counts));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if same(a, b) => {}
            _ => return false,
        }
    }
}

/// Words that mean something else in quotes: a column's name, where they were a value.
const VALUES: [&str; 6] = ["current_date", "current_time", "current_timestamp", "true", "false", "null"];

/// The text without the quotes round names that mean the same without them: plain words in lower case. A server that
/// carries a rename through writes them, where a user did not.
pub fn without_needless_quotes(rules: &LexicalRules, text: &str) -> String {
    expression_tokens(rules, text).map(|token| bare(&token)).collect()
}

fn bare<'a>(token: &Token<'a>) -> &'a str {
    let mut characters = token.text.chars();
    let inside = match token.kind {
        TokenKind::QuotedIdentifier if characters.next().is_some() && characters.next_back().is_some() => {
            characters.as_str()
        }
        _ => return token.text,
    };
    let plain = inside.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && inside.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if plain && !VALUES.contains(&inside) { inside } else { token.text }
}

/// The expression without the parentheses around all of it, and without the space and comments around it. Unbalanced
/// ones stay as they are.
pub fn strip_outer_parens<'a>(rules: &LexicalRules, expression: &'a str) -> &'a str {
    let code: Vec<Token<'_>> = expression_tokens(rules, expression)
        .filter(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment))
        .collect();
    let (Some(first), Some(last)) = (code.first(), code.last()) else { return "" };
    let whole = &expression[first.start..last.span().end];
    let open = code.iter().take_while(|token| token.is_mark("(")).count();
    let close = code.iter().rev().take_while(|token| token.is_mark(")")).count();
    if open + close >= code.len() {
        return whole;
    }
    // How many of the first parentheses are never closed before the last ones.
    let (mut depth, mut least) = (open, open);
    for token in &code[open..code.len() - close] {
        if token.is_mark("(") {
            depth += 1;
        } else if token.is_mark(")") {
            let Some(less) = depth.checked_sub(1) else { return whole };
            depth = less;
            least = least.min(depth);
        }
    }
    if depth != close {
        return whole;
    }
    match (code.get(least), code.get(code.len() - 1 - least)) {
        (Some(first), Some(last)) => &expression[first.start..last.span().end],
        _ => whole,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rules::fixtures::{MYSQL, POSTGRES, any_rules, any_sql};
    use super::*;

    #[test]
    fn quotes_go_where_they_are_not_needed() {
        let bare = |text| without_needless_quotes(&POSTGRES, text);
        assert_eq!(bare("\"a_1\" > 'x' AND (\"b\") IS NULL"), "a_1 > 'x' AND (b) IS NULL");
        for needed in
            ["\"A\" > 0", "\"a b\" > 0", "\"current_date\" > 0", "\"1\" > 0", "\"a\"\"b\" > 0", "\"\" > 0"]
        {
            assert_eq!(bare(needed), needed);
        }
        assert_eq!(without_needless_quotes(&MYSQL, "`a` > \"b\""), "a > \"b\"");
    }

    #[test]
    fn layout_and_the_case_of_words_do_not_count() {
        assert!(same_tokens(&POSTGRES, "A  >0 -- x", "a > 0"));
        assert!(same_tokens(&MYSQL, "delimiter = ';'", "DELIMITER=';'"));
        assert!(!same_tokens(&POSTGRES, "\"A\" > 0", "\"a\" > 0"));
        assert!(!same_tokens(&POSTGRES, "a = 'X'", "a = 'x'"));
        assert!(!same_tokens(&POSTGRES, "a > 0", "a > 0 "[..3].trim()));
    }

    #[test]
    fn only_parentheses_around_all_of_it_go() {
        for (text, stripped) in [
            (" ((a > 0)) ", "a > 0"),
            ("(a) OR (b)", "(a) OR (b)"),
            ("((a) OR (b))", "(a) OR (b)"),
            ("(((a)) + 1)", "((a)) + 1"),
            ("/* x */ ( a ) -- y", "a"),
            ("(')')", "')'"),
            ("((a)", "((a)"),
            ("(a))", "(a))"),
            ("()", "()"),
            ("(a) + b)", "(a) + b)"),
            ("", ""),
            (" -- x", ""),
        ] {
            assert_eq!(strip_outer_parens(&POSTGRES, text), stripped, "{text}");
        }
        let deep = format!("{}a{}", "(".repeat(200_000), ")".repeat(200_000));
        assert_eq!(strip_outer_parens(&POSTGRES, &deep), "a");
    }

    proptest! {
        #[test]
        fn stripping_twice_is_stripping_once(rules in any_rules(), sql in any_sql()) {
            let once = strip_outer_parens(&rules, &sql);
            prop_assert!(same_tokens(&rules, &sql, &sql));
            prop_assert!(sql.contains(once));
        }

        #[test]
        fn parentheses_put_around_go_again(rules in any_rules(), inner in prop::sample::select(vec!["a", "a OR (b)", "(a) + (b)", "f('(')", "1"])) {
            let wrapped = format!(" (( {inner}) )");
            let stripped = strip_outer_parens(&rules, &wrapped);
            prop_assert_eq!(stripped, inner);
            prop_assert_eq!(strip_outer_parens(&rules, stripped), stripped);
        }
    }
}
