//! Two declared schemas of which one has a server's words and the other a person's: `'x'::character varying` and `'x'`.
//!
//! What differs in words alone is not told by looking at the words. Both schemas are built, the server is asked, and where
//! it shows the same of both, the new schema takes the words of the old one, so that a comparison finds no difference.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::DialectComparison;
use super::beside::keep_what_columns_may_need;
use super::observe::materialise;
use crate::diff::{Comparison, Hints, complete, renamed};
use crate::driver::{DatabaseSettings, Driver};
use crate::execution::ExecutionError;
use crate::ident::Name;
use crate::schema::{
    Column, Constraint, ConstraintBody, Generated, Index, KeyTarget, Object, Schema, Sql, Table,
};
use crate::sql::{LexicalRules, TokenKind, tokens};

/// A schema with the words of another one where only the words differed.
#[derive(Debug, Clone)]
pub struct Reworded {
    /// The new schema.
    pub schema: Schema,
    /// What differs in words and could not be looked at, because no scratch database was to be had. It counts as the
    /// same.
    pub unconfirmed: Vec<String>,
    /// Why it could not.
    pub reason: Option<ExecutionError>,
}

/// `to` with the words of `from` wherever the server shows the same of both, once `from` has got the names that `hints`
/// give. `None` if no text differs.
pub async fn reword(
    driver: &Arc<dyn Driver>,
    settings: &DatabaseSettings,
    rules: &DialectComparison<'_>,
    hints: &Hints,
    from: &Schema,
    to: &Schema,
) -> Option<Reworded> {
    let old = renamed(from, to, hints, rules);
    let mut doubtful = Doubtful::new(rules, rules.dialect.names(), rules.dialect.lexical());
    let blind = reworded(&old, to, &mut doubtful);
    if doubtful.found.is_empty() {
        return None;
    }
    // Models do not speak of what their columns may need.
    let new = if rules.tables_only { complete(&old, to).into_owned() } else { to.clone() };
    let (old_part, new_part) = (doubtful.part(&old), doubtful.part(&new));
    let seen = async {
        let old = materialise(driver, settings, &old_part).await?;
        Ok::<_, ExecutionError>((old, materialise(driver, settings, &new_part).await?))
    };
    Some(match seen.await {
        Ok((seen_old, seen_new)) => {
            let mut told = Told { old: &seen_old, new: &seen_new };
            Reworded { schema: reworded(&old, to, &mut told), unconfirmed: Vec::new(), reason: None }
        }
        Err(error) => Reworded { schema: blind, unconfirmed: doubtful.found, reason: Some(error) },
    })
}

/// Who says whether two things that are not written the same are the same.
trait Judge {
    fn column(&mut self, table: &Table, old: &Column, new: &mut Column);
    fn constraint(&mut self, table: &Table, old: &Constraint, new: &Constraint) -> bool;
    fn index(&mut self, table: &Table, old: &Index, new: &Index) -> bool;
    fn object(&mut self, old: &Object, new: &Object) -> bool;
}

/// `to`, in which what the judge takes for the same is as `from` has it.
fn reworded(from: &Schema, to: &Schema, judge: &mut dyn Judge) -> Schema {
    let mut schema = to.clone();
    for (name, table) in &mut schema.tables {
        let Some(old) = from.tables.get(name) else { continue };
        let whole = table.clone();
        for column in &mut table.columns {
            if let Some(before) = old.column(&column.name)
                && before != column
            {
                judge.column(&whole, before, column);
            }
        }
        for constraint in &mut table.constraints {
            let Some(before) = constraint.name.as_ref().and_then(|name| old.constraint(name)) else {
                continue;
            };
            if before != constraint && judge.constraint(&whole, before, constraint) {
                *constraint = before.clone();
            }
        }
        for (name, index) in &mut table.indexes {
            let Some(before) = old.indexes.get(name) else { continue };
            if before != index && judge.index(&whole, before, index) {
                *index = before.clone();
            }
        }
    }
    for (key, object) in &mut schema.objects {
        let Some(before) = from.objects.get(key) else { continue };
        if before != object && judge.object(before, object) {
            *object = before.clone();
        }
    }
    schema
}

/// Judges by what a server shows of both.
struct Told<'a> {
    old: &'a Schema,
    new: &'a Schema,
}

