//! Views, functions, triggers and the like: dropped before what they need changes, and made again after it.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::{Ident, Name};
use crate::operation::{Operation, belongs_to};
use crate::schema::{Object, ObjectKey, Schema, Sql, Table, Type};
use crate::sql::{LexicalRules, TokenKind, tokens};

use super::{Compared, Note, order};

/// What becomes of the tables, as far as objects have to know.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// Tables that go.
    pub(super) dropped: BTreeSet<Name>,
    /// Tables that come.
    pub(super) created: BTreeSet<Name>,
    /// Columns that go or whose values are of another kind afterwards.
    pub(super) columns: BTreeMap<Name, BTreeSet<Ident>>,
}

/// What is done to objects.
#[derive(Debug, Default)]
pub(super) struct Objects {
    /// Dropped before anything else.
    pub(super) dropped_first: Vec<Operation>,
    /// Made before the tables, which need them.
    pub(super) made_first: Vec<Operation>,
    /// Dropped after the tables that needed them.
    pub(super) dropped_last: Vec<Operation>,
    /// Made when all else is done.
    pub(super) made_last: Vec<Operation>,
}

/// Whether objects of this kind stand on the tables that their text names, so that a server will not change those
/// under them. The text of a routine is looked at when it runs.
fn is_bound(kind: &str) -> bool {
    matches!(kind, "view" | "materialized_view" | "trigger" | "policy" | "rule")
}

/// Whether columns can be of this kind, or nothing is possible without it.
fn is_type(kind: &str) -> bool {
    matches!(kind, "extension" | "domain" | "composite_type" | "range_type" | "collation" | "type")
}

/// Whether objects of this kind hold rows that are nowhere else.
fn holds_rows(kind: &str) -> bool {
    kind == "virtual_table"
}

/// The words and quoted names of a text, in lower case, those inside of dollar quotes too; and `*`, which stands for all
/// columns.
fn words_of(text: &str, words: &mut BTreeSet<String>) {
    for token in tokens(&LexicalRules::NEUTRAL, text) {
        let text = token.text;
        if token.kind == TokenKind::Word || text == "*" {
            words.insert(text.to_ascii_lowercase());
        } else if let Some(mark) = text.chars().next().filter(|mark| matches!(mark, '"' | '`')) {
            let inner = text.trim_matches(mark);
            words.insert(inner.replace(&format!("{mark}{mark}"), &mark.to_string()).to_ascii_lowercase());
        } else if text.starts_with('$')
            && let Some(end) = text[1..].find('$')
        {
            let mark = &text[..end + 2];
            if let Some(body) = text[mark.len()..].strip_suffix(mark) {
                words_of(body, words);
            }
        }
    }
}

/// The words of several texts.
pub(super) fn words_in<'a>(texts: impl IntoIterator<Item = &'a Sql>) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for (_, text) in texts.into_iter().flat_map(Sql::iter) {
        words_of(text, &mut words);
    }
    words
}

fn lower(name: &Ident) -> String {
    name.as_str().to_ascii_lowercase()
}

/// Objects, and which needs which.
struct Web<'a> {
    objects: Vec<&'a Object>,
    words: Vec<BTreeSet<String>>,
    /// By their places: what each needs.
    needs: Vec<Vec<usize>>,
}

