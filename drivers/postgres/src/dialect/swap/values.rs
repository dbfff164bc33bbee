//! What becomes of the values of a type whose place another takes.

use limbeck_core::driver::Statement;
use limbeck_core::ident::Name;
use limbeck_core::schema::Object;
use limbeck_core::sql::Token;

use super::super::fault::Fault;
use super::super::gates::Gates;
use super::super::literal::{quote_name, text};
use super::super::{casts, object, types};
use super::{Made, names, spare};

/// How the functions are called that turn lists into others.
const HELPER: &str = "_limbeck_values_";
/// How many dimensions a list can have: MAXDIM of the server's sources.
const MOST_DIMENSIONS: usize = 6;

/// How the values of one type become those of the one that is made over the new type.
enum Way<'a> {
    /// Through their text.
    Text,
    /// By a cast.
    Cast,
    /// Attribute by attribute: the old ones, and the new ones.
    Attributes { old: &'a Object, new: &'a Object },
    /// As those of the type that the domain is over.
    Base(String),
}

/// The expressions that turn values of old types into those of new ones.
pub(super) struct Values<'a> {
    gates: Gates,
    made: Made<'a>,
    /// The types that are made of it.
    over: &'a [&'a Object],
    at: usize,
    /// Functions for lists: the type of their items, and the statement that makes them.
    functions: Vec<(String, Statement)>,
}

impl<'a> Values<'a> {
    pub(super) fn new(gates: Gates, made: Made<'a>, over: &'a [&'a Object], at: usize) -> Self {
        Self { gates, made, over, at, functions: Vec::new() }
    }

    /// What makes of `value`, which is of the old type that was called `ty`, one of the new one.
    pub(super) fn of(&mut self, value: &str, ty: &str) -> Result<String, Fault> {
        let (item, lists) = match ty.find("[]") {
            Some(at) => (&ty[..at], &ty[at..]),
            None => (ty, ""),
        };
        match self.way(item) {
            Way::Text => Ok(format!("{value}::text{lists}::{ty}")),
            Way::Cast => Ok(format!("{value}::{ty}")),
            _ if !lists.is_empty() => {
                let function = self.helper(item)?;
                Ok(format!("{function}({value})"))
            }
            Way::Attributes { old, new } => self.attributes(value, ty, old, new),
            Way::Base(base) => Ok(format!("({})::{ty}", self.of(value, &base)?)),
        }
    }

    fn way(&self, item: &str) -> Way<'a> {
        let of_object = |old: &'a Object, new: &'a Object| match old.key.kind.as_str() {
            "composite_type" => Way::Attributes { old, new },
            _ => match object::domain_base(old) {
                Some(base) if self.old_name(&base).is_some() => match self.way(plain(&base)) {
                    Way::Attributes { .. } | Way::Base(_) => Way::Base(base),
                    way => way,
                },
                _ => Way::Cast,
            },
        };
        if names(item, self.made.name()) {
            return match self.made {
                Made::Enum(_) => Way::Text,
                Made::Object { old, new } => of_object(old, new),
            };
        }
        self.over
            .iter()
            .find(|object| names(item, &object.key.name))
            .map_or(Way::Cast, |object| of_object(object, object))
    }

