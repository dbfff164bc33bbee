//! Objects, and which needs which.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::{Ident, Name};
use crate::schema::{GRANT, OWNER, Object, ObjectKey};
use crate::sql::{LexicalRules, Token, TokenKind, tokens};

use super::mentions::{Mention, Mentions, lower};
use super::order;

/// What becomes of the tables and types, as far as objects have to know.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// Tables that go.
    pub(super) dropped: BTreeSet<Name>,
    /// Tables that come.
    pub(super) created: BTreeSet<Name>,
    /// Columns that go or whose values are of another kind afterwards.
    pub(super) columns: BTreeMap<Name, BTreeSet<Ident>>,
    /// Tables whose primary key goes: a view that groups by it needs it.
    pub(super) keys: BTreeSet<Name>,
    /// Enum types that lose a word, for which a server with such types makes another type.
    pub(super) enums: BTreeSet<Name>,
}

/// Whether objects of this kind stand on the tables that their text names, so that a server will not change those
/// under them. The text of a routine is looked at when it runs.
pub(super) fn is_bound(kind: &str) -> bool {
    matches!(
        kind,
        "view" | "materialized_view" | "trigger" | "policy" | "rule" | "statistics" | "publication"
    )
}

/// Whether columns can be of this kind, or nothing is possible without it.
pub(super) fn is_type(kind: &str) -> bool {
    matches!(kind, "extension" | "domain" | "composite_type" | "range_type" | "collation" | "type")
}

/// Whether what is of this kind is told from others of its name by its arguments.
pub(super) fn is_routine(kind: &str) -> bool {
    matches!(kind, "function" | "procedure" | "aggregate" | "operator")
}

/// Whether objects of this kind hold rows that are nowhere else.
pub(super) fn holds_rows(kind: &str) -> bool {
    kind == "virtual_table"
}

/// Whether the tables and columns in an object's text are looked at when it is made, and held from then on: of a routine
/// if its body is no string (`BEGIN ATOMIC`, `RETURN …`).
pub(super) fn is_held(object: &Object) -> bool {
    // What is granted for a column goes with it.
    if is_bound(&object.key.kind) || object.key.kind == GRANT {
        return true;
    }
    matches!(object.key.kind.as_str(), "function" | "procedure")
        && object.definition.iter().any(|(_, text)| {
            let code = tokens(&LexicalRules::NEUTRAL, text).filter(Token::is_code);
            let mut parsed = false;
            for token in code {
                if token.kind == TokenKind::String && token.text.starts_with('$') {
                    return false;
                }
                parsed |= token.is_any(&["ATOMIC", "RETURN"]);
            }
            parsed
        })
}

/// The word by which others name the object: of a function that can be overloaded, the name goes up to its arguments.
/// `None` for what hangs on a table, which nobody else can name.
pub(super) fn word_for(key: &ObjectKey) -> Option<String> {
    if key.table.is_some() || key.kind == "trigger" {
        return None;
    }
    let word = lower(&key.name.name);
    Some(match word.find('(').filter(|at| *at > 0) {
        Some(at) => word[..at].to_owned(),
        None => word,
    })
}

/// Things by the words that name them.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<String, Vec<(Option<String>, usize)>>);

impl Names {
    /// Notes that `word` in `schema` names the thing at `at`.
    pub(super) fn insert(&mut self, word: String, schema: Option<&Ident>, at: usize) {
        self.0.entry(word).or_default().push((schema.map(lower), at));
    }

    /// The things that a name may mean.
    pub(super) fn find<'n>(&'n self, mention: &'n Mention) -> impl Iterator<Item = usize> + 'n {
        let fits = |schema: &Option<String>| match (schema, &mention.qualifier) {
            (Some(schema), Some(qualifier)) => schema == qualifier,
            // Without a namespace it is in whatever is the default one, which may be written too.
            _ => true,
        };
        self.0
            .get(&mention.word)
            .into_iter()
            .flatten()
            .filter(move |(schema, _)| fits(schema))
            .map(|(_, at)| *at)
    }
}

/// Objects, and which needs which.
pub(super) struct Web<'a> {
    pub(super) objects: Vec<&'a Object>,
    /// What each names.
    pub(super) mentions: Vec<Mentions>,
    places: BTreeMap<&'a ObjectKey, usize>,
    names: Names,
    /// By their places: what each is known to need.
    pub(super) known: Vec<Vec<usize>>,
    /// What each seems to need by the words of its text. Where that goes in a circle with what is known, it gives way.
    pub(super) seeming: Vec<Vec<usize>>,
}

