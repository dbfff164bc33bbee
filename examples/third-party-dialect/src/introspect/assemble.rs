//! Rows to a schema.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::driver::{Introspection, Row, Scope, Unmanaged};
use limbeck_core::ident::Name;
use limbeck_core::schema::{
    Check, Column, Constraint, ConstraintBody, ForeignKey, Generated, Identity, Index, KeyPart, Namespace,
    Object, ObjectKey, Options, PrimaryKey, References, ReferentialAction, Schema, Sequence, SequenceOptions,
    Sql, Table, Type, TypeSpec, Unique,
};
use limbeck_core::sql::strip_outer_parens;

use super::catalog::{Catalog, flag, names, some_text, text};
use super::create::{Beyond, columns, index_parts};
use crate::dialect::{LEXICAL, MAIN, MARK, home, parse_type, seen_sequence, usual_sequence};

/// What `catalog` says of `scope`.
pub(super) fn assemble(catalog: Catalog, scope: &Scope) -> Introspection {
    let fold = |name: &Name| {
        let name = home(name);
        (
            name.schema.map(|schema| schema.as_str().to_ascii_lowercase()),
            name.name.as_str().to_ascii_lowercase(),
        )
    };
    let in_scope = |row: &Row| {
        let schema = text(row, 0);
        scope.schemas.is_empty() || scope.schemas.iter().any(|wanted| wanted.eq_ignore_ascii_case(schema))
    };
    let only: Option<BTreeSet<_>> = scope.tables.as_ref().map(|tables| tables.iter().map(fold).collect());
    let except: BTreeSet<_> = scope.except.iter().map(fold).collect();
    let wanted = |row: &Row| {
        let name = fold(&named(row, 1));
        in_scope(row) && !except.contains(&name) && only.as_ref().is_none_or(|only| only.contains(&name))
    };
    let mut found = Introspection::default();
    let mut behind = BTreeSet::new();
    let sequences: BTreeMap<Name, &Row> = catalog.sequences.iter().map(|row| (named(row, 1), row)).collect();
    read_tables(&catalog, &wanted, &sequences, &mut behind, &mut found.schema);
    if only.is_some() {
        return found;
    }
    for row in catalog.schemas.iter().filter(|row| in_scope(row) && !text(row, 0).eq_ignore_ascii_case(MAIN))
    {
        let name = text(row, 0);
        let namespace = Namespace { name: name.into(), comment: None, options: Options::default() };
        found.schema.namespaces.insert(name.into(), namespace);
    }
    for (name, row) in sequences.into_iter().filter(|(name, row)| in_scope(row) && !behind.contains(name)) {
        let sequence = Sequence {
            name: name.clone(),
            ty: None,
            settings: settings(row),
            owned_by: None,
            comment: some_text(row, 2),
            options: Options::default(),
        };
        found.schema.sequences.insert(name, sequence);
    }
    for row in catalog.views.iter().filter(|row| in_scope(row)) {
        let key = ObjectKey { kind: "view".to_owned(), name: named(row, 1), table: None };
        let definition = text(row, 2).trim().trim_end_matches(';').to_owned();
        let object = Object {
            key: key.clone(),
            definition: Sql::from(definition),
            depends_on: Vec::new(),
            comment: some_text(row, 3),
            options: Options::default(),
        };
        found.schema.objects.insert(key, object);
    }
    found.unmanaged.extend(catalog.others.iter().filter(|row| in_scope(row)).map(|row| {
        let kind = text(row, 1).to_owned();
        let reason = match kind.as_str() {
            "type" => "columns keep what a type stands for, and not its name",
            _ => "DuckDB does not show the whole text of one",
        };
        Unmanaged { kind, name: named(row, 2), reason: reason.to_owned() }
    }));
    found
}

/// The name at `column`, in the namespace that stands first in the row.
fn named(row: &Row, column: usize) -> Name {
    home(&Name::qualified(text(row, 0), text(row, column)))
}

