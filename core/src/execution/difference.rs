//! What has changed in the definitions of what a statement names, and whether the statement explains it.

use std::collections::BTreeSet;

use super::unit::code;
use crate::driver::Definition;
use crate::sql::{LexicalRules, Token, TokenKind, tokens};

/// Words that bear on every text column of a table.
const FOR_ALL_COLUMNS: &[&str] = &["convert", "charset", "character", "collate"];
/// Words that move columns.
const MOVING: &[&str] = &["after", "first"];
/// Words that begin a part without a name of its own.
const NAMELESS: &[&str] = &["primary", "partition"];

/// Words by which a statement takes over what stands elsewhere.
const COPYING: &[&str] = &["like", "select", "as", "of", "inherits", "partition"];
/// Words that begin what is no column.
const RULES: &[&str] =
    &["check", "constraint", "create", "engine", "exclude", "foreign", "index", "key", "primary", "unique"];
/// The kind of a table.
pub(super) const TABLE: &str = "table";

/// Something that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// What: `table "t"`.
    pub(super) thing: String,
    /// What it was; `None` if it was not there.
    pub(super) before: Option<Definition>,
    /// What it is; `None` if it is gone.
    pub(super) now: Option<Definition>,
    /// The lines that are gone and those that came.
    gone: Vec<String>,
    came: Vec<String>,
}

impl Change {
    fn new(before: Option<&Definition>, now: Option<&Definition>) -> Option<Self> {
        let shown = before.or(now)?;
        fn lines(side: Option<&Definition>) -> &[String] {
            side.map_or(&[], |side| &side.lines)
        }
        Some(Self {
            thing: format!("{} {}", shown.kind, shown.name),
            before: before.cloned(),
            now: now.cloned(),
            gone: without(lines(before), lines(now)),
            came: without(lines(now), lines(before)),
        })
    }

    /// The difference in lines that begin with `-` and `+`.
    pub(super) fn lines(&self) -> Vec<String> {
        let thing = &self.thing;
        match (&self.before, &self.now) {
            (None, _) => vec![format!("+ {thing}")],
            (_, None) => vec![format!("- {thing}")],
            _ if self.gone.is_empty() && self.came.is_empty() => vec![format!("  {thing}: in another order")],
            _ => {
                let gone = self.gone.iter().map(|line| format!("- {thing}: {line}"));
                gone.chain(self.came.iter().map(|line| format!("+ {thing}: {line}"))).collect()
            }
        }
    }
}

/// What has changed from `before` to `now`.
pub(super) fn changes(before: &[Definition], now: &[Definition]) -> Vec<Change> {
    let mut found = Vec::new();
    for old in before {
        let new = now.iter().find(|new| new.is_of_same(old));
        if new != Some(old) {
            found.extend(Change::new(Some(old), new));
        }
    }
    let came = now.iter().filter(|new| !before.iter().any(|old| old.is_of_same(new)));
    found.extend(came.filter_map(|new| Change::new(None, Some(new))));
    found
}

/// The items of `these` that `others` do not have, as often as they have not.
fn without(these: &[String], others: &[String]) -> Vec<String> {
    let mut others: Vec<&String> = others.iter().collect();
    let mut left = Vec::new();
    for item in these {
        match others.iter().position(|other| *other == item) {
            Some(at) => {
                others.swap_remove(at);
            }
            None => left.push(item.clone()),
        }
    }
    left
}

/// The words of a statement.
pub(super) struct Words<'a> {
    rules: &'a LexicalRules,
    /// In small letters, without quotes.
    words: BTreeSet<String>,
    /// The first three.
    pub(super) head: Vec<String>,
}

impl<'a> Words<'a> {
    pub(super) fn of(rules: &'a LexicalRules, sql: &str) -> Self {
        let all: Vec<String> = code(rules, sql).filter_map(|token| plain(&token)).collect();
        Self { rules, head: all.iter().take(3).cloned().collect(), words: all.into_iter().collect() }
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.words.contains(&word.to_lowercase())
    }