impl<'a> Web<'a> {
    fn new(objects: impl Iterator<Item = &'a Object>) -> Self {
        let objects: Vec<&Object> = objects.collect();
        let words: Vec<BTreeSet<String>> =
            objects.iter().map(|object| words_in([&object.definition])).collect();
        let mut by_name: BTreeMap<&Name, Vec<usize>> = BTreeMap::new();
        let mut by_word: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, object) in objects.iter().enumerate() {
            by_name.entry(&object.key.name).or_default().push(at);
            // What hangs on a table cannot be named by others.
            if object.key.table.is_none() && object.key.kind != "trigger" {
                // Of a function that can be overloaded, the name goes up to its arguments.
                let word = lower(&object.key.name.name);
                let word = word.split('(').next().unwrap_or_default().to_owned();
                by_word.entry(word).or_default().push(at);
            }
        }
        let needs = objects
            .iter()
            .enumerate()
            .map(|(at, object)| {
                let mut found = BTreeSet::new();
                for needed in &object.depends_on {
                    let same_name = by_name.get(&needed.name).into_iter().flatten();
                    found.extend(same_name.filter(|other| objects[**other].key.kind == needed.kind));
                }
                if let Some(owner) = &object.key.table {
                    let same_name = by_name.get(owner).into_iter().flatten();
                    found.extend(same_name.filter(|other| objects[**other].key.kind.ends_with("view")));
                }
                for word in &words[at] {
                    found.extend(by_word.get(word).into_iter().flatten());
                }
                found.remove(&at);
                found.into_iter().collect()
            })
            .collect();
        Self { objects, words, needs }
    }

    /// Adds all that needs one of `found`, outright or through others.
    fn add_dependents(&self, found: &mut BTreeSet<usize>) {
        let mut needed_by = vec![Vec::new(); self.objects.len()];
        for (at, needs) in self.needs.iter().enumerate() {
            for needed in needs {
                // A routine's text is looked at when it runs; only what it is known to need holds it.
                let object = self.objects[at];
                let other = &self.objects[*needed].key;
                let known = object
                    .depends_on
                    .iter()
                    .any(|known| known.name == other.name && known.kind == other.kind);
                if known || is_bound(&object.key.kind) {
                    needed_by[*needed].push(at);
                }
            }
        }
        let mut waiting: Vec<usize> = found.iter().copied().collect();
        while let Some(at) = waiting.pop() {
            for dependent in &needed_by[at] {
                if found.insert(*dependent) {
                    waiting.push(*dependent);
                }
            }
        }
    }

    /// The places of `some`, what is needed first.
    fn ordered(&self, some: &BTreeSet<usize>) -> Vec<usize> {
        order::order(&self.needs).into_iter().filter(|at| some.contains(at)).collect()
    }

    /// Those that stand on something that is touched.
    fn on(&self, touched: &Touched) -> BTreeSet<usize> {
        let none = BTreeSet::new();
        let tables = touched.dropped.iter().map(|name| (name, &none));
        let tables = tables.chain(touched.columns.iter());
        let mut by_word: BTreeMap<String, Vec<(&Name, &BTreeSet<Ident>)>> = BTreeMap::new();
        for (name, columns) in tables {
            by_word.entry(lower(&name.name)).or_default().push((name, columns));
        }
        let mut found = BTreeSet::new();
        if by_word.is_empty() {
            return found;
        }
        for (at, object) in self.objects.iter().enumerate() {
            let words = &self.words[at];
            let names = |name: &Name| {
                object.key.table.as_ref() == Some(name)
                    || object.depends_on.iter().any(|needed| needed.kind == "table" && needed.name == *name)
            };
            let known = object.depends_on.iter().map(|needed| &needed.name).chain(&object.key.table);
            let known: BTreeSet<String> = known.map(|name| lower(&name.name)).collect();
            let hit = words.iter().chain(&known).filter_map(|word| by_word.get(word)).flatten().any(
                |(name, columns)| {
                    let stands =
                        names(name) || (is_bound(&object.key.kind) && words.contains(&lower(&name.name)));
                    let touched = columns.is_empty()
                        || words.contains("*")
                        || columns.iter().any(|column| words.contains(&lower(column)));
                    stands && touched
                },
            );
            if hit {
                found.insert(at);
            }
        }
        found
    }
}

/// The object and all that needs it, in the order in which they can be dropped.
pub(super) fn with_dependents(schema: &Schema, key: &ObjectKey) -> Vec<ObjectKey> {
    let web = Web::new(schema.objects.values());
    let mut found: BTreeSet<usize> =
        web.objects.iter().position(|object| object.key == *key).into_iter().collect();
    web.add_dependents(&mut found);
    web.ordered(&found).into_iter().rev().map(|at| web.objects[at].key.clone()).collect()
}

/// What must be dropped before a table can be, in that order.
pub(super) fn on_table(schema: &Schema, table: &Name) -> Vec<ObjectKey> {
    on(schema, &Touched { dropped: BTreeSet::from([table.clone()]), ..Touched::default() })
}

/// What must be dropped before several tables can be, in that order.
pub(super) fn on_tables(schema: &Schema, tables: &[&Name]) -> Vec<ObjectKey> {
    let dropped = tables.iter().map(|name| (*name).clone()).collect();
    on(schema, &Touched { dropped, ..Touched::default() })
}

/// What must be dropped before columns of a table can be, in that order.
pub(super) fn on_columns(schema: &Schema, table: &Name, columns: &BTreeSet<Ident>) -> Vec<ObjectKey> {
    let columns = BTreeMap::from([(table.clone(), columns.clone())]);
    on(schema, &Touched { columns, ..Touched::default() })
}

fn on(schema: &Schema, touched: &Touched) -> Vec<ObjectKey> {
    let web = Web::new(schema.objects.values());
    let mut found = web.on(touched);
    web.add_dependents(&mut found);
    let goes_along = |object: &Object| touched.dropped.iter().any(|table| belongs_to(object, table));
    let ordered = web.ordered(&found).into_iter().rev();
    ordered
        .map(|at| web.objects[at])
        .filter(|object| !goes_along(object))
        .map(|object| object.key.clone())
        .collect()
}