impl Judge for Told<'_> {
    fn column(&mut self, table: &Table, old: &Column, new: &mut Column) {
        let seen = |schema: &Schema| schema.table(&table.name)?.column(&old.name).cloned();
        let (Some(was), Some(is)) = (seen(self.old), seen(self.new)) else { return };
        // One by one, so that a column of which one thing changes keeps the old words for the rest. Taken apart, so that
        // a field that is added there cannot be forgotten here.
        let Column { name: _, ty, nullable: _, default, identity, generated, collation, comment: _, options } =
            new;
        adopt(ty, &old.ty, was.ty == is.ty);
        adopt(default, &old.default, was.default == is.default);
        adopt(identity, &old.identity, was.identity == is.identity);
        adopt(generated, &old.generated, was.generated == is.generated);
        adopt(collation, &old.collation, was.collation == is.collation);
        adopt(options, &old.options, was.options == is.options);
    }

    fn constraint(&mut self, table: &Table, old: &Constraint, _: &Constraint) -> bool {
        let seen = |schema: &Schema| schema.table(&table.name)?.constraint(old.name.as_ref()?).cloned();
        matches!((seen(self.old), seen(self.new)), (Some(was), Some(is)) if was == is)
    }

    fn index(&mut self, table: &Table, old: &Index, _: &Index) -> bool {
        let seen = |schema: &Schema| schema.table(&table.name)?.indexes.get(&old.name).cloned();
        matches!((seen(self.old), seen(self.new)), (Some(was), Some(is)) if was == is)
    }

    fn object(&mut self, old: &Object, _: &Object) -> bool {
        let seen = |schema: &Schema| schema.objects.get(&old.key).cloned();
        matches!((seen(self.old), seen(self.new)), (Some(was), Some(is)) if was == is)
    }
}

fn adopt<T: Clone>(new: &mut T, old: &T, same: bool) {
    if same {
        new.clone_from(old);
    }
}

/// Takes for the same whatever may differ in its text alone, and remembers it.
struct Doubtful<'a> {
    rules: &'a dyn Comparison,
    /// What the dialect answers to.
    names: &'a [&'a str],
    lexical: &'a LexicalRules,
    found: Vec<String>,
    tables: BTreeSet<Name>,
    /// Whether the definition of an object is in doubt.
    objects: bool,
}

impl<'a> Doubtful<'a> {
    fn new(rules: &'a dyn Comparison, names: &'a [&'a str], lexical: &'a LexicalRules) -> Self {
        Self { rules, names, lexical, found: Vec::new(), tables: BTreeSet::new(), objects: false }
    }

    fn doubt(&mut self, table: &Table, what: String) {
        self.found.push(what);
        self.tables.insert(table.name.clone());
    }

    /// As much of a schema as has to be built to settle what is in doubt: the tables that it is about, without their
    /// foreign keys, and what their columns may need.
    fn part(&self, schema: &Schema) -> Schema {
        let mut part = schema.clone();
        if self.objects {
            return part;
        }
        part.tables.retain(|name, _| self.tables.contains(name));
        for table in part.tables.values_mut() {
            table.constraints.retain(|constraint| !matches!(constraint.body, ConstraintBody::ForeignKey(_)));
            table.partition_of = None;
        }
        for sequence in part.sequences.values_mut() {
            sequence.owned_by = None;
        }
        keep_what_columns_may_need(&mut part);
        part
    }

    /// Whether a text is for this dialect only.
    fn ours<'n>(&self, mut dialects: impl Iterator<Item = &'n String>) -> bool {
        dialects.all(|name| self.names.contains(&name.as_str()))
    }

    /// Whether two texts differ, of which one at least is more than a literal: two literals are told apart for certain.
    fn texts(&self, old: &Sql, new: &Sql) -> bool {
        let ours = self.ours(old.dialects.keys()) && self.ours(new.dialects.keys());
        let literal = |sql: &Sql| sql.resolve(self.names).is_some_and(|text| self.is_literal(text));
        ours && !self.rules.same_expression(old, new) && !(literal(old) && literal(new))
    }

    fn is_literal(&self, text: &str) -> bool {
        let kinds: Vec<TokenKind> = tokens(self.lexical, text)
            .map(|token| token.kind)
            .filter(|kind| !matches!(kind, TokenKind::Space | TokenKind::Comment))
            .collect();
        matches!(
            kinds.as_slice(),
            [TokenKind::Number | TokenKind::String] | [TokenKind::Operator, TokenKind::Number]
        )
    }

    fn expressions(&self, old: Option<&Sql>, new: Option<&Sql>) -> bool {
        matches!((old, new), (Some(old), Some(new)) if self.texts(old, new))
    }
}

