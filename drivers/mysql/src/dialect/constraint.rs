//! Constraints: keys, foreign keys and checks, as the server holds them and writes them.

use limbeck_core::ident::Ident;
use limbeck_core::schema::{
    Check, Constraint, ConstraintBody, ForeignKey, Index, KeyPart, Naming, Options, PrimaryKey, References,
    ReferentialAction, Table, Unique,
};

use super::fault::check_name;
use super::index;
use super::literal::{quote, quote_all};
use super::lower::{Lowering, sql_text};
use super::options::{Place, Said, read};
use crate::flavour::Gates;
use crate::options::NO_ACTION;

/// Puts a declared constraint into a lowered table, as a constraint or as the index that it is to the server.
pub(crate) fn lower(lowering: &mut Lowering<'_>, declared: &Constraint, into: &mut Table) {
    let table = lowering.table.clone();
    let name = declared.name.clone().filter(|name| !name.as_str().is_empty());
    let name = name.unwrap_or_else(|| Naming::standard().constraint(&table, declared, None));
    let place = format!("{} {name} of {table}", declared.kind());
    if let Some(fault) = check_name(&name, "constraint").err() {
        lowering.faults.push(fault);
    }
    let product = lowering.gates.flavour.product();
    if declared.deferrable.is_some() {
        lowering.refuse(
            format!("{place} waits until the commit, which {product} cannot"),
            "leave `deferrable` out",
        );
    }
    if declared.not_valid {
        lowering.refuse(
            format!("{place} is not to look at the rows that are there, which {product} always does"),
            "leave `not_valid` out",
        );
    }
    match &declared.body {
        ConstraintBody::PrimaryKey(key) => {
            if !key.include.is_empty() {
                lowering.refuse(format!("{place} includes columns"), "leave `include` out");
            }
            let options = read(lowering.gates, &declared.options, Place::Key, &place);
            let options = lowering.keep(options).unwrap_or_default();
            let body = PrimaryKey { columns: lowering.key_parts(&key.columns, &place), include: Vec::new() };
            into.constraints.push(kept(None, body, declared, options));
        }
        ConstraintBody::Unique(key) => {
            let index = Index {
                unique: true,
                columns: key.columns.clone(),
                include: key.include.clone(),
                nulls_not_distinct: key.nulls_not_distinct,
                comment: declared.comment.clone(),
                options: declared.options.clone(),
                ..Index::new(name, Vec::<Ident>::new())
            };
            index::lower(lowering, &index, into);
        }
        ConstraintBody::ForeignKey(key) => {
            let options = read(lowering.gates, &declared.options, Place::ForeignKey, &place);
            let options = lowering.keep(options).unwrap_or_default();
            let body = foreign_key(lowering, key, &place, &options);
            into.constraints.push(kept(Some(name), body, declared, options));
        }
        ConstraintBody::Check(check) => {
            if declared.not_enforced && !lowering.gates.not_enforced {
                lowering.refuse(
                    format!("{place} is not enforced, which {} does not know", lowering.gates.server()),
                    "leave the check out",
                );
            }
            let options = read(lowering.gates, &declared.options, Place::Nothing, &place);
            lowering.keep(options);
            let Some(expression) =
                lowering.expression(&check.expression, || format!("the expression of {place}"))
            else {
                return;
            };
            let mut made = kept(Some(name), Check { expression }, declared, Options::default());
            made.not_enforced = declared.not_enforced;
            into.constraints.push(made);
        }
        ConstraintBody::Exclusion(_) => lowering.refuse(
            format!("{place} is an exclusion constraint, which {product} has not"),
            "a unique constraint, or a trigger, may do",
        ),
    }
}

fn kept(
    name: Option<Ident>,
    body: impl Into<ConstraintBody>,
    declared: &Constraint,
    options: Options,
) -> Constraint {
    // Only keys have comments, which are those of their indexes.
    let body = body.into();
    let comment = match body {
        ConstraintBody::PrimaryKey(_) => declared.comment.clone().filter(|comment| !comment.is_empty()),
        _ => None,
    };
    Constraint { comment, options, ..Constraint::new(name, body) }
}

