//! Constraints: which of the old and the new ones are the same.

use std::collections::BTreeMap;

use crate::ident::Ident;
use crate::schema::{
    Constraint, ConstraintBody, ConstraintKind, ForeignKey, KeyPart, KeyTarget, Schema, Table,
};

use super::options::same_option;
use super::rename::primary_columns;
use super::{Compared, Comparison};

/// What becomes of the constraints, or of the indexes, of a table.
#[derive(Debug, Default)]
pub(super) struct Matched {
    /// Which old one, by its place, is which new one.
    pub(super) kept: Vec<(usize, usize)>,
    /// Old ones that go, by their place.
    pub(super) gone: Vec<usize>,
    /// New ones that come, by their place.
    pub(super) new: Vec<usize>,
    /// Of those that are kept, the ones that get the new name, by their places.
    pub(super) renamed: Vec<(usize, usize)>,
}

impl Matched {
    /// Each of `count` is the one in the same place.
    pub(super) fn all(count: usize) -> Self {
        Self { kept: (0..count).map(|at| (at, at)).collect(), ..Self::default() }
    }
}

/// Something of a table that may have a name.
pub(super) struct Item<'a, K> {
    /// Its name.
    pub(super) name: Option<&'a Ident>,
    /// Whether somebody chose the name.
    pub(super) chosen: bool,
    /// What two that are the same have in common.
    pub(super) signature: K,
}

/// Finds out which are the same: by name first, then by what they say.
pub(super) fn match_up<K: Ord>(
    old: &[Item<'_, K>],
    new: &[Item<'_, K>],
    rules: &dyn Comparison,
    same: impl Fn(usize, usize) -> bool,
) -> Matched {
    let mut matched = Matched::default();
    let mut old_left = vec![true; old.len()];
    let mut new_left = vec![true; new.len()];
    let mut pairs = Vec::new();

    let by_name: BTreeMap<&Ident, usize> =
        old.iter().enumerate().filter_map(|(at, item)| item.name.map(|name| (name, at))).collect();
    for (at, item) in new.iter().enumerate() {
        if let Some(other) = item.name.and_then(|name| by_name.get(name).copied())
            && old_left[other]
        {
            old_left[other] = false;
            new_left[at] = false;
            pairs.push((other, at));
        }
    }
    // Names that differ by the case of letters only.
    let mut by_lower: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, item) in old.iter().enumerate().filter(|(at, _)| old_left[*at]) {
        if let Some(name) = item.name {
            by_lower.entry(name.as_str().to_lowercase()).or_default().push(at);
        }
    }
    for (at, item) in new.iter().enumerate() {
        let Some(name) = item.name.filter(|_| new_left[at]) else { continue };
        let candidates = by_lower.get(&name.as_str().to_lowercase());
        let found = candidates.into_iter().flatten().copied().find(|other| {
            old_left[*other]
                && old[*other].name.is_some_and(|old| rules.same_name(old.as_str(), name.as_str()))
        });
        if let Some(other) = found {
            old_left[other] = false;
            new_left[at] = false;
            pairs.push((other, at));
        }
    }
    for (other, at) in pairs {
        if same(other, at) {
            matched.kept.push((other, at));
            if rules.keeps_words() && old[other].name != new[at].name {
                matched.renamed.push((other, at));
            }
        } else {
            matched.gone.push(other);
            matched.new.push(at);
        }
    }

    let mut by_signature: BTreeMap<&K, Vec<usize>> = BTreeMap::new();
    for (at, item) in old.iter().enumerate().filter(|(at, _)| old_left[*at]) {
        by_signature.entry(&item.signature).or_default().push(at);
    }
    // Two without a name first: what has none can be told from others only by what it says.
    for nameless in [true, false] {
        for (at, item) in new.iter().enumerate() {
            if !new_left[at] || (nameless && item.name.is_some()) {
                continue;
            }
            let candidates = by_signature.get(&item.signature);
            let found = candidates.into_iter().flatten().copied().find(|other| {
                let names_fit = !rules.keeps_words() || old[*other].name.is_some() == item.name.is_some();
                old_left[*other] && (!nameless || old[*other].name.is_none()) && names_fit && same(*other, at)
            });
            if let Some(other) = found {
                old_left[other] = false;
                new_left[at] = false;
                matched.kept.push((other, at));
                if old[other].name.is_some() && item.name.is_some() && (item.chosen || rules.keeps_words()) {
                    matched.renamed.push((other, at));
                }
            }
        }
    }
    matched.new.extend((0..new.len()).filter(|at| new_left[*at]));
    matched.gone.extend((0..old.len()).filter(|at| old_left[*at]));
    matched.kept.sort_unstable();
    matched.gone.sort_unstable();
    matched.new.sort_unstable();
    matched
}

/// What two constraints that are the same have in common: their kind and columns.
type Signature = (ConstraintKind, Vec<Ident>);

/// Compares the constraints of a table.
pub(super) fn compare(compared: &Compared<'_>, old: &Table, new: &Table) -> Matched {
    let rules = compared.options.rules;
    let item = |table: &Table, constraint: &Constraint| -> (ConstraintKind, Vec<Ident>, bool) {
        let mut columns: Vec<Ident> = constraint.columns().into_iter().cloned().collect();
        columns.sort_unstable();
        let chosen = !made(compared, table, constraint);
        (constraint.kind(), columns, chosen)
    };
    let items = |table: &'_ Table| -> Vec<(ConstraintKind, Vec<Ident>, bool)> {
        table.constraints.iter().map(|constraint| item(table, constraint)).collect()
    };
    fn named<'a>(
        constraints: &'a [Constraint],
        items: Vec<(ConstraintKind, Vec<Ident>, bool)>,
        rules: &dyn Comparison,
    ) -> Vec<Item<'a, Signature>> {
        let nameless =
            |kind: ConstraintKind| kind == ConstraintKind::PrimaryKey && !rules.primary_key_names();
        constraints
            .iter()
            .zip(items)
            .map(|(constraint, (kind, columns, chosen))| Item {
                name: constraint.name.as_ref().filter(|_| !nameless(kind)),
                chosen,
                signature: (kind, columns),
            })
            .collect()
    }
    let old_items = named(&old.constraints, items(old), rules);
    let new_items = named(&new.constraints, items(new), rules);
    match_up(&old_items, &new_items, rules, |from, to| {
        same(compared, &old.constraints[from], &new.constraints[to])
    })
}

