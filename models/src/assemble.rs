//! From what a reader found to a [`Model`]: types resolved, flattened structs opened, references tied to tables.

use std::collections::BTreeMap;
use std::ops::Deref;

use limbeck_model_syntax::ast::{EnumItem, Field, ForeignKey, Record, RustType, Target, TypeShape};
use limbeck_model_syntax::names::{Known, known};
use limbeck_model_syntax::{At, Problem};

use crate::resolve::{Found, Names, Resolved, Scope, resolve};

/// Everything that is declared, with no name left to look up. What both readers give to the conversion.
#[derive(Debug, Default)]
pub(crate) struct Model<'a> {
    pub(crate) tables: Vec<TableModel<'a>>,
    pub(crate) enums: Vec<EnumItem>,
}

/// A table.
#[derive(Debug)]
pub(crate) struct TableModel<'a> {
    pub(crate) record: &'a Record,
    pub(crate) columns: Vec<ColumnModel<'a>>,
    /// For each of the record's foreign keys, the table that it points at.
    pub(crate) targets: Vec<Option<usize>>,
}

/// A column.
#[derive(Debug)]
pub(crate) struct ColumnModel<'a> {
    /// As the struct has it; under other names where it is flattened.
    pub(crate) field: FieldOf<'a>,
    /// The field with its struct, for people: `User.email`.
    pub(crate) subject: String,
    /// `None` if the attributes say the type, or if it is not known, which is a problem.
    pub(crate) ty: Option<Resolved>,
    /// Whether the type is written as an `Option`.
    pub(crate) optional: bool,
    /// The table that its `references` points at.
    pub(crate) target: Option<usize>,
}

/// A field of a struct, or one like it under other names. Columns are many, so that it is small.
#[derive(Debug)]
pub(crate) enum FieldOf<'a> {
    /// As it stands.
    Own(&'a Field),
    /// Under other names.
    Other(Box<Field>),
}

impl Deref for FieldOf<'_> {
    type Target = Field;

    fn deref(&self) -> &Field {
        match self {
            Self::Own(field) => field,
            Self::Other(field) => field,
        }
    }
}

/// A struct and where its names are looked up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) record: &'a Record,
    pub(crate) scope: Scope,
}

/// How deep structs may be flattened into one another.
const DEPTH: usize = 16;

/// Assembles the tables. `records` are all structs with their scopes, `tables` the numbers of those that are tables.
pub(crate) fn assemble<'a>(
    names: &dyn Names,
    records: &[Source<'a>],
    tables: &[usize],
    enums: Vec<EnumItem>,
    problems: &mut Vec<Problem>,
) -> Model<'a> {
    let mut table_of = vec![None; records.len()];
    for (at, record) in tables.iter().enumerate() {
        table_of[*record] = Some(at);
    }
    let mut assembly = Assembly { names, records, table_of, known: BTreeMap::new(), problems };
    let tables = tables.iter().map(|record| assembly.table(*record)).collect();
    Model { tables, enums }
}

struct Assembly<'a, 'w> {
    names: &'w dyn Names,
    records: &'w [Source<'a>],
    table_of: Vec<Option<usize>>,
    /// What paths have been found to be, by their scopes and texts: few types make up most columns.
    known: BTreeMap<(Scope, &'a str), Resolved>,
    problems: &'w mut Vec<Problem>,
}

