//! What an introspector sees of a declared schema, as far as that can be said without a server: structure and types. How
//! the server prints expressions, only it knows.

use limbeck_core::schema::{
    Column, Constraint, ConstraintBody, Enum, Identity, Index, KeyPart, Object, Options, Schema, Sequence,
    SequenceOptions, Sql, Table,
};

use super::gates::Gates;
use super::options::read;
use super::sequence::{natural_start, usual_limits};
use super::{NAMES, constraint, default, options, types};
use crate::options as key;

/// What an introspector would see of `declared`.
pub(super) fn canonical(gates: Gates, declared: &Schema) -> Schema {
    let mut seen = Schema::new();
    for (name, namespace) in &declared.namespaces {
        let mut namespace = namespace.clone();
        namespace.options = kept(&namespace.options, options::NONE);
        seen.namespaces.insert(name.clone(), namespace);
    }
    for table in declared.tables.values() {
        seen.insert_table(self::table(gates, table));
    }
    for (name, found) in &declared.enums {
        let options = kept(&found.options, options::NONE);
        seen.enums.insert(name.clone(), Enum { options, ..found.clone() });
    }
    for (name, found) in &declared.sequences {
        seen.sequences.insert(name.clone(), sequence(found));
    }
    for (key, object) in &declared.objects {
        let Some(text) = object.definition.resolve(NAMES).filter(|text| !text.trim().is_empty()) else {
            continue;
        };
        let object = Object { definition: Sql::from(text.as_str()), ..object.clone() };
        seen.objects.insert(key.clone(), object);
    }
    seen
}

/// The options that count, without what is not known.
fn kept(given: &Options, known: &[&str]) -> Options {
    read(given, known, "").unwrap_or_default()
}

fn expression(sql: &Sql) -> Sql {
    sql.resolve(NAMES).map_or_else(|| sql.clone(), |text| Sql::from(default::bare(text)))
}

fn table(gates: Gates, table: &Table) -> Table {
    let mut seen = table.clone();
    seen.options = kept(&table.options, options::TABLE);
    for item in &mut seen.columns {
        *item = column(gates, table, item);
    }
    for item in &mut seen.constraints {
        *item = self::constraint(table, item);
    }
    seen.indexes = table.indexes.iter().map(|(name, item)| (name.clone(), index(item))).collect();
    seen
}

fn column(gates: Gates, table: &Table, column: &Column) -> Column {
    let mut seen = column.clone();
    if let Some(ty) = column.ty.resolve(NAMES) {
        seen.ty = types::seen(&ty);
    }
    let in_key = table.primary_key().is_some_and(|(key, _)| key.columns().contains(&&column.name));
    if in_key || column.identity.is_some() {
        seen.nullable = false;
    }
    seen.default = column
        .default
        .as_ref()
        .map(expression)
        .filter(|text| text.resolve(NAMES).is_none_or(|text| !text.trim().eq_ignore_ascii_case("NULL")));
    seen.identity = column.identity.as_ref().map(|identity| Identity {
        always: identity.always,
        sequence: settings(&identity.sequence, &type_name(column)),
    });
    if let Some(made) = &mut seen.generated {
        made.expression = expression(&made.expression);
    }
    seen.options = kept(&column.options, options::COLUMN);
    if !gates.named_not_null {
        for name in [key::NOT_NULL_NAME, key::NOT_NULL_NO_INHERIT, key::NOT_NULL_NOT_VALID] {
            options::remove(&mut seen.options, name);
        }
    }
    seen
}

/// The type of a column, for the limits of its counter.
fn type_name(column: &Column) -> String {
    column.ty.resolve(NAMES).map(|ty| types::render(&ty)).unwrap_or_default()
}

fn constraint(table: &Table, item: &Constraint) -> Constraint {
    let mut seen = item.clone();
    seen.name = Some(constraint::name(&table.name, item));
    seen.not_valid |= item.not_enforced;
    match &mut seen.body {
        ConstraintBody::PrimaryKey(key) => {
            seen.options = kept(&item.options, options::KEY);
            parts(&mut key.columns);
        }
        ConstraintBody::Unique(key) => {
            seen.options = kept(&item.options, options::KEY);
            parts(&mut key.columns);
        }
        ConstraintBody::ForeignKey(key) => {
            seen.options = kept(&item.options, options::FOREIGN_KEY);
            key.match_type = key.match_type.take().filter(|word| !word.eq_ignore_ascii_case("simple"));
        }
        ConstraintBody::Check(check) => {
            seen.options = kept(&item.options, options::CHECK);
            check.expression = expression(&check.expression);
        }
        ConstraintBody::Exclusion(key) => {
            seen.options = kept(&item.options, options::EXCLUSION);
            key.method = Some(key.method.take().unwrap_or_else(|| "gist".to_owned()));
            parts(&mut key.columns);
            key.predicate = key.predicate.as_ref().map(expression);
        }
    }
    seen
}

fn index(item: &Index) -> Index {
    let mut seen = item.clone();
    seen.options = kept(&item.options, options::INDEX);
    seen.method = item.method.clone().filter(|method| method != "btree");
    seen.predicate = item.predicate.as_ref().map(expression);
    parts(&mut seen.columns);
    seen
}

fn parts(parts: &mut [KeyPart]) {
    use limbeck_core::schema::{KeyTarget, Nulls, Order};
    for part in parts {
        part.length = None;
        if let KeyTarget::Expression(sql) = &mut part.target {
            *sql = expression(sql);
        }
        let usual = match part.order {
            Order::Ascending => Nulls::Last,
            Order::Descending => Nulls::First,
        };
        part.nulls = part.nulls.filter(|nulls| *nulls != usual);
    }
}

fn sequence(found: &Sequence) -> Sequence {
    let ty = found.ty.as_ref().map(|ty| match ty.trim().to_ascii_lowercase().as_str() {
        "int" | "int4" => "integer".to_owned(),
        "int2" => "smallint".to_owned(),
        "int8" => "bigint".to_owned(),
        other => other.to_owned(),
    });
    let ty = ty.filter(|ty| ty != "bigint");
    let settings = settings(&found.settings, ty.as_deref().unwrap_or("bigint"));
    Sequence { ty, settings, options: kept(&found.options, options::SEQUENCE), ..found.clone() }
}

/// How a counter runs, without what its type and its step say already.
pub(crate) fn settings(given: &SequenceOptions, ty: &str) -> SequenceOptions {
    let increment = given.increment.filter(|step| *step != 1);
    let (usual_min, usual_max) = usual_limits(given, ty);
    let natural = natural_start(given);
    SequenceOptions {
        start: given.start.filter(|start| *start != natural),
        increment,
        min: given.min.filter(|min| *min != usual_min),
        max: given.max.filter(|max| *max != usual_max),
        cache: given.cache.filter(|cache| *cache != 1),
        cycle: given.cycle,
    }
}