/// Whether nobody chose the constraint's name: it has none, a rule makes it, or the server does.
fn made(compared: &Compared<'_>, table: &Table, constraint: &Constraint) -> bool {
    let Some(name) = &constraint.name else { return true };
    let naming = compared.options.naming;
    if compared.options.rules.made_up(table.name.name.as_str(), name.as_str())
        || naming.made(&table.name, constraint)
    {
        return true;
    }
    // What a check is about is not kept: a column, most often.
    constraint.kind() == ConstraintKind::Check
        && table
            .columns
            .iter()
            .any(|column| *name == naming.constraint(&table.name, constraint, Some(column.name.as_str())))
}

/// Whether two constraints demand the same, whatever they are called. A new one that looks at the rows is the same as an
/// old one that does not, since the old one can be made to.
fn same(compared: &Compared<'_>, from: &Constraint, to: &Constraint) -> bool {
    let rules = compared.options.rules;
    let validity = from.not_valid == to.not_valid || (from.not_valid && from.name.is_some());
    validity
        && from.deferrable == to.deferrable
        && from.not_enforced == to.not_enforced
        && from.comment == to.comment
        && rules.same_options(&from.options, &to.options)
        && same_body(compared, &from.body, &to.body)
}

fn same_body(compared: &Compared<'_>, from: &ConstraintBody, to: &ConstraintBody) -> bool {
    let rules = compared.options.rules;
    match (from, to) {
        (ConstraintBody::PrimaryKey(from), ConstraintBody::PrimaryKey(to)) => {
            same_parts(&from.columns, &to.columns, rules) && from.include == to.include
        }
        (ConstraintBody::Unique(from), ConstraintBody::Unique(to)) => {
            from.nulls_not_distinct == to.nulls_not_distinct
                && same_names(&from.include, &to.include)
                && match rules.key_order() {
                    true => same_parts(&from.columns, &to.columns, rules),
                    false => same_unordered(&from.columns, &to.columns, rules),
                }
        }
        (ConstraintBody::ForeignKey(from), ConstraintBody::ForeignKey(to)) => {
            let simple = |key: &ForeignKey| match &key.match_type {
                Some(word) if !word.eq_ignore_ascii_case("simple") => Some(word.to_ascii_lowercase()),
                _ => None,
            };
            from.columns == to.columns
                && from.references.table == to.references.table
                && match rules.keeps_words() {
                    true => from.references.columns == to.references.columns,
                    false => target(compared.old, from) == target(compared.new, to),
                }
                && from.on_delete == to.on_delete
                && same_names(&from.on_delete_columns, &to.on_delete_columns)
                && from.on_update == to.on_update
                && simple(from) == simple(to)
        }
        (ConstraintBody::Check(from), ConstraintBody::Check(to)) => {
            rules.same_expression(&from.expression, &to.expression)
        }
        (ConstraintBody::Exclusion(from), ConstraintBody::Exclusion(to)) => {
            same_word(from.method.as_deref(), to.method.as_deref())
                && same_parts(&from.columns, &to.columns, rules)
                && same_names(&from.include, &to.include)
                && same_option(from.predicate.as_ref(), to.predicate.as_ref(), |from, to| {
                    rules.same_expression(from, to)
                })
        }
        _ => false,
    }
}