impl<'a> Assembly<'a, '_> {
    fn table(&mut self, number: usize) -> TableModel<'a> {
        let Source { record, scope } = self.records[number];
        let mut columns = Vec::with_capacity(record.fields.len());
        self.columns(number, number, "", "", DEPTH, &mut columns);
        let targets = record
            .foreign_keys
            .iter()
            .map(|key| self.target(number, scope, key, &record.name.value))
            .collect();
        TableModel { record, columns, targets }
    }

    fn columns(
        &mut self,
        own: usize,
        number: usize,
        prefix: &str,
        path: &str,
        depth: usize,
        columns: &mut Vec<ColumnModel<'a>>,
    ) {
        let Source { record, scope } = self.records[number];
        for field in &record.fields {
            let subject = format!("{}.{}", record.name.value, field.name.value);
            if let Some(flatten) = &field.flatten {
                match self.flattened(scope, field, depth) {
                    Ok(inner) => {
                        let prefix = format!("{prefix}{}", flatten.value);
                        let path = format!("{path}{}.", field.name.value);
                        self.columns(own, inner, &prefix, &path, depth - 1, columns);
                    }
                    Err(problem) => self.problems.push(problem.about(subject)),
                }
                continue;
            }
            let ty = &field.ty;
            let field = if prefix.is_empty() && path.is_empty() {
                FieldOf::Own(field)
            } else {
                let mut other = field.clone();
                other.column.value = format!("{prefix}{}", other.column.value);
                other.name.value = format!("{path}{}", other.name.value);
                FieldOf::Other(Box::new(other))
            };
            let said = field.type_text.default.is_some() || field.json.is_some();
            let ty = if said {
                None
            } else {
                match self.resolved(scope, ty) {
                    Ok(ty) => Some(ty),
                    // The column stays, without a type, so that keys which name it are not wrong as well.
                    Err(problem) => {
                        self.problems.push(problem.about(&subject));
                        None
                    }
                }
            };
            let optional = known(&field.ty) == Some(Known::Optional);
            let target = field.references.as_ref().and_then(|key| self.target(own, scope, key, &subject));
            columns.push(ColumnModel { field, subject, ty, optional, target });
        }
    }

    fn resolved(&mut self, scope: Scope, ty: &'a RustType) -> Result<Resolved, Problem> {
        let key = (scope, ty.text.as_str());
        if ty.shape == TypeShape::Path
            && let Some(known) = self.known.get(&key)
        {
            return Ok(known.clone());
        }
        let resolved = resolve(self.names, scope, ty)?;
        if ty.shape == TypeShape::Path {
            self.known.insert(key, resolved.clone());
        }
        Ok(resolved)
    }

    /// The struct whose fields stand in for `field`.
    fn flattened(&self, scope: Scope, field: &Field, depth: usize) -> Result<usize, Problem> {
        let place = field.ty.place;
        if depth == 0 {
            return Err(Problem::new("unknown-type", place, format!("`{}` holds itself", field.ty.text))
                .with_help(
                    "a struct cannot be flattened into itself: leave the field out with `#[limbeck(skip)]`",
                ));
        }
        let mut path = field.ty.path.clone();
        let mut at = scope;
        for _ in 0..DEPTH {
            match self.names.find(at, &path) {
                Found::Alias(ty, scope) => {
                    path.clone_from(&ty.path);
                    at = scope;
                }
                Found::Record(number) => {
                    let record = self.records[number].record;
                    let own = !record.indexes.is_empty()
                        || !record.uniques.is_empty()
                        || !record.foreign_keys.is_empty()
                        || !record.checks.is_empty()
                        || !record.exclusions.is_empty()
                        || record.primary_key.is_some();
                    if own && record.embedded.is_some() {
                        return Err(Problem::new(
                            "invalid-attribute",
                            record.name.place,
                            format!(
                                "`{}` is embedded: keys and indexes over several fields belong to the table",
                                record.name.value
                            ),
                        )
                        .with_help("write them on the struct that flattens it, by the columns' names"));
                    }
                    return Ok(number);
                }
                _ => break,
            }
        }
        Err(Problem::new(
            "unknown-type",
            place,
            format!(
                "`{}` cannot be flattened: it is no struct with named fields that was read",
                field.ty.text
            ),
        )
        .with_help("name a struct of the files read; or keep it in one column with `#[limbeck(json)]`"))
    }

    fn target(&mut self, own: usize, scope: Scope, key: &ForeignKey, subject: &str) -> Option<usize> {
        let Target::Model(model) = &key.target else { return None };
        let text = model.path.join("::");
        if text == "Self" {
            return self.table_of[own];
        }
        let mut path = model.path.clone();
        let mut at = scope;
        let mut problem = None;
        for _ in 0..DEPTH {
            match self.names.find(at, &path) {
                Found::Alias(ty, scope) => {
                    path.clone_from(&ty.path);
                    at = scope;
                }
                Found::Record(number) => match self.table_of[number] {
                    Some(table) => return Some(table),
                    None => {
                        problem = Some(
                            Problem::new("unknown-model", model.place, format!("`{text}` is not a table here"))
                                .with_help(format!(
                                    "derive `limbeck::Table` for `{text}` (and list it), or name its table: `references(\"table.column\")`"
                                )),
                        );
                        break;
                    }
                },
                _ => break,
            }
        }
        let problem = problem.unwrap_or_else(|| {
            let near = self.near(&text).map_or_else(
                || "name a struct of the files read, or its table: `references(\"table.column\")`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            Problem::new("unknown-model", model.place, format!("unknown model `{text}`")).with_help(near)
        });
        self.problems.push(problem.about(subject));
        None
    }

    fn near(&self, text: &str) -> Option<&str> {
        let names = self
            .records
            .iter()
            .zip(&self.table_of)
            .filter(|(_, table)| table.is_some())
            .map(|(source, _)| source.record.name.value.as_str());
        limbeck_core::diag::nearest(text, names)
    }
}

/// The texts that name fields, so that a conversion can look them up.
pub(crate) fn find_column<'c, 'a>(
    columns: &'c [ColumnModel<'a>],
    field: &At<String>,
) -> Option<&'c ColumnModel<'a>> {
    columns
        .iter()
        .find(|column| column.field.name.value == field.value)
        .or_else(|| columns.iter().find(|column| column.field.column.value == field.value))
}
