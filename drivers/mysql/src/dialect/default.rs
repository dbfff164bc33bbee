//! Default expressions.

use limbeck_core::sql::{Token, TokenKind, strip_outer_parens, tokens};

use super::literal::{text as quoted_text, unquoted_text};
use super::{LEXICAL, types};
use crate::flavour::Gates;

/// The portable word for the present moment, as a lowered column holds it.
const NOW: &str = "CURRENT_TIMESTAMP";

/// The default `text` of a column of the type `ty`, as the server shows it; `None` for NULL, which holds without a word.
pub(crate) fn canonical(gates: Gates, text: &str, ty: &str) -> Option<String> {
    let text = text.trim();
    let code: Vec<Token<'_>> = tokens(&LEXICAL, text).filter(Token::is_code).collect();
    let number = |text: &str| -> String {
        let text = shown_number(text, ty);
        if gates.parenthesised_defaults { quoted_text(&text) } else { text }
    };
    let large = gates.parenthesised_defaults && types::is_large(ty);
    Some(match code.as_slice() {
        [word] if word.is_word("NULL") => return None,
        [word] if word.is_word("TRUE") && !large => number("1"),
        [word] if word.is_word("FALSE") && !large => number("0"),
        // `0x00FF` is bytes in a column of bytes, and a number elsewhere: the server knows which.
        [token] if token.kind == TokenKind::Number && is_radix(token.text) && !large => token.text.to_owned(),
        [token] if token.kind == TokenKind::Number && !large => number(token.text),
        [sign, token] if matches!(sign.text, "-" | "+") && token.kind == TokenKind::Number && !large => {
            let sign = if sign.text == "-" { "-" } else { "" };
            number(&format!("{sign}{}", token.text))
        }
        [token] if token.kind == TokenKind::String && !large => string(gates, token.text, ty),
        [word] if word.is_word("CURRENT_DATE") => {
            if gates.parenthesised_defaults { "(curdate())" } else { "curdate()" }.to_owned()
        }
        pieces if now(pieces).is_some() => moment(pieces, ty).unwrap_or_else(|| text.to_owned()),
        // A default of a large type is an expression, in which a text says its character set.
        [token] if token.kind == TokenKind::String && types::is_text(ty) => match unquoted_text(token.text) {
            Some(value) => format!("(_utf8mb4{})", quoted_text(&value)),
            None => in_parens(text),
        },
        // `b'101'`, `x'00'`
        [word, string] if word.is_any(&["B", "X"]) && string.kind == TokenKind::String && !large => {
            format!("{}{}", word.text.to_ascii_lowercase(), string.text)
        }
        pieces => expression(gates, text, pieces),
    })
}

/// What stands behind DEFAULT for the canonical default `text` of a column of the type `ty`.
pub(crate) fn render(gates: Gates, text: &str, ty: &str) -> String {
    if text == NOW { current(gates, ty) } else { text.to_owned() }
}

/// The present moment with the digits of `ty`, as the server writes it.
pub(crate) fn current(gates: Gates, ty: &str) -> String {
    let digits = types::precision(ty).unwrap_or(0);
    match (gates.parenthesised_defaults, digits) {
        (true, 0) => NOW.to_owned(),
        (true, digits) => format!("{NOW}({digits})"),
        (false, 0) => "current_timestamp()".to_owned(),
        (false, digits) => format!("current_timestamp({digits})"),
    }
}