fn foreign_key(lowering: &mut Lowering<'_>, key: &ForeignKey, place: &str, options: &Options) -> ForeignKey {
    let product = lowering.gates.flavour.product();
    if !key.on_delete_columns.is_empty() || key.match_type.is_some() {
        lowering.refuse(
            format!("{place} says more than {product} keeps: which columns are set, or MATCH"),
            "leave it out",
        );
    }
    for action in [key.on_delete, key.on_update] {
        if action == ReferentialAction::SetDefault {
            lowering.refuse(format!("{place} sets defaults, which {product} refuses"), "set NULL instead");
        }
    }
    let mut columns = key.references.columns.clone();
    if columns.is_empty() {
        let target = lowering.among.tables.get(&key.references.table).and_then(Table::primary_key);
        columns = target
            .map(|(constraint, _)| constraint.columns().into_iter().cloned().collect())
            .unwrap_or_default();
        if columns.is_empty() {
            lowering.faults.push(super::fault::Fault::DoesNotFit(format!(
                "{place} names no columns of {}, whose primary key is not known",
                key.references.table
            )));
        }
    }
    let said = Said::new(lowering.gates, options).text(NO_ACTION).unwrap_or_default().to_owned();
    let action = |action: ReferentialAction, word: &str| match action {
        // What holds without a word is not told from it.
        ReferentialAction::Restrict if lowering.gates.restrict_is_silent && !said.contains(word) => {
            ReferentialAction::NoAction
        }
        other => other,
    };
    ForeignKey {
        columns: key.columns.clone(),
        references: References { table: key.references.table.clone(), columns },
        on_delete: action(key.on_delete, "delete"),
        on_update: action(key.on_update, "update"),
        on_delete_columns: Vec::new(),
        match_type: None,
    }
}

/// Gives each foreign key the index that the server would make for it, so that it is the table's own: one that the server
/// makes by itself it also takes away by itself.
pub(crate) fn imply(table: &mut Table) {
    let keys: Vec<(Ident, Vec<Ident>)> = table
        .foreign_keys()
        .filter_map(|(constraint, key)| Some((constraint.name.clone()?, key.columns.clone())))
        .collect();
    for (name, columns) in keys {
        let leads = |parts: &[KeyPart]| {
            parts.len() >= columns.len()
                && columns
                    .iter()
                    .zip(parts)
                    .all(|(column, part)| part.as_column() == Some(column) && part.length.is_none())
        };
        let covered = table.constraints.iter().any(|constraint| match &constraint.body {
            ConstraintBody::PrimaryKey(key) => leads(&key.columns),
            ConstraintBody::Unique(key) => leads(&key.columns),
            _ => false,
        }) || table.indexes.values().any(|index| {
            let ordinary = index.method.is_none();
            ordinary && leads(&index.columns)
        });
        if covered {
            continue;
        }
        let taken = |name: &Ident| {
            table.indexes.keys().any(|other| other.as_str().eq_ignore_ascii_case(name.as_str()))
                || table.constraints.iter().any(|constraint| {
                    matches!(constraint.body, ConstraintBody::Unique(_))
                        && constraint
                            .name
                            .as_ref()
                            .is_some_and(|other| other.as_str().eq_ignore_ascii_case(name.as_str()))
                })
        };
        let mut free = name.clone();
        let mut number = 2;
        while taken(&free) {
            free = Ident::from(format!("{name}_{number}"));
            number += 1;
        }
        table.indexes.insert(free.clone(), Index::new(free, columns));
    }
}

/// A constraint, as it stands within CREATE TABLE and behind ADD.
pub(crate) fn definition(gates: Gates, constraint: &Constraint) -> String {
    let name = constraint.name.as_ref().map_or(String::new(), |name| quote(name.as_str()));
    match &constraint.body {
        ConstraintBody::PrimaryKey(key) => {
            let parts = index::parts(gates, &key.columns, &constraint.options);
            let tail = index::tail(gates, &constraint.options, constraint.comment.as_deref());
            format!("PRIMARY KEY ({parts}){tail}")
        }
        ConstraintBody::Unique(key) => unique(gates, &name, key, constraint),
        ConstraintBody::ForeignKey(key) => {
            format!("CONSTRAINT {name} {}", references(gates, key, &constraint.options))
        }
        ConstraintBody::Check(check) => {
            let enforced = if constraint.not_enforced { " NOT ENFORCED" } else { "" };
            format!(
                "CONSTRAINT {name} CHECK {}{enforced}",
                super::default::in_parens(sql_text(&check.expression))
            )
        }
        // Lowering has left none.
        ConstraintBody::Exclusion(_) => String::new(),
    }
}

fn unique(gates: Gates, name: &str, key: &Unique, constraint: &Constraint) -> String {
    let parts = index::parts(gates, &key.columns, &constraint.options);
    let tail = index::tail(gates, &constraint.options, constraint.comment.as_deref());
    format!("UNIQUE KEY {name} ({parts}){tail}")
}

fn references(gates: Gates, key: &ForeignKey, options: &Options) -> String {
    let table = &key.references.table;
    let target = match &table.schema {
        Some(schema) => format!("{}.{}", quote(schema.as_str()), quote(table.name.as_str())),
        None => quote(table.name.as_str()),
    };
    let mut text = format!(
        "FOREIGN KEY ({}) REFERENCES {target} ({})",
        quote_all(&key.columns),
        quote_all(&key.references.columns)
    );
    let said = Said::new(gates, options).text(NO_ACTION).unwrap_or_default();
    for (action, word, spelt) in
        [(key.on_delete, "delete", " ON DELETE "), (key.on_update, "update", " ON UPDATE ")]
    {
        if action != ReferentialAction::NoAction || said.contains(word) {
            text.push_str(spelt);
            text.push_str(action.sql());
        }
    }
    text
}