    /// The name of the type among those that make way of which `ty` is, or is a list.
    fn old_name(&self, ty: &str) -> Option<&'a Name> {
        let ty = plain(ty);
        let over = self.over.iter().map(|object| &object.key.name);
        over.chain([self.made.name()]).find(|name| names(ty, name))
    }

    fn attributes(&mut self, value: &str, ty: &str, old: &Object, new: &Object) -> Result<String, Fault> {
        let read = |object: &Object| {
            object::attributes(object)
                .ok_or_else(|| Fault::NoText(format!("the attributes of {}", object.key)))
        };
        let (before, after) = (read(old)?, read(new)?);
        let mut parts = Vec::new();
        for (name, now) in &after {
            let now = without_collation(now);
            let was = before.iter().find(|(other, _)| other == name);
            let Some(was) = was.map(|(_, ty)| without_collation(ty)) else {
                parts.push("NULL".to_owned());
                continue;
            };
            let part = format!("({value}).{name}");
            parts.push(if was != now {
                // The old type may be one that makes way: it is told apart by its name only then.
                let (from, to) = (types::parse(was), types::parse(now));
                casts::conversion(&from, &to, &part).unwrap_or_else(|| format!("{part}::{now}"))
            } else if self.old_name(was).is_some() {
                self.of(&part, was)?
            } else {
                part
            });
        }
        Ok(format!("CASE WHEN {value} IS DISTINCT FROM NULL THEN ROW({})::{ty} END", parts.join(", ")))
    }

    /// The function that turns a list of such items into one of the new ones. It is made once.
    fn helper(&mut self, item: &str) -> Result<String, Fault> {
        let called = |at: usize| format!("pg_temp.{HELPER}{at}");
        if let Some(at) = self.functions.iter().position(|(other, _)| other == item) {
            return Ok(called(at));
        }
        let value = self.of("_flat[_at]", item)?;
        let old = self.old_name(item).map_or_else(|| item.to_owned(), |name| quote_name(&spare(name)));
        let function = called(self.functions.len());
        let sql = format!(
            "CREATE FUNCTION {function}({old}[]) RETURNS {item}[] LANGUAGE plpgsql AS {}",
            text(&list(self.gates, &old, item, &value))
        );
        self.functions.push((item.to_owned(), Statement::schema(self.at, sql)));
        Ok(function)
    }

    /// The statements that make the functions which the expressions call, and those that drop them.
    pub(super) fn helpers(self) -> (Vec<Statement>, Vec<Statement>) {
        let drop = |at: usize| Statement::schema(self.at, format!("DROP FUNCTION pg_temp.{HELPER}{at}"));
        let dropped = (0..self.functions.len()).rev().map(drop).collect();
        (self.functions.into_iter().map(|(_, made)| made).collect(), dropped)
    }
}

/// The body of a function that makes of a list of `old` one of `new`, each item (`_flat[_at]`) through `value`, with the
/// dimensions and bounds that it has. No variable is of the old type, which may refuse the NULL that it would begin with.
/// A slice takes its items in the order in which they are stored, whatever the dimensions of what is put into it.
fn list(gates: Gates, old: &str, new: &str, value: &str) -> String {
    let slice = |dimensions: usize| -> String {
        let bounds = |at| format!("[pg_catalog.array_lower($1, {at}):pg_catalog.array_upper($1, {at})]");
        (1..=dimensions).map(bounds).collect()
    };
    let shaped = if gates.array_slices {
        let cases: String = (1..=MOST_DIMENSIONS)
            .map(|dimensions| format!(" WHEN {dimensions} THEN _list{} := _items;", slice(dimensions)))
            .collect();
        format!("CASE pg_catalog.array_ndims($1){cases} ELSE NULL; END CASE; RETURN _list;")
    } else {
        "IF pg_catalog.array_ndims($1) > 1 OR pg_catalog.array_lower($1, 1) <> 1 THEN RAISE EXCEPTION \
         'a list with more than one dimension, or that does not begin at 1, cannot follow its type before PostgreSQL 14'; \
         END IF; RETURN _items;"
            .to_owned()
    };
    format!(
        "DECLARE _flat {old}[] := ARRAY(SELECT pg_catalog.unnest($1)); \
         _items {new}[] := '{{}}'; _list {new}[] := '{{}}'; BEGIN \
         IF $1 IS NULL THEN RETURN NULL; END IF; \
         FOR _at IN 1 .. pg_catalog.cardinality(_flat) LOOP \
         _items := pg_catalog.array_append(_items, {value}); END LOOP; {shaped} END"
    )
}

/// A list's type without its brackets.
fn plain(ty: &str) -> &str {
    ty.find("[]").map_or(ty, |at| &ty[..at]).trim_end()
}

/// The type of an attribute as a cast says it.
fn without_collation(ty: &str) -> &str {
    let mut found = super::super::object::code(ty).into_iter();
    let at = found.find(|token: &Token<'_>| token.is_word("COLLATE")).map(|token| token.start);
    at.map_or(ty, |at| ty[..at].trim_end())
}