    fn has_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.words.contains(*word))
    }

    pub(super) fn verb(&self) -> &str {
        self.head.first().map_or("", String::as_str)
    }

    /// Whether the statement can be what has made the change.
    pub(super) fn explain(&self, change: &Change, all: &[Change]) -> bool {
        match (&change.before, &change.now) {
            (None, Some(new)) if self.has(&new.name) => self.foreign_lines(change, all).is_empty(),
            // What the server has named itself is known by what it is made of.
            (None, Some(new)) => new.lines.iter().any(|line| self.names_part(line, &new.name)),
            // Also what went with something that the statement names: a table's triggers.
            (Some(old), None) => self.has(&old.name) || self.gone(all).next().is_some(),
            (Some(old), Some(_)) => self.explains_lines(change, &old.name),
            (None, None) => true,
        }
    }

    /// What the statement names and is gone.
    fn gone<'c>(&self, all: &'c [Change]) -> impl Iterator<Item = &'c Definition> {
        let gone =
            all.iter().filter(|change| change.now.is_none()).filter_map(|change| change.before.as_ref());
        gone.filter(|old| self.has(&old.name))
    }

    /// What a table that has come holds beyond what the statement says: somebody has added to it since.
    pub(super) fn foreign_lines(&self, change: &Change, all: &[Change]) -> Vec<String> {
        let Some(new) = change.now.as_ref().filter(|new| change.before.is_none() && new.kind == TABLE) else {
            return Vec::new();
        };
        if self.verb() != "create" {
            // It has come from another table, with all that this one had.
            let Some(old) = self.gone(all).find(|old| old.kind == TABLE) else { return Vec::new() };
            // Some servers give names that they made up from the table's a new form, and some do not.
            let alike = |lines: &[String]| -> Vec<String> {
                lines.iter().map(|line| line.replace(old.name.as_str(), &new.name)).collect()
            };
            let (had, has) = (alike(&old.lines), alike(&new.lines));
            let mut lines = without(&has, &had);
            lines.extend(without(&had, &has));
            lines.retain(|line| !self.names_part(line, &new.name) && !self.quoted(line).is_empty());
            return lines;
        }
        // What a statement takes over from elsewhere it does not name.
        if self.has_any(COPYING) {
            return Vec::new();
        }
        let foreign = |line: &&String| {
            let names = self.quoted(line);
            names.iter().any(|name| !name.eq_ignore_ascii_case(&new.name))
                && !self.names_part(line, &new.name)
        };
        new.lines.iter().filter(foreign).cloned().collect()
    }

    fn explains_lines(&self, change: &Change, name: &str) -> bool {
        if change.gone.is_empty() && change.came.is_empty() {
            return self.has_any(MOVING);
        }
        let key = |line: &String| self.part(line);
        let parts: BTreeSet<String> = change.gone.iter().chain(&change.came).map(key).collect();
        parts.iter().all(|part| {
            let of_part = |line: &&String| self.part(line) == *part;
            let gone: Vec<&String> = change.gone.iter().filter(of_part).collect();
            let came: Vec<&String> = change.came.iter().filter(of_part).collect();
            let altered = !gone.is_empty() && !came.is_empty();
            (altered && self.has_any(FOR_ALL_COLUMNS))
                || NAMELESS.iter().any(|word| part == word && self.has(word))
                || gone.iter().chain(&came).any(|line| self.names_part(line, name))
        })
    }

    /// Whether the statement says one of the names of a line, other than `owner`'s, whose line it is.
    fn names_part(&self, line: &str, owner: &str) -> bool {
        self.names(line).iter().any(|name| !name.eq_ignore_ascii_case(owner) && self.has(name))
    }

    /// The names in a line: those in quotes, or its words where there are none.
    fn names(&self, line: &str) -> Vec<String> {
        let quoted = self.quoted(line);
        if !quoted.is_empty() {
            return quoted;
        }
        let mut words: Vec<String> = tokens(self.rules, line).filter_map(|token| plain(&token)).collect();
        // What follows a column's name is its type and the like, which many columns have.
        if words.first().is_some_and(|first| !RULES.contains(&first.as_str())) {
            words.truncate(1);
        }
        words
    }

    fn quoted(&self, line: &str) -> Vec<String> {
        let all = tokens(self.rules, line);
        all.filter(|token| token.kind == TokenKind::QuotedIdentifier)
            .filter_map(|token| plain(&token))
            .collect()
    }

    /// What tells a line from others of the same thing: the name that it is about, or its first word.
    fn part(&self, line: &str) -> String {
        let first = tokens(self.rules, line).find_map(|token| plain(&token)).unwrap_or_default();
        if NAMELESS.contains(&first.as_str()) {
            return first;
        }
        self.names(line).into_iter().next().unwrap_or_default()
    }
}

/// A word or name in small letters, without its quotes.
pub(super) fn plain(token: &Token<'_>) -> Option<String> {
    unquoted(token).map(|name| name.to_lowercase())
}

/// The most characters of what may be a name.
const LONGEST: usize = 64;

/// A word, or a name without its quotes; also what stands in double quotes and is a text to the dialect, because a server
/// may have been told to take it for a name.
pub(super) fn unquoted(token: &Token<'_>) -> Option<String> {
    match token.kind {
        TokenKind::Word => Some(token.text.to_owned()),
        TokenKind::QuotedIdentifier | TokenKind::String => {
            if token.kind == TokenKind::String && !token.text.starts_with('"') {
                return None;
            }
            let mut characters = token.text.chars();
            characters.next()?;
            let close = characters.next_back()?;
            let twice: String = [close, close].iter().collect();
            let name = characters.as_str().replace(&twice, &close.to_string());
            let may_be_one = token.kind == TokenKind::QuotedIdentifier
                || !name.is_empty() && name.trim() == name && name.chars().count() <= LONGEST;
            may_be_one.then_some(name)
        }
        _ => None,
    }
}
