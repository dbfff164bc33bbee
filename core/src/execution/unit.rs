//! How the statements of a revision outside a transaction are committed, and how it is told afterwards what became of
//! one that was cut off.

use std::ops::Range;

use crate::driver::{Dialect, Statement, StatementKind};
use crate::sql::{Effect, LexicalRules, Token, effect, tokens};

/// Statements that are committed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    /// Which, by position.
    pub(super) statements: Range<usize>,
    /// How they are committed.
    pub(super) passage: Passage,
    /// How it is told what became of them.
    pub(super) proof: Proof,
}

/// How statements are committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passage {
    /// In a transaction, which takes the journal along.
    Together,
    /// By themselves: the server commits each as it ends.
    Alone,
}

/// How it is told what became of statements that were cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// They have not happened, or the journal would say so.
    Transaction,
    /// It does not matter: they may happen again.
    Repeatable,
    /// One statement that happens wholly or not at all: what it names has changed, or has not.
    Definitions,
    /// Not at all.
    Nothing,
}

/// What the server changes wholly or not at all, and shows in the definitions of what the statement names.
const DEFINING: &[&str] = &["CREATE", "ALTER", "DROP", "RENAME", "COMMENT", "GRANT", "REVOKE", "SECURITY"];

/// Cuts `statements`, from the one at `from` on, into units. `raw` says of a statement whether somebody wrote it as SQL:
/// each of these is a unit, while what a dialect makes of one operation stays together where it can.
pub(super) fn units(
    dialect: &dyn Dialect,
    statements: &[Statement],
    raw: &dyn Fn(&Statement) -> bool,
    from: usize,
) -> Vec<Unit> {
    let mut found: Vec<Unit> = Vec::new();
    for (at, statement) in statements.iter().enumerate().skip(from) {
        let (passage, proof) = passage(dialect, statement);
        if let Some(last) = found.last_mut()
            && (last.passage, passage) == (Passage::Together, Passage::Together)
            && dialect.capabilities().transactional_ddl
            && statements[last.statements.start].operation == statement.operation
            && !raw(statement)
        {
            last.statements.end = at + 1;
        } else {
            found.push(Unit { statements: at..at + 1, passage, proof });
        }
    }
    found
}

fn passage(dialect: &dyn Dialect, statement: &Statement) -> (Passage, Proof) {
    use Passage::{Alone, Together};
    if matches!(statement.kind, StatementKind::Run(_)) {
        return (Together, Proof::Transaction);
    }
    let rules = dialect.lexical();
    let free = statement.outside_transaction;
    let rolls_back = dialect.capabilities().transactional_ddl && !free;
    if matches!(statement.kind, StatementKind::Guard(_)) {
        return if rolls_back { (Together, Proof::Transaction) } else { (Alone, Proof::Repeatable) };
    }
    match effect(rules, &statement.sql) {
        Effect::Data if !free => (Together, Proof::Transaction),
        Effect::Data | Effect::Transaction(_) => (Alone, Proof::Nothing),
        Effect::Schema if rolls_back && may_commit(rules, &statement.sql) => (Alone, Proof::Nothing),
        _ if rolls_back => (Together, Proof::Transaction),
        Effect::Query | Effect::Session | Effect::Maintenance => (Alone, Proof::Repeatable),
        Effect::Schema if is_defining(rules, &statement.sql) => (Alone, Proof::Definitions),
        Effect::Schema | Effect::Truncate => (Alone, Proof::Nothing),
    }
}

/// Whether a statement only sets something for the session: it must be said again in another one.
pub(super) fn is_for_session(rules: &LexicalRules, statement: &Statement) -> bool {
    !matches!(statement.kind, StatementKind::Guard(_) | StatementKind::Run(_))
        && effect(rules, &statement.sql) == Effect::Session
}

/// The words of a statement that the server acts on.
pub(super) fn code<'a>(rules: &'a LexicalRules, sql: &'a str) -> impl Iterator<Item = Token<'a>> {
    tokens(rules, sql).filter(Token::is_code)
}

fn is_defining(rules: &LexicalRules, sql: &str) -> bool {
    code(rules, sql).next().is_some_and(|token| token.is_any(DEFINING))
}

/// Whether a statement may end transactions on its way: a call, or a block that says so.
fn may_commit(rules: &LexicalRules, sql: &str) -> bool {
    let Some(first) = code(rules, sql).next() else { return false };
    let says = |word: &str| {
        let text = sql.to_ascii_uppercase();
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|found| found == word)
    };
    first.is_word("CALL") || (first.is_word("DO") && (says("COMMIT") || says("ROLLBACK")))
}