impl Judge for Doubtful<'_> {
    fn column(&mut self, table: &Table, old: &Column, new: &mut Column) {
        let named = |what: &str| format!("the {what} of {}.{}", table.name, old.name);
        if self.expressions(old.default.as_ref(), new.default.as_ref()) {
            self.doubt(table, named("default"));
            new.default.clone_from(&old.default);
        }
        let expression = |generated: &Option<Generated>| generated.as_ref().map(|it| it.expression.clone());
        if self.expressions(expression(&old.generated).as_ref(), expression(&new.generated).as_ref()) {
            self.doubt(table, named("expression"));
            new.generated.clone_from(&old.generated);
        }
        // A database's types are portable where a portable name says just what the server has; only the others are in
        // its words.
        let own = !old.ty.native.is_empty();
        let ours = self.ours(old.ty.native.keys()) && self.ours(new.ty.native.keys());
        if own && ours && !self.rules.same_type(&old.ty, &new.ty) {
            self.doubt(table, named("type"));
            new.ty.clone_from(&old.ty);
        }
    }

    fn constraint(&mut self, table: &Table, old: &Constraint, new: &Constraint) -> bool {
        let (ConstraintBody::Check(was), ConstraintBody::Check(is)) = (&old.body, &new.body) else {
            return false;
        };
        let same_but_for_text = Constraint { body: new.body.clone(), ..old.clone() } == *new;
        let doubtful = same_but_for_text && self.texts(&was.expression, &is.expression);
        if doubtful && let Some(name) = &old.name {
            self.doubt(table, format!("the check constraint {name} of {}", table.name));
        }
        doubtful
    }

    fn index(&mut self, table: &Table, old: &Index, new: &Index) -> bool {
        let mut plain = new.clone();
        plain.predicate.clone_from(&old.predicate);
        let mut doubtful = self.expressions(old.predicate.as_ref(), new.predicate.as_ref());
        for (part, before) in plain.columns.iter_mut().zip(&old.columns) {
            if let (KeyTarget::Expression(is), KeyTarget::Expression(was)) = (&part.target, &before.target)
                && self.texts(was, is)
            {
                doubtful = true;
                part.target = before.target.clone();
            }
        }
        let doubtful = doubtful && plain == *old;
        if doubtful {
            self.doubt(table, format!("the index {} of {}", old.name, table.name));
        }
        doubtful
    }

    fn object(&mut self, old: &Object, new: &Object) -> bool {
        let doubtful = !self.rules.same_definition(&old.definition, &new.definition);
        if doubtful {
            self.objects = true;
            self.found.push(format!("the definition of {}", old.key));
        }
        doubtful
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Neutral;
    use crate::schema::{Check, KeyPart, Type, TypeSpec};

    /// A schema of one table: a column with this type and default, a check, and an index over an expression.
    fn schema(ty: &str, default: &str, check: &str, expression: &str) -> Schema {
        let mut table = Table::new("t");
        table.columns.push(Column::new("a", TypeSpec::only("x", ty)).with_default(default));
        let check = Check { expression: check.into() };
        table.constraints.push(Constraint::new(Some("c".into()), check));
        let mut index = Index::new("i", Vec::<&str>::new());
        index.columns.push(KeyPart::expression(expression));
        table.indexes.insert("i".into(), index);
        let mut schema = Schema::new();
        schema.insert_table(table);
        schema
    }

    #[test]
    fn the_old_words_are_taken_where_the_server_shows_the_same() {
        let old = schema("int4", "'x'::text", "((a > 0))", "lower((a)::text)");
        let new = schema("integer", "'y'", "a > 0", "upper(a)");
        let seen_old = schema("int4", "'x'::text", "(a > 0)", "lower((a)::text)");
        let seen_new = schema("int4", "'y'::text", "(a > 0)", "upper((a)::text)");
        let made = reworded(&old, &new, &mut Told { old: &seen_old, new: &seen_new });
        assert_eq!(made, schema("int4", "'y'", "((a > 0))", "upper(a)"));
    }

    #[test]
    fn without_a_server_what_differs_in_words_is_named_and_counts_as_the_same() {
        let old = schema("int4", "'x'::text", "(a)::int > 0", "lower((a)::text)");
        let new = schema("integer", "'x'", "a > 0", "lower(a)");
        let mut doubtful = Doubtful::new(&Neutral, &["x"], &LexicalRules::NEUTRAL);
        assert_eq!(reworded(&old, &new, &mut doubtful), old);
        assert_eq!(
            doubtful.found,
            ["the default of t.a", "the type of t.a", "the check constraint c of t", "the index i of t"]
        );
    }

    #[test]
    fn what_differs_in_more_than_words_is_left_as_it_is() {
        let old = schema("int4", "'x'", "a > 0", "lower(a)");
        let mut new = old.clone();
        let table = new.tables.get_mut(&"t".into()).unwrap();
        table.columns[0].default = None;
        table.columns[0].ty = Type::Text.into();
        table.constraints[0].not_valid = true;
        table.indexes[0].unique = true;
        let mut doubtful = Doubtful::new(&Neutral, &["x"], &LexicalRules::NEUTRAL);
        let mut expected = new.clone();
        // A type of the server's own may be any other.
        expected.tables.get_mut(&"t".into()).unwrap().columns[0].ty = TypeSpec::only("x", "int4");
        assert_eq!(reworded(&old, &new, &mut doubtful), expected);
        assert_eq!(doubtful.found, ["the type of t.a"]);
    }
}
