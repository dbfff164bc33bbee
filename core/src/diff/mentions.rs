//! What a text names, as far as its tokens tell: for what is known of a text only by reading it.

use std::collections::BTreeSet;

use crate::ident::Ident;
use crate::operation::ColumnChange;
use crate::schema::{
    Column, Constraint, ConstraintBody, Index, KeyPart, KeyTarget, OptionValue, Options, Sql, Table, Type,
    TypeSpec,
};
use crate::sql::{LexicalRules, Token, TokenKind, tokens};

/// A name in a text. Case does not count: what is found is looked at by those who know the names that there are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mention {
    /// The name without its quotes, or an operator, in lower case.
    pub(super) word: String,
    /// What stands before it with a dot between: a namespace, a table or the short name of one.
    pub(super) qualifier: Option<String>,
    /// Whether an opening parenthesis follows, as behind a function's name.
    pub(super) called: bool,
}

/// All names in some texts.
#[derive(Debug, Clone, Default)]
pub(super) struct Mentions {
    found: BTreeSet<Mention>,
    /// Whether a `*` stands for all columns of a table.
    all_columns: bool,
}

impl Mentions {
    /// What a statement or an expression names.
    pub(super) fn of(sql: &Sql) -> Self {
        let mut made = Self::default();
        made.add(sql);
        made
    }

    /// Whether the word is among the names.
    pub(super) fn word(&self, word: &str) -> bool {
        let first = Mention { word: word.to_owned(), qualifier: None, called: false };
        self.found.range(first..).next().is_some_and(|mention| mention.word == word)
    }

    /// Whether a column of this name may be among the names.
    pub(super) fn column(&self, name: &Ident) -> bool {
        self.all_columns || self.word(&lower(name))
    }

    /// The names, without those that only a qualifier or a parenthesis tells from one before.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        let mut last = None;
        self.found.iter().map(|mention| mention.word.as_str()).filter(move |word| {
            let new = last != Some(*word);
            last = Some(*word);
            new
        })
    }

    /// Every name, as it stands.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Mention> {
        self.found.iter()
    }

    /// Adds what another text names.
    pub(super) fn add(&mut self, sql: &Sql) {
        sql.iter().for_each(|(_, text)| self.add_text(text));
    }

    fn add_text(&mut self, text: &str) {
        let code: Vec<Token<'_>> = tokens(&LexicalRules::NEUTRAL, text).filter(Token::is_code).collect();
        for (at, token) in code.iter().enumerate() {
            if token.text == "*" && stands_for_all(at.checked_sub(1).map(|before| &code[before])) {
                self.all_columns = true;
            }
            if let Some(body) = dollar_quoted(token) {
                self.add_text(body);
                continue;
            }
            // A string that is read as a name: `'public.simple'::regconfig`.
            if token.kind == TokenKind::String
                && code.get(at + 1).is_some_and(|cast| cast.text == "::")
                && code.get(at + 2).is_some_and(|ty| ty.text.to_ascii_lowercase().starts_with("reg"))
            {
                self.add_text(token.text.trim_matches('\''));
                continue;
            }
            let Some(word) = name_of(token) else { continue };
            let qualified = at >= 2 && code[at - 1].text == ".";
            let qualifier = if qualified { name_of(&code[at - 2]) } else { None };
            let called = code.get(at + 1).is_some_and(|next| next.text == "(");
            self.found.insert(Mention { word, qualifier, called });
        }
    }

    fn add_type(&mut self, ty: &TypeSpec) {
        let of_type = |ty: &Type| match ty {
            Type::Native(text) => Some(text.clone()),
            // An array of the server's own type.
            Type::Array(item) => Some(item.to_string()),
            _ => None,
        };
        ty.default.iter().filter_map(of_type).for_each(|text| self.add_text(&text));
        ty.native.values().for_each(|text| self.add_text(text));
    }

    fn add_options(&mut self, options: &Options) {
        options.0.values().for_each(|value| self.add_option(value));
    }

    fn add_option(&mut self, value: &OptionValue) {
        match value {
            OptionValue::String(text) => self.add_text(text),
            OptionValue::Array(items) => items.iter().for_each(|item| self.add_option(item)),
            OptionValue::Table(options) => self.add_options(options),
            OptionValue::Bool(_) | OptionValue::Integer(_) | OptionValue::Float(_) => {}
        }
    }

    fn add_parts(&mut self, parts: &[KeyPart]) {
        for part in parts {
            if let KeyTarget::Expression(sql) = &part.target {
                self.add(sql);
            }
            [&part.opclass, &part.collation, &part.operator]
                .into_iter()
                .flatten()
                .for_each(|text| self.add_text(text));
        }
    }

    /// What a type names.
    pub(super) fn of_type(ty: &TypeSpec) -> Self {
        let mut made = Self::default();
        made.add_type(ty);
        made
    }

    /// What a column's type, default and expression name.
    pub(super) fn of_column(column: &Column) -> Self {
        let mut made = Self::default();
        made.add_column(column);
        made
    }

    fn add_column(&mut self, column: &Column) {
        self.add_type(&column.ty);
        column.default.iter().for_each(|sql| self.add(sql));
        column.generated.iter().for_each(|generated| self.add(&generated.expression));
        column.collation.iter().for_each(|text| self.add_text(text));
        self.add_options(&column.options);
    }

    /// What a column's new type, default and expression name.
    pub(super) fn of_change(change: &ColumnChange) -> Self {
        let mut made = Self::default();
        change.ty.iter().for_each(|ty| made.add_type(ty));
        let generated = change.generated.iter().flatten().map(|generated| &generated.expression);
        let texts = change.default.iter().flatten().chain(&change.using).chain(&change.fill).chain(generated);
        texts.for_each(|sql| made.add(sql));
        change.collation.iter().flatten().for_each(|text| made.add_text(text));
        change.options.iter().for_each(|options| made.add_options(options));
        made
    }

    /// What the options of a table name: what it is made like, where it is.
    pub(super) fn of_options(options: &Options) -> Self {
        let mut made = Self::default();
        made.add_options(options);
        made
    }

    /// What a constraint's expressions name; the tables and columns of keys are known without this.
    pub(super) fn of_constraint(constraint: &Constraint) -> Self {
        let mut made = Self::default();
        made.add_constraint(constraint);
        made
    }

    fn add_constraint(&mut self, constraint: &Constraint) {
        match &constraint.body {
            ConstraintBody::Check(check) => self.add(&check.expression),
            ConstraintBody::Exclusion(key) => {
                self.add_parts(&key.columns);
                key.predicate.iter().for_each(|sql| self.add(sql));
            }
            ConstraintBody::PrimaryKey(key) => self.add_parts(&key.columns),
            ConstraintBody::Unique(key) => self.add_parts(&key.columns),
            ConstraintBody::ForeignKey(_) => {}
        }
    }

    /// What an index's expressions name.
    pub(super) fn of_index(index: &Index) -> Self {
        let mut made = Self::default();
        made.add_index(index);
        made
    }

    fn add_index(&mut self, index: &Index) {
        self.add_parts(&index.columns);
        index.predicate.iter().for_each(|sql| self.add(sql));
    }

    /// What a table's types and expressions name.
    pub(super) fn of_table(table: &Table) -> Self {
        let mut made = Self::default();
        table.columns.iter().for_each(|column| made.add_column(column));
        table.constraints.iter().for_each(|constraint| made.add_constraint(constraint));
        table.indexes.values().for_each(|index| made.add_index(index));
        table.partition_by.iter().for_each(|text| made.add_text(text));
        table.partition_of.iter().for_each(|whole| made.add_text(&whole.bound));
        made.add_options(&table.options);
        made
    }

    /// Adds what `other` names.
    pub(super) fn append(&mut self, mut other: Self) {
        self.found.append(&mut other.found);
        self.all_columns |= other.all_columns;
    }
}

