use std::collections::BTreeSet;
use std::ops::Range;

use super::body::Body;
use super::lexer::LONGEST_DELIMITER;
use super::{LexicalRules, ScanError, Token, TokenKind, Unterminated, tokens};

/// One statement of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptStatement {
    /// Its text, without what ends it and without space and comments around it.
    pub sql: String,
    /// Where it stands in the script, in bytes.
    pub span: Range<usize>,
}

/// Cuts a script into its statements. Empty ones are left out.
///
/// # Errors
/// What is never closed, what is for the database's own client, and NUL characters.
pub fn statements(rules: &LexicalRules, script: &str) -> Result<Vec<ScriptStatement>, ScanError> {
    if let Some(at) = script.bytes().position(|b| b == 0) {
        return Err(ScanError::Nul { span: at..at + 1 });
    }
    let mut found = Vec::new();
    let mut stream = tokens(rules, script);
    let mut current = Current::new(rules);
    while let Some(token) = stream.next() {
        match token.kind {
            TokenKind::Unterminated(what) => {
                return Err(ScanError::Unterminated { what, span: first_line(&token) });
            }
            TokenKind::Command => check_command(rules, &token, stream.delimiter())?,
            TokenKind::Terminator => {
                let own = stream.delimiter().is_some();
                if current.executable.is_empty() && (own || !current.body.holds_semicolon()) {
                    found.extend(current.finish(rules, script)?);
                    current = Current::new(rules);
                } else {
                    current.take(&token);
                }
            }
            TokenKind::Space | TokenKind::Comment => {}
            _ => current.take(&token),
        }
    }
    if let Some(span) = current.executable.pop() {
        return Err(ScanError::Unterminated { what: Unterminated::Comment, span });
    }
    let last = current.finish(rules, script)?;
    if stream.delimiter().is_none()
        && let Some((opener, span)) = current.body.open()
    {
        return Err(ScanError::OpenBody { opener, span });
    }
    found.extend(last);
    Ok(found)
}

/// The statement that is being read.
struct Current {
    span: Option<Range<usize>>,
    has_code: bool,
    copy: bool,
    body: Body,
    /// The executable comments that are open.
    executable: Vec<Range<usize>>,
}

impl Current {
    fn new(rules: &LexicalRules) -> Self {
        Self { span: None, has_code: false, copy: false, body: Body::new(rules.body), executable: Vec::new() }
    }

    fn take(&mut self, token: &Token<'_>) {
        // Where something else ends a statement, a semicolon before that is habit; what follows one takes it in.
        if token.is_mark(";") {
            return;
        }
        let start = self.span.as_ref().map_or(token.start, |span| span.start);
        self.span = Some(start..token.span().end);
        match token.kind {
            TokenKind::ExecutableOpen => self.executable.push(token.span()),
            TokenKind::ExecutableClose => {
                self.executable.pop();
            }
            _ if token.is_code() => {
                if !self.has_code {
                    self.copy = token.is_word("COPY");
                }
                self.has_code = true;
                self.body.token(token);
            }
            _ => {}
        }
    }

    fn finish(&mut self, rules: &LexicalRules, script: &str) -> Result<Option<ScriptStatement>, ScanError> {
        let Some(span) = self.span.take().filter(|_| self.has_code) else { return Ok(None) };
        let sql = script[span.clone()].to_owned();
        if rules.copy_from_stdin && self.copy && copies_from_stdin(rules, &sql) {
            return Err(ScanError::CopyFromStdin { client: rules.client, span });
        }
        Ok(Some(ScriptStatement { sql, span }))
    }
}

fn copies_from_stdin(rules: &LexicalRules, sql: &str) -> bool {
    let mut after_from = false;
    let mut depth = 0usize;
    for token in tokens(rules, sql).filter(Token::is_code) {
        if after_from && depth == 0 && token.is_word("STDIN") {
            return true;
        }
        after_from = token.is_word("FROM");
        if token.is_mark("(") {
            depth += 1;
        } else if token.is_mark(")") {
            depth = depth.saturating_sub(1);
        }
    }
    false
}

fn check_command(rules: &LexicalRules, token: &Token<'_>, delimiter: Option<&str>) -> Result<(), ScanError> {
    let mut words = token.text.split_ascii_whitespace();
    let command = words.next().unwrap_or(token.text);
    if !command.eq_ignore_ascii_case("delimiter") {
        let command = command.to_owned();
        return Err(ScanError::ClientCommand { command, client: rules.client, span: token.span() });
    }
    let why = match words.next() {
        None => "says not what is to end a statement",
        Some(word) if word.len() > LONGEST_DELIMITER => "is longer than 15 bytes",
        Some(word) if word.contains(['\\', '\'', '"', '`']) => "has a quote or backslash in it",
        // The lexer has taken the word, or `;` for the plain rule.
        Some(word) if word == ";" || Some(word) == delimiter => return Ok(()),
        Some(_) => "cannot be read",
    };
    Err(ScanError::Delimiter { why, span: token.span() })
}

/// The first line of what is not closed: the rest of the text would say nothing.
fn first_line(token: &Token<'_>) -> Range<usize> {
    let length = token.text.find(['\n', '\r']).unwrap_or(token.text.len());
    token.start..token.start + length
}

/// The script that runs these statements in the database's own client: each with what ends it, and DELIMITER around one
/// that holds semicolons where the client understands that. [`statements`] of it gives them back.
pub fn join<'a>(rules: &LexicalRules, parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut script = String::new();
    for sql in parts {
        script.push_str(sql);
        if rules.delimiter_command && needs_delimiter(rules, sql) {
            let delimiter = free_delimiter(sql);
            let from = script.len() - sql.len();
            script.insert_str(from, &format!("DELIMITER {delimiter}\n"));
            script.push_str(&format!("\n{delimiter}\nDELIMITER ;\n"));
        } else {
            // A line comment at the end would swallow the semicolon.
            let last = tokens(rules, sql).last();
            let comment = last.is_some_and(|t| t.kind == TokenKind::Comment && !t.text.starts_with("/*"));
            script.push_str(if comment { "\n;\n" } else { ";\n" });
        }
    }
    script
}

fn needs_delimiter(rules: &LexicalRules, sql: &str) -> bool {
    tokens(rules, sql).any(|token| token.kind == TokenKind::Terminator)
        || !matches!(statements(rules, &format!("{sql}\n;")), Ok(found) if found.len() <= 1)
}

fn free_delimiter(sql: &str) -> String {
    let usual = ["//", "$$", "||", "@@", "%%"];
    if let Some(free) = usual.into_iter().find(|delimiter| !sql.contains(delimiter)) {
        return free.to_owned();
    }
    let taken: BTreeSet<u32> =
        sql.split("//").filter_map(|part| part.trim_matches('/').parse().ok()).collect();
    let free = (0..=u32::MAX).find(|n| !taken.contains(n)).unwrap_or(u32::MAX);
    format!("//{free}//")
}

#[cfg(test)]
#[path = "statements_tests.rs"]
mod tests;