/// The columns that a foreign key points at, those of a primary key that it leaves out included.
pub(super) fn target(schema: &Schema, key: &ForeignKey) -> Vec<Ident> {
    if !key.references.columns.is_empty() {
        return key.references.columns.clone();
    }
    schema.table(&key.references.table).map(primary_columns).unwrap_or_default()
}

/// Whether `table` has, in all of `schema`, a key that a foreign key to `columns` can stand on; without its indexes, if
/// they are not there yet.
pub(super) fn has_key(table: &Table, columns: &[Ident], indexes: bool) -> bool {
    let covers = |parts: &[KeyPart]| {
        parts.len() == columns.len()
            && parts.iter().all(|part| part.as_column().is_some_and(|column| columns.contains(column)))
    };
    table.constraints.iter().any(|constraint| match &constraint.body {
        ConstraintBody::PrimaryKey(key) => covers(&key.columns),
        ConstraintBody::Unique(key) => covers(&key.columns),
        _ => false,
    }) || (indexes && table.indexes.values().any(|index| index.unique && covers(&index.columns)))
}

pub(super) fn same_parts(from: &[KeyPart], to: &[KeyPart], rules: &dyn Comparison) -> bool {
    from.len() == to.len() && from.iter().zip(to).all(|(from, to)| same_part(from, to, rules))
}

/// The order of a unique constraint's columns changes nothing of what it demands.
fn same_unordered(from: &[KeyPart], to: &[KeyPart], rules: &dyn Comparison) -> bool {
    let mut left: Vec<&KeyPart> = to.iter().collect();
    from.len() == to.len()
        && from.iter().all(|part| match left.iter().position(|other| same_part(part, other, rules)) {
            Some(at) => {
                left.swap_remove(at);
                true
            }
            None => false,
        })
}

fn same_part(from: &KeyPart, to: &KeyPart, rules: &dyn Comparison) -> bool {
    let targets = match (&from.target, &to.target) {
        (KeyTarget::Column(from), KeyTarget::Column(to)) => from == to,
        (KeyTarget::Expression(from), KeyTarget::Expression(to)) => rules.same_expression(from, to),
        _ => false,
    };
    let nulls = |part: &KeyPart| part.nulls.or(rules.nulls(part.order));
    targets
        && from.order == to.order
        && nulls(from) == nulls(to)
        && from.opclass == to.opclass
        && from.collation == to.collation
        && from.length == to.length
        && from.operator == to.operator
}

fn same_names(from: &[Ident], to: &[Ident]) -> bool {
    from.len() == to.len() && from.iter().all(|name| to.contains(name))
}

/// Whether two words are the same, whatever the case of their letters.
pub(super) fn same_word(from: Option<&str>, to: Option<&str>) -> bool {
    match (from, to) {
        (None, None) => true,
        (Some(from), Some(to)) => from.eq_ignore_ascii_case(to),
        _ => false,
    }
}