/// Compares the objects.
pub(super) fn compare(compared: &Compared<'_>, touched: &Touched, notes: &mut Vec<Note>) -> Objects {
    let (old, new) = (compared.old, compared.new);
    let mut made = Objects::default();
    if old.objects.is_empty() && new.objects.is_empty() {
        return made;
    }
    let there = Web::new(old.objects.values());
    let gone: BTreeSet<usize> =
        (0..there.objects.len()).filter(|at| !new.objects.contains_key(&there.objects[*at].key)).collect();
    let goes_along: BTreeSet<usize> = (0..there.objects.len())
        .filter(|at| {
            let object = there.objects[*at];
            let known = object.depends_on.iter().map(|needed| &needed.name).chain(&object.key.table);
            known.filter(|name| touched.dropped.contains(*name)).any(|name| belongs_to(object, name))
        })
        .collect();

    // What has to be out of the way before the tables change, with all that stands on it.
    let mut first = there.on(touched);
    first.extend(gone.iter().copied().filter(|at| is_bound(&there.objects[*at].key.kind)));
    first.extend(&goes_along);
    // What holds rows cannot be replaced; that they go is said of a drop.
    first.extend((0..there.objects.len()).filter(|at| {
        let object = there.objects[*at];
        let now = new.objects.get(&object.key);
        holds_rows(&object.key.kind) && now.is_some_and(|now| !same(compared, object, now))
    }));
    let mut dropped = first.clone();
    there.add_dependents(&mut first);
    dropped.extend(&gone);
    there.add_dependents(&mut dropped);
    for at in there.ordered(&dropped).into_iter().rev() {
        if goes_along.contains(&at) {
            continue;
        }
        let operation = Operation::DropObject { key: there.objects[at].key.clone() };
        // What stands on something that goes last need not wait for it, but may not stay behind it either.
        if first.contains(&at) || !gone.contains(&at) {
            made.dropped_first.push(operation);
        } else {
            made.dropped_last.push(operation);
        }
    }

    let out: BTreeSet<&ObjectKey> = dropped.iter().map(|at| &there.objects[*at].key).collect();
    let coming = Web::new(new.objects.values());
    let mut made_first: BTreeSet<usize> = BTreeSet::new();
    let mut changed: BTreeMap<usize, Operation> = BTreeMap::new();
    for (at, object) in coming.objects.iter().copied().enumerate() {
        let was = old.objects.get(&object.key);
        let differs = was.is_some_and(|was| !same(compared, was, object));
        if was.is_none() || out.contains(&object.key) {
            if was.is_some() && !differs {
                notes.push(Note::Recreated { object: object.key.clone() });
            }
            changed.insert(at, Operation::CreateObject(object.clone()));
        } else if differs {
            changed.insert(at, Operation::ReplaceObject(object.clone()));
        }
    }
    if changed.is_empty() {
        return made;
    }
    let needed = words_of_tables(compared, touched);
    for at in changed.keys().copied() {
        let key = &coming.objects[at].key;
        let name = lower(&key.name.name);
        let word = name.split('(').next().unwrap_or_default();
        if is_type(&key.kind) || (!is_bound(&key.kind) && needed.contains(word)) {
            made_first.insert(at);
        }
    }
    let mut waiting: Vec<usize> = made_first.iter().copied().collect();
    while let Some(at) = waiting.pop() {
        for needed in &coming.needs[at] {
            if changed.contains_key(needed) && made_first.insert(*needed) {
                waiting.push(*needed);
            }
        }
    }
    // What itself needs a table that comes cannot be there before it.
    made_first.retain(|at| {
        let object = coming.objects[*at];
        let mut needs = object.depends_on.iter().filter(|needed| needed.kind == "table");
        !is_bound(&object.key.kind) && !needs.any(|needed| touched.created.contains(&needed.name))
    });
    for at in order::order(&coming.needs) {
        if let Some(operation) = changed.remove(&at) {
            if made_first.contains(&at) {
                made.made_first.push(operation);
            } else {
                made.made_last.push(operation);
            }
        }
    }
    made
}

/// Whether two objects are the same. What they depend on follows from their text.
fn same(compared: &Compared<'_>, from: &Object, to: &Object) -> bool {
    let rules = compared.options.rules;
    from.comment == to.comment
        && rules.same_options(&from.options, &to.options)
        && rules.same_definition(&from.definition, &to.definition)
}

/// The words in the expressions and types of tables that come and of those that are there: a function among them must
/// be made before they are.
fn words_of_tables(compared: &Compared<'_>, touched: &Touched) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let changed = |table: &&Table| {
        touched.created.contains(&table.name) || compared.old.tables.get(&table.name) != Some(*table)
    };
    for table in compared.new.tables.values().filter(changed) {
        for column in &table.columns {
            let generated = column.generated.as_ref().map(|made| &made.expression);
            words.append(&mut words_in(column.default.iter().chain(generated)));
            if let Some(Type::Native(text)) = &column.ty.default {
                words_of(text, &mut words);
            }
            for text in column.ty.native.values() {
                words_of(text, &mut words);
            }
        }
        let checks = table.constraints.iter().filter_map(|constraint| match &constraint.body {
            crate::schema::ConstraintBody::Check(check) => Some(&check.expression),
            _ => None,
        });
        words.append(&mut words_in(checks));
        for index in table.indexes.values() {
            let parts = index.columns.iter().filter_map(|part| match &part.target {
                crate::schema::KeyTarget::Expression(sql) => Some(sql),
                crate::schema::KeyTarget::Column(_) => None,
            });
            words.append(&mut words_in(parts.chain(&index.predicate)));
        }
    }
    words
}