/// A name in lower case.
pub(super) fn lower(name: &Ident) -> String {
    name.as_str().to_ascii_lowercase()
}

/// The name that a token is; an operator is the name of itself.
fn name_of(token: &Token<'_>) -> Option<String> {
    match token.kind {
        TokenKind::Word => Some(token.text.to_ascii_lowercase()),
        TokenKind::Operator if token.text != "::" => Some(token.text.to_owned()),
        TokenKind::QuotedIdentifier => {
            let mark = token.text.chars().next()?;
            let inner = token.text.strip_prefix(mark)?.strip_suffix(mark)?;
            Some(inner.replace(&format!("{mark}{mark}"), &mark.to_string()).to_ascii_lowercase())
        }
        _ => None,
    }
}

/// What stands between dollar quotes.
fn dollar_quoted<'a>(token: &Token<'a>) -> Option<&'a str> {
    if token.kind != TokenKind::String || !token.text.starts_with('$') {
        return None;
    }
    let end = token.text[1..].find('$')?;
    let mark = &token.text[..end + 2];
    token.text[mark.len()..].strip_suffix(mark)
}

/// Whether a `*` behind this token means all columns, and not a product nor `count(*)`.
fn stands_for_all(before: Option<&Token<'_>>) -> bool {
    before.is_some_and(|before| {
        matches!(before.text, "," | ".") || before.is_any(&["SELECT", "DISTINCT", "ALL", "RETURNING"])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        Mentions::of(&text.into()).words().map(str::to_owned).collect()
    }

    #[test]
    fn names_are_found_wherever_they_stand() {
        assert_eq!(words("SELECT \"A\".b FROM a"), ["a", "b", "from", "select"]);
        assert_eq!(words("AS $f$ call x.y() $f$"), ["as", "call", "x", "y"]);
        assert_eq!(words("f('public.simple'::regconfig, 'text')"), ["f", "public", "regconfig", "simple"]);
        assert_eq!(words("a OPERATOR(public.===) b"), ["===", "a", "b", "operator", "public"]);
    }

    #[test]
    fn a_star_is_not_always_all_columns() {
        let all = |text: &str| Mentions::of(&text.into()).column(&"x".into());
        assert!(all("SELECT * FROM t"));
        assert!(all("SELECT a, t.* FROM t"));
        assert!(!all("SELECT count(*), a * 2 FROM t"));
    }

    #[test]
    fn what_stands_around_a_name_is_kept() {
        let found = Mentions::of(&"public.f(u.name)".into());
        let f = Mention { word: "f".into(), qualifier: Some("public".into()), called: true };
        assert!(found.iter().any(|mention| *mention == f));
        assert!(found.iter().any(|mention| mention.word == "name" && !mention.called));
    }
}