fn read_tables(
    catalog: &Catalog,
    wanted: &dyn Fn(&Row) -> bool,
    sequences: &BTreeMap<Name, &Row>,
    behind: &mut BTreeSet<Name>,
    schema: &mut Schema,
) {
    let mut beyond: BTreeMap<Name, BTreeMap<String, Beyond>> = BTreeMap::new();
    for row in catalog.tables.iter().filter(|row| wanted(row)) {
        let mut table = Table::new(named(row, 1));
        table.comment = some_text(row, 2);
        beyond.insert(table.name.clone(), columns(text(row, 3)));
        schema.insert_table(table);
    }
    for row in &catalog.columns {
        let name = named(row, 1);
        let Some(table) = schema.tables.get_mut(&name) else { continue };
        let beyond =
            beyond.get_mut(&name).and_then(|columns| columns.remove(text(row, 2))).unwrap_or_default();
        let column = column(&name, row, beyond, sequences, behind);
        table.columns.push(column);
    }
    for row in &catalog.constraints {
        if let Some(table) = schema.tables.get_mut(&named(row, 1))
            && let Some(body) = constraint(row)
        {
            table.constraints.push(Constraint::new(None, body));
        }
    }
    for row in &catalog.indexes {
        let Some(table) = schema.tables.get_mut(&named(row, 1)) else { continue };
        let mut index = Index::new(text(row, 2), Vec::<&str>::new());
        index.unique = flag(row, 3);
        index.comment = some_text(row, 4);
        index.columns = index_parts(text(row, 5));
        table.indexes.insert(index.name.clone(), index);
    }
}

fn column(
    table: &Name,
    row: &Row,
    beyond: Beyond,
    sequences: &BTreeMap<Name, &Row>,
    behind: &mut BTreeSet<Name>,
) -> Column {
    let ty = match parse_type(text(row, 3)) {
        Type::Native(text) => TypeSpec::only(crate::dialect::NAME, text),
        ty => TypeSpec::from(ty),
    };
    let mut column = Column::new(text(row, 2), ty);
    column.nullable = flag(row, 5);
    column.comment = some_text(row, 6);
    column.collation = beyond.collation;
    column.generated = beyond.generated.map(|text| Generated { expression: Sql::from(text), stored: false });
    if column.generated.is_some() {
        return column;
    }
    let default = row.text(4).map(|text| strip_outer_parens(&LEXICAL, text));
    let sequence = usual_sequence(table, &column.name);
    let marked = sequences.get(&sequence).filter(|row| row.text(2) == Some(MARK));
    match (default, marked) {
        (Some(default), Some(marked)) if default == crate::dialect::next_value(&sequence) => {
            column.identity = Some(Identity { always: false, sequence: settings(marked) });
            behind.insert(sequence);
        }
        _ => column.default = default.map(Sql::from),
    }
    column
}

fn constraint(row: &Row) -> Option<ConstraintBody> {
    // Their texts would not do: DuckDB leaves the quotes out round the table that a foreign key points at.
    let parts = || names(row, 3).into_iter().map(KeyPart::column).collect();
    let columns = |column: usize| names(row, column).into_iter().map(Into::into).collect();
    Some(match text(row, 2) {
        "PRIMARY KEY" => PrimaryKey { columns: parts(), include: Vec::new() }.into(),
        "UNIQUE" => Unique { columns: parts(), ..Unique::default() }.into(),
        "CHECK" => Check { expression: Sql::from(strip_outer_parens(&LEXICAL, text(row, 4))) }.into(),
        "FOREIGN KEY" => ForeignKey {
            columns: columns(3),
            references: References { table: named(row, 5), columns: columns(6) },
            on_delete: ReferentialAction::NoAction,
            on_delete_columns: Vec::new(),
            on_update: ReferentialAction::NoAction,
            match_type: None,
        }
        .into(),
        // NOT NULL is the column's.
        _ => return None,
    })
}

fn settings(row: &Row) -> SequenceOptions {
    seen_sequence(&SequenceOptions {
        start: row.integer(3),
        min: row.integer(4),
        max: row.integer(5),
        increment: row.integer(6),
        cache: None,
        cycle: flag(row, 7),
    })
}