/// The digits that a text says of the present moment; `Some(None)` if it does not say.
fn now(code: &[Token<'_>]) -> Option<Option<u32>> {
    let words = ["CURRENT_TIMESTAMP", "NOW", "LOCALTIME", "LOCALTIMESTAMP"];
    match code {
        [word] if word.is_any(&words) && !word.is_word("NOW") => Some(None),
        [word, open, close] if word.is_any(&words) && open.text == "(" && close.text == ")" => Some(None),
        [word, open, digits, close] if word.is_any(&words) && open.text == "(" && close.text == ")" => {
            digits.text.parse().ok().map(Some)
        }
        _ => None,
    }
}

/// The present moment, where it has the digits of the column or none are said.
fn moment(code: &[Token<'_>], ty: &str) -> Option<String> {
    let said = now(code)?;
    let usual = types::precision(ty)?;
    said.is_none_or(|digits| digits == usual).then(|| NOW.to_owned())
}

/// The text of `ON UPDATE` as a lowered column holds it.
pub(crate) fn on_update(text: &str, ty: &str) -> String {
    let code: Vec<Token<'_>> = tokens(&LEXICAL, text).filter(Token::is_code).collect();
    moment(&code, ty).unwrap_or_else(|| text.trim().to_owned())
}

/// A number as the server shows it in a column of the type `ty`.
fn shown_number(text: &str, ty: &str) -> String {
    if types::word(ty) != "decimal" || text.contains(['e', 'E']) {
        return text.to_owned();
    }
    let scale = ty.split_once(',').and_then(|(_, rest)| rest.split(')').next()?.trim().parse().ok());
    let scale: usize = scale.unwrap_or(0);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > scale {
        return text.to_owned();
    }
    if scale == 0 { whole.to_owned() } else { format!("{whole}.{fraction:0<scale$}") }
}

fn string(gates: Gates, literal: &str, ty: &str) -> String {
    let Some(value) = unquoted_text(literal) else { return literal.to_owned() };
    let numeric = matches!(
        types::word(ty),
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" | "float" | "double"
    );
    // MariaDB shows numbers bare, however they were written.
    if numeric && value.parse::<f64>().is_ok() {
        let number = shown_number(&value, ty);
        return if gates.parenthesised_defaults { quoted_text(&number) } else { number };
    }
    quoted_text(&value)
}

/// Whether a number is written by its bits: `0x1F`, `0b101`.
fn is_radix(text: &str) -> bool {
    text.len() > 2 && text.starts_with('0') && text[1..].starts_with(['x', 'X', 'b', 'B'])
}

/// An expression, in the parentheses that it needs.
fn expression(gates: Gates, text: &str, code: &[Token<'_>]) -> String {
    let wrapped = strip_outer_parens(&LEXICAL, text) != text;
    if wrapped {
        return text.to_owned();
    }
    let call =
        code.len() > 2 && code[0].kind == TokenKind::Word && code[1].text == "(" && closes_at_end(&code[1..]);
    let column = matches!(code, [name] if name.kind == TokenKind::QuotedIdentifier);
    if (call || column) && !gates.parenthesised_defaults { text.to_owned() } else { in_parens(text) }
}

/// Whether the parenthesis that `code` begins with is closed by its last token.
fn closes_at_end(code: &[Token<'_>]) -> bool {
    let mut depth = 0usize;
    for (at, token) in code.iter().enumerate() {
        match token.text {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1 == code.len();
        }
    }
    false
}

/// An expression with parentheses round it, which a comment at its end does not swallow.
pub(crate) fn in_parens(expression: &str) -> String {
    let expression = expression.trim();
    let comment = tokens(&LEXICAL, expression).last().is_some_and(|token| {
        token.kind == TokenKind::Comment && (token.text.starts_with("--") || token.text.starts_with('#'))
    });
    if comment { format!("({expression}\n)") } else { format!("({expression})") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flavour::Flavour;

    #[test]
    fn defaults_are_what_the_server_shows() {
        let (mysql, mariadb) = (Gates::newest(Flavour::Mysql), Gates::newest(Flavour::Mariadb));
        for (given, ty, on_mysql, on_mariadb) in [
            ("5", "int", Some("'5'"), Some("5")),
            ("-5", "int", Some("'-5'"), Some("-5")),
            ("'5'", "int", Some("'5'"), Some("5")),
            ("1.5", "decimal(10,2)", Some("'1.50'"), Some("1.50")),
            ("'a''b'", "varchar(9)", Some("'a''b'"), Some("'a''b'")),
            ("TRUE", "tinyint(1)", Some("'1'"), Some("1")),
            ("NULL", "int", None, None),
            ("now()", "datetime(6)", Some("CURRENT_TIMESTAMP"), Some("CURRENT_TIMESTAMP")),
            ("CURRENT_TIMESTAMP(6)", "datetime(6)", Some("CURRENT_TIMESTAMP"), Some("CURRENT_TIMESTAMP")),
            ("uuid()", "char(36)", Some("(uuid())"), Some("uuid()")),
            ("(1 + 2)", "int", Some("(1 + 2)"), Some("(1 + 2)")),
            ("1 + 2", "int", Some("(1 + 2)"), Some("(1 + 2)")),
            ("f(1) + g(2)", "int", Some("(f(1) + g(2))"), Some("(f(1) + g(2))")),
            ("'x'", "longtext", Some("(_utf8mb4'x')"), Some("'x'")),
            ("CURRENT_DATE", "date", Some("(curdate())"), Some("curdate()")),
            ("b'101'", "bit(3)", Some("b'101'"), Some("b'101'")),
            ("0x00FF", "varbinary(9)", Some("0x00FF"), Some("0x00FF")),
            ("`b`", "int", Some("(`b`)"), Some("`b`")),
        ] {
            assert_eq!(canonical(mysql, given, ty).as_deref(), on_mysql, "{given}");
            assert_eq!(canonical(mariadb, given, ty).as_deref(), on_mariadb, "{given}");
            for (gates, shown) in [(mysql, on_mysql), (mariadb, on_mariadb)] {
                // What is shown is shown again.
                let again = shown.and_then(|text| canonical(gates, text, ty));
                assert_eq!(again.as_deref(), shown, "{given}");
            }
        }
        assert_eq!(render(mysql, "CURRENT_TIMESTAMP", "datetime(3)"), "CURRENT_TIMESTAMP(3)");
        assert_eq!(render(mariadb, "CURRENT_TIMESTAMP", "timestamp"), "current_timestamp()");
    }
}