impl<'a> Web<'a> {
    pub(super) fn new(objects: impl Iterator<Item = &'a Object>) -> Self {
        let objects: Vec<&Object> = objects.collect();
        let mentions: Vec<Mentions> = objects.iter().map(|object| Mentions::of(&object.definition)).collect();
        let mut by_name: BTreeMap<&Name, Vec<usize>> = BTreeMap::new();
        let mut names = Names::default();
        for (at, object) in objects.iter().enumerate() {
            by_name.entry(&object.key.name).or_default().push(at);
            if let Some(word) = word_for(&object.key) {
                names.insert(word, object.key.name.schema.as_ref(), at);
            }
        }
        // By the table: those of all tables have one name.
        let owners: BTreeMap<&Name, usize> = objects
            .iter()
            .enumerate()
            .filter(|(_, object)| object.key.kind == OWNER)
            .filter_map(|(at, object)| Some((object.key.table.as_ref()?, at)))
            .collect();
        let (mut known, mut seeming) = (Vec::new(), Vec::new());
        for (at, object) in objects.iter().enumerate() {
            let mut surely = BTreeSet::new();
            for needed in &object.depends_on {
                if let Some(table) = object.key.table.as_ref().filter(|_| needed.kind == OWNER) {
                    surely.extend(owners.get(table));
                    continue;
                }
                let same_name = by_name.get(&needed.name).into_iter().flatten();
                surely.extend(same_name.filter(|other| objects[**other].key.kind == needed.kind));
            }
            if let Some(owner) = &object.key.table {
                let same_name = by_name.get(owner).into_iter().flatten();
                surely.extend(same_name.filter(|other| {
                    let kind = &objects[**other].key.kind;
                    kind.ends_with("view") || kind == "foreign_table"
                }));
            }
            surely.remove(&at);
            let mut maybe: BTreeSet<usize> =
                mentions[at].iter().flat_map(|mention| names.find(mention)).collect();
            maybe.remove(&at);
            // Nobody has said what it needs, and its text must be right when it is made.
            if object.depends_on.is_empty() && is_bound(&object.key.kind) {
                surely.append(&mut maybe);
            }
            maybe.retain(|other| !surely.contains(other));
            known.push(surely.into_iter().collect());
            seeming.push(maybe.into_iter().collect());
        }
        let places = objects.iter().enumerate().map(|(at, object)| (&object.key, at)).collect();
        Self { objects, mentions, places, names, known, seeming }
    }

    /// Where the object with this key stands.
    pub(super) fn place(&self, key: &ObjectKey) -> Option<usize> {
        self.places.get(key).copied()
    }

    /// The objects that the types and expressions of a table name. A function's name counts only where it is called, for
    /// columns have the same names.
    pub(super) fn used_by(&self, mentions: &Mentions) -> BTreeSet<usize> {
        mentions
            .iter()
            .flat_map(|mention| self.names.find(mention).map(move |at| (mention, at)))
            .filter(|(mention, at)| {
                let kind = self.objects[*at].key.kind.as_str();
                mention.called || !matches!(kind, "function" | "procedure" | "aggregate")
            })
            .map(|(_, at)| at)
            .collect()
    }

    /// By the places of the objects: what stands on each.
    pub(super) fn dependents(&self) -> Vec<Vec<usize>> {
        let mut needed_by = vec![Vec::new(); self.objects.len()];
        for (at, needs) in self.known.iter().enumerate() {
            needs.iter().for_each(|needed| needed_by[*needed].push(at));
        }
        for (at, needs) in self.seeming.iter().enumerate() {
            // A routine's text is looked at when it runs; only what it is known to need holds it.
            if is_bound(&self.objects[at].key.kind) {
                needs.iter().for_each(|needed| needed_by[*needed].push(at));
            }
        }
        needed_by
    }

    /// Adds all that needs one of `found`, outright or through others.
    pub(super) fn add_dependents(&self, found: &mut BTreeSet<usize>) {
        if found.is_empty() {
            return;
        }
        let needed_by = self.dependents();
        let mut waiting: Vec<usize> = found.iter().copied().collect();
        while let Some(at) = waiting.pop() {
            for dependent in &needed_by[at] {
                if found.insert(*dependent) {
                    waiting.push(*dependent);
                }
            }
        }
    }

    /// All places, what is needed first.
    pub(super) fn order(&self) -> Vec<usize> {
        order::order_with(&self.known, &self.seeming)
    }

    /// The places of `some`, what is needed first.
    pub(super) fn ordered(&self, some: &BTreeSet<usize>) -> Vec<usize> {
        self.order().into_iter().filter(|at| some.contains(at)).collect()
    }

    /// Those that stand on something that is touched.
    pub(super) fn on(&self, touched: &Touched) -> BTreeSet<usize> {
        let none = BTreeSet::new();
        let tables = touched.dropped.iter().map(|name| (name, &none));
        let tables = tables.chain(touched.columns.iter());
        let tables = tables.chain(touched.keys.iter().map(|name| (name, &none)));
        let mut by_word: BTreeMap<String, Vec<(&Name, &BTreeSet<Ident>)>> = BTreeMap::new();
        for (name, columns) in tables {
            by_word.entry(lower(&name.name)).or_default().push((name, columns));
        }
        let mut found = BTreeSet::new();
        if by_word.is_empty() && touched.enums.is_empty() {
            return found;
        }
        for (at, object) in self.objects.iter().enumerate() {
            let mentions = &self.mentions[at];
            let bound = is_bound(&object.key.kind);
            let names = |name: &Name| {
                object.key.table.as_ref() == Some(name)
                    || object.depends_on.iter().any(|needed| needed.kind == "table" && needed.name == *name)
            };
            let known = object.depends_on.iter().map(|needed| &needed.name).chain(&object.key.table);
            let known: BTreeSet<String> = known.map(|name| lower(&name.name)).collect();
            let words = mentions.words().chain(known.iter().map(String::as_str));
            let hit = words.filter_map(|word| by_word.get(word)).flatten().any(|(name, columns)| {
                let stands = names(name) || (bound && mentions.word(&lower(&name.name)));
                let groups = object.key.kind.ends_with("view") && mentions.word("group");
                let touched = touched.dropped.contains(*name)
                    || (touched.keys.contains(*name) && groups)
                    || (columns.iter().any(|column| mentions.column(column)) && is_held(object));
                stands && touched
            });
            // A type that is made of another cannot leave it: columns may be of that type in turn.
            let swapped = !is_type(&object.key.kind)
                && object
                    .depends_on
                    .iter()
                    .any(|needed| needed.kind == "enum" && touched.enums.contains(&needed.name));
            if hit || swapped {
                found.insert(at);
            }
        }
        found
    }
}
